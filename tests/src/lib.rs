//! A development network of real processes, and the command line against it.

pub mod local;
pub mod processes;
pub mod recorder;
pub mod relay;
pub mod search;
pub mod worker;

use std::{
    io::{BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use anyhow::{bail, ensure, Context, Result};
pub use nix::sys::signal::Signal;
use nix::{sys::signal::kill, unistd::Pid};
use rand::Rng;
use serde::Deserialize;

/// Longest time for a network to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);
/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(200);

/// What `phala dev --json` says once it is ready.
#[derive(Deserialize)]
pub struct Description {
    /// The chain's RPC address.
    pub rpc: String,
    /// Hash of its genesis block.
    pub genesis: String,
    /// Endpoints of the workers.
    pub workers: Vec<String>,
    /// The pool in which they mine.
    pub pool: u64,
    /// The folder of its processes' logs, which lies in the folder of their state.
    pub logs: PathBuf,
    /// Process ids: the chain, the workers, the relay.
    pub pids: Vec<i32>,
}

/// A running `phala dev`, with a folder for what its users write.
pub struct DevNetwork {
    /// What it said of itself.
    pub description: Description,
    /// The folder.
    pub folder: tempfile::TempDir,
    process: Child,
    ports: Vec<u16>,
}

impl DevNetwork {
    /// Starts a network on free ports and waits until it is ready.
    pub fn start() -> Result<Self> {
        Self::start_with(&[])
    }

    /// The same with more arguments for `phala dev`.
    pub fn start_with(arguments: &[&str]) -> Result<Self> {
        Self::start_at(free_ports(4)?, arguments)
    }

    fn start_at(ports: Vec<u16>, arguments: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let mut process = Command::new(phala()?)
            .args(["dev", "--json"])
            .arg(format!("--rpc-port={}", ports[0]))
            .arg(format!("--p2p-port={}", ports[1]))
            .arg(format!("--worker-port={}", ports[2]))
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start `phala dev`")?;
        let stdout = process.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).context("cannot read from `phala dev`")?;
        if line.is_empty() {
            bail!("`phala dev` ended before it was ready ({:?})", process.wait());
        }
        let description = serde_json::from_str(&line).with_context(|| format!("`phala dev` said {line}"))?;
        Ok(Self { description, folder, process, ports })
    }

    /// `phala` against this network, in the network's folder.
    pub fn command(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = Command::new(phala()?);
        command
            .args(arguments)
            .env("PHALA_NODE", &self.description.rpc)
            .env("PHALA_GENESIS", &self.description.genesis)
            .env("XDG_DATA_HOME", self.folder.path())
            .env("XDG_CONFIG_HOME", self.folder.path())
            .current_dir(self.folder.path());
        Ok(command)
    }

    /// Runs `phala` against this network, with `stdin` as its standard input, in the network's folder.
    pub fn phala(&self, arguments: &[&str], stdin: &[u8]) -> Result<Output> {
        let mut child = self
            .command(arguments)?
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start `phala`")?;
        let mut pipe = child.stdin.take().context("no standard input")?;
        let stdin = stdin.to_vec();
        // The command may end without reading all of it.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
        let output = child.wait_with_output().context("cannot read from `phala`")?;
        writer.join().map_err(|_| anyhow::anyhow!("the writer panicked"))?;
        Ok(output)
    }

    /// Runs a job and gives what `phala job run --json` says, and its exit code.
    pub fn job(&self, program: &Path, arguments: &[&str], stdin: &[u8]) -> Result<(serde_json::Value, i32)> {
        let program = program.to_str().context("the program's path is not UTF-8")?;
        let all = [&["job", "run", program, "--json", "--input", "-"], arguments].concat();
        let output = self.phala(&all, stdin)?;
        let report = serde_json::from_slice(&output.stdout).with_context(|| {
            format!("`phala {}` failed: {}", all.join(" "), String::from_utf8_lossy(&output.stderr))
        })?;
        Ok((report, output.status.code().context("killed")?))
    }

    /// Writes `text` (WebAssembly in text form) as a program into the folder.
    pub fn program(&self, name: &str, text: &str) -> Result<PathBuf> {
        self.file(name, &wat::parse_str(text).with_context(|| format!("the text of {name}"))?)
    }

    /// Writes a file into the folder.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes)?;
        Ok(path)
    }

    /// Process ids and program names of what `phala dev` runs at the moment.
    pub fn children(&self) -> Result<Vec<(i32, String)>> {
        let children = processes::children(self.process.id())?;
        Ok(children.into_iter().map(|child| (child.pid, child.name)).collect())
    }

    /// Where its processes keep their state and logs.
    pub fn state(&self) -> Result<&Path> {
        self.description.logs.parent().context("the logs lie in no folder")
    }

    /// Kills everything at once, without warning, and starts it again from the state folder that
    /// `arguments` name.
    pub fn black_out(mut self, arguments: &[&str]) -> Result<Self> {
        let children = self.children()?;
        self.process.kill()?;
        children.iter().try_for_each(|(pid, _)| kill_now(*pid))?;
        self.process.wait()?;
        // They are gone, and their numbers may be given to others.
        self.description.pids.clear();
        // The last threads of a killed process may keep its sockets for a moment.
        let give_up = Instant::now() + STOP_TIMEOUT;
        while !self.ports.iter().all(|port| is_free(*port)) {
            ensure!(Instant::now() < give_up, "killed processes keep their ports {:?}", self.ports);
            std::thread::sleep(POLL);
        }
        Self::start_at(self.ports.clone(), arguments)
    }

    /// Sends Ctrl-C and waits for the end.
    pub fn interrupt(&mut self) -> Result<ExitStatus> {
        kill(Pid::from_raw(i32::try_from(self.process.id())?), Signal::SIGINT)?;
        let give_up = Instant::now() + STOP_TIMEOUT;
        loop {
            if let Some(status) = self.process.try_wait()? {
                return Ok(status);
            }
            ensure!(Instant::now() < give_up, "`phala dev` does not stop");
            std::thread::sleep(POLL);
        }
    }
}

impl Drop for DevNetwork {
    fn drop(&mut self) {
        if self.interrupt().is_err() {
            let _ = self.process.kill();
            for pid in &self.description.pids {
                let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
            }
        }
    }
}

/// Kills a process without warning. One that has just ended is as good.
pub fn kill_now(pid: i32) -> Result<()> {
    match kill(Pid::from_raw(pid), Signal::SIGKILL) {
        Ok(()) | Err(nix::errno::Errno::ESRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A setting of a randomised test: from the environment, so that a failure can be replayed, or by default.
pub fn setting<T>(name: &str, default: impl FnOnce() -> T) -> Result<T>
where
    T: std::str::FromStr,
    T::Err: std::error::Error + Send + Sync + 'static,
{
    match std::env::var(name) {
        Ok(value) => value.parse().with_context(|| format!("{name}={value}")),
        Err(_) => Ok(default()),
    }
}

/// Whether a process exists.
pub fn alive(pid: i32) -> bool {
    kill(Pid::from_raw(pid), None).is_ok()
}

/// Freezes a process: it holds its connections and answers nothing.
pub fn pause(pid: i32) -> Result<()> {
    signal(pid, Signal::SIGSTOP)
}

/// Sends a signal.
pub fn signal(pid: i32, signal: Signal) -> Result<()> {
    Ok(kill(Pid::from_raw(pid), signal)?)
}

/// The example that `make examples` builds.
pub fn survival_report() -> Result<PathBuf> {
    let path = build_folder()?.with_file_name("examples/wasm32-wasip1/release/survival-report.wasm");
    ensure!(path.is_file(), "{} is missing; run `make examples`", path.display());
    Ok(path)
}

/// A file of this repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn phala() -> Result<PathBuf> {
    let path = build_folder()?.join("phala");
    ensure!(path.is_file(), "{} is missing; run `make build`", path.display());
    Ok(path)
}

/// The folder of this build's programs: the parent of `deps`, where this test lies.
pub fn build_folder() -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    Ok(own.parent().and_then(Path::parent).context("this test lies in no build folder")?.to_path_buf())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Where ports for networks are looked for.
const PORTS: std::ops::Range<u16> = 12_000..32_000;

/// Ports that nothing listens on; they follow each other. None of those that the system gives to outgoing
/// connections: one of these may take the port of a process that was killed before it is started again.
pub fn free_ports(count: usize) -> Result<Vec<u16>> {
    let mut random = rand::rng();
    loop {
        let first = random.random_range(PORTS);
        let ports: Vec<u16> = (first..).take(count).collect();
        if ports.iter().all(|port| is_free(*port)) {
            return Ok(ports);
        }
    }
}
