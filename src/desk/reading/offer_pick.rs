//! Answers to a "did you mean": a number in any dress, several of them, the last one, none.

use super::simplified;

/// Answer to a "did you mean".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::desk) enum Pick {
    /// The choices with these numbers, from 1; there may be no such choice.
    Choices(Vec<usize>),
    /// The last one.
    Last,
    /// None of them.
    None,
}

/// The most choices that one message picks.
const PICKS_MAX: usize = 3;

/// Reads a bare number ("1", "１", "①", "2️⃣", "1.", "第一个", "#2"), several ("1和2"), "the last one", or a "none of
/// these".
pub(in crate::desk) fn pick(text: &str) -> Option<Pick> {
    if text.len() > 60 {
        return None;
    }
    let text: String = simplified(text)
        .chars()
        // What makes an emoji of a digit.
        .filter(|c| !matches!(c, '\u{fe0f}' | '\u{20e3}'))
        .collect::<String>()
        .to_lowercase();
    let whole: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    match bare(&whole) {
        "0" | "０" | "2个都不是" | "两个都不是" | "二个都不是" | "3个都不是" | "三个都不是"
        | "这两个都不是" | "这几个都不是" | "一个都不是" | "一个也不是" | "哪个都不是" | "全都不是"
        | "全不是" | "都不是我要的" | "都不是我问的" | "nothingfits" | "noneofthem" | "都不是" | "都不对"
        | "以上都不是" | "也不是" | "也不对" | "这个也不是" | "这些都不是" | "none" | "noneofthese"
        | "neither" | "notthateither" | "notthoseeither" => {
            return Some(Pick::None);
        }
        "最后" | "最后一" | "最后1" | "last" | "lastone" | "thelast" | "thelastone" => {
            return Some(Pick::Last);
        }
        _ => {}
    }
    let separates = |c: char| c.is_whitespace() || matches!(c, '和' | '跟' | '与' | '、' | ',' | '，' | '&');
    let text = text.replace("and", " ");
    let text = text.trim().trim_end_matches("都要").trim_end_matches("都是");
    let parts = text.split(separates).filter(|part| !part.is_empty());
    let numbers: Option<Vec<usize>> = parts.map(|part| number(bare(part))).collect();
    let numbers = numbers.filter(|numbers| (1..=PICKS_MAX).contains(&numbers.len()));
    numbers
        // Two numbers of two digits are no picks.
        .filter(|numbers| numbers.len() == 1 || numbers.iter().all(|number| *number < 10))
        .or_else(|| number(bare(&whole)).map(|number| vec![number]))
        .map(Pick::Choices)
}

/// `true` for what picks one of the few choices that are usual, or none: such a message is a pick whatever a FAQ says.
pub(in crate::desk) fn is_bare_pick(text: &str) -> bool {
    match pick(text) {
        Some(Pick::Choices(numbers)) => matches!(numbers[..], [1..=3]),
        Some(Pick::None) => true,
        Some(Pick::Last) | None => false,
    }
}

/// Takes away what a number is dressed in.
fn bare(text: &str) -> &str {
    text.trim_start_matches(['#', '第', '选', '(', '（', '['])
        .trim_end_matches(['.', '。', '、', ')', '）', ']', '个', '吧', '!', '！', '号', '项'])
}

/// Reads a number from 1 to 99.
fn number(text: &str) -> Option<usize> {
    const DIGITS: [&[&str]; 9] = [
        &["①", "一", "one"],
        &["②", "二", "两", "two"],
        &["③", "三", "three"],
        &["④", "四", "four"],
        &["⑤", "五", "five"],
        &["⑥", "六", "six"],
        &["⑦", "七", "seven"],
        &["⑧", "八", "eight"],
        &["⑨", "九", "nine"],
    ];
    let at = DIGITS.iter().position(|words| words.contains(&text));
    if let Some(at) = at {
        return Some(at + 1);
    }
    let plain: Option<String> = text
        .chars()
        .map(|c| match c {
            '0'..='9' => Some(c),
            '０'..='９' => char::from_digit((c as u32).checked_sub('０' as u32)?, 10),
            _ => None,
        })
        .collect();
    let plain = plain.filter(|plain| plain.len() <= 2 && !plain.starts_with('0'))?;
    plain.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_in_any_dress_is_a_pick_and_a_sentence_with_a_number_is_not() {
        let one = |number| Some(Pick::Choices(vec![number]));
        for text in ["1", " １ ", "①", "1.", "第一个", "#1", "选1", "one", "1️⃣"] {
            assert_eq!(pick(text), one(1), "{text}");
        }
        for text in ["2️⃣", "第二个", "第 2 个", "2号"] {
            assert_eq!(pick(text), one(2), "{text}");
        }
        assert_eq!((pick("99"), pick("11")), (one(99), one(11)));
        for text in ["都不是", "0", "none of these"] {
            assert_eq!(pick(text), Some(Pick::None), "{text}");
        }
        for text in ["最后一个", "最后1个", "the last one"] {
            assert_eq!(pick(text), Some(Pick::Last), "{text}");
        }
        for text in [
            "1和2",
            "1、2",
            "1, 2",
            "1 2",
            "①②和",
            "一和二",
            "1跟2都要",
            "1 and 2",
        ] {
            let wanted = (text != "①②和").then(|| Pick::Choices(vec![1, 2]));
            assert_eq!(pick(text), wanted, "{text}");
        }
        for text in [
            "666",
            "1个工单怎么开",
            "一起吃饭",
            "",
            "5x8",
            "第",
            "10 20",
            "1+1",
            "2026",
        ] {
            assert_eq!(pick(text), None, "{text}");
        }
        assert!(is_bare_pick("选2") && !is_bare_pick("99") && !is_bare_pick("最后一个"));
    }
}
