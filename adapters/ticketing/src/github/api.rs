//! Requests to GitHub's REST API.

use crate::api_error::{Answer, ApiError, Hint};
use crate::rest::Rest;
use crate::settings::GitHubSettings;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use groupdesk_contract::Clock;
use serde_json::Value;
use std::sync::Arc;

const SYSTEM: &str = "GitHub";

/// Version of the API that the requests are written for.
const API_VERSION: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-github-api-version"),
    HeaderValue::from_static("2022-11-28"),
);

const ACCEPT: (HeaderName, HeaderValue) = (
    header::ACCEPT,
    HeaderValue::from_static("application/vnd.github+json"),
);

/// Client of GitHub.
#[derive(Debug)]
pub(super) struct Api {
    rest: Rest,
}

impl Api {
    /// Makes a client for the server and the token of the settings.
    ///
    /// # Errors
    /// A sentence for the operator, if the token is no text for a header or no HTTP client can be made.
    pub(super) fn new(settings: &GitHubSettings, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let key = (
            header::AUTHORIZATION,
            format!("Bearer {}", settings.token.expose()),
        );
        let rest = Rest::new(SYSTEM, &settings.api_url, key, settings.timeout.0, HINT, clock)?;
        Ok(Self {
            rest: rest.with_headers([API_VERSION, ACCEPT]),
        })
    }

    /// Looks at `route`; with an ETag, the answer may be 304.
    pub(super) async fn get(&self, route: &str, etag: Option<&str>) -> Result<Answer, ApiError> {
        self.rest.get_unless(route, etag).await
    }

    /// Makes something new at `route`.
    pub(super) async fn post(&self, route: &str, body: &Value) -> Result<Answer, ApiError> {
        self.rest.make(route, body).await
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
