//! Requests and questions that only another member can fulfil, though they name nobody: "send me the invoice when you get it".

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

/// Patterns of a question about what its readers, or somebody whom they saw, do themselves.
const HABITS: &[&str] = &[
    r"^(大家|各位|你们|兄弟们|老板们|群友们)(这边|那边|那里|店里|店|家|家里|公司|单位|学校|团队)?(一般|平时|平常|通常|现在|都|是|都是)*用(的)?(的是|着)?(什么|啥|哪)",
    r"(多少|几|什么|啥|怎么\p{Han}{1,3}|哪)\S{0,6}[\s，,]?你们(一般|平时|平常|通常|都|那边?|那里)[啊呀呢\s?？]*$",
    r"^(你们|大家|各位)(都)?(平时|一般|平常|通常)(都)?(是)?(隔)?(多久|几天|几个月|多长时间)",
    r"^有(没有)?人(要|收|想要|想收|想买)\S{1,12}(吗|么|的)?$|(卖|转|转让|出)了?[，,\s]{0,2}有(没有)?人?(要|想要)的?(吗|么)?$",
    r"(?i)\b(like|the way|as) (he|she|they) (does|did|do)\b|\b(in|at) (the|his|her|that|this) (video|tutorial|stream|clip|screenshot) (he|she|they)\b",
    r"(?i)^(so )?what (do|are) you (guys|all|people|folks) (all |usually |mostly )?us(e|ing)\b",
];

/// `true` if a message asks another member for something.
pub(in crate::desk) fn asks_member(text: &str) -> bool {
    static ASKED: LazyLock<RegexSet> = LazyLock::new(|| set(&[REQUESTS, HABITS].concat()));
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
            "你们一般用什么扫码枪",
            "你们公司用啥邮箱",
            "会员充500送多少你们一般",
            "你们平时多久盘点一次库存",
            "有没有人要旧扫码枪",
            "打印机便宜卖了 有人要吗",
            "how do i export like he does at 3:20?",
            "in the tutorial she exports as 16 bit, how do you do that?",
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
            "你们一般几点上班",
            "你们公司地址在哪",
            "大家用不了怎么办",
        ] {
            assert!(!asks_member(text), "{text}");
        }
    }
}
