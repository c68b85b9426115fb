//! The actions on a ticket, and how they are written: 备注 ..., "to all ...", 转给, 解决.

use super::order_spelling::{
    Gap, among_staff, bare, behind, first_of, folded, gap, gap_behind, order_meant, words,
};
use super::{order_typos, other_words};
use groupdesk_contract::{Spelling, SpellingTrait, TicketOrder};
use std::sync::LazyLock;

/// Prefixes of an internal note.
pub(super) static NOTES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    words_of(TicketOrder::Note, |spelling| {
        !spelling.is(SpellingTrait::WithColon)
    })
});

/// Prefixes of the same where a colon or a bracket follows.
static NOTES_BEFORE: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    words_of(TicketOrder::Note, |spelling| {
        spelling.is(SpellingTrait::WithColon)
    })
});

/// Prefixes of a reply to the member.
pub(super) static REPLIES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| words_of(TicketOrder::Reply, |_| true));

/// Prefixes of a reply to all who asked the same.
static TO_ALL: LazyLock<Vec<&'static str>> = LazyLock::new(|| words_of(TicketOrder::ReplyToAll, |_| true));

/// Prefixes of a hand-over; its target follows.
pub(super) static HAND_ON: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| words_of(TicketOrder::HandOn, |_| true));

fn words_of(order: TicketOrder, counts: fn(&Spelling) -> bool) -> Vec<&'static str> {
    let spellings = order.spellings().iter().filter(|spelling| counts(spelling));
    spellings.map(|spelling| spelling.word).collect()
}

/// Action on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::desk) enum TicketAction {
    /// Show it.
    Show,
    /// Make the sender its owner.
    Claim,
    /// Take its owner away.
    Release,
    /// Hand it on to the member who is mentioned, or to the room of this address.
    HandOn(String),
    /// Add an internal note.
    Note(String),
    /// Resolve it.
    Resolve,
    /// Close it.
    Close,
    /// Reopen it.
    Reopen,
    /// Send this to the member, and to those in the member's group who asked the same.
    Reply(String),
    /// Send this to all who asked the same, in other groups too.
    ReplyToAll(String),
    /// Draft an answer.
    Draft {
        /// Text as it was written.
        said: String,
        /// `true` if it is an order whatever the settings are.
        slashed: bool,
    },
    /// Send the draft to the member.
    Send {
        /// Text as it was written.
        said: String,
        /// `true` if it is an order whatever the ticket has.
        slashed: bool,
    },
    /// Ask back: it looks like an order, and may be a reply to the member.
    Unclear {
        /// Order that it looks like, or how it is typed from its slash on.
        meant: String,
        /// Text as it was written.
        said: String,
    },
}

/// Reads a command word. Only a note, a reply and a hand-over's mention may have more behind it, so that "close the
/// window first" stays a reply.
pub(super) fn action(text: &str, slashed: bool, number: u64) -> Option<TicketAction> {
    if text.starts_with(['!', '！']) {
        return None;
    }
    if let Some(action) = note(text, slashed) {
        return Some(action);
    }
    if let Some(action) = to_all(text, slashed) {
        return Some(action);
    }
    if let Some(meant) = order_typos::all_meant(text, slashed) {
        return Some(unclear(meant, text));
    }
    if let Some((word, rest)) = first_of(text, &REPLIES) {
        if gap(rest) == Gap::Mark && first_of(words(rest), &TO_ALL).is_some() {
            return Some(unclear("回复全部", text));
        }
        let said = match gap_behind(word, rest) {
            Gap::Colon => true,
            Gap::Space | Gap::Mark => slashed || !word.is_ascii(),
            Gap::End => true,
            Gap::Glued => false,
        };
        // Whatever they begin with, the words behind it are for the member.
        if said {
            return Some(TicketAction::Reply(words(rest).to_owned()));
        }
    }
    if let Some((word, rest)) = first_of(text, &HAND_ON)
        && (gap_behind(word, rest) != Gap::Glued || !word.is_ascii())
    {
        return Some(TicketAction::HandOn(words(rest).to_owned()));
    }
    if let Some(action) = of_draft(text, slashed) {
        return Some(action);
    }
    if let Some(action) = plain(text, Some(number)) {
        let asks = text.contains(['?', '？']);
        return Some(if asks {
            unclear(order_meant(text)?, text)
        } else {
            action
        });
    }
    order_typos::hand_meant(text)
        .or_else(|| order_meant(text))
        .or_else(|| other_words::meant(text))
        .or_else(|| order_typos::half_meant(text))
        .map(|meant| unclear(meant, text))
}

/// Reads an order about a draft. Without a slash "draft" alone may be for the member.
fn of_draft(text: &str, slashed: bool) -> Option<TicketAction> {
    match TicketOrder::of_word(&bare(text))? {
        TicketOrder::Draft => Some(TicketAction::Draft {
            said: text.to_owned(),
            slashed,
        }),
        TicketOrder::Send => Some(TicketAction::Send {
            said: text.to_owned(),
            slashed,
        }),
        _ => None,
    }
}

/// Reads a reply to all who asked the same. Without a slash only "to all" is plain enough: "to all of you: ..." is for
/// the member.
pub(super) fn to_all(text: &str, slashed: bool) -> Option<TicketAction> {
    let (word, rest) = first_of(text, &TO_ALL)?;
    let gap = gap(rest);
    let plain = slashed || TicketOrder::is_word_that(SpellingTrait::Unslashed, word);
    if gap == Gap::End {
        // The order itself is nothing to say to anybody.
        return plain.then(|| unclear(word, text));
    }
    if !matches!(gap, Gap::Space | Gap::Colon) {
        return None;
    }
    let said = words(rest);
    let order = gap == Gap::Colon || said.starts_with(|c: char| !c.is_ascii_alphabetic());
    (slashed || (plain && order)).then(|| TicketAction::ReplyToAll(said.to_owned()))
}

/// Reads an internal note, or what may be one: rather private than public.
pub(super) fn note(text: &str, slashed: bool) -> Option<TicketAction> {
    if let Some(said) = among_staff(text) {
        return Some(if said.is_empty() {
            unclear("备注", text)
        } else {
            TicketAction::Note(said.to_owned())
        });
    }
    if !slashed && order_typos::tells_member(text) {
        return None;
    }
    // "note-taking", "note.txt": whatever it is, a note is for colleagues.
    if let Some((word, rest)) = first_of(text, &NOTES)
        && gap(rest) == Gap::Mark
        && gap_behind(word, rest) == Gap::Glued
    {
        return Some(unclear(word, text));
    }
    let before = first_of(text, &NOTES_BEFORE).filter(|(_, rest)| gap(rest) == Gap::Colon);
    let glued = |(word, rest): &(&str, &str)| {
        let next = rest.chars().next();
        word.is_ascii() && next.is_some_and(|c| folded(c).is_ascii_alphanumeric() || matches!(c, '\'' | '’'))
    };
    if order_typos::names_field(text) {
        return None;
    }
    if order_typos::asks_to_note(text) {
        return Some(unclear("note", text));
    }
    if let Some((word, rest)) = first_of(text, &NOTES).filter(|found| !glued(found)).or(before) {
        let words = words(rest).trim_start_matches(['!', '！']).trim_start();
        return Some(match gap(rest) {
            Gap::End => unclear(word, text),
            _ => TicketAction::Note(words.to_owned()),
        });
    }
    order_typos::note_meant(text, slashed).map(|meant| unclear(meant, text))
}

/// Reads a command word alone, in any dress; `number` may stand beside it.
pub(super) fn plain(text: &str, number: Option<u64>) -> Option<TicketAction> {
    let said = bare(text);
    let mut said = said.as_str();
    if let Some(number) = number.map(|number| number.to_string()) {
        said = said.strip_suffix(&number).unwrap_or(said);
        said = said.strip_prefix(&number).unwrap_or(said);
    }
    let order = [
        "theticket",
        "thisticket",
        "ticket",
        "这个工单",
        "该工单",
        "此工单",
        "工单",
        "this",
        "it",
    ]
    .iter()
    .find_map(|object| said.strip_suffix(object))
    .or_else(|| said.strip_prefix("工单"))
    .filter(|order| !order.is_empty());
    let word = order.unwrap_or(said);
    if order.is_none() && TicketOrder::is_word_that(SpellingTrait::WithTicket, word) {
        return None;
    }
    match TicketOrder::of_word(word)? {
        TicketOrder::Show => Some(TicketAction::Show),
        TicketOrder::Claim => Some(TicketAction::Claim),
        TicketOrder::Release => Some(TicketAction::Release),
        TicketOrder::Resolve => Some(TicketAction::Resolve),
        TicketOrder::Close => Some(TicketAction::Close),
        TicketOrder::Reopen => Some(TicketAction::Reopen),
        TicketOrder::Reply
        | TicketOrder::Note
        | TicketOrder::HandOn
        | TicketOrder::ReplyToAll
        | TicketOrder::Draft
        | TicketOrder::Send => None,
    }
}

/// `true` if a text that begins like a hand-over is about something else: "give it five minutes".
pub(super) fn gives_something_else(text: &str) -> bool {
    let mut words = text.split_whitespace().skip(1);
    let to = words
        .next()
        .is_some_and(|word| ["to", "on", "over"].contains(&word.to_lowercase().as_str()));
    let hands = behind(text, "hand").or_else(|| behind(text, "give")).is_some();
    hands && !to && words.next().is_some()
}

pub(super) fn unclear(meant: &str, said: &str) -> TicketAction {
    TicketAction::Unclear {
        meant: meant.to_owned(),
        said: said.trim().to_owned(),
    }
}
