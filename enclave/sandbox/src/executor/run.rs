//! Running a compiled program to its end.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use phala_primitives::job::{ExitStatus, MAX_OUTPUT};
use rand_chacha::rand_core::SeedableRng;
use rand_chacha::ChaCha20Rng;
use wasmtime::{Engine, Store, Trap};
use wasmtime_wasi::p2::bindings::Command;
use wasmtime_wasi::p2::pipe::MemoryInputPipe;
use wasmtime_wasi::preview1::WasiP1Ctx;
use wasmtime_wasi::{I32Exit, WasiCtxBuilder, WasiCtxView, WasiView};

use super::clock::Clock;
use super::limits::Limiter;
use super::output::Output;
use super::{artefact, engine};
use crate::protocol::{Kind, Ran, Response, RunRequest};

/// The name by which a program is called: its first argument.
const PROGRAM_NAME: &str = "program";
/// A program gets its fuel in slices of this size, and between two of them its time limit is looked at. Most
/// slices take a few milliseconds.
const FUEL_SLICE: u64 = 10_000_000;
/// Most random bytes per call: the host makes them while nothing can interrupt it.
const MAX_RANDOM: u64 = 4 << 20;
/// Most bytes that one call may make the host copy: as many as a job may write, and some more, so that who
/// writes too much is told that.
const MAX_CALL_BYTES: usize = 2 * MAX_OUTPUT;
/// Most resources (streams, pollables, …) that a component may hold open.
const MAX_RESOURCES: usize = 16 << 10;
/// Most characters of explanation that are added to a program's standard error.
const MAX_REASON: usize = 1 << 10;

/// A running program's state on the host's side.
pub(super) struct State {
    wasi: WasiP1Ctx,
    clock: Clock,
    limiter: Limiter,
}

impl State {
    pub(super) fn preview1(&mut self) -> &mut WasiP1Ctx {
        &mut self.wasi
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.wasi.ctx()
    }
}

/// Loads and runs a program.
///
/// # Errors
///
/// Faults of this machine only.
pub(super) fn run(engine: &Engine, request: RunRequest) -> anyhow::Result<Response> {
    match request.kind {
        Kind::Module => {
            let Ok(module) = artefact::module(engine, &request.artefact) else {
                return Ok(Response::Stale);
            };
            let linker = engine::module_linker(engine)?;
            execute(engine, request, async |store| {
                let instance = linker.instantiate_async(&mut *store, &module).await?;
                instance.get_typed_func::<(), ()>(&mut *store, "_start")?.call_async(store, ()).await?;
                Ok(0)
            })
        }
        Kind::Component => {
            let Ok(component) = artefact::component(engine, &request.artefact) else {
                return Ok(Response::Stale);
            };
            let linker = engine::component_linker(engine)?;
            execute(engine, request, async |store| {
                let command = Command::instantiate_async(&mut *store, &component, &linker).await?;
                let returned = command.wasi_cli_run().call_run(store).await?;
                Ok(i32::from(returned.is_err()))
            })
        }
    }
}

fn execute(
    engine: &Engine,
    request: RunRequest,
    program: impl AsyncFnOnce(&mut Store<State>) -> anyhow::Result<i32>,
) -> anyhow::Result<Response> {
    let RunRequest { artefact, arguments, stdin, seed, fuel, memory, seconds, kind: _ } = request;
    drop(artefact);
    let output = Output::default();
    let state = state(&arguments, stdin, &seed, memory, &output);
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(MAX_CALL_BYTES);
    store.set_fuel(fuel)?;
    store.fuel_async_yield_interval(Some(FUEL_SLICE))?;
    let returned = complete_within(Duration::from_secs(seconds.into()), program(&mut store));
    let (exit, reason) = match returned {
        Some(returned) => verdict(returned, &output, &store.data().limiter),
        None => (ExitStatus::OutOfTime, String::new()),
    };
    let left = if exit == ExitStatus::OutOfFuel { 0 } else { store.get_fuel()? };
    let captured = output.take();
    let (stdout, mut stderr) = (captured.stdout, captured.stderr);
    let room = MAX_OUTPUT.saturating_sub(stdout.len() + stderr.len());
    stderr.extend(reason.into_bytes().into_iter().take(room));
    Ok(Response::Ran(Ran { exit, fuel: fuel.saturating_sub(left), stdout, stderr }))
}

/// Polls `program` to its end, or until `limit` has passed. Nothing in it ever waits for the world outside: it is
/// pending when a slice of fuel is used up, or while its clock is wound.
fn complete_within<T>(limit: Duration, program: impl Future<Output = T>) -> Option<T> {
    let started = Instant::now();
    let mut program = pin!(program);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match program.as_mut().poll(&mut context) {
            Poll::Ready(returned) => return Some(returned),
            Poll::Pending if started.elapsed() >= limit => return None,
            Poll::Pending => {}
        }
    }
}

fn state(arguments: &[String], stdin: Vec<u8>, seed: &[u8; 32], memory: u64, output: &Output) -> State {
    let clock = Clock::default();
    let generator = |purpose: &[u8]| {
        let seed =
            phala_primitives::hash(&[b"phala/sandbox/random/", purpose, b"/", seed.as_slice()].concat());
        ChaCha20Rng::from_seed(seed)
    };
    let number = phala_primitives::hash(&[b"phala/sandbox/random/number/", seed.as_slice()].concat());
    let mut builder = WasiCtxBuilder::new();
    builder
        .arg(PROGRAM_NAME)
        .args(arguments)
        .stdin(MemoryInputPipe::new(stdin))
        .stdout(output.stdout())
        .stderr(output.stderr())
        .secure_random(generator(b"secure"))
        .insecure_random(generator(b"insecure"))
        .insecure_random_seed(number.first_chunk().map_or(0, |bytes| u128::from_le_bytes(*bytes)))
        .max_random_size(MAX_RANDOM)
        .wall_clock(clock.clone())
        .monotonic_clock(clock.clone())
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false);
    let mut wasi = builder.build_p1();
    wasi.ctx().table.set_max_capacity(MAX_RESOURCES);
    State { wasi, clock, limiter: Limiter::new(memory) }
}

/// How a program ended, and a line for its author if that is not plain from the status.
fn verdict(returned: anyhow::Result<i32>, output: &Output, limiter: &Limiter) -> (ExitStatus, String) {
    let error = match returned {
        Ok(code) => return (ExitStatus::Exited(code), String::new()),
        Err(error) => error,
    };
    if output.exceeded() {
        return (ExitStatus::TooMuchOutput, String::new());
    }
    if let Some(I32Exit(code)) = error.downcast_ref() {
        return (ExitStatus::Exited(*code), String::new());
    }
    let trap = error.downcast_ref::<Trap>();
    let exit = match trap {
        Some(Trap::OutOfFuel) => ExitStatus::OutOfFuel,
        _ if limiter.refused() => ExitStatus::OutOfMemory,
        _ => ExitStatus::Trapped,
    };
    let reason = match (exit, trap) {
        (ExitStatus::OutOfFuel, _) => return (exit, String::new()),
        (_, Some(trap)) => trap.to_string(),
        (_, None) => format!("{error:#}"),
    };
    (exit, format!("phala: {}\n", reason.chars().take(MAX_REASON).collect::<String>()))
}
