//! `phala-relay`: the courier, as a program.

use std::{io::IsTerminal, path::PathBuf, sync::Arc};

use anyhow::Context;
use clap::Parser;
use phala_relay::{courier::Courier, node::Chain, worker::Worker};
use tokio::{
    signal::unix::{signal, SignalKind},
    task::JoinSet,
};
use tracing_subscriber::EnvFilter;

/// Courier between a Phala node and the workers of this machine. It holds no keys and is trusted with
/// nothing.
#[derive(Debug, Parser)]
#[command(name = "phala-relay", version, max_term_width = 110)]
struct Config {
    /// RPC address of a node; any node of the chain serves.
    #[arg(long, env = "PHALA_NODE", value_name = "URL", default_value = "ws://127.0.0.1:9944")]
    node: String,

    /// Unix socket of a worker (its --relay-socket). Repeat it, or separate with commas, for several
    /// workers.
    #[arg(
        long = "worker",
        env = "PHALA_WORKERS",
        value_name = "SOCKET",
        required = true,
        value_delimiter = ','
    )]
    workers: Vec<PathBuf>,

    /// What to log, such as `info` or `phala_relay=debug`.
    #[arg(long, env = "PHALA_LOG", value_name = "FILTER", default_value = "info")]
    log: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut config = Config::parse();
    let filter = EnvFilter::try_new(&config.log).with_context(|| format!("--log `{}`", config.log))?;
    let terminal = std::io::stdout().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(terminal).with_target(false).init();
    config.workers.sort();
    config.workers.dedup();

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        () = relay(config) => {}
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopped");
    Ok(())
}

/// Works until it is cancelled, which may happen at any point: whatever was under way is done again.
async fn relay(config: Config) {
    let chain = Arc::new(Chain::connect(&config.node).await);
    let mut tasks = JoinSet::new();
    tasks.spawn({
        let chain = chain.clone();
        async move { chain.follow().await }
    });
    for socket in config.workers {
        let courier = Courier::new(chain.clone(), Worker::new(socket));
        tasks.spawn(courier.run());
    }
    // Not one of the tasks ends by itself.
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a task failed");
            return;
        }
    }
}
