//! What stands between a worker and its relay, and may do what it likes.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{ensure, Context, Result};
use axum::{
    body::{to_bytes, Body, Bytes},
    extract::State,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    Router,
};
use codec::DecodeAll;
use phala_light_client::{
    courier::{Update, WorkerStatus},
    limits::MAX_UPDATE_BYTES,
};
use tokio::{net::UnixListener, sync::Mutex, task::JoinHandle};

/// A worker's private interface, asked over its unix socket.
#[derive(Clone)]
pub struct RelaySocket(reqwest::Client);

impl RelaySocket {
    /// The worker that listens at `path`.
    pub fn new(path: &Path) -> Result<Self> {
        Ok(Self(reqwest::Client::builder().unix_socket(path.to_owned()).build()?))
    }

    /// What the worker knows.
    pub async fn status(&self) -> Result<WorkerStatus> {
        let response = self.0.get("http://worker/v1/state").send().await?;
        ensure!(response.status().is_success(), "{}", response.status());
        Ok(WorkerStatus::decode_all(&mut response.bytes().await?.as_ref())?)
    }

    /// Brings it `update`, which may be no update at all; what it answers.
    pub async fn advance(&self, update: Vec<u8>) -> Result<(StatusCode, Bytes)> {
        let response = self.0.post("http://worker/v1/advance").body(update).send().await?;
        Ok((response.status(), response.bytes().await?))
    }
}

/// Decides what becomes of an update that the relay brings.
pub trait Intercept: Send + 'static {
    /// Hears of an honest update before the worker does. On false the worker never hears of it.
    fn intercept(
        &mut self,
        worker: &RelaySocket,
        update: Update,
    ) -> impl std::future::Future<Output = Result<bool>> + Send;
}

/// Listens where a relay expects a worker, and passes on what `intercept` lets through.
pub struct Interceptor<I> {
    intercept: Arc<Mutex<I>>,
    task: JoinHandle<()>,
}

struct Shared<I> {
    intercept: Arc<Mutex<I>>,
    worker: RelaySocket,
}

impl<I: Intercept> Interceptor<I> {
    /// Listens at `path` for the worker at `worker`.
    pub fn start(path: PathBuf, worker: RelaySocket, intercept: I) -> Result<Self> {
        let listener = UnixListener::bind(&path).with_context(|| format!("{}", path.display()))?;
        let intercept = Arc::new(Mutex::new(intercept));
        let shared = Arc::new(Shared { intercept: intercept.clone(), worker });
        let router = Router::new().fallback(handle::<I>).with_state(shared);
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap_or_else(|error| panic!("{error}"));
        });
        Ok(Self { intercept, task })
    }

    /// What decides, to ask it something or tell it what to do from now on.
    pub async fn lock(&self) -> tokio::sync::MutexGuard<'_, I> {
        self.intercept.lock().await
    }
}

impl<I> Drop for Interceptor<I> {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn handle<I: Intercept>(
    State(shared): State<Arc<Shared<I>>>,
    method: Method,
    uri: Uri,
    body: Body,
) -> Response {
    match answer(&shared, &method, &uri, body).await {
        Ok((status, body)) => (status, body).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, format!("{error:#}")).into_response(),
    }
}

async fn answer<I: Intercept>(
    shared: &Shared<I>,
    method: &Method,
    uri: &Uri,
    body: Body,
) -> Result<(StatusCode, Bytes)> {
    if method == Method::GET {
        let response = shared.worker.0.get(format!("http://worker{}", uri.path())).send().await?;
        return Ok((response.status(), response.bytes().await?));
    }
    let body = to_bytes(body, MAX_UPDATE_BYTES).await?;
    let update = Update::from_bytes(&body)?;
    if shared.intercept.lock().await.intercept(&shared.worker, update).await? {
        shared.worker.advance(body.to_vec()).await
    } else {
        Ok((StatusCode::SERVICE_UNAVAILABLE, Bytes::from_static(br#"{"error":"withheld","remedy":"none"}"#)))
    }
}
