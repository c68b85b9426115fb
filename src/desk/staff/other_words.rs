//! Orders in words that are not ours but another help desk's: they are asked back, and never read by a member.

use super::order_spelling::{bare, first_of};
use groupdesk_contract::{SpellingTrait, TicketOrder};

/// Texts that are nothing but such a word, without signs and spaces, and the order of ours that is nearest. What we have no order for is
/// kept as a note.
const WHOLE: [(&str, &[&str]); 6] = [
    (
        "认领",
        &[
            "take",
            "takeit",
            "takethis",
            "takeover",
            "mine",
            "illtake",
            "illtakeit",
            "assigntome",
            "我接",
            "我接了",
            "我接手",
            "我处理",
            "我跟",
            "我跟进",
        ],
    ),
    (
        "解决",
        &[
            "done",
            "finish",
            "finished",
            "complete",
            "completed",
            "完成",
            "已完成",
            "完结",
            "结案",
            "办结",
            "结束",
        ],
    ),
    (
        "查看",
        &[
            "详情", "history", "details", "detail", "log", "记录", "历史", "help", "帮助", "指令", "命令",
            "status", "状态",
        ],
    ),
    ("关闭", &["删除", "delete", "remove", "spam", "垃圾", "作废"]),
    (
        "转给",
        &[
            "assign", "reassign", "transfer", "handover", "handoff", "pass", "forward", "指派", "分配",
            "交接", "派单", "改派", "转派",
        ],
    ),
    (
        "备注",
        &[
            "挂起",
            "暂停",
            "搁置",
            "hold",
            "onhold",
            "pending",
            "snooze",
            "later",
            "上报",
            "升级",
            "escalate",
            "escalated",
            "撤销",
            "撤回",
            "undo",
            "拉黑",
            "ban",
            "block",
            "mute",
            "禁言",
            "踢了",
            "稍后处理",
            "优先",
            "加急",
            "urgent",
            "归档",
            "archive",
            "合并",
            "merge",
            "拆分",
            "split",
            "标签",
            "打标签",
            "tag",
            "label",
            "置顶",
            "pin",
            "锁定",
            "lock",
            "催办",
            "跟进",
            "followup",
            "退回",
            "驳回",
            "priority",
            "优先级",
            "星标",
            "star",
            "watch",
            "关注",
        ],
    ),
];

/// Verbs that have an object in other help desks: a ticket, a tag, a degree.
const WITH_OBJECT: [&str; 12] = [
    "合并到",
    "合并",
    "merge into",
    "merge with",
    "merge",
    "打标签",
    "标签",
    "tag",
    "label",
    "优先级",
    "priority",
    "snooze",
];

/// Words that are said to a member alone: no order is meant by them, whatever stands before.
const SAID: [&str; 30] = [
    "ok", "okay", "yes", "yep", "yeah", "no", "nope", "hi", "hello", "hey", "thanks", "thank", "thx", "sure",
    "sorry", "great", "good", "nice", "right", "correct", "exactly", "indeed", "welcome", "bye", "cheers",
    "test", "sent", "shipped", "refunded", "tomorrow",
];

/// Verbs of a hand-over before a name.
const HANDS: [&str; 16] = [
    "交给",
    "交由",
    "指派给",
    "指派",
    "分配给",
    "分给",
    "派给",
    "安排给",
    "handover to",
    "handover",
    "transfer to",
    "transfer",
    "assign to",
    "assign",
    "pass to",
    "forward to",
];

/// Ends of a hand-over behind a name.
const YOURS: [&str; 9] = [
    "你来",
    "你来处理",
    "你处理",
    "你接",
    "你接一下",
    "你跟一下",
    "来接手",
    "来处理",
    "看一下这单",
];

/// The longest name that is looked for beside them, in characters.
const NAME: usize = 8;

/// Returns the order that a text stands for in other words than ours.
pub(super) fn meant(text: &str) -> Option<&'static str> {
    let said = bare(text);
    // A word of an order of ours is no other desk's, whatever stands here.
    if is_ours(&said) {
        return None;
    }
    let whole = WHOLE.iter().find(|(_, words)| words.contains(&said.as_str()));
    if let Some((order, _)) = whole {
        return Some(order);
    }
    if let Some((_, rest)) = first_of(text, &HANDS) {
        let name = bare(rest);
        let count = name.chars().count();
        return ((1..=NAME).contains(&count) && rest.split_whitespace().count() <= 2).then_some("转给");
    }
    if let Some((_, rest)) = first_of(text, &WITH_OBJECT).filter(|(word, _)| !is_ours(word)) {
        let object = bare(rest);
        let apart = rest.starts_with(|c: char| c.is_whitespace() || c.is_ascii_digit() || c == '#');
        let short = object.chars().count() <= NAME && rest.split_whitespace().count() <= 1;
        return (apart && short && !object.is_empty()).then_some("备注");
    }
    let name = YOURS.iter().find_map(|end| said.strip_suffix(end))?;
    let named =
        !name.is_empty() && name.chars().count() <= NAME / 2 && !name.starts_with(['我', '您', '你', '请']);
    named.then_some("转给")
}

/// `true` if a word alone spells an order of ours.
fn is_ours(word: &str) -> bool {
    TicketOrder::of_word(word).is_some() && !TicketOrder::is_word_that(SpellingTrait::WithTicket, word)
}

/// `true` if all that stands behind a ticket's number is one word in Latin letters, as a command of other programs is, and none that
/// is said to people.
pub(super) fn is_unknown_verb(text: &str) -> bool {
    let text = text.trim();
    let letters =
        text.len() >= 3 && text.len() <= 14 && text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    letters && !SAID.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::{is_unknown_verb, meant};

    #[test]
    fn a_word_that_only_programs_are_told_is_no_answer() {
        assert!(is_unknown_verb("foo") && is_unknown_verb(" re-route "));
        for text in [
            "ok",
            "thanks",
            "好的",
            "Done.",
            "foo bar",
            "v2",
            "https://x.example",
            "FOO",
        ] {
            assert!(!is_unknown_verb(text), "{text}");
        }
    }

    #[test]
    fn words_of_other_help_desks_are_no_answers() {
        for (text, order) in [
            ("交给老周", "转给"),
            ("指派 老周", "转给"),
            ("老周你来", "转给"),
            ("handover May", "转给"),
            ("transfer May", "转给"),
            ("take it", "认领"),
            ("结案。", "解决"),
            ("Done", "解决"),
            ("拉黑", "备注"),
            ("escalate!", "备注"),
            ("help", "查看"),
            ("归档", "备注"),
            ("合并 2", "备注"),
            ("merge #12", "备注"),
            ("tag vip", "备注"),
        ] {
            assert_eq!(meant(text), Some(order), "{text}");
        }
        for text in [
            "请您来处理一下登录",
            "我来处理",
            "done, please try again",
            "完成以后重启即可",
            "交给我们的客服邮箱 support@example.com 就可以了",
            "transfer the domain first, then restart the service",
            "帮助文档在这里",
            "合并后的文件在这里",
            "合并 PDF 请用工具里的第二项",
            "tag the release first",
        ] {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
