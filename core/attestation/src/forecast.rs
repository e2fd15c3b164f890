//! What newer collateral will do to a platform.

use core::fmt;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use phala_primitives::Moment;
use scale_info::TypeInfo;

use crate::{time::Date, verify, Collateral, Refusal, Root, Verdict};

/// A platform under the collateral that holds, and under newer one.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Forecast {
    /// The verdict that holds.
    pub present: Verdict,
    /// The verdict, or the refusal, to come: it says which components are short, and what mends that.
    pub newer: Result<Verdict, Refusal>,
    /// The moment by which it takes effect, unless somebody brings the newer collateral earlier: until then the
    /// present verdict can hold.
    pub by: Moment,
}

/// Judges a quote by present and by newer collateral.
///
/// The newer one may be one that Intel dates later than `now`: it is judged at the moment from which it is valid.
/// Fails where the present one refuses the quote.
pub fn forecast(
    quote: &[u8],
    present: &Collateral,
    newer: &Collateral,
    roots: &[Root],
    now: Moment,
) -> Result<Forecast, Refusal> {
    let present = verify(quote, present, roots, now)?;
    let newer = match verify(quote, newer, roots, now) {
        Err(Refusal::NotYetValid { from, .. }) => verify_once_valid(quote, newer, roots, from),
        other => other,
    };
    Ok(Forecast { by: present.expires_at, present, newer })
}

/// The dates of collateral are four: each may be the one to wait for.
fn verify_once_valid(
    quote: &[u8],
    collateral: &Collateral,
    roots: &[Root],
    mut at: Moment,
) -> Result<Verdict, Refusal> {
    loop {
        match verify(quote, collateral, roots, at) {
            Err(Refusal::NotYetValid { from, .. }) if from > at => at = from,
            other => return other,
        }
    }
}

impl Forecast {
    /// Whether the platform will be refused, or on a worse level than it is on.
    pub fn falls(&self) -> bool {
        match &self.newer {
            Ok(newer) => newer.confidence > self.present.confidence,
            Err(_) => true,
        }
    }
}

impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { present, newer, by } = self;
        match newer {
            Ok(newer) if self.falls() => {
                write!(f, "by {}, level {} becomes {newer}", Date(*by), present.confidence)
            }
            Ok(newer) => write!(f, "stays: {newer}"),
            Err(refusal) => write!(f, "by {}, level {} is lost: {refusal}", Date(*by), present.confidence),
        }
    }
}
