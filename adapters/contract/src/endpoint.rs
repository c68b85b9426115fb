//! Addresses of servers, as operators write them. They are parsed once with the settings, by the parser that connects later, so
//! that `groupdesk check` finds an unusable one before anybody waits for a message sent there. No error repeats a part of an
//! address, which may hold a key.

use crate::{distance, in_both};
use std::net::IpAddr;
use url::{ParseError, Url};

/// The longest address of a server, in bytes.
const ENDPOINT_BYTES_MAX: usize = 2 << 10;

/// The hosts to which plain text may be sent without encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// To everybody: a bot's own implementation, of which most speak nothing else.
    Anywhere,
    /// To this machine and private networks; a name without a dot is a container's. The rule for every service that is sent a
    /// secret.
    Near,
    /// To this machine.
    Here,
}

/// The form that an address must have.
#[derive(Debug, Clone, Copy)]
pub struct Endpoint {
    /// The encrypted scheme and the plain one.
    schemes: [&'static str; 2],
    /// The hosts for which the plain scheme is allowed.
    plain: Plain,
    /// User name and password may stand in it.
    user: bool,
    /// A query may stand in it.
    query: bool,
    /// The form to type.
    example: &'static str,
}

impl Endpoint {
    /// An address over http that requests with secrets go to: nothing but host, port and path.
    pub const fn api(plain: Plain, example: &'static str) -> Self {
        Self {
            schemes: ["https", "http"],
            plain,
            user: false,
            query: false,
            example,
        }
    }

    /// An address over http that is posted to unchanged, with its key.
    pub const fn post(example: &'static str) -> Self {
        Self {
            user: true,
            query: true,
            ..Self::api(Plain::Near, example)
        }
    }

    /// A WebSocket's address.
    pub const fn web_socket(plain: Plain, query: bool, example: &'static str) -> Self {
        Self {
            schemes: ["wss", "ws"],
            query,
            ..Self::api(plain, example)
        }
    }

    /// Reads an address.
    ///
    /// # Errors
    /// The fault and what to type, in both languages, without a part of it.
    pub fn check(&self, text: &str) -> Result<Url, String> {
        let [safe, plain] = self.schemes;
        if text.trim().is_empty() {
            return Err(self.wrong("it is empty", "地址是空的"));
        }
        if text.len() > ENDPOINT_BYTES_MAX {
            return Err(self.wrong("it is too long", "地址太长"));
        }
        if text.contains(['：', '／', '。']) {
            return Err(self.wrong(
                "it has a full-width colon, slash or dot in it",
                "里面有全角的冒号、斜杠或句号",
            ));
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(self.wrong("there is a space or a line break in it", "里面有空格或换行"));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(self.wrong(
                &format!("it does not begin with {safe}://"),
                &format!("开头缺少 {safe}://"),
            ));
        };
        let scheme = scheme.to_ascii_lowercase();
        if !self.schemes.contains(&scheme.as_str()) {
            let meant = self
                .schemes
                .iter()
                .find(|known| scheme.get(..1) == known.get(..1) && distance(&scheme, known) <= 2)
                .map_or((String::new(), String::new()), |known| {
                    (
                        format!(" (did you mean {known}://?)"),
                        format!("（是不是要写 {known}:// ？）"),
                    )
                });
            return Err(self.wrong(
                &format!("it begins with neither {safe}:// nor {plain}://{}", meant.0),
                &format!("开头应该是 {safe}:// 或 {plain}://{}", meant.1),
            ));
        }
        if rest.starts_with(['/', '?', '#', '\\']) || rest.is_empty() {
            return Err(self.wrong("no host is named in it", "里面没有写主机名"));
        }
        if ["http://", "https://", "ws://", "wss://"]
            .iter()
            .any(|scheme| rest.starts_with(scheme))
        {
            return Err(self.wrong("the part with :// stands twice in it", "开头的 :// 部分写了两遍"));
        }
        let url = Url::parse(text).map_err(|error| match error {
            ParseError::InvalidPort => self.bad_port(),
            ParseError::EmptyHost => self.wrong("no host is named in it", "里面没有写主机名"),
            _ => self.wrong("its host can't exist", "里面的主机名不可能存在"),
        })?;
        if url.port() == Some(0) {
            return Err(self.bad_port());
        }
        let Some(host) = url.host_str().filter(|host| !host.is_empty()) else {
            return Err(self.wrong("no host is named in it", "里面没有写主机名"));
        };
        if host.starts_with('.') || host.contains("..") {
            return Err(self.wrong("its host can't exist", "里面的主机名不可能存在"));
        }
        let has_user = !url.username().is_empty() || url.password().is_some();
        if has_user && !self.user {
            return Err(self.wrong(
                "a user name or password stands in it, which has a key of its own",
                "里面写了用户名或密码，它们不能写在地址里",
            ));
        }
        if !self.query && (url.query().is_some() || url.fragment().is_some()) {
            return Err(self.wrong("there is a ? or # in it", "里面有 ? 或 #"));
        }
        let is_open = match self.plain {
            Plain::Anywhere => false,
            Plain::Near => !stays_in_private_network(host),
            Plain::Here => !is_here(host),
        };
        if scheme == plain && is_open {
            let (where_, where_chinese) = match self.plain {
                Plain::Here => ("an address on this machine", "本机的地址"),
                _ => (
                    "an address on this machine or a private network",
                    "本机或内网的地址",
                ),
            };
            return Err(in_both(
                &format!("this address would carry secrets in the open: write {safe}, or {where_}"),
                &format!("用 {plain}:// 会把密钥明文传出去；请改用 {safe}:// ，或{where_chinese}"),
            ));
        }
        Ok(url)
    }

    fn bad_port(&self) -> String {
        self.wrong(
            "its port is no number from 1 to 65535",
            "端口应该是 1 到 65535 的数字",
        )
    }

    fn wrong(&self, reason: &str, reason_chinese: &str) -> String {
        let (kind, kind_chinese) = match self.schemes[0] {
            "wss" => ("a WebSocket address", " WebSocket 地址"),
            _ => ("an address", "网址"),
        };
        let example = self.example;
        in_both(
            &format!("this is not {kind}: {reason}; write something like {example}"),
            &format!("这不是有效的{kind_chinese}：{reason_chinese}；请写成类似 {example}"),
        )
    }
}

/// Declares the type of a setting that holds the address of a service: checked by an [`Endpoint`], without a slash at its end.
///
/// ```
/// use groupdesk_contract::{Endpoint, Plain};
///
/// groupdesk_contract::service_url! {
///     /// Address of the API.
///     pub struct ApiUrl(Endpoint::api(Plain::Near, "https://chat.example"), "https://api.chat.example");
/// }
///
/// assert_eq!(ApiUrl::default().as_str(), "https://api.chat.example");
/// assert_eq!(ApiUrl::try_from("http://proxy:8080/".to_owned()).unwrap().as_str(), "http://proxy:8080");
/// assert!(ApiUrl::try_from("http://chat.example".to_owned()).is_err());
/// ```
#[macro_export]
macro_rules! service_url {
    ($(#[$doc:meta])* pub struct $name:ident($endpoint:expr $(, $default:expr)?);) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, ::serde::Deserialize, ::schemars::JsonSchema)]
        #[serde(try_from = "String")]
        #[schemars(with = "String")]
        pub struct $name(String);

        impl $name {
            const ENDPOINT: $crate::Endpoint = $endpoint;

            /// Returns the address, without a slash at its end.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;

            fn try_from(url: String) -> Result<Self, String> {
                Self::ENDPOINT.check(&url)?;
                Ok(Self(url.trim_end_matches('/').to_owned()))
            }
        }

        $(
            impl Default for $name {
                fn default() -> Self {
                    Self($default.to_owned())
                }
            }
        )?
    };
}

/// Tells whether what is sent to `host` stays on this machine or in a private network. A name without a dot is a container's.
pub fn stays_in_private_network(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_) => !bare.contains('.'),
    }
}

fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Checks the name or the address of a server that is written without scheme and port.
///
/// # Errors
/// The fault and what to type, in both languages, without a part of it.
pub fn check_host(text: &str, example: &str) -> Result<String, String> {
    let host = text.trim();
    let wrong = |reason: &str, reason_chinese: &str| {
        in_both(
            &format!("this is not the name of a server: {reason}; write something like {example}"),
            &format!("这不是服务器的名称：{reason_chinese}；请写成类似 {example}"),
        )
    };
    if host.is_empty() {
        return Err(wrong("it is empty", "它是空的"));
    }
    if host.contains("://") || host.contains(['/', '@', '?', '#']) {
        return Err(wrong(
            "write the name alone, without ://, / and @",
            "请只写名称，不要带 ://、/ 和 @",
        ));
    }
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    if bare.unwrap_or(host).parse::<IpAddr>().is_ok() {
        return Ok(bare.unwrap_or(host).to_owned());
    }
    if host.contains([':', '：']) {
        return Err(wrong(
            "the port has a key of its own, `port`",
            "端口请单独写在 port 里",
        ));
    }
    let is_name = url::Host::parse(host).is_ok() && !host.starts_with('.') && !host.contains("..");
    match is_name {
        true => Ok(host.to_owned()),
        false => Err(wrong("no server can have it", "不可能有这样的名称")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_to_which_nobody_can_connect_is_told_without_a_part_of_it() {
        let post = Endpoint::post("https://hooks.example.com/x");
        for good in [
            "https://hooks.example.com/x?key=1",
            "http://127.0.0.1:8080/",
            "https://bot:hush@hooks.example.com/x",
            "HTTPS://Hooks.example.com",
            "http://desk:80",
            "https://客服.example/x",
        ] {
            post.check(good).unwrap();
        }
        // Its key would be read on the way.
        let error = post.check("http://hush.example.com/x").unwrap_err();
        assert!(
            error.contains("in the open") && !error.contains("hush"),
            "{error}"
        );
        for (bad, hint) in [
            ("ftp://hush/y", "neither https:// nor http://"),
            ("not hush", "space"),
            ("http://", "no host"),
            ("http:///hush", "no host"),
            ("hush.example.com/x", "does not begin with https://"),
            ("htps://hush/b", "did you mean https://"),
            ("https://https://hush/b", "twice"),
            ("https：//hush/b", "full-width"),
            ("https://hush:99999/", "port"),
            ("https://hush:0/", "port"),
            ("https://hush:x/", "port"),
            ("https://hush^/", "can't exist"),
            ("https://hu..sh/", "can't exist"),
            ("hush:x", "does not begin"),
            ("", "empty"),
        ] {
            let error = post.check(bad).unwrap_err();
            assert!(error.contains(hint) && !error.contains("hush"), "{bad}: {error}");
            assert!(
                error.contains("请写成类似 https://hooks.example.com/x"),
                "{error}"
            );
        }
    }

    #[test]
    fn secrets_go_over_plain_connections_only_so_far_as_is_allowed() {
        let api = Endpoint::api(Plain::Near, "https://api.example");
        for good in [
            "https://a.example/",
            "http://127.0.0.1:8",
            "http://fake:80/x",
            "http://[::1]:9",
            "http://10.0.0.1",
        ] {
            api.check(good).unwrap();
        }
        for bad in [
            "http://a.example",
            "http://8.8.8.8",
            "https://u:p@a.example",
            "https://a.example?x",
            "https://a.example#x",
        ] {
            assert!(api.check(bad).is_err(), "{bad}");
        }
        let here = Endpoint::api(Plain::Here, "https://api.example");
        assert!(here.check("http://localhost:1").is_ok() && here.check("http://10.0.0.1").is_err());
        let socket = Endpoint::web_socket(Plain::Anywhere, true, "ws://127.0.0.1:3001");
        assert!(socket.check("ws://bot.example:3001/x?access_token=1").is_ok());
        let error = socket.check("http://127.0.0.1").unwrap_err();
        assert!(
            error.contains("WebSocket address") && error.contains("ws://127.0.0.1:3001"),
            "{error}"
        );
    }

    #[test]
    fn a_host_stands_alone() {
        for good in [
            "smtp.example.com",
            "localhost",
            "127.0.0.1",
            "::1",
            "[::1]",
            "mail",
        ] {
            check_host(good, "smtp.example.com").unwrap();
        }
        for bad in [
            "",
            " ",
            "smtps://smtp.example.com",
            "smtp.example.com:465",
            "a b",
            "desk@example.com",
            "smtp..com",
        ] {
            let error = check_host(bad, "smtp.example.org").unwrap_err();
            assert!(
                error.contains("smtp.example.org") && error.contains("服务器"),
                "{bad}: {error}"
            );
        }
    }
}
