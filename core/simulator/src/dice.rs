//! Chance, the same whenever the seed is the same.
//!
//! A seed means the same story on every machine and in every version, so that all of it is whole
//! numbers and a generator whose output is specified; nothing is left to a library's choice of distributions.

use phala_economics::{arithmetic::multiply_divide, Moment};
use rand_chacha::{
    rand_core::{RngCore, SeedableRng},
    ChaCha8Rng,
};

use crate::Decimal;

/// A probability, in parts of 2^64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chance(u128);

impl Chance {
    const CERTAIN: u128 = 1 << 64;

    /// `favourable` of `all`; certain where there are not more.
    pub(crate) fn new(favourable: u128, all: u128) -> Self {
        Self(multiply_divide(Self::CERTAIN, favourable, all).min(Self::CERTAIN))
    }
}

/// How often something happens: parts of 2^64 of a probability for each millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate(u128);

impl Rate {
    /// `times` in `period` ms.
    pub(crate) fn new(times: Decimal, period: Moment) -> Self {
        Self(multiply_divide(times.scaled(Chance::CERTAIN), 1, period.into()))
    }

    /// That it happens within `elapsed` ms; certain where it happens more than once on average.
    pub(crate) fn within(self, elapsed: Moment) -> Chance {
        Chance(self.0.saturating_mul(elapsed.into()).min(Chance::CERTAIN))
    }

    /// That it happens within `elapsed` ms, where it ends that time, on average at the half of it.
    ///
    /// With x times in the full time, x / (1 + x / 2) is the chance for which x come out.
    pub(crate) fn within_what_it_ends(self, elapsed: Moment) -> Chance {
        let Chance(times) = self.within(elapsed);
        Chance::new(times, Chance::CERTAIN.saturating_add(times / 2))
    }
}

/// One stream of random numbers.
#[derive(Clone, Debug)]
pub(crate) struct Dice(ChaCha8Rng);

impl Dice {
    /// Stream number `stream` of `seed`. Streams do not depend on each other: a worker's story stays what it
    /// is when others are added.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Self(generator)
    }

    /// A number from `from` to `to`, both included.
    pub(crate) fn between(&mut self, from: u128, to: u128) -> u128 {
        // 64 random bits are not spread quite evenly over the numbers; it is far below what any scenario
        // could show.
        let (random, width) = (u128::from(self.0.next_u64()), to.saturating_sub(from).saturating_add(1));
        let drawn = match random.checked_mul(width) {
            Some(product) => product >> 64,
            None => multiply_divide(random, width, Chance::CERTAIN),
        };
        from.saturating_add(drawn)
    }

    /// A time from `from` to `to`, both included.
    pub(crate) fn moment(&mut self, from: Moment, to: Moment) -> Moment {
        self.between(from.into(), to.into()) as Moment
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&mut self, chance: Chance) -> bool {
        u128::from(self.0.next_u64()) < chance.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_should_be_those_of_the_seed_and_the_stream() {
        let first = |seed, stream| {
            let mut dice = Dice::new(seed, stream);
            [(); 4].map(|()| dice.between(0, 999))
        };
        // Whoever changes these changes every scenario's outcome.
        assert_eq!(first(1, 0), [402, 80, 596, 219]);
        assert_ne!(first(1, 0), first(1, 1));
        assert_ne!(first(1, 0), first(2, 0));
    }

    #[test]
    fn numbers_should_reach_both_ends_and_nothing_beyond() {
        let mut dice = Dice::new(7, 0);
        let drawn: std::collections::BTreeSet<_> = (0..1_000).map(|_| dice.between(3, 6)).collect();
        assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6]);
        assert_eq!(dice.between(5, 5), 5);
    }

    #[test]
    fn rates_should_come_out_when_time_goes_on_and_when_it_ends() {
        let mut dice = Dice::new(7, 0);
        let rate = Rate::new(Decimal::whole(3), 1_000);
        let whole = (0..10_000).filter(|_| dice.happens(rate.within(100))).count();
        assert!((2_850..3_150).contains(&whole), "3 in 1000 ms, in 1 000 000 ms: {whole}");
        let (mut elapsed, mut ended) = (0, 0);
        while elapsed < 1_000_000 {
            let ends = dice.happens(rate.within_what_it_ends(100));
            ended += u32::from(ends);
            elapsed += if ends { dice.moment(1, 100) } else { 100 };
        }
        assert!((2_850..3_150).contains(&ended), "{ended}");
        assert_eq!(rate.within(1_000), Chance::new(1, 1));
    }

    #[test]
    fn chances_should_come_true_as_often_as_they_say() {
        let mut dice = Dice::new(7, 0);
        let mut count = |chance| (0..10_000).filter(|_| dice.happens(chance)).count();
        assert_eq!(count(Chance::new(0, 10)), 0);
        assert_eq!(count(Chance::new(10, 10)), 10_000);
        assert_eq!(count(Chance::new(11, 10)), 10_000);
        assert!((2_800..3_200).contains(&count(Chance::new(3, 10))));
    }
}
