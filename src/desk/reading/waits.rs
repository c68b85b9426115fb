//! Words with which staff keep a member company before they answer: "one moment", "let me look".

use super::cover::made_of;

const WAITS: &str = "\
    好 好的 好滴 好嘞 行 可以 嗯 嗯嗯 哦 收到 收到了 明白 了解 在 在的 我在 您好 你好 亲 亲亲 \
    稍等 稍候 请稍等 请稍候 稍等一下 稍等下 稍等片刻 等一下 等下 请等一下 马上 马上来 马上处理 马上看 这就看 正在看 正在查 正在处理 \
    我看看 我看下 我看一下 看一下 看下 帮您看看 帮您看下 帮您看一下 帮你看看 帮你看下 帮您查 帮您查一下 帮您查下 帮你查一下 我查一下 我查下 \
    查一下 我帮您看 我帮您查 我确认一下 确认一下 我问一下 问一下同事 我核实一下 核实一下 给您处理 帮您处理 \
    ok okay sure yes hi hello hey gotit noted one amoment onemoment justamoment moment please pleasewait wait asecond onesecond onesec \
    holdon hangon checking letmecheck letmelook letmesee illcheck illlook lookingintoit workingonit onit";

const FILLERS: &str = "一下 下 哈 啊 呀 哦 噢 呢 吧 的 了 先 请 您 我 for you";

/// `true` if a line of staff says nothing but that an answer comes.
pub fn says_wait(line: &str) -> bool {
    let line = line.trim();
    let empty = !line.chars().any(char::is_alphanumeric);
    empty || made_of(line, [WAITS, FILLERS]).is_some()
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
        ] {
            assert!(says_wait(line), "{line}");
        }
        for line in [
            "打印机设置里选无线，再输密码。",
            "在设置里点导出",
            "稍等五分钟再重新登录就好了，缓存会自动清空",
            "可以退款",
            "您好，退款三天到账",
            "Yes, until Friday",
        ] {
            assert!(!says_wait(line), "{line}");
        }
    }
}
