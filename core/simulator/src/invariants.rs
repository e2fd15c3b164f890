//! What must hold at any time (ECONOMICS, section 9).
//!
//! 1. Σ share is exactly the sum of the shares of the responsive sessions; no other session has a share,
//!    growth to be paid, or earnings.
//! 2. Paid and left in the subsidy are together what it was funded with.
//! 3. No value is above V_max, or above V^e where V_max was lowered since the session's start. A payout never
//!    takes a value below that at the last answer, unless V_max cut off growth that the payout counts.
//! 4. What is evaluated lazily is what single ticks come to: a test, which evaluates in both ways.
//! 5. Stake returned, slashed and still held is together the stake taken.

use phala_economics::{Balance, FixedU128, Moment, Phase};
use sp_arithmetic::traits::{Saturating, Zero};

use crate::{Network, Worker};

/// An invariant that does not hold: an error in the arithmetic or in the simulator, which nothing in a
/// scenario can cause or mend. Report it with the scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// The first.
    #[error(
        "the sum of shares is {counted:?}, and the shares come to {summed:?}; report this with the scenario"
    )]
    Shares {
        /// As the emission counts it.
        counted: FixedU128,
        /// Over all sessions.
        summed: FixedU128,
    },
    /// The first, for one session.
    #[error("worker {worker} earns while it is not responsive; report this with the scenario")]
    Earns {
        /// Whose session.
        worker: Worker,
    },
    /// The second.
    #[error(
        "of a subsidy of {funded} base units, {accounted} are accounted for; report this with the scenario"
    )]
    Subsidy {
        /// At the beginning.
        funded: Balance,
        /// Paid or left.
        accounted: Balance,
    },
    /// The third.
    #[error("the value of worker {worker} is {value:?}, above the highest; report this with the scenario")]
    Value {
        /// Whose session.
        worker: Worker,
        /// Its value.
        value: FixedU128,
    },
    /// The third, at a payout.
    #[error("a payout at {at} ms took more than growth from worker {worker}; report this with the scenario")]
    PaidTooMuch {
        /// Whose session.
        worker: Worker,
        /// Chain time.
        at: Moment,
    },
    /// The fifth.
    #[error(
        "of a stake of {taken} base units, {accounted} are accounted for; report this with the scenario"
    )]
    Stake {
        /// Taken from pools.
        taken: Balance,
        /// Returned, slashed or held.
        accounted: Balance,
    },
}

/// Checks all of them but the fourth.
pub fn check(network: &Network) -> Result<(), Breach> {
    check_money(network)?;
    let value_max = network.parameters().value_max;
    let mut summed = FixedU128::zero();
    let mut held: Balance = 0;
    for (worker, entry) in network.sessions() {
        let session = &entry.session;
        summed = summed.saturating_add(session.share);
        held = held.saturating_add(entry.stake);

        let responsive = session.phase == Phase::Responsive;
        let idle = [session.share, session.due, session.earned].iter().all(Zero::is_zero);
        if !responsive && !idle {
            return Err(Breach::Earns { worker });
        }
        if session.value > value_max.max(session.initial_value) {
            return Err(Breach::Value { worker, value: session.value });
        }
    }
    let counted = network.accumulator().map_or_else(FixedU128::zero, |emission| emission.total_share);
    if counted != summed {
        return Err(Breach::Shares { counted, summed });
    }
    let ledger = network.ledger();
    match ledger.held == held {
        true => Ok(()),
        false => Err(Breach::Stake { taken: ledger.held, accounted: held }),
    }
}

fn check_money(network: &Network) -> Result<(), Breach> {
    let ledger = network.ledger();
    let accounted = ledger.paid.total().saturating_add(ledger.left);
    if accounted != ledger.funded {
        return Err(Breach::Subsidy { funded: ledger.funded, accounted });
    }
    let accounted = ledger.returned.saturating_add(ledger.slashed).saturating_add(ledger.held);
    match accounted == ledger.taken {
        true => Ok(()),
        false => Err(Breach::Stake { taken: ledger.taken, accounted }),
    }
}
