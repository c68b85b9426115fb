//! Who asks, as the headers of a request tell.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use groupdesk_contract::{is_foreign_origin, is_own_host};

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

/// Whether a page of another host sent it.
pub(super) fn is_from_foreign_page(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).map(text);
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.any(|origin| is_foreign_origin(text(origin), host))
}

/// Whether it is for a host that no stranger can have a page on.
pub(super) fn is_for_own_host(headers: &HeaderMap) -> bool {
    headers.get_all(HOST).iter().all(|host| is_own_host(text(host)))
}
