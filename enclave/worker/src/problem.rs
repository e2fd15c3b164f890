//! Answers to requests that cannot be met: what is wrong, and what to do about it.

use axum::{
    http::{header, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// What is wrong.
    #[schema(example = "job 7 is unknown to this worker")]
    pub error: String,
    /// What to do about it.
    #[schema(example = "wait until the block that posted it is finalised, then try again")]
    pub remedy: String,
}

/// A refusal on its way to whoever asked.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    body: ProblemBody,
    retry_after: Option<u32>,
}

impl Problem {
    /// A refusal with its cause and remedy.
    pub fn new(status: StatusCode, error: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { status, body: ProblemBody { error: error.into(), remedy: remedy.into() }, retry_after: None }
    }

    /// Says after how many seconds another attempt makes sense.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The worker's own fault; the cause goes to the log, since it may tell of the machine.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the worker failed to serve the request",
            "try again; if it persists, the worker's operator finds the cause in its log",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
