//! An OpenAI-compatible server: its address, its key, requests to it, and what its refusals mean. Embeddings and chat
//! share it.

use groupdesk_contract::{Secret, in_both, stays_in_private_network};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};
use serde::Serialize;
use std::time::Duration;
use tokio::sync::Semaphore;

/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The most requests at the same time.
const CONCURRENT_REQUESTS_MAX: usize = 4;

/// One address of a server.
pub(crate) struct Server {
    client: Client,
    url: Url,
    key: Option<HeaderValue>,
    slots: Semaphore,
    /// The most bytes that are read of a response.
    largest: usize,
}

/// A request without a usable response.
#[derive(Debug)]
pub(crate) enum Failed {
    /// No answer, or none in time.
    Unreachable(String),
    /// A refusal, with the wait that the server asks for.
    Status(StatusCode, Option<Duration>),
    /// A response beyond all measure.
    TooLong(String),
}

impl Server {
    /// Makes a client for `path` below the address `base`, without a request yet.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub(crate) fn new(
        base: &str,
        path: &str,
        key: Option<&Secret>,
        timeout: Duration,
        largest: usize,
    ) -> Result<Self, String> {
        let wrong = format!("expected the address before /{path}, such as https://api.openai.com/v1");
        let url = Url::parse(&format!("{}/{path}", trimmed(base)))
            .map_err(|error| format!("`url`: {error}; {wrong}"))?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            return Err(format!("`url` is no address of a server; {wrong}"));
        }
        if url.password().is_some() {
            return Err("`url` holds a password; put it into `key`, which is never shown".to_owned());
        }
        let key = key.filter(|key| !key.is_empty());
        if key.is_some() && url.scheme() == "http" && !url.host_str().is_some_and(stays_in_private_network) {
            return Err(in_both(
                "`url` would carry the key in the open: write https://, or an address on this machine or a private network",
                "`url` 用 http:// 会把密钥明文传出去；请改用 https:// ，或本机、内网的地址",
            ));
        }
        let key = key.map(|key| {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
                .map_err(|_| "`key` holds characters that no header can carry".to_owned())?;
            value.set_sensitive(true);
            Ok::<_, String>(value)
        });
        Ok(Self {
            client: groupdesk_kit::client(timeout)?,
            url,
            key: key.transpose()?,
            slots: Semaphore::new(CONCURRENT_REQUESTS_MAX),
            largest,
        })
    }

    /// Sends a request and returns the body of the response. Waits for its turn.
    pub(crate) async fn post(&self, body: &(impl Serialize + Sync)) -> Result<Vec<u8>, Failed> {
        // Never closed: the error does not come.
        let _slot = self.slots.acquire().await;
        let mut request = self.client.post(self.url.clone()).json(body);
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, key.clone());
        }
        let answer = request.send().await.map_err(unreachable)?;
        if !answer.status().is_success() {
            return Err(Failed::Status(answer.status(), pause(answer.headers())));
        }
        self.body(answer).await
    }

    /// Reads the body, up to the largest size of a response.
    async fn body(&self, mut answer: Response) -> Result<Vec<u8>, Failed> {
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > self.largest {
                return Err(Failed::TooLong(format!(
                    "it is longer than {} MB",
                    self.largest >> 20
                )));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// Returns an address without the slashes at its end.
pub(crate) fn trimmed(base: &str) -> &str {
    base.trim_end_matches('/')
}

fn unreachable(error: reqwest::Error) -> Failed {
    Failed::Unreachable(groupdesk_kit::request_error_message(error))
}

/// Returns the words for an error status, with the settings below `setting` to look at; `kind` is the kind of model that is
/// wanted. The body is left out: servers repeat parts of keys and texts in it.
pub(crate) fn refusal(status: StatusCode, setting: &str, kind: &str) -> String {
    let what = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            format!("the key is refused: is `{setting}.key` right")
        }
        StatusCode::NOT_FOUND => format!("nothing is there: are `{setting}.url` and `model` right"),
        StatusCode::BAD_REQUEST => {
            format!("the request is refused: is `{setting}.model` a model for {kind}")
        }
        StatusCode::PAYMENT_REQUIRED => "the account has no credit".to_owned(),
        StatusCode::TOO_MANY_REQUESTS => "too many requests, or no credit".to_owned(),
        status if status.is_server_error() => "the server failed".to_owned(),
        status if status.is_redirection() => {
            "the server is somewhere else: put the address it sends to into `url`".to_owned()
        }
        _ => "not taken".to_owned(),
    };
    format!("{what} (HTTP {})", status.as_u16())
}

/// `true` for a refusal that passes by itself.
pub(crate) fn is_busy(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    )
}

/// Returns the wait that a server asks for: `Retry-After` in seconds, or OpenAI's header in milliseconds.
fn pause(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let milliseconds = number("retry-after-ms").map(Duration::from_millis);
    let pause = milliseconds.or_else(|| number(RETRY_AFTER.as_str()).map(Duration::from_secs))?;
    Some(pause.min(LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_over_plain_http_to_this_machine_and_private_networks_only() {
        let server = |base: &str, key: Option<&str>| {
            let key = key.map(|key| Secret::new(key.to_owned()));
            Server::new(base, "embeddings", key.as_ref(), Duration::from_secs(1), 1024).map(|_| ())
        };
        for near in [
            "http://127.0.0.1:8080/v1",
            "http://ollama:11434/v1",
            "http://10.0.0.7/v1",
            "https://api.example.com/v1",
        ] {
            assert!(server(near, Some("sk-1")).is_ok(), "{near}");
        }
        let told = server("http://api.example.com/v1", Some("sk-1")).unwrap_err();
        assert!(told.contains("https://") && !told.contains("sk-1"), "{told}");
        assert!(
            server("http://api.example.com/v1", None).is_ok(),
            "no key is carried"
        );
    }
}
