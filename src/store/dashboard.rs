//! Rows of the dashboard: sessions, the audit log, and deliveries of a ticket's replies.

use groupdesk_contract::{AccountId, MessageId, Place};
use jiff::Timestamp;

/// SHA-256 of the token by which a session is known.
pub type SessionToken = [u8; 32];

/// A session of a user of the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Name of the user.
    pub user: String,
    /// Time of the log-in.
    pub created: Timestamp,
    /// Time of its last use, to some minutes.
    pub seen: Timestamp,
    /// Browser, as it names itself.
    pub agent: String,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Time of it.
    pub at: Timestamp,
    /// Name of who did it.
    pub who: String,
    /// Action, in a word.
    pub action: String,
    /// Object of it, for people.
    pub detail: String,
}

/// Delivery of a reply that relays a staff message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketDelivery {
    /// Channel of the member.
    pub place: Place,
    /// Staff message that it relays.
    pub message: MessageId,
    /// 0 queued, 1 sent, 2 refused, 3 unknown.
    pub state: i64,
    /// Reason for its state, where there is one.
    pub reason: Option<String>,
}

/// Replies of an account that wait to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedReplies {
    /// The account.
    pub account: AccountId,
    /// Number of them.
    pub replies: u64,
    /// Time of the decision on the oldest.
    pub oldest: Timestamp,
}

/// A reply that a platform refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedReply {
    /// Channel that it was for.
    pub place: Place,
    /// Time at which that was known.
    pub at: Timestamp,
    /// Reason, for an admin.
    pub reason: String,
    /// Ticket that it belongs to.
    pub ticket: Option<u64>,
}
