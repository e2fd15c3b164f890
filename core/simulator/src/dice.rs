//! Chance, the same whenever the seed is the same.
//!
//! A seed means the same story on every machine and in every version, so that all of it is whole
//! numbers and a generator whose output is specified; nothing is left to a library's choice of distributions.

use phala_economics::arithmetic::multiply_divide;
use rand_chacha::{
    rand_core::{RngCore, SeedableRng},
    ChaCha8Rng,
};

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
    pub(crate) fn moment(&mut self, from: u64, to: u64) -> u64 {
        self.between(from.into(), to.into()) as u64
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
    fn chances_should_come_true_as_often_as_they_say() {
        let mut dice = Dice::new(7, 0);
        let mut count = |chance| (0..10_000).filter(|_| dice.happens(chance)).count();
        assert_eq!(count(Chance::new(0, 10)), 0);
        assert_eq!(count(Chance::new(10, 10)), 10_000);
        assert_eq!(count(Chance::new(11, 10)), 10_000);
        assert!((2_800..3_200).contains(&count(Chance::new(3, 10))));
    }
}
