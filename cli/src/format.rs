//! Amounts, ids and durations as people read them.

use std::time::Duration;

use anyhow::{bail, Context, Result};
use chrono::DateTime;
use phala_economics::{FixedU128, Perbill};
use phala_primitives::{Balance, Moment};

/// Decimals of PHA.
const DECIMALS: u32 = 12;

/// `1234567890000` as `1.23456789 PHA`.
pub(crate) fn pha(amount: Balance) -> String {
    format!("{} PHA", decimal(amount))
}

/// `1234567890000` as `1.23456789`.
pub(crate) fn decimal(amount: Balance) -> String {
    with_decimals(amount, DECIMALS)
}

/// A number exactly, with up to 18 decimals.
pub(crate) fn fixed(number: FixedU128) -> String {
    with_decimals(number.into_inner(), 18)
}

/// A number as people read it, rounded to 9 decimals.
pub(crate) fn rounded(number: FixedU128) -> String {
    const STEP: u128 = 1_000_000_000;
    with_decimals(number.into_inner().saturating_add(STEP / 2) / STEP, 9)
}

/// `number` / 10^`decimals`, without trailing zeros.
fn with_decimals(number: u128, decimals: u32) -> String {
    let one = 10u128.pow(decimals);
    let width = decimals as usize;
    let fraction = format!("{:0width$}", number % one);
    let fraction = fraction.trim_end_matches('0');
    let separator = if fraction.is_empty() { "" } else { "." };
    format!("{}{separator}{fraction}", number / one)
}

/// Chain time (milliseconds since 1970) as `2026-11-21T15:04:05Z`.
pub(crate) fn time(moment: Moment) -> String {
    let known = i64::try_from(moment).ok().and_then(DateTime::from_timestamp_millis);
    match known {
        Some(time) => time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        // After the year 262 000.
        None => format!("{moment} ms after 1970"),
    }
}

/// An amount in PHA, such as `0.25`, in base units.
pub(crate) fn parse_pha(text: &str) -> Result<Balance> {
    parse_decimal(text, DECIMALS, "an amount of PHA")
}

/// A number such as `0.25`, exactly.
pub(crate) fn parse_fixed(text: &str) -> Result<FixedU128> {
    parse_decimal(text, 18, "a number").map(FixedU128::from_inner)
}

/// A part of a whole, from 0 to 1, exactly.
pub(crate) fn parse_part(text: &str) -> Result<Perbill> {
    let billionths = parse_decimal(text, 9, "a part of a whole")?;
    match u32::try_from(billionths) {
        Ok(billionths) if billionths <= Perbill::one().deconstruct() => Ok(Perbill::from_parts(billionths)),
        _ => bail!("`{text}` is more than the whole, which is 1"),
    }
}

/// `text` in steps of 10^-`decimals`.
fn parse_decimal(text: &str, decimals: u32, what: &str) -> Result<u128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    // The standard parser would take a sign.
    if !is_number(whole) || !is_number(fraction) {
        bail!("`{text}` is not {what}, such as 0.25");
    }
    let width = decimals as usize;
    if fraction.len() > width {
        bail!("`{text}` has more than the {decimals} decimals of {what}");
    }
    let too_much = || format!("`{text}` is too large; the most is {}", with_decimals(u128::MAX, decimals));
    let whole: u128 = whole.parse().with_context(too_much)?;
    let fraction: u128 = format!("{fraction:0<width$}").parse().with_context(too_much)?;
    whole
        .checked_mul(10u128.pow(decimals))
        .and_then(|units| units.checked_add(fraction))
        .with_context(too_much)
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
    use phala_primitives::PHA;

    use super::*;

    #[test]
    fn number_should_be_shown_exactly_or_rounded_to_nine_decimals() {
        let number = FixedU128::from_inner(1_234_567_890_123_456_789);
        assert_eq!(fixed(number), "1.234567890123456789");
        assert_eq!(rounded(number), "1.23456789");
        assert_eq!(rounded(FixedU128::from_inner(1_999_999_999_500_000_000)), "2");
        assert_eq!(fixed(FixedU128::from_u32(7)), "7");
        assert_eq!(fixed(FixedU128::from_inner(u128::MAX)), "340282366920938463463.374607431768211455");
    }

    #[test]
    fn chain_time_should_be_shown_in_utc() {
        assert_eq!(time(0), "1970-01-01T00:00:00Z");
        assert_eq!(time(1_763_737_445_999), "2025-11-21T15:04:05Z");
        assert_eq!(time(u64::MAX), "18446744073709551615 ms after 1970");
    }

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
