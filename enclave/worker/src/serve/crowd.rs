//! Who is connected, how much each has moved, and who makes room.

use std::{
    collections::BTreeMap,
    future::Future,
    io,
    net::IpAddr,
    pin::Pin,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, MutexGuard, PoisonError,
    },
    task::{ready, Context, Poll},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::Sleep,
};

use super::ConnectionLimits;

/// How often it is looked whether somebody can make room by now.
const RETRY: Duration = Duration::from_millis(10);

/// Where a connection comes from, as far as sources share fairly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source(Option<IpAddr>);

impl Source {
    /// On this machine, through a socket file.
    pub const LOCAL: Self = Self(None);

    /// An address, or the network that one holder of IPv6 addresses has at least.
    pub fn of(address: IpAddr) -> Self {
        Self(Some(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
            address => address,
        }))
    }
}

/// Everybody who is connected.
pub(super) struct Crowd {
    limits: ConnectionLimits,
    places: Arc<Semaphore>,
    guests: Arc<Mutex<BTreeMap<u64, Arc<Presence>>>>,
    entered: AtomicU64,
}

struct Presence {
    source: Source,
    since: Instant,
    /// Bytes in both directions.
    moved: AtomicU64,
    leave: Notify,
}

impl Presence {
    /// Bytes per second so far.
    fn pace(&self) -> u128 {
        let moved = u128::from(self.moved.load(Ordering::Relaxed));
        moved * 1_000 / self.since.elapsed().as_millis().max(1)
    }
}

impl Crowd {
    pub(super) fn new(limits: ConnectionLimits) -> Self {
        let places = Arc::new(Semaphore::new(limits.connections));
        Self { limits, places, guests: Arc::default(), entered: AtomicU64::new(0) }
    }

    /// Takes a connection in as soon as there is room, and has another one make it if need be.
    pub(super) async fn enter(&self, source: Source) -> Guest {
        let place = loop {
            if let Ok(place) = self.places.clone().try_acquire_owned() {
                break place;
            }
            // Of those that leave by themselves, one may be first; then another has made room for the next.
            self.displace_one();
            let soon = tokio::time::timeout(RETRY, self.places.clone().acquire_owned()).await;
            if let Ok(Ok(place)) = soon {
                break place;
            }
        };
        let presence =
            Presence { source, since: Instant::now(), moved: AtomicU64::new(0), leave: Notify::new() };
        let presence = Arc::new(presence);
        let number = self.entered.fetch_add(1, Ordering::Relaxed);
        lock(&self.guests).insert(number, presence.clone());
        Guest { number, presence, guests: self.guests.clone(), _place: place }
    }

    fn displace_one(&self) {
        let mut guests = lock(&self.guests);
        let mut sources = BTreeMap::<_, usize>::new();
        for guest in guests.values() {
            *sources.entry(guest.source).or_default() += 1;
        }
        let first = guests
            .iter()
            .filter(|(_, guest)| guest.since.elapsed() >= self.limits.welcome)
            .max_by_key(|(_, guest)| (sources.get(&guest.source), std::cmp::Reverse(guest.pace())))
            .map(|(number, _)| *number);
        if let Some(guest) = first.and_then(|number| guests.remove(&number)) {
            guest.leave.notify_one();
            self.limits.displaced.increase();
        }
    }
}

type Guests = BTreeMap<u64, Arc<Presence>>;

fn lock(guests: &Mutex<Guests>) -> MutexGuard<'_, Guests> {
    // A map of pointers is whole after every step, whatever panicked.
    guests.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A connection that was let in, until it is dropped.
pub(super) struct Guest {
    number: u64,
    presence: Arc<Presence>,
    guests: Arc<Mutex<Guests>>,
    _place: OwnedSemaphorePermit,
}

impl Guest {
    /// Resolves once the connection is to make room.
    pub(super) async fn displaced(&self) {
        self.presence.leave.notified().await;
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        lock(&self.guests).remove(&self.number);
    }
}

/// Notes what a connection moves, and fails when the peer takes nothing for too long.
pub(super) struct Metered<Io> {
    io: Io,
    presence: Arc<Presence>,
    patience: Duration,
    stall: Option<Pin<Box<Sleep>>>,
}

impl<Io> Metered<Io> {
    pub(super) fn new(io: Io, guest: &Guest, patience: Duration) -> Self {
        Self { io, presence: guest.presence.clone(), patience, stall: None }
    }

    fn note(&self, bytes: usize) {
        self.presence.moved.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// What an attempt to write has come to.
    fn written<T>(&mut self, context: &mut Context<'_>, attempt: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if attempt.is_ready() {
            self.stall = None;
            return attempt;
        }
        let patience = self.patience;
        let stall = self.stall.get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        ready!(stall.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Metered<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.io).poll_read(context, buffer);
        self.note(buffer.filled().len() - before);
        read
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Metered<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.io).poll_write(context, bytes);
        if let Poll::Ready(Ok(written)) = attempt {
            self.note(written);
        }
        self.written(context, attempt)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.io).poll_write_vectored(context, bytes);
        if let Poll::Ready(Ok(written)) = attempt {
            self.note(written);
        }
        self.written(context, attempt)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.io).poll_flush(context);
        self.written(context, attempt)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.io).poll_shutdown(context);
        self.written(context, attempt)
    }
}
