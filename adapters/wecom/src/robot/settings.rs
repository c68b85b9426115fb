//! The intelligent robot's part of an account in `groupdesk.yaml`.

use crate::address::GatewayUrl;
use groupdesk_contract::{Secret, Span};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// Connection of an intelligent robot: by a long connection (`bot_id` and `secret`), or by callbacks (`webhook`).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RobotSettings {
    /// The robot's Bot ID, as its page shows it when its API mode is the long connection.
    #[serde(default)]
    pub bot_id: Option<String>,
    /// The robot's Secret beside it, such as `${WECOM_ROBOT_SECRET}`.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// WeCom posts to us instead, which needs a public address.
    #[serde(default)]
    pub webhook: Option<Webhook>,
    /// The robot's name, as members mention it. Needed only when there is a blank in it: WeCom writes `@name` into the text.
    #[serde(default)]
    pub name: Option<String>,
    /// Greeting for a member who opens the chat with the robot for the first time on a day. Left out, there is none.
    #[serde(default)]
    pub welcome: Option<String>,
    /// Address of long connections, if the company has a private deployment. Plain ws only to this machine or a private network.
    #[serde(default)]
    pub api_url: GatewayUrl,
    /// Interval of the tests of the long connection; WeCom wants one every 30 seconds.
    #[serde(default = "ping_every")]
    pub ping_every: Span,
    /// Retry delay after another program connected with the same robot, which ends our connection. Two programs that both
    /// reconnected at once would end each other's connection for ever.
    #[serde(default = "after_kick")]
    pub after_kick: Span,
}

/// WeCom posts to us.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The Token of the robot's page.
    pub token: Secret,
    /// The EncodingAESKey of the robot's page, 43 letters and digits.
    pub aes_key: Secret,
    /// Placeholder while an answer takes longer than four seconds, such as `正在查找…`; the answer replaces it. It stays for good if
    /// no answer comes within six minutes. Left out, there is none, and a late answer is a message of its own.
    #[serde(default)]
    pub thinking: Option<String>,
}

fn ping_every() -> Span {
    Span(Duration::from_secs(30))
}

fn after_kick() -> Span {
    Span(Duration::from_secs(600))
}

impl RobotSettings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The fault, in a sentence for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        let blank = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
        if blank(&self.name) || blank(&self.welcome) {
            return Err("`name` and `welcome` must say something, or be left out".to_owned());
        }
        match (&self.bot_id, &self.secret, &self.webhook) {
            (Some(bot_id), Some(secret), None) if bot_id.trim().is_empty() || secret.is_empty() => {
                Err("`bot_id` or `secret` is empty; is the variable set?".to_owned())
            }
            (Some(_), Some(_), None) => Ok(()),
            (None, None, Some(webhook)) if blank(&webhook.thinking) => {
                Err("`thinking` must say something, or be left out".to_owned())
            }
            (None, None, Some(_)) => Ok(()),
            _ => Err(
                "write `bot_id` and `secret` for the long connection, or `webhook` with `token` and `aes_key` for callbacks"
                    .to_owned(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_read_with_defaults_and_hide_their_secrets() {
        let plain: RobotSettings = serde_json::from_value(json!({"bot_id": "b", "secret": "hush"})).unwrap();
        plain.check().unwrap();
        assert_eq!(plain.api_url.as_str(), "wss://openws.work.weixin.qq.com");
        assert_eq!(
            (plain.ping_every.0.as_secs(), plain.after_kick.0.as_secs()),
            (30, 600)
        );
        let hook: RobotSettings =
            serde_json::from_value(json!({"webhook": {"token": "hush", "aes_key": "hush"}})).unwrap();
        hook.check().unwrap();
        assert!(!format!("{plain:?}{hook:?}").contains("hush"));
    }

    #[test]
    fn mistakes_are_refused_with_a_hint() {
        let hook = json!({"token": "t", "aes_key": "k"});
        for (wrong, hint) in [
            (json!({}), "bot_id"),
            (json!({"bot_id": "b"}), "secret"),
            (
                json!({"bot_id": "b", "secret": "s", "webhook": hook}),
                "or `webhook`",
            ),
            (json!({"bot_id": "b", "secret": "s", "welcome": " "}), "welcome"),
            (
                json!({"webhook": {"token": "t", "aes_key": "k", "thinking": ""}}),
                "thinking",
            ),
        ] {
            let error = serde_json::from_value::<RobotSettings>(wrong)
                .unwrap()
                .check()
                .unwrap_err();
            assert!(error.contains(hint), "{error}");
        }
        for (wrong, hint) in [
            (json!({"bot_id": "b", "secret": ""}), "variable"),
            (json!({"bot_id": "b", "secret": "s", "url": "x"}), "url"),
            (
                json!({"bot_id": "b", "secret": "s", "api_url": "ws://wecom.example"}),
                "wss",
            ),
            (
                json!({"bot_id": "b", "secret": "s", "after_kick": "25h"}),
                "a day",
            ),
        ] {
            let error = serde_json::from_value::<RobotSettings>(wrong)
                .unwrap_err()
                .to_string();
            assert!(error.contains(hint), "{error}");
        }
    }
}
