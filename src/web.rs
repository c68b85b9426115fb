//! The HTTP listener: what the accounts serve, and `/healthz`.

use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::timeout::TimeoutLayer;

/// How long a caller may take for the head of a request.
const HEADERS: Duration = Duration::from_secs(10);
/// How long a request may take, its body included; a WebSocket only until it stands.
const REQUEST: Duration = Duration::from_secs(30);

/// Why the listener could not be opened.
#[derive(Debug, thiserror::Error)]
#[error(
    "can't listen on {address}: {source}; is another program (or another groupdesk) there? `web.listen` sets the address"
)]
pub struct ListenError {
    address: SocketAddr,
    source: std::io::Error,
}

/// Says how the program is, as a JSON object whose `status` is `ok`, `degraded`, or `failing` when nobody is answered;
/// called for every request of `/healthz`.
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

/// Serves the accounts' routes and the health until `shutdown`, and then what is under way.
pub async fn serve(listener: TcpListener, routes: Vec<Router>, health: Health, shutdown: CancellationToken) {
    let healthz = move || {
        let health = Arc::clone(&health);
        async move {
            let health = health();
            let code = match health["status"].as_str() {
                Some("ok" | "degraded") => StatusCode::OK,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            (
                code,
                [(header::CONTENT_TYPE, "application/json")],
                health.to_string(),
            )
        }
    };
    let app = routes
        .into_iter()
        .fold(Router::new().route("/healthz", get(healthz)), Router::merge)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            REQUEST,
        ));
    let mut http = auto::Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    let open = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Too many open files, or somebody who left at once: both pass.
                    tracing::debug!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        // Chat frames are small and each is waited for: Nagle's algorithm would hold them back.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "can't set TCP_NODELAY");
        }
        let service = TowerToHyperService::new(app.clone());
        let connection = http
            .serve_connection_with_upgrades(TokioIo::new(stream), service)
            .into_owned();
        tokio::spawn(open.watch(connection));
    }
    drop(listener);
    open.shutdown().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    /// What the listener answers to somebody who says this and then waits.
    async fn answer(address: SocketAddr, said: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_holds_a_connection_by_being_slow() {
        let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = listener.local_addr().unwrap();
        let stuck = Router::new().route("/stuck", get(std::future::pending::<StatusCode>));
        let reads = Router::new().route("/reads", axum::routing::post(async |_: String| StatusCode::OK));
        let shutdown = CancellationToken::new();
        let health: Health = Arc::new(|| serde_json::json!({"status": "ok"}));
        let serving = tokio::spawn(serve(listener, vec![stuck, reads], health, shutdown.clone()));

        let close = "Host: x\r\nConnection: close\r\n";
        let healthy = answer(address, &format!("GET /healthz HTTP/1.1\r\n{close}\r\n")).await;
        assert!(healthy.starts_with("HTTP/1.1 200") && healthy.ends_with("{\"status\":\"ok\"}"));
        for slow in [
            format!("GET /stuck HTTP/1.1\r\n{close}\r\n"),
            format!("POST /reads HTTP/1.1\r\n{close}Content-Length: 9\r\n\r\nhalf"),
        ] {
            let answer = answer(address, &slow).await;
            assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        }
        // Half a head is not worth an answer.
        let nothing = answer(address, "GET /healthz HTTP/1.1\r\nHost:").await;
        assert!(!nothing.contains("200"), "{nothing}");
        shutdown.cancel();
        serving.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
