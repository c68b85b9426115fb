//! Small talk: about the bot itself, about the world, to keep it quiet, or to pass its words on.

use super::not_working::SCOLDING;
use super::patterns::{one, set};
use super::simplified::simplified;
use super::wants_human::is_short;
use super::word_list::WordList;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// Patterns of questions about the bot.
const ABOUT_BOT: &[&str] = &[
    r"^(请问|那)?你(们)?(到底)?(是|叫)(谁|什么(名字)?|啥|哪位|干什么的|干嘛的|做什么的)(啊|呀|呢|吗|\?|？|[\s。！!~])*$",
    r"^你(到底)?是(不是)?(个|一个)?(机器人|真人|人|人工|ai|人工智能|活人|程序)(吗|么|吧|还是|啊|呀|不)?",
    r"^(请问)?你(都)?(会|能|可以)(做|干|回答|帮我做|帮忙)?(些|点)?(什么|啥|哪些|嘛)",
    r"^(あなた|君|きみ|これ)(は|って)?(、)?(谁|何|何者|人间|ロボット|ボット|ai)(です|なの|なん)?(か)?(\?|？|。)*$",
    r"^(あなた(は|に)|ここ(は|で))?(、)?(何|なに)(が|を)?(でき|して(くれ|もらえ))(る|ます)(の|ん)?(です)?(か)?(\?|？|。)*$",
    r"^你有(什么|啥|哪些)(功能|本事|用|用处)",
    r"^(是)?谁(开发|做|发明|造|写|训练|设计)(了|的|出来)*你|^你是(谁|哪家公司|哪个公司)(开发|做|发明|造|写|训练|设计)",
    r"^你的?(主人|作者|开发者|爸爸|爹|老板)是谁",
    r"^who (made|built|created|wrote|trained) (you|u|this bot)\b",
    r"^(who|what) (are|r) (you|u)\b",
    r"^你(到底)?(算)?是(个)?(什么|啥)(东西|玩意儿?|鬼)?(啊|呀)?[\s?？!！。~]*$|^你(会|能|可以)(写诗|写歌|写小说|写作文|写代码|画画|唱歌|作诗|编程|背诗|背书|讲故事|算命|聊天)(吗|么|不)[\s?？]*$",
    r"^how does (this|the|your) (bot|robot|thing|program|assistant) work\b|^what (do|can) (you|u) (know|answer|help( me| us)?( with)?)( about)?[\s?？!.]*$|^what (kind of )?(questions|things) can (i|we) ask( you)?\b|^how smart are you\b",
    r"^(are|r) (you|u) (a |an |even )?(bot|robot|human|real|ai|person|machine|chatgpt|gpt)",
    r"^what (can|do) (you|u) do\b",
    r"^(what'?s|what is) your (name|job|purpose)",
    r"^(转|找|叫)?(到)?(人工|真人|客服)(客服)?(能|是|会)?(有|没|没有)?(什么|啥|个屁|毛|卵)?(有|没)?用(处)?(吗|么|嘛|啊|呀|呢|没有|没|不|\s|\?|？)*$",
    r"^(转|找|叫)(人工|真人|客服)(是)?(干嘛|干什么|干啥|做什么)",
    // Doubts about the handing over itself.
    r"^(转|找|叫)?(人工|真人|客服)(也|又|都|根本|完全|肯定)*(没|没有|没什么|没啥|不顶)用(的|处|啊|吧|呀)*[\s!！。~]*$",
    r"^((为什么|为啥|干嘛|凭什么)(又|还|总|老|都|就)*|怎么(又|还))(要|得|给我|把我|让我|叫我)*(转|找)(到|接)?(人工|真人|客服)(了|啊|呢|的|吗)*[\s?？!！。~]*$",
    r"^what('?s| is) the (point|use) of (a |an |the |your )?(humans?|agents?|persons?|people)[\s?!.]*$|^what (would|could|can) (a |an |the )?(human|agent|person) (even )?do\b|^(humans?|people|agents?|support|staff) (can'?t|cannot|won'?t|don'?t) help( me| us)?( either| anyway)?[\s!.]*$",
    r"^why (do|did|would|are) (you|u) (always |even )?(want(ing)? to |try(ing)? to )?(hand|transfer|escalat|pass)(e|ing)?( me| us| it| this)?( over| on)?[\s?!.]*$",
    // Who it is that one talks to.
    r"^(这里|这边|那边|对面|屏幕对面|你们?这(里|边)?|(跟|和)我(说话|聊天?|对话)的|回我的|回复我的)(是|都是|的是|到底是|会是)(个)?(真人|人工|活人|人|机器人?|ai)(还是(真人|人工|活人|人|机器人?|ai))?(在回复?|回复?的)?(吗|么|吧|啊|呢|嘛)*[\s?？!！。~]*$",
    r"^(am i|are we) (really |actually |still )?(talking|speaking|chatting|writing|typing) (to|with) (a |an )?(real |actual |live )?(human|person|bot|robot|machine|ai)\b|^is (anyone|anybody|somebody|someone) (here )?(a )?(real )?(human|person)( here)?[\s?!.]*$|^is (this|that|it) (a |an )?(real |actual )?(human|person|bot|robot|machine|ai)\b",
    r"^(是)?(哪家|哪个公司)(开发|做|写|训练)(出来)?(的)?你",
    r"^(怎么|如何)(用|使用)你",
    r"^how (do|can) i use (you|u|this bot)\b",
    r"^(测试|测一下|测试一下)+[\s!！。~]*$|^(just )?(a )?(test|testing|ping)( test| testing)*[\s?!.]*$",
    r"^(请|麻烦)?(你)?(先)?(来|做)?(个|一个)?(自我介绍|介绍(一)?下?你?自己)",
    r"^(please )?(introduce yourself|tell (me|us) about yourself)|^how do (you|u) work[\s?？!.]*$",
    r"^(这|这个|那个)(机器人|bot|ai)(是|到底是)?(谁|哪家|哪个公司|什么人)(的|家的)?(搞|做|写|开发|弄|整|训练|设计)?(的|出来的)?[\s?？!.]*$",
    r"^(你们)?(的)?(人工)?(客服|人工)(客服)?(到底|都)?是(不是)?(真人|活人|人|机器人?|ai|程序)(吗|么|还是|吧|\?|？|啊|呀|[\s!！。]*$)",
    r"\b(real )?(people|humans?|persons?) or (a )?(bots?|machines?|robots?|ai)\b|\b(bots?|machines?|robots?|ai) or (a )?(real )?(people|humans?|persons?)\b",
];

/// Patterns of chat.
const CHAT: &[&str] = &[
    r"^(给我|给大家|来)?(讲|说)(个|一个|点)?(笑话|故事|段子)",
    r"^(你)?(吃(饭)?了(吗|么|没)|睡了(吗|么|没)|几岁|多大了|喜欢(什么|谁|我)|爱不爱我|有女朋友|有男朋友|是男(的)?还是女|在干嘛|在干什么|累不累|无聊)",
    r"^(你)?(真|好|太|很)(棒|厉害|聪明|可爱|牛|笨|蠢|傻|垃圾|没用)",
    r"^(这|那|你)(个|破|傻)?(机器人|ai|bot)(还|真的?|好|太|很|挺|蛮)*(可以|不错|不行|棒|厉害|聪明|可爱|牛|笨|蠢|傻|垃圾|没用|智障|智能|好用|好玩|有意思)",
    r"^(你|你这|你这个|这|这个)?(破|傻|烂|蠢|笨|垃圾|废物|辣鸡)+(的)?(机器人|bot|ai|人工智能)[\s!！。~]*$",
    r"^(你|你们)?(这|这个|这是|的|家的)*(什么|啥)?(破|烂|垃圾|辣鸡|弱智|智障|傻逼|鬼)+(的)?(机器人|bot|ai|人工智能|客服机器人)[\s!！。~]*$|^(你)?(能不能|可不可以|能|可以)?(聪明|机灵|智能|靠谱)(一?点|一些|些)(儿)?(吗|么|行不行|行吗|好吗|不|啊|吧)*[\s!！。~？?]*$",
    r"^(今天|明天)(的)?天气(怎么样|如何|好吗)",
    r"(傻逼|傻x|智障|笨蛋|废物|垃圾|人工智障|弱智)(机器人|bot|东西|玩意)?$",
    SCOLDING,
    r"^(笨死了|真笨|什么玩意(儿)?|什么鬼|无语|就这|呵呵|你在说什么|你说的(是)?(什么|啥))[\s？?！!。~]*$",
    r"^(stupid|dumb|useless|shitty|fucking) (bot|robot|thing|ai)",
    r"^(我爱你|爱你|唱首歌|陪我聊|聊聊天|哈哈|晚安|早安)",
    r"^(tell|sing) (me|us) (a )?(joke|story|song)",
    r"^(do you (love|like) me|i love you|how old are you|how are you|how'?s it going|what'?s up|good night|bad bot|you('?re| are) (so |very )?(smart|stupid|funny|cute|useless|dumb|great|awesome))",
    r"^what'?s the weather",
    // Wishes that the bot were quiet or gone.
    r"^(你)?(给我|快|赶紧|都)?(滚(蛋|开|出去|出群|远点)?|闭嘴|住口|住嘴|安静(点|一点|些)?|走开|一边去|去死|消停(点|会)?|下线吧|退群(吧)?)(吧|啊|了|行不行|好吗)*[\s!！。~]*$",
    r"(能不能|可不可以|能|可以|麻烦|请)?(不要|别)(再)?(老|一直|总|乱)*(刷屏|说话|插嘴|插话|回复?了|吵|叫|烦我|废话|瞎说|乱说|出来了)(了|啊|吗|行吗|好吗|呀)*[\s!！。？?~]*$",
    r"^(这机器人|机器人|你)?(真|好|太|也太|可真)?(吵|烦|烦人|啰嗦|话多|闹心)(死|死人)?(了|啊|呀|人)*[\s!！。~]*$",
    r"^(shut up|go away|get lost|be quiet|stop (talking|spamming|it)|leave (me|us) alone|nobody asked( you)?|fuck off|piss off)[\s!.]*$",
    // Orders of what a support desk does not make.
    r"^(给我|帮我|来|请|你)*(写|作|编|念|背)(一|首|个|篇|段|点)*(诗|歌|小说|作文|情书|故事|对联|段子|笑话)(吧|呗|吗|听听|看看|来)*[\s!！。~？?]*$|^(唱|来)(一|首|个)+歌|^(跳|来)(一|支|个|段)+舞|^(猜|出)(个|一个)?(谜|谜语)|成语接龙",
    r"^(please )?(write|compose|recite) (me |us )?(a |an |some )?(poem|haiku|story|song|joke|essay|rap)\b",
    // The writer's own mood.
    r"^(我)?(好|很|太|真的?|有点)?(无聊|好困|好累|好饿|郁闷|不想(上班|动|起床))(啊|呀|哦|了|死了)*[\s!！。~]*$",
    r"^i('m| am) (so |very |really )?(bored|tired|hungry|sleepy|lonely|sad|happy)[\s!.]*$",
    // What is said of the bot beside others.
    r"^(这|这个|那个|群里的)?(机器人|bot|ai)(回复|回答|回得|回|说话)?(都|也|真|可|还)?(比|跟|和|像).{1,6}(快|强|好|慢|厉害|聪明|靠谱|一样|差不多|差)(多了|得多|点|啊|了)*[\s!！。~]*$",
];

/// Patterns of matters of leisure, of which a member talks with anybody: only where the file knows nothing of it.
const LEISURE: &[&str] = &[
    r"(吃|喝)(点|些|了|的|个|顿)*(啥|什么|饭|火锅|烧烤|奶茶|夜宵)|(早|午|晚)(饭|餐)|(去|在|上)哪(里|儿|家)?(吃|喝|玩)|夜宵|下馆子|聚餐|饿死|做饭|好饿|好困|好热|好冷",
    r"电影|追剧|电视剧|综艺|动漫|演唱会|明星|偶像|足球|篮球|世界杯|欧洲杯|奥运|球赛|打球|打牌|麻将|打游戏|王者荣耀|原神|爬山|钓鱼|旅游|彩票|双色球|股票|基金|星座|运势|八卦|天气|下雨|下雪|太阳|周末去哪|过年去哪|相亲",
    r"^你(觉得|喜欢|爱|讨厌|想|怕|相信|信)(不|我|他|她|吃|喝|玩|什么|谁|小|老|这个世界|爱情|鬼)|^你(会|能)(做饭|唱歌|跳舞|游泳|开车|下棋|打球|画画|谈恋爱|哭|笑|累|饿|死|生气|做梦|睡觉)|^你(今年)?(几岁|多大|结婚|单身|有对象|的生日|住哪|是哪里人)",
    r"\b(world cup|football|soccer|basketball|baseball|movies?|films?|netflix|weather|dinner|lunch|breakfast|coffee|pizza|beer|horoscope|lottery|birthday|weekend plans|who won|who will win)\b",
    r"\bdo (you|u) (like|love|hate|believe|dream|sleep|eat|drink|feel|get (tired|bored)|have (a )?(boyfriend|girlfriend|feelings|friends|family|soul))\b|^can you (cook|sing|dance|feel|dream|love|swim|drive)\b",
    r"\b(love|like|hate) (this|the) (server|group|channel|chat|place|community)\b|\b(food|coffee|music|weather) (here|today) (is|was)\b|\bneed (a )?(coffee|drink|nap|break|holiday|vacation)\b",
];

/// Patterns of words with which somebody passes a message on to others.
const PASSES_ON: &[&str] = &[
    r"^(我|那我)?(先|去|已经|刚)?(转|转发|分享|推荐|截图)?(发|转|给|转发|分享|推|甩)(给|到|去)(了)?(我|我们|他|她|俺)?(们)?(的|家|这边)?(家)?(同事|老板|领导|朋友|客户|老公|老婆|媳妇|爸妈?|妈妈?|爸爸|团队|公司|部门|经理|兄弟|哥们|闺蜜|同学|室友|家人|儿子|女儿|另一个群|别的群|其他群|隔壁群|运维|开发|财务|技术|下属|组长)",
    r"^(已)?(转发|转了|已转|转走了?|分享了?)(一下|了|走了)?[\s!！。~]*$",
    r"^(大家|各位|你们|兄弟们|同事们|群友们|小伙伴们)(都)?(来)?(看|瞧|参考|注意|留意)(看|一下|下|好|过来)?(这个|这条|这里|上面|楼上|机器人说的)?[\s!！。~👆]*$|^(看|瞧)(一?下)?(这条|这个|楼上|上面这?条?)[\s!！。~👆]*$",
    r"^(i('m| am|'ll| will|'ve) )?(just |already )?(sending|sent|send|forwarding|forwarded|forward|sharing|shared|passing|passed|showing) (this|it|that)( on| along)? (to|with) (my|our|the|a|him|her|them|everyone|others)\b|^(everyone|everybody|guys|all|folks),? (see|look at|read|check( out)?) (this|that|above)",
];

static LAUGHS: WordList =
    WordList::new("哈哈 嘿嘿 嘻嘻 呵呵 笑死 笑哭 233 hhh haha lol lmao rofl 😂 🤣 😆 😄");

/// Small talk with the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum SmallTalk {
    /// Name and abilities.
    AboutBot,
    /// Anything else.
    Chat,
}

/// Reads a message that only chats with the bot.
pub(in crate::desk) fn small_talk(text: &str) -> Option<SmallTalk> {
    static ABOUT: LazyLock<RegexSet> = LazyLock::new(|| set(ABOUT_BOT));
    static CHATS: LazyLock<RegexSet> = LazyLock::new(|| set(CHAT));
    let text = simplified(text.trim());
    let text = without_lead_in(&text);
    if !is_short(text) {
        None
    } else if ABOUT.is_match(text) {
        Some(SmallTalk::AboutBot)
    } else {
        CHATS.is_match(text).then_some(SmallTalk::Chat)
    }
}

/// Returns a text without the laugh or "all right" before it: "haha ok, tell me a joke".
fn without_lead_in(text: &str) -> &str {
    static LEADS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        one(r"(?i)^((ha){2,}|lol|ok|okay|well|so|hey|哈哈+|嘿嘿|好吧|那|那你|嗯)[\s,，.。!！~]+")
    });
    let mut rest = text;
    while let Some(lead) = LEADS.as_ref().and_then(|leads| leads.find(rest)) {
        rest = rest.get(lead.end()..).unwrap_or_default();
    }
    if rest.is_empty() { text } else { rest }
}

/// `true` if a message has a laugh in it.
pub(in crate::desk) fn laughs(text: &str) -> bool {
    let text = text.to_lowercase();
    LAUGHS.is_in(&text)
}

/// `true` if a message wants no answer: a laugh, small talk, a number, signs.
pub(in crate::desk) fn is_idle(text: &str) -> bool {
    let text = text.trim();
    // A long number may be an order's.
    let signs = text.chars().filter(|c| c.is_alphanumeric()).count() <= 2
        && text.chars().all(|c| c.is_ascii_digit() || !c.is_alphanumeric());
    let laughs = || {
        let lower = simplified(&text.to_lowercase()).into_owned();
        let rest = LAUGHS.words().fold(lower, |rest, laugh| rest.replace(laugh, ""));
        !rest
            .chars()
            .any(|c| c.is_alphanumeric() && !"哈嘿嘻呵h".contains(c))
    };
    signs || small_talk(text) == Some(SmallTalk::Chat) || laughs()
}

/// `true` if a text is about a matter of leisure.
pub(in crate::desk) fn talks_idly(text: &str) -> bool {
    static TALKS: LazyLock<RegexSet> = LazyLock::new(|| set(LEISURE));
    let text = simplified(text.trim());
    is_short(&text) && TALKS.is_match(&text)
}

/// `true` if a message passes what it stands under on to others: "转给我同事看看".
pub(in crate::desk) fn passes_on(text: &str) -> bool {
    static PASSED: LazyLock<RegexSet> = LazyLock::new(|| set(PASSES_ON));
    let text = simplified(text.trim());
    is_short(&text) && PASSED.is_match(&text) && !text.contains(['?', '？']) && !text.ends_with(['吗', '么'])
}

/// `true` if a message asks for patience: what is to be read comes later.
pub(in crate::desk) fn asks_to_wait(text: &str) -> bool {
    static WAITS: LazyLock<RegexSet> = LazyLock::new(|| {
        set(&[
            r"^(你|你们|请|麻烦)?(先)?(等|稍)(我)?(一)?(下|会|等|哈)|^(我|那我)(先|去)*(截|拍|录)(个|张|一张|一下)*(图|屏)",
            r"^(one|just a|a|give me a) (sec|second|moment|minute)\b|^(hang|hold) on\b|^wait( a| for)?\b",
        ])
    });
    let text = simplified(text.trim());
    is_short(&text) && WAITS.is_match(&text) && !text.contains(['?', '？'])
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "为什么要转人工",
            "怎么又转人工了",
            "转人工没用的",
            "这里是人工还是机器",
            "对面是真人吗",
            "跟我说话的是人吗",
            "测试一下",
            "just testing",
            "am I talking to a human?",
            "is anyone human here",
            "what's the point of a human",
            "why do you want to hand me over",
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
            "怎么转人工",
            "为什么找不到人工",
            "这里是人工湖吗",
            "why do you transfer my domain",
            "what can I do about the error",
        ] {
            assert_eq!(small_talk(text), None, "{text}");
        }
    }

    #[test]
    fn laughs_are_heard() {
        assert!(laughs("不是发过吗哈哈") && laughs("LOL what") && !laughs("怎么退款"));
    }

    #[test]
    fn talk_of_leisure_and_words_passed_on_are_told_from_what_is_asked_of_a_desk() {
        for text in [
            "滚",
            "滚出去",
            "闭嘴",
            "别说话了",
            "我好无聊啊",
            "写首诗",
            "吵死了",
            "能不能别刷屏",
            "机器人比客服快",
            "shut up",
        ] {
            assert_eq!(small_talk(text), Some(SmallTalk::Chat), "{text}");
        }
        for text in [
            "介绍一下你自己",
            "自我介绍一下",
            "how do you work",
            "这机器人谁搞的",
            "人工客服是真人吗",
            "客服是人还是机器",
            "who handles the tickets, people or bots?",
        ] {
            assert_eq!(small_talk(text), Some(SmallTalk::AboutBot), "{text}");
        }
        for text in [
            "推荐个电影吧",
            "你会做饭吗",
            "你觉得小明帅吗",
            "do you like pizza?",
            "who won the world cup?",
            "中国足球能赢吗",
            "晚上吃啥呢",
            "need coffee",
            "I love this server",
        ] {
            assert!(talks_idly(text), "{text}");
        }
        for text in [
            "转给我同事看看",
            "发给我老板看看",
            "转发一下",
            "大家看一下这条",
            "转给同事了",
            "sending this to my boss",
        ] {
            assert!(passes_on(text), "{text}");
        }
        for text in [
            "发给我一份报价",
            "转给客服处理",
            "别刷屏会被封号吗",
            "滚动日志怎么看",
            "安静模式怎么开",
            "大家看一下这个报错怎么解决",
            "how do you work out the price",
            "客服是人工的时间",
            "转发失败",
        ] {
            assert!(small_talk(text).is_none() && !passes_on(text), "{text}");
        }
    }
}
