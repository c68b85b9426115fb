//! The Telegram part of an account in `groupdesk.yaml`.

use groupdesk_contract::{Endpoint, Plain, Secret, Standing, in_both, service_url};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// The form of the address of a Bot API server.
const API: Endpoint = Endpoint::api(Plain::Near, "https://api.telegram.org");

/// The form of our own address.
const DESK: Endpoint = Endpoint::api(Plain::Near, "https://desk.example");

/// Connection of a Telegram bot.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The token that @BotFather gave, such as `${TELEGRAM_TOKEN}`.
    pub token: Secret,
    /// Address of the Bot API; by default Telegram's own. Set it to use a Bot API server of your own, or a proxy. Plain http only
    /// to this machine or a private network, since every request holds the token.
    #[serde(default)]
    pub api_url: ApiUrl,
    /// Telegram posts to us instead of being asked. Left out, we ask (long polling), which needs no public address.
    #[serde(default)]
    pub webhook: Option<Webhook>,
    /// Rank of the owner and the administrators of a group: `member`, `staff` or `admin`. Give `staff` or `admin` only when every
    /// administrator of every group that the bot is in may answer members.
    #[serde(default)]
    pub chat_admins: ChatAdmins,
    /// Every ticket gets a topic of its own in staff rooms that are groups with topics. The bot must be an administrator
    /// there that may manage topics.
    #[serde(default)]
    pub topics: bool,
    /// Longest time that Telegram holds a request for updates open, at most 50s.
    #[serde(default)]
    pub poll_timeout: PollTimeout,
}

/// Telegram posts updates to us.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The public address of the program's HTTP listener, `https://desk.example`; `/telegram/ACCOUNT` is added. Telegram
    /// takes the ports 443, 80, 88 and 8443.
    pub url: PublicUrl,
    /// A text of your own that Telegram repeats with every request, so that nobody else can post: 16 to 256 letters, digits,
    /// `_` and `-`.
    pub secret: Secret,
}

/// Rank of the administrators of a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatAdmins {
    /// Members like all others; staff are configured by id.
    #[default]
    Member,
    /// Staff.
    Staff,
    /// Staff who may change the FAQ.
    Admin,
}

impl ChatAdmins {
    pub(crate) fn standing(self) -> Standing {
        match self {
            Self::Member => Standing::Member,
            Self::Staff => Standing::Staff,
            Self::Admin => Standing::Admin,
        }
    }
}

service_url! {
    /// The address of a Bot API server, without a slash at its end.
    pub struct ApiUrl(API, teloxide_core::net::TELEGRAM_API_URL);
}

service_url! {
    /// A public https address, without a slash at its end.
    pub struct PublicUrl(DESK);
}

/// A length of time up to 50 seconds, written as `25s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct PollTimeout(pub Duration);

impl Default for PollTimeout {
    fn default() -> Self {
        Self(Duration::from_secs(25))
    }
}

impl TryFrom<String> for PollTimeout {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let span: jiff::SignedDuration = text.parse().map_err(|_| {
            in_both(
                "this is not a length of time: write something like 25s",
                "这不是时间长度；请写成类似 25s",
            )
        })?;
        match Duration::try_from(span) {
            Ok(span) if (Duration::from_secs(1)..=Duration::from_secs(50)).contains(&span) => Ok(Self(span)),
            _ => Err(in_both("it must be between 1s and 50s", "应该在 1s 和 50s 之间")),
        }
    }
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The fault, in a sentence for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        let shaped = self.token.expose().split_once(':').is_some_and(|(id, key)| {
            let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            id.parse::<u64>().is_ok() && !key.is_empty() && key.chars().all(letters)
        });
        if !shaped {
            return Err(in_both(
                "the token is not one of @BotFather's, which look like 123456:ABC-DEF; is the variable set?",
                "这不是 @BotFather 给的令牌，它形如 123456:ABC-DEF；请核对变量的值",
            ));
        }
        let Some(webhook) = &self.webhook else {
            return Ok(());
        };
        let secret = webhook.secret.expose();
        let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !(16..=256).contains(&secret.len()) || !secret.chars().all(letters) {
            return Err(in_both(
                "the webhook's secret must be 16 to 256 letters, digits, _ and -",
                "webhook 的 secret 应该是 16 到 256 个英文字母、数字、_ 和 -",
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_read_with_defaults_and_hide_their_secrets() {
        let plain: Settings = serde_json::from_value(json!({"token": "1:hush"})).unwrap();
        assert_eq!(plain.api_url.as_str(), "https://api.telegram.org");
        assert_eq!(plain.poll_timeout.0, Duration::from_secs(25));
        assert_eq!(plain.chat_admins, ChatAdmins::Member);
        plain.check().unwrap();
        let all: Settings = serde_json::from_value(json!({
            "token": "1:hush", "api_url": "http://telegram-bot-api:8081/", "topics": true, "chat_admins": "staff",
            "poll_timeout": "50s", "webhook": {"url": "https://desk.example/x/", "secret": "hush-hush-hush-hush"}
        }))
        .unwrap();
        assert_eq!(all.api_url.as_str(), "http://telegram-bot-api:8081");
        assert_eq!(
            all.webhook.as_ref().unwrap().url.as_str(),
            "https://desk.example/x"
        );
        all.check().unwrap();
        assert!(!format!("{all:?}").contains("hush"), "{all:?}");
    }

    #[test]
    fn mistakes_are_refused_with_a_hint() {
        for (wrong, hint) in [
            (json!({}), "token"),
            (json!({"token": "1:a", "topic": true}), "topic"),
            (
                json!({"token": "1:a", "api_url": "http://api.telegram.org"}),
                "https",
            ),
            (json!({"token": "1:a", "api_url": "ftp://x"}), "not an address"),
            (
                json!({"token": "1:a", "webhook": {"url": "http://desk.example", "secret": "s"}}),
                "https://",
            ),
            (json!({"token": "1:a", "poll_timeout": "2m"}), "50s"),
            (json!({"token": "1:a", "chat_admins": "boss"}), "staff"),
            (json!({"token": ""}), "variable"),
        ] {
            let error = serde_json::from_value::<Settings>(wrong).unwrap_err().to_string();
            assert!(error.contains(hint), "{error}");
        }
        for (wrong, hint) in [
            (json!({"token": "123456"}), "BotFather"),
            (
                json!({"token": "1:a", "webhook": {"url": "https://desk.example", "secret": "short"}}),
                "16 to 256",
            ),
        ] {
            let error = serde_json::from_value::<Settings>(wrong)
                .unwrap()
                .check()
                .unwrap_err();
            assert!(error.contains(hint), "{error}");
        }
    }
}
