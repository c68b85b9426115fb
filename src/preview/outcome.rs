//! The decision on one message that stands alone.

use super::PreviewMessage;
use super::trial::{trial_channel, trial_message};
use crate::decision_kind::DecisionClass;
use crate::desk::{ChannelContext, ChannelState, Decision, Desk, Effects, JudgeQuestion, Reason};
use groupdesk_contract::Message;
use jiff::Timestamp;
use serde::Serialize;

/// Waits that are ended at most: for more words of the member, for staff, for the judge.
const WAITS_MAX: usize = 4;

/// Decision on a message, without the number of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum MessageOutcome {
    /// It is answered.
    Answered {
        /// Id of the entry.
        entry: String,
    },
    /// It is asked what was meant.
    Offered {
        /// Entries offered, best first; none where the question itself is asked for.
        choices: Vec<String>,
    },
    /// A human is brought in.
    HandedOver {
        /// Entry that is answered with it.
        entry: Option<String>,
    },
    /// Nothing is said.
    Quiet,
}

impl MessageOutcome {
    /// Returns the id of the entry with which it is answered.
    pub fn answer(&self) -> Option<&str> {
        match self {
            Self::Answered { entry } | Self::HandedOver { entry: Some(entry) } => Some(entry),
            Self::Offered { .. } | Self::HandedOver { entry: None } | Self::Quiet => None,
        }
    }
}

impl From<Decision> for MessageOutcome {
    fn from(decision: Decision) -> Self {
        let entry = decision.entry().map(str::to_owned);
        match (decision.kind().class(), entry, decision) {
            (DecisionClass::Answer, Some(entry), _) => Self::Answered { entry },
            (DecisionClass::HandOff, entry, _) => Self::HandedOver { entry },
            (DecisionClass::Clarify, _, Decision::Clarify { choices }) => Self::Offered { choices },
            (DecisionClass::Clarify, ..) => Self::Offered { choices: Vec::new() },
            (DecisionClass::Answer | DecisionClass::Quiet, ..) => Self::Quiet,
        }
    }
}

/// Decision on a message, with the words that its member reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewDecision {
    /// Decision.
    pub outcome: MessageOutcome,
    /// Words of the answer.
    pub words: String,
}

/// Decides on a message as a running desk would in its channel.
pub fn outcome(desk: &Desk<'_>, asked: &PreviewMessage, now: Timestamp) -> PreviewDecision {
    let channel_context = trial_channel(&asked.place, &asked.policy, &[]);
    let channel = (&asked.place.channel, asked.kind);
    let message = trial_message(channel, "member", &asked.text, asked.called, now);
    let (effects, _) = alone(desk, &channel_context, now, &message);
    let shows_menu = matches!(
        effects.decided.reason,
        Reason::AskedForHelp | Reason::CalledWithoutQuestion
    );
    let words: Vec<String> = effects.outgoing.iter().map(|told| told.reply.text()).collect();
    PreviewDecision {
        outcome: match effects.decided.decision {
            // The menu lists every entry: one more of them is no other reply to "who are you".
            Decision::Clarify { .. } if shows_menu => MessageOutcome::Offered { choices: Vec::new() },
            decision => decision.into(),
        },
        words: words.join("\n"),
    }
}

/// Decides on a message of somebody who says nothing before and after it, the waits for more included. Returns the question to the
/// judge too, if there was one.
pub fn alone(
    desk: &Desk<'_>,
    channel_context: &ChannelContext<'_>,
    now: Timestamp,
    message: &Message,
) -> (Effects, Option<JudgeQuestion>) {
    let (mut effects, mut state) = desk.message(
        channel_context,
        now,
        ChannelState::default(),
        message,
        false,
        None,
    );
    let inquiry = effects.inquiry.clone();
    for _ in 0..WAITS_MAX {
        let Some(at) = state.wake_at() else { break };
        match state.due(at, channel_context.policy).first() {
            Some(member) => effects = desk.wake(channel_context, at, &mut state, member),
            None => break,
        }
    }
    (effects, inquiry)
}
