//! Sentences about rooms that could not be told of a ticket.

use super::{either, quoted};
use crate::hours::Language;
use crate::ticket::Ticket;
use groupdesk_contract::{Place, clean_line, clean_name};

/// Reports that a message of the desk could not be delivered.
pub(in crate::desk) fn not_told(language: Language, number: u64, place: &Place, reason: &str) -> String {
    let reason = clean_line(reason);
    either(
        language,
        format!("✗ 【工单 #{number}】的消息没能送到 {place}：{reason}"),
        format!("✗ [Ticket #{number}] a message did not reach {place}: {reason}"),
    )
}

/// Reports that a message of the desk is still on its way.
pub(in crate::desk) fn told_late(language: Language, number: u64, place: &Place, reason: &str) -> String {
    let reason = clean_line(reason);
    either(
        language,
        format!("【工单 #{number}】的消息还没送到 {place}：{reason}。仍在重试。"),
        format!("[Ticket #{number}] a message has not reached {place} yet: {reason}. It is still tried."),
    )
}

/// Notice of a ticket for a room that is not its own, because its own can't be told.
pub(in crate::desk) fn told_instead(language: Language, ticket: &Ticket, of: &Place, reason: &str) -> String {
    let number = ticket.number;
    let name = clean_name(&ticket.member_name);
    let (member, place, why, reason) = (&ticket.member, &ticket.place, &ticket.reason, clean_line(reason));
    let said = [ticket.earlier.as_str(), ticket.transcript.as_str()];
    let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
    let said = quoted(&said.join("\n"));
    either(
        language,
        format!(
            "【工单 #{number}】{name}（{member}） 在 {place}\n{said}\n原因：{why}\n本该通知 {of}，但送不到（{reason}），请您这边处理或转告。"
        ),
        format!(
            "[Ticket #{number}] {name} ({member}) in {place}\n{said}\nWhy: {why}\nMeant for {of}, which can't be told ({reason}): please take it, or pass it on."
        ),
    )
}

/// Notice of a ticket once more, without the member's text: that may be the reason for which the room's platform refused
/// it.
pub(in crate::desk) fn told_again(language: Language, ticket: &Ticket) -> String {
    let number = ticket.number;
    let name = clean_name(&ticket.member_name);
    let (member, place) = (&ticket.member, &ticket.place);
    either(
        language,
        format!(
            "【工单 #{number}】{name}（{member}） 在 {place}\n之前的通知没能送到这里。还没有人认领；查看：/t {number}"
        ),
        format!(
            "[Ticket #{number}] {name} ({member}) in {place}\nAn earlier notice did not arrive here. Nobody has claimed it; to see it: /t {number}"
        ),
    )
}

/// Tells the member that nobody could be told of the ticket so far.
pub(in crate::desk) fn nobody_told(language: Language, number: u64, open_now: &str) -> String {
    let mut text = either(
        language,
        format!("工单 #{number}：同事那边现在联系不上，我会继续通知他们。"),
        format!("Ticket #{number}: staff can't be reached right now. I keep trying to tell them."),
    );
    if !open_now.is_empty() {
        text.push_str(&either(
            language,
            format!("\n着急的话现在可以联系：\n{open_now}"),
            format!("\nIf it is urgent, you can reach us now by:\n{open_now}"),
        ));
    }
    text
}

/// Tells a member who was told that nobody could be told: now somebody is.
pub(in crate::desk) fn somebody_told(language: Language, number: u64) -> String {
    either(
        language,
        format!("工单 #{number}：同事已经收到，会在这里回复您。"),
        format!("Ticket #{number}: staff have it now and will answer you here."),
    )
}
