//! Messages about humans and about the bot itself: one is wanted, none is wanted, and small talk.

use super::simplified::simplified;
use crate::matcher::Matcher;
use regex::RegexSet;
use std::sync::LazyLock;

/// Longest message that can be one of these, in characters; a longer one is about something.
const LONGEST: usize = 80;

/// Patterns that decline a human. Not "不要机器人，我要人工".
const DECLINES: &[&str] = &[
    r"(没|没有)必要(再)?(转|找|叫|要)?(人工|真人|客服)",
    r"谁(要|想|需要)(找|转)?(人工|真人|客服)",
    r"\b(no need (for|of)|stop (transferring|connecting|sending)( me)?( to)?|(please )?(don'?t|do not) (hand|transfer|connect|pass|send|switch)( me)?( over)?( to)?)( a| an| any| the)?( real| live)? (human|person|agent|representative|staff|people)s?\b",
    r"(不用|不需要|不要|别|无需|不必|用不着|先不|不想|取消)(再|给我|帮我|麻烦|着急|急着)?(转接|转到|转|找|叫|要|接|来|请|联系|呼叫|打扰)?(到)?(人工|真人|客服)",
    r"(人工|真人|客服)(就|还是|都|也)?(不用|不必|不需要|不要|免|算)了",
    r"\b(no|without|not? need(ed)?|don'?t (need|want|call|get)|do not (need|want|call)|cancel( the)?|never ?mind the)( to (talk|speak) (to|with))?( a| an| any| the)?( real| live)? (human|person|agent|representative|staff)s?\b",
    r"^(human|agent) (is )?not needed",
];

/// Patterns of questions about the bot.
const ABOUT_BOT: &[&str] = &[
    r"^(请问|那)?你(们)?(到底)?(是|叫)(谁|什么(名字)?|啥|哪位|干什么的|干嘛的|做什么的)(啊|呀|呢|吗|\?|？|[\s。！!~])*$",
    r"^你(到底)?是(不是)?(个|一个)?(机器人|真人|人|人工|ai|人工智能|活人|程序)(吗|么|吧|还是|啊|呀|不)?",
    r"^(请问)?你(都)?(会|能|可以)(做|干|回答|帮我做|帮忙)?(些|点)?(什么|啥|哪些|嘛)",
    r"^你有(什么|啥|哪些)(功能|本事|用|用处)",
    r"^(是)?谁(开发|做|发明|造|写|训练|设计)(了|的|出来)*你|^你是(谁|哪家公司|哪个公司)(开发|做|发明|造|写|训练|设计)",
    r"^你的?(主人|作者|开发者|爸爸|爹|老板)是谁",
    r"^who (made|built|created|wrote|trained) (you|u|this bot)\b",
    r"^(who|what) (are|r) (you|u)\b",
    r"^(are|r) (you|u) (a |an |even )?(bot|robot|human|real|ai|person|machine|chatgpt|gpt)",
    r"^what (can|do) (you|u) do\b",
    r"^(what'?s|what is) your (name|job|purpose)",
    r"^(转|找|叫)?(到)?(人工|真人|客服)(客服)?(能|是|会)?(有|没|没有)?(什么|啥|个屁|毛|卵)?(有|没)?用(处)?(吗|么|嘛|啊|呀|呢|没有|没|不|\s|\?|？)*$",
    r"^(转|找|叫)(人工|真人|客服)(是)?(干嘛|干什么|干啥|做什么)",
    r"^(是)?(哪家|哪个公司)(开发|做|写|训练)(出来)?(的)?你",
    r"^(怎么|如何)(用|使用)你",
    r"^how (do|can) i use (you|u|this bot)\b",
];

/// Patterns of chat.
const CHAT: &[&str] = &[
    r"^(给我|给大家|来)?(讲|说)(个|一个|点)?(笑话|故事|段子)",
    r"^(你)?(吃(饭)?了(吗|么|没)|睡了(吗|么|没)|几岁|多大了|喜欢(什么|谁|我)|爱不爱我|有女朋友|有男朋友|是男(的)?还是女|在干嘛|在干什么|累不累|无聊)",
    r"^(你)?(真|好|太|很)(棒|厉害|聪明|可爱|牛|笨|蠢|傻|垃圾|没用)",
    r"^(这|那|你)(个|破|傻)?(机器人|ai|bot)(还|真的?|好|太|很|挺|蛮)*(可以|不错|不行|棒|厉害|聪明|可爱|牛|笨|蠢|傻|垃圾|没用|智障|智能|好用|好玩|有意思)",
    r"^(今天|明天)(的)?天气(怎么样|如何|好吗)",
    r"(傻逼|傻x|智障|笨蛋|废物|垃圾|人工智障|弱智)(机器人|bot|东西|玩意)?$",
    r"^(笨死了|真笨|什么玩意(儿)?|什么鬼|无语|就这|呵呵|你在说什么|你说的(是)?(什么|啥))[\s？?！!。~]*$",
    r"^(stupid|dumb|useless|shitty|fucking) (bot|robot|thing|ai)",
    r"^(我爱你|爱你|唱首歌|陪我聊|聊聊天|哈哈|晚安|早安)",
    r"^(tell|sing) (me|us) (a )?(joke|story|song)",
    r"^(do you (love|like) me|i love you|how old are you|how are you|how'?s it going|what'?s up|good (bot|night)|bad bot|you('?re| are) (so |very )?(smart|stupid|funny|cute|useless|dumb|great|awesome))",
    r"^what'?s the weather",
];

const LAUGHS: &str = "哈哈 嘿嘿 嘻嘻 呵呵 笑死 笑哭 233 hhh haha lol lmao rofl 😂 🤣 😆 😄";

/// Names for members who know more.
const PEERS: &str = "大佬 大神 高手 老铁 老哥 懂哥 懂的人 懂行的 热心人 过来人";

/// Small talk with the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum SmallTalk {
    /// Its name and abilities.
    AboutBot,
    /// Anything else.
    Chat,
}

pub(super) fn set(patterns: &[&str]) -> RegexSet {
    // They are constant, and a test finds each of them.
    RegexSet::new(patterns.iter().map(|pattern| format!("(?i){pattern}"))).unwrap_or_default()
}

pub(super) fn is_short(text: &str) -> bool {
    text.chars().count() <= LONGEST
}

/// `true` if a message says that no human is wanted.
pub(in crate::desk) fn declines_human(text: &str) -> bool {
    static DECLINED: LazyLock<RegexSet> = LazyLock::new(|| set(DECLINES));
    let text = simplified(text.trim());
    is_short(&text) && DECLINED.is_match(&text) && requests_human(&text).is_none()
}

/// Returns the rest of a message that declines a human, where it says more: "不要人工，客服邮箱是多少".
pub(in crate::desk) fn beside_declining(text: &str) -> Option<String> {
    let text = simplified(text);
    let rest: Vec<&str> = clauses(&text).filter(|clause| !declines_human(clause)).collect();
    (!rest.is_empty()).then(|| rest.join("，"))
}

pub(super) fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split([
        '，', ',', '。', '.', '！', '!', '；', ';', '？', '?', '\n', '~', '、',
    ])
    .map(str::trim)
    .filter(|clause| !clause.is_empty())
}

/// `true` if a message calls other members who know more, and not staff: "来个技术大佬".
pub(in crate::desk) fn calls_peer(text: &str) -> bool {
    is_short(text)
        && PEERS.split_whitespace().any(|peer| text.contains(peer))
        && requests_human(text).is_none()
}

/// `true` if a message has a laugh in it.
pub(in crate::desk) fn laughs(text: &str) -> bool {
    let text = text.to_lowercase();
    LAUGHS.split_whitespace().any(|laugh| text.contains(laugh))
}

/// Returns the rest of a message that plainly asks for a human in one of its clauses: "转人工，程序启动不了".
/// `None` where no clause does.
pub(in crate::desk) fn requests_human(text: &str) -> Option<String> {
    if Matcher::asks_for_human(text) {
        return Some(String::new());
    }
    let (request, rest): (Vec<&str>, Vec<&str>) =
        clauses(text).partition(|clause| Matcher::asks_for_human(clause));
    if !request.is_empty() {
        return Some(rest.join("，"));
    }
    // In Chinese a space may stand for a comma: "转人工 邮件发不出去".
    let chinese = |word: &str| word.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let (first, after) = text.trim().split_once(char::is_whitespace)?;
    if chinese(first) && Matcher::asks_for_human(first) {
        return Some(after.trim().to_owned());
    }
    let (before, last) = text.trim().rsplit_once(char::is_whitespace)?;
    (chinese(last) && Matcher::asks_for_human(last)).then(|| before.trim().to_owned())
}

/// Reads a message that only chats with the bot.
pub(in crate::desk) fn small_talk(text: &str) -> Option<SmallTalk> {
    static ABOUT: LazyLock<RegexSet> = LazyLock::new(|| set(ABOUT_BOT));
    static CHATS: LazyLock<RegexSet> = LazyLock::new(|| set(CHAT));
    let text = simplified(text.trim());
    if !is_short(&text) {
        None
    } else if ABOUT.is_match(&text) {
        Some(SmallTalk::AboutBot)
    } else {
        CHATS.is_match(&text).then_some(SmallTalk::Chat)
    }
}

/// `true` if a message wants no answer: a laugh, small talk, a number, signs.
pub(in crate::desk) fn is_idle(text: &str) -> bool {
    let text = text.trim();
    // A long number may be an order's.
    let signs = text.chars().filter(|c| c.is_alphanumeric()).count() <= 2
        && text.chars().all(|c| c.is_ascii_digit() || !c.is_alphanumeric());
    let laughs = || {
        let lower = simplified(&text.to_lowercase()).into_owned();
        let rest = LAUGHS
            .split_whitespace()
            .fold(lower, |rest, laugh| rest.replace(laugh, ""));
        !rest
            .chars()
            .any(|c| c.is_alphanumeric() && !"哈嘿嘻呵h".contains(c))
    };
    signs || small_talk(text) == Some(SmallTalk::Chat) || laughs()
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
        ] {
            assert!(declines_human(text), "{text}");
        }
        for text in [
            "我不想跟机器人聊",
            "不要机器人我要人工",
            "转人工",
            "怎么退款",
            "人工客服几点上班",
            "I want to talk to a human",
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
        ] {
            assert_eq!(requests_human(text).as_deref(), beside, "{text}");
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
    fn laughs_are_heard() {
        assert!(laughs("不是发过吗哈哈") && laughs("LOL what") && !laughs("怎么退款"));
    }

    #[test]
    fn members_who_know_more_are_no_staff() {
        assert!(calls_peer("来个技术大佬") && calls_peer("有没有大神"));
        assert!(!calls_peer("大佬，转人工") && !calls_peer("来个技术"));
    }

    #[test]
    fn small_talk_is_told_from_questions() {
        for text in [
            "你是谁",
            "你是机器人吗？",
            "你能做什么",
            "who are you",
            "谁开发的你",
            "who made you?",
            "what can you do?",
            "are you human",
        ] {
            assert_eq!(small_talk(text), Some(SmallTalk::AboutBot), "{text}");
        }
        for text in [
            "转人工有什么用",
            "找人工有用吗",
            "转人工干嘛",
            "转人工有啥用啊",
            "谁开发的你",
            "怎么用你",
        ] {
            assert_eq!(small_talk(text), Some(SmallTalk::AboutBot), "{text}");
        }
        for text in [
            "讲个笑话",
            "你真棒",
            "这机器人可以啊",
            "这个机器人挺好用",
            "tell me a joke",
            "how are you",
        ] {
            assert_eq!(small_talk(text), Some(SmallTalk::Chat), "{text}");
        }
        for text in [
            "你们是谁家的代理商",
            "你能做发票吗",
            "天气影响发货吗",
            "怎么讲价",
            "what can I do about the error",
        ] {
            assert_eq!(small_talk(text), None, "{text}");
        }
    }
}
