//! Cues of words said to colleagues: somebody is spoken of and not to, a colleague is named, a ticket is handled, an answer is weighed. And of
//! words said to a member, which outweigh them.

use super::called;
use crate::desk::reading::{set, simplified};
use regex::RegexSet;
use std::sync::LazyLock;

/// Character that stands for a colleague's name.
pub(super) const NAME: char = '\u{e000}';

/// Words in which "he", "she" or a customer is part of another one, or of many.
const NOBODY: [&str; 42] = [
    "其他",
    "他人",
    "其她",
    "吉他",
    "他们家",
    "他日",
    "客户端",
    "客户经理",
    "客户群",
    "客户服务",
    "客户中心",
    "客户代表",
    "客户号",
    "用户中心",
    "用户名",
    "用户组",
    "用户协议",
    "用户手册",
    "用户数",
    "其他用户",
    "新用户",
    "老用户",
    "所有用户",
    "用户可",
    "用户需",
    "用户指南",
    "用户端",
    "单号",
    "重复提交订单",
    "用户版",
    "这位置",
    "人家里",
    "customer service",
    "customer support",
    "customer portal",
    "customer number",
    "customer center",
    "client version",
    "client side",
    "user manual",
    "user guide",
    "user name",
];

/// Somebody who is not spoken to.
const THIRD: &[&str] = &[
    "他|她|客户|顾客|人家|这人|此人|这家伙|这哥们|这姐们|这货|这家公司|那家公司|这位|那位|小姑娘|小伙子|阿姨|大哥|大姐|这用户|该用户|这个用户|这个人|那个人|同一个人|对方",
    "^(用户|买家)",
    r"(^|[，,。；\s])(用户|买家|学员|租客|家长|住户)(说|问|在|要|想|改|同意|反馈|不|已|还|又|投诉|情绪|没|刚|昨天|今天|自己|自行|打|来|催|那边)",
    r"\b(he|she|him|her|his|hers|he's|she's|hes|he'd|he'll|she'll|she'd|himself|herself|they|them|their|they're|they've|this guy|that guy|this dude|this person|same person|this one)\b",
    r"\b(the |this |that )?(customer|client|user|guest|buyer)('s)? (is|was|has|had|says|said|wants|wanted|changed|asked|asks|keeps|called|paid|did|does|didn't|doesn't|isn't|won't|never|needs|opened|again|claims|thinks|seems|insists|complained|agreed|solved|got|still|tried|already|boss|refused|hung|left|sent)\b",
    r"^(the |this |that )?(user|customer|client|guest|buyer|lady|gentleman|guy) [a-z]+(s|ed)\b",
];

/// A part of the own house.
const DEPARTMENT: &str = "(技术|研发|开发|运维|财务|产品|法务|二线|一线|三线|售前|售后|运营|商务|主管|经理|老板|领导|组长|总监|后端|前端|客服[一二三四]组)";
const TEAM: &str = r"(billing|engineering|engineers?|devs?|dev team|ops|ops team|devops|tier ?[123]|second line|2nd line|l[23]|sales|legal|product|finance|accounting|manager|management|boss|support lead|team lead|pm|project manager|product manager|qa|security|marketing|backend|frontend|infra|risk team|warehouse|front desk)";

/// A ticket that is handed to a part of the house, or a part that is spoken to or quoted. `D` and `T` stand for the part.
const HANDED: &[&str] = &[
    "^(直接|已经?|先|需要|得|要)?(转|丢|甩|移交|升级|提|报|抛|扔|给|派|问|找|去问|问下|问一下|找下|请教)(给|到|交|去|下|一下)?D",
    "(甩|丢|扔|抛|推)给|不归(咱|我|我们|咱们)",
    "(归|属于|算)(谁|哪|D)",
    "(要不要|需不需要|要|需要)(报|转|升级|提|给)?给?D",
    "(此|这个?|该)(问题|单|事|工单)?(归|转)(给)?(D|谁)",
    "已(经)?(转|提|报|升级|甩|丢|抛)给?D",
    "等D(那边)?(答复|回复|确认|回|排期|看|处理|消息|批|定|拍板)|D(还)?没(批|定|回|确认|同意)|D(批|同意|定|拍板)了?",
    "(请|麻烦|辛苦|求|劳烦|@)D(的)?(同事|同学|部门|那边|组|老师)?(看|查|排查|跟|接|处理|评估|确认|帮|协助|介入|支持|来|给|定)",
    "^D(的)?(同事|同学|部门|那边|组)?(在)?(看|查|跟进|接|处理|评估|来|帮)(了|下|一下|看|$|[，。])",
    "^(刚|已|才)?(跟|和|问过?|找)?D(那边)?(已经|刚)?(说|确认|反馈|回复|表示|答应|同意|定位)",
    r"\b(pass|hand|move|moved|route|send|give|forward|assign|assigned|assigning|transfer|passed|handed|kick|punt|dump|dumped)( (it|this|that|him|her|them|over|on))* (to|on) ([a-z]+ )?T\b",
    r"\b(this|that|it)('s| is)? (is )?(one )?(for|on) (the )?T\b|^for (the )?T( team)?\b|\b(need|needs|ask|check with|waiting on|waiting for|blocked by) (the )?T\b",
    r"^(for )?(the )?T( team)?,? (pls|please|can|could|needs? to|has to|have to|should|says?|said|confirmed|confirms|thinks|wants|knows|to|are on|is on|is following|is looking|is working|are looking|are working|is checking|are checking|hasn't|haven't|approved|didn't)\b",
    r"\b(throw|toss|kick) (it|this|that) (to|over|back)\b|\bnot ours\b",
    r"\bT (says?|said|confirmed|confirms|thinks|wants|has to|needs|told)\b",
];

/// Words that ask colleagues: who, and how to answer.
const WHO: &[&str] = &[
    "谁(在|有|熟|知道|懂|跟|接|来|去|能|会|负责|写|方便|对|认识|处理|管|那|的|是|拿|漏)|有没有(谁|人)(会|懂|知道|能|在)",
    "有(人|谁)(知道|懂|熟|能|会|在|用过|遇到|接|空|处理)|哪位(同事|有空|在|熟|跟|接|装|负责|会)|你们(谁|定|看着|怎么看|说呢|觉得|有空)|大家(怎么|觉得|有|注意|别)",
    "(怎么|咋|如何|怎样)(回|答复|回复|回答|跟他|处理比较|解释)",
    r"\b(can|could) (someone|somebody|anyone|anybody|one of you)\b|\b(does|did|has|is) (anyone|anybody|someone|somebody)\b|^(anyone|anybody|someone|somebody|who|who's|whos|whose)\b",
    r"\bhow (should|do|can|would|could|much (can|should)) (we|i)\b|\bwhat (should|do|can) (we|i) (say|tell|answer|reply|offer|do)\b|\bshould (we|i)\b|\bdo we (have|know|give|offer|want)\b|\bcan we\b",
];

/// Words about the work on tickets, on answers, and on those who ask.
const WORK: &[&str] = &[
    "话术|口径|报备|关单|结单|合单|并单|撞单|拉黑|排期|优先处理|低优先|高优先|疑似|薅|羊毛党|白嫖|黑名单|竞品|恶意|测试账号|测试单|重复(工单|单|的单)|老客户|大客户|VIP客户|踢(了|掉|出)吧?|留(个|下)?证据|走流程|按流程|按规定走|走渠道|甩锅|的锅|背锅",
    r"(别|不要|不用|先别|先不|不必|甭|勿|没必要)(再)?(理|回|答应|承诺|搭理|管|答复|回复|惯|松口|说漏|外发|吵|争)(了|时间|吧|啊)?([，,。！!、\s]|$|他|她|客户|时间|具体|日期|结果|补偿)",
    r"(先)?(晾|放|搁|挂|缓|拖)(着|一放|一下|一缓|一拖|起)(吧)?$|^(先)?(稳住|敷衍|应付)|(^|[，,])记(一下|下|录)[：:，,]|先记着|^记一?下|(可以|能|直接|帮忙|了|，)(关|结|合并)(了|掉|吧)?$|合并(掉|了|吧|一下)$|跟\d+号|(已|再)?读不回",
    "(这|那)(个)?(单|工单|票)|^(这个)?你来(跟|接|处理|回|弄)|^我(来)?(跟进|跟|接了|先占着)(吧)?$|(我|这边)(在)?忙",
    "内部|不对外|对内|自己人|别外传|保密|求助|支援|搭把手|帮(忙)?看一眼|(不能|别|不要|不可以|不许)(跟|让|对|告诉|给)(客户|用户|外面|对方)",
    "(没|没有|不|未)(给|提供|说|发|留)(订单号|截图|日志|电话|单号|版本|账号)|最多(给|退|赔)|给多少|上次给了",
    r"^(先)?(别|不要|甭)(急着|忙着|再|跟|给)?(退|开票|让|露|贴|赔|松|提|动|删|说漏|催)|先别|先不(要|用|忙|急)|别(再)?(让|露|贴|松口|提)(了|$|价|这)",
    "^(又(来|是|问|催|找|在|一个)|老问题|还是(上|那|这|老)|(这)?(都|已经|是)?第[三四五六七八九十0-9]+[次回遍]|今天第.个)",
    "别.{0,2}(透露|泄露|外传|说漏|松口|松|得罪|惹|答应|提起|提这|发苹果)|^就(说|回|告诉|跟)|态度(好|放)|(客气|耐心|小心|低调)点$|，优先$|^(这)?(就|又)是个|(估计|多半|八成|大概率|肯定|怀疑)(是|又)|拿主意|收(个|一下)?尾",
    "认了|垫(一|上|付)|算了吧?$|做不了主|点头|审批|底价|亏本|交班|交接|夜班|不是我的班|下班前|群文件|自己翻|我桌上|看我(昨天|上面|刚才)|补个?备注|没权限|有后台权限",
    "像是|骗子|黄牛|小号|机器人刷|记者|律师|媒体|打码|注意(措辞|态度)|态度(不好|很差|恶劣)|语气很|情绪(激动|不|有点)|(有点|很|太)(激动|难缠|生气|烦|轴|急躁)|难缠|不讲理|胡搅蛮缠|脾气|无理取闹|小题大做|素质|差评|理亏|属实",
    "复现不|个例|大面积|好几个人|不止一个|发版|没报警|排查不出|查无此|没这个人|没有?记录|号码是空号|电话关机",
    "交给|转交|移交|盖章|走(合同|财务|法务|审批|特批)|特批|开绿灯|破例|例外处理|下不为例|统一回复|照着上次|知识库.{0,3}(条|里)?可以",
    r"\b(dup|duplicate|merge (it|this|them|with)|dupe)\b|\bescalat(e|ed|ing)\b|\b(spam|scam|scammer|competitor|test account|troll|fraud|vip|canned (reply|response)|standard reply|macro|whitelist|blacklist(ed)?|low prio(rity)?|high prio(rity)?|p[123]|sla)\b",
    r"\b(can|may|could|should|safe to|ok to|good to|let's|we can|don't|do not|pls don't|please don't) (be )?(closed?|close (it|this|yet))\b|\bclose (it|this)\b|^(i('m| am)? )?(on it|got (this|it)|taking (it|this)|take (it|this)|i got this|i'll (take|handle) (this|it)( one)?|mine)$",
    r"\b(note to self|heads up|fyi|remind me|parking (this|it)|between us|off the record|sign off|approval|not our (problem|bug|fault)|ignore (this|it)|no order number|can't look it up|not worth (our|the) time|skip this( one)?$|no need to (answer|reply))\b",
    r"\b(don't|do not|never|let's not|pls don't) (answer|reply|promise|offer|tell|give|engage|refund|mention|share the|say|show|touch|reopen|disclose|quote|argue)\b|\b(waiting|wait) (for|until) (his|her|their|the customer|him|her|them)\b",
    r"^just (say|reply|answer|write|be)\b|\bbe nice\b|\byour call\b|^hold the\b|\bneeds a meeting\b|^probably\b|\bdon't mention\b",
    r"^let'?s\b|\blet's own\b|^again\b|\b(guy|him|her|one|client|customer|goes|same|it's) again[.!]*$|\bsame (old|story|issue as|as (the )?(ticket|yesterday|last))\b|\b(second|third|fourth|fifth) time\b|\b(my|your) shift\b|\bleave (it|this|that) (to|with)\b|\bwaive\b|\bnight (crew|shift)\b",
    r"\bsee my (comment|note)|\b(can't|cannot|couldn't|unable to) reproduce[^,]*$|^(reproduced|repro'?d|filed|tracked|blocked|chasing|rolled back|merged|logged|raised|bumped|snoozed|archived|blacklisted|tagged)\b|\bsomeone check\b|\basking for\b|\bbacklog\b|\bjira\b|\bstand-?up\b|\bimo\b|\bsecond pair\b|\bwatch your\b|\bhas to sign\b",
    r"^probably\b|^(looks|sounds|seems) like (we|a|an|spam|another|the same)\b|\bour (mistake|bad|fault), |\bhandle with\b|\bgo (slow|easy)\b|\b(angry|upset|rude|pissed|frustrated|annoying|overreacting)\b|\bno (record|trace|logs?) of\b|\bdoesn't pick up\b|\bno (answer|reply|response)\b|\bvoicemail\b|\bno lower\b|\bfraud|\bbot traffic|\bjournalist|\blawyer|\blawsuit",
];

/// Beginnings that tell somebody what to do with the customer.
const ABOUT_THEM: &[&str] = &[
    "^(再|先|直接|可以|麻烦|帮我|帮忙)?(跟|和|告诉|告知|问问?|叫|让|给|帮|回|通知|提醒|催|安抚|联系|打给|约)(一?下)?(他|她|客户|用户|对方|这人|这个客户|该用户)",
    r"^(just |please |pls |can you |could you |let's |maybe )?(tell|ask|give|let|call|ping|email|mail|remind|answer|ignore|ban|block|refund|offer|send|show|warn|stall) (him|her|them|the customer|the client|the user|this guy)\b",
    "^(让|叫|派|喊|安排)(前台|维修|师傅|仓库|快递|物流|司机|护士|老师|销售|门店|店长|财务|物业)",
];

/// Words that ask for something of whoever reads them.
const REQUEST_PATTERNS: &[&str] = &["请", r"\bplease\b"];

/// Words said to a member.
const TO_MEMBER: &[&str] = &[
    "您|抱歉|不好意思|谢谢|你好|久等|查收",
    r"\byour\b|\byou're welcome\b|\bsorry\b|\bthank|\byou'?(ll| will| can| could| need| have| should|'ve| may| see)\b|\b(are|were|did|do|can i|may i|could i) you\b|^may i\b|\bfor you\b",
];

/// "Please" that is said to a part of the house, and words that only begin so.
const NO_PLEASE: [&str; 12] = [
    "请技术",
    "请研发",
    "请运维",
    "请财务",
    "请产品",
    "请法务",
    "请二线",
    "请客",
    "请假",
    "请教",
    "请示",
    "请开发",
];

/// Words behind a colleague's name with which they are spoken to or of.
const BEHIND_NAME: [&str; 30] = [
    "来",
    "那",
    "看",
    "接",
    "跟",
    "上次",
    "上回",
    "是",
    "之前",
    "说",
    "在吗",
    "熟",
    "知道",
    "查",
    "帮",
    "处理",
    "你",
    "handled",
    "did",
    "can",
    "pls",
    "please",
    "knows",
    "around",
    "could",
    "will take",
    "has",
    "is",
    "said",
    "take",
];

/// Words beside a colleague's name that are said to the member.
const WILL_CALL: [&str; 8] = [
    "联系您",
    "联系你",
    "回您",
    "回你",
    "will call",
    "will contact",
    "will email",
    "will help",
];

fn plain(text: &str) -> String {
    let mut text = simplified(text).to_lowercase().replace('’', "'");
    for word in NOBODY.iter().chain(&NO_PLEASE) {
        if text.contains(word) {
            text = text.replace(word, " ");
        }
    }
    text
}

fn third() -> &'static RegexSet {
    static SET: LazyLock<RegexSet> = LazyLock::new(|| set(THIRD));
    &SET
}

fn to_member() -> &'static RegexSet {
    static SET: LazyLock<RegexSet> = LazyLock::new(|| set(TO_MEMBER));
    &SET
}

fn departments() -> &'static RegexSet {
    static SET: LazyLock<RegexSet> = LazyLock::new(|| set(&[DEPARTMENT, &format!(r"\b{TEAM}\b")]));
    &SET
}

/// Returns the cues of a text by their names.
pub(super) fn found(text: &str) -> Vec<&'static str> {
    let plain = plain(text);
    let lower = simplified(text).to_lowercase();
    let member = to_member().is_match(&lower)
        || ["你", "请", "you", "please"]
            .iter()
            .any(|word| lower.contains(word));
    let cues = [
        (third().is_match(&plain), "third"),
        (member, "member"),
        (departments().is_match(&plain), "department"),
    ];
    cues.into_iter()
        .filter_map(|(is, name)| is.then_some(name))
        .collect()
}

/// `true` if words speak to colleagues by what they are about, and not to the member.
pub(super) fn speak_to_colleagues(text: &str, colleagues: &[&str], member: &str) -> bool {
    static OTHERS: LazyLock<RegexSet> = LazyLock::new(|| {
        let handed = HANDED
            .iter()
            .map(|pattern| pattern.replace('D', DEPARTMENT).replace('T', TEAM));
        let rest = WHO.iter().chain(WORK).map(|pattern| (*pattern).to_owned());
        let all: Vec<String> = handed.chain(rest).collect();
        set(&all.iter().map(String::as_str).collect::<Vec<_>>())
    });
    static BEGINS: LazyLock<RegexSet> = LazyLock::new(|| set(ABOUT_THEM));
    static REQUESTS: LazyLock<RegexSet> = LazyLock::new(|| set(REQUEST_PATTERNS));
    let plain = plain(text);
    let is_member = !member.is_empty() && text.starts_with(member);
    if BEGINS.is_match(plain.trim_start()) || (!is_member && names_colleague(text, colleagues)) {
        return true;
    }
    let others = || OTHERS.is_match(&plain) && !REQUESTS.is_match(&plain);
    !to_member().is_match(&plain) && (third().is_match(&plain) || others())
}

/// `true` if words speak to or of a colleague by name, and tell the member of none who will be in touch.
pub(super) fn names_colleague(text: &str, colleagues: &[&str]) -> bool {
    let lower = text.to_lowercase();
    if WILL_CALL.iter().any(|words| lower.contains(words)) {
        return false;
    }
    let of_roster = |name: &&str| {
        !name.is_empty()
            && text.match_indices(*name).any(|(at, name)| {
                let before = text.get(..at).and_then(|before| before.chars().next_back());
                let rest = text.get(at + name.len()..).unwrap_or_default();
                let apart = before.is_none_or(|c| !c.is_alphanumeric() || !name.is_ascii());
                apart && ends_name(rest, name)
            })
    };
    let like_one = || {
        let start = text.trim_start_matches(['@', '＠']);
        called::behind_name(start).is_some_and(|rest| {
            let rest = rest.trim_start_matches(['，', ',', ' ', '、']);
            ["你", "来", "看", "接", "跟", "上次", "之前", "那边", "帮"]
                .iter()
                .any(|word| rest.starts_with(word))
        })
    };
    colleagues.iter().any(of_roster) || like_one()
}

/// `true` if what stands behind a name shows that it is one: "May I ask" is no May.
fn ends_name(rest: &str, name: &str) -> bool {
    let said = rest.trim_start();
    let Some(next) = said.chars().next() else {
        return true;
    };
    let behind = BEHIND_NAME.iter().any(|word| {
        let more = said.strip_prefix(word);
        more.is_some_and(|more| !word.is_ascii() || !more.starts_with(|c: char| c.is_ascii_alphanumeric()))
    });
    let glued = name.is_ascii() && rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    !glued && (behind || matches!(next, '，' | ',' | '：' | ':' | '、' | '?' | '？' | '-'))
}

/// Returns a text with a sign in the place of a colleague's name.
pub(super) fn without_name(text: &str, name: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(name) {
        plain.push_str(before);
        let is_name = !name.is_ascii() || ends_name(behind, name);
        match is_name {
            true => plain.push(NAME),
            false => plain.push_str(name),
        }
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::{names_colleague, speak_to_colleagues};

    #[test]
    fn cues_tell_words_about_somebody_from_words_to_them() {
        let to_colleagues = |text: &str| speak_to_colleagues(text, &["老王", "May"], "小明");
        for text in [
            "这客户又来了",
            "fyi he paid last week",
            "不要理他",
            "转技术吧",
            "老王你看下这个",
            "can you look at this, May?",
            "告诉他您的订单已发",
            "这怎么回啊",
            "dup, merge it",
            "別給他退",
        ] {
            assert!(to_colleagues(text), "{text}");
        }
        for text in [
            "您好，他是哪天付的款？",
            "May I have your phone number?",
            "小明，你来看一下",
            "客户端在官网下载",
            "其他用户也反馈了，正在修",
            "我同事老王会联系你",
            "重启一下试试",
            "the customer portal is at https://example.com",
            "sorry, they are out of stock",
        ] {
            assert!(!to_colleagues(text), "{text}");
        }
        assert!(names_colleague("老王知道", &["老王"]) && !names_colleague("老王知道", &[]));
    }
}
