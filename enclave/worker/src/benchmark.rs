//! The load that a worker's performance score is measured with.
//!
//! The score decides what a worker earns, so the load must cost on every machine what jobs cost:
//! arithmetic and memory. One iteration is [`STEPS`] steps over a buffer of [`BUFFER`] bytes, larger
//! than the second-level cache of current server cores, so that neither a fast cache nor many
//! arithmetic units alone give a high score. Each step hashes a line whose place depends on the hash before, and writes
//! the outcome back: no step can be skipped, foreseen, or run beside another. One current core
//! does several hundred iterations in 6 s.
//!
//! [`measure`] answers the registry's question at full priority. A [`Counter`] runs the same load in
//! the background of a mining session, on otherwise idle cores, and pauses while jobs run.

use std::{
    num::NonZeroUsize,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use phala_primitives::{hash, Hash};

/// Bytes that one core's load works on.
pub const BUFFER: usize = LINES * LINE;

/// Steps of one iteration; each visits one line.
pub const STEPS: usize = 1 << 15;

const LINES: usize = 1 << 16;
const LINE: usize = 64;

/// Lowest scheduling priority ("nice" value): jobs and the API always go first.
const BACKGROUND: i32 = 19;

/// The load of one core.
struct Load {
    lines: Vec<[u8; LINE]>,
    state: Hash,
}

impl Load {
    /// A load with contents of its own, so that cores share no memory.
    fn new(core: usize) -> Self {
        let seed = hash(&(core as u64).to_le_bytes());
        let mut filler =
            u64::from_le_bytes([seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], seed[6], seed[7]]);
        let mut lines = vec![[0; LINE]; LINES];
        for word in lines.iter_mut().flat_map(|line| line.chunks_exact_mut(8)) {
            // Multiplier and increment of Knuth's MMIX generator: only to have no two lines alike.
            filler = filler.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            word.copy_from_slice(&filler.to_le_bytes());
        }
        Self { lines, state: seed }
    }

    fn iterate(&mut self) {
        let mut block = [0; 32 + LINE];
        for _ in 0..STEPS {
            let place = usize::from(u16::from_le_bytes([self.state[0], self.state[1]]));
            let line = &mut self.lines[place % LINES];
            block[..32].copy_from_slice(&self.state);
            block[32..].copy_from_slice(line);
            self.state = hash(&block);
            line[..32].copy_from_slice(&self.state);
        }
    }
}

/// What [`measure`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// Iterations finished, over all cores.
    pub iterations: u64,
    /// Time they took, in milliseconds; at least 1.
    pub milliseconds: u64,
}

/// Runs the load on `cores` threads until `duration` has passed and the iterations under way are
/// finished, at least one on each core. Blocks the caller. None if `stop` said so before.
pub fn measure(
    cores: NonZeroUsize,
    duration: Duration,
    stop: impl Fn() -> bool + Sync,
) -> Option<Measurement> {
    let mut loads: Vec<_> = (0..cores.get()).map(Load::new).collect();
    let start = Instant::now();
    let iterations = std::thread::scope(|scope| {
        let threads: Vec<_> = loads
            .iter_mut()
            .map(|load| {
                let stop = &stop;
                scope.spawn(move || {
                    let mut iterations = 0;
                    while !stop() {
                        load.iterate();
                        iterations += 1;
                        if start.elapsed() >= duration {
                            break;
                        }
                    }
                    iterations
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
    (!stop()).then_some(Measurement { iterations, milliseconds })
}

/// Counts iterations in the background while a session runs and no job does.
pub struct Counter {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    iterations: AtomicU64,
    mode: Mutex<Mode>,
    changed: Condvar,
}

#[derive(Default)]
struct Mode {
    in_session: bool,
    pauses: usize,
    stop: bool,
}

impl Mode {
    fn counts(&self) -> bool {
        self.in_session && self.pauses == 0
    }
}

impl Shared {
    /// The mode is a few independent words, whole at every moment, so a panic elsewhere cannot have
    /// left it half changed.
    fn mode(&self) -> MutexGuard<'_, Mode> {
        self.mode.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Mode)) {
        change(&mut self.mode());
        self.changed.notify_all();
    }

    fn run(&self, core: usize) {
        let mut load = None;
        loop {
            let mode = self.mode();
            let mode = self
                .changed
                .wait_while(mode, |mode| !mode.stop && !mode.counts())
                .unwrap_or_else(PoisonError::into_inner);
            if mode.stop {
                return;
            }
            drop(mode);
            load.get_or_insert_with(|| Load::new(core)).iterate();
            self.iterations.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Counter {
    /// Starts `cores` threads that wait for a session.
    pub fn new(cores: NonZeroUsize) -> std::io::Result<Self> {
        let mut counter = Self { shared: Arc::default(), threads: Vec::new() };
        for core in 0..cores.get() {
            let shared = counter.shared.clone();
            counter.threads.push(std::thread::Builder::new().name(format!("counter-{core}")).spawn(
                move || {
                    // On Linux "the calling process" of setpriority(2) is the calling thread.
                    if let Err(error) = rustix::process::setpriority_process(None, BACKGROUND) {
                        tracing::warn!(%error, "the counter runs at normal priority and may slow jobs down");
                    }
                    shared.run(core)
                },
            )?);
        }
        Ok(counter)
    }

    /// Counts, or not.
    pub fn set_in_session(&self, in_session: bool) {
        self.shared.change(|mode| mode.in_session = in_session);
    }

    /// Stops counting until every [`Pause`] is dropped.
    pub fn pause(&self) -> Pause {
        self.shared.change(|mode| mode.pauses += 1);
        Pause(self.shared.clone())
    }

    /// Iterations since the last time this was asked.
    pub fn take(&self) -> u64 {
        self.shared.iterations.swap(0, Ordering::Relaxed)
    }

    /// Puts back what was taken and not used.
    pub fn put_back(&self, iterations: u64) {
        self.shared.iterations.fetch_add(iterations, Ordering::Relaxed);
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.shared.change(|mode| mode.stop = true);
        for thread in self.threads.drain(..) {
            // A counting thread that panicked has nothing to give back.
            let _ = thread.join();
        }
    }
}

/// Keeps the counter still.
pub struct Pause(Arc<Shared>);

impl Drop for Pause {
    fn drop(&mut self) {
        self.0.change(|mode| mode.pauses -= 1);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ONE: NonZeroUsize = NonZeroUsize::MIN;

    /// Keeps this thread busy for several iterations.
    fn spin() -> Measurement {
        measure(ONE, Duration::from_millis(60), || false).unwrap()
    }

    /// Waits until the counter has gone `further`.
    fn await_progress(counter: &Counter, further: u64) {
        let mut done = 0;
        while done < further {
            std::thread::yield_now();
            done += counter.take();
        }
    }

    #[test]
    fn load_should_end_in_the_same_state_when_it_starts_the_same() {
        let [mut one, mut same, mut other] = [Load::new(0), Load::new(0), Load::new(1)];
        one.iterate();
        same.iterate();
        other.iterate();
        assert_eq!(one.state, same.state);
        assert_ne!(one.state, other.state);
    }

    #[test]
    fn load_should_end_in_another_state_when_its_memory_was_not_kept() {
        let [mut honest, mut forgetful] = [Load::new(0), Load::new(0)];
        forgetful.lines.iter_mut().for_each(|line| *line = [0; LINE]);
        honest.iterate();
        forgetful.iterate();
        assert_ne!(honest.state, forgetful.state);
    }

    #[test]
    fn measurement_should_cover_the_time_asked_for_and_count_whole_iterations() {
        let found = spin();
        assert!(found.milliseconds >= 60 && found.iterations >= 1, "{found:?}");
        let two = NonZeroUsize::new(2).unwrap();
        let shortest = measure(two, Duration::ZERO, || false).unwrap();
        assert!(shortest.iterations == 2 && shortest.milliseconds >= 1, "{shortest:?}");
    }

    #[test]
    fn measurement_should_end_without_outcome_when_it_is_stopped() {
        assert_eq!(measure(ONE, Duration::MAX, || true), None);
    }

    #[test]
    fn counter_should_count_in_sessions_only() -> std::io::Result<()> {
        let counter = Counter::new(ONE)?;
        spin();
        assert_eq!(counter.take(), 0);
        counter.set_in_session(true);
        await_progress(&counter, 2);
        counter.set_in_session(false);
        // The iteration under way may still be counted, and nothing after it.
        counter.take();
        assert!(spin().iterations > 0 && counter.take() <= 1);
        Ok(())
    }

    #[test]
    fn counter_should_tell_again_what_was_put_back() -> std::io::Result<()> {
        let counter = Counter::new(ONE)?;
        counter.put_back(7);
        assert_eq!((counter.take(), counter.take()), (7, 0));
        Ok(())
    }

    #[test]
    fn counter_should_stand_still_until_the_last_pause_ends() -> std::io::Result<()> {
        let counter = Counter::new(ONE)?;
        let (first, second) = (counter.pause(), counter.pause());
        counter.set_in_session(true);
        drop(first);
        spin();
        assert_eq!(counter.take(), 0);
        drop(second);
        await_progress(&counter, 1);
        Ok(())
    }
}
