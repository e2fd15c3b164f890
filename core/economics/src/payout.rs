//! A session's share in the emission, and how a payout is divided (section 5).

use sp_arithmetic::{FixedU128, Perbill};

use crate::{arithmetic, Balance};

/// A payout in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payout {
    /// To the pool.
    pub pool: Balance,
    /// To the treasury.
    pub treasury: Balance,
}

impl Payout {
    /// Divides `earned` PHA: the treasury's part is rounded down to base units, the rest is the pool's.
    pub fn divide(earned: FixedU128, treasury_share: Perbill) -> Self {
        Self::divide_balance(arithmetic::to_balance(earned), treasury_share)
    }

    /// Divides `earned` base units.
    pub fn divide_balance(earned: Balance, treasury_share: Perbill) -> Self {
        let treasury = treasury_share.mul_floor(earned);
        Self { pool: earned.saturating_sub(treasury), treasury }
    }

    /// Both parts together.
    pub fn total(&self) -> Balance {
        self.pool.saturating_add(self.treasury)
    }
}

/// share_i: `√(V² + (2 · p · score_c)²)`.
pub fn share(value: FixedU128, performance: FixedU128, confidence_score: FixedU128) -> FixedU128 {
    arithmetic::hypotenuse(
        value,
        arithmetic::scale(arithmetic::multiply(performance, confidence_score), 2, 1),
    )
}
