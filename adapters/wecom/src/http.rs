//! One call of WeCom's HTTP API.

use crate::fault::Fault;
use groupdesk_contract::Delivery;
use reqwest::Client;
use serde_json::Value;
use std::time::Duration;

/// The timeout of a call.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);

/// The client of an account.
pub(crate) fn client() -> Result<Client, String> {
    groupdesk_kit::client(REQUEST_TIMEOUT)
}

/// Posts `body`, or asks without one; the answer, when its `errcode` is 0 or missing.
pub(crate) async fn call(client: &Client, url: &str, body: Option<&Value>) -> Result<Value, Fault> {
    let request = match body {
        Some(body) => client.post(url).json(body),
        None => client.get(url),
    };
    let response = request.send().await.map_err(Fault::of_request)?;
    let (status, headers) = (response.status(), response.headers().clone());
    if !status.is_success() {
        let reason = format!("WeCom answered {status}");
        return Err(match groupdesk_kit::refusal(status, &headers, reason) {
            Delivery::Later { reason, after } => Fault::Wait(reason, after),
            Delivery::Refused { reason } | Delivery::Unknown { reason } => Fault::Refused(reason),
            Delivery::Sent { .. } => Fault::NoAnswer("WeCom's answer makes no sense".to_owned()),
        });
    }
    let text = groupdesk_kit::body(response, groupdesk_kit::MAX_ANSWER_BYTES)
        .await
        .map_err(|error| Fault::NoAnswer(format!("WeCom's answer can't be read: {error}")))?;
    let answer: Value = groupdesk_contract::read_json(&text)
        .map_err(|_| Fault::NoAnswer("WeCom's answer is no JSON: is a proxy in between?".to_owned()))?;
    match answer.get("errcode").and_then(Value::as_i64).unwrap_or(0) {
        0 => Ok(answer),
        code => {
            let said = answer.get("errmsg").and_then(Value::as_str).unwrap_or_default();
            Err(Fault::of(code, said))
        }
    }
}
