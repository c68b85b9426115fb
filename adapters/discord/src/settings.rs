//! The Discord part of an account in `groupdesk.yaml`.

use groupdesk_contract::{Secret, Standing};
use schemars::JsonSchema;
use serde::Deserialize;

/// How a Discord bot is reached.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The bot's token from the developer portal, such as `${DISCORD_TOKEN}`.
    pub token: Secret,
    /// Where the API is, without `/api`: Discord's own unless a proxy is used. The gateway's address is asked there.
    #[serde(default = "discord")]
    pub api_url: String,
    /// Ids of roles whose members are staff.
    #[serde(default)]
    pub staff_roles: Vec<String>,
    /// Ids of roles whose members are staff who may change the FAQ.
    #[serde(default)]
    pub admin_roles: Vec<String>,
}

fn discord() -> String {
    "https://discord.com".to_owned()
}

impl Settings {
    /// What can't be told from one field alone.
    ///
    /// # Errors
    /// Words for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        let token = self.token.expose();
        if token.is_empty() || token.chars().any(|c| c.is_whitespace() || !c.is_ascii_graphic()) {
            return Err("the token is empty or holds what no token holds; is the variable set?".to_owned());
        }
        if !self.api_url.starts_with("https://") && !self.api_url.starts_with("http://") {
            return Err("`api_url` must start with https:// (or http:// on this machine)".to_owned());
        }
        for role in self.staff_roles.iter().chain(&self.admin_roles) {
            if !matches!(role.parse::<u64>(), Ok(1..)) {
                return Err(format!(
                    "`{role}` is no id of a role: copy it with Discord's developer mode"
                ));
            }
        }
        Ok(())
    }

    /// What somebody with these roles is to the desk.
    pub(crate) fn standing(&self, mut roles: impl Iterator<Item = u64> + Clone) -> Standing {
        let named = |list: &[String], role: u64| list.iter().any(|id| id.parse() == Ok(role));
        if roles.clone().any(|role| named(&self.admin_roles, role)) {
            Standing::Admin
        } else if roles.any(|role| named(&self.staff_roles, role)) {
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
    fn roles_make_staff_and_admins_and_mistakes_are_named() {
        let read = |value| serde_json::from_value::<Settings>(value).unwrap();
        let plain = read(json!({"token": "hush", "staff_roles": ["5"], "admin_roles": ["6"]}));
        plain.check().unwrap();
        assert_eq!(plain.standing([5, 6].into_iter()), Standing::Admin);
        assert_eq!(plain.standing([4, 5].into_iter()), Standing::Staff);
        assert_eq!(plain.standing([4].into_iter()), Standing::Member);
        assert!(!format!("{plain:?}").contains("hush"));
        for (wrong, hint) in [
            (json!({"token": ""}), "variable"),
            (json!({"token": "a", "api_url": "ftp://x"}), "https"),
            (
                json!({"token": "a", "staff_roles": ["Helpers"]}),
                "developer mode",
            ),
        ] {
            let error = read(wrong).check().unwrap_err();
            assert!(error.contains(hint), "{error}");
        }
    }
}
