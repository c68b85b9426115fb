//! The failures of a call, by WeCom's error codes: a sentence for an admin, and the mapping to a delivery. The codes:
//! <https://developer.work.weixin.qq.com/document/path/90313>.

use groupdesk_contract::{Delivery, ReplyKey};
use groupdesk_kit::{CallError, CallErrorKind, Retries};
use std::time::Duration;

/// The retry delay after a rate limit; WeCom's limits are by the minute.
const RATE_LIMIT_DELAY: Duration = Duration::from_secs(60);
/// The retry delay of an account that an admin must fix.
pub(crate) const OPERATOR_RETRY_DELAY: Duration = Duration::from_secs(300);

/// The reason for which a message was not sent, or is not known to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing was written to WeCom.
    NotWritten(String),
    /// WeCom or our own pacing asks to wait; nothing was taken.
    Wait(String, Option<Duration>),
    /// The access token is no good any more.
    Token(String),
    /// WeCom will not take it this way.
    Refused(String),
    /// WeCom did not take it, for a reason that is in no list.
    Unknown(String),
    /// It was written and no answer came.
    NoAnswer(String),
}

impl Fault {
    /// Maps a code other than 0 to a fault; `said` is WeCom's own text.
    pub(crate) fn of(code: i64, said: &str) -> Self {
        // The text may end in an address to look the error up at, with the caller's own address in it.
        let said: String = said
            .split(", hint:")
            .next()
            .unwrap_or_default()
            .chars()
            .take(200)
            .collect();
        let words = |what: &str| format!("{what} (WeCom {code}: {said})");
        match code {
            -1 => Self::Wait(words("WeCom is busy"), None),
            45009 | 45033 => Self::Wait(words("too many messages or calls"), Some(RATE_LIMIT_DELAY)),
            40014 | 41001 | 42001 => Self::Token(words("the access token is no good any more")),
            40001 => Self::Wait(
                words("the secret is not the one of this application or robot"),
                Some(OPERATOR_RETRY_DELAY),
            ),
            40013 => Self::Wait(words("the corpid is wrong"), Some(OPERATOR_RETRY_DELAY)),
            40056 | 41011 | 301_002 => Self::Wait(
                words("the agentid is wrong, or its application is not the one of the secret"),
                Some(OPERATOR_RETRY_DELAY),
            ),
            60020 => Self::Wait(
                words(
                    "this machine's address is not among the application's trusted IP addresses (企业可信IP): add it at WeCom's \
                     admin page",
                ),
                Some(OPERATOR_RETRY_DELAY),
            ),
            93000 => Self::Wait(
                words("the group robot's key is wrong, or the robot was taken out of its group"),
                Some(OPERATOR_RETRY_DELAY),
            ),
            81013 => Self::Refused(words(
                "nobody of those named can be reached: check the userids, and that the application is visible to them",
            )),
            60011 | 48002 => Self::Refused(words(
                "the application may not do this: check its visible range and permissions",
            )),
            86001 | 86008 => Self::Refused(words("the chat is none of this application's")),
            40008 => Self::Refused(words("WeCom takes no message of this kind here")),
            45002 | 40058 => Self::Refused(words(
                "WeCom does not take the text: it is too long, or something is missing",
            )),
            846_605 | 846_608 => Self::Refused(words("the time to answer this message is over")),
            _ => Self::Unknown(words("WeCom refuses it")),
        }
    }

    /// Maps a failed request to a fault, for requests that would send a message twice if repeated.
    pub(crate) fn of_request(error: reqwest::Error) -> Self {
        let error = CallError::of_request(error);
        match error.kind {
            CallErrorKind::NotSent => Self::NotWritten(error.message),
            CallErrorKind::Rejected => Self::Refused(error.message),
            _ => Self::NoAnswer(error.message),
        }
    }

    /// The reason, in a sentence for an admin.
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::NotWritten(words)
            | Self::Wait(words, _)
            | Self::Token(words)
            | Self::Refused(words)
            | Self::Unknown(words)
            | Self::NoAnswer(words) => words,
        }
    }

    /// Maps the fault to the delivery of the reply `key`.
    pub(crate) fn delivery(self, retries: &Retries, key: ReplyKey) -> Delivery {
        let (kind, reason, after) = match self {
            Self::Unknown(reason) => return retries.after_unknown(key, reason),
            Self::NotWritten(reason) => (CallErrorKind::NotSent, reason, None),
            Self::Token(reason) => (CallErrorKind::BadCredentials, reason, None),
            Self::Wait(reason, after) => (CallErrorKind::RateLimited, reason, after),
            Self::Refused(reason) => (CallErrorKind::Rejected, reason, None),
            Self::NoAnswer(reason) => (CallErrorKind::NoAnswer, reason, None),
        };
        CallError::new(kind, reason).after(after).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_words_that_say_what_to_do() {
        let retries = Retries::default();
        let untrusted = Fault::of(
            60020,
            "not allow to access from your ip, hint: [17], from ip: 1.2.3.4",
        );
        assert!(untrusted.message().contains("企业可信IP") && !untrusted.message().contains("1.2.3.4"));
        assert!(matches!(
            untrusted.delivery(&retries, ReplyKey(1)),
            Delivery::Later { after: Some(_), .. }
        ));
        assert!(matches!(
            Fault::of(45009, "api freq out of limit").delivery(&retries, ReplyKey(1)),
            Delivery::Later {
                after: Some(RATE_LIMIT_DELAY),
                ..
            }
        ));
        assert!(matches!(Fault::of(42001, "expired"), Fault::Token(_)));
        assert!(matches!(
            Fault::of(81013, "x").delivery(&retries, ReplyKey(1)),
            Delivery::Refused { .. }
        ));
        let unknown = || Fault::of(99999, "x").delivery(&retries, ReplyKey(1));
        for _ in 0..3 {
            assert!(matches!(unknown(), Delivery::Later { after: Some(_), .. }));
        }
        assert!(matches!(unknown(), Delivery::Refused { .. }));
        assert!(matches!(
            Fault::of(-1, "system busy").delivery(&retries, ReplyKey(1)),
            Delivery::Later { .. }
        ));
    }
}
