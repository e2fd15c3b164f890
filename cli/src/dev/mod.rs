//! `phala dev` and `phala demo`: a development network, alone or with one job run on it.

mod demo;
mod memory;
mod narrate;
mod network;
mod process;
mod setup;

use anyhow::{Context, Result};
use clap::Args;
use phala_client::account::DEVELOPMENT_ACCOUNTS;
use serde_json::json;
use tokio::signal::unix::{signal, SignalKind};

pub(crate) use demo::{demo, DemoArguments};
use memory::MemoryWatch;
use narrate::Narrator;
use network::{Network, NetworkArguments};
use setup::{set_up, Cast};

use crate::{format::hex, output, Globals};

/// How often running processes are watched.
const WATCH_INTERVAL: std::time::Duration = std::time::Duration::from_secs(1);

/// Arguments of `phala dev`.
#[derive(Args, Clone, Debug)]
pub(crate) struct DevArguments {
    #[command(flatten)]
    network: NetworkArguments,
}

/// Runs `phala dev` until it is told to stop. As JSON it describes the network in one line once it is ready.
pub(crate) async fn dev(arguments: DevArguments, globals: &Globals) -> Result<()> {
    let narrator = Narrator::start();
    let memory = MemoryWatch::start();
    run(&arguments.network, &narrator, &memory, async |network, _, pool| {
        if globals.json {
            output::json(&description(network, pool))?;
        }
        introduce(network);
        watch(network).await
    })
    .await
}

/// Starts a network, hands it to `use_it`, and stops it whatever comes of that.
async fn run(
    arguments: &NetworkArguments,
    narrator: &Narrator,
    memory: &MemoryWatch,
    use_it: impl AsyncFnOnce(&mut Network, &Cast, phala_primitives::PoolId) -> Result<()>,
) -> Result<()> {
    let mut interrupt = Interrupt::new()?;
    let cast = Cast::new()?;
    narrator.say("starting the chain: one validator");
    let mut network = Network::start_chain(arguments).await?;
    let outcome = tokio::select! {
        outcome = async {
            narrator.say(&format!("the chain answers at {}; genesis {}", network.rpc, hex(&network.chain.genesis_hash())));
            narrator.say("starting two workers and their relay");
            network.start_workers(&phala_client::account::public_key(&cast.miner)).await?;
            memory.watch(&network.processes.pids());
            let pool = set_up(&mut network, &cast, narrator).await?;
            use_it(&mut network, &cast, pool).await
        } => outcome,
        () = interrupt.wait() => Ok(()),
    };
    narrator.say("stopping");
    network.processes.stop().await;
    if let (Err(_), None) = (&outcome, network.kept_state()) {
        eprintln!("use --state FOLDER to keep the logs of the network");
    }
    outcome
}

/// Returns only when a process of the network has ended by itself.
async fn watch(network: &mut Network) -> Result<()> {
    let mut interval = tokio::time::interval(WATCH_INTERVAL);
    loop {
        interval.tick().await;
        network.processes.check()?;
    }
}

/// What a person needs to use the network.
fn introduce(network: &Network) {
    let (rpc, genesis) = (&network.rpc, hex(&network.chain.genesis_hash()));
    eprintln!();
    eprintln!("The network is ready.");
    eprintln!("  chain      {rpc}");
    eprintln!("  genesis    {genesis}");
    for (index, worker) in network.workers.iter().enumerate() {
        eprintln!(
            "  worker {}   {} (attestation: none, nothing is proven about its hardware)",
            index + 1,
            worker.endpoint
        );
    }
    eprintln!("  accounts   {} (funded; keys known to everybody)", DEVELOPMENT_ACCOUNTS.join(", "));
    eprintln!("  logs       {}", network.logs().display());
    if network.kept_state().is_none() {
        eprintln!("  state      temporary; use --state FOLDER to keep it");
    }
    eprintln!();
    eprintln!("Next, in another terminal:");
    eprintln!("  phala worker list --node {rpc}");
    eprintln!("  phala job run PROGRAM.wasm --input FILE --node {rpc}");
    eprintln!("  phala verify receipt-0.json --genesis {genesis}");
    eprintln!();
    eprintln!("Ctrl-C stops everything.");
}

fn description(network: &Network, pool: phala_primitives::PoolId) -> serde_json::Value {
    json!({
        "rpc": network.rpc,
        "genesis": hex(&network.chain.genesis_hash()),
        "workers": network.workers.iter().map(|worker| &worker.endpoint).collect::<Vec<_>>(),
        "pool": pool,
        "logs": network.logs(),
        "pids": network.processes.pids(),
    })
}

/// The signals that ask a program to stop.
struct Interrupt {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

impl Interrupt {
    fn new() -> Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
        }
    }
}
