//! Amounts, ids and durations as people read them.

use std::time::Duration;

use anyhow::{bail, Context, Result};
use phala_primitives::{Balance, PHA};

/// Decimals of PHA.
const DECIMALS: usize = 12;

/// `1234567890000` as `1.23456789 PHA`.
pub(crate) fn pha(amount: Balance) -> String {
    format!("{} PHA", decimal(amount))
}

/// `1234567890000` as `1.23456789`.
pub(crate) fn decimal(amount: Balance) -> String {
    let fraction = format!("{:012}", amount % PHA);
    let fraction = fraction.trim_end_matches('0');
    let separator = if fraction.is_empty() { "" } else { "." };
    format!("{}{separator}{fraction}", amount / PHA)
}

/// An amount in PHA, such as `0.25`, in base units.
pub(crate) fn parse_pha(text: &str) -> Result<Balance> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    // The standard parser would take a sign.
    if !is_number(whole) || !is_number(fraction) {
        bail!("`{text}` is not an amount of PHA, such as 0.25");
    }
    if fraction.len() > DECIMALS {
        bail!("`{text}` has more than the {DECIMALS} decimals of PHA");
    }
    let too_much = || format!("`{text}` is more PHA than can exist");
    let whole: Balance = whole.parse().with_context(too_much)?;
    let fraction: Balance = format!("{fraction:0<DECIMALS$}").parse().with_context(too_much)?;
    whole.checked_mul(PHA).and_then(|units| units.checked_add(fraction)).with_context(too_much)
}

/// The beginning of an id, enough to tell a few apart.
pub(crate) fn short(id: &impl std::fmt::Display) -> String {
    let text = id.to_string();
    text.get(..12).map(|start| format!("{start}…")).unwrap_or(text)
}

/// Bytes as `0x…`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// The 32 bytes behind `0x…`.
pub(crate) fn parse_hash(text: &str) -> Result<[u8; 32]> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let bytes = hex::decode(digits).with_context(|| format!("`{text}` is not hexadecimal"))?;
    let found = bytes.len();
    match bytes.try_into() {
        Ok(bytes) => Ok(bytes),
        Err(_) => bail!("`{text}` has {found} bytes; expected 32 (64 hexadecimal digits)"),
    }
}

/// Seconds with one decimal.
pub(crate) fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pha_should_be_shown_without_trailing_zeros() {
        assert_eq!(pha(0), "0 PHA");
        assert_eq!(pha(PHA), "1 PHA");
        assert_eq!(pha(PHA / 4), "0.25 PHA");
        assert_eq!(pha(1), "0.000000000001 PHA");
    }

    #[test]
    fn amount_should_be_read_exactly_when_it_has_decimals() {
        assert_eq!(parse_pha("0.25").ok(), Some(PHA / 4));
        assert_eq!(parse_pha("3").ok(), Some(3 * PHA));
        assert_eq!(parse_pha("0.000000000001").ok(), Some(1));
    }

    #[test]
    fn amount_should_be_refused_when_it_is_not_one() {
        let huge = "9".repeat(1_000);
        let wrong = [
            "", ".", ".5", "1.", "-1", "+1", "1.+5", "1.-5", "1e3", " 1", "1 ", "1_000", "1,5", "٣", "x",
            "1.x",
        ];
        let long = [
            "1.0000000000001",
            "340282366920938463463374607431768211455",
            "340282366920938463463374608",
            &huge,
        ];
        for text in wrong.into_iter().chain(long) {
            assert!(parse_pha(text).is_err(), "{text}");
        }
    }

    #[test]
    fn amount_should_come_back_when_it_is_shown_and_read() {
        for amount in [0, 1, PHA - 1, PHA, PHA + 1, 10 * PHA, Balance::MAX] {
            assert_eq!(parse_pha(&decimal(amount)).ok(), Some(amount));
        }
    }
}
