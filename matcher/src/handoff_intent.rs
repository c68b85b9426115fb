//! The built-in intent "let me talk to a human", in Chinese and English.

use super::language::language;
use super::normalise::normalise;
use regex::{RegexSet, RegexSetBuilder};
use std::collections::HashSet;
use std::sync::LazyLock;

/// Example questions; they compete with the entries' own, so that an entry about human support can win.
const QUESTIONS: &str = include_str!("data/human.txt");

/// Whole messages that can mean nothing else, in normalised form. Word boundaries are ASCII ones: Unicode's would
/// put Chinese messages on the slow engine.
const PATTERNS: &[&str] = &[
    // A wish, a verb of calling, a human.
    r"^(机器人)?(我|我们)?(就|还是|只|也)?(要|想|想要|需要|帮我|给我|请|能不能|能否|可以|可不可以|能|直接|快|赶紧|马上)*(转|转接|转到|接|接入|接通|找|叫|换|呼叫|连接|喊|来)(一下|一个|下|个|到|入|至|成|给)?(你们的|你们)?(人工|真人|活人)(客服|服务|坐席|座席|处理|人员|接听|来|吧|啊|呀|吗|呢|行吗|可以吗|好吗|聊|说|说话|对话|沟通|解决|一下|帮我|回答)*$",
    r"^(我|我们)?(就|还是|只|也)?(要|想要|需要)(个|一个)?(人工|真人|活人)(客服|服务|处理|回复|吧|啊)?$",
    r"^(人工|真人|活人)(客服|服务|坐席|座席)?(人工|人工客服)?$",
    // In pinyin, from a keyboard without an input method.
    r"^(qing ?)?zhuan ?(jie ?)?ren ?gong( ?ke ?fu)?$",
    r"^(担当者|担当の人|担当の方|オペレーター|スタッフ)(に|と|を)?(つないで|代わって|話したい|話したいです|お愿いします|ください|下さい)*$",
    // Words of Chinese too, in which they ask for nobody: with a particle or a wish alone.
    r"^(有人|人间)((に|と|を)(つないで|代わって|話したい|話したいです|お愿いします|ください|下さい)*|(お愿いします|ください|下さい))$",
    // Somebody, a particle, a verb of speaking or calling, a wish.
    r"^(すみません|あの|ちょっと|直接|やはり|やっぱり|できれば)*(人间|有人|本物|生身|お店|そちら)?(の)?(担当者?|担当の人|担当の方|スタッフ|オペレーター?|系の?人|人|方)(さん|の方|の人)?(に|と|を|へ)(直接)?(お)?(话し?|つない|つなげ|系い|系げ|繋い|繋げ|代わっ|代わり|相谈|连络|取り次い|呼ん|呼び|愿い)(を|が|で|て)?(し|いただけ|もらえ|くださ|下さ|でき|お愿い)?(たい|い|ます|ません|ませんか|ますか|るか|る)?(です|でしょうか|のですが|んですが|か)*$",
    r"(不要|不想|别)(再)?(跟|和|同|与)?(这个)?机器人.{0,4}(要|找|叫|转|换)(个|一个|成)?(人工|真人|人)",
    // "talk to a real person"
    r"(?-u:\b)(talk|speak|chat) (to|with) (a |an |the |some |your |one of your )?(real |actual |live |living |human )*(human|humans|person|people|human being|agent|representative|rep|operator|staff|support agent|someone real)(?-u:\b)( please| now| instead)?$",
    r"^(please )?(get|give|connect|transfer|put|pass|hand|switch) me (over )?(to |through to |with )?(a |an |the |some |your )?(real |actual |live |human )*(human|person|agent|representative|rep|operator|staff)(?-u:\b)",
    r"^(a |i want a |i need a |give me a )?(real |live |actual )?(human|human agent|person|agent|human being|operator|representative)( please| now)?$",
];

/// The longest request for a human and nothing else, in bytes.
const REQUEST_BYTES_MAX: usize = 150;

/// Words of which every request for a human has one: a quick filter before the patterns.
const WORDS: &[&str] = &[
    "人",
    "担当",
    "オペレーター",
    "スタッフ",
    "客服",
    "坐席",
    "座席",
    "human",
    "person",
    "agent",
    "rep",
    "operator",
    "staff",
    "bot",
    "someone",
    "gong",
];

/// Returns `true` if a message, normalised or not, is worth a closer look.
pub(crate) fn may_be_request(text: &str) -> bool {
    text.len() <= REQUEST_BYTES_MAX && {
        let lower = text.to_ascii_lowercase();
        WORDS.iter().any(|word| lower.contains(word))
    }
}

/// Returns `true` if a normalised message as a whole is a request for a human: one of the built-in questions, or a full
/// match of a built-in pattern. No entry may answer such a message.
pub(crate) fn is_plain_request(normalised: &str) -> bool {
    static EXACT: LazyLock<HashSet<String>> = LazyLock::new(|| {
        questions()
            .map(|question| normalise(question, language()).text)
            .collect()
    });
    static WHOLE: LazyLock<RegexSet> = LazyLock::new(|| {
        let whole = PATTERNS.iter().map(|pattern| format!("^(?:{pattern})$"));
        // They are constant, and a test builds them.
        RegexSetBuilder::new(whole)
            .case_insensitive(true)
            .build()
            .unwrap_or_default()
    });
    EXACT.contains(normalised) || WHOLE.is_match(normalised)
}

/// The built-in example questions.
pub(crate) fn questions() -> impl Iterator<Item = &'static str> {
    QUESTIONS.lines().filter(|l| !l.is_empty())
}

/// The built-in patterns.
pub(crate) fn patterns() -> impl Iterator<Item = &'static str> {
    PATTERNS.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_request(text: &str) -> bool {
        is_plain_request(&normalise(text, language()).text)
    }

    #[test]
    fn every_built_in_question_is_looked_at_and_found() {
        for question in questions() {
            assert!(may_be_request(question) && is_request(question), "{question}");
        }
    }

    #[test]
    fn a_request_for_a_human_is_told_from_a_question_about_humans() {
        for text in [
            "转人工",
            "转人工！",
            "担当者",
            "担当者につないでください",
            "轉人工",
            "人工",
            "我要人工客服",
            "Human, please",
            "get me a human",
            "talk to an agent",
        ] {
            assert!(is_request(text), "{text}");
        }
        for text in [
            "人工智能怎么入门",
            "人工客服几点上班",
            "how do I talk to an agent about billing",
            "",
            "怎么退款",
        ] {
            assert!(!is_request(text), "{text}");
        }
    }
}
