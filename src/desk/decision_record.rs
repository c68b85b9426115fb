//! Record of a decision: what it was made from, and what it tells of earlier answers.

use crate::language::Language;
use groupdesk_contract::{MemberId, MessageId};
use jiff::Timestamp;

/// Record that is kept beside a decision.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// Message, candidates and settings that were considered. `None` for events that are no message of a member, and for messages that neither called the
    /// bot nor read as a question nor got a reply.
    pub considered: Option<Box<Considered>>,
    /// Outcomes of earlier answers.
    pub learned: Vec<Learned>,
    /// `true` if the decision was not carried out.
    pub shadow: bool,
    /// Question in the message, where it says more: what stands behind "that did not help".
    pub asked: Option<String>,
}

/// Outcome of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learned {
    /// The answer.
    pub answer: AnswerOf,
    /// Outcome of the answer.
    pub fate: AnswerFate,
    /// Staff member who told it; `None` where the member did.
    pub by: Option<MemberId>,
    /// Words of the staff member to the asker; `None` where they say nothing to them.
    pub words: Option<String>,
}

/// An answer by what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerOf {
    /// The answer to this message of a member.
    Message(MessageId),
    /// This message of the bot.
    Reply(MessageId),
    /// The last one to this member, if it is no older than ten minutes.
    Member(MemberId),
}

/// Outcome of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFate {
    /// The member said that it helped.
    Helped,
    /// Staff spoke to the member after it.
    AnsweredByStaff,
    /// The member got a ticket after it.
    HandedOver,
    /// The member said that it did not help, or that something else was asked.
    DidNotHelp,
    /// It was taken back.
    Withdrawn,
}

impl Learned {
    /// Makes what a member told of an answer.
    pub(super) fn of_member(answer: AnswerOf, fate: AnswerFate) -> Self {
        Self {
            answer,
            fate,
            by: None,
            words: None,
        }
    }
}

/// Basis of a decision on a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Considered {
    /// The message; the last one of a burst.
    pub message: MessageId,
    /// Time at which it was received.
    pub at: Timestamp,
    /// Messages before it that are decided with it.
    pub earlier: Vec<MessageId>,
    /// `true` if the bot was called.
    pub called: bool,
    /// `true` if it reads as a question.
    pub question: bool,
    /// Dialogue act in one word.
    pub act: &'static str,
    /// Best candidates with the confidences that counted; empty where none was looked up.
    pub best: Vec<(String, f32)>,
    /// Confidence that an answer needed, 0 to 1; `None` where no candidate was looked up.
    pub needed: Option<f32>,
    /// Language of the message.
    pub language: Language,
    /// Text that was read.
    pub text: String,
    /// All that was said, for staff; it is not kept.
    pub said: String,
}
