//! The failures of an API call.

use groupdesk_contract::{Delivery, ReplyKey};
use groupdesk_kit::{CallError, CallErrorKind, Retries};
use std::time::Duration;

/// The retry delay after wrong credentials.
const CREDENTIALS_PAUSE: Duration = Duration::from_secs(30);

/// A failed call, with a sentence for an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing was written to QQ.
    NotSent(String),
    /// It was written, and whether QQ did it is not known.
    NoAnswer(String),
    /// The access token is refused.
    Token(String),
    /// The app_id or the app_secret is wrong, or the bot is not what it was: a person must help.
    Credentials(String),
    /// A message with this `msg_id` and `msg_seq` stands there already.
    Duplicate,
    /// Taken, and shown when a person at QQ has looked at it; the review's id.
    Review(Option<String>),
    /// Not taken; to be tried again after this time.
    Wait(String, Duration),
    /// The message that it answers can't be answered any more.
    TooLate(String),
    /// The picture or file is what QQ does not take.
    Picture(String),
    /// This message's Markdown or buttons are not what QQ takes.
    Markdown(String),
    /// Markdown or buttons are not granted.
    NoMarkdown(String),
    /// The text holds a web address that QQ does not let the bot send.
    Address(String),
    /// It will never be taken.
    Refused(String),
    /// It was not taken, for a reason that is in no list.
    Unknown(String),
}

impl Fault {
    pub(crate) fn refused(reason: &str) -> Self {
        Self::Refused(reason.to_owned())
    }

    /// The fault, in a sentence for an admin.
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::NotSent(words)
            | Self::NoAnswer(words)
            | Self::Token(words)
            | Self::Credentials(words)
            | Self::Wait(words, _)
            | Self::TooLate(words)
            | Self::Picture(words)
            | Self::Markdown(words)
            | Self::NoMarkdown(words)
            | Self::Address(words)
            | Self::Refused(words)
            | Self::Unknown(words) => words,
            Self::Duplicate => "QQ has this message already",
            Self::Review(_) => "QQ shows the message after a review",
        }
    }

    /// True if QQ has certainly not accepted the message.
    pub(crate) fn took_nothing(&self) -> bool {
        !matches!(self, Self::NoAnswer(_) | Self::Duplicate | Self::Review(_))
    }

    /// Maps the fault to the delivery of the reply `key`.
    pub(crate) fn delivery(self, retries: &Retries, key: ReplyKey) -> Delivery {
        match self {
            Self::Unknown(reason) => retries.after_unknown(key, reason),
            Self::Duplicate | Self::Review(_) => Delivery::Sent { message: None },
            fault => {
                let (kind, after) = match &fault {
                    Self::NotSent(_) => (CallErrorKind::NotSent, None),
                    Self::Token(_) => (CallErrorKind::BadCredentials, None),
                    Self::Credentials(_) => (CallErrorKind::BadCredentials, Some(CREDENTIALS_PAUSE)),
                    Self::Wait(_, time) => (CallErrorKind::RateLimited, Some(*time)),
                    Self::NoAnswer(_) => (CallErrorKind::NoAnswer, None),
                    _ => (CallErrorKind::Rejected, None),
                };
                CallError::new(kind, fault.message()).after(after).into()
            }
        }
    }
}
