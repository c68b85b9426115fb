//! What is kept, whatever the database: messages already taken in, the channels' memories, tickets, and the outbox.
//!
//! The service works in batches: it decides many messages in memory and commits all that follows from them in one
//! transaction ([`Store::commit`]), so that one write to the disk serves many messages and a crash leaves either all
//! of a batch or nothing. [`SqliteStore`] is the store of the simplest install; another database is another
//! implementation of [`Store`] with the same tests.

mod error;
mod key;
mod lease;
mod sqlite;

pub use error::{Result, StoreError};
pub use key::{InboxKey, Seen, names_nothing};
pub use lease::{Lease, PATIENCE};
pub use sqlite::{Durability, SqliteStore};

use crate::ticket::{About, Line, Status, Ticket};
use async_trait::async_trait;
use groupdesk_contract::{AccountId, MemberId, MessageId, Place, Reply, ReplyKey};
use jiff::Timestamp;
use std::collections::HashSet;

/// Where everything is kept. Timestamps are kept to the microsecond.
///
/// # Errors
/// Every method fails with a [`StoreError`] when the database does; unless said otherwise nothing has changed then,
/// and the call can be repeated.
#[async_trait]
pub trait Store: Send + Sync {
    /// Which of these messages have been taken in before; one answer a key, in order.
    async fn known(&self, keys: &[InboxKey]) -> Result<Vec<bool>>;

    /// What [`Batch::channels`] last said of these channels; one answer a place, in order.
    async fn channel_states(&self, places: &[Place]) -> Result<Vec<Option<String>>>;

    /// The channels in which something is due, and when.
    async fn waking(&self) -> Result<Vec<(Place, Timestamp)>>;

    /// Writes all of a batch, or nothing of it, and returns when it is on the disk. The keys are those of
    /// [`Batch::outbox`], in order; keys grow with time and are never given twice.
    ///
    /// # Errors
    /// [`StoreError::AlreadyKnown`] when one of [`Batch::inbox`] has been taken in before.
    async fn commit(&self, batch: &Batch) -> Result<Vec<ReplyKey>>;

    /// Replies that are not settled for good, in the order of their keys.
    async fn due(&self) -> Result<Vec<DueReply>>;

    /// Records what became of replies. What is recorded as final stays; of several records of one reply the last
    /// counts. Keys that are not there (any more) are passed over.
    async fn settle(&self, settled: &[(ReplyKey, Settled)]) -> Result<()>;

    /// What we know of a message that somebody quotes: whether we sent it, and which ticket it belongs to. Known for as
    /// long as the outbox is kept, and only where the platform told the id.
    async fn quoted(&self, place: &Place, message: &MessageId) -> Result<Quoted>;

    /// The message of ours of this id. Known for as long as the outbox is kept.
    async fn said_by_us(&self, place: &Place, message: &MessageId) -> Result<Option<SaidByUs>>;

    /// The messages of ours that carry what staff wrote in a room to members.
    async fn relayed(&self, room: &Place, message: &MessageId) -> Result<Vec<Relayed>>;

    /// The id that the platform gave to a reply, where it was sent and the platform told it.
    async fn sent_as(&self, key: ReplyKey) -> Result<Option<MessageId>>;

    /// The number after the highest ticket's.
    async fn next_ticket_number(&self) -> Result<u64>;

    /// Tickets, newest first.
    async fn tickets(&self, filter: &TicketFilter) -> Result<Vec<Ticket>>;

    /// One ticket by its number.
    async fn ticket(&self, number: u64) -> Result<Option<Ticket>>;

    /// What was said and done in a ticket, in order.
    async fn ticket_lines(&self, number: u64) -> Result<Vec<Line>>;

    /// What was last kept under a key; see [`Batch::memos`].
    async fn memo(&self, owner: &str, key: &str) -> Result<Option<String>>;

    /// All that an owner kept, by key; see [`Batch::memos`].
    async fn memos(&self, owner: &str) -> Result<Vec<Memo>>;

    /// Removes what is older than `horizon` says. Works in small steps, between which others may write; steps done stay
    /// done on an error.
    async fn prune(&self, horizon: &Horizon) -> Result<Pruned>;

    /// Forgets closed tickets with all that was said in them; answers with how many there were. Numbers are not given
    /// again. Of a member all that is kept is forgotten, but for tickets that are not closed. Works in small steps, between
    /// which others may write; steps done stay done on an error.
    async fn forget(&self, which: &Forget) -> Result<u64>;

    /// The events that were set aside, newest first, at most `limit` of them.
    async fn quarantine(&self, limit: u32) -> Result<Vec<(i64, Quarantined)>>;

    /// How many events were set aside and are still kept.
    async fn quarantine_count(&self) -> Result<u64>;

    /// Forgets events that were set aside: one by its number, or all. Says how many there were.
    async fn forget_quarantined(&self, number: Option<i64>) -> Result<u64>;

    /// Asks for a message that was set aside to be decided once more: it is no longer known by its key, and stands among the
    /// memos of [`RETRIES`], by its number, until [`Store::forget_quarantined`] forgets it.
    async fn retry_quarantined(&self, number: i64, key: &InboxKey) -> Result<()>;

    /// Looks whether the store works and still is the one that was opened, and mends what can be mended; to be called every
    /// second or so.
    ///
    /// # Errors
    /// [`StoreError::Lost`] when it is gone for good; any other error says what fails at this moment.
    async fn check(&self) -> Result<()>;

    /// What happened to the store and an admin must hear of, each told once.
    fn take_notices(&self) -> Vec<String>;

    /// The vectors that a model gave to texts, as far as they are kept; one answer a key, in order.
    async fn vectors(&self, model: &str, keys: &[VectorKey]) -> Result<Vec<Option<Vec<f32>>>>;

    /// Keeps a model's vectors over a restart; of several of one key the last counts.
    async fn keep_vectors(&self, model: &str, vectors: &[(VectorKey, Vec<f32>)]) -> Result<()>;

    /// Forgets all vectors but these of this model, and says how many there were. Works in small steps; steps done stay
    /// done on an error.
    async fn forget_vectors_but(&self, model: &str, needed: &HashSet<VectorKey>) -> Result<u64>;

    /// Writes what is left to write and lets go of the database. Every later call fails with [`StoreError::Closed`].
    async fn close(&self);
}

/// Whose memos name the events that are to be decided once more; see [`Store::retry_quarantined`].
pub const RETRIES: &str = "@retry";

/// The SHA-256 of a text, by which its vector is kept.
pub type VectorKey = [u8; 32];

/// A message taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    /// Which.
    pub key: InboxKey,
    /// When it was taken in, by our clock.
    pub received: Timestamp,
}

/// The memory of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// Which channel.
    pub place: Place,
    /// What is remembered; the store does not look inside.
    pub state: String,
    /// When something is due in it although nobody speaks.
    pub wake_at: Option<Timestamp>,
    /// When it changed.
    pub touched: Timestamp,
}

/// An event that could not be handled, set aside so that it stops nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// When it was set aside.
    pub at: Timestamp,
    /// Where it happened.
    pub place: Place,
    /// Whose event it is; empty where it is nobody's.
    pub member: MemberId,
    /// The message that it is about; empty where there is none.
    pub message: MessageId,
    /// What it is: `message`, `recall`, `edit`, ...
    pub kind: String,
    /// Why it could not be handled.
    pub reason: String,
    /// All of it, for people to read.
    pub payload: String,
}

/// Something to be remembered over a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memo {
    /// Whose it is: an account, or a part of the desk.
    pub owner: String,
    /// What it is about; unique for its owner.
    pub key: String,
    /// What is remembered; the store does not look inside.
    pub value: String,
}

/// A reply to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// On which account, in which channel.
    pub place: Place,
    /// What to say.
    pub reply: Reply,
    /// Not to be sent earlier.
    pub not_before: Timestamp,
    /// When it was decided.
    pub decided: Timestamp,
    /// The message that it answers.
    pub answers: Option<MessageId>,
    /// When the platform stops taking it.
    pub expires: Option<Timestamp>,
    /// The ticket that it belongs to.
    pub about: Option<About>,
}

/// All that follows from some messages: committed together or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The messages; none may have been taken in before.
    pub inbox: Vec<InboxRow>,
    /// The new memories of channels; of several of one channel the last counts.
    pub channels: Vec<ChannelRow>,
    /// Tickets that are new or changed, as they are now.
    pub tickets: Vec<Ticket>,
    /// What was said and done in tickets.
    pub ticket_lines: Vec<Line>,
    /// New replies.
    pub outbox: Vec<NewReply>,
    /// What adapters and the desk remember; of several of one owner and key the last counts.
    pub memos: Vec<Memo>,
    /// What became of earlier replies, as in [`Store::settle`]: one write to the disk serves both.
    pub settled: Vec<(ReplyKey, Settled)>,
    /// Events that could not be handled.
    pub quarantined: Vec<Quarantined>,
}

impl Batch {
    /// Whether there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.inbox.is_empty()
            && self.channels.is_empty()
            && self.tickets.is_empty()
            && self.ticket_lines.is_empty()
            && self.outbox.is_empty()
            && self.memos.is_empty()
            && self.settled.is_empty()
            && self.quarantined.is_empty()
    }
}

/// What became of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It was sent. Final.
    Sent {
        /// The platform's id for it, where the platform told.
        message: Option<MessageId>,
        /// When.
        at: Timestamp,
    },
    /// It will never be sent. Final.
    Refused {
        /// Why, in words for an admin.
        reason: String,
        /// When that was known.
        at: Timestamp,
    },
    /// It may or may not have arrived, and there is no way to find out. Final.
    Unknown {
        /// Why, in words for an admin.
        reason: String,
        /// When it was given up.
        at: Timestamp,
    },
    /// It was tried in vain and will be tried again.
    Attempt {
        /// How often it was tried.
        count: u32,
        /// Not to be tried earlier.
        next_try: Timestamp,
        /// Why it failed, in words for an admin.
        reason: String,
    },
}

/// A reply that is not settled for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueReply {
    /// Which.
    pub key: ReplyKey,
    /// On which account, in which channel.
    pub place: Place,
    /// What to say; an error says why the row can't be read (another version wrote it).
    pub reply: std::result::Result<Reply, String>,
    /// Not to be sent earlier.
    pub not_before: Timestamp,
    /// When it was decided.
    pub decided: Timestamp,
    /// When the platform stops taking it.
    pub expires: Option<Timestamp>,
    /// How often it was tried in vain, as far as that was recorded.
    pub attempts: u32,
    /// The ticket that it belongs to.
    pub about: Option<About>,
}

/// What is known of a message that somebody quotes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quoted {
    /// We sent it.
    pub by_us: bool,
    /// The ticket in which it was said.
    pub ticket: Option<u64>,
    /// Staff wrote it to a member, and took it back or gave it another meaning.
    pub withdrawn: bool,
}

/// A message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidByUs {
    /// The ticket that it belongs to, and who is told what became of it.
    pub about: Option<About>,
    /// What it says.
    pub reply: Reply,
}

/// A message of ours that carries a staff's one to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relayed {
    /// Where it stands.
    pub place: Place,
    /// Its id there.
    pub message: MessageId,
    /// What it says.
    pub reply: Reply,
}

/// Which tickets to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Only those of one channel.
    pub place: Option<Place>,
    /// Only those of one member.
    pub member: Option<MemberId>,
    /// Only those that stand there.
    pub status: Option<Status>,
    /// Only those that are not closed.
    pub not_closed: bool,
    /// Only those with a lower number: the next page after the one that ended with it.
    pub below: Option<u64>,
    /// At most so many; `None` for all.
    pub limit: Option<u32>,
}

/// Which closed tickets to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forget {
    /// Those opened before.
    Before(Timestamp),
    /// Those of one member, on one account.
    Member(AccountId, MemberId),
}

/// What [`Store::prune`] removes: all that is older than these times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// Messages taken in before.
    pub inbox: Timestamp,
    /// Replies settled for good and decided before.
    pub outbox: Timestamp,
    /// Memories of channels in which nothing is due and that were last touched before.
    pub channels: Timestamp,
    /// Events set aside before.
    pub quarantine: Timestamp,
    /// The time now: what seems to be of a later day was written while the clock was wrong.
    pub now: Timestamp,
}

/// How much [`Store::prune`] removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Messages taken in.
    pub inbox: u64,
    /// Settled replies.
    pub outbox: u64,
    /// Memories of channels.
    pub channels: u64,
    /// Events that had been set aside.
    pub quarantined: u64,
}

#[cfg(test)]
mod tests;
