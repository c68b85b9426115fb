//! Meanings that the desk understands by itself, and that no entry of the file may answer: a call for a human, thanks,
//! commands.

use super::reading::{self, Courtesy, Response};
use crate::faq::Faq;
use crate::matcher::Matcher;
use crate::yaml::Problem;
use regex::RegexSetBuilder;

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
const ASKS: [&str; 9] = ["?", "？", "吗", "么", "怎", "为什", "如何", "why", "how"];

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
        if matches!(reading::command(text), Some(reading::Command::Human(_))) || Matcher::asks_for_human(text)
        {
            Some(Self::Human)
        } else if reading::command(text).is_some() || reading::asks_help(text) || is_staffs_order(text) {
            Some(Self::Command)
        } else if is_of_own_ticket(text) {
            Some(Self::OwnTicket)
        } else if reading::is_bare_pick(text) {
            Some(Self::Pick)
        } else if reading::joins_in(text) {
            Some(Self::JoinsIn)
        } else if reading::declines_human(text) && !ASKS.iter().any(|word| text.contains(word)) {
            Some(Self::NoHuman)
        } else {
            Self::of_answer(text)
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
            reading::Command::Ask(words) | reading::Command::Human(words) => Some(words),
            reading::Command::Ticket | reading::Command::Help => None,
        }
    }

    /// Describes the meaning for an admin, in English and in Chinese.
    fn meaning(self) -> (&'static str, &'static str) {
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

/// `true` if a text is a staff order: it begins with `/t`.
fn is_staffs_order(text: &str) -> bool {
    let rest = text.trim().strip_prefix(['/', '／']);
    let word = rest.and_then(|rest| rest.split_whitespace().next());
    word.is_some_and(|word| word.eq_ignore_ascii_case("t"))
}

/// Reports the questions and patterns of the file that would swallow a built-in meaning.
pub(super) fn swallowed(faq: &Faq) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut patterns: Vec<(usize, usize, &str)> = Vec::new();
    for (at, entry) in faq.entries().iter().enumerate() {
        for (number, question) in entry.questions.iter().enumerate() {
            if let Some(built_in) = BuiltIn::of(question) {
                let (english, chinese) = built_in.meaning();
                let mut problem = faq.question_problem(
                    (at, number),
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
                problems.push(problem);
            }
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
