//! Sentences about orders in a staff room: their use, and what to type.

use super::either;
use crate::hours::Language;
use groupdesk_contract::shortened;

/// Help of the staff room.
pub(in crate::desk) fn staff_help(language: Language) -> String {
    either(
        language,
        "引用工单通知直接回复 = 回复成员；引用后写“认领”“解决”“备注 文字”等同下面的指令。\n/t 列出工单　/t 12 查看　/t 12 文字 回复成员　/t 12 全部 文字 连其他群同问的一起回复\n/t 12 认领 | 释放 | 转给 @某人（或客服群地址）| 备注 文字 | 解决（可以 重开）| 关闭（不能再开）\n/t 上班 | 下班 | 值班"
            .to_owned(),
        "Quote a ticket's notice to answer its member.\n/t lists tickets, /t 12 shows one, /t 12 TEXT answers the member, /t 12 to all TEXT also those who asked the same in other groups\n/t 12 claim | release | hand @somebody (or a staff room) | note TEXT | resolve (reopen opens it again) | close (for good)\n/t on | off | who"
            .to_owned(),
    )
}

/// Tells staff how to answer, under the first notice that a room gets.
pub(in crate::desk) fn how_to_answer(language: Language, number: u64) -> String {
    either(
        language,
        format!(
            "（用法：引用这条消息写的话会发给成员，或发 /t {number} 文字；认领：/t {number} 认领；查看：/t {number}；全部指令：/t 帮助）"
        ),
        format!(
            "(How to: quote this message, and what you write goes to the member, or send /t {number} TEXT; claim: /t {number} claim; \
             look: /t {number}; all orders: /t help)"
        ),
    )
}

/// Asks whether words are for the member: under a notice once a ticket, elsewhere those that look like a word to colleagues.
pub(in crate::desk) fn for_whom(language: Language, number: u64, under_notice: bool) -> String {
    let (zh, en) = if under_notice {
        (
            "（这个工单以后引用通知就直接发）",
            " (under this ticket's notice you are not asked again)",
        )
    } else {
        ("", "")
    };
    either(
        language,
        format!(
            "#{number}：要发给成员吗？回复 1 发给成员{zh}，回复 2 只记为备注。也可以直接写“回复：……”或“备注：……”。"
        ),
        format!(
            "#{number}: is this for the member? Reply 1 to send it{en}, 2 to keep it as a note. \"reply: ...\" and \"note: ...\" say it at once."
        ),
    )
}

/// Tells that words of which nobody said for whom they are were kept as a note.
pub(in crate::desk) fn kept_unanswered(language: Language, number: u64, said: &str) -> String {
    let said = super::quoted(&shortened(said, 80));
    either(
        language,
        format!(
            "#{number}：没有人说要不要发给成员，已记为备注，没有发出：\n{said}\n要发给成员：/t {number} 回复 文字"
        ),
        format!(
            "#{number}: nobody said whether this is for the member; it was kept as a note and not sent:\n{said}\nFor the member: /t {number} reply \
             TEXT"
        ),
    )
}

/// Asks which of several questions whom words are for is answered.
pub(in crate::desk) fn which_is_answered(language: Language, numbers: &[u64]) -> String {
    let numbers: Vec<String> = numbers.iter().map(|number| format!("#{number}")).collect();
    either(
        language,
        format!(
            "{} 都在等您说发给谁，还没有发。请引用那一条“要发给成员吗”再回复 1 或 2。",
            numbers.join("、")
        ),
        format!(
            "{} all wait for that, nothing was sent: quote the question that you mean, with 1 or 2.",
            numbers.join(", ")
        ),
    )
}

/// Confirms that words under a notice were kept as a note.
pub(in crate::desk) fn noted_under_notice(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 已备注（成员看不到）。要发给成员，请写“回复：……”或 /t {number} 文字。"),
        format!(
            "#{number}: noted; the member does not see it. For the member write \"reply: ...\" or /t {number} TEXT."
        ),
    )
}

/// Asks whom to hand a ticket on to.
pub(in crate::desk) fn hand_on_to_whom(language: Language, number: u64) -> String {
    either(
        language,
        format!(
            "#{number} 转给谁？请 @ 一位同事，或写值班表（roster）里的名字，或写客服群的地址，如 qq/group:900001。没有发给成员；要说给成员：/t {number} 回复 文字"
        ),
        format!(
            "Hand #{number} on to whom? Mention a colleague, or give a name of the roster or a staff room's address, such as qq/group:900001. \
             The member was told nothing; to say it to them: /t {number} reply TEXT"
        ),
    )
}

/// Asks back about a text that looks like an order, and was not carried out.
pub(in crate::desk) fn order_meant(language: Language, number: u64, meant: &str, said: &str) -> String {
    let typed = if meant.starts_with('/') {
        meant.to_owned()
    } else {
        let words = match meant {
            "备注" | "内部备注" | "回复全部" | "都回复" | "所有人" | "全部" => " 文字",
            "转给" => " @同事",
            "hand" => " @colleague",
            "回复" => " 文字",
            "note" | "reply" | "to all" | "to everyone" | "all" => " TEXT",
            _ => "",
        };
        format!("/t {number} {meant}{words}")
    };
    either(
        language,
        format!(
            "#{number}：这句没有发给成员，也没有执行。是想“{meant}”吗？请发：{typed}\n要说给成员，请发：/t {number} 回复 {said}"
        ),
        format!(
            "#{number}: not delivered, and nothing was done. Did you mean `{meant}`? Send: {typed}\n\
             To say it to the member, send: /t {number} reply {said}"
        ),
    )
}

/// Shows how to type an order that lacks its slash or its ticket.
pub(in crate::desk) fn type_it_so(language: Language, order: &str) -> String {
    either(
        language,
        format!("没有执行，也没有发给任何人。请引用那个工单的通知再写，或写全（/t 加编号）：{order}"),
        format!(
            "Nothing was done and nobody was told. Quote the ticket's notice, or write it in full, with /t and the number: {order}"
        ),
    )
}

/// Asks for the ticket of a text under a message of ours that is about no single one.
pub(in crate::desk) fn which_ticket(language: Language) -> String {
    either(
        language,
        "引用的这条不属于某一个工单，所以没有发给任何成员。请引用那个工单自己的通知，或写 /t 编号 文字（如 /t 12 稍等）。"
            .to_owned(),
        "What you quote is not of one ticket: no member was told. Quote the ticket's own notice, or write /t NUMBER TEXT (/t 12 one moment)."
            .to_owned(),
    )
}

/// Refuses to reopen a ticket that is open.
pub(in crate::desk) fn still_open(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 没有结束，不用重开；查看：/t {number}，回复成员：/t {number} 文字"),
        format!(
            "#{number} is open: nothing to reopen. \"/t {number}\" shows it, \"/t {number} TEXT\" answers its member."
        ),
    )
}

/// Refuses to reopen a ticket that is closed, or unknown to the room.
pub(in crate::desk) fn cannot_reopen(language: Language, number: u64) -> String {
    either(
        language,
        format!(
            "这里没有能重开的工单 #{number}。关闭了就不能再开，只有“解决”的可以重开：请让成员再来找我，或说“转人工”，会开新工单。"
        ),
        format!(
            "There is no ticket #{number} here that can be reopened. A closed one stays closed, only a resolved one opens again:              ask its member to call me, or to say \"human\", and a new ticket is opened."
        ),
    )
}

/// Names the closed ticket that a new one goes on with; `subject` is what that was about, where it is known.
pub(in crate::desk) fn goes_on_with(language: Language, number: u64, subject: Option<&str>) -> String {
    let about_zh = subject.map_or_else(String::new, |subject| format!("：{subject}"));
    let about_en = subject.map_or_else(String::new, |subject| format!(": {subject}"));
    either(
        language,
        format!("（接已关闭的工单 #{number}{about_zh}）"),
        format!("(goes on with closed ticket #{number}{about_en})"),
    )
}

/// Tells staff that the recalled message had not been sent.
pub(in crate::desk) fn dropped_unsent(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number}：这条还没发出，已取消，成员没有看到。"),
        format!("#{number}: it had not been sent yet and was dropped; the member did not see it."),
    )
}

/// Tells staff that the edited message had not been sent, and its new text goes out instead.
pub(in crate::desk) fn replaced_unsent(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number}：原来那条还没发出，已换成新的内容。"),
        format!("#{number}: it had not been sent yet; the new words go out instead."),
    )
}

/// Tells staff that the recalled message is just being sent.
pub(in crate::desk) fn withdrawn_when_sent(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number}：这条正在发出；不会再重发，已发出的马上从成员那边撤回。"),
        format!("#{number}: it is just being sent; it is not tried again, and taken back where it arrived."),
    )
}
