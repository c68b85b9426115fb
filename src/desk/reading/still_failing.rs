//! "Still not", said of help that was just given, in words of the trouble itself: "按你说的弄了 还是不出", "nope, still blank".

use super::not_working::tells_of_failure;
use super::patterns::set;
use super::simplified::simplified;
use super::wants_human::clauses_by_space;
use regex::RegexSet;
use std::sync::LazyLock;

/// Longest such text, in characters.
const TEXT_MAX_CHARS: usize = 60;

/// Patterns of a clause that says that its author did what was said.
const TRIED: &[&str] = &[
    r"^(我|都|也|已经|刚|刚刚|又|全|照|按|按照|照着|跟着|你|您|你们|上面|这个|文档|步骤|教程|方法|说|讲|写|的|了|那样|这样|做|一步步)*(试|弄|搞|装|做|操作|设置|设|改|换|查|看|检查|盘|清|清理|卸|卸载|重装|重启|重登|重新\p{Han}{1,3}|更新|升级|刷新|拔插|插拔)(了|过|完|好)(了)?(一?下|一?遍|两遍|几遍|好几遍|好几次|几次|一次|半天)?(了)?$|^(我|都|已经)*等了\p{Han}{0,2}\d*\p{Han}{0,4}了?$|^(重启|重装|重登|刷新|更新|升级)(了|过)?$",
    r"^(nope|no|nah|well|ok|okay|hmm*|yeah|sorry)$|^(nope |no |nah |well |ok |hmm* )?(i |i'?ve |just |already |ok |well )*(tried|did|done|followed|restarted|reinstalled|updated|rebooted|cleared|checked|changed|reset|turned|switched|copied)\b.{0,40}$",
];

/// Names of the failure, behind "still" or behind what was tried.
const FAILS: &str = r"(不(行|能|可以|成|通|好使|管用|显示|出|亮|动|响|对|灵|起作用)\p{Han}{0,3}|[打登连进加装用收发扫付提看点找下传弹删开关]不(了|上|开|出|进|到|通|成|来|动)\p{Han}{0,2}|没(用|有用|反应|好|解决|变化|效果|声音|收到|成功|出来|显示|到账|有反应|网|信号|画面|搞定|弄好|有)|无法\p{Han}{1,4}|(报|出)错\p{Han}{0,3}[a-z0-9]{0,8}|报\s?[a-z0-9]{1,10}|黑屏|白屏|蓝屏|花屏|闪退|卡死?|转圈|乱码|空白|失败|异常|死机|掉线|断线|断开|负数?|这样|那样|一样|老样子|无效|白搭)";

/// Patterns of a clause that says, behind such a one, that it did not help.
const IN_VAIN: &[&str] = &[
    r"^(but )?(it )?(still )?(no luck|not (working|there|fixed|showing)|nothing|does ?n'?t|did ?n'?t|won'?t|keeps?|same)\b.{0,30}$",
];

/// Patterns of a clause that says in English that the trouble goes on.
const STILL: &[&str] = &[
    r"^(nope|no|nah|well|ok|hmm*|tried( that| it| this| all that)?|did (that|it|all that))?[\s,.!…-]*(but |and )?((it'?s?|its|that'?s|this is|is|i'?m) )?(is )?still (not (working|there|showing|loading|opening|fixed|solved|connecting|activating|exporting|printing|responding)|nothing( happens| there)?$|blank|black|white|gr[ae]y|empty|broken|stuck|missing|(the )?same( (error|issue|problem|thing|result|message))?$|crash\w*|fail\w*|freez\w*|hangs?|hanging|lagg?\w*|(an? )?error\w*|getting|gets?|shows?|showing|says?|saying|happen\w*|having (the|this|that)|(can|could)('?t| ?not) (log|open|get|see|find|connect|export|install|activate|use|sign|pay|print|download|access|load|start)|won'?t|does ?n'?t (work|open|load|start|show|connect|print|export|install|activate)|is ?n'?t (working|there|showing))\b.{0,30}$",
    r"^(nope|no|nah|hmm*|sadly|sorry)?[\s,.!…-]*(but )?(no (luck|change|difference|dice|effect|joy)|same (result|error|issue|problem)( here)?|(that |it |this )?not for me|(that |it |this )?(does|did) ?n[o']?t (work|help|do anything|fix (it|anything)|change anything))( (at all|either|for me|tho|though|sadly|unfortunately))*[\s.!]*$",
];

/// `true` if a text says of help that was just given that the trouble goes on, and nothing else. Said of anything else, it may be talk.
pub(in crate::desk) fn still_fails(text: &str) -> bool {
    static DID: LazyLock<RegexSet> = LazyLock::new(|| set(TRIED));
    static VAIN: LazyLock<RegexSet> = LazyLock::new(|| {
        set(&[IN_VAIN, &[&format!(r"^(但|但是|可|可是|不过|结果|然而|它|也|都|还是|就是|还|仍然?|依然|依旧|照样|一点|完全|根本)*{FAILS}(啊|呀|呢|的|了)*$|^(一点|完全)?(反应|动静|效果|变化)(也|都)(没有|没)$")]].concat())
    });
    static BOTH: LazyLock<RegexSet> = LazyLock::new(|| {
        let still = format!(
            r"^(但|可|结果|不过|它|这边|我这边?|现在|刚刚?)*(还是|仍然?|依然|依旧|照样)(会|在|又)?{FAILS}(啊|呀|呢|的|了)*$"
        );
        let tried = format!(
            r"^(我|都|也|已经|按|照|照着|跟着|你|您|说|的|上面)*(试|弄|搞|装|做|操作|设置|改|换|盘|清理?|卸载?|重装|重启|重登|更新|升级|刷新|拔插)\p{{Han}}{{0,4}}?(了|过|完)?(一遍|一下|两遍|几遍|半天|好久)?(也|都)?(还是?|仍然?|依然|依旧|照样|是)?{FAILS}(啊|呀|呢|的|了)*$"
        );
        let waited = format!(r"^等了.{{1,8}}(还是?|仍然?|依然|也|都){FAILS}$");
        let alone = r"^(不行|不能用|用不了|没用|没搞定|没弄好|没解决|不好使)(啊|呀|呢|的)*$".to_owned();
        set(&[STILL, &[&still, &tried, &waited, &alone]].concat())
    });
    let text = simplified(text.trim()).to_lowercase().replace('’', "'");
    if text.chars().count() > TEXT_MAX_CHARS || text.contains(['?', '？']) {
        return false;
    }
    let bare = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    if BOTH.is_match(bare) {
        return true;
    }
    let (mut tried, mut failing) = (false, false);
    let all = clauses_by_space(bare).all(|clause| {
        if BOTH.is_match(clause) || (tried && VAIN.is_match(clause)) {
            failing = true;
            return true;
        }
        let did = DID.is_match(clause);
        tried |= did;
        did || (failing && tells_of_failure(clause))
            || (bare.is_ascii() && !failing && clauses_by_space(bare).count() <= 3)
    });
    all && failing
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
            "照着弄了一遍没用",
            "没搞定",
            "按你说的弄了，一点反应都没有",
            "等了十分钟还是没收到",
            "did that, it keeps saying invalid",
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
            "还是苹果好用",
            "还是现金好",
            "还是不想上班",
            "今天还是没开张",
            "试了隔壁奶茶，还是不行，太甜",
            "我儿子数学还是不行",
            "国足还是不行",
            "还是没想好买哪个",
            "家里电信的网还是不行，换移动了",
            "still no linux, sad",
            "still no girlfriend lol",
            "still not buying an ipad",
            "still not sure tbh",
            "still the best editor out there",
            "same thing happens with every app these days",
        ] {
            assert!(!still_fails(text), "{text}");
        }
    }
}
