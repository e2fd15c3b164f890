//! One executor process: started, asked one thing, and gone, whatever happens.

use std::future::Future;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use codec::Encode;
use tempfile::TempDir;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;
use zeroize::Zeroizing;

use crate::cache::EXECUTOR_FOLDER;
use crate::executor::confine::{Confinement, Landlock};
use crate::protocol::{self, Order, Request, Response, GREETING, MAX_RESPONSE};
use crate::SandboxError;

/// How long an executor may take to start and greet, on a machine that is busy.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long an executor may take to die that has closed its pipes or talks nonsense.
const LINGERING: Duration = Duration::from_secs(1);
/// Longest frame in which an executor says how it is confined, or why it is not.
const MAX_REASON: usize = 64 << 10;

/// How an executor ended that had begun with what it was asked.
pub(crate) enum Answer {
    /// It answered.
    Response(Response),
    /// It was killed because it did not answer in time.
    TimedOut,
    /// It died on its own, of this.
    Died(Death),
}

/// An executor that is confined and at work.
struct Executor {
    child: Child,
    stdout: ChildStdout,
    confinement: Confinement,
    /// Held for as long as it works.
    _stdin: ChildStdin,
    _folder: TempDir,
}

/// Starts executors.
pub(crate) struct Launcher {
    executor: PathBuf,
    /// Where each executor gets an empty folder to be in.
    directory: PathBuf,
    landlock: Landlock,
    spawner: Spawner,
}

impl Launcher {
    /// # Errors
    ///
    /// No thread could be started.
    pub(crate) fn new(executor: PathBuf, directory: PathBuf) -> io::Result<Self> {
        Ok(Self { executor, directory, landlock: Landlock::Required, spawner: Spawner::new()? })
    }

    /// Has executors confine themselves as far as the kernel can.
    pub(crate) fn without_landlock(&mut self) {
        self.landlock = Landlock::Optional;
    }

    /// How a fresh executor confines itself on this machine.
    ///
    /// # Errors
    ///
    /// As [`Self::ask`].
    pub(crate) async fn describe(&self) -> Result<Confinement, SandboxError> {
        Ok(self.begin(&Request::Describe).await?.confinement)
    }

    /// Has a fresh executor answer `request`, and waits `limit` for it at most. Dropping the future
    /// kills the executor.
    ///
    /// # Errors
    ///
    /// No executor could be started, or what started is none or of another version, or cannot confine
    /// itself here. Once it is confined and begins, whatever becomes of it is an [`Answer`]: the
    /// request may have been its end.
    pub(crate) async fn ask(&self, request: &Request, limit: Duration) -> Result<Answer, SandboxError> {
        let mut executor = self.begin(request).await?;
        let Ok(frame) = timeout(limit, protocol::read_async(&mut executor.stdout, MAX_RESPONSE)).await else {
            executor.child.kill().await.map_err(|source| self.failed(source))?;
            return Ok(Answer::TimedOut);
        };
        let frame = frame.map(Zeroizing::new);
        if let Some(response) = frame.ok().and_then(|frame| protocol::decode(&frame).ok()) {
            executor.child.kill().await.map_err(|source| self.failed(source))?;
            return Ok(Answer::Response(response));
        }
        let death = death(&mut executor.child).await.map_err(|source| self.failed(source))?;
        Ok(Answer::Died(death))
    }

    /// Starts an executor and gives it its order. It is confined then, and has not looked at the request.
    async fn begin(&self, request: &Request) -> Result<Executor, SandboxError> {
        let failed = |source| self.failed(source);
        let folder =
            tempfile::Builder::new().prefix(EXECUTOR_FOLDER).tempdir_in(&self.directory).map_err(failed)?;
        let mut child = self.start(folder.path()).await.map_err(failed)?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (mut stdin, mut stdout) =
            pipes.ok_or_else(|| failed(io::Error::other("no pipes to the executor")))?;
        in_time(greet(&mut stdout)).await.map_err(failed)?;
        let order = Zeroizing::new(Order { landlock: self.landlock, request }.encode());
        let confined = in_time(async {
            protocol::write_async(&mut stdin, &order).await?;
            protocol::read_async(&mut stdout, MAX_REASON).await
        });
        let frame = confined.await.map_err(failed)?;
        let confined: Result<Confinement, String> = protocol::decode(&frame).map_err(failed)?;
        let confinement = confined.map_err(|reason| SandboxError::Refused { reason })?;
        Ok(Executor { child, stdout, confinement, _stdin: stdin, _folder: folder })
    }

    async fn start(&self, folder: &Path) -> io::Result<Child> {
        let mut command = Command::new(&self.executor);
        command
            .env_clear()
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What the engine complains about may quote the program, and logs are the host's.
            .stderr(Stdio::null())
            .kill_on_drop(true);
        self.spawner.spawn(command).await
    }

    fn failed(&self, source: io::Error) -> SandboxError {
        SandboxError::Executor { path: self.executor.clone(), source }
    }
}

/// Starts processes from one thread that lives as long as this. An executor has the kernel kill it when its parent
/// dies, and to the kernel the parent is the thread that started it: one of an asynchronous runtime may end at any
/// time.
struct Spawner(mpsc::Sender<Spawn>);

struct Spawn {
    command: Command,
    runtime: Handle,
    started: oneshot::Sender<io::Result<Child>>,
}

impl Spawner {
    fn new() -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel::<Spawn>();
        thread::Builder::new().name("executors".into()).spawn(move || {
            for Spawn { mut command, runtime, started } in receiver {
                let _runtime = runtime.enter();
                // Whoever no longer waits drops the process, which kills it.
                let _ = started.send(command.spawn());
            }
        })?;
        Ok(Self(sender))
    }

    async fn spawn(&self, command: Command) -> io::Result<Child> {
        let gone = || io::Error::other("the thread that starts executors is gone");
        let (started, child) = oneshot::channel();
        self.0.send(Spawn { command, runtime: Handle::current(), started }).map_err(|_| gone())?;
        child.await.map_err(|_| gone())?
    }
}

async fn in_time<T>(step: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let late = || io::Error::new(io::ErrorKind::TimedOut, "it started but does not speak");
    timeout(START_LIMIT, step).await.map_err(|_| late())?
}

async fn greet(stdout: &mut ChildStdout) -> io::Result<()> {
    if protocol::read_async(stdout, GREETING.len()).await? == GREETING {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "it is not an executor of this worker's version"))
    }
}

/// What an executor died of that gave no answer. One that lingers is killed, and that is not told apart from
/// a bad end of its own.
async fn death(child: &mut Child) -> io::Result<Death> {
    match timeout(LINGERING, child.wait()).await {
        Ok(status) => Ok(Death::of(status?)),
        Err(_) => {
            child.kill().await?;
            Ok(Death::Other)
        }
    }
}

/// What a process died of, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    /// It asked for more memory than it may have: the allocator's abort at the limit of the process.
    Memory,
    /// Somebody killed it: most likely the system's killer of processes, for want of memory.
    Killed,
    /// Its CPU time was used up.
    Time,
    /// It made a system call that no executor makes.
    Violation,
    /// Anything else.
    Other,
}

impl Death {
    pub(crate) fn of(status: ExitStatus) -> Self {
        match status.signal() {
            Some(libc::SIGABRT) => Self::Memory,
            Some(libc::SIGKILL) => Self::Killed,
            Some(libc::SIGXCPU) => Self::Time,
            Some(libc::SIGSYS) => Self::Violation,
            _ => Self::Other,
        }
    }
}
