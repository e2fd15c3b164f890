//! The parent's side: from a job to its outcome.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use phala_primitives::job::{ExitStatus, JobInput, JobLimits, LOADING_FUEL_PER_BYTE};
use phala_primitives::{hash, Hash};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::cache::Cache;
use crate::process::{died_of_memory, died_of_time, Answer, Launcher};
use crate::protocol::{Kind, Request, Response, RunRequest};

/// Most linear memory of a program, in MiB, whatever its limits say: all that a 32-bit program can
/// address.
pub const MAX_MEMORY_MIB: u32 = 4096;

/// How long the parent waits for an executor past the job's time limit, which the executor keeps
/// itself: loading code and passing input and output take time too.
const GRACE: Duration = Duration::from_secs(60);

/// How long a program may take to compile.
const COMPILE_LIMIT: Duration = Duration::from_secs(600);

/// Where and how much.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// The program `phala-executor`, of the same version as this library.
    pub executor: PathBuf,
    /// A folder for compiled programs, of which the sandbox is the only user. It is made if need be;
    /// nothing in it outlives a restart.
    pub cache_dir: PathBuf,
    /// Most bytes of compiled programs to keep there.
    pub cache_bytes: u64,
    /// Most executors at a time; further jobs wait. At least one.
    pub max_concurrent: usize,
}

/// What to run. It has no `Debug`: all of it is confidential.
pub struct Program {
    /// A WASI command: a core module (preview 1) or a component (preview 2).
    pub module: Vec<u8>,
    /// Arguments after the program's name; UTF-8, without NUL.
    pub arguments: Vec<Vec<u8>>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// Seeds the random numbers that the program sees. Same seed, same numbers.
    pub seed: [u8; 32],
}

impl Program {
    /// The program of a job; its salt, which only client and worker know, is the seed.
    pub fn of(input: JobInput) -> Self {
        let JobInput { salt, program, arguments, stdin } = input;
        Self { module: program, arguments, stdin, seed: salt }
    }

    /// Fuel for loading: [`LOADING_FUEL_PER_BYTE`] for each byte of program, arguments and input.
    pub fn loading_fuel(&self) -> u64 {
        let arguments: usize = self.arguments.iter().map(Vec::len).sum();
        let bytes = self.module.len().saturating_add(self.stdin.len()).saturating_add(arguments);
        (bytes as u64).saturating_mul(LOADING_FUEL_PER_BYTE)
    }
}

/// What came of a program.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub exit: ExitStatus,
    /// Fuel used, loading included; at most the limit.
    pub fuel: u64,
    /// Standard output; together with `stderr` at most [`crate::MAX_OUTPUT`] bytes.
    pub stdout: Vec<u8>,
    /// Standard error; after a trap or an invalid program, with a line that says why.
    pub stderr: Vec<u8>,
}

impl Outcome {
    fn new(exit: ExitStatus, fuel: u64) -> Self {
        Self { exit, fuel, stdout: Vec::new(), stderr: Vec::new() }
    }

    fn invalid(fuel: u64, reason: &str) -> Self {
        let stderr = format!("phala: this program cannot run: {reason}\n").into_bytes();
        Self { stderr, ..Self::new(ExitStatus::InvalidProgram, fuel) }
    }
}

/// Faults of this machine. Nothing a program does causes one.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The folder for compiled programs cannot be used.
    #[error(
        "cannot use the cache folder {path}: {source} (check that it exists, is writable and has space)"
    )]
    Cache {
        /// [`SandboxConfig::cache_dir`].
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No executor could be started.
    #[error(
        "cannot start the executor {path}: {source} (check that it is `phala-executor` of this release)"
    )]
    Executor {
        /// [`SandboxConfig::executor`].
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An executor answered something else than it was asked.
    #[error(
        "the executor gave an answer that does not fit the question (restart the worker after an upgrade)"
    )]
    Protocol,
    /// A task of this process failed.
    #[error("an internal task failed: {0}")]
    Internal(String),
}

/// Runs programs, each in a process of its own.
pub struct Sandbox {
    launcher: Launcher,
    cache: Arc<Cache>,
    slots: Semaphore,
    /// Programs being compiled, so that two jobs with one program compile it once.
    compiling: Mutex<HashMap<Hash, Weak<tokio::sync::Mutex<()>>>>,
}

impl Sandbox {
    /// Prepares the cache folder. No process is started yet.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Cache`].
    pub fn new(config: SandboxConfig) -> Result<Self, SandboxError> {
        let SandboxConfig { executor, cache_dir, cache_bytes, max_concurrent } = config;
        let cache = Cache::new(cache_dir.clone(), cache_bytes)
            .map_err(|source| SandboxError::Cache { path: cache_dir.clone(), source })?;
        Ok(Self {
            launcher: Launcher::new(executor, cache_dir),
            cache: Arc::new(cache),
            slots: Semaphore::new(max_concurrent.clamp(1, Semaphore::MAX_PERMITS)),
            compiling: Mutex::default(),
        })
    }

    /// Runs `program` to its end under `limits`. Dropping the future kills it.
    ///
    /// The fuel of an execution that had to be killed from outside (because its executor died or
    /// did not keep the time limit) is not known; such a job pays for loading only.
    ///
    /// # Errors
    ///
    /// Faults of this machine; see [`SandboxError`]. Whatever the program does is an [`Outcome`].
    pub async fn run(&self, program: Program, limits: JobLimits) -> Result<Outcome, SandboxError> {
        let loading = program.loading_fuel();
        if loading > limits.fuel {
            return Ok(Outcome::new(ExitStatus::OutOfFuel, limits.fuel));
        }
        let Program { module, arguments, stdin, seed } = program;
        let Some(kind) = Kind::of(&module) else {
            return Ok(Outcome::invalid(loading, "it is not a WebAssembly binary"));
        };
        let Some(arguments) = arguments.into_iter().map(argument).collect() else {
            return Ok(Outcome::invalid(loading, "an argument is not UTF-8, or contains a NUL"));
        };
        let _slot = self.slots.acquire().await.map_err(internal)?;
        let name = hash(&module);
        let artefact = match self.artefact(name, kind, &module).await? {
            Ok(artefact) => artefact,
            Err(reason) => return Ok(Outcome::invalid(loading, &reason)),
        };
        let mut request = Request::Run(RunRequest {
            kind,
            artefact,
            arguments,
            stdin,
            seed,
            fuel: limits.fuel - loading,
            memory: u64::from(limits.memory_mib.min(MAX_MEMORY_MIB)) << 20,
            seconds: limits.seconds,
        });
        let limit = Duration::from_secs(limits.seconds.into()) + GRACE;
        let mut answer = self.launcher.ask(&request, limit).await?;
        if matches!(answer, Answer::Response(Response::Stale)) {
            // The executor was replaced by another build since the program was compiled.
            self.cache.remove(&name);
            match (self.artefact(name, kind, &module).await?, &mut request) {
                (Ok(artefact), Request::Run(run)) => run.artefact = artefact,
                (Ok(_), Request::Compile { .. }) => return Err(SandboxError::Protocol),
                (Err(reason), _) => return Ok(Outcome::invalid(loading, &reason)),
            }
            answer = self.launcher.ask(&request, limit).await?;
        }
        outcome(answer, loading, limits.fuel)
    }

    /// The compiled form of a program, from the cache or made now; or why there is none.
    async fn artefact(
        &self,
        name: Hash,
        kind: Kind,
        program: &[u8],
    ) -> Result<Result<Vec<u8>, String>, SandboxError> {
        let turn = self.turn_to_compile(name);
        let _turn = turn.lock().await;
        let cache = self.cache.clone();
        if let Some(artefact) = spawn_blocking(move || cache.get(&name)).await.map_err(internal)? {
            return Ok(Ok(artefact));
        }
        let request = Request::Compile { kind, program: program.to_vec() };
        let artefact = match self.launcher.ask(&request, COMPILE_LIMIT).await? {
            Answer::Response(Response::Compiled(artefact)) => artefact,
            Answer::Response(Response::Invalid(reason)) => return Ok(Err(reason)),
            Answer::Response(_) => return Err(SandboxError::Protocol),
            Answer::TimedOut => return Ok(Err("it takes too long to compile".into())),
            Answer::Died(status) => {
                tracing::warn!(%status, "an executor died while it compiled a program");
                return Ok(Err("it takes more time or memory to compile than is allowed".into()));
            }
        };
        let cache = self.cache.clone();
        let put = move || {
            cache.put(&name, &artefact);
            artefact
        };
        spawn_blocking(put).await.map(Ok).map_err(internal)
    }

    fn turn_to_compile(&self, name: Hash) -> Arc<tokio::sync::Mutex<()>> {
        let mut compiling = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        compiling.retain(|_, turn| turn.strong_count() > 0);
        let turn = compiling.get(&name).and_then(Weak::upgrade).unwrap_or_default();
        compiling.insert(name, Arc::downgrade(&turn));
        turn
    }
}

fn argument(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

fn internal(error: impl std::fmt::Display) -> SandboxError {
    SandboxError::Internal(error.to_string())
}

fn outcome(answer: Answer, loading: u64, limit: u64) -> Result<Outcome, SandboxError> {
    match answer {
        Answer::Response(Response::Ran(ran)) => {
            // Whatever an executor says after foreign code ran in it, the client pays no more
            // than the limit.
            let fuel = loading.saturating_add(ran.fuel).min(limit);
            Ok(Outcome { exit: ran.exit, fuel, stdout: ran.stdout, stderr: ran.stderr })
        }
        Answer::Response(_) => Err(SandboxError::Protocol),
        Answer::TimedOut => {
            tracing::warn!("an executor did not keep its time limit and was killed");
            Ok(Outcome::new(ExitStatus::OutOfTime, loading))
        }
        Answer::Died(status) => {
            tracing::warn!(%status, "an executor died while it ran a program");
            let exit = match status {
                status if died_of_memory(status) => ExitStatus::OutOfMemory,
                status if died_of_time(status) => ExitStatus::OutOfTime,
                _ => ExitStatus::Trapped,
            };
            Ok(Outcome::new(exit, loading))
        }
    }
}
