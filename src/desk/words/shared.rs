//! The sentences about a ticket that several members share because they asked the same.

use super::{either, quoted};
use crate::hours::Language;
use crate::ticket::{StaffReply, Ticket};
use groupdesk_contract::{Place, clean_name};

/// Another member asks the same, and nobody has answered yet.
pub(in crate::desk) fn ticket_watched(language: Language, number: u64, here: bool) -> String {
    if !here {
        return either(
            language,
            format!(
                "同样的问题已有工单 #{number}，我把您加进去了，已告诉同事您也在问。不想跟了请说“退出工单”。"
            ),
            format!(
                "The same question is in ticket #{number} already, and staff know that you ask it too. Say \"leave ticket\" to \
                 hear no more of it."
            ),
        );
    }
    either(
        language,
        format!(
            "同样的问题已有工单 #{number}，我把您加进去了，人工回复时会一起通知您。不想跟了请说“退出工单”。"
        ),
        format!(
            "The same question is in ticket #{number} already; you will get its answer too. Say \"leave ticket\" to hear no more of \
             it."
        ),
    )
}

/// Another member asks the same, and it is answered; `here`: in the same channel.
pub(in crate::desk) fn ticket_answered(
    language: Language,
    number: u64,
    said: &[&StaffReply],
    here: bool,
) -> String {
    let replies = replies(language, said);
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
pub(in crate::desk) fn ticket_answered_so_far(
    language: Language,
    number: u64,
    said: &[&StaffReply],
) -> String {
    let replies = replies(language, said);
    either(
        language,
        format!(
            "同样的问题在工单 #{number} 里处理，我把您加进去了，有新回复会一起通知您。目前的回复：\n{replies}"
        ),
        format!("The same question is in ticket #{number}; you will get what comes next. So far:\n{replies}"),
    )
}

fn replies(language: Language, replies: &[&StaffReply]) -> String {
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

/// Confirms that a message of a member who joined a ticket was passed on.
pub(in crate::desk) fn watcher_joined(language: Language, number: u64) -> String {
    either(
        language,
        format!("已转告处理工单 #{number} 的同事，人工回复时会一起通知您。"),
        format!("Passed on to those who work on ticket #{number}; you will get its answer too."),
    )
}

/// Confirms that a member who joined a ticket left it.
pub(in crate::desk) fn watcher_left(language: Language, number: u64) -> String {
    either(
        language,
        format!("好的，工单 #{number} 不再通知您。"),
        format!("Good: you will hear no more of ticket #{number}."),
    )
}

/// Tells those who joined a ticket that it is solved for the one who asked.
pub(in crate::desk) fn ticket_solved_for_asker(language: Language, number: u64) -> String {
    either(
        language,
        format!("工单 #{number} 的提问者说已经解决。您的还没解决的话，说“还是不行”，我为您单独转人工。"),
        format!(
            "Ticket #{number} is solved for the one who asked. If yours is not, say \"still not working\" and a human will look at it."
        ),
    )
}

/// Tells staff of a message about a ticket from a member who joined it.
pub(in crate::desk) fn notice_watcher(
    language: Language,
    number: u64,
    who: &str,
    elsewhere: Option<&Place>,
    asked: (&str, &str),
    said: &str,
) -> String {
    let (asker, question) = asked;
    let (at_zh, at_en) = elsewhere.map_or_else(Default::default, |place| {
        (format!(" 在 {place}"), format!(" in {place}"))
    });
    either(
        language,
        format!("【工单 #{number} 同问】{who}{at_zh}（提问的是 {asker}：{question}）\n{said}"),
        format!("[Ticket #{number}, asks the same] {who}{at_en} ({asker} asked: {question})\n{said}"),
    )
}

/// Tells staff that others who asked the same in other groups did not get an answer.
pub(in crate::desk) fn others_elsewhere(language: Language, number: u64, others: usize) -> String {
    either(
        language,
        format!(
            "#{number}：其他群还有 {others} 人同问，没有收到这条回复；要一起告诉他们：/t {number} 全部 文字"
        ),
        format!(
            "#{number}: {others} who asked the same in other groups did not get this; to tell them too: /t {number} to all TEXT"
        ),
    )
}

/// Tells staff that a member who joined a ticket needs nobody any more.
pub(in crate::desk) fn notice_left(
    language: Language,
    number: u64,
    who: &str,
    asker: &str,
    declined: bool,
) -> String {
    let why = if declined {
        "不需要人工了"
    } else {
        "说已解决"
    };
    either(
        language,
        format!("【工单 #{number}】同问的 {who} {why}，不再通知；{asker} 的工单不变。"),
        format!(
            "[Ticket #{number}] {who}, who asked the same, needs no answer any more; {asker}'s ticket stands."
        ),
    )
}

/// History of the shared ticket, for the new one after it.
pub(in crate::desk) fn shared_before(language: Language, ticket: &Ticket) -> String {
    let number = ticket.number;
    let asked = &ticket.transcript;
    let answered = if ticket.replies.is_empty() {
        String::new()
    } else {
        let replies = replies(language, &ticket.replies.iter().collect::<Vec<_>>());
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

/// Tells staff that another member has a ticket with the same words, which may come of the same trouble. Without "#": a quote of
/// the notice is of the notice's own ticket.
pub(in crate::desk) fn same_words_as(language: Language, number: u64) -> String {
    either(
        language,
        format!("（也有人说了同样的话：工单 {number} 号）"),
        format!("(also: ticket {number}, in the same words)"),
    )
}

/// Lines of a ticket's card: the latest replies of staff, and the members who joined it.
pub(in crate::desk) fn answered_and_joined(language: Language, ticket: &Ticket) -> String {
    let mut text = String::new();
    if !ticket.replies.is_empty() {
        let said = quoted(&replies(language, &ticket.replies.iter().collect::<Vec<_>>()));
        text.push_str(&either(
            language,
            format!("\n人工已回复：\n{said}"),
            format!("\nStaff said:\n{said}"),
        ));
    }
    text.push_str(&who_joined(language, ticket));
    text
}

/// Line of a ticket's card: the members who joined it; empty where there are none.
pub(in crate::desk) fn who_joined(language: Language, ticket: &Ticket) -> String {
    if ticket.watchers.is_empty() {
        return String::new();
    }
    let joined: Vec<String> = ticket
        .watchers
        .iter()
        .map(|watcher| {
            let place = watcher.place(ticket);
            let name = clean_name(&watcher.name);
            match (ticket.replies_for(place).next(), language) {
                (Some(_), Language::Chinese) => format!("{name}（{place}，已收到回复）"),
                (None, Language::Chinese) => format!("{name}（{place}，还没有回复）"),
                (Some(_), Language::English) => format!("{name} ({place}, answered)"),
                (None, Language::English) => format!("{name} ({place}, not answered)"),
            }
        })
        .collect();
    either(
        language,
        format!("\n同问：{}", joined.join("、")),
        format!("\nAsk the same: {}", joined.join(", ")),
    )
}

/// Reason for the ticket of a member who joined one that was resolved.
pub(in crate::desk) fn not_answered_there(language: Language, number: u64) -> String {
    either(
        language,
        format!("同问的工单 #{number} 已解决，但没有人回复过 ta"),
        format!("joined ticket #{number}, which was resolved without an answer for them"),
    )
}

/// Tells a member who joined a ticket that is resolved and got no answer: theirs goes on.
pub(in crate::desk) fn waits_on(language: Language, number: u64, own: u64) -> String {
    either(
        language,
        format!(
            "您一起问的工单 #{number} 结束了，但您的问题还没有人回复过，已单独为您转人工，工单 #{own}，请等回复。"
        ),
        format!(
            "Ticket #{number}, which you joined, is over, and nobody has answered you: a human will, in ticket #{own}."
        ),
    )
}

/// Tells staff of members who joined a ticket that is resolved and got no answer.
pub(in crate::desk) fn notice_waits_on(language: Language, number: u64, line: &str, others: usize) -> String {
    let (others_zh, others_en) = if others > 0 {
        (
            format!("（同群还有 {others} 人同问）"),
            format!(" ({others} more in the same group ask it)"),
        )
    } else {
        Default::default()
    };
    either(
        language,
        format!("【同问的人还没得到回复，#{number} 解决后单独排队】{others_zh}\n{line}"),
        format!("[Asked the same as #{number}, which is resolved, and got no answer]{others_en}\n{line}"),
    )
}
