//! Replies to a pointer that did not help: the answer above is not found.

use super::only_listed_words::made_of;
use super::word_list::WordList;

/// `true` if a text says, and nothing else, that what stands above is not seen, or asks where it stands.
pub(in crate::desk) fn cannot_find(text: &str) -> bool {
    made_of(text, [&UNSEEN, &WHERE, &ABOVE, &NONE, &BESIDE])
        .is_some_and(|[unseen, asks, above, none, _]| unseen || asks || (above && none))
}

/// Words of not seeing it.
static UNSEEN: WordList = WordList::new(
    "\
    没看到 没看见 没有看到 没有看见 看不到 看不见 没找到 没有找到 找不到 找不着 没找着 没见到 没见着 没见 没刷到 刷不到 翻不到 没翻到 没翻着 搜不到 不见了 没显示 \
    cantsee cannotsee dontsee didntsee donotsee couldntsee cantfind cannotfind dontfind didntfind couldntfind notfound notthere nosuch \
    nothingthere nothingabove nothinghere doesntshow notshowing \
    见つかりません 见つからない 见当たりません 见当たらない 見つかりません 見つからない 見当たりません 見当たらない 见えません 见えない 見えません 見えない",
);

/// Words of asking where.
static WHERE: WordList = WordList::new(
    "哪里 哪儿 哪 在哪 在哪里 在哪儿 哪个上面 哪条 哪一条 where whereisit whereisthat wheres whereabouts whichone whichmessage どこ どこですか どこにありますか",
);

/// The place of it, and words that say that nothing is there.
static ABOVE: WordList = WordList::new(
    "\
    上面 上边 上头 上方 前面 前边 楼上 上文 聊天记录 群里 消息记录 above up upthere uphere scrolledup history chat 上に 上 チャット",
);
static NONE: WordList = WordList::new(
    "没有 没 哪有 空的 啥也没有 什么都没有 什么也没有 啥都没有 nothing none isnt ない ありません",
);

/// Words that say nothing by themselves.
static BESIDE: WordList = WordList::new(
    "\
    啊 呀 呢 吧 嘛 吗 哦 噢 啦 诶 额 呃 了 的 我 我这 我这边 这边 你 您 你们 是 有 在 到 说的 你说的 那个 这个 那条 这条 那 这 答案 回答 回复 消息 内容 记录 都 也 就 还是 还 \
    根本 到底 完全 真的 翻 翻了 翻了半天 翻遍了 往上 往上翻 往上翻了 看了 找了 找了半天 半天 一圈 一遍 具体 抱歉 不好意思 请问 谢谢 麻烦 并 并没有 里 里面 里头 能 能不能 再 发 \
    it that the this answer anything any message one i im is are was there here in on this group chat sorry please but thanks still at all even you \
    said mean to me see find of where's its what ですか です が は を に も の ね よ すみません",
);

#[cfg(test)]
mod tests {
    use super::cannot_find;

    #[test]
    fn a_pointer_that_did_not_help_is_told_from_questions_where_something_is() {
        for text in [
            "上面没有啊",
            "找不到",
            "哪里？没看到",
            "没看见你说的那个",
            "上面哪有",
            "往上翻了，没找到",
            "在哪啊",
            "哪儿呢",
            "上面什么都没有",
            "沒看到啊",
            "above where? can't see it",
            "I can't find it",
            "where?",
            "there is nothing above",
            "didn't see that message",
            "見つかりません",
            "どこですか",
        ] {
            assert!(cannot_find(text), "{text}");
        }
        for text in [
            "工单在哪里提交",
            "你们公司在哪",
            "找不到下载按钮",
            "上面",
            "没有",
            "看到了",
            "在哪下载",
            "where can I open a ticket",
            "谢谢",
            "",
        ] {
            assert!(!cannot_find(text), "{text}");
        }
    }
}
