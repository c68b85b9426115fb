//! What the desk decided.

use super::reason::Reason;
use serde::Serialize;

/// One of the four things that the desk can do with a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Decision {
    /// Give an entry's answer, or point to it where it was given a short time ago.
    Answer {
        /// The entry's id.
        entry: String,
    },
    /// Ask what was meant; without choices: ask for the question itself.
    Clarify {
        /// The entries offered, best first; at most three.
        choices: Vec<String>,
    },
    /// Bring in a human.
    HandOff {
        /// The ticket that was opened or joined.
        ticket: u64,
        /// The entry that was answered with it, where its `handoff` is `always`.
        entry: Option<String>,
    },
    /// Say nothing.
    StayQuiet,
}

impl Decision {
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
    /// What to do.
    #[serde(flatten)]
    pub decision: Decision,
    /// Why.
    pub reason: Reason,
}

impl Decided {
    /// Silence, with its reason.
    pub fn quiet(reason: Reason) -> Self {
        Self {
            decision: Decision::StayQuiet,
            reason,
        }
    }
}
