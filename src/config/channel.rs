//! Settings of a channel, as they are written: each key once, with its description. The values that count in the end are the desk's
//! [`Policy`], and so are the defaults: those of the schema come from `Policy::default`.

use super::duration::Span;
use super::ids::{Id, PlaceText};
use super::layered_settings::layered;
use crate::desk::{Commands, DecisionPolicy, HandoffTo, Listen, Policy};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::Deserialize;

layered! {
    /// Behaviour of the bot in a channel.
    PolicyFile over Policy {
        /// `all`: answers those who call it, and questions to which it is sure of the answer. `mentions`: only those who call
        /// it. `shadow`: says nothing in groups, decides as `all` and keeps that to be labelled; staff are told of calls. `off`:
        /// nothing.
        listen: Listen,
        /// Tags of the channel, such as `paid`, which an entry's `audience` can ask for.
        tags: Vec<String>,
        /// Time for which the same answer is pointed to instead of repeated in a group.
        cool_down: Span,
        /// Messages of one member that follow each other within this time are read as one.
        burst: Span,
        /// Time that an answer nobody called for waits, so that staff or the asker can speak first.
        wait_for_human: Span,
        /// Time for which the numbered choices of a "did you mean" can be picked.
        clarify_for: Span,
        /// Messages older than this are taken as a replay and ignored.
        replay_limit: Span,
        /// Keywords that call a human at once, whoever is addressed, such as 宕机 or 数据丢失.
        urgent: Vec<String>,
        /// Meaning of a hand-over: `ticket`, or `pointer` to the contact points that are open.
        handoff: HandoffTo,
        /// `called`: commands such as /help are the bot's only where it is called too (by a mention, a quote, as /help@bot on
        /// Telegram, in a direct chat), since other programs have the same ones. `always`: no other program there has them.
        commands: Commands,
        /// Ids of programs there that the platform does not mark as such, besides the account's. They are never answered and
        /// cause no ticket.
        bots: Vec<Id>,
        /// Ids of members whom the bot ignores there, besides the account's.
        ignore: Vec<Id>,
        /// An answer that its member quotes and calls another question's is taken back, where the platform can.
        withdraw_wrong_answers: bool,
    }
    besides {
        /// Staff rooms that are told of hand-overs from this channel, as `account/channel`. Default: the account's
        /// `staff_rooms`.
        staff_rooms: Option<Vec<PlaceText>>,
        /// Service time in which a ticket should have its first answer: staff are warned before and after. Default: none.
        first_response: Option<Span>,
        /// Service time in which a ticket should be resolved, not counting the time in which it waits for the member.
        /// Default: none.
        resolution: Option<Span>,
        /// The record that is kept of the decisions there, for `groupdesk why` and `groupdesk stats`.
        decisions: DecisionsFile,
    }
}

layered! {
    /// What is kept of the decisions in a channel.
    DecisionsFile over DecisionPolicy {
        /// Time for which a decision is kept; `0s` keeps none.
        retention: Span,
        /// `false` keeps decisions without the texts of the messages.
        texts: bool,
    }
}

impl PolicyFile {
    /// Returns the settings below with those that are written here.
    pub(super) fn over(&self, below: &Policy) -> Policy {
        let mut policy = self.keys_over(below.clone());
        let targets = &mut policy.targets;
        targets.first_response = target(self.first_response, targets.first_response);
        targets.resolution = target(self.resolution, targets.resolution);
        policy.decisions = self.decisions.keys_over(policy.decisions);
        policy
    }
}

/// Reads a target; `None` where it is `0s`.
fn target(written: Option<Span>, below: Option<SignedDuration>) -> Option<SignedDuration> {
    written.map_or(below, |span| span.0.is_positive().then_some(span.0))
}
