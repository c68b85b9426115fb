//! Operator's settings of a channel: when the bot may speak there, and how patient it is.

use super::reason::Reason;
use crate::ticket::{Roster, Targets, TicketLimits};
use groupdesk_contract::{MemberId, Place};
use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Behaviour of the bot in a channel. In `groupdesk.yaml` under `defaults` and, for one channel, under `channels`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Policy {
    /// Messages that may be answered.
    pub listen: Listen,
    /// Tags of the channel, matched with an entry's `audience`.
    pub tags: Vec<String>,
    /// Time for which the same answer is pointed to instead of repeated in a group.
    pub cool_down: SignedDuration,
    /// Longest pause between two messages of one member that are read as one.
    pub burst: SignedDuration,
    /// Time that an answer nobody called for waits for staff or the asker to speak first.
    pub wait_for_human: SignedDuration,
    /// Time for which the choices of a "did you mean" can be picked.
    pub clarify_for: SignedDuration,
    /// Age from which on a message is the platform's past and is ignored.
    pub replay_limit: SignedDuration,
    /// Keywords that call a human at once, whoever is addressed.
    pub urgent: Vec<String>,
    /// Meaning of a hand-over there: a ticket, or a pointer.
    pub handoff: HandoffTo,
    /// Rule for commands such as `/help` that do not name the bot.
    pub commands: Commands,
    /// Ids of programs there that the platform does not mark as such.
    pub bots: Vec<String>,
    /// Ids of members whom the bot ignores.
    pub ignore: Vec<String>,
    /// `true` if the bot recalls an answer of which the member says that it is another question's, where the platform
    /// can.
    pub withdraw_wrong_answers: bool,
    /// Targets for the first answer and for the solution of a ticket from there, in service time.
    pub targets: Targets,
    /// Retention of the decisions there.
    pub decisions: DecisionPolicy,
}

/// Retention of the decisions in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DecisionPolicy {
    /// Time for which a decision is kept.
    pub retention: SignedDuration,
    /// `true` if the texts of the messages are kept with them.
    pub texts: bool,
}

impl Default for DecisionPolicy {
    fn default() -> Self {
        Self {
            retention: SignedDuration::from_hours(24 * 90),
            texts: true,
        }
    }
}

/// Meaning of a hand-over in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HandoffTo {
    /// Open a ticket and tell the staff rooms.
    #[default]
    Ticket,
    /// Open no ticket; point the member to the contact points that are open.
    Pointer,
}

impl Policy {
    /// Returns the reason to ignore a sender where the settings name them: as a program, or as a member to ignore.
    pub fn passes_over(&self, sender: &MemberId) -> Option<Reason> {
        let has = |ids: &[String]| ids.iter().any(|id| id == sender.as_str());
        if has(&self.bots) {
            Some(Reason::OtherBot)
        } else {
            has(&self.ignore).then_some(Reason::Ignored)
        }
    }

    /// `true` if `said` has a word that the admin calls urgent, in whatever case.
    pub fn is_urgent(&self, said: &str) -> bool {
        let said = said.to_lowercase();
        let mut words = self.urgent.iter();
        words.any(|word| !word.is_empty() && said.contains(&word.to_lowercase()))
    }

    /// Longest time that a reply waits for the member or for staff.
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
            decisions: DecisionPolicy::default(),
        }
    }
}

/// Rule for commands such as `/help` that do not name the bot. In a direct chat all are the bot's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Commands {
    /// The bot takes them only where it is called too: by a mention, a quote, or as `/help@bot` on Telegram. Other
    /// programs in the group have commands of the same names.
    #[default]
    Called,
    /// The bot always takes them: no other program of the group has them.
    Always,
}

/// Messages of a channel that may be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Listen {
    /// Messages that call the bot, and questions to which an answer is certain.
    #[default]
    All,
    /// Only messages that call the bot.
    Mentions,
    /// None in a group, where all is decided as with `all` and nothing is said; a direct chat is answered.
    Shadow,
    /// None.
    Off,
}

/// Rules for the life of tickets. In `groupdesk.yaml` under `tickets`.
#[derive(Debug, Clone, Serialize)]
pub struct TicketPolicy {
    /// Age up to which a ticket is joined by another member with the same question.
    pub join_within: SignedDuration,
    /// Time after the last message of a ticket in which its member's messages in the group belong to it without a call.
    pub follow: SignedDuration,
    /// Time after its resolution in which its member can reopen a ticket.
    pub reopen_within: SignedDuration,
    /// Service time after which a ticket that nobody claimed goes to the next tier; never where it is zero.
    pub escalate_after: SignedDuration,
    /// Service time after which a ticket is resolved because its member does not answer; never where it is zero.
    pub auto_resolve_after: SignedDuration,
    /// Time after which a closed ticket is deleted, from when it was opened; `None` keeps it.
    pub retention: Option<SignedDuration>,
    /// Texts that staff send by name: `!name`.
    pub snippets: BTreeMap<String, String>,
    /// Rooms of the next tier; where there is none, the rooms that were told are told again.
    pub escalate_to: Vec<Place>,
    /// Interval: messages that a member writes in a ticket faster than this reach staff together. Zero never gathers.
    pub gather: SignedDuration,
    /// Limits up to which new tickets are told one by one.
    pub limits: TicketLimits,
    /// All staff rooms: a ticket can be handed on to any of them. They stand under accounts, channels and tags, where the routing
    /// finds them.
    #[serde(skip)]
    pub staff_rooms: Vec<Place>,
    /// Staff who take tickets, with their shifts.
    #[serde(skip)]
    pub roster: Roster,
    /// `true` if a model drafts answers for staff.
    #[serde(skip)]
    pub drafts: bool,
    /// Reading of words under a ticket's notice.
    pub under_notice: UnderNotice,
}

/// Meaning of staff's words under a quoted notice, without a prefix that says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnderNotice {
    /// They are asked, once a ticket, whether it is for the member.
    #[default]
    Ask,
    /// It is for the member.
    Member,
    /// It is for colleagues, as a note.
    Colleagues,
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
            drafts: false,
            under_notice: UnderNotice::default(),
        }
    }
}
