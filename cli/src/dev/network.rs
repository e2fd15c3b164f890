//! A development network: the real programs of this build, as separate processes on one machine.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{bail, Context, Result};
use clap::Args;
use phala_client::{worker::WorkerApi, Chain};

use super::process::{sibling, Processes};
use crate::format::hex;

/// Workers of a development network.
pub(crate) const WORKERS: u16 = 2;
/// Longest time for a process to answer after its start.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How often a starting process is asked.
const POLL: Duration = Duration::from_millis(100);
/// Most bytes of a unix socket's path on Linux, the closing zero included.
const MAX_SOCKET_PATH: usize = 108;

/// Where a development network listens and keeps its state.
#[derive(Args, Clone, Debug)]
pub(crate) struct NetworkArguments {
    /// Port of the chain's RPC.
    #[arg(long, default_value_t = 9944, value_name = "PORT")]
    pub(crate) rpc_port: u16,
    /// Port on which the chain's nodes talk to each other.
    #[arg(long, default_value_t = 30333, value_name = "PORT")]
    pub(crate) p2p_port: u16,
    /// Port of the first worker; the second takes the next one.
    #[arg(long, default_value_t = 8101, value_name = "PORT")]
    pub(crate) worker_port: u16,
    /// Keep the network's state in this folder, and go on from what is there. Without it, the state lives in a
    /// temporary folder and is gone at the end.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: Option<PathBuf>,
    /// Empty the state folder first.
    #[arg(long, requires = "state")]
    pub(crate) wipe: bool,
    /// Start a program of the network again when it ends by itself, instead of stopping the network.
    #[arg(long)]
    pub(crate) restart: bool,
}

impl NetworkArguments {
    /// Port of the worker with this index.
    fn worker_port(&self, index: u16) -> Result<u16> {
        self.worker_port
            .checked_add(index)
            .context("--worker-port is too high for two workers; choose a lower one")
    }

    /// Refuses ports that something else listens on.
    fn check_ports(&self) -> Result<()> {
        let mut ports = vec![(self.rpc_port, "--rpc-port"), (self.p2p_port, "--p2p-port")];
        for index in 0..WORKERS {
            ports.push((self.worker_port(index)?, "--worker-port"));
        }
        for (port, option) in ports {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).with_context(|| {
                format!(
                    "port {port} is not free, perhaps because another network runs; choose one with {option}"
                )
            })?;
        }
        Ok(())
    }
}

/// The folder that holds a network's state; a temporary one disappears with it.
enum StateFolder {
    Kept(PathBuf),
    Temporary(tempfile::TempDir),
}

impl StateFolder {
    fn open(arguments: &NetworkArguments) -> Result<Self> {
        let Some(folder) = &arguments.state else {
            return Ok(Self::Temporary(tempfile::tempdir().context("cannot create a temporary folder")?));
        };
        if arguments.wipe {
            wipe(folder)?;
        }
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot create the state folder {}", folder.display()))?;
        let folder = folder.canonicalize().context("cannot find the state folder")?;
        Ok(Self::Kept(folder))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(folder) => folder,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

/// Names of what a network puts into its state folder.
const STATE_ENTRIES: [&str; 4] = ["chain", "worker-1", "worker-2", "logs"];

/// Empties a state folder; touches nothing that a network did not put there.
fn wipe(folder: &Path) -> Result<()> {
    for name in STATE_ENTRIES {
        let path = folder.join(name);
        if path.exists() {
            std::fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

/// A worker of the network.
pub(crate) struct DevWorker {
    /// Its public endpoint.
    pub(crate) endpoint: String,
    socket: PathBuf,
    data: PathBuf,
    listen: SocketAddr,
}

/// A running development network.
pub(crate) struct Network {
    /// The chain's RPC address.
    pub(crate) rpc: String,
    /// A connection to it.
    pub(crate) chain: Chain,
    /// The workers.
    pub(crate) workers: Vec<DevWorker>,
    /// All processes.
    pub(crate) processes: Processes,
    state: StateFolder,
}

impl Network {
    /// Starts the chain and waits until it answers. `note` hears what happens.
    pub(crate) async fn start_chain(arguments: &NetworkArguments) -> Result<Self> {
        arguments.check_ports()?;
        let state = StateFolder::open(arguments)?;
        let logs = state.path().join("logs");
        std::fs::create_dir_all(&logs).context("cannot create the folder for logs")?;
        let mut processes = Processes::new(arguments.restart);
        let rpc = format!("ws://127.0.0.1:{}", arguments.rpc_port);
        let node = sibling("phala-node")?;
        processes.start(
            "the chain",
            &node,
            &node_arguments(arguments, state.path()),
            logs.join("chain.log"),
        )?;
        let chain = match wait_for_chain(&rpc, &mut processes).await {
            Ok(chain) => chain,
            Err(error) => {
                processes.stop().await;
                return Err(error);
            }
        };
        let workers =
            (0..WORKERS).map(|index| worker(arguments, state.path(), index)).collect::<Result<_>>()?;
        Ok(Self { rpc, chain, workers, processes, state })
    }

    /// Starts the workers, operated by `operator`, and their relay, and waits until the workers answer.
    pub(crate) async fn start_workers(&mut self, operator: &[u8; 32]) -> Result<()> {
        let program = sibling("phala-worker")?;
        let logs = self.state.path().join("logs");
        let mut relay = vec!["--node".to_owned(), self.rpc.clone()];
        for (index, worker) in self.workers.iter().enumerate() {
            let name = format!("worker {}", index + 1);
            let arguments = worker_arguments(worker, &self.chain.genesis_hash(), operator);
            self.processes.start(
                &name,
                &program,
                &arguments,
                logs.join(format!("worker-{}.log", index + 1)),
            )?;
            relay.extend(["--worker".to_owned(), worker.socket.display().to_string()]);
        }
        self.processes.start("the relay", &sibling("phala-relay")?, &relay, logs.join("relay.log"))?;
        for worker in &self.workers {
            wait_for_worker(&worker.endpoint, &mut self.processes).await?;
        }
        Ok(())
    }

    /// Where the logs are, if they outlive the network.
    pub(crate) fn logs(&self) -> PathBuf {
        self.state.path().join("logs")
    }

    /// The kept state folder, if there is one.
    pub(crate) fn kept_state(&self) -> Option<&Path> {
        match &self.state {
            StateFolder::Kept(folder) => Some(folder),
            StateFolder::Temporary(_) => None,
        }
    }
}

fn worker(arguments: &NetworkArguments, state: &Path, index: u16) -> Result<DevWorker> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.worker_port(index)?));
    let data = state.join(format!("worker-{}", index + 1));
    let socket = data.join("relay.sock");
    if socket.as_os_str().len() >= MAX_SOCKET_PATH {
        bail!("the path {} is too long for a unix socket; choose a shorter --state", socket.display());
    }
    std::fs::create_dir_all(&data).with_context(|| format!("cannot create {}", data.display()))?;
    Ok(DevWorker { endpoint: format!("http://{listen}"), socket, data, listen })
}

fn node_arguments(arguments: &NetworkArguments, state: &Path) -> Vec<String> {
    [
        "--dev".to_owned(),
        // A worker that joins later needs the state of the genesis block.
        "--state-pruning=archive".to_owned(),
        format!("--base-path={}", state.join("chain").display()),
        format!("--rpc-port={}", arguments.rpc_port),
        format!("--listen-addr=/ip4/127.0.0.1/tcp/{}", arguments.p2p_port),
        "--no-prometheus".to_owned(),
        "--no-telemetry".to_owned(),
        "--no-mdns".to_owned(),
    ]
    .to_vec()
}

fn worker_arguments(worker: &DevWorker, genesis: &[u8; 32], operator: &[u8; 32]) -> Vec<String> {
    vec![
        format!("--genesis-hash={}", hex(genesis)),
        format!("--data-dir={}", worker.data.display()),
        format!("--listen={}", worker.listen),
        format!("--relay-socket={}", worker.socket.display()),
        format!("--operator={}", hex(operator)),
        "--cores=1".to_owned(),
    ]
}

async fn wait_for_chain(rpc: &str, processes: &mut Processes) -> Result<Chain> {
    let give_up = Instant::now() + START_TIMEOUT;
    loop {
        processes.check()?;
        match Chain::connect(rpc, None).await {
            Ok(chain) => return Ok(chain),
            Err(error) if Instant::now() > give_up => return Err(error).context("the chain does not answer"),
            Err(_) => tokio::time::sleep(POLL).await,
        }
    }
}

async fn wait_for_worker(endpoint: &str, processes: &mut Processes) -> Result<()> {
    let api = WorkerApi::new(endpoint)?;
    let give_up = Instant::now() + START_TIMEOUT;
    loop {
        processes.check()?;
        match api.info().await {
            Ok(_) => return Ok(()),
            Err(error) if Instant::now() > give_up => return Err(error).context("a worker does not answer"),
            Err(_) => tokio::time::sleep(POLL).await,
        }
    }
}
