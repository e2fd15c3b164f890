//! One executor process: started, asked one thing, and gone, whatever happens.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use codec::Encode;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::protocol::{self, Request, Response, GREETING, MAX_RESPONSE};
use crate::SandboxError;

/// How long an executor may take to start and greet, on a machine that is busy.
const START_LIMIT: Duration = Duration::from_secs(60);

/// How an executor ended.
pub(crate) enum Answer {
    /// It answered.
    Response(Response),
    /// It was killed because it did not answer in time.
    TimedOut,
    /// It died on its own, of this.
    Died(ExitStatus),
}

/// Starts executors.
pub(crate) struct Launcher {
    executor: PathBuf,
    /// Where each executor gets an empty folder to be in.
    directory: PathBuf,
}

impl Launcher {
    pub(crate) fn new(executor: PathBuf, directory: PathBuf) -> Self {
        Self { executor, directory }
    }

    /// Has a fresh executor answer `request`, and waits `limit` for it at most. Dropping the future
    /// kills the executor.
    ///
    /// # Errors
    ///
    /// No executor could be started, or what started is none or of another version. Once it
    /// greeted, whatever becomes of it is an [`Answer`]: the request may have been its end.
    pub(crate) async fn ask(&self, request: &Request, limit: Duration) -> Result<Answer, SandboxError> {
        let failed = |source| self.failed(source);
        let folder =
            tempfile::Builder::new().prefix("executor-").tempdir_in(&self.directory).map_err(failed)?;
        let (mut child, mut stdin, mut stdout) = self.start(folder.path()).map_err(failed)?;
        greet(&mut stdout).await.map_err(failed)?;
        let frame = request.encode();
        let exchange = async {
            protocol::write_async(&mut stdin, &frame).await?;
            protocol::read_async(&mut stdout, MAX_RESPONSE).await
        };
        let answer = match timeout(limit, exchange).await {
            Ok(Ok(frame)) => protocol::decode(&frame).map(Answer::Response).ok(),
            Ok(Err(_)) => None,
            Err(_) => Some(Answer::TimedOut),
        };
        drop(stdin);
        match answer {
            Some(answer) => {
                child.kill().await.map_err(failed)?;
                Ok(answer)
            }
            None => Ok(Answer::Died(self.reap(&mut child).await.map_err(failed)?)),
        }
    }

    fn start(&self, folder: &Path) -> io::Result<(Child, ChildStdin, ChildStdout)> {
        let mut child = Command::new(&self.executor)
            .env_clear()
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // What the engine complains about may quote the program, and logs are the host's.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (stdin, stdout) = pipes.ok_or_else(|| io::Error::other("no pipes to the executor"))?;
        Ok((child, stdin, stdout))
    }

    /// The status of an executor whose pipes are closed. One that lingers nevertheless is killed.
    async fn reap(&self, child: &mut Child) -> io::Result<ExitStatus> {
        match timeout(Duration::from_secs(1), child.wait()).await {
            Ok(status) => status,
            Err(_) => {
                child.start_kill()?;
                child.wait().await
            }
        }
    }

    fn failed(&self, source: io::Error) -> SandboxError {
        SandboxError::Executor { path: self.executor.clone(), source }
    }
}

async fn greet(stdout: &mut ChildStdout) -> io::Result<()> {
    let greeting = timeout(START_LIMIT, protocol::read_async(stdout, GREETING.len()))
        .await
        .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "it started but said nothing"))??;
    if greeting == GREETING {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "it is not an executor of this worker's version"))
    }
}

/// Whether a process died because it asked for more memory than it may have: the allocator's abort at
/// the limit of the process, or the system's killer of processes.
pub(crate) fn died_of_memory(status: ExitStatus) -> bool {
    const SIGABRT: i32 = 6;
    const SIGKILL: i32 = 9;
    matches!(status.signal(), Some(SIGABRT | SIGKILL))
}

/// Whether a process died because its CPU time was used up.
pub(crate) fn died_of_time(status: ExitStatus) -> bool {
    const SIGXCPU: i32 = 24;
    status.signal() == Some(SIGXCPU)
}
