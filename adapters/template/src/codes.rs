//! The meaning of the platform's refusals: which kind each is, and its remedy, in a sentence for an admin.
//!
//! Source: <https://example.com/docs/errors>.

use groupdesk_kit::{CallError, CallErrorKind};
use reqwest::StatusCode;
use std::time::Duration;

/// Returns the error that a status other than success stands for; `said` is the platform's own text, without members' texts.
pub(crate) fn call_error(status: StatusCode, said: &str, retry_after: Option<Duration>) -> CallError {
    let (kind, remedy) = match status {
        StatusCode::UNAUTHORIZED => (
            CallErrorKind::BadCredentials,
            "the token is refused: copy it again from the platform's page",
        ),
        StatusCode::TOO_MANY_REQUESTS => (CallErrorKind::RateLimited, "the platform asks to wait"),
        status if status.is_server_error() => (CallErrorKind::NoAnswer, "the platform has a fault"),
        _ => (CallErrorKind::Rejected, "the platform refuses it"),
    };
    CallError::new(kind, format!("{remedy} (HTTP {}: {said})", status.as_u16())).after(retry_after)
}
