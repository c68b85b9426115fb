//! The reverse WebSocket: implementations connect to us.

use crate::connection::frame_filter::Sieve;
use crate::connection::{Role, websocket_config};
use crate::core::Core;
use crate::receive::serve;
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use groupdesk_contract::is_number;
use groupdesk_kit::{is_for_own_host, is_from_foreign_page};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::Role as Side;

/// The timeout of the switch from HTTP to WebSocket.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The most connections that an account may have at once. An implementation has one or two; the rest is room for those that it
/// doesn't yet know to be lost.
const MAX_CONNECTIONS: usize = 32;

/// The ends of the paths that are answered, for implementations with a connection for each role.
pub(crate) const BELOW: [&str; 3] = ["", "/event", "/api"];

/// The routes below `path`.
pub(crate) fn router(core: Arc<Core>, path: &str) -> Router {
    let mut router = Router::new();
    for below in BELOW {
        let route = format!("{path}{below}");
        let role = match below {
            "/event" => Some(Role::Event),
            "/api" => Some(Role::Api),
            _ => None,
        };
        for route in [route.clone(), format!("{route}/")] {
            if route.is_empty() {
                continue;
            }
            let handler = move |State(core): State<Arc<Core>>, request: Request| async move {
                accept(core, role, request)
            };
            router = router.route(&route, any(handler));
        }
    }
    router.with_state(core)
}

#[derive(Debug, Default, Deserialize)]
struct Token {
    access_token: Option<String>,
}

fn accept(core: Arc<Core>, path_role: Option<Role>, mut request: Request) -> Response {
    // A query that can't be read holds no token.
    let query =
        Query::<Token>::try_from_uri(request.uri()).map_or_else(|_| Token::default(), |query| query.0);
    if let Err((status, reason)) = admit(&core, &query, request.headers()) {
        core.counters.refused_connections.up();
        tracing::warn!(account = %core.account, %status, reason, "onebot connection refused");
        return status.into_response();
    }
    if core.connections.count() >= MAX_CONNECTIONS {
        core.counters.refused_connections.up();
        tracing::warn!(account = %core.account, most = MAX_CONNECTIONS, "onebot connection refused: the account has as many as it may have");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let role = match header("x-client-role").map(str::to_ascii_lowercase).as_deref() {
        Some("universal") => Role::Universal,
        Some("event") => Role::Event,
        Some("api") => Role::Api,
        _ => path_role.unwrap_or(Role::Universal),
    };
    let self_id = header("x-self-id")
        .map(str::trim)
        .filter(|id| is_number(id))
        .map(str::to_owned);
    let Some(link) = core.link() else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let Ok(response) = create_response_with_body(&request, Body::empty) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let upgraded = match tokio::time::timeout(HANDSHAKE, upgrade).await {
            Ok(Ok(upgraded)) => upgraded,
            Ok(Err(_)) | Err(_) => return,
        };
        let sieve = Sieve::new(TokioIo::new(upgraded));
        let socket = WebSocketStream::from_raw_socket(sieve, Side::Server, Some(websocket_config())).await;
        // The end is logged and announced there; a desk that takes no more ends the adapter in `run`.
        let _ = serve(&core, &link, socket, role, self_id.as_deref()).await;
    });
    response
}

/// Checks that the caller may connect.
///
/// # Errors
/// The status for the caller, who learns no more, and the remedy for the log.
fn admit(core: &Core, query: &Token, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
    let text = |name| {
        headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    if is_from_foreign_page(headers) {
        return Err((
            StatusCode::FORBIDDEN,
            "a page in a browser asked, as its `Origin` says",
        ));
    }
    match core
        .settings
        .access_token
        .as_ref()
        .filter(|token| !token.is_empty())
    {
        Some(expected) => {
            let given = text(AUTHORIZATION)
                .and_then(token_in)
                .or(query.access_token.as_deref());
            match given.filter(|token| !token.is_empty()) {
                None => {
                    return Err((StatusCode::UNAUTHORIZED, without_token(headers)));
                }
                Some(given) if expected.matches(given) => {}
                Some(_) => {
                    return Err((StatusCode::FORBIDDEN, "its token is another than `access_token`"));
                }
            }
        }
        // Without a token only the host tells a program from a page that makes its name resolve to this machine.
        None if !is_for_own_host(headers) => {
            return Err((
                StatusCode::FORBIDDEN,
                "it called this machine by a name that a stranger can own: set `access_token`, or let it connect to the address",
            ));
        }
        None => {}
    }
    match text(HeaderName::from_static("x-self-id")).map(str::trim) {
        Some(self_id) if !self_id.is_empty() && !core.is_expected(self_id) => {
            Err((StatusCode::FORBIDDEN, "its account is another than `self_id`"))
        }
        _ => Ok(()),
    }
}

/// The reason for which no token could be read in these headers, and the remedy.
fn without_token(headers: &HeaderMap) -> &'static str {
    match headers.get(AUTHORIZATION).map(HeaderValue::to_str) {
        Some(Err(_)) => {
            "its token has signs that no header carries: give both sides one of ASCII letters, digits and signs"
        }
        Some(Ok(_)) | None => {
            "it brought no token: write that of `access_token` into the implementation's settings"
        }
    }
}

/// The token in `Bearer x` or `Token x`.
fn token_in(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    known.then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_no_header_carries_is_told_apart_from_none() {
        let mut headers = HeaderMap::new();
        assert!(without_token(&headers).contains("no token"));
        let given = HeaderValue::from_bytes("Bearer 令牌".as_bytes()).unwrap();
        headers.insert(AUTHORIZATION, given);
        assert!(without_token(&headers).contains("ASCII"));
        headers.insert(AUTHORIZATION, HeaderValue::from_static("Bearer "));
        assert!(without_token(&headers).contains("no token"));
    }
}
