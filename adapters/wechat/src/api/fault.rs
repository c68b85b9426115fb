//! The failures of a call: a sentence for an admin, and the mapping to a delivery.

use groupdesk_contract::{Delivery, ReplyKey};
use groupdesk_kit::{CallError, CallErrorKind, Retries};
use std::time::Duration;

/// The retry delay after a rate limit.
const RATE_LIMIT_DELAY: Duration = Duration::from_secs(60);
/// The retry delay while only a person can help.
const CREDENTIALS_DELAY: Duration = Duration::from_secs(300);

/// The failure of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The platform refused, with a code.
    Coded {
        /// `errcode`.
        code: i64,
        /// Meaning.
        words: String,
    },
    /// Nothing was written to the platform.
    NotSent(String),
    /// The request was written, and its outcome is unknown.
    NoAnswer(String),
}

impl Fault {
    pub(crate) fn coded(code: i64, message: &str) -> Self {
        // The platform's words end in a hint with ids of the call; its beginning says it.
        let said: String = message.chars().take(120).collect();
        let words = match meaning(code) {
            Some(meaning) => format!("{meaning} (errcode {code}: {said})"),
            None => format!("the platform refused: {said} (errcode {code})"),
        };
        Self::Coded { code, words }
    }

    pub(crate) fn address() -> Self {
        Self::NotSent("`api_url` is no address".to_owned())
    }

    pub(crate) fn of_request(error: reqwest::Error) -> Self {
        let unsent = error.is_connect() || error.is_builder();
        let words = groupdesk_kit::request_error_message(error);
        if unsent {
            Self::NotSent(words)
        } else {
            Self::NoAnswer(words)
        }
    }

    /// The same, of a call that another one waits for, of which nothing was written yet.
    pub(crate) fn into_not_sent(self) -> Self {
        match self {
            Self::NoAnswer(words) => Self::NotSent(words),
            other => other,
        }
    }

    pub(crate) fn code(&self) -> Option<i64> {
        match self {
            Self::Coded { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// True for a fault by which nothing can be sent until an admin acts.
    pub(crate) fn is_for_admin(&self) -> bool {
        self.code().is_some_and(is_for_admin)
    }

    pub(crate) fn message(&self) -> String {
        match self {
            Self::Coded { words, .. } | Self::NotSent(words) | Self::NoAnswer(words) => words.clone(),
        }
    }

    /// Maps the fault to the delivery of the reply `key`.
    pub(crate) fn delivery(self, retries: &Retries, key: ReplyKey) -> Delivery {
        let (kind, after) = match &self {
            Self::NotSent(_) => (CallErrorKind::NotSent, None),
            Self::NoAnswer(_) => (CallErrorKind::NoAnswer, None),
            Self::Coded { code, .. } => match *code {
                -1 | 45009 | 45011 | 45033 => (CallErrorKind::RateLimited, Some(RATE_LIMIT_DELAY)),
                code if is_for_admin(code) => (CallErrorKind::BadCredentials, Some(CREDENTIALS_DELAY)),
                // Only what is in the list is surely final.
                code if meaning(code).is_none() => return retries.after_unknown(key, self.message()),
                _ => (CallErrorKind::Rejected, None),
            },
        };
        CallError::new(kind, self.message()).after(after).into()
    }
}

/// True for a code by which nothing can be sent until an admin acts.
fn is_for_admin(code: i64) -> bool {
    matches!(
        code,
        40001 | 40013 | 40014 | 40125 | 40164 | 41002 | 41004 | 42001 | 60020
    )
}

/// Returns the meaning of a code and its remedy. Codes: <https://developer.work.weixin.qq.com/document/path/90313>,
/// <https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html>.
fn meaning(code: i64) -> Option<&'static str> {
    Some(match code {
        -1 => "the platform is busy",
        40001 | 40125 => "the secret is wrong: copy it again from the platform's page",
        40013 => "the corp id or app id is wrong",
        40014 | 42001 => "the access token was refused twice: does another program use the same secret?",
        40003 | 40031 | 40096 => {
            "the platform knows no such user: they may have unfollowed, or belong to another account"
        }
        40058 => "the platform finds a parameter wrong",
        40164 | 60020 => {
            "this machine's address is not on the list of trusted IPs: add it on the platform's page"
        }
        40201 => "the account is banned from this",
        41002 => "the app id is missing",
        41004 => "the secret is missing: is the variable set?",
        43004 => "the user does not follow the account any more",
        45002 => "the text is too long",
        45009 | 45011 | 45033 => "too many calls: the platform asks to wait",
        45015 => "the user's last message is more than 48 hours ago: it can be said after their next one",
        45047 => "too many messages since the user's last one: it can be said after their next one",
        48001 | 48002 => {
            "the account has no right to this API: an Official Account must be verified, a company's app must be \
                          among those that may call Customer Service"
        }
        50002 => "the account is limited by the platform",
        95000 | 95004 => "there is no such Customer Service account: check the open_kfid",
        95001 => {
            "five messages were sent since the customer's last one: more can be said after their next one"
        }
        95002 => "the customer's last message is more than 48 hours ago: it can be said after their next one",
        95007 => "the callback's token is not good any more",
        95011 | 95012 => {
            "Customer Service is managed elsewhere: hand the account to this app in the admin console"
        }
        95013 => "the session has ended: it can be said after the customer's next message",
        95014 => "the servicer is not on duty, or not activated",
        95016 => "the session can't be handed over from where it stands",
        95017 => "the API is switched off for Customer Service in the admin console",
        95018 => "a servicer has the conversation, or it has ended: answer in WeCom's own client",
        _ => return None,
    })
}
