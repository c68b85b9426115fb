//! The last attempt to send of an account, for `groupdesk status`.

use jiff::Timestamp;
use parking_lot::Mutex;
use serde::Serialize;

/// Last attempt to send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastSend {
    /// Time at which its outcome was known.
    pub at: Timestamp,
    /// Outcome.
    pub outcome: SendOutcome,
    /// Reason, where it did not arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Outcome of an attempt to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SendOutcome {
    /// The platform took it.
    Sent,
    /// It will never be sent.
    Refused,
    /// It may have arrived, and nobody can tell.
    Unknown,
    /// It will be tried again.
    Retrying,
}

/// Notes the last attempt.
#[derive(Debug, Default)]
pub(super) struct LastSendRecord(Mutex<Option<LastSend>>);

impl LastSendRecord {
    pub(super) fn note(&self, at: Timestamp, outcome: SendOutcome, reason: Option<&str>) {
        let last = LastSend {
            at,
            outcome,
            reason: reason.map(str::to_owned),
        };
        *self.0.lock() = Some(last);
    }

    pub(super) fn get(&self) -> Option<LastSend> {
        self.0.lock().clone()
    }
}
