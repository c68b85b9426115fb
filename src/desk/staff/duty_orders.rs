//! Orders about who is there: on duty, off duty, the list of both.

use super::Staff;
use crate::desk::effects::Effects;
use crate::ticket::{OpenTickets, Person};

impl Staff<'_> {
    /// Sets the sender on or off duty.
    pub(super) fn set_duty(&self, open_tickets: &mut OpenTickets, here: bool) -> Effects {
        let Some(person) = self
            .policy
            .roster
            .person(&self.room.account, &self.message.sender.id)
        else {
            return self.ask(self.texts().not_in_roster(&self.message.sender.id), None);
        };
        let presence = person.presence_until_shift_change(here, self.now);
        open_tickets.set_presence(&person.name, presence);
        let until = presence
            .until
            .map(|until| self.desk.when(self.now, until, self.language));
        self.say(self.texts().presence(&person.name, here, until.as_deref()), None)
    }

    /// Lists the staff on and off duty.
    pub(super) fn who(&self, open_tickets: &OpenTickets) -> Effects {
        let people = &self.policy.roster.people;
        if people.is_empty() {
            return self.ask(self.texts().no_roster(), None);
        }
        let (here, away): (Vec<_>, Vec<_>) = people
            .iter()
            .partition(|person| self.desk.is_there(open_tickets, person, self.now));
        let names = |people: Vec<&Person>| people.iter().map(|p| p.name.clone()).collect::<Vec<_>>();
        self.say(self.texts().who_is_there(&names(here), &names(away)), None)
    }
}
