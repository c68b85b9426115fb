//! Members who joined a ticket because they asked the same: they get its answers, and change nothing of it.

use super::{LineKind, MemberMessage, OpenTickets};
use crate::ticket::{Status, Watcher, events};
use groupdesk_contract::{MemberId, Place};
use jiff::Timestamp;

impl OpenTickets {
    /// Adds a member who asks the same.
    pub fn watch(&mut self, number: u64, watcher: Watcher, now: Timestamp) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        let place = watcher.place(ticket).clone();
        let asked = ticket.place == place && ticket.member == watcher.member;
        if asked || ticket.watcher(&place, &watcher.member).is_some() {
            return;
        }
        let who = format!("{} ({})", watcher.name, watcher.member);
        let member = watcher.member.clone();
        ticket.watchers.push(watcher);
        self.watched.entry((place, member)).or_default().insert(number);
        self.changed.insert(number);
        self.event(number, now, &who, events::JOINED);
    }

    /// Removes a member who joined a ticket; it goes on for everybody else.
    pub fn leave(&mut self, number: u64, place: &Place, member: &MemberId, why: &str, now: Timestamp) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        let found = ticket
            .watchers
            .iter()
            .position(|watcher| watcher.member == *member && watcher.place(ticket) == place);
        let Some(at) = found else { return };
        let watcher = ticket.watchers.remove(at);
        self.forget_watcher(place, member, number);
        self.changed.insert(number);
        let who = format!("{} ({})", watcher.name, watcher.member);
        self.event(number, now, &who, why);
    }

    /// Adds a message that leaves the ticket as it is: a watcher's, or only thanks from the member who asked.
    pub fn add_without_reopening(&mut self, number: u64, said: MemberMessage, now: Timestamp) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        let home = ticket.place.clone();
        let is_askers = said.member == ticket.member && said.place == home;
        if !is_askers && ticket.status.is_active() {
            let line = format!("{}：{}", said.who, said.text);
            ticket.gathering.take(&line, now, said.gather);
        }
        for watcher in &mut ticket.watchers {
            let here = watcher.elsewhere.as_ref().map_or(&home, |(place, _)| place) == &said.place;
            if here && watcher.member == said.member {
                watcher.spoke = Some(now);
                if said.told_added {
                    watcher.told_added = Some(now);
                }
                match &mut watcher.elsewhere {
                    Some((_, message)) => *message = said.message.clone(),
                    None => watcher.message = Some(said.message.clone()),
                }
            }
        }
        // Only what is the staff's turn stands in a digest.
        ticket.in_digest |= said.closed && matches!(ticket.status, Status::Open | Status::Claimed);
        self.changed.insert(number);
        let place = Some((said.place, said.message));
        self.line(number, now, LineKind::Member, said.who, said.text, place);
    }

    pub(super) fn forget_watcher(&mut self, place: &Place, member: &MemberId, number: u64) {
        let who = (place.clone(), member.clone());
        if let Some(numbers) = self.watched.get_mut(&who) {
            numbers.remove(&number);
            if numbers.is_empty() {
                self.watched.remove(&who);
            }
        }
    }
}
