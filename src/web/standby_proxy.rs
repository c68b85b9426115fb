//! A standby passes on what it is asked: requests, streams and WebSockets go to the node that holds the desk, with a header that says
//! for whom. A request waits a little while nobody holds the desk; one that was passed on before is never passed on again.

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONNECTION, EXPECT, HeaderName, HeaderValue, RETRY_AFTER, UPGRADE};
use axum::http::{HeaderMap, Request, Response, StatusCode, Version};
use futures_util::StreamExt;
use groupdesk_contract::{Peer, Secret};
use groupdesk_dashboard::PeerAddress;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::net::IpAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Header of a request that a standby passed on: the holder's pass, and the address of the caller.
const PASSED_ON: HeaderName = HeaderName::from_static("x-groupdesk-passed-on");

/// Time for which a request waits while nobody holds the desk, or its holder can't be reached.
const HOLDER_TIMEOUT: Duration = Duration::from_secs(4);

/// Pause before a holder that could not be reached is tried again.
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// Timeout for connecting to the holder.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1_500);

/// Seconds after which a caller may try again.
const TRY_AGAIN: HeaderValue = HeaderValue::from_static("2");

/// Headers that concern one connection, and not what goes through it (RFC 9110, 7.6.1).
const OF_CONNECTION: [HeaderName; 8] = [
    CONNECTION,
    UPGRADE,
    EXPECT,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("te"),
    HeaderName::from_static("trailer"),
    HeaderName::from_static("transfer-encoding"),
];

/// A secret that another node shows this one, so that it is believed whose request it passes on.
#[derive(Debug, Clone)]
pub struct Pass(pub Secret);

/// The node that holds the desk, as a standby knows it.
#[derive(Debug, Clone, Default)]
pub enum Holder {
    /// Nobody, or it is not known yet.
    #[default]
    Nobody,
    /// A node that names no address.
    Unreachable,
    /// A node with an address.
    At(Upstream),
}

/// A node to which requests are passed on.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// Name or address with a port.
    pub address: String,
    /// Pass that it wants to be shown.
    pub pass: Pass,
    /// Cancelled when it no longer holds the desk: streams through this node end then, and their clients come again.
    pub over: CancellationToken,
}

/// Passes requests on.
#[derive(Debug, Clone)]
pub(super) struct PassOn {
    holder: watch::Receiver<Holder>,
    here: watch::Receiver<Option<Here>>,
}

/// Routes of this node, once it holds the desk.
#[derive(Debug, Clone)]
pub(super) struct Here {
    pub(super) routes: Router,
    pub(super) pass: Option<Pass>,
}

/// Reason for which a request was not answered by the holder.
#[derive(Debug)]
enum Failed {
    /// It never left; here it is.
    NotSent(Box<Request<Body>>),
    /// It may have arrived.
    Lost,
}

/// Reads who a request was passed on for. `None` if nobody passed it on, or whoever did is not believed. Nobody else sees the header.
pub(super) fn passed_on_for(headers: &HeaderMap, pass: Option<&Pass>) -> Option<IpAddr> {
    let (shown, caller) = headers.get(PASSED_ON)?.to_str().ok()?.split_once(' ')?;
    let Pass(pass) = pass?;
    (!pass.is_empty() && pass.matches(shown)).then(|| caller.parse().ok())?
}

/// Notes in a request who sent it, for the accounts and for the dashboard.
pub(super) fn note_caller(request: &mut Request<Body>, caller: IpAddr) {
    request.extensions_mut().insert(Peer(caller));
    request.extensions_mut().insert(PeerAddress(caller));
}

/// Takes the header away that only nodes may read.
pub(super) fn forget_pass(headers: &mut HeaderMap) {
    headers.remove(PASSED_ON);
}

impl PassOn {
    pub(super) fn new(holder: watch::Receiver<Holder>, here: watch::Receiver<Option<Here>>) -> Self {
        Self { holder, here }
    }

    /// Returns a router that passes everything on.
    pub(super) fn router(self) -> Router {
        Router::new().fallback(move |request: Request<Body>| self.clone().answer(request))
    }

    async fn answer(mut self, mut request: Request<Body>) -> Response<Body> {
        let may_pass_on = !request.headers().contains_key(PASSED_ON);
        let until = Instant::now() + HOLDER_TIMEOUT;
        loop {
            let here = self.here.borrow_and_update().clone();
            if let Some(here) = here {
                // This node has taken the desk meanwhile.
                if let Some(caller) = passed_on_for(request.headers(), here.pass.as_ref()) {
                    note_caller(&mut request, caller);
                }
                forget_pass(request.headers_mut());
                return match here.routes.oneshot(request).await {
                    Ok(response) => response,
                    Err(never) => match never {},
                };
            }
            let holder = self.holder.borrow_and_update().clone();
            match holder {
                Holder::At(holder) if may_pass_on => match pass(request, &holder).await {
                    Ok(response) => return response,
                    Err(Failed::NotSent(back)) => request = *back,
                    Err(Failed::Lost) => return later(StatusCode::BAD_GATEWAY),
                },
                Holder::Unreachable => return later(StatusCode::SERVICE_UNAVAILABLE),
                Holder::At(_) | Holder::Nobody => {}
            }
            if Instant::now() + RETRY_DELAY >= until {
                return later(StatusCode::SERVICE_UNAVAILABLE);
            }
            tokio::select! {
                _ = self.holder.changed() => {}
                _ = self.here.changed() => {}
                () = tokio::time::sleep(RETRY_DELAY) => {}
            }
        }
    }
}

/// Asks the caller to come again.
fn later(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from("no node serves here at the moment\n"));
    *response.status_mut() = status;
    response.headers_mut().insert(RETRY_AFTER, TRY_AGAIN);
    response
}

/// Passes a request on, and returns the answer, of which the body is still under way.
async fn pass(request: Request<Body>, holder: &Upstream) -> Result<Response<Body>, Failed> {
    let connecting = async {
        let stream = TcpStream::connect(&*holder.address).await?;
        stream.set_nodelay(true)?;
        std::io::Result::Ok(stream)
    };
    let stream = match tokio::time::timeout(CONNECT_TIMEOUT, connecting).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => {
            tracing::debug!(holder = holder.address, %error, "the holder can't be reached");
            return Err(Failed::NotSent(Box::new(request)));
        }
        Err(_) => return Err(Failed::NotSent(Box::new(request))),
    };
    let Ok((mut sender, connection)) = http1::handshake(TokioIo::new(stream)).await else {
        return Err(Failed::NotSent(Box::new(request)));
    };
    let over = holder.over.clone();
    tokio::spawn(async move {
        // It ends with its one answer; what went wrong is told to whoever waits for that.
        let _ = connection.with_upgrades().await;
    });
    let (request, client) = prepared(request, &holder.pass);
    let mut response = tokio::select! {
        answered = sender.send_request(request) => match answered {
            Ok(response) => response,
            Err(error) => {
                tracing::debug!(holder = holder.address, %error, "the holder did not answer");
                return Err(Failed::Lost);
            }
        },
        () = over.cancelled() => return Err(Failed::Lost),
    };
    let switches = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    if switches && let Some(client) = client {
        join(client, hyper::upgrade::on(&mut response), over);
        return Ok(response.map(Body::new));
    }
    strip(response.headers_mut(), false);
    let (mut parts, body) = response.into_parts();
    parts.version = Version::HTTP_11;
    let body = Body::new(body).into_data_stream();
    Ok(Response::from_parts(
        parts,
        Body::from_stream(body.take_until(over.cancelled_owned())),
    ))
}

/// Makes of a request what goes to the holder, and of its connection what a WebSocket goes over.
fn prepared(
    mut request: Request<Body>,
    Pass(pass): &Pass,
) -> (Request<Body>, Option<hyper::upgrade::OnUpgrade>) {
    let upgrade = request.headers().contains_key(UPGRADE);
    let client = upgrade.then(|| hyper::upgrade::on(&mut request));
    let caller = request.extensions().get::<Peer>().map(|Peer(peer)| *peer);
    strip(request.headers_mut(), upgrade);
    let shown = caller.map(|caller| format!("{} {caller}", pass.expose()));
    // The header is there in any case, so that no node passes it on again.
    let shown = shown.and_then(|shown| HeaderValue::from_str(&shown).ok());
    let mut shown = shown.unwrap_or_else(|| HeaderValue::from_static("-"));
    shown.set_sensitive(true);
    request.headers_mut().insert(PASSED_ON, shown);
    // The holder is asked for a path; its name stays that which the caller called.
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    if let Ok(path) = path.parse() {
        *request.uri_mut() = path;
    }
    *request.version_mut() = Version::HTTP_11;
    (request, client)
}

/// Takes away what concerns one connection alone; that it becomes another protocol's is said anew.
fn strip(headers: &mut HeaderMap, upgrade: bool) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let protocol = headers.get(UPGRADE).cloned().filter(|_| upgrade);
    for name in named.iter().chain(&OF_CONNECTION) {
        headers.remove(name);
    }
    if let Some(protocol) = protocol {
        headers.insert(UPGRADE, protocol);
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    }
}

/// Joins both sides of a WebSocket until one of them ends, or the holder is another.
fn join(client: hyper::upgrade::OnUpgrade, holder: hyper::upgrade::OnUpgrade, over: CancellationToken) {
    tokio::spawn(async move {
        let sides = async { tokio::try_join!(client, holder) };
        let Ok(Ok((client, holder))) = tokio::time::timeout(HOLDER_TIMEOUT, sides).await else {
            return;
        };
        let (mut client, mut holder) = (TokioIo::new(client), TokioIo::new(holder));
        let joined = tokio::io::copy_bidirectional(&mut client, &mut holder);
        tokio::select! {
            ended = joined => if let Err(error) = ended {
                tracing::debug!(%error, "a connection that was passed on ended");
            },
            () = over.cancelled() => tracing::debug!("a connection that was passed on ends with its holder"),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_is_believed_with_the_pass_alone_and_what_concerns_a_connection_stays_with_it() {
        let pass = Pass(Secret::new("right"));
        let headers = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(PASSED_ON, HeaderValue::from_static(value));
            headers
        };
        let named = headers("right 203.0.113.9");
        assert_eq!(passed_on_for(&named, Some(&pass)), "203.0.113.9".parse().ok());
        for (value, pass) in [
            ("wrong 203.0.113.9", Some(&pass)),
            ("right", Some(&pass)),
            ("right nobody", Some(&pass)),
            ("right 203.0.113.9", None),
            (" 203.0.113.9", Some(&Pass(Secret::new("")))),
        ] {
            assert_eq!(passed_on_for(&headers(value), pass), None, "{value}");
        }

        let request = Request::builder()
            .uri("http://desk.example/hook?x=1")
            .header("connection", "keep-alive, x-mine, Upgrade")
            .header("upgrade", "websocket")
            .header("x-mine", "1")
            .header("transfer-encoding", "chunked")
            .header("host", "desk.example")
            .header(PASSED_ON, "what somebody made up")
            .extension(Peer([192, 0, 2, 1].into()))
            .body(Body::empty())
            .unwrap();
        let (request, client) = prepared(request, &pass);
        assert!(client.is_some());
        let shown: Vec<(&str, &str)> = request
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        let mut sorted = shown.clone();
        sorted.sort_unstable();
        assert_eq!(
            sorted,
            [
                ("connection", "upgrade"),
                ("host", "desk.example"),
                ("upgrade", "websocket"),
                ("x-groupdesk-passed-on", "right 192.0.2.1"),
            ]
        );
        assert_eq!(request.uri(), "/hook?x=1");
    }
}
