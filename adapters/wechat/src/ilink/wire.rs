//! The calls of iLink. Wire format: <https://github.com/Tencent/openclaw-weixin>.

use super::core::{Core, Login};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::time::Duration;

/// The version of the protocol, 2.4.9, also as `major << 16 | minor << 8 | patch`.
const VERSION: &str = "2.4.9";
const VERSION_NUMBER: &str = "132105";
/// The login is none any more.
const LOGIN_EXPIRED_CODE: i64 = -14;

/// The failure of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The login is none any more: scan again.
    Stale,
    /// The server refused, with a code and a text.
    Coded(i64, String),
    /// Nothing was written.
    NotSent(String),
    /// Something was written and no answer came.
    NoAnswer(String),
}

impl Fault {
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Stale => "the login ended: scan the new code".to_owned(),
            Self::Coded(code, words) => format!("iLink refused: {words} (ret {code})"),
            Self::NotSent(words) | Self::NoAnswer(words) => words.clone(),
        }
    }
}

/// Posts to `path` as the one who is logged in.
pub(crate) async fn post(
    core: &Core,
    login: &Login,
    path: &str,
    body: Value,
    timeout: Duration,
) -> Result<Value, Fault> {
    let request = core
        .client
        .post(format!("{}/ilink/bot/{path}", login.base.as_str()))
        .bearer_auth(login.token.expose())
        .header("AuthorizationType", "ilink_bot_token")
        .timeout(timeout)
        .json(&with_base(body));
    answer(request).await
}

/// Makes a call before there is a login.
pub(crate) async fn bare(request: RequestBuilder) -> Result<Value, Fault> {
    answer(request).await
}

/// Adds the fields that every body holds.
pub(crate) fn with_base(mut body: Value) -> Value {
    if let Some(body) = body.as_object_mut() {
        let agent = concat!("groupdesk/", env!("CARGO_PKG_VERSION"));
        body.insert(
            "base_info".to_owned(),
            json!({"channel_version": VERSION, "bot_agent": agent}),
        );
    }
    body
}

async fn answer(request: RequestBuilder) -> Result<Value, Fault> {
    let mut random = [0; 4];
    // Anything will do where the machine gives no random numbers.
    let _ = getrandom::fill(&mut random);
    let uin = BASE64_STANDARD.encode(u32::from_le_bytes(random).to_string());
    let request = request
        .header("X-WECHAT-UIN", uin)
        .header("iLink-App-Id", "bot")
        .header("iLink-App-ClientVersion", VERSION_NUMBER);
    let response = request.send().await.map_err(|error| {
        let unsent = error.is_connect() || error.is_builder();
        let words = groupdesk_kit::request_error_message(error);
        if unsent {
            Fault::NotSent(words)
        } else {
            Fault::NoAnswer(words)
        }
    })?;
    let status = response.status();
    let body: Value = match groupdesk_kit::body(response, groupdesk_kit::MAX_ANSWER_BYTES)
        .await
        .map(|body| groupdesk_contract::read_json(&body))
    {
        Ok(Ok(body)) if status.is_success() => body,
        _ => {
            return Err(Fault::NoAnswer(format!(
                "the answer can't be read (HTTP {})",
                status.as_u16()
            )));
        }
    };
    let code = |name: &str| body.get(name).and_then(Value::as_i64).filter(|code| *code != 0);
    match code("ret").or_else(|| code("errcode")) {
        None => Ok(body),
        Some(LOGIN_EXPIRED_CODE) => Err(Fault::Stale),
        Some(other) => {
            let words = body.get("errmsg").and_then(Value::as_str).unwrap_or("no words");
            Err(Fault::Coded(other, words.chars().take(120).collect()))
        }
    }
}
