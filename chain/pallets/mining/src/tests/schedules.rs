//! Everything that can happen, at random, with every invariant checked after every call and every block.
//!
//! ```text
//! PHALA_MINING_CALLS=1000000 PHALA_MINING_SEED=7 cargo nextest run -p pallet-mining at_random --no-capture
//! ```
//!
//! A run consists of worlds of a thousand calls each, of which the n-th has the seed `PHALA_MINING_SEED` + n, so that a world
//! that fails is replayed alone.

mod calls;
mod model;
mod shadow;

use std::{
    env,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use polkadot_sdk::frame_support::assert_ok;
use rand::{rngs::StdRng, Rng, SeedableRng};

use crate::{mock::*, Emission, TotalPaid};
use calls::{Tally, World};

/// Calls in one world.
const CALLS_PER_WORLD: u64 = 1_000;
/// Calls of a run that is not told how many: what takes seconds.
const USUAL_CALLS: u64 = 3_000;
/// After how many calls everything should have happened.
const CALLS_FOR_ALL: u64 = 20_000;

fn setting(name: &str) -> Option<u64> {
    let value = env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|error| panic!("{name}={value}: {error}")))
}

/// Says how to repeat a world when it fails.
struct Replay {
    seed: u64,
    calls: u64,
}

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("repeat it with PHALA_MINING_SEED={} PHALA_MINING_CALLS={}", self.seed, self.calls);
        }
    }
}

#[test]
fn every_invariant_should_hold_when_calls_and_times_are_at_random() {
    let seed = setting("PHALA_MINING_SEED").unwrap_or_else(|| rand::rng().random());
    let calls = setting("PHALA_MINING_CALLS").unwrap_or(USUAL_CALLS);
    eprintln!("PHALA_MINING_SEED={seed} PHALA_MINING_CALLS={calls}");

    let begun = Instant::now();
    let next_world = AtomicU64::new(0);
    let run = || {
        let mut tally = Tally::default();
        loop {
            let world = next_world.fetch_add(1, Ordering::Relaxed);
            let Some(left) = calls.checked_sub(world * CALLS_PER_WORLD).filter(|left| *left > 0) else {
                return tally;
            };
            let replay = Replay { seed: seed.wrapping_add(world), calls: CALLS_PER_WORLD.min(left) };
            run_world(&replay, &mut tally);
        }
    };
    // A short run leaves the other cores to other tests.
    let threads = match calls <= CALLS_FOR_ALL {
        true => 1,
        false => thread::available_parallelism().map_or(1, usize::from),
    };
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        threads.into_iter().for_each(|thread| tally.add(thread.join().expect("no world failed")));
    });
    eprintln!("{calls} calls in {:.1} s\n{tally}", begun.elapsed().as_secs_f64());
    assert!(calls < CALLS_FOR_ALL || tally.is_complete(), "something never happened:\n{tally}");
}

fn run_world(replay: &Replay, tally: &mut Tally) {
    let mut rng = StdRng::seed_from_u64(replay.seed);
    let builder = ExtBuilder::default().parameters(calls::parameters(&mut rng));
    let subsidy = if rng.random() { SUBSIDY } else { EXISTENTIAL_DEPOSIT + 1_000 * phala_primitives::PHA };
    let mut ext = builder.subsidy(subsidy).build();
    let mut world = ext.execute_with(|| World::new(rng, subsidy));
    for call in 0..replay.calls {
        ext.execute_with(|| world.step(tally));
        // Otherwise every key that was ever removed is looked at again by those who iterate.
        if call % 100 == 99 {
            assert_ok!(ext.commit_all());
        }
    }
}

#[test]
fn payouts_should_add_up_to_the_budget_when_somebody_was_always_responsive() {
    ExtBuilder::default().build_and_execute(|| {
        let mut rng = StdRng::seed_from_u64(7);
        let mut sessions = vec![session_with_stake(1, 2_000)];
        let opened = now();
        let mut schedule = Emission::<Test>::get().unwrap().schedule;
        sessions.extend((2..=5).map(|n| session_with_stake(n, 3_000 * u32::from(n))));
        for _ in 0..300 {
            pass(rng.random_range(1..100_000));
            let (worker, session) = sessions[rng.random_range(0..sessions.len())];
            answer(worker, session);
            take_in_messages(worker);
        }
        sessions.iter().for_each(|(worker, session)| answer(*worker, *session));

        let emitted = phala_economics::arithmetic::to_balance(schedule.emit(&quiet(), opened, now()));
        let paid = TotalPaid::<Test>::get();
        assert!(paid <= emitted, "{paid} of {emitted}");
        // Each of the 305 payouts is rounded down to a base unit.
        assert!(emitted - paid <= 306, "{paid} of {emitted}");
    });
}
