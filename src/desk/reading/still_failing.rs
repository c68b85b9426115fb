//! "Still not", said of help that was just given, in words of the trouble itself: "按你说的弄了 还是不出", "nope, still blank".

use super::patterns::set;
use super::reaction_to_help::{Response, response};
use super::simplified::simplified;
use super::wants_human::clauses_by_space;
use regex::RegexSet;
use std::sync::LazyLock;

/// Longest such text, in characters.
const TEXT_MAX_CHARS: usize = 60;

/// Patterns of a clause that says that its author did what was said.
const TRIED: &[&str] = &[
    r"^(我|都|也|已经|刚|刚刚|又|全|照|按|按照|照着|跟着|你|您|你们|上面|这个|文档|步骤|教程|方法|说|讲|写|的|了|那样|这样|做|一步步)*(试|弄|搞|装|做|操作|设置|设|改|换|查|看|检查|盘|清|清理|卸|卸载|重装|重启|重登|重新\p{Han}{1,3}|更新|升级|刷新|拔插|插拔)(了|过|完|好)(了)?(一?下|一?遍|两遍|几遍|好几遍|好几次|几次|一次|半天)?(了)?$",
    r"^(nope|no|nah|well|ok|okay|hmm+|yeah|sorry)$|^(i |i'?ve |just |already |ok |well )*(tried|did|done|followed|restarted|reinstalled|updated|rebooted|cleared|checked|changed|reset)\b.{0,40}$",
];

/// Patterns of a clause that says, behind such a one, that it did not help.
const IN_VAIN: &[&str] = &[
    r"^(但|但是|可|可是|不过|结果|然而|它|也|都|还是|就是|仍然?|依然|依旧|照样)*(不|没|无法|无效|白搭|一样)\p{Han}{0,6}[a-z0-9]{0,12}$",
    r"^(but )?(it )?(still )?(no|not|nothing|does ?n'?t|did ?n'?t|won'?t|can'?t|same)\b.{0,30}$",
];

/// Patterns of a clause that says both.
const TRIED_IN_VAIN: &[&str] = &[
    r"^\p{Han}{0,10}(了|过|完)(也|都)?(还是|仍然?|依然|依旧|照样)[^吗么呢吧?？]{1,8}$",
    r"^[^吗么呢吧?？]{1,12}(也|都|还是|照样)(是)?(一样|不行|没用|不好使|不管用|没反应|没效果|白搭|不成|这样)(的|啊|呀|了)?$",
    r"^(nope|no|nah|well|ok|hmm+|tried( that| it| this| all that)?|did (that|it|all that))?[\s,.!…-]*(but |and )?((it'?s?|its|that'?s|this is|is|i'?m) )?(is )?still (not?|nothing|blank|black|white|gr[ae]y|empty|broken|stuck|missing|slow|the same|crash\w*|fail\w*|freez\w*|hang\w*|lag\w*|error\w*|show\w*|say\w*|get\w*|happen\w*|having|have|can'?t|won'?t|does ?n'?t|is ?n'?t)\b.{0,30}$",
    r"^(nope|no|nah|hmm+|sadly|sorry)?[\s,.!…-]*(but )?(no (luck|change|difference|dice|effect|joy)|same (result|thing|error|issue|problem)( here)?|(that |it |this )?not for me|(that |it |this )?(does|did) ?n[o']?t (work|help|do anything|fix (it|anything)|change anything))( (at all|either|for me|tho|though|sadly|unfortunately))*[\s.!]*$",
];

/// Words behind "still" in a text that says something else: "还是算了", "还是你厉害".
const NO_FAILURE: [&str; 33] = [
    "算了", "等", "先", "用", "打", "去", "找", "问", "谢", "要", "想", "买", "吃", "得", "让", "请", "别",
    "你", "我", "他", "她", "咱", "大", "小", "老", "很", "挺", "蛮", "比较", "好", "客服", "人工", "觉得",
];

/// `true` if a text says of help that was just given that the trouble goes on. Said of anything else, it may be talk.
pub(in crate::desk) fn still_fails(text: &str) -> bool {
    static DID: LazyLock<RegexSet> = LazyLock::new(|| set(TRIED));
    static VAIN: LazyLock<RegexSet> = LazyLock::new(|| set(IN_VAIN));
    static BOTH: LazyLock<RegexSet> = LazyLock::new(|| set(TRIED_IN_VAIN));
    let text = simplified(text.trim()).to_lowercase().replace('’', "'");
    if text.chars().count() > TEXT_MAX_CHARS || text.contains(['?', '？']) {
        return false;
    }
    let bare = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    if BOTH.is_match(bare) || still(bare) {
        return true;
    }
    if clauses_by_space(bare).any(|clause| BOTH.is_match(clause) || still(clause)) {
        return true;
    }
    let mut clauses = clauses_by_space(bare).peekable();
    let mut tried = false;
    while clauses.next_if(|clause| DID.is_match(clause)).is_some() {
        tried = true;
    }
    let fails = |clause: &str| {
        response(clause) == Some(Response::Persists)
            || (tried && VAIN.is_match(clause.trim_end_matches(['啊', '呀', '呢', '的'])))
    };
    clauses.next().is_some_and(fails)
}

/// `true` for "still" with what still is: "还是黑屏", "依然转圈".
fn still(clause: &str) -> bool {
    let begins = |words: &[&str]| words.iter().find_map(|word| clause.strip_prefix(word));
    let rest = begins(&["但还是", "可还是", "结果还是", "还是", "依然", "依旧", "照样"]);
    rest.is_some_and(|rest| {
        let rest = rest.trim_start_matches(['会', '在']).trim();
        (1..=8).contains(&rest.chars().count())
            && !NO_FAILURE.iter().any(|word| rest.starts_with(word))
            && !rest.ends_with(['吧', '吗', '么', '呢', '嘛'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_on_after_help_is_told_from_talk() {
        for text in [
            "还是不行",
            "按你说的弄了 还是不行",
            "试了 还是不出",
            "搞了 不行啊",
            "盘过了还是负",
            "卸载重装也一样",
            "重启了，没反应",
            "還是黑屏",
            "都试过了，还是转圈",
            "nope still blank",
            "still nothing",
            "Tried that, still black",
            "restarted it, no luck",
            "no, that didn't work",
            "did all that. still crashes on export",
            "turned the gpu off, still crashing",
            "not for me :(",
            "didn't work for me either",
        ] {
            assert!(still_fails(text), "{text}");
        }
        for text in [
            "还是算了",
            "还是你厉害",
            "还是打电话吧",
            "还是吃火锅吧",
            "周末还是工作日",
            "试了，好了",
            "重启了一下就好了",
            "好的我试试",
            "谢谢",
            "still thinking about it",
            "ok thanks",
            "no problem",
            "怎么还是不行？",
            "那微信呢",
            "多少钱",
        ] {
            assert!(!still_fails(text), "{text}");
        }
    }
}
