//! The address of a platform's API.

use groupdesk_contract::{Endpoint, Plain, service_url};
use reqwest::Url;

/// The form of an API's address.
const API: Endpoint = Endpoint::api(Plain::Near, "https://proxy.example");

service_url! {
    /// An address without a slash at its end. Plain http only to this machine or a private network, since every call holds a
    /// token.
    pub struct ApiUrl(API);
}

impl ApiUrl {
    pub(crate) fn official() -> Self {
        Self("https://api.weixin.qq.com".to_owned())
    }

    pub(crate) fn ilink() -> Self {
        Self("https://ilinkai.weixin.qq.com".to_owned())
    }

    /// Returns another address of the same service, from the service's own response: on Tencent's own domain, or on the host of
    /// this one.
    pub(crate) fn sibling(&self, told: &str) -> Option<Self> {
        let text = if told.contains("://") {
            told.to_owned()
        } else {
            format!("https://{told}")
        };
        let sibling = Self::try_from(text).ok()?;
        let host = |url: &Self| Some(url.0.parse::<Url>().ok()?.host_str()?.to_owned());
        let there = host(&sibling)?;
        (there.ends_with(".weixin.qq.com") || host(self)? == there).then_some(sibling)
    }

    pub(crate) fn wecom() -> Self {
        Self("https://qyapi.weixin.qq.com".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_over_plain_http_to_near_hosts_only() {
        for good in [
            "https://a.example/",
            "http://127.0.0.1:8",
            "http://fake:80/x",
            "http://[::1]:9",
            "http://10.0.0.1",
        ] {
            ApiUrl::try_from(good.to_owned()).unwrap();
        }
        for bad in [
            "http://a.example",
            "ftp://a",
            "https://u:p@a.example",
            "a",
            "",
            "https://",
            "http://8.8.8.8",
        ] {
            assert!(ApiUrl::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        let known = ApiUrl::ilink();
        assert!(
            known.sibling("https://sh.weixin.qq.com").is_some()
                && known.sibling("sh.weixin.qq.com").is_some()
        );
        for foreign in [
            "https://weixin.qq.com.example",
            "evil.example",
            "http://sh.weixin.qq.com",
            "https://xweixin.qq.com",
        ] {
            assert!(known.sibling(foreign).is_none(), "{foreign}");
        }
        assert_eq!(
            ApiUrl::try_from("https://a.example/".to_owned())
                .unwrap()
                .as_str(),
            "https://a.example"
        );
    }
}
