//! What clients and the operator ask: HTTP on the public address.
//!
//! Nothing here is secret from the network: inputs come sealed, results go sealed, and what the worker says
//! of itself can be checked against the chain.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{rejection::PathRejection, Path, State as Shared},
    http::{header, HeaderMap, StatusCode},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, put},
    Json, Router,
};
use phala_primitives::{
    job::{JobLimits, MAX_OUTPUT, MAX_SEALED_INPUT},
    registry::{Evidence, Registration},
    BlockNumber, EncryptionKey, JobId, SessionId, Signature, WorkerId,
};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::{
    body,
    jobs::InputRefused,
    problem::{Problem, ProblemBody},
    worker::{ResultError, SubmitError, Worker},
};

/// Longest time after which a client whose input was refused for now is told to try again, in seconds: jobs
/// often end long before their limits.
const LATER: u32 = 10;

/// Description of this API, served at `/openapi.json`.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Phala worker",
        description = "Confidential jobs: send a sealed input, fetch a sealed result."
    ),
    paths(info, registration, put_input, job_status, job_result, metrics, health)
)]
pub struct Description;

/// Who the worker is and what it takes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Info {
    /// sr25519 identity key: the worker's name, which signs its receipts.
    #[schema(value_type = String, example = "0x…")]
    pub worker: WorkerId,
    /// X-Wing key to which inputs are sealed. Trust the one in the chain's state, which this must equal.
    #[schema(value_type = String, example = "0x…")]
    pub encryption_key: EncryptionKey,
    /// Hash of block 0 of the chain that the worker serves.
    pub genesis: String,
    /// Version of the worker's program.
    pub version: String,
    /// Public key of the account that may put the worker to use.
    pub operator: String,
    /// Kind of evidence for what runs here; `none` proves nothing.
    #[schema(example = "none")]
    pub attestation: String,
    /// Version of Landlock's interface that confines programs besides seccomp and resource limits; 0 for none.
    pub landlock_abi: u32,
    /// The newest block proven to the worker, if any.
    pub verified_block: Option<VerifiedBlock>,
    /// Whether that block is known to be recent: the chain's state names this very process. Only then jobs are
    /// taken.
    pub fresh: bool,
    /// Whether the worker is registered, as of that block.
    pub registered: bool,
    /// The mining session that runs, as of that block.
    pub session: Option<SessionId>,
    /// What the worker takes.
    pub limits: InfoLimits,
}

/// A proven block.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VerifiedBlock {
    /// Its number.
    pub number: BlockNumber,
    /// Its hash.
    pub hash: String,
}

/// What the worker takes at most.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct InfoLimits {
    /// Bytes of a sealed input.
    pub sealed_input_bytes: u64,
    /// Bytes that a job may write.
    pub output_bytes: u64,
    /// Linear memory of one job, in MiB, whatever its own limit.
    pub memory_mib: u32,
    /// Seconds of one job, whatever its own limit.
    pub seconds: u32,
    /// Jobs that run at the same time.
    pub parallel_jobs: u32,
    /// Jobs whose input waits for its turn.
    pub queued_jobs: u32,
    /// Blocks after a job's deadline for which its result is kept, room permitting.
    pub result_blocks: BlockNumber,
}

/// What the operator submits to the chain to register the worker.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SignedRegistration {
    /// What is stated.
    #[schema(value_type = Object)]
    pub registration: Registration<[u8; 32]>,
    /// Proof of what runs here.
    #[schema(value_type = String, example = "none")]
    pub evidence: Evidence,
    /// The identity key's signature.
    #[schema(value_type = String, example = "0x…")]
    pub signature: Signature,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The chain has announced it; its input has not come.
    WaitingForInput,
    /// The input is on the disk.
    Queued,
    /// It runs.
    Running,
    /// Its result can be fetched.
    Done,
}

impl Status {
    /// As in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::WaitingForInput => "waiting_for_input",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
        }
    }
}

/// A job as the worker knows it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JobStatus {
    /// Its number.
    pub job: JobId,
    /// How far it is.
    pub status: Status,
    /// Last block in which its receipt is accepted.
    pub deadline: BlockNumber,
    /// Resources paid for.
    #[schema(value_type = Object, example = json!({"fuel": 1_000_000_000, "memory_mib": 64, "seconds": 10}))]
    pub limits: JobLimits,
}

/// Whether the worker can serve.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Health {
    /// The newest proven block; compare it with the chain's.
    pub verified_block: BlockNumber,
}

/// All of the above under its paths.
pub fn router(worker: Arc<Worker>) -> Router {
    Router::new()
        .route("/v1/info", get(info))
        .route("/v1/registration", get(registration))
        .route("/v1/jobs/{id}/input", put(put_input))
        .route("/v1/jobs/{id}", get(job_status))
        .route("/v1/jobs/{id}/result", get(job_result))
        .route("/metrics", get(metrics))
        .route("/health", get(health))
        .route("/openapi.json", get(openapi))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(middleware::map_response_with_state(worker.clone(), count))
        .with_state(worker)
}

/// So that an operator sees what is refused.
async fn count(Shared(worker): Shared<Arc<Worker>>, response: Response) -> Response {
    worker.metrics().answered(response.status().as_u16());
    response
}

/// Who the worker is and what it takes
#[utoipa::path(get, path = "/v1/info", responses((status = 200, body = Info)))]
async fn info(Shared(worker): Shared<Arc<Worker>>) -> Json<Info> {
    let state = worker.state();
    let config = worker.config();
    let identity = worker.identity();
    Json(Info {
        worker: identity.worker_id(),
        encryption_key: identity.encryption_key(),
        genesis: hex_text(&state.genesis()),
        version: env!("CARGO_PKG_VERSION").into(),
        operator: hex_text(&config.operator),
        attestation: "none".into(),
        landlock_abi: worker.confinement().landlock_abi,
        verified_block: state
            .verified()
            .map(|block| VerifiedBlock { number: block.number, hash: hex_text(&block.hash) }),
        fresh: state.is_fresh(),
        registered: state.is_registered(),
        session: state.mining().session().map(|session| session.id),
        limits: InfoLimits {
            sealed_input_bytes: MAX_SEALED_INPUT as u64,
            output_bytes: MAX_OUTPUT as u64,
            memory_mib: config.limits.max_memory_mib,
            seconds: config.limits.max_seconds,
            parallel_jobs: u32::try_from(config.parallel_jobs().get()).unwrap_or(u32::MAX),
            queued_jobs: u32::try_from(config.limits.max_queued).unwrap_or(u32::MAX),
            result_blocks: config.limits.result_blocks,
        },
    })
}

/// A registration for the configured operator, signed for the newest proven block
#[utoipa::path(get, path = "/v1/registration", responses(
    (status = 200, body = SignedRegistration),
    (status = 503, description = "No block proven yet", body = ProblemBody)
))]
async fn registration(Shared(worker): Shared<Arc<Worker>>) -> Result<Json<SignedRegistration>, Problem> {
    let (registration, signature) = worker.registration().ok_or_else(nothing_proven)?;
    Ok(Json(SignedRegistration { registration, evidence: Evidence::None, signature }))
}

/// Send a job's sealed input
///
/// The body is an HPKE box (X-Wing, HKDF-SHA256, ChaCha20-Poly1305) of the SCALE-encoded `JobInput`. Sending the
/// same bytes again is no error.
#[utoipa::path(put, path = "/v1/jobs/{id}/input",
    params(("id" = u64, Path, description = "Number of the job")),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 202, description = "Taken, and on the worker's disk", body = JobStatus),
        (status = 400, description = "The number or the body is broken", body = ProblemBody),
        (status = 404, description = "Not in proven state, or no longer; see Retry-After", body = ProblemBody),
        (status = 408, description = "The body came too slowly", body = ProblemBody),
        (status = 409, description = "Another input was taken before", body = ProblemBody),
        (status = 410, description = "The deadline is too near for the job's time limit", body = ProblemBody),
        (status = 413, description = "Too large", body = ProblemBody),
        (status = 422, description = "Not the input that the job was posted with", body = ProblemBody),
        (status = 429, description = "Jobs taken before need the time, or the client has its share of the queue; see Retry-After", body = ProblemBody),
        (status = 503, description = "No memory left, or the worker is starting; see Retry-After", body = ProblemBody)
    )
)]
async fn put_input(
    Shared(worker): Shared<Arc<Worker>>,
    id: Result<Path<JobId>, PathRejection>,
    headers: HeaderMap,
    mut body: Body,
) -> Result<(StatusCode, Json<JobStatus>), Problem> {
    let taken = take_input(&worker, id, &headers, &mut body).await;
    if taken.is_err() {
        body::discard(&mut body).await;
    }
    taken.map(|status| (StatusCode::ACCEPTED, Json(status)))
}

async fn take_input(
    worker: &Arc<Worker>,
    id: Result<Path<JobId>, PathRejection>,
    headers: &HeaderMap,
    body: &mut Body,
) -> Result<JobStatus, Problem> {
    let id = job_number(id)?;
    body::check_announced(headers, MAX_SEALED_INPUT)?;
    worker.expects_input(id).map_err(|error| submission(error, worker))?;
    let received = body::receive(headers, body, MAX_SEALED_INPUT, worker.budget()).await?;
    worker.clone().submit_input(id, received).await.map_err(|error| submission(error, worker))?;
    status_of(worker, id)
}

/// How far a job is
#[utoipa::path(get, path = "/v1/jobs/{id}",
    params(("id" = u64, Path, description = "Number of the job")),
    responses(
        (status = 200, body = JobStatus),
        (status = 404, description = "Not in proven state, or no longer; see Retry-After", body = ProblemBody)
    )
)]
async fn job_status(
    Shared(worker): Shared<Arc<Worker>>,
    id: Result<Path<JobId>, PathRejection>,
) -> Result<Json<JobStatus>, Problem> {
    Ok(Json(status_of(&worker, job_number(id)?)?))
}

/// A job's result
///
/// SCALE-encoded `JobResult`: the signed receipt, and the output sealed under the reply key of the input's box.
#[utoipa::path(get, path = "/v1/jobs/{id}/result",
    params(("id" = u64, Path, description = "Number of the job")),
    responses(
        (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "Not in proven state, or expired", body = ProblemBody),
        (status = 409, description = "Not done yet; see Retry-After", body = ProblemBody)
    )
)]
async fn job_result(
    Shared(worker): Shared<Arc<Worker>>,
    id: Result<Path<JobId>, PathRejection>,
) -> Result<Response, Problem> {
    let id = job_number(id)?;
    let size = worker.result_size(id).map_err(|error| no_result(id, error, &worker))?;
    let lease = worker.result_budget().lease(size).await?;
    let result = worker.clone().result(id).await.map_err(|error| no_result(id, error, &worker))?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], body::send(result, lease)).into_response())
}

/// Prometheus metrics
#[utoipa::path(get, path = "/metrics", responses((status = 200, body = String, content_type = "text/plain")))]
async fn metrics(Shared(worker): Shared<Arc<Worker>>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], worker.render_metrics())
}

/// Whether the worker can serve
#[utoipa::path(get, path = "/health", responses(
    (status = 200, body = Health),
    (status = 503, description = "No block proven yet, or none known to be recent", body = ProblemBody)
))]
async fn health(Shared(worker): Shared<Arc<Worker>>) -> Result<Json<Health>, Problem> {
    let state = worker.state();
    let block = state.verified().ok_or_else(nothing_proven)?;
    if state.is_registered() && !state.is_fresh() {
        return Err(starting(SubmitError::Starting));
    }
    Ok(Json(Health { verified_block: block.number }))
}

async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}

async fn no_such_path() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "there is nothing at this path",
        "see /openapi.json for what there is",
    )
}

async fn no_such_method() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "this path does not take this method",
        "see /openapi.json for what it takes",
    )
}

fn job_number(id: Result<Path<JobId>, PathRejection>) -> Result<JobId, Problem> {
    id.map(|Path(id)| id).map_err(|_| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "the job in the path is no number",
            "use the number from the event that posting the job gave",
        )
    })
}

fn status_of(worker: &Worker, id: JobId) -> Result<JobStatus, Problem> {
    worker.job_status(id).ok_or_else(|| unknown_job(id, worker))
}

fn unknown_job(id: JobId, worker: &Worker) -> Problem {
    let Some(block) = worker.state().verified() else { return nothing_proven() };
    Problem::new(
        StatusCode::NOT_FOUND,
        format!("this worker has no job {id} in proven state (block {})", block.number),
        "if it was just posted, try again once its block is finalised and the relay has brought it; \
         otherwise check that it was posted for this worker and has not expired",
    )
    .retry_after(2)
}

fn nothing_proven() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "no block of the chain has been proven to this worker yet",
        "start phala-relay on the worker's relay socket, or wait until it has caught up",
    )
    .retry_after(2)
}

fn submission(error: SubmitError, worker: &Worker) -> Problem {
    match error {
        SubmitError::Starting if worker.state().verified().is_none() => nothing_proven(),
        SubmitError::Starting => starting(error),
        SubmitError::Refused(refused) => refused_input(refused, worker),
        SubmitError::Input(error) => {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string(), error.remedy())
        }
        SubmitError::Internal(cause) => Problem::internal(cause),
    }
}

fn starting(error: impl ToString) -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        error.to_string(),
        "try again in a few blocks; if it persists, the worker's operator looks at its relay and its registration",
    )
    .retry_after(2)
}

fn refused_input(refused: InputRefused, worker: &Worker) -> Problem {
    let error = refused.to_string();
    match refused {
        InputRefused::Unknown(id) => unknown_job(id, worker),
        InputRefused::HasInput(_) => {
            Problem::new(StatusCode::CONFLICT, error, "ask for its status; an input is taken once")
        }
        InputRefused::QueueFull { .. } => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            error,
            "try again when one of yours is done; if the deadline passes, the chain refunds the job",
        )
        .retry_after(LATER),
        InputRefused::Busy { room_in, .. } => Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            error,
            "try again when others are done; if the deadline passes, the chain refunds the job, and another with a \
             later deadline or a lower time limit has better chances",
        )
        .retry_after(u32::try_from(room_in.div_ceil(1_000)).unwrap_or(LATER).clamp(1, LATER)),
        InputRefused::TooLate(_) => Problem::new(
            StatusCode::GONE,
            error,
            "the chain refunds the job; post another with a later deadline or a lower time limit",
        ),
    }
}

fn no_result(id: JobId, error: ResultError, worker: &Worker) -> Problem {
    match error {
        ResultError::Unknown => unknown_job(id, worker),
        ResultError::NotDone(status) => Problem::new(
            StatusCode::CONFLICT,
            format!("job {id} is {}", status.name()),
            match status {
                Status::WaitingForInput => "send its sealed input first",
                Status::Queued | Status::Running | Status::Done => "try again later",
            },
        )
        .retry_after(2),
        ResultError::Internal(cause) => Problem::internal(cause),
    }
}

fn hex_text(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}
