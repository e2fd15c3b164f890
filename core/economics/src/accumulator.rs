//! Emission, and its division among sessions without walking them (section 5).
//!
//! Instead of paying every session at every tick, one number A grows by `B · Δticks / Σ share`. A
//! session that had share s from A_i on has earned `s · (A − A_i)`.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::{
    traits::{Saturating, Zero},
    FixedPointNumber, FixedU128,
};

use crate::{arithmetic, fine::Fine, Moment, TokenomicParameters};

/// The budget now and when it decays next.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Schedule {
    /// B: PHA emitted in a tick.
    pub budget: FixedU128,
    /// When B decays next.
    pub decays_at: Moment,
}

impl Schedule {
    /// A schedule that begins at `now`.
    pub fn new(parameters: &TokenomicParameters, now: Moment) -> Self {
        Self { budget: parameters.budget, decays_at: now.saturating_add(parameters.budget_period) }
    }

    /// PHA emitted from `from` to `to`, with every decay on the way, in O(log decays); the schedule moves on to
    /// `to`.
    pub fn emit(&mut self, parameters: &TokenomicParameters, from: Moment, to: Moment) -> FixedU128 {
        let period = parameters.budget_period.max(1);
        // Decays that `from` has passed already emit nothing.
        if let Some(passed) = from.checked_sub(self.decays_at) {
            self.decay(parameters, (passed / period).saturating_add(1));
        }
        let Some(after) = to.checked_sub(self.decays_at) else {
            return self.flow(parameters, to.saturating_sub(from));
        };

        let before = self.flow(parameters, self.decays_at.saturating_sub(from));
        self.decay(parameters, 1);
        let periods = after / period;
        let factor = Fine::from_fixed(parameters.budget_decay.into());
        let between = factor.geometric_sum(periods).times(self.flow(parameters, period)).to_fixed();
        self.decay(parameters, periods);
        before.saturating_add(between).saturating_add(self.flow(parameters, after % period))
    }

    /// Lets the budget decay `times` times.
    fn decay(&mut self, parameters: &TokenomicParameters, times: u64) {
        let factor = Fine::from_fixed(parameters.budget_decay.into()).power(times);
        self.budget = factor.times(self.budget).to_fixed();
        self.decays_at = self.decays_at.saturating_add(times.saturating_mul(parameters.budget_period));
    }

    /// PHA emitted in `time` ms without a decay: `B · time / tick`.
    fn flow(&self, parameters: &TokenomicParameters, time: Moment) -> FixedU128 {
        arithmetic::scale(self.budget, time.into(), parameters.tick.into())
    }
}

/// The accumulator A with what belongs to it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Accumulator {
    /// A: PHA emitted so far per unit of share.
    pub per_share: FixedU128,
    /// PHA emitted that the last division left over; they go into the next one.
    pub remainder: FixedU128,
    /// Σ share over responsive sessions, exactly.
    pub total_share: FixedU128,
    /// Up to when emission is accounted for.
    pub at: Moment,
    /// The budget.
    pub schedule: Schedule,
}

impl Accumulator {
    /// An accumulator whose emission begins at `now`.
    pub fn new(parameters: &TokenomicParameters, now: Moment) -> Self {
        Self {
            per_share: FixedU128::zero(),
            remainder: FixedU128::zero(),
            total_share: FixedU128::zero(),
            at: now,
            schedule: Schedule::new(parameters, now),
        }
    }

    /// Accounts for the emission until `now`. What is emitted while no session is responsive is nobody's.
    pub fn advance(&mut self, parameters: &TokenomicParameters, now: Moment) {
        if now <= self.at {
            return;
        }
        let emitted = self.schedule.emit(parameters, self.at, now);
        self.at = now;
        if self.total_share.is_zero() {
            return;
        }
        let available = emitted.saturating_add(self.remainder);
        let step = arithmetic::divide(available, self.total_share);
        // Rounded up, so that never more is divided than was emitted.
        let divided =
            arithmetic::multiply_divide_up(step.into_inner(), self.total_share.into_inner(), FixedU128::DIV);
        self.per_share = self.per_share.saturating_add(step);
        self.remainder = available.saturating_sub(FixedU128::from_inner(divided));
    }

    /// Puts `new` in the place of `old` in Σ share; either may be zero. The accumulator must have been
    /// advanced to the time of the change.
    pub fn replace_share(&mut self, old: FixedU128, new: FixedU128) {
        self.total_share = self.total_share.saturating_sub(old).saturating_add(new);
    }

    /// PHA that `share` has earned since A was `since`: `share · (A − A_i)`.
    pub fn earned(&self, share: FixedU128, since: FixedU128) -> FixedU128 {
        arithmetic::multiply(share, self.per_share.saturating_sub(since))
    }

    /// Begins a new schedule at `now`, up to which the accumulator must have been advanced.
    pub fn restart_schedule(&mut self, parameters: &TokenomicParameters, now: Moment) {
        self.schedule = Schedule::new(parameters, now);
    }
}
