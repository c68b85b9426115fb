//! What staff write in their room: `/t` and its friends, and words under a quoted notice.

use super::near::{Gap, bare, begins_misspelt, behind, first_of, folded, gap, order_meant, words};
use crate::ticket::MAX_NUMBER;

/// A word among staff.
const NOTES: [&str; 5] = ["内部备注", "备注", "internal note", "private note", "note"];

/// The same, where a colon or a bracket says that it stands before something.
const NOTES_BEFORE: [&str; 4] = ["内部", "仅内部", "internal", "notes"];

/// What follows is for the member.
const REPLIES: [&str; 5] = ["回复成员", "回复客户", "回复用户", "回复", "reply"];

/// What follows is for all who asked the same.
const TO_ALL: [&str; 7] = [
    "to all",
    "to everyone",
    "回复全部",
    "都回复",
    "所有人",
    "全部",
    "all",
];

/// Those that are an order without a slash too.
const TO_ALL_PLAIN: [&str; 4] = ["to all", "to everyone", "回复全部", "都回复"];

/// Whom or where it goes, follows.
const HAND_ON: [&str; 10] = [
    "转交给",
    "移交给",
    "转给",
    "转交",
    "移交",
    "hand over to",
    "hand on to",
    "hand to",
    "hand",
    "give",
];

/// A call for the orders, as it is typed in other groups.
const HELP: [&str; 4] = ["help", "帮助", "指令", "命令"];

/// What staff want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::desk) enum Order {
    /// How this works.
    Help,
    /// The tickets that wait.
    List,
    /// The speaker is there, or is not.
    Here(bool),
    /// Who is there.
    Who,
    /// An order that does not say of which ticket in a way that is understood: how it is typed.
    Typed(String),
    /// Something with a ticket of a number, in its digits, that no ticket can have.
    NoSuch(String),
    /// Something with one ticket.
    Ticket {
        /// Its number.
        number: u64,
        /// What.
        action: Action,
    },
}

/// What is to be done with a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::desk) enum Action {
    /// Show it.
    Show,
    /// Take it.
    Claim,
    /// Give it back to all.
    Release,
    /// Give it to the one who is mentioned, or to the room of this address.
    HandOn(String),
    /// A word among staff.
    Note(String),
    /// It is answered.
    Resolve,
    /// It is over.
    Close,
    /// It is not over.
    Reopen,
    /// Say this to the member, and to those in the member's group who asked the same.
    Reply(String),
    /// Say this to all who asked the same, in other groups too.
    ReplyToAll(String),
    /// It looks like an order, and may be words for the member: ask.
    Unclear {
        /// The order that it looks like, or how it is typed from its slash on.
        meant: String,
        /// What was written.
        said: String,
    },
}

/// Reads a message of a staff room; `None` is talk among staff. `quoted` is the ticket whose message is quoted.
pub(in crate::desk) fn read(text: &str, quoted: Option<u64>) -> Option<Order> {
    let text = text.trim();
    if let Some(rest) = slash(text) {
        return Some(slashed(rest.trim(), quoted));
    }
    // Under a notice the word alone is said to its member.
    let command = text.starts_with(['/', '／']);
    if (command || quoted.is_none()) && HELP.contains(&bare(text).as_str()) {
        return Some(Order::Help);
    }
    let Some(number) = quoted else {
        return how_to_type(text).map(Order::Typed);
    };
    let other = || numbered(text).filter(|_| plain(text, Some(number)).is_none());
    let action = if let Some(order) = without_slash(text).or_else(other) {
        unclear(&order, text)
    } else {
        let dressed = text
            .strip_prefix(['/', '／'])
            .and_then(|rest| action(rest, true, number));
        dressed
            .or_else(|| action(text, false, number))
            .unwrap_or_else(|| Action::Reply(text.to_owned()))
    };
    Some(Order::Ticket { number, action })
}

/// What follows `/t`.
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
        let action = action(after, true, number).unwrap_or_else(|| reply_or_show(after));
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
            action: action(rest, true, number).unwrap_or_else(|| reply_or_show(rest)),
        },
        None => Order::Help,
    }
}

/// How an order is typed that names no ticket, or not in a way that is understood; `None` is talk.
fn how_to_type(text: &str) -> Option<String> {
    let text = text.strip_prefix(['/', '／']).unwrap_or(text);
    if let Some(order) = without_slash(text) {
        return Some(order);
    }
    if let Some(order) = numbered(text) {
        return Some(order);
    }
    let everyday = ["我来", "放弃", "查看", "show", "接单"].contains(&bare(text).as_str());
    let order = plain(text, None).is_some() && !everyday;
    let begins = |names: &[&'static str]| {
        first_of(text, names).is_some_and(|(_, rest)| matches!(gap(rest), Gap::Colon | Gap::Space))
    };
    let colon = first_of(text, &REPLIES).is_some_and(|(_, rest)| gap(rest) == Gap::Colon);
    (order || begins(&NOTES[..2]) || colon).then(|| format!("/t 12 {text}"))
}

/// `t 7 ...`: as it is typed with its slash.
fn without_slash(text: &str) -> Option<String> {
    let rest = text.strip_prefix(['t', 'T', 'ｔ', 'Ｔ'])?;
    let (number, after, _) = leading_number(rest.trim_start())?;
    Some(format!("/t {number} {after}").trim_end().to_owned())
}

/// "12 resolve", "resolve 12": as it is typed.
fn numbered(text: &str) -> Option<String> {
    if let Some((number, after, _)) = leading_number(text)
        && plain(after, None).is_some()
    {
        return Some(format!("/t {number} {after}"));
    }
    let (number, order, _) = trailing_number(text)?;
    Some(format!("/t {number} {order}"))
}

fn unclear(meant: &str, said: &str) -> Action {
    Action::Unclear {
        meant: meant.to_owned(),
        said: said.trim().to_owned(),
    }
}

/// The digits of a ticket's number at the beginning, what is behind them, and whether that is glued to them.
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
    let after = if glued { rest.trim_end() } else { words(rest) };
    (!more).then_some((digits, after, glued))
}

/// The number that digits are; `None` where it is larger than any ticket's.
fn parsed(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|number| *number <= MAX_NUMBER)
}

/// An order that names its ticket behind it: "resolve 12".
fn trailing_number(text: &str) -> Option<(String, &str, Action)> {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    let order = text.trim_end_matches(|c| folded(c).is_ascii_digit());
    let digits: String = text.get(order.len()..)?.chars().map(folded).collect();
    let order = order.trim_end_matches(|c: char| !c.is_alphanumeric());
    let action = plain(order, None)?;
    (!digits.is_empty()).then_some((digits, order, action))
}

fn slash(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/').or_else(|| text.strip_prefix('／'))?;
    let (name, rest) = first_of(rest, &["ticket", "工单", "t"])?;
    let ends = match rest.chars().next() {
        None => true,
        Some(c) if name == "工单" => !c.is_alphanumeric() || folded(c).is_ascii_digit(),
        Some(c) => !folded(c).is_ascii_alphabetic(),
    };
    ends.then(|| words(rest))
}

fn reply_or_show(text: &str) -> Action {
    if text.is_empty() {
        Action::Show
    } else {
        Action::Reply(text.to_owned())
    }
}

/// A command word; only a note, a reply and a hand-over's mention may have more behind it, so that "close the window first"
/// stays a reply.
fn action(text: &str, slashed: bool, number: u64) -> Option<Action> {
    if text.starts_with(['!', '！']) {
        return None;
    }
    if let Some(action) = note(text) {
        return Some(action);
    }
    if let Some(action) = to_all(text, slashed) {
        return Some(action);
    }
    if let Some((word, rest)) = first_of(text, &REPLIES) {
        let said = match gap(rest) {
            Gap::Colon => true,
            Gap::Space | Gap::Mark => slashed || !word.is_ascii(),
            Gap::End => true,
            Gap::Glued => false,
        };
        // Whatever they begin with, the words behind it are for the member.
        if said {
            return Some(Action::Reply(words(rest).to_owned()));
        }
    }
    if let Some((word, rest)) = first_of(text, &HAND_ON)
        && (gap(rest) != Gap::Glued || !word.is_ascii())
    {
        return Some(Action::HandOn(words(rest).to_owned()));
    }
    if let Some(action) = plain(text, Some(number)) {
        let asks = text.contains(['?', '？']);
        return Some(if asks {
            unclear(order_meant(text)?, text)
        } else {
            action
        });
    }
    if begins_misspelt(text, "转给") {
        return Some(unclear("转给", text));
    }
    order_meant(text).map(|meant| unclear(meant, text))
}

/// A word to all who asked the same. Without a slash only "to all" is plain enough: "to all of you: ..." is said to the member.
fn to_all(text: &str, slashed: bool) -> Option<Action> {
    let (word, rest) = first_of(text, &TO_ALL)?;
    let gap = gap(rest);
    let plain = slashed || TO_ALL_PLAIN.contains(&word);
    if gap == Gap::End {
        // The order itself is nothing to say to anybody.
        return plain.then(|| unclear(word, text));
    }
    if !matches!(gap, Gap::Space | Gap::Colon) {
        return None;
    }
    let said = words(rest);
    let order = gap == Gap::Colon || said.starts_with(|c: char| !c.is_ascii_alphabetic());
    (slashed || (plain && order)).then(|| Action::ReplyToAll(said.to_owned()))
}

/// A word among staff, or what may be one: rather private than public.
fn note(text: &str) -> Option<Action> {
    let before = first_of(text, &NOTES_BEFORE).filter(|(_, rest)| gap(rest) == Gap::Colon);
    let glued = |(word, rest): &(&str, &str)| {
        let next = rest.chars().next();
        word.is_ascii() && next.is_some_and(|c| folded(c).is_ascii_alphanumeric() || matches!(c, '\'' | '’'))
    };
    if let Some((word, rest)) = first_of(text, &NOTES).filter(|found| !glued(found)).or(before) {
        let words = words(rest).trim_start_matches(['!', '！']).trim_start();
        return Some(match gap(rest) {
            Gap::End => unclear(word, text),
            _ => Action::Note(words.to_owned()),
        });
    }
    let misspelt = ["备注", "note"]
        .into_iter()
        .find(|word| begins_misspelt(text, word))?;
    Some(unclear(misspelt, text))
}

/// A command word alone, in whatever dress; `number` may stand beside it.
fn plain(text: &str, number: Option<u64>) -> Option<Action> {
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
    match order.unwrap_or(said) {
        "claim" | "claimed" | "认领" | "我来" | "我认领" | "我来认领" | "接单" => {
            Some(Action::Claim)
        }
        "release" | "释放" | "放弃" | "放弃认领" | "取消认领" => Some(Action::Release),
        "resolve" | "resolved" | "markresolved" | "markasresolved" | "已解决" | "解决" | "结单"
        | "标记解决" | "标记已解决" | "标记为解决" | "标记为已解决" | "标为已解决" => {
            Some(Action::Resolve)
        }
        "close" | "关闭" | "关单" => Some(Action::Close),
        "关" | "关掉" | "结束" if order.is_some() => Some(Action::Close),
        "reopen" | "重开" | "重新打开" => Some(Action::Reopen),
        "show" | "查看" => Some(Action::Show),
        _ => None,
    }
}

/// Whether words that begin like an order to hand on speak of something else: "give it five minutes".
pub(super) fn gives_something_else(text: &str) -> bool {
    let mut words = text.split_whitespace().skip(1);
    let to = words
        .next()
        .is_some_and(|word| ["to", "on", "over"].contains(&word.to_lowercase().as_str()));
    let hands = behind(text, "hand").or_else(|| behind(text, "give")).is_some();
    hands && !to && words.next().is_some()
}

#[cfg(test)]
mod tests;
