//! Words about drafts of answers, for staff.

use super::either;
use crate::desk::NoDraft;
use crate::hours::Language;
use groupdesk_contract::Button;

/// Shows a draft: its sentences with their sources, and how to send it.
pub(in crate::desk) fn draft(language: Language, number: u64, sentences: &[(&str, &str)]) -> String {
    let lines: Vec<String> = sentences
        .iter()
        .map(|(text, source)| {
            either(
                language,
                format!("{text}〔{source}〕"),
                format!("{text} [{source}]"),
            )
        })
        .collect();
    let lines = lines.join("\n");
    either(
        language,
        format!(
            "📝 #{number} 的回答草稿：模型写的，没有发给成员，请核对\n{lines}\n（〔〕里是出处：FAQ 条目的 id，或 #工单号。要发给成员：引用这条消息写“发送”，或 /t {number} \
             发送，不带出处；要改：引用后写您自己的回答）"
        ),
        format!(
            "📝 Draft of an answer to #{number}: written by a model, not sent to the member, please check it\n{lines}\n([] is the source: the id of a \
             FAQ entry, or #ticket. To send it: quote this message with \"send\", or /t {number} send, without the sources; to change it, quote this \
             and write your own answer)"
        ),
    )
}

/// `true` if a text is a draft as it is shown.
pub(in crate::desk) fn is_draft(text: &str) -> bool {
    text.trim_start().starts_with('📝')
}

/// Refuses to send a draft under an earlier one.
pub(in crate::desk) fn another_draft(language: Language, number: u64) -> String {
    either(
        language,
        format!(
            "引用的是 #{number} 以前的草稿，没有发送；后来有了新的。要发新的：引用新的写“发送”，或 /t {number} 发送"
        ),
        format!(
            "That is an earlier draft for #{number} and was not sent; there is another since. To send that: quote it with \"send\", or /t {number} send"
        ),
    )
}

/// Puts the order that sends a draft under it.
pub(in crate::desk) fn draft_buttons(language: Language, number: u64) -> Vec<Button> {
    let label = either(language, "发送".to_owned(), "Send".to_owned());
    vec![super::buttons::button(label, format!("/t {number} send"))]
}

/// Tells staff why there is no draft.
pub(in crate::desk) fn no_draft(language: Language, number: u64, why: NoDraft) -> String {
    let (chinese, english) = match why {
        NoDraft::NoQuestion => (
            "工单里没有成员的问题",
            "the ticket holds no question of its member",
        ),
        NoDraft::NoSources => (
            "FAQ 和以前的回答里没有能用的",
            "neither the FAQ nor earlier answers hold one",
        ),
        NoDraft::Down => ("模型没有应答", "the model does not answer"),
        NoDraft::UsedUp => (
            "今天的模型调用次数用完了（model.calls_per_day）",
            "the day's requests are used up (model.calls_per_day)",
        ),
        NoDraft::Nonsense => ("模型的回答不能用", "what the model says is of no use"),
        NoDraft::Busy => (
            "同时要的草稿太多，请稍后再试",
            "too many are wanted at once, try again later",
        ),
    };
    either(
        language,
        format!("#{number} 没有草稿：{chinese}"),
        format!("No draft for #{number}: {english}"),
    )
}

/// Tells staff that a draft came when the conversation had moved on.
pub(in crate::desk) fn draft_too_late(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 的草稿作废了：这期间成员或客服又说了话，或工单已结束。还要的话：/t {number} 草稿"),
        format!(
            "The draft for #{number} is dropped: the member or staff said more meanwhile, or the ticket is over. For another: /t {number} draft"
        ),
    )
}

/// Refuses to send a draft after which something was said to the member.
pub(in crate::desk) fn draft_outdated(language: Language, number: u64) -> String {
    either(
        language,
        format!(
            "#{number} 的草稿过时了，没有发送：在它之后已经回复过成员。要新的：/t {number} 草稿；直接说：/t {number} 回复 文字"
        ),
        format!(
            "The draft for #{number} is outdated and was not sent: the member got a reply after it. For another: /t {number} draft; to say something: \
             /t {number} reply TEXT"
        ),
    )
}

/// Refuses to send a draft where there is none.
pub(in crate::desk) fn no_draft_to_send(language: Language, number: u64) -> String {
    either(
        language,
        format!("#{number} 没有草稿可以发送。要一份：/t {number} 草稿；直接说：/t {number} 回复 文字"),
        format!(
            "There is no draft for #{number} to send. For one: /t {number} draft; to say something: /t {number} reply TEXT"
        ),
    )
}

/// Refuses a draft where no model writes them.
pub(in crate::desk) fn drafts_are_off(language: Language) -> String {
    either(
        language,
        "没有开启草稿（groupdesk.yaml 的 model.drafts）".to_owned(),
        "Drafts are not switched on (model.drafts in groupdesk.yaml)".to_owned(),
    )
}
