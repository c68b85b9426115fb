//! The HTTP listener: what the accounts serve, and `/healthz`.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use axum::serve::ListenerExt;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Why the listener could not be opened.
#[derive(Debug, thiserror::Error)]
#[error(
    "can't listen on {address}: {source}; is another program (or another groupdesk) there? `web.listen` sets the address"
)]
pub struct ListenError {
    address: SocketAddr,
    source: std::io::Error,
}

/// Says how the program is, as a JSON object; called for every request of `/healthz`.
pub type Health = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// Opens the listener.
///
/// # Errors
/// When the address is in use or not this machine's.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ListenError { address, source })
}

/// Serves the accounts' routes and the health until `shutdown`.
///
/// # Errors
/// When accepting connections fails for good.
pub async fn serve(
    listener: TcpListener,
    routes: Vec<Router>,
    health: Health,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let healthz = move || {
        let health = Arc::clone(&health);
        async move {
            (
                StatusCode::OK,
                [(header::CONTENT_TYPE, "application/json")],
                health().to_string(),
            )
        }
    };
    let app = routes
        .into_iter()
        .fold(Router::new().route("/healthz", get(healthz)), Router::merge);
    // Chat frames are small and each is waited for: Nagle's algorithm would hold them back.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "can't set TCP_NODELAY");
        }
    });
    axum::serve(listener, app)
        .with_graceful_shutdown(async move { shutdown.cancelled().await })
        .await
}
