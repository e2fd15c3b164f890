//! Amounts, ids and durations as people read them.

use std::time::Duration;

use anyhow::{bail, ensure, Context, Result};
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

/// A number of shares, which are counted like PHA.
pub(crate) fn parse_shares(text: &str) -> Result<u128> {
    parse_decimal(text, DECIMALS, "a number of shares")
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

/// Millionths as a percentage: `125000` as `12.5`.
pub(crate) fn percent(millionths: u32) -> String {
    with_decimals(millionths.into(), 4)
}

/// A rate where 1 is the whole, as people read it: in percent with two decimals, rounded down.
pub(crate) fn rate(rate: FixedU128) -> String {
    // Hundredths of a percent.
    let hundredths = rate.into_inner() / 100_000_000_000_000;
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// A percentage from 0 to 100 such as `12.5`, in millionths.
pub(crate) fn parse_percent(text: &str) -> Result<u32> {
    let text = text.strip_suffix('%').unwrap_or(text);
    let millionths = parse_decimal(text, 4, "a percentage")?;
    match u32::try_from(millionths) {
        Ok(millionths) if millionths <= 1_000_000 => Ok(millionths),
        _ => bail!("`{text}` is more than 100 percent"),
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

/// Most bytes of what owners say about pools and vaults: as many as the chain takes.
const MAX_DESCRIPTION: usize = 400;

/// A description that the chain would take.
pub(crate) fn parse_description(text: &str) -> Result<String> {
    let length = text.len();
    ensure!(length <= MAX_DESCRIPTION, "it has {length} bytes; the chain takes {MAX_DESCRIPTION}");
    Ok(text.to_owned())
}

/// What somebody else has written, on one line and without what could confuse a terminal.
pub(crate) fn one_line(text: &[u8]) -> String {
    // Marks that turn the direction of writing, or show nothing at all, can make a line say something else.
    let misleads =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    let shown = |c: char| if c.is_control() || misleads(c) { ' ' } else { c };
    String::from_utf8_lossy(text).chars().map(shown).collect()
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
    fn percentage_should_be_read_and_shown_exactly() {
        for (text, millionths) in
            [("0", 0), ("12.5", 125_000), ("12.5%", 125_000), ("0.0001", 1), ("100", 1_000_000)]
        {
            assert_eq!(parse_percent(text).ok(), Some(millionths), "{text}");
            assert_eq!(percent(millionths), text.trim_end_matches('%'));
        }
        for wrong in ["", "%", "100.0001", "-1", "0.00001", "1e2", "99999999999"] {
            assert!(parse_percent(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn description_should_be_refused_when_the_chain_would_not_take_it() {
        assert_eq!(parse_description("").ok(), Some(String::new()));
        // Two bytes a letter.
        assert!(parse_description(&"ä".repeat(200)).is_ok());
        let refused = parse_description(&"ä".repeat(201)).err().map(|error| error.to_string());
        assert!(refused.is_some_and(|refused| refused.contains("402 bytes")));
    }

    #[test]
    fn foreign_text_should_reach_the_terminal_without_control_characters() {
        assert_eq!(one_line(b"red\x1b[31m\nand two lines"), "red [31m and two lines");
        assert_eq!(one_line("a\u{202e}b\u{200b}c ä 名".as_bytes()), "a b c ä 名");
        assert_eq!(one_line(&[b'x', 0xff]), "x\u{fffd}");
    }

    #[test]
    fn rate_should_be_shown_in_percent_rounded_down() {
        assert_eq!(rate(FixedU128::from_inner(123_499_999_999_999_999)), "12.34 %");
        assert_eq!(rate(FixedU128::from_u32(0)), "0.00 %");
        assert_eq!(rate(FixedU128::from_u32(21)), "2100.00 %");
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
