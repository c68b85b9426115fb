//! Does a message ask for something, and what kind of thing: when, where, how, why, who, how much, whether?

/// Bits of the kinds of question.
const WHEN: u16 = 1;
const WHERE: u16 = 2;
const HOW: u16 = 4;
const WHY: u16 = 8;
const WHO: u16 = 16;
const WHAT: u16 = 32;
const AMOUNT: u16 = 64;
const WHETHER: u16 = 128;
/// Asked for without a question word: "给个链接", "show me the link".
const REQUEST: u16 = 256;
/// A question word that chat also uses in statements ("怎么都这么", "what a day"): counts as a kind, not as asking.
const LOOSE: u16 = 512;

/// Chinese cues; found anywhere in the text.
const CHINESE: &[(&str, u16)] = &[
    ("什么时候", WHEN), ("啥时候", WHEN), ("几点", WHEN), ("几时", WHEN), ("何时", WHEN), ("什么时间", WHEN),
    ("多久", WHEN | AMOUNT), ("哪天", WHEN), ("星期几", WHEN), ("周几", WHEN), ("时间是", WHEN),
    ("哪里", WHERE), ("哪儿", WHERE), ("在哪", WHERE), ("去哪", WHERE), ("从哪", WHERE), ("到哪", WHERE),
    ("何处", WHERE), ("什么地方", WHERE), ("啥地方", WHERE), ("哪个地方", WHERE), ("哪边", WHERE),
    ("怎么", HOW), ("如何", HOW), ("怎样", HOW), ("咋", HOW), ("怎么办", HOW),
    ("为什么", WHY), ("为啥", WHY), ("为何", WHY), ("怎么回事", WHY), ("凭什么", WHY),
    ("谁", WHO), ("哪位", WHO),
    ("什么", WHAT), ("啥", WHAT), ("哪些", WHAT), ("哪个", WHAT), ("哪种", WHAT), ("哪几", WHAT),
    ("多少", AMOUNT), ("几个", AMOUNT), ("几天", AMOUNT), ("多大", AMOUNT), ("多长", AMOUNT), ("多贵", AMOUNT),
    ("吗", WHETHER), ("嘛", WHETHER), ("么", WHETHER), ("呢", LOOSE), ("吧", LOOSE),
    ("是否", WHETHER), ("能否", WHETHER), ("可否", WHETHER), ("有无", WHETHER), ("还是说", WHETHER),
    ("没有办法", LOOSE), ("求", REQUEST), ("给个", REQUEST), ("给一个", REQUEST), ("发个", REQUEST),
    ("发一下", REQUEST), ("发我", REQUEST), ("给我", REQUEST), ("给下", REQUEST), ("告诉我", REQUEST),
    ("我想", REQUEST), ("我要", REQUEST), ("想要", REQUEST), ("帮我", REQUEST), ("帮忙", REQUEST),
    ("介绍一下", REQUEST), ("介绍下", REQUEST), ("说明一下", REQUEST), ("说一下", REQUEST), ("发下", REQUEST),
    ("推荐", REQUEST), ("想了解", REQUEST), ("想加", REQUEST), ("想买", REQUEST), ("不知道", REQUEST),
    ("找不到", REQUEST), ("讲讲", REQUEST), ("讲一下", REQUEST), ("解释", REQUEST),
];

/// Chinese words that contain a cue without asking.
const NOT_ASKING: &[&str] =
    &["那么", "这么", "要么", "什么的", "没什么", "没啥", "要求", "需求", "追求", "请求", "求助", "谁谁", "么么", "怎么说呢", "给我发", "给我看"];

/// English words, anywhere in the text.
const ENGLISH: &[(&str, u16)] = &[
    ("when", WHEN), ("where", WHERE), ("wheres", WHERE), ("how", HOW), ("hows", HOW), ("why", WHY), ("who", WHO),
    ("whos", WHO), ("whom", WHO), ("what", WHAT), ("whats", WHAT), ("which", WHAT), ("whether", WHETHER),
];

/// English words that make a question or a request of a text they open.
const OPENERS: &[(&str, u16)] = &[
    ("is", WHETHER), ("are", WHETHER), ("am", WHETHER), ("was", WHETHER), ("were", WHETHER), ("do", WHETHER),
    ("does", WHETHER), ("did", WHETHER), ("can", WHETHER), ("could", WHETHER), ("will", WHETHER),
    ("would", WHETHER), ("should", WHETHER), ("shall", WHETHER), ("may", WHETHER), ("must", WHETHER),
    ("have", WHETHER), ("has", WHETHER), ("any", WHETHER), ("anyone", WHETHER), ("anybody", WHETHER),
    ("isnt", WHETHER), ("arent", WHETHER), ("dont", WHETHER), ("doesnt", WHETHER), ("cant", WHETHER),
    ("tell", REQUEST), ("show", REQUEST), ("give", REQUEST), ("send", REQUEST), ("list", REQUEST),
    ("explain", REQUEST), ("help", REQUEST), ("need", REQUEST), ("want", REQUEST), ("looking", REQUEST),
    ("find", REQUEST), ("share", REQUEST), ("describe", REQUEST), ("meaning", WHAT), ("ways", HOW), ("way", HOW),
    ("let", REQUEST), ("get", REQUEST), ("make", REQUEST), ("set", REQUEST), ("put", REQUEST), ("add", REQUEST),
    ("turn", REQUEST), ("change", REQUEST), ("check", REQUEST), ("call", REQUEST), ("play", REQUEST),
    ("book", REQUEST), ("order", REQUEST), ("start", REQUEST), ("stop", REQUEST), ("use", REQUEST),
    ("open", REQUEST), ("connect", REQUEST), ("talk", REQUEST), ("speak", REQUEST), ("i need", REQUEST),
];

/// What the writer says of themselves, before a wish: "i want to know the hours".
const WISHES: &[&str] =
    &["i need", "i want", "i would like", "id like", "im looking for", "i am looking for", "i wish to", "we need"];

/// The kinds of question that `text` (in normal form) shows; 0 for a plain statement.
pub(crate) fn kinds(text: &str) -> u16 {
    let mut kinds = 0;
    if !text.is_ascii() {
        for &(cue, kind) in CHINESE {
            if kinds & kind != kind && text.contains(cue) {
                let outside = text.matches(cue).count()
                    > NOT_ASKING.iter().filter(|n| n.contains(cue)).map(|n| text.matches(n).count()).sum();
                // "什么", "怎么" and "多么" end in the particle "么".
                let particle = cue != "么"
                    || text.ends_with('么') && !["什么", "怎么", "多么", "这么", "那么"].iter().any(|w| text.ends_with(w));
                if outside && particle {
                    kinds |= kind;
                }
            }
        }
        if a_not_a(text) {
            kinds |= WHETHER;
        }
    }
    let mut words = text.split(' ').map(|w| w.trim_end_matches(|c: char| !c.is_ascii()));
    if let Some(first) = words.next() {
        kinds |= OPENERS.iter().filter(|o| o.0 == first).fold(0, |k, o| k | o.1);
    }
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        kinds |= ENGLISH.iter().filter(|e| e.0 == word).fold(0, |k, e| k | e.1);
    }
    if WISHES.iter().any(|w| text.starts_with(w)) {
        kinds |= REQUEST;
    }
    kinds
}

/// Whether these kinds make a question or a request of the text.
pub(crate) fn asks(kinds: u16) -> bool {
    kinds & !LOOSE != 0
}

/// Whether `text` tells what is or was: "刚注册好", "处理完了", "my ticket is closed".
pub(crate) fn is_statement(text: &str) -> bool {
    const ENDS: &[&str] = &["了", "过", "啦", "哈", "吧", "的", "已"];
    const STARTS: &[&str] = &["我", "俺", "他", "她", "刚", "已经", "昨天", "i ", "my ", "he ", "she ", "we ", "they ", "im ", "ive "];
    const INSIDE: &[&str] = &["已经", "完了", "好了", "过了", "刚才", "刚刚", " already"];
    ENDS.iter().any(|e| text.ends_with(e))
        || STARTS.iter().any(|s| text.starts_with(s))
        || INSIDE.iter().any(|i| text.contains(i))
}

/// How two sets of kinds agree: 1 the same, 0 can't say, -1 different.
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
            "工单系统需要注册吗", "上班时间是什么时候", "能不能打电话", "给个工单链接", "电话多少", "where do i ask",
            "free users where do i ask", "is there a phone number", "i need the address", "can i call you",
        ] {
            assert!(asks(kinds(text)), "{text}");
        }
        for text in ["我这边下班了", "工单处理完了哈", "刚弄好了一个账号", "5x8等于40", "lunch time", "那么就这样", "就这么办"] {
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
