//! Words that would go to a member and speak to colleagues: under a head that keeps them in, to somebody of the roster, behind what looks
//! like another ticket's number, an option or an order; under a quote also by what they are about. They are asked back and never sent
//! unseen.

pub(super) mod called;
mod cues;
mod head;
mod learned;
mod numbers;

pub use learned::warm_up;

use super::order_spelling::{bare, folded};
use super::{Staff, doubtful_orders};
use crate::desk::staff::ticket_actions::plain;
use crate::ticket::{OpenTickets, Ticket};

/// Longest head before a colon: Chinese characters and Latin letters, or words.
const HEAD: (usize, usize) = (24, 5);

/// Words of a head that say by themselves who is not to read what follows.
const INSIDE: [&str; 26] = [
    "内部",
    "对内",
    "同事",
    "自己人",
    "客服看",
    "仅客服",
    "私下",
    "悄悄",
    "小声",
    "保密",
    "机密",
    "勿外传",
    "不公开",
    "不对外",
    "internal",
    "private",
    "confidential",
    "staff only",
    "team only",
    "for the team",
    "colleague",
    "between us",
    "off the record",
    "not public",
    "fyi team",
    "for staff",
];

/// Words of a head that make a thing of what is inside: 内部错误, "internal server error".
const THINGS: [&str; 16] = [
    "错误", "版本", "编号", "网络", "地址", "链接", "存储", "协议", "密码", "error", "version", "network",
    "link", "storage", "server", "message",
];

/// Verbs of telling.
const TELLS: [&str; 13] = [
    "发", "告诉", "告知", "转", "外传", "说", "回", "透露", "send", "tell", "share", "forward", "reply",
];

/// Words that forbid one, and what may stand between the two.
const BETWEEN: [&str; 19] = [
    "要", "许", "准", "先", "给", "对", "跟", "和", "向", "让", "把", "直接", "客户", "成员", "用户", "他",
    "她", "们", "ever",
];
const FORBIDS: [&str; 10] = [
    "别", "不", "勿", "莫", "don't", "don’t", "do not", "dont", "not to", "never",
];

/// Beginnings of what stands behind such a verb.
const BEHIND: [&str; 20] = [
    "给", "到", "出", "送", "发", "客", "用", "成", "对", "他", "她", "外", "的", "了", " ", "ing", "知",
    "传", "复", "布",
];

/// Kinds of notes, as the whole of a head, or as its end.
const NOTES: [&str; 13] = [
    "小记",
    "速记",
    "随记",
    "笔记",
    "记一下",
    "记一笔",
    "记下",
    "便签",
    "便条",
    "备记",
    "memo",
    "nota",
    "todo",
];

/// First words that are said among colleagues, and never to a customer.
const AMONG: [&str; 8] = ["nb", "n.b.", "n.b", "todo", "wip", "memo", "note2self", "bz"];

/// Options that name a note; behind another, and behind the sign of a heading or of a comment, words may be said to anybody.
const NOTE_OPTIONS: [&str; 5] = ["note", "internal", "private", "comment", "memo"];

/// Orders that no member is told, whatever stands behind them.
const OURS: [&str; 9] = [
    "认领",
    "接单",
    "结单",
    "关单",
    "释放",
    "取消认领",
    "claim",
    "unclaim",
    "release",
];

/// Words behind the first of two orders, or of an order about somebody.
const GOES_ON: [&str; 15] = [
    "然后", "再", "并", "并且", "之后", "同时", "他", "她", "客户", "and", "then", "him", "her", "them", "&",
];

/// Words that hand something to somebody, and what they are to do.
const HANDS: [&str; 5] = ["让", "叫", "派", "安排", "转"];

/// Verbs that ask for something where a colleague is named.
const REQUEST_VERBS: [&str; 8] = ["让", "叫", "派", "安排", "麻烦", "请", "找", "转"];
const DOES: [&str; 14] = [
    "处理",
    "看下",
    "看看",
    "看一下",
    "跟进",
    "跟一下",
    "接手",
    "接一下",
    "来接",
    "来弄",
    "解决",
    "回他",
    "回复他",
    "联系他",
];

/// Whoever is spoken to, or all of a side: no colleague's name.
const NOBODY: [char; 9] = ['您', '你', '我', '咱', '它', '他', '她', '系', '技'];

/// `true` if words speak to colleagues by their form; `colleagues` are the names of the roster, `member` that of the one they would go to.
pub(super) fn is_for_colleagues<'n>(
    text: &str,
    mut colleagues: impl Iterator<Item = &'n str>,
    member: &str,
    is_ticket: impl Fn(u64) -> bool,
) -> bool {
    let text = text.trim();
    has_inside_head(text)
        || head::begins_with_head(text)
        || called::speaks_of_customer(text)
        || called::calls_colleague(text, member)
        || begins_as_among_colleagues(text)
        || numbers::names_another_ticket(text, is_ticket)
        || begins_with_order(text)
        || colleagues.any(|name| !name.is_empty() && (speaks_to(text, name) || is_handed_to(text, name)))
        || calls_somebody(text, member)
        || hands_to_somebody(text)
}

/// Longest text that is read by what it says, in characters: more of it is a letter to the member.
const READ_MAX_CHARS: usize = 160;

/// `true` if words without an order say by what they are about that colleagues are to read them, or rather they than the member.
fn reads_as_note(text: &str, colleagues: &[&str], member: &str) -> bool {
    let text = text.trim();
    let is_snippet = text.starts_with(['!', '！']);
    let has_words = text.chars().any(char::is_alphanumeric);
    has_words
        && !is_snippet
        && text.chars().count() <= READ_MAX_CHARS
        && (cues::speak_to_colleagues(text, colleagues, member)
            || learned::is_rather_for_colleagues(text, colleagues))
}

/// `true` if the head before a colon says that what follows stays among colleagues.
fn has_inside_head(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let opens = |c: char| matches!(folded(c), '(' | '[' | '【' | '「' | '〔' | '*' | '-' | ' ');
    let line = line.trim_start_matches(opens);
    let ends = |c: char| matches!(folded(c), ':' | ']' | ')' | '】' | '」' | '〕');
    let Some((head, rest)) = line.split_once(ends) else {
        return false;
    };
    // An address or a time of day has no head.
    let is_part = rest.starts_with("//") || (head.ends_with(|c: char| c.is_ascii_digit()));
    let head: String = head.trim().chars().map(folded).collect();
    let long = head.chars().count() > HEAD.0 || head.split_whitespace().count() > HEAD.1;
    if is_part || long || head.is_empty() {
        return false;
    }
    let forbids = FORBIDS.iter().any(|forbids| {
        let behind = head.split_once(forbids).map(|(_, behind)| behind);
        behind.is_some_and(|behind| {
            // "别发给他", "先不要告诉客户", "don't send": nothing but a helping word or a person stands before the verb.
            let mut rest = behind.trim_start();
            while let Some(shorter) = BETWEEN.iter().find_map(|word| rest.strip_prefix(word)) {
                rest = shorter.trim_start();
            }
            let behind = TELLS.iter().find_map(|tells| rest.strip_prefix(tells));
            // "不回收" is no answer to anybody.
            behind
                .is_some_and(|behind| behind.is_empty() || BEHIND.iter().any(|word| behind.starts_with(word)))
        })
    });
    let note = NOTES
        .iter()
        .any(|note| head == *note || (!note.is_ascii() && head.ends_with(note)));
    let of_a_thing = THINGS.iter().any(|thing| head.contains(thing));
    let inside = INSIDE.iter().any(|inside| {
        let chinese = head.starts_with(inside) || head.ends_with(inside);
        if inside.is_ascii() {
            head.contains(inside)
        } else {
            chinese
        }
    });
    (forbids && speaks_of_telling(&head)) || note || (inside && !of_a_thing)
}

/// `true` if a head that forbids something is about telling: "不会发货" is about goods, "无法发送" about a fault.
fn speaks_of_telling(head: &str) -> bool {
    let of_goods = [
        "货",
        "票",
        "送失败",
        "短信",
        "邮件",
        "验证码",
        "现",
        "生",
        "热",
        "布",
    ];
    !head
        .split('发')
        .skip(1)
        .any(|behind| of_goods.iter().any(|word| behind.starts_with(word)))
        && !["不会", "不能", "不用", "无法", "不了"]
            .iter()
            .any(|word| head.contains(word))
}

/// `true` for a first word that colleagues use, an option of a command, or a heading.
fn begins_as_among_colleagues(text: &str) -> bool {
    let Some((first, rest)) = text.split_once(char::is_whitespace) else {
        return false;
    };
    let first: String = first.chars().map(folded).collect();
    let option = first.trim_start_matches(['-', '–', '—']);
    let is_option = option.len() < first.len()
        && !option.is_empty()
        && option.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    let is_note = NOTE_OPTIONS.contains(&option);
    let is_heading = !first.is_empty() && first.chars().all(|c| c == '#');
    let among = first.trim_end_matches([':', ',']);
    let of_somebody = || called::speaks_of_somebody(rest);
    let is_marked = is_option || is_heading || is_comment(&first) || among == "ps";
    !rest.trim().is_empty()
        && ((is_option && is_note) || AMONG.contains(&among) || (is_marked && of_somebody()))
}

/// `true` for the sign of a comment in code, or of a quote.
fn is_comment(first: &str) -> bool {
    let doubled = |sign: &char| first.len() >= 2 && first.chars().all(|c| c == *sign);
    ['>', '-', ';', '%'].iter().any(doubled) || ["/*", "<!--"].contains(&first)
}

/// `true` if an order begins the words and something else goes on: 认领 然后联系他.
fn begins_with_order(text: &str) -> bool {
    let ends =
        |c: char| c.is_whitespace() || matches!(folded(c), ',' | '，' | '。' | ';' | '；' | '.' | '、' | ':');
    let Some((first, rest)) = text.split_once(ends) else {
        return false;
    };
    let rest = rest.trim_start_matches(ends).to_lowercase();
    let ours = OURS.contains(&bare(first).as_str());
    let goes_on = GOES_ON.iter().any(|word| {
        let behind = rest.strip_prefix(word);
        behind.is_some_and(|behind| !word.is_ascii() || !behind.starts_with(|c: char| c.is_alphanumeric()))
    });
    !rest.is_empty() && (ours || (goes_on && plain(first, None).is_some()))
}

/// `true` if the words begin with a colleague's name, as one speaks to somebody.
fn speaks_to(text: &str, name: &str) -> bool {
    let named = text.trim_start_matches('@').strip_prefix(name);
    let begins = named.is_some_and(|rest| {
        let next = rest.chars().next();
        // "May I ask" is no May.
        let apart = next.is_none_or(|c| matches!(folded(c), ',' | '，' | ':' | '：' | '、' | '@'));
        let chinese =
            !name.is_ascii() && next.is_some_and(|c| c.is_whitespace() || matches!(c, '你' | '帮' | '来'));
        apart || chinese || (text.starts_with('@') && next.is_some_and(char::is_whitespace))
    });
    begins || text.contains(&format!("@{name}"))
}

/// `true` for 请老王看一下: the words begin by handing something to a colleague.
fn is_handed_to(text: &str, name: &str) -> bool {
    let behind = REQUEST_VERBS.iter().find_map(|asks| text.strip_prefix(asks));
    behind.is_some_and(|behind| behind.trim_start().starts_with(name))
}

/// `true` if the words begin by calling somebody who is not the member.
fn calls_somebody(text: &str, member: &str) -> bool {
    let Some(called) = text.strip_prefix(['@', '＠']) else {
        return false;
    };
    // Behind a space nobody is called, and who is called 您 is the member.
    let is_member = called.starts_with(['您', '你']) || (!member.is_empty() && called.starts_with(member));
    called.starts_with(char::is_alphanumeric) && !is_member
}

/// `true` for 让老王处理, 叫小李看一下: who reads it is not the one who is to do it.
fn hands_to_somebody(text: &str) -> bool {
    let said = bare(text);
    let Some(behind) = HANDS.iter().find_map(|hands| said.strip_prefix(hands)) else {
        return false;
    };
    let does = DOES
        .iter()
        .find_map(|does| behind.find(does).map(|at| (at, does.len())));
    let named = does.and_then(|(at, length)| Some((behind.get(..at)?, behind.get(at + length..)?)));
    named.is_some_and(|(name, rest)| {
        let name = name.trim_end_matches(['来', '去', '先']);
        let count = name.chars().count();
        (2..=3).contains(&count) && !name.starts_with(NOBODY) && rest.chars().count() <= 4
    })
}

impl Staff<'_> {
    /// `true` if words that would go to a member look as if they were said to colleagues. "reply ..." says for whom it is, and a mail or
    /// an issue is for the member.
    pub(super) fn reads_as_internal(&self, open_tickets: &OpenTickets, ticket: &Ticket, text: &str) -> bool {
        let message = self.message.text();
        let before = message.trim().strip_suffix(text.trim()).unwrap_or_default();
        if self.message.ticket.is_some() || doubtful_orders::is_explicit(before) {
            return false;
        }
        let colleagues: Vec<&str> = self
            .policy
            .roster
            .people
            .iter()
            .map(|person| person.name.as_str())
            .collect();
        let is_ticket = |number: u64| number > 0 && number < open_tickets.next_number();
        let member = ticket.member_name.as_str();
        // Behind an order they were meant to be sent; under a quote they may be talk.
        is_for_colleagues(text, colleagues.iter().copied(), member, is_ticket)
            || (!self.is_slashed() && reads_as_note(text, &colleagues, member))
    }
}

#[cfg(test)]
mod tests;
