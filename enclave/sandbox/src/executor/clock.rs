//! Time as a program sees it: a function of what the program does, not of the machine.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

/// Wall-clock time at which every program starts: 2020-01-01T00:00:00Z.
pub(super) const START: Duration = Duration::from_secs(1_577_836_800);

/// How far the clock moves at each reading, in nanoseconds.
const TICK: u64 = 1_000;

/// A clock that moves when it is read, and jumps when the program waits.
#[derive(Clone, Default)]
pub(super) struct Clock(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// Nanoseconds since the program started.
    now: u64,
    /// Who waits: until when, and a number of its own.
    waiting: BTreeSet<(u64, u64)>,
    waits: u64,
}

impl Clock {
    /// Nanoseconds since the program started.
    pub(super) fn read(&self) -> u64 {
        let mut state = self.state();
        state.now = state.now.saturating_add(TICK);
        state.now
    }

    /// Jumps to `instant` unless it is past.
    pub(super) fn advance_to(&self, instant: u64) {
        let mut state = self.state();
        state.now = state.now.max(instant);
    }

    /// Completes when the clock shows `deadline`.
    ///
    /// Nothing but the program and its timers makes time pass. So a timer first lets everything else
    /// that is polled with it come forward; if nothing does, the earliest of the timers
    /// moves the clock.
    pub(super) async fn wait_until(&self, deadline: u64) {
        if self.read() >= deadline {
            return;
        }
        let _wait = Wait::new(self, deadline);
        loop {
            yield_once().await;
            let mut state = self.state();
            if state.waiting.first().is_some_and(|(earliest, _)| *earliest == deadline) {
                state.now = state.now.max(deadline);
            }
            if state.now >= deadline {
                return;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An entry in the list of who waits, for as long as it is waited for.
struct Wait<'a> {
    clock: &'a Clock,
    entry: (u64, u64),
}

impl<'a> Wait<'a> {
    fn new(clock: &'a Clock, deadline: u64) -> Self {
        let mut state = clock.state();
        state.waits += 1;
        let entry = (deadline, state.waits);
        state.waiting.insert(entry);
        Self { clock, entry }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.clock.state().waiting.remove(&self.entry);
    }
}

async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

impl HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        TICK
    }

    fn now(&self) -> u64 {
        self.read()
    }
}

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(TICK)
    }

    fn now(&self) -> Duration {
        START + Duration::from_nanos(self.read())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;

    #[tokio::test]
    async fn wait_should_move_the_clock_to_the_deadline() {
        let clock = Clock::default();
        clock.wait_until(5_000_000_000).await;
        assert_eq!(clock.read(), 5_000_000_000 + TICK);
        clock.wait_until(1).await;
        assert!(clock.state().waiting.is_empty());
    }

    #[tokio::test]
    async fn earliest_timer_should_win_when_several_wait() {
        let clock = Clock::default();
        let mut late = Box::pin(clock.wait_until(2_000_000));
        let mut early = Box::pin(clock.wait_until(1_000_000));
        // As the host polls a list: each future in turn, until one is ready.
        let ready = poll_fn(|context| {
            let ready = [late.as_mut().poll(context).is_ready(), early.as_mut().poll(context).is_ready()];
            if ready.contains(&true) {
                Poll::Ready(ready)
            } else {
                Poll::Pending
            }
        })
        .await;
        assert_eq!(ready, [false, true]);
        drop((late, early));
        assert_eq!(clock.read(), 1_000_000 + TICK);
    }
}
