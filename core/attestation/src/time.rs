//! Moments, as text and from text.

use core::fmt;

use chrono::DateTime;
use phala_primitives::Moment;

/// Milliseconds in a second: certificates count in seconds, the chain in milliseconds.
pub(crate) const SECOND: Moment = 1000;

/// A moment as its date in UTC.
pub(crate) struct Date(pub(crate) Moment);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match date_time(self.0) {
            Some(time) => write!(f, "{}", time.format("%Y-%m-%d")),
            None => write!(f, "{} ms", self.0),
        }
    }
}

/// A moment as date and time in UTC.
pub(crate) struct Time(pub(crate) Moment);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match date_time(self.0) {
            Some(time) => write!(f, "{}", time.format("%Y-%m-%d %H:%M:%S UTC")),
            None => write!(f, "{} ms", self.0),
        }
    }
}

fn date_time(moment: Moment) -> Option<DateTime<chrono::Utc>> {
    DateTime::from_timestamp_millis(i64::try_from(moment).ok()?)
}

/// The moment that Intel's JSON means, in full seconds; none before 1970.
pub(crate) fn moment(rfc3339: &str) -> Option<Moment> {
    let seconds = DateTime::parse_from_rfc3339(rfc3339).ok()?.timestamp();
    u64::try_from(seconds).ok()?.checked_mul(SECOND)
}
