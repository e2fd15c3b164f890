//! Everything that governance can tune, in one record.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::{traits::Zero, FixedU128, PerThing, Perbill};

use crate::{fine::Fine, Moment, SlashLevel};

/// Milliseconds in a day.
pub(crate) const DAY: Moment = 24 * 60 * 60 * 1000;
/// Milliseconds in an hour.
pub(crate) const HOUR: Moment = 60 * 60 * 1000;
/// Milliseconds in a year of 365 days, in which running costs are given.
pub(crate) const YEAR: Moment = 365 * DAY;

/// The rules of the Value Promise. [`TokenomicParameters::validate`] says which ranges are allowed.
///
/// Rates are kept in the units in which people decide them (an hour, a year, USD), so that the record
/// holds no rounded quotient: what a tick costs or loses is computed from them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub struct TokenomicParameters {
    /// Unit of growth time, in ms; not zero.
    pub tick: Moment,
    /// φ: price of a PHA in USD; not zero.
    pub price: FixedU128,
    /// ρ: factor by which value grows in a tick; at least 1.
    pub rho: FixedU128,
    /// V_max: no Value Promise is above this, in PHA.
    pub value_max: FixedU128,
    /// Running cost of a rig, in USD a year per unit of performance.
    pub cost_k: FixedU128,
    /// Running cost of a rig, in USD a year.
    pub cost_b: FixedU128,
    /// Price of a rig, in USD per unit of performance.
    pub rig_k: FixedU128,
    /// Price of a rig, in USD.
    pub rig_b: FixedU128,
    /// R^e: expected multiplier of the stake; at least 1.
    pub stake_multiplier: FixedU128,
    /// k of the least stake k · √P, in PHA.
    pub stake_k: FixedU128,
    /// Least performance score with which a session may start.
    pub score_min: u32,
    /// B: PHA emitted in a tick, treasury's share included, before any decay.
    pub budget: FixedU128,
    /// Factor by which B decays once per `budget_period`.
    pub budget_decay: Perbill,
    /// Time between two decays of B, in ms; at least a day.
    pub budget_period: Moment,
    /// The treasury's part of every payout.
    pub treasury_share: Perbill,
    /// What an unresponsive session loses of its value in an hour (level 1).
    pub slash_offline: Perbill,
    /// What a good-faith fault costs of the value (level 2).
    pub slash_fault: Perbill,
    /// What a proven wrong or equivocating result costs of the value (level 3).
    pub slash_proven: Perbill,
    /// What a threat to the network costs of the value (level 4).
    pub slash_threat: Perbill,
    /// Time to answer a challenge, in ms; not zero.
    pub heartbeat_window: Moment,
    /// Time between two challenges of one session, on average at least, in ms; not zero.
    pub challenge_interval: Moment,
    /// Most sessions challenged in one block; at most 1000.
    pub challenges_per_block: u32,
    /// Time between the stop of a session and the return of its stake, in ms.
    pub cool_down: Moment,
}

impl Default for TokenomicParameters {
    /// The development preset.
    fn default() -> Self {
        Self::development()
    }
}

/// A parameter that is out of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A time is zero where there must be one.
    #[error("tick, heartbeat window and challenge interval must not be zero")]
    ZeroTime,
    /// The price is zero.
    #[error("the price of PHA must not be zero")]
    ZeroPrice,
    /// ρ or the stake multiplier is below 1.
    #[error("rho and the stake multiplier must be at least 1")]
    FactorBelowOne,
    /// The budget would decay more often than once a day.
    #[error("the budget's period must be at least a day")]
    PeriodTooShort,
    /// More challenges in a block than it has room for.
    #[error("there can be at most 1000 challenges in a block")]
    TooManyChallenges,
    /// An offline session would lose all its value in one tick.
    #[error("a tick must be shorter than the time in which an offline session loses all its value")]
    TickTooLong,
    /// A part of a whole is more than the whole.
    #[error("decay of the budget, treasury's share and slashes must be at most 1")]
    PartAboveOne,
}

impl TokenomicParameters {
    /// Most challenges in one block.
    pub const MAX_CHALLENGES_PER_BLOCK: u32 = 1000;

    /// Checks that every parameter is in its range.
    pub fn validate(&self) -> Result<(), ParameterError> {
        let one = FixedU128::from_u32(1);
        match self {
            p if p.tick == 0 || p.heartbeat_window == 0 || p.challenge_interval == 0 => {
                Err(ParameterError::ZeroTime)
            }
            p if p.price.is_zero() => Err(ParameterError::ZeroPrice),
            p if p.rho < one || p.stake_multiplier < one => Err(ParameterError::FactorBelowOne),
            p if p.budget_period < DAY => Err(ParameterError::PeriodTooShort),
            p if p.challenges_per_block > Self::MAX_CHALLENGES_PER_BLOCK => {
                Err(ParameterError::TooManyChallenges)
            }
            p if p.slash_per_tick() >= one => Err(ParameterError::TickTooLong),
            // A decoder of JSON lets such parts in.
            p if p.parts().into_iter().any(|part| part > Perbill::one()) => Err(ParameterError::PartAboveOne),
            _ => Ok(()),
        }
    }

    fn parts(&self) -> [Perbill; 6] {
        [
            self.budget_decay,
            self.treasury_share,
            self.slash_offline,
            self.slash_fault,
            self.slash_proven,
            self.slash_threat,
        ]
    }

    /// s: what an unresponsive session loses of its value in a tick, `slash_offline · tick / 1 h`.
    pub fn slash_per_tick(&self) -> FixedU128 {
        self.fine_slash_per_tick().to_fixed()
    }

    pub(crate) fn fine_slash_per_tick(&self) -> Fine {
        let hours = u128::from(Perbill::ACCURACY).saturating_mul(HOUR.into());
        Fine::ratio(u128::from(self.slash_offline.deconstruct()).saturating_mul(self.tick.into()), hours)
    }

    /// What a fault of `level` costs of the value.
    pub fn loss(&self, level: SlashLevel) -> Perbill {
        match level {
            SlashLevel::GoodFaith => self.slash_fault,
            SlashLevel::Proven => self.slash_proven,
            SlashLevel::Threat => self.slash_threat,
        }
    }
}
