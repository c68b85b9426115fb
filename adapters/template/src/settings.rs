//! The platform's part of an account in `groupdesk.yaml`.

use groupdesk_contract::{Endpoint, Plain, Secret, Span, service_url};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// Connection of an account. The comments are the schema's descriptions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The account's token, such as `${EXAMPLE_TOKEN}`.
    pub token: Secret,
    /// Address of the API.
    #[serde(default)]
    pub api_url: ApiUrl,
    /// The secret that the platform sends with each call of `/example/ACCOUNT`. Without one, updates are polled for.
    #[serde(default)]
    pub webhook_secret: Option<Secret>,
    /// Poll interval.
    #[serde(default = "poll")]
    pub poll: Span,
}

service_url! {
    /// Address of the platform's API, without a slash at its end.
    pub struct ApiUrl(Endpoint::api(Plain::Near, "https://api.example.com"), "https://api.example.com");
}

fn poll() -> Span {
    Span(Duration::from_secs(5))
}

impl Settings {
    /// Checks the settings against each other.
    ///
    /// # Errors
    /// The fault, in a sentence for the operator.
    pub(crate) fn check(&self) -> Result<(), String> {
        let secrets = [Some(&self.token), self.webhook_secret.as_ref()];
        match secrets.into_iter().flatten().any(Secret::is_empty) {
            true => Err("a token or a secret is empty; is the variable set?".to_owned()),
            false => Ok(()),
        }
    }
}
