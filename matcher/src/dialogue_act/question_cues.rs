//! Cue words: does a message ask for something, and for what kind of thing (time, place, way, reason, person, amount, yes
//! or no)?

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Bits of the kinds of question.
const WHEN: u16 = 1;
const WHERE: u16 = 2;
const HOW: u16 = 4;
const WHY: u16 = 8;
const WHO: u16 = 16;
const WHAT: u16 = 32;
const AMOUNT: u16 = 64;
const WHETHER: u16 = 128;
/// Asked for without a question word: "给个链接", "show me the link"; or a report of trouble.
const REQUEST: u16 = 256;
/// A question word that chat also uses in statements ("怎么都这么", "what a day"): counts as a kind, not as asking.
const LOOSE: u16 = 512;
/// The number of bits of kinds.
pub(crate) const KINDS: usize = 10;

/// Chinese cues; found anywhere in the text.
const CHINESE: &[(&str, u16)] = &[
    ("什么时候", WHEN),
    ("啥时候", WHEN),
    ("几点", WHEN),
    ("几时", WHEN),
    ("何时", WHEN),
    ("什么时间", WHEN),
    ("多久", WHEN | AMOUNT),
    ("哪天", WHEN),
    ("星期几", WHEN),
    ("周几", WHEN),
    ("时间是", WHEN),
    ("哪里", WHERE),
    ("哪儿", WHERE),
    ("在哪", WHERE),
    ("去哪", WHERE),
    ("从哪", WHERE),
    ("到哪", WHERE),
    ("何处", WHERE),
    ("什么地方", WHERE),
    ("啥地方", WHERE),
    ("哪个地方", WHERE),
    ("哪边", WHERE),
    ("怎么", HOW),
    ("如何", HOW),
    ("怎样", HOW),
    ("咋", HOW),
    ("怎么办", HOW),
    ("为什么", WHY),
    ("为啥", WHY),
    ("为何", WHY),
    ("怎么回事", WHY),
    ("凭什么", WHY),
    ("谁", WHO),
    ("哪位", WHO),
    ("什么", WHAT),
    ("啥", WHAT),
    ("哪些", WHAT),
    ("哪个", WHAT),
    ("哪种", WHAT),
    ("哪几", WHAT),
    ("多少", AMOUNT),
    ("几个", AMOUNT),
    ("几天", AMOUNT),
    ("多大", AMOUNT),
    ("多长", AMOUNT),
    ("多贵", AMOUNT),
    ("吗", WHETHER),
    ("嘛", WHETHER),
    ("么", WHETHER),
    ("呢", LOOSE),
    ("吧", LOOSE),
    ("是否", WHETHER),
    ("能否", WHETHER),
    ("可否", WHETHER),
    ("有无", WHETHER),
    ("还是说", WHETHER),
    ("没有办法", LOOSE),
    ("求", REQUEST),
    ("给个", REQUEST),
    ("给一个", REQUEST),
    ("发个", REQUEST),
    ("发一下", REQUEST),
    ("发我", REQUEST),
    ("给我", REQUEST),
    ("给下", REQUEST),
    ("告诉我", REQUEST),
    ("我想", REQUEST),
    ("我要", REQUEST),
    ("想要", REQUEST),
    ("帮我", REQUEST),
    ("帮忙", REQUEST),
    ("介绍一下", REQUEST),
    ("介绍下", REQUEST),
    ("说明一下", REQUEST),
    ("说一下", REQUEST),
    ("发下", REQUEST),
    ("推荐", REQUEST),
    ("想了解", REQUEST),
    ("想加", REQUEST),
    ("想买", REQUEST),
    ("不知道", REQUEST),
    ("讲讲", REQUEST),
    ("讲一下", REQUEST),
    ("解释", REQUEST),
    // Who reports trouble asks for help.
    ("没人接", REQUEST),
    ("没人回", REQUEST),
    ("没人理", REQUEST),
    ("没有人接", REQUEST),
    ("没有人回", REQUEST),
    ("没有人理", REQUEST),
    ("无人接听", REQUEST),
    ("联系不上", REQUEST),
    ("联系不到", REQUEST),
    ("找不到", REQUEST),
    ("不回复", REQUEST),
    ("不回消息", REQUEST),
    ("登不上", REQUEST),
    ("打不开", REQUEST),
    ("用不了", REQUEST),
    ("收不到", REQUEST),
    ("进不去", REQUEST),
    ("失败", REQUEST),
    ("报错", REQUEST),
];

/// Chinese words that contain a cue without asking; being longer, they win over it.
const NOT_ASKING: &[&str] = &[
    "那么",
    "这么",
    "要么",
    "多么",
    "什么的",
    "没什么",
    "没啥",
    "要求",
    "需求",
    "追求",
    "请求",
    "谁谁",
    "么么",
    "怎么说呢",
    "给我发",
    "给我看",
];

/// Kinds of an English word that asks anywhere in a text.
fn english(word: &str) -> u16 {
    match word {
        "when" => WHEN,
        "where" | "wheres" => WHERE,
        "how" | "hows" => HOW,
        "why" => WHY,
        "who" | "whos" | "whom" => WHO,
        "what" | "whats" | "which" => WHAT,
        "whether" => WHETHER,
        // Who reports trouble asks for help.
        "cant" | "cannot" | "unable" | "fails" | "failed" | "error" | "broken" | "nobody" => REQUEST,
        _ => 0,
    }
}

/// Kinds of an English word that makes a question or a request of the text that it opens.
fn opener(word: &str) -> u16 {
    match word {
        "is" | "are" | "am" | "was" | "were" | "do" | "does" | "did" | "can" | "could" | "will" | "would"
        | "should" | "shall" | "may" | "must" | "have" | "has" | "any" | "anyone" | "anybody" | "isnt"
        | "arent" | "dont" | "doesnt" | "cant" => WHETHER,
        "tell" | "show" | "give" | "send" | "list" | "explain" | "help" | "need" | "want" | "looking"
        | "find" | "share" | "describe" | "let" | "get" | "make" | "set" | "put" | "add" | "turn"
        | "change" | "check" | "call" | "play" | "book" | "order" | "start" | "stop" | "use" | "open"
        | "connect" | "talk" | "speak" => REQUEST,
        "meaning" => WHAT,
        "way" | "ways" => HOW,
        _ => 0,
    }
}

/// Openings in which the writer speaks of themselves before a wish: "i want to know the hours".
const WISHES: &[&str] = &[
    "i need",
    "i want",
    "i would like",
    "id like",
    "im looking for",
    "i am looking for",
    "i wish to",
    "we need",
];

/// The kinds of question that `text` (in normal form) shows; 0 for a plain statement.
pub(crate) fn kinds(text: &str) -> u16 {
    let mut kinds = 0;
    if !text.is_ascii() {
        for found in cues().find_iter(text) {
            let kind = CHINESE.get(found.pattern().as_usize()).map_or(0, |c| c.1);
            // "么" asks at the end only: elsewhere it is a part of a word.
            if &text[found.range()] != "么" || found.end() == text.len() {
                kinds |= kind;
            }
        }
        if a_not_a(text) {
            kinds |= WHETHER;
        }
    }
    for (i, word) in text.split(|c: char| !c.is_ascii_alphanumeric()).enumerate() {
        kinds |= english(word);
        if i == 0 {
            kinds |= opener(word);
        }
    }
    if WISHES.iter().any(|w| text.starts_with(w)) {
        kinds |= REQUEST;
    }
    kinds
}

fn cues() -> &'static AhoCorasick {
    static CUES: OnceLock<AhoCorasick> = OnceLock::new();
    CUES.get_or_init(|| {
        let words = CHINESE.iter().map(|c| c.0).chain(NOT_ASKING.iter().copied());
        // Fails only beyond some billions of states.
        #[expect(clippy::expect_used, reason = "a fixed list of a hundred short words")]
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words)
            .expect("the cues build")
    })
}

/// Returns `true` if these kinds make a question or a request of the text.
pub(crate) fn asks(kinds: u16) -> bool {
    kinds & !LOOSE != 0
}

/// Compares two sets of kinds: 1 if they share one, -1 if they share none, 0 if either has none to compare.
pub(crate) fn agreement(a: u16, b: u16) -> f32 {
    const TOLD: u16 = WHEN | WHERE | HOW | WHY | WHO | AMOUNT | WHETHER | WHAT;
    let (a, b) = (a & TOLD, b & TOLD);
    if a == 0 || b == 0 {
        0.0
    } else if a & b != 0 {
        1.0
    } else {
        -1.0
    }
}

/// "能不能", "有没有", "是不是": the same character around a negation.
fn a_not_a(text: &str) -> bool {
    let mut before = ['\0'; 2];
    for c in text.chars() {
        if matches!(before[1], '不' | '没') && before[0] == c && !c.is_ascii() {
            return true;
        }
        before = [before[1], c];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_requests_are_told_from_statements() {
        for text in [
            "工单系统需要注册吗",
            "上班时间是什么时候",
            "能不能打电话",
            "给个工单链接",
            "电话多少",
            "where do i ask",
            "free users where do i ask",
            "is there a phone number",
            "i need the address",
            "can i call you",
        ] {
            assert!(asks(kinds(text)), "{text}");
        }
        for text in [
            "我这边下班了",
            "工单处理完了哈",
            "刚弄好了一个账号",
            "5x8等于40",
            "lunch time",
            "那么就这样",
            "就这么办",
        ] {
            assert!(!asks(kinds(text)), "{text}");
        }
    }

    #[test]
    fn kinds_tell_when_from_where() {
        assert_eq!(agreement(kinds("几点上班"), kinds("什么时候有人")), 1.0);
        assert_eq!(agreement(kinds("几点上班"), kinds("在哪里上班")), -1.0);
        assert_eq!(agreement(kinds("上班"), kinds("在哪里上班")), 0.0);
    }
}
