//! Topic of a text: its words but for those that any trouble is told with. Tells further words about a ticket from another matter.

use super::Ticket;
use super::shareable_question::{EMPTY, EMPTY_IN_ENGLISH, bare};

/// Chinese words that tell of trouble of whatever kind, beside those that say nothing.
const PREDICATES: &str = "\
    连不上 连接不上 连不了 登不上 登录不了 登录不上 登不进 上不去 进不去 起不来 启动不了 开不了 关不了 点不了 打不了 收不到 发不出 发不了 \
    加载不出 显示不了 安装不了 装不上 不上 不了 不出 不到 不开 卡住 卡死 很卡 卡 很慢 慢 死机 崩溃 崩 重启 升级 更新 \
    还有 另外 顺便 再问 多少 几 一台 一下子 怎么样了 开始 以后 之后 以前 之前 时候";

/// Words that say that it is the matter of before.
const SAME: &str = "还是 仍 依然 依旧 同样 一样 上次 上回 刚才那 之前那 那个问题 这个问题 老问题 still same lasttime thatproblem thisproblem";

/// Shortest English word that shows a topic, in characters.
const WORD: usize = 3;

/// `true` if words go on with the matter of a ticket: they have its topic, show none, or say that it is the same.
pub fn has_topic_of(ticket: &Ticket, words: &str) -> bool {
    let said = bare(words);
    if SAME.split_whitespace().any(|same| said.contains(same)) {
        return true;
    }
    let shown = topic(words);
    if shown.is_empty() {
        return true;
    }
    let mut texts = vec![&ticket.subject, &ticket.transcript, &ticket.earlier];
    texts.extend(ticket.replies.iter().map(|reply| &reply.text));
    texts.iter().any(|text| {
        let text = bare(text);
        shown.iter().any(|word| text.contains(word.as_str()))
    })
}

/// Returns the words of a text that show its topic: pairs of Chinese characters, words and numbers of anything else.
fn topic(text: &str) -> Vec<String> {
    let mut shown = Vec::new();
    let text = text.to_lowercase();
    for piece in text.split(|c: char| !c.is_alphanumeric() && c != '\'') {
        let mut rest = piece;
        let mut before: Option<char> = None;
        while let Some(first) = rest.chars().next() {
            let length = if first.is_ascii() {
                before = None;
                let end = rest.find(|c: char| !c.is_ascii()).unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default().replace('\'', "");
                if word.len() >= WORD && !EMPTY_IN_ENGLISH.split_whitespace().any(|empty| empty == word) {
                    shown.push(word);
                }
                end
            } else {
                let lists = EMPTY.split_whitespace().chain(PREDICATES.split_whitespace());
                match lists.filter(|word| rest.starts_with(word)).map(str::len).max() {
                    Some(length) => {
                        before = None;
                        length
                    }
                    None => {
                        shown.extend(before.map(|before| format!("{before}{first}")));
                        before = Some(first);
                        first.len_utf8()
                    }
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::topic;

    #[test]
    fn a_topic_is_what_is_left_without_the_words_of_any_trouble() {
        for (text, shown) in [
            ("我的服务器又连不上了", &["服务", "务器"][..]),
            ("打印机没墨了怎么办", &["打印", "印机"]),
            ("怎么办，又连不上了", &[]),
            ("转人工", &[]),
            ("my printer is broken again", &["printer"]),
            ("it still does not work", &[]),
        ] {
            assert_eq!(topic(text), shown, "{text}");
        }
    }
}
