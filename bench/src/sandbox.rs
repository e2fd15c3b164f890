//! Programs in the sandbox, beside the engine that it uses called directly, and beside an interpreter.
//!
//! Ours is what a client waits for once the program was compiled before: starting and confining a process, passing
//! program and input to it, loading the compiled code, running it, passing the output back. Directly: making a store with
//! WASI, instantiating the module and running it, in this process, with the very configuration of the sandbox's engine.

mod peers;

use std::time::{Duration, Instant};

use anyhow::{ensure, Context, Result};
use phala_sandbox::{ExitStatus, JobLimits, Program, Sandbox, SandboxConfig};
use tokio::runtime::Runtime;

use crate::{
    measure::{in_turns, Contender},
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
    let mut rows = Vec::new();
    for (name, text) in PROGRAMS {
        let module = wat::parse_str(format!("(module {COMMAND} {text})")).context(name)?;
        let bench = Bench {
            runtime: &runtime,
            sandbox: &sandbox,
            wasmtime: Wasmtime::new(&module)?,
            module: &module,
        };
        rows.extend(bench.program(name).context(name)?);
        if rows.len() == 2 {
            rows.push(bench.fixed_cost()?);
        }
    }
    Ok(rows)
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
    fn program(&self, name: &str) -> Result<Vec<Row>> {
        let wasmi = Wasmi::new(self.module)?;
        let rounds = self.rounds()?;
        let part = (rounds / INTERPRETED_PART).max(1);
        let expected = self.wasmtime.run(self.runtime, rounds)?;
        ensure!(self.ours(rounds)? == expected, "the sandbox computes something else than its engine");
        ensure!(
            wasmi.run(part)? == self.wasmtime.run(self.runtime, part)?,
            "the engines compute different things"
        );
        let interpreter: Contender = Box::new(|| {
            let seconds = timed(|| wasmi.run(part))?;
            Ok(seconds * f64::from(rounds) / f64::from(part))
        });
        let direct: Contender = Box::new(|| timed(|| self.wasmtime.run(self.runtime, rounds)));
        let ours: Contender = Box::new(|| timed(|| self.ours(rounds)));
        let measured = in_turns(TURNS, &mut [ours, direct, interpreter])?;
        let [ours, direct, interpreter] = &measured[..] else { unreachable!("three contenders") };
        let what = format!("sandbox: {name}");
        Ok(vec![
            Row::beside(&what, ours, "wasmtime directly", direct).must(Limit::Ratio(SPEED)),
            Row::beside(&what, ours, "wasmi", interpreter),
        ])
    }

    /// A job that does nothing: what each job costs besides its program's run.
    fn fixed_cost(&self) -> Result<Row> {
        let ours: Contender = Box::new(|| timed(|| self.ours(0)));
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
                best = best.min(timed(|| self.wasmtime.run(self.runtime, rounds))?);
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

fn timed<T>(run: impl FnOnce() -> Result<T>) -> Result<f64> {
    let start = Instant::now();
    run()?;
    Ok(start.elapsed().as_secs_f64())
}
