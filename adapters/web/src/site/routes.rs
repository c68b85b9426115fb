//! The paths of a website: the widget, and the API that it and programs call.

use super::identity::{is_key, key_hash};
use super::limits::{self, Peer};
use super::origin::{self, From};
use super::{Core, receive, stream};
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, RETRY_AFTER, VARY,
};
use axum::http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use flate2::Compression;
use flate2::write::GzEncoder;
use groupdesk_contract::MemberId;
use serde::Serialize;
use serde_json::json;
use std::io::Write;
use std::sync::{Arc, LazyLock};

/// The largest request, in bytes.
const LARGEST: usize = 32 << 10;

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
        let paths = api.chain([SCRIPT]).map(|path| format!("{mount}{path}"));
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
    }
    router = router.route_layer(from_fn_with_state(Arc::clone(core), guard));
    for mount in mounts {
        router = router.route(&format!("{mount}{SCRIPT}"), get(widget));
    }
    router
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(Arc::clone(core))
}

/// Who sends a request, as far as its head says.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// `true` from a page of a browser.
    pub(crate) by_page: bool,
    /// Address, for counting.
    pub(crate) address: String,
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
    let mut response = next.run(request).await;
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

fn peer(extensions: &Extensions) -> Option<Peer> {
    extensions.get::<Peer>().copied()
}

/// Somebody who may speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// A visitor, for themselves.
    Visitor(MemberId),
    /// A program, for any visitor.
    Program(String),
}

/// Finds out who calls, by the token or the key of a request.
///
/// # Errors
/// The refusal.
pub(crate) async fn caller(core: &Core, headers: &HeaderMap, sent: &Sent) -> Result<Caller, Response<Body>> {
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .map(str::trim);
    let unknown = || {
        refused(
            StatusCode::UNAUTHORIZED,
            "send `Authorization: Bearer` with a program's key, or with the token of a visitor; this one is none, is over, or was ended",
        )
    };
    let bearer = bearer.ok_or_else(unknown)?;
    if is_key(bearer) {
        if sent.by_page {
            return Err(refused(
                StatusCode::FORBIDDEN,
                "a key is for programs: in a page everybody reads it",
            ));
        }
        let key = match core.visits() {
            Ok(visits) => visits.key(key_hash(bearer)).await,
            Err(error) => Err(error),
        };
        return match key {
            Ok(Some(name)) => Ok(Caller::Program(name)),
            Ok(None) => Err(unknown()),
            Err(error) => Err(not_now(&error)),
        };
    }
    let (now, keep) = (core.clock.now(), core.settings.keep());
    let visitor = core.signer.visitor(bearer, now, keep).await;
    match visitor.map_err(|error| not_now(&error))? {
        Some(visitor) if core.settings.require_identity && !super::channel_id::is_user(&visitor) => {
            Err(unsigned())
        }
        Some(visitor) => Ok(Caller::Visitor(visitor)),
        None => Err(unknown()),
    }
}

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
        served.retain(|path| path != SCRIPT);
        served.sort();
        assert_eq!(described, served.iter().collect::<Vec<_>>());
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    }
}
