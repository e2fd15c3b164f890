//! A worker's private interface: HTTP over a unix socket.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use codec::{DecodeAll, Encode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Bytes, client::conn::http1, header, Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use phala_light_client::courier::{Update, WorkerStatus};
use serde::Deserialize;
use thiserror::Error;
use tokio::net::UnixStream;

/// Longest time for one request. Verifying an update with many set changes takes a worker some seconds.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Most bytes of an answer: a worker with a full outbox has a few hundred kilobytes to say.
const MAX_ANSWER: usize = 4 << 20;

/// One worker. Each request makes a connection of its own: on one machine that costs nothing, and there is
/// none to lose.
#[derive(Clone, Debug)]
pub struct Worker {
    socket: PathBuf,
}

impl Worker {
    /// The worker that listens on the unix socket at `socket`.
    pub fn new(socket: PathBuf) -> Self {
        Self { socket }
    }

    /// Where it listens.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// What it knows, and what it has to say.
    pub async fn state(&self) -> Result<WorkerStatus, WorkerError> {
        self.request(Method::GET, "/v1/state", Vec::new()).await
    }

    /// Gives it news, and gets its state after that.
    pub async fn advance(&self, update: &Update) -> Result<WorkerStatus, WorkerError> {
        self.request(Method::POST, "/v1/advance", update.encode()).await
    }

    async fn request(
        &self,
        method: Method,
        path: &'static str,
        body: Vec<u8>,
    ) -> Result<WorkerStatus, WorkerError> {
        match tokio::time::timeout(TIMEOUT, self.exchange(method, path, body)).await {
            Ok(Ok((StatusCode::OK, answer))) => {
                WorkerStatus::decode_all(&mut &answer[..]).map_err(|error| self.malformed(error))
            }
            Ok(Ok((status, answer))) => Err(self.refused(status, &answer)),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(WorkerError::Timeout { socket: self.socket.clone() }),
        }
    }

    async fn exchange(
        &self,
        method: Method,
        path: &'static str,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes), WorkerError> {
        let stream = UnixStream::connect(&self.socket)
            .await
            .map_err(|reason| WorkerError::Unreachable { socket: self.socket.clone(), reason })?;
        let broken = |error: hyper::Error| self.broken(error);
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "worker")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| self.broken(error))?;
        let answer = async {
            let response = sender.send_request(request).await.map_err(broken)?;
            let status = response.status();
            let body = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
            Ok((status, body.map_err(|error| self.broken(error))?.to_bytes()))
        };
        // The connection must be driven for the answer to come, and is over once it has.
        let mut answer = std::pin::pin!(answer);
        tokio::select! {
            answer = &mut answer => answer,
            closed = connection => {
                closed.map_err(broken)?;
                answer.await
            }
        }
    }

    fn broken(&self, error: impl ToString) -> WorkerError {
        WorkerError::Broken { socket: self.socket.clone(), reason: error.to_string() }
    }

    fn malformed(&self, error: impl ToString) -> WorkerError {
        WorkerError::Malformed { socket: self.socket.clone(), reason: error.to_string() }
    }

    fn refused(&self, status: StatusCode, answer: &[u8]) -> WorkerError {
        #[derive(Deserialize)]
        struct Problem {
            error: String,
            remedy: String,
        }
        match serde_json::from_slice::<Problem>(answer) {
            Ok(problem) => {
                WorkerError::Refused { status: status.as_u16(), error: problem.error, remedy: problem.remedy }
            }
            Err(error) => self.malformed(format!("status {status}, {error}")),
        }
    }
}

/// Why a worker did not answer.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// Nobody listens.
    #[error("no worker listens on {}: {reason}; start it, or check its --relay-socket", socket.display())]
    Unreachable {
        /// The unix socket.
        socket: PathBuf,
        /// What the operating system says.
        reason: io::Error,
    },
    /// The connection broke.
    #[error("the connection to the worker on {} broke: {reason}; did it stop?", socket.display())]
    Broken {
        /// The unix socket.
        socket: PathBuf,
        /// How.
        reason: String,
    },
    /// No answer in time.
    #[error(
        "the worker on {} did not answer within {} s: it is stuck or its machine overloaded",
        socket.display(), TIMEOUT.as_secs()
    )]
    Timeout {
        /// The unix socket.
        socket: PathBuf,
    },
    /// The answer is not a worker's.
    #[error(
        "the answer on {} is not a worker's ({reason}): use a relay of the worker's release",
        socket.display()
    )]
    Malformed {
        /// The unix socket.
        socket: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The worker did not believe the news, or could not take it.
    #[error("the worker refused (status {status}): {error}; {remedy}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What is wrong.
        error: String,
        /// What to do.
        remedy: String,
    },
}
