//! The QQ part of an account in `groupdesk.yaml`.

use groupdesk_contract::{Endpoint, Plain, Secret, Written, in_both, service_url};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt;

/// The form of an API's address.
const API: Endpoint = Endpoint::api(Plain::Near, "https://api.sgroup.qq.com");

/// Connection of a bot of QQ's open platform.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The bot's AppID, from q.qq.com.
    pub app_id: AppId,
    /// The bot's AppSecret, such as `${QQ_SECRET}`: it fetches the access tokens and proves that callbacks are QQ's.
    pub app_secret: Secret,
    /// Transport of events: `websocket`, we connect to QQ; or `webhook`, QQ posts to `/qq/ACCOUNT` of the program's HTTP
    /// listener, which needs a public https address on port 80, 443, 8080 or 8443.
    #[serde(default)]
    pub mode: Mode,
    /// QQ granted the bot all messages of its groups, or it is a private-domain bot of its guilds. Left out, it receives only
    /// messages that mention it. Without the grant QQ closes the WebSocket.
    #[serde(default)]
    pub hears_everything: bool,
    /// Subscribe to guild channels and their direct messages over the WebSocket too.
    #[serde(default = "yes")]
    pub guilds: bool,
    /// QQ granted the bot Markdown messages of its own wording; buttons need them. Left out, everything is plain text.
    #[serde(default)]
    pub markdown: bool,
    /// Buttons that QQ granted the bot, on top of `markdown: true`: `off`; `callback`, a press is told to the bot alone;
    /// `command`, a press sends the button's text to the chat, with a mention of the bot.
    #[serde(default)]
    pub buttons: Buttons,
    /// QQ granted this bot messages of its own accord (since 2025-04-21 its documents say that it grants none). Left out, a reply
    /// that answers no message of the last minutes is refused here, with the reason, and not sent.
    #[serde(default)]
    pub proactive: bool,
    /// The sandbox of QQ's open platform, for trying.
    #[serde(default)]
    pub sandbox: bool,
    /// Address of the API, if it is neither QQ's own nor its sandbox. Plain http only to this machine or a private network, since
    /// every request holds the access token.
    #[serde(default)]
    pub api_url: Option<ApiUrl>,
    /// Address that grants access tokens, if it is not QQ's own `https://bots.qq.com/app/getAppAccessToken`.
    #[serde(default)]
    pub token_url: Option<ApiUrl>,
}

fn yes() -> bool {
    true
}

/// Transport of events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// We connect to QQ's gateway.
    #[default]
    Websocket,
    /// QQ posts to us.
    Webhook,
}

/// Buttons that the bot may send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Buttons {
    /// None: members answer with the number of a choice.
    #[default]
    Off,
    /// A press is told to the bot alone.
    Callback,
    /// A press sends the button's text to the chat.
    Command,
}

/// An AppID: digits, with or without quotes.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub struct AppId(String);

impl AppId {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<Written> for AppId {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let digits = written.as_str();
        let is_number = digits.bytes().all(|b| b.is_ascii_digit()) && digits.bytes().any(|b| b != b'0');
        if digits.len() > 20 || !is_number {
            return Err(in_both(
                "the app_id is a number, shown at q.qq.com beside the AppSecret; is the variable set?",
                "app_id 是一串数字，在 q.qq.com 的 AppSecret 旁边；变量有没有设置？",
            ));
        }
        Ok(Self(digits.to_owned()))
    }
}

service_url! {
    /// The address of an API, without a slash at its end.
    pub struct ApiUrl(API);
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The contradiction, in a sentence for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.app_secret.is_empty() {
            return Err("the app_secret is empty; is the variable set?".to_owned());
        }
        if self.buttons != Buttons::Off && !self.markdown {
            return Err("buttons stand under Markdown messages only: they need `markdown: true`, and QQ's grant of both".to_owned());
        }
        if self.sandbox && self.api_url.is_some() {
            return Err("`sandbox` and `api_url` both say where the API is: leave one out".to_owned());
        }
        Ok(())
    }

    /// The address of the API.
    pub(crate) fn api(&self) -> &str {
        match (&self.api_url, self.sandbox) {
            (Some(url), _) => url.as_str(),
            (None, true) => "https://sandbox.api.sgroup.qq.com",
            (None, false) => "https://api.sgroup.qq.com",
        }
    }

    /// The address that grants tokens.
    pub(crate) fn tokens(&self) -> &str {
        self.token_url
            .as_ref()
            .map_or("https://bots.qq.com/app/getAppAccessToken", ApiUrl::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_read_with_defaults_and_hide_their_secret() {
        let plain: Settings =
            serde_json::from_value(json!({"app_id": 102_000_001, "app_secret": "hush"})).unwrap();
        assert_eq!(plain.app_id.as_str(), "102000001");
        assert_eq!(
            (plain.mode, plain.guilds, plain.buttons),
            (Mode::Websocket, true, Buttons::Off)
        );
        assert_eq!(plain.api(), "https://api.sgroup.qq.com");
        assert_eq!(plain.tokens(), "https://bots.qq.com/app/getAppAccessToken");
        plain.check().unwrap();
        assert!(!format!("{plain:?}").contains("hush"), "{plain:?}");
        let all: Settings = serde_json::from_value(json!({
            "app_id": "102000001", "app_secret": "hush", "mode": "webhook", "markdown": true, "buttons": "callback",
            "sandbox": true, "hears_everything": true, "proactive": true, "guilds": false,
            "token_url": "http://127.0.0.1:8080/token/"
        }))
        .unwrap();
        assert_eq!(all.api(), "https://sandbox.api.sgroup.qq.com");
        assert_eq!(all.tokens(), "http://127.0.0.1:8080/token");
        all.check().unwrap();
    }

    #[test]
    fn mistakes_are_refused_with_a_hint() {
        for (wrong, hint) in [
            (json!({"app_secret": "s"}), "app_id"),
            (json!({"app_id": "", "app_secret": "s"}), "variable"),
            (json!({"app_id": 1, "app_secret": ""}), "variable"),
            (json!({"app_id": 1, "app_secret": "s", "token": "x"}), "token"),
            (json!({"app_id": 1, "app_secret": "s", "mode": "poll"}), "webhook"),
            (
                json!({"app_id": 1, "app_secret": "s", "api_url": "http://api.sgroup.qq.com"}),
                "https",
            ),
            (
                json!({"app_id": 1, "app_secret": "s", "api_url": "ftp://x"}),
                "not an address",
            ),
            (
                json!({"app_id": 1, "app_secret": "s", "api_url": "https://u:p@x.y"}),
                "not an address",
            ),
        ] {
            let error = serde_json::from_value::<Settings>(wrong).unwrap_err().to_string();
            assert!(error.contains(hint), "{error}");
        }
        for (wrong, hint) in [
            (
                json!({"app_id": 1, "app_secret": "s", "buttons": "command"}),
                "markdown",
            ),
            (
                json!({"app_id": 1, "app_secret": "s", "sandbox": true, "api_url": "https://x.y"}),
                "leave one out",
            ),
        ] {
            let settings: Settings = serde_json::from_value(wrong).unwrap();
            let error = settings.check().unwrap_err();
            assert!(error.contains(hint), "{error}");
        }
    }
}
