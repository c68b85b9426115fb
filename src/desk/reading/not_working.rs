//! "It does not work", said of a channel that the bot named, of one that is named with it, or of something of the member's own.

use super::patterns::set;
use super::simplified::simplified;
use super::wants_human::is_short;
use regex::RegexSet;
use std::sync::LazyLock;

/// Longest text that tells of a failing channel and of nothing else, in characters.
const TEXT_MAX_CHARS: usize = 40;

/// Longest Chinese text that names no channel of its own, in characters.
const BARE: usize = 8;

const FAILS: &[&str] = &[
    "过期|失效|作废|打不开|打不通|打不进|进不去|(加|扫|连|登|提|提交|发|用|点|访问)不(上|了|出|进|成|通)|满(了|员)|被?退(回|信)|没(有)?反应|没用|不好使|不能用|不管用",
    "(坏|挂|崩|停用)了|空号|停机|关机|忙音|占线|(加|扫|连接|提交|发送|访问|登录)失败|报错|拒绝|不存在|无效|被(封|禁)",
    r"(?i)\b(expired|dead|broken|bounces?|bounced|invalid|is down|is full|(does|do|did)( not|n'?t) work|not working|won'?t (open|load)|no longer (works?|exists?)|not (being )?(sent|delivered|arriving))\b",
];

/// Patterns of a question that is not about the failure itself.
const QUESTION_PATTERNS: &[&str] =
    &["[?？]|[吗么呢]$|是不是|会不会|能不能|可以|多久|什么时候|^(is|does|can|will|when) "];
const ASKS_OF_FAILURE: &[&str] =
    &["怎么办|咋办|怎么回事|咋回事|为什么|为啥|怎么(加|扫|打|登|进|用|提交|发)不"];

/// `true` if a message says that something fails, without asking whether it does.
pub(in crate::desk) fn fails(text: &str) -> bool {
    static CUES: LazyLock<RegexSet> = LazyLock::new(|| set(FAILS));
    let text = simplified(text.trim());
    text.chars().count() <= TEXT_MAX_CHARS && CUES.is_match(&text) && !asks_something_else(&text)
}

/// `true` if a text asks a question, and not what to do about a failure.
fn asks_something_else(text: &str) -> bool {
    static QUESTIONS: LazyLock<RegexSet> = LazyLock::new(|| set(QUESTION_PATTERNS));
    static OF_FAILURE: LazyLock<RegexSet> = LazyLock::new(|| set(ASKS_OF_FAILURE));
    QUESTIONS.is_match(text) && !OF_FAILURE.is_match(text)
}

/// `true` if a message says so in so few words that it must be about something named before.
pub(in crate::desk) fn fails_barely(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let short = if text.is_ascii() {
        words <= 5
    } else {
        text.chars().count() <= BARE
    };
    short && fails(text)
}

/// Patterns of faults.
const FAULT: &[&str] = &[
    r"^(my |the |our )?(\w+ ){0,2}(connection|request|build|deployment|login|payment|upload|download|update|backup|installation) (is |was |got |keeps (being |getting )?)?(refused|failed|failing|rejected|denied|timed out|timing out|dropped|dropping|aborted)\b",
    r"(满|爆|死机?|崩溃?|挂|坏|破|裂|碎|漏|烂|断|少|不见|被偷|卡住?|黑屏|白屏|炸|丢|没|错|宕机?|停|慢|瘫痪|失效|过期|中毒|被黑|被盗)了[啊呀呢吧！!。~\s]*$",
    r"(打不开|登不上|登录不了|登录不进去?|连不上|起不来|启动不了|用不了|发不出去?|收不到|上传不了|下载不了|报错|占满|死机|卡死|闪退|白屏|黑屏)[了啊呀呢！!。~\s]*$",
    r"(?i)\b(is|are|was|went|has|have|keeps?)? ?(down|gone|dead|broken|crash(ed|ing|es)?|stuck|frozen|fail(ed|ing|s)?|not work(ing)?|hacked|full|blank|unreachable)[\s!.]*$",
];

/// Patterns of faults in a few words, which a question may hold too.
const TOLD: &[&str] = &[
    r"(?i)^(\w+ ){0,4}(denied|refused|timeouts?|timed out|(segmentation |bus )?fault|failures?|exceptions?|too many \w+|overflow|not found|unavailable|(white|blank|black|blue) (screen|page)|out of (memory|space|disk)|bad gateway|disk full|no space left)[\s!.]*$|^(got |get |getting |just |still )*(an? )?(http )?(error|code|errno|err)( code)? ?:?#? ?\d{2,6}( errors?)?[\s!.]*$|\b(was|were) (just |still )?(working|fine|ok|okay|running) (\w+ )?(yesterday|before|until|till|this morning|last (week|night)|an hour ago)\b",
    r"(密码|账号|帐号|端口|版本|权限|证书|参数|格式|签名|网络|网关|验证码|地址|配置|内存|磁盘|空间|依赖|编码|认证|授权|域名|解析|系统|程序|数据库?)(错误|冲突|不足|不够|失败|无效|异常|不对|不匹配|不兼容|被占用?|丢失|损坏|溢出)[了啊呀呢！!。~\s]*$|^(又|还|一直)?(报|报了|出现|提示|显示)?(错误|http|状态码)?\s*[45]\d\d\s*(错误|了)?[！!。~\s]*$|没有(声音|信号|图像|画面|网|网络|反应|权限)了?[啊呀！!。~\s]*$",
    r"(下|接|发|选|买|点|填|付|转|充|打|寄|拿|提|订|写|输|配|装|删|改)错(了|[^了吗么误的]{1,4}了)[啊呀呢！!。~\s]*$|(中|感染)(了)?(病毒|木马|勒索)(了)?[啊呀呢！!。~\s]*$|(突然|今天|现在|刚才|刚刚|早上|下午|晚上)(就|又|都)?(不行|不能用|用不了|坏|挂|崩|没法用)了[啊呀呢！!。~\s]*$",
    r"(很|太|好|巨|特别|非常|超级?|越来越|有点|变)(慢|卡|卡顿|烫|不稳定|延迟)|卡顿|掉线|乱码|花屏|蓝屏|超时|死循环|循环(跳转|重启)|没(声音|信号|网|图像|画面)|(显示|加载|刷新|同步|更新|保存|播放)(不|异常|失败)|不(显示|正常|稳定|出图|出声|亮|转|动了)|异常|出错",
    r"(一直|总是?|老是?|经常|频繁|反复|每次都)(在)?(不|没|报|提示|显示|失败|出错|转圈|加载|卡|掉|断|弹|跳|闪|重启|错误)",
    r"(报|报错|提示|返回|显示|状态码?|错误码?|网站|网页|页面|接口|站点|后台|服务器?)\s*:?\s*[45]\d\d([^\d元块人个]|$)|(^|\D)[45]\d\d\s*(错误|报错|了|异常|页面$)|\d\s*%\s*了|(只剩|仅剩|剩下?)(下|了)?\s*\d+\s*(%|m|g|k|兆)|飙(升|高|到)|打满|跑满|占满|爆(满|表)",
    r"(没|没有|未)(能)?(得到)?(解决|处理好|修好|恢复)[了啊呀呢！!。~\s]*$",
    r"(做|弄|试|装|配|设|操作|按|照|改|点|跑).*[，,。\s]+(还是|也|都|就是|依然|仍然|但|但是|可是|结果)*(不行|不成功?|没成功|不管用|没效果|没用)[了啊呀呢！!。~\s]*$",
    r"\b(nothing|none of (it|them)) (ever |just )?(loads?|works?|opens?|shows?( up)?|happens?|responds?|starts?)\b|\beverything (fails?|broke|crashed|stopped|is down|is gone)\b( any ?more| again| now)?|\b(do|does|did|is|are|was|has|have|will|wo|ca|could)( not|n[o']?t) (show|load|work|open|start|respond|update|sync|appear|play|send|connect|save|print|render|display|boot|run|finish|arrive|come|match)(ing|ed|d|s)?\b|\b(keeps?|always|constantly) (\w+ing|fail\w*|crash\w*|loop\w*|repeat\w*)\b|\b(loops?|looping|hangs?|freezes?|crashes|lags?|laggy|slow|times? ?out|timed out|timeouts?|disconnects?)\b( \w+){0,2}[\s!.]*$|\b(error )?[45]\d\d( \w+)? (error|errors|everywhere|again|now|bad gateway|not found)\b",
];

/// Patterns of a channel that fails to reach somebody.
const UNREACHED: &[&str] = &[
    r"(加不上|加不了|加不进|进不去|搜不到|找不到|扫不了|扫不出|打不通|提不了|没人(接|回|通过|同意|理|应|回应|搭理|处理|管|审核)|找(你们|客服|人工|你)(都|也|总是?|老是?)?(没|找不到)人|不回|空号|停机|占线|过期|失效|满了|满员|退回|退信|发不过去|发不到|打不开|点不开|白屏|404|没用|没反应|联系不上|用不了)",
    r"(?i)(can'?t|cannot|couldn'?t|unable to) (join|open|reach|scan|add|find|load|get (in|through))",
    r"(?i)(bounced?|got (no|nothing)|does ?n[o']?t exist|(is|are|has) (dead|expired|full|disabled|down|closed|broken|gone)|not (working|loading|answer)|nobody (answers?|picks? up)|no (answer|reply)|rings out|busy|404)",
];

/// Names of channels to reach somebody.
const CHANNELS: &[&str] = &[
    "微信|二维码|扫码|公众号|小程序|企微|钉钉|飞书|qq|扣扣|群|电话|热线|号码|邮箱|邮件|邮|工单|在线客服|留言|链接|地址|网址|官网|文档站|论坛|电报|贴吧",
    r"(?i)\b(wechat|whatsapp|telegram|discord|slack|group|phone|number|hotline|line|calls?|mail|e-?mails?|tickets?|link|url|site|website|forum|qr|code|chat|invite)\b",
];

/// `true` if a text names a channel to reach somebody.
pub(in crate::desk) fn names_channel(text: &str) -> bool {
    static NAMES: LazyLock<RegexSet> = LazyLock::new(|| set(CHANNELS));
    NAMES.is_match(&simplified(&text.to_lowercase()))
}

/// Names of things of the member's own.
const OWN_THING: &[&str] = &[
    r"(我|我们|咱们|公司|自己)(自己)?(的|家)(邮|微信|网站|电话|手机|工单|群|系统|号|小程序|公众号)",
    r"(支付|小程序|公众号|企业)?(微信|邮件|邮箱)?(支付|登录|回调|服务)(启动|失败|不了)|(微信|支付宝|邮箱|邮件|qq)(的)?(支付|付款|验证码|登录|登陆|回调|通知|模板|推送)",
    r"(?i)\b(my|our) (own )?(mail ?server|site|website|phone|account|wechat|system|server|app)",
];

/// `true` if a message says that something is broken, in the shortest form: "磁盘满了", "site down".
pub(in crate::desk) fn is_fault(text: &str) -> bool {
    static FAULTS: LazyLock<RegexSet> = LazyLock::new(|| set(FAULT));
    static TOLD_FAULTS: LazyLock<RegexSet> = LazyLock::new(|| set(TOLD));
    let text = simplified(text.trim()).replace('’', "'");
    is_short(&text)
        && (FAULTS.is_match(&text) || (TOLD_FAULTS.is_match(&text) && !asks_something_else(&text)))
}

/// `true` if a message says that something fails or is broken.
pub(in crate::desk) fn tells_of_failure(text: &str) -> bool {
    (fails(text) || is_fault(text)) && !scolds(text)
}

/// Pattern of a text that only calls the bot useless: "没用的东西".
pub(super) const SCOLDING: &str = r"^(你)?(这|这个|真是|真|就是)*(个)?(没用|没有用|一点用没有|啥用没有|屁用没有|中看不中用)(的)?(东西|玩意儿?|机器人|家伙|废物)[\s!！。~]*$";

/// `true` if a text only calls the bot useless.
fn scolds(text: &str) -> bool {
    static SCOLDS: LazyLock<RegexSet> = LazyLock::new(|| set(&[SCOLDING]));
    SCOLDS.is_match(&simplified(text.trim()))
}

/// `true` if a longer message has a clause that says so: "按文档装的，最后一步提示 license invalid，重装了三遍都这样".
pub(in crate::desk) fn tells_of_fault(text: &str) -> bool {
    let clauses = text.split(['，', ',', '。', ';', '；', '!', '！', '\n']);
    text.chars().count() > TEXT_MAX_CHARS && clauses.into_iter().any(tells_of_failure)
}

/// `true` if a question of a file names trouble, whatever it asks of it: "免费镜像出问题找谁".
pub(in crate::desk) fn names_trouble(text: &str) -> bool {
    static NAMES: LazyLock<RegexSet> = LazyLock::new(|| {
        set(&[
            "(出|有|遇到|碰到|遇上)(了|过)?(一?点|个|些|什么|任何)?(问题|故障|毛病|差错|错|状况|异常|bug)|故障|坏了|报错|出错|异常|崩溃|打不开|不能用|用不了",
            r"\b(problems?|issues?|trouble|faults?|errors?|broken|crash(es|ed|ing)?|fails?|failed|failing|bugs?|(does|do|did|is|are)( not|n'?t) work(ing)?)\b",
        ])
    });
    NAMES.is_match(&simplified(text).to_lowercase())
}

/// `true` if a text denies something or pleads, as those in trouble do.
pub(in crate::desk) fn denies(text: &str) -> bool {
    static DENIES: LazyLock<RegexSet> = LazyLock::new(|| {
        set(&[
            "不|没|未|无法|帮|求|救|急|错|坏|失败",
            r"\b(not|no|nothing|never|nobody|none|without|help|please|urgent|wrong|error|fails?)\b|n't",
        ])
    });
    DENIES.is_match(&simplified(text))
}

/// `true` if a message says that a channel to reach somebody fails, and not one of the member's own.
pub(in crate::desk) fn cannot_reach(text: &str) -> bool {
    static FAILS: LazyLock<RegexSet> = LazyLock::new(|| set(UNREACHED));
    static OWN: LazyLock<RegexSet> = LazyLock::new(|| set(OWN_THING));
    let text = simplified(text.trim());
    is_short(&text) && FAILS.is_match(&text) && !OWN.is_match(&text)
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

    #[test]
    fn faults_of_channels_are_told_from_faults_of_ones_own() {
        for text in [
            "QQ群加不上",
            "电话是空号",
            "邮件被退回来了",
            "工单页面白屏",
            "I can't join the QQ group",
            "my email to you bounced",
        ] {
            assert!(cannot_reach(text), "{text}");
        }
        for text in [
            "邮件服务启动不了",
            "我的邮箱收不到验证码",
            "my mail server is down",
            "微信支付回调失败",
            "你们几点上班",
        ] {
            assert!(!cannot_reach(text), "{text}");
        }
        for text in [
            "磁盘满了",
            "内存爆了",
            "死机了",
            "site down",
            "everything is gone!",
            "网站很慢",
            "網站很慢",
            "网站 502",
            "CPU 100%了",
            "磁盘只剩1%",
            "报404",
            "500错误",
            "images don't show",
            "404 everywhere",
            "login loops forever",
            "我刚和人工聊过了，没解决",
            "密码一直不对",
            "我的订单一直没发货怎么办",
            "老是掉线",
            "the app keeps crashing",
            "database connection refused",
            "my backup keeps getting aborted",
            "permission denied",
            "white screen",
            "error 1045",
            "too many redirects",
            "密码错误",
            "端口冲突",
            "502",
            "没有声音",
            "电脑中病毒了",
            "我下错单了",
            "昨天还好好的今天就不行了",
            "it was working yesterday",
            "refund hasn't arrived",
        ] {
            assert!(is_fault(text), "{text}");
        }
        for text in [
            "我下班了",
            "我存一下",
            "500人的套餐多少钱",
            "网站很慢吗",
            "你们很快",
            "我填错了吗",
            "有错误码表吗",
            "is it denied",
            "打八折，省 500 元",
            "房间 404",
            "一直在",
            "do you show prices",
        ] {
            assert!(!is_fault(text), "{text}");
        }
    }
}
