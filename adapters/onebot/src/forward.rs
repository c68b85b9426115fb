//! The forward WebSocket: we connect to the implementation, again and again.

use crate::connection::{Role, serve, websocket_config};
use crate::core::Core;
use crate::settings::Forward;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use groupdesk_contract::{AdapterError, Link};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

const HANDSHAKE: Duration = Duration::from_secs(10);
const SHORTEST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A connection that lived this long was a good one: the next pause is the shortest again.
const GOOD: Duration = Duration::from_secs(10);

/// Connects and serves until the adapter is told to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link, forward: &Forward) -> Result<(), AdapterError> {
    let tls = tls().map_err(AdapterError::Broken)?;
    let mut pause = SHORTEST_PAUSE;
    loop {
        let started = Instant::now();
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            connected = connect(core, forward, tls.clone()) => match connected {
                Ok(socket) => {
                    serve(core, link, socket, Role::Universal, None).await?;
                    if started.elapsed() >= GOOD {
                        pause = SHORTEST_PAUSE;
                    }
                }
                Err(reason) => {
                    tracing::warn!(account = %core.account, url = ?forward.url, reason, "onebot cannot connect");
                    core.hub.note_loss(&reason);
                    core.announce(link).await?;
                }
            }
        }
        // Between half and the whole pause, so that many who lost the same server don't come back at once.
        let jittered = pause.mul_f64(0.5 + fastrand::f64() / 2.0);
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(jittered) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

async fn connect(
    core: &Core,
    forward: &Forward,
    tls: Connector,
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, String> {
    let mut request = forward
        .url
        .as_str()
        .into_client_request()
        .map_err(|error| words(&error))?;
    if let Some(token) = core
        .settings
        .access_token
        .as_ref()
        .filter(|token| !token.is_empty())
    {
        let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose()))
            .map_err(|_| "the access token has characters that a header can't carry".to_owned())?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    // The last argument but one turns Nagle's algorithm off.
    let connecting = connect_async_tls_with_config(request, Some(websocket_config()), true, Some(tls));
    match tokio::time::timeout(HANDSHAKE, connecting).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(words(&error)),
        Err(_) => Err("the implementation did not answer the handshake".to_owned()),
    }
}

/// What went wrong, in words for an admin.
fn words(error: &Error) -> String {
    match error {
        Error::Http(response) if matches!(response.status().as_u16(), 401 | 403) => {
            format!(
                "the implementation refused the access token ({})",
                response.status().as_u16()
            )
        }
        Error::Http(response) => format!("the implementation answered HTTP {}", response.status().as_u16()),
        Error::Io(error) => format!("the implementation cannot be reached: {error}"),
        other => format!("the implementation cannot be reached: {other}"),
    }
}

/// TLS by rustls with the web's usual roots; the provider is named, so that none need be installed for the process.
fn tls() -> Result<Connector, String> {
    let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Connector::Rustls(Arc::new(config)))
}
