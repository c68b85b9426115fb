//! The OneBot part of an account in `groupdesk.yaml`.

use groupdesk_contract::{
    Endpoint, Plain, PrivateHosts, Secret, Span, Written, header_token, in_both, is_number,
};
use schemars::JsonSchema;
use serde::Deserialize;
use std::fmt;
use std::time::Duration;

/// The form of the implementation's address.
const SOCKET: Endpoint = Endpoint::web_socket(Plain::Anywhere, true, "ws://127.0.0.1:3001");

/// Connection of a QQ account through a OneBot v11 implementation (NapCat, Lagrange, go-cqhttp, ...).
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The implementation connects to us (reverse WebSocket). On by default, unless `forward` is given.
    pub reverse: Option<Reverse>,
    /// We connect to the implementation (forward WebSocket).
    pub forward: Option<Forward>,
    /// The access token that both sides are configured with. Without one, anybody who can reach the address can speak
    /// for the account.
    #[serde(deserialize_with = "header_token")]
    pub access_token: Option<Secret>,
    /// The QQ number of the account. When given, connections of other numbers are refused.
    pub self_id: Option<SelfId>,
    /// An implementation that announced heartbeats and then sends nothing for this long (or for three heartbeats,
    /// whichever is longer) counts as gone, and its connection is closed.
    pub heartbeat_timeout: Span,
    /// Timeout of a call to the implementation, sending a message included.
    pub call_timeout: Span,
    /// Time without an event or response after which an implementation that announces no heartbeats is asked for its status.
    pub probe_after: Span,
    /// Interval of WebSocket pings. A connection on which nothing at all comes for three intervals is closed.
    pub ping_every: Span,
    /// Hosts of your own network that the implementation may fetch pictures from: names, addresses, or networks such as
    /// `192.168.1.0/24`. Default: none, since members and staff write addresses too.
    pub private_hosts: PrivateHosts,
    /// With several nodes: a standby has a connection of its own and hears too, so that nothing is lost when the next one takes over.
    /// The implementation then needs a client for each node. Default: true with `forward`, else false: a standby passes the
    /// implementation's connection on to the node that serves.
    pub standby_hears: Option<bool>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reverse: None,
            forward: None,
            access_token: None,
            self_id: None,
            heartbeat_timeout: Span(Duration::from_secs(90)),
            call_timeout: Span(Duration::from_secs(10)),
            probe_after: Span(Duration::from_secs(60)),
            ping_every: Span(Duration::from_secs(30)),
            private_hosts: PrivateHosts::default(),
            standby_hears: None,
        }
    }
}

impl Settings {
    /// The listener for implementations that connect to us, if it is on.
    pub fn reverse(&self) -> Option<Reverse> {
        match (&self.reverse, &self.forward) {
            (Some(reverse), _) => Some(reverse.clone()),
            (None, None) => Some(Reverse::default()),
            (None, Some(_)) => None,
        }
    }

    /// True if a standby has a connection of its own.
    pub fn standby_hears(&self) -> bool {
        self.standby_hears.unwrap_or(self.reverse().is_none())
    }
}

/// The implementation connects to us.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reverse {
    /// The path on the program's HTTP listener; `/event` and `/api` below it are answered too.
    pub path: HttpPath,
    /// Open the listener without `access_token` on other addresses than this machine's own, for a network in which you trust
    /// everybody. Otherwise that is refused, since any client that reaches it can speak for the account.
    pub allow_without_token: bool,
}

/// We connect to the implementation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forward {
    /// The address of the implementation, `ws://host:port` or `wss://host:port`.
    pub url: WsUrl,
}

/// A path such as `/onebot/v11/ws`, without the segments `.` and `..`: clients resolve them before they ask.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct HttpPath(String);

impl HttpPath {
    /// The path, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for HttpPath {
    fn default() -> Self {
        Self("/onebot/v11/ws".to_owned())
    }
}

impl TryFrom<String> for HttpPath {
    type Error = String;

    fn try_from(path: String) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        let mut resolved = Vec::new();
        for segment in segments {
            match segment {
                "." => {}
                ".." => drop(resolved.pop()),
                segment => resolved.push(segment),
            }
        }
        if resolved.is_empty() || !path.starts_with('/') || path.contains("//") || !path.chars().all(plain) {
            return Err(in_both(
                "this is not a path: write something like /onebot/v11/ws (letters, digits and /-_.~ only, no ?)",
                "这不是路径；请写成类似 /onebot/v11/ws（只能用英文字母、数字和 /-_.~，不能带 ?）",
            ));
        }
        Ok(Self(format!("/{}", resolved.join("/"))))
    }
}

/// A WebSocket address. Its `Debug` leaves the query out, which may hold a token.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct WsUrl(String);

impl WsUrl {
    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for WsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.split('?').next().unwrap_or_default())
    }
}

impl TryFrom<String> for WsUrl {
    type Error = String;

    fn try_from(url: String) -> Result<Self, String> {
        // Whom we are is told by the token, and user:password@ would end up in logs.
        SOCKET.check(&url)?;
        // What connects reads it once more, a little more strictly.
        match url.parse::<axum::http::Uri>() {
            Ok(_) => Ok(Self(url)),
            Err(_) => Err(in_both(
                "this is not a WebSocket address: signs that no address has stand in it; write something like ws://127.0.0.1:3001",
                "这不是有效的 WebSocket 地址，里面有地址不能用的符号；请写成类似 ws://127.0.0.1:3001",
            )),
        }
    }
}

/// A QQ number, written as a number or as a string.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub struct SelfId(String);

impl SelfId {
    /// Returns its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<Written> for SelfId {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        match is_number(written.as_str()) {
            true => Ok(Self(written.as_str().to_owned())),
            false => Err(in_both(
                "this is no QQ number: write the account's own, such as self_id: 10001",
                "这不是 QQ 号；请写机器人自己的 QQ 号，例如 self_id: 10001",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_read_with_defaults_and_hide_their_secrets() {
        let none: Settings = serde_json::from_value(json!({})).unwrap();
        assert_eq!(none.reverse().unwrap().path.as_str(), "/onebot/v11/ws");
        assert_eq!(none.heartbeat_timeout.0, Duration::from_secs(90));
        assert!(!none.standby_hears());
        let all: Settings = serde_json::from_value(json!({
            "forward": {"url": "wss://bot.example:3001/x?access_token=hush"},
            "access_token": "hush", "self_id": 10001, "call_timeout": "1m 30s"
        }))
        .unwrap();
        assert_eq!(all.reverse(), None);
        assert!(all.standby_hears());
        assert_eq!(all.call_timeout.0, Duration::from_secs(90));
        assert_eq!(all.self_id.as_ref().unwrap().as_str(), "10001");
        assert!(!format!("{all:?}").contains("hush"), "{all:?}");
        assert!(all.access_token.unwrap().matches("hush"));
    }

    #[test]
    fn a_path_is_what_a_client_asks_for() {
        for (written, asked) in [
            ("/x/../bot", "/bot"),
            ("/../x/./bot/", "/x/bot"),
            ("/x/..bot", "/x/..bot"),
        ] {
            let path = HttpPath::try_from(written.to_owned()).unwrap();
            assert_eq!(path.as_str(), asked, "{written}");
        }
    }

    #[test]
    fn mistakes_are_refused_with_a_hint() {
        for (wrong, hint) in [
            (json!({"revers": {}}), "revers"),
            (json!({"access_token": "令牌 hush"}), "平台收不到这样的令牌"),
            (json!({"access_token": "“hush”"}), "ASCII"),
            (json!({"access_token": "a hush"}), "no spaces"),
            (json!({"access_token": "a\u{7}hush"}), "ASCII"),
            (json!({"access_token": ""}), "variable"),
            (json!({"reverse": {"path": "onebot"}}), "/onebot/v11/ws"),
            (json!({"reverse": {"path": "/{x}"}}), "/onebot/v11/ws"),
            (
                json!({"forward": {"url": "http://127.0.0.1"}}),
                "ws://127.0.0.1:3001",
            ),
            (
                json!({"forward": {"url": "ws://user:hush@host"}}),
                "WebSocket address",
            ),
            (json!({"forward": {"url": "ws://host:99999"}}), "1 to 65535"),
            (json!({"self_id": "hush"}), "self_id: 10001"),
            (json!({"self_id": 0}), "self_id: 10001"),
            (json!({"self_id": -5}), "self_id: 10001"),
            (json!({"self_id": 1.5}), "a platform id"),
            (
                json!({"reverse": {"path": "/x?access_token=hush"}}),
                "/onebot/v11/ws",
            ),
            (json!({"reverse": {"path": "/"}}), "/onebot/v11/ws"),
            (json!({"reverse": {"path": "/x/.."}}), "/onebot/v11/ws"),
            (json!({"call_timeout": "soon"}), "90s"),
            (json!({"call_timeout": "-1s"}), "more than nothing"),
        ] {
            let error = serde_json::from_value::<Settings>(wrong).unwrap_err().to_string();
            assert!(error.contains(hint) && !error.contains("hush"), "{error}");
        }
    }
}
