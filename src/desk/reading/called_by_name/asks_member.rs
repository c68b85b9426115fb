//! Requests that only another member can fulfil, though they name nobody: "send me the invoice when you get it".

use super::super::patterns::set;
use super::super::simplified::simplified;
use regex::RegexSet;
use std::sync::LazyLock;

/// Longest text that is such a request, in characters.
const TEXT_MAX_CHARS: usize = 120;

/// Patterns of a request that waits for what its reader gets, or for where they go: a desk gets nothing and goes nowhere.
const REQUESTS: &[&str] = &[
    r"(?i)^\W*(hey |hi |ok |and |also )?(please |pls )?((can|could|would|will) (you|u|someone|anyone|somebody) )?(please |pls |just )?(send|forward|bring|get|grab|pick|collect|save|keep|order|buy|take|drop|show|ask|tell|ping|text) .*\b(when|once|if|as soon as|next time|after|while) (you|u)('re| are|'ve| have)?( \w+)? (get|got|had|receive|received|pick|go|come|pass|stop|collect|order|there|back|home|over)\b",
    r"(?i)^\W*(please |pls )?((can|could|would|will) (you|u|someone|anyone|somebody) )?.*[,;.] *(and )?i('ll| will) (pay|transfer|venmo|paypal|wire|send) (you|u|it|my half|my share)\b",
    r"^.{0,4}(收到|拿到|领到|买到|抢到|下载好|打印好|路过|去的时候|过去的时候|回来的时候|到了?那边).{0,10}(也|就|再|顺便|帮我|给我|记得|麻烦)*(发|给|带|转|传|拿|捎|分|买|取|领)(我|俺|给我)?(也)?(一?份|一?下|一?个|一?张|一?杯)?(哈|啊|呗|吧|哦|噢|谢谢)*[\s。!！~]*$",
];

/// `true` if a message asks another member for something.
pub(in crate::desk) fn asks_member(text: &str) -> bool {
    static ASKED: LazyLock<RegexSet> = LazyLock::new(|| set(REQUESTS));
    let text = simplified(text.trim());
    text.chars().count() <= TEXT_MAX_CHARS && ASKED.is_match(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_a_member_can_do_is_asked_of_members() {
        for text in [
            "send me the invoice when you get it",
            "can you send me the invoice when you get it",
            "could you grab my badge if you go past the office",
            "can you book two seats for saturday please, I'll pay you back",
            "收到发票了发我一份哈",
            "收到工单回复转我一下",
            "路过前台帮我拿一份",
        ] {
            assert!(asks_member(text), "{text}");
        }
        for text in [
            "please send me an invoice",
            "can you send me the invoice for last month",
            "when do I get the invoice",
            "can I pay when I get the invoice",
            "收到发票要多久",
            "没收到发票怎么办",
            "发票能发我一份吗",
            "收到货怎么退",
        ] {
            assert!(!asks_member(text), "{text}");
        }
    }
}
