//! Large bodies in both directions, within one budget of memory.
//!
//! Who sends a body is not known before all of it is there, so nobody can be turned away early. What keeps
//! strangers from holding the memory: a body takes room for what has arrived, not for what it announces; it
//! must arrive at a least pace; and where memory runs out, the slowest body under way makes room.

use std::{
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex, MutexGuard, PoisonError,
    },
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    http::{header, HeaderMap, StatusCode},
};
use http_body_util::BodyExt;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};

use crate::{metrics::Count, problem::Problem};

/// Bytes in which memory is given out.
const UNIT: usize = 64 << 10;

/// What is still read of a body that is refused, so that whoever sends it gets to read the refusal: a
/// connection closed with bytes unread is reset.
const DISCARDED: usize = 128 << 20;
const DISCARD_TIMEOUT: Duration = Duration::from_secs(20);

/// How long a body waits for the room that another one makes.
const ROOM_TIMEOUT: Duration = Duration::from_secs(2);

/// How fast bodies must come.
#[derive(Clone, Copy, Debug)]
struct Pace {
    /// Time after which the pace is looked at, again and again, and before which none is displaced.
    window: Duration,
    /// Bytes that each such time must bring.
    bytes: usize,
}

/// 16 KiB each second.
const PACE: Pace = Pace { window: Duration::from_secs(10), bytes: 160 << 10 };

/// Memory that all bodies together may take. Opening a sealed input takes up to twice its size again.
#[derive(Clone)]
pub(crate) struct MemoryBudget {
    room: Arc<Semaphore>,
    /// Bodies that are being received.
    arriving: Arc<Mutex<Vec<Arc<Arrival>>>>,
    displaced: Arc<Count>,
    pace: Pace,
}

impl MemoryBudget {
    /// A budget of `mebibytes`, which counts the bodies that it `displaced`.
    pub(crate) fn new(mebibytes: usize, displaced: Arc<Count>) -> Self {
        let room = Arc::new(Semaphore::new(mebibytes * ((1 << 20) / UNIT)));
        Self { room, arriving: Arc::default(), displaced, pace: PACE }
    }

    /// Takes room for `bytes`, to be given back by dropping it.
    pub(crate) async fn lease(&self, bytes: usize) -> Result<Lease, Problem> {
        let mut lease = Lease { budget: self.clone(), room: 0, permits: None };
        lease.grow_to(bytes, None).await?;
        Ok(lease)
    }

    fn arriving(&self) -> MutexGuard<'_, Vec<Arc<Arrival>>> {
        // A list of pointers is whole after every step, whatever panicked.
        self.arriving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Breaks off the slowest body of those that had time to show their pace, for the sake of `newcomer`.
    fn displace_slowest(&self, newcomer: Option<&Arc<Arrival>>) {
        let mut arriving = self.arriving();
        let slowest = arriving
            .iter()
            .enumerate()
            .filter(|(_, body)| newcomer.is_none_or(|newcomer| !Arc::ptr_eq(newcomer, body)))
            .filter(|(_, body)| body.since.elapsed() >= self.pace.window)
            .min_by_key(|(_, body)| body.pace())
            .map(|(index, _)| index);
        if let Some(index) = slowest {
            arriving.swap_remove(index).cut.notify_one();
            self.displaced.increase();
        }
    }
}

/// A body that is being received.
struct Arrival {
    since: Instant,
    bytes: AtomicUsize,
    cut: Notify,
}

impl Arrival {
    /// Bytes per second so far.
    fn pace(&self) -> u128 {
        let bytes = self.bytes.load(Ordering::Relaxed) as u128;
        bytes * 1_000 / self.since.elapsed().as_millis().max(1)
    }
}

/// Puts an arrival on the budget's list for as long as it lives.
struct Listed<'a>(&'a MemoryBudget, Arc<Arrival>);

impl<'a> Listed<'a> {
    fn new(budget: &'a MemoryBudget) -> Self {
        let arrival =
            Arc::new(Arrival { since: Instant::now(), bytes: AtomicUsize::new(0), cut: Notify::new() });
        budget.arriving().push(arrival.clone());
        Self(budget, arrival)
    }
}

impl Drop for Listed<'_> {
    fn drop(&mut self) {
        self.0.arriving().retain(|other| !Arc::ptr_eq(other, &self.1));
    }
}

/// Room taken from a [`MemoryBudget`].
pub(crate) struct Lease {
    budget: MemoryBudget,
    room: usize,
    permits: Option<OwnedSemaphorePermit>,
}

impl Lease {
    async fn grow_to(&mut self, bytes: usize, own: Option<&Arc<Arrival>>) -> Result<(), Problem> {
        let units = bytes.saturating_sub(self.room).div_ceil(UNIT);
        let wanted = u32::try_from(units).map_err(|_| no_memory())?;
        let room = self.budget.room.clone();
        let more = match room.clone().try_acquire_many_owned(wanted) {
            Ok(more) => more,
            Err(_) => {
                self.budget.displace_slowest(own);
                let soon = tokio::time::timeout(ROOM_TIMEOUT, room.acquire_many_owned(wanted)).await;
                soon.ok().and_then(Result::ok).ok_or_else(no_memory)?
            }
        };
        match &mut self.permits {
            Some(permits) => permits.merge(more),
            None => self.permits = Some(more),
        }
        self.room += units * UNIT;
        Ok(())
    }
}

/// A body that was received, and the room it takes.
pub(crate) struct Received {
    bytes: Vec<u8>,
    _lease: Lease,
}

impl Received {
    /// What was received.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Refuses a body that says of itself that it has more than `limit` bytes.
pub(crate) fn check_announced(headers: &HeaderMap, limit: usize) -> Result<(), Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok());
    match announced {
        Some(length) if length > limit as u64 => Err(too_large(limit)),
        _ => Ok(()),
    }
}

/// Reads a body of at most `limit` bytes; stops as soon as it is known to be larger.
pub(crate) async fn receive(
    headers: &HeaderMap,
    body: &mut Body,
    limit: usize,
    budget: &MemoryBudget,
) -> Result<Received, Problem> {
    check_announced(headers, limit)?;
    let listed = Listed::new(budget);
    let arrival = &listed.1;
    let reading = read(body, limit, budget, arrival);
    tokio::select! {
        received = reading => received,
        () = arrival.cut.notified() => Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the worker has no memory left, and this body came most slowly",
            "send it again over a faster connection, or when the worker is less busy",
        )
        .retry_after(5)),
    }
}

async fn read(
    body: &mut Body,
    limit: usize,
    budget: &MemoryBudget,
    arrival: &Arc<Arrival>,
) -> Result<Received, Problem> {
    let pace = budget.pace;
    let mut lease = budget.lease(0).await?;
    let mut bytes = Vec::new();
    let (mut window_ends, mut due) = (Instant::now() + pace.window, pace.bytes);
    loop {
        let frame = tokio::time::timeout_at(window_ends.into(), body.frame()).await;
        let frame = match frame {
            Err(_) if bytes.len() < due => return Err(too_slow(pace)),
            Err(_) => {
                (window_ends, due) = (window_ends + pace.window, bytes.len() + pace.bytes);
                continue;
            }
            Ok(None) => return Ok(Received { bytes, _lease: lease }),
            Ok(Some(frame)) => frame,
        };
        let frame = frame.map_err(|error| {
            Problem::new(StatusCode::BAD_REQUEST, format!("the body broke off: {error}"), "send it again")
        })?;
        let Ok(piece) = frame.into_data() else { continue };
        let length = bytes.len() + piece.len();
        if length > limit {
            return Err(too_large(limit));
        }
        if length > bytes.capacity() {
            // Doubling, as the vector itself would, so that the lease covers what it takes.
            let capacity = length.max(bytes.capacity() * 2).min(limit);
            lease.grow_to(capacity, Some(arrival)).await?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        bytes.extend_from_slice(&piece);
        arrival.bytes.store(bytes.len(), Ordering::Relaxed);
    }
}

/// Reads what is left of a refused body, up to a limit, and forgets it.
pub(crate) async fn discard(body: &mut Body) {
    let drain = async {
        let mut read = 0;
        while let Some(Ok(frame)) = body.frame().await {
            read += frame.data_ref().map_or(0, Bytes::len);
            if read > DISCARDED {
                return;
            }
        }
    };
    // Whoever is slower than this loses the connection.
    let _ = tokio::time::timeout(DISCARD_TIMEOUT, drain).await;
}

fn too_large(limit: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the body has more than {limit} bytes"),
        "send less: what the worker takes at most is at /v1/info",
    )
}

fn too_slow(pace: Pace) -> Problem {
    let Pace { window, bytes } = pace;
    Problem::new(
        StatusCode::REQUEST_TIMEOUT,
        format!("less than {bytes} bytes of the body came within {} s", window.as_secs()),
        "send it again over a faster connection",
    )
}

fn no_memory() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "the worker has no memory left for another body of this size",
        "try again in a few seconds",
    )
    .retry_after(5)
}

/// A body whose room is given back once it is sent.
pub(crate) fn send(contents: Vec<u8>, lease: Lease) -> Body {
    struct Leased(Vec<u8>, #[allow(dead_code, reason = "held until the bytes are dropped")] Lease);
    impl AsRef<[u8]> for Leased {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    Body::from(Bytes::from_owner(Leased(contents, lease)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use axum::{http::HeaderValue, response::IntoResponse};
    use futures::{stream, StreamExt};

    use super::*;

    const MEBIBYTE: usize = 1 << 20;

    fn budget(mebibytes: usize) -> MemoryBudget {
        MemoryBudget::new(mebibytes, Arc::default())
    }

    /// A body that brings `bytes` and then nothing more.
    fn stalled(bytes: usize) -> Body {
        let start = stream::iter([Ok::<_, std::io::Error>(Bytes::from(vec![7; bytes]))]);
        Body::from_stream(start.chain(stream::pending()))
    }

    fn impatient(budget: &MemoryBudget, milliseconds: u64) -> MemoryBudget {
        let window = Duration::from_millis(milliseconds);
        MemoryBudget { pace: Pace { window, ..PACE }, ..budget.clone() }
    }

    async fn receive_from(body: Body, budget: &MemoryBudget) -> Result<Received, StatusCode> {
        let received = receive(&HeaderMap::new(), &mut { body }, 2 * MEBIBYTE, budget).await;
        received.map_err(|problem| problem.into_response().status())
    }

    async fn receive_of(
        announced: Option<u64>,
        sent: usize,
        budget: &MemoryBudget,
    ) -> Result<Received, StatusCode> {
        let mut headers = HeaderMap::new();
        if let Some(length) = announced {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        let received = receive(&headers, &mut Body::from(vec![7; sent]), 2 * MEBIBYTE, budget).await;
        received.map_err(|problem| problem.into_response().status())
    }

    #[tokio::test]
    async fn body_should_be_received_whole_up_to_its_limit() {
        let budget = budget(4);
        for announced in [None, Some(2 * MEBIBYTE as u64)] {
            let received = receive_of(announced, 2 * MEBIBYTE, &budget).await.unwrap();
            assert_eq!(received.bytes(), vec![7; 2 * MEBIBYTE]);
        }
    }

    #[tokio::test]
    async fn body_should_be_refused_when_it_is_or_says_to_be_larger_than_its_limit() {
        let budget = budget(4);
        let announced = receive_of(Some(2 * MEBIBYTE as u64 + 1), 0, &budget).await;
        assert_eq!(announced.err(), Some(StatusCode::PAYLOAD_TOO_LARGE));
        let sent = receive_of(None, 2 * MEBIBYTE + 1, &budget).await;
        assert_eq!(sent.err(), Some(StatusCode::PAYLOAD_TOO_LARGE));
    }

    #[tokio::test]
    async fn body_should_be_refused_when_others_hold_the_memory_and_taken_when_they_are_gone() {
        let budget = budget(1);
        let first = receive_of(None, MEBIBYTE, &budget).await.unwrap();
        assert_eq!(receive_of(None, 1, &budget).await.err(), Some(StatusCode::SERVICE_UNAVAILABLE));
        drop(first);
        assert!(receive_of(None, 1, &budget).await.is_ok());
    }

    #[tokio::test]
    async fn body_should_be_refused_when_it_comes_too_slowly() {
        let budget = impatient(&budget(1), 50);
        let slow = receive_from(stalled(PACE.bytes - 1), &budget).await;
        assert_eq!(slow.err(), Some(StatusCode::REQUEST_TIMEOUT));
        // A fast beginning buys no more than one window.
        let slow = receive_from(stalled(PACE.bytes), &budget).await;
        assert_eq!(slow.err(), Some(StatusCode::REQUEST_TIMEOUT));
    }

    #[tokio::test]
    async fn body_should_take_room_for_what_has_come_only() {
        let budget = budget(1);
        let announced = Some(2 * MEBIBYTE as u64);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(announced.unwrap()));
        let mut body = stalled(1);
        let slow = receive(&headers, &mut body, 2 * MEBIBYTE, &budget);
        let fast = receive_of(None, MEBIBYTE - UNIT, &budget);
        tokio::select! {
            biased;
            _ = slow => panic!("the body does not end"),
            fast = fast => assert!(fast.is_ok()),
        }
    }

    #[tokio::test]
    async fn slowest_body_should_make_room_when_memory_runs_out() {
        let displaced = Arc::<Count>::default();
        let patient = MemoryBudget::new(1, displaced.clone());
        // The same budget, in which a body has shown its pace at once; those under way have a longer window.
        let budget = impatient(&patient, 0);
        let slow = receive_from(stalled(MEBIBYTE / 2), &patient);
        let newcomer = async {
            tokio::task::yield_now().await;
            let mut lease = budget.lease(MEBIBYTE / 2).await.unwrap();
            lease.grow_to(MEBIBYTE, None).await.map(|()| lease).ok().unwrap()
        };
        let (slow, _lease) = tokio::join!(slow, newcomer);
        assert_eq!(slow.err(), Some(StatusCode::SERVICE_UNAVAILABLE));
        assert_eq!(displaced.get(), 1);
    }

    #[tokio::test]
    async fn room_should_be_given_back_when_the_answer_is_sent() {
        let budget = budget(1);
        let body = send(vec![1, 2, 3], budget.lease(MEBIBYTE).await.unwrap());
        assert_eq!(budget.room.available_permits(), 0);
        assert_eq!(body.collect().await.unwrap().to_bytes().as_ref(), [1, 2, 3]);
        assert_eq!(budget.room.available_permits(), MEBIBYTE / UNIT);
    }
}
