//! Fetches pictures and files from addresses that strangers wrote, and never from the operator's own network, unless the settings
//! allow that: not by a literal address in any spelling, not by a name that resolves to one (the connection goes to the very
//! address that was checked, so that a second answer of the name server changes nothing), and not by a redirect.

use groupdesk_contract::{FileUrl, PrivateHosts, is_private_answer, is_private_host};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::{Client, Response, Url};
use std::fmt;
use std::net::SocketAddr;
use std::time::Duration;

/// The most redirects that are followed; each is checked like the first address.
const MAX_REDIRECTS: usize = 3;
/// The longest wait for a name server.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// A client for addresses that strangers wrote.
pub struct Fetcher {
    client: Client,
    allowed: PrivateHosts,
}

/// A file from the web.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The media type that the server names, without parameters; empty if it names none.
    pub kind: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} bytes", self.kind, self.bytes.len())
    }
}

impl Fetcher {
    /// A client whose requests may take `timeout` each, and which may reach the `allowed` part of the operator's own network.
    ///
    /// # Errors
    /// A sentence for the operator, if TLS can't be set up.
    pub fn new(timeout: Duration, allowed: PrivateHosts) -> Result<Self, String> {
        let resolver = PublicOnly(allowed.clone());
        // A proxy would resolve names by itself, where nobody checks what they name.
        let client = crate::builder(timeout)?
            .no_proxy()
            .dns_resolver(resolver)
            .build()
            .map_err(|error| format!("no HTTP client: {error}"))?;
        Ok(Self { client, allowed })
    }

    /// Tells whether nothing is fetched from `url` because of how its host is spelled; a name may still resolve to a private
    /// address.
    pub fn refuses(&self, url: &str) -> bool {
        match FileUrl::parse(url) {
            Ok(FileUrl::Web(url)) => is_private_host(&url) && !self.allowed.allow_host(&url),
            _ => true,
        }
    }

    /// The file at `url`, which must have at most `max_bytes`.
    ///
    /// # Errors
    /// The reason, in a sentence for an admin, without the address.
    pub async fn get(&self, url: &str, max_bytes: usize) -> Result<Fetched, String> {
        let response = self.answer(url).await?;
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()?.split(';').next());
        let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
        let bytes = crate::body(response, max_bytes)
            .await
            .map_err(|error| error.to_string())?;
        Ok(Fetched { kind, bytes })
    }

    async fn answer(&self, url: &str) -> Result<Response, String> {
        let mut url = match FileUrl::parse(url) {
            Ok(FileUrl::Web(url)) => url,
            Ok(_) => return Err("it is no address on the web".to_owned()),
            Err(error) => return Err(error.to_string()),
        };
        for _ in 0..=MAX_REDIRECTS {
            // A literal address is never resolved, so that it is looked at here.
            if is_private_host(&url) && !self.allowed.allow_host(&url) {
                return Err(OWN_NETWORK.to_owned());
            }
            let response = self.client.get(url.clone()).send().await.map_err(error_message)?;
            let status = response.status();
            if status.is_success() {
                return Ok(response);
            }
            let next = response
                .headers()
                .get(LOCATION)
                .filter(|_| status.is_redirection());
            let Some(next) = next else {
                return Err(format!("HTTP {}", status.as_u16()));
            };
            url = next
                .to_str()
                .ok()
                .and_then(|next| url.join(next).ok())
                .filter(|next| matches!(FileUrl::parse(next.as_str()), Ok(FileUrl::Web(_))))
                .ok_or("it redirects to something that is no address on the web")?;
        }
        Err(format!("it redirects more than {MAX_REDIRECTS} times"))
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetcher")
            .field("allowed", &self.allowed)
            .finish_non_exhaustive()
    }
}

/// The reason given when an address lies in a private network.
const OWN_NETWORK: &str = "it lies in a private network or on this machine: `connection.private_hosts` names the hosts of your own network that may be fetched from";

/// The error of a name that resolves to a private address.
#[derive(Debug, thiserror::Error)]
#[error("{OWN_NETWORK}")]
struct OwnNetwork;

fn error_message(error: reqwest::Error) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if inner.is::<OwnNetwork>() {
            return OWN_NETWORK.to_owned();
        }
        cause = inner.source();
    }
    crate::request_error_message(error)
}

/// Resolves names, and leaves out what is not on the public internet.
struct PublicOnly(PrivateHosts);

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let found = resolve(name.as_str()).await?;
            let public: Vec<SocketAddr> = found
                .into_iter()
                .filter(|found| {
                    !is_private_answer(found.ip()) || allowed.allow(Some(name.as_str()), found.ip())
                })
                .collect();
            match public.is_empty() {
                true => Err(OwnNetwork.into()),
                false => Ok(Box::new(public.into_iter()) as Addrs),
            }
        })
    }
}

async fn resolve(name: &str) -> std::io::Result<Vec<SocketAddr>> {
    let found = tokio::time::timeout(RESOLVE_TIMEOUT, tokio::net::lookup_host((name, 0))).await;
    found.map_or_else(
        |_| Err(std::io::ErrorKind::TimedOut.into()),
        |found| found.map(Iterator::collect),
    )
}

/// Tells why a program of the operator's must not be sent to fetch from `url`: the host is private by its spelling, or its name
/// resolves to an address of a private network. A name that can't be resolved here is left to the other program.
pub async fn private_reason(url: &Url, allowed: &PrivateHosts) -> Option<&'static str> {
    if allowed.allow_host(url) {
        return None;
    }
    if is_private_host(url) {
        return Some(OWN_NETWORK);
    }
    let name = url.domain()?;
    let found = resolve(name).await.ok()?;
    let is_private =
        |found: &SocketAddr| is_private_answer(found.ip()) && !allowed.allow(Some(name), found.ip());
    found.iter().any(is_private).then_some(OWN_NETWORK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// A server on loopback that counts its requests and gives a fixed answer.
    async fn server(answer: &'static str) -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let visits = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&visits);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                seen.fetch_add(1, Ordering::SeqCst);
                let mut head = [0; 2048];
                let _ = socket.read(&mut head).await;
                let _ = socket.write_all(answer.as_bytes()).await;
            }
        });
        (port, visits)
    }

    fn fetcher(allowed: &[&str]) -> Fetcher {
        let allowed = allowed.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>();
        let allowed = serde_json::from_value(serde_json::json!(allowed)).unwrap();
        Fetcher::new(Duration::from_secs(5), allowed).unwrap()
    }

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: Image/PNG; x=y\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabc";

    #[tokio::test]
    async fn this_machine_is_not_reached_by_any_spelling_or_name() {
        let (port, visits) = server(OK).await;
        let fetcher = fetcher(&[]);
        for host in [
            "127.0.0.1",
            "localhost",
            "0x7f.1",
            "2130706433",
            "0177.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "0",
        ] {
            let error = fetcher
                .get(&format!("http://{host}:{port}/"), 99)
                .await
                .unwrap_err();
            assert!(error.contains("private_hosts"), "{host}: {error}");
        }
        // A name that is public by its spelling and resolves to this machine, as the resolver sees it.
        let looked_up = PublicOnly(PrivateHosts::default())
            .resolve("localhost".parse().unwrap())
            .await;
        assert!(looked_up.is_err_and(|error| error.is::<OwnNetwork>()));
        assert!(fetcher.get("file:///etc/passwd", 99).await.is_err());
        assert_eq!(visits.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn what_is_allowed_is_fetched_within_its_limit_and_no_redirect_leads_further() {
        let (port, _) = server(OK).await;
        let localhost = fetcher(&["localhost"]);
        let found = localhost
            .get(&format!("http://localhost:{port}/"), 3)
            .await
            .unwrap();
        assert_eq!(
            (found.kind.as_str(), found.bytes.as_slice()),
            ("image/png", &b"abc"[..])
        );
        let error = localhost
            .get(&format!("http://localhost:{port}/"), 2)
            .await
            .unwrap_err();
        assert!(error.contains("larger"), "{error}");

        let (inner, visits) = server(OK).await;
        let to_loopback: &'static str = Box::leak(
            format!("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{inner}/\r\ncontent-length: 0\r\n\r\n")
                .into_boxed_str(),
        );
        let (outer, _) = server(to_loopback).await;
        let error = localhost
            .get(&format!("http://localhost:{outer}/"), 99)
            .await
            .unwrap_err();
        assert!(error.contains("private_hosts"), "{error}");
        assert_eq!(visits.load(Ordering::SeqCst), 0);

        let (port, _) =
            server("HTTP/1.1 302 Found\r\nlocation: file:///etc/passwd\r\ncontent-length: 0\r\n\r\n").await;
        let error = localhost
            .get(&format!("http://localhost:{port}/"), 99)
            .await
            .unwrap_err();
        assert!(error.contains("redirects to something"), "{error}");
        let (port, visits) =
            server("HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                .await;
        let error = localhost
            .get(&format!("http://localhost:{port}/"), 99)
            .await
            .unwrap_err();
        assert!(error.contains("more than"), "{error}");
        assert_eq!(visits.load(Ordering::SeqCst), 1 + MAX_REDIRECTS);
    }

    #[tokio::test]
    async fn another_program_is_not_sent_into_the_own_network() {
        let reason = async |url: &str, allowed: &[&str]| {
            private_reason(&url.parse().unwrap(), &fetcher(allowed).allowed).await
        };
        assert!(reason("http://127.0.0.1:22/", &[]).await.is_some());
        assert!(reason("http://nas/", &[]).await.is_some());
        assert!(reason("http://nas/", &["nas"]).await.is_none());
        assert!(reason("http://8.8.8.8/", &[]).await.is_none());
    }
}
