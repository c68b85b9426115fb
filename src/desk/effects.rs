//! Effect of one event: a decision, messages to send, changes of tickets.

use super::decision::{Decided, Decision};
use super::decision_record::Record;
use super::judge_data::JudgeQuestion;
use super::reason::Reason;
use crate::ticket::{Agent, Caller, MemberMessage, OpenTickets, Replied, Ticket, TicketReference, Watcher};
use groupdesk_contract::{MemberId, Message, MessageId, Place, Reply};
use jiff::Timestamp;

/// Whole effect of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Effects {
    /// Decision, with its reason.
    pub decided: Decided,
    /// Messages to send, in order.
    pub outgoing: Vec<Outgoing>,
    /// Changes of tickets, in order.
    pub steps: Vec<TicketChange>,
    /// Question to the judge, whose voice the decision waits for.
    pub inquiry: Option<JudgeQuestion>,
    /// Record that is kept beside the decision.
    pub record: Record,
    /// Draft of an answer that is wanted for staff.
    pub wanted: Option<DraftRequest>,
}

/// A reply with the account and channel that it goes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Destination; staff rooms may be on another account than the member.
    pub place: Place,
    /// Message to send there.
    pub reply: Reply,
    /// Ticket that it belongs to.
    pub about: Option<TicketReference>,
    /// Member whom it is about, where it belongs to no ticket.
    pub caller: Option<Caller>,
}

/// Wish for a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRequest {
    /// Number of the ticket.
    pub ticket: u64,
    /// Staff message that asks for it, with its room; `None` where the ticket was just opened.
    pub asked: Option<(Place, MessageId)>,
}

/// A change of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub enum TicketChange {
    /// A new ticket is opened.
    Open(Box<Ticket>),
    /// Another member asks the same.
    Watch {
        /// Number of the ticket.
        number: u64,
        /// Member who joins.
        watcher: Watcher,
    },
    /// A member says more; a resolved ticket is open again with it.
    Say {
        /// Number of the ticket.
        number: u64,
        /// Message with its sender and channel.
        said: Box<MemberMessage>,
    },
    /// A member writes something that leaves the ticket as it is.
    AddWithoutReopening {
        /// Number of the ticket.
        number: u64,
        /// Message with its sender and channel.
        said: Box<MemberMessage>,
    },
    /// A member who joined a ticket leaves it.
    Leave {
        /// Number of the ticket.
        number: u64,
        /// Channel in which they asked.
        place: Place,
        /// Member who leaves.
        member: MemberId,
        /// Reason, for the history.
        why: &'static str,
    },
    /// Undelivered replies were sent again.
    Redelivered {
        /// Number of the ticket.
        number: u64,
    },
    /// A member says that it is solved.
    Solved {
        /// Number of the ticket.
        number: u64,
        /// Name and id of the member.
        who: String,
    },
    /// Staff answered in the member's own channel.
    Reply {
        /// Number of the ticket.
        number: u64,
        /// Staff member who answered.
        agent: Agent,
        /// Text of the answer, and where it was given.
        reply: Replied,
    },
}

impl TicketChange {
    /// Applies the change.
    pub fn apply(self, open_tickets: &mut OpenTickets, now: Timestamp) {
        match self {
            Self::Open(ticket) => open_tickets.open(*ticket),
            Self::Watch { number, watcher } => open_tickets.watch(number, watcher, now),
            Self::Say { number, said } => open_tickets.member_said(number, *said, now),
            Self::AddWithoutReopening { number, said } => {
                open_tickets.add_without_reopening(number, *said, now)
            }
            Self::Leave {
                number,
                place,
                member,
                why,
            } => open_tickets.leave(number, &place, &member, why, now),
            Self::Redelivered { number } => open_tickets.mark(number, |ticket| ticket.undelivered.clear()),
            // A refusal means that it is over already, which is what was wanted.
            Self::Solved { number, who } => drop(open_tickets.resolve(number, &who, now)),
            Self::Reply { number, agent, reply } => drop(open_tickets.replied(number, &agent, reply, now)),
        }
    }
}

impl Effects {
    /// Returns the ticket that was opened.
    pub fn ticket(&self) -> Option<&Ticket> {
        self.steps.iter().find_map(|step| match step {
            TicketChange::Open(ticket) => Some(&**ticket),
            _ => None,
        })
    }

    /// Returns the ticket that this turn opens, before it is applied.
    pub(super) fn opened_mut(&mut self) -> Option<&mut Ticket> {
        self.steps.iter_mut().find_map(|step| match step {
            TicketChange::Open(ticket) => Some(&mut **ticket),
            _ => None,
        })
    }

    /// Makes the turn that sends a text about no ticket to a staff room, under a message. The text may hold words of members.
    pub fn said_to_staff(room: &Place, message: &Message, text: String) -> Self {
        let outgoing = Outgoing {
            place: room.clone(),
            reply: Reply::of_text(room.channel.clone(), message.channel.kind, text)
                .with_quote(Some(message.id.clone())),
            caller: Some(Caller::several(room, message.sender.id.clone())),
            about: None,
        };
        Self {
            outgoing: vec![outgoing],
            ..Self::quiet(Reason::StaffRoom)
        }
    }

    /// Makes the turn that sends a text about no ticket to staff rooms; under the message where it was sent in one of them.
    pub fn told_to_rooms(rooms: &[Place], place: &Place, message: &Message, text: &str) -> Self {
        let turns = rooms.iter().map(|room| {
            let mut effects = Self::said_to_staff(room, message, text.to_owned());
            if room != place {
                for outgoing in &mut effects.outgoing {
                    outgoing.reply.quote = None;
                }
            }
            effects.outgoing
        });
        Self {
            outgoing: turns.flatten().collect(),
            ..Self::quiet(Reason::StaffRoom)
        }
    }

    /// Makes the turn that asks for the question, or for other words.
    pub(super) fn asking_back(reason: Reason, reply: Outgoing) -> Self {
        Self::replying(Decision::AskBack, reason, reply)
    }

    /// Makes the turn that replies to a greeting, thanks or chat.
    pub(super) fn courtesy(reason: Reason, reply: Outgoing) -> Self {
        Self::replying(Decision::Courtesy, reason, reply)
    }

    /// Makes the turn that tells what no entry answers: how a ticket stands, what the bot can do, that an offer is over.
    pub(super) fn informing(reason: Reason, reply: Outgoing) -> Self {
        Self::replying(Decision::Inform, reason, reply)
    }

    /// Makes the turn that points to contact points.
    pub(super) fn pointing(reason: Reason, reply: Outgoing) -> Self {
        Self::replying(Decision::PointToContacts, reason, reply)
    }

    /// Makes the turn with one reply.
    fn replying(decision: Decision, reason: Reason, reply: Outgoing) -> Self {
        Self {
            outgoing: vec![reply],
            ..Self::of(Decided { decision, reason })
        }
    }

    /// Makes the turn of a decision from which nothing follows.
    pub(super) fn of(decided: Decided) -> Self {
        Self {
            decided,
            outgoing: Vec::new(),
            steps: Vec::new(),
            inquiry: None,
            record: Record::default(),
            wanted: None,
        }
    }

    /// Makes the turn that stays quiet.
    pub fn quiet(reason: Reason) -> Self {
        Self::of(Decided::quiet(reason))
    }
}
