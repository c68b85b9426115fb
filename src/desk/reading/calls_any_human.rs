//! Calls for any human that say nothing of a matter: "有活人吗".

use super::patterns::set;
use super::simplified::simplified;
use super::wants_human::names_human;
use regex::RegexSet;
use std::sync::LazyLock;

/// Longest text that is such a call, in characters.
const TEXT_MAX_CHARS: usize = 60;

/// Patterns of questions for any human that say nothing of a matter: "有活人吗", "is there a real person here".
const ASKS_FOR_ANY: &[&str] = &[
    r"^(请问|你好|您好|喂|那个|到底|这里|这边|群里|现在|还)*(有没有|有|能不能|能|可以|可不可以|是不是)?(来|找|叫|派|换|是)?(一?个|一?位|点)?(活的?|真的?|管事的?|负责的?)?(人|人工|真人|活人|客服|人工客服|真人客服|客服人员|工作人员|管理员|技术|技术人员|售后)(员)?(在|能|可以|来|出来)?(吗|嘛|么|不|没|没有|呢|啊|呀|吧|在吗|在不在|在线吗|在线么|聊聊|聊聊吗|说话|说句话|说话吗|回一下|理我一下|理我|管管|管管吗|帮忙|帮帮忙)+$",
    r"^(请问|你好|您好|喂|这里|这边|群里|现在)*(有没有|能不能(来|找|叫|派|换)|可不可以(来|找|叫|派|换))(一?个|一?位)?(活的?|真的?|管事的?|负责的?)?(人|人工|真人|活人|客服|人工客服|真人客服|客服人员|工作人员|管理员)$",
    r"^(hi|hello|hey|please|so|ok)?,? ?(is|are) there (a|an|any|some)? ?(real|live|actual)? ?(human|humans|person|people|agent|staff|one|body|somebody|someone)( being)?( here| there| around| available| online| on duty)*( (that|who)? ?(i|we) (can|could) (talk|speak|chat)( to| with)?)?( please)?$",
    r"^(hi|hello|hey)?,? ?(can|could|may) (i|we) (please )?(just )?(talk|speak|chat)( to| with) (a|an|any|some)? ?(real|live|actual)? ?(human|person|people|agent|staff|someone|somebody|anyone|anybody|support)( being| member)?( here)?( now| please)*$",
];

/// Returns a text without its last signs, as it is looked up; `None` of one that is too long to be such a call.
pub(super) fn short_and_bare(text: &str) -> Option<String> {
    let text = simplified(text.trim()).to_lowercase();
    let bare = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    (bare.chars().count() <= TEXT_MAX_CHARS).then(|| bare.to_owned())
}

/// `true` if a text asks whether any human is there, or for one, and says nothing of a matter.
pub(in crate::desk) fn asks_for_any_human(text: &str) -> bool {
    static ANY: LazyLock<RegexSet> = LazyLock::new(|| set(ASKS_FOR_ANY));
    short_and_bare(text).is_some_and(|bare| names_human(&bare) && ANY.is_match(&bare))
}

/// Patterns of a question to a group whether its support is there: "请问有客服吗", "is anyone from the team here?"
const ASKS_FOR_STAFF: &[&str] = &[
    r"^(请问|你好|您好|喂|这里|这边|群里|现在)*[，,\s]*(有没有|有)(人工)?(客服|售后|技术支持|技术客服)(人员)?(在|在线)?(吗|嘛|么|不|没|没有|啊|呀|呢)*([，,。\s]*(急|在线等|很急|急急急|帮忙看下|帮我看下|帮忙看一下))*$",
    r"^(请问|你好|您好|喂|这里|群里)*[，,\s]*(有没有|有)(官方|管事|负责)(的)?(人员|人|客服)?(在|在线)?(吗|嘛|么|不|没|啊|呀|呢)*$|^官方(的)?(人员|客服|人)(在吗|在不在|出来(一下)?)[\s!！]*$",
    r"^(请问|你好|您好|喂)*[，,\s]*(人工)?(客服|售后|技术支持)(人员)?(在吗|在不在|在么|在线吗|还在吗|在不)(啊|呀|呢)*([，,。\s]*(急|在线等|很急|急急急|帮忙看下|帮我看下|帮忙看一下))*$",
    r"^(hi|hello|hey|guys|please|sorry)?,? ?(is|are) (there )?(any ?(one|body)|some ?(one|body)) (here )?(from|of|in|at) (the |your )?(team|support|staff|support team)( here| around| online| there)*( please)?$|^(hi|hello|hey)?,? ?(any ?(one|body)) from (the |your )?(team|support|staff)( here| around| online)?$|^(hi|hello|hey)?,? ?is support (available|here|online|around)( now| please)?$|^(hi|hello|hey)?,? ?any (staff|support|admins?|mods?) (here|around|online)( please)?$|^(hi|hello|hey)?,? ?(can|could) (some|any)(one|body) (from|in) (support|the team|staff|the support team) (please )?help( me)?( please)?$",
];

/// `true` if a text asks a group for its support staff, and says nothing of a matter.
pub(in crate::desk) fn asks_for_staff(text: &str) -> bool {
    static STAFF: LazyLock<RegexSet> = LazyLock::new(|| set(ASKS_FOR_STAFF));
    short_and_bare(text).is_some_and(|bare| STAFF.is_match(&bare))
}

/// Patterns of a question why nobody is there: "客服呢", "有没有人管啊".
const ASKS_WHERE: &[&str] = &[
    r"^(你们的?|那|请问|喂|诶)*(人工|人工客服|客服|真人|客服人员|工作人员|管理员|技术|技术支持|售后)(呢|人呢|在哪|去哪了|哪去了|都去哪了|跑哪去了|在不在)+(啊|呀|呢)*$",
    r"^(到底|这里|这边|群里|现在|还)*(有没有|有|没有?)人(来)?(管|理|回|处理|负责|解决|看)(一下|一管|我|我们|的)*(了)?(吗|嘛|么|啊|呀|呢|吧)*$",
    r"^(hello+|hey|so)?,? ?(where('s| is| are) (the |your )?(support|staff|humans?|team|agents?)|(any|some)(one|body) (from |of )?(the )?(team|support|staff)( here| there| around)?)( please)?$",
];

/// `true` if a text asks where the humans are who should help, and says nothing of a matter.
pub(in crate::desk) fn asks_where_human_is(text: &str) -> bool {
    static WHERE: LazyLock<RegexSet> = LazyLock::new(|| set(ASKS_WHERE));
    short_and_bare(text).is_some_and(|bare| WHERE.is_match(&bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn support_staff_are_asked_for_by_name_of_what_they_are() {
        for text in [
            "有客服吗",
            "请问有客服在吗",
            "客服在不在，急",
            "有没有客服啊",
            "is anyone from the team here?",
        ] {
            assert!(asks_for_staff(text), "{text}");
        }
        for text in [
            "有人吗",
            "有没有人知道",
            "客服几点在",
            "有客服电话吗",
            "is anyone here",
        ] {
            assert!(!asks_for_staff(text), "{text}");
        }
    }

    #[test]
    fn who_misses_humans_asks_where_they_are() {
        for text in [
            "客服呢",
            "有没有人管啊",
            "人工客服在哪？",
            "没人管吗",
            "where is support?",
        ] {
            assert!(asks_where_human_is(text), "{text}");
        }
        for text in [
            "没人管饭啊",
            "客服呢怎么收费",
            "有没有人看球",
            "where is support for PDF",
        ] {
            assert!(!asks_where_human_is(text), "{text}");
        }
    }

    #[test]
    fn a_question_for_any_human_tells_of_no_matter() {
        for text in [
            "有活人吗",
            "有没有真人",
            "请问有人工客服吗？",
            "能不能来个活人",
            "来个真人说话",
            "這裡有真人嗎",
            "is there a real person here?",
            "Are there any humans I can talk to",
            "can I speak to someone please",
        ] {
            assert!(asks_for_any_human(text), "{text}");
        }
        for text in [
            "有人知道怎么退款吗",
            "人工审核要多久",
            "客服电话是多少",
            "技术支持包括什么",
            "can I talk to someone about my refund",
            "is there a person who can fix my printer",
            "客服几点下班",
        ] {
            assert!(!asks_for_any_human(text), "{text}");
        }
    }
}
