//! Follow-up questions: a few words that ask of another thing what was asked before, or something else of the same thing, which they do
//! not name.

use super::patterns::{one, set};
use super::simplified::simplified;
use super::word_list::WordList;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// Longest such text, in characters.
const TEXT_MAX_CHARS: usize = 40;

/// Patterns of a text that names another thing only: "那微信呢", "what about email?".
const FORMS: &[&str] = &[
    r"^(那|那么|还有|另外|嗯|哦|好的?|谢谢|，|,|\s)*(要是|如果(是)?|换(成)?)?(你们|你家|咱们|贵司)?(的)?(?P<topic>[^，。！？,.!?\s][^，。！？,.!?]{0,11}?)(的)?(呢|咧|哩)[?？~]*$",
    r"^(那|那么|要是|如果是?|换成)(?P<topic>[^，。！？,.!?\s][^，。！？,.!?]{0,11}?)(也)?((可以|行|能|有)(吗|么|嘛|不)|怎么样|怎样|咋样|多少钱|几折)[?？~]*$",
    r"(?i)^(ok(ay)?|and|so|then|thanks|great|cool|but|[\s,.!])*(what|how) about (the |your |a |an )?(?P<topic>\w[\w\s'’-]{0,28}?)( then)?\s*\?*$",
    r"(?i)^(ok(ay)?,? )?and (the |your |a |an |by |on |for |at |in |via )?(?P<topic>\w[\w'’-]*( \w[\w'’-]*){0,2})\s*\?+$",
];

/// Patterns of a text that asks of what was spoken of, without its name: "多少钱", "是免费的吗", "is it free?".
const OF_IT: &[&str] = &[
    r"^(那|那么|还有|请问|嗯|哦|好的?|谢谢|，|,|\s)*(这个|那个|这些|那些|这|那|它|它们|他们)?(的)?(是|要|得|需要|大概|大约|一共|总共|一般|都|也|另外|还|服务|东西|玩意)*(多少钱|什么价位?|啥价|什么价格|怎么收费|如何收费|怎么卖|收费吗|收不收费|收费不|收费的吗|要钱吗|要钱不|要不要钱|花钱吗|免费吗|免费不|免费的吗|免费的么|免不免费|贵吗|贵不贵|价格呢|价格|便宜吗)(啊|呀|呢|的|么|一次|一个月|一年)*[?？~！!。]*$",
    r"^(那|那么|请问|嗯|哦|好的?|，|,|\s)*(这个|那个|这|那|它|它们)(是|要|得|会|能|可以|需要|有|还|也)*[^，。！？,.!?\s我你您他她]{1,3}(吗|么|嘛|不|没)[?？~]*$",
    r"^(and|so|ok(ay)?|but|then|thanks|cool|great|[\s,.!])*(is|are|was|were|does|do|did|can|could|will|would|has|have) (it|they|that|this|those|these)( (all|also|really|even|still))?( [\w'-]+){1,2}\s*\?*$",
    r"^(and|so|ok(ay)?|but|then|thanks|cool|great|[\s,.!])*how (much|long|many|often|expensive|big|far|fast|soon) (is|are|does|do|did|will|would|can) (it|they|that|this|those|these)( [\w'-]+){0,2}\s*\?*$",
    r"^(and|so|ok(ay)?|but|then|thanks|cool|great|[\s,.!])*(how much|what does (it|that|this) cost|what's the price|what is the price)\s*\?*$",
];

/// Patterns of a text that points to what was spoken of: "那边能停车吗", "does it come with a lock".
const POINTS_BACK: &[&str] = &[
    r"^(那|那么|话说|请问|，|,|\s)*(在|去|到|从)?(那边|那里|那儿|那家|它|它们|人家|他们|她们|他们家|人家那)[^，。！？,.!?]{1,16}[?？~]*$",
    r"\b(is|are|was|were|does|do|did|can|could|will|would|has|have) (it|they|those|these|that one|this one)\b",
    r"\b(over there|down there|at that place|of (it|them))\b",
    r"\b(can|could|will|would|do|did|are) (you|u)( \w+){1,3} (it|them|those|these)\s*\?*$",
];

/// Beginnings that ask of nothing that was spoken of: "is it possible to ...".
static OF_NOTHING: WordList =
    WordList::new("possible ok okay true necessary allowed normal raining weekend time");

/// Words of a question of its own: "那发票要多久收到呢".
static ASKS: WordList =
    WordList::new("多少 多久 几 怎 什么 啥 哪 谁 吗 要 能 可以 会 是不是 有没有 how when where");

/// Words for somebody who is asked, not asked about.
static SOMEBODY: WordList = WordList::new("你 我 他 她 它 人 you me us him her them");

/// Returns what a follow-up question names: "微信" of "那微信呢". `None` for a text that says more, or less.
pub(in crate::desk) fn follow_up(text: &str) -> Option<String> {
    static PATTERNS: LazyLock<Vec<Regex>> =
        LazyLock::new(|| FORMS.iter().filter_map(|pattern| one(pattern)).collect());
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TEXT_MAX_CHARS {
        return None;
    }
    let text = simplified(text);
    let named = PATTERNS.iter().find_map(|pattern| pattern.captures(&text))?;
    let topic = named.name("topic")?.as_str().trim();
    let is_thing = !topic.is_empty() && !ASKS.is_in(&topic.to_lowercase()) && !SOMEBODY.has(topic);
    is_thing.then(|| topic.to_owned())
}

/// Patterns of a text that asks what happens in a case: "如果东西受潮了呢", "what if it gets wet".
const WHAT_IF: &[&str] = &[
    r"(如果|要是|万一|假如|假设|若是|倘若)[^。！？!?]{1,40}(呢|咧|咋办|怎么办|怎么弄|咋整|怎样|会怎么样|会怎样)[?？~]*$",
    r"\b(what|and) (happens )?if\b.{3,}",
];

/// `true` for a text that asks what happens in a case.
pub(in crate::desk) fn asks_what_if(text: &str) -> bool {
    static PATTERNS: LazyLock<RegexSet> = LazyLock::new(|| set(WHAT_IF));
    PATTERNS.is_match(&simplified(text.trim()).to_lowercase())
}

/// `true` for a text that asks of what was spoken of before, which it does not name.
pub(in crate::desk) fn asks_of_it(text: &str) -> bool {
    static PATTERNS: LazyLock<RegexSet> = LazyLock::new(|| set(OF_IT));
    names_nothing(text, TEXT_MAX_CHARS, &PATTERNS)
}

/// `true` for a question of a thing or place that was spoken of before, and that it does not name.
pub(in crate::desk) fn points_back(text: &str) -> bool {
    static PATTERNS: LazyLock<RegexSet> = LazyLock::new(|| set(POINTS_BACK));
    names_nothing(text, 2 * TEXT_MAX_CHARS, &PATTERNS)
}

/// `true` for a text of `longest` characters or fewer that fits a pattern, and is not about nothing, as "is it possible to pay later".
fn names_nothing(text: &str, longest: usize, patterns: &RegexSet) -> bool {
    let text = text.trim();
    if text.chars().count() > longest {
        return false;
    }
    let text = simplified(text).to_lowercase();
    patterns.is_match(&text)
        && !text
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| OF_NOTHING.has(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follow_up_questions_name_one_thing_and_say_no_more() {
        for (text, topic) in [
            ("那微信呢", "微信"),
            ("QQ群呢？", "QQ群"),
            ("那你们的邮箱呢", "邮箱"),
            ("那周末呢", "周末"),
            ("好的，那洗澡呢", "洗澡"),
            ("那貓呢", "猫"),
            ("那小型犬多少钱", "小型犬"),
            ("那企业版可以吗", "企业版"),
            ("what about email", "email"),
            ("Ok, how about the weekend?", "weekend"),
            ("and wechat?", "wechat"),
            ("and on Sundays?", "Sundays"),
        ] {
            assert_eq!(follow_up(text).as_deref(), Some(topic), "{text}");
        }
        for text in [
            "",
            "呢",
            "那你呢",
            "人呢",
            "他还没来呢，急死我了",
            "微信多少",
            "那注册要钱吗",
            "那发票要多久收到呢",
            "那就这样",
            "and wechat",
            "and I said that to him yesterday too?",
            "how about we meet at the station tomorrow at nine o'clock",
        ] {
            assert_eq!(follow_up(text), None, "{text}");
        }
    }

    #[test]
    fn cases_are_asked_about() {
        for text in [
            "如果东西受潮了呢",
            "那要是坏了怎么办？",
            "万一丢了呢",
            "what if it gets wet tho",
        ] {
            assert!(asks_what_if(text), "{text}");
        }
        for text in [
            "如果周末有客服就好了",
            "要是能早点就好了",
            "如果可以的话帮我看看",
            "I'll see if it works",
        ] {
            assert!(!asks_what_if(text), "{text}");
        }
    }

    #[test]
    fn what_asks_of_it_names_nothing() {
        for text in [
            "多少钱",
            "那多少钱啊？",
            "这个收费吗",
            "免費嗎",
            "要钱吗",
            "那这个贵不贵",
            "它安全吗",
            "is it free?",
            "are they free?",
            "And how much does it cost?",
            "how long does that take",
            "how much?",
            "does it work offline?",
        ] {
            assert!(asks_of_it(text), "{text}");
        }
        for text in [
            "",
            "高级服务多少钱",
            "你们收费吗，我想买一个",
            "is it possible to pay later",
            "is it ok?",
            "are they open on Sundays at the mall",
            "那我要注册吗",
            "多少钱都行",
            "is the service free",
        ] {
            assert!(!asks_of_it(text), "{text}");
        }
    }

    #[test]
    fn what_points_back_names_neither_thing_nor_place() {
        for text in [
            "那边停车方便吗",
            "它要注册吗？",
            "人家周末开门吗",
            "does it come with a lock?",
            "hm, are they open on Sundays?",
            "can you park over there",
            "can you ship it",
        ] {
            assert!(points_back(text), "{text}");
        }
        for text in [
            "你们那边停车方便吗",
            "停车方便吗",
            "那个工单怎么提交",
            "is it possible to pay later",
            "is there parking",
            "do I have to register",
        ] {
            assert!(!points_back(text), "{text}");
        }
    }
}
