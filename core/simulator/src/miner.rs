//! One worker of a schedule, and how likely things are to happen to it.

use phala_economics::{arithmetic, Balance, FixedU128, Moment};
use sp_arithmetic::FixedPointNumber;

use crate::{
    dice::{Chance, Dice, Rate},
    limits::MONTH,
    scenario::Group,
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

/// How often, and how likely, things happen in a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Odds {
    /// Outages of a worker that answers.
    pub(crate) outages: Rate,
    /// Faults of each level.
    pub(crate) faults: [(Level, Rate); 3],
    /// That jobs are served at an answer.
    pub(crate) serving: Chance,
}

impl Odds {
    pub(crate) fn new(group: &Group) -> Self {
        let faults = &group.faults_per_month;
        Self {
            outages: Rate::new(group.outages_per_month, MONTH),
            faults: [
                (Level::GoodFaith, Rate::new(faults.good_faith, MONTH)),
                (Level::Proven, Rate::new(faults.proven, MONTH)),
                (Level::Threat, Rate::new(faults.threat, MONTH)),
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
