//! The sentences about a ticket that several members share because they asked the same.

use super::either;
use crate::hours::Language;
use crate::ticket::{StaffReply, Ticket};

/// Another member asks the same, and nobody has answered yet.
pub(in crate::desk) fn ticket_watched(language: Language, number: u64) -> String {
    either(
        language,
        format!("同样的问题已有工单 #{number}，我把您加进去了，人工回复时会一起通知您。"),
        format!("The same question is in ticket #{number} already; you will get its answer too."),
    )
}

/// Another member asks the same, and it is answered; `here`: in the same channel.
pub(in crate::desk) fn ticket_answered(language: Language, ticket: &Ticket, here: bool) -> String {
    let number = ticket.number;
    let replies = replies(language, &ticket.replies);
    let here = if here { "在群里" } else { "" };
    either(
        language,
        format!(
            "同样的问题（工单 #{number}）人工已经{here}回复过：\n{replies}\n没解决的话说“还是不行”，我为您单独转人工。"
        ),
        format!(
            "The same question was answered in ticket #{number}:\n{replies}\nIf that does not solve it, say \"still not working\" \
             and a human will look at yours."
        ),
    )
}

/// Another member asks the same; something was answered, and more is to come.
pub(in crate::desk) fn ticket_answered_so_far(language: Language, ticket: &Ticket) -> String {
    let number = ticket.number;
    let replies = replies(language, &ticket.replies);
    either(
        language,
        format!(
            "同样的问题在工单 #{number} 里处理，我把您加进去了，有新回复会一起通知您。目前的回复：\n{replies}"
        ),
        format!("The same question is in ticket #{number}; you will get what comes next. So far:\n{replies}"),
    )
}

fn replies(language: Language, replies: &[StaffReply]) -> String {
    let lines: Vec<String> = replies
        .iter()
        .map(|reply| {
            either(
                language,
                format!("{}：{}", reply.by, reply.text),
                format!("{}: {}", reply.by, reply.text),
            )
        })
        .collect();
    lines.join("\n")
}

/// Who joined a ticket says more of it.
pub(in crate::desk) fn watcher_joined(language: Language, number: u64) -> String {
    either(
        language,
        format!("已转告处理工单 #{number} 的同事，人工回复时会一起通知您。"),
        format!("Passed on to those who work on ticket #{number}; you will get its answer too."),
    )
}

/// Who joined a ticket needs nobody any more.
pub(in crate::desk) fn watcher_left(language: Language, number: u64) -> String {
    either(
        language,
        format!("好的，工单 #{number} 不再通知您。"),
        format!("Good: you will hear no more of ticket #{number}."),
    )
}

/// To those who joined a ticket: for the one who asked it is solved.
pub(in crate::desk) fn ticket_solved_for_asker(language: Language, number: u64) -> String {
    either(
        language,
        format!("工单 #{number} 的提问者说已经解决。您的还没解决的话，说“还是不行”，我为您单独转人工。"),
        format!(
            "Ticket #{number} is solved for the one who asked. If yours is not, say \"still not working\" and a human will look at it."
        ),
    )
}

/// In the staff room: who joined a ticket says something of it.
pub(in crate::desk) fn notice_watcher(
    language: Language,
    number: u64,
    who: &str,
    asker: &str,
    said: &str,
) -> String {
    either(
        language,
        format!("【工单 #{number} 同问】{who}（提问的是 {asker}）\n{said}"),
        format!("[Ticket #{number}, asks the same] {who} ({asker} opened it)\n{said}"),
    )
}

/// In the staff room: who joined a ticket needs nobody any more.
pub(in crate::desk) fn notice_left(language: Language, number: u64, who: &str, asker: &str) -> String {
    either(
        language,
        format!("【工单 #{number}】同问的 {who} 说已解决，不再通知；{asker} 的工单不变。"),
        format!(
            "[Ticket #{number}] {who}, who asked the same, needs no answer any more; {asker}'s ticket stands."
        ),
    )
}

/// In a new ticket: what came before it in one that was shared.
pub(in crate::desk) fn shared_before(language: Language, ticket: &Ticket) -> String {
    let number = ticket.number;
    let asked = &ticket.transcript;
    let answered = if ticket.replies.is_empty() {
        String::new()
    } else {
        let replies = replies(language, &ticket.replies);
        either(
            language,
            format!("\n已有的回复：{replies}"),
            format!("\nanswered so far: {replies}"),
        )
    };
    either(
        language,
        format!("（与工单 #{number} 同问：{asked}{answered}）"),
        format!("(the same as ticket #{number}: {asked}{answered})"),
    )
}
