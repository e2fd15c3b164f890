//! Arithmetic on 18 decimals that neither overflows nor rounds before the end.

use primitive_types::U256;
use sp_arithmetic::{FixedPointNumber, FixedU128};

use crate::Balance;

/// [`FixedU128`] steps of 10^-18 in one base unit of 10^-12 PHA.
const STEPS_PER_BASE_UNIT: u128 = 1_000_000;

/// `a · b / c` rounded down; saturates, also where `c` is zero.
pub fn multiply_divide(a: u128, b: u128, c: u128) -> u128 {
    narrow(U256::from(a).saturating_mul(b.into()).checked_div(c.into()))
}

/// `a · b / c` rounded up; saturates, also where `c` is zero.
pub fn multiply_divide_up(a: u128, b: u128, c: u128) -> u128 {
    let product = U256::from(a).saturating_mul(b.into());
    let Some((quotient, remainder)) = (c != 0).then(|| product.div_mod(c.into())) else {
        return u128::MAX;
    };
    narrow(quotient.checked_add(u8::from(!remainder.is_zero()).into()))
}

fn narrow(wide: Option<U256>) -> u128 {
    wide.and_then(|wide| wide.try_into().ok()).unwrap_or(u128::MAX)
}

/// `a · b`, rounded down; saturates.
pub fn multiply(a: FixedU128, b: FixedU128) -> FixedU128 {
    FixedU128::from_inner(multiply_divide(a.into_inner(), b.into_inner(), FixedU128::DIV))
}

/// `a / b`, rounded down; saturates, also where `b` is zero.
pub fn divide(a: FixedU128, b: FixedU128) -> FixedU128 {
    FixedU128::from_inner(multiply_divide(a.into_inner(), FixedU128::DIV, b.into_inner()))
}

/// `a · numerator / denominator`, rounded down; saturates, also where the denominator is zero.
pub fn scale(a: FixedU128, numerator: u128, denominator: u128) -> FixedU128 {
    FixedU128::from_inner(multiply_divide(a.into_inner(), numerator, denominator))
}

/// √(a² + b²), rounded down; saturates.
pub fn hypotenuse(a: FixedU128, b: FixedU128) -> FixedU128 {
    let square = |x: FixedU128| U256::from(x.into_inner()).saturating_mul(x.into_inner().into());
    FixedU128::from_inner(narrow(Some(square(a).saturating_add(square(b)).integer_sqrt())))
}

/// `a · √n`, rounded down; saturates.
pub fn multiply_root(a: FixedU128, n: u32) -> FixedU128 {
    let inner = U256::from(a.into_inner());
    FixedU128::from_inner(narrow(Some(inner.saturating_mul(inner).saturating_mul(n.into()).integer_sqrt())))
}

/// An amount in base units, in PHA; saturates.
pub fn from_balance(amount: Balance) -> FixedU128 {
    FixedU128::from_inner(amount.saturating_mul(STEPS_PER_BASE_UNIT))
}

/// An amount in PHA, in base units, rounded down.
pub fn to_balance(amount: FixedU128) -> Balance {
    amount.into_inner() / STEPS_PER_BASE_UNIT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(numerator: u128, denominator: u128) -> FixedU128 {
        FixedU128::saturating_from_rational(numerator, denominator)
    }

    #[test]
    fn products_should_be_exact_when_they_pass_128_bits_in_between() {
        let third = FixedU128::from_inner(333_333_333_333_333_333);
        assert_eq!(
            multiply(fixed(30_000_000_000, 1), third).into_inner(),
            9_999_999_999_999_999_990_000_000_000
        );
        assert_eq!(divide(fixed(30_000_000_000, 1), fixed(3, 1)), fixed(10_000_000_000, 1));
        assert_eq!(scale(fixed(7, 1), u128::MAX, u128::MAX), fixed(7, 1));
    }

    #[test]
    fn quotients_should_round_as_named_when_they_are_inexact() {
        assert_eq!(multiply_divide(10, 1, 3), 3);
        assert_eq!(multiply_divide_up(10, 1, 3), 4);
        assert_eq!(multiply_divide_up(9, 1, 3), 3);
    }

    #[test]
    fn results_should_saturate_when_they_do_not_fit() {
        assert_eq!(multiply_divide(u128::MAX, 2, 1), u128::MAX);
        assert_eq!(multiply_divide(1, 1, 0), u128::MAX);
        assert_eq!(multiply_divide_up(1, 1, 0), u128::MAX);
        assert_eq!(hypotenuse(FixedU128::from_inner(u128::MAX), fixed(1, 1)).into_inner(), u128::MAX);
        assert_eq!(from_balance(u128::MAX).into_inner(), u128::MAX);
    }

    #[test]
    fn roots_should_be_the_floor_when_irrational() {
        assert_eq!(hypotenuse(fixed(3, 1), fixed(4, 1)), fixed(5, 1));
        assert_eq!(hypotenuse(fixed(1, 1), fixed(1, 1)).into_inner(), 1_414_213_562_373_095_048);
        assert_eq!(multiply_root(fixed(50, 1), 1000).into_inner(), 1_581_138_830_084_189_665_999);
    }

    #[test]
    fn balances_should_survive_the_way_there_and_back() {
        assert_eq!(from_balance(1_000_000_000_000), fixed(1, 1));
        assert_eq!(to_balance(from_balance(123_456_789)), 123_456_789);
        assert_eq!(to_balance(FixedU128::from_inner(1_999_999)), 1);
    }
}
