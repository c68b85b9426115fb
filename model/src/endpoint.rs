//! An OpenAI-compatible server: `POST {url}/embeddings`. OpenAI itself, and what speaks like it in one's own house (Ollama,
//! vLLM, text-embeddings-inference, llama.cpp, LocalAI).

mod wire;

use crate::server::{Failed, Server, is_busy, refusal, trimmed};
use crate::{EmbedError, Embedder, EndpointSettings, Role};
use async_trait::async_trait;
use reqwest::StatusCode;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// The most texts of one request at first. Some servers take fewer (text-embeddings-inference 32); the adapter learns that from
/// their refusal.
const BATCH_TEXTS_MAX: usize = 64;

/// The timeout of one request. [`crate::EmbeddingCache`] gives messages less; a batch of the FAQ on a small machine without a GPU needs a
/// while.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The most bytes that are read of a response: 64 vectors of 4,096 numbers, written as text, are 6 MB.
const RESPONSE_MAX_BYTES: usize = 32 << 20;

/// An OpenAI-compatible server.
pub struct Endpoint {
    server: Server,
    /// Server and model.
    model: String,
    /// The model's name on the server.
    name: String,
    /// The most texts that the server accepts at once, as far as is known.
    batch: AtomicUsize,
}

impl Endpoint {
    /// Makes a client for the server, without a request yet.
    ///
    /// # Errors
    /// The unusable setting, in a sentence for the operator, without the key.
    pub fn new(settings: &EndpointSettings) -> Result<Self, String> {
        Ok(Self {
            server: Server::new(
                &settings.url,
                "embeddings",
                settings.key.as_ref(),
                TIMEOUT,
                RESPONSE_MAX_BYTES,
            )?,
            model: format!("{} {}", trimmed(&settings.url), settings.model),
            name: settings.model.clone(),
            batch: AtomicUsize::new(BATCH_TEXTS_MAX),
        })
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
        let request = wire::Request {
            model: &self.name,
            input: texts,
            encoding_format: "float",
        };
        let answer = self.server.post(&request).await.map_err(error);
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

fn error(failed: Failed) -> EmbedError {
    let (status, pause) = match failed {
        Failed::Unreachable(why) => return EmbedError::Unreachable(why),
        Failed::TooLong(why) => return EmbedError::Nonsense(why),
        Failed::Status(status, pause) => (status, pause),
    };
    match status {
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY => EmbedError::TooLarge(format!(
            "the server does not take so many texts at once, or `semantic.endpoint.model` is no model for embeddings (HTTP {})",
            status.as_u16()
        )),
        status if is_busy(status) => EmbedError::Busy {
            reason: refusal(status, "semantic.endpoint", "embeddings"),
            after: pause,
        },
        status => EmbedError::Refused(refusal(status, "semantic.endpoint", "embeddings")),
    }
}
