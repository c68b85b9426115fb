//! What the operator sets for a channel: when the bot may speak there, and how patient it is.

use super::reason::Reason;
use crate::ticket::{Roster, Targets, TicketLimits};
use groupdesk_contract::{MemberId, Place};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the bot behaves in a channel. In `groupdesk.yaml` under `defaults` and, for one channel, under `channels`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Policy {
    /// Which messages may be answered.
    pub listen: Listen,
    /// Tags of the channel, matched with an entry's `audience`.
    pub tags: Vec<String>,
    /// How long the same answer is pointed to instead of repeated in a group.
    pub cool_down: SignedDuration,
    /// Messages of one member that follow each other within this time are read as one.
    pub burst: SignedDuration,
    /// How long an answer nobody called for waits for staff or the asker to speak first.
    pub wait_for_human: SignedDuration,
    /// How long the choices of a "did you mean" can be picked.
    pub clarify_for: SignedDuration,
    /// Messages older than this are the platform's past and are ignored.
    pub replay_limit: SignedDuration,
    /// Words that call a human at once, whoever is addressed.
    pub urgent: Vec<String>,
    /// What bringing in a human means there.
    pub handoff: HandoffTo,
    /// Whose commands such as `/help` are the bot's.
    pub commands: Commands,
    /// The ids of programs there that the platform does not mark as such.
    pub bots: Vec<String>,
    /// The ids of members whose words the bot passes over.
    pub ignore: Vec<String>,
    /// An answer that the member says is another question's is taken back, where the platform can.
    pub withdraw_wrong_answers: bool,
    /// In what service time tickets from there should be answered and resolved.
    pub targets: Targets,
}

/// What bringing in a human means in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoffTo {
    /// A ticket, and the staff rooms are told.
    #[default]
    Ticket,
    /// No ticket: the member is pointed to the contact points that are open.
    Pointer,
}

impl Policy {
    /// Whether somebody is a program, or is passed over, by the settings.
    pub fn passes_over(&self, sender: &MemberId) -> Option<Reason> {
        let has = |ids: &[String]| ids.iter().any(|id| id == sender.as_str());
        if has(&self.bots) {
            Some(Reason::OtherBot)
        } else {
            has(&self.ignore).then_some(Reason::Ignored)
        }
    }

    /// The longest that a reply waits for the member or for staff.
    pub fn longest_wait(&self) -> SignedDuration {
        self.burst.max(self.wait_for_human)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            listen: Listen::All,
            tags: Vec::new(),
            cool_down: SignedDuration::from_mins(10),
            burst: SignedDuration::from_secs(3),
            wait_for_human: SignedDuration::ZERO,
            clarify_for: SignedDuration::from_mins(2),
            replay_limit: SignedDuration::from_mins(10),
            urgent: Vec::new(),
            handoff: HandoffTo::Ticket,
            commands: Commands::Called,
            bots: Vec::new(),
            ignore: Vec::new(),
            withdraw_wrong_answers: false,
            targets: Targets::default(),
        }
    }
}

/// Whose commands such as `/help` are the bot's. In a chat with the bot alone all are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Commands {
    /// Only where the bot is called too: by a mention, a quote, or as `/help@bot` on Telegram. Other programs in the group have
    /// commands of the same names.
    #[default]
    Called,
    /// Always: no other program of the group has them.
    Always,
}

/// Which messages of a channel may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listen {
    /// Messages that call the bot, and questions to which an answer is certain.
    #[default]
    All,
    /// Only messages that call the bot.
    Mentions,
    /// Nothing at all.
    Off,
}

/// How tickets live. In `groupdesk.yaml` under `tickets`.
#[derive(Debug, Clone)]
pub struct TicketPolicy {
    /// A member with the same question inside this time joins the ticket of the first.
    pub join_within: SignedDuration,
    /// So long after the last word of a ticket, what its member says in the group belongs to it without calling the bot.
    pub follow: SignedDuration,
    /// So long after it was resolved, a ticket is reopened by its member.
    pub reopen_within: SignedDuration,
    /// A ticket that nobody claimed for so long, in service time, is told to the next tier; never where it is zero.
    pub escalate_after: SignedDuration,
    /// A ticket whose member was waited for so long, in service time, is resolved; never where it is zero.
    pub auto_resolve_after: SignedDuration,
    /// So long after they were opened, closed tickets are forgotten; kept where it is `None`.
    pub retention: Option<SignedDuration>,
    /// Texts that staff send by name: `!name`.
    pub snippets: BTreeMap<String, String>,
    /// The next tier's rooms; without any, the rooms that were told are told again.
    pub escalate_to: Vec<Place>,
    /// What a member writes in a ticket faster than this is told to staff together; nothing is where it is zero.
    pub gather: SignedDuration,
    /// How many new tickets are told one by one.
    pub limits: TicketLimits,
    /// Every staff room: what a ticket can be handed on to.
    pub staff_rooms: Vec<Place>,
    /// Who takes tickets, and when they are there.
    pub roster: Roster,
}

impl Default for TicketPolicy {
    fn default() -> Self {
        Self {
            join_within: SignedDuration::from_mins(30),
            follow: SignedDuration::from_mins(10),
            reopen_within: SignedDuration::from_hours(24),
            escalate_after: SignedDuration::from_mins(15),
            auto_resolve_after: SignedDuration::from_hours(24),
            retention: None,
            snippets: BTreeMap::new(),
            escalate_to: Vec::new(),
            gather: SignedDuration::from_secs(10),
            limits: TicketLimits::default(),
            staff_rooms: Vec::new(),
            roster: Roster::default(),
        }
    }
}
