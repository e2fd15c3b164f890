//! `wasi:clocks/monotonic-clock` on virtual time: a program's timers cost no real time.

use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::{self, Duration, Host, Instant};
use wasmtime_wasi::p2::{subscribe, DynPollable, Pollable};
use wasmtime_wasi::WasiView;

use super::clock::Clock;
use super::run::State;

/// Puts the virtual clock in the place of the host's.
pub(super) fn add_monotonic_clock(linker: &mut Linker<State>) -> anyhow::Result<()> {
    monotonic_clock::add_to_linker::<State, VirtualTime>(linker, |state| {
        let clock = state.clock().clone();
        Timers { clock, table: state.ctx().table }
    })
}

struct VirtualTime;

impl HasData for VirtualTime {
    type Data<'a> = Timers<'a>;
}

struct Timers<'a> {
    clock: Clock,
    table: &'a mut ResourceTable,
}

impl Host for Timers<'_> {
    fn now(&mut self) -> anyhow::Result<Instant> {
        Ok(self.clock.read())
    }

    fn resolution(&mut self) -> anyhow::Result<Duration> {
        Ok(wasmtime_wasi::HostMonotonicClock::resolution(&self.clock))
    }

    fn subscribe_instant(&mut self, when: Instant) -> anyhow::Result<Resource<DynPollable>> {
        let timer = self.table.push(Timer { clock: self.clock.clone(), deadline: when })?;
        subscribe(self.table, timer)
    }

    fn subscribe_duration(&mut self, when: Duration) -> anyhow::Result<Resource<DynPollable>> {
        let deadline = self.clock.read().saturating_add(when);
        self.subscribe_instant(deadline)
    }
}

struct Timer {
    clock: Clock,
    deadline: u64,
}

#[async_trait]
impl Pollable for Timer {
    async fn ready(&mut self) {
        self.clock.wait_until(self.deadline).await;
    }
}
