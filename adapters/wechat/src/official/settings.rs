//! The Official Account part of an account in `groupdesk.yaml`.

use crate::ApiUrl;
use groupdesk_contract::{PrivateHosts, Secret};
use schemars::JsonSchema;
use serde::Deserialize;

/// Connection of an Official Account.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The account's AppID, which begins with `wx`.
    pub app_id: String,
    /// Its AppSecret, such as `${WECHAT_APP_SECRET}`. Needed unless `customer_messages` is false.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// The token of the server configuration, as you chose it on the platform's page.
    pub token: Secret,
    /// The EncodingAESKey (43 letters and digits) when the page says safe or compatible mode. Left out: plain mode.
    #[serde(default)]
    pub encoding_aes_key: Option<Secret>,
    /// Use the customer message API, which verified accounts have: for 48 hours after a follower's message, five times. Without
    /// it an answer must come within seconds, one for a message, as text; later replies of staff can't be delivered.
    #[serde(default = "yes")]
    pub customer_messages: bool,
    /// Greeting for a new follower.
    #[serde(default)]
    pub welcome: Option<String>,
    /// The staff room `ACCOUNT/servicers` gives a follower with a ticket to WeChat's own customer service (网页客服).
    #[serde(default)]
    pub transfer: Option<Transfer>,
    /// Address of WeChat's API, if a proxy is used. Plain http only to this machine or a private network.
    #[serde(default = "ApiUrl::official")]
    pub api_url: ApiUrl,
    /// Hosts of your own network that pictures may be fetched from: names, addresses, or networks such as `192.168.1.0/24`.
    /// Default: none, since members and staff write addresses too.
    #[serde(default)]
    pub private_hosts: PrivateHosts,
}

/// WeChat's own customer service.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Customer service account that gets the followers, such as `kf1@gh_0123`. Left out: any that is online.
    #[serde(default)]
    pub kf_account: Option<String>,
}

fn yes() -> bool {
    true
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The fault, in a sentence for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.app_id.trim().is_empty() {
            return Err("`app_id` is empty; is the variable set?".to_owned());
        }
        if self.customer_messages && self.secret.as_ref().is_none_or(Secret::is_empty) {
            return Err(
                "the customer message API needs `secret`; an account that isn't verified has `customer_messages: false`"
                    .to_owned(),
            );
        }
        Ok(())
    }
}
