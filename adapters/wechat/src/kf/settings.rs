//! The WeChat Customer Service part of an account in `groupdesk.yaml`.

use crate::ApiUrl;
use groupdesk_contract::{PrivateHosts, Secret, Span};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// Connection of a WeChat Customer Service account.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The company's id, which begins with `ww`.
    pub corp_id: String,
    /// The secret of the self-built app that may call Customer Service, such as `${WECHAT_KF_SECRET}`.
    pub secret: Secret,
    /// The token of the callback, as the admin console shows it.
    pub token: Secret,
    /// The EncodingAESKey of the callback: 43 letters and digits.
    pub encoding_aes_key: Secret,
    /// The Customer Service accounts to serve, by their ids, which begin with `wk`. Left out: all that the app may serve.
    #[serde(default)]
    pub open_kfids: Vec<String>,
    /// Greeting for a customer who enters the conversation, if the platform allows one (not when the account has a welcome of its
    /// own in the admin console, nor within 48 hours of the last one). It does not count among the five messages.
    #[serde(default)]
    pub welcome: Option<String>,
    /// For the staff room `ACCOUNT/servicers`: the platform's own servicers to whom a conversation with a ticket is given, by
    /// their user ids, for each Customer Service account; the first on duty gets it. For accounts that are left out, and
    /// when nobody is on duty, it goes to the pool that all servicers take from.
    #[serde(default)]
    pub servicers: BTreeMap<String, Vec<String>>,
    /// Poll interval for messages whose callback got lost.
    #[serde(default = "poll")]
    pub poll: Span,
    /// Address of WeCom's API, if a proxy is used. Plain http only to this machine or a private network.
    #[serde(default = "ApiUrl::wecom")]
    pub api_url: ApiUrl,
    /// Hosts of your own network that pictures may be fetched from: names, addresses, or networks such as `192.168.1.0/24`.
    /// Default: none, since members and staff write addresses too.
    #[serde(default)]
    pub private_hosts: PrivateHosts,
}

fn poll() -> Span {
    Span(Duration::from_secs(60))
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The fault, in a sentence for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.corp_id.trim().is_empty() || self.secret.is_empty() {
            return Err("`corp_id` and `secret` are needed; are the variables set?".to_owned());
        }
        let unserved = |id: &&String| !self.open_kfids.is_empty() && !self.open_kfids.contains(id);
        match self.servicers.keys().find(unserved) {
            Some(id) => Err(format!(
                "`servicers` names `{id}`, which is not among `open_kfids`"
            )),
            None => Ok(()),
        }
    }
}
