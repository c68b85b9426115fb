//! Calls of Discord's REST API (v10), and what their answers mean. Not serenity's: its rate limiter waits by itself and
//! passes a proxy by, and without it `retry_after` is lost.

use crate::Settings;
use crate::rate_limits::{self, RateLimits};
use crate::upload::Form;
use groupdesk_contract::{Clock, Delivery, Secret};
use groupdesk_kit::{CallError, CallErrorKind};
use parking_lot::Mutex;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The timeout of a call.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
/// The timeout of a message with files.
const UPLOADING: Duration = Duration::from_secs(60);
/// The retry delay when Discord names none.
const SOME_TIME: Duration = Duration::from_secs(5);
/// The retry delay of an account whose token is wrong.
const TOKEN_PAUSE: Duration = Duration::from_secs(30);

/// Discord blocks clients that are not named in this form, with an address in it; this one is nobody's. Source:
/// <https://docs.discord.com/developers/reference#user-agent>.
pub(crate) const NAME: &str = concat!(
    "DiscordBot (https://groupdesk.invalid, ",
    env!("CARGO_PKG_VERSION"),
    ")"
);

pub(crate) struct Api {
    client: Client,
    base: String,
    token: Secret,
    clock: Arc<dyn Clock>,
    pace: Mutex<RateLimits>,
}

/// The failures of a call.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Nothing was done; trying again is worth while.
    NotWritten(String),
    /// Something was written, and no answer came.
    NoAnswer(String),
    /// Discord wants us to wait.
    Wait(Duration),
    /// 401.
    Token,
    /// Discord will not have it.
    Refused {
        /// Discord's own code of the error; 0 for none.
        code: u64,
        words: String,
    },
}

impl Api {
    pub(crate) fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, String> {
        Ok(Self {
            client: groupdesk_kit::client(REQUEST_TIMEOUT)?,
            base: format!("{}/api/v10", settings.api_url.as_str()),
            token: settings.token.clone(),
            clock,
            pace: Mutex::default(),
        })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value, Fault> {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, Fault> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// A message with files.
    pub(crate) async fn upload(&self, path: &str, form: Form) -> Result<Value, Fault> {
        let request = |request: RequestBuilder| {
            request
                .header(CONTENT_TYPE, form.kind)
                .timeout(UPLOADING)
                .body(form.bytes)
        };
        self.ask(Method::POST, path, request).await
    }

    /// Makes one call; an empty response is null. `path` holds only ids and keys that Discord gave, never text of a member.
    /// Nothing is sent while Discord asks us to wait.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Fault> {
        let with_body = |request: RequestBuilder| match body {
            Some(body) => request.json(body),
            None => request,
        };
        self.ask(method, path, with_body).await
    }

    /// Fetches a file from the address that Discord gave, without our token; returns its media type and content.
    ///
    /// # Errors
    /// The reason, in a sentence for an admin.
    pub(crate) async fn download(&self, url: &str, largest: usize) -> Result<(String, Vec<u8>), String> {
        let lost = |error| {
            format!(
                "the file can't be downloaded: {}",
                groupdesk_kit::request_error_message(error)
            )
        };
        let request = self.client.get(url).header(USER_AGENT, NAME).timeout(UPLOADING);
        let answer = request.send().await.map_err(lost)?;
        if !answer.status().is_success() {
            return Err(format!(
                "the file can't be downloaded: Discord answered {}",
                answer.status()
            ));
        }
        let kind = answer
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or("application/octet-stream").to_owned();
        match groupdesk_kit::body(answer, largest).await {
            Ok(bytes) => Ok((kind, bytes)),
            Err(error) => Err(format!("the file can't be downloaded: {error}")),
        }
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        with_body: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<Value, Fault> {
        let route = rate_limits::route(method.as_str(), path);
        let is_interaction = path.starts_with("/interactions/");
        let wait = self.pace.lock().wait(&route, self.clock.now());
        if let Some(wait) = wait.filter(|_| !is_interaction) {
            return Err(Fault::Wait(wait));
        }
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .header(AUTHORIZATION, format!("Bot {}", self.token.expose()))
            .header(USER_AGENT, NAME);
        let answer = match with_body(request).send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(Fault::NotWritten(groupdesk_kit::request_error_message(error)));
            }
            Err(error) => return Err(Fault::NoAnswer(groupdesk_kit::request_error_message(error))),
        };
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = groupdesk_kit::body(answer, groupdesk_kit::MAX_ANSWER_BYTES)
            .await
            .map_err(|error| Fault::NoAnswer(format!("Discord's answer can't be read: {error}")))?;
        let said: Option<Value> = groupdesk_contract::read_json(&bytes).ok();
        self.heed(&route, status, &headers, said.as_ref());
        if status.is_success() && (said.is_some() || bytes.is_empty()) {
            return Ok(said.unwrap_or(Value::Null));
        }
        Err(fault(status, &headers, said.as_ref()))
    }

    /// Remembers how long the route, or everything, has to wait.
    fn heed(&self, route: &str, status: StatusCode, headers: &HeaderMap, said: Option<&Value>) {
        let now = self.clock.now();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let of_all = said
                .and_then(|said| said.get("global")?.as_bool())
                // Without words of Discord's it is the wall before Discord, which knows no routes.
                .unwrap_or(said.is_none());
            let route = Some(route).filter(|_| !of_all);
            self.pace.lock().hit(route, waiting(headers, said), now);
        } else if number(headers, "x-ratelimit-remaining") == Some(0.0)
            && let Some(seconds) = number(headers, "x-ratelimit-reset-after")
            && let Ok(time) = Duration::try_from_secs_f64(seconds)
        {
            self.pace.lock().hit(Some(route), time, now);
        }
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// Returns the retry delay that Discord asks for.
fn waiting(headers: &HeaderMap, said: Option<&Value>) -> Duration {
    let seconds = said
        .and_then(|said| said.get("retry_after")?.as_f64())
        .or_else(|| number(headers, RETRY_AFTER.as_str()));
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .unwrap_or(SOME_TIME)
}

fn fault(status: StatusCode, headers: &HeaderMap, said: Option<&Value>) -> Fault {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return Fault::Refused {
            code: TOO_LARGE,
            words: "the files are larger than Discord takes".to_owned(),
        };
    }
    let Some(said) = said else {
        return match status {
            StatusCode::TOO_MANY_REQUESTS => Fault::Wait(waiting(headers, None)),
            status if status.is_server_error() => Fault::NoAnswer(format!("Discord answered {status}")),
            status => Fault::NotWritten(format!(
                "what answers at `api_url` ({status}) does not speak as Discord does; is a proxy in the way?"
            )),
        };
    };
    let words = said.get("message").and_then(Value::as_str).unwrap_or("no words");
    let code = said.get("code").and_then(Value::as_u64).unwrap_or_default();
    // Which fields it is about; what stands in them may be a member's.
    let fields = said.get("errors").and_then(Value::as_object);
    let fields: Vec<&str> = fields
        .into_iter()
        .flatten()
        .map(|(field, _)| field.as_str())
        .collect();
    let about = match fields.as_slice() {
        [] => String::new(),
        fields => format!(" ({})", fields.join(", ")),
    };
    match status {
        StatusCode::TOO_MANY_REQUESTS => Fault::Wait(waiting(headers, Some(said))),
        StatusCode::UNAUTHORIZED => Fault::Token,
        status if status.is_server_error() => Fault::NoAnswer(format!("Discord answered {status}: {words}")),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => {
            Fault::NotWritten(format!("Discord answered {status}: {words}"))
        }
        status if PASSING.contains(&code) => Fault::NotWritten(format!("Discord answered {status}: {words}")),
        status => Fault::Refused {
            code,
            words: format!("Discord answered {status}: {words}{about}"),
        },
    }
}

impl Fault {
    /// A refusal of our own.
    pub(crate) fn refused(words: impl Into<String>) -> Self {
        Self::Refused {
            code: 0,
            words: words.into(),
        }
    }

    /// Returns Discord's own code of the error.
    pub(crate) fn code(&self) -> u64 {
        match self {
            Self::Refused { code, .. } => *code,
            _ => 0,
        }
    }

    /// The fault, in a sentence for an admin.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::NotWritten(words) | Self::NoAnswer(words) | Self::Refused { words, .. } => words.clone(),
            Self::Wait(time) => format!("Discord asked us to wait {} s", time.as_secs_f32().ceil()),
            Self::Token => TOKEN.to_owned(),
        }
    }

    /// Maps the fault to the delivery of a reply.
    pub(crate) fn delivery(&self) -> Delivery {
        CallError::from(self).into()
    }
}

impl From<&Fault> for CallError {
    fn from(fault: &Fault) -> Self {
        let (kind, after) = match fault {
            Fault::NotWritten(_) => (CallErrorKind::NotSent, None),
            Fault::NoAnswer(_) => (CallErrorKind::NoAnswer, None),
            Fault::Wait(time) => (CallErrorKind::RateLimited, Some(*time)),
            Fault::Token => (CallErrorKind::BadCredentials, Some(TOKEN_PAUSE)),
            Fault::Refused { .. } => (CallErrorKind::Rejected, None),
        };
        Self::new(kind, fault.message()).after(after)
    }
}

/// Discord's codes for what passes by itself: a resource that is limited, the wall before Discord, an overload.
const PASSING: [u64; 3] = [40_062, 40_333, 130_000];

/// Discord's code for files that are too large.
const TOO_LARGE: u64 = 40_005;

/// The remedy for a wrong token.
pub(crate) const TOKEN: &str = "Discord refuses the token: take a new one in the developer portal (Bot, Reset Token) and put it into `connection.token`";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_means_what_discord_says() {
        let told = |status, said: Value| fault(status, &HeaderMap::new(), Some(&said)).delivery();
        let limited = told(StatusCode::TOO_MANY_REQUESTS, json!({"retry_after": 1.5}));
        assert!(
            matches!(limited, Delivery::Later { after: Some(time), .. } if time == Duration::from_millis(1500))
        );
        let odd = told(StatusCode::TOO_MANY_REQUESTS, json!({"retry_after": -1}));
        assert!(matches!(odd, Delivery::Later { after: Some(_), .. }));
        let forbidden = told(
            StatusCode::FORBIDDEN,
            json!({"message": "Missing Access", "code": 50001}),
        );
        assert!(matches!(forbidden, Delivery::Refused { reason } if reason.contains("Missing Access")));
        let overloaded = json!({"message": "API resource is currently overloaded", "code": 130_000});
        let overloaded = told(StatusCode::BAD_REQUEST, overloaded);
        assert!(matches!(overloaded, Delivery::Later { .. }));
        let errors =
            json!({"message": "Invalid Form Body", "code": 50035, "errors": {"content": {"_errors": ["x"]}}});
        let odd = told(StatusCode::BAD_REQUEST, errors);
        assert!(matches!(odd, Delivery::Refused { reason } if reason.ends_with("(content)")));
        let broken = told(StatusCode::BAD_GATEWAY, json!({}));
        assert!(matches!(broken, Delivery::Unknown { .. }));
        let page = fault(StatusCode::NOT_FOUND, &HeaderMap::new(), None).delivery();
        assert!(
            matches!(page, Delivery::Later { .. }),
            "a proxy's page refuses nothing"
        );
    }

    #[tokio::test]
    async fn a_route_whose_last_request_was_spent_is_left_alone_before_discord_says_so() {
        let settings = json!({"token": "a", "api_url": "http://127.0.0.1:9"});
        let settings: Settings = serde_json::from_value(settings).unwrap();
        let clock = Arc::new(groupdesk_contract::ManualClock::at(jiff::Timestamp::UNIX_EPOCH));
        let api = Api::new(&settings, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-ratelimit-remaining", "0".parse().unwrap());
        headers.insert("x-ratelimit-reset-after", "1.5".parse().unwrap());
        api.heed("POST /channels/7/messages", StatusCode::OK, &headers, None);
        let say = |channel: u64| {
            let path = format!("/channels/{channel}/messages");
            let api = &api;
            async move { api.post(&path, &json!({})).await.unwrap_err() }
        };
        assert!(matches!(say(7).await, Fault::Wait(time) if time == Duration::from_millis(1500)));
        // Nobody listens there.
        assert!(matches!(say(8).await, Fault::NotWritten(_)));
        clock.advance(jiff::SignedDuration::from_secs(2));
        assert!(matches!(say(7).await, Fault::NotWritten(_)));
    }
}
