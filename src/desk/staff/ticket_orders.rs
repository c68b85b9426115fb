//! Orders about one ticket, carried out: its state changes, and staff and members hear of it.

use super::ticket_actions::{self, TicketAction};
use super::{Staff, snippet};
use crate::desk::effects::Effects;
use crate::desk::message_context::joined;
use crate::desk::relay;
use crate::desk::staff_notice::{Called, Notice};
use crate::ticket::{Agent, OpenTickets, Ticket, TicketRefusal};
use groupdesk_contract::{NoteKind, Place, Segment};

impl Staff<'_> {
    /// Carries out an order about a ticket.
    pub(super) fn act(&self, open_tickets: &mut OpenTickets, number: u64, action: TicketAction) -> Effects {
        let Some(before) = &self.ticket else {
            return match action {
                TicketAction::Reopen => self.cannot_reopen(number),
                TicketAction::Reply(said) | TicketAction::ReplyToAll(said) => {
                    self.said_to_nobody(number, &said)
                }
                _ => self.refused(number, &TicketRefusal::Unknown),
            };
        };
        let (now, agent, texts) = (self.now, &self.agent, self.texts());
        let changed = match action {
            TicketAction::Unclear { meant, said } => {
                return self.ask(texts.ask_order_meant(number, &meant, &said), Some(number));
            }
            TicketAction::Show => return self.say(self.with_history(before), Some(number)),
            TicketAction::Draft { said, slashed } => {
                return self.want_draft(open_tickets, before, &said, slashed);
            }
            TicketAction::Send { said, slashed } => {
                return self.send_draft(open_tickets, before, &said, slashed);
            }
            TicketAction::Reply(text) => return self.reply_as_written(open_tickets, before, &text, false),
            TicketAction::ReplyToAll(text) => {
                return self.reply_as_written(open_tickets, before, &text, true);
            }
            TicketAction::HandOn(to) => return self.hand_on(open_tickets, before, &to),
            TicketAction::Resolve => return self.end(open_tickets, before, true),
            TicketAction::Close => return self.end(open_tickets, before, false),
            TicketAction::Reopen => return self.reopen(open_tickets, before),
            TicketAction::Claim => open_tickets
                .claim(number, agent, now)
                .map(|_| texts.claimed(number, &agent.name)),
            TicketAction::Release => open_tickets
                .hand_on(number, agent, None, now)
                .map(|()| texts.released(number)),
            TicketAction::Note(text) => open_tickets
                .note(number, agent, text, now)
                .map(|()| texts.noted(number)),
        };
        match changed {
            Ok(text) => self.announce(before, text, NoteKind::Event),
            Err(refusal) => self.refused(number, &refusal),
        }
    }

    /// Relays a reply, unless it reads as said to colleagues: then staff are asked, or it is held back.
    fn reply_as_written(
        &self,
        open_tickets: &mut OpenTickets,
        ticket: &Ticket,
        text: &str,
        to_all: bool,
    ) -> Effects {
        let (number, texts) = (ticket.number, self.texts());
        if self.calls_colleague() {
            let meant = texts.order_hand();
            return self.ask(texts.ask_order_meant(number, &meant, text), Some(number));
        }
        if !to_all && self.may_be_for_colleagues(ticket, text) {
            return self.ask_whom_it_is_for(open_tickets, number, text);
        }
        if !to_all && self.reads_as_internal(open_tickets, ticket, text) {
            return self.ask_for_whom(open_tickets, number, Some(text));
        }
        match snippet(self.policy, texts, text) {
            Ok(snippet) => self.reply(open_tickets, number, snippet.unwrap_or(text), to_all),
            Err(unknown) => self.say(unknown, Some(number)),
        }
    }

    /// Hands a ticket on to the colleague or the staff room that `to` names.
    fn hand_on(&self, open_tickets: &mut OpenTickets, ticket: &Ticket, to: &str) -> Effects {
        let number = ticket.number;
        match (self.colleague(to), self.room_of(to)) {
            (_, Some(room)) => self.hand_on_to_room(open_tickets, ticket, room),
            (Some(colleague), None) => self.hand_on_to_colleague(open_tickets, ticket, colleague),
            // "Give it five minutes" under a notice hands nothing on.
            (None, None)
                if !self.is_slashed() && ticket_actions::gives_something_else(&self.message.text()) =>
            {
                self.reply(open_tickets, number, self.message.text().trim(), false)
            }
            (None, None) => self.ask(self.texts().hand_on_to_whom(number), Some(number)),
        }
    }

    /// Hands a ticket on to a colleague, who is called in the room and in the other rooms that have the ticket.
    fn hand_on_to_colleague(
        &self,
        open_tickets: &mut OpenTickets,
        ticket: &Ticket,
        colleague: Agent,
    ) -> Effects {
        let number = ticket.number;
        if let Err(refusal) = open_tickets.hand_on(number, &self.agent, Some(colleague.clone()), self.now) {
            return self.refused(number, &refusal);
        }
        let text = self.texts().claimed(number, &colleague.name);
        let mut effects = self.receipt(text.clone(), number);
        if !colleague.is(&self.agent) {
            self.call_owner(&mut effects, &colleague);
        }
        // A colleague to whom a ticket is given is called where they are.
        let called = match self.policy.roster.person(&colleague.account, &colleague.id) {
            Some(person) => Called::Person(person),
            None => Called::Id(self.room, colleague.id.clone()),
        };
        let notice = Notice::new(ticket, NoteKind::Event, text);
        let notice = notice.calling(self.texts().for_owner(), vec![called]);
        effects
            .outgoing
            .extend(notice.for_rooms(&self.other_rooms(ticket)));
        effects
    }

    /// Resolves a ticket, or closes it, and tells its members.
    fn end(&self, open_tickets: &mut OpenTickets, ticket: &Ticket, resolves: bool) -> Effects {
        let (number, now) = (ticket.number, self.now);
        // With a ticket that is over its question is over too.
        let kept = if resolves {
            None
        } else {
            self.desk.keep_held(open_tickets, self.policy, number, now)
        };
        let name = &self.agent.name;
        let ended = if resolves {
            open_tickets
                .resolve(number, name, now)
                .map(|_| self.texts().resolved(number))
        } else {
            open_tickets
                .close(number, name, now)
                .map(|()| self.texts().closed(number))
        };
        let text = match ended {
            Ok(text) => text,
            Err(refusal) => return self.refused(number, &refusal),
        };
        let mut effects = self.announce(ticket, text, NoteKind::Ended);
        effects.outgoing.extend(kept);
        if ticket.status.is_active() {
            let waiting = if resolves {
                self.desk.part_unanswered(open_tickets, number, now)
            } else {
                Vec::new()
            };
            let ended = open_tickets.get(number).unwrap_or(ticket).clone();
            self.tell_members(open_tickets, &ended, resolves, &mut effects);
            effects.outgoing.extend(waiting);
        }
        effects
    }

    /// Reopens a ticket that is resolved.
    fn reopen(&self, open_tickets: &mut OpenTickets, ticket: &Ticket) -> Effects {
        let (number, texts) = (ticket.number, self.texts());
        match open_tickets.reopen(number, &self.agent, self.now) {
            Ok(()) => self.announce(ticket, texts.claimed(number, &self.agent.name), NoteKind::Event),
            Err(TicketRefusal::Over) => self.ask(texts.still_open(number), Some(number)),
            Err(TicketRefusal::Unknown) => self.cannot_reopen(number),
            Err(refusal) => self.refused(number, &refusal),
        }
    }

    /// Tells the room of a change of a ticket, and the other rooms that have the ticket.
    fn announce(&self, ticket: &Ticket, text: String, kind: NoteKind) -> Effects {
        let mut effects = self.receipt(text.clone(), ticket.number);
        let notice = Notice::new(ticket, kind, text);
        effects
            .outgoing
            .extend(notice.for_rooms(&self.other_rooms(ticket)));
        effects
    }

    /// Mentions a ticket's new owner in the room, where they can be: nobody else tells them.
    fn call_owner(&self, effects: &mut Effects, owner: &Agent) {
        let account = &self.room.account;
        let id = match self.policy.roster.person(&owner.account, &owner.id) {
            Some(person) => person.id_on(account),
            None => Some(&owner.id).filter(|_| owner.account == *account),
        };
        if let (Some(id), Some(receipt)) = (id, effects.outgoing.first_mut()) {
            let words = format!("\n{}", self.texts().for_owner());
            receipt.reply.segments.push(Segment::Text(words));
            receipt.reply.segments.push(Segment::Mention(id.clone()));
        }
    }

    /// Tells the members that their ticket has ended, and staff where they can't be told.
    fn tell_members(
        &self,
        open_tickets: &mut OpenTickets,
        ticket: &Ticket,
        resolved: bool,
        effects: &mut Effects,
    ) {
        let by = Some(self.agent.name.as_str());
        let text = if resolved {
            self.in_language(ticket.language)
                .ticket_resolved(ticket.number, by, self.policy.reopen_within)
        } else {
            self.in_language(ticket.language)
                .ticket_closed(ticket.number, &self.agent.name)
        };
        let told = relay::tell_all(open_tickets, ticket, &text, self.now);
        if !told.reached_asker {
            effects.outgoing.push(self.in_room(
                self.texts().member_not_told(ticket.number),
                Some(ticket.number),
                NoteKind::Answer,
            ));
        }
        effects.outgoing.extend(told.outgoing);
    }

    /// Returns the other rooms that were told: their staff must not take the ticket as well.
    pub(super) fn other_rooms(&self, ticket: &Ticket) -> Vec<Place> {
        let others = ticket.rooms.iter().filter(|room| *room != self.room);
        others.cloned().collect()
    }

    /// Hands a ticket on to another staff room, which gets all of its history.
    fn hand_on_to_room(&self, open_tickets: &mut OpenTickets, ticket: &Ticket, room: &Place) -> Effects {
        let number = ticket.number;
        if let Err(refusal) = open_tickets.hand_on(number, &self.agent, None, self.now) {
            return self.refused(number, &refusal);
        }
        open_tickets.mark(number, |ticket| ticket.add_rooms(std::slice::from_ref(room)));
        let text = self.texts().handed_to_room(number, room);
        let mut effects = self.receipt(text.clone(), number);
        let mut others = self.other_rooms(ticket);
        others.retain(|other| other != room);
        effects
            .outgoing
            .extend(Notice::new(ticket, NoteKind::Event, text).for_rooms(&others));
        let after = open_tickets.get(number).unwrap_or(ticket);
        let told = self
            .texts()
            .handed_from_room(number, &self.agent.name, &self.card(after));
        let opened = NoteKind::Opened {
            said: joined([ticket.earlier.as_str(), &ticket.transcript].into_iter()),
        };
        effects.outgoing.extend(
            Notice::new(ticket, opened, told)
                .with_buttons(self.texts().ticket_buttons(number))
                .for_rooms(std::slice::from_ref(room)),
        );
        effects
    }
}
