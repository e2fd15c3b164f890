//! The specification in floating point: one session's value tick by tick, and the emission.

use phala_economics::{FixedU128, Phase, TokenomicParameters};
use phala_primitives::{Balance, BlockNumber, Moment, WorkerId};

const HOUR: f64 = 3_600_000.0;
const YEAR: f64 = 365.0 * 24.0 * HOUR;

pub(super) fn number(fixed: FixedU128) -> f64 {
    fixed.into_inner() as f64 / 1e18
}

pub(super) fn pha(amount: Balance) -> f64 {
    amount as f64 / 1e12
}

/// Whether two amounts agree within `digits` digits, relative to the larger of them and one PHA.
pub(super) fn agree(a: f64, b: f64, digits: i32) -> bool {
    (a - b).abs() <= 10f64.powi(-digits) * a.abs().max(b.abs()).max(1.0)
}

/// A sum of very many small numbers that loses none of them (Kahan).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    pub(super) value: f64,
    pub(super) carry: f64,
}

impl Sum {
    pub(super) fn of(value: f64) -> Self {
        Self { value, carry: 0.0 }
    }

    pub(super) fn add(&mut self, summand: f64) {
        let corrected = summand - self.carry;
        let sum = self.value + corrected;
        self.carry = (sum - self.value) - corrected;
        self.value = sum;
    }

    pub(super) fn lose(&mut self, part: f64) {
        self.add(-part * self.value);
    }
}

/// A session as it should be.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) worker: WorkerId,
    pub(super) stake: Balance,
    pub(super) phase: Phase,
    pub(super) initial: f64,
    pub(super) value: Sum,
    pub(super) due: Sum,
    pub(super) score: u32,
    pub(super) confidence: u8,
    pub(super) performance: f64,
    pub(super) settled_at: Moment,
    pub(super) share: f64,
    pub(super) earned: Sum,
    /// Below this no payout may take the value: what it was at the last answer, less what was lost since.
    pub(super) floor: f64,
    /// V_max cut growth off since the last answer; the payout takes it from the value all the same.
    pub(super) cut: bool,
    /// V_max was lowered below the value. Whether growth of the tick in which that happens counts from the old
    /// value or the new one depends on whether the chain looks in between.
    pub(super) lowered: bool,
    /// As of the last event, exactly.
    pub(super) last: (FixedU128, BlockNumber),
}

impl Session {
    /// V^e with this stake (section 2).
    pub(super) fn promise(rules: &TokenomicParameters, stake: Balance, score: u32, confidence: u8) -> f64 {
        let rig_cost = (number(rules.rig_k) * f64::from(score) + number(rules.rig_b)) / number(rules.price);
        let multiplier = 1.0 + confidence_score(confidence) * (number(rules.stake_multiplier) - 1.0);
        multiplier * (pha(stake) + rig_cost)
    }

    pub(super) fn cap(&self, rules: &TokenomicParameters) -> f64 {
        number(rules.value_max).max(self.initial)
    }

    /// Sections 3 and 4, tick by tick.
    pub(super) fn pass(&mut self, rules: &TokenomicParameters, now: Moment) {
        let relative = self.performance / f64::from(self.score);
        let rate = relative * ((rules.rho.into_inner() - 10u128.pow(18)) as f64 / 1e18);
        let annual_cost = number(rules.cost_k) * f64::from(self.score) + number(rules.cost_b);
        let base = relative * annual_cost * (rules.tick as f64 / YEAR) / number(rules.price);
        let slash = f64::from(rules.slash_offline.deconstruct()) / 1e9 * (rules.tick as f64 / HOUR);
        let cap = self.cap(rules);
        while self.settled_at + rules.tick <= now {
            self.settled_at += rules.tick;
            match self.phase {
                Phase::Responsive => {
                    let growth = rate * self.value.value + base;
                    self.due.add(growth);
                    self.value.add(growth);
                    if self.value.value > cap {
                        self.value = Sum::of(cap);
                        self.cut = true;
                    }
                }
                Phase::Unresponsive => self.value.lose(slash),
                Phase::CoolingDown { .. } => {}
            }
        }
    }

    /// Section 5.
    pub(super) fn update_share(&mut self) {
        let weight = 2.0 * self.performance * confidence_score(self.confidence);
        self.share = match self.phase {
            Phase::Responsive => self.value.value.hypot(weight),
            Phase::Unresponsive | Phase::CoolingDown { .. } => 0.0,
        };
    }

    pub(super) fn begin_anew(&mut self) {
        self.floor = self.value.value;
        self.cut = false;
        self.due = Sum::default();
    }

    pub(super) fn leave(&mut self, phase: Phase) {
        self.phase = phase;
        self.due = Sum::default();
        self.earned = Sum::default();
        self.update_share();
    }
}

pub(super) fn confidence_score(level: u8) -> f64 {
    match level {
        1..=3 => 1.0,
        4 => 0.8,
        _ => 0.7,
    }
}

/// What is emitted, from the first session on.
pub(super) struct Emission {
    pub(super) budget: f64,
    pub(super) decays_at: Moment,
    pub(super) at: Moment,
}

impl Emission {
    pub(super) fn emit(&mut self, rules: &TokenomicParameters, now: Moment) -> f64 {
        let mut emitted = 0.0;
        while self.at < now || self.decays_at <= now {
            let end = now.min(self.decays_at);
            emitted += self.budget * ((end - self.at) as f64 / rules.tick as f64);
            self.at = end;
            if self.decays_at <= now {
                self.budget *= f64::from(rules.budget_decay.deconstruct()) / 1e9;
                self.decays_at += rules.budget_period;
            }
        }
        emitted
    }
}
