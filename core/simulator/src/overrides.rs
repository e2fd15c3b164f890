//! Parameters in the units in which people decide them.

use phala_economics::{Perbill, TokenomicParameters};
use serde::Deserialize;

use crate::{
    decimal::{DAY, MINUTE, SECOND},
    Decimal,
};

/// Parameters that differ; what is not given stays. The meaning of each is [`TokenomicParameters`]'.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overrides {
    /// Unit of growth time, in seconds.
    pub tick_seconds: Option<Decimal>,
    /// φ: USD for a PHA.
    pub price: Option<Decimal>,
    /// ρ: factor by which value grows in a tick.
    pub rho: Option<Decimal>,
    /// V_max, in PHA.
    pub value_max: Option<Decimal>,
    /// Running cost of a rig, in USD a year per unit of performance.
    pub cost_k: Option<Decimal>,
    /// Running cost of a rig, in USD a year.
    pub cost_b: Option<Decimal>,
    /// Price of a rig, in USD per unit of performance.
    pub rig_k: Option<Decimal>,
    /// Price of a rig, in USD.
    pub rig_b: Option<Decimal>,
    /// R^e: expected multiplier of the stake.
    pub stake_multiplier: Option<Decimal>,
    /// k of the least stake k · √P, in PHA.
    pub stake_k: Option<Decimal>,
    /// Least performance score.
    pub score_min: Option<u32>,
    /// B: PHA emitted in a tick.
    pub budget: Option<Decimal>,
    /// Factor by which B decays, from 0 to 1.
    pub budget_decay: Option<Decimal>,
    /// Days between two decays of B.
    pub budget_period_days: Option<Decimal>,
    /// The treasury's part of payouts, from 0 to 1.
    pub treasury_share: Option<Decimal>,
    /// Part of its value that a session loses in an hour offline, from 0 to 1.
    pub slash_offline: Option<Decimal>,
    /// Part of its value that a good-faith fault costs, from 0 to 1.
    pub slash_fault: Option<Decimal>,
    /// Part of its value that a proven fault costs, from 0 to 1.
    pub slash_proven: Option<Decimal>,
    /// Part of its value that a threat to the network costs, from 0 to 1.
    pub slash_threat: Option<Decimal>,
    /// Seconds to answer a challenge.
    pub heartbeat_window_seconds: Option<Decimal>,
    /// Minutes between two challenges of one session.
    pub challenge_interval_minutes: Option<Decimal>,
    /// Most challenges in a block; without effect here, where nobody draws them.
    pub challenges_per_block: Option<u32>,
    /// Days between the stop of a session and the return of its stake.
    pub cool_down_days: Option<Decimal>,
}

impl Overrides {
    /// `parameters` with what is given here in their place.
    pub fn apply(&self, parameters: TokenomicParameters) -> TokenomicParameters {
        let fixed = |given: Option<Decimal>, kept| given.map_or(kept, Decimal::fixed);
        let part = |given: Option<Decimal>, kept: Perbill| given.map_or(kept, Decimal::part);
        let time = |given: Option<Decimal>, unit, kept| given.map_or(kept, |number| number.of(unit));
        let kept = parameters;
        TokenomicParameters {
            tick: time(self.tick_seconds, SECOND, kept.tick),
            price: fixed(self.price, kept.price),
            rho: fixed(self.rho, kept.rho),
            value_max: fixed(self.value_max, kept.value_max),
            cost_k: fixed(self.cost_k, kept.cost_k),
            cost_b: fixed(self.cost_b, kept.cost_b),
            rig_k: fixed(self.rig_k, kept.rig_k),
            rig_b: fixed(self.rig_b, kept.rig_b),
            stake_multiplier: fixed(self.stake_multiplier, kept.stake_multiplier),
            stake_k: fixed(self.stake_k, kept.stake_k),
            score_min: self.score_min.unwrap_or(kept.score_min),
            budget: fixed(self.budget, kept.budget),
            budget_decay: part(self.budget_decay, kept.budget_decay),
            budget_period: time(self.budget_period_days, DAY, kept.budget_period),
            treasury_share: part(self.treasury_share, kept.treasury_share),
            slash_offline: part(self.slash_offline, kept.slash_offline),
            slash_fault: part(self.slash_fault, kept.slash_fault),
            slash_proven: part(self.slash_proven, kept.slash_proven),
            slash_threat: part(self.slash_threat, kept.slash_threat),
            heartbeat_window: time(self.heartbeat_window_seconds, SECOND, kept.heartbeat_window),
            challenge_interval: time(self.challenge_interval_minutes, MINUTE, kept.challenge_interval),
            challenges_per_block: self.challenges_per_block.unwrap_or(kept.challenges_per_block),
            cool_down: time(self.cool_down_days, DAY, kept.cool_down),
        }
    }

    /// Parts of a whole, by name.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&'static str, Decimal)> {
        let parts = [
            ("budget_decay", self.budget_decay),
            ("treasury_share", self.treasury_share),
            ("slash_offline", self.slash_offline),
            ("slash_fault", self.slash_fault),
            ("slash_proven", self.slash_proven),
            ("slash_threat", self.slash_threat),
        ];
        parts.into_iter().filter_map(|(name, given)| Some((name, given?)))
    }
}
