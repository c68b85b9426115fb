//! "Me too": another member's question or trouble is the speaker's as well.

use super::only_listed_words::made_of;
use super::patterns::one;
use super::simplified::simplified;
use super::wants_human::clauses_by_space;
use super::word_list::WordList;
use regex::Regex;
use std::sync::LazyLock;

/// Phrases with which a member joins in with another.
const JOINS_IN: &[&str] = &[
    "+1",
    "＋1",
    "+１",
    "加1",
    "加一",
    "同问",
    "同求",
    "同上",
    "我也想问",
    "我也想知道",
    "我也想问这个",
    "我也想问这个问题",
    "我也想知道这个",
    "我也有这个问题",
    "蹲",
    "蹲一个",
    "蹲个答案",
    "me too",
    "me 2",
    "same question",
    "same question here",
    "i have the same question",
    "same here",
    "same",
];

/// `true` for "+1" and the like: another member's message is the speaker's too.
pub(in crate::desk) fn joins_in(text: &str) -> bool {
    let text = text
        .trim()
        .trim_end_matches(['!', '！', '.', '。', '~'])
        .to_lowercase();
    JOINS_IN.contains(&text.as_str())
}

/// `true` for the same in a sentence: "我也是这个问题", "same problem here".
fn has_the_same(text: &str) -> bool {
    joins_in(text) || made_of(text, [&SAME, &SAME_BESIDE]).is_some_and(|[same, _]| same)
}

/// Returns the words behind "me too" at the beginning of a message: "我也是，三台都这样". Empty where there are none.
pub(in crate::desk) fn beside_the_same(text: &str) -> Option<&str> {
    if has_the_same(text) {
        return Some("");
    }
    static ENGLISH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        one(
            r"(?i)^(i |we )?(('m|am|'ve|have|'re|are) )?(also |just )?((got|get|getting|have|having|see|seeing) )?(the |this |that )?(exact )?same (issue|problem|error|thing|crash|bug|trouble)( too| as well)?( here| for me)?\b",
        )
    });
    let text = text.trim();
    if let Some(found) = ENGLISH.as_ref().and_then(|english| english.find(text)) {
        let rest = text
            .get(found.end()..)?
            .trim_matches(|c: char| !c.is_alphanumeric());
        return (!text.contains('?')).then_some(rest);
    }
    let first = clauses_by_space(text).next()?;
    let rest = text.strip_prefix(first)?;
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric()).trim();
    (has_the_same(first) && !rest.is_empty()).then_some(rest)
}

/// Returns the trouble that a text says to have as well, in its own words: "我也连不上", "我这也是通道维护". Whether it is another's
/// shows beside what they said.
pub(in crate::desk) fn same_as(text: &str) -> Option<String> {
    static ALSO: LazyLock<Option<Regex>> = LazyLock::new(|| {
        one(
            r"^[+＋]?[1一]?[\s，,]*(我|我们|我家|我店里|我这|我这儿|我这边|我这里|我们这|我们这边|我们公司|这边|俺|咱)+(今天|现在|刚刚?|刚才)?(也|同样)(一直|总是?|老是?)?(是|有|出现|遇到|碰到|报|显示|提示)?(了)?(?P<what>[^，,。！!？?]{2,16})[。！!～~]*$",
        )
    });
    let text = simplified(text.trim()).to_lowercase();
    let found = ALSO.as_ref()?.captures(&text)?;
    let what = found
        .name("what")?
        .as_str()
        .trim_end_matches(['了', '啊', '呀', '呢', '的']);
    let asks = what.contains(['想', '要', '吗', '么', '呢', '哪', '谁', '问', '觉', '喜']);
    (!asks && what.chars().count() >= 2).then(|| what.to_owned())
}

static SAME: WordList = WordList::new(
    "\
    也是 也遇到 也遇上 也碰到 也碰上 也有 也出现 也出了 也报 也一样 也同样 也不行 也打不开 也用不了 也卡 同问 同求 同上 同样 一样 相同 加一 metoo samehere \
    same samething sameproblem sameissue ihaveittoo ihavethistoo ihavethisproblemtoo ihavethatproblemtoo ihavethesameproblem \
    ihavethesameissue igotthesame usto",
);

static SAME_BESIDE: WordList = WordList::new(
    "\
    我 我们 我这 我这边 我们这 我们这边 我们公司 这边 这里 本人 俺 咱 咱们 刚 刚刚 刚才 刚好 今天 也 是 有 这个 这 那个 个 同一个 问题 情况 故障 毛病 错误 现象 \
    的 了 过 着 到 啊 呢 呀 哦 诶 和 跟 楼上 他 她 一起 求 求解 求助 求回复 蹲 here too aswell problem issue withme asme for",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_that_the_speaker_has_as_well_is_told_in_its_own_words() {
        for (text, what) in [
            ("我也连不上", Some("连不上")),
            ("+1 我也连不上", Some("连不上")),
            ("我这也是通道维护", Some("通道维护")),
            ("我也想知道", None),
            ("我也要退款", None),
            ("我连不上", None),
        ] {
            assert_eq!(same_as(text).as_deref(), what, "{text}");
        }
        assert_eq!(beside_the_same("我也一样 打不开后台"), Some("打不开后台"));
        assert_eq!(beside_the_same("我也是，三台都这样"), Some("三台都这样"));
        assert_eq!(beside_the_same("same here"), Some(""));
        assert_eq!(beside_the_same("got the same issue"), Some(""));
        assert_eq!(beside_the_same("same problem here on mac"), Some("on mac"));
        assert_eq!(beside_the_same("same error as in the docs?"), None);
        assert_eq!(beside_the_same("我要退款"), None);
    }
}
