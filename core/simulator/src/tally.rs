//! What became of a group's workers, added up.

use phala_economics::{Balance, Moment, Payout, SlashLevel, StartError};
use serde::Serialize;

use crate::{decimal::DAY, outcome::Outcome};

/// Milliseconds in a year of 365 days.
const YEAR: u128 = 365 * DAY as u128;

/// Sums since the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sessions that started.
    pub started: u32,
    /// Sessions that restarted with a larger stake.
    pub restarted: u32,
    /// Starts and restarts that were refused.
    pub refused: Refusals,
    /// Answers in time.
    pub answers: u64,
    /// Answers in time that the subsidy could not pay, or not in full.
    pub unpaid_answers: u64,
    /// Outages that were noticed.
    pub outages: u64,
    /// Faults of levels 2, 3 and 4.
    pub faults: [u64; 3],
    /// Sessions that were stopped, by their pool or for a threat.
    pub stopped: u32,
    /// Stakes that came back.
    pub returned: u32,
    /// Base units of stake that were lost.
    pub slashed: Balance,
    /// Base units paid.
    pub paid: Payout,
    /// Base units behind the sessions that mine now.
    pub mining: Balance,
    /// Base units that mined, times the ms that they did.
    pub stake_time: u128,
    /// Up to when `stake_time` counts.
    at: Moment,
}

/// Starts and restarts that were refused, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Refusals {
    /// [`StartError::InsufficientStake`].
    pub insufficient_stake: u32,
    /// [`StartError::TooMuchStake`].
    pub too_much_stake: u32,
    /// [`StartError::BenchmarkTooLow`].
    pub benchmark_too_low: u32,
    /// [`StartError::UnknownConfidence`].
    pub unknown_confidence: u32,
}

impl Refusals {
    /// All of them.
    pub fn total(&self) -> u32 {
        let Self { insufficient_stake, too_much_stake, benchmark_too_low, unknown_confidence } = *self;
        insufficient_stake + too_much_stake + benchmark_too_low + unknown_confidence
    }

    fn count(&mut self, reason: StartError) {
        *match reason {
            StartError::InsufficientStake => &mut self.insufficient_stake,
            StartError::TooMuchStake => &mut self.too_much_stake,
            StartError::BenchmarkTooLow => &mut self.benchmark_too_low,
            StartError::UnknownConfidence => &mut self.unknown_confidence,
        } += 1;
    }

    fn plus(self, other: Self) -> Self {
        Self {
            insufficient_stake: self.insufficient_stake + other.insufficient_stake,
            too_much_stake: self.too_much_stake + other.too_much_stake,
            benchmark_too_low: self.benchmark_too_low + other.benchmark_too_low,
            unknown_confidence: self.unknown_confidence + other.unknown_confidence,
        }
    }
}

impl Tally {
    /// Counts what became of an action at `now`.
    pub(crate) fn count(&mut self, outcome: &Outcome, now: Moment) {
        self.advance(now);
        match *outcome {
            Outcome::Started { stake } => {
                self.started += 1;
                self.mining = self.mining.saturating_add(stake);
            }
            Outcome::Refused(reason) | Outcome::RestartRefused(reason) => self.refused.count(reason),
            Outcome::Restarted { taken, returned, stake } => {
                self.restarted += 1;
                self.mining = self.mining.saturating_sub(taken).saturating_add(stake);
                self.slashed = self.slashed.saturating_add(taken.saturating_sub(returned));
            }
            Outcome::Paid { paid, missing } => {
                self.answers += 1;
                self.unpaid_answers += u64::from(missing > 0);
                self.paid = add(self.paid, paid);
            }
            Outcome::WentOffline => self.outages += 1,
            Outcome::Faulted { level, stopped } => {
                let level = match level {
                    SlashLevel::GoodFaith => 0,
                    SlashLevel::Proven => 1,
                    SlashLevel::Threat => 2,
                };
                self.faults[level] += 1;
                stopped.into_iter().for_each(|stake| self.stop(stake));
            }
            Outcome::Stopped { stake } => self.stop(stake),
            Outcome::Returned { taken, returned } => {
                self.returned += 1;
                self.slashed = self.slashed.saturating_add(taken.saturating_sub(returned));
            }
            Outcome::Recovered | Outcome::ParametersChanged => {}
        }
    }

    /// Counts the stake that mines until `now`.
    pub(crate) fn advance(&mut self, now: Moment) {
        let elapsed = now.saturating_sub(self.at);
        self.stake_time = self.stake_time.saturating_add(self.mining.saturating_mul(elapsed.into()));
        self.at = self.at.max(now);
    }

    fn stop(&mut self, stake: Balance) {
        self.stopped += 1;
        self.mining = self.mining.saturating_sub(stake);
    }

    /// Both together.
    pub(crate) fn plus(self, other: &Self) -> Self {
        Self {
            started: self.started + other.started,
            restarted: self.restarted + other.restarted,
            refused: self.refused.plus(other.refused),
            answers: self.answers + other.answers,
            unpaid_answers: self.unpaid_answers + other.unpaid_answers,
            outages: self.outages + other.outages,
            faults: std::array::from_fn(|level| self.faults[level] + other.faults[level]),
            stopped: self.stopped + other.stopped,
            returned: self.returned + other.returned,
            slashed: self.slashed.saturating_add(other.slashed),
            paid: add(self.paid, other.paid),
            mining: self.mining.saturating_add(other.mining),
            stake_time: self.stake_time.saturating_add(other.stake_time),
            at: self.at.max(other.at),
        }
    }

    /// Money since an earlier tally.
    pub(crate) fn since(&self, earlier: &Self) -> Income {
        Income {
            paid: Payout {
                pool: self.paid.pool.saturating_sub(earlier.paid.pool),
                treasury: self.paid.treasury.saturating_sub(earlier.paid.treasury),
            },
            stake_time: self.stake_time.saturating_sub(earlier.stake_time),
        }
    }

    /// What pools were paid for each PHA that mined, scaled to a year of 365 days; none if none did.
    pub fn annual_return(&self) -> Option<f64> {
        self.since(&Self::default()).annual_return()
    }
}

/// What some time brought.
pub(crate) struct Income {
    /// Base units paid.
    pub(crate) paid: Payout,
    stake_time: u128,
}

impl Income {
    pub(crate) fn annual_return(&self) -> Option<f64> {
        let stake_years = self.stake_time / YEAR;
        (stake_years > 0).then(|| self.paid.pool as f64 / stake_years as f64)
    }
}

fn add(one: Payout, other: Payout) -> Payout {
    Payout {
        pool: one.pool.saturating_add(other.pool),
        treasury: one.treasury.saturating_add(other.treasury),
    }
}
