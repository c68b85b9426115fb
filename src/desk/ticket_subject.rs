//! Subject of a ticket: the trouble, in the member's words.

use super::built_in_intents::BuiltIn;
use super::handoff_reason::HandoffReason;
use super::member_state::Recent;
use super::reading::{self, Behind, Response};
use crate::faq::without_markup;
use crate::ticket::{Ticket, has_topic_of};
use groupdesk_contract::MemberId;

/// Longest subject of a ticket, in characters.
const SUBJECT_CHARS: usize = 80;

/// Returns what a line of a member tells, without markup, a call for a human or a complaint at its head: `None` where it has no words,
/// or the desk understands it by itself, as a call for a human.
pub fn telling(line: &str) -> Option<String> {
    let line = line.trim();
    let told = without_markup(BuiltIn::argument(line).unwrap_or(line));
    let told = asked_beside(&told).unwrap_or(told);
    (told.chars().any(char::is_alphanumeric) && BuiltIn::of(&told).is_none()).then_some(told)
}

/// Returns what is asked in a text beside a call for a human, or behind words about an answer: "转人工 怎么收传真", "没用，我问的是发票".
fn asked_beside(text: &str) -> Option<String> {
    let beside = reading::requests_human(text).filter(|beside| !beside.is_empty());
    let told = beside.as_deref().unwrap_or(text);
    let objects = || reading::behind_unhelpful(told);
    match reading::correction(told).or_else(objects) {
        Some(Behind::Meant(meant)) => Some(meant.to_owned()),
        Some(Behind::Words(words)) if words.contains(['?', '？']) => Some(words.to_owned()),
        _ => beside,
    }
}

/// Returns the subject of a ticket: the first sentence that tells something, in the message or else in the latest of the earlier
/// ones, where the message is an order or a remark only ("human, please").
pub(super) fn subject(said: &str, why: HandoffReason, earlier: &[Recent]) -> String {
    let first = said.lines().next().unwrap_or_default();
    if why == HandoffReason::Complaint {
        let lines: Vec<&str> = said.lines().collect();
        return cut(&without_markup(&lines.join(reading::comma(said))), SUBJECT_CHARS);
    }
    let remark = matches!(
        why,
        HandoffReason::Asked | HandoffReason::NotHelped | HandoffReason::NoneMeant
    );
    let before = || {
        let texts = earlier.iter().rev().map(|recent| recent.text.as_str());
        texts.filter_map(described_trouble).next().filter(|_| remark)
    };
    let matter = said.lines().find_map(described_trouble).or_else(before);
    cut(&without_markup(matter.as_deref().unwrap_or(first)), SUBJECT_CHARS)
}

/// `true` if the subject of a ticket does not tell what it is about.
pub(super) fn tells_nothing(ticket: &Ticket) -> bool {
    described_trouble(&ticket.subject).is_none()
}

/// Returns the subject that further words give to a ticket whose subject tells nothing. `None` where it tells something, or they
/// tell nothing.
pub(super) fn subject_at_last(ticket: &Ticket, said: &str) -> Option<String> {
    if described_trouble(&ticket.subject).is_some() {
        return None;
    }
    let matter = said.lines().find_map(described_trouble)?;
    Some(cut(&without_markup(&matter), SUBJECT_CHARS))
}

/// `true` if a message is about the matter of a ticket that is resolved: "still not working", its topic, or nothing that tells of
/// another. `recent` are messages of the channel: where the message only remarks on an answer, its question counts.
pub(super) fn is_of(
    ticket: &Ticket,
    member: &MemberId,
    (said, why): (&str, HandoffReason),
    recent: &[Recent],
) -> bool {
    if why != HandoffReason::NotHelped && reading::response(said) == Some(Response::Persists) {
        return true;
    }
    let ended = |recent: &Recent| ticket.ended.is_some_and(|ended| recent.at > ended);
    let before = || {
        let theirs = recent
            .iter()
            .rev()
            .filter(|recent| recent.member == *member && ended(recent));
        theirs
            .filter(|recent| recent.text != said)
            .find_map(|recent| described_trouble(&recent.text))
    };
    let matter = said.lines().find_map(described_trouble).or_else(before);
    matter.is_none_or(|matter| has_topic_of(ticket, &matter))
}

/// Returns the words of a text that tell of a matter: without orders, courtesies and remarks about an answer.
fn described_trouble(text: &str) -> Option<String> {
    if let Some(beside) = reading::requests_human(text) {
        return (!beside.is_empty()).then(|| described_trouble(&beside)).flatten();
    }
    let meant = || reading::behind_unhelpful(text).filter(|behind| matches!(behind, Behind::Meant(_)));
    if let Some(behind) = reading::correction(text).or_else(meant) {
        return match behind {
            Behind::Meant(meant) => Some(meant.to_owned()),
            Behind::Words(words) => {
                (words.contains(['?', '？']) || reading::fails(words)).then(|| words.to_owned())
            }
        };
    }
    let nothing = !text.chars().any(char::is_alphanumeric)
        || reading::is_idle(text)
        || reading::courtesy(text).is_some()
        || reading::response(text).is_some()
        || reading::unhelpful(text, true)
        || reading::behind_unhelpful(text).is_some()
        || reading::doubt_to_bot(text).is_some()
        || reading::is_bare_pick(text)
        || reading::joins_in(text)
        || reading::declines_human(text)
        || reading::asks_for_any_human(text)
        || reading::withdraws(text)
        || reading::my_ticket(text)
        || reading::asks_how_long(text)
        || reading::small_talk(text).is_some()
        || reading::command(text).is_some();
    (!nothing).then(|| text.to_owned())
}

/// Cuts a text to `characters`, with an ellipsis where something was left out.
pub(super) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or(text)),
        None => text.to_owned(),
    }
}
