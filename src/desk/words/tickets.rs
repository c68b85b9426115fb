//! Sentences about a ticket's life: to its member, and in the staff room.

use super::{either, quoted};
use crate::hours::Language;
use crate::ticket::{Status, Ticket};
use groupdesk_contract::{Place, clean_line, clean_name};
use jiff::{SignedDuration, Timestamp};

/// The member wrote again after the ticket was resolved.
pub(in crate::desk) fn ticket_reopened(language: Language, number: u64) -> String {
    either(
        language,
        format!("工单 #{number} 已重新打开，请等人工回复。"),
        format!("Ticket #{number} is open again; a human will answer."),
    )
}

/// The member said that it is solved.
pub(in crate::desk) fn ticket_solved(language: Language, number: u64) -> String {
    either(
        language,
        format!("好的，工单 #{number} 已标记为解决。之后还有问题，说“还是不行”就会重新打开。"),
        format!(
            "Good: ticket #{number} is marked as solved. Say \"still not working\" and it is opened again."
        ),
    )
}

/// Tells a member who wants no human any more that the ticket has ended.
pub(in crate::desk) fn ticket_withdrawn(language: Language, number: u64) -> String {
    either(
        language,
        format!("好的，不转人工了，工单 #{number} 已结束。之后发现没解决，说“还是不行”就会重新打开。"),
        format!(
            "All right, no human: ticket #{number} has ended. Say \"still not working\" and it is opened again."
        ),
    )
}

/// Tells a ticket's members that it is resolved, by staff or because they did not answer, and how to go on.
pub(in crate::desk) fn ticket_resolved(
    language: Language,
    number: u64,
    by: Option<&str>,
    reopen_within: SignedDuration,
) -> String {
    let ended = match by {
        Some(by) => either(
            language,
            format!("工单 #{number} 已由 {by} 标记为解决。"),
            format!("{by} has marked ticket #{number} as resolved."),
        ),
        None => either(
            language,
            format!("工单 #{number} 一直没有等到您的消息，先标记为解决了。"),
            format!("Ticket #{number} has waited for a word from you and is marked as resolved now."),
        ),
    };
    if !reopen_within.is_positive() {
        return ended;
    }
    let within = span(language, reopen_within);
    let how = either(
        language,
        format!("没解决的话，{within}内说“还是不行”，或引用这条消息说明情况，就会接着处理。"),
        format!(
            " If it is not, say \"still not working\" or quote this message within {within}, and it goes on."
        ),
    );
    ended + &how
}

/// Tells a ticket's members that it is closed before it was resolved.
pub(in crate::desk) fn ticket_closed(language: Language, number: u64, by: &str) -> String {
    either(
        language,
        format!("工单 #{number} 已由 {by} 关闭。还有问题请再找我，或说“转人工”。"),
        format!("{by} has closed ticket #{number}. Ask again, or say \"human\", if there is more."),
    )
}

/// Tells a member who calls the bot that staff have their ticket; `away`: its owner is off duty.
pub(in crate::desk) fn ticket_held(
    language: Language,
    number: u64,
    owner: &str,
    since: Option<&str>,
    away: bool,
) -> String {
    let since_zh = since.map_or_else(String::new, |since| format!("（{since} 起）"));
    let since_en = since.map_or_else(String::new, |since| format!(" since {since}"));
    if away {
        return either(
            language,
            format!("工单 #{number} 由 {owner} 处理{since_zh}，但现在不在；您的话已转告同事，请等回复。"),
            format!(
                "{owner} has ticket #{number}{since_en} and is away; the others were told what you said."
            ),
        );
    }
    either(
        language,
        format!("工单 #{number} 由 {owner} 处理{since_zh}，您的话已转告，请等回复。"),
        format!("{owner} has ticket #{number}{since_en} and was told what you said; an answer will come."),
    )
}

/// A length of time, in whole minutes, hours or days.
pub(in crate::desk) fn span(language: Language, span: SignedDuration) -> String {
    let minutes = span.as_mins();
    let (count, chinese, english) = match minutes {
        ..120 => (minutes, "分钟", "minute"),
        120..4320 => (minutes / 60, "小时", "hour"),
        _ => (minutes / 1440, "天", "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    either(
        language,
        format!("{count} {chinese}"),
        format!("{count} {english}{plural}"),
    )
}

/// Tells staff that the platform takes no message to the member any more.
pub(in crate::desk) fn member_not_told(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number}：平台的回复窗口已关闭，成员没有收到通知。"),
        format!("#{number}: the platform takes no reply any more; the member was not told."),
    )
}

/// Tells staff that a ticket was resolved because its member did not answer.
pub(in crate::desk) fn notice_resolved_in_silence(language: Language, waited: &str, line: &str) -> String {
    either(
        language,
        format!("【等成员超过 {waited}服务时间，自动标记为解决】\n{line}"),
        format!("[Resolved: the member was waited for {waited} of service time]\n{line}"),
    )
}

/// Points a member to the open contact points, in a channel without tickets.
pub(in crate::desk) fn pointer(language: Language, open_now: &str) -> String {
    if open_now.is_empty() {
        return either(
            language,
            "这个问题我帮不上忙，现在也没有开放的联系方式，请稍后再试。".to_owned(),
            "I can't help with this, and no contact is open right now. Please try again later.".to_owned(),
        );
    }
    either(
        language,
        format!("这个问题需要人工，请通过以下方式联系：\n{open_now}"),
        format!("This needs a human. You can reach us by:\n{open_now}"),
    )
}

/// Tells staff that no snippet has that name.
pub(in crate::desk) fn no_such_snippet(language: Language, name: &str, known: &str) -> String {
    either(
        language,
        format!("没有叫 {name} 的常用语；已有：{known}"),
        format!("No snippet is called {name}; there are: {known}"),
    )
}

/// Tells a member that they have no ticket.
pub(in crate::desk) fn no_ticket(language: Language) -> String {
    either(
        language,
        "您现在没有未完结的工单；需要真人请说“转人工”。".to_owned(),
        "You have no open ticket. Say \"human\" for a person.".to_owned(),
    )
}

/// Values of the state of a member's ticket.
#[derive(Debug)]
pub(in crate::desk) struct TicketStatus<'a> {
    pub(in crate::desk) number: u64,
    pub(in crate::desk) subject: &'a str,
    pub(in crate::desk) status: Status,
    pub(in crate::desk) owner: Option<&'a str>,
    /// Number of older tickets that nobody has claimed.
    pub(in crate::desk) ahead: usize,
    /// Time at which somebody is on duty again, where nobody is.
    pub(in crate::desk) opens: Option<&'a str>,
    /// Time by which it should be answered.
    pub(in crate::desk) expected: Option<&'a str>,
}

/// Tells a member the state of their ticket.
pub(in crate::desk) fn ticket_status(language: Language, ticket: &TicketStatus<'_>) -> String {
    let TicketStatus {
        number,
        subject,
        status,
        owner,
        ahead,
        opens,
        expected,
    } = *ticket;
    let owner = owner.unwrap_or_default();
    let state = match (status, language) {
        (Status::Open, Language::Chinese) => format!("等待人工认领，前面还有 {ahead} 个"),
        (Status::Open, Language::English) => format!("waiting for a human, {ahead} before it"),
        (Status::Claimed, Language::Chinese) => format!("{owner} 正在处理"),
        (Status::Claimed, Language::English) => format!("{owner} is working on it"),
        (Status::Waiting, Language::Chinese) => format!("{owner} 已回复，等您的消息"),
        (Status::Waiting, Language::English) => format!("{owner} answered and waits for you"),
        (Status::Resolved | Status::Closed, Language::Chinese) => {
            "已解决；没解决就说“还是不行”，会重新打开".to_owned()
        }
        (Status::Resolved | Status::Closed, Language::English) => {
            "solved; say \"still not working\" and it is opened again".to_owned()
        }
    };
    let subject = if subject.is_empty() {
        String::new()
    } else {
        either(language, format!("“{subject}”"), format!(" \"{subject}\""))
    };
    let mut text = either(
        language,
        format!("工单 #{number}{subject}：{state}。"),
        format!("Ticket #{number}{subject}: {state}."),
    );
    if let (Some(opens), true) = (opens, status.is_active()) {
        text.push_str(&either(
            language,
            format!("现在是非服务时间，{opens}有人处理。"),
            format!(" Nobody is there right now; service opens {opens}."),
        ));
    }
    if let (Some(expected), true) = (expected, status.is_active()) {
        text.push_str(&either(
            language,
            format!("预计{expected}前回复。"),
            format!(" An answer is due {expected}."),
        ));
    }
    text
}

/// Staff reply, as the member gets it.
pub(in crate::desk) fn relayed(language: Language, number: u64, agent: &str, text: &str) -> String {
    either(
        language,
        format!("【工单 #{number}】{agent}：{text}"),
        format!("[Ticket #{number}] {agent}: {text}"),
    )
}

/// Tells staff that the member says that it is solved.
pub(in crate::desk) fn notice_solved(language: Language, number: u64, who: &str) -> String {
    either(
        language,
        format!("【工单 #{number}】{who} 说已解决，工单已标记为解决。"),
        format!("[Ticket #{number}] {who} says that it is solved; marked as resolved."),
    )
}

/// Tells staff that the member wants no human any more, solved or not.
pub(in crate::desk) fn notice_withdrawn(language: Language, number: u64, who: &str) -> String {
    either(
        language,
        format!("【工单 #{number}】{who} 不需要人工了（没有说问题已解决），工单已结束。"),
        format!("[Ticket #{number}] {who} needs no human any more, solved or not; marked as resolved."),
    )
}

/// Tells staff that a colleague answered in the member's group.
pub(in crate::desk) fn answered_in_group(language: Language, number: u64, agent: &str) -> String {
    either(
        language,
        format!("【工单 #{number}】{agent} 已在群里直接回复，由 {agent} 认领。"),
        format!("[Ticket #{number}] {agent} answered in the group and has it now."),
    )
}

/// List of the tickets that wait.
pub(in crate::desk) fn list(language: Language, lines: &[String], more: usize) -> String {
    if lines.is_empty() {
        return either(
            language,
            "没有未完结的工单。".to_owned(),
            "No open tickets.".to_owned(),
        );
    }
    let mut text = lines.join("\n");
    if more > 0 {
        text.push_str(&either(
            language,
            format!("\n……还有 {more} 个"),
            format!("\n... and {more} more"),
        ));
    }
    text
}

/// One ticket in a line.
pub(in crate::desk) fn list_line(language: Language, ticket: &Ticket, now: Timestamp) -> String {
    let minutes = now.duration_since(ticket.opened).as_mins();
    let age = match (minutes, language) {
        (..60, Language::Chinese) => format!("{minutes} 分钟"),
        (..60, Language::English) => format!("{minutes} min"),
        (60..2880, Language::Chinese) => format!("{} 小时", minutes / 60),
        (60..2880, Language::English) => format!("{} h", minutes / 60),
        (_, Language::Chinese) => format!("{} 天", minutes / 1440),
        (_, Language::English) => format!("{} days", minutes / 1440),
    };
    let status = match (ticket.status, language) {
        (Status::Open, Language::Chinese) => "待认领",
        (Status::Claimed, Language::Chinese) => "处理中",
        (Status::Waiting, Language::Chinese) => "等成员",
        (Status::Resolved, Language::Chinese) => "已解决",
        (Status::Closed, Language::Chinese) => "已关闭",
        (status, Language::English) => status.name(),
    };
    let owner = ticket
        .owner
        .as_ref()
        .map_or_else(String::new, |agent| format!(" {}", clean_name(&agent.name)));
    format!(
        "#{} [{status}{owner}] {} · {} · {age}：{}",
        ticket.number,
        clean_name(&ticket.member_name),
        ticket.named_place(),
        clean_line(&ticket.subject)
    )
}

/// Digest at opening: the tickets that wait.
pub(in crate::desk) fn digest(language: Language, count: usize, lines: &[String]) -> String {
    let list = lines.join("\n");
    either(
        language,
        format!("【上班了】非服务时间收到 {count} 个工单，最早的在前：\n{list}\n回复：/t 编号 文字"),
        format!(
            "[Opening] {count} ticket(s) came in while closed, oldest first:\n{list}\nTo answer: /t NUMBER TEXT"
        ),
    )
}

/// Tells the next tier that nobody claims a ticket.
pub(in crate::desk) fn escalated(language: Language, minutes: i64, line: &str) -> String {
    either(
        language,
        format!("【还没有人认领，已等 {minutes} 分钟服务时间】\n{line}"),
        format!("[Nobody has claimed this for {minutes} minutes of service time]\n{line}"),
    )
}

/// Confirms that a ticket has an owner.
pub(in crate::desk) fn claimed(language: Language, number: u64, agent: &str) -> String {
    either(
        language,
        format!("#{number} 由 {agent} 处理。"),
        format!("#{number} is {agent}'s."),
    )
}

/// Confirms that a ticket has no owner any more.
pub(in crate::desk) fn released(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 已释放，等待认领。"),
        format!("#{number} is free to be claimed."),
    )
}

/// Confirms a note.
pub(in crate::desk) fn noted(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 已备注（成员看不到）。"),
        format!("#{number}: noted; the member does not see it."),
    )
}

/// Confirms that a ticket is resolved.
pub(in crate::desk) fn resolved(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 已解决。可以做成 FAQ：/faq draft {number}"),
        format!("#{number} is resolved. To make it a FAQ entry: /faq draft {number}"),
    )
}

/// Confirms that a ticket is closed.
pub(in crate::desk) fn closed(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 已关闭。"),
        format!("#{number} is closed."),
    )
}

/// Confirms that a ticket is also another room's from now on.
pub(in crate::desk) fn handed_to_room(language: Language, number: u64, room: &Place) -> String {
    either(
        language,
        format!("#{number} 已转给 {room}，等待认领。"),
        format!("#{number} is handed on to {room}, free to be claimed."),
    )
}

/// Tells the room that a ticket is handed on to, with its card.
pub(in crate::desk) fn handed_from_room(language: Language, number: u64, by: &str, card: &str) -> String {
    either(
        language,
        format!("【工单 #{number}】{by} 转给这里：\n{card}"),
        format!("[Ticket #{number}] handed on to this room by {by}:\n{card}"),
    )
}

/// Refuses an order whose ticket does not exist.
pub(in crate::desk) fn no_such_ticket(language: Language, number: &str) -> String {
    either(
        language,
        format!("这里没有未关闭的工单 #{number}。"),
        format!("There is no ticket #{number} here that is not closed."),
    )
}

/// Tells staff that what they wrote to the member of a ticket reached nobody, with their text.
pub(in crate::desk) fn said_to_nobody(language: Language, said: &str) -> String {
    let quoted = quoted(said);
    either(
        language,
        format!("\n这些话没有转给成员：\n{quoted}"),
        format!("\nThis did not reach the member:\n{quoted}"),
    )
}

/// Refuses an order on a ticket that somebody else owns.
pub(in crate::desk) fn held_by(language: Language, number: u64, by: &str) -> String {
    either(
        language,
        format!("#{number} 已由 {by} 认领。要接手请让对方释放，或“/t {number} 转给 @自己”。"),
        format!("#{number} is {by}'s. Ask for a release, or use \"/t {number} hand @yourself\"."),
    )
}

/// Refuses an order that does not fit the state of the ticket.
pub(in crate::desk) fn over(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 现在的状态做不了这个；“/t {number}”可以查看，已解决的先“重开”。"),
        format!(
            "#{number} is not in a state for that; \"/t {number}\" shows it, a resolved one needs \"reopen\" first."
        ),
    )
}

/// Refuses a reply without text for the member.
pub(in crate::desk) fn nothing_to_relay(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number}：没有可以转给成员的文字或图片。"),
        format!("#{number}: there are no words and no picture to relay."),
    )
}

/// Tells staff that a relayed reply arrived.
pub(in crate::desk) fn delivery_sent(language: Language, number: u64) -> String {
    either(
        language,
        format!("✓ #{number} 已送达"),
        format!("✓ #{number} delivered"),
    )
}

/// Tells staff that a relayed reply arrived, but without these pictures and files.
pub(in crate::desk) fn delivered_without(language: Language, number: u64, names: &[String]) -> String {
    let names = names.join(match language {
        Language::Chinese => "、",
        Language::English => ", ",
    });
    either(
        language,
        format!(
            "✓ #{number} 文字已送达，但附件没有送到成员那边：{names}。对方的平台收不了，请改用链接或换一种方式。"
        ),
        format!(
            "✓ #{number} delivered in words, without what was attached: {names}. The member's platform can't take it; send a link instead."
        ),
    )
}

/// Tells staff that a relayed reply did not arrive.
pub(in crate::desk) fn delivery_refused(language: Language, number: u64, reason: &str) -> String {
    either(
        language,
        format!("✗ #{number} 没有送达：{reason}。已留存，成员下次发言时补发。"),
        format!("✗ #{number} not delivered: {reason}. It is kept and sent when the member speaks next."),
    )
}

/// Gives a member the staff replies that the platform did not take before.
pub(in crate::desk) fn said_meanwhile(language: Language, texts: &[String]) -> String {
    let texts = texts.join("\n");
    either(
        language,
        format!("之前没能送达的人工回复：\n{texts}"),
        format!("A human's reply that could not be delivered before:\n{texts}"),
    )
}

/// Line under a notice: undelivered replies went out with it.
pub(in crate::desk) fn redelivered(language: Language) -> String {
    either(
        language,
        "\n（之前没送达的回复已随这条消息补发）".to_owned(),
        "\n(what could not be delivered before was sent with this)".to_owned(),
    )
}

/// Tells staff that the member recalled a message.
pub(in crate::desk) fn member_recalled(language: Language, number: u64, who: &str) -> String {
    either(
        language,
        format!("【工单 #{number}】{who} 撤回了一条消息。"),
        format!("[Ticket #{number}] {who} took a message back."),
    )
}

/// Tells staff that the member edited a message.
pub(in crate::desk) fn member_edited(language: Language, number: u64, who: &str, text: &str) -> String {
    let text = quoted(text);
    either(
        language,
        format!("【工单 #{number}】{who} 把消息改成：\n{text}"),
        format!("[Ticket #{number}] {who} changed a message to:\n{text}"),
    )
}

/// Tells staff that the relayed message is recalled from the member.
pub(in crate::desk) fn unsent(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number}：已从成员那边撤回。"),
        format!("#{number}: taken back from the member."),
    )
}

/// Stands in the place of a message that staff recalled.
pub(in crate::desk) fn withdrawn(language: Language, number: u64) -> String {
    either(
        language,
        format!("【工单 #{number}】（这条消息已撤回）"),
        format!("[Ticket #{number}] (this message was taken back)"),
    )
}

/// Tells staff that the relayed message is edited for the member.
pub(in crate::desk) fn edited(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number}：成员那边的消息已改。"),
        format!("#{number}: changed for the member."),
    )
}

/// Tells staff that the relayed message stays with the member.
pub(in crate::desk) fn cannot_unsend(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number}：这条已经转给成员，撤回不了成员那边的消息。"),
        format!("#{number}: this was relayed already and can't be taken back from the member."),
    )
}

/// Tells staff that it is unknown whether a relayed reply arrived.
pub(in crate::desk) fn delivery_unknown(language: Language, number: u64, reason: &str) -> String {
    either(
        language,
        format!("? #{number} 不确定是否送达：{reason}"),
        format!("? #{number} may or may not have arrived: {reason}"),
    )
}
