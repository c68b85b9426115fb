//! Origin of a request, as its headers tell it.

use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use groupdesk_contract::{is_foreign_origin, is_own_host};

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

/// `true` if a page of another host sent it.
pub(super) fn is_from_foreign_page(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).map(text);
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.any(|origin| is_foreign_origin(text(origin), host))
}

/// `true` if it is for a host on which no stranger can have a page.
pub(super) fn is_for_own_host(headers: &HeaderMap) -> bool {
    headers.get_all(HOST).iter().all(|host| is_own_host(text(host)))
}
