//! What comes of one event: a decision, things to say, perhaps a ticket.

use super::decision::Decided;
use super::reason::Reason;
use groupdesk_contract::{MemberId, MessageId, Place, Reply};
use jiff::Timestamp;
use serde::Serialize;

/// The whole effect of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// What was decided, and why.
    pub decided: Decided,
    /// What is to be said, in order.
    pub outgoing: Vec<Outgoing>,
    /// The ticket that was opened.
    pub ticket: Option<Ticket>,
}

/// A reply and the account and channel that it goes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Where it goes; staff rooms may be on another account than the member.
    pub place: Place,
    /// What is said there.
    pub reply: Reply,
}

/// A conversation that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ticket {
    /// Its number, unique for ever in this installation.
    pub number: u64,
    /// Where the member asked.
    pub place: Place,
    /// Who asked.
    pub member: MemberId,
    /// Their name at that time.
    pub member_name: String,
    /// The message that led to the hand-over.
    pub message: MessageId,
    /// What was asked, cut to a line.
    pub subject: String,
    /// All that was said, as far as it matters.
    pub transcript: String,
    /// Why it was handed over, in words for staff.
    pub reason: String,
    /// When.
    pub opened: Timestamp,
}

impl Turn {
    /// Silence, with its reason.
    pub fn quiet(reason: Reason) -> Self {
        Self {
            decided: Decided::quiet(reason),
            outgoing: Vec::new(),
            ticket: None,
        }
    }
}
