//! Numbers of a scenario: exact decimals, and spans of them.

use std::{fmt, str::FromStr};

use phala_economics::{arithmetic, Balance, FixedU128, Moment, Perbill};
use serde::{
    de::{Error, SeqAccess, Visitor},
    Deserialize, Deserializer,
};

/// Milliseconds in a second.
pub const SECOND: Moment = 1_000;
/// Milliseconds in a minute.
pub const MINUTE: Moment = 60 * SECOND;
/// Milliseconds in an hour.
pub const HOUR: Moment = 60 * MINUTE;
/// Milliseconds in a day.
pub const DAY: Moment = 24 * HOUR;

/// Decimals that are kept.
const DECIMALS: usize = 18;
/// 10^18.
const ONE: u128 = 1_000_000_000_000_000_000;

/// A number that is not negative, exact to 18 decimals. In a scenario, a number or, where 17 digits are not
/// enough, a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(FixedU128);

impl Decimal {
    /// A whole number.
    pub const fn whole(number: u32) -> Self {
        Self(FixedU128::from_u32(number))
    }

    /// `numerator / denominator`, rounded down; the denominator is not zero.
    pub const fn ratio(numerator: u32, denominator: u32) -> Self {
        Self(FixedU128::from_inner(numerator as u128 * ONE / denominator as u128))
    }

    /// As a fixed-point number.
    pub const fn fixed(self) -> FixedU128 {
        self.0
    }

    /// As an amount of PHA, in base units, rounded down.
    pub fn balance(self) -> Balance {
        arithmetic::to_balance(self.0)
    }

    /// As a part of a whole, rounded down; the whole where it is more.
    pub fn part(self) -> Perbill {
        Perbill::from_rational(self.0.into_inner().min(ONE), ONE)
    }

    /// As a time in this unit, in ms, rounded down; saturates.
    pub fn of(self, unit: Moment) -> Moment {
        Moment::try_from(self.scaled(unit.into())).unwrap_or(Moment::MAX)
    }

    /// Whether it is a whole number.
    pub fn is_whole(self) -> bool {
        self.0.into_inner() % ONE == 0
    }

    /// This times `factor`, rounded down; saturates.
    pub fn scaled(self, factor: u128) -> u128 {
        arithmetic::multiply_divide(self.0.into_inner(), factor, ONE)
    }
}

/// Not a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a number from 0 to 10^20 with at most {DECIMALS} decimals, such as 0.25")]
pub struct NotDecimal;

impl FromStr for Decimal {
    type Err = NotDecimal;

    fn from_str(text: &str) -> Result<Self, NotDecimal> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        // The standard parser would take a sign.
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(fraction) || fraction.len() > DECIMALS {
            return Err(NotDecimal);
        }
        let parse = |text: &str| text.parse::<u128>().map_err(|_| NotDecimal);
        let fraction = parse(&format!("{fraction:0<DECIMALS$}"))?;
        let inner = parse(whole)?.checked_mul(ONE).and_then(|inner| inner.checked_add(fraction));
        inner.map(|inner| Self(FixedU128::from_inner(inner))).ok_or(NotDecimal)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.0.into_inner();
        let fraction = format!("{:0DECIMALS$}", inner % ONE);
        match fraction.trim_end_matches('0') {
            "" => write!(formatter, "{}", inner / ONE),
            fraction => write!(formatter, "{}.{fraction}", inner / ONE),
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;

        impl Visitor<'_> for Number {
            type Value = Decimal;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number that is not negative")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Decimal, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Decimal, E> {
                // The shortest decimals that mean this number are those that were written down.
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
                text.parse().map_err(|error| E::custom(format_args!("`{text}` is {error}")))
            }
        }

        deserializer.deserialize_any(Number)
    }
}

/// Numbers from one to another, both included. In a scenario, `[from, to]` or, where both are the same, one
/// number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The least.
    pub from: Decimal,
    /// The largest.
    pub to: Decimal,
}

impl Span {
    /// One number.
    pub const fn only(number: Decimal) -> Self {
        Self { from: number, to: number }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.from == self.to {
            true => self.from.fmt(formatter),
            false => write!(formatter, "[{}, {}]", self.from, self.to),
        }
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrTwo;

        impl<'de> Visitor<'de> for OneOrTwo {
            type Value = Span;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number, or two as [from, to]")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Span, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Span, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Span, E> {
                let parsed: Result<Decimal, _> = text.parse();
                parsed.map(Span::only).map_err(|error| E::custom(format_args!("`{text}` is {error}")))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Span, A::Error> {
                let mut next =
                    |index| numbers.next_element()?.ok_or_else(|| A::Error::invalid_length(index, &OneOrTwo));
                let span = Span { from: next(0)?, to: next(1)? };
                if numbers.next_element::<Decimal>()?.is_some() {
                    return Err(A::Error::invalid_length(3, &OneOrTwo));
                }
                match span.from <= span.to {
                    true => Ok(span),
                    false => Err(A::Error::custom(format_args!("{span} begins above its end"))),
                }
            }
        }

        deserializer.deserialize_any(OneOrTwo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Row {
        span: Span,
    }

    fn span(text: &str) -> Result<String, String> {
        let row: Result<Row, _> = toml::from_str(&format!("span = {text}"));
        row.map(|row| row.span.to_string()).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn numbers_should_be_exact_when_written_as_decimals() {
        assert_eq!(span("0.84"), Ok("0.84".into()));
        assert_eq!(span("1.000000666600231"), Ok("1.000000666600231".into()));
        assert_eq!(span("\"1.000000055550002283\""), Ok("1.000000055550002283".into()));
        assert_eq!(span("[1, 2.5]"), Ok("[1, 2.5]".into()));
        assert_eq!("0.84".parse::<Decimal>().map(|n| n.fixed().into_inner()), Ok(840_000_000_000_000_000));
    }

    #[test]
    fn numbers_should_be_refused_when_they_are_negative_or_not_finite() {
        for text in [
            "-1",
            "-0.5",
            "nan",
            "inf",
            "1e30",
            "\"\"",
            "\"1.\"",
            "\"+1\"",
            "[2, 1]",
            "[1]",
            "[1, 2, 3]",
            "true",
        ] {
            assert!(span(text).is_err(), "{text}");
        }
        assert!(span("1.0000000000000000001").is_ok(), "a float has no more digits than it can tell apart");
        assert!(span("\"1.0000000000000000001\"").is_err());
    }

    #[test]
    fn units_should_be_multiplied_exactly() {
        let half: Decimal = "0.5".parse().unwrap_or_default();
        assert_eq!(half.of(86_400_000), 43_200_000);
        assert_eq!(half.balance(), 500_000_000_000);
        assert_eq!(half.part(), Perbill::from_percent(50));
        assert_eq!(Decimal::whole(3).part(), Perbill::one());
    }
}
