//! Why a callback is not taken: words for the log, nothing for the caller.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

/// A callback that is not taken. As a response it is an empty 403, whatever was wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Refused {
    words: String,
}

impl Refused {
    /// Refused because of what `words` say to an admin. They must not repeat what a caller sent at length.
    pub fn new(words: impl Into<String>) -> Self {
        Self { words: words.into() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        StatusCode::FORBIDDEN.into_response()
    }
}
