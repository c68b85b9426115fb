//! Meanings that the desk understands by itself, and that no entry of the file may answer: a call for a human, thanks,
//! commands.

use super::answer_or_clarify::{Verdict, judge_called};
use super::reading::{self, Courtesy, Response};
use crate::faq::Faq;
use crate::matcher::{EntryInput, Input, Matcher, Target};
use crate::yaml::Problem;
use groupdesk_contract::COMMANDS;
use regex::RegexSetBuilder;
use std::sync::LazyLock;

/// Texts of built-in meanings, against which the file's patterns are tried.
const TRIED: [&str; 11] = [
    "谢谢",
    "解决了",
    "thanks",
    "solved",
    "还是不行",
    "没用",
    "帮助",
    "/help",
    "0",
    "1",
    "+1",
];

/// Marks of a question about humans: "不需要人工审核吗" does not decline one.
const QUESTION_WORDS: [&str; 9] = ["?", "？", "吗", "么", "怎", "为什", "如何", "why", "how"];

/// Words that ask how, where or when humans are reached, whether they can be, or that say that they are not: an entry may
/// answer that.
const ASKS_ABOUT: [&str; 54] = [
    "找不",
    "不到",
    "不上",
    "不通",
    "没人",
    "沒人",
    "可以",
    "免费",
    "试用",
    "怎",
    "哪",
    "如何",
    "几点",
    "几个",
    "几天",
    "什么",
    "啥",
    "多久",
    "多少",
    "多长",
    "为何",
    "收费",
    "费用",
    "价",
    "电话",
    "号码",
    "时间",
    "方式",
    "入口",
    "渠道",
    "区别",
    "用户",
    "会员",
    "周末",
    "节假日",
    "how",
    "where",
    "when",
    "why",
    "what",
    "which",
    "cost",
    "hours",
    "price",
    "phone",
    "weekend",
    // What kind of staff there are, and other people than staff.
    "是真人",
    "是人工",
    "支持",
    "换个人",
    "another",
    "add ",
    "invite",
    "transfer a",
];

/// Questions about something else, beside which a call for a human stands out.
const BESIDE: [(&str, [&str; 3]); 3] = [
    (
        "refund",
        ["怎么申请退款", "退款多久到账", "how do I get a refund"],
    ),
    ("login", ["登录不了怎么办", "忘记密码了", "I can't log in"]),
    (
        "invoice",
        ["怎么开发票", "发票开错了", "where do I get an invoice"],
    ),
];

/// Precision of the matcher that is built from them.
const PRECISION: f64 = 0.95;

/// Probability from which on a question calls a human.
const CALLS_HUMAN_PROBABILITY_MIN: f32 = 0.75;

/// Probability from which on a question may call a human, if no entry of the file is nearer.
const MAY_CALL_HUMAN: f32 = 0.4;

/// Longest text that is such a call, in characters: more words say what it is about.
const CALL_CHARS_MAX: usize = 40;

/// Size limit of the compiled set of patterns that is tried, in bytes; the matcher reports a larger one.
const PATTERNS_SIZE_MAX: usize = 32 << 20;

/// A meaning that is built into the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltIn {
    /// A human is asked for.
    Human,
    /// No human is wanted.
    NoHuman,
    /// Thanks, "all right", or "solved".
    Thanks,
    /// An answer did not help, or it is not solved.
    NotSolved,
    /// A choice, or none of them.
    Pick,
    /// A member's "me too" to another member's message.
    JoinsIn,
    /// A command such as `/ticket` or the staff's `/t`, or "help".
    Command,
    /// A question how the speaker's ticket stands, or its withdrawal.
    OwnTicket,
}

impl BuiltIn {
    /// Returns the built-in meaning of a text; `None` where the FAQ decides.
    pub fn of(text: &str) -> Option<Self> {
        let command = reading::command(text);
        if matches!(command, Some(reading::MemberCommand::Human(_))) || Matcher::asks_for_human(text) {
            Some(Self::Human)
        } else if reading::command(text).is_some() || reading::asks_help(text) || is_staffs_order(text) {
            Some(Self::Command)
        } else if is_of_own_ticket(text) {
            Some(Self::OwnTicket)
        } else if reading::is_bare_pick(text) {
            Some(Self::Pick)
        } else if reading::joins_in(text) {
            Some(Self::JoinsIn)
        } else if reading::declines_human(text) && !QUESTION_WORDS.iter().any(|word| text.contains(word)) {
            Some(Self::NoHuman)
        } else {
            Self::of_answer(text).or_else(|| nearly_calls_human(text).then_some(Self::Human))
        }
    }

    /// Reads a remark about an answer, or about a human's help.
    fn of_answer(text: &str) -> Option<Self> {
        let not_solved = reading::unhelpful(text, true)
            || reading::doubt_to_bot(text).is_some()
            || reading::persists_alone(text);
        let response = reading::response(text).filter(|_| text.chars().any(char::is_alphanumeric));
        let thanks = reading::helped(text)
            || matches!(
                response,
                Some(Response::Thanks | Response::Agreed | Response::Solved)
            )
            || reading::courtesy(text) == Some(Courtesy::Thanks);
        if not_solved {
            Some(Self::NotSolved)
        } else {
            // A file may have words of its own for a greeting.
            (thanks && reading::courtesy(text) != Some(Courtesy::Greeting)).then_some(Self::Thanks)
        }
    }

    /// Returns the text behind `/human` or `/ask`.
    pub fn argument(text: &str) -> Option<&str> {
        match reading::command(text)? {
            reading::MemberCommand::Ask(words) | reading::MemberCommand::Human(words) => Some(words),
            reading::MemberCommand::Ticket | reading::MemberCommand::Help => None,
        }
    }

    /// Describes the meaning for an admin, in English and in Chinese.
    pub fn meaning(self) -> (&'static str, &'static str) {
        match self {
            Self::Human => ("calls a human", "转人工"),
            Self::NoHuman => ("says that no human is wanted", "表示不要人工"),
            Self::Thanks => ("says thanks or that it is solved", "道谢或表示已解决"),
            Self::NotSolved => ("says that an answer did not help", "表示没解决、没帮上忙"),
            Self::Pick => ("picks one of several choices", "选择选项"),
            Self::JoinsIn => ("joins in with another member", "附和别人的话"),
            Self::Command => ("is a command", "命令"),
            Self::OwnTicket => ("asks for or leaves one's own ticket", "查询或退出自己的工单"),
        }
    }
}

/// `true` if a text is plainly about the speaker's own ticket: "取消工单" and "ticket status" may be topics of a file.
fn is_of_own_ticket(text: &str) -> bool {
    let text = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let own = says(&["我", "my"]);
    (reading::my_ticket(&text) && own)
        || (reading::withdraws(&text) && (own || says(&["退出", "离开", "通知", "leave", "notify"])))
}

/// `true` if a text is a staff order: it begins with `/t` or `/faq`.
fn is_staffs_order(text: &str) -> bool {
    let rest = text.trim().strip_prefix(['/', '／']);
    let word = rest.and_then(|rest| rest.split_whitespace().next());
    word.is_some_and(|word| {
        let mut staffs = COMMANDS.iter().filter(|command| command.for_staff);
        staffs.any(|command| command.names().any(|name| name == word.to_lowercase()))
    })
}

/// `true` if the matcher takes a text for a call for a human whatever the file says.
fn nearly_calls_human(text: &str) -> bool {
    call_for_human(text) >= CALLS_HUMAN_PROBABILITY_MIN
}

/// `true` if the desk would take a text for a call for a human if the entry with this number were not in the file.
pub(super) fn calls_human_beside(knowledge: &Matcher, text: &str, entry: Option<usize>) -> bool {
    call_for_human(text) >= MAY_CALL_HUMAN
        && matches!(
            judge_called(&knowledge.rank_where(text, |other| Some(other) != entry)),
            Verdict::Human { .. }
        )
}

/// Returns the questions of the file that may call a human, by entry and number. What they teach a matcher that is built with
/// them speaks against a call: whether they are one shows without them.
pub(super) fn questions_near_human(faq: &Faq) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, entry) in faq.entries().iter().enumerate() {
        let suspects = entry.questions.iter().enumerate().filter(|(_, question)| {
            call_for_human(question) >= MAY_CALL_HUMAN && BuiltIn::of(question).is_none()
        });
        found.extend(suspects.map(|(number, _)| (at, number)));
    }
    found
}

/// Returns those of the suspects that call a human by a matcher that was built without them.
pub(super) fn calls_for_human(
    faq: &Faq,
    without: &Matcher,
    suspects: &[(usize, usize)],
) -> Vec<(usize, usize)> {
    let calls = |(at, number): &&(usize, usize)| {
        let entry = faq.entries().get(*at);
        let question = entry.and_then(|entry| entry.questions.get(*number));
        question.is_some_and(|question| calls_human_beside(without, question, Some(*at)))
    };
    suspects.iter().filter(calls).copied().collect()
}

/// Reports questions that call a human.
pub(super) fn taken_for_calls(faq: &Faq, questions: &[(usize, usize)]) -> Vec<Problem> {
    let problems = questions.iter().filter_map(|at| taken(faq, *at, BuiltIn::Human));
    problems.collect()
}

/// Returns the probability of a call for a human, beside questions about other things; 0 for a text that asks how, where or when
/// one is reached.
fn call_for_human(text: &str) -> f32 {
    // What the matcher knows of humans is the same beside every file.
    static PLAIN: LazyLock<Option<Matcher>> = LazyLock::new(|| Matcher::build(plain()).ok());
    let lower = text.to_lowercase();
    let about = ASKS_ABOUT.iter().any(|word| lower.contains(word));
    if about
        || lower.chars().count() > CALL_CHARS_MAX
        || !Matcher::may_ask_for_human(text)
        || reading::declines_human(text)
        || reading::calls_peer(text)
    {
        return 0.0;
    }
    let ranking = PLAIN.as_ref().map(|matcher| matcher.rank(text));
    let mut candidates = ranking.iter().flat_map(|ranking| &ranking.candidates);
    let human = candidates.find(|candidate| candidate.target == Target::Human);
    human.map_or(0.0, |human| human.confidence)
}

/// Makes the input of a matcher that knows little but calls for a human.
fn plain() -> Input {
    let entry = |(id, questions): (&str, [&str; 3])| EntryInput {
        id: id.to_owned(),
        questions: questions.map(str::to_owned).to_vec(),
        ..EntryInput::default()
    };
    Input {
        entries: BESIDE.map(entry).to_vec(),
        precision: PRECISION,
        ..Input::default()
    }
}

/// Reports a question that has a built-in meaning.
fn taken(faq: &Faq, at: (usize, usize), built_in: BuiltIn) -> Option<Problem> {
    let entry = faq.entries().get(at.0)?;
    let question = entry.questions.get(at.1)?;
    let (english, chinese) = built_in.meaning();
    let mut problem = faq.question_problem(
        at,
        format!(
            "`{question}` {english} and can be no question of entry `{}`: it is left out",
            entry.id
        ),
        Some("remove it; write what members ask for in their own words".to_owned()),
    );
    problem.in_chinese(format!(
        "「{question}」是机器人自带的含义（{chinese}），不能作为条目「{}」的问题，已忽略；请删掉，写成员真正会问的话",
        entry.id
    ));
    Some(problem)
}

/// Reports the questions and patterns of the file that would swallow a built-in meaning.
pub(super) fn intent_collisions(faq: &Faq) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut patterns: Vec<(usize, usize, &str)> = Vec::new();
    for (at, entry) in faq.entries().iter().enumerate() {
        for (number, question) in entry.questions.iter().enumerate() {
            problems.extend(BuiltIn::of(question).and_then(|meaning| taken(faq, (at, number), meaning)));
        }
        let all = entry.patterns.iter().enumerate();
        patterns.extend(all.map(|(number, pattern)| (at, number, pattern.as_str())));
    }
    for (number, message) in faq.out_of_scope().iter().enumerate() {
        if BuiltIn::of(message) == Some(BuiltIn::Human) {
            let mut problem = faq.out_of_scope_problem(
                number,
                format!("`{message}` calls a human and can't be out of scope"),
                Some("remove it".to_owned()),
            );
            problem.in_chinese(format!("「{message}」是转人工，不能写在 out_of_scope 里；请删掉"));
            problems.push(problem);
        }
    }
    problems.extend(by_pattern(faq, &patterns));
    problems
}

fn by_pattern(faq: &Faq, patterns: &[(usize, usize, &str)]) -> Vec<Problem> {
    let sources = patterns.iter().map(|(.., pattern)| pattern);
    let Ok(set) = RegexSetBuilder::new(sources)
        .case_insensitive(true)
        .size_limit(PATTERNS_SIZE_MAX)
        .build()
    else {
        return Vec::new();
    };
    let mut found: Vec<Option<&str>> = vec![None; patterns.len()];
    for text in Matcher::requests_for_human()
        .filter(|text| Matcher::asks_for_human(text))
        .chain(TRIED)
    {
        for hit in set.matches(text) {
            if let Some(found) = found.get_mut(hit) {
                found.get_or_insert(text);
            }
        }
    }
    let hits = patterns.iter().zip(found);
    hits.filter_map(|((entry, number, pattern), text)| {
        let text = text?;
        let (english, chinese) = BuiltIn::of(text)?.meaning();
        let mut problem = faq.pattern_problem(
            (*entry, *number),
            format!("the pattern `{pattern}` matches `{text}` too, which {english}"),
            Some(format!("narrow it, so that it no longer matches `{text}`")),
        );
        problem.in_chinese(format!(
            "正则表达式「{pattern}」也会匹配「{text}」（{chinese}）；请写得更窄，不要匹配它"
        ));
        Some(problem)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::super::Knowledge;
    use super::*;
    use crate::matcher::{Evidence, Target};
    use crate::yaml::Severity;

    fn told(questions: &str, more: &str) -> Vec<Problem> {
        let text = format!(
            "entries:\n  - id: a\n    questions: [怎么退款, {questions}]\n    answer: 找客服\n{more}"
        );
        let (_, told) = Knowledge::load("faq.yaml", &text, None).unwrap();
        told.into_iter()
            .filter(|problem| problem.severity == Severity::Error)
            .collect()
    }

    #[test]
    fn what_the_desk_understands_by_itself_can_be_no_question_of_an_entry() {
        let taken = [
            "转人工",
            "人工",
            "转人工！",
            "human",
            "Talk to a human",
            "解决了",
            "谢谢",
            "谢谢啦",
            "好的",
            "/human",
            "/ticket",
            "/help",
            "还是不行",
            "没用",
            "没解决",
            "不是这个意思",
            "看不懂",
            "not helpful",
            "帮助",
            "0",
            "1",
            "都不是",
            "+1",
            "不用人工了",
            "我的工单",
            "My ticket",
            "退出工单",
            "关闭我的工单",
            "/t",
            "/T 12",
        ];
        let quoted: Vec<String> = taken.iter().map(|question| format!("\"{question}\"")).collect();
        let problems = told(&quoted.join(", "), "");
        assert_eq!((problems[0].line, problems[0].column), (3, 23));
        for question in taken {
            let told = problems
                .iter()
                .find(|problem| problem.message.starts_with(&format!("`{question}`")));
            let chinese = told.and_then(|problem| problem.chinese.as_ref());
            assert!(
                chinese.is_some_and(|text| text.contains("请删掉")),
                "{question}: {problems:?}"
            );
        }
        assert_eq!(problems.len(), taken.len(), "{problems:?}");
        // The file serves without them.
        let text = format!(
            "entries:\n  - id: a\n    questions: [怎么退款, {}]\n    answer: 找客服\n",
            quoted.join(", ")
        );
        let (knowledge, _) = Knowledge::load("faq.yaml", &text, None).unwrap();
        for question in taken {
            let ranking = knowledge.matcher.rank(question);
            let best = ranking.candidates.first();
            let is_its = best.is_some_and(|best| {
                best.target == Target::Entry(0) && !matches!(best.evidence, Evidence::Nearest(_))
            });
            assert!(!is_its, "{question}");
        }
        let free = [
            "人工客服几点上班",
            "人工智能怎么学",
            "你好",
            "谢谢怎么说",
            "还没有收到验证码怎么办",
            "还是报错 1045",
            "不需要人工审核吗",
            "帮助文档在哪",
            "没用完的流量退吗",
            "怎么取消订单",
            "工单状态",
            "取消工单",
            "/tmp 满了怎么办",
        ];
        assert_eq!(told(&free.join(", "), ""), []);
    }

    #[test]
    fn a_call_for_a_human_in_other_words_is_no_question_of_an_entry_and_a_question_about_humans_is() {
        for text in [
            "人工客服在吗",
            "人工在吗",
            "转接客服",
            "我要投诉找人工",
            "帮我转一下人工吧",
            "叫个真人来",
            "能给我转人工吗",
            "can I talk to a real person",
            "I want to speak to someone",
            "get me a human",
        ] {
            assert_eq!(BuiltIn::of(text), Some(BuiltIn::Human), "{text}");
        }
        for text in [
            "免费用户去哪里找人工",
            "免费用户可以找人工吗",
            "用的免费镜像可以找人工吗",
            "找不到人工客服",
            "人工客服联系不上",
            "客服没人理",
            "怎么联系人工客服",
            "人工客服几点上班",
            "人工客服电话多少",
            "转人工要等多久",
            "周末有人工客服吗",
            "客服微信",
            "人工审核不通过",
            "不需要人工审核吗",
            "有人工智能课程吗",
            "实名认证要本人来吗",
            "可以添加多人协作吗",
            "负责人变更",
            "how do I reach a human",
            "can I add another person to my team",
            "does the agent run on Windows",
            "staff accounts",
        ] {
            assert_eq!(BuiltIn::of(text), None, "{text}");
        }
    }

    /// The desk hands these over, where no entry has them, with a probability of 0.5 to 0.75.
    #[test]
    fn what_the_desk_itself_would_hand_over_is_no_question_of_an_entry() {
        let calls = ["找客服聊聊", "我想和客服说话", "想跟你们的人聊聊", "我要见客服"];
        let others = "  - id: refund\n    questions: [怎么退款, 退款多久到账, 可以退款吗]\n    answer: b\n  - id: pay\n    questions: [怎么付款, how \
                      do I pay]\n    answer: c\n";
        let text = |questions: &str| {
            format!("entries:\n  - id: a\n    questions: [{questions}]\n    answer: a\n{others}")
        };
        let (without, _) = Knowledge::load("faq.yaml", &text("几点开门"), None).unwrap();
        for call in calls {
            assert!(
                matches!(judge_called(&without.matcher.rank(call)), Verdict::Human { .. }),
                "{call}"
            );
            assert!(without.calls_human(call), "{call}");
        }
        let questions = format!("几点开门, {}", calls.join(", "));
        let (knowledge, told) = Knowledge::load("faq.yaml", &text(&questions), None).unwrap();
        for call in calls {
            let told = told
                .iter()
                .find(|problem| problem.message.contains(&format!("`{call}`")));
            assert_eq!(
                told.map(|problem| problem.severity),
                Some(Severity::Error),
                "{call}: {} {:?}",
                call_for_human(call),
                knowledge.matcher.rank_where(call, |entry| entry != 0).candidates
            );
            assert!(
                matches!(judge_called(&knowledge.matcher.rank(call)), Verdict::Human { .. }),
                "{call} is still handed over"
            );
        }
        let free = [
            "客服几点上班",
            "怎么联系人工客服",
            "客服是真人吗",
            "客服微信",
            "can I add another person to my team",
        ];
        let (_, told) = Knowledge::load("faq.yaml", &text(&free.join(", ")), None).unwrap();
        assert_eq!(told, []);
        let (_, told) = Knowledge::load("faq.yaml", include_str!("../../faq.yaml"), None).unwrap();
        let calls = told
            .iter()
            .filter(|problem| problem.message.contains("calls a human"));
        assert_eq!(calls.count(), 0);
    }

    #[test]
    fn neither_can_a_pattern_or_what_is_out_of_scope_mean_it() {
        let problems = told("几点上班", "    patterns: [\"退款\", \"人工\"]\n");
        assert_eq!(
            (problems.len(), problems[0].line, problems[0].column),
            (1, 5, 22),
            "{problems:?}"
        );
        let problems = told("几点上班", "out_of_scope: [在吗, 转人工]\n");
        assert_eq!((problems.len(), problems[0].line), (1, 5), "{problems:?}");
        assert!(told("几点上班", "    patterns: [\"人工智能\", \"还是不行吗\"]\n").is_empty());
        for pattern in ["没用", "^\\\\d+$", "帮助"] {
            let problems = told("几点上班", &format!("    patterns: [\"{pattern}\"]\n"));
            assert_eq!(problems.len(), 1, "{pattern}: {problems:?}");
        }
    }
}
