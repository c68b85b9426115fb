//! Persistence, whatever the database: messages already received, channel states, tickets, and the outbox.
//!
//! The service works in batches: it decides many messages in memory and commits all that follows from them in one
//! transaction ([`Store::commit`]), so that one write to the disk serves many messages and a crash leaves either all
//! of a batch or nothing. [`SqliteStore`] is the store of the simplest install; another database is another
//! implementation of [`Store`] with the same tests.

mod columns;
mod dashboard;
mod decisions;
mod deduplication_key;
mod desk_lease_rules;
mod error;
mod file_lease;
mod hex_checksum;
mod postgres;
mod sqlite;
mod store_failures;
mod unanswered_questions;
mod versions;
mod websites;

pub use dashboard::{
    AuditRow, Dashboard, QueuedReplies, RefusedReply, SessionRow, SessionToken, TicketDelivery,
};
pub use decisions::{
    Answered, DecisionCount, DecisionFilter, DecisionHorizon, DecisionOutcome, Decisions, Dropped, Joined,
    Judgements, KeptDecision, Label, NamedDecision, NewDecision, NewLabel, Outcome, Unlabelled,
    message_address,
};
pub use deduplication_key::{DeduplicationKey, SeenMessages, is_counter, names_nothing};
pub use error::{Result, StoreError};
pub use file_lease::{LEASE_TIMEOUT, Lease};
pub use postgres::{
    CopiedTable, DeskHolder, DeskNode, DeskSeen, DeskTaken, NodeLease, Nodes, PostgresAddress, PostgresStore,
    Trust, copy,
};
pub use sqlite::{Durability, SqliteStore, backup, look, restore};
pub use unanswered_questions::{KeptGroup, Miss, MissChange, MissGroup, Misses, QueuedMiss, StaffAnswer};
pub use versions::{FaqChange, FaqSource, FaqVersion};
pub use websites::{ApiKey, KeyHash, WebMessage, Websites};

use crate::ticket::{Caller, HistoryLine, Status, Ticket, TicketReference};
use async_trait::async_trait;
use groupdesk_contract::{AccountId, MemberId, MessageId, Place, Reply, ReplyKey};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashSet};

/// Persistence of everything that outlives a restart. Timestamps are kept to the microsecond.
///
/// # Errors
/// Every method fails with a [`StoreError`] when the database does; unless said otherwise nothing has changed then, and
/// the call can be repeated.
#[async_trait]
pub trait Store: Misses + Dashboard + Websites {
    /// Tells for each key if its message was received before; one answer a key, in order.
    async fn known(&self, keys: &[DeduplicationKey]) -> Result<Vec<bool>>;

    /// Returns the last state of each of these channels from [`Batch::channels`]; one answer a place, in order.
    async fn channel_states(&self, places: &[Place]) -> Result<Vec<Option<String>>>;

    /// Returns the channels in which something is due, with the time.
    async fn waking(&self) -> Result<Vec<(Place, Timestamp)>>;

    /// Writes all of a batch, or nothing of it, and returns when it is on the disk. Returns the keys of
    /// [`Batch::outbox`], in order; keys grow with time and are never given twice.
    ///
    /// # Errors
    /// [`StoreError::AlreadyKnown`] when one of [`Batch::inbox`] has been taken in before.
    async fn commit(&self, batch: &Batch) -> Result<Vec<ReplyKey>>;

    /// Returns the replies without a final outcome, in the order of their keys.
    async fn due(&self) -> Result<Vec<DueReply>>;

    /// Records outcomes of replies. A final outcome stays; of several of one reply the last counts. Keys that do not
    /// exist (any more) are ignored.
    async fn settle(&self, settled: &[(ReplyKey, DeliveryOutcome)]) -> Result<()>;

    /// Tells of a quoted message if we sent it, and the ticket that it belongs to. Known for as long as the outbox is
    /// kept, and only where the platform told the id.
    async fn quoted(&self, place: &Place, message: &MessageId) -> Result<Quoted>;

    /// `true` while a reply waits to be sent.
    async fn is_queued(&self, key: ReplyKey) -> Result<bool>;

    /// Tells if the notice of a call was made for a room, too.
    async fn is_call_told(&self, notice: ReplyKey, room: &Place) -> Result<bool>;

    /// Returns our message of this id. Known for as long as the outbox is kept.
    async fn said_by_us(&self, place: &Place, message: &MessageId) -> Result<Option<SaidByUs>>;

    /// Returns our messages that relay a staff message of a room to members.
    async fn relayed(&self, room: &Place, message: &MessageId) -> Result<Vec<Relayed>>;

    /// Tells if a reply to this message still waits to be sent.
    async fn is_reply_queued(&self, place: &Place, message: &MessageId) -> Result<bool>;

    /// Returns the id that the platform gave to a reply, where it was sent and the platform told it.
    async fn sent_as(&self, key: ReplyKey) -> Result<Option<MessageId>>;

    /// Returns the number after the highest ticket's.
    async fn next_ticket_number(&self) -> Result<u64>;

    /// Returns tickets, newest first.
    async fn tickets(&self, filter: &TicketFilter) -> Result<Vec<Ticket>>;

    /// Returns one ticket by its number.
    async fn ticket(&self, number: u64) -> Result<Option<Ticket>>;

    /// Returns a ticket's history, in order.
    async fn ticket_lines(&self, number: u64) -> Result<Vec<HistoryLine>>;

    /// Returns the last value of a memo; see [`Batch::memos`].
    async fn memo(&self, owner: &str, key: &str) -> Result<Option<String>>;

    /// Returns all memos of an owner, by key; see [`Batch::memos`].
    async fn memos(&self, owner: &str) -> Result<Vec<Memo>>;

    /// Removes what is older than `horizon`. Works in small steps, between which others may write; steps done stay done
    /// on an error.
    async fn prune(&self, horizon: &Horizon) -> Result<Pruned>;

    /// Deletes closed tickets with their histories and returns what it deleted. Numbers are not given again. Of a member,
    /// everything is deleted but the tickets that are not closed. Works in small steps, between which others may
    /// write; steps done stay done on an error.
    async fn forget(&self, which: &Forget) -> Result<Forgotten>;

    /// Returns kept decisions, newest first.
    async fn decisions(&self, filter: &DecisionFilter) -> Result<Vec<KeptDecision>>;

    /// Returns the latest decisions whose texts are kept, newest first, at most `limit` of them; each burst once, with all
    /// of its text.
    async fn logged_questions(&self, limit: u32) -> Result<Vec<KeptDecision>>;

    /// Returns the decisions on a message, or on that to which a message of ours replies, the latest first: an edit is
    /// decided anew, and ids are given again.
    async fn decisions_on(&self, place: &Place, message: &MessageId) -> Result<Vec<KeptDecision>>;

    /// Returns the decisions on messages of this id in any channel, the latest first.
    async fn decisions_named(&self, message: &str) -> Result<Vec<KeptDecision>>;

    /// Returns the names of the accounts of which anything is kept.
    async fn accounts(&self) -> Result<Vec<String>>;

    /// Makes the terms of all tickets that changed since they were last made; `terms_of` takes a text apart. Works in small
    /// steps, beside a program that serves; steps done stay done on an error.
    async fn index_tickets(&self, terms_of: TermsOf<'_>) -> Result<()>;

    /// Returns the kept decision with this number.
    async fn decision(&self, id: i64) -> Result<Option<KeptDecision>>;

    /// Returns decisions without a label, newest first.
    async fn unlabelled(&self, filter: &Unlabelled) -> Result<Vec<KeptDecision>>;

    /// Returns the latest decisions that were labelled, or of which it is known what became of them, newest first.
    async fn judged_decisions(&self, limit: u32) -> Result<Vec<KeptDecision>>;

    /// Counts the judged answers of each channel, by what judged them: a label, or what followed on the answer.
    async fn judgements(&self) -> Result<Vec<Judgements>>;

    /// Returns the decisions that opened a ticket or joined it, in order.
    async fn decisions_of_ticket(&self, number: u64) -> Result<Vec<KeptDecision>>;

    /// Returns the counts of messages without a decision of their own, of the hours from `since` to `until`.
    async fn decision_counts(&self, since: Timestamp, until: Timestamp) -> Result<Vec<DecisionCount>>;

    /// Returns the events in quarantine, newest first, at most `limit` of them.
    async fn quarantine(&self, limit: u32) -> Result<Vec<(i64, Quarantined)>>;

    /// Counts the events in quarantine.
    async fn quarantine_count(&self) -> Result<u64>;

    /// Deletes events from the quarantine: one by its number, or all. Returns how many there were.
    async fn forget_quarantined(&self, number: Option<i64>) -> Result<u64>;

    /// Schedules a message in quarantine for another decision: its key is no longer known, and its number stands among
    /// the memos of [`RETRIES`] until [`Store::forget_quarantined`] deletes it.
    async fn retry_quarantined(&self, number: i64, key: &DeduplicationKey) -> Result<()>;

    /// Checks that the store works and still is the one that was opened, and repairs what can be repaired. Call it every
    /// second or so.
    ///
    /// # Errors
    /// [`StoreError::Lost`] when it is gone for good; any other error says what fails at this moment.
    async fn check(&self) -> Result<()>;

    /// Takes out the notices for an admin about the store, each once.
    fn take_notices(&self) -> Vec<String>;

    /// Returns the kept vectors of a model; one answer a key, in order.
    async fn vectors(&self, model: &str, keys: &[VectorKey]) -> Result<Vec<Option<Vec<f32>>>>;

    /// Keeps a model's vectors over a restart; of several of one key the last counts.
    async fn keep_vectors(&self, model: &str, vectors: &[(VectorKey, Vec<f32>)]) -> Result<()>;

    /// Deletes all vectors but these of this model, and returns how many there were. Works in small steps; steps done
    /// stay done on an error.
    async fn forget_vectors_but(&self, model: &str, needed: &HashSet<VectorKey>) -> Result<u64>;

    /// Keeps a version of faq.yaml, unless the newest is the same, and returns `true` if it is new. Of very many the oldest go, in
    /// small steps; steps done stay done on an error.
    async fn keep_faq(&self, version: &str, content: &[u8], change: &FaqChange) -> Result<bool>;

    /// Returns the versions of faq.yaml that were in service, newest first, at most `limit` of them.
    async fn faq_versions(&self, limit: u32) -> Result<Vec<FaqVersion>>;

    /// Returns the content of a version of faq.yaml, by its name.
    async fn faq_content(&self, version: &str) -> Result<Option<Vec<u8>>>;

    /// Writes what is left to write and closes the database. Every later call fails with [`StoreError::Closed`].
    async fn close(&self);
}

/// Function that takes a text apart into its terms.
pub type TermsOf<'a> = &'a (dyn for<'t> Fn(&'t str) -> BTreeSet<String> + Sync);

/// Owner of the memos that name the events to decide once more; see [`Store::retry_quarantined`].
pub const RETRIES: &str = "@retry";

/// SHA-256 of a text, by which its vector is kept.
pub type VectorKey = [u8; 32];

/// A received message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxRow {
    /// Key of the message.
    pub key: DeduplicationKey,
    /// Time at which it was received, by our clock.
    pub received: Timestamp,
}

/// State of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// Address of the channel.
    pub place: Place,
    /// State; the store does not look inside.
    pub state: String,
    /// Time at which something is due in it without a message.
    pub wake_at: Option<Timestamp>,
    /// Time of its last change.
    pub touched: Timestamp,
}

/// An event that could not be handled: it stands in quarantine, so that it stops nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// Time at which it was put there.
    pub at: Timestamp,
    /// Channel of the event.
    pub place: Place,
    /// Member who caused it; empty where there is none.
    pub member: MemberId,
    /// Message that it is about; empty where there is none.
    pub message: MessageId,
    /// Kind of the event: `message`, `recall`, `edit`, ...
    pub kind: String,
    /// Reason for which it could not be handled.
    pub reason: String,
    /// The whole event, for people to read.
    pub payload: String,
}

/// A value that outlives a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memo {
    /// Owner: an account, or a part of the desk.
    pub owner: String,
    /// Key; unique for its owner.
    pub key: String,
    /// Value; the store does not look inside.
    pub value: String,
}

/// A reply to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReply {
    /// Account and channel that it goes to.
    pub place: Place,
    /// Message to send.
    pub reply: Reply,
    /// Earliest time to send it.
    pub not_before: Timestamp,
    /// Time of the decision.
    pub decided: Timestamp,
    /// Message that it answers.
    pub answers: Option<MessageId>,
    /// Ticket that it belongs to.
    pub about: Option<TicketReference>,
    /// Member whom it is about, where it belongs to no ticket.
    pub caller: Option<Caller>,
    /// Member whom it answers, where that is known; it is not stored.
    pub to: Option<MemberId>,
}

/// All effects of some messages: committed together or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batch {
    /// Received messages; none may be known yet.
    pub inbox: Vec<InboxRow>,
    /// New states of channels; of several of one channel the last counts.
    pub channels: Vec<ChannelRow>,
    /// Tickets that are new or changed, as they are now.
    pub tickets: Vec<Ticket>,
    /// New rows of ticket histories.
    pub ticket_lines: Vec<HistoryLine>,
    /// New replies.
    pub outbox: Vec<NewReply>,
    /// Memos of adapters and of the desk; of several of one owner and key the last counts.
    pub memos: Vec<Memo>,
    /// Outcomes of earlier replies, as in [`Store::settle`]: one write to the disk serves both.
    pub settled: Vec<(ReplyKey, DeliveryOutcome)>,
    /// Events that could not be handled.
    pub quarantined: Vec<Quarantined>,
    /// Decisions to keep, and what became of earlier ones.
    pub decisions: Decisions,
}

impl Batch {
    /// Makes a batch of one memo.
    pub fn of_memo(memo: Memo) -> Self {
        Self {
            memos: vec![memo],
            ..Self::default()
        }
    }

    /// `true` if there is nothing to commit.
    pub fn is_empty(&self) -> bool {
        self.inbox.is_empty()
            && self.channels.is_empty()
            && self.tickets.is_empty()
            && self.ticket_lines.is_empty()
            && self.outbox.is_empty()
            && self.memos.is_empty()
            && self.settled.is_empty()
            && self.quarantined.is_empty()
            && self.decisions.is_empty()
    }
}

/// Outcome of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// It was sent. Final.
    Sent {
        /// Id on the platform, where it told one.
        message: Option<MessageId>,
        /// Time of the delivery.
        at: Timestamp,
    },
    /// It will never be sent. Final.
    Refused {
        /// Reason, for an admin.
        reason: String,
        /// Time at which that was known.
        at: Timestamp,
    },
    /// It may or may not have arrived, and no look-up can tell. Final.
    Unknown {
        /// Reason, for an admin.
        reason: String,
        /// Time at which it was given up.
        at: Timestamp,
    },
    /// An attempt failed, and it will be retried.
    Attempt {
        /// Attempts so far.
        count: u32,
        /// Earliest time of the next attempt.
        next_try: Timestamp,
        /// Reason for the failure, for an admin.
        reason: String,
    },
}

/// A reply without a final outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueReply {
    /// Key of the reply.
    pub key: ReplyKey,
    /// Account and channel that it goes to.
    pub place: Place,
    /// Message to send; an error tells why the row can't be read (another version wrote it).
    pub reply: std::result::Result<Reply, String>,
    /// Earliest time to send it.
    pub not_before: Timestamp,
    /// Time of the decision.
    pub decided: Timestamp,
    /// Failed attempts, as far as they were recorded.
    pub attempts: u32,
    /// Ticket that it belongs to.
    pub about: Option<TicketReference>,
    /// Member whom it is about, where it belongs to no ticket.
    pub caller: Option<Caller>,
}

/// Origin of a quoted message.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quoted {
    /// `true` if we sent it.
    pub by_us: bool,
    /// Ticket that it belongs to.
    pub ticket: Option<u64>,
    /// `true` if staff wrote it to a member, and recalled it or gave it another meaning.
    pub withdrawn: bool,
    /// `true` if messages of ours of several tickets, or of none, had its id: which one is quoted is not known.
    pub several: bool,
    /// `true` if somebody else's message had its id.
    pub heard: bool,
    /// `true` if it is a line of the desk's own about a ticket, such as its notice, a receipt or a question; `false` for words of members.
    pub notice: bool,
    /// `true` if that line answers what staff wrote, such as the question for whom words are.
    pub answer: bool,
}

/// A message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidByUs {
    /// Ticket that it belongs to, and the staff message under which its delivery is reported.
    pub about: Option<TicketReference>,
    /// Content.
    pub reply: Reply,
}

/// A relayed reply: our message that carries a staff message to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relayed {
    /// Channel in which it stands.
    pub place: Place,
    /// Id there.
    pub message: MessageId,
    /// Content.
    pub reply: Reply,
}

/// Filter for tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Only those of one channel.
    pub place: Option<Place>,
    /// Only those of one account.
    pub account: Option<AccountId>,
    /// Only those of one member.
    pub member: Option<MemberId>,
    /// Only those that a staff member of this name has.
    pub owner: Option<String>,
    /// Only those in this state.
    pub status: Option<Status>,
    /// Only those that are not closed.
    pub not_closed: bool,
    /// Only those opened at this time or later.
    pub from: Option<Timestamp>,
    /// Only those opened before this time.
    pub until: Option<Timestamp>,
    /// Only those of one of these staff rooms.
    pub rooms: Option<Vec<Place>>,
    /// Only those with all of these terms; [`Store::index_tickets`] makes them.
    pub terms: Vec<String>,
    /// Only those with a lower number: the next page after the one that ended with it.
    pub below: Option<u64>,
    /// Largest number of them; `None` for all.
    pub limit: Option<u32>,
}

/// Closed tickets to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forget {
    /// Tickets opened before this time.
    Before(Timestamp),
    /// Tickets of one member, on one account.
    Member(AccountId, MemberId),
}

/// Ages that [`Store::prune`] removes: everything older than these times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Horizon {
    /// Received messages, by when they came.
    pub inbox: Timestamp,
    /// Replies with a final outcome, by when they were decided.
    pub outbox: Timestamp,
    /// States of channels in which nothing is due, by when they last changed.
    pub channels: Timestamp,
    /// Events in quarantine, by when they were put there.
    pub quarantine: Timestamp,
    /// Kept decisions, by when their messages came.
    pub decisions: DecisionHorizon,
    /// Time now: what seems to be of a later day was written while the clock was wrong.
    pub now: Timestamp,
}

/// Rows that [`Store::prune`] removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Received messages.
    pub inbox: u64,
    /// Replies with a final outcome.
    pub outbox: u64,
    /// States of channels.
    pub channels: u64,
    /// Events in quarantine.
    pub quarantined: u64,
    /// Kept decisions.
    pub decisions: u64,
}

/// Rows that [`Store::forget`] deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Closed tickets.
    pub tickets: u64,
    /// Kept decisions.
    pub decisions: u64,
    /// Memories of channels.
    pub channels: u64,
    /// Replies.
    pub replies: u64,
    /// Events in quarantine.
    pub quarantined: u64,
    /// Messages of conversations on websites.
    pub web_messages: u64,
}

#[cfg(test)]
mod tests;
