//! The webhook part of an account in `groupdesk.yaml`.

use groupdesk_contract::{Endpoint, Secret};
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
    #[serde(default)]
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
