//! Child processes: started in order, watched, stopped in reverse order, never left behind.

use std::{
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{bail, Context, Result};
use nix::{
    sys::signal::{kill, Signal},
    unistd::Pid,
};
use tokio::process::{Child, Command};

use crate::secret::PASSPHRASE_VARIABLE;

/// How long a process may take to stop by itself before it is killed.
const STOP_TIMEOUT: Duration = Duration::from_secs(5);

/// Lines of a dead process's log that its error shows.
const LOG_TAIL_LINES: usize = 12;

/// One of the network's programs, running.
struct Process {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    log: PathBuf,
    child: Child,
}

/// The running programs of a network, in the order of starting.
///
/// Dropping it kills what still runs; [`Processes::stop`] lets each finish first.
pub(crate) struct Processes {
    running: Vec<Process>,
    /// Whether a process that ended by itself is started again, as a service manager would.
    restart: bool,
}

impl Processes {
    /// None yet.
    pub(crate) fn new(restart: bool) -> Self {
        Self { running: Vec::new(), restart }
    }

    /// Starts `program` with its output going to `log`, in a process group of its own, so that a
    /// Ctrl-C at the terminal reaches only the parent, which stops the rest in order.
    pub(crate) fn start(
        &mut self,
        name: &str,
        program: &Path,
        arguments: &[String],
        log: PathBuf,
    ) -> Result<()> {
        let child = spawn(name, program, arguments, &log)?;
        let (program, arguments) = (program.to_owned(), arguments.to_vec());
        self.running.push(Process { name: name.to_owned(), program, arguments, log, child });
        Ok(())
    }

    /// Process ids of all that run.
    pub(crate) fn pids(&self) -> Vec<u32> {
        self.running.iter().filter_map(|process| process.child.id()).collect()
    }

    /// Starts again what ended by itself; or an error that names the first such process, with the end of its
    /// log, if nothing is to be started again.
    pub(crate) fn check(&mut self) -> Result<()> {
        for process in &mut self.running {
            if let Some(status) = process.child.try_wait().context("cannot watch a process")? {
                if self.restart {
                    eprintln!("{} ended by itself ({status}); starting it again", process.name);
                    let Process { name, program, arguments, log, .. } = &*process;
                    process.child = spawn(name, program, arguments, log)?;
                    continue;
                }
                bail!(
                    "{} ended by itself ({status}); the end of its log, {}:\n{}",
                    process.name,
                    process.log.display(),
                    log_tail(&process.log)
                );
            }
        }
        Ok(())
    }

    /// Stops everything, last started first: asks, waits, then kills.
    pub(crate) async fn stop(&mut self) {
        while let Some(mut process) = self.running.pop() {
            let Some(id) = process.child.id() else { continue };
            if let Ok(id) = i32::try_from(id) {
                // Fails only if the process has just ended, which is what is wanted.
                let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
            }
            if tokio::time::timeout(STOP_TIMEOUT, process.child.wait()).await.is_err() {
                tracing::warn!("{} did not stop within {STOP_TIMEOUT:?}; killing it", process.name);
                let _ = process.child.kill().await;
            }
        }
    }
}

fn spawn(name: &str, program: &Path, arguments: &[String], log: &Path) -> Result<Child> {
    let output = open_log(log)?;
    let errors = output.try_clone().context("cannot share the log file")?;
    Command::new(program)
        .args(arguments)
        .env_remove(PASSPHRASE_VARIABLE)
        .stdin(Stdio::null())
        .stdout(output)
        .stderr(errors)
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {} ({})", name, program.display()))
}

fn open_log(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("cannot write the log file {}", path.display()))
}

fn log_tail(path: &Path) -> String {
    let text =
        std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
}

/// The program `name` in the folder of this executable, where one build puts all of them.
pub(crate) fn sibling(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot find the path of this program")?;
    let path = own.with_file_name(name);
    if !path.is_file() {
        bail!("{} is missing; build all programs of the network with `make build`", path.display());
    }
    Ok(path)
}
