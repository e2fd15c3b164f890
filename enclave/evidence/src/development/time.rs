//! Dates as certificates and collateral write them.

use std::time::Duration;

use der::DateTime;
use phala_primitives::Moment;
use x509_cert::time::{Time, Validity};

use crate::Error;

/// One day, in milliseconds.
pub const DAY: Moment = 24 * 60 * 60 * 1_000;

/// 2025-01-01T00:00:00Z: when the development certificates begin to be valid.
pub const BEGIN: Moment = 1_735_689_600_000;

/// 2049-12-31T23:59:59Z, as Intel's own root: when they end.
pub const END: Moment = 2_524_607_999_000;

/// From when until when something is valid, in milliseconds since 1970, cut down to seconds, which is all that
/// certificates and collateral can say. Whether the last second counts is for verifiers to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// From then on: a certificate's `notBefore`, a list's `thisUpdate`, an `issueDate`.
    pub from: Moment,
    /// Up to then: `notAfter`, or `nextUpdate`.
    pub until: Moment,
}

impl Period {
    /// All of the time in which the development root is valid.
    pub const ALWAYS: Self = Self { from: BEGIN, until: END };

    /// `days` days from `from` on.
    pub fn days(from: Moment, days: u64) -> Self {
        Self { from, until: from.saturating_add(days.saturating_mul(DAY)) }
    }

    pub(super) fn validity(self) -> Result<Validity, Error> {
        Ok(Validity::new(time(self.from)?, time(self.until)?))
    }
}

/// `moment` in a certificate or revocation list.
pub(super) fn time(moment: Moment) -> Result<Time, Error> {
    Ok(Time::from(date(moment)?))
}

/// `moment` in collateral: `2026-02-11T00:00:00Z`.
pub(super) fn rfc3339(moment: Moment) -> Result<String, Error> {
    Ok(date(moment)?.to_string())
}

fn date(moment: Moment) -> Result<DateTime, Error> {
    DateTime::from_unix_duration(Duration::from_secs(moment / 1_000)).map_err(|_| Error::Date { moment })
}
