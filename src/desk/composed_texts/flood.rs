//! Texts of a rush: more tickets, or more messages, than staff can read one by one.

use super::quoted;
use crate::texts::ComposedTexts;
use crate::ticket::Ticket;
use groupdesk_contract::clean_name;

/// Ticket numbers that a notice names at most.
const NUMBERS_SHOWN: usize = 20;

/// Members who plainly asked for a human that it names at most.
const NAMES_SHOWN: usize = 10;

/// Longest name there, in characters.
const NAME_MAX_CHARS: usize = 12;

impl ComposedTexts<'_> {
    /// Tells staff what a member wrote in a short time.
    pub(in crate::desk) fn tell_gathered(self, number: u64, lines: &[String], more: u32) -> String {
        let count = u32::try_from(lines.len())
            .unwrap_or(u32::MAX)
            .saturating_add(more);
        self.notice_gathered(number, count, &quoted(&lines.join("\n")), more)
    }

    /// Tells staff of tickets that were not told one by one; the members who plainly asked for a human are named.
    pub(in crate::desk) fn crowd(self, tickets: &[&Ticket]) -> String {
        let asked = tickets.iter().filter(|ticket| ticket.asks_for_human);
        let named: Vec<String> = asked
            .take(NAMES_SHOWN)
            .map(|ticket| {
                let name: String = clean_name(&ticket.member_name)
                    .chars()
                    .take(NAME_MAX_CHARS)
                    .collect();
                format!("#{} {name}", ticket.number)
            })
            .collect();
        self.many_tickets(tickets.len(), &numbers(tickets), &named)
    }

    /// Tells the next tier that nobody claims these tickets, of which the rooms were told together.
    pub(in crate::desk) fn crowd_escalated(self, tickets: &[&Ticket]) -> String {
        self.many_unclaimed(tickets.len(), &numbers(tickets))
    }
}

fn numbers(tickets: &[&Ticket]) -> String {
    let mut shown: Vec<String> = tickets
        .iter()
        .take(NUMBERS_SHOWN)
        .map(|ticket| format!("#{}", ticket.number))
        .collect();
    if tickets.len() > NUMBERS_SHOWN
        && let Some(last) = tickets.last()
    {
        shown.push(format!("… #{}", last.number));
    }
    shown.join(" ")
}
