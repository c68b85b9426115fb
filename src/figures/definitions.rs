//! The figures, with the definitions that are printed with them.

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Questions asked.
    Asked,
    /// Share of them that was answered.
    AnswerRate,
    /// Share of them that came to a human.
    HandedOver,
    /// Share of them that nobody answered.
    Unanswered,
    /// Share of them that was resolved.
    ResolutionRate,
    /// Share of conversations without a ticket.
    Containment,
    /// Share of answers among answers and tickets.
    Deflection,
    /// Share of right answers among labelled ones.
    Precision,
    /// Wrong answers in a thousand messages.
    FalseAnswers,
    /// Time to the first answer of a human.
    FirstResponse,
    /// Time to the resolution of a ticket.
    ResolutionTime,
    /// Share of tickets answered in time.
    FirstResponseMet,
    /// Share of tickets resolved in time.
    ResolutionMet,
    /// Tickets that are open.
    Backlog,
    /// Share of tickets that were reopened.
    Reopened,
    /// Share of tickets that were handed on.
    HandedOn,
    /// Share of tickets that were escalated.
    Escalated,
    /// Share of tickets that others joined.
    Joined,
    /// Entries of the file that answer, and that never do.
    Coverage,
}

impl Figure {
    /// All figures, in the order in which they are printed.
    pub const ALL: [Self; 19] = [
        Self::Asked,
        Self::AnswerRate,
        Self::HandedOver,
        Self::Unanswered,
        Self::ResolutionRate,
        Self::Containment,
        Self::Deflection,
        Self::Precision,
        Self::FalseAnswers,
        Self::FirstResponse,
        Self::ResolutionTime,
        Self::FirstResponseMet,
        Self::ResolutionMet,
        Self::Backlog,
        Self::Reopened,
        Self::HandedOn,
        Self::Escalated,
        Self::Joined,
        Self::Coverage,
    ];

    /// Returns the name by which it is asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::AnswerRate => "answer-rate",
            Self::HandedOver => "handed-over",
            Self::Unanswered => "unanswered",
            Self::ResolutionRate => "resolution-rate",
            Self::Containment => "containment",
            Self::Deflection => "deflection",
            Self::Precision => "precision",
            Self::FalseAnswers => "false-answers",
            Self::FirstResponse => "first-response",
            Self::ResolutionTime => "resolution-time",
            Self::FirstResponseMet => "first-response-met",
            Self::ResolutionMet => "resolution-met",
            Self::Backlog => "backlog",
            Self::Reopened => "reopened",
            Self::HandedOn => "handed-on",
            Self::Escalated => "escalated",
            Self::Joined => "joined",
            Self::Coverage => "coverage",
        }
    }

    /// Returns the figure of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|figure| figure.name() == name)
    }

    /// Returns the name and the definition in Chinese.
    pub fn in_chinese(self) -> (&'static str, &'static str) {
        match self {
            Self::Asked => ("提问数", "成员叫了机器人、或读作问题的消息；连发的几条算一次"),
            Self::AnswerRate => ("回答率", "提问中得到某个条目答案的比例"),
            Self::HandedOver => (
                "转人工率",
                "提问中当时或 24 小时内该成员有了工单的比例；先得到答案的也算",
            ),
            Self::Unanswered => (
                "未答率",
                "提问中没有得到任何条目的答案，该成员 24 小时内没有工单，客服也没在会话里回答的比例",
            ),
            Self::ResolutionRate => (
                "解决率",
                "提问中：有答案，且 24 小时内该成员没说没用、没开工单、没再得到同一条目、客服没在群里接话；确认=成员道谢或说解决了，其余为推定",
            ),
            Self::Containment => (
                "自助率",
                "机器人有回应的对话中没有工单的比例；同一成员在同一会话里间隔不超过 30 分钟的消息是一次对话",
            ),
            Self::Deflection => (
                "分流率",
                "答了且没转人工的 /（它 + 成员开的工单）；没得到帮助就离开的人也算在内，仅供参考",
            ),
            Self::Precision => (
                "准确率",
                "标注过的答案（含影子模式）中对的比例；没标注、但被收回、被成员质疑、或客服又答了一遍的算错；区间为精确二项区间，两端各有 5% 的机会不含真值（单侧 95%），并给出下限达到 0.95、0.98 还需多少个全对的标注",
            ),
            Self::FalseAnswers => (
                "每千条误答",
                "标为错或多余、或没标注但被收回、被质疑、客服又答了一遍的答案 / 看到的成员消息 × 1000",
            ),
            Self::FirstResponse => (
                "首次响应",
                "从转人工（或重开）到第一条人工回复的服务时间；机器人的话不算；还没人回的单列，不略去",
            ),
            Self::ResolutionTime => ("解决用时", "从转人工到解决的服务时间，不含等成员和已解决后的时间"),
            Self::FirstResponseMet => (
                "首次响应达标",
                "有首次响应目标的工单中按时回复的比例；未到期又未回的不计",
            ),
            Self::ResolutionMet => (
                "解决达标",
                "有解决目标的工单中按时解决的比例；未到期又未解决的不计",
            ),
            Self::Backlog => (
                "积压",
                "此刻未解决的工单：数量、最久的一个、按存在时间分段（自然时间）",
            ),
            Self::Reopened => ("重开率", "期间开的工单中被重开过的比例"),
            Self::HandedOn => ("转交率", "期间开的工单中转给过别人或别的客服群的比例"),
            Self::Escalated => ("上报率", "期间开的工单中因无人认领上报过的比例"),
            Self::Joined => ("合并率", "期间开的工单中有其他成员问同样问题而加入的比例"),
            Self::Coverage => (
                "条目覆盖",
                "文件里的条目：期间从未作答的、作答最多的、最常被说「问的不是这个」或没用的",
            ),
        }
    }

    /// Returns the definition.
    pub fn definition(self) -> &'static str {
        match self {
            Self::Asked => {
                "messages of members that called the bot or read as a question; a burst counts once"
            }
            Self::AnswerRate => "share of what was asked that got the answer of an entry",
            Self::HandedOver => {
                "share of what was asked after which its member got a ticket, at once or within 24 h; those that got an answer \
                 first count too"
            }
            Self::Unanswered => {
                "share of what was asked that got no answer of an entry, no ticket of its member within 24 h, and no word of \
                 staff in the channel"
            }
            Self::ResolutionRate => {
                "share of what was asked that was answered and, within 24 h, had no \"did not help\", no ticket, no repeat of \
                 the same entry to the same member and no word of staff to them; confirmed: the member said that it helped; \
                 assumed: the rest"
            }
            Self::Containment => {
                "conversations without a ticket / conversations in which the bot replied; a conversation is what a member \
                 writes in a channel with pauses of at most 30 minutes"
            }
            Self::Deflection => {
                "answered and not handed over / (that + tickets that members opened); it counts those who gave up, so read \
                 it last"
            }
            Self::Precision => {
                "right / labelled answers, those of shadow mode too; an answer without a label that was taken back, doubted by its \
                 member, or answered once more by staff counts as wrong; with its exact binomial interval, each end of which is \
                 wrong with a probability of 5 % (one-sided 95 %), and the labels that are still needed, all right, for a lower \
                 end of 0.95 and of 0.98"
            }
            Self::FalseAnswers => {
                "answers labelled wrong or needless, or without a label taken back, doubted, or answered once more by staff, in \
                 1,000 messages of members that were seen; those of shadow mode are left out, their labels count for the precision"
            }
            Self::FirstResponse => {
                "service time from the hand-over, or a reopening, to the first reply of a human; what still waits is \
                 counted apart, not left out"
            }
            Self::ResolutionTime => {
                "service time from the hand-over to the resolution, without the time in which it waited for the member or \
                 was resolved"
            }
            Self::FirstResponseMet => {
                "share of the tickets with a target for the first answer that had it in time; what is neither answered nor \
                 due is left out"
            }
            Self::ResolutionMet => {
                "share of the tickets with a target for the resolution that were resolved in time; what is neither resolved \
                 nor due is left out"
            }
            Self::Backlog => {
                "tickets that are not resolved now: how many, the oldest, and by age (clock time)"
            }
            Self::Reopened => "share of the tickets opened in the span that were reopened",
            Self::HandedOn => "share of the tickets opened in the span that were handed on",
            Self::Escalated => {
                "share of the tickets opened in the span that the next tier was told of because nobody claimed them"
            }
            Self::Joined => {
                "share of the tickets opened in the span that other members joined with the same question"
            }
            Self::Coverage => {
                "entries of the file that answered nothing in the span, that answered most, and of which members said most \
                 often that they did not help"
            }
        }
    }
}
