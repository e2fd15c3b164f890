//! Everything at once: many accounts, several pools, all calls, rewards, faults, outages and jumps of time
//! at random.
//!
//! ```text
//! PHALA_POOL_CALLS=1000000 PHALA_POOL_SEED=7 cargo nextest run -p pallet-stake-pool at_random --no-capture
//! ```
//!
//! After every call all invariants hold (`try_state`), and nobody has gained or lost by another's
//! call; see [`purses`]. A run consists of worlds of a thousand calls each, of which the n-th has the
//! seed `PHALA_POOL_SEED` + n, so that a world that fails is replayed alone. At the end of each world
//! everybody withdraws, and everything must be gone: no stake, no rewards, no pools.

mod calls;
mod purses;
mod world;

use std::{
    env,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};

use rand::{rngs::StdRng, Rng, SeedableRng};

use super::*;
use calls::Tally;
use world::World;

/// Calls in one world.
const CALLS_PER_WORLD: u64 = 1_000;
/// Calls of a run that is not told how many.
const USUAL_CALLS: u64 = 5_000;
/// After how many calls everything should have happened.
const CALLS_FOR_ALL: u64 = 50_000;

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
        if thread::panicking() {
            eprintln!("repeat it with PHALA_POOL_SEED={} PHALA_POOL_CALLS={}", self.seed, self.calls);
        }
    }
}

#[test]
fn pools_should_keep_every_promise_when_calls_and_times_are_at_random() {
    let seed = setting("PHALA_POOL_SEED").unwrap_or_else(|| rand::rng().random());
    let calls = setting("PHALA_POOL_CALLS").unwrap_or(USUAL_CALLS);
    eprintln!("PHALA_POOL_SEED={seed} PHALA_POOL_CALLS={calls}");

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
    // A usual run leaves the other cores to other tests.
    let threads = match calls <= USUAL_CALLS {
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
    let mut ext = ExtBuilder.build();
    let mut world = ext.execute_with(|| World::new(StdRng::seed_from_u64(replay.seed)));
    for call in 0..replay.calls {
        ext.execute_with(|| world.step(tally));
        // Otherwise every key that was ever removed is looked at again by those who iterate.
        if call % 100 == 99 {
            assert_ok!(ext.commit_all());
        }
    }
    ext.execute_with(|| world.wind_up());
}
