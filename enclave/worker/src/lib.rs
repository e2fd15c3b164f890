//! The worker: the one program inside the enclave.
//!
//! It runs other people's confidential jobs and answers for them before the chain. Everything around it is
//! hostile: the relay that brings the chain's news, the disk, and whoever connects.
//!
//! # What it believes, and why
//!
//! - **Of the chain**: what [`phala_light_client`] verifies from the configured genesis hash on. News
//!   come as an `Update` over a unix socket ([`api_relay`]); the worker's own topic in proven state says which
//!   jobs, challenges and sessions there are ([`state`]).
//! - **Of clients**: nothing. An input ([`api_public`]) opens with the worker's key and must match program
//!   hash and commitment of a job in proven state ([`intake`]).
//! - **Of the disk**: what the keyring unseals. That the data folder is an old copy shows once the chain's state is
//!   known to be recent ([`outbox`]); until then nothing is signed but the report that finds that out.
//! - **Of programs**: nothing. Each runs in a process of its own, without keys ([`phala_sandbox`]).
//!
//! # What it promises
//!
//! - Nobody learns of a report, an acknowledgement or an accepted input before it is on the disk ([`ledger`]).
//! - One sequence number is signed once by one process ([`outbox`]), and the chain takes it from the process that
//!   started last; after a restart it goes on where it was.
//! - It serves only after it has seen its own random number in proven state.
//! - It takes no input that it could not run in time together with all that it has taken before, and shares itself
//!   fairly between clients ([`schedule`]). What it leaves alone, the chain refunds at its deadline.

pub mod api_public;
pub mod api_relay;
pub mod benchmark;
mod body;
pub mod config;
pub mod intake;
pub mod jobs;
pub mod ledger;
pub mod metrics;
pub mod mining;
pub mod outbox;
pub mod problem;
pub mod runner;
mod running;
pub mod schedule;
pub mod serve;
pub mod state;
pub mod worker;

use std::{future::Future, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use tokio::{
    net::{TcpListener, TcpSocket, UnixListener},
    sync::watch,
};

use crate::{
    config::Config,
    serve::{ConnectionLimits, Source},
    state::Refusal,
    worker::Worker,
};

/// Longest life of a public connection: time enough for the largest input over a slow line.
const PUBLIC_LIFETIME: Duration = Duration::from_secs(15 * 60);

/// Time for which a peer may take nothing of an answer.
const STALL: Duration = Duration::from_secs(30);

/// Time for which a public connection is safe from making room for others.
const WELCOME: Duration = Duration::from_millis(100);

/// Connections that wait in the kernel to be let in. Whoever finds no room there tries again later and later, for up
/// to half a minute; so there is room for a crowd, which is let in quickly.
const BACKLOG: u32 = 4096;

/// Connections of relays. Each is kept for as long as its relay likes.
const RELAY_CONNECTIONS: usize = 8;

fn listen_on(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // A worker that was restarted may use the port of the connections that it left.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// A worker that listens and is ready to serve.
pub struct Server {
    worker: Arc<Worker>,
    public: TcpListener,
    relay: UnixListener,
    relay_socket: PathBuf,
}

impl Server {
    /// Opens the data folder and listens on both addresses.
    pub async fn bind(config: Config) -> anyhow::Result<Self> {
        let (listen, relay_socket) = (config.listen, config.relay_socket());
        let worker = Arc::new(Worker::open(config).await?);
        let public = listen_on(listen)
            .with_context(|| format!("cannot listen on {listen}; choose another address with --listen"))?;
        let relay = api_relay::listen(&relay_socket).with_context(|| {
            format!(
                "cannot listen on {}; choose a shorter or writable path with --relay-socket",
                relay_socket.display()
            )
        })?;
        Ok(Self { worker, public, relay, relay_socket })
    }

    /// Where clients reach the worker.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.public.local_addr()
    }

    /// The worker itself.
    pub fn worker(&self) -> &Arc<Worker> {
        &self.worker
    }

    /// Serves until `shutdown` resolves, then lets requests under way end.
    ///
    /// # Errors
    ///
    /// Proven state says that this process may not go on: the data folder is an old copy, or another
    /// process uses one.
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), Refusal> {
        let Self { worker, public, relay, relay_socket } = self;
        let (stop, stopping) = watch::channel(false);
        let connections = worker.config().limits.max_connections.get();
        let displaced = worker.metrics().connections_displaced.clone();
        let public_limits = ConnectionLimits {
            connections,
            lifetime: PUBLIC_LIFETIME,
            stall: STALL,
            welcome: WELCOME,
            displaced,
        };
        let relay_limits = ConnectionLimits {
            connections: RELAY_CONNECTIONS,
            lifetime: Duration::MAX,
            stall: STALL,
            welcome: WELCOME,
            displaced: Arc::default(),
        };
        let source = |address: &SocketAddr| Source::of(address.ip());
        let (public_api, relay_api) = (api_public::router(worker.clone()), api_relay::router(worker.clone()));
        let stop_at_shutdown = async {
            let outcome = tokio::select! {
                () = shutdown => Ok(()),
                refusal = worker.forbidden() => Err(refusal),
            };
            stop.send_replace(true);
            outcome
        };
        let (outcome, ..) = tokio::join!(
            stop_at_shutdown,
            serve::serve(public, source, public_api, public_limits, stopping.clone()),
            serve::serve(relay, |_| Source::LOCAL, relay_api, relay_limits, stopping.clone()),
            runner::run_jobs(worker.clone(), stopping.clone()),
            runner::run_benchmarks(worker.clone(), stopping.clone()),
            runner::run_cleaning(worker.clone(), stopping.clone()),
        );
        // A path that is gone already is as good.
        let _ = std::fs::remove_file(relay_socket);
        outcome
    }
}
