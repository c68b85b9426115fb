//! Calls of QQ's API, with the access token that they need, and what an answer means.

mod codes;
mod fault;

pub(crate) use fault::Fault;

use crate::settings::Settings;
use crate::wire::Answer;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use codes::Meaning;
use groupdesk_contract::{Clock, Secret};
use groupdesk_kit::{Access, GrantedToken};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, StatusCode, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The timeout of an API call; QQ asks for at least five seconds.
const TIMEOUT: Duration = Duration::from_secs(15);
/// The time before a token's end at which it is renewed: QQ grants a new one only in the last minute of the old one.
const TOKEN_RENEWAL_MARGIN: Duration = Duration::from_secs(50);
/// The assumed lifetime of a token when QQ gives none.
const DEFAULT_TOKEN_TTL: Duration = Duration::from_secs(600);
/// The largest answer that is read, in bytes.
const ANSWER_MAX_BYTES: usize = 1 << 20;

/// The API, for one bot.
pub(crate) struct Api {
    client: Client,
    access: Access,
    base: Url,
    tokens: Url,
    app_id: String,
    secret: Secret,
}

/// The body of a call.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    None,
    Json(Value),
    /// A form with a picture in it: its fields, and the picture with its media type.
    Form(Vec<(&'static str, String)>, String, Vec<u8>),
}

impl Api {
    pub(crate) fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, String> {
        let url = |text: &str| Url::parse(text).map_err(|error| format!("`{text}` is no address: {error}"));
        Ok(Self {
            client: groupdesk_kit::client(TIMEOUT)?,
            access: Access::new(clock, TOKEN_RENEWAL_MARGIN),
            base: url(settings.api())?,
            tokens: url(settings.tokens())?,
            app_id: settings.app_id.as_str().to_owned(),
            secret: settings.app_secret.clone(),
        })
    }

    /// The access token that is good now.
    pub(crate) async fn token(&self) -> Result<Secret, Fault> {
        self.access.get(async || self.grant().await).await
    }

    /// Drops `token`, because QQ refused it.
    pub(crate) async fn refused(&self, token: &Secret) {
        self.access.refused(token).await;
    }

    async fn grant(&self) -> Result<GrantedToken, Fault> {
        #[derive(Deserialize)]
        struct Grant {
            access_token: Option<Secret>,
            #[serde(default)]
            expires_in: Value,
            code: Option<i64>,
        }
        let ask = json!({"appId": self.app_id, "clientSecret": self.secret.expose()});
        let response = self.client.post(self.tokens.clone()).json(&ask).send().await;
        // Asking for a token says nothing to anybody: it can always be repeated.
        let response =
            response.map_err(|error| Fault::NotSent(groupdesk_kit::request_error_message(error)))?;
        let status = response.status();
        let body = groupdesk_kit::body(response, ANSWER_MAX_BYTES)
            .await
            .map_err(|error| Fault::NotSent(format!("the answer can't be read: {error}")))?;
        let Ok(grant) = serde_json::from_slice::<Grant>(&body) else {
            return Err(Fault::NotSent(format!(
                "QQ grants no access token: HTTP {}",
                status.as_u16()
            )));
        };
        if let Some(token) = grant.access_token.filter(|token| !token.is_empty()) {
            let seconds = match &grant.expires_in {
                Value::String(text) => text.parse().ok(),
                other => other.as_u64(),
            };
            return Ok(GrantedToken {
                token,
                lasts: seconds.map_or(DEFAULT_TOKEN_TTL, Duration::from_secs),
            });
        }
        let code = grant.code.unwrap_or_default();
        match code {
            100_007 | 100_016 => Err(Fault::Credentials(format!(
                "QQ knows no bot with this app_id and app_secret ({code}): compare both with q.qq.com; a reset secret must be \
                 put here too"
            ))),
            _ if status.is_client_error() => Err(Fault::Credentials(format!(
                "QQ refuses an access token (HTTP {}, code {code}): compare app_id and app_secret with q.qq.com",
                status.as_u16()
            ))),
            _ => Err(Fault::NotSent(format!(
                "QQ grants no access token now (code {code})"
            ))),
        }
    }

    /// Calls `method` on the path of these pieces. A refused token is given up and the call tried once more with another.
    pub(crate) async fn call(&self, method: Method, path: &[&str], body: &Body) -> Result<Answer, Fault> {
        let token = self.token().await?;
        match self.once(&method, path, body, &token).await {
            Err(Fault::Token(_)) => {
                self.refused(&token).await;
                let token = self.token().await?;
                self.once(&method, path, body, &token).await
            }
            outcome => outcome,
        }
    }

    async fn once(
        &self,
        method: &Method,
        path: &[&str],
        body: &Body,
        token: &Secret,
    ) -> Result<Answer, Fault> {
        let mut url = self.base.clone();
        url.path_segments_mut()
            .map_err(|()| Fault::refused("the API's address can't have a path"))?
            .pop_if_empty()
            .extend(path);
        let mut authorization = HeaderValue::try_from(format!("QQBot {}", token.expose()))
            .map_err(|_| Fault::NotSent("QQ granted a token that is none".to_owned()))?;
        authorization.set_sensitive(true);
        let request = self
            .client
            .request(method.clone(), url)
            .header(AUTHORIZATION, authorization)
            .header("X-Union-Appid", &self.app_id);
        let request = match body {
            Body::None => request,
            Body::Json(json) => request.json(json),
            Body::Form(fields, kind, picture) => {
                let (kind, body) = form(fields, kind, picture);
                request.header(CONTENT_TYPE, kind).body(body)
            }
        };
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(Fault::NotSent(groupdesk_kit::request_error_message(error)));
            }
            Err(error) => return Err(Fault::NoAnswer(groupdesk_kit::request_error_message(error))),
        };
        let (status, headers) = (response.status(), response.headers().clone());
        let body = groupdesk_kit::body(response, ANSWER_MAX_BYTES)
            .await
            .map_err(|error| Fault::NoAnswer(format!("the answer can't be read: {error}")))?;
        judge(status, &headers, &body)
    }
}

/// Maps a response to an answer or a fault. A success may hold a code too: a message that waits for a review.
fn judge(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Result<Answer, Fault> {
    let read = groupdesk_contract::read_json::<Value>(body).ok();
    let answer: Answer = read
        .as_ref()
        .and_then(|json| Answer::deserialize(json).ok())
        .unwrap_or_default();
    let code = answer.err_code.or(answer.code).filter(|code| *code != 0);
    if status.is_success() && code.is_none() {
        return Ok(answer);
    }
    let said = read
        .as_ref()
        .filter(|_| code.is_some())
        .and_then(|json| json.get("message")?.as_str())
        .unwrap_or_default();
    let said: String = said.chars().filter(|c| !c.is_control()).take(200).collect();
    let reason = codes::refusal_message(status, code, &said);
    let after = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    Err(match codes::meaning(status, code, &said) {
        Meaning::Token => Fault::Token(reason),
        Meaning::Credentials => Fault::Credentials(reason),
        Meaning::Duplicate => Fault::Duplicate,
        Meaning::Review => Fault::Review(audit(&answer.data)),
        Meaning::Wait(time) => Fault::Wait(reason, after.unwrap_or(time)),
        Meaning::TooLate => Fault::TooLate(reason),
        Meaning::Picture => Fault::Picture(reason),
        Meaning::Plain => Fault::Markdown(reason),
        Meaning::Ungranted => Fault::NoMarkdown(reason),
        Meaning::Address => Fault::Address(reason),
        Meaning::Final => Fault::Refused(reason),
        Meaning::Unknown => Fault::Unknown(reason),
        Meaning::Unclear => Fault::NoAnswer(reason),
    })
}

/// The id of a review, as the event that ends it will name it.
fn audit(data: &Value) -> Option<String> {
    Some(data.get("message_audit")?.get("audit_id")?.as_str()?.to_owned())
}

/// A `multipart/form-data` body (RFC 7578) with its content type.
fn form(fields: &[(&'static str, String)], kind: &str, picture: &[u8]) -> (String, Vec<u8>) {
    let mut form = groupdesk_kit::Form::new();
    for (name, value) in fields {
        form.field(name, value);
    }
    form.file("file_image", "picture", kind, picture);
    form.finish()
}

/// A file as the API takes it inside JSON.
pub(crate) fn base64(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}
