//! Addresses in the settings: encrypted ones, or near ones, since what is sent there holds secrets.

use groupdesk_contract::{Endpoint, Plain, service_url, stays_in_private_network};

/// The form of the API's address.
const API: Endpoint = Endpoint::api(Plain::Near, "https://wecom.example");

/// The form of the address of long connections.
const GATEWAY: Endpoint = Endpoint::web_socket(Plain::Near, false, "wss://wecom.example");

service_url! {
    /// Address of WeCom's API, without a slash at its end.
    pub struct ApiUrl(API, "https://qyapi.weixin.qq.com");
}

service_url! {
    /// Address of the robots' long connections.
    pub struct GatewayUrl(GATEWAY, "wss://openws.work.weixin.qq.com");
}

/// True if nobody on the way can read a request to `url`.
pub(crate) fn is_safe(url: &str) -> bool {
    let Ok(uri) = url.parse::<axum::http::Uri>() else {
        return false;
    };
    match (uri.scheme_str(), uri.host()) {
        (Some("https"), Some(_)) => true,
        (Some("http"), Some(host)) => stays_in_private_network(host),
        _ => false,
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
