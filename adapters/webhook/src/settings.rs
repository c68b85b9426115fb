//! The webhook part of an account in `groupdesk.yaml`.

use groupdesk_contract::{Endpoint, Secret, header_token};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;

/// The form of a target's address.
const TARGET: Endpoint = Endpoint::post("https://hooks.example.com/x");

/// HTTP addresses that get hand-overs. As a staff room, each is `account/name`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The addresses by a name of your choice.
    pub targets: BTreeMap<String, Target>,
}

/// One address.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Address to POST to. Addresses often hold a key: keep it in the environment.
    #[serde(deserialize_with = "endpoint")]
    pub url: Secret,
    /// Signs what is sent, and what comes back to `/webhook/ACCOUNT/NAME` (Standard Webhooks, HMAC-SHA256). Without it nothing
    /// is signed and nothing is taken.
    #[serde(default, deserialize_with = "secret")]
    pub secret: Option<Secret>,
    /// Sent as `Authorization: Bearer ...`.
    #[serde(default, deserialize_with = "header_token")]
    pub token: Option<Secret>,
}

/// Reads the secret to sign with, if there is one that can close anything.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    let secret = Option::<Secret>::deserialize(deserializer)?;
    if let Some(secret) = &secret {
        groupdesk_kit::check_secret(secret).map_err(de::Error::custom)?;
    }
    Ok(secret)
}

/// Reads the address to POST to, and checks it as the client will.
fn endpoint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let url = Secret::deserialize(deserializer)?;
    TARGET.check(url.expose()).map_err(de::Error::custom)?;
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_token_that_no_header_carries_is_refused() {
        let target = |token: &str| json!({"url": "https://desk.example/x", "token": token});
        let read = |token: &str| serde_json::from_value::<Target>(target(token));
        assert!(read("t0ken-.~+/=").unwrap().token.is_some());
        for wrong in ["令牌", "a b", "a\nb"] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(
                error.contains("平台收不到这样的令牌") && error.contains("ASCII"),
                "{error}"
            );
        }
        let without = json!({"url": "https://desk.example/x"});
        assert!(serde_json::from_value::<Target>(without).unwrap().token.is_none());
    }
}
