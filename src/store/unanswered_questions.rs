//! Questions that nobody answered, as they are kept: in groups, by the decisions on them.

use super::{KeptDecision, Memo, Result};
use crate::unanswered::State;
use async_trait::async_trait;
use groupdesk_contract::{AccountId, MemberId, Place};
use jiff::Timestamp;

/// A decision that is to be looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedMiss {
    /// Number of the decision.
    pub decision: i64,
    /// The question; `None` where the decision is no miss, or no longer.
    pub miss: Option<Miss>,
    /// Group that it is in already.
    pub group: Option<i64>,
}

/// A question that nobody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// Time at which it was received.
    pub at: Timestamp,
    /// Account of its sender.
    pub account: AccountId,
    /// Sender.
    pub member: MemberId,
    /// Words.
    pub text: String,
    /// Weight: 5 led to a ticket, 3 called the bot, 1 otherwise.
    pub weight: u8,
}

/// Change to a decision that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum MissChange {
    /// It goes into a group; `None` makes one. Several with the same `begins` go into the same new one.
    Into {
        /// Number of the decision.
        decision: i64,
        /// The question.
        miss: Miss,
        /// Group that is known.
        group: Option<i64>,
        /// Key of a group that is new.
        begins: u64,
    },
    /// It stays where it is, with another weight.
    Weighs {
        /// Number of the decision.
        decision: i64,
        /// New weight.
        weight: u8,
    },
    /// It is no miss.
    Leaves {
        /// Number of the decision.
        decision: i64,
    },
}

/// A group of questions that nobody answered.
#[derive(Debug, Clone, PartialEq)]
pub struct MissGroup {
    /// Number.
    pub id: i64,
    /// State.
    pub state: State,
    /// Number by which it is ordered; [`crate::unanswered::weight_at`] makes the weight of it.
    pub rank: f64,
    /// Number of its messages.
    pub messages: u64,
    /// Number of their senders.
    pub members: u64,
    /// Time of the first message.
    pub first: Timestamp,
    /// Time of the last message.
    pub last: Timestamp,
}

/// A group with what is needed to put further messages into it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptGroup {
    /// Number.
    pub id: i64,
    /// State.
    pub state: State,
    /// Mean, where that is kept.
    pub mean: Option<Vec<u8>>,
    /// Words of its latest messages.
    pub texts: Vec<String>,
}

/// An answer of staff to a question of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffAnswer {
    /// Time of the answer.
    pub at: Timestamp,
    /// Channel in which the question was asked.
    pub place: Place,
    /// The question.
    pub question: String,
    /// Words of the answer.
    pub text: String,
    /// Ticket in which it was given; `None` in the group.
    pub ticket: Option<u64>,
}

/// The part of the store with the questions that nobody answered.
///
/// # Errors
/// As for [`Store`](super::Store).
#[async_trait]
pub trait Misses: Send + Sync {
    /// Returns decisions to look at, the oldest first, at most `limit`. One that may still be picked from at this time waits.
    async fn queued_misses(&self, now: Timestamp, limit: u32) -> Result<Vec<QueuedMiss>>;

    /// Writes what becomes of decisions that were looked at, in one transaction, and takes them from the queue. Returns the numbers of
    /// the new groups by their keys.
    async fn place_misses(&self, changes: &[MissChange]) -> Result<Vec<(u64, i64)>>;

    /// Counts groups anew that lost messages, at most `limit`, and moves the messages of merged ones. Returns the groups.
    async fn recount_miss_groups(&self, limit: u32) -> Result<Vec<i64>>;

    /// Returns the groups to which messages may come, those that were put aside first, then the heaviest, at most `limit`, behind the
    /// first `skip`.
    async fn kept_miss_groups(&self, skip: u32, limit: u32) -> Result<Vec<KeptGroup>>;

    /// Returns a group to which messages may come.
    async fn kept_miss_group(&self, id: i64) -> Result<Option<KeptGroup>>;

    /// Makes groups parts of others.
    async fn merge_miss_groups(&self, merges: &[(i64, i64)]) -> Result<()>;

    /// Returns groups in a state, the heaviest first, at most `limit`, with a message since a time.
    async fn miss_groups(&self, state: State, since: Option<Timestamp>, limit: u32)
    -> Result<Vec<MissGroup>>;

    /// Returns a group; of one that became part of another, that one.
    async fn miss_group(&self, id: i64) -> Result<Option<MissGroup>>;

    /// Returns the decisions on the latest questions of a group, the newest first, at most `limit`.
    async fn misses_in(&self, group: i64, limit: u32) -> Result<Vec<KeptDecision>>;

    /// Returns the answers that staff gave to the latest questions of a group, the newest first.
    async fn staff_answers(&self, group: i64) -> Result<Vec<StaffAnswer>>;

    /// Changes the state of a group. `mean` is kept with one that is put aside.
    async fn settle_miss_group(
        &self,
        id: i64,
        state: State,
        by: (&str, Timestamp),
        mean: Option<&[u8]>,
    ) -> Result<()>;

    /// Returns the decisions on a member's messages in a channel, received from a time until another one, in order.
    async fn asked_by(
        &self,
        place: &Place,
        member: &MemberId,
        span: (Timestamp, Timestamp),
    ) -> Result<Vec<KeptDecision>>;

    /// Takes the questions of decisions out of the groups, whatever becomes of the decisions, or lets them come back. The memo says
    /// so, in the same transaction.
    async fn put_aside(&self, decisions: &[i64], aside: bool, memo: &Memo) -> Result<()>;

    /// Counts the decisions that are to be looked at, up to a thousand.
    async fn queued_misses_count(&self) -> Result<u64>;
}
