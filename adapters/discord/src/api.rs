//! Calls of Discord's REST API (v10), and what their answers mean. Not serenity's: its rate limiter waits by itself and
//! passes a proxy by, and without it `retry_after` is lost.

use crate::Settings;
use groupdesk_contract::{Delivery, Secret};
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use std::time::Duration;

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Api {
    client: Client,
    base: String,
    token: Secret,
}

/// Why a call failed.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Nothing was written.
    NotWritten(String),
    /// Something was written, and no answer came.
    NoAnswer(String),
    /// Discord wants us to wait.
    Wait(Duration),
    /// 401.
    Token,
    /// Discord will not have it.
    Refused(String),
}

impl Api {
    pub(crate) fn new(settings: &Settings) -> Result<Self, String> {
        Ok(Self {
            client: groupdesk_http::client(PATIENCE)?,
            base: format!("{}/api/v10", settings.api_url.trim_end_matches('/')),
            token: settings.token.clone(),
        })
    }

    /// One call; an empty answer is null. `path` holds ids only, never what a member wrote.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Fault> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .header("authorization", format!("Bot {}", self.token.expose()));
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if error.is_connect() || error.is_builder() => {
                return Err(Fault::NotWritten(groupdesk_http::words(error)));
            }
            Err(error) => return Err(Fault::NoAnswer(groupdesk_http::words(error))),
        };
        let status = answer.status();
        let bytes = answer
            .bytes()
            .await
            .map_err(|error| Fault::NoAnswer(groupdesk_http::words(error)))?;
        let said: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(said);
        }
        Err(fault(status, &said))
    }
}

fn fault(status: StatusCode, said: &Value) -> Fault {
    let words = said.get("message").and_then(Value::as_str).unwrap_or("no words");
    match status {
        StatusCode::TOO_MANY_REQUESTS => {
            let seconds = said.get("retry_after").and_then(Value::as_f64).unwrap_or(5.0);
            Fault::Wait(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::from_secs(60)))
        }
        StatusCode::UNAUTHORIZED => Fault::Token,
        status if status.is_server_error() => Fault::NoAnswer(format!("Discord answered {status}: {words}")),
        status => Fault::Refused(format!("Discord answered {status}: {words}")),
    }
}

impl Fault {
    /// What it means for a reply.
    pub(crate) fn delivery(self) -> Delivery {
        match self {
            Self::NotWritten(reason) => Delivery::Later { reason, after: None },
            Self::NoAnswer(reason) => Delivery::Unknown { reason },
            Self::Wait(time) => Delivery::Later {
                reason: "Discord asked us to wait".to_owned(),
                after: Some(time),
            },
            Self::Token => Delivery::Later {
                reason: TOKEN.to_owned(),
                after: Some(Duration::from_secs(300)),
            },
            Self::Refused(reason) => Delivery::Refused { reason },
        }
    }
}

/// What a person has to do about a wrong token.
pub(crate) const TOKEN: &str =
    "Discord refuses the token: take a new one in the developer portal (Bot, Reset Token)";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_means_what_discord_says() {
        let limited = fault(StatusCode::TOO_MANY_REQUESTS, &json!({"retry_after": 1.5})).delivery();
        assert!(
            matches!(limited, Delivery::Later { after: Some(time), .. } if time == Duration::from_millis(1500))
        );
        let odd = fault(StatusCode::TOO_MANY_REQUESTS, &json!({"retry_after": -1})).delivery();
        assert!(matches!(odd, Delivery::Later { after: Some(_), .. }));
        let forbidden = fault(StatusCode::FORBIDDEN, &json!({"message": "Missing Access"})).delivery();
        assert!(matches!(forbidden, Delivery::Refused { reason } if reason.contains("Missing Access")));
        let broken = fault(StatusCode::BAD_GATEWAY, &Value::Null).delivery();
        assert!(matches!(broken, Delivery::Unknown { .. }));
    }
}
