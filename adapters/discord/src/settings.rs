//! The Discord part of an account in `groupdesk.yaml`.

use groupdesk_contract::{Endpoint, Plain, Secret, Span, Standing, Written, in_both, service_url};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// The form of the API's address.
const API: Endpoint = Endpoint::api(Plain::Near, "https://discord.example");

/// The form of the gateway's address.
const GATEWAY: Endpoint = Endpoint::web_socket(Plain::Near, false, "wss://discord.example");

/// Connection of a Discord bot.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The bot's token from the developer portal, such as `${DISCORD_TOKEN}`.
    pub token: Secret,
    /// Address of the API, without `/api`; by default Discord's own. Set it to use a proxy. Plain http only to this machine or a
    /// private network, since every request holds the token.
    #[serde(default)]
    pub api_url: ApiUrl,
    /// Address of the gateway's WebSocket. Left out, the API tells; written, it is used in place of the API's.
    #[serde(default)]
    pub gateway_url: Option<GatewayUrl>,
    /// Ids of roles whose members are staff.
    #[serde(default)]
    pub staff_roles: Vec<Role>,
    /// Ids of roles whose members are staff who may change the FAQ.
    #[serde(default)]
    pub admin_roles: Vec<Role>,
    /// Threads for tickets in staff rooms on Discord: `none`, `public` (below the message that tells of the ticket) or `private`
    /// (only for the roles of `staff_roles` and `admin_roles`, which are pinged into it).
    #[serde(default)]
    pub ticket_threads: TicketThreads,
    /// Show members' messages to staff under the member's name and avatar, through a webhook of the staff room. The bot needs the
    /// permission Manage Webhooks there; without it the name stands in the text.
    #[serde(default)]
    pub relay_webhooks: bool,
    /// Limits for fetching the messages of the time in which the program was down.
    #[serde(default)]
    pub catch_up: CatchUp,
}

/// Limits for fetching messages after the program was down.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CatchUp {
    /// The most messages of a channel; 0 fetches nothing.
    pub messages: u16,
    /// Largest age of a message.
    pub age: Span,
}

impl Default for CatchUp {
    fn default() -> Self {
        Self {
            messages: 200,
            age: Span(Duration::from_secs(6 * 3600)),
        }
    }
}

/// Threads for tickets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketThreads {
    /// All tickets stand in the staff room itself.
    #[default]
    None,
    /// Threads that everybody in the staff room sees.
    Public,
    /// Threads that only those see who are mentioned in them, and those who may manage threads.
    Private,
}

/// The id of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "String")]
pub struct Role(pub u64);

impl TryFrom<Written> for Role {
    type Error = String;

    fn try_from(id: Written) -> Result<Self, String> {
        let number = id.as_str().parse().ok().filter(|number| *number > 0);
        number.map(Self).ok_or_else(|| {
            in_both(
                "this is no id of a role: copy it with Discord's developer mode, which gives a long number",
                "这不是身份组的 ID；请打开 Discord 的开发者模式复制，是一长串数字",
            )
        })
    }
}

service_url! {
    /// The address of Discord's API, without a slash at its end.
    pub struct ApiUrl(API, "https://discord.com");
}

service_url! {
    /// The address of Discord's gateway, without a slash at its end.
    pub struct GatewayUrl(GATEWAY);
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The fault, in a sentence for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.token.is_empty() || self.token.check_header().is_err() {
            return Err(in_both(
                "the token is empty or holds what no token holds; is the variable set?",
                "令牌是空的，或里面有空格、全角符号或汉字，平台收不到这样的令牌；请核对变量的值",
            ));
        }
        Ok(())
    }

    /// Returns the rank of a person with these roles.
    pub(crate) fn standing(&self, roles: &[u64]) -> Standing {
        let has = |list: &[Role]| list.iter().any(|role| roles.contains(&role.0));
        if has(&self.admin_roles) {
            Standing::Admin
        } else if has(&self.staff_roles) {
            Standing::Staff
        } else {
            Standing::Member
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn roles_make_staff_and_admins_and_the_token_is_hidden() {
        let plain: Settings =
            serde_json::from_value(json!({"token": "hush", "staff_roles": ["5"], "admin_roles": [6]}))
                .unwrap();
        plain.check().unwrap();
        assert_eq!(plain.standing(&[5, 6]), Standing::Admin);
        assert_eq!(plain.standing(&[4, 5]), Standing::Staff);
        assert_eq!(plain.standing(&[4]), Standing::Member);
        assert_eq!(plain.api_url.as_str(), "https://discord.com");
        assert_eq!(plain.catch_up.messages, 200);
        assert!(!format!("{plain:?}").contains("hush"));
        let near: Settings = serde_json::from_value(json!({
            "token": "a", "api_url": "http://proxy:8080/", "gateway_url": "ws://10.0.0.2:1/", "catch_up": {"messages": 0}
        }))
        .unwrap();
        assert_eq!(near.api_url.as_str(), "http://proxy:8080");
        assert_eq!(near.gateway_url.unwrap().as_str(), "ws://10.0.0.2:1");
    }

    #[test]
    fn mistakes_are_refused_with_a_hint() {
        for (wrong, hint) in [
            (json!({"token": "a", "api_url": "ftp://x"}), "https"),
            (
                json!({"token": "a", "api_url": "http://discord.com"}),
                "in the open",
            ),
            (json!({"token": "a", "api_url": "https://me:hush@x"}), "https"),
            (
                json!({"token": "a", "gateway_url": "ws://gateway.discord.gg"}),
                "wss",
            ),
            (
                json!({"token": "a", "staff_roles": ["Helpers"]}),
                "developer mode",
            ),
            (json!({"token": "a", "ticket_threads": "secret"}), "private"),
            (json!({"token": "a", "role": []}), "role"),
        ] {
            let error = serde_json::from_value::<Settings>(wrong).unwrap_err().to_string();
            assert!(error.contains(hint) && !error.contains("hush"), "{error}");
        }
        let empty = serde_json::from_value::<Settings>(json!({"token": ""})).unwrap_err();
        assert!(empty.to_string().contains("variable"), "{empty}");
    }
}
