//! Addresses in the settings: encrypted ones, or near ones, since what is sent there holds secrets.

use schemars::JsonSchema;
use serde::Deserialize;
use std::net::IpAddr;

/// Where WeCom's API is, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct ApiUrl(String);

impl ApiUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ApiUrl {
    fn default() -> Self {
        Self("https://qyapi.weixin.qq.com".to_owned())
    }
}

impl TryFrom<String> for ApiUrl {
    type Error = String;

    fn try_from(url: String) -> Result<Self, String> {
        check(&url, "https", "http").map(Self)
    }
}

/// Where the robots' long connections go.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct GatewayUrl(String);

impl GatewayUrl {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for GatewayUrl {
    fn default() -> Self {
        Self("wss://openws.work.weixin.qq.com".to_owned())
    }
}

impl TryFrom<String> for GatewayUrl {
    type Error = String;

    fn try_from(url: String) -> Result<Self, String> {
        check(&url, "wss", "ws").map(Self)
    }
}

/// Whether what is posted to `url` can be read by nobody on its way.
pub(crate) fn is_safe(url: &str) -> bool {
    let Ok(uri) = url.parse::<axum::http::Uri>() else {
        return false;
    };
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => is_near(host),
        _ => false,
    }
}

fn check(url: &str, safe: &str, plain: &str) -> Result<String, String> {
    let wrong = || format!("this is not an address: write something like {safe}://wecom.example");
    let uri: axum::http::Uri = url.parse().map_err(|_| wrong())?;
    let bare = uri
        .authority()
        .is_some_and(|authority| !authority.as_str().contains('@'))
        && uri.query().is_none();
    let host = uri.host().filter(|host| bare && !host.is_empty());
    match (uri.scheme_str(), host) {
        (Some(scheme), Some(_)) if scheme == safe => {}
        (Some(scheme), Some(host)) if scheme == plain && is_near(host) => {}
        (Some(scheme), Some(_)) if scheme == plain => {
            return Err(format!(
                "`{url}` would carry secrets in the open: write {safe}, or an address on this machine or a private network"
            ));
        }
        _ => return Err(wrong()),
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// Whether what is sent to `host` stays on this machine or in a private network. A name without a dot is a container's.
fn is_near(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => !bare.contains('.'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_addresses_are_taken_only_near() {
        let api = |url: &str| ApiUrl::try_from(url.to_owned());
        assert_eq!(
            api("https://wecom.example/").unwrap().as_str(),
            "https://wecom.example"
        );
        api("http://127.0.0.1:1").unwrap();
        api("http://proxy:1").unwrap();
        for (wrong, hint) in [
            ("http://wecom.example", "https"),
            ("wss://wecom.example", "not an address"),
            ("https://", "not an address"),
            ("https://user@wecom.example", "not an address"),
            ("", "not an address"),
        ] {
            assert!(api(wrong).unwrap_err().contains(hint), "{wrong}");
        }
        GatewayUrl::try_from("ws://[::1]:1".to_owned()).unwrap();
        assert!(
            GatewayUrl::try_from("ws://wecom.example".to_owned())
                .unwrap_err()
                .contains("wss")
        );
        assert!(
            is_safe("https://qyapi.weixin.qq.com/x?response_code=1")
                && !is_safe("http://qyapi.weixin.qq.com/")
        );
        assert!(!is_safe("file:///etc/passwd") && !is_safe("x"));
    }
}
