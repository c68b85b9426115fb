//! Server-sent events for browsers, as the dashboard and websites send them.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response};
use axum::response::IntoResponse;
use axum::response::sse::Event;

/// Returns a sign of life: with it a page knows that a quiet connection is there.
pub fn heartbeat() -> Event {
    // Browsers dispatch no event without data.
    Event::default().event("beat").data("1")
}

/// Returns a stream of events as it is answered: proxies hand each event on at once.
pub fn unbuffered(events: impl IntoResponse) -> Response<Body> {
    let mut response = events.into_response();
    // nginx would hold events back.
    let name = HeaderName::from_static("x-accel-buffering");
    response
        .headers_mut()
        .insert(name, HeaderValue::from_static("no"));
    response
}
