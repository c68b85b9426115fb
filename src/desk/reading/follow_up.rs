//! Follow-up questions: a few words that ask of another thing what was asked before, and say no more than its name.

use super::patterns::one;
use super::simplified::simplified;
use super::word_list::WordList;
use regex::Regex;
use std::sync::LazyLock;

/// Longest such text, in characters.
const LONGEST: usize = 40;

/// Patterns of a text that names another thing only: "那微信呢", "what about email?".
const FORMS: &[&str] = &[
    r"^(那|那么|还有|另外|嗯|哦|好的?|谢谢|，|,|\s)*(要是|如果(是)?|换(成)?)?(你们|你家|咱们|贵司)?(的)?(?P<topic>[^，。！？,.!?\s][^，。！？,.!?]{0,11}?)(的)?(呢|咧|哩)[?？~]*$",
    r"^(那|那么|要是|如果是?|换成)(?P<topic>[^，。！？,.!?\s][^，。！？,.!?]{0,11}?)(也)?((可以|行|能|有)(吗|么|嘛|不)|怎么样|怎样|咋样|多少钱|几折)[?？~]*$",
    r"(?i)^(ok(ay)?|and|so|then|thanks|great|cool|but|[\s,.!])*(what|how) about (the |your |a |an )?(?P<topic>\w[\w\s'’-]{0,28}?)( then)?\s*\?*$",
    r"(?i)^(ok(ay)?,? )?and (the |your |a |an |by |on |for |at |in |via )?(?P<topic>\w[\w'’-]*( \w[\w'’-]*){0,2})\s*\?+$",
];

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
    if text.is_empty() || text.chars().count() > LONGEST {
        return None;
    }
    let text = simplified(text);
    let named = PATTERNS.iter().find_map(|pattern| pattern.captures(&text))?;
    let topic = named.name("topic")?.as_str().trim();
    let is_thing = !topic.is_empty() && !ASKS.is_in(&topic.to_lowercase()) && !SOMEBODY.has(topic);
    is_thing.then(|| topic.to_owned())
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
}
