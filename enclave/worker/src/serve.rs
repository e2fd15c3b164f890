//! HTTP connections, with a limit on everything that a stranger could take without end: how many there
//! are, how long a request head may take, how long a connection may live.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{serve::Listener, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    sync::{watch, Semaphore},
    task::JoinSet,
};

/// Time for the head of a request, and for which a connection may be idle between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Header fields of one request.
const MAX_HEADERS: usize = 64;
/// Bytes buffered of one connection; a request head must fit.
const MAX_BUFFER: usize = 64 << 10;
/// Time that requests under way get to end once a connection is to close.
const GRACE: Duration = Duration::from_secs(20);

/// How many connections, and how long.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    /// Open at the same time. Further ones wait in the listener's backlog.
    pub connections: usize,
    /// Time after which a connection is closed, requests under way excepted; the peer may come again.
    pub lifetime: Duration,
}

/// Resolves once `shutdown` holds true or its sender is gone.
pub async fn stopped(mut shutdown: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

/// Serves `router` on `listener` until `shutdown`, then lets requests under way end.
pub async fn serve<L: Listener>(
    mut listener: L,
    router: Router,
    limits: ConnectionLimits,
    shutdown: watch::Receiver<bool>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let mut connections = JoinSet::new();
    let mut stop = pin!(stopped(shutdown.clone()));
    loop {
        let next = async {
            // The semaphore is never closed; were it, no more connections is the right answer.
            let slot = slots.clone().acquire_owned().await.ok()?;
            Some((slot, listener.accept().await.0))
        };
        let (slot, io) = tokio::select! {
            next = next => match next {
                Some(next) => next,
                None => break,
            },
            () = &mut stop => break,
        };
        let connection = connection(io, router.clone(), limits.lifetime, shutdown.clone());
        connections.spawn(async move {
            connection.await;
            drop(slot);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    connections.join_all().await;
}

async fn connection<Io>(io: Io, router: Router, lifetime: Duration, shutdown: watch::Receiver<bool>)
where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_BUFFER);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), TowerToHyperService::new(router)));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = tokio::time::sleep(lifetime) => None,
        () = stopped(shutdown) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            match tokio::time::timeout(GRACE, connection).await {
                Ok(ended) => ended,
                Err(_) => return tracing::debug!("connection cut: its last request took too long"),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended early");
    }
}
