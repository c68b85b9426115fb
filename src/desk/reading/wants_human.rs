//! Messages about humans: one is wanted, none is wanted, other members are wanted, or it is told of one.

use super::only_listed_words::made_of;
use super::patterns::{one, set};
use super::simplified::simplified;
use super::word_list::WordList;
use crate::matcher::Matcher;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// Longest message that can be one of these, in characters; a longer one is about something.
const TEXT_MAX_CHARS: usize = 80;

/// Patterns of a clause that declines a human. Not "不要机器人，我要人工".
const DECLINES: &[&str] = &[
    r"(没|没有)必要(再)?(转|找|叫|要)?(人工|真人|客服)",
    r"谁(要|想|需要)(找|转)?(人工|真人|客服)",
    r"谁说(我)?(要|想)(转|找|叫)",
    // Not now.
    r"^(那|就|还是|我|你|可以)*(先|暂时|暂)(别|不|不用|不要|不必)(给我|帮我)?(转接?|找|叫)(人工|真人|客服|人)?(了|吧|哈|啊|哦)*$",
    r"^(那|就|还是|我|你|不急)*(等会儿?|等一?下|晚点儿?|待会儿?|过会儿?|回头|以后|改天|明天)(再)(转接?|找|叫)(人工|真人|客服|人)?(也行|也可以|了|吧|哈|啊|哦)*$",
    r"^(我|这)(们)?(又|并|可|其实|也)?(不是|没有|没)(说)?(真的)?(要|想)(找|转|叫)(人工|真人|客服)?(的意思)?(啊|呀|的|哦)*$",
    r"拒绝(转|找)?(人工|真人|客服)",
    // A ticket is what a call for a human makes.
    r"(不用|不要|别|先别|不需要|无需|不必|甭)(再|给我|帮我)*(开|提|建|创建|生成|发)(个|一个|什么)?(工单|单子)(了|吧|啊|哈|哦)*[\s！!。~]*$",
    r"\b(don'?t|do not|no need to|please not) (open|create|make|file|raise|start|log)( me)?( a| an| any| the| another)? ?tickets?\b|(^|\bpls |\bplease |\bsaid |\bwant |\bneed |\bjust )no tickets?\b|\bno need (for|of) (a |any )?tickets?\b",
    r"\b(don'?t|do not|no need to|never) (escalate|transfer|hand (me |us |it |this )?over)\b|\bcancel (the |that |my )?(hand-?over|hand-?off|transfer|escalation)\b",
    r"\b(no need (for|of)|stop (transferring|connecting|sending)( me)?( to)?|(please )?(don'?t|do not) (hand|transfer|connect|pass|send|switch)( me)?( over)?( to)?)( a| an| any| the)?( real| live)? (human|person|agent|representative|staff|people)s?\b",
    r"(不用|不需要|不要|别|无需|不必|用不着|先不|不想|取消)(再|给我|帮我|麻烦|着急|急着)?(转接|转到|转|找|叫|要|接|来|请|联系|呼叫|打扰)?(到)?(人工|真人|客服)",
    r"(人工|真人|客服)(就|还是|都|也)?(不用|不必|不需要|不要|免|算|不转|不找)了",
    r"\b(no|without|not? need(ed)?|don'?t (need|want|call|get)|do not (need|want|call)|cancel( the)?|never ?mind the)( to (talk|speak) (to|with))?( a| an| any| the)?( real| live)? (human|person|agent|representative|staff)s?\b",
    r"^(human|agent) (is )?not needed",
    // A negation, a verb of calling, a human.
    r"(不|别|甭|没|未|勿|免|无需|不用|不必|犯不着|没必要|懒得|何必)(再|要|想|说要?|给我|帮我|麻烦|着急|急着|打算|准备|需要|动不动就|老是?|总是?|一直|就|都|去|来)*(转接到?|转到|转|找|叫|要|接|来|请|联系|呼叫|打扰|麻烦|惊动|问|喊|通知|拉|推荐)(到|给|个|一个|什么|一下|你们的?)*(人工|真人|活人|客服|工作人员|技术(人员|支持)|管理员)",
    r"(老是?|总是?|动不动就)(给我|帮我|把我|让我|叫我)?(转到?|转接|找)(人工|真人|客服)|再(给我|帮我)?转(人工|客服)试试",
    r"(转|找|叫|要)(什么|啥|个屁|个鬼|毛线?|锤子)(人工|真人|客服)",
    r"(不用|不要|别|先别|不必|甭)(再|急着|着急)?(叫|找|喊|派|麻烦|惊动|打扰)(别的|其他)?人(了|来|过来|吧|啊)*$|^人(就|也|都)?(不用|不必|别|甭|不要)(再)?(来|过来|叫|找|派)",
    r"\b(do(n'?t| not)|did(n'?t| not)|was(n'?t| not)|wo(n'?t|uld not|uldn'?t)|will not|not|never|no need|rather not|stop|quit|no point in)( \w+){0,2}? (want|need|like|wish|talk(ing)?|speak(ing)?|chat(ting)?|transfer(ring)?|connect(ing)?|call(ing)?|get|bother(ing)?|involve|bring|ask(ing|ed)?|hand(ing)?|pass(ing)?|send(ing)?|suggest(ing)?|switch(ing)?)( \w+){0,3}? (human|person|people|agent|representative|operator|staff|support)s?\b",
    r"\b(don'?t|do not|no need to|not) (get|call|bother|involve|bring|wake|disturb) (anyone|anybody|somebody|someone|people|them|others|the (team|boss))\b",
];

/// Patterns of a clause that has such words and wants a human after all, or asks about one.
const DECLINES_NOT: &[&str] = &[
    r"是不是|要不要|用不用|需不需要|该不该|会不会|要不(就|还是)?(转|找|叫)|不如|不得不|还没|不是人工",
    r"(为什么|为啥|怎么|凭什么|咋|干嘛)(还|就|也)?(不|没|不能|不给|不让|不帮)(给|帮|能|让|把|转|找|叫|接|有)",
    r"^(就|难道)?(不能|不可以|不行|能不能|可不可以|可以)(直接|帮我|给我|给|帮)?(转|找|接|叫).*[吗么嘛]?$",
    r"^(why|how come|can'?t|couldn'?t|isn'?t|aren'?t)\b|\b(bot|robot|machine|ai)\b",
];

/// Patterns of a clause that declines one although it looks like the others.
const DECLINES_STILL: &[&str] =
    &[r"(能不能|可不可以|能否|可以|就不能|不能)(不|别)(要)?(再|老|总|给我)*(转|找|叫)"];

/// Words of a clause that takes back the request before it: "转人工，还是算了".
static TAKES_BACK: WordList = WordList::new(
    "\
    算了 不转了 不转 不必了 不必 不用了 不用 不需要了 不需要 不要了 免了 别转了 别转 取消 撤回 不找了 不叫了 \
    nothanks nothankyou nope notnow nevermind noneed cancel notreally notneeded dont forgetit scratchthat",
);
static TAKES_BACK_BESIDE: WordList = WordList::new(
    "\
    还是 吧 就 那 我 了 啦 啊 先 谢谢 要不 自己来 我自己来 actually no oh ok please thanks well it that",
);

/// Patterns of a clause that plainly asks for a human, beside those of the matcher.
const REQUESTS: &[&str] = &[
    r"^(那|那就|还是|就|请|麻烦|快|快点|帮我|给我|直接|赶紧|马上|老师|你好|我要|我想|能不能|可以|可不可以)*(转接|转到?|接到?|换)(一下|个|给)?(人工客服|人工|真人|活人|客服)(吧|啊|呀|了|一下|行吗|行不行|可以吗|好吗|吗)*$",
    r"^(转人工){2,}$|^(人工){2,}$",
    r"^(快|赶紧|麻烦|请|帮我|给我)*(叫|喊|找)(一下|个|一个)?(你们的?)?(人工客服|人工|客服|真人|活人)(来|过来|出来|吧|啊)*$",
    r"^(请|麻烦|快|帮我|给我|帮忙|能不能|可以|可不可以|想|我想|我要)*(找|叫|来|安排|派|换)(一个|个|一位|位|下)?(真人|活人|人工客服|人工|客服)(来)?(跟|和|与|给|帮)我(说|聊|谈|讲|沟通|对话|联系|回复?|处理|看看?)(一下|话|吧|吗)*$",
    r"^(please )?(connect|transfer|switch|patch|route|put) me (over |through )?(to|with) (a |an |the |your )?(real |live |actual )?(human|person|agent|representative|operator|support|support staff|staff|someone|somebody|customer service|a member of staff)( staff| team| agent| person)?( please| now)?$",
    r"^(i |we )?(really |just |do )?(need|want)( to (talk|speak|chat) (to|with))? (a|an|some) (real |live |actual |human )*(human|human being|person|agent|operator|representative)( please| now| here)*$",
    r"^(can|could|may|would) (someone|somebody|anyone|a person|a human) (from|in|at) (the |your )?(support|team|staff|customer service|support team) (please )?(talk|speak|help|call|contact|chat|reach out)( to| with)?( me| us)?( please)?$",
];

/// Patterns of a clause that asks for one where it is said to the bot: in a group it may be about anybody.
const REQUESTS_OF_BOT: &[&str] = &[
    r"^(我|我们)?(才|真的|就)?(不要|不想要|别给我|受够了?|讨厌|不需要)(这个|个|你这个|这种)?(机器人|ai|人工智能|机器)(了|回复|回答|客服)*$",
    r"^(我|我们)?(要|想|想要|请|麻烦|帮我|给我|赶紧|快|让)*(找|叫|见|喊|联系|换)(一下|下|个|一个)?(你们|你家|贵司)?(的)?(经理|老板|负责人|主管|领导|老总|店长|管理员|工作人员|技术人员|同事)(来|出来|过来|说话|聊|谈|对话|联系我|回我|处理|吧|啊)*$",
    r"^(快|赶紧|麻烦|请)?(叫|喊|派|找)(个|一个)?(人|懂的人|能管事的)(来|过来|出来|处理|看看|看一下|解决|回我|吧)+$",
    r"^(please )?(call|get|bring|fetch|find) (me )?(someone|somebody|a manager|the manager|your (manager|boss|supervisor)|a supervisor)( here| please| now| for me)*$",
    r"\b(talk|speak|chat) (to|with) (a |the |your )(manager|supervisor|boss|team)$",
    r"^(i )?(don'?t|do not) want( to (talk|speak|chat) (to|with))? (a|an|this|the|your|any) (stupid |damn |silly )?(bot|robot|machine|ai|chatbot)$",
    r"^(我)?(不|不想|不要|懒得|别让我)(跟|和|同|与)(这个|你这个?)?(机器人?|ai)(说|聊|讲|谈|对话|沟通)(了|话)*$|^(人呢){2,}$|^(接线员|话务员|客服专员|人工坐席)(呢|在吗)?$",
    r"^(please )?put me (on|through)( to (support|staff|sales|someone|somebody|a (person|human)|the team|your team))?( please| now)?$|^(please )?escalate( this| it| my (case|issue|problem|ticket))?( to (a |the |your )?(human|manager|supervisor|support|team))?( please| now)?$",
];

/// Names for members who know more.
static PEERS: WordList = WordList::new(
    "大佬 大神 高手 老铁 老哥 懂哥 懂的人 懂行的 热心人 过来人 有经验的 路过的 哪位 expert experts guru gurus",
);

/// Patterns of an offer to deal with something.
const OFFERS: &[&str] = &[
    r"^(这个|那个|那|行|好|算了|还是)*(我|我们)自己(来|弄|搞定?|解决|处理|研究|想办法|再看看)(一下|吧|了|就行|就好|好了)*$|^(ok |okay |never ?mind )?(i('ll| will| can) (do|fix|solve|handle|sort) (it|this|that)( out)? (myself|on my own)|i('ve)? got it)$",
    r"^(这个|那个|还是|那|行)?(让我来|我来(处理|弄|搞|看看?|解决|搞定|帮(你|他|她|忙))?|交给我|包在我身上|我搞定|我负责|看我的)(吧|了|就行|就好|好了|一下)*$",
    r"^(ok |okay )?(let me (handle|do|take|fix) (it|this|that|care of (it|this))|i('ll| will) (handle|take|do|fix) (it|this|that|care of (it|this))|leave (it|this) to me|i('ve)? got (this|it covered))$",
];

/// Patterns of a clause that tells what a human did, or praises one.
const TELLS_OF_ONE: &[&str] = &[
    r"(客服|人工|技术|真人|工作人员|管理员)(小姐姐|小哥哥?|人员|同事|老师)?(已经|刚刚?|刚才|早就|都|就|也|跟我|和我|给我|帮我)+.{0,10}[了过]$",
    r"(客服|人工)(小姐姐|小哥哥?|人员|老师)?(人)?(真|挺|很|好|还|特别|非常|蛮)+(好|不错|耐心|热情|负责|专业|快|可以|给力|厉害)",
    r"(客服|人工)(小姐姐|小哥哥?|人员|老师)?(的)?(态度|服务|水平|效率)(真|挺|很|还|特别|非常|蛮|都)*(好|不错|可以|到位|专业|在线)(的|啊|呀)*$",
    r"^(已经|刚刚?|刚才|早就|昨天|上次|之前|前面)(有|是|被)?(人工|客服|真人|技术|工作人员|管理员)(人员|同事)?(帮我|给我|跟我|来)?.{0,6}(过|过了|好了|完了|了)$",
    r"^(人工|客服|真人|工作人员)(小姐姐|小哥哥?|人员)?(回复?|联系|找|打给|帮|答复)(过)?我(过)?(了|过|好了)$",
    r"^(我)?(已经|刚刚?|刚才|早就)+(找|问|联系|转)过?了?(人工|客服|真人|技术)",
    r"\b(already|just) (\w+ ){0,3}(to|with|by|a|an|the|your|have) (a |an |the |your |one of your )?(real )?(human|person|agent|staff|support|rep|representative|ticket|operator)\b",
    r"\b(human|person|agent|staff|support|rep|representative|operator)s? (has |have |had )?(already |just )?(answered|helped|called|contacted|replied|fixed|solved|wrote|got back)\b",
    r"\b(talked|spoke|spoken|chatted) (to|with) (a |an |the |your |one of your )?(real )?(human|person|agent|staff|support|rep|representative)s?( \w+)? (already|before|yesterday|earlier)\b",
];

/// A clause about humans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HumanWish {
    DraftRequest,
    Unwanted,
}

pub(super) fn is_short(text: &str) -> bool {
    text.chars().count() <= TEXT_MAX_CHARS
}

/// Reads a clause by itself.
fn declines(clause: &str) -> bool {
    static DECLINED: LazyLock<RegexSet> = LazyLock::new(|| set(DECLINES));
    static NOT: LazyLock<RegexSet> = LazyLock::new(|| set(DECLINES_NOT));
    static STILL: LazyLock<RegexSet> = LazyLock::new(|| set(DECLINES_STILL));
    (DECLINED.is_match(clause) && !NOT.is_match(clause))
        || (Matcher::may_ask_for_human(clause) && STILL.is_match(clause))
}

fn requests(clause: &str) -> bool {
    static REQUESTED: LazyLock<RegexSet> = LazyLock::new(|| set(REQUESTS));
    Matcher::asks_for_human(clause)
        || (Matcher::may_ask_for_human(clause) && REQUESTED.is_match(&simplified(clause)))
}

fn takes_request_back(clause: &str) -> bool {
    made_of(clause, [&TAKES_BACK, &TAKES_BACK_BESIDE]).is_some_and(|[taken_back, _]| taken_back)
}

/// Reads the wish of a message for a human, clause by clause: the last one counts.
fn wish(text: &str) -> Option<HumanWish> {
    let mut wish = None;
    for clause in clauses(text) {
        if declines(clause) {
            wish = Some(HumanWish::Unwanted);
        } else if requests(clause) {
            wish = Some(HumanWish::DraftRequest);
        } else if wish == Some(HumanWish::DraftRequest) && takes_request_back(clause) {
            wish = Some(HumanWish::Unwanted);
        }
    }
    wish
}

/// `true` if a message says that no human is wanted.
pub(in crate::desk) fn declines_human(text: &str) -> bool {
    let text = simplified(text.trim());
    is_short(&text)
        && names_human(&text)
        && wish(&text) == Some(HumanWish::Unwanted)
        && !Matcher::asks_for_human(&text)
}

/// `true` if a text has a word for a human.
pub(super) fn names_human(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = [
        "人",
        "转",
        "工单",
        "单子",
        "ticket",
        "客服",
        "技术",
        "管理员",
        "human",
        "person",
        "people",
        "agent",
        "rep",
        "operator",
        "staff",
        "support",
        "anyone",
        "anybody",
        "somebody",
        "someone",
        "them",
        "others",
        "team",
        "boss",
        "hand",
        "escalat",
        "transfer",
    ];
    words.iter().any(|word| lower.contains(word))
}

/// Returns the rest of a message that declines a human, where it says more: "不要人工，客服邮箱是多少".
pub(in crate::desk) fn beside_declining(text: &str) -> Option<String> {
    let text = simplified(text);
    let says_more = |clause: &&str| !declines(clause) && !requests(clause) && !takes_request_back(clause);
    let rest: Vec<&str> = clauses_by_space(&text)
        .filter(says_more)
        .map(only_asks)
        .filter(|clause| !clause.is_empty())
        .collect();
    (!rest.is_empty()).then(|| rest.join(comma(&text)))
}

/// Strips words that only announce a question: "我就问一下停车收费吗".
fn only_asks(clause: &str) -> &str {
    static ANNOUNCED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        one(
            r"^(我|就|只|只是|就是|先|还是)*(想)?(要)?(再)?(问|问问|咨询|了解|知道)(一?下|一句|个)?(而已)?[\s:：]*",
        )
    });
    let announced = ANNOUNCED.as_ref().and_then(|announced| announced.find(clause));
    announced.map_or(clause, |found| clause.get(found.end()..).unwrap_or(clause))
}

/// Splits a text into its clauses, and those at the spaces that stand behind Chinese signs for commas.
pub(super) fn clauses_by_space(text: &str) -> impl Iterator<Item = &str> {
    let split = |clause| {
        let mut before = ' ';
        let is_comma = move |sign: char| {
            let before = std::mem::replace(&mut before, sign);
            sign == ' ' && !before.is_ascii()
        };
        str::split(clause, is_comma)
            .map(str::trim)
            .filter(|part| !part.is_empty())
    };
    clauses(text).flat_map(split)
}

/// Splits a text into its clauses.
pub(in crate::desk) fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split([
        '，', ',', '。', '.', '！', '!', '；', ';', '？', '?', '\n', '~', '、', '…', '—',
    ])
    .map(str::trim)
    .filter(|clause| !clause.is_empty())
}

/// `true` if a message calls other members who know more, and not staff: "来个技术大佬".
pub(in crate::desk) fn calls_peer(text: &str) -> bool {
    let lower = text.to_lowercase();
    is_short(text) && PEERS.is_in(&lower) && requests_human(text).is_none()
}

/// `true` if a message offers to deal with something: "我来处理".
pub(in crate::desk) fn offers_help(text: &str) -> bool {
    static OFFERED: LazyLock<RegexSet> = LazyLock::new(|| set(OFFERS));
    let text = simplified(text.trim());
    is_short(&text)
        && clauses(&text).all(|clause| OFFERED.is_match(clause))
        && clauses(&text).next().is_some()
}

/// `true` if a message only tells what a human did for its author, or praises one: "技术已经联系我了".
pub(in crate::desk) fn tells_of_human(text: &str) -> bool {
    static TOLD: LazyLock<RegexSet> = LazyLock::new(|| set(TELLS_OF_ONE));
    let text = simplified(text.trim());
    let doubts = |clause: &str| {
        [
            "没", "不", "吗", "怎", "但", "哪", "什么", "not", "n't", "but", "how", "no ",
        ]
        .iter()
        .any(|word| clause.replace("不错", "").to_lowercase().contains(word))
    };
    is_short(&text)
        && !text.contains(['?', '？'])
        && clauses(&text).any(|clause| TOLD.is_match(clause))
        && !clauses(&text).any(doubts)
}

/// Returns the rest of a message that plainly asks for a human in one of its clauses: "转人工，程序启动不了".
/// `None` where no clause does, or a later one takes that back.
pub(in crate::desk) fn requests_human(text: &str) -> Option<String> {
    // Most messages name none.
    if names_human(text)
        && wish(&simplified(text)) == Some(HumanWish::Unwanted)
        && !Matcher::asks_for_human(text)
    {
        return None;
    }
    static THROUGH: LazyLock<RegexSet> = LazyLock::new(|| set(ASKS_THROUGH));
    if names_human(text) && THROUGH.is_match(&simplified(text.trim())) {
        return Some(String::new());
    }
    requested_by(text, requests)
}

/// Patterns of a request that only the whole message makes: "人工客服在吗，帮忙转一下".
const ASKS_THROUGH: &[&str] = &[
    r"^(请问)?(人工|真人)?(客服|人工)(在吗|在不在|在么|在不|有吗)[\s,，。?？!！]*(请|麻烦|帮忙|帮我|给我)*(转|接)(接|过去|一下|下)*[\s。!！~]*$",
];

/// `true` if a message says that its author does it alone: "我自己来吧". With a ticket it takes that back.
pub(in crate::desk) fn does_it_alone(text: &str) -> bool {
    static ALONE: LazyLock<RegexSet> = LazyLock::new(|| set(OFFERS.get(..1).unwrap_or_default()));
    let text = simplified(text.trim());
    is_short(&text)
        && clauses(&text).all(|clause| ALONE.is_match(clause) || takes_request_back(clause))
        && clauses(&text).any(|clause| ALONE.is_match(clause))
}

/// Returns the same of a message to the bot, where more words ask for one: "我不要机器人", "call someone".
pub(in crate::desk) fn requests_human_of_bot(text: &str) -> Option<String> {
    static REQUESTED: LazyLock<RegexSet> = LazyLock::new(|| set(REQUESTS_OF_BOT));
    let to_bot = |clause: &str| REQUESTED.is_match(&simplified(clause));
    requests_human(text).or_else(|| requested_by(text, to_bot))
}

fn requested_by(text: &str, requests: impl Fn(&str) -> bool) -> Option<String> {
    if Matcher::asks_for_human(text) {
        return Some(String::new());
    }
    let (request, rest): (Vec<&str>, Vec<&str>) = clauses(text).partition(|clause| requests(clause));
    if !request.is_empty() {
        return Some(rest.join(comma(text)));
    }
    // In Chinese a space may stand for a comma: "转人工 邮件发不出去".
    let chinese = |word: &str| word.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let (first, after) = text.trim().split_once(char::is_whitespace)?;
    if chinese(first) && requests(first) {
        return Some(after.trim().to_owned());
    }
    let (before, last) = text.trim().rsplit_once(char::is_whitespace)?;
    (chinese(last) && requests(last)).then(|| before.trim().to_owned())
}

/// Returns the comma of the language of a text.
pub(in crate::desk) fn comma(text: &str) -> &'static str {
    let is_wide =
        |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    match text.contains(is_wide) {
        true => "，",
        false => ", ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_human_is_told_from_a_human() {
        for text in [
            "不需要人工，谢谢",
            "不要转人工",
            "别转人工",
            "不用人工了",
            "不用找客服",
            "人工就不必了",
            "先别叫客服",
            "先不转人工",
            "no human please",
            "I don't need a human",
            "no need for... don't call an agent",
            "没有必要转人工",
            "人工就免了吧",
            "no need for a real person",
            "please don't hand me over to an agent",
            "不要轉人工",
            "先不转吧",
            "晚点再转人工",
            "我不是要转人工",
            "谁说要转人工了",
            "拒绝人工",
            "don't hand me over",
            "no need to escalate",
            "cancel the handover",
        ] {
            assert!(declines_human(text), "{text}");
        }
        for text in [
            "不用开工单",
            "别提工单了",
            "i said no ticket",
            "please dont open a ticket",
            "no need to open a ticket for that",
        ] {
            assert!(declines_human(text), "{text}");
        }
        for text in [
            "提工单要不要注册",
            "不用开工单吗",
            "I have no ticket number",
            "how do I open a ticket",
        ] {
            assert!(!declines_human(text), "{text}");
        }
        for text in [
            "我不想跟机器人聊",
            "不要机器人我要人工",
            "转人工",
            "怎么退款",
            "人工客服几点上班",
            "I want to talk to a human",
            "怎么转人工",
            "现在就转人工",
            "等会儿再说",
            "how do I transfer a domain",
        ] {
            assert!(!declines_human(text), "{text}");
        }
    }

    #[test]
    fn a_request_for_a_human_may_say_what_for() {
        for (text, beside) in [
            ("转人工，程序启动不了", Some("程序启动不了")),
            ("我的程序启动不了，转人工", Some("我的程序启动不了")),
            ("转人工！日志里有错误", Some("日志里有错误")),
            ("转人工", Some("")),
            ("转人工 邮件发不出去", Some("邮件发不出去")),
            ("QQ群加不上 转人工", Some("QQ群加不上")),
            ("转人工有什么用", None),
            ("谢谢人工客服", None),
            ("我来处理", None),
            ("are you human", None),
            ("I talked to a human already", None),
            ("找个真人跟我说", Some("")),
            ("人工客服在吗，帮忙转一下", Some("")),
            (
                "please connect me to support staff, my site shows 500",
                Some("my site shows 500"),
            ),
            ("人工客服在吗", None),
        ] {
            assert_eq!(requests_human(text).as_deref(), beside, "{text}");
        }
    }

    #[test]
    fn a_refusal_is_one_in_whatever_words_and_the_last_word_counts() {
        for text in [
            "转人工，算了不转了",
            "转人工？不必了",
            "转人工……还是算了",
            "I'd rather not talk to a person",
            "human? no thanks",
            "能不能不转人工啊",
            "怎么老是转人工",
            "你就不能不转人工吗",
            "你再给我转人工试试",
            "别动不动就转人工",
            "没说要转人工啊",
            "I would prefer not to talk to an agent",
            "算了不找客服了",
            "人不用来了",
            "先别叫人",
            "没必要麻烦客服",
            "not asking for a human",
            "please don't get anyone involved",
            "转什么人工，小问题",
            "我不找客服，客服没用",
            "nah I won't bother the staff with this",
            "stop suggesting support every time",
            "没必要转人工，群里说一下就行",
        ] {
            assert!(declines_human(text), "{text}");
            assert_eq!(requests_human(text), None, "{text}");
        }
        for text in [
            "为什么不给我转人工",
            "怎么还没转人工",
            "不能转人工吗",
            "要不要转人工",
            "能不能转人工",
            "还是转人工吧，你不行",
            "没人接电话",
            "找不到人工客服",
            "why can't I talk to a human",
            "I don't want a bot, human please",
            "你不行，转人工",
            "没有工作人员回我",
            "别人问我怎么退款",
        ] {
            assert!(!declines_human(text), "{text}");
        }
    }

    #[test]
    fn more_words_ask_for_a_human_than_one_pattern_and_some_only_of_the_bot() {
        for text in [
            "那就转人工吧",
            "转人工转人工转人工！！！",
            "给我转接客服，网站打不开了",
            "need a person, my site returns 500",
            "叫客服",
            "can someone from support talk to me",
            "还是转人工吧",
        ] {
            assert!(requests_human(text).is_some(), "{text}");
        }
        for text in [
            "我不要机器人",
            "别给我机器人，叫你们老板来",
            "我要找你们经理",
            "call someone",
            "叫个人来",
            "I want to speak to your manager",
            "人呢人呢",
            "不想跟机器人说话",
            "put me through to support",
            "escalate this to a manager",
        ] {
            assert!(requests_human_of_bot(text).is_some(), "{text}");
        }
        for text in [
            "转客户资料怎么弄",
            "叫客服的电话是多少",
            "老板娘来了",
            "我要找工单入口",
            "call someone else's API",
            "转人工有什么用",
            "need a person to test it with?",
        ] {
            assert_eq!(requests_human_of_bot(text), None, "{text}");
        }
    }

    #[test]
    fn who_helps_others_or_tells_of_a_human_wants_none() {
        for text in [
            "我来处理",
            "交给我吧",
            "让我来吧",
            "let me handle it",
            "leave it to me",
            "我自己搞定",
            "我自己来吧",
            "I'll do it myself",
            "I've got it",
        ] {
            assert!(offers_help(text), "{text}");
        }
        assert!(!offers_help("我来处理退款怎么弄") && !offers_help("") && !offers_help("我来问一下"));
        for text in [
            "客服刚给我打电话了",
            "你们客服已经处理好了",
            "技术已经联系我了",
            "客服小姐姐人挺好的",
            "I've already spoken with your agent",
            "I already have a ticket",
            "I talked to a human already",
            "a real person answered me within an hour, nice",
            "刚才人工处理过了",
            "你们人工态度不错",
            "人工回我了",
        ] {
            assert!(tells_of_human(text), "{text}");
        }
        for text in [
            "我刚和人工聊过了，没解决",
            "客服已经三天没回我了",
            "客服给我打过电话了吗",
            "I already talked to an agent but it still fails",
            "怎么联系人工客服",
        ] {
            assert!(!tells_of_human(text), "{text}");
        }
    }

    #[test]
    fn what_is_said_beside_declining_is_kept() {
        assert_eq!(
            beside_declining("不要人工，客服邮箱是多少").as_deref(),
            Some("客服邮箱是多少")
        );
        assert_eq!(beside_declining("别转人工"), None);
    }

    #[test]
    fn members_who_know_more_are_no_staff() {
        assert!(calls_peer("来个技术大佬") && calls_peer("有没有大神"));
        assert!(!calls_peer("大佬，转人工") && !calls_peer("来个技术"));
    }
}
