//! The paths of a website: the widget, and the API that it and programs call.

use super::caller::Sent;
use super::identity::key_hash;
use super::origin::{self, From};
use super::response::refused;
use super::{Core, limits, receive, stream};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodRouter, any, get, post};
use flate2::Compression;
use flate2::write::GzEncoder;
use groupdesk_contract::Peer;
use std::io::Write;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// The largest request, in bytes.
const REQUEST_MAX_BYTES: usize = 32 << 10;

/// The widget, and the same compressed.
const WIDGET: &str = include_str!("../../assets/widget.js");
static COMPRESSED: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder
        .write_all(WIDGET.as_bytes())
        .and_then(|()| encoder.finish());
    written.unwrap_or_default()
});

/// The name of this very widget, for browsers that have it already.
static TAG: LazyLock<String> = LazyLock::new(|| {
    let hash = key_hash(WIDGET);
    let short: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{short}\"")
});

/// The description of the API, for programs that read such.
const DOCUMENT: &str = include_str!("../../assets/openapi.json");

/// Returns the description of the API, as OpenAPI.
pub fn api_document() -> &'static str {
    DOCUMENT
}

/// Path of the widget below a mount.
const SCRIPT: &str = "/widget.js";

/// Everything else below the API's part of a mount: a client is told in the form in which it is told all else.
const UNKNOWN: &str = "/api/{*rest}";

/// Time in which a request is answered, so that the answer is this API's and not the listener's, which waits a little longer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(25);

/// Largest sentence of a refusal that is not ours, in bytes.
const SENTENCE_MAX: usize = 1 << 10;

/// Paths of the API below a mount.
fn api() -> [(&'static str, MethodRouter<Arc<Core>>); 5] {
    [
        ("/api/v1/visitors", post(receive::begin)),
        ("/api/v1/desk", get(receive::front)),
        ("/api/v1/messages", post(receive::post).get(receive::history)),
        ("/api/v1/events", get(stream::stream)),
        ("/api/v1/openapi.json", get(document)),
    ]
}

/// Returns all paths below these mounts.
pub(crate) fn paths(mounts: &[String]) -> Vec<String> {
    let below = |mount: &String| {
        let api = api().into_iter().map(|(path, _)| path);
        let paths = api.chain([UNKNOWN, SCRIPT]).map(|path| format!("{mount}{path}"));
        paths.collect::<Vec<_>>()
    };
    mounts.iter().flat_map(below).collect()
}

pub(crate) fn router(core: &Arc<Core>, mounts: &[String]) -> Router {
    let mut router = Router::new();
    for mount in mounts {
        for (path, methods) in api() {
            router = router.route(&format!("{mount}{path}"), methods);
        }
        router = router.route(&format!("{mount}{UNKNOWN}"), any(unknown));
    }
    router = router.route_layer(from_fn_with_state(Arc::clone(core), guard));
    for mount in mounts {
        router = router.route(&format!("{mount}{SCRIPT}"), get(widget));
    }
    router
        .layer(DefaultBodyLimit::max(REQUEST_MAX_BYTES))
        .with_state(Arc::clone(core))
}

/// Refuses pages that may not call, and lets the others read what they get.
async fn guard(State(core): State<Arc<Core>>, mut request: Request, next: Next) -> Response<Body> {
    let headers = request.headers();
    if *request.method() == Method::OPTIONS {
        return origin::preflight(headers, &core.settings);
    }
    let from = origin::of(headers, &core.settings);
    if from == From::Stranger {
        tracing::debug!(account = %core.account, "a page of another origin was refused");
        return refused(
            StatusCode::FORBIDDEN,
            "pages of this origin may not call: add it to `origins` of the account in groupdesk.yaml",
        );
    }
    let sent = Sent {
        by_page: from != From::Program,
        address: limits::address(peer(request.extensions()), headers, &core.settings),
    };
    request.extensions_mut().insert(sent);
    let mut response = match tokio::time::timeout(ANSWER_TIMEOUT, next.run(request)).await {
        Ok(response) => in_json(response).await,
        Err(_) => refused(
            StatusCode::REQUEST_TIMEOUT,
            "the request did not come in time; send it again",
        ),
    };
    origin::admit(
        &mut response,
        match from {
            From::Page(origin) => origin,
            From::Stranger | From::Program => None,
        },
    );
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Refuses a path that is none of the API's.
async fn unknown() -> Response<Body> {
    refused(
        StatusCode::NOT_FOUND,
        "there is nothing at this path; `GET /api/v1/openapi.json` describes those of the API",
    )
}

/// Says a refusal that the router made, of a method, a query or a body, in the form in which the API says all of them.
async fn in_json(response: Response<Body>) -> Response<Body> {
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE);
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || kind.is_some_and(|kind| kind == "application/json") {
        return response;
    }
    let (parts, body) = response.into_parts();
    let allowed = parts.headers.get(ALLOW).cloned();
    let said = axum::body::to_bytes(body, SENTENCE_MAX).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said).trim().to_owned();
    let methods = allowed.as_ref().and_then(|methods| methods.to_str().ok());
    let why = match (status, methods) {
        (StatusCode::METHOD_NOT_ALLOWED, Some(methods)) => format!("this path takes {methods}"),
        (StatusCode::PAYLOAD_TOO_LARGE, _) => format!("the request has more than {REQUEST_MAX_BYTES} bytes"),
        _ if said.is_empty() => status.canonical_reason().unwrap_or("refused").to_owned(),
        _ => said,
    };
    let mut response = refused(status, &why);
    if let Some(allowed) = allowed {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}

fn peer(extensions: &Extensions) -> Option<Peer> {
    extensions.get::<Peer>().copied()
}

async fn document() -> Response<Body> {
    let mut response = Response::new(Body::from(DOCUMENT));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Serves the widget. Any page may load it: what it then may do is another question.
async fn widget(headers: HeaderMap) -> Response<Body> {
    let has = |name: HeaderName, what: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.contains(what))
    };
    let mut response = Response::new(Body::empty());
    if has(IF_NONE_MATCH, &TAG) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
    } else if has(ACCEPT_ENCODING, "gzip") && !COMPRESSED.is_empty() {
        *response.body_mut() = Body::from(COMPRESSED.as_slice());
        response
            .headers_mut()
            .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    } else {
        *response.body_mut() = Body::from(WIDGET);
    }
    for (name, value) in [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "public, max-age=300"),
        (VARY, "Accept-Encoding"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "cross-origin",
        ),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(&TAG) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widget_is_small_and_names_no_other_host_and_no_html() {
        assert!(
            COMPRESSED.len() > 1_000 && COMPRESSED.len() <= 12 << 10,
            "{} bytes",
            COMPRESSED.len()
        );
        for never in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            ".cookie",
            "http://",
        ] {
            assert!(!WIDGET.contains(never), "{never}");
        }
    }

    #[test]
    fn every_path_of_the_api_is_in_its_description_and_no_other() {
        let document: serde_json::Value = serde_json::from_str(DOCUMENT).unwrap();
        let mut described: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
        described.sort();
        let mut served: Vec<String> = paths(&[String::new()]);
        served.retain(|path| path != SCRIPT && path != UNKNOWN);
        served.sort();
        assert_eq!(described, served.iter().collect::<Vec<_>>());
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    }
}
