//! Courtesies: messages that are a short word to the bot, and want no more than one back.

use super::only_listed_words::made_of;
use super::patterns::one;
use super::simplified::simplified;
use super::word_list::WordList;
use regex::Regex;
use std::sync::LazyLock;

/// A courtesy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum Courtesy {
    /// Thanks, or "solved".
    Thanks,
    /// A greeting or "are you there".
    Greeting,
    /// A farewell, praise, an apology, "noted": the exchange is over.
    Parting,
}

const THANKS_PATTERNS: &[&str] = &[
    "谢谢",
    "多谢",
    "感谢",
    "谢了",
    "谢啦",
    "谢谢你",
    "谢谢啦",
    "辛苦了",
    "收到",
    "收到谢谢",
    "好的",
    "好的谢谢",
    "好",
    "ok",
    "okay",
    "明白",
    "明白了",
    "知道了",
    "懂了",
    "了解",
    "解决了",
    "已解决",
    "搞定了",
    "搞定",
    "好了",
    "可以了",
    "thanks",
    "thankyou",
    "manythanks",
    "thanksalot",
    "thanksamillion",
    "thx",
    "tks",
    "3q",
    "3ks",
    "蟹蟹",
    "牛",
    "牛逼",
    "牛啊",
    "赞",
    "点赞",
    "666",
    "不客气",
    "客气",
    "cheers",
    "cheersmate",
    "nice",
    "great",
    "awesome",
    "ty",
    "tysm",
    "thanku",
    "3x",
    "唔该",
    "唔该晒",
    "唔该哂",
    "多谢晒",
    "栓q",
    "gotit",
    "solved",
    "fixed",
    "nevermind",
    "不用了",
    "没事了",
];

const GREETINGS: &[&str] = &[
    "你好",
    "您好",
    "在吗",
    "在么",
    "在不在",
    "有人吗",
    "有人么",
    "有人在吗",
    "有没有人",
    "有没有人在",
    "人在吗",
    "在线吗",
    "isanyonethere",
    "isanybodythere",
    "anyonehere",
    "anybodythere",
    "在不",
    "哈喽",
    "哈啰",
    "嗨",
    "早",
    "早上好",
    "下午好",
    "晚上好",
    "hi",
    "hello",
    "hey",
    "areyouthere",
    "anyonethere",
    "goodmorning",
    "喂",
    "机器人",
    "bot",
    "小助手",
    "客服",
    "客服在吗",
    "帮助",
    "help",
];

/// Words of a greeting of several words.
static GREETS: WordList = WordList::new(
    "\
    こんにちは こんばんは おはよう おはようございます もしもし はじめまして \
    老师好 老师您好 老师你好 客服好 客服你好 管理员好 亲 亲亲 \
    你好 您好 你们好 大家好 各位好 哈喽 哈啰 哈罗 嗨 嘿 早 早啊 早上好 上午好 中午好 下午好 晚上好 hi hello hey heya hiya yo hola howdy \
    morning goodmorning goodafternoon goodevening greetings",
);

/// Words with which an exchange ends.
static PARTS: WordList = WordList::new(
    "\
    拜拜 拜 再见 再会 回见 回聊 回头见 明天见 下次见 改天见 先这样 就这样 先到这 先到这里 回头再说 回头说 下次再说 改天再说 以后再说 先忙 先下了 \
    我先下 走了 先走 溜了 告辞 先撤 \
    bye byebye byebyes goodbye seeyou seeya cya culater seeyoulater seeyousoon ttyl takecare thatsall thatsit thatisall thatsallfornow nomore \
    厉害 牛 学到 学习了 学会 涨知识 长知识 长见识 收藏 mark 马克 码住 码了 已阅 已读 阅 已存 存了 好耶 耶 哇 哇塞 棒 真棒 不错 很好 挺好 太好 好样的 可以可以 \
    聪明 机智 么么哒 比心 抱抱 爱了 原来如此 原来是这样 这样啊 这样子 是这样 强 优秀 给力 靠谱 长姿势 \
    k kk okk okie okey okeydokey roger copy copythat gotcha greatstuff goodstuff greatjob goodwork very good verygood lol wow omg sweet \
    appreciateit iappreciateit muchappreciated appreciated yourock urock yyds 永远的神 绝绝子 爱你 爱你们 爱你哟 爱你哦 下次再聊 改天聊 886 88 8686 了解 了解了 \
    回头我弄 回头弄 回头我弄下 回头我试试 我回头试试 回头我看看 晚上我试试 明天我试试 我明天试试 我回去试试 乖 晚安 晚安了 好梦 awesome goodnight nighty nite \
    youarethebest yourethebest bestbot bestbotever awesomework nicework amazingwork lovethisbot lovethis loveit impressive soquick thatwasquick \
    好用 真好用 太好用了 很好用 可以啊 机器人可以啊 机器人可以 这机器人可以 真不错 不错哦 不错不错 厉害了 绝了 秀 有点东西 \
    goodbot greatbot nicebot coolbot bestbot smartbot wrongping mispinged misping wrongchannel wrongroom \
    lovely brilliant neat excellent amazing wonderful fantastic noworries noproblem noprob np yw yourewelcome youarewelcome anytime mypleasure \
    interesting isee makessense fairenough smart clever wellplayed \
    不谢 不用谢 客气啥 客气什么 客气了 别客气 太客气 哪里哪里 哪里的话 应该的 麻烦各位了 麻烦大家了 麻烦你们了 打扰 打扰了 不好意思 抱歉 对不起 \
    发错 发错了 发错群 打错 打错字 说错 点错 按错 误触 手滑 看错 mybad sorry wrongchat wronggroup wrongwindow wrongperson oops \
    我去看看 我去看一下 去看看 我去试试 我再看看 我再试试 我研究一下 我研究研究 我想想 我想一下 我考虑一下 我先看 我去瞧瞧 我去弄 我先去 等我 马上 稍等 \
    letmesee letmecheck illcheck illlook illhavealook illthinkaboutit onesec onemoment amoment hangon brb",
);

/// Words that call somebody, or announce a question that does not stand there yet.
static OPENS: WordList = WordList::new(
    "\
    在吗 在么 在不 在不在 在没在 在嘛 人呢 人在吗 有人吗 有人么 有人不 有人没 有人没有 有人在吗 有人在么 有人在不 有人在线吗 在线吗 在线不 \
    客服在吗 客服在不在 客服在不 客服在么 机器人在吗 机器人在不在 机器人呢 客服呢 \
    想问个事 问个事 问个事情 问件事 问点事 问个问题 想问个问题 想问一下 想问下 问一下 问下 问一问 想问问 问问 请问 请问一下 请问下 问一句 弱弱问一句 \
    请教 请教一下 请教下 请教个问题 想请教 想请教一下 有事请教 咨询 咨询一下 咨询下 想咨询 想咨询一下 想咨询下 咨询个事 咨询个问题 我要咨询 \
    有个问题 有一个问题 有个问题想问 有个问题想请教 有问题想问 有问题要问 有个问题要问 有点问题想问 有事 有点事 有个事 有事想问 有件事 打扰一下 打扰下 \
    帮个忙 帮下忙 帮帮忙 帮帮我 帮我 帮我一下 需要帮助 需要帮忙 我需要帮助 求助 求助一下 求帮忙 能帮个忙吗 能帮我吗 能帮我一下吗 可以帮我吗 能问个问题吗 可以问个问题吗 \
    可以咨询吗 可以咨询一下吗 能咨询一下吗 \
    quickquestion ihaveaquestion ivegotaquestion ivegotaquickquestion ihaveaquickquestion caniasksomething \
    caniask caniaskaquestion caniaskyousomething mayiask mayiaskaquestion mayiasksomething couldiasksomething couldiaskaquestion canyouhelp canyouhelpme \
    couldyouhelp couldyouhelpme canyouhelpmewithsomething needhelp ineedhelp ineedsomehelp needsomehelp ineedyourhelp helpme pleasehelp pleasehelpme helpneeded \
    anyonethere anybodythere isanyonethere isanybodythere isanyoneonline anyoneonline anyonearound areyouthere youthere areyouonline",
);

/// Words that say nothing beside those.
static BESIDE: WordList = WordList::new(
    "\
    啊 呀 哈 哦 噢 啦 了 呢 吧 的 哒 嘛 诶 耶 哟 喔 嗯 那 那我 我 你 您 你们 大家 各位 邻居 同学 老师 亲 亲们 朋友们 小伙伴们 群友们 机器人 小助手 小机器人 \
    先 就 都 也 真 真的 太 很 挺 好 好的 又 再 一下 一会 一会儿 群 谢谢 多谢 感谢 辛苦 ok okay oh ah haha thanks thankyou thx thank you u all guys \
    everyone folks there here so really very too man mate buddy dude bro friend bot robot for now then to the later again it that this is was that's \
    good nice cool great i a please pls",
);

/// Reads a message that is nothing but a courtesy.
pub(in crate::desk) fn courtesy(text: &str) -> Option<Courtesy> {
    if text.len() > 120 {
        return None;
    }
    // Who says of the other that they are wrong excuses nothing.
    static BLAMES: LazyLock<Option<Regex>> =
        LazyLock::new(|| one(r"(你|您|你们|机器人).{0,2}(说|答|看|搞|弄|讲|发|给|打)错"));
    let plain = simplified(text);
    if BLAMES.as_ref().is_some_and(|blames| blames.is_match(&plain)) {
        return None;
    }
    let bare: String = plain
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let bare = bare.trim_end_matches(['啊', '呀', '哈', '哦', '噢', '啦', '了', '呢', '~']);
    let is = |list: &[&str]| {
        list.iter()
            .any(|word| word.trim_end_matches('了') == bare || *word == bare)
    };
    if bare.is_empty() {
        None
    } else if is(THANKS_PATTERNS) {
        Some(Courtesy::Thanks)
    } else if is(GREETINGS)
        || (bare == "在" && text.contains(['?', '？']))
        || made_of(text, [&OPENS, &GREETS, &BESIDE]).is_some_and(|[opens, ..]| opens)
    {
        Some(Courtesy::Greeting)
    } else if text.contains(['?', '？']) {
        None
    } else {
        match made_of(text, [&PARTS, &GREETS, &BESIDE])? {
            [true, ..] => Some(Courtesy::Parting),
            [_, true, _] => Some(Courtesy::Greeting),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courtesies_are_only_courtesies_when_nothing_else_is_said() {
        for text in [
            "谢谢！",
            "many thanks!",
            "收到，谢谢",
            "OK",
            "Thanks!!",
            "解决了",
            "好的哈",
        ] {
            assert_eq!(courtesy(text), Some(Courtesy::Thanks), "{text}");
        }
        for text in [
            "在吗？",
            "你好呀",
            "Hello",
            "你好你好你好你好",
            "hello bot",
            "Hello there!",
            "hey bot",
            "yo",
            "早啊各位邻居",
            "在？",
            "在嘛",
            "人呢",
            "有人不",
            "机器人在吗",
            "想问个事",
            "请教一下",
            "你好，在吗，想咨询一下",
            "有个问题想请教一下",
            "能帮个忙吗？",
            "咨询",
            "Hi, quick question",
            "can I ask you something?",
            "hello? anyone there?",
            "I need some help please",
        ] {
            assert_eq!(courtesy(text), Some(Courtesy::Greeting), "{text}");
        }
        for text in [
            "awesome bot",
            "good bot",
            "sorry wrong ping",
            "拜拜",
            "好的，再见",
            "bye bye",
            "厉害了",
            "学到了",
            "么么哒",
            "已阅",
            "先这样吧",
            "回头再说",
            "gotcha",
            "that's all",
            "see you",
            "no worries",
            "客气啥",
            "发错了",
            "我去看看",
            "麻烦各位了",
            "great stuff",
            "appreciate it",
            "886",
            "了解了，回头我弄下",
            "太棒了谢谢你",
            "我说错了",
        ] {
            assert_eq!(courtesy(text), Some(Courtesy::Parting), "{text}");
        }
        for text in [
            "谢谢，另外工单在哪",
            "有问题",
            "咨询电话",
            "问题解决了",
            "帮我查一下",
            "在哪",
            "need help with billing",
            "",
            "???",
            "你好请问上班时间",
            "收藏在哪里看",
            "再见面怎么约",
            "bye?",
            "发错货了",
            "mark as read",
            "好强的服务器多少钱",
            "我",
        ] {
            assert_eq!(courtesy(text), None, "{text}");
        }
    }
}
