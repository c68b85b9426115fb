//! Marks by which a note shows that it is automatic without further signs: a program's own mark at either end, a mailbox that
//! nobody reads any more, a writer who has left.

use super::away_words::{
    AUTOMATIC, BY_PROGRAM, CLOSERS, LEFT, LEFT_ALL, LEFT_FOR, MAILBOX, MAILBOX_SURE, MARKS,
    MAY_STAND_BEFORE_MARK, ME, NOBODY_READS, THIS_MAIL,
};
use super::phrases::{find, has};

/// A mark at the end is no longer than this, in characters.
const MARK_CHARS_MAX: usize = 24;

/// Objects of "left" that don't mean a departure ("I left it", "left a message").
const THINGS: [&str; 12] = [
    "", "a", "an", "it", "the", "my", "your", "some", "this", "that", "on", "you",
];

/// The length of a text's end, in characters, that is searched for a sentence about the text itself.
const END_CHARS: usize = 100;

/// True if the text ends with a program's mark, set apart from the text before: `——来自QQ邮箱的自动回复`, `(自动回复)`. The same words inside
/// a sentence don't count.
pub(super) fn ends_with_mark(text: &str, matter: bool) -> bool {
    let text = text.trim_end_matches(|c: char| c.is_whitespace() || CLOSERS.contains(&c));
    let Some(last) = MARKS.iter().find_map(|mark| {
        let before = text.strip_suffix(mark)?;
        // The sign that divides it stays with the text before.
        let words = before.rsplit(is_apart).next()?;
        let (before, _) = before.split_at_checked(before.len() - words.len())?;
        (words.chars().count() + mark.chars().count() <= MARK_CHARS_MAX).then_some((before, words))
    }) else {
        return !matter && end(text).is_some_and(|end| has(end, AUTOMATIC));
    };
    let (before, words) = last;
    let words = words.trim();
    let is_plain = words.is_empty() || MAY_STAND_BEFORE_MARK.iter().any(|word| words.starts_with(word));
    // What divides it: a bracket or a long dash says more than a line's end or a hyphen, which stand in directions too.
    let sign = before.trim_end().chars().next_back();
    let is_sure = matches!(sign, Some('(' | '[' | '【' | '—' | '–' | '*'));
    is_plain && !before.is_empty() && (is_sure || !matter)
}

/// True if a text begins with a mark in brackets: `【假期自动回复】`.
pub(super) fn begins_with_mark(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix(['[', '【', '(', '*']) else {
        return false;
    };
    let mark = rest.find([']', '】', ')', '*']).and_then(|end| rest.get(..end));
    mark.is_some_and(|mark| {
        mark.chars().count() <= MARK_CHARS_MAX && MARKS.iter().any(|known| mark.trim().ends_with(known))
    })
}

/// True for a clause in which a mail says of itself that a program sent it.
pub(super) fn is_of_program(clause: &str) -> bool {
    let of_itself = THIS_MAIL.iter().any(|mail| clause.starts_with(mail));
    of_itself && has(clause, BY_PROGRAM)
}

fn is_apart(c: char) -> bool {
    matches!(c, '\n' | '(' | '[' | '【' | '—' | '–' | '*' | '!' | '-')
}

fn end(text: &str) -> Option<&str> {
    let at = text.char_indices().rev().nth(END_CHARS).map_or(0, |(at, _)| at);
    text.get(at..)
}

/// Scores a clause for an unread mailbox or a writer who has left; 3 makes a note by itself.
pub(super) fn is_gone(clause: &str, contact: bool) -> i32 {
    if let Some((at, sure)) = mailbox(clause) {
        let said = clause.get(at..).unwrap_or_default();
        if has(said, NOBODY_READS) {
            return if sure || contact { 3 } else { 2 };
        }
    }
    let is_me = || {
        let first = clause.split([' ', '\'']).next().unwrap_or_default();
        ME.contains(&first) || clause.starts_with('我') || clause.starts_with("本人")
    };
    let Some((at, phrase)) = LEFT
        .iter()
        .find_map(|phrase| find(clause, phrase).map(|at| (at, *phrase)))
    else {
        return 0;
    };
    // Who does not work "on that" is here.
    let after = clause.get(at + phrase.len()..).unwrap_or_default().trim_start();
    let of_a_house = LEFT_FOR.iter().any(|word| after.starts_with(word))
        || !phrase.is_ascii()
        || LEFT_ALL.contains(&phrase);
    let is_thing = THINGS.contains(&after.split(' ').next().unwrap_or_default());
    match (is_me(), of_a_house, contact && !is_thing) {
        (true, true, _) | (true, _, true) => 3,
        _ => 0,
    }
}

/// Finds the clause's own mailbox; the flag is true if the words can mean no other.
fn mailbox(clause: &str) -> Option<(usize, bool)> {
    let sure = MAILBOX_SURE.iter().find_map(|name| find(clause, name));
    match sure {
        Some(at) => Some((at, true)),
        None => MAILBOX
            .iter()
            .find_map(|name| find(clause, name))
            .map(|at| (at, false)),
    }
}
