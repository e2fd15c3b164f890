//! The parent's side: from a job to its outcome.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use phala_primitives::job::{ExitStatus, JobLimits};
use phala_primitives::{hash, Hash};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use crate::cache::Cache;
use crate::executor::confine::Confinement;
use crate::process::{Answer, Death, Launcher};
use crate::program::{Outcome, Program};
use crate::protocol::{Kind, Request, Response, RunRequest, Wiped};
use crate::refusals::Refusals;

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
    /// The executor will not run programs on this machine.
    #[error("this machine cannot run programs safely: {reason}")]
    Refused {
        /// Why, and what to do about it.
        reason: String,
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
    refusals: Refusals,
    slots: Semaphore,
    /// Programs being compiled, so that two jobs with one program compile it once.
    compiling: Mutex<HashMap<Hash, Weak<tokio::sync::Mutex<()>>>>,
    violations: AtomicU64,
}

impl Sandbox {
    /// Prepares the cache folder. No process is started yet; see [`Self::check`].
    ///
    /// # Errors
    ///
    /// [`SandboxError::Cache`], and [`SandboxError::Internal`] if this process cannot start threads.
    pub fn new(config: SandboxConfig) -> Result<Self, SandboxError> {
        let SandboxConfig { executor, cache_dir, cache_bytes, max_concurrent } = config;
        let cache = Cache::new(cache_dir.clone(), cache_bytes)
            .map_err(|source| SandboxError::Cache { path: cache_dir.clone(), source })?;
        Ok(Self {
            launcher: Launcher::new(executor, cache_dir).map_err(internal)?,
            cache: Arc::new(cache),
            refusals: Refusals::default(),
            slots: Semaphore::new(max_concurrent.clamp(1, Semaphore::MAX_PERMITS)),
            compiling: Mutex::default(),
            violations: AtomicU64::new(0),
        })
    }

    /// Runs programs even if the kernel has no Landlock, under seccomp and resource limits alone. Without
    /// this, such a machine is refused: [`SandboxError::Refused`].
    ///
    /// Whoever sets this should show [`Self::check`]'s answer to clients.
    #[must_use]
    pub fn allow_missing_landlock(mut self) -> Self {
        self.launcher.without_landlock();
        self
    }

    /// Starts an executor to see whether programs can run here, and how they are confined. To be
    /// called before any job is accepted.
    ///
    /// # Errors
    ///
    /// [`SandboxError::Executor`] and [`SandboxError::Refused`].
    pub async fn check(&self) -> Result<Confinement, SandboxError> {
        let confinement = self.launcher.describe().await?;
        if !confinement.is_complete() {
            tracing::warn!(
                "EXECUTORS RUN WITHOUT LANDLOCK, as allowed by a setting: this kernel has none, and seccomp alone \
                 keeps hostile programs from files and network"
            );
        }
        Ok(confinement)
    }

    /// How many executors were killed so far for a system call that none makes. Each is a program that
    /// broke out of the engine and no further, or a fault of the filter.
    pub fn violations(&self) -> u64 {
        self.violations.load(Ordering::Relaxed)
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
        if let Err(error) = program.check() {
            return Ok(Outcome::invalid(loading, &error.to_string()));
        }
        let Program { module, arguments, stdin, seed } = program;
        let module = Zeroizing::new(module);
        let Some(kind) = Kind::of(&module) else {
            return Ok(Outcome::invalid(loading, "it is not a WebAssembly binary"));
        };
        let _slot = self.slots.acquire().await.map_err(internal)?;
        let name = hash(&module);
        let artefact = match self.artefact(name, kind, &module).await? {
            Ok(artefact) => artefact,
            Err(reason) => return Ok(Outcome::invalid(loading, &reason)),
        };
        let mut request = Wiped(Request::Run(RunRequest {
            kind,
            artefact,
            // `check` has seen that they are text.
            arguments: arguments.into_iter().filter_map(|bytes| String::from_utf8(bytes).ok()).collect(),
            stdin,
            seed,
            fuel: limits.fuel - loading,
            memory: u64::from(limits.memory_mib.min(MAX_MEMORY_MIB)) << 20,
            seconds: limits.seconds,
        }));
        let limit = Duration::from_secs(limits.seconds.into()) + GRACE;
        let mut answer = self.launcher.ask(&request.0, limit).await?;
        if matches!(answer, Answer::Response(Response::Stale)) {
            // The executor was replaced by another build since the program was compiled.
            self.cache.remove(&name);
            self.refusals.clear();
            match (self.artefact(name, kind, &module).await?, &mut request.0) {
                (Ok(artefact), Request::Run(run)) => run.artefact = artefact,
                (Ok(_), _) => return Err(SandboxError::Protocol),
                (Err(reason), _) => return Ok(Outcome::invalid(loading, &reason)),
            }
            answer = self.launcher.ask(&request.0, limit).await?;
        }
        Ok(self.outcome(answer, loading, limits.fuel))
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
        if let Some(reason) = self.refusals.get(&name) {
            return Ok(Err(reason));
        }
        let cache = self.cache.clone();
        if let Some(artefact) = spawn_blocking(move || cache.get(&name)).await.map_err(internal)? {
            return Ok(Ok(artefact));
        }
        let request = Wiped(Request::Compile { kind, program: program.to_vec() });
        let artefact = match self.launcher.ask(&request.0, COMPILE_LIMIT).await? {
            Answer::Response(Response::Compiled(artefact)) => artefact,
            Answer::Response(Response::Invalid(reason)) => return Ok(Err(self.refusals.put(name, &reason))),
            answer => return Ok(Err(self.not_compiled(name, answer))),
        };
        let cache = self.cache.clone();
        let put = move || {
            cache.put(&name, &artefact);
            artefact
        };
        spawn_blocking(put).await.map(Ok).map_err(internal)
    }

    /// Why a program does not compile on which the compiler came to grief. What another attempt would find again
    /// is remembered; a busy machine is not.
    fn not_compiled(&self, name: Hash, answer: Answer) -> String {
        let death = match answer {
            Answer::TimedOut => return "it takes too long to compile".into(),
            Answer::Died(death) => death,
            Answer::Response(_) => Death::Other,
        };
        tracing::warn!(?death, "an executor died while it compiled a program");
        match death {
            Death::Time | Death::Memory => {
                self.refusals.put(name, "it takes more time or memory to compile than is allowed")
            }
            Death::Killed => "this machine has not the memory to compile it now".into(),
            Death::Violation => {
                self.count_violation();
                self.refusals.put(name, "the compiler was stopped: it made a system call that it never makes")
            }
            Death::Other => self.refusals.put(name, "the compiler fails on it"),
        }
    }

    fn outcome(&self, answer: Answer, loading: u64, limit: u64) -> Outcome {
        let ended = |exit| Outcome::new(exit, loading);
        let death = match answer {
            Answer::Response(Response::Ran(ran)) => {
                // Whatever an executor says after foreign code ran in it, the client pays no more
                // than the limit, and gets no more than fits.
                let fuel = loading.saturating_add(ran.fuel).min(limit);
                return Outcome { exit: ran.exit, fuel, stdout: ran.stdout, stderr: ran.stderr };
            }
            Answer::TimedOut => {
                tracing::warn!("an executor did not keep its time limit and was killed");
                return ended(ExitStatus::OutOfTime);
            }
            Answer::Died(death) => death,
            Answer::Response(_) => Death::Other,
        };
        tracing::warn!(?death, "an executor died while it ran a program");
        match death {
            Death::Memory | Death::Killed => ended(ExitStatus::OutOfMemory),
            Death::Time => ended(ExitStatus::OutOfTime),
            Death::Other => ended(ExitStatus::Trapped),
            Death::Violation => {
                self.count_violation();
                ended(ExitStatus::Trapped)
                    .saying("stopped by the sandbox: the program's process made a forbidden system call")
            }
        }
    }

    fn count_violation(&self) {
        self.violations.fetch_add(1, Ordering::Relaxed);
        tracing::error!(
            "AN EXECUTOR WAS KILLED FOR A FORBIDDEN SYSTEM CALL: a program got out of the engine and no further, or \
             the filter lacks a call of this machine (the kernel's log has its number)"
        );
    }

    fn turn_to_compile(&self, name: Hash) -> Arc<tokio::sync::Mutex<()>> {
        let mut compiling = self.compiling.lock().unwrap_or_else(PoisonError::into_inner);
        compiling.retain(|_, turn| turn.strong_count() > 0);
        let turn = compiling.get(&name).and_then(Weak::upgrade).unwrap_or_default();
        compiling.insert(name, Arc::downgrade(&turn));
        turn
    }
}

fn internal(error: impl std::fmt::Display) -> SandboxError {
    SandboxError::Internal(error.to_string())
}
