//! Responses: JSON, and refusals in a sentence for who wrote the client.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::json;

/// The refusal of a visitor whom the website does not vouch for.
pub(crate) fn unsigned() -> Response<Body> {
    refused(
        StatusCode::FORBIDDEN,
        "only visitors whom the website signs may talk here: `visitor` and `hash`, the HMAC-SHA256 of it",
    )
}

/// The answer while something can't be read or committed.
pub(crate) fn not_now(error: &dyn std::fmt::Display) -> Response<Body> {
    tracing::warn!(%error, "a visitor's request can't be served now");
    later(
        StatusCode::SERVICE_UNAVAILABLE,
        5,
        "it can't be committed now; nothing is lost if you send the same again",
    )
}

/// A refusal for a while.
pub(crate) fn later(status: StatusCode, seconds: u64, why: &str) -> Response<Body> {
    let mut response = refused(status, why);
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A refusal, in a sentence for who wrote the client.
pub(crate) fn refused(status: StatusCode, why: &str) -> Response<Body> {
    answer(status, &json!({ "error": why }))
}

/// A response of JSON.
pub(crate) fn answer(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    let body = serde_json::to_vec(body).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
