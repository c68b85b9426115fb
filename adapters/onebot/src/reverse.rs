//! Reverse WebSocket: the implementation connects to us (onebot-11, communication/ws-reverse.md and authorization.md).

use crate::OneBot;
use crate::connection::{self, MAX_FRAME, Received, Role, WebSocketMessage};
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde::Deserialize;
use std::sync::Arc;

/// The routes of an account.
pub(crate) fn router(bot: &Arc<OneBot>) -> Router {
    let Some(reverse) = bot.settings.reverse() else { return Router::new() };
    let path = reverse.path.as_str();
    let mut router = Router::new();
    for below in ["", "/", "/event", "/event/", "/api", "/api/"] {
        let path = format!("{path}{below}");
        if !path.is_empty() {
            router = router.route(&path, any(accept));
        }
    }
    router.with_state(Arc::clone(bot))
}

#[derive(Deserialize)]
struct Parameters {
    access_token: Option<String>,
}

async fn accept(
    State(bot): State<Arc<OneBot>>,
    uri: Uri,
    headers: HeaderMap,
    query: Result<Query<Parameters>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    if let Err(status) = authorise(&bot, &headers, query.ok().and_then(|query| query.0.access_token)) {
        bot.counters.refused_connections.up();
        tracing::warn!(account = %bot.account, status = status.as_u16(), "a connection without the right token was refused");
        return status.into_response();
    }
    let given = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let self_id = given("x-self-id").filter(|id| !id.is_empty()).map(str::to_owned);
    let expected = bot.settings.self_id.as_ref();
    if let (Some(expected), Some(id)) = (expected, &self_id)
        && expected.as_str() != id
    {
        bot.counters.refused_connections.up();
        tracing::warn!(account = %bot.account, id, "a connection of another account was refused");
        return StatusCode::FORBIDDEN.into_response();
    }
    let role = match (given("x-client-role").unwrap_or_default().to_ascii_lowercase().as_str(), uri.path()) {
        ("api", _) => Role::Api,
        ("event", _) => Role::Event,
        ("universal", _) => Role::Universal,
        (_, path) if path.trim_end_matches('/').ends_with("/api") => Role::Api,
        (_, path) if path.trim_end_matches('/').ends_with("/event") => Role::Event,
        _ => Role::Universal,
    };
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    if bot.link().is_none() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    upgrade.max_message_size(MAX_FRAME).max_frame_size(MAX_FRAME).on_upgrade(move |socket| async move {
        let account = bot.account.clone();
        let reason = connection::serve(bot, socket, role, self_id).await;
        tracing::debug!(%account, reason, "a reverse connection ended");
    })
}

/// Whether a caller has the token: in the `Authorization` header as `Bearer` or `Token`, or in the query.
fn authorise(bot: &OneBot, headers: &HeaderMap, in_query: Option<String>) -> Result<(), StatusCode> {
    let Some(token) = bot.settings.access_token.as_ref().filter(|token| !token.is_empty()) else {
        return Ok(());
    };
    let in_header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).map(|value| {
        let (scheme, rest) = value.split_once(' ').unwrap_or(("", value));
        let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
        if known { rest.trim() } else { value }
    });
    match in_header.or(in_query.as_deref()) {
        None => Err(StatusCode::UNAUTHORIZED),
        Some(given) if token.matches(given) => Ok(()),
        Some(_) => Err(StatusCode::FORBIDDEN),
    }
}

impl WebSocketMessage for Message {
    fn text(json: String) -> Self {
        Self::Text(json.into())
    }

    fn ping() -> Self {
        Self::Ping(Vec::new().into())
    }

    fn read(self) -> Received {
        match self {
            Self::Text(text) => Received::Text(text.as_str().to_owned()),
            // Some implementations send their JSON as binary; what is no UTF-8 is no JSON and counted as such.
            Self::Binary(bytes) => Received::Text(String::from_utf8_lossy(&bytes).into_owned()),
            Self::Ping(_) | Self::Pong(_) => Received::Life,
            Self::Close(_) => Received::Close,
        }
    }
}
