//! The iLink part of an account in `groupdesk.yaml`.

use crate::ApiUrl;
use groupdesk_contract::Standing;
use schemars::JsonSchema;
use serde::Deserialize;

/// How iLink is reached. Who the bot talks to is whoever scans the code that is drawn at the first start.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What the one who scanned is to the desk: `staff` or `admin`.
    #[serde(default)]
    pub owner: Owner,
    /// Where iLink is, if a proxy is used. Plain http only to this machine or a private network.
    #[serde(default = "ApiUrl::ilink")]
    pub api_url: ApiUrl,
}

/// What the owner is to the desk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// One who answers.
    #[default]
    Staff,
    /// One who may change the FAQ too.
    Admin,
}

impl Owner {
    pub(crate) fn standing(self) -> Standing {
        match self {
            Self::Staff => Standing::Staff,
            Self::Admin => Standing::Admin,
        }
    }
}
