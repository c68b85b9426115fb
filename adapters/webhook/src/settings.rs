//! The webhook part of an account in `groupdesk.yaml`.

use groupdesk_contract::Secret;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// HTTP addresses that are told of hand-overs. As a staff room, each is `account/name`.
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
    /// Where to POST. Addresses often hold a key: keep it in the environment.
    pub url: Secret,
    /// Signs what is sent, and what comes back to `/webhook/ACCOUNT/NAME` (Standard Webhooks, HMAC-SHA256). Without it nothing
    /// is signed and nothing is taken.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// Sent as `Authorization: Bearer ...`.
    #[serde(default)]
    pub token: Option<Secret>,
}
