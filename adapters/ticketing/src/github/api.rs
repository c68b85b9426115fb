//! Requests to GitHub by octocrab, over the HTTP client that every adapter uses. Its typed calls drop the response's headers,
//! which hold the end of a rate limit and the ETag of a list; so its plain ones are used.

use crate::api_error::{Answer, ApiError, Effect, Hint, unanswered};
use crate::settings::GitHubSettings;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use groupdesk_contract::{Clock, Secret};
use http_body_util::{BodyExt, Limited};
use octocrab::{Octocrab, OctocrabBuilder};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use tokio::sync::OnceCell;

const SYSTEM: &str = "GitHub";
/// The longest answer that is read.
const LONGEST: usize = 32 * 1024 * 1024;

/// A way to GitHub.
pub(super) struct Api {
    client: reqwest::Client,
    base: String,
    token: Secret,
    clock: Arc<dyn Clock>,
    /// Made at the first request: octocrab starts a task, which needs a runtime.
    crab: OnceCell<Octocrab>,
}

impl Api {
    pub(super) fn new(settings: &GitHubSettings, clock: Arc<dyn Clock>) -> Result<Self, String> {
        Ok(Self {
            client: groupdesk_kit::client(settings.timeout.0)?,
            base: settings.api_url.as_str().to_owned(),
            token: settings.token.clone(),
            clock,
            crab: OnceCell::new(),
        })
    }

    /// Looks at `route`; with a tag, the answer may be 304.
    pub(super) async fn get(&self, route: &str, tag: Option<&str>) -> Result<Answer, ApiError> {
        let mut headers = HeaderMap::new();
        if let Some(tag) = tag.and_then(|tag| HeaderValue::from_str(tag).ok()) {
            headers.insert(header::IF_NONE_MATCH, tag);
        }
        let crab = self.crab().await?;
        let answer = crab._get_with_headers(route, Some(headers)).await;
        self.answer(Effect::Harmless, answer).await
    }

    /// Makes something new at `route`.
    pub(super) async fn post(&self, route: &str, body: &Value) -> Result<Answer, ApiError> {
        let crab = self.crab().await?;
        let answer = crab._post(route, Some(body)).await;
        self.answer(Effect::Makes, answer).await
    }

    async fn crab(&self) -> Result<&Octocrab, ApiError> {
        let build = async || {
            OctocrabBuilder::new()
                .base_uri(self.base.as_str())?
                .personal_token(self.token.expose().to_owned())
                .add_header(
                    header::HeaderName::from_static("x-github-api-version"),
                    "2022-11-28".to_owned(),
                )
                .build_with_reqwest(self.client.clone())
        };
        self.crab
            .get_or_try_init(build)
            .await
            .map_err(|_: octocrab::Error| {
                ApiError::Refused(
                    "GitHub: the address or the token can't be used; see `api_url` and `token`".to_owned(),
                )
            })
    }

    async fn answer<B>(
        &self,
        effect: Effect,
        answer: Result<axum::http::Response<B>, octocrab::Error>,
    ) -> Result<Answer, ApiError>
    where
        B: axum::body::HttpBody,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (parts, body) = answer
            .map_err(|error| unanswered(SYSTEM, effect, &error))?
            .into_parts();
        let body = Limited::new(body, LONGEST)
            .collect()
            .await
            .map_err(|error| unanswered(SYSTEM, effect, error.as_ref()))?;
        let answer = Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes().to_vec(),
            effect,
        };
        answer.judged(SYSTEM, HINT, self.clock.now())
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

const HINT: Hint = |status| match status {
    StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT | StatusCode::TEMPORARY_REDIRECT => {
        "the repository has another name now; write that in `repository`"
    }
    StatusCode::UNAUTHORIZED => "the token isn't accepted; make a new one and put it in `token`",
    StatusCode::FORBIDDEN => "the token may not do this; give it Issues: read and write for the repository",
    StatusCode::NOT_FOUND => {
        "there is no such repository or issue, or the token may not see it; check `repository`"
    }
    StatusCode::GONE => "issues are switched off for the repository, or the issue was deleted",
    StatusCode::UNPROCESSABLE_ENTITY => "the repository takes no such issue; check `labels`",
    _ => "",
};
