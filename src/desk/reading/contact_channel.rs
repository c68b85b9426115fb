//! Channels to reach somebody, as members name them: one that nobody answers or that does not work, and one that is not wanted.

use super::patterns::{one, set};
use super::simplified::simplified;
use super::wants_human::is_short;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// Names of the kinds of channels.
const KINDS: &[&str] = &[
    r"电话|热线|座机|拨打|空号|占线|忙音|\b(phones?|phoned|hotline|telephone|call(s|ed|ing)?)\b",
    r"邮箱|邮件|发邮|电邮|\b(e-?mail(s|ed|ing)?|mails?|mailed|mailbox|inbox)\b",
    r"微信|二维码|扫码|\b(wechat|weixin|qr ?code)\b",
    r"qq|扣扣|企鹅群|(加|进|入|搜)(不)?(了|上|到)?(这个)?群|(这个|那个)群|群(号|满|加|进|搜)|群也|\bgroup\b",
    r"工单|提单|\btickets?\b",
    r"github|issue",
    r"公众号",
    r"小程序",
    r"企微|企业微信|\bwecom\b",
    r"钉钉|\bdingtalk\b",
    r"飞书|\b(lark|feishu)\b",
    r"论坛|社区|\bforums?\b",
    r"在线客服|网页客服|\blive ?chat\b",
    r"\b(telegram|tg)\b|电报",
    r"\bdiscord\b",
    r"\bslack\b",
    r"\bwhatsapp\b",
    r"留言|表单|\b(contact|web|online|repair|request|the|your|this|that) form\b|^form\b",
];

/// Patterns of a clause that says that a channel leads nowhere.
const FAILS: &[&str] = &[
    r"(加|扫|连|打|搜|找|发|提|进|点|登|用|联系)不(上|了|出|进|成|通|到|开|过去)|进不去|石沉大海|空号|停机|关机|占线|忙音|过期|失效|作废|满(了|员)|退(信|回)|白屏|404|没(有)?反应|没用|不好使|不管用|不能用|坏了|挂了|加载不|拒收|发不出",
    r"(没|没有|无)(任何)?(人|一个人)?(接|回|理|搭理|处理|答复|应|应答|通过|审核|批准|同意|管|动静|音讯|音信|下文|消息|回应|回音|回复|回信)|(一直|都|总是|总)?(不|没)(接|理|通过|审核)|不(回|处理)(我|你们)?(消息|复|信|电话)?|没回(信|复|音)?|无人(接听|应答|处理|回复|理)",
    r"(也|还是|都)(是)?(一样)?(不行|不通|没戏|没用|没人|试过|打过|发过)|试过了|全都?不行",
    r"\b(nobody|no ?one|no-one|none)\b.*\b(answer(s|ed|ing)?|pick(s|ed|ing)? (it |the phone )?up|repl(y|ies|ied|ying)|respond(s|ed|ing)?|reads?|there)\b|\bno (answer|reply|response|one there)\b|\bnever (got |get )?(an? )?(answer|repl|respon|pick)|\b(un|not )answered\b|\bignored\b",
    r"\b(bounc(e|es|ed|ing)|expired|dead|busy|engaged|voicemail|rings out|errors?|404|50\d)\b|\b(won'?t|can'?t|cannot|couldn'?t|unable to) (\w+ ){0,2}(open|load|join|scan|add|find|submit|reach|go through|connect)\b|\b(do|does|did|is|are)( not|n'?t) (work|load|open|answer|reply|respond|pick)(ing|ed)?\b|\b(is|are|has) (down|full|closed|broken|gone)\b|\bneither\b.*\bworks?\b|\b(tried|been through) (both|all|that|them|the|your)\b",
];

/// Patterns of what a member uses themselves, and of what a program sends: its trouble is none of reaching us.
const OWN: &[&str] = &[
    r"(我|我们|咱们|公司|自己)(自己)?(的|家|搭的|搭建的|公司的)+(邮|微信|网站|电话|手机|工单|群|系统|号|小程序|公众号)|自(己)?(搭|建)",
    r"登录|登陆|注册|绑定|支付|付款|回调|插件|接口|通知|模板|验证码|短信|smtp|找回|密码|证书|端口|容器|镜像|授权|推送|配置|启动",
    r"\b(my|our) (own )?(mail ?server|site|website|phone|account|wechat|system|server|app|e-?mail (server|client)|mailbox|outlook)\b|\b(outgoing|from my|smtp|log ?in|login|sign ?up|verification|payment|plugin|api|callback|notification|reset)\b|\bnot (being )?(sent|delivered)\b",
];

/// Patterns of a question whether something fails, or of something else.
const QUESTION_PATTERNS: &[&str] = &[
    r"[吗么嘛][?？]?$|是不是|会不会|能不能|可不可以|有没有|多久|什么时候|几点|^(is|does|do|can|will|when|are|how) ",
];

/// Patterns of a channel that is left out of what is asked for.
const BUT: &[&str] = &[
    r"除(了|去|开)?(?P<but>.{1,16}?)(以外|之外|外|还|，|,|就|都)",
    r"(不(想|用|要|方便|能|会|愿意|喜欢|习惯)|没有|不使用)(再)?(用|打|发|加|走|通过|上)?(?P<but>.{1,10}?)(的话|行吗|可以|，|,|。|能|怎|有|还|$)",
    r"\b(other than|besides|apart from|except( for)?|instead of|without|rather than|do(n'?t| not) (want to |have |use |like )+)(?P<but>.{2,40})$",
];

/// Patterns of the question how to reach somebody.
const REACH: &[&str] = &[
    r"联系|找(到)?(你们|客服|人)|(方式|渠道|途径|办法)|咨询|\b(contact|reach|ways?|get in touch|talk to|get hold)\b",
];

/// Kind of a channel: a position among the kinds that are known.
pub(in crate::desk) type ContactKind = usize;

/// Returns the kinds of channels that a text names.
pub(in crate::desk) fn channels_in(text: &str) -> Vec<ContactKind> {
    static NAMES: LazyLock<RegexSet> = LazyLock::new(|| set(KINDS));
    NAMES.matches(&simplified(text)).into_iter().collect()
}

/// Returns the kinds of channels that lead nowhere by what a message says: empty where it names none. `None` where it says no such
/// thing, or says it of something of its author's own.
pub(in crate::desk) fn failing_channels(text: &str) -> Option<Vec<ContactKind>> {
    static CUES: LazyLock<RegexSet> = LazyLock::new(|| set(FAILS));
    static OWNS: LazyLock<RegexSet> = LazyLock::new(|| set(OWN));
    static QUESTIONS: LazyLock<RegexSet> = LazyLock::new(|| set(QUESTION_PATTERNS));
    let text = simplified(text.trim()).replace('’', "'");
    if !is_short(&text) || OWNS.is_match(&text) {
        return None;
    }
    let (mut failing, mut fails): (Vec<ContactKind>, bool) = (Vec::new(), false);
    let mut before: Vec<ContactKind> = Vec::new();
    for clause in text.split(['，', ',', '。', ';', '；', '!', '！', '\n', '.']) {
        let clause = clause.trim();
        let named = channels_in(clause);
        if CUES.is_match(clause) && !QUESTIONS.is_match(clause) {
            fails = true;
            // "I wrote three mails, nobody answers": of what was named before.
            let of = if named.is_empty() { &before } else { &named };
            failing.extend(of.iter().copied());
        }
        if !named.is_empty() {
            before = named;
        }
    }
    fails.then_some(failing)
}

/// Returns the kinds of channels besides which a message asks for others: "除了邮箱还能怎么联系". Empty where it leaves none out.
pub(in crate::desk) fn unwanted_channels(text: &str) -> Vec<ContactKind> {
    static BUTS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        BUT.iter()
            .filter_map(|pattern| one(&format!("(?i){pattern}")))
            .collect()
    });
    static REACHES: LazyLock<RegexSet> = LazyLock::new(|| set(REACH));
    let text = simplified(text.trim()).replace('’', "'");
    if !is_short(&text) || !REACHES.is_match(&text) {
        return Vec::new();
    }
    let left_out = BUTS.iter().flat_map(|but| but.captures_iter(&text));
    let named = left_out.filter_map(|found| Some(channels_in(found.name("but")?.as_str())));
    named.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_that_lead_nowhere_are_read_with_their_names() {
        let kinds = |names: &str| {
            let mut kinds = channels_in(names);
            kinds.sort_unstable();
            kinds
        };
        for (text, names) in [
            ("给你们发邮件石沉大海", "邮件"),
            ("邮箱也不行", "邮箱"),
            ("微信加了好几天没通过", "微信"),
            ("微信扫了加不了", "微信"),
            ("发了邮件没人回", "邮件"),
            ("I emailed you three times, nobody answers", "mail"),
            ("工单提了一周没人处理", "工单"),
            ("opened a ticket a week ago, no reply at all", "ticket"),
            ("工单和邮箱都没人回", "工单 邮箱"),
            ("the ticket form won't load and my mails bounce", "ticket mail"),
            ("邮件和电话都试过了，没用", "邮件 电话"),
            ("github上提了issue没人理", "github"),
            ("电话也打不通，邮箱也退信，工单也打不开", "电话 邮箱 工单"),
            ("github也不行", "github"),
            ("neither the phone nor the email works", "phone mail"),
            ("QQ群也加不上", "qq"),
            ("热线一直占线", "电话"),
            ("加群一直没人审核", "qq"),
            ("那个号码是空号", "电话"),
            ("your ticket page gives me a 500 error", "ticket"),
            ("the QR code has expired", "wechat"),
            ("打电话没人接", "电话"),
            ("nobody picks up the phone", "phone"),
            ("电话没人接，邮箱是多少", "电话"),
            ("form won't submit either", "repair form"),
            ("打了，没人接", ""),
            ("发了，没人回", ""),
        ] {
            let mut failing = failing_channels(text).unwrap_or_else(|| panic!("{text}"));
            failing.sort_unstable();
            failing.dedup();
            assert_eq!(failing, kinds(names), "{text}");
        }
        for text in [
            "微信支付打不开",
            "QQ登录插件报错，连不上",
            "邮箱验证码收不到，没反应",
            "自己搭的工单系统打不开",
            "outgoing mail bounces",
            "emails are not sent",
            "电话是多少",
            "电话打不通吗",
            "几点上班",
        ] {
            assert_eq!(failing_channels(text), None, "{text}");
        }
    }

    #[test]
    fn channels_that_are_not_wanted_are_read_with_their_names() {
        for (text, name) in [
            ("除了邮箱还能怎么联系", "邮箱"),
            ("除了QQ还有别的联系方式吗", "qq"),
            ("any way to contact you other than email?", "mail"),
            ("不用微信可以吗，怎么找你们", "微信"),
            ("不想打电话，还能怎么联系", "电话"),
            ("can I reach you without calling", "call"),
        ] {
            assert_eq!(unwanted_channels(text), channels_in(name), "{text}");
        }
        for text in [
            "怎么联系你们",
            "邮箱是多少",
            "除了周末还有人吗",
            "不用注册可以提工单吗",
        ] {
            assert!(unwanted_channels(text).is_empty(), "{text}");
        }
    }
}
