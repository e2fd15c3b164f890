//! One worker of a schedule, and what is likely to happen to it.

use phala_economics::{arithmetic, Balance, FixedU128, Moment};
use sp_arithmetic::FixedPointNumber;

use crate::{
    decimal::HOUR,
    dice::{Chance, Dice},
    limits::MONTH,
    scenario::{Group, Scenario},
    Decimal,
};

/// [`SlashLevel`](phala_economics::SlashLevel), with an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    GoodFaith,
    Proven,
    Threat,
}

/// Where a worker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Waiting,
    Mining,
    CoolingDown,
    Gone,
}

/// A worker.
#[derive(Clone, Debug)]
pub(crate) struct Miner {
    /// Index of its group.
    pub(crate) group: usize,
    pub(crate) dice: Dice,
    pub(crate) life: Life,
    /// Whether it missed a deadline and has not answered since.
    pub(crate) offline: bool,
    pub(crate) stake: Balance,
    pub(crate) score: u32,
    /// Counter of the last answer.
    pub(crate) iterations: u64,
    /// When it was counted.
    pub(crate) counted_at: Moment,
}

/// How likely things are in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chances {
    /// That an outage begins between two answers.
    pub(crate) outage: Chance,
    /// That a fault is committed between two answers.
    pub(crate) faults: [(Level, Chance); 3],
    /// That jobs are served at an answer.
    pub(crate) serving: Chance,
}

impl Chances {
    pub(crate) fn new(scenario: &Scenario, group: &Group) -> Self {
        let every = scenario.answer_hours.of(HOUR);
        let chance = |per_month: Decimal| Chance::new(per_month.scaled(every.into()), MONTH.into());
        let faults = &group.faults_per_month;
        Self {
            outage: chance(group.outages_per_month),
            faults: [
                (Level::GoodFaith, chance(faults.good_faith)),
                (Level::Proven, chance(faults.proven)),
                (Level::Threat, chance(faults.threat)),
            ],
            serving: Chance::new(group.serving.fixed().into_inner(), FixedU128::DIV),
        }
    }
}

impl Miner {
    /// Lets the benchmark count for `elapsed` ms, but for the part in which jobs were served.
    pub(crate) fn count(&mut self, group: &Group, elapsed: Moment) {
        let one = Decimal::whole(1).fixed();
        let speed = FixedU128::from_inner(
            self.dice.between(group.speed.from.fixed().into_inner(), group.speed.to.fixed().into_inner()),
        );
        let idle = arithmetic::multiply(speed, one - group.serving.fixed());
        let full = u128::from(self.score).saturating_mul(elapsed.into());
        let counted = arithmetic::multiply_divide(idle.into_inner(), full, 6_000 * one.into_inner());
        self.iterations = self.iterations.saturating_add(counted as u64);
    }
}
