//! What is kept of a decision beside the decision itself: what it was made from, and what it tells of earlier answers.

use super::case::Case;
use super::commands;
use super::decision::Decision;
use super::judge::needed_when_called;
use super::reading::readable;
use super::turn::Turn;
use super::{Desk, Setting};
use crate::hours::Language;
use crate::matcher::Ranking;
use groupdesk_contract::{Message, MessageId};
use jiff::Timestamp;

/// Candidates that are kept.
const BEST: usize = 3;

/// Text that is kept, in characters.
const TEXT: usize = 500;

/// What is kept of a decision beside the decision itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// What was considered. `None` for events that are no message of a member, and for messages that neither called the
    /// bot nor read as a question nor got a reply.
    pub considered: Option<Box<Considered>>,
}

/// What a decision on a message was made from.
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
    /// Its dialogue act in one word.
    pub act: &'static str,
    /// Best candidates with the confidences that counted; empty where none was looked up.
    pub best: Vec<(String, f32)>,
    /// Confidence that an answer needed, 0 to 1; `None` where no candidate was looked up.
    pub needed: Option<f32>,
    /// Language of the message.
    pub language: Language,
    /// Text that was read.
    pub text: String,
}

impl Desk<'_> {
    /// Adds to a turn what it was made from.
    pub(super) fn with_ranking(&self, mut turn: Turn, case: &Case<'_>, ranking: &Ranking) -> Turn {
        let called = case.called();
        if !called && !ranking.question && turn.decided.decision == Decision::StayQuiet {
            return turn;
        }
        let confidence = |candidate: &crate::matcher::Candidate| {
            if called {
                candidate.confidence
            } else {
                candidate.unasked
            }
        };
        let best = ranking.candidates.iter().take(BEST);
        let needed = if called {
            needed_when_called(ranking)
        } else {
            ranking.thresholds.answer
        };
        turn.record.considered = Some(Box::new(Considered {
            message: case.last.message.clone(),
            at: case.last.at,
            earlier: case.earlier.iter().map(|part| part.message.clone()).collect(),
            called,
            question: ranking.question,
            act: ranking.reading.act().word(),
            best: best
                .map(|candidate| (candidate.id.to_string(), confidence(candidate)))
                .collect(),
            needed: Some(turn.decided.reason.needed().unwrap_or(needed)),
            language: self.language(case),
            text: cut(&case.said()),
        }));
        turn
    }

    /// Adds to a turn that followed from something else than the FAQ what it was made from.
    pub(super) fn with_message(
        &self,
        mut turn: Turn,
        setting: &Setting<'_>,
        now: Timestamp,
        message: &Message,
    ) -> Turn {
        if turn.record.considered.is_some() {
            return turn;
        }
        let said = message.text();
        let said = readable(said.trim());
        let called = commands::calls(message) || commands::given(setting.policy, message, said).is_some();
        if !called && turn.decided.decision == Decision::StayQuiet {
            return turn;
        }
        let reading = self.knowledge.matcher.reading(said);
        turn.record.considered = Some(Box::new(Considered {
            message: message.id.clone(),
            at: now,
            earlier: Vec::new(),
            called,
            question: false,
            act: reading.act().word(),
            best: Vec::new(),
            needed: None,
            language: super::language_of(said, self.knowledge.faq.language()),
            text: cut(said),
        }));
        turn
    }
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT).collect()
}
