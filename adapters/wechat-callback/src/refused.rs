//! The refusal of a callback: a reason for the log, nothing for the caller.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A refused callback. Every refusal is the same empty 403 as a response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Refused {
    words: String,
}

impl Refused {
    /// Makes a refusal with a reason for an admin. The reason must not repeat a caller's text at length.
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        StatusCode::FORBIDDEN.into_response()
    }
}
