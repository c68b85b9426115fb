//! Orders in the staff room: claim, reply, note, hand on, resolve, close, reopen, by command or by quoting; and staff who
//! answer in the member's own channel.

pub(super) mod command;
mod doubtful_orders;
mod draft_orders;
mod duty_orders;
mod for_colleagues;
mod order_answers;
mod order_arguments;
mod order_spelling;
mod order_typos;
mod other_words;
mod staff_reply;
pub(super) mod ticket_actions;
mod ticket_history;
mod ticket_orders;
mod under_notice;

pub use for_colleagues::warm_up;
pub use order_arguments::numbers_in;
pub(super) use order_spelling::folded;
pub use ticket_history::{Histories, shown_ticket};
pub(super) use under_notice::QuotedLine;
pub use under_notice::asked_whom_for;

use super::effects::{Effects, Outgoing, TicketChange};
use super::policy::TicketPolicy;
use super::reason::Reason;
use super::staff_notice::Notice;
use super::{ChannelContext, Desk, composed_texts};
use crate::language::Language;
use crate::texts::ComposedTexts;
use crate::ticket::{Agent, OpenTickets, Replied, Roster, Ticket, TicketRefusal};
use command::Order;
use groupdesk_contract::{DASHBOARD, FormWords, Message, NoteKind, Place, Segment, Sender};
use jiff::{SignedDuration, Timestamp};
use ticket_actions::TicketAction;

/// Age up to which a staff order is carried out. One that was written while the program was down is done late rather than
/// never, but not what a platform repeats of an older past than the inbox remembers.
const ORDER_AGE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Tickets that a list shows.
const LISTED_TICKETS: usize = 30;

/// Returns the reason for which a message orders nothing, whatever it says: it is the bot's own or another program's, or an old replay.
pub fn not_obeyed(message: &Message, now: Timestamp) -> Option<Reason> {
    let age = now.duration_since(message.at);
    if message.sender.is_self {
        Some(Reason::OwnMessage)
    } else if message.sender.is_bot {
        Some(Reason::OtherBot)
    } else {
        (age > ORDER_AGE_MAX).then_some(Reason::TooOld {
            seconds: age.as_secs(),
        })
    }
}

impl Desk<'_> {
    /// Handles a message in a staff room. `quoted` is the ticket that the quoted message belongs to.
    pub fn staff_room(
        &self,
        room: &Place,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        now: Timestamp,
        message: &Message,
        quoted: Option<u64>,
    ) -> Effects {
        if let Some(reason) = not_obeyed(message, now) {
            return Effects::quiet(reason);
        }
        let text = message.text();
        // A page says for whom words are: they are nobody's order, whatever they look like.
        let words = FormWords::read(&text).filter(|_| room.account.as_str() == DASHBOARD);
        if words.is_none()
            && let Some(effects) = self.told_what_is_meant((room, message), quoted, open_tickets, policy, now)
        {
            return effects;
        }
        let language = self.knowledge.faq.language();
        let of = quoted.or(message.ticket);
        let order = match words {
            Some((number, words)) => Some(Order::of_form(number, words)),
            None => command::read(&text, of),
        };
        // To staff who were not told of a ticket there is none, whatever names it: a number, a quote, a mail, an issue.
        let ticket = match order {
            Some(Order::Ticket { number, .. }) => open_tickets.get_in(room, number).cloned(),
            _ => None,
        };
        let staff = Staff {
            desk: self,
            language,
            policy,
            room,
            now,
            message,
            agent: agent(&policy.roster, room, &message.sender),
            ticket,
            written_in: message
                .ticket
                .and_then(|number| open_tickets.get_in(room, number))
                .cloned(),
        };
        let Some(order) = order else {
            return match of {
                None if order_arguments::quotes_tickets(message) => {
                    staff.ask(staff.texts().which_ticket(), None)
                }
                _ => Effects::quiet(Reason::StaffRoom),
            };
        };
        match order {
            Order::Help => staff.ask(staff.texts().tell_staff_help(), None),
            Order::Other(order) => staff.ask(staff.texts().command_meant(&order), None),
            Order::Typed(order) => staff.ask(staff.texts().type_it_so(&order), None),
            Order::NoSuch(digits) => staff.ask(staff.texts().no_such_ticket(&digits), None),
            Order::List => staff.list(open_tickets),
            Order::Here(here) => staff.set_duty(open_tickets, here),
            Order::Who => staff.who(open_tickets),
            Order::Ticket {
                number,
                action: TicketAction::Reply(said),
            } if words.is_some() && staff.ticket.is_some() => staff.reply(open_tickets, number, &said, false),
            Order::Ticket { number, action } => staff.act(open_tickets, number, action),
        }
    }

    /// Handles a staff message in a member's channel: the ticket of the member whom they quote or mention becomes theirs.
    pub(super) fn staff_answer(
        &self,
        channel_context: &ChannelContext<'_>,
        message: &Message,
        quoted: Option<u64>,
        now: Timestamp,
    ) -> Option<(TicketChange, Vec<Outgoing>)> {
        let (place, open_tickets) = (channel_context.place, channel_context.tickets);
        let mentioned = message.segments.iter().find_map(|segment| match segment {
            Segment::Mention(member) => open_tickets.of_member(place, member),
            _ => None,
        });
        let ticket = quoted
            .and_then(|number| open_tickets.get(number))
            .filter(|ticket| ticket.place == *place)
            .or(mentioned)
            .filter(|ticket| ticket.status.is_active())?;
        let roster = &channel_context.lifecycle.roster;
        let agent = agent(roster, place, &message.sender);
        let take_over = self.owner_is_away(open_tickets, roster, ticket, now);
        let mut outgoing = Vec::new();
        if ticket.owner.is_none() || take_over {
            let text = self
                .in_language(self.knowledge.faq.language())
                .answered_in_group(ticket.number, &agent.name);
            outgoing = Notice::new(ticket, NoteKind::Event, text).for_rooms(&ticket.rooms);
        }
        let step = TicketChange::Reply {
            number: ticket.number,
            agent,
            reply: Replied {
                text: message.text(),
                said: Some((place.clone(), message.id.clone())),
                take_over,
                to_all: false,
                under_quote: false,
            },
        };
        Some((step, outgoing))
    }

    /// `true` if the ticket's owner is on the roster but off duty: then whoever replies takes the ticket over.
    pub(super) fn owner_is_away(
        &self,
        open_tickets: &OpenTickets,
        roster: &Roster,
        ticket: &Ticket,
        now: Timestamp,
    ) -> bool {
        ticket
            .owner
            .as_ref()
            .and_then(|owner| roster.person(&owner.account, &owner.id))
            .is_some_and(|person| !self.is_there(open_tickets, person, now))
    }
}

/// Identifies a staff member: by the first id of their roster row, or, where they are in none, by the one that they write
/// with.
pub(super) fn agent(roster: &Roster, place: &Place, sender: &Sender) -> Agent {
    let known = roster.person(&place.account, &sender.id);
    match known.and_then(|person| Some((person, person.ids.first()?))) {
        Some((person, (account, id))) => Agent {
            account: account.clone(),
            id: id.clone(),
            name: person.name.clone(),
        },
        None => Agent {
            account: place.account.clone(),
            id: sender.id.clone(),
            name: sender.name.clone(),
        },
    }
}

/// Returns the text of the snippet `!name`, if the text names one.
pub(super) fn snippet<'p>(
    policy: &'p TicketPolicy,
    texts: ComposedTexts<'_>,
    text: &str,
) -> Result<Option<&'p str>, String> {
    let Some(name) = text.trim().strip_prefix(['!', '！']).map(str::trim) else {
        return Ok(None);
    };
    let snippets = &policy.snippets;
    if name.is_empty() || name.contains(char::is_whitespace) || snippets.is_empty() {
        return Ok(None);
    }
    let known: Vec<String> = snippets.keys().cloned().collect();
    match snippets.get(name) {
        Some(snippet) => Ok(Some(snippet)),
        None => Err(texts.no_such_snippet(name, &known)),
    }
}

/// A staff message, while its order is carried out.
struct Staff<'a> {
    desk: &'a Desk<'a>,
    language: Language,
    policy: &'a TicketPolicy,
    room: &'a Place,
    now: Timestamp,
    message: &'a Message,
    agent: Agent,
    /// Ticket that the order is about, as it was before.
    ticket: Option<Ticket>,
    /// Ticket in whose thread it was written, where the room has threads.
    written_in: Option<Ticket>,
}

impl<'a> Staff<'a> {
    /// Returns the sentences to the room.
    fn texts(&self) -> ComposedTexts<'a> {
        self.in_language(self.language)
    }

    /// Returns the sentences of a language.
    fn in_language(&self, language: Language) -> ComposedTexts<'a> {
        self.desk.in_language(language)
    }

    fn list(&self, open_tickets: &OpenTickets) -> Effects {
        let active: Vec<&Ticket> = open_tickets
            .all_in(self.room)
            .filter(|ticket| ticket.status.is_active())
            .collect();
        let more = active.len().saturating_sub(LISTED_TICKETS);
        let lines: Vec<String> = active
            .iter()
            .take(LISTED_TICKETS)
            .map(|ticket| self.line(ticket))
            .collect();
        self.say(self.texts().list(&lines, more), None)
    }

    fn line(&self, ticket: &Ticket) -> String {
        self.texts().ticket_line(ticket, self.now)
    }

    fn card(&self, ticket: &Ticket) -> String {
        let mut card = self.line(ticket);
        for part in [&ticket.earlier, &ticket.transcript] {
            if !part.is_empty() {
                card.push('\n');
                card.push_str(&composed_texts::quoted(part));
            }
        }
        card.push_str(&self.texts().answered_and_joined(ticket));
        card.push_str(&self.desk.timing(ticket, self.now));
        card
    }

    fn refused(&self, number: u64, refusal: &TicketRefusal) -> Effects {
        let text = match refusal {
            // About no ticket: it must be the same whether there is one that the room was not told of or none.
            TicketRefusal::Unknown => {
                return self.ask(self.texts().no_such_ticket(&number.to_string()), None);
            }
            TicketRefusal::Held { by } => {
                return self.say(self.texts().held_by(number, by), Some(number));
            }
            TicketRefusal::Over => self.texts().over(number),
        };
        self.ask(text, Some(number))
    }

    /// Refuses to reopen a ticket that is closed, or that the room knows nothing of: it must not show which.
    fn cannot_reopen(&self, number: u64) -> Effects {
        self.ask(self.texts().cannot_reopen(number), None)
    }
}
