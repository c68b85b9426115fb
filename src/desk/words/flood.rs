//! Sentences of a rush: more tickets, or more messages, than staff can read one by one.

use super::{either, quoted};
use crate::hours::Language;
use crate::ticket::Ticket;
use groupdesk_contract::clean_name;

/// Ticket numbers that a notice names at most.
const NUMBERS_SHOWN: usize = 20;

/// Members who plainly asked for a human that it names at most.
const NAMES_SHOWN: usize = 10;

/// Longest name there, in characters.
const NAME_MAX_CHARS: usize = 12;

/// Tells a member that their ticket is one of many; follows another sentence.
pub(in crate::desk) fn many_wait(language: Language) -> String {
    either(
        language,
        "\n现在请求很多，同事会按顺序处理，请耐心等待。".to_owned(),
        "\nThere are many requests right now; staff take them one after another.".to_owned(),
    )
}

/// Tells a member who writes faster than staff can read that messages are gathered.
pub(in crate::desk) fn gathered_for_staff(language: Language, number: u64) -> String {
    either(
        language,
        format!("您发的内容都已记到工单 #{number}，我会合并后转给同事，不用重复发。"),
        format!(
            "All that you write is in ticket #{number}; staff get it together, there is no need to repeat it."
        ),
    )
}

/// Tells staff what a member wrote in a short time.
pub(in crate::desk) fn notice_gathered(
    language: Language,
    number: u64,
    lines: &[String],
    more: u32,
) -> String {
    let count = u32::try_from(lines.len())
        .unwrap_or(u32::MAX)
        .saturating_add(more);
    let said = quoted(&lines.join("\n"));
    let mut text = either(
        language,
        format!("【工单 #{number} 补充】{count} 条：\n{said}"),
        format!("[Ticket #{number}, more] {count} messages:\n{said}"),
    );
    if more > 0 {
        text.push_str(&either(
            language,
            format!("\n……还有 {more} 条，都在工单记录里"),
            format!("\n... and {more} more, all in the ticket's history"),
        ));
    }
    text
}

/// Tells staff of tickets that were not told one by one; the members who plainly asked for a human are named.
pub(in crate::desk) fn crowd(language: Language, tickets: &[&Ticket]) -> String {
    let count = tickets.len();
    let numbers = numbers(tickets);
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
    let asked = if named.is_empty() {
        String::new()
    } else {
        either(
            language,
            format!("\n要人工的：{}", named.join("、")),
            format!("\nAsking for a human: {}", named.join(", ")),
        )
    };
    let text = either(
        language,
        format!("【工单较多】又有 {count} 个新工单没有逐个通知：{numbers}\n列出：/t　查看：/t 编号"),
        format!(
            "[Many tickets] {count} new ones were not told one by one: {numbers}\n/t lists them, /t NUMBER shows one"
        ),
    );
    text + &asked
}

/// Tells the next tier that nobody claims these tickets, of which the rooms were told together.
pub(in crate::desk) fn crowd_escalated(language: Language, tickets: &[&Ticket]) -> String {
    let count = tickets.len();
    let numbers = numbers(tickets);
    either(
        language,
        format!("【还没有人认领】{count} 个工单：{numbers}\n列出：/t"),
        format!("[Nobody has claimed] {count} ticket(s): {numbers}\n/t lists them"),
    )
}

/// Counts the tickets that the digest at opening has no place for; follows its lines.
pub(in crate::desk) fn digest_more(language: Language, more: usize) -> String {
    either(
        language,
        format!("……还有 {more} 个：/t"),
        format!("... and {more} more: /t"),
    )
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

/// Tells staff that a member's messages are not passed on any more, because they look like a program's.
pub(in crate::desk) fn not_passed_on(language: Language, number: u64, who: &str) -> String {
    let who = clean_name(who);
    either(
        language,
        format!(
            "#{number}：{who} 一直在重复同样的内容，或一直引用机器人的话，像是程序在自动回复；先不再逐条转告，停一会儿之后恢复。"
        ),
        format!(
            "#{number}: {who} repeats the same, or quotes the bot again and again, as a program does; not all of it is passed on \
             until that has stopped for a while."
        ),
    )
}
