//! Every sentence that the desk itself says. The answers are the admin's and stand in `faq.yaml`.

mod buttons;
mod drafts;
mod duty;
mod flood;
mod history;
mod newcomers;
mod orders;
mod reach;
mod shadow;
mod shared;
mod tickets;

pub(super) use buttons::*;
pub(super) use drafts::*;
pub(super) use duty::*;
pub(super) use flood::*;
pub(super) use history::*;
pub(super) use newcomers::*;
pub(super) use orders::*;
pub(super) use reach::*;
pub(super) use shadow::*;
pub(super) use shared::*;
pub(super) use tickets::*;

use super::conversation::Recent;
use crate::hours::Language;
use groupdesk_contract::clean_text;

/// Picks the language's version of one sentence. They stand side by side so that none is forgotten.
pub(super) fn either(language: Language, chinese: String, english: String) -> String {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// Asks which entry was meant; the titles are numbered from 1.
pub(super) fn did_you_mean(language: Language, titles: &[String]) -> String {
    let list: String = titles
        .iter()
        .enumerate()
        .map(|(at, title)| format!("\n{}. {title}", at + 1))
        .collect();
    either(
        language,
        format!("您是不是想问：{list}\n回复数字即可；都不是请回复 0，我转给人工。"),
        format!("Did you mean:{list}\nReply with the number, or 0 if none of these: a human will take over."),
    )
}

/// `true` if a text without white space is a "did you mean".
pub(super) fn is_offer(text: &str) -> bool {
    text.contains("回复数字即可；都不是请回复0") || text.contains("Replywiththenumber,or0ifnone")
}

/// Tells which numbers there are to pick.
pub(super) fn choices_are(language: Language, known: usize) -> String {
    let (zh, en) = if known == 1 {
        ("1".to_owned(), "1".to_owned())
    } else {
        (format!("1 到 {known}"), format!("1 to {known}"))
    };
    either(
        language,
        format!("可选的只有 {zh}；都不是请回复 0，我转给人工。"),
        format!("The choices are {en}; reply 0 if none of these: a human will take over."),
    )
}

/// Says that a choice is no longer in the file.
pub(super) fn choice_gone(language: Language, title: Option<&str>) -> String {
    let (zh, en) = match title {
        Some(title) => (format!("「{title}」"), format!("“{title}”")),
        None => ("这个选项".to_owned(), "That choice".to_owned()),
    };
    either(
        language,
        format!("{zh}刚刚被改掉了。请把问题再说一遍；需要真人请说“转人工”。"),
        format!("{en} was changed just now. Please ask again, or say \"human\" for a person."),
    )
}

/// Says that nothing can be picked from an offer any more.
pub(super) fn offer_over(language: Language) -> String {
    either(
        language,
        "这些选项已经过期了。请把问题再说一遍；需要真人请说“转人工”。".to_owned(),
        "These choices are over. Please ask again, or say \"human\" for a person.".to_owned(),
    )
}

/// Longest part of a message that is repeated, in characters.
const PART_SHOWN: usize = 40;

fn shown_parts(parts: &[&str]) -> String {
    let shown = parts.iter().map(|part| {
        let cut: String = part.chars().take(PART_SHOWN).collect();
        let more = if part.chars().count() > PART_SHOWN {
            "…"
        } else {
            ""
        };
        format!("「{}{more}」", clean_text(&cut))
    });
    shown.collect()
}

/// Introduces the reply to parts of a message whose others are answered above.
pub(super) fn about_parts(language: Language, parts: &[&str]) -> String {
    let shown = shown_parts(parts);
    either(language, format!("至于{shown}："), format!("As for {shown}: "))
}

/// Asks which entries the parts without a sure answer mean; the others are answered above. The titles are numbered from
/// 1.
pub(super) fn also_asked(language: Language, parts: &[&str], titles: &[String]) -> String {
    about_parts(language, parts) + &did_you_mean(language, titles)
}

/// Offers other entries: the answer was another question's.
pub(super) fn not_that_but(language: Language, titles: &[String]) -> String {
    let sorry = either(
        language,
        "抱歉，看来没答对。".to_owned(),
        "Sorry, that was not it. ".to_owned(),
    );
    sorry + &did_you_mean(language, titles)
}

/// Offers other entries to who asks on about an answer.
pub(super) fn beyond_that(language: Language, titles: &[String]) -> String {
    let enough = either(
        language,
        "上面的回答还不够的话，".to_owned(),
        "If the answer above is not enough: ".to_owned(),
    );
    enough + &did_you_mean(language, titles)
}

/// Offers a human: the answer is not understood, or says too little.
pub(super) fn explained_by_human(language: Language) -> String {
    either(
        language,
        "抱歉没说清楚。想让同事给您细说，请回复“转人工”；也可以换个说法再问我。".to_owned(),
        "Sorry that it is not clear. Reply \"human\" and a colleague will explain, or ask me in other words."
            .to_owned(),
    )
}

/// Asks which answer an objection is about.
pub(super) fn which_answer(language: Language) -> String {
    either(
        language,
        "抱歉没帮上忙。请用一句话说出您的问题；需要真人请说“转人工”。".to_owned(),
        "Sorry that I did not help. Please put your question in one sentence, or say \"human\" for a person."
            .to_owned(),
    )
}

/// Greets a member who called the bot without a question.
pub(super) fn at_your_service(language: Language, mention: bool) -> String {
    let (how_zh, how_en) = if mention {
        ("，不用再 @ 我", ", no need to mention me again")
    } else {
        ("", "")
    };
    either(
        language,
        format!("在的。请用一句话说出您的问题{how_zh}；需要真人请说“转人工”。"),
        format!("Yes? Please put your question in one sentence{how_en}, or say \"human\" for a person."),
    )
}

/// Says that the bot reads no pictures or files: the call had nothing else.
pub(super) fn cannot_read_pictures(language: Language) -> String {
    either(
        language,
        "我看不懂图片和文件，请用文字描述一下问题；需要真人请说“转人工”。".to_owned(),
        "I can't read pictures or files. Please describe the problem in words, or say \"human\" for a person.".to_owned(),
    )
}

/// Asks for other words: the bot could not make a question out of these.
pub(super) fn please_rephrase(language: Language) -> String {
    either(
        language,
        "我没听懂。请换个说法把问题说完整；需要真人请说“转人工”。".to_owned(),
        "I didn't get that. Please ask in other words, or say \"human\" for a person.".to_owned(),
    )
}

/// Answers thanks.
pub(super) fn welcome(language: Language) -> String {
    either(
        language,
        "不客气，有问题随时找我。".to_owned(),
        "You're welcome. I'm here if you need more.".to_owned(),
    )
}

/// Answers "no human needed".
pub(super) fn no_human(language: Language) -> String {
    either(
        language,
        "好的，不转人工。有问题随时找我。".to_owned(),
        "All right, no human. I'm here if you need more.".to_owned(),
    )
}

/// Answers "all right".
pub(super) fn all_right(language: Language) -> String {
    either(
        language,
        "好的，有问题随时找我。".to_owned(),
        "All right. I'm here if you need more.".to_owned(),
    )
}

/// Introduces the bot, which was asked who or what it is.
pub(super) fn about_me(language: Language) -> String {
    either(
        language,
        "我是机器人，只会按管理员写好的问答回答这里的常见问题。直接问就行；需要真人请说“转人工”。".to_owned(),
        "I'm a bot: I answer this group's common questions from what its admins wrote. Just ask, or say \"human\" for a person."
            .to_owned(),
    )
}

/// Declines to chat.
pub(super) fn no_chat(language: Language) -> String {
    either(
        language,
        "我是机器人，不会聊天，只能回答这里的常见问题；需要真人请说“转人工”。".to_owned(),
        "I'm a bot and no good at chatting: I answer this group's common questions. Say \"human\" for a person.".to_owned(),
    )
}

/// Answers a call for members who know more.
pub(super) fn others_may_help(language: Language) -> String {
    either(
        language,
        "我是机器人，不替群友回答；知道的人看到会回您。需要人工客服请说“转人工”。".to_owned(),
        "I'm a bot and can't answer for the others here: whoever knows will reply. Say \"human\" for our staff.".to_owned(),
    )
}

/// Points away from a channel that fails; `others` are the open ones.
pub(super) fn channel_fails(language: Language, name: &str, others: &str) -> String {
    either(
        language,
        format!("{name}用不了的话，可以换一个方式联系：\n{others}\n也可以直接说“转人工”。"),
        format!(
            "If {name} does not work, please reach us another way:\n{others}\nOr say \"human\" for a person."
        ),
    )
}

/// Lists the open channels besides those that the member does not want.
pub(super) fn channels_but(language: Language, names: &[&str], others: &str) -> String {
    either(
        language,
        format!(
            "除了{}，现在还可以这样联系我们：\n{others}\n也可以直接说“转人工”。",
            names.join("、")
        ),
        format!(
            "Besides {}, you can reach us here now:\n{others}\nOr say \"human\" for a person.",
            names.join(", ")
        ),
    )
}

/// Points to the same answer a little further up.
pub(super) fn answered_above(language: Language, title: &str, minutes: i64) -> String {
    let (ago_zh, ago_en) = match minutes {
        0 => ("刚刚".to_owned(), "just now".to_owned()),
        1 => ("1 分钟前".to_owned(), "a minute ago".to_owned()),
        n => (format!("{n} 分钟前"), format!("{n} minutes ago")),
    };
    either(
        language,
        format!("这个问题{ago_zh}在群里回答过，请看上面的“{title}”。"),
        format!("Answered {ago_en} in this group: please see \"{title}\" above."),
    )
}

/// Line under an answer whose entry offers a human.
pub(super) fn human_on_offer(language: Language) -> String {
    either(
        language,
        "没解决？回复“转人工”。".to_owned(),
        "Not solved? Reply \"human\".".to_owned(),
    )
}

/// Lists entries that may help as well.
pub(super) fn see_also(language: Language, titles: &[String]) -> String {
    either(
        language,
        format!("相关问题：{}", titles.join("；")),
        format!("See also: {}", titles.join("; ")),
    )
}

/// Line with a link under an answer.
pub(super) fn link(title: Option<&str>, url: &str) -> String {
    match title {
        Some(title) => format!("{title}：{url}"),
        None => url.to_owned(),
    }
}

/// Values of the message to a member whose ticket is opened.
#[derive(Debug)]
pub(super) struct TicketOpened<'a> {
    /// Number of the ticket.
    pub(super) number: u64,
    /// Reason for the ticket.
    pub(super) why: Why,
    /// `true` if somebody is on duty now.
    pub(super) open: bool,
    /// `true` if a staff room is told.
    pub(super) told: bool,
    /// Time at which somebody is on duty again, as text.
    pub(super) opens: Option<&'a str>,
    /// Contact points that are open now, as text.
    pub(super) open_now: &'a str,
}

/// Tells the member that a ticket was opened.
pub(super) fn ticket_opened(language: Language, ticket: &TicketOpened<'_>) -> String {
    let TicketOpened {
        number,
        why,
        open,
        told,
        opens,
        open_now,
    } = *ticket;
    let mut text = match (why, language) {
        (Why::Asked | Why::Entry, Language::Chinese) => format!("好的，已为您转人工，工单 #{number}。"),
        (Why::Asked | Why::Entry, Language::English) => format!("A human will take over: ticket #{number}."),
        (Why::NotHelped | Why::AskedOn | Why::NoneMeant, Language::Chinese) => {
            format!("抱歉没帮上忙，已转人工，工单 #{number}。")
        }
        (Why::NotHelped | Why::AskedOn | Why::NoneMeant, Language::English) => {
            format!("Sorry that I could not help. A human will: ticket #{number}.")
        }
        (Why::NotSolvedThere, Language::Chinese) => format!("好的，已为您单独转人工，工单 #{number}。"),
        (Why::NotSolvedThere, Language::English) => {
            format!("A human will look at yours on its own: ticket #{number}.")
        }
        (Why::Urgent, Language::Chinese) => format!("看起来很紧急，已通知人工，工单 #{number}。"),
        (Why::Urgent, Language::English) => format!("This looks urgent: staff are told, ticket #{number}."),
        (Why::Complaint, Language::Chinese) => format!("非常抱歉，您的投诉已转给人工，工单 #{number}。"),
        (Why::Complaint, Language::English) => {
            format!("I am sorry. A human will see to your complaint: ticket #{number}.")
        }
        (Why::Unknown, Language::Chinese) => format!("这个问题我不知道答案，已转人工，工单 #{number}。"),
        (Why::Unknown, Language::English) => {
            format!("I don't know the answer, a human will: ticket #{number}.")
        }
    };
    if open && told {
        text.push_str(&either(
            language,
            "同事看到后会在这里回复您。".to_owned(),
            " They will answer you here.".to_owned(),
        ));
        return text;
    }
    if !open {
        text.push_str(&nobody_there(language, opens));
    }
    if !open_now.is_empty() {
        text.push_str(&either(
            language,
            format!("\n现在可以联系：\n{open_now}"),
            format!("\nYou can reach us now by:\n{open_now}"),
        ));
    }
    text
}

/// Confirms that a message was added to the member's open ticket.
pub(super) fn ticket_joined(language: Language, number: u64) -> String {
    either(
        language,
        format!("已补充到您的工单 #{number}，请等人工回复。"),
        format!("Added to your ticket #{number}; a human will answer."),
    )
}

/// Values of the notice of a new ticket to staff.
#[derive(Debug)]
pub(super) struct Notice<'a> {
    /// Number of the ticket.
    pub(super) number: u64,
    /// Name and id of the member.
    pub(super) who: &'a str,
    /// Name or id of the channel.
    pub(super) place: &'a str,
    /// Text of the member.
    pub(super) said: &'a str,
    /// Reason for the hand-over.
    pub(super) why: &'a str,
    /// Best guess of the bot: title and confidence.
    pub(super) guess: Option<(&'a str, f32)>,
}

/// Notice of a new ticket in a staff room.
pub(super) fn notice(language: Language, notice: &Notice<'_>) -> String {
    let Notice {
        number,
        who,
        place,
        said,
        why,
        guess,
    } = *notice;
    let guess = guess.map_or(String::new(), |(title, confidence)| {
        let percent = (confidence * 100.0).round();
        either(
            language,
            format!("\n最像：{title}（{percent}%）"),
            format!("\nBest guess: {title} ({percent}%)"),
        )
    });
    either(
        language,
        format!("【工单 #{number}】{who} 在 {place}\n{said}\n原因：{why}{guess}"),
        format!("[Ticket #{number}] {who} in {place}\n{said}\nWhy: {why}{guess}"),
    )
}

/// Notice that a ticket's member wrote again.
pub(super) fn notice_more(language: Language, number: u64, who: &str, said: &str) -> String {
    either(
        language,
        format!("【工单 #{number} 补充】{who}\n{said}"),
        format!("[Ticket #{number}, more] {who}\n{said}"),
    )
}

/// Quotes a member's text in a notice: with a bar before each line, so that none of them can pass for a line of the
/// desk's own.
pub(super) fn quoted(said: &str) -> String {
    let said = clean_text(said);
    let lines: Vec<String> = said.lines().map(|line| format!("│ {line}")).collect();
    lines.join("\n")
}

/// Lists a member's earlier messages with their answers, a line each.
pub(super) fn earlier(language: Language, earlier: &[Recent]) -> String {
    let lines: Vec<String> = earlier
        .iter()
        .map(|recent| match (&recent.answered, language) {
            (None, _) => recent.text.clone(),
            (Some(title), Language::Chinese) => format!("{}\n（机器人答：{title}）", recent.text),
            (Some(title), Language::English) => format!("{}\n(answered by the bot: {title})", recent.text),
        })
        .collect();
    lines.join("\n")
}

/// Lists the messages that a member quoted: without them staff don't know what "that's wrong" is about.
pub(super) fn quoted_by<'q>(language: Language, quoted: impl Iterator<Item = &'q str>) -> String {
    let lines: Vec<String> = quoted
        .map(|text| {
            either(
                language,
                format!("（引用：{text}）"),
                format!("(quoting: {text})"),
            )
        })
        .collect();
    lines.join("\n")
}

/// Placeholder in a notice for a message without text, which may be a picture or a file.
pub(super) fn no_text(language: Language, has_file: bool) -> String {
    let (chinese, english) = match has_file {
        true => ("（图片或文件，没有文字）", "(a picture or file, no text)"),
        false => ("（没有文字）", "(no text)"),
    };
    either(language, chinese.to_owned(), english.to_owned())
}

/// Line for a picture or file that is not passed on, with the reason.
pub(super) fn file_left_out(language: Language, chinese: &str, english: &str) -> String {
    either(
        language,
        format!("（有一个图片或文件没有转发：{chinese}）"),
        format!("(a picture or file was not passed on: {english})"),
    )
}

/// Reason for a ticket, for staff.
pub(super) fn why(language: Language, why: Why) -> String {
    match (why, language) {
        (Why::Asked, Language::Chinese) => "成员要求人工",
        (Why::Asked, Language::English) => "the member asked for a human",
        (Why::Unknown, Language::Chinese) => "机器人不知道答案",
        (Why::Unknown, Language::English) => "the bot does not know the answer",
        (Why::NoneMeant, Language::Chinese) => "机器人给出的选项都不是",
        (Why::NoneMeant, Language::English) => "none of the choices was meant",
        (Why::Entry, Language::Chinese) => "该条目要求人工跟进",
        (Why::Entry, Language::English) => "the entry asks for a human",
        (Why::NotHelped, Language::Chinese) => "成员说机器人的回答没有帮助",
        (Why::NotHelped, Language::English) => "the member says that the bot's answer did not help",
        (Why::AskedOn, Language::Chinese) => "成员看到机器人的回答后接着问",
        (Why::AskedOn, Language::English) => "the member asked on after the bot's answer",
        (Why::NotSolvedThere, Language::Chinese) => "共用工单的回复没有解决该成员的问题",
        (Why::NotSolvedThere, Language::English) => {
            "the answer of the shared ticket did not solve it for this member"
        }
        (Why::Urgent, Language::Chinese) => "消息里有紧急词",
        (Why::Urgent, Language::English) => "the message has an urgent word",
        (Why::Complaint, Language::Chinese) => "成员投诉",
        (Why::Complaint, Language::English) => "the member complains",
    }
    .to_owned()
}

/// Reason for a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The member asked for a human.
    Asked,
    /// No entry fits.
    Unknown,
    /// The member picked none of the choices.
    NoneMeant,
    /// The entry's `handoff` is `always`.
    Entry,
    /// The member says that the answer did not help.
    NotHelped,
    /// The member asked on after an answer, and no other fits.
    AskedOn,
    /// The answer of the ticket that the member shared did not help.
    NotSolvedThere,
    /// The message has a word that the admin calls urgent.
    Urgent,
    /// The member complains.
    Complaint,
}
