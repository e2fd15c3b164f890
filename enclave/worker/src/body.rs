//! Large bodies in both directions, within one budget of memory.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{header, HeaderMap, StatusCode},
};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::Problem;

const UNIT: usize = 1 << 20;

/// Longest pause between two pieces of a body.
const PIECE_TIMEOUT: Duration = Duration::from_secs(30);

/// What is still read of a body that is refused, so that whoever sends it gets to read the refusal: a
/// connection closed with bytes unread is reset.
const DISCARDED: usize = 128 << 20;
const DISCARD_TIMEOUT: Duration = Duration::from_secs(20);

/// Memory that all bodies together may take. Opening a sealed input takes up to twice its size again.
#[derive(Clone)]
pub(crate) struct MemoryBudget(Arc<Semaphore>);

impl MemoryBudget {
    /// A budget of `mebibytes`.
    pub(crate) fn new(mebibytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(mebibytes)))
    }

    /// Takes room for `bytes`, to be given back by dropping it.
    pub(crate) fn lease(&self, bytes: usize) -> Result<Lease, Problem> {
        let mut lease = Lease { budget: self.clone(), room: 0, permits: None };
        lease.grow_to(bytes)?;
        Ok(lease)
    }
}

/// Room taken from a [`MemoryBudget`].
pub(crate) struct Lease {
    budget: MemoryBudget,
    room: usize,
    permits: Option<OwnedSemaphorePermit>,
}

impl Lease {
    fn grow_to(&mut self, bytes: usize) -> Result<(), Problem> {
        let units = bytes.saturating_sub(self.room).div_ceil(UNIT);
        let more = u32::try_from(units)
            .ok()
            .and_then(|units| self.budget.0.clone().try_acquire_many_owned(units).ok())
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "the worker has no memory left for another body of this size",
                    "try again in a few seconds",
                )
                .retry_after(5)
            })?;
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

/// Reads a body of at most `limit` bytes; stops as soon as it is known to be larger.
pub(crate) async fn receive(
    headers: &HeaderMap,
    body: &mut Body,
    limit: usize,
    budget: &MemoryBudget,
) -> Result<Received, Problem> {
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok())
        .and_then(|length| length.parse::<u64>().ok())
        .unwrap_or(0);
    if announced > limit as u64 {
        return Err(too_large(limit));
    }
    let mut lease = budget.lease(announced as usize)?;
    let mut bytes = Vec::with_capacity(announced as usize);
    loop {
        let frame = tokio::time::timeout(PIECE_TIMEOUT, body.frame()).await.map_err(|_| {
            Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                format!("no piece of the body came within {} s", PIECE_TIMEOUT.as_secs()),
                "send it again over a steadier connection",
            )
        })?;
        let Some(frame) = frame else { return Ok(Received { bytes, _lease: lease }) };
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
            lease.grow_to(capacity)?;
            bytes.reserve_exact(capacity - bytes.len());
        }
        bytes.extend_from_slice(&piece);
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

    use super::*;

    async fn receive_of(
        announced: Option<u64>,
        sent: usize,
        budget: &MemoryBudget,
    ) -> Result<Received, StatusCode> {
        let mut headers = HeaderMap::new();
        if let Some(length) = announced {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        let received = receive(&headers, &mut Body::from(vec![7; sent]), 2 * UNIT, budget).await;
        received.map_err(|problem| problem.into_response().status())
    }

    #[tokio::test]
    async fn body_should_be_received_whole_up_to_its_limit() {
        let budget = MemoryBudget::new(4);
        for announced in [None, Some(2 * UNIT as u64)] {
            let received = receive_of(announced, 2 * UNIT, &budget).await.unwrap();
            assert_eq!(received.bytes(), vec![7; 2 * UNIT]);
        }
    }

    #[tokio::test]
    async fn body_should_be_refused_when_it_is_or_says_to_be_larger_than_its_limit() {
        let budget = MemoryBudget::new(4);
        let announced = receive_of(Some(2 * UNIT as u64 + 1), 0, &budget).await;
        assert_eq!(announced.err(), Some(StatusCode::PAYLOAD_TOO_LARGE));
        let sent = receive_of(None, 2 * UNIT + 1, &budget).await;
        assert_eq!(sent.err(), Some(StatusCode::PAYLOAD_TOO_LARGE));
    }

    #[tokio::test]
    async fn body_should_be_refused_when_others_hold_the_memory_and_taken_when_they_are_gone() {
        let budget = MemoryBudget::new(2);
        let first = receive_of(None, UNIT + 1, &budget).await.unwrap();
        assert_eq!(receive_of(None, 1, &budget).await.err(), Some(StatusCode::SERVICE_UNAVAILABLE));
        drop(first);
        assert!(receive_of(None, 1, &budget).await.is_ok());
    }

    #[tokio::test]
    async fn room_should_be_given_back_when_the_answer_is_sent() {
        let budget = MemoryBudget::new(1);
        let body = send(vec![1, 2, 3], budget.lease(3).unwrap());
        assert!(budget.lease(1).is_err());
        assert_eq!(body.collect().await.unwrap().to_bytes().as_ref(), [1, 2, 3]);
        assert!(budget.lease(1).is_ok());
    }
}
