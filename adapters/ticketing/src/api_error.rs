//! Maps a system's HTTP response, or its absence, to the outcome of the request.

use axum::http::{HeaderMap, StatusCode, header};
use groupdesk_contract::Delivery;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::error::Error;
use std::time::Duration;

/// The retry delay after a rate limit without a time (docs.github.com, "Rate limits for the REST API": at least a minute).
const RATE_LIMIT_DELAY: Duration = Duration::from_secs(60);
/// The longest retry delay that is believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(3_600);
/// The most characters of a system's own error text that are passed on.
const MESSAGE_CHARS_MAX: usize = 300;

/// The reason for which a request failed, in a sentence for an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// It never will be.
    Refused(String),
    /// The key is refused: the entry itself is not at fault, and is written when an admin gives another key.
    KeyRefused(String),
    /// It was not done; trying again can help.
    Later {
        reason: String,
        after: Option<Duration>,
        /// An error of the system itself: it may have been done all the same, which is to be looked up before the next
        /// try.
        unsure: bool,
    },
    /// It may have been done.
    Unknown(String),
}

impl ApiError {
    /// A failure without any effect, which is worth a retry.
    pub(crate) fn later(reason: impl Into<String>) -> Self {
        Self::Later {
            reason: reason.into(),
            after: None,
            unsure: false,
        }
    }

    /// True if the request has certainly created nothing.
    pub(crate) fn nothing_made(&self) -> bool {
        matches!(
            self,
            Self::Refused(_) | Self::KeyRefused(_) | Self::Later { unsure: false, .. }
        )
    }

    /// Returns the reason alone.
    pub(crate) fn reason(&self) -> &str {
        match self {
            Self::Refused(reason)
            | Self::KeyRefused(reason)
            | Self::Unknown(reason)
            | Self::Later { reason, .. } => reason,
        }
    }
}

impl From<ApiError> for Delivery {
    fn from(trouble: ApiError) -> Self {
        match trouble {
            ApiError::Refused(reason) => Self::Refused { reason },
            ApiError::KeyRefused(reason) => Self::Later { reason, after: None },
            ApiError::Later { reason, after, .. } => Self::Later { reason, after },
            ApiError::Unknown(reason) => Self::Unknown { reason },
        }
    }
}

/// The effect of a request on the other side, which decides whether it may be repeated blindly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It only looks, or makes nothing twice.
    Harmless,
    /// It makes something new.
    Makes,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    pub(crate) effect: Effect,
}

/// A list as far as it can be read.
#[derive(Debug)]
pub(crate) struct Listed<T> {
    pub(crate) read: Vec<T>,
    pub(crate) unreadable: usize,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self {
            read: Vec::new(),
            unreadable: 0,
        }
    }
}

impl<T: DeserializeOwned> Listed<T> {
    pub(crate) fn of(elements: Vec<Value>) -> Self {
        let all = elements.len();
        let read: Vec<T> = elements
            .into_iter()
            .filter_map(|element| T::deserialize(element).ok())
            .collect();
        Self {
            unreadable: all - read.len(),
            read,
        }
    }
}

/// The remedy for a status, in a system's own terms.
pub(crate) type Hint = fn(StatusCode) -> &'static str;

impl Answer {
    /// The answer when it is a success (or 304), else what it means.
    pub(crate) fn judged(self, system: &str, hint: Hint, now: Timestamp) -> Result<Self, ApiError> {
        let status = self.status;
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            return Ok(self);
        }
        let said = self.message();
        let hint = hint(status);
        let mut reason = format!("{system} answered {status}");
        for part in [said.as_str(), hint] {
            if !part.is_empty() {
                reason.push_str(": ");
                reason.push_str(part);
            }
        }
        if matches!(status, StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS)
            && let Some(after) = self.limited(&said, now)
        {
            return Err(ApiError::Later {
                reason,
                after: Some(after),
                unsure: false,
            });
        }
        if status == StatusCode::UNAUTHORIZED {
            return Err(ApiError::KeyRefused(reason));
        }
        match groupdesk_kit::refusal(status, &self.headers, reason) {
            Delivery::Later { reason, after } => Err(ApiError::Later {
                reason,
                after: after.map(|after| after.min(RETRY_AFTER_MAX)),
                unsure: status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE,
            }),
            Delivery::Refused { reason } => Err(ApiError::Refused(reason)),
            other => Err(ApiError::Unknown(format!("{other:?}"))),
        }
    }

    /// The body as `T`.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        groupdesk_contract::read_json(&self.body).map_err(|error| {
            let reason = format!("the answer can't be read: {error}; is `api_url` right?");
            match self.effect {
                Effect::Harmless => ApiError::later(reason),
                Effect::Makes => ApiError::Unknown(reason),
            }
        })
    }

    /// Reads the valid elements of the body's list, and counts the others: one odd entry stops no other.
    pub(crate) fn list<T: DeserializeOwned>(&self) -> Result<Listed<T>, ApiError> {
        Ok(Listed::of(self.json::<Vec<Value>>()?))
    }

    /// Returns the wait of a rate limit, if the response is one: `Retry-After`, else `x-ratelimit-reset` if nothing remains, else
    /// a minute if only the text tells.
    fn limited(&self, said: &str, now: Timestamp) -> Option<Duration> {
        let number = |name: &str| self.headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
        let seconds =
            |seconds: i64| Duration::from_secs(u64::try_from(seconds).unwrap_or(0)).min(RETRY_AFTER_MAX);
        if let Some(after) = number(header::RETRY_AFTER.as_str()) {
            return Some(seconds(after));
        }
        if number("x-ratelimit-remaining") == Some(0) {
            let reset = number("x-ratelimit-reset")?;
            return Some(seconds(reset.saturating_sub(now.as_second()).saturating_add(1)));
        }
        let limit =
            self.status == StatusCode::TOO_MANY_REQUESTS || said.to_lowercase().contains("rate limit");
        limit.then_some(RATE_LIMIT_DELAY)
    }

    /// Returns the system's error text in a line: the `message` or `error` of its JSON.
    fn message(&self) -> String {
        let Ok(body) = serde_json::from_slice::<Value>(&self.body) else {
            return String::new();
        };
        let said = ["message", "error", "error_human"]
            .iter()
            .find_map(|name| body.get(name)?.as_str())
            .unwrap_or_default();
        let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
        line.chars()
            .filter(|c| !c.is_control())
            .take(MESSAGE_CHARS_MAX)
            .collect()
    }
}

/// Maps a request without a response to its outcome. The text holds no address, since it may hold a key.
pub(crate) fn unanswered(system: &str, effect: Effect, error: &(dyn Error + 'static)) -> ApiError {
    let mut last = error;
    let mut http = None;
    loop {
        http = http.or_else(|| last.downcast_ref::<reqwest::Error>());
        match last.source() {
            Some(source) => last = source,
            None => break,
        }
    }
    if http.is_some_and(reqwest::Error::is_builder) {
        return ApiError::Refused(format!("{system}: the address can't be used; see `api_url`"));
    }
    if http.is_some_and(reqwest::Error::is_connect) {
        return ApiError::later(format!("no connection to {system}: {last}"));
    }
    let reason = if http.is_some_and(reqwest::Error::is_timeout) {
        format!("no answer from {system} in time")
    } else {
        format!("the connection to {system} was lost before it answered")
    };
    match effect {
        Effect::Harmless => ApiError::later(reason),
        Effect::Makes => ApiError::Unknown(reason),
    }
}
