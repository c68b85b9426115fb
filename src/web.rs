//! The HTTP listener: the routes of the accounts, `/healthz` and `/metrics`. It has a thread and a runtime of its own, so
//! that health is answered while everything else is busy or stuck; the accounts' routes run in the program's runtime.
//!
//! Every connection has limits from its first moment: their number, the time for the head of a request, the time for the
//! whole request, and the time that a WebSocket may stand before its client sends something.

mod descriptors;
mod idle_websockets;
mod limits;
mod served_routes;
mod standby_proxy;
mod unrouted;

pub use descriptors::{descriptors, raise_descriptors};
pub use served_routes::Served;
pub use standby_proxy::{Holder, Pass, Upstream};

use crate::texts::ComposedTexts;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, Response, StatusCode, header};
use groupdesk_contract::{is_for_own_host, is_from_foreign_page};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use idle_websockets::Guarded;
use limits::{Connections, Refused};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tower::ServiceExt;

/// Path of the program's health.
pub const HEALTH_PATH: &str = "/healthz";

/// Path that only the node answers well that serves; a standby does not.
pub const HOLDER_PATH: &str = "/healthz/holder";

/// Path that tells whoever restarts programs that this one works; faults that a restart does not mend are no reason.
pub const LIVE_PATH: &str = "/healthz/live";

/// Path of the metrics.
pub const METRICS_PATH: &str = "/metrics";

/// Alerts of a program that decides nothing any more: it is to be started again.
pub const STUCK_ALERTS: [&str; 2] = ["inbox", "runtime"];

/// Form of the metrics.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Timeout of the head of a request, counted from the connection or from the request before.
const HEADERS_TIMEOUT: Duration = Duration::from_secs(10);
/// Timeout of a request with its body; of a WebSocket only until it stands.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Timeout of the requests under way at the end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause after a connection could not be accepted: too many open files pass, but not at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// Response to a caller who is refused.
const BUSY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 21\r\n\r\ntoo many connections\n";

/// Error for which the listener could not be opened.
#[derive(Debug, thiserror::Error)]
#[error(
    "can't listen on {address}: {source}; is another program (or another groupdesk) there? `web.listen` sets the address"
)]
pub struct ListenError {
    address: SocketAddr,
    source: std::io::Error,
}

/// Returns the health of the program as a JSON object whose `status` is `ok`, `degraded`, `standby` where another node serves, or `failing` when nobody is
/// answered; called for every request of `/healthz`.
pub type Health = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// Returns the metrics in the text form of Prometheus; called for every request of `/metrics`.
pub type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Reports a fault of the listener by its name, or (`None`) that it is over.
pub type StuckAlarm = Arc<dyn Fn(&'static str, Option<String>) + Send + Sync>;

/// Parts that the listener serves.
pub struct Site {
    /// Routes of the accounts. No two of them may share a path.
    pub routes: Vec<Router>,
    /// Paths that pages of other hosts may call, some with `{*rest}` at their end: their routes know themselves which pages.
    pub open: Vec<String>,
    /// The dashboard, which has every other path.
    pub dashboard: Option<Router>,
    /// Pass that other nodes show this one with the requests that they pass on; `None` where there are none.
    pub pass: Option<Pass>,
    /// Health of the program.
    pub health: Health,
    /// Metrics of the program.
    pub metrics: Metrics,
    /// Receiver of faults.
    pub alarm: StuckAlarm,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site")
            .field("routes", &self.routes.len())
            .finish_non_exhaustive()
    }
}

/// Opens the listener.
///
/// # Errors
/// [`ListenError`] when the address is in use or not this machine's.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ListenError { address, source })
}

/// Serves on a thread of its own until `shutdown`. The receiver learns when it has ended, or that it broke off.
///
/// # Errors
/// Fails when the machine gives no thread, or the listener can't move to it.
pub fn start(
    listener: TcpListener,
    served: Served,
    shutdown: CancellationToken,
) -> std::io::Result<oneshot::Receiver<()>> {
    let listener = listener.into_std()?;
    let program = Handle::current();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (ended, end) = oneshot::channel();
    std::thread::Builder::new()
        .name("web".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                match TcpListener::from_std(listener) {
                    Ok(listener) => {
                        serve(listener, served, program, shutdown).await;
                        let _ = ended.send(());
                    }
                    Err(error) => tracing::error!(%error, "the listener can't be used"),
                }
            });
        })?;
    Ok(end)
}

/// Serves the accounts' routes, in the runtime `program`, and the health until `shutdown`, and then what is under way.
async fn serve(listener: TcpListener, served: Served, program: Handle, shutdown: CancellationToken) {
    let alarm = |name, message| (served.now().alarm)(name, message);
    let connections = Connections::new(descriptors::connections_max());
    let under_way = TaskTracker::new();
    let mut accept_fails = false;
    loop {
        let (stream, peer) = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) if left_at_once(&error) => continue,
                Err(error) => {
                    if !accept_fails {
                        accept_fails = true;
                        let refuses = ComposedTexts::both().alert_web_refuses();
                        alarm("web/accept", Some(format!(
                            "{refuses}: {error}; where it is for too many open files, raise the limit (`ulimit -n`, LimitNOFILE= \
                             of systemd)"
                        )));
                    }
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        if accept_fails {
            accept_fails = false;
            alarm("web/accept", None);
        }
        let place = match connections.enter(peer.ip()) {
            Ok(place) => place,
            Err(refused) => {
                if connections.tell_refusal() {
                    alarm("web/connections", Some(too_many(refused, peer)));
                }
                // Never waits: it is a word on the way out, for whoever reads it.
                let _ = stream.try_write(BUSY);
                continue;
            }
        };
        if connections.tell_relief() {
            alarm("web/connections", None);
        }
        // Chat frames are small and each is waited for: Nagle's algorithm would hold them back.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "can't set TCP_NODELAY");
        }
        let connection = converse((stream, peer), served.clone(), program.clone(), shutdown.clone());
        under_way.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%peer, %error, "a connection ended");
            }
            drop(place);
        });
    }
    drop(listener);
    under_way.close();
    if tokio::time::timeout(SHUTDOWN_TIMEOUT, under_way.wait())
        .await
        .is_err()
    {
        tracing::debug!("some requests were under way at the end");
    }
}

/// Serves one connection: only HTTP/1.1, and WebSockets whose clients soon send something.
async fn converse(
    (stream, peer): (TcpStream, SocketAddr),
    served: Served,
    program: Handle,
    shutdown: CancellationToken,
) -> Result<(), hyper::Error> {
    let guarded = Guarded::new(stream);
    let upgraded = guarded.upgraded();
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let parts = served.now();
        let (program, upgraded) = (program.clone(), Arc::clone(&upgraded));
        let mut request = request.map(Body::new);
        let caller = standby_proxy::passed_on_for(request.headers(), parts.pass.as_ref());
        if parts.serves() {
            standby_proxy::forget_pass(request.headers_mut());
        }
        standby_proxy::note_caller(&mut request, caller.unwrap_or(peer.ip()));
        async move {
            let unrouted =
                unrouted::wants_websocket(request.headers()).then(|| request.uri().path().to_owned());
            let response = if matches!(
                request.uri().path(),
                HEALTH_PATH | HOLDER_PATH | LIVE_PATH | METRICS_PATH
            ) {
                answered(parts.health.clone().oneshot(request).await)
            } else if is_from_foreign_page(request.headers())
                && !parts.open.iter().any(|open| is_at(request.uri().path(), open))
            {
                // No platform and no program of the operator's is a page in a browser, and no route is for one.
                tracing::warn!("a request was refused: a page in a browser sent it, as its `Origin` says");
                empty(StatusCode::FORBIDDEN)
            } else {
                // In the program's runtime, and no longer than the caller waits.
                let task = AbortOnDropHandle::new(program.spawn(parts.routes.clone().oneshot(request)));
                // Where a handler broke off the log has where.
                task.await
                    .map_or_else(|_| empty(StatusCode::INTERNAL_SERVER_ERROR), answered)
            };
            if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                upgraded.store(true, std::sync::atomic::Ordering::Release);
            }
            if let Some(path) = unrouted.filter(|_| response.status() == StatusCode::NOT_FOUND) {
                parts.unrouted.tell(&path, std::time::Instant::now());
            }
            Ok::<_, Infallible>(response)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_TIMEOUT)
        .serve_connection(TokioIo::new(guarded), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return ended,
        () = shutdown.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}

/// `true` if a path is an open one, or below one that ends with `{*rest}`.
fn is_at(path: &str, open: &str) -> bool {
    match open.strip_suffix("{*rest}") {
        Some(above) => path.strip_prefix(above).is_some_and(|rest| !rest.is_empty()),
        None => path == open,
    }
}

fn answered(response: Result<Response<Body>, Infallible>) -> Response<Body> {
    match response {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Tells a balancer if this node serves.
fn answer_holder(health: &serde_json::Value) -> (StatusCode, &'static str) {
    if health["holder"] == serde_json::Value::Bool(false) {
        (StatusCode::SERVICE_UNAVAILABLE, "standby\n")
    } else {
        (StatusCode::OK, "holder\n")
    }
}

/// Tells whoever restarts programs if this one is stuck.
fn answer_live(health: &serde_json::Value) -> (StatusCode, &'static str) {
    let is_stuck = |alert: &serde_json::Value| {
        alert["name"]
            .as_str()
            .is_some_and(|name| STUCK_ALERTS.contains(&name))
    };
    let alerts = health["alerts"].as_array();
    if alerts.is_some_and(|alerts| alerts.iter().any(is_stuck)) {
        (StatusCode::SERVICE_UNAVAILABLE, "stuck\n")
    } else {
        (StatusCode::OK, "live\n")
    }
}

/// Returns the code that a monitor gets: 503 also while the program serves without one of its accounts, or without a part that broke
/// off.
fn health_code(health: &serde_json::Value) -> StatusCode {
    let mut accounts = health["accounts"].as_object().into_iter().flatten();
    let mut alerts = health["alerts"].as_array().into_iter().flatten();
    let is_away = |state: &serde_json::Value| state.as_str().is_some_and(|state| state != "connected");
    let lacks_a_part = accounts.any(|(_, account)| is_away(&account["state"]))
        || alerts.any(|alert| alert["name"] == "panic");
    match health["status"].as_str() {
        Some("ok" | "standby") => StatusCode::OK,
        Some("degraded") if !lacks_a_part => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn answer_health(
    health: Health,
    headers: HeaderMap,
) -> (StatusCode, [(header::HeaderName, &'static str); 1], String) {
    let mut health = health();
    let code = health_code(&health);
    if is_from_foreign_page(&headers) || !is_for_own_host(&headers) {
        // A monitor that calls a public name is told how the program is; names of accounts and words of alerts are for those who
        // call it as only its own network can.
        health = serde_json::json!({ "status": health["status"] });
    }
    (
        code,
        [(header::CONTENT_TYPE, "application/json")],
        health.to_string(),
    )
}

/// Tells the metrics to those who call as only the program's own network can: account names and what a desk does are for
/// nobody else.
async fn answer_metrics(
    metrics: Metrics,
    headers: HeaderMap,
) -> (StatusCode, [(header::HeaderName, &'static str); 1], String) {
    if is_from_foreign_page(&headers) || !is_for_own_host(&headers) {
        let why = "metrics are told to those who call an address, localhost or a name without a dot, as `http://groupdesk:8080/metrics`\n";
        return (
            StatusCode::FORBIDDEN,
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            why.to_owned(),
        );
    }
    (StatusCode::OK, [(header::CONTENT_TYPE, METRICS_TYPE)], metrics())
}

/// `true` if the caller went away between connecting and being accepted.
fn left_at_once(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

fn too_many(refused: Refused, peer: SocketAddr) -> String {
    match refused {
        Refused::Full { max } => ComposedTexts::both().alert_web_full(max),
        Refused::FullForPeer { max } => {
            ComposedTexts::both().alert_web_full_for_peer(&peer.ip().to_string(), max)
        }
    }
}

#[cfg(test)]
mod tests;
