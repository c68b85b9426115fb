//! Staff whom a ticket is for: its owner, or those on duty.

use super::super::staff_notice::Called;
use super::super::{Desk, MessageContext};
use super::add_to_open_ticket::is_urgent_now;
use crate::ticket::{OpenTickets, Person, Roster, Status, Ticket};
use jiff::Timestamp;

impl Desk<'_> {
    /// Staff whom a member's further message is for: the owner, or those on duty while the owner is off duty.
    pub(in crate::desk) fn who_should_look<'t>(
        &self,
        context: &MessageContext<'t>,
        ticket: &'t Ticket,
    ) -> (String, Vec<Called<'t>>) {
        let language = self.knowledge.faq.language();
        let channel_context = context.channel_context;
        let roster = &channel_context.lifecycle.roster;
        let Some(owner) = &ticket.owner else {
            let people = if ticket.status == Status::Resolved || is_urgent_now(context, ticket) {
                self.on_duty(channel_context.tickets, roster, 0, context.now)
            } else {
                // They were called when it was opened.
                Vec::new()
            };
            return (self.in_language(language).on_duty(), people);
        };
        match roster.person(&owner.account, &owner.id) {
            Some(person) if !self.is_there(channel_context.tickets, person, context.now) => (
                self.in_language(language).owner_away(&owner.name),
                self.on_duty(channel_context.tickets, roster, 0, context.now),
            ),
            Some(person) => (
                self.in_language(language).for_owner(),
                vec![Called::Person(person)],
            ),
            None => {
                let here = ticket.rooms.iter().find(|room| room.account == owner.account);
                let called = here.map(|room| Called::Id(room, owner.id.clone()));
                (
                    self.in_language(language).for_owner(),
                    called.into_iter().collect(),
                )
            }
        }
    }

    /// Staff on duty in the `step`-th tier of the roster, counted from 0, or in a later one.
    pub(in crate::desk) fn on_duty<'r>(
        &self,
        open_tickets: &OpenTickets,
        roster: &'r Roster,
        step: u32,
        now: Timestamp,
    ) -> Vec<Called<'r>> {
        let service = self.knowledge.faq.service();
        let people = roster.on_duty(step, open_tickets.presence(), service, now);
        people.into_iter().map(Called::Person).collect()
    }

    /// `true` if somebody of the roster is on duty.
    pub(in crate::desk) fn is_there(
        &self,
        open_tickets: &OpenTickets,
        person: &Person,
        now: Timestamp,
    ) -> bool {
        let said = open_tickets.presence().get(&person.name);
        person.is_there(said, self.knowledge.faq.service(), now)
    }
}
