//! The performance score P.

use polkadot_sdk::{
    frame_support::{dispatch::DispatchResult, ensure, traits::Get},
    sp_runtime::traits::SaturatedConversion,
};

use crate::{Config, Error, Event, Pallet, Workers};
use phala_primitives::{registry::WorkerRecord, WorkerId};

/// Milliseconds that a score counts iterations in.
pub const SCORE_PERIOD: u64 = 6_000;

/// Highest score. The enclave has to ask its host for the time, so a host may slow the clock down; this bounds
/// what that gains.
pub const MAX_SCORE: u32 = 6_000;

impl<T: Config> Pallet<T> {
    /// Takes a worker's measurement: `iterations` in `milliseconds`. The newest one counts.
    ///
    /// # Errors
    ///
    /// [`Error::WorkerNotFound`], [`Error::BenchmarkTooShort`].
    pub fn report_benchmark(worker: &WorkerId, iterations: u64, milliseconds: u64) -> DispatchResult {
        let record = Self::record(worker)?;
        ensure!(milliseconds >= T::BenchmarkTime::get(), Error::<T>::BenchmarkTooShort);
        let score = score(iterations, milliseconds);
        Workers::<T>::insert(worker, WorkerRecord { score: Some(score), ..record });
        Self::deposit_event(Event::WorkerBenchmarked { worker: *worker, score });
        Ok(())
    }
}

/// Iterations per [`SCORE_PERIOD`], rounded down, at most [`MAX_SCORE`].
fn score(iterations: u64, milliseconds: u64) -> u32 {
    let exact = u128::from(iterations) * u128::from(SCORE_PERIOD) / u128::from(milliseconds.max(1));
    exact.saturated_into::<u32>().min(MAX_SCORE)
}

#[cfg(test)]
mod tests {
    use super::{score, MAX_SCORE};

    #[test]
    fn score_should_count_iterations_per_six_seconds() {
        assert_eq!(score(1_000, 6_000), 1_000);
        assert_eq!(score(1_000, 3_000), 2_000);
        assert_eq!(score(999, 12_000), 499);
        assert_eq!(score(0, 6_000), 0);
    }

    #[test]
    fn score_should_be_capped_when_the_numbers_are_absurd() {
        assert_eq!(score(6_001, 6_000), MAX_SCORE);
        assert_eq!(score(u64::MAX, 1), MAX_SCORE);
        assert_eq!(score(u64::MAX, 0), MAX_SCORE);
        assert_eq!(score(1, u64::MAX), 0);
    }
}
