//! Words with which staff keep a member company before and after they answer: "one moment", "let me look", "you're welcome".

use super::only_listed_words::made_of;
use super::word_list::WordList;

static WAITS: WordList = WordList::new(
    "\
    好 好的 好滴 好嘞 行 可以 嗯 嗯嗯 哦 收到 收到了 明白 了解 在 在的 我在 您好 你好 亲 亲亲 \
    稍等 稍候 请稍等 请稍候 稍等一下 稍等下 稍等片刻 等一下 等下 请等一下 马上 马上来 马上处理 马上看 这就看 正在看 正在查 正在处理 \
    我看看 我看下 我看一下 看一下 看下 帮您看看 帮您看下 帮您看一下 帮你看看 帮你看下 帮您查 帮您查一下 帮您查下 帮你查一下 我查一下 我查下 \
    查一下 我帮您看 我帮您查 我确认一下 确认一下 问一下 问问 问下 我核实一下 核实一下 核实下 给您处理 帮您处理 \
    您说 你说 请说 请讲 您讲 您请说 有什么可以帮您 有什么可以帮到您 有什么能帮您 有什么可以帮你 需要什么帮助 \
    不客气 不用谢 不谢 别客气 客气了 没事 没事的 没关系 应该的 谢谢 感谢 再见 拜拜 祝您生活愉快 很高兴为您服务 为您服务 \
    还有其他问题吗 还有别的问题吗 还有什么问题吗 还有问题吗 有问题随时联系 有问题再联系 有问题随时找我 有问题再找我 \
    ok okay sure yes hi hello hey gotit noted one amoment onemoment justamoment moment please pleasewait wait asecond onesecond onesec \
    holdon hangon checking letmecheck letmelook letmesee illcheck illlook illask letmeask lookingintoit workingonit onit \
    howcanihelp howcanihelpyou howmayihelp whatcanidoforyou youarewelcome yourewelcome noproblem thankyou thanks bye haveaniceday \
    anythingelse isthereanythingelse",
);

static FILLERS: WordList =
    WordList::new("一下 下 哈 啊 呀 哦 噢 呢 吧 的 吗 哒 呐 啦 了 先 再 就 去 也 请 您 我 我们 for you");

/// People whom staff ask before they answer.
static ASKED: WordList = WordList::new(
    "同事 技术 技术部 技术员 工程师 老师 师傅 主管 经理 老板 领导 财务 仓库 物流 售后 后台 那边 他们 部门 \
    mycolleague acolleague theteam ourteam mymanager",
);

/// `true` if a line of staff says nothing but that an answer comes, or that they are there.
pub fn says_wait(line: &str) -> bool {
    let line = line.trim();
    let empty = !line.chars().any(char::is_alphanumeric);
    let is_wait = |[waits, _, people]: [bool; 3]| waits || !people;
    empty || made_of(line, [&WAITS, &FILLERS, &ASKED]).is_some_and(is_wait)
}

#[cfg(test)]
mod tests {
    use super::says_wait;

    #[test]
    fn words_that_keep_company_are_told_from_answers() {
        for line in [
            "稍等",
            "好的，我帮您看一下",
            "您好，稍等片刻哈",
            "one moment please",
            "Let me check for you.",
            "👌",
            "请稍等哈",
            "我问问技术",
            "在的，您说",
            "不客气",
            "好的，我去问一下财务那边",
            "还有其他问题吗？",
            "you're welcome!",
        ] {
            assert!(says_wait(line), "{line}");
        }
        for line in [
            "打印机设置里选无线，再输密码。",
            "在设置里点导出",
            "稍等五分钟再重新登录就好了，缓存会自动清空",
            "可以退款",
            "您好，退款三天到账",
            "请问技术部，分机 8001",
            "技术",
            "在设置里",
            "财务",
            "Yes, until Friday",
        ] {
            assert!(!says_wait(line), "{line}");
        }
    }
}
