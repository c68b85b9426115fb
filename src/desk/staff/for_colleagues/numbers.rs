//! Numbers of tickets at the beginning of words: `2 您好`, 12和13 都欠费, 和 2 号一起处理. A number with its unit begins a sentence, and a `1` with
//! a `2` further on a list.

use super::called::speaks_of_somebody;
use crate::desk::staff::order_spelling::folded;

/// Units and counters behind a number that make it part of a sentence.
const COUNTERS: &str = "天个小分点号月年周元块次件人位步种台条楼层折倍日时秒级岁万千百张份句页项款到至或家间台工\
                        章节版班盒箱瓶公米厘毫升斤克寸英";

/// English words that do the same.
const UNITS: [&str; 26] = [
    "day", "days", "hour", "hours", "minute", "minutes", "min", "mins", "week", "weeks", "month", "months",
    "year", "years", "times", "steps", "items", "working", "business", "more", "of", "out", "to", "or", "gb",
    "mb",
];

/// Words that join two numbers.
const JOINTS: [char; 12] = [
    ',', '，', '、', '&', '＆', '+', '＋', '和', '与', '及', '跟', '或',
];

/// Words that join the ticket to another one, before its number, and what stands behind that.
const WITH: [&str; 5] = ["连同", "和", "跟", "与", "同"];
const TOGETHER: [&str; 7] = ["一起", "一并", "一样", "同样", "合并", "都", "是同"];

/// Counters of tickets.
const OF_TICKETS: [&str; 4] = ["号工单", "号单", "号", "单"];

/// `true` if the words begin with the number of a ticket.
pub(super) fn names_another_ticket(text: &str, is_ticket: impl Fn(u64) -> bool) -> bool {
    is_together(text, &is_ticket) || begins_with_numbers(text, is_ticket)
}

fn begins_with_numbers(text: &str, is_ticket: impl Fn(u64) -> bool) -> bool {
    let sign = |c: char| matches!(folded(c), ',' | '，' | '、' | '&' | '+');
    let joined = text.starts_with(sign);
    let start = text.trim_start_matches(|c| sign(c) || matches!(folded(c), '#' | ' '));
    let Some((first, mut rest)) = number(start) else {
        return false;
    };
    let mut numbers = vec![first];
    while let Some((next, behind)) = rest
        .trim_start()
        .strip_prefix(JOINTS)
        .and_then(|behind| number(behind.trim_start_matches([' ', '#', '＃'])))
    {
        numbers.push(next);
        rest = behind;
    }
    let spaced = rest.starts_with(char::is_whitespace);
    let said = rest.trim();
    if said.is_empty() || has_unit(said) {
        return false;
    }
    if numbers.len() > 1 {
        let apart = spaced
            || !said.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '%' | '-'));
        return apart && numbers.iter().all(|number| is_ticket(*number));
    }
    // 2、他欠费 is no second step.
    if let Some(behind) = said.strip_prefix(['、', '，', ',']) {
        return first > 1 && is_ticket(first) && speaks_of_somebody(behind);
    }
    let next = (first + 1).to_string();
    let is_list = said
        .split(|c: char| !c.is_ascii_digit())
        .any(|other| other == next);
    spaced && (joined || (!is_list && is_ticket(first)))
}

/// `true` for 和 2 号一起处理: the ticket is dealt with as another one is.
fn is_together(text: &str, is_ticket: impl Fn(u64) -> bool) -> bool {
    let behind = WITH.iter().find_map(|with| text.strip_prefix(with));
    let Some((number, rest)) =
        behind.and_then(|rest| number(rest.trim_start().trim_start_matches(['#', '＃'])))
    else {
        return false;
    };
    let rest = rest.trim_start();
    let rest = OF_TICKETS
        .iter()
        .find_map(|of| rest.strip_prefix(of))
        .unwrap_or(rest);
    is_ticket(number)
        && TOGETHER
            .iter()
            .any(|together| rest.trim_start().starts_with(together))
}

/// Splits off the number that a text begins with.
fn number(text: &str) -> Option<(u64, &str)> {
    let end = text
        .find(|c: char| !folded(c).is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    let digits: String = digits.chars().map(folded).collect();
    Some((digits.parse().ok()?, rest))
}

/// `true` if a unit or a counter stands behind a number.
fn has_unit(said: &str) -> bool {
    let first = said
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
        .to_lowercase();
    said.starts_with(|c| COUNTERS.contains(c)) || UNITS.contains(&first.as_str())
}
