//! A member who has a ticket: what they say joins it, the bot keeps out of a human's conversation, and they can ask how
//! it stands.

use super::decision::{Decided, Decision};
use super::handoff::who;
use super::notice::{Notice, about};
use super::reading::{self, Courtesy};
use super::reason::Reason;
use super::turn::{Outgoing, Step, Turn};
use super::{Case, Desk, words};
use crate::hours::Language;
use crate::ticket::{Status, Ticket, Warning};
use groupdesk_contract::{Message, NoteKind, Segment};

/// How a message relates to the sender's ticket.
pub(super) struct Relation {
    /// It calls the bot, or is said to it alone.
    pub(super) called: bool,
    /// It quotes something of the ticket.
    pub(super) quotes_ticket: bool,
    /// It is addressed to somebody else.
    pub(super) elsewhere: bool,
}

impl Relation {
    /// Reads it off a message; `quoted` is the ticket that the quoted message belongs to.
    pub(super) fn of(message: &Message, called: bool, quoted: Option<u64>, ticket: u64) -> Self {
        let quotes_ticket = quoted == Some(ticket);
        let mentions_somebody = message
            .segments
            .iter()
            .any(|segment| matches!(segment, Segment::Mention(_) | Segment::MentionAll));
        let quotes_else = message
            .quote()
            .is_some_and(|quote| quote.of_bot != Some(true) && !quotes_ticket);
        Self {
            called,
            quotes_ticket,
            elsewhere: !called && !quotes_ticket && (mentions_somebody || quotes_else),
        }
    }
}

impl Desk<'_> {
    /// What a message of somebody with a ticket comes to, where that is not the bot's ordinary business.
    pub(super) fn with_ticket(
        &self,
        case: &Case<'_>,
        language: Language,
        ticket: &Ticket,
        relation: &Relation,
    ) -> Option<Turn> {
        let said = case.said();
        let concerns = relation.called || relation.quotes_ticket || self.goes_on(case, ticket, relation);
        if ticket.status.is_active() && concerns && reading::solved(&said) {
            return Some(self.solved(case, language, ticket));
        }
        match ticket.status {
            Status::Claimed | Status::Waiting if concerns => Some(self.join(case, ticket, None)),
            Status::Claimed | Status::Waiting => Some(Turn::quiet(Reason::HeldByHuman {
                number: ticket.number,
            })),
            Status::Open if relation.quotes_ticket => {
                Some(self.join(case, ticket, Some(words::ticket_joined(language, ticket.number))))
            }
            Status::Resolved if relation.quotes_ticket => match reading::courtesy(&said) {
                Some(Courtesy::Thanks) => Some(Turn::quiet(Reason::Thanked)),
                _ => Some(self.join(
                    case,
                    ticket,
                    Some(words::ticket_reopened(language, ticket.number)),
                )),
            },
            Status::Open | Status::Resolved | Status::Closed => None,
        }
    }

    /// Whether something that the bot would not answer goes on with what the member asked a moment ago.
    pub(super) fn goes_on(&self, case: &Case<'_>, ticket: &Ticket, relation: &Relation) -> bool {
        let last = ticket
            .staff_acted
            .map_or(ticket.member_spoke, |staff| staff.max(ticket.member_spoke));
        ticket.status.is_active()
            && !relation.elsewhere
            && case.now.duration_since(last) <= case.setting.lifecycle.follow
    }

    /// The member needs nobody any more.
    fn solved(&self, case: &Case<'_>, language: Language, ticket: &Ticket) -> Turn {
        let number = ticket.number;
        let mut outgoing = vec![Outgoing {
            about: about(number),
            ..self.reply(case, words::ticket_solved(language, number))
        }];
        let notice = words::notice_solved(self.knowledge.faq.language(), number, &who(case));
        outgoing.extend(Notice::new(ticket, NoteKind::Ended, notice).to(&ticket.rooms));
        Turn {
            decided: Decided {
                decision: Decision::HandOff {
                    ticket: number,
                    entry: None,
                },
                reason: Reason::SolvedByMember { number },
            },
            outgoing,
            steps: vec![Step::Solved {
                number,
                who: who(case),
            }],
        }
    }

    /// "My ticket": its number, where it stands, its place in the queue, and when to expect an answer.
    pub(super) fn my_ticket(&self, case: &Case<'_>, language: Language) -> Turn {
        let tickets = case.setting.tickets;
        let ticket = tickets.of_member(case.setting.place, case.member);
        let opens = self.knowledge.faq.next_opening(case.now, language);
        let text = match ticket {
            None => words::no_ticket(language),
            Some(ticket) => words::ticket_status(
                language,
                &words::TicketStatus {
                    number: ticket.number,
                    subject: &ticket.subject,
                    status: ticket.status,
                    owner: ticket.owner.as_ref().map(|agent| agent.name.as_str()),
                    ahead: tickets.ahead_of(ticket),
                    opens: opens.as_deref(),
                    expected: self
                        .target(ticket, Warning::FirstResponseMissed)
                        .filter(|at| ticket.first_reply.is_none() && *at > case.now)
                        .map(|at| self.when(case.now, at, language))
                        .as_deref(),
                },
            ),
        };
        Turn {
            decided: Decided {
                decision: Decision::Clarify { choices: Vec::new() },
                reason: Reason::AskedForTicket,
            },
            outgoing: vec![Outgoing {
                about: ticket.and_then(|ticket| about(ticket.number)),
                ..self.reply(case, text)
            }],
            steps: Vec::new(),
        }
    }
}
