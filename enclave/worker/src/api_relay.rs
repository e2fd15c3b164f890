//! What the relay asks: SCALE over HTTP on a unix socket.
//!
//! The relay is not trusted; the socket is private only so that strangers cannot keep the worker busy with
//! updates that prove nothing.

use std::{io, path::Path, sync::Arc};

use axum::{
    body::Body,
    extract::State as Shared,
    http::{header, HeaderMap, StatusCode},
    response::IntoResponse,
    routing::{get, post},
    Router,
};
use codec::Encode;
use phala_light_client::{
    courier::{Update, WorkerStatus},
    limits::MAX_UPDATE_BYTES,
};
use rustix::fs::Mode;
use tokio::net::UnixListener;

use crate::{
    body,
    problem::Problem,
    worker::{AdvanceError, Worker},
};

/// The two requests under their paths.
pub fn router(worker: Arc<Worker>) -> Router {
    Router::new().route("/v1/state", get(state)).route("/v1/advance", post(advance)).with_state(worker)
}

/// Listens on `path`, which only this user may connect to.
pub fn listen(path: &Path) -> io::Result<UnixListener> {
    // What is left of an earlier run would be in the way; the keyring's lock says that none is alive.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    // The mask applies to the whole process, so it is set for a moment only, before anything else runs.
    let mask = rustix::process::umask(Mode::RWXG | Mode::RWXO | Mode::XUSR);
    let listener = UnixListener::bind(path);
    rustix::process::umask(mask);
    listener
}

fn scale(status: &WorkerStatus) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/octet-stream")], status.encode())
}

async fn state(Shared(worker): Shared<Arc<Worker>>) -> impl IntoResponse {
    scale(&worker.state().status())
}

async fn advance(
    Shared(worker): Shared<Arc<Worker>>,
    headers: HeaderMap,
    mut body: Body,
) -> Result<impl IntoResponse, Problem> {
    let received = body::receive(&headers, &mut body, MAX_UPDATE_BYTES, worker.relay_budget()).await;
    if received.is_err() {
        body::discard(&mut body).await;
    }
    let received = received?;
    let update = Update::from_bytes(received.bytes()).map_err(|error| {
        let remedy = "use the relay that was released with this worker";
        Problem::new(StatusCode::BAD_REQUEST, error.to_string(), remedy)
    })?;
    drop(received);
    match worker.clone().advance(update).await {
        Ok(status) => Ok(scale(&status)),
        Err(AdvanceError::Refused(refusal)) => {
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, refusal.to_string(), refusal.remedy()))
        }
        Err(AdvanceError::Internal(cause)) => Err(Problem::internal(cause)),
    }
}
