//! What comes of one event: a decision, things to say, steps of tickets.

use super::decision::{Decided, Decision};
use super::reason::Reason;
use crate::ticket::{About, Agent, Book, Replied, Said, Ticket, Watcher};
use groupdesk_contract::{Act, MemberId, Message, Place, Reply, Segment};
use jiff::Timestamp;

/// The whole effect of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// What was decided, and why.
    pub decided: Decided,
    /// What is to be said, in order.
    pub outgoing: Vec<Outgoing>,
    /// What becomes of tickets, in order.
    pub steps: Vec<Step>,
}

/// A reply and the account and channel that it goes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// Where it goes; staff rooms may be on another account than the member.
    pub place: Place,
    /// What is said there.
    pub reply: Reply,
    /// The ticket that it belongs to.
    pub about: Option<About>,
}

/// Something that becomes of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It is opened.
    Open(Box<Ticket>),
    /// Another member asks the same.
    Watch {
        /// The ticket.
        number: u64,
        /// Who.
        watcher: Watcher,
    },
    /// A member says more; a resolved ticket is open again with it.
    Say {
        /// The ticket.
        number: u64,
        /// What was said, by whom and where.
        said: Box<Said>,
    },
    /// Somebody says something that leaves the ticket as it is.
    Overhear {
        /// The ticket.
        number: u64,
        /// What was said, by whom and where.
        said: Box<Said>,
    },
    /// Somebody who joined a ticket leaves it.
    Leave {
        /// The ticket.
        number: u64,
        /// Where they asked.
        place: Place,
        /// Who.
        member: MemberId,
        /// Why, for the history.
        why: &'static str,
    },
    /// What had not been delivered is said again.
    Redelivered {
        /// The ticket.
        number: u64,
    },
    /// A member says that it is solved.
    Solved {
        /// The ticket.
        number: u64,
        /// The member's name and id.
        who: String,
    },
    /// Staff answered in the member's own channel.
    Reply {
        /// The ticket.
        number: u64,
        /// Who.
        agent: Agent,
        /// What they said.
        reply: Replied,
    },
}

impl Step {
    /// Takes the step.
    pub fn apply(self, book: &mut Book, now: Timestamp) {
        match self {
            Self::Open(ticket) => book.open(*ticket),
            Self::Watch { number, watcher } => book.watch(number, watcher, now),
            Self::Say { number, said } => book.member_said(number, *said, now),
            Self::Overhear { number, said } => book.overheard(number, *said, now),
            Self::Leave {
                number,
                place,
                member,
                why,
            } => book.leave(number, &place, &member, why, now),
            Self::Redelivered { number } => book.mark(number, |ticket| ticket.undelivered.clear()),
            // A refusal means that it is over already, which is what was wanted.
            Self::Solved { number, who } => drop(book.resolve(number, &who, now)),
            Self::Reply { number, agent, reply } => drop(book.replied(number, &agent, reply, now)),
        }
    }
}

impl Turn {
    /// The ticket that was opened.
    pub fn ticket(&self) -> Option<&Ticket> {
        self.steps.iter().find_map(|step| match step {
            Step::Open(ticket) => Some(&**ticket),
            _ => None,
        })
    }

    /// The ticket that was opened, before it is.
    pub(super) fn opened_mut(&mut self) -> Option<&mut Ticket> {
        self.steps.iter_mut().find_map(|step| match step {
            Step::Open(ticket) => Some(&mut **ticket),
            _ => None,
        })
    }

    /// Something said in a staff room under a message, about no ticket.
    pub fn said_to_staff(room: &Place, message: &Message, text: String) -> Self {
        let outgoing = Outgoing {
            place: room.clone(),
            reply: Reply {
                channel: room.channel.clone(),
                kind: message.channel.kind,
                quote: Some(message.id.clone()),
                segments: vec![Segment::Text(text)],
                note: None,
                buttons: Vec::new(),
                act: Act::Say,
            },
            about: None,
        };
        Self {
            outgoing: vec![outgoing],
            ..Self::quiet(Reason::StaffRoom)
        }
    }

    /// One reply that is no answer of the file: a question back, a word of courtesy, where to go instead.
    pub fn asking_back(reason: Reason, reply: Outgoing) -> Self {
        Self {
            decided: Decided {
                decision: Decision::Clarify { choices: Vec::new() },
                reason,
            },
            outgoing: vec![reply],
            steps: Vec::new(),
        }
    }

    /// Silence, with its reason.
    pub fn quiet(reason: Reason) -> Self {
        Self {
            decided: Decided::quiet(reason),
            outgoing: Vec::new(),
            steps: Vec::new(),
        }
    }
}
