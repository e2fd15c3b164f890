//! HTTP connections, with a limit on everything that a stranger could take without end: how many there
//! are, how long a request head or the reading of an answer may take, how long a connection may live.
//!
//! Where there are as many connections as there may be, one makes room for the next who comes: of those whose
//! source has the most, the one that has moved the least. Nobody keeps others out by holding connections.

mod crowd;

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{serve::Listener, Router};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{sync::watch, task::JoinSet};

use crate::metrics::Count;
pub use crowd::Source;
use crowd::{Crowd, Guest, Metered};

/// Time for the head of a request, and for which a connection may be idle between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Header fields of one request.
const MAX_HEADERS: usize = 64;
/// Bytes buffered of one connection; a request head must fit.
const MAX_BUFFER: usize = 64 << 10;
/// Time that requests under way get to end once a connection is to close.
const GRACE: Duration = Duration::from_secs(20);

/// How many connections, and how long.
#[derive(Clone, Debug)]
pub struct ConnectionLimits {
    /// Open at the same time.
    pub connections: usize,
    /// Time after which a connection is closed, requests under way excepted; the peer may come again.
    pub lifetime: Duration,
    /// Time for which a peer may take nothing of an answer.
    pub stall: Duration,
    /// Time for which a connection is safe from making room for others.
    pub welcome: Duration,
    /// Counts those that made room.
    pub displaced: Arc<Count>,
}

/// Resolves once `shutdown` holds true or its sender is gone.
pub async fn stopped(mut shutdown: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a stop too.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

/// Serves `router` on `listener` until `shutdown`, then lets requests under way end. `source` says where a
/// connection comes from.
pub async fn serve<L: Listener>(
    mut listener: L,
    source: impl Fn(&L::Addr) -> Source,
    router: Router,
    limits: ConnectionLimits,
    shutdown: watch::Receiver<bool>,
) {
    let crowd = Crowd::new(limits.clone());
    let mut connections = JoinSet::new();
    let mut stop = pin!(stopped(shutdown.clone()));
    loop {
        let next = async {
            let (io, address) = listener.accept().await;
            (io, crowd.enter(source(&address)).await)
        };
        let (io, guest) = tokio::select! {
            next = next => next,
            () = &mut stop => break,
        };
        connections.spawn(connection(io, guest, router.clone(), limits.clone(), shutdown.clone()));
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    connections.join_all().await;
}

async fn connection<Io>(
    io: Io,
    guest: Guest,
    router: Router,
    limits: ConnectionLimits,
    shutdown: watch::Receiver<bool>,
) where
    Io: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_BUFFER);
    let io = TokioIo::new(Metered::new(io, &guest, limits.stall));
    let mut connection = pin!(builder.serve_connection(io, TowerToHyperService::new(router)));
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = tokio::time::sleep(limits.lifetime) => None,
        () = stopped(shutdown) => None,
        () = guest.displaced() => return tracing::debug!("connection closed to make room for another"),
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpSocket, TcpStream},
        task::JoinHandle,
    };

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    struct World {
        address: SocketAddr,
        stop: watch::Sender<bool>,
        server: JoinHandle<()>,
    }

    async fn world(connections: usize, lifetime: Duration) -> World {
        let displaced = Arc::default();
        world_with(ConnectionLimits { connections, lifetime, stall: LONG, welcome: LONG, displaced }).await
    }

    async fn world_with(limits: ConnectionLimits) -> World {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = watch::channel(false);
        let router = Router::new()
            .route("/", get(|| async { "~" }))
            .route("/large", get(|| async { vec![0; 64 << 20] }));
        let source = |address: &SocketAddr| Source::of(address.ip());
        let server = tokio::spawn(serve(listener, source, router, limits, stopping));
        World { address, stop, server }
    }

    async fn ask(connection: &mut TcpStream) {
        connection.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    }

    /// Reads to the end of one answer.
    async fn answered(connection: &mut TcpStream) {
        let mut last = 0;
        while last != b'~' {
            last = connection.read_u8().await.unwrap();
        }
    }

    #[tokio::test]
    async fn connection_should_wait_for_its_turn_when_all_slots_are_taken() {
        let world = world(1, LONG).await;
        let mut first = TcpStream::connect(world.address).await.unwrap();
        ask(&mut first).await;
        answered(&mut first).await;
        let mut second = TcpStream::connect(world.address).await.unwrap();
        ask(&mut second).await;
        ask(&mut first).await;
        answered(&mut first).await;
        let early = second.try_read(&mut [0]).map_err(|error| error.kind());
        assert_eq!(early, Err(std::io::ErrorKind::WouldBlock));
        drop(first);
        answered(&mut second).await;
    }

    #[tokio::test]
    async fn idlest_connection_of_the_largest_source_should_make_room_when_all_are_taken() {
        let displaced = Arc::<Count>::default();
        let world = world_with(ConnectionLimits {
            connections: 3,
            lifetime: LONG,
            stall: LONG,
            welcome: Duration::ZERO,
            displaced: displaced.clone(),
        })
        .await;
        let from = |host: u8| {
            let address = world.address;
            async move {
                let socket = TcpSocket::new_v4().unwrap();
                socket.bind(SocketAddr::from(([127, 0, 0, host], 0))).unwrap();
                socket.connect(address).await.unwrap()
            }
        };
        let (mut alone, mut busy, mut idle) = (from(2).await, from(3).await, from(3).await);
        ask(&mut idle).await;
        answered(&mut idle).await;
        for _ in 0..20 {
            ask(&mut busy).await;
            answered(&mut busy).await;
        }
        let mut newcomer = from(3).await;
        ask(&mut newcomer).await;
        answered(&mut newcomer).await;
        assert_eq!(idle.read(&mut [0]).await.unwrap(), 0);
        for survivor in [&mut alone, &mut busy] {
            ask(survivor).await;
            answered(survivor).await;
        }
        assert_eq!(displaced.get(), 1);
    }

    #[tokio::test]
    async fn connection_should_be_closed_when_its_answer_is_not_taken() {
        let stall = Duration::from_millis(50);
        let limits = ConnectionLimits {
            connections: 1,
            lifetime: LONG,
            stall,
            welcome: LONG,
            displaced: Arc::default(),
        };
        let world = world_with(limits).await;
        let mut slow = TcpStream::connect(world.address).await.unwrap();
        slow.write_all(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut next = TcpStream::connect(world.address).await.unwrap();
        ask(&mut next).await;
        answered(&mut next).await;
    }

    #[tokio::test]
    async fn connection_should_be_closed_when_its_life_is_over() {
        let world = world(1, Duration::ZERO).await;
        for _ in 0..3 {
            let mut connection = TcpStream::connect(world.address).await.unwrap();
            assert_eq!(connection.read(&mut [0]).await.unwrap(), 0);
        }
    }

    #[tokio::test]
    async fn server_should_close_idle_connections_and_end_when_it_is_told_to() {
        let world = world(2, LONG).await;
        let mut idle = TcpStream::connect(world.address).await.unwrap();
        ask(&mut idle).await;
        answered(&mut idle).await;
        world.stop.send(true).unwrap();
        world.server.await.unwrap();
        assert_eq!(idle.read(&mut [0]).await.unwrap(), 0);
        assert!(TcpStream::connect(world.address).await.is_err());
    }
}
