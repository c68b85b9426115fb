//! The iLink part of an account in `groupdesk.yaml`.

use crate::ApiUrl;
use groupdesk_contract::Standing;
use schemars::JsonSchema;
use serde::Deserialize;

/// Connection of an account over iLink. The bot talks to the person who scans the code that is drawn at the first start.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Rank of the person who scanned: `staff` or `admin`.
    #[serde(default)]
    pub owner: Owner,
    /// Address of iLink, if a proxy is used. Plain http only to this machine or a private network.
    #[serde(default = "ApiUrl::ilink")]
    pub api_url: ApiUrl,
}

/// Rank of the owner.
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
