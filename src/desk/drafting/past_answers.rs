//! Earlier answers of staff to alike questions, as sources.

use super::{Desk, DraftInput, DraftSource, SOURCE_CHARS, cut, question, without};
use crate::ticket::{Status, Ticket};

/// Earlier answers that are shown, at most.
const PAST_ANSWERS_MAX: usize = 3;

/// Share of the terms that two questions must have in common, each of the other's.
const ALIKE: f32 = 0.4;

/// Digits from which on a number is somebody's own.
const OWN_DIGITS: usize = 5;

impl Desk<'_> {
    /// Returns what staff answered before to questions that are alike. Of these tickets, only those that are over count, and only
    /// those that all rooms of the draft know of.
    pub(super) fn answered_before(&self, brief: &DraftInput, tickets: &[Ticket]) -> Vec<DraftSource> {
        let matcher = &self.knowledge.matcher;
        let mut alike: Vec<(f32, &Ticket)> = tickets
            .iter()
            .filter(|ticket| matches!(ticket.status, Status::Resolved | Status::Closed))
            .filter(|ticket| ticket.number != brief.wanted.ticket && !ticket.replies.is_empty())
            .filter(|ticket| brief.rooms.iter().all(|room| ticket.is_of(room)))
            .filter_map(|ticket| {
                let asked = question(ticket);
                let there = matcher.covered(&brief.question, &asked);
                let back = matcher.covered(&asked, &brief.question);
                let alike = there.min(back);
                (alike >= ALIKE).then_some((alike, ticket))
            })
            .collect();
        alike.sort_by(|(a, one), (b, other)| b.total_cmp(a).then(other.number.cmp(&one.number)));
        let alike = alike.into_iter().take(PAST_ANSWERS_MAX);
        alike
            .filter_map(|(_, ticket)| {
                let text = answer(ticket);
                text.chars().any(char::is_alphanumeric).then(|| DraftSource {
                    id: format!("#{}", ticket.number),
                    text,
                })
            })
            .collect()
    }
}

/// Returns what staff answered, without what is its member's own.
fn answer(ticket: &Ticket) -> String {
    let replies = ticket.replies.iter();
    let said: Vec<String> = replies.map(|reply| without(&reply.text, ticket)).collect();
    let own = [&ticket.subject, &ticket.transcript, &ticket.earlier];
    let own: Vec<&str> = own.into_iter().flat_map(|text| private(text)).collect();
    let said = said.join("\n");
    let mut text = said.clone();
    for word in private(&said).filter(|word| own.contains(word)) {
        text = text.replace(word, "…");
    }
    cut(text.trim(), SOURCE_CHARS)
}

/// Returns the words of a text that may be somebody's own: long numbers and addresses.
fn private(text: &str) -> impl Iterator<Item = &str> {
    let pieces =
        text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '@' | '.' | '-' | '_' | '+'));
    pieces.filter(|piece| {
        piece.contains('@') || piece.chars().filter(char::is_ascii_digit).count() >= OWN_DIGITS
    })
}
