//! Decisions that are kept: what the desk decided on a message, and what became of it.

use super::{Result, Store};
use crate::decision_kind::DecisionKind;
use crate::reason::kept_kind;
use groupdesk_contract::{MemberId, MessageId, Place};
use jiff::Timestamp;

/// Additions of a batch to the kept decisions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decisions {
    /// Decisions, one a message. A later one of the same message, received at the same time, replaces the earlier one.
    pub rows: Vec<NewDecision>,
    /// Messages that are decided with another one.
    pub joined: Vec<Joined>,
    /// Messages that wait no longer.
    pub dropped: Vec<Dropped>,
    /// Outcomes of earlier decisions.
    pub outcomes: Vec<DecisionOutcome>,
    /// Messages without a row.
    pub counts: Vec<DecisionCount>,
    /// Judgements of people.
    pub labels: Vec<NewLabel>,
}

impl Decisions {
    /// `true` if there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.joined.is_empty()
            && self.dropped.is_empty()
            && self.outcomes.is_empty()
            && self.counts.is_empty()
            && self.labels.is_empty()
    }
}

/// A decision on a message of a member.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDecision {
    /// Time at which the message was received.
    pub at: Timestamp,
    /// Account and channel of the message.
    pub place: Place,
    /// Sender.
    pub member: MemberId,
    /// Id.
    pub message: MessageId,
    /// `true` if it called the bot.
    pub called: bool,
    /// `true` if it reads as a question.
    pub question: bool,
    /// Dialogue act: `ask`, `request`, `trouble`, `state`, ...
    pub act: String,
    /// Decision, by the word of [`DecisionKind::stored`].
    pub decision: String,
    /// Rule that decided, such as `called_and_known`.
    pub rule: String,
    /// Entry that was answered.
    pub entry: Option<String>,
    /// Confidence in the best candidate, 0 to 1.
    pub confidence: Option<f32>,
    /// Confidence that an answer needed, 0 to 1.
    pub needed: Option<f32>,
    /// Best three candidates with their confidences.
    pub best: Vec<(String, f32)>,
    /// Ticket that was opened or joined.
    pub ticket: Option<u64>,
    /// Version of the FAQ: the first twelve digits of the SHA-256 of its file.
    pub faq_version: String,
    /// Language of the message: `zh` or `en`.
    pub language: String,
    /// `true` if the decision was not carried out.
    pub shadow: bool,
    /// Text that was read, with the rest of its burst; `None` where the settings keep no texts.
    pub text: Option<String>,
}

impl NewDecision {
    /// Returns the kind of the decision; `None` for a word of a later version.
    pub fn kind(&self) -> Option<DecisionKind> {
        kept_kind(&self.decision, &self.rule)
    }
}

/// A kept decision with what is known of it by now.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptDecision {
    /// Number of the row.
    pub id: i64,
    /// The decision.
    pub decision: NewDecision,
    /// Message with whose decision this one is decided; figures leave it out.
    pub joined: Option<MessageId>,
    /// Outcome, with its time, and who told it.
    pub outcome: Option<(Outcome, Timestamp, String)>,
    /// Label, with its time, and who gave it.
    pub label: Option<(Label, Timestamp, String)>,
}

/// Decision as a person names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedDecision {
    /// Number.
    Number(i64),
    /// The message that it is on.
    Message(Place, MessageId),
}

impl NamedDecision {
    /// Reads a number, or a message's address.
    pub fn read(text: &str) -> Option<Self> {
        match text.parse() {
            Ok(number) => Some(Self::Number(number)),
            Err(_) => message_address(text).map(|(place, message)| Self::Message(place, message)),
        }
    }

    /// Finds the decision that a label can be given to.
    ///
    /// # Errors
    /// Fails with a [`StoreError`](super::StoreError) when the store can't be read.
    pub async fn find(&self, store: &dyn Store) -> Result<Option<KeptDecision>> {
        let found = match self {
            Self::Number(number) => store.decision(*number).await?,
            Self::Message(place, message) => {
                let found = store.decisions_on(place, message).await?;
                found.into_iter().find(|one| one.joined.is_none())
            }
        };
        Ok(found.filter(|one| one.labelled_entry().is_some()))
    }
}

/// Reads the address of a message as people write it: `ACCOUNT/CHANNEL/MESSAGE`; the channel may hold slashes.
pub fn message_address(text: &str) -> Option<(Place, MessageId)> {
    let (account, rest) = text.split_once('/')?;
    let (channel, message) = rest.rsplit_once('/')?;
    let whole = ![account, channel, message].contains(&"");
    whole.then(|| (Place::new(account, channel), MessageId::new(message)))
}

impl KeptDecision {
    /// Returns the entry that a label is about: the answer, else the best candidate.
    pub fn labelled_entry(&self) -> Option<&str> {
        let best = self.decision.best.first().map(|(entry, _)| entry.as_str());
        self.decision.entry.as_deref().or(best)
    }
}

/// Messages that are decided with another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Account and channel of both.
    pub place: Place,
    /// The message.
    pub message: MessageId,
    /// The last message of its burst; the message itself where it was edited.
    pub into: MessageId,
    /// Time at which that was received: only what is not later is joined.
    pub at: Timestamp,
}

/// Outcome of an answer, as the desk learns it. A later outcome replaces one that is listed before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The member said that it helped.
    Helped = 1,
    /// Staff answered the member in the group.
    AnsweredByStaff = 2,
    /// The member got a ticket.
    HandedOver = 3,
    /// The member said that it did not help, or that something else was asked.
    DidNotHelp = 4,
    /// The answer was taken back.
    Withdrawn = 5,
}

impl Outcome {
    /// All outcomes, the weakest first.
    pub const ALL: [Self; 5] = [
        Self::Helped,
        Self::AnsweredByStaff,
        Self::HandedOver,
        Self::DidNotHelp,
        Self::Withdrawn,
    ];

    /// Returns the outcome in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Helped => "helped",
            Self::AnsweredByStaff => "answered_by_staff",
            Self::HandedOver => "handed_over",
            Self::DidNotHelp => "did_not_help",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(super) fn of_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| *outcome as i64 == code)
    }
}

/// Judgement of a person on a kept decision; a later one replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLabel {
    /// Number of the decision's row.
    pub decision: i64,
    /// The judgement; `None` takes an earlier one back.
    pub label: Option<Label>,
    /// Time at which it was given.
    pub at: Timestamp,
    /// Person who gave it, by id.
    pub by: String,
}

/// Filter for decisions without a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlabelled {
    /// `true` for answers, given or kept back in shadow mode; `false` for questions that got none and have a candidate.
    pub answered: bool,
    /// Only those before one that was received at this time and has this number.
    pub below: Option<(Timestamp, i64)>,
    /// Largest number of them.
    pub limit: u32,
}

/// Judgement of a person on a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// The answer is right.
    Right = 1,
    /// The answer is wrong.
    Wrong = 2,
    /// Nobody needed an answer.
    Needless = 3,
}

impl Label {
    /// All labels.
    pub const ALL: [Self; 3] = [Self::Right, Self::Wrong, Self::Needless];

    /// Returns the label in one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Needless => "needless",
        }
    }

    /// Finds the label that a word names, in English or Chinese.
    pub fn of_word(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "right" | "r" | "y" | "yes" | "对" | "正确" | "✓" | "✔" => Some(Self::Right),
            "wrong" | "w" | "错" | "错误" | "不对" | "✗" | "✘" => Some(Self::Wrong),
            "needless" | "n" | "不必" | "不用" | "多余" => Some(Self::Needless),
            _ => None,
        }
    }

    pub(super) fn of_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|label| *label as i64 == code)
    }
}

/// Outcome of the latest decision that was made until then on its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionOutcome {
    /// Account and channel of the message.
    pub place: Place,
    /// The decision that it is about.
    pub about: Answered,
    /// Outcome.
    pub outcome: Outcome,
    /// Time at which it was learnt.
    pub at: Timestamp,
    /// Staff member who told it, by id; empty where the member did.
    pub by: String,
    /// Words of that staff member to the asker. They are kept where the text of the question is.
    pub words: Option<String>,
}

/// Decision that an outcome is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// The decision on this message.
    Message(MessageId),
    /// The decision on the message to which this message of ours replies.
    Reply(MessageId),
    /// The latest on a message of this member, within the last ten minutes.
    Member(MemberId),
}

/// A message that waited for its decision and gets none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// Account and channel of the message.
    pub place: Place,
    /// The message.
    pub message: MessageId,
    /// Time at which that was known.
    pub at: Timestamp,
    /// Rule for which it gets none, such as `staff_speaking`.
    pub rule: String,
}

/// Judged answers of a channel of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgements {
    /// The channel.
    pub place: Place,
    /// Label that people gave them.
    pub label: Option<Label>,
    /// Outcome of the decisions.
    pub outcome: Option<Outcome>,
    /// `true` if they were kept back in shadow mode.
    pub shadow: bool,
    /// Number of answers.
    pub answers: u64,
}

/// Messages of a channel in an hour that have no row, by rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionCount {
    /// A time within the hour.
    pub at: Timestamp,
    /// Account and channel.
    pub place: Place,
    /// Rule that decided.
    pub rule: String,
    /// `true` if it was decided in shadow mode.
    pub shadow: bool,
    /// Number of messages.
    pub messages: u32,
}

/// Filter for kept decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Only messages received at this time or later.
    pub since: Option<Timestamp>,
    /// Only messages received before this time.
    pub until: Option<Timestamp>,
    /// Only those before one that was received at this time and has this number: the next page after the one that ended
    /// with it.
    pub below: Option<(Timestamp, i64)>,
    /// Largest number of them; `None` for all.
    pub limit: Option<u32>,
}

/// Times before which kept decisions are removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionHorizon {
    /// Start for every channel but those below.
    pub before: Timestamp,
    /// Start for single channels.
    pub channels: Vec<(Place, Timestamp)>,
}
