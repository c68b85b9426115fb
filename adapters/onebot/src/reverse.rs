//! The reverse WebSocket: implementations connect to us.

use crate::connection::{Role, serve, websocket_config};
use crate::core::Core;
use axum::Router;
use axum::body::Body;
use axum::extract::{Query, Request, State};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::Role as Side;

/// How long the switch from HTTP to WebSocket may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The routes below `path`.
pub(crate) fn router(core: Arc<Core>, path: &str) -> Router {
    let mut router = Router::new();
    for below in ["", "/event", "/api"] {
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
    if let Err(status) = admit(&core, &query, request.headers()) {
        core.counters.refused_connections.up();
        tracing::warn!(account = %core.account, %status, "onebot connection refused");
        return status.into_response();
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
        .filter(|id| !id.is_empty())
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
        let socket =
            WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Side::Server, Some(websocket_config()))
                .await;
        // The end is logged and announced there; a desk that takes no more ends the adapter in `run`.
        let _ = serve(&core, &link, socket, role, self_id.as_deref()).await;
    });
    response
}

/// Whether the caller may connect; if not, only a status tells.
fn admit(core: &Core, query: &Token, headers: &HeaderMap) -> Result<(), StatusCode> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
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
                None => return Err(StatusCode::UNAUTHORIZED),
                Some(given) if expected.matches(given) => {}
                Some(_) => return Err(StatusCode::FORBIDDEN),
            }
        }
        None => {
            // Without a token a web page in somebody's browser could connect; a browser tells where the page is from.
            let foreign = |origin: &str| origin.split_once("://").map(|(_, host)| host) != text(HOST);
            if text(ORIGIN).is_some_and(foreign) {
                return Err(StatusCode::FORBIDDEN);
            }
        }
    }
    match text(axum::http::HeaderName::from_static("x-self-id")).map(str::trim) {
        Some(self_id) if !self_id.is_empty() && !core.is_expected(self_id) => Err(StatusCode::FORBIDDEN),
        _ => Ok(()),
    }
}

/// The token in `Bearer x` or `Token x`.
fn token_in(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    known.then(|| token.trim())
}
