//! Words of who waits for staff and can't wait any longer.

use super::only_listed_words::made_of;
use super::word_list::WordList;

/// `true` if a text presses for an answer and says nothing else: "在吗，很急".
pub(in crate::desk) fn presses_for_answer(text: &str) -> bool {
    made_of(text, [&URGES, &BESIDE]).is_some_and(|[urges, _]| urges)
}

static URGES: WordList = WordList::new(
    "\
    急 很急 着急 好急 急死 紧急 加急 赶紧 赶快 快点 快些 快一点 搞快点 尽快 抓紧 速度 催 催催 催单 等不及 等不了 等很久 等了很久 等半天 等了半天 等好久 等了好久 \
    urgent urgently asap hurry hurryup quickly quick inahurry emergency expedite faster waitingforhours waitingforages \
    急いで 至急 早く 紧急 緊急",
);

static BESIDE: WordList = WordList::new(
    "\
    在吗 在不在 在么 在不 有人吗 有人在吗 有人么 人呢 你好 您好 客服 老师 大佬 亲 麻烦 请 帮 帮忙 拜托 求 求求 能 能不能 可以 可不可以 可否 我 我这 我这边 这边 这 这个 \
    问题 事 事情 真的 真 很 特别 非常 超级 太 好 十万火 万分 有点 比较 了 的 啊 呀 吗 么 呢 吧 嘛 哦 一下 下 点 处理 回复 回 看 看看 解决 弄 给 帮我 给我 你们 你 您 \
    现在 今天 都 就 有 人 等 着 在 用 要 谢谢 工单 \
    hello hi hey please pls it is its this very really so need help anyone anybody there somebody can you could i am im ive been we to be a the an answer \
    reply respond me thanks bit my ticket still waiting for up with on are bot \
    ください お愿いします お願いします です ます が ので 返事 返信 を",
);

#[cfg(test)]
mod tests {
    use super::presses_for_answer;

    #[test]
    fn who_presses_for_an_answer_is_told_from_who_asks() {
        for text in [
            "在吗，很急",
            "很急很急",
            "急急急",
            "有人吗？急！",
            "能快点吗",
            "催一下",
            "麻烦尽快处理一下",
            "等了很久了",
            "很急！在不在",
            "this is urgent",
            "please hurry up",
            "asap please",
            "急いでください",
        ] {
            assert!(presses_for_answer(text), "{text}");
        }
        for text in [
            "在吗",
            "催款邮件怎么发",
            "急诊在哪",
            "快递到哪了",
            "紧急联系电话多少",
            "谢谢",
            "is there an emergency number?",
            "",
        ] {
            assert!(!presses_for_answer(text), "{text}");
        }
    }
}
