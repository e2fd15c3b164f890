//! The four validators of the preset `local`, as processes on one machine.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{ensure, Context, Result};
use phala_client::Chain;
use serde_json::json;
use tempfile::TempDir;

use crate::{
    free_ports,
    worker::{program, until, Process},
};

/// The validators.
const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];
/// Milliseconds to a block, for the preset's six seconds.
const SLOT: u64 = 1_000;

/// A running chain.
pub struct LocalChain {
    /// A folder for its state and its users'.
    pub folder: TempDir,
    /// Its nodes, in the order of [`VALIDATORS`].
    pub nodes: Vec<LocalNode>,
}

/// The node of a validator.
pub struct LocalNode {
    /// Its RPC address.
    pub rpc: String,
    /// The chain through it.
    pub chain: Chain,
    /// The validator's place among the authorities.
    pub index: usize,
    _process: Process,
}

impl LocalChain {
    /// Starts the nodes and waits until each answers. The chain is that of the preset, with shorter slots.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let specification = specification(folder.path())?;
        let ports = free_ports(VALIDATORS.len() * 2)?;
        let peers = (1..=VALIDATORS.len()).map(peer).collect::<Result<Vec<_>>>()?;
        let mut started = Vec::new();
        for (index, validator) in VALIDATORS.into_iter().enumerate() {
            let (rpc, listen) = (ports[index], ports[VALIDATORS.len() + index]);
            let mut arguments = vec![
                format!("--chain={}", specification.display()),
                format!("--{validator}"),
                format!("--base-path={}", folder.path().join(validator).display()),
                format!("--rpc-port={rpc}"),
                format!("--listen-addr=/ip4/127.0.0.1/tcp/{listen}"),
                format!("--node-key={}", node_key(index + 1)),
                // Whoever joins later needs the state of the genesis block.
                "--state-pruning=archive".to_owned(),
                "--no-prometheus".to_owned(),
                "--no-telemetry".to_owned(),
                "--no-mdns".to_owned(),
            ];
            for (other, peer) in peers.iter().enumerate().filter(|(other, _)| *other != index) {
                let port = ports[VALIDATORS.len() + other];
                arguments.push(format!("--bootnodes=/ip4/127.0.0.1/tcp/{port}/p2p/{peer}"));
            }
            let log = folder.path().join(format!("{validator}.log"));
            started.push((format!("ws://127.0.0.1:{rpc}"), Process::start("phala-node", &arguments, &log)?));
        }
        let mut nodes = Vec::new();
        for (index, (rpc, process)) in started.into_iter().enumerate() {
            let connect = async || Ok(Chain::connect(&rpc, None).await.ok());
            let chain = until("a validator's node answers", connect).await?;
            nodes.push(LocalNode { rpc, chain, index, _process: process });
        }
        Ok(Self { folder, nodes })
    }
}

/// The preset as a file for `--chain`, with [`SLOT`].
fn specification(folder: &Path) -> Result<PathBuf> {
    let output =
        Command::new(program("phala-node")?).args(["export-chain-spec", "--chain", "local"]).output()?;
    ensure!(output.status.success(), "no preset: {}", String::from_utf8_lossy(&output.stderr));
    let mut specification: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let slot = specification
        .pointer_mut("/genesis/runtimeGenesis/patch/blockTime/slotDuration")
        .context("the preset names no length of slots")?;
    *slot = json!(SLOT);
    let path = folder.join("local.json");
    std::fs::write(&path, serde_json::to_vec(&specification)?)?;
    Ok(path)
}

/// The network key of the validator with this number, which anybody can guess.
fn node_key(number: usize) -> String {
    format!("{number:064x}")
}

/// How the others know it.
fn peer(number: usize) -> Result<String> {
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(node_key(number).as_bytes())?;
    let output = Command::new(program("phala-node")?)
        .args(["key", "inspect-node-key", "--file"])
        .arg(file.path())
        .output()?;
    ensure!(output.status.success(), "no peer id: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
