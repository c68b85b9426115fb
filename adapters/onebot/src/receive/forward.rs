//! The forward WebSocket: we connect to the implementation, again and again.

use crate::connection::frame_filter::Sieve;
use crate::connection::{Role, websocket_config};
use crate::core::Core;
use crate::receive::serve;
use crate::settings::Forward;
use axum::http::HeaderValue;
use axum::http::header::AUTHORIZATION;
use groupdesk_contract::{AdapterError, Link};
use rustls::pki_types::ServerName;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::{TlsError, UrlError};
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, client_async_with_config};

type Socket = WebSocketStream<Sieve<MaybeTlsStream<TcpStream>>>;

/// The timeout of connecting, TLS and the WebSocket handshake together.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// The first pause before a lost connection is made again; doubled each time.
const BACKOFF_MIN: Duration = Duration::from_millis(500);
/// The longest pause before a lost connection is made again.
const BACKOFF_MAX: Duration = Duration::from_secs(30);
/// A connection that lived this long was a good one: the next pause is the shortest again.
const STABLE_CONNECTION_TIME: Duration = Duration::from_secs(10);

/// Connects and serves until shutdown.
pub(crate) async fn run(core: &Arc<Core>, link: &Link, forward: &Forward) -> Result<(), AdapterError> {
    let tls = groupdesk_kit::tls().map_err(AdapterError::Broken)?;
    let tls = TlsConnector::from(Arc::new(tls));
    let mut pause = BACKOFF_MIN;
    loop {
        let started = Instant::now();
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            connected = connect(core, forward, tls.clone()) => match connected {
                Ok(socket) => {
                    serve(core, link, socket, Role::Universal, None).await?;
                    if started.elapsed() >= STABLE_CONNECTION_TIME {
                        pause = BACKOFF_MIN;
                    }
                }
                Err(reason) => {
                    tracing::warn!(account = %core.account, url = ?forward.url, reason, "onebot cannot connect");
                    core.connections.note_loss(&reason);
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
        pause = (pause * 2).min(BACKOFF_MAX);
    }
}

async fn connect(core: &Core, forward: &Forward, tls: TlsConnector) -> Result<Socket, String> {
    let mut request = forward
        .url
        .as_str()
        .into_client_request()
        .map_err(|error| error_message(&error))?;
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
    match tokio::time::timeout(HANDSHAKE_TIMEOUT, open(request, tls)).await {
        Ok(Ok(socket)) => Ok(socket),
        Ok(Err(error)) => Err(error_message(&error)),
        Err(_) => Err("the implementation did not answer the handshake".to_owned()),
    }
}

/// Connects as `tokio_tungstenite::connect_async_tls_with_config` does, with a sieve below the WebSocket layer from the start: what
/// comes right behind the handshake goes through it too.
async fn open(request: Request, tls: TlsConnector) -> Result<Socket, Error> {
    let uri = request.uri();
    let host = uri.host().ok_or(Error::Url(UrlError::NoHostName))?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let is_tls = uri.scheme_str() == Some("wss");
    let port = uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 });
    let socket = TcpStream::connect((host.as_str(), port)).await?;
    socket.set_nodelay(true)?;
    let socket = if is_tls {
        let name = ServerName::try_from(host).map_err(|_| Error::Tls(TlsError::InvalidDnsName))?;
        MaybeTlsStream::Rustls(tls.connect(name, socket).await?)
    } else {
        MaybeTlsStream::Plain(socket)
    };
    let sieve = Sieve::after_response(socket);
    let (socket, _) = client_async_with_config(request, sieve, Some(websocket_config())).await?;
    Ok(socket)
}

/// Describes a connection error in a sentence for an admin.
fn error_message(error: &Error) -> String {
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
