//! "It does not work", said of a channel that the bot named, or of one that is named with it.

use super::simplified::simplified;
use regex::RegexSet;
use std::sync::LazyLock;

/// The longest text that tells of a failing channel and of nothing else, in characters.
const LONGEST: usize = 40;

/// So many characters name no channel of their own.
const BARE: usize = 8;

const FAILS: &[&str] = &[
    "过期|失效|作废|打不开|打不通|打不进|进不去|(加|扫|连|登|提交|发|用|点|访问)不(上|了|出|进|成|通)|满(了|员)|被?退(回|信)|没(有)?反应|没用|不好使|不能用|不管用",
    "(坏|挂|崩|停用)了|空号|停机|关机|忙音|占线|(加|扫|连接|提交|发送|访问|登录)失败|报错|拒绝|不存在|无效|被(封|禁)",
    r"(?i)\b(expired|dead|broken|bounces?|bounced|invalid|is down|is full|(does|do|did)( not|n'?t) work|not working|won'?t (open|load)|no longer (works?|exists?))\b",
];

/// Whether a question is put, and not about the failure itself.
const ASKS: &[&str] = &["[?？]|[吗么呢]$|是不是|会不会|能不能|可以|多久|什么时候|^(is|does|can|will|when) "];
const ASKS_OF_FAILURE: &[&str] =
    &["怎么办|咋办|怎么回事|咋回事|为什么|为啥|怎么(加|扫|打|登|进|用|提交|发)不"];

/// Whether a message says that something fails, without asking whether it does.
pub(in crate::desk) fn fails(text: &str) -> bool {
    static CUES: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(FAILS).unwrap_or_default());
    static QUESTIONS: LazyLock<RegexSet> = LazyLock::new(|| RegexSet::new(ASKS).unwrap_or_default());
    static OF_FAILURE: LazyLock<RegexSet> =
        LazyLock::new(|| RegexSet::new(ASKS_OF_FAILURE).unwrap_or_default());
    let text = simplified(text.trim());
    text.chars().count() <= LONGEST
        && CUES.is_match(&text)
        && (!QUESTIONS.is_match(&text) || OF_FAILURE.is_match(&text))
}

/// Whether a message says so in so few words that it speaks of what was named before.
pub(in crate::desk) fn fails_barely(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let short = if text.is_ascii() {
        words <= 5
    } else {
        text.chars().count() <= BARE
    };
    short && fails(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_that_is_told_is_not_one_that_is_asked_about() {
        for text in [
            "微信二维码过期了",
            "二維碼過期了",
            "QQ群满了",
            "发邮件被退回来了",
            "加不上怎么办",
            "这个群加不上？怎么回事",
            "电话打了没用",
            "the QR code has expired",
            "your link is broken",
        ] {
            assert!(fails(text), "{text}");
        }
        for text in [
            "二维码会过期吗",
            "链接多久失效？",
            "微信是多少",
            "can it be broken",
            "几点上班",
        ] {
            assert!(!fails(text), "{text}");
        }
        assert!(fails_barely("加不上") && fails_barely("it doesn't work"));
        assert!(!fails_barely("我们的数据库昨天升级后就连不上了"));
    }
}
