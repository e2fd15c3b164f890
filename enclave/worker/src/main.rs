//! `phala-worker`; see the library's documentation.

mod harden;

use std::io::IsTerminal;

use anyhow::Context;
use clap::Parser;
use phala_worker::{config::Config, Server};
use tokio::signal::unix::{signal, SignalKind};
use tracing_subscriber::EnvFilter;

fn main() -> anyhow::Result<()> {
    harden::close_memory()
        .context("cannot keep core dumps from being written; does a filter forbid prctl?")?;
    serve()
}

#[tokio::main]
async fn serve() -> anyhow::Result<()> {
    let config = Config::parse();
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| anyhow::anyhow!("--log {}: {error}; use something like `info`", config.log))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);

    let server = Server::bind(config).await?;
    tracing::info!(
        worker = %server.worker().identity().worker_id(),
        address = %server.address()?,
        relay_socket = %server.worker().config().relay_socket().display(),
        "ready"
    );
    server
        .run(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            tracing::info!("stopping");
        })
        .await
        .map_err(|refusal| anyhow::anyhow!("{refusal}; {}", refusal.remedy()))
}
