//! Texts about rooms that could not be told of a ticket.

use super::quoted;
use crate::texts::ComposedTexts;
use crate::ticket::Ticket;
use groupdesk_contract::{Place, clean_line, clean_name};

impl ComposedTexts<'_> {
    /// Reports that a message of the desk could not be delivered.
    pub(in crate::desk) fn report_not_told(self, number: u64, place: &Place, reason: &str) -> String {
        self.not_told(number, place, &clean_line(reason))
    }

    /// Reports that a message of the desk is still on its way.
    pub(in crate::desk) fn report_told_late(self, number: u64, place: &Place, reason: &str) -> String {
        self.told_late(number, place, &clean_line(reason))
    }

    /// Notice of a ticket for a room that is not its own, because its own can't be told.
    pub(in crate::desk) fn told_instead(self, ticket: &Ticket, of: &Place, reason: &str) -> String {
        let said = [ticket.earlier.as_str(), ticket.transcript.as_str()];
        let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
        let said = quoted(&said.join("\n"));
        let place = ticket.place.to_string();
        let notice = self.notice_new(
            ticket.number,
            &self.member_of(ticket),
            &place,
            &said,
            &ticket.reason,
        );
        notice + &self.meant_for_room(of, &clean_line(reason))
    }

    /// Notice of a ticket once more, without the member's text: that may be the reason for which the room's platform refused
    /// it.
    pub(in crate::desk) fn tell_again(self, ticket: &Ticket) -> String {
        self.told_again(ticket.number, &self.member_of(ticket), &ticket.place)
    }

    fn member_of(self, ticket: &Ticket) -> String {
        self.name_and_id(&clean_name(&ticket.member_name), ticket.member.as_str())
    }

    /// Tells the member that nobody could be told of the ticket so far.
    pub(in crate::desk) fn nobody_told(self, number: u64, open_now: &str) -> String {
        let mut text = self.nobody_told_yet(number);
        if !open_now.is_empty() {
            text.push_str(&self.reach_us_if_urgent(open_now));
        }
        text
    }
}
