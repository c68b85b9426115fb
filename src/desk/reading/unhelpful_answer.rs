//! Remarks that an answer was none: it answers something else, or it can't be understood.

use super::only_listed_words::{TEXT_MAX_CHARS, made_of};
use super::patterns::{one, set};
use super::simplified::simplified;
use super::word_list::WordList;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// Objection to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum Doubt {
    /// It answers another question: "我问的不是这个".
    NotAsked,
    /// It is not understood, or says too little: "看不懂", "能说详细点吗".
    Unclear,
    /// It may not be true: "确定吗", "really?".
    Unsure,
}

/// Reads a text that says nothing but that.
pub(in crate::desk) fn doubt(text: &str) -> Option<Doubt> {
    let [not_asked, unclear, _] = made_of(text, [&NOT_ASKED, &UNCLEAR, &FILLERS])?;
    match (not_asked, unclear) {
        (true, _) => Some(Doubt::NotAsked),
        (_, true) => Some(Doubt::Unclear),
        _ => None,
    }
}

/// Reads the same in a message to the bot: in a group these phrases may be about anything.
pub(in crate::desk) fn doubt_to_bot(text: &str) -> Option<Doubt> {
    if is_unsure(text) {
        return Some(Doubt::Unsure);
    }
    let said = made_of(
        text,
        [&WRONG_ALONE, &NOT_ASKED, &UNCLEAR_ALONE, &UNCLEAR, &FILLERS],
    );
    doubt(text).or(match said? {
        [wrong, not_asked, ..] if wrong || not_asked => Some(Doubt::NotAsked),
        [_, _, alone, unclear, _] if alone || unclear => Some(Doubt::Unclear),
        _ => None,
    })
}

/// `true` if a text asks whether an answer is true, and says nothing else.
pub(in crate::desk) fn is_unsure(text: &str) -> bool {
    made_of(text, [&UNSURE, &UNSURE_BESIDE]).is_some_and(|[unsure, _]| unsure)
}

static NOT_ASKED: WordList = WordList::new(
    "\
    不是这个意思 不是这意思 不是那个意思 不是这个 不是这些 不是那个 不是这 问的不是 问的并不是 问的根本不是 说的不是 想问的不是 要的不是 \
    不是问这个 不是问你这个 没问这个 没问你这个 没有问这个 没有问你这个 不是我问的 不是我想问的 不是我要问的 不是我要的 不是我想要的 \
    不是我说的 不是我的问题 \
    答错 答错了 你说错 您说错 你们说错 说错 讲错 回答错 回复错 回答错误 回复错误 答案错误 链接错 链接不对 链接是错的 给错 给错了 发错链接 回错 答偏 答反 答歪 答得不对 回答得不对 回答的不对 回答不对 答案不对 答的不对 回答不正确 回答有误 答案错 \
    答非所问 所答非所问 文不对题 牛头不对马嘴 驴唇不对马嘴 跑题 理解错 理解有误 理解偏 误解 会错意 搞错 弄错 听错 看错 \
    跟我问的不一样 和我问的不一样 与我问的不一样 没回答到点上 没说到点上 \
    没回答 没有回答 没答 没有答 没答到 并没回答 并没有回答 没说到点子上 没答到点子上 不是同一个 对不上 不相干 不相关 \
    跟我问的没关系 和我问的没关系 与我问的无关 跟我问的无关 和我问的无关 跟我说的没关系 和我说的没关系 跟我的问题没关系 跟问题没关系 和问题无关 \
    不沾边 八竿子打不着 风马牛不相及 扯哪去了 扯远了 答的什么鬼 回的什么鬼 说的什么鬼 回答的什么鬼 答的什么 回答的什么 回的什么 答的啥 回的啥 答的是什么 答的是啥 \
    答えになっていない 答えになってない 答えになっていません 答えになってません 回答になっていない 回答になってない 回答になっていません 回答になってません \
    それじゃない それじゃありません それではない それではありません それじゃなくて そうじゃない そうじゃなくて そうではない そうではありません 违います 违う 違います 違う \
    违うよ 違うよ 间违っています 间违ってる 间违い 間違っています 間違ってる 間違い 的外れ 的はずれ ずれている ずれてる 答えていない 答えてない 答えていません 闻いていない \
    聞いていない 闻いてない 聞いてない 闻いたのはそれじゃない 聞いたのはそれじゃない 闻きたいのはそれじゃない 聞きたいのはそれじゃない \
    notit notwhatineeded notwhatiwasasking notwhatilookedfor notwhatimlookingfor notwhatiwaslookingfor notmyproblem notmyissue unrelated notrelated \
    notrelevant wrongtopic missedthepoint missesthepoint missingthepoint besidethepoint dodgedthequestion notansweringmyquestion \
    notwhatiasked notwhatimasking notwhatimeant notwhatimean notwhatiwanted notwhatisaid notwhatineed notmyquestion notthequestion \
    wronganswer wrongquestion wrongone wronglink wrongpage wronginfo nottheanswer notmyanswer nottheoneiasked didntanswer doesntanswer didnotanswer doesnotanswer notananswer notanswered \
    misunderstood misunderstand misread thatswrong thisiswrong thatiswrong youarewrong yourewrong offtopic irrelevant iaskedsomethingelse \
    imeantsomethingelse",
);

static UNCLEAR: WordList = WordList::new(
    "\
    看不懂 没看懂 看不太懂 看不明白 没看明白 听不懂 没听懂 没太懂 没太看懂 读不懂 不懂 不太懂 不明白 不太明白 没明白 没太明白 没搞懂 \
    搞不懂 没弄懂 说详细 讲详细 写详细 更详细 有没有更详细 有没有详细 有更详细 没写清楚 没说清楚 没讲清楚 没说明白 没写明白 再详细 详细点 详细一点 详细些 详细一些 详细说 详细讲 详细解释 详细说明 说清楚 讲清楚 \
    具体点 具体一点 具体些 具体说 说具体 讲具体 展开说 展开讲 解释一下 解释下 什么意思 啥意思 怎么理解 举个例子 说人话 通俗点 通俗一点 \
    太简略 太简单 太笼统 太专业 太复杂 具体怎么操作 具体怎么弄 具体怎么做 具体怎么用 具体步骤 详细步骤 具体操作 \
    意味がわからない 意味が分からない 意味がわかりません 意味が分かりません 意味わからない 意味分からない 意味わかんない 意味不明 わからない 分からない わかりません 分かりません \
    わかりにくい 分かりにくい 理解できない 理解できません 难しい 難しい 详しく 詳しく もっと详しく もっと詳しく どういう意味 どういうこと もっと具体的に 具体的に \
    dontunderstand didntunderstand donotunderstand dontgetit didntgetit notclear unclear confusing confused moredetail moredetails \
    moredetailed indetail explain elaborate whatdoesthatmean whatdoesthismean whatdoyoumean dontfollow lost morespecific",
);

/// Remarks that are about an answer only where they are said to the bot.
static WRONG_ALONE: WordList = WordList::new(
    "不对 错 不是 不准 不准确 不太准 有误 过时 过时了 旧的 老的 过期的 以前的 wrong oldversion old incorrect outdated notthis notthisone notthat notright notcorrect",
);

/// Words that ask what an answer means.
static UNCLEAR_ALONE: WordList = WordList::new("huh pardon comeagain 啥 没懂");

/// Words that ask whether an answer is true.
static UNSURE: WordList = WordList::new(
    "\
    确定 确定吗 确定么 你确定 你确定吗 确认吗 真的吗 真的么 真的假的 真假 真的嘛 真的 是真的吗 是吗 是么 是嘛 不会吧 不是吧 不可能吧 不可能 靠谱吗 准吗 准确吗 没骗我吧 骗人吧 没搞错吧 \
    没弄错吧 这么便宜 这么贵 这么快 这么慢 这么久 这么少 这么多 这么早 这么晚 \
    areyousure yousure usure sure areusure foreal forreal really reallyreally isthattrue isthisright isthatright isthatcorrect isthiscorrect thatcantberight thiscantberight cantberight \
    surelynot noway seriously areyouserious areyoucertain certain 本当 本当ですか 本当に 确かですか 確かですか",
);

/// Words beside those.
static UNSURE_BESIDE: WordList = WordList::new(
    "啊 呀 哦 噢 啦 嘛 吗 么 呢 吧 诶 哎 额 呃 嗯 你 您 你们 这 那 这个 那个 答案 也 都 就 的 有 没 没有 about that this it is you so oh hm hmm wow wait but that's thats",
);

/// Words that say nothing by themselves.
static FILLERS: WordList = WordList::new(
    "\
    诶 欸 耶 呐 哟 跟 一 我 你 您 你们 机器人 客服 这个 那个 这 那 它 的 了 啊 呀 吧 呢 哦 噢 哈 啦 嘛 吗 么 呃 额 哎 唉 嗯 好像 似乎 感觉 根本 完全 压根 明显 \
    并 也 都 就 可是 但是 但 不过 其实 还是 又 再 不好意思 抱歉 对不起 谢谢 请 麻烦 问题 意思 答案 回答 回复 答 问 说 讲 写 想 要 到 \
    说明 说法 介绍 能 能不能 可以 可不可以 可否 能否 一下 一点 一些 点 些 有点 太 真的 真 有 帮我 给我 跟 和 对 是 所 什么 哪 刚才 刚刚 上面 内容 \
    が は を に と も の で です ます でした ますか ですか か よ ね な だ だよ 私 私の 僕 俺 それ これ この その あの 质问 質問 答え 问题 問題 さっき まだ やっぱり \
    よく 全然 全く まったく ぜんぜん ちょっと すみません ごめん いや いいえ 教えて ください 教えてください 说明して 説明して お愿いします お願いします もう少し もっと ん のだけど \
    んだけど んですが けど すぎる すぎ \
    thats thatis that this is it its the my i im your you bot no nope sorry but at all please pls can could would a bit to me with in \
    some give need more for of hey hi answer question what so really just thing",
);

/// Patterns of a remark on what an answer lacks.
const MISSING: &[&str] = &[
    r"^(可是|但是?|不过|你|您|你们|上面|里面|里|答案|文档|链接|这|这里|那|也|都|还|又|根本|并|压根|怎么)*(没有?|未)(再)?(说|写|讲|提|提到|标|标明|注明|回答|解释|包括|包含).{0,12}$",
    r"\b(doesn'?t|does not|didn'?t|did not|don'?t|never|not) (even )?(say|says|said|mention|mentions|tell|list|include|explain|state)\b",
];

/// `true` if a text says what an answer lacks: "没说价格啊", "it doesn't say how much". Under a message of the bot it asks for that.
pub(in crate::desk) fn misses_something(text: &str) -> bool {
    static MISSES: LazyLock<RegexSet> = LazyLock::new(|| set(MISSING));
    let text = simplified(text.trim()).replace('’', "'");
    text.chars().count() <= TEXT_MAX_CHARS && MISSES.is_match(&text)
}

/// Pattern of the beginning of a correction.
const CORRECTION: &str = r"(?i)^(?:(不是|不对|不行|错了|不|不好意思|抱歉|说错了?|打错了?|口误|sorry|oops|我?知道了?|我?懂了?|嗯+|哦|对|是的|no|nope|wrong|useless|i know( that)?|yes|yeah)?[，,。.！!\s]*(我(要|问|说|指|想问|想要|是想问)?的是|我是(想)?(问|说|要)|(i )?meant|i (mean|was asking about|asked about|want(ed)?))|我?(说|打|写|问)错了?[，,。.！!\s]+(应该)?是(想|要)?(问|说)?)\s*[，,：:]?";

/// Pattern of the beginning of the question behind an objection.
const I_ASK: &str = r"(?i)^(我是?(想|要)?(问|知道|了解|说)(的是|一下|下)?|我(要|想要|指)的是|i (meant|mean|asked|was asking|want(ed)? to know)( about)?)\s*[，,：:]?\s*";

/// Text behind an objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum Behind<'t> {
    /// Question that was meant instead, as the text itself says: "我要的是邮箱".
    Meant(&'t str),
    /// Anything else: another question, or a reason for the objection.
    Words(&'t str),
}

/// Signs between an objection and the text behind it.
const SIGNS: [char; 11] = ['，', ',', '。', '！', '!', '；', ';', '\n', '：', '~', '、'];

/// Splits off the objection with which a text begins: "答错了，我问的是发票", "没用，试过了". `objects` tells an objection. `None` where
/// there is none, or nothing behind it.
pub(in crate::desk) fn behind_objection(text: &str, objects: impl Fn(&str) -> bool) -> Option<Behind<'_>> {
    static ASKED: LazyLock<Option<Regex>> = LazyLock::new(|| one(I_ASK));
    let asks = ASKED.as_ref()?;
    if objects(text) {
        return None;
    }
    let mut found = None;
    let mut before = None;
    for (at, sign) in text.char_indices().take(TEXT_MAX_CHARS) {
        // In Chinese a space may stand for a comma.
        let spaced = sign.is_whitespace() && before.is_some_and(|c: char| !c.is_ascii());
        let begins = before.is_some() && matches!(sign, '我' | 'i' | 'I') && asks.is_match(text.get(at..)?);
        let stops = sign == '.' && text.get(at + 1..)?.starts_with(char::is_whitespace);
        let ends = SIGNS.contains(&sign) || spaced || begins || stops;
        before = Some(sign);
        if !ends || !objects(text.get(..at)?) {
            continue;
        }
        let rest = text.get(at..)?;
        let rest = rest.trim_start_matches(|c: char| SIGNS.contains(&c) || c.is_whitespace() || c == '.');
        if rest.chars().any(char::is_alphanumeric) {
            found = Some(rest.trim_end());
        }
    }
    let rest = found?;
    let meant = asks.find(rest).and_then(|intro| rest.get(intro.end()..));
    Some(match meant.map(str::trim).filter(|meant| !meant.is_empty()) {
        Some(meant) => Behind::Meant(meant),
        None => Behind::Words(rest),
    })
}

/// Returns the text behind an objection that was made for another question: "不是，我要的是邮箱", "我问的不是这个，怎么退款".
pub(in crate::desk) fn correction(text: &str) -> Option<Behind<'_>> {
    static CORRECTED: LazyLock<Option<Regex>> = LazyLock::new(|| one(CORRECTION));
    let Some(found) = CORRECTED.as_ref()?.find(text) else {
        return behind_objection(text, |objection| doubt_to_bot(objection) == Some(Doubt::NotAsked));
    };
    let meant = text.get(found.end()..)?.trim();
    (!meant.is_empty()).then_some(Behind::Meant(meant))
}

/// `true` if a text owns a slip of its author's: "打错了，是导入". The answer was not wrong.
pub(in crate::desk) fn owns_slip(text: &str) -> bool {
    static SLIPS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        one(
            r"(?i)^(不好意思|抱歉|啊|哦|sorry|ah|oh)?[，,\s]*(我?(打|写|输|说|发)错了?|手滑|手误|口误|typo|oops|whoops|mistyped)",
        )
    });
    let slips = SLIPS.as_ref();
    slips.is_some_and(|slips| slips.is_match(&simplified(text.trim())))
}

/// `true` if what somebody meant is a single word, which takes the place of one in their question.
pub(in crate::desk) fn is_one_word(meant: &str) -> bool {
    let meant = meant.trim_end_matches(|c: char| !c.is_alphanumeric());
    let length = if meant.is_ascii() { 20 } else { 4 };
    !meant.contains(char::is_whitespace) && (1..=length).contains(&meant.chars().count())
}

/// `true` if what somebody meant only narrows their question: "for domains", "会员的".
pub(in crate::desk) fn only_narrows(meant: &str) -> bool {
    static NARROWS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        one(
            r"(?i)^(only |just )?(for|on|about|with|without|in|at|as|by|via|from|during) (\S+ ){0,4}\S+[\s.!]*$|^[^，。,?？\s]{1,8}的[\s。！!]*$",
        )
    });
    NARROWS
        .as_ref()
        .is_some_and(|narrows| narrows.is_match(meant.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_an_answer_is_told_from_questions() {
        for text in [
            "不是这个意思",
            "我问的不是这个",
            "答错了",
            "回答错误",
            "你说错了",
            "that's not the answer",
            "你答错了吧",
            "没回答我的问题",
            "你这个没有回答我的问题啊",
            "答非所问",
            "不好意思，我想问的不是这个",
            "that's not what I asked",
            "No, that is not what I meant.",
            "you didn't answer my question",
            "wrong answer",
        ] {
            assert_eq!(doubt(text), Some(Doubt::NotAsked), "{text}");
        }
        for text in [
            "看不懂",
            "看不懂啊，能说详细点吗",
            "能说详细点吗？",
            "可以再详细一点吗",
            "这是什么意思",
            "I don't understand",
            "can you explain that in more detail please",
        ] {
            assert_eq!(doubt(text), Some(Doubt::Unclear), "{text}");
        }
        for text in [
            "我问的不是这个，怎么退款",
            "不明白怎么退款",
            "答错了会扣分吗",
            "5x8 是什么意思",
            "谢谢",
            "这个问题",
            "",
            "不对",
            "explain how to refund",
            "周末不上班",
            "为什么没回答",
        ] {
            assert_eq!(doubt(text), None, "{text}");
        }
        assert_eq!(doubt_to_bot("不对"), Some(Doubt::NotAsked));
        assert_eq!(doubt_to_bot("不对外营业"), None);
    }

    #[test]
    fn a_correction_says_what_was_meant() {
        for (text, meant) in [
            ("不是，我要的是邮箱", Some("邮箱")),
            ("不对，我问的是QQ群", Some("QQ群")),
            ("no, I meant the email address", Some("the email address")),
            ("我是问多少钱", Some("多少钱")),
            ("我问的不是这个，怎么退款", Some("怎么退款")),
            ("不是这个意思，我是问会员卡能不能转让", Some("会员卡能不能转让")),
            ("答错了！我问企业微信", Some("企业微信")),
            ("我问的不是这个，我想知道怎么退款", Some("怎么退款")),
            (
                "that's not what I asked, how do I get a refund",
                Some("how do I get a refund"),
            ),
            ("说错了 是改时间", Some("改时间")),
            ("打错了，应该是邮箱", Some("邮箱")),
            ("答错了 我问的是发票", Some("发票")),
            ("答错了我问的是发票", Some("发票")),
            ("不是这个，答错了，我要的是下载地址", Some("下载地址")),
            ("wrong, I meant the invoice", Some("the invoice")),
            ("答错了，已经改价了", Some("已经改价了")),
            (
                "wrong answer. The price has changed",
                Some("The price has changed"),
            ),
            ("wrong password", None),
            ("不是这个意思", None),
            ("不是这个，不是", None),
            ("我要退款", None),
            ("今天下雨，怎么退款", None),
        ] {
            let found = correction(text).map(|behind| match behind {
                Behind::Meant(text) | Behind::Words(text) => text,
            });
            assert_eq!(found, meant, "{text}");
        }
    }
}
