//! A worker's public HTTP API, as a client uses it.
//!
//! What a worker answers is untrusted until it is checked: its keys against a storage proof, its
//! output against the reply key and the signed receipt.

use std::time::Duration;

use codec::DecodeLimit;
use phala_primitives::{
    job::{JobResult, MAX_OUTPUT},
    registry::Registration,
    EncryptionKey, Hash, JobId, Signature, WorkerId,
};
use reqwest::{Response, StatusCode};
use serde::{de::DeserializeOwned, Deserialize};

use crate::Error;

/// Longest time for a connection to a worker.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest time between two pieces of an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
/// Most bytes of a JSON answer.
const MAX_JSON: usize = 64 << 10;
/// Most bytes of a job's result: the output with what sealing and the receipt add.
const MAX_RESULT: usize = MAX_OUTPUT + (64 << 10);

/// What a worker says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct WorkerInfo {
    /// Its identity key.
    pub worker: WorkerId,
    /// The key to which clients seal.
    pub encryption_key: EncryptionKey,
    /// Its version.
    pub version: String,
    /// The kind of evidence it has.
    pub attestation: String,
}

/// A signed request to be registered, for its operator to submit.
#[derive(Debug, Clone, Deserialize)]
pub struct SignedRegistration {
    /// What is to be registered.
    pub registration: Registration<[u8; 32]>,
    /// The worker's signature.
    pub signature: Signature,
}

/// Where a worker stands with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobProgress {
    /// The chain assigned it; the sealed input has not come yet.
    WaitingForInput,
    /// The input is here; other jobs run first.
    Queued,
    /// It runs.
    Running,
    /// The result can be fetched.
    Done,
}

#[derive(Deserialize)]
struct JobStatus {
    status: JobProgress,
}

#[derive(Deserialize)]
struct Problem {
    error: String,
    #[serde(default)]
    remedy: String,
}

/// A worker behind an endpoint such as `http://127.0.0.1:8101`.
#[derive(Debug, Clone)]
pub struct WorkerApi {
    http: reqwest::Client,
    endpoint: String,
}

impl WorkerApi {
    /// The worker at `endpoint`. Nothing is sent yet.
    pub fn new(endpoint: &str) -> Result<Self, Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build()
            .map_err(|error| Error::Worker { endpoint: endpoint.to_owned(), cause: error.to_string() })?;
        Ok(Self { http, endpoint: endpoint.trim_end_matches('/').to_owned() })
    }

    /// Keys and version of the worker.
    pub async fn info(&self) -> Result<WorkerInfo, Error> {
        self.json("/v1/info").await
    }

    /// A fresh signed registration for the operator that the worker is configured with.
    pub async fn registration(&self) -> Result<SignedRegistration, Error> {
        self.json("/v1/registration").await
    }

    /// Where the worker stands with `job`; none while it has not seen it in proven state.
    pub async fn progress(&self, job: JobId) -> Result<Option<JobProgress>, Error> {
        let response = self.get(&format!("/v1/jobs/{job}")).await?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let status: JobStatus = self.parse(self.success(response).await?).await?;
        Ok(Some(status.status))
    }

    /// Uploads the sealed input of `job`; false while the worker has not seen the job in proven state.
    pub async fn upload(&self, job: JobId, sealed: Vec<u8>) -> Result<bool, Error> {
        let request = self
            .http
            .put(self.url(&format!("/v1/jobs/{job}/input")))
            .header("content-type", "application/octet-stream")
            .body(sealed);
        let response = request.send().await.map_err(|error| self.fault(error))?;
        if response.status() == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        self.success(response).await.map(|_| true)
    }

    /// The result of `job`, once it is done.
    pub async fn result(&self, job: JobId) -> Result<JobResult, Error> {
        let response = self.success(self.get(&format!("/v1/jobs/{job}/result")).await?).await?;
        let bytes = self.body(response, MAX_RESULT).await?;
        JobResult::decode_all_with_depth_limit(8, &mut bytes.as_slice())
            .map_err(|error| self.malformed(format!("its result is not a job result: {error}")))
    }

    async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let response = self.success(self.get(path).await?).await?;
        self.parse(response).await
    }

    async fn get(&self, path: &str) -> Result<Response, Error> {
        self.http.get(self.url(path)).send().await.map_err(|error| self.fault(error))
    }

    async fn parse<T: DeserializeOwned>(&self, response: Response) -> Result<T, Error> {
        let bytes = self.body(response, MAX_JSON).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.malformed(format!("unexpected answer: {error}")))
    }

    /// The response, or what the worker says is wrong.
    async fn success(&self, response: Response) -> Result<Response, Error> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let bytes = self.body(response, MAX_JSON).await?;
        let busy = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
        let cause = match serde_json::from_slice::<Problem>(&bytes) {
            Ok(problem) if problem.remedy.is_empty() => problem.error,
            Ok(problem) => format!("{}; {}", problem.error, problem.remedy),
            Err(_) => format!("HTTP status {status}"),
        };
        Err(if busy { self.unavailable(cause) } else { self.malformed(cause) })
    }

    /// The body, up to `limit` bytes.
    async fn body(&self, mut response: Response, limit: usize) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| self.fault(error))? {
            if bytes.len().saturating_add(piece.len()) > limit {
                return Err(self.malformed(format!("its answer is longer than {limit} bytes")));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.endpoint)
    }

    fn fault(&self, error: reqwest::Error) -> Error {
        // The outermost message of the HTTP library names no cause.
        let mut cause = error.without_url().to_string();
        if cause.is_empty() {
            cause = "no answer".to_owned();
        }
        self.unavailable(cause)
    }

    fn unavailable(&self, cause: String) -> Error {
        Error::Unavailable { endpoint: self.endpoint.clone(), cause }
    }

    fn malformed(&self, cause: String) -> Error {
        Error::Worker { endpoint: self.endpoint.clone(), cause }
    }
}

/// A chain that a worker follows, as its registration says.
impl SignedRegistration {
    /// Hash of the genesis block of the worker's chain.
    pub fn genesis(&self) -> Hash {
        self.registration.genesis
    }
}
