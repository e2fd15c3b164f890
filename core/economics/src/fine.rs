//! Numbers with 36 decimals, for what is multiplied before it is rounded.
//!
//! A rate per tick is of the order of 10^-6: with 18 decimals it has twelve digits, and in a year of ticks the missing
//! ones would show. And a product of two [`FixedU128`] is exact with 36 decimals.

use primitive_types::{U256, U512};
use sp_arithmetic::{FixedPointNumber, FixedU128};

/// A number from 0 to 1.15 · 10^41 in steps of 10^-36. Everything rounds down, and saturates, also where it is divided
/// by zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fine(U256);

impl Fine {
    const ZERO: Self = Self(U256::zero());

    /// `number`, exactly.
    pub(crate) fn from_fixed(number: FixedU128) -> Self {
        Self::product(number, FixedU128::from_u32(1))
    }

    /// `a · b`, exactly.
    pub(crate) fn product(a: FixedU128, b: FixedU128) -> Self {
        // Two numbers of 128 bits always fit.
        Self(U256::from(a.into_inner()).saturating_mul(b.into_inner().into()))
    }

    /// `numerator / denominator`.
    pub(crate) fn ratio(numerator: u128, denominator: u128) -> Self {
        // 128 bits by 120 bits.
        let steps = U256::from(numerator).saturating_mul(Self::one().0);
        Self(steps.checked_div(denominator.into()).unwrap_or(U256::MAX))
    }

    pub(crate) fn one() -> Self {
        Self::from_fixed(FixedU128::from_u32(1))
    }

    pub(crate) fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(crate) fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// `self · factor`.
    pub(crate) fn times(self, factor: FixedU128) -> Self {
        Self::narrow(self.0.full_mul(factor.into_inner().into()) / U512::from(FixedU128::DIV))
    }

    /// `self · factor`.
    pub(crate) fn multiply(self, factor: Self) -> Self {
        // Twice 10^18 divides more quickly than 10^36, to the same result.
        let step = U512::from(FixedU128::DIV);
        Self::narrow(self.0.full_mul(factor.0) / step / step)
    }

    /// `self / divisor`.
    pub(crate) fn divide(self, divisor: Self) -> Self {
        self.0
            .full_mul(Self::one().0)
            .checked_div(U512::from(divisor.0))
            .map_or(Self(U256::MAX), Self::narrow)
    }

    /// `self · numerator / denominator`.
    pub(crate) fn scale(self, numerator: u128, denominator: u128) -> Self {
        self.0
            .full_mul(numerator.into())
            .checked_div(denominator.into())
            .map_or(Self(U256::MAX), Self::narrow)
    }

    /// `self^exponent`, by squaring.
    pub(crate) fn power(self, exponent: u64) -> Self {
        bits(exponent).fold(Self::one(), |result, bit| {
            let square = result.multiply(result);
            match bit {
                true => square.multiply(self),
                false => square,
            }
        })
    }

    /// `1 + self + self² + … + self^(terms − 1)`, by doubling: `G(2k) = G(k)·(1 + q^k)` and
    /// `G(k + 1) = G(k)·q + 1`.
    pub(crate) fn geometric_sum(self, terms: u64) -> Self {
        let one = Self::one();
        let (sum, _) = bits(terms).fold((Self::ZERO, one), |(sum, power), bit| {
            let (sum, power) = (sum.multiply(one.saturating_add(power)), power.multiply(power));
            match bit {
                true => (sum.multiply(self).saturating_add(one), power.multiply(self)),
                false => (sum, power),
            }
        });
        sum
    }

    /// With 18 decimals.
    pub(crate) fn to_fixed(self) -> FixedU128 {
        let steps = self.0 / U256::from(FixedU128::DIV);
        FixedU128::from_inner(steps.try_into().unwrap_or(u128::MAX))
    }

    fn narrow(wide: U512) -> Self {
        Self(wide.try_into().unwrap_or(U256::MAX))
    }
}

/// The bits of `number`, from the highest that is set down.
pub(crate) fn bits(number: u64) -> impl Iterator<Item = bool> {
    (0..u64::BITS - number.leading_zeros()).rev().map(move |bit| number >> bit & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(numerator: u128, denominator: u128) -> FixedU128 {
        FixedU128::saturating_from_rational(numerator, denominator)
    }

    #[test]
    fn thirds_should_have_36_digits_when_they_are_multiplied() {
        let third = Fine::ratio(1, 3);
        assert_eq!(third.scale(3, 1).0, Fine::one().0 - 1);
        assert_eq!(third.times(fixed(3, 1)), third.scale(3, 1));
        assert_eq!(third.multiply(Fine::from_fixed(fixed(3, 1))), third.scale(3, 1));
        assert_eq!(third.to_fixed(), FixedU128::from_inner(333_333_333_333_333_333));
        assert_eq!(Fine::one().divide(Fine::from_fixed(fixed(3, 1))), third);
    }

    #[test]
    fn powers_and_their_sum_should_equal_repeated_multiplication_when_exact() {
        let half = Fine::ratio(1, 2);
        let (mut power, mut sum) = (Fine::one(), Fine::ZERO);
        for exponent in 0..36 {
            assert_eq!(half.power(exponent), power);
            assert_eq!(half.geometric_sum(exponent), sum);
            sum = sum.saturating_add(power);
            power = power.multiply(half);
        }
        assert_eq!(Fine::one().geometric_sum(1_000_000), Fine::ratio(1_000_000, 1));
        assert_eq!(Fine::ZERO.power(0), Fine::one());
    }

    #[test]
    fn results_should_saturate_when_they_do_not_fit() {
        let most = Fine(U256::MAX);
        assert_eq!(most.multiply(most), most);
        assert_eq!(most.times(fixed(2, 1)), most);
        assert_eq!(most.scale(u128::MAX, 1), most);
        assert_eq!(most.power(u64::MAX), most);
        assert_eq!(most.geometric_sum(u64::MAX), most);
        assert_eq!(Fine::one().divide(Fine::ZERO), most);
        assert_eq!(Fine::one().scale(1, 0), most);
        assert_eq!(Fine::ratio(1, 0), most);
        assert_eq!(most.to_fixed().into_inner(), u128::MAX);
        let product = Fine::product(FixedU128::from_inner(u128::MAX), FixedU128::from_inner(1));
        assert_eq!(product.to_fixed().into_inner(), 340_282_366_920_938_463_463);
    }
}
