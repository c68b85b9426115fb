//! Reads staff messages in their room: `/t` and its friends, and text under a quoted notice.

use super::order_spelling::{
    Gap, SLASHES, among_staff, bare, behind, first_of, folded, gap, one_edit, seen, unseen_with, words,
};
use super::ticket_actions::{NOTES, REPLIES, TicketAction, action, note, plain, unclear};
use super::{doubtful_orders, order_typos, other_words};
use crate::ticket::MAX_NUMBER;
use groupdesk_contract::{CommandKind, FormWords, SpellingTrait, TicketOrder};

/// Calls for the orders, as it is typed in other groups.
const HELP: [&str; 4] = ["help", "帮助", "指令", "命令"];

/// Order of a staff member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::desk) enum Order {
    /// Explain the commands.
    Help,
    /// List the tickets that wait.
    List,
    /// Set the sender on duty, or off.
    Here(bool),
    /// List who is on duty.
    Who,
    /// Ask back whether this order is meant, which is about no ticket.
    Other(String),
    /// Tell how an order is typed: this one lacks its ticket, or names it in no known form.
    Typed(String),
    /// Refuse a number, given in its digits, that no ticket can have.
    NoSuch(String),
    /// Do something with one ticket.
    Ticket {
        /// Number of the ticket.
        number: u64,
        /// Action on it.
        action: TicketAction,
    },
}

impl Order {
    /// Makes the order of a form, whose words hold none.
    pub(super) fn of_form(number: u64, words: FormWords<'_>) -> Self {
        let action = match words {
            FormWords::Reply(said) => TicketAction::Reply(said.to_owned()),
            FormWords::Note(said) => TicketAction::Note(said.to_owned()),
        };
        Self::Ticket { number, action }
    }
}

/// Reads a message of a staff room; `None` is talk among staff. `quoted` is the ticket whose message is quoted.
pub(in crate::desk) fn read(text: &str, quoted: Option<u64>) -> Option<Order> {
    let plain_text = seen(text);
    let plain_text = plain_text.trim();
    let (number, action) = match read_seen(plain_text, quoted)? {
        Order::Ticket { number, action } => (number, action),
        order => return Some(order),
    };
    let in_full = match &action {
        TicketAction::Reply(said) => {
            let before = plain_text.strip_suffix(said.as_str()).unwrap_or_default();
            doubtful_orders::typed(said, before, number)
        }
        TicketAction::Note(said) | TicketAction::ReplyToAll(said) => doubtful_orders::below(said, number),
        _ => None,
    };
    let action = match (in_full, action) {
        (
            Some(order),
            TicketAction::Reply(said) | TicketAction::ReplyToAll(said) | TicketAction::Note(said),
        ) => unclear(&order, &said),
        (_, TicketAction::Reply(said)) => TicketAction::Reply(unseen_with(text, &said)),
        (_, TicketAction::ReplyToAll(said)) => TicketAction::ReplyToAll(unseen_with(text, &said)),
        (_, TicketAction::Note(said)) => TicketAction::Note(unseen_with(text, &said)),
        (_, action) => action,
    };
    Some(Order::Ticket { number, action })
}

/// Reads a message without what nobody sees in it.
fn read_seen(text: &str, quoted: Option<u64>) -> Option<Order> {
    if among_staff(text).is_some() {
        let action = note(text, true)?;
        return quoted.map(|number| Order::Ticket { number, action });
    }
    if let Some(rest) = slash(text) {
        return Some(slashed(rest.trim(), quoted));
    }
    if let Some(order) = nearly_slashed(text) {
        return Some(match quoted {
            Some(number) => Order::Ticket {
                number,
                action: unclear(&order, text),
            },
            None => Order::Typed(order),
        });
    }
    let command = text.starts_with(SLASHES);
    if (command || quoted.is_none()) && is_help(&bare(text)) {
        return Some(Order::Help);
    }
    if let Some(meant) = order_typos::command_meant(text) {
        return Some(Order::Other(meant));
    }
    let Some(number) = quoted else {
        return how_to_type(text).map(Order::Typed);
    };
    if let Some(order) = of_the_room(text) {
        let action = unclear(order, text);
        return Some(Order::Ticket { number, action });
    }
    let other = || numbered(text).filter(|_| plain(text, Some(number)).is_none());
    let action = if let Some(order) = without_slash(text).or_else(other) {
        unclear(&order, text)
    } else {
        let dressed = text
            .strip_prefix(SLASHES)
            .and_then(|rest| action(rest, true, number));
        dressed
            .or_else(|| action(text, false, number))
            .unwrap_or_else(|| TicketAction::Reply(text.to_owned()))
    };
    Some(Order::Ticket { number, action })
}

/// `true` for a call for the orders, or for those of one command: 帮助, "help faq".
fn is_help(said: &str) -> bool {
    let about = |name: &str| name.is_empty() || order_typos::is_staff_command(name);
    HELP.iter().any(|word| said.strip_prefix(word).is_some_and(about))
}

/// Returns the order of the whole room that a text consists of, as it is typed: under a notice nobody means its member by it.
fn of_the_room(text: &str) -> Option<&'static str> {
    let said = bare(text);
    match said.as_str() {
        word if HELP.contains(&word) => Some("/t 帮助"),
        "列表" | "工单列表" | "list" => Some("/t"),
        "值班" | "谁值班" => Some("/t 值班"),
        "上班" | "上线" => Some("/t 上班"),
        "下班" | "下线" => Some("/t 下班"),
        "全部" | "所有人" | "全体" | "all" | "everybody" => Some("回复全部 …"),
        _ => None,
    }
}

/// Reads the text behind `/t`.
fn slashed(rest: &str, quoted: Option<u64>) -> Order {
    if let Some((digits, after, glued)) = leading_number(rest) {
        let Some(number) = parsed(&digits) else {
            return Order::NoSuch(digits);
        };
        // "/t 3天后到" under a notice of another ticket may be said to its member, or to that of #3.
        if glued && let Some(quoted) = quoted.filter(|quoted| *quoted != number) {
            return Order::Ticket {
                number: quoted,
                action: unclear(&format!("/t {number} {after}"), rest),
            };
        }
        let action = action(after, true, number).unwrap_or_else(|| said_or_shown(after));
        return Order::Ticket { number, action };
    }
    match bare(rest).as_str() {
        "" | "list" | "列表" => return Order::List,
        "help" | "帮助" => return Order::Help,
        "on" | "上班" | "上线" => return Order::Here(true),
        "off" | "下班" | "下线" => return Order::Here(false),
        "who" | "值班" => return Order::Who,
        _ => {}
    }
    if let Some((digits, _, action)) = trailing_number(rest) {
        return match parsed(&digits) {
            Some(number) => Order::Ticket { number, action },
            None => Order::NoSuch(digits),
        };
    }
    match quoted {
        Some(number) => Order::Ticket {
            number,
            action: action(rest, true, number).unwrap_or_else(|| said_or_shown(rest)),
        },
        None => Order::Help,
    }
}

/// Returns the typed form of an order that lacks its ticket or its slash; `None` is talk.
fn how_to_type(text: &str) -> Option<String> {
    let text = text.strip_prefix(SLASHES).unwrap_or(text);
    if let Some(order) = without_slash(text) {
        return Some(order);
    }
    if let Some(order) = numbered(text) {
        return Some(order);
    }
    let everyday = TicketOrder::is_word_that(SpellingTrait::Talk, &bare(text));
    let order = plain(text, None).is_some() && !everyday;
    let begins = |names: &[&'static str]| {
        first_of(text, names).is_some_and(|(_, rest)| matches!(gap(rest), Gap::Colon | Gap::Space))
    };
    let colon = first_of(text, &REPLIES).is_some_and(|(_, rest)| gap(rest) == Gap::Colon);
    (order || begins(&NOTES[..2]) || colon).then(|| format!("/t 12 {text}"))
}

/// Returns `t 7 ...` with its slash, whatever sign was typed for it.
fn without_slash(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '#' | '＃'));
    let rest = text.strip_prefix(['t', 'T', 'ｔ', 'Ｔ'])?;
    let (number, after, _) = leading_number(rest.trim_start())?;
    Some(format!("/t {number} {after}").trim_end().to_owned())
}

/// Returns the typed form of an order behind a slash and a slip: `/tt 1 close`, `/tikcet 1`.
fn nearly_slashed(text: &str) -> Option<String> {
    let rest = text.strip_prefix(SLASHES)?;
    let end = rest
        .find(|c: char| !folded(c).is_ascii_alphabetic())
        .unwrap_or(rest.len());
    let (word, rest) = rest.split_at_checked(end)?;
    let word: String = word.chars().map(folded).collect();
    let short = word.len() == 2 && word.contains('t');
    if !(short || word == "gongdan" || one_edit(&word, "ticket")) {
        return None;
    }
    if let Some((number, after, _)) = leading_number(rest.trim_start()) {
        return Some(format!("/t {number} {after}").trim_end().to_owned());
    }
    let alone = rest.trim().is_empty() || plain(rest, None).is_some();
    (word != "to" && word != "at" && word != "it" && alone).then(|| format!("/t{rest}").trim_end().to_owned())
}

/// Returns "12 resolve", "resolve 12", 12号工单解决 or 工单12 关闭 with its slash.
fn numbered(text: &str) -> Option<String> {
    let text = first_of(text, &["把", "将", "请把"]).map_or(text, |(_, rest)| rest);
    let named = first_of(text, &["工单", "单号", "ticket"]).map_or(text, |(_, rest)| rest);
    let named = named.trim_start_matches(|c: char| c.is_whitespace() || matches!(folded(c), ':' | '#'));
    if let Some((number, after, _)) = leading_number(named) {
        let after = first_of(after, &["号工单", "号单", "号"]).map_or(after, |(_, rest)| words(rest));
        let order = plain(after, None).is_some() || note(after, true).is_some();
        if order && !after.is_empty() {
            return Some(format!("/t {number} {after}"));
        }
    }
    let (number, order, _) = trailing_number(text)?;
    Some(format!("/t {number} {order}"))
}

/// Splits off a ticket number at the beginning: its digits, the rest, and whether the rest is glued to them.
fn leading_number(text: &str) -> Option<(String, &str, bool)> {
    let text = text.trim_start_matches(['#', '＃']);
    let end = text
        .find(|c: char| !folded(c).is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    if digits.is_empty() {
        return None;
    }
    let digits: String = digits.chars().map(folded).collect();
    let mut next = rest.chars().map(folded);
    let (first, second) = (next.next(), next.next());
    let glued = first.is_some_and(char::is_alphanumeric);
    // "7zip", "10:30", "7.5", "3%" are said of something else.
    let more = first.is_some_and(|c| c.is_ascii_alphabetic() || c == '%')
        || (matches!(first, Some('.' | ':' | '/' | '-')) && second.is_some_and(|c| c.is_ascii_digit()));
    let after = if glued || among_staff(rest).is_some() {
        rest.trim()
    } else {
        words(rest)
    };
    (!more).then_some((digits, after, glued))
}

/// Parses digits; `None` where the number is larger than any ticket's.
fn parsed(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|number| *number <= MAX_NUMBER)
}

/// Reads an order with its ticket behind it: "resolve 12".
fn trailing_number(text: &str) -> Option<(String, &str, TicketAction)> {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let text = text.trim_end_matches("工单").trim_end_matches('号');
    let order = text.trim_end_matches(|c| folded(c).is_ascii_digit());
    let digits: String = text.get(order.len()..)?.chars().map(folded).collect();
    let order = order.trim_end_matches(|c: char| !c.is_alphanumeric());
    let action = plain(order, None)?;
    (!digits.is_empty()).then_some((digits, order, action))
}

fn slash(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(SLASHES)?;
    let behind_name = |name: &'static str| {
        let rest = behind(rest, name)?;
        let ends = match rest.chars().next() {
            None => true,
            Some(c) if !name.is_ascii() => !c.is_alphanumeric() || folded(c).is_ascii_digit(),
            Some(c) => !folded(c).is_ascii_alphabetic(),
        };
        ends.then_some(rest)
    };
    let rest = CommandKind::Tickets.command().names().find_map(behind_name)?;
    Some(match among_staff(rest) {
        Some(_) => rest.trim(),
        None => words(rest),
    })
}

fn said_or_shown(text: &str) -> TicketAction {
    if text.is_empty() {
        TicketAction::Show
    } else if other_words::is_unknown_verb(text) {
        unclear("/t 帮助", text)
    } else {
        TicketAction::Reply(text.to_owned())
    }
}

#[cfg(test)]
mod tests;
