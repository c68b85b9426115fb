//! Decision of the desk, with its reason.

use super::reason::Reason;
use serde::Serialize;

/// One of the four things that the desk can do with a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Decision {
    /// Give an entry's answer, or point to it where it was given a short time ago.
    Answer {
        /// Id of the entry.
        entry: String,
    },
    /// Ask what was meant; without choices: ask for the question itself.
    Clarify {
        /// Entries offered, best first; at most three.
        choices: Vec<String>,
    },
    /// Bring in a human.
    HandOff {
        /// Ticket that was opened or joined.
        ticket: u64,
        /// Entry that was answered with it, where its `handoff` is `always`.
        entry: Option<String>,
    },
    /// Say nothing.
    StayQuiet,
}

impl Decision {
    /// `true` if it neither answers nor hands over.
    pub(super) fn is_no_answer(&self) -> bool {
        matches!(self, Self::Clarify { .. } | Self::StayQuiet)
    }

    /// The decision's one-word name: `answer`, `clarify`, `handoff` or `quiet`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "answer",
            Self::Clarify { .. } => "clarify",
            Self::HandOff { .. } => "handoff",
            Self::StayQuiet => "quiet",
        }
    }
}

/// A decision and why it was taken.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decided {
    /// Action of the desk.
    #[serde(flatten)]
    pub decision: Decision,
    /// Reason for it.
    pub reason: Reason,
}

impl Decided {
    /// Makes the decision to stay quiet.
    pub fn quiet(reason: Reason) -> Self {
        Self {
            decision: Decision::StayQuiet,
            reason,
        }
    }
}
