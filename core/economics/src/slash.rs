//! Loss of value: offline by the tick, faults at once (section 4).
//!
//! | event | V becomes | unit |
//! |---|---|---|
//! | n ticks offline (level 1) | `V · (1 − s)^n`, s = `slash_offline · tick / 1 h` | PHA |
//! | a fault of level 2, 3 or 4 | `V · (1 − loss)` | PHA |

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::{traits::Saturating, FixedU128, PerThing, Perbill};

use crate::{arithmetic, fine::Fine, parameters::HOUR, TokenomicParameters};

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

/// V in PHA after `ticks` ticks offline: `V · (1 − s)^n`, in O(log `ticks`).
pub fn offline(parameters: &TokenomicParameters, value: FixedU128, ticks: u64) -> FixedU128 {
    let left = Fine::one().saturating_sub(parameters.fine_slash_per_tick());
    left.power(ticks).times(value).to_fixed()
}

/// What V loses in its first hour offline, in PHA: whole ticks only.
pub fn first_hour(parameters: &TokenomicParameters, value: FixedU128) -> FixedU128 {
    value.saturating_sub(offline(parameters, value, HOUR / parameters.tick.max(1)))
}

/// What is left of `amount` PHA after a loss.
pub fn after_loss(amount: FixedU128, loss: Perbill) -> FixedU128 {
    arithmetic::scale(amount, loss.left_from_one().deconstruct().into(), Perbill::ACCURACY.into())
}
