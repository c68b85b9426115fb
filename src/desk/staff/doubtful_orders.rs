//! Finds an order inside what else would be said to a member: behind a second ticket number, behind another order, on a later
//! line, behind a second slash, a mention or spaced letters. It is rather asked back than sent.

use super::order_spelling::{Gap, SLASHES, bare, first_of, folded, gap, order_meant, words};
use super::order_typos::tells_member;
use super::ticket_actions::{HAND_ON, NOTES, REPLIES, TicketAction, action, note, plain, to_all};
use groupdesk_contract::{SpellingTrait, TicketOrder};

/// Counters behind a ticket number.
const COUNTERS: [&str; 7] = ["号工单", "号单", "号票", "号", "个工单", "工单", "单"];

/// Names in front of a ticket number.
const NAMES: [&str; 12] = [
    "工单号",
    "工单",
    "单号",
    "编号",
    "第",
    "号",
    "tickets",
    "ticket",
    "number",
    "nos",
    "no",
    "nr",
];

/// Words between two ticket numbers, or between two orders.
const JOINTS: [&str; 16] = [
    "以及", "还有", "然后", "同时", "并且", "和", "与", "及", "跟", "并", "再", "且", "and", "then", "plus",
    "or",
];

/// Words between the first and the last of several ticket numbers.
const SPANS: [&str; 3] = ["到", "至", "to"];

/// Characters within which an order ends that has another behind it.
const ORDER: usize = 24;

/// Returns the order, typed in full, that may stand in these words for the member; `before` is what stands before them in the
/// message.
pub(super) fn typed(said: &str, before: &str, number: u64) -> Option<String> {
    let explicit = is_explicit(before);
    let of_ticket = |order: &str| format!("/t {number} {}", order.trim()).trim_end().to_owned();
    if let Some(order) = other_ticket(said, explicit) {
        return Some(order);
    }
    if explicit {
        // A form that the member fills in has a line for remarks, with a colon.
        let noted = said.lines().skip(1).find(|line| {
            let note = first_of(line, &NOTES);
            note.is_some_and(|(_, rest)| gap(rest) == Gap::Space) && !tells_member(line)
        });
        return noted.map(of_ticket);
    }
    let slashed = !before.is_empty();
    if let Some(order) = behind_counter(said, before) {
        return Some(of_ticket(order));
    }
    if let Some(order) = said.lines().skip(1).find(|line| is_order_line(line)) {
        return Some(of_ticket(order));
    }
    if let Some(order) = order_above(said, number) {
        return Some(of_ticket(order));
    }
    if let Some(room) = room(said) {
        return Some(of_ticket(&format!("hand {room}")));
    }
    if let Some((order, rest)) = spaced_out(said) {
        return Some(of_ticket(&format!("{order} {rest}")));
    }
    if (slashed || said.contains([':', '：']))
        && let Some(rest) = behind_added(said)
    {
        return Some(of_ticket(&format!("note {rest}")));
    }
    let letters: String = said.chars().filter(|c| !folded(*c).is_ascii_digit()).collect();
    if letters.len() < said.len() && !is_everyday(&letters) && plain(&letters, None).is_some() {
        return Some(of_ticket(&letters));
    }
    if slashed && among_numbers(said, before) {
        return Some(of_ticket(words(behind_numbers(said)?.0)));
    }
    peeled(said, slashed, number, 3).map(|order| of_ticket(&order))
}

/// Returns the order, typed in full, that stands on a later line of a note or of a reply to all.
pub(super) fn below(said: &str, number: u64) -> Option<String> {
    let order = |line: &&str| {
        let certain = line.trim().starts_with(SLASHES) || plain(line, None).is_some();
        certain && is_order_line(line)
    };
    other_ticket(said, true).or_else(|| {
        let below = said.lines().skip(1).find(order)?;
        Some(format!("/t {number} {}", below.trim()))
    })
}

/// `true` if the word for a reply stands before what is said.
pub(super) fn is_explicit(before: &str) -> bool {
    let before = bare(before);
    REPLIES.iter().any(|reply| before.ends_with(reply))
}

/// Returns `/t 13 ...` inside a text: in a reply in so many words only where it begins a line.
fn other_ticket(text: &str, lines_only: bool) -> Option<String> {
    let mut at_line = true;
    let mut spaced = true;
    for (at, c) in text.char_indices() {
        if SLASHES.contains(&c) && (at_line || (spaced && !lines_only)) {
            let order = text.get(at..)?.trim_start_matches(SLASHES);
            let name = first_of(order, &["ticket", "工单", "t"]).map(|(_, rest)| rest.trim_start());
            let digits = name.map(|rest| rest.trim_start_matches(['#', '＃', '-', ':', '：']));
            if digits.is_some_and(|rest| rest.starts_with(|c| folded(c).is_ascii_digit())) {
                let line = order.lines().next().unwrap_or_default();
                return Some(format!("/{}", line.trim()));
            }
        }
        at_line = c == '\n' || c == '\r' || (at_line && c.is_whitespace());
        spaced = c.is_whitespace();
    }
    None
}

/// Returns the words behind a counter that stands behind the ticket number.
fn behind_counter<'t>(said: &'t str, before: &str) -> Option<&'t str> {
    let number = before.trim_end().ends_with(|c| folded(c).is_ascii_digit());
    let (_, rest) = first_of(said, &COUNTERS)?;
    let apart = gap(rest) != Gap::Glued || action(rest, true, 0).is_some();
    // 工单 13 is another ticket.
    let other = words(rest).starts_with(|c| folded(c).is_ascii_digit()) && !said.starts_with('号');
    (number && apart && !other).then(|| words(rest))
}

/// Returns the order that is the whole first line of a message with more lines. "Resolved" there is said to the member.
fn order_above(said: &str, number: u64) -> Option<&str> {
    let (first, rest) = said.trim().split_once('\n')?;
    let is_told = TicketOrder::is_word_that(SpellingTrait::Told, &bare(first)) || is_everyday(first);
    let more = rest.contains(char::is_alphanumeric);
    (more && !is_told && plain(first, Some(number)).is_some()).then(|| first.trim())
}

/// `true` if a later line of a message is an order.
fn is_order_line(line: &str) -> bool {
    let line = line.trim();
    let slashed = line.starts_with(SLASHES);
    let text = line.trim_start_matches(|c: char| SLASHES.contains(&c) || c.is_whitespace());
    let two = line
        .chars()
        .take_while(|c| matches!(c, '/' | '／' | '、'))
        .count()
        >= 2;
    let noted = first_of(text, &NOTES).is_some_and(|(word, rest)| {
        matches!(gap(rest), Gap::Colon | Gap::Space | Gap::Mark) || (slashed && !word.is_ascii())
    });
    let order = plain(text, None).is_some() && !is_everyday(text);
    let misspelt = slashed && note(text, true).is_some();
    let all = first_of(text, &["to all", "回复全部"]).is_some_and(|(_, rest)| gap(rest) == Gap::Colon);
    two || noted || order || misspelt || all
}

/// Returns the address of a room that is all of a text, behind a word or two: to qq/group:900009.
fn room(text: &str) -> Option<&str> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let at = tokens.iter().take(3).position(|token| is_address(token))?;
    let address = tokens
        .get(at)?
        .trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    (tokens.len() <= at + 2).then_some(address)
}

fn is_address(text: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '→'))
    };
    text.split_once('/').is_some_and(|(account, channel)| {
        let kind = channel.split_once([':', '：']);
        name(account) && kind.is_some_and(|(kind, id)| name(kind) && !id.is_empty())
    })
}

/// Returns the order whose letters stand apart at the beginning of a text, and the rest: N O T E, no-te, 备-注.
fn spaced_out(text: &str) -> Option<(&'static str, &str)> {
    for order in [
        "note",
        "comment",
        "remark",
        "internal",
        "toall",
        "hand",
        "备注",
        "内部备注",
    ] {
        let mut rest = text.trim_start_matches(|c: char| !c.is_alphanumeric());
        let (mut parts, mut whole) = (1, true);
        for (at, expected) in order.chars().enumerate() {
            let next = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
            if at > 0 && next.len() < rest.len() {
                parts += 1;
            }
            let mut chars = next.chars();
            whole &= chars.next().map(folded) == Some(expected);
            rest = chars.as_str();
        }
        let ends = !order.is_ascii() || !rest.starts_with(|c| folded(c).is_ascii_alphanumeric());
        let least = if order == "toall" { 3 } else { 2 };
        if whole && ends && parts >= least {
            return Some((if order == "toall" { "to all" } else { order }, words(rest)));
        }
    }
    None
}

/// Returns the words of a note behind the wish to add one.
fn behind_added(text: &str) -> Option<&str> {
    let (_, rest) = first_of(
        text,
        &[
            "add", "leave", "make", "write", "添加", "加", "写", "补充", "增加", "记",
        ],
    )?;
    let rest = rest.trim_start();
    let rest =
        first_of(rest, &["an ", "a ", "the ", "一个", "个", "一条", "条"]).map_or(rest, |(_, rest)| rest);
    let (word, rest) = first_of(rest, &NOTES).or_else(|| first_of(rest, &["comment", "remark"]))?;
    (!word.is_ascii() || gap(rest) != Gap::Glued).then(|| words(rest))
}

/// `true` for an order that begins many a sentence to a member: glued to what follows, it is none.
fn is_everyday(text: &str) -> bool {
    TicketOrder::is_word_that(SpellingTrait::Everyday, &bare(text))
}

/// `true` if a second ticket number stands at the beginning, joined to the first: "12,13", 12和13, "#12 #13".
fn among_numbers(said: &str, before: &str) -> bool {
    let before = before.trim_end();
    let first =
        before.trim_end_matches(|c: char| matches!(folded(c), ',' | '、' | ';' | '&' | '+' | '/' | '|'));
    if !first.trim_end().ends_with(|c| folded(c).is_ascii_digit()) {
        return false;
    }
    let Some((rest, joined)) = behind_numbers(said) else {
        return false;
    };
    let apart = !rest.starts_with(char::is_alphanumeric);
    apart && (joined || first.len() < before.len())
}

/// Returns the text behind the ticket numbers at the beginning, and `true` if a sign or a word joins them to one before.
fn behind_numbers(text: &str) -> Option<(&str, bool)> {
    let (mut rest, mut joined) = (text, false);
    let mut found = None;
    loop {
        let next = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(folded(c), '@' | '!'));
        let signs = rest.get(..rest.len() - next.len())?;
        joined |= found.is_none() && signs.contains(['#', '＃', '&', '＆', '+']);
        let after = first_of(next, &JOINTS)
            .or_else(|| first_of(next, &SPANS))
            .filter(|(word, rest)| !word.is_ascii() || gap(rest) != Gap::Glued);
        joined |= found.is_none() && after.is_some();
        let next = after.map_or(next, |(_, rest)| rest).trim_start();
        let named = first_of(next, &NAMES).map_or(next, |(_, rest)| rest);
        let digits =
            named.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(folded(c), '@' | '!'));
        let end = digits
            .find(|c| !folded(c).is_ascii_digit())
            .unwrap_or(digits.len());
        let behind = digits.get(end..).filter(|_| end > 0);
        let Some(behind) = behind else { break };
        rest = first_of(behind, &COUNTERS)
            .filter(|_| behind.trim_start().starts_with(char::is_alphanumeric))
            .map_or(behind, |(_, rest)| rest);
        found = Some(rest);
    }
    found.map(|rest| (rest, joined))
}

/// Returns the order behind whatever is taken off: slashes, numbers, a mention, a letter, another order.
fn peeled(text: &str, slashed: bool, number: u64, orders: usize) -> Option<String> {
    let mut text = text.trim();
    // Only as deep as anybody nests it.
    for _ in 0..6 {
        if let Some((_, rest)) = first_order(text, number, orders) {
            return Some(rest.to_owned());
        }
        if let Some((rest, _)) = behind_numbers(text) {
            let rest = words(rest);
            if !rest.is_empty() && is_order_behind_number(rest, slashed, number) {
                return Some(rest.to_owned());
            }
            text = rest;
            continue;
        }
        let bare = text.trim_start_matches(|c: char| SLASHES.contains(&c) || c.is_whitespace());
        let head = text.get(..text.len() - bare.len())?;
        let slashes = head.chars().filter(|c| SLASHES.contains(c)).count();
        // A path of Windows begins with two of the other kind.
        if slashes >= 2 && head != "\\\\" {
            return Some(format!("note {bare}"));
        }
        if slashes > 0 {
            if action(bare, true, number).is_some() {
                return Some(bare.to_owned());
            }
            text = bare;
            continue;
        }
        if let Some(rest) = text.strip_prefix(['!', '！']) {
            let noted = matches!(note(rest.trim_start(), true), Some(TicketAction::Note(_)));
            return noted.then(|| rest.trim_start().to_owned());
        }
        let rest = behind_mention(text, number).or_else(|| behind_letter(text))?;
        if is_order(rest, number) {
            return Some(rest.to_owned());
        }
        text = rest;
    }
    None
}

/// `true` if an order stands behind a number; 点前关闭 behind "12" is none.
fn is_order_behind_number(text: &str, slashed: bool, number: u64) -> bool {
    match action(text, slashed, number) {
        Some(TicketAction::Unclear { .. }) => {
            note(text, slashed).is_some() || text.starts_with(|c| folded(c).is_ascii_alphabetic())
        }
        action => action.is_some(),
    }
}

/// Returns the text behind a mention that was typed, without a second word of the name where an order is behind that.
fn behind_mention(text: &str, number: u64) -> Option<&str> {
    let text = text.strip_prefix(['@', '＠'])?;
    let name = |c: char| c.is_alphanumeric() || matches!(c, '(' | ')' | '（' | '）' | '_' | '-' | '.');
    let end = text.find(|c| !name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    if let Some(at) = name.find("备注").filter(|at| *at > 0) {
        return text.get(at..);
    }
    let rest = words(rest);
    let second = rest
        .split_once(char::is_whitespace)
        .map(|(_, rest)| rest.trim_start());
    let second = second.filter(|second| !is_order(rest, number) && is_order(second, number));
    Some(second.unwrap_or(rest)).filter(|rest| !rest.is_empty())
}

/// Returns the text behind a letter that stands alone, or the `t` or 工单 of a second `/t`.
fn behind_letter(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(folded(c), '@' | '!'));
    if let Some((_, rest)) = first_of(text, &["ticket", "工单"]) {
        return (gap(rest) != Gap::Glued).then(|| words(rest));
    }
    let mut chars = text.chars();
    let letter = chars.next().is_some_and(|c| folded(c).is_ascii_alphabetic());
    let rest = chars.as_str();
    let alone = !rest.starts_with(|c| c == '\'' || c == '’' || folded(c).is_ascii_alphanumeric());
    (letter && alone && !rest.is_empty()).then(|| words(rest))
}

/// `true` if an order certainly begins here.
fn is_order(text: &str, number: u64) -> bool {
    let named = |names: &[&'static str]| {
        first_of(text, names).is_some_and(|(word, rest)| !word.is_ascii() || gap(rest) != Gap::Glued)
    };
    let everyday = is_everyday(text);
    let reply = first_of(text, &REPLIES).is_some_and(|(_, rest)| gap(rest) == Gap::Colon);
    note(text, true).is_some()
        || (plain(text, Some(number)).is_some() && !everyday)
        || to_all(text, false).is_some()
        || named(&HAND_ON)
        || reply
}

/// Splits off the first of two orders in a text; of a thousand the fourth is looked at no more.
fn first_order(text: &str, number: u64, orders: usize) -> Option<(&str, &str)> {
    let orders = orders.checked_sub(1)?;
    let ends = text.char_indices().map(|(at, _)| at).skip(1).take(ORDER);
    let split = |end: usize| {
        let (first, rest) = text.split_at_checked(end)?;
        let glued = rest.starts_with(char::is_alphanumeric);
        let chinese = first.ends_with(|c: char| c.is_alphanumeric() && !c.is_ascii());
        if !first.ends_with(char::is_alphanumeric) || (glued && !chinese) {
            return None;
        }
        let exact = plain(first, Some(number)).is_some();
        let near = !glued && first.chars().count() > 2 && order_meant(first).is_some();
        if !exact && !near {
            return None;
        }
        let everyday = is_everyday(first);
        let mut rest =
            rest.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '/' | '／' | '@'));
        let joint =
            first_of(rest, &JOINTS).filter(|(word, rest)| !word.is_ascii() || gap(rest) != Gap::Glued);
        if let Some((_, behind)) = joint {
            rest = words(behind);
        }
        let plain_order = if glued && joint.is_none() {
            // 解决关闭失败的问题 is said to a member.
            let apart = first_of(rest, &NOTES).is_some_and(|(_, rest)| gap(rest) != Gap::Glued);
            matches!(note(rest, true), Some(TicketAction::Note(_))) && (!everyday || apart)
        } else if exact {
            is_order(rest, number) || peeled(rest, true, number, orders).is_some()
        } else {
            matches!(note(rest, true), Some(TicketAction::Note(_)))
        };
        (plain_order && !rest.is_empty()).then_some((first, rest))
    };
    ends.into_iter().find_map(split)
}

#[cfg(test)]
mod tests;
