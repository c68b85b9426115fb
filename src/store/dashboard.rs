//! Rows of the dashboard: sessions, the audit log, and deliveries of a ticket's replies.

use super::Result;
use async_trait::async_trait;
use groupdesk_contract::{AccountId, MessageId, Place};
use jiff::Timestamp;
use tokio::sync::watch;

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

/// The part of the store with the rows of the dashboard.
///
/// # Errors
/// As for [`Store`](super::Store).
#[async_trait]
pub trait Dashboard: Send + Sync {
    /// Returns a number that grows with every commit of this program that changes what is known of a ticket.
    fn changes(&self) -> watch::Receiver<u64>;

    /// Returns the users of the dashboard, by name, as JSON.
    async fn dashboard_users(&self) -> Result<Vec<String>>;

    /// Returns one user of the dashboard.
    async fn dashboard_user(&self, name: &str) -> Result<Option<String>>;

    /// Puts a user in the place of `before`, or adds one where that is `None`; `false` if another stands there.
    async fn put_dashboard_user(&self, name: &str, before: Option<&str>, data: &str) -> Result<bool>;

    /// Keeps a session of the dashboard, and forgets those that were last used before `over`.
    async fn start_session(&self, token: &SessionToken, session: &SessionRow, over: Timestamp) -> Result<()>;

    /// Returns the session of a token.
    async fn session(&self, token: &SessionToken) -> Result<Option<SessionRow>>;

    /// Returns the sessions of a user with their tokens, the one that was used last first.
    async fn sessions(&self, user: &str) -> Result<Vec<(SessionToken, SessionRow)>>;

    /// Records the last use of a session.
    async fn touch_session(&self, token: &SessionToken, seen: Timestamp) -> Result<()>;

    /// Ends one session.
    async fn end_session(&self, token: &SessionToken) -> Result<()>;

    /// Ends all sessions of a user.
    async fn end_sessions(&self, user: &str) -> Result<()>;

    /// Returns the half-written reply of a user in a ticket.
    async fn reply_draft(&self, ticket: u64, user: &str) -> Result<Option<String>>;

    /// Keeps a half-written reply; an empty one is forgotten.
    async fn put_reply_draft(&self, ticket: u64, user: &str, text: &str) -> Result<()>;

    /// Adds to the audit log.
    async fn add_audit(&self, row: &AuditRow) -> Result<()>;

    /// Returns entries of the audit log below a number, newest first, with their numbers.
    async fn audit(&self, below: i64, limit: u32) -> Result<Vec<(i64, AuditRow)>>;

    /// Returns the deliveries of the replies of staff in a ticket, oldest first.
    async fn ticket_deliveries(&self, ticket: u64) -> Result<Vec<TicketDelivery>>;

    /// Returns the replies that wait to be sent, by account.
    async fn queued_replies(&self) -> Result<Vec<QueuedReplies>>;

    /// Returns the latest replies that a platform refused, newest first.
    async fn refused_replies(&self, limit: u32) -> Result<Vec<RefusedReply>>;
}
