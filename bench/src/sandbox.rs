//! Programs in the sandbox, beside the engine that it uses called directly, and beside an interpreter.
//!
//! Ours is what a client waits for once the program was compiled before: starting and confining a process, passing
//! program and input to it, loading the compiled code, running it, passing the output back. Directly: making a store with
//! WASI, instantiating the module and running it, in this process, with the very configuration of the sandbox's engine.
//!
//! Both are judged by processor time, of this process and of the executors that it started, over all programs: time on the
//! clock is shown, but on a busy machine it says how often each was interrupted.

mod peers;

use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure, Context, Result};
use phala_sandbox::{ExitStatus, JobLimits, Program, Sandbox, SandboxConfig};
use tokio::runtime::Runtime;

use crate::{
    measure::{in_turns, take_turns, Contender, Samples},
    report::{Figure, Limit, Row},
};
use peers::{Wasmi, Wasmtime};

/// How long a program runs: long enough for it to matter more than what surrounds it.
const RUNNING_TIME: Duration = Duration::from_millis(750);
/// Least share of the engine's own speed.
const SPEED: f64 = 0.95;
const TURNS: usize = 17;
/// Turns for what takes milliseconds.
const SHORT_TURNS: usize = 15;
/// Clock ticks of `/proc` in a second, on every Linux that this runs on.
const TICKS: f64 = 100.0;
const DIRECT: &str = "wasmtime directly";
/// Runs of which the fastest says how much work fills the time.
const CALIBRATIONS: usize = 3;
/// The interpreter does a part of the work, and its time is multiplied by this.
const INTERPRETED_PART: u32 = 40;
/// More than any run here needs.
const LIMITS: JobLimits = JobLimits { fuel: u64::MAX, memory_mib: 64, seconds: 120 };

const COMMAND: &str = include_str!("programs/command.wat");
const PROGRAMS: [(&str, &str); 3] = [
    ("SHA-256", include_str!("programs/sha256.wat")),
    ("merge sort", include_str!("programs/sort.wat")),
    ("matrix product", include_str!("programs/matrix.wat")),
];

/// Rows of this part.
pub(crate) fn measure() -> Result<Vec<Row>> {
    let runtime = Runtime::new()?;
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let executor = std::env::current_exe()?.with_file_name("phala-executor");
    let sandbox = Sandbox::new(SandboxConfig {
        executor,
        cache_dir: folder.path().join("cache"),
        cache_bytes: 256 << 20,
        max_concurrent: 1,
    })?;
    runtime.block_on(sandbox.check())?;
    let (mut rows, mut ours, mut direct) = (Vec::new(), Vec::new(), Vec::new());
    for (name, text) in PROGRAMS {
        let module = wat::parse_str(format!("(module {COMMAND} {text})")).context(name)?;
        let bench = Bench {
            runtime: &runtime,
            sandbox: &sandbox,
            wasmtime: Wasmtime::new(&module)?,
            module: &module,
        };
        if rows.is_empty() {
            rows.push(bench.fixed_cost()?);
        }
        let taken = bench.take_turns().context(name)?;
        rows.extend(taken.rows(name)?);
        ours.extend(taken.ours);
        direct.extend(taken.direct);
    }
    let (ours, direct) = (Times::processor(&ours)?, Times::processor(&direct)?);
    let all = Row::beside("sandbox: all programs, processor time", &ours, DIRECT, &direct);
    rows.push(all.must(Limit::Ratio(SPEED)));
    Ok(rows)
}

/// What one run took.
#[derive(Clone, Copy)]
struct Times {
    clock: f64,
    processor: f64,
}

impl Times {
    fn of<T>(run: impl FnOnce() -> Result<T>) -> Result<Self> {
        let (start, before) = (Instant::now(), processor_seconds()?);
        run()?;
        Ok(Self { clock: start.elapsed().as_secs_f64(), processor: processor_seconds()? - before })
    }

    fn clock(times: &[Self]) -> Result<Samples> {
        Samples::new(times.iter().map(|times| times.clock).collect())
    }

    fn processor(times: &[Self]) -> Result<Samples> {
        Samples::new(times.iter().map(|times| times.processor).collect())
    }
}

/// What one program took, in each turn.
struct Taken {
    ours: Vec<Times>,
    direct: Vec<Times>,
    interpreter: Vec<Times>,
}

impl Taken {
    fn rows(&self, name: &str) -> Result<[Row; 3]> {
        let what = format!("sandbox: {name}");
        let ours = Times::clock(&self.ours)?;
        let (processor, directly) = (Times::processor(&self.ours)?, Times::processor(&self.direct)?);
        Ok([
            Row::beside(format!("{what}, processor time"), &processor, DIRECT, &directly),
            Row::beside(&what, &ours, DIRECT, &Times::clock(&self.direct)?),
            Row::beside(&what, &ours, "wasmi", &Times::clock(&self.interpreter)?),
        ])
    }
}

/// One program on all engines.
struct Bench<'a> {
    runtime: &'a Runtime,
    sandbox: &'a Sandbox,
    wasmtime: Wasmtime,
    module: &'a [u8],
}

impl Bench<'_> {
    /// The same work for the sandbox and for both peers.
    fn take_turns(&self) -> Result<Taken> {
        let wasmi = Wasmi::new(self.module)?;
        let rounds = self.rounds()?;
        let part = (rounds / INTERPRETED_PART).max(1);
        let expected = self.wasmtime.run(self.runtime, rounds)?;
        ensure!(self.ours(rounds)? == expected, "the sandbox computes something else than its engine");
        ensure!(
            wasmi.run(part)? == self.wasmtime.run(self.runtime, part)?,
            "the engines compute different things"
        );
        let interpreter: Contender<Times> = Box::new(|| {
            let times = Times::of(|| wasmi.run(part))?;
            let scale = f64::from(rounds) / f64::from(part);
            Ok(Times { clock: times.clock * scale, processor: times.processor * scale })
        });
        let direct: Contender<Times> = Box::new(|| Times::of(|| self.wasmtime.run(self.runtime, rounds)));
        let ours: Contender<Times> = Box::new(|| Times::of(|| self.ours(rounds)));
        // The interpreter between them: then both follow, and are followed by, the same.
        let taken = take_turns(TURNS, &mut [ours, interpreter, direct])?;
        let [ours, interpreter, direct] =
            <[_; 3]>::try_from(taken).map_err(|_| anyhow!("three contenders"))?;
        Ok(Taken { ours, direct, interpreter })
    }

    /// A job that does nothing: what each job costs besides its program's run.
    fn fixed_cost(&self) -> Result<Row> {
        let ours: Contender = Box::new(|| Ok(Times::of(|| self.ours(0))?.clock));
        let measured = in_turns(SHORT_TURNS, &mut [ours])?;
        Ok(Row::new("sandbox: a job without work", Figure::seconds(&measured[0])))
    }

    /// Rounds that fill [`RUNNING_TIME`] on this machine when nothing disturbs it.
    fn rounds(&self) -> Result<u32> {
        let full = RUNNING_TIME.as_secs_f64();
        let mut rounds = 1;
        loop {
            let mut best = f64::INFINITY;
            for _ in 0..CALIBRATIONS {
                best = best.min(Times::of(|| self.wasmtime.run(self.runtime, rounds))?.clock);
            }
            if best > full / 8.0 {
                return Ok((f64::from(rounds) * full / best) as u32);
            }
            rounds *= 4;
        }
    }

    /// Runs the program in the sandbox.
    fn ours(&self, rounds: u32) -> Result<Vec<u8>> {
        let program = Program {
            module: self.module.to_vec(),
            arguments: Vec::new(),
            stdin: rounds.to_le_bytes().to_vec(),
            seed: [0; 32],
        };
        let outcome = self.runtime.block_on(self.sandbox.run(program, LIMITS))?;
        ensure!(outcome.exit == ExitStatus::Exited(0), "the program ended with {:?}", outcome.exit);
        Ok(outcome.stdout)
    }
}

/// Processor time of this process so far, and of those that it has started and that have ended.
fn processor_seconds() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name may contain anything; after it, the fields from the third on.
    let (_, fields) = stat.rsplit_once(')').context("no name in /proc/self/stat")?;
    let ticks: Vec<f64> =
        fields.split_whitespace().skip(11).take(4).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS)
}
