//! Words about shadow mode, for staff.

use super::{either, no_text, quoted};
use crate::hours::Language;
use groupdesk_contract::{Button, Place, clean_line};

/// A call in a group in which the bot says nothing.
pub(in crate::desk) struct CalledInShadow<'a> {
    /// Name and id of the member.
    pub(in crate::desk) who: &'a str,
    /// Name or address of the group.
    pub(in crate::desk) place: &'a str,
    /// Text of the member.
    pub(in crate::desk) said: &'a str,
    /// What the bot would have done.
    pub(in crate::desk) would: &'a str,
    /// Address under which people can open the message.
    pub(in crate::desk) link: Option<&'a str>,
}

/// Tells staff that a member called the bot where it says nothing.
pub(in crate::desk) fn called_in_shadow(language: Language, call: &CalledInShadow<'_>) -> String {
    let CalledInShadow {
        who,
        place,
        said,
        would,
        link,
    } = *call;
    let said = if said.trim().is_empty() {
        no_text(language, false)
    } else {
        quoted(said)
    };
    let link = link.map(|link| format!("\n{link}")).unwrap_or_default();
    either(
        language,
        format!(
            "【影子模式】{who} 在 {place} 叫了机器人，群里没有收到回答，请到群里答复\n{said}\n{would}{link}\n（/label 逐条判断机器人本来会答的对不对）"
        ),
        format!(
            "[Shadow mode] {who} called the bot in {place} and got no reply: please answer there\n{said}\n{would}{link}\n(/label judges what the bot would \
             have answered)"
        ),
    )
}

/// Buttons under an answer that was kept back: it is right, wrong, or nobody needed it.
pub(in crate::desk) fn label_buttons(language: Language, decision: &str) -> Vec<Button> {
    [
        ("对", "Right", "r"),
        ("错", "Wrong", "w"),
        ("不必", "Needless", "n"),
    ]
    .map(|(chinese, english, label)| {
        let text = either(language, chinese.to_owned(), english.to_owned());
        super::buttons::button(text, format!("/label {decision} {label}"))
    })
    .to_vec()
}

/// Names the answer that the bot kept to itself.
pub(in crate::desk) fn would_answer(language: Language, title: &str, confidence: Option<f32>) -> String {
    let percent = confidence.map(|confidence| (confidence * 100.0).round());
    let sure = percent.map_or(String::new(), |percent| format!(" ({percent}%)"));
    either(
        language,
        format!("本来会答：{title}{sure}"),
        format!("Would have answered: {title}{sure}"),
    )
}

/// Says that the bot would have opened a ticket.
pub(in crate::desk) fn would_hand_over(language: Language) -> String {
    either(
        language,
        "本来会转人工".to_owned(),
        "Would have handed over to you".to_owned(),
    )
}

/// Says that the bot would have asked back, or pointed elsewhere.
pub(in crate::desk) fn would_ask_back(language: Language) -> String {
    either(
        language,
        "本来会反问或打招呼".to_owned(),
        "Would have asked back, or greeted".to_owned(),
    )
}

/// Tells a room of a call that another room did not take.
pub(in crate::desk) fn call_told_instead(
    language: Language,
    room: &Place,
    reason: &str,
    notice: &str,
) -> String {
    let reason = clean_line(reason);
    either(
        language,
        format!("通知送不到 {room}（{reason}），恢复后会再发；先告诉这里：\n{notice}"),
        format!(
            "{room} did not take this notice ({reason}) and gets it when it can; it is told here meanwhile:\n{notice}"
        ),
    )
}
