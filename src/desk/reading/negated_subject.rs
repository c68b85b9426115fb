//! Messages that begin with what they are not about: "not the battery, the display is dead".

use super::patterns::one;
use super::simplified::simplified;
use regex::Regex;
use std::sync::LazyLock;

/// Patterns of such a message, with what is negated and the rest.
const FORMS: &[&str] = &[
    r"^(这|那|我|我的|这个|那个)*(不是|不要|不用|不需要|不想(要|问)?)(问)?(?P<negated>[^，,。！!？?]{1,12}?)(的问题|的事)?[，,。！!\s]+(而是|是|我是|我要的是)?(?P<rest>.{2,})$",
    r"(?i)^(no,? )?((it'?s|its|i'?m|im|this is|that'?s) )?not (about |because of )?(a |an |the |my )?(?P<negated>[\w' -]{2,30}), (but |it'?s )?(?P<rest>.{3,})$",
    r"(?i)^i (don'?t|do not|dont|didn'?t|haven'?t) (have|need|want|mean|got) (a |an |the |any |my )?(?P<negated>[\w' -]{2,30}), (but |just )?(?P<rest>.{3,})$",
];

/// Splits a message into what it says it is not about and the rest. `None` where it does not begin so.
pub(in crate::desk) fn beside_negated(text: &str) -> Option<(String, String)> {
    static PATTERNS: LazyLock<Vec<Regex>> =
        LazyLock::new(|| FORMS.iter().filter_map(|pattern| one(pattern)).collect());
    let text = simplified(text.trim()).replace('’', "'");
    let found = PATTERNS.iter().find_map(|pattern| pattern.captures(&text))?;
    let part = |name| found.name(name).map(|part| part.as_str().trim().to_owned());
    Some((part("negated")?, part("rest")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_is_not_about_is_told_from_the_rest() {
        for (text, negated, rest) in [
            (
                "its not the battery, the display is dead",
                "battery",
                "the display is dead",
            ),
            (
                "not about the deposit, what time do you close",
                "deposit",
                "what time do you close",
            ),
            (
                "I don't have a puncture, the chain came off",
                "puncture",
                "the chain came off",
            ),
            (
                "I don’t need a helmet, do you have panniers",
                "helmet",
                "do you have panniers",
            ),
            ("不是电池的问题，是屏幕不亮了", "电池", "屏幕不亮了"),
            ("不要退款，我想改时间", "退款", "我想改时间"),
        ] {
            let read = beside_negated(text);
            assert_eq!(read, Some((negated.to_owned(), rest.to_owned())), "{text}");
        }
        for text in [
            "",
            "不是这个",
            "it is not working",
            "没有收到短信，怎么办",
            "is it open, not closed?",
        ] {
            assert_eq!(beside_negated(text), None, "{text}");
        }
    }
}
