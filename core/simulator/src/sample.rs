//! The network at one time, as tables and pictures show it.

use std::{num::NonZeroUsize, thread};

use phala_economics::{arithmetic, Balance, FixedU128, Moment, Payout, Phase, TokenomicParameters};

use crate::{decimal::DAY, network::Entry, tally::Tally, Network};

/// Sessions whose values take much longer than starting a thread.
const WORTH_A_THREAD: usize = 500;

/// The network at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Milliseconds since the beginning.
    pub at: Moment,
    /// Sessions that answer.
    pub responsive: u32,
    /// Sessions in an outage.
    pub unresponsive: u32,
    /// Sessions that were stopped and whose stake has not come back.
    pub cooling_down: u32,
    /// USD for a PHA.
    pub price: FixedU128,
    /// PHA emitted in a tick.
    pub budget: FixedU128,
    /// PHA emitted in a day.
    pub daily_budget: FixedU128,
    /// Σ share.
    pub total_share: FixedU128,
    /// Values of the sessions that mine, responsive or not.
    pub values: Values,
    /// Base units behind the sessions that mine.
    pub stake: Balance,
    /// Base units paid since the last sample.
    pub paid: Payout,
    /// Base units paid since the beginning.
    pub paid_in_total: Payout,
    /// Base units left in the subsidy.
    pub subsidy_left: Balance,
    /// Base units of stake lost since the beginning.
    pub slashed: Balance,
    /// What pools were paid since the last sample, for each PHA that mined, scaled to a year of 365 days: 0.1
    /// is 10 %. None while nothing mined.
    pub annual_return: Option<f64>,
}

/// How values are distributed, in PHA; zeros where there are none. Percentiles are of the nearest rank:
/// values that some session has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// The least.
    pub least: FixedU128,
    /// 10th percentile.
    pub low: FixedU128,
    /// 50th percentile.
    pub median: FixedU128,
    /// 90th percentile.
    pub high: FixedU128,
    /// The largest.
    pub most: FixedU128,
    /// Their mean, rounded down.
    pub mean: FixedU128,
}

impl Values {
    fn of(mut values: Vec<FixedU128>) -> Self {
        values.sort_unstable();
        let (Some(least), Some(most)) = (values.first(), values.last()) else {
            return Self::default();
        };
        // The nearest rank: a value that some session has.
        let rank = |tenths: usize| {
            let index = (values.len() * tenths).div_ceil(10).saturating_sub(1);
            values.get(index).copied().unwrap_or_default()
        };
        let sum = values.iter().fold(0u128, |sum, value| sum.saturating_add(value.into_inner()));
        let mean = FixedU128::from_inner(sum / values.len() as u128);
        Self { least: *least, low: rank(1), median: rank(5), high: rank(9), most: *most, mean }
    }
}

impl Sample {
    /// The network at `now`, `at` ms after the beginning. `tally` is of all workers, `last` the same at the
    /// last sample.
    pub(crate) fn take(network: &Network, at: Moment, now: Moment, tally: &Tally, last: &Tally) -> Self {
        let mut phases = [0u32; 3];
        let mut mining = Vec::new();
        for (_, entry) in network.sessions() {
            let (phase, mines) = match entry.session.phase {
                Phase::Responsive => (0, true),
                Phase::Unresponsive => (1, true),
                Phase::CoolingDown { .. } => (2, false),
            };
            phases[phase] += 1;
            if mines {
                mining.push(entry);
            }
        }
        let [responsive, unresponsive, cooling_down] = phases;
        let parameters = network.parameters();
        let (budget, total_share) = match network.accumulator() {
            Some(accumulator) => {
                let mut accumulator = *accumulator;
                accumulator.advance(parameters, now);
                (accumulator.schedule.budget, accumulator.total_share)
            }
            None => (parameters.budget, FixedU128::default()),
        };
        let period = tally.since(last);
        let ledger = network.ledger();
        Self {
            at,
            responsive,
            unresponsive,
            cooling_down,
            price: parameters.price,
            budget,
            daily_budget: arithmetic::scale(budget, DAY.into(), parameters.tick.into()),
            total_share,
            values: Values::of(values_at(&mining, parameters, now)),
            stake: tally.mining,
            paid: period.paid,
            paid_in_total: ledger.paid,
            subsidy_left: ledger.left,
            slashed: ledger.slashed,
            annual_return: period.annual_return(),
        }
    }
}

/// The sessions' values as of `now`. They are what takes longest in a simulation, so that all processors
/// compute them.
fn values_at(sessions: &[&Entry], parameters: &TokenomicParameters, now: Moment) -> Vec<FixedU128> {
    let evaluate = |sessions: &[&Entry]| -> Vec<FixedU128> {
        sessions.iter().map(|entry| entry.value_at(parameters, now)).collect()
    };
    let processors = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let part = sessions.len().div_ceil(processors).max(WORTH_A_THREAD);
    thread::scope(|scope| {
        let mut parts = sessions.chunks(part);
        let own = parts.next().unwrap_or_default();
        let others: Vec<_> = parts.map(|part| scope.spawn(move || evaluate(part))).collect();
        let mut values = evaluate(own);
        for other in others {
            // A panic over there is one here.
            values.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        values
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(numbers: &[u32]) -> Values {
        Values::of(numbers.iter().copied().map(FixedU128::from_u32).collect())
    }

    #[test]
    fn values_should_be_those_of_the_nearest_rank() {
        let ten = values(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        let whole = FixedU128::from_u32;
        assert_eq!((ten.least, ten.most), (whole(1), whole(10)));
        assert_eq!((ten.low, ten.median, ten.high), (whole(1), whole(5), whole(9)));
        assert_eq!(ten.mean, FixedU128::from_rational(55, 10));
        let one = values(&[3]);
        assert_eq!([one.least, one.low, one.median, one.high, one.most, one.mean], [whole(3); 6]);
        assert_eq!(values(&[]), Values::default());
    }
}
