//! Reactions of a member to the help that they got: thanks, "all right", "solved", "still not working".

use super::only_listed_words::made_of;
use super::patterns::one;
use super::simplified::simplified;
use super::word_list::WordList;
use crate::ticket::Ticket;
use regex::Regex;
use std::sync::LazyLock;

/// Reaction to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum Response {
    /// Thanks: nobody has to do anything.
    Thanks,
    /// "All right", "yes", "I will try": an answer where somebody asked, else nothing to do.
    Agreed,
    /// It is solved.
    Solved,
    /// It is not solved.
    Persists,
}

/// Reads a text that is nothing but one reaction; "not solved" may go on with details. Emoji alone agree.
pub(in crate::desk) fn response(text: &str) -> Option<Response> {
    let text = simplified(text);
    if is_face(&text) {
        return Some(Response::Agreed);
    }
    let asks = text.contains(['?', '？']) || opens_question(&text);
    let bare: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(80)
        .collect();
    if text.chars().count() > TEXT_MAX_CHARS {
        return persists(&bare).then_some(Response::Persists);
    }
    if bare.is_empty() {
        return (!asks && !is_signs(&text)).then_some(Response::Agreed);
    }
    if persists(&bare) {
        return Some(Response::Persists);
    }
    if asks {
        return None;
    }
    let (mut thanks, mut agreed, mut solved) = (false, false, false);
    let (mut unknown, mut wishes) = (String::new(), false);
    for clause in text.split(|c: char| !c.is_alphanumeric() && !c.is_whitespace()) {
        let clause: String = clause
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect();
        if WISHES.begins(&clause) {
            wishes = true;
            continue;
        }
        let mut rest = clause.as_str();
        while let Some(first) = rest.chars().next() {
            let kinds = [(&THANKS, 0), (&AGREED, 1), (&SOLVED, 2), (&FILLERS, 3)];
            let words = kinds
                .iter()
                .filter_map(|(words, kind)| Some((words.at_start(rest).next()?, *kind)));
            let longest = words.max_by_key(|(word, _)| word.len());
            let length = match longest {
                Some((word, kind)) => {
                    thanks |= kind == 0;
                    agreed |= kind == 1;
                    solved |= kind == 2;
                    word.len()
                }
                None => {
                    unknown.push(first);
                    first.len_utf8()
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    // A wish alone is none of these.
    if wishes && !thanks && !solved {
        return None;
    }
    // Thanks may name whom they go to.
    let names = unknown.chars().count() <= NAME && !unknown.chars().any(|c| SAYS_MORE.contains(c));
    if !(unknown.is_empty() || (thanks && names)) {
        return None;
    }
    match (solved, thanks, agreed) {
        (true, ..) => Some(Response::Solved),
        (_, true, _) if wishes => Some(Response::Thanks),
        (_, _, true) => Some(Response::Agreed),
        (_, true, _) => Some(Response::Thanks),
        _ => None,
    }
}

/// `true` if a text is nothing but faces, as signs ("^_^") or as QQ and WeChat write theirs ("[抱拳][玫瑰]").
fn is_face(text: &str) -> bool {
    static FACES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        one(
            r"(?i)^(\s|\[[\p{Han}A-Za-z]{1,8}\]|\^[_.o\-]?\^|[:;=]-?[)d(pb]|[(（]?[≧>][_.ω▽]{1,2}[≦<][)）]?|[(（][^\p{Han}a-z0-9]{2,8}[)）]|t_t|o_o|orz|<3)+$",
        )
    });
    FACES
        .as_ref()
        .is_some_and(|faces| faces.is_match(text) && !text.trim().is_empty())
}

/// `true` if a text has signs of writing in it, or none that is seen, and no emoji: "。。。".
fn is_signs(text: &str) -> bool {
    let is_sign = |c: char| {
        c.is_ascii_punctuation()
            || c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{206f}' | '\u{feff}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff65}' | '·')
    };
    !text.is_empty() && text.chars().all(is_sign)
}

/// Returns the rest of a text that begins with thanks or "all right", and goes on with something else: "谢谢，那几点上班".
pub(in crate::desk) fn beside_thanks(text: &str) -> Option<String> {
    let text = simplified(text.trim());
    let mut rest: &str = &text;
    let breaks = |c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’' | '-' | '/');
    loop {
        let at = rest
            .char_indices()
            .take(HEAD)
            .filter(|(_, c)| breaks(*c))
            .map(|(at, _)| at)
            .find(|at| {
                let head = rest.get(..*at).unwrap_or_default();
                matches!(response(head), Some(Response::Thanks | Response::Agreed))
            });
        let Some(behind) = at.and_then(|at| rest.get(at..)) else {
            break;
        };
        rest = behind.trim_start_matches(breaks);
    }
    if rest.is_empty() || rest.len() == text.len() {
        return None;
    }
    let mut said = rest;
    while let Some(behind) = GOES_ON.iter().find_map(|word| said.strip_prefix(word)) {
        said = behind.trim_start_matches(breaks);
    }
    (!said.is_empty()).then(|| said.to_owned())
}

/// `true` for a topic with the particle that asks about it: "谢谢，那邮箱呢". Who or what was there before is no topic.
pub(in crate::desk) fn asks_about_topic(said: &str) -> bool {
    static NO_TOPICS: WordList =
        WordList::new("人 我 你 他 她 它 谁 我们 你们 他们 大家 才怪 在 着 哪 然后 后来");
    let said = said.trim_end_matches(|c: char| !c.is_alphanumeric());
    let clause = said
        .rsplit(['，', ',', '。', '！', '!', '\n'])
        .next()
        .unwrap_or_default();
    let topic = clause
        .trim()
        .trim_start_matches("请问")
        .trim_start_matches('那')
        .trim_start_matches('么');
    topic.trim().strip_suffix('呢').is_some_and(|topic| {
        let topic = topic.trim();
        (1..=TOPIC).contains(&topic.chars().count())
            && !NO_TOPICS
                .words()
                .any(|no_topic| topic == no_topic || (topic.ends_with(no_topic) && no_topic == "着"))
    })
}

/// Longest topic, in characters.
const TOPIC: usize = 10;

/// Characters in which thanks end.
const HEAD: usize = 2 * TEXT_MAX_CHARS;

/// Words with which somebody goes on after thanks.
const GOES_ON: [&str; 9] = [
    "那么",
    "那",
    "另外",
    "还有",
    "对了",
    "顺便",
    "再问一下",
    "再问下",
    "and ",
];

/// Beginnings of a wish that stands beside thanks.
static WISHES: WordList =
    WordList::new("祝 预祝 愿 haveagood haveanice haveagreat bestwishes bestregards allthebest");

/// `true` if the last reply of staff asks the member something, so that "all right" answers it.
pub(in crate::desk) fn asks(ticket: &Ticket) -> bool {
    let Some(last) = ticket.replies.last() else {
        // It was said by another version, which did not keep it.
        return true;
    };
    let text = last.text.to_lowercase();
    ASKS.is_in(&text) || ASKS_IN_ENGLISH.iter().any(|words| text.contains(words))
}

/// `true` if an English text opens as a question does, with or without its mark: "and how long until it works".
fn opens_question(text: &str) -> bool {
    static OPENS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        one(
            r"(?i)^\W*((and|so|but|ok|okay|hi|hey|thanks|cool)\W+)*(how (long|much|many|often|soon|do|does|did|can|could|is|are|about|come|to)|when (do|does|did|can|could|is|are|will|should)|what (do|does|if|about|is|are|time|else|happens)|where|why|who|which)\b",
        )
    });
    OPENS.as_ref().is_some_and(|opens| opens.is_match(text))
}

/// `true` if it asks for a check that it works now, so that "可以了" confirms it.
pub(in crate::desk) fn asks_whether_it_works(ticket: &Ticket) -> bool {
    let last = ticket.replies.last();
    last.is_some_and(|last| {
        let text = last.text.to_lowercase();
        WORKS_NOW.iter().any(|words| text.contains(words))
    })
}

const WORKS_NOW: &[&str] = &[
    "好了吗",
    "好了没",
    "可以了吗",
    "可以了没",
    "行了吗",
    "行了没",
    "解决了吗",
    "解决了没",
    "正常了吗",
    "恢复了吗",
    "能用了吗",
    "好了么",
    "可以了么",
    "does it work",
    "is it working",
    "works now",
    "working now",
    "is it solved",
    "is it fixed",
];

/// `true` if a text that agrees also says that it works now: "好了，谢谢" after an answer.
pub(in crate::desk) fn finished(text: &str) -> bool {
    made_of(text, [&THANKS, &AGREED, &FILLERS, &FINISHED]).is_some_and(|[.., finished]| finished)
}

static FINISHED: WordList = WordList::new("好了 好啦 可以了 可以啦 行了 行啦 成了 ok了");

/// Words of a question by staff.
static ASKS: WordList = WordList::new(
    "\
    ? ？ 吗 呢 么 是否 能否 可否 确认 同意 方便 请回 告诉 哪 几 多少 confirm agree",
);

const ASKS_IN_ENGLISH: &[&str] = &[
    "let me know",
    "can you",
    "could you",
    "may i",
    "may we",
    "tell me",
];

/// `true` if a text says that it is not solved, and hardly more: "还没收到货怎么办" is a question.
pub(in crate::desk) fn persists_alone(text: &str) -> bool {
    let length = if text.is_ascii() {
        text.split_whitespace().count()
    } else {
        text.chars().filter(|c| c.is_alphanumeric()).count()
    };
    length <= ALONE && response(text) == Some(Response::Persists)
}

/// Longest such text, in characters, or in words of English.
const ALONE: usize = 5;

/// `true` if a text begins by saying that it is not solved.
fn persists(bare: &str) -> bool {
    let alone = bare.trim_end_matches(['啊', '呀', '哦', '呢', '吧', '的']);
    NOT_SOLVED.has(alone) || begins_with_still(bare, 4)
}

/// `true` if a text begins with "still not", after `openings` filler words at most.
fn begins_with_still(bare: &str, openings: usize) -> bool {
    STILL.begins(bare)
        || (openings > 0
            && OPENINGS
                .at_start(bare)
                .filter_map(|opening| bare.strip_prefix(opening))
                .any(|rest| begins_with_still(rest, openings - 1)))
}

/// Longest text that is one of these, in characters.
const TEXT_MAX_CHARS: usize = 60;

/// Longest name in thanks, in characters.
const NAME: usize = 3;

/// Characters that no name has: what has one says something else.
const SAYS_MORE: &str = "不没未无别吗么嘛呢哪怎啥谁几多什但可还又再问请";

static THANKS: WordList = WordList::new(
    "\
    ありがとうございました ありがとうございます ありがとう \
    谢谢 多谢 感谢 感恩 感激 谢了 谢啦 谢 辛苦了 辛苦 麻烦了 麻烦您了 麻烦你了 thanks thankyou thanku thx tks ty tysm cheers 3q 3ks 3x 栓q 蟹蟹 \
    appreciated",
);

static AGREED: WordList = WordList::new(
    "\
    承知しました わかりました はい \
    好的 好滴 好哒 好咧 好嘞 得嘞 好呀 好吧 好了 好 可以了 行 可以 收到 明白 知道 懂 了解 嗯 恩 哦 噢 没问题 没事 是的 是 对的 对 确认 同意 \
    我试试 我试一下 我先试试 试试看 我看看 我看一下 我先看看 稍等 等一下 稍后 ok okay gotit sure great \
    perfect fine yes yep cool nice niceone goodone goodjob welldone understood willdo noted alright illtry letmetry willtry",
);

static SOLVED: WordList = WordList::new(
    "\
    解决しました 直りました \
    可以用了 可以打开了 可以登录了 可以登了 可以装了 装好了 装上了 装好 装成功了 跑起来了 启动了 能启动了 好使了 登录上了 登进去了 打开了 开通了 收到了验证码 \
    能用了 能打开了 能登录了 能登了 能连上了 连上了 登上了 通了 workingnow 解决 已解决 搞定 修好 弄好 恢复了 恢复正常 正常了 没问题了 不用了 没事了 不需要了 已经好 solved fixed \
    resolved nevermind works working",
);

/// Words that say nothing by themselves.
static FILLERS: WordList = WordList::new(
    "\
    了 啦 啊 呀 哈 吧 的 您 你 你们 大家 老师 大佬 哥 姐 师傅 各位 客服 非常 十分 太 真是 真的 那 就 我 先 \
    一下 已经 问题 现在 都 也 帮忙 帮助 解答 支持 回复 耐心 somuch verymuch alot you all very much so alot \
    everyone guys i it its now that for the help your is was allgood and again",
);

/// Phrases that mean "not solved" when they stand alone.
static NOT_SOLVED: WordList = WordList::new("不行 不能用 用不了 没用 没有用 notworking");

/// Beginnings that mean "not solved".
static STILL: WordList = WordList::new(
    "\
    まだ解决し まだ直 解决しません 解决していません \
    还是不 还是没 还是报 还是有 还是这 还是一样 还是连 还是打不 还是登 还是出 还是无 还是错 还是卡 还是老 \
    还是同 还不行 还不能 还没好 还没解决 还没有 还没修 还没恢复 还报错 还在报 还有问题 还有错 依然 依旧 仍然 \
    仍旧 仍报 仍不 仍没 又不行 又不能 又出现 又出问题 又报 又坏 又挂 又卡 又连不 又打不 没解决 没有解决 \
    并没有解决 没好 没效果 没有效果 没修好 没恢复 不管用 不好使 不起作用 解决不了 照样不 一样不行 同样的问题 \
    stillnot stilldoes stilldid stillcan stillget stillbroken stillhav stillfail stillthe stillno stillsee \
    stillan stillwrong notsolved notfixed notresolved doesntwork doesnotwork didntwork didnotwork didnthelp \
    didnothelp sameproblem sameissue sameerror samething brokenagain happenedagain happensagain isbroken \
    isstill notworking \
    我问题还没 我的问题还没 我问题没解决 我的问题没解决 我这个问题还没 我的还没解决 我还没解决 我这还没解决 \
    myproblemisnt myproblemisnot myissueisnt myissueisnot myproblemhasnt myproblemwasnt isntsolved isntfixed isntresolved isnotsolved isnotfixed \
    isnotresolved wasntsolved wasntfixed hasntbeensolved hasntbeenfixed",
);

/// Filler words that may stand before one.
static OPENINGS: WordList = WordList::new(
    "\
    但是 可是 不过 但 你好 您好 老师 那个 嗯 呃 唉 哎 我这边 我这里 我这 这边 这个 现在 好像 今天 刚才 刚刚 \
    问题 结果 试了 试过了 重启了 它 谢谢 感谢 好的 收到 hi hello sorry but ok thanks thankyou unfortunately \
    no its it this that the",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_beside_thanks_is_heard_and_a_wish_beside_them_is_none() {
        for (text, beside) in [
            ("谢谢，那几点上班", Some("几点上班")),
            ("好的谢谢，那几点上班", Some("几点上班")),
            ("感谢。另外周末有人吗", Some("周末有人吗")),
            ("好的，谢谢 那邮箱是多少", Some("邮箱是多少")),
            ("Thanks, and when are you open?", Some("when are you open?")),
            ("谢谢", None),
            ("那几点上班", None),
            ("还是不行，几点上班", None),
        ] {
            assert_eq!(beside_thanks(text).as_deref(), beside, "{text}");
        }
        for text in [
            "谢谢老板，祝生意兴隆",
            "谢谢各位老师的帮助，祝好",
            "Thanks a lot, have a great day!",
        ] {
            assert_eq!(response(text), Some(Response::Thanks), "{text}");
        }
        assert_eq!(response("祝生意兴隆"), None);
        assert_eq!(response("祝好，问题解决了"), Some(Response::Solved));
    }

    #[test]
    fn words_about_an_answer_are_told_from_new_words() {
        for text in [
            "谢谢",
            "谢谢！",
            "多谢老王",
            "辛苦了，谢谢您的帮助",
            "thanks a lot",
            "Thank you so much!",
            "thx",
        ] {
            assert_eq!(response(text), Some(Response::Thanks), "{text}");
        }
        for text in [
            "好的",
            "好的谢谢",
            "OK",
            "收到，我先试试",
            "嗯嗯",
            "可以",
            "👌",
            "行",
            "好哒",
            "nice one",
            "是的",
            "Got it, thanks",
        ] {
            assert_eq!(response(text), Some(Response::Agreed), "{text}");
        }
        for text in [
            "解决了",
            "好了，解决了，谢谢",
            "问题已经解决了",
            "fixed now, thanks",
            "没问题了",
            "可以用了",
            "装好了，可以用了",
            "搞定",
        ] {
            assert_eq!(response(text), Some(Response::Solved), "{text}");
        }
        for text in [
            "还是不行",
            "谢谢，但还是不行",
            "还是报 1045",
            "没解决",
            "我这边还是连不上",
            "又出现了，日志如下",
            "不行啊",
            "没有解决",
            "It still doesn't work",
            "not working",
            "Sorry, same problem",
            "仍然登录不了",
            "还没解决吗？",
            "我问题还没解决",
            "my problem isn't solved",
        ] {
            assert_eq!(response(text), Some(Response::Persists), "{text}");
        }
        for text in [
            "谢谢，另外工单在哪",
            "好了吗",
            "解决了吗？",
            "可以再说一下吗",
            "？？？",
            "几点上班",
            "今晚吃什么",
            "日志在这里",
            "还是吃火锅吧",
            "对不起打扰了",
            "谢谢，怎么退款",
            "ok now what",
            "8.0.36",
            "行不行",
            "。。。",
            "\u{200b}\u{200b}",
            "……",
        ] {
            assert_eq!(response(text), None, "{text}");
        }
    }
}
