//! Complaints: about the service or the staff, or the wish to file one. Questions about how to complain are for the FAQ.

use super::patterns::set;
use super::simplified::simplified;
use super::wants_human::{clauses, is_short};
use regex::RegexSet;
use std::sync::LazyLock;

/// A complaint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum Complaint {
    /// A plain request to file one, and of those who are here: "我要投诉".
    Plain,
    /// Any other: "你们态度太差了", "我要投诉物业".
    Told,
}

/// Patterns of a clause that plainly asks to file one.
const PLAIN: &[&str] = &[
    r"^(那)?(我|我们|本人)(就|真的|今天|现在|一定|必须|正式)?(要|想|要求|得)(正式)?(提|提交|发起|做|进行)?(一个|个|一下|一次)?(投诉|举报)(一下)?(你们|你家|贵司|贵公司|客服|你们客服|你们公司|人工客服|售后)?(了|啊|呀|！|!|~|\s)*$",
    r"^(クレーム|苦情)(を|が)?(入れ|言い|申し立て|出し|伝え|あり)?(たい|ます)?(です|のですが|んですが)?$",
    r"^(hi|hello|hey)?,?\s*(i|we)( ?('d|would)| really)? ?(want|like|need|wish) to (complain|(file|make|lodge|submit|raise|register) (a|an|my) (formal |official )?complaint)( about (you|your (staff|service|company|support)))?[\s.!]*$",
];

/// Patterns of a clause that asks to file one, whoever it is about, or that threatens to.
const WANTS: &[&str] = &[
    r"(要|想|要求|准备|打算|得|来|就|去|马上|必须)(正式|实名)?(去|来)?(提|提交|发起|做|进行)?(一个|个|一下|一次)?(投诉|举报)",
    r"^(投诉|举报)(你们|你家|客服|一下|建议|与建议|[!！。~\s]|$)",
    r"\b(file|make|lodge|submit|raise|register|filing|making) (a|an|my|this) (formal |official )?complaint\b",
    r"\b(want|like|need|going|wish|here) to complain\b|^(i have )?(a )?(formal )?complaint[\s.!:]*|\bi('m| am) complaining\b",
];

/// Patterns of a clause that blames the service or the staff.
const BLAMES: &[&str] = &[
    r"(你们|你家|贵司|贵公司|客服|售后|售前|工作人员|服务态度|服务质量|服务水平|这态度|态度)(的|家)?(人|客服|服务|态度|售后|质量|公司|水平|平台)*(也|都|真|真是|真的|实在|简直|怎么|这么|那么|就|是|太|很|非常|特别|极其|有点|可)*(太差|差劲|差了|很差|真差|这么差|那么差|极差|差到|恶劣|太烂|真烂|烂透|垃圾|不负责|敷衍|踢皮球|推卸|骗子|骗人|骗钱|坑人|坑爹|恶心|让人失望|不专业|不耐烦|爱答不理|爱理不理|没素质|不尊重人|太过分|过分了|欺负人|欺骗)",
    r"^(你们|你家|贵司)(家|的)?(这|这个|那个)?(软件|系统|产品|app|程序|更新|升级|新版)?(把|害得?|给)(我|我们|俺).{0,8}(坏|没|丢|崩|废|残|乱|掉|光|黑屏|死机|瘫痪)了|^(垃圾|破|烂|什么破|什么垃圾)(软件|系统|app|产品|平台|程序)([,，!！。\s]|$)|^(你们)?(必须|要|得)?(赔钱|赔偿我|赔我)",
    r"(什么|啥)(破|垃圾|鬼)?(态度|服务(态度)?|素质)([啊呀!！。~\s]|$)|^(垃圾|破|烂)(公司|服务|客服|售后|平台)([!！。~\s]|$)|^(服务|态度)(真|实在|也)?(太|很)?(差|烂|恶劣)",
    r"\b(your|this|the) (customer )?(service|support|staff|attitude|team|company|agents?) (is|are|was|were|has been) (\w+ ){0,2}(terrible|awful|horrible|bad|rude|useless|poor|disgusting|unacceptable|worst|joke|unprofessional)\b",
    r"\b(terrible|worst|awful|horrible|disgusting|unacceptable|garbage|trash) (customer )?(service|support|attitude|update|release|app|software|product|company)\b|^(this|it|that)('s| is| is just| is really| is simply)? (so |just |completely |totally |absolutely )?(unacceptable|ridiculous|outrageous|a disgrace|a joke|a scam|pathetic)\b",
    r"\b(you|your (update|app|software|company|team)) (guys |people |just |have |has )*(broke|ruined|destroyed|killed|wrecked|messed up|screwed up|deleted|lost) (my|our|all|everything)\b|\bfix your (app|software|shit|crap|stuff|product|servers?|updates?)\b|\bwhat a (joke|scam|rip-?off|disgrace)\b",
    r"\byou( people| guys| all)? (are|were) (\w+ )?(rude|unprofessional|scammers|liars|cheats|crooks|irresponsible)\b",
];

/// Patterns of clauses with its words that file none: questions, what others do, and what is not done.
const NONE: &[&str] = &[
    r"(怎么|怎样|如何|哪|咋|在线|电话|热线|邮箱|入口|渠道|方式|流程|多少|多久|能不能|可以|可否|能否|什么时候)(才能|去|里|可以|能|进行|提交)*(投诉|举报)|(投诉|举报)(的)?(电话|热线|号码|邮箱|入口|渠道|方式|流程|地址|处理|受理|信息|功能|按钮|要|需要|会|有|能|吗|率|单)",
    r"(不|没|别|被|勿|免)(想|要|会|敢|用|有|是|再|打算|准备|需要)*(去)?(投诉|举报)|(客户|顾客|用户|有人|别人|他|她|他们|买家|学生|家长)(说|要|想|会|来|就|又)*(投诉|举报)|(如果|要是|万一|以为)",
    r"\b(how|where|who|which|can|could|may|should) .*\bcomplain|\b(not|n't|never|no) .{0,12}complain|\b(customers?|users?|he|she|they|somebody|someone) (\w+ )?complain|\bif\b",
    r"[?？]\s*$|[吗么]\s*$|是不是",
];

/// Reads a message that complains.
pub(in crate::desk) fn complaint(text: &str) -> Option<Complaint> {
    static PLAINLY: LazyLock<RegexSet> = LazyLock::new(|| set(PLAIN));
    static WANTED: LazyLock<RegexSet> = LazyLock::new(|| set(WANTS));
    static BLAMED: LazyLock<RegexSet> = LazyLock::new(|| set(BLAMES));
    static NOT: LazyLock<RegexSet> = LazyLock::new(|| set(NONE));
    let text = simplified(text.trim());
    let text = text.replace('’', "'");
    if !is_short(&text) || (asks_about(&text) && NOT.is_match(&text)) {
        return None;
    }
    let complains = |clause: &&str| {
        let files = WANTED.is_match(clause) && asks_about(clause);
        (files || BLAMED.is_match(clause)) && !NOT.is_match(clause)
    };
    let mut found = None;
    for clause in clauses(&text) {
        if PLAINLY.is_match(clause) {
            return Some(Complaint::Plain);
        }
        if complains(&clause) {
            found = Some(Complaint::Told);
        }
    }
    found
}

/// `true` if a text names complaints.
pub(in crate::desk) fn asks_about(text: &str) -> bool {
    let text = text.to_lowercase();
    ["投诉", "投訴", "举报", "舉報", "complain", "クレーム", "苦情"]
        .iter()
        .any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_told_from_questions_and_from_talk_about_them() {
        for text in [
            "我要投诉",
            "我想投诉你们！",
            "我要投訴",
            "我要投诉，你们发货太慢了",
            "I want to file a complaint",
            "I'd like to make a complaint.",
            "I want to complain about your service",
        ] {
            assert_eq!(complaint(text), Some(Complaint::Plain), "{text}");
        }
        for text in [
            "你们态度太差了",
            "你们客服什么态度",
            "客服态度真的太差",
            "服务太差了",
            "你们真是太不负责任了，骗子",
            "你们就是骗人的",
            "再不处理我就投诉了",
            "投诉",
            "我要投诉快递员",
            "your service is terrible",
            "worst support ever",
            "you people are so rude",
        ] {
            assert_eq!(complaint(text), Some(Complaint::Told), "{text}");
        }
        for text in [
            "怎么投诉",
            "投诉电话是多少",
            "我要投诉，在哪里投诉",
            "我不想投诉",
            "没想投诉 说一声而已",
            "客户要投诉怎么办",
            "如果再停电我就投诉",
            "服务器太垃圾了",
            "我们的服务太慢了",
            "你们服务态度差吗？",
            "你们几点上班",
            "how do I file a complaint",
            "客服电话多少",
            "温差太大",
            "这个镜像太差了",
        ] {
            assert_eq!(complaint(text), None, "{text}");
        }
    }
}
