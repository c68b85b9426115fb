//! An OpenAI-compatible server: `POST {url}/embeddings`. OpenAI itself, and what speaks like it in one's own house (Ollama,
//! vLLM, text-embeddings-inference, llama.cpp, LocalAI).

mod wire;

use crate::{EmbedError, Embedder, EndpointSettings, Role};
use async_trait::async_trait;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode, Url};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Semaphore;

/// The most texts of one request at first. Some servers take fewer (text-embeddings-inference 32); the adapter learns that from
/// their refusal.
const BATCH: usize = 64;

/// The longest pause that a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The most requests at the same time.
const AT_ONCE: usize = 4;

/// The timeout of one request. [`crate::Heard`] gives messages less; a batch of the FAQ on a small machine without a GPU needs a
/// while.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The most bytes that are read of a response: 64 vectors of 4,096 numbers, written as text, are 6 MB.
const LARGEST: usize = 32 << 20;

/// An OpenAI-compatible server.
pub struct Endpoint {
    client: Client,
    url: Url,
    /// Server and model.
    model: String,
    /// The model's name on the server.
    name: String,
    key: Option<HeaderValue>,
    slots: Semaphore,
    /// The most texts that the server accepts at once, as far as is known.
    batch: AtomicUsize,
}

impl Endpoint {
    /// Makes a client for the server, without a request yet.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub fn new(settings: &EndpointSettings) -> Result<Self, String> {
        let wrong = "expected the address before /embeddings, such as https://api.openai.com/v1";
        let base = settings.url.trim_end_matches('/');
        let url =
            Url::parse(&format!("{base}/embeddings")).map_err(|error| format!("`url`: {error}; {wrong}"))?;
        if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
            return Err(format!("`url` is no address of a server; {wrong}"));
        }
        if url.password().is_some() {
            return Err("`url` holds a password; put it into `key`, which is never shown".to_owned());
        }
        let key = settings.key.as_ref().filter(|key| !key.is_empty()).map(|key| {
            let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
                .map_err(|_| "`key` holds characters that no header can carry".to_owned())?;
            value.set_sensitive(true);
            Ok::<_, String>(value)
        });
        Ok(Self {
            client: groupdesk_http::client(TIMEOUT)?,
            model: format!("{} {}", base, settings.model),
            url,
            name: settings.model.clone(),
            key: key.transpose()?,
            slots: Semaphore::new(AT_ONCE),
            batch: AtomicUsize::new(BATCH),
        })
    }

    async fn post(&self, texts: &[&str]) -> Result<Vec<u8>, EmbedError> {
        let mut request = self.client.post(self.url.clone()).json(&wire::Request {
            model: &self.name,
            input: texts,
            encoding_format: "float",
        });
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, key.clone());
        }
        let answer = request.send().await.map_err(unreachable)?;
        if !answer.status().is_success() {
            return Err(refusal(answer.status(), answer.headers()));
        }
        body(answer).await
    }
}

#[async_trait]
impl Embedder for Endpoint {
    fn model(&self) -> &str {
        &self.model
    }

    fn batch(&self) -> usize {
        self.batch.load(Ordering::Relaxed)
    }

    fn costly(&self) -> bool {
        true
    }

    async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        // Never closed: the error does not come.
        let _slot = self.slots.acquire().await;
        let answer = self.post(texts).await;
        if matches!(answer, Err(EmbedError::TooLarge(_))) {
            self.batch.fetch_min((texts.len() / 2).max(1), Ordering::Relaxed);
        }
        let body = answer?;
        wire::vectors(&body, texts.len()).map_err(EmbedError::Nonsense)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("model", &self.model)
            .finish_non_exhaustive()
    }
}

/// Reads the body, up to the largest size of a response.
async fn body(mut answer: Response) -> Result<Vec<u8>, EmbedError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(EmbedError::Nonsense(format!(
                "it is longer than {} MB",
                LARGEST >> 20
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn unreachable(error: reqwest::Error) -> EmbedError {
    EmbedError::Unreachable(groupdesk_http::words(error))
}

/// Maps an error status to an error. The body is left out: servers repeat parts of keys and texts in it.
fn refusal(status: StatusCode, headers: &HeaderMap) -> EmbedError {
    let what = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "the key is refused: is `semantic.endpoint.key` right"
        }
        StatusCode::NOT_FOUND => "nothing is there: are `semantic.endpoint.url` and `model` right",
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => {
            "the server does not take so many texts at once, or `semantic.endpoint.model` is no model for embeddings"
        }
        StatusCode::BAD_REQUEST => {
            "the request is refused: is `semantic.endpoint.model` a model for embeddings"
        }
        StatusCode::PAYMENT_REQUIRED => "the account has no credit",
        StatusCode::TOO_MANY_REQUESTS => "too many requests, or no credit",
        status if status.is_server_error() => "the server failed",
        status if status.is_redirection() => {
            "the server is somewhere else: put the address it sends to into `url`"
        }
        _ => "not taken",
    };
    let reason = format!("{what} (HTTP {})", status.as_u16());
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => EmbedError::Busy {
            reason,
            after: pause(headers),
        },
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => EmbedError::TooLarge(reason),
        _ => EmbedError::Refused(reason),
    }
}

/// Returns the wait that a server asks for: `Retry-After` in seconds, or OpenAI's header in milliseconds.
fn pause(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    let milliseconds = number("retry-after-ms").map(Duration::from_millis);
    let pause = milliseconds.or_else(|| number(RETRY_AFTER.as_str()).map(Duration::from_secs))?;
    Some(pause.min(LONGEST_PAUSE))
}
