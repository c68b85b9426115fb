//! "Never mind": the member who asked needs no answer any more.

use super::not_working::{fails, tells_of_failure};
use super::only_listed_words::made_of;
use super::patterns::set;
use super::reaction_to_help::{Response, finished, response};
use super::simplified::simplified;
use super::wants_human::clauses_by_space;
use super::word_list::WordList;
use regex::RegexSet;
use std::sync::LazyLock;

/// `true` if somebody who asked a moment ago says that nobody has to answer. More may follow, as long as it asks nothing.
pub(in crate::desk) fn settled(text: &str) -> bool {
    let text = simplified(text);
    if text.contains(['?', '？']) || text.chars().count() > TEXT_MAX_CHARS {
        return false;
    }
    let is_settled = |text: &str| made_of(text, [&SETTLED, &FILLERS]).is_some_and(|[settled, _]| settled);
    if is_settled(&text) {
        return true;
    }
    let mut clauses = text.split([',', '，', '.', '。', '!', '！', ';', '；', '~', '\n']);
    let first = clauses.next().unwrap_or_default();
    let asks = |clause: &str| ASKS.is_in(clause);
    (is_settled(first) || found(first)) && !clauses.any(asks)
}

/// `true` if a clause says that its author found, reached or managed something: "搜到了", "看到公告了", "oh it's on the website".
fn found(clause: &str) -> bool {
    static FOUND: LazyLock<RegexSet> = LazyLock::new(|| set(FINDS));
    FOUND.is_match(clause.trim()) && !ASKS.is_in(clause)
}

/// Patterns of such a clause.
const FINDS: &[&str] = &[
    r"^(哦|噢|喔|嗯|啊|好的?|ok|我|已经|自己|刚刚?|又|都|现在|终于|居然|原来|\s)*(看|找|查|搜|翻|问|收|拿|领|下载|打|加|登|连|弄|搞|修|试|装|进|扫|点|传)(到|着|见|通|上|进去?|好|掂|定|出来|成功|成|清楚|明白)(\S{0,6})?(了|啦)[\s!！。~]*$",
    r"^(哦|噢|喔|嗯|好的?|我|在|\s)*(官网|文档|公告|首页|群公告|置顶|说明书?)(里|上)?(就)?有(写|说|答案)?(了|啊|的)?[\s!！。~]*$",
    r"^(oh|ah|ok|okay|hm+)?,? ?(it'?s|it is|that'?s|there it is|i see it) (right )?(there|here|(on|in) (the|your) (website|site|docs?|documentation|faq|page|manual|announcement))$|^(ok |oh |ah )?(i )?(just )?(found|got|managed|made|did|figured) (it|that|through|out)( work| out| now| myself)*$",
];

/// `true` if a text says that nobody is needed, and not that anything is solved: "不用了，谢谢".
pub(in crate::desk) fn needs_nobody(text: &str) -> bool {
    made_of(text, [&NOT_NEEDED, &FILLERS]).is_some_and(|[not_needed, _]| not_needed)
}

/// `true` if a member who joined another's ticket wants to hear no more of it: "退出", "我先退了".
pub(in crate::desk) fn asks_to_leave_ticket(text: &str) -> bool {
    made_of(text, [&LEAVES, &FILLERS]).is_some_and(|[leaves, _]| leaves)
}

/// Words with which somebody leaves.
static LEAVES: WordList = WordList::new(
    "   チケットから抜ける  退出 退了 退 不跟了 不等了 不用通知 别通知 不用告诉 不用再通知 取消通知 leave letmeout countmeout stopnotifying unfollow unsubscribe",
);

/// `true` if a text takes back what its author asked or wanted, and says nothing else: "算了，当我没问", "never mind".
pub(in crate::desk) fn takes_back(text: &str) -> bool {
    !text.contains(['?', '？']) && is_taken_back(text)
}

fn is_taken_back(text: &str) -> bool {
    static GIVEN_UP: LazyLock<RegexSet> = LazyLock::new(|| set(GIVES_UP));
    GIVEN_UP.is_match(simplified(text.trim()).to_lowercase().as_str())
        || made_of(text, [&SETTLED, &NOT_NEEDED, &FILLERS, &TAKEN_BACK])
            .is_some_and(|[.., taken_back]| taken_back)
}

/// Patterns of a text that gives up what was wanted, with what it was: "算了不约了", "never mind, I won't come".
const GIVES_UP: &[&str] = &[
    r"^(那|那就|还是)?算(了|啦)(吧|啊)?[，,。.!！~\s]*(我|我们|那我|那就|还是|就)?(先|也|都)?(不|别|甭)(用|想|要|再)?\p{Han}{1,4}了(吧|啊|哈)?[，,。.!！~\s]*(谢谢|谢了|多谢|麻烦了|打扰了|不好意思)?[。.!！~\s]*$",
    r"^(ok(ay)?,? )?(nvm|never ?mind|forget it)[,.;!\s]+(i|we)('m| am|'re| are)? ?(won'?t|will not|don'?t|do not|not|no longer)( \w+){1,4}[.!]*( (thanks|thank you|anyway))*[.!]*$",
];

/// `true` if a text says of its author's matter that it is over, whatever reason stands beside that: "好了，是权限问题",
/// "it's working again".
pub(in crate::desk) fn says_solved(text: &str) -> bool {
    static OVER: LazyLock<RegexSet> = LazyLock::new(|| set(&[WORKS_AGAIN, NEEDS_NO_MORE].concat()));
    static GOES_ON: LazyLock<RegexSet> = LazyLock::new(|| set(NOT_OVER));
    static CAUSE: LazyLock<RegexSet> = LazyLock::new(|| set(NAMES_CAUSE));
    let text = simplified(text.trim());
    if text.contains(['?', '？']) || text.chars().count() > OVER_LONGEST {
        return false;
    }
    let ends = |clause: &str| {
        finished(clause)
            || response(clause) == Some(Response::Solved)
            || is_taken_back(clause)
            || NO_MATTER.has(clause)
            || (OVER.is_match(clause) && !fails(clause))
    };
    let goes_on = |clause: &str| {
        !ends(clause)
            && !CAUSE.is_match(clause)
            && (GOES_ON.is_match(clause)
                || tells_of_failure(clause)
                || response(clause) == Some(Response::Persists))
    };
    clauses_by_space(&text).any(ends) && !clauses_by_space(&text).any(goes_on)
}

/// Patterns of a clause that names the cause of what is over: "好了，是我网不行".
const NAMES_CAUSE: &[&str] = &[
    r"^(原来|应该|可能|估计|后来)?(发现)?(是|就是|因为|是因为)(我|我们|自己|本地|这边|网络?|手机|电脑|浏览器|路由器?|wifi)",
    r"^(it was|turns out( it was)?|was) (just |only )?(my|our|the) ",
];

/// `true` if a clause of a text says that its author's matter is solved: "不需要了，自己弄好了".
pub(in crate::desk) fn managed(text: &str) -> bool {
    static MANAGED: LazyLock<RegexSet> = LazyLock::new(|| set(WORKS_AGAIN));
    let text = simplified(text.trim()).to_lowercase();
    clauses_by_space(&text).any(|clause| (finished(clause) || MANAGED.is_match(clause)) && !fails(clause))
}

/// Clauses that say that there is no matter any more, whatever follows: "没事了 我打电话了".
static NO_MATTER: WordList = WordList::new("没事了 没事啦 没事儿了");

/// Longest text that tells of an end and of nothing else, in characters.
const OVER_LONGEST: usize = 80;

/// Patterns of a clause that says that all is well again.
const WORKS_AGAIN: &[&str] = &[
    r"^[^不没未别还快就要得]*(能|可以|会)(正常|继续)?(打开|登(录|陆)?|连接?|访问|使用?|用|上|启动|运行|下载|上传|收到|看到|刷|进|跑|显示|支付|付款|打|点|加载?|扫|提交|提|注册|绑定)(进去|上去|出来|进来|上|成功|到|通|开|去|来|出|了)?(了|啦)(现在|已经|哈|哦|呀)?$",
    r"^(我|刚刚?|又|再|都|自己|已经|重新|后来)*(试|弄|搞|改|装|重启|重装|换)(过|了)?(一?下|一遍|一次)?(子)?(,|，|\s)*(是)?(可以|好|行|能用|正常|没问题|ok)(的|了|啦)?$",
    r"^[^不没未别还快要得]*(正常|恢复|通|好|行|可以|成功|修好|弄好|搞好|搞定|解决|处理好|修复|ok)(了|啦)$",
    r"^(问题|错误|报错|故障|现象|症状|情况|提示)(已经|都|也|现在|就)*(没有?|消失|不见|好|解决|不出现|不报)了$|^(现在|已经|也|都|就|又)*(不|没|没有)(再)?(报错?|卡|掉线|闪退|出现|断|出错)了$",
    r"^(我)?(已经)?自己(就)?(好|解决|弄好|搞定|修好|处理好|找到)了$",
    // What was done, and that it helped: "重启了一下就好了". Without the doing it may be advice.
    r"^[^不没未别还快要得]*了(一下|下|一遍|一次|几次|之后|以后|后)?(它|现在|果然|真的?|居然)?(自己)?(就|又)?(都)?(好|行|可以|正常|通|能用|可以用|没事|没问题|恢复)(了|啦)$|^(我|刚|刚刚|后来|自己|已经)*(重启|重装|重登|重连|刷新|换|更新|升级|清|改|重新)[^不没未别还快就要得]{0,8}(好|行|可以|正常|通|能用)(了|啦)$",
    r"\b(it|all|everything|that|this|now|things?)('s| is| are|s)? (is |are )?(all |now |just )?(working|works|loads|opens|starts|connects|runs|good|fine|ok|okay|solved|fixed|resolved|sorted|back|back up|up|running)( again| now| fine| properly| for me)*$",
    r"\b(solved|fixed|sorted|figured|worked) (it|this|that)( out)?( myself| now| already)*$|\b(figured|sorted) out\b|\b(problem|issue|error)('s| is| has)? (gone|solved|fixed|resolved|went away|disappeared)( now)?$",
    r"^(ok(ay)?,? |oh,? |now )?i('m| can| could| am) (now |finally )?((log|get|sign|connect|load|open|pay|access|see|use|download|join)( it)?( in| on| up| to it)?|back in|in)( again| now| fine)+$|^(all |it'?s )?(sorted|solved|fixed|resolved)( now| already)?$",
];

/// Patterns of a clause that says that nothing is needed any more, solved or not.
const NEEDS_NO_MORE: &[&str] = &[
    r"\b(no longer|don'?t|do not) need (it|this|help|that|you|anything|support|the ticket)( any ?more| now)?$|^(please )?(cancel|close|drop) (the|my|this) ticket( please| now)?$",
];

/// Patterns of a clause that goes on with the matter, or begins another.
const NOT_OVER: &[&str] = &[
    r"但|不过|可是|然而|只是|就是(还|有|没)|还(是|有|没|不|在|要|想)|另外|又(不|没|报|出|坏|挂|卡|断|打不|连不)|依然|依旧|仍|怎么|什么|吗$|呢$|哪|谁|几点|多少|如何|为什么|为啥|(不|没)(行|好|对|成|通|能|解决|懂)|没用|请|麻烦",
    r"\b(but|however|still|except|though|how|what|where|why|who|when|another|also|not|can you|could you|please)\b|n't",
];

/// Words that take back.
static TAKEN_BACK: WordList = WordList::new(
    "\
    もういいです やっぱりいいです やっぱり大丈夫です 忘れてください 忘れて下さい 结构です 取り消します キャンセルします \
    算了 算啦 算了吧 当我没问 当我没说 就当我没问 就当我没说 当没问 当没说 不问了 不问啦 不想问了 不用麻烦了 不麻烦了 不麻烦你了 \
    不麻烦你们了 不用管了 不用管我了 不用处理了 不用回了 不用回复了 撤了 撤销吧 不用转了 不用转人工了 别转了 不转了 取消吧 取消了吧 \
    自己解决了 自己搞定了 自己弄好了 自己找到了 自己处理好了 关掉工单 关了工单 关工单 关闭工单 把工单关了 把工单关掉 工单关了 工单可以关了 \
    figureditout figuredout solveditmyself fixeditmyself sorteditout closetheticket closemyticket closetheticketplease \
    nevermind nevermindthen nvm forgetit forgetaboutit forgetiasked dropit scratchthat ignorethat ignoreme dontbother \
    nolongerneeded notneededanymore falsealarm wasafalsealarm dontbotherwithit noneedtobother",
);

/// Words that take back only beside others: "不用了" may answer a question.
static NOT_NEEDED: WordList = WordList::new(
    "不用了 不用 不需要了 不需要 没事了 没事 不要了 我自己来 自己来 自己弄 自己看 自己搞定 自己解决 noneed noneedanymore",
);

/// Longest such text, in characters.
const TEXT_MAX_CHARS: usize = 40;

static SETTLED: WordList = WordList::new(
    "\
    好了 解决 解决了 已解决 搞定 搞定了 弄好 弄好了 找到 找到了 找着了 看到了 有了 知道了 明白了 懂了 会了 没事了 没事 不用了 不用回 不用回复 \
    不用管 不用管我 查到 查到了 翻到 翻到了 不用通知 不用通知我 不用通知我了 不需要了 不问了 算了 当我没问 当我没说 撤回 可以了 行了 成了 问到了 没问题了 忽略 无视 \
    nevermind nvm solved fixed resolved gotit foundit figuredout figureditout itsok itsfine allgood alreadyfound sorted forgetit \
    ignorethat ignoreme noneed",
);

static FILLERS: WordList = WordList::new(
    "\
    我 你 您 大家 各位 啊 呀 哈 哦 噢 啦 吧 呢 嗯 额 的 了 都 已经 自己 刚刚 刚才 现在 这个 那个 问题 谢谢 多谢 感谢 不好意思 抱歉 打扰 \
    在 里 上 群 文档 官网 答案 入口 地方 那 这 就 又 可以 请 这边 先 从 \
    i ive its it is that was a this ok okay oh ah yes actually wait lol haha no all thanks thankyou thx sorry already now just my own myself everyone all please the answer",
);

/// Words that ask once more.
static ASKS: WordList = WordList::new(
    "怎么 什么 啥 哪 吗 么 谁 几 多少 如何 为什么 但 还有 另外 how what where why who when but",
);

/// Words with which somebody objects to the end of their ticket.
const OBJECTS: [&str; 16] = [
    "怎么就关",
    "怎么关",
    "怎么把",
    "为什么关",
    "为啥关",
    "凭什么",
    "别关",
    "不要关",
    "等等",
    "等一下",
    "还有事",
    "没完",
    "why did you close",
    "don't close",
    "don’t close",
    "not done",
];

/// `true` if a text under the line that a ticket was closed objects to that: 怎么就关了, 别关, 等等我还有事.
pub(in crate::desk) fn objects_to_closing(text: &str) -> bool {
    let text = simplified(text).to_lowercase();
    OBJECTS.iter().any(|words| text.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_is_told_from_answers_and_questions() {
        for text in [
            "算了不用了",
            "算了，当我没问",
            "算了",
            "不问了，谢谢",
            "那算了吧",
            "算了我自己来",
            "never mind",
            "Never mind, thanks!",
            "forget it please",
            "算了不用转了",
            "我自己解决了",
            "没事了，我自己搞定了",
            "关掉工单吧",
            "I figured it out",
            "算了不约了",
            "算了，我不退了，谢谢",
            "那算了 先不买了",
            "never mind, I won't book",
        ] {
            assert!(takes_back(text), "{text}");
        }
        for text in [
            "不用了",
            "没事",
            "算了怎么退款",
            "算了吗？",
            "算了不等了你们什么时候上班",
            "算了你们太慢了",
            "这个月的账算了没",
            "谢谢",
            "",
        ] {
            assert!(!takes_back(text), "{text}");
        }
    }

    #[test]
    fn who_managed_alone_is_told_from_who_needs_nobody() {
        for text in [
            "不需要了，自己弄好了",
            "不用了 已经好了",
            "no need, it works now",
            "我自己解决了",
        ] {
            assert!(managed(text), "{text}");
        }
        for text in [
            "不用了，谢谢",
            "算了",
            "不需要了，太慢了",
            "I don't need it any more",
            "自己弄不好",
        ] {
            assert!(!managed(text), "{text}");
        }
    }

    #[test]
    fn who_needs_no_answer_any_more_says_so_in_many_words() {
        for text in [
            "好了",
            "解决了",
            "找到了",
            "没事了，谢谢",
            "哦知道了",
            "找到了，在官网首页",
            "算了",
            "never mind",
            "Nevermind, found it!",
            "ok got it",
            "搜到了",
            "打通了",
            "搞掂了",
            "哦 看到公告了",
            "官网上有写",
            "oh it's on the website",
        ] {
            assert!(settled(text), "{text}");
        }
        for text in [
            "好了吗",
            "好的",
            "谢谢",
            "ok",
            "还没找到",
            "解决了，但是怎么退款",
            "周末呢",
            "找到了吗？",
            "看到哪了",
            "还没打通",
            "官网上有吗",
            "",
        ] {
            assert!(!settled(text), "{text}");
        }
    }

    #[test]
    fn a_matter_is_over_whatever_reason_stands_beside_that() {
        for text in [
            "可以了",
            "现在可以了",
            "行了",
            "OK了",
            "可以了，谢谢",
            "好了，是权限问题",
            "好了，是我网不行",
            "可以了，原来是浏览器不兼容",
            "可以了，重启之后就正常了",
            "不用了，我自己好了",
            "好了，又能打开了",
            "I solved it myself, thanks",
            "it's working again",
            "all good now",
            "figured it out, cancel the ticket",
            "问题没了",
            "人不用来了，我弄好了",
            "works now",
            "我重启了一下就好了，谢谢",
            "换了根线之后就正常了",
            "重启好了",
            "能进去了",
            "能登进去了现在",
            "可以的，我试了，能进去了",
            "我试了下可以了",
            "可以打开了，谢谢",
            "ok it loads now",
            "I can log in again, thanks",
            "sorted",
            "actually nvm dont bother",
            "actually never mind, found the answer",
            "found it! false alarm",
            "false alarm, it's here",
            "没事了 我打电话了",
            "没事了，我问前台了",
        ] {
            assert!(says_solved(text), "{text}");
        }
        for text in [
            "报错没了，但是很慢",
            "好了吗",
            "还没好",
            "快好了",
            "不能用了",
            "又打不开了",
            "可以了吗？",
            "好的",
            "谢谢",
            "好了，另外发票怎么开",
            "it's working now but slow",
            "it is still not fixed",
            "端口是8080",
            "重启了还是不行",
            "能进去了，但是很慢",
            "能进去了吗",
            "我试了",
            "试了一下不行",
            "I can log in but not pay",
            "can I log in again?",
            "没事",
            "没事了 另外怎么退款",
            "",
        ] {
            assert!(!says_solved(text), "{text}");
        }
    }
}
