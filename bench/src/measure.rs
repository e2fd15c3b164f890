//! Measuring by turns.
//!
//! A time says little on a machine that does other things too, or on another machine. A ratio of two times does, if both
//! were taken under the same conditions. So contenders run in turns (ours, peer, peer, ours, …), a ratio is taken
//! within each turn, between neighbours in time, and the median of the turns counts. What disturbs one turn changes
//! its ratio, but not the median; and since every other turn goes backwards, nobody gains from being first.

use std::time::{Duration, Instant};

use anyhow::{ensure, Result};

/// A run shorter than this is repeated within its turn, for clocks and caches to matter less.
const SHORTEST: Duration = Duration::from_millis(20);

/// What takes a turn: does its work once and gives the seconds that it took, or more than these.
pub(crate) type Contender<'a, T = f64> = Box<dyn FnMut() -> Result<T> + 'a>;

/// Seconds of one contender, one value for each turn.
#[derive(Clone, Debug)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// Values that come from elsewhere; there must be one.
    pub(crate) fn new(values: Vec<f64>) -> Result<Self> {
        ensure!(!values.is_empty(), "nothing was measured");
        ensure!(values.iter().all(|value| value.is_finite()), "measured {values:?}");
        Ok(Self(values))
    }

    /// The middle value.
    pub(crate) fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// Half the distance between the quartiles, as a part of the median: half of all turns lie about this near.
    pub(crate) fn spread(&self) -> f64 {
        (self.quantile(0.75) - self.quantile(0.25)) / 2.0 / self.median().max(f64::MIN_POSITIVE)
    }

    /// How many times as fast as `peer`: the median over the turns that both took.
    pub(crate) fn speed_relative_to(&self, peer: &Self) -> f64 {
        Self(self.0.iter().zip(&peer.0).map(|(ours, peers)| peers / ours).collect()).median()
    }

    /// Linear between neighbouring values.
    fn quantile(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = part * (sorted.len() - 1) as f64;
        let (below, above) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
        below + (above - below) * at.fract()
    }
}

/// Lets all contenders run in turns, every other turn backwards, after one turn that does not count.
pub(crate) fn in_turns(turns: usize, contenders: &mut [Contender]) -> Result<Vec<Samples>> {
    take_turns(turns, contenders)?.into_iter().map(Samples::new).collect()
}

/// As [`in_turns`], with all that each contender gave in each turn.
pub(crate) fn take_turns<T>(turns: usize, contenders: &mut [Contender<T>]) -> Result<Vec<Vec<T>>> {
    let mut taken: Vec<Vec<T>> = contenders.iter().map(|_| Vec::with_capacity(turns)).collect();
    let mut order: Vec<usize> = (0..contenders.len()).collect();
    for turn in 0..=turns {
        for contender in &order {
            let times = contenders[*contender]()?;
            if turn > 0 {
                taken[*contender].push(times);
            }
        }
        order.reverse();
    }
    Ok(taken)
}

/// A contender that does `work`, as often as fills the shortest time worth measuring.
pub(crate) fn work<'a>(mut work: impl FnMut() -> Result<()> + 'a) -> Result<Contender<'a>> {
    work()?;
    let start = Instant::now();
    work()?;
    let runs = runs_of(start.elapsed());
    Ok(Box::new(move || {
        let start = Instant::now();
        (0..runs).try_for_each(|_| work())?;
        Ok(start.elapsed().as_secs_f64() / f64::from(runs))
    }))
}

/// How many runs that take this long fill [`SHORTEST`].
pub(crate) fn runs_of(once: Duration) -> u32 {
    let runs = SHORTEST.as_nanos().div_ceil(once.as_nanos().max(1));
    u32::try_from(runs).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn samples(values: &[f64]) -> Samples {
        Samples::new(values.to_vec()).unwrap()
    }

    #[test]
    fn median_and_spread_should_not_move_when_one_turn_is_disturbed() {
        let calm = samples(&[3.0, 1.0, 2.0, 4.0, 5.0]);
        assert_eq!((calm.median(), calm.spread()), (3.0, 1.0 / 3.0));
        let disturbed = samples(&[3.0, 1.0, 2.0, 4.0, 500.0]);
        assert_eq!((disturbed.median(), disturbed.spread()), (3.0, 1.0 / 3.0));
        assert_eq!(samples(&[1.0, 2.0]).median(), 1.5);
    }

    #[test]
    fn ratio_should_be_that_of_neighbours_when_the_machine_slows_down_over_the_run() {
        let (ours, peers) = (samples(&[1.0, 2.0, 4.0, 8.0, 16.0]), samples(&[2.0, 4.0, 8.0, 16.0, 32.0]));
        assert_eq!(ours.speed_relative_to(&peers), 2.0);
        assert_eq!(peers.speed_relative_to(&ours), 0.5);
    }

    #[test]
    fn samples_should_be_refused_when_there_are_none_or_one_is_no_number() {
        assert!(Samples::new(Vec::new()).is_err());
        assert!(Samples::new(vec![1.0, f64::NAN]).is_err());
    }

    #[test]
    fn contenders_should_take_turns_there_and_back_and_the_first_turn_not_count() {
        let order = std::cell::RefCell::new(Vec::new());
        let contender = |name: f64| -> Contender {
            let order = &order;
            let mut turn = 0.0;
            Box::new(move || {
                order.borrow_mut().push(name);
                turn += 1.0;
                Ok(name * turn)
            })
        };
        let measured = in_turns(3, &mut [contender(1.0), contender(10.0)]).unwrap();
        assert_eq!(*order.borrow(), [1.0, 10.0, 10.0, 1.0].repeat(2));
        assert_eq!([measured[0].median(), measured[1].median()], [3.0, 30.0]);
    }

    #[test]
    fn short_work_should_be_repeated_until_it_fills_a_turn() {
        assert_eq!(runs_of(Duration::from_millis(1)), 20);
        assert_eq!(runs_of(Duration::from_secs(1)), 1);
        assert_eq!(runs_of(Duration::ZERO), 20_000_000);
    }
}
