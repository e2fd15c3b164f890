//! Loss of value: offline by the tick, faults at once (section 4).

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::{
    traits::{One, Saturating},
    FixedU128, Perbill,
};

use crate::{arithmetic, TokenomicParameters};

/// How grave a fault is. Level 1, being offline, is no fault but a rate: see [`offline`].
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum SlashLevel {
    /// Level 2: a good-faith fault, such as a job accepted and not delivered.
    #[codec(index = 2)]
    GoodFaith,
    /// Level 3: a result that is proven wrong, or two that contradict each other.
    #[codec(index = 3)]
    Proven,
    /// Level 4: a threat to the network, such as a revoked measurement or a leaked key.
    #[codec(index = 4)]
    Threat,
}

/// V after `ticks` ticks offline: `V · (1 − s)^n`, in O(log `ticks`).
pub fn offline(parameters: &TokenomicParameters, value: FixedU128, ticks: u64) -> FixedU128 {
    arithmetic::multiply(value, power(FixedU128::one().saturating_sub(parameters.slash_per_tick()), ticks))
}

/// What is left of `amount` PHA after a loss.
pub fn after_loss(amount: FixedU128, loss: Perbill) -> FixedU128 {
    let left = Perbill::one() - loss;
    arithmetic::scale(amount, left.deconstruct().into(), Perbill::one().deconstruct().into())
}

/// `base^exponent` by squaring.
fn power(base: FixedU128, exponent: u64) -> FixedU128 {
    let mut result = FixedU128::one();
    for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
        result = arithmetic::multiply(result, result);
        if exponent >> bit & 1 == 1 {
            result = arithmetic::multiply(result, base);
        }
    }
    result
}
