//! Sentences about time and people: staff on duty, missed targets, reply windows of platforms.

use super::either;
use crate::hours::Language;
use crate::ticket::{Agent, Warning};
use groupdesk_contract::MemberId;

/// Stands before the mentions of the staff who should look.
pub(in crate::desk) fn on_duty(language: Language) -> String {
    either(language, "值班：".to_owned(), "On duty: ".to_owned())
}

/// Stands before the mention of a ticket's owner.
pub(in crate::desk) fn for_owner(language: Language) -> String {
    either(language, "负责人：".to_owned(), "For ".to_owned())
}

/// Stands before the mentions of the staff on duty, when a ticket's owner is not.
pub(in crate::desk) fn owner_away(language: Language, owner: &str) -> String {
    either(
        language,
        format!("负责人 {owner} 现在不在，值班："),
        format!("{owner} has it and is away; on duty: "),
    )
}

/// Confirms "on" or "off" duty.
pub(in crate::desk) fn presence(language: Language, name: &str, here: bool, until: Option<&str>) -> String {
    let until_zh = until.map_or_else(|| "，直到再次更改".to_owned(), |until| format!("，到{until}为止"));
    let until_en = until.map_or_else(String::new, |until| format!(" until {until}"));
    if here {
        either(
            language,
            format!("{name} 已上班{until_zh}。"),
            format!("{name} is on duty{until_en}."),
        )
    } else {
        either(
            language,
            format!("{name} 已下班{until_zh}。"),
            format!("{name} is off duty{until_en}."),
        )
    }
}

/// Refuses "on" or "off" from somebody who is not on the roster.
pub(in crate::desk) fn not_in_roster(language: Language, id: &MemberId) -> String {
    either(
        language,
        format!("值班表里没有 {id}；请管理员在 groupdesk.yaml 的 roster 里加上。"),
        format!("{id} is not in the roster; an operator can add it under `roster` in groupdesk.yaml."),
    )
}

/// Lists the staff on and off duty.
pub(in crate::desk) fn who_is_there(language: Language, here: &[String], away: &[String]) -> String {
    let none = either(language, "（无）".to_owned(), "nobody".to_owned());
    let names = |names: &[String]| {
        if names.is_empty() {
            none.clone()
        } else {
            names.join(", ")
        }
    };
    either(
        language,
        format!("在班：{}\n不在：{}", names(here), names(away)),
        format!("On duty: {}\nAway: {}", names(here), names(away)),
    )
}

/// Tells how to have a list of the staff on duty, where there is none.
pub(in crate::desk) fn no_roster(language: Language) -> String {
    either(
        language,
        "还没有值班表，所以不知道谁在班；请管理员在 groupdesk.yaml 里写 roster（人、各账号上的 id、班次）。".to_owned(),
        "There is no roster, so nobody is known to be on duty; an operator can write one under `roster` in groupdesk.yaml."
            .to_owned(),
    )
}

/// Returns the name of a ticket's owner for members. Of whom nobody knows more than an id, they read no id.
pub(in crate::desk) fn owner_name(language: Language, owner: &Agent) -> String {
    // Where people choose their ids, an id may be a name.
    let is_number = owner.name.contains(|c: char| c.is_ascii_digit() || c == '@');
    if owner.name.trim().is_empty() || (owner.name == owner.id.as_str() && is_number) {
        return either(language, "同事".to_owned(), "a colleague".to_owned());
    }
    owner.name.clone()
}

/// Line of a notice: the time by which to answer first.
pub(in crate::desk) fn answer_by(language: Language, at: &str) -> String {
    either(
        language,
        format!("\n首次回复时限：{at}"),
        format!("\nFirst answer due {at}"),
    )
}

/// Line of a ticket's card: the time by which to resolve it.
pub(in crate::desk) fn resolve_by(language: Language, at: &str) -> String {
    either(
        language,
        format!("\n解决时限：{at}"),
        format!("\nResolution due {at}"),
    )
}

/// Line of a ticket's card: the time that the first answer took.
pub(in crate::desk) fn first_reply_took(language: Language, minutes: i64) -> String {
    either(
        language,
        format!("\n首次回复用时：{minutes} 分钟（服务时间）"),
        format!("\nFirst answer took {minutes} min of service time"),
    )
}

/// Warns that a target is near or missed.
pub(in crate::desk) fn target(language: Language, warning: Warning, at: &str, line: &str) -> String {
    match warning {
        Warning::FirstResponseSoon => either(
            language,
            format!("【首次回复快超时】\n{line}"),
            format!("[First answer due soon]\n{line}"),
        ),
        Warning::FirstResponseMissed => either(
            language,
            format!("【首次回复已超时】时限 {at}\n{line}"),
            format!("[First answer is late] it was due {at}\n{line}"),
        ),
        Warning::ResolutionSoon => either(
            language,
            format!("【快到解决时限】\n{line}"),
            format!("[Resolution due soon]\n{line}"),
        ),
        Warning::ResolutionMissed => either(
            language,
            format!("【已过解决时限】时限 {at}\n{line}"),
            format!("[Resolution is late] it was due {at}\n{line}"),
        ),
    }
}

/// Number of replies from which on people are told no number: the platform counts none.
const COUNTED: u32 = 1_000;

/// Line of a notice: the end of the time in which the platform takes replies.
pub(in crate::desk) fn window(language: Language, until: &str, left: u32) -> String {
    if left > COUNTED {
        return either(
            language,
            format!("\n平台限制：{until}前可回复"),
            format!("\nThe platform takes replies until {until}"),
        );
    }
    either(
        language,
        format!("\n平台限制：{until}前可回复，还剩 {left} 条"),
        format!("\nThe platform takes replies until {until}, {left} more"),
    )
}

/// Warns that the platform soon takes no reply any more.
pub(in crate::desk) fn window_closes(language: Language, until: &str, left: u32, line: &str) -> String {
    if left > COUNTED {
        return either(
            language,
            format!("【回复窗口快关闭】{until}之后平台不再接收\n{line}"),
            format!("[Reply window closing] the platform takes nothing after {until}\n{line}"),
        );
    }
    either(
        language,
        format!("【回复窗口快关闭】{until}之后平台不再接收（还剩 {left} 条）\n{line}"),
        format!("[Reply window closing] the platform takes nothing after {until} ({left} more)\n{line}"),
    )
}

/// Tells staff that a reply was too late, or one too many, for the platform.
pub(in crate::desk) fn window_closed(language: Language, number: u64) -> String {
    either(
        language,
        format!("✗ #{number} 平台的回复窗口已关闭，没有发出。已留存，成员下次发言时补发。"),
        format!(
            "✗ #{number}: the platform takes no reply any more. It is kept and sent when the member speaks next."
        ),
    )
}

/// Tells staff the number of replies that the platform still takes.
pub(in crate::desk) fn window_left(language: Language, number: u64, left: u32) -> String {
    either(
        language,
        format!("#{number}：在成员下次发言前，平台只再接收 {left} 条回复。"),
        format!("#{number}: the platform takes {left} more replies until the member speaks again."),
    )
}

/// Tells a member whose message came while nobody is on duty; follows another sentence.
pub(in crate::desk) fn nobody_there(language: Language, opens: Option<&str>) -> String {
    match opens {
        Some(opens) => either(
            language,
            format!("现在是非服务时间，{opens}有人处理。"),
            format!(" Nobody is there right now; service opens {opens}."),
        ),
        None => either(
            language,
            "现在是非服务时间。".to_owned(),
            " Nobody is there right now.".to_owned(),
        ),
    }
}

/// Tells staff that a relayed reply is still on its way.
pub(in crate::desk) fn delivery_late(language: Language, number: u64, reason: &str) -> String {
    either(
        language,
        format!("… #{number} 还没送达：{reason}。仍在重试。"),
        format!("... #{number} is not delivered yet: {reason}. It is still tried."),
    )
}
