//! The login: a code is drawn, somebody scans it with their WeChat and confirms, and the bot is theirs.

use super::core::{Core, Login};
use super::wire::{self, Fault};
use crate::ApiUrl;
use groupdesk_contract::Secret;
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

/// The timeout of a long poll for the scan.
const SCAN_POLL_TIMEOUT: Duration = Duration::from_secs(45);
/// Between two questions.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Draws a code and waits until it is scanned; nothing when it ended and another one is needed.
pub(crate) async fn scan(core: &Core) -> Result<Option<Login>, Fault> {
    let scanned = show_and_wait(core).await;
    core.state().code = None;
    scanned
}

async fn show_and_wait(core: &Core) -> Result<Option<Login>, Fault> {
    let url = format!(
        "{}/ilink/bot/get_bot_qrcode?bot_type=3",
        core.settings.api_url.as_str()
    );
    let body = wire::with_base(json!({"local_token_list": []}));
    let answer = wire::bare(core.client.post(url).json(&body)).await?;
    let text = |name: &str| {
        answer
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let (Some(code), Some(link)) = (text("qrcode"), text("qrcode_img_content")) else {
        return Err(Fault::NotSent(
            "iLink gave no code to scan: is `api_url` right?".to_owned(),
        ));
    };
    draw(core, link);
    let mut base = core.settings.api_url.clone();
    loop {
        let url = format!("{}/ilink/bot/get_qrcode_status", base.as_str());
        let url = reqwest::Url::parse_with_params(&url, [("qrcode", code)])
            .map_err(|_| Fault::NotSent("`api_url` is no address".to_owned()))?;
        let request = core.client.get(url).timeout(SCAN_POLL_TIMEOUT);
        let answer = match wire::bare(request).await {
            Ok(answer) => answer,
            // The server may end a question without an answer.
            Err(Fault::NoAnswer(_)) => {
                tokio::time::sleep(POLL_INTERVAL).await;
                continue;
            }
            Err(fault) => return Err(fault),
        };
        let text = |name: &str| {
            answer
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        match text("status").unwrap_or_default() {
            "confirmed" => {
                let (Some(token), Some(owner)) = (text("bot_token"), text("ilink_user_id")) else {
                    return Err(Fault::NotSent(
                        "the scan was confirmed, but without a token".to_owned(),
                    ));
                };
                let told = text("baseurl").and_then(|told| core.settings.api_url.sibling(told));
                return Ok(Some(Login {
                    token: Secret::new(token),
                    owner: owner.to_owned(),
                    base: told.unwrap_or(base),
                }));
            }
            "scaned_but_redirect" => {
                let told: Option<ApiUrl> =
                    text("redirect_host").and_then(|told| core.settings.api_url.sibling(told));
                base = told.unwrap_or(base);
            }
            "expired" => return Ok(None),
            "need_verifycode" | "verify_code_blocked" | "binded_redirect" => {
                let status = text("status").unwrap_or_default();
                return Err(Fault::Coded(
                    0,
                    format!(
                        "WeChat wants more than a scan ({status}), which can't be given here; the next code may do"
                    ),
                ));
            }
            _ => tokio::time::sleep(POLL_INTERVAL).await,
        }
    }
}

fn draw(core: &Core, link: &str) {
    core.state().code = Some(link.to_owned());
    tracing::warn!(
        account = %core.account,
        link,
        "nobody is logged in: scan the code on standard output (or this link as a code) with the WeChat that is to be told"
    );
    if let Ok(code) = crate::qr::terminal(link) {
        // Without a terminal there is still the link.
        let _ = writeln!(std::io::stdout().lock(), "{code}\n{link}");
    }
}
