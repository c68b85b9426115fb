//! A call to a platform that failed, and what that means for the reply that it was to send.

use groupdesk_contract::Delivery;
use std::fmt;
use std::time::Duration;

/// A failed call, with a sentence for an admin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallError {
    /// Kind of the error, by which the caller decides.
    pub kind: CallErrorKind,
    /// The failure and its remedy, in a sentence for an admin, without secrets and members' texts.
    pub message: String,
    /// The wait before the next attempt, where the platform or a rule of ours names one.
    pub retry_after: Option<Duration>,
}

/// The kinds of failed calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallErrorKind {
    /// Nothing was written to the platform.
    NotSent,
    /// The request was written and no usable answer came: it may have been carried out.
    NoAnswer,
    /// The platform, or our own pacing, asks to wait; nothing was carried out.
    RateLimited,
    /// A token, a secret or an id is refused: nothing goes out until an admin acts.
    BadCredentials,
    /// The platform refuses this request for good.
    Rejected,
}

impl CallError {
    /// Makes an error without a wait.
    pub fn new(kind: CallErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
        }
    }

    /// Returns the error with a wait before the next attempt.
    #[must_use]
    pub fn after(self, retry_after: Option<Duration>) -> Self {
        Self { retry_after, ..self }
    }

    /// Classifies a request without an answer, which may hold a key in its address: that is left out of the message.
    pub fn of_request(error: reqwest::Error) -> Self {
        if error.is_builder() {
            let message = format!("the address can't be used: {}", error.without_url());
            return Self::new(CallErrorKind::Rejected, message);
        }
        let kind = match error.is_connect() {
            true => CallErrorKind::NotSent,
            false => CallErrorKind::NoAnswer,
        };
        Self::new(kind, crate::request_error_message(error))
    }

    /// Returns the error of a call that another one waited for, of which nothing was written yet.
    #[must_use]
    pub fn before_sending(self) -> Self {
        match self.kind {
            CallErrorKind::NoAnswer => Self {
                kind: CallErrorKind::NotSent,
                ..self
            },
            _ => self,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<CallError> for Delivery {
    fn from(error: CallError) -> Self {
        let (reason, after) = (error.message, error.retry_after);
        match error.kind {
            CallErrorKind::NotSent | CallErrorKind::RateLimited | CallErrorKind::BadCredentials => {
                Self::Later { reason, after }
            }
            CallErrorKind::NoAnswer => Self::Unknown { reason },
            CallErrorKind::Rejected => Self::Refused { reason },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_have_been_written_is_uncertain_and_only_what_is_rejected_is_final() {
        let delivery = |kind| Delivery::from(CallError::new(kind, "why"));
        let reason = || "why".to_owned();
        for kind in [
            CallErrorKind::NotSent,
            CallErrorKind::RateLimited,
            CallErrorKind::BadCredentials,
        ] {
            let later = Delivery::Later {
                reason: reason(),
                after: None,
            };
            assert_eq!(delivery(kind), later);
        }
        assert_eq!(
            delivery(CallErrorKind::NoAnswer),
            Delivery::Unknown { reason: reason() }
        );
        assert_eq!(
            delivery(CallErrorKind::Rejected),
            Delivery::Refused { reason: reason() }
        );
        let second = Some(Duration::from_secs(1));
        let limited = CallError::new(CallErrorKind::RateLimited, "why").after(second);
        assert!(matches!(Delivery::from(limited), Delivery::Later { after, .. } if after == second));
        let unanswered = CallError::new(CallErrorKind::NoAnswer, "why").before_sending();
        assert_eq!(unanswered.kind, CallErrorKind::NotSent);
    }
}
