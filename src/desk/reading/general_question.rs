//! Forms of questions: those that others can have too, told from trouble of their speaker's own: "网站打不开了" of two members are two matters, and
//! the answer to the one may name an account of the other's.

use super::patterns::set;
use super::simplified::simplified;
use regex::RegexSet;
use std::sync::LazyLock;

/// Patterns of a question.
const QUESTION_PATTERNS: &[&str] = &[
    r"怎么|怎样|如何|咋|为什么|为啥|为何|什么|啥|哪|谁|几点|几号|几天|多少|多久|多长|多大|吗|能否|是否|可否|有无|[么不没]\s*[?？]?$|[?？]",
    r"(能不能|可不可以|可以不|是不是|有没有|要不要|会不会|行不行|好不好|需不需要|用不用)",
    r"(?i)\b(how|what|where|why|who|which|whose|whether)\b",
    r"(?i)^\W*((and|so|but)\W+)?when (is|are|was|do|does|did|can|could|will|would|should|must|may)\b",
    r"(?i)^\W*((hi|hello|hey|please|so|and|excuse me)\W+)*(is|are|was|were|do|does|did|can|could|will|would|should|shall|may|must|has|have)\b",
];

/// Patterns of trouble that is told, in a question too: "登录不了怎么办".
const TROUBLE_PATTERNS: &[&str] = &[
    r"[^要用]不(了|上|出|进|到|开|通|动|来|起来|见)|无法|不能|没收到|没到账|没反应|没解决|失败|报错|错误|出错|异常|崩|挂了|坏了|丢了|卡住|卡死|死机|黑屏|白屏|闪退|过期|失效|欠费|被(封|盗|停|删|禁|扣|锁|黑)|(封|停|扣|锁|死|断|慢|错|没)了",
    r"(?i)\b(down|broken|can'?t|cannot|won'?t|does ?n[o']t|do ?n[o']t|did ?n[o']t|is ?n[o']t|are ?n[o']t|not|fails?|failed|failing|errors?|crash(es|ed|ing)?|stuck|missing|lost|locked|blocked|banned|slow|unable|expired|hangs?)\b",
];

/// Patterns of what everybody has of their own, and of something that has happened to it.
const OWN: &[&str] = &[
    r"(账号|帐号|账户|帐户|订单|快递|包裹|物流|付款|支付|充值|扣款|扣费|到账|余额|会员|密码|验证码|实名|发票).{0,12}([了没被]|[^要用]不(了|上|出|进|到|开|通|对))",
    r"(订单|快递|包裹|物流|退款|发票).{0,8}(什么时候|啥时候|到哪|呢\s*[?？]?$)",
    r"(?i)\b(accounts?|orders?|parcels?|payments?|invoices?|passwords?|codes?|subscriptions?|charges?|refunds?)\b.*\b(was|were|has|have|had|not|never|did ?n[o']t|is ?n[o']t|got|been|locked|banned|blocked|suspended|missing|lost)\b",
];

/// `true` if a text has the form of a question, whatever it is about.
pub(in crate::desk) fn asks_by_form(text: &str) -> bool {
    static QUESTIONS: LazyLock<RegexSet> = LazyLock::new(|| set(QUESTION_PATTERNS));
    QUESTIONS.is_match(&simplified(text.trim()))
}

/// Patterns of a question that says what it is about only together with what stands before it.
const LEANS: &[&str] = &[
    r"^(那|还)?(有|有没有|是不是|能不能|可以)?(没有|什么)?(别的|其他的?|其它的?|另外的?|更好的)(办法|法子|方法|方式|招|路子|选择)(可以|能)?(用|试|解决|了)?(没|吗|么|不|没有|呢)?[?？]?$",
    r"^(那)?(是不是|能不能|可不可以|会不会|要不要|行不行)(就|也|还|都)?.{0,6}[?？]?$",
    r"\b(it|them|they|the (whole|entire) thing|that one|this one|those|both|either)\b",
];

/// `true` if a question leans on what stands before it: "还有别的法子没", "where does it put them".
pub(in crate::desk) fn needs_context(text: &str) -> bool {
    static LEANERS: LazyLock<RegexSet> = LazyLock::new(|| set(LEANS));
    LEANERS.is_match(&simplified(text.trim()))
}

/// `true` if a text asks what others can ask in the same words, and be told the same answer.
pub(in crate::desk) fn is_common_question(text: &str) -> bool {
    static QUESTIONS: LazyLock<RegexSet> = LazyLock::new(|| set(QUESTION_PATTERNS));
    static TROUBLES: LazyLock<RegexSet> = LazyLock::new(|| set(TROUBLE_PATTERNS));
    static OWNS: LazyLock<RegexSet> = LazyLock::new(|| set(OWN));
    let text = simplified(text.trim()).replace('’', "'");
    if !QUESTIONS.is_match(&text) || OWNS.is_match(&text) {
        return false;
    }
    // Trouble with a version, a number or a name in it is that of all who meet it; without one it may be anything.
    !TROUBLES.is_match(&text) || is_specific(&text)
}

/// `true` if a text names an error, a version or a program: a number, or a Latin word in Chinese.
fn is_specific(text: &str) -> bool {
    let has_number = text.chars().any(|c| c.is_ascii_digit());
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    has_number || (!text.is_ascii() && words.into_iter().any(|word| word.len() > 1))
}

#[cfg(test)]
mod tests {
    use super::is_common_question;

    #[test]
    fn questions_of_everybody_are_told_from_trouble_of_ones_own() {
        for text in [
            "怎么申请退款",
            "数据库升级以后报错 1045 怎么办",
            "docker 启动不了怎么办",
            "忘记密码怎么重置",
            "申请退款要多久",
            "可以开专票吗",
            "用不用注册",
            "怎么设置 vhost",
            "how do I install docker",
            "why does it say error 1045",
            "is there a discount for schools",
        ] {
            assert!(is_common_question(text), "{text}");
        }
        for text in [
            "网站打不开了",
            "網站打不開了",
            "网站打不开了怎么办",
            "网站打不开了？",
            "登录不上去了",
            "登录不了怎么办",
            "付款了没到账",
            "付款了没到账怎么办",
            "密码重置邮件收不到",
            "账号被封了怎么解封",
            "订单什么时候发货",
            "订单 123 没发货怎么办",
            "发票开错了怎么办",
            "服务器连不上",
            "the site is down",
            "the site is down, what can I do?",
            "account banned, how to get it back? it was blocked",
            "can't log in, how do I fix it",
            "网站很慢",
        ] {
            assert!(!is_common_question(text), "{text}");
        }
    }
}
