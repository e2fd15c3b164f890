//! Whoever answers on a worker's socket is not trusted to be one.
#![allow(clippy::unwrap_used)]

use axum::{http::StatusCode, routing::get, Router};
use codec::Encode;
use phala_light_client::courier::WorkerStatus;
use phala_primitives::WorkerId;
use phala_relay::worker::{Worker, WorkerError};
use tempfile::TempDir;
use tokio::net::UnixListener;

fn status() -> WorkerStatus {
    WorkerStatus {
        worker: WorkerId([7; 32]),
        genesis: [1; 32],
        verified: None,
        taken: 2,
        session: Some(4),
        next_sequence: 3,
        outbox: vec![],
    }
}

/// A server that answers every request for the state with `code` and `body`.
async fn answering(code: StatusCode, body: Vec<u8>) -> (TempDir, Worker) {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("relay.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let router = Router::new().route("/v1/state", get(move || async move { (code, body) }));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (folder, Worker::new(socket))
}

async fn failure(code: StatusCode, body: impl Into<Vec<u8>>) -> WorkerError {
    let (_folder, worker) = answering(code, body.into()).await;
    worker.state().await.unwrap_err()
}

#[tokio::test]
async fn state_should_be_the_one_that_the_worker_gave() {
    let (_folder, worker) = answering(StatusCode::OK, status().encode()).await;
    assert_eq!(worker.state().await.unwrap(), status());
}

#[tokio::test]
async fn answer_should_be_refused_when_it_is_no_status() {
    let longer = [status().encode(), vec![0]].concat();
    for body in [Vec::new(), b"<html>".to_vec(), longer] {
        assert!(matches!(failure(StatusCode::OK, body).await, WorkerError::Malformed { .. }));
    }
}

#[tokio::test]
async fn answer_should_be_refused_when_it_is_larger_than_any_status() {
    let error = failure(StatusCode::OK, vec![0; (4 << 20) + 1]).await;
    assert!(matches!(&error, WorkerError::Broken { reason, .. } if reason.contains("limit")), "{error}");
}

#[tokio::test]
async fn error_should_say_what_the_worker_said() {
    let error = failure(StatusCode::CONFLICT, r#"{"error":"too early","remedy":"wait"}"#).await;
    assert_eq!(error.to_string(), "the worker refused (status 409): too early; wait");
    let error = failure(StatusCode::BAD_GATEWAY, "proxy").await.to_string();
    assert!(error.contains("502") && error.contains("not a worker's"), "{error}");
}

#[tokio::test]
async fn error_should_name_the_socket_when_nobody_listens() {
    let folder = tempfile::tempdir().unwrap();
    let error = Worker::new(folder.path().join("none.sock")).state().await.unwrap_err();
    assert!(error.to_string().contains("none.sock"), "{error}");
}
