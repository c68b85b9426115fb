//! A client for JSON over HTTP with a key in a header, as GitHub, Chatwoot, Zammad and HubSpot want it.

use crate::api_error::{Answer, ApiError, Effect, Hint, unanswered};
use crate::settings::ApiUrl;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use groupdesk_contract::{Clock, FileBytes};
use reqwest::RequestBuilder;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// The longest answer that is read.
const MAX_ANSWER_BYTES: usize = 32 * 1024 * 1024;

/// The largest file that is passed on.
const MAX_FILE_BYTES: usize = 10 << 20;

/// A way to a system.
pub(crate) struct Rest {
    system: &'static str,
    client: reqwest::Client,
    base: String,
    /// Headers of every request, the key among them.
    headers: HeaderMap,
    hint: Hint,
    clock: Arc<dyn Clock>,
}

impl Rest {
    /// Makes a client for the API at `base`.
    ///
    /// # Errors
    /// A sentence for the operator, if the key is no text for a header or no HTTP client can be made.
    pub(crate) fn new(
        system: &'static str,
        base: &ApiUrl,
        key: (HeaderName, String),
        timeout: Duration,
        hint: Hint,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let (name, value) = key;
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| "`token` has characters that no token has".to_owned())?;
        value.set_sensitive(true);
        Ok(Self {
            system,
            client: groupdesk_kit::client(timeout)?,
            base: base.as_str().to_owned(),
            headers: HeaderMap::from_iter([(name, value)]),
            hint,
            clock,
        })
    }

    /// Sends these headers with every request too.
    pub(crate) fn with_headers(
        mut self,
        headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
    ) -> Self {
        self.headers.extend(headers);
        self
    }

    /// Makes a request without effects whose answer is 304 if what is there still has this ETag.
    pub(crate) async fn get_unless(&self, path: &str, etag: Option<&str>) -> Result<Answer, ApiError> {
        let etag = etag.and_then(|etag| HeaderValue::from_str(etag).ok());
        let more = etag.map(|etag| (header::IF_NONE_MATCH, etag));
        self.send(
            Effect::Harmless,
            self.request(Method::GET, path)
                .headers(HeaderMap::from_iter(more)),
        )
        .await
    }

    /// Makes a request without effects.
    pub(crate) async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Answer, ApiError> {
        self.ask(Method::GET, Effect::Harmless, path, query, None).await
    }

    /// Asks in a body.
    pub(crate) async fn look(&self, path: &str, body: &Value) -> Result<Answer, ApiError> {
        self.ask(Method::POST, Effect::Harmless, path, &[], Some(body))
            .await
    }

    /// Makes something new.
    pub(crate) async fn make(&self, path: &str, body: &Value) -> Result<Answer, ApiError> {
        self.ask(Method::POST, Effect::Makes, path, &[], Some(body)).await
    }

    /// Fetches a file.
    ///
    /// # Errors
    /// The reason, in a sentence for an admin.
    pub(crate) async fn download(&self, path: &str) -> Result<FileBytes, String> {
        let asked = self.ask(Method::GET, Effect::Harmless, path, &[], None).await;
        let answer = asked.map_err(|trouble| trouble.reason().to_owned())?;
        if answer.body.len() > MAX_FILE_BYTES {
            return Err(format!("the file is larger than {} MiB", MAX_FILE_BYTES >> 20));
        }
        let kind = answer
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
        Ok(FileBytes {
            kind: kind.trim().to_ascii_lowercase(),
            bytes: answer.body,
        })
    }

    async fn ask(
        &self,
        method: Method,
        effect: Effect,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Result<Answer, ApiError> {
        let mut request = self.request(method, path).query(query);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.send(effect, request).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .headers(self.headers.clone())
    }

    async fn send(&self, effect: Effect, request: RequestBuilder) -> Result<Answer, ApiError> {
        let lost = |error: reqwest::Error| unanswered(self.system, effect, &error);
        let mut response = request.send().await.map_err(lost)?;
        let mut whole = Vec::new();
        while let Some(part) = response.chunk().await.map_err(lost)? {
            whole.extend_from_slice(&part);
            if whole.len() > MAX_ANSWER_BYTES {
                break;
            }
        }
        let answer = Answer {
            status: response.status(),
            headers: response.headers().clone(),
            body: whole,
            effect,
        };
        answer.judged(self.system, self.hint, self.clock.now())
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}
