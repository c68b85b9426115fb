//! What members say that the desk understands by itself, and no entry of the file may answer: a call for a human, thanks,
//! commands.

use super::reading::{self, Courtesy, Response};
use crate::faq::Faq;
use crate::matcher::Matcher;
use crate::yaml::Problem;
use regex::RegexSetBuilder;

/// Words that are said of a ticket or of an answer, for trying patterns.
const COURTESIES: [&str; 4] = ["谢谢", "解决了", "thanks", "solved"];

/// The largest set of patterns that is tried; the matcher complains of a larger one.
const PATTERNS_SIZE_MAX: usize = 32 << 20;

/// A meaning that the desk has built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltIn {
    /// A human is asked for.
    Human,
    /// Thanks, or "solved".
    Thanks,
    /// A command such as `/ticket`.
    Command,
}

impl BuiltIn {
    /// The meaning of a text that means nothing else.
    pub fn of(text: &str) -> Option<Self> {
        if matches!(reading::command(text), Some(reading::Command::Human(_))) || Matcher::asks_for_human(text)
        {
            Some(Self::Human)
        } else if reading::command(text).is_some() {
            Some(Self::Command)
        } else {
            let response = reading::response(text).filter(|_| text.chars().any(char::is_alphanumeric));
            let thanks = matches!(response, Some(Response::Thanks | Response::Solved))
                || reading::courtesy(text) == Some(Courtesy::Thanks);
            thanks.then_some(Self::Thanks)
        }
    }

    /// The words behind `/human` or `/ask`.
    pub fn argument(text: &str) -> Option<&str> {
        match reading::command(text)? {
            reading::Command::Ask(words) | reading::Command::Human(words) => Some(words),
            reading::Command::Ticket | reading::Command::Help => None,
        }
    }

    /// What happens with such a message, in English and in Chinese.
    fn meaning(self) -> (&'static str, &'static str) {
        match self {
            Self::Human => ("calls a human", "转人工"),
            Self::Thanks => ("says thanks or that it is solved", "道谢或表示已解决"),
            Self::Command => ("is a command", "命令"),
        }
    }
}

/// The questions and patterns of the file that would stand between members and what the desk understands by itself.
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
        .chain(COURTESIES)
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
        for question in [
            "转人工",
            "人工",
            "转人工！",
            "human",
            "Talk to a human",
            "解决了",
            "谢谢",
            "谢谢啦",
            "/human",
            "/ticket",
        ] {
            let problems = told(&format!("\"{question}\""), "");
            assert_eq!(problems.len(), 1, "{question}: {problems:?}");
            assert_eq!((problems[0].line, problems[0].column), (3, 23), "{question}");
            assert!(
                problems[0]
                    .chinese
                    .as_ref()
                    .is_some_and(|text| text.contains("请删掉"))
            );
        }
        for question in ["人工客服几点上班", "人工智能怎么学", "你好", "谢谢怎么说"] {
            assert!(told(question, "").is_empty(), "{question}");
        }
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
        assert!(told("几点上班", "    patterns: [\"人工智能\"]\n").is_empty());
    }
}
