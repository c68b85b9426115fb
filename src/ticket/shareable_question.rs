//! Tells questions that others can have too from texts such as "怎么办", "这个怎么弄", a link or a greeting, which mean something
//! else each time.

use super::Ticket;

/// Characters of its own that make a text a question: a noun or a verb of Chinese, a word or a number of anything else.
const OWN: usize = 2;

/// Longest text that is looked at, in characters; a longer one says something for sure.
const READ_MAX_CHARS: usize = 400;

/// `true` if a ticket was opened with this text.
pub fn asks_the_same(ticket: &Ticket, said: &str) -> bool {
    bare(&ticket.transcript) == bare(said)
}

/// Returns a text without case, spaces and punctuation.
pub(super) fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// `true` if a text shows its topic by itself, so that another member with the same text asks the same.
pub fn stands_alone(text: &str) -> bool {
    if text.chars().count() > READ_MAX_CHARS {
        return true;
    }
    text.split_whitespace()
        .filter(|word| !is_link(word))
        .map(own)
        .sum::<usize>()
        >= OWN
}

/// `true` if a text is about a personal matter of its author: "我要退货", "my order". The same text of somebody else is about
/// another matter.
pub fn is_personal(text: &str) -> bool {
    let text = text.to_lowercase().replace('’', "'");
    let mut chinese = text.clone();
    for asking in ASKING {
        chinese = chinese.replace(asking, "");
    }
    let wishes = WISHES.split_whitespace().any(|wish| {
        let bare = chinese.trim_start_matches(|c: char| !c.is_alphanumeric());
        let bare = COURTESIES
            .iter()
            .fold(bare, |bare, word| bare.trim_start_matches(word));
        bare.trim_start_matches(|c: char| !c.is_alphanumeric())
            .starts_with(wish)
    });
    let asks = [
        "怎么",
        "怎样",
        "如何",
        "哪",
        "什么",
        "多久",
        "多少",
        "吗",
        "能不能",
        "要不要",
        "可以",
        "是否",
        "?",
        "？",
    ]
    .iter()
    .any(|word| chinese.contains(word));
    if (wishes && !asks) || OWN_MATTER.split_whitespace().any(|word| chinese.contains(word)) {
        return true;
    }
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '\'')
        .filter(|word| !word.is_empty())
        .collect();
    words.iter().enumerate().any(|(at, word)| {
        let before = |back: usize| {
            at.checked_sub(back)
                .and_then(|at| words.get(at))
                .copied()
                .unwrap_or_default()
        };
        match *word {
            // "How do I ...", "where can we ...": anybody would say it so.
            "i" | "we" => {
                let modal =
                    ["do", "can", "should", "could", "would", "may", "must", "shall"].contains(&before(1));
                !(modal && ["how", "where", "when", "what", "which", "who"].contains(&before(2)))
            }
            "me" | "us" => !["tell", "help", "show", "let"].contains(&before(1)),
            word => OWN_MATTER_IN_ENGLISH.split_whitespace().any(|own| own == word),
        }
    })
}

/// Phrases for asking as such, which name no matter of the author.
const ASKING: [&str; 22] = [
    "我想问一下",
    "我想问下",
    "我想问",
    "我要问",
    "我问一下",
    "我问下",
    "我想请问",
    "我想请教",
    "我想咨询",
    "我想了解",
    "我想知道",
    "谁能告诉我",
    "告诉我",
    "教教我",
    "教我",
    "帮帮我",
    "帮我看看",
    "帮我看一下",
    "帮我看下",
    "自我",
    "我们都",
    "我不知道",
];

/// Words for the author, whoever it is.
const OWN_MATTER: &str = "我 俺 咱 本人 本公司 本店 鄙人 敝公司 私人";

/// Beginnings of a wish that leave the author out.
const WISHES: &str = "要 想 需要 申请 投诉 举报 退货 退款 退钱 换货 赔偿 给开 开发票 补开 催";

/// Courtesies that may stand before a wish.
const COURTESIES: [&str; 7] = ["你好", "您好", "请问", "麻烦", "老师", "客服", "亲"];

/// Words for the author in English.
const OWN_MATTER_IN_ENGLISH: &str = "my mine myself our ours i'm im i've ive i'd i'll we're we've we'd we'll";

fn is_link(word: &str) -> bool {
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
    word.contains("://") || word.starts_with("www.") || word.starts_with('@')
}

/// Counts the characters of its own in a word, or in a sentence without spaces.
fn own(word: &str) -> usize {
    let word = word.to_lowercase();
    let pieces = word.split(|c: char| !c.is_alphanumeric() && c != '\'');
    pieces.map(own_of_piece).sum()
}

fn own_of_piece(piece: &str) -> usize {
    let mut rest = piece;
    let mut own = 0;
    while let Some(first) = rest.chars().next() {
        let length = if first.is_ascii() {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '\'')
                .unwrap_or(rest.len());
            let word = rest.get(..end).unwrap_or(rest).replace('\'', "");
            if word.len() > 1 && !EMPTY_IN_ENGLISH.split_whitespace().any(|empty| empty == word) {
                own += OWN;
            }
            end.max(1)
        } else {
            let empty = EMPTY.split_whitespace().filter(|empty| rest.starts_with(empty));
            match empty.map(str::len).max() {
                Some(length) => length,
                None => {
                    own += 1;
                    first.len_utf8()
                }
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    own
}

/// Chinese words that say nothing of their own: question words, pointing words, courtesies, calls, and trouble without a
/// name.
pub(super) const EMPTY: &str = "\
    怎么办 怎么弄 怎么搞 怎么处理 怎么解决 怎么回事 怎么用 怎么操作 怎么做 怎么设置 怎么看 怎么样 怎么 怎样 咋办 咋弄 咋整 咋回事 咋 \
    如何 什么情况 什么原因 什么意思 什么鬼 什么 啥情况 啥 为什么 为啥 为何 原因 情况 \
    这个 那个 这种 那种 这样 那样 这里 那里 这边 那边 这 那 哪个 哪里 哪 它 他 她 我们 我 你们 你 您 大家 各位 自己 \
    有没有人 有人 有谁 没人 谁能 谁 知道 了解 懂 会 在吗 在么 在不在 在 吗 么 嘛 呢 吧 啊 呀 哦 噢 哈 呵 嘿 喂 嗯 唉 哎 啦 \
    了 的 得 地 着 过 是 有 没有 没 不 能 可以 行 要 想 该 应该 请问 请教 请 麻烦 拜托 帮忙 帮帮 帮 看看 看一下 看下 看 一下 下 \
    解决 处理 操作 弄 搞 整 做 办 问题 问一下 问下 问 求助 求解 求 救命 救 急 在线等 等 大佬 大神 老师 师傅 客服 管理员 群主 机器人 \
    小助手 人工 真人 转 亲 老板 你好 您好 早上好 下午好 晚上好 早 谢谢 多谢 感谢 谢 好的 好 收到 辛苦 \
    上面 下面 如图 如下 图片 图 截图 链接 见 报错 出错 错误 出问题 失败 不行 不能用 用不了 打不开 没反应 不好使 异常 坏 挂 \
    又 还是 还 也 都 就 再 给 把 被 来 去 到 一直 老是 总是 突然 现在 今天 刚才 刚刚 出现 出 遇到 碰到 一个 个 点 些 快 速度 回复 回 理 呜 \
    还有一句 还有 一句 句话 几句 补充 另外 顺便 再 说 讲 接着 继续 还没完 插一句 打扰 个问题 个事 个事情 件事 一件事";

/// English words that say nothing of their own.
pub(super) const EMPTY_IN_ENGLISH: &str = "\
    how what whats why where who which when do does did done to you it its this that these those the an is are was am \
    can could would should will please pls plz help me my we us our your anyone anybody somebody someone there here hi \
    hello hey thanks thank thx fix fixed solve solved solution work works working not doesnt dont cant isnt wont didnt \
    broken error errors problem problems issue issues fail fails failed failing wrong with on in of and or for up at as \
    need urgent asap question know any idea ideas going happening happens happened happen use using make get getting got \
    look see show picture screenshot link above below again still now just ok okay yes no bot human support admin sir \
    im ive id have has had be been so but if out about handle deal try tried";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matter_of_ones_own_is_told_from_a_question_of_everybody() {
        for text in [
            "我要退货",
            "我的订单呢",
            "我要投诉",
            "我要开发票",
            "我们公司的发票还没收到",
            "帮我退款",
            "想退货",
            "您好，申请退款",
            "要投诉",
            "我想问一下我的订单到哪了",
            "my order hasn't arrived",
            "I want a refund",
            "I’m locked out",
            "our invoice is wrong",
            "please call me back",
            "why can't I log in",
        ] {
            assert!(is_personal(text), "{text}");
        }
        for text in [
            "怎么退款",
            "数据库升级以后报错 1045 怎么办",
            "我想问一下数据库升级怎么做",
            "谁能告诉我 docker 怎么装",
            "申请退款要多久",
            "支付失败了",
            "想用 docker 部署的话怎么装？",
            "how do I install docker",
            "can anyone tell me why the site is down",
            "the invoice page is down",
        ] {
            assert!(!is_personal(text), "{text}");
        }
    }

    #[test]
    fn words_without_a_question_of_their_own_are_told_from_questions() {
        for text in [
            "",
            "怎么办",
            "这个怎么弄？",
            "有人吗",
            "有没有人能帮我看看这个问题",
            "又报错了，怎么解决啊",
            "打不开，急",
            "请问这是什么情况",
            "https://example.com/login?a=1",
            "这个链接打不开 https://example.com/a/b",
            "@小明 在吗",
            "还有一句",
            "我再说一句话",
            "另外补充一下",
            "还有个问题想问一下",
            "顺便问一件事",
            "谢谢大佬",
            "??",
            "how do I fix this?",
            "It doesn't work, please help",
            "any idea what's wrong here",
            "[图片]",
        ] {
            assert!(!stands_alone(text), "{text}");
        }
        for text in [
            "怎么退款",
            "数据库升级以后报错 1045 怎么办",
            "报错 1045",
            "登录不了怎么办",
            "支付失败了",
            "how do I reset my password",
            "docker 怎么装",
            "发票",
            "说明书在哪",
            "还有发票的事",
            "the invoice is wrong",
        ] {
            assert!(stands_alone(text), "{text}");
        }
    }
}
