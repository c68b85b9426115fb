//! Maps the close codes of the gateway to the reason for people and the next step.
//!
//! Source: <https://bot.q.qq.com/wiki/develop/api-v2/dev-prepare/error-trace/websocket.html>.

use crate::api::Fault;
use crate::status::Rest;
use std::time::Duration;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

/// The end of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    pub(super) next: Next,
    /// The reason, in a sentence for an admin.
    pub(super) reason: String,
    /// The token that was shown is good no more.
    pub(super) token_refused: bool,
}

/// The next step after a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The session goes on with another connection.
    Resume,
    /// A new session is begun.
    Identify,
    /// The same, after this time.
    Wait(Duration),
    /// A person has to put something right.
    Person,
}

impl End {
    pub(super) fn new(next: Next, reason: &str) -> Self {
        Self {
            next,
            reason: reason.to_owned(),
            token_refused: false,
        }
    }

    pub(super) fn of_fault(fault: &Fault) -> Self {
        let next = match Rest::after(fault) {
            Rest::Short => Next::Resume,
            Rest::For(time) => Next::Wait(time),
            Rest::Long | Rest::Credentials => Next::Person,
        };
        Self::new(next, fault.message())
    }
}

/// Returns the meaning of QQ's close `frame`.
pub(super) fn end(frame: Option<CloseFrame>) -> End {
    let Some(frame) = frame else {
        return End::new(Next::Resume, "QQ's gateway closed the connection");
    };
    let code = u16::from(frame.code);
    let (next, words) = match code {
        4001 | 4002 | 4012 => (
            Next::Person,
            "QQ's gateway does not understand this program: look for a newer version",
        ),
        4003 | 4005 => (
            Next::Identify,
            "QQ's gateway wants the bot to identify itself anew",
        ),
        4004 => (Next::Identify, "QQ's gateway refuses the access token"),
        4006 => (Next::Identify, "QQ's gateway knows the session no more"),
        4007 => (
            Next::Identify,
            "QQ's gateway can't go on where the session stopped",
        ),
        4008 => (
            Next::Wait(Duration::from_secs(10)),
            "QQ's gateway was told too much at once",
        ),
        4009 => (Next::Resume, "QQ's gateway ended the connection, which was old"),
        4010 | 4011 => (
            Next::Person,
            "the bot is in too many guilds for one connection: set `guilds: false`, or use `mode: webhook`",
        ),
        4013 | 4014 => (
            Next::Person,
            "QQ does not grant the bot all kinds of events that it asks for: leave `hears_everything` out, set `buttons` to \
             `command` or `off`, or set `guilds: false`; or apply for them at q.qq.com",
        ),
        4900..=4913 => (Next::Identify, "QQ's gateway failed"),
        4914 => (
            Next::Person,
            "the bot is not published: QQ lets it connect to the sandbox only (`sandbox: true`)",
        ),
        4915 => (Next::Person, "the bot is banned: appeal at q.qq.com"),
        _ => (Next::Resume, "QQ's gateway closed the connection"),
    };
    End {
        next,
        reason: format!("{words} ({code})"),
        token_refused: code == 4004,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words_and_what_follows() {
        let of = |code: u16| {
            end(Some(CloseFrame {
                code: code.into(),
                reason: "".into(),
            }))
        };
        assert_eq!(of(4009).next, Next::Resume);
        assert_eq!(of(4006).next, Next::Identify);
        assert_eq!(of(4903).next, Next::Identify);
        assert_eq!(of(1006).next, Next::Resume);
        assert!(of(4004).token_refused);
        for (code, hint) in [
            (4014, "hears_everything"),
            (4914, "sandbox"),
            (4915, "banned"),
            (4011, "webhook"),
        ] {
            let end = of(code);
            assert_eq!(end.next, Next::Person);
            assert!(
                end.reason.contains(hint) && end.reason.contains(&code.to_string()),
                "{end:?}"
            );
        }
        assert_eq!(end(None).next, Next::Resume);
    }
}
