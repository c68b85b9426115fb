//! Finds likely mistakes in a FAQ that are no errors, and runs the file's own tests. Needs the matcher, since it looks at
//! the answers that members would get.

use super::{Faq, Unasked};
use crate::matcher::{Evidence, Matcher, Target};
use crate::yaml::Problem;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The least number of questions of an entry that are judged: fewer say too little.
const STATEMENTS: usize = 3;
/// The probability from which on a question reads as one.
const ASKS_PROBABILITY_MIN: f32 = 0.3;

/// The probability from which on another entry is likelier than all else together, by a margin.
const LIKELY_PROBABILITY_MIN: f32 = 0.6;

/// The probability from which on a message that calls the bot gets a human.
const CALLS_HUMAN_PROBABILITY_MIN: f32 = 0.5;

/// Problems and test results of a FAQ.
#[derive(Debug, Default)]
pub struct Lint {
    /// Errors (a test that fails) and warnings, with positions.
    pub problems: Vec<Problem>,
    /// The number of test phrases.
    pub tests: usize,
    /// The number of test phrases that pass.
    pub tests_passed: usize,
}

/// Runs the file's tests and looks for entries that stand in each other's way.
pub fn lint_with(faq: &Faq, matcher: &Matcher) -> Lint {
    let mut lint = Lint::default();
    own_questions(faq, matcher, &mut lint);
    collisions(faq, matcher, &mut lint);
    statements(faq, matcher, &mut lint);
    tests(faq, matcher, &mut lint);
    lint.problems
        .sort_by_key(|problem| (problem.line, problem.column));
    lint
}

/// Runs the file's own tests alone; returns a warning for each that fails, in the order of the file. A file in service answers
/// all the same: who saved it has to hear of them.
pub fn failing_tests(faq: &Faq, matcher: &Matcher) -> Vec<Problem> {
    let mut lint = Lint::default();
    tests(faq, matcher, &mut lint);
    lint.problems.into_iter().map(Problem::into_warning).collect()
}

/// Warns of entries whose questions do not read as questions: members' talk in the same words would be answered.
fn statements(faq: &Faq, matcher: &Matcher, lint: &mut Lint) {
    for (index, entry) in faq.entries().iter().enumerate() {
        if entry.unasked == Unasked::Never || entry.questions.len() < STATEMENTS {
            continue;
        }
        let read: Vec<bool> = entry
            .questions
            .iter()
            .map(|question| matcher.reading(question).asks() > ASKS_PROBABILITY_MIN)
            .collect();
        let asking = read.iter().filter(|asks| **asks).count();
        let Some(first) = read
            .iter()
            .position(|asks| !asks)
            .filter(|_| 2 * asking < read.len())
        else {
            continue;
        };
        let example = entry.questions.get(first).map_or("", String::as_str);
        let message = format!(
            "most questions of entry `{}` read as statements, such as `{example}`: members who only talk in these words may be answered",
            entry.id
        );
        let help = "write them as members ask, or set `unasked: never`".to_owned();
        let mut problem = faq
            .question_problem((index, first), message, Some(help))
            .into_warning();
        problem.in_chinese(format!(
            "条目「{}」的多数问题读起来像陈述句（如「{example}」），成员闲聊时用到这些词也可能被回答；请写成提问的样子，或加上 unasked: never",
            entry.id
        ));
        lint.problems.push(problem);
    }
}

fn own_questions(faq: &Faq, matcher: &Matcher, lint: &mut Lint) {
    for (index, entry) in faq.entries().iter().enumerate() {
        for (at, question) in entry.questions.iter().enumerate() {
            let ranking = matcher.rank(question);
            let best = ranking.candidates.first();
            if best.is_some_and(|best| best.target == Target::Entry(index)) {
                continue;
            }
            let found = best.map_or_else(|| "nothing".to_owned(), |best| format!("`{}`", best.id));
            let message = format!("`{question}` of entry `{}` finds {found}", entry.id);
            let help = "the two collide: reword the question, or make them one entry".to_owned();
            let mut problem = faq
                .question_problem((index, at), message, Some(help))
                .into_warning();
            problem.in_chinese(match best {
                Some(best) => format!(
                    "条目「{}」的问题「{question}」会被当成「{}」；两者冲突，请换个问法，或合并成一个条目",
                    entry.id, best.id
                ),
                None => format!(
                    "条目「{}」的问题「{question}」找不到任何条目；请换个问法",
                    entry.id
                ),
            });
            lint.problems.push(problem);
        }
    }
}

/// A question that another entry would answer, if it were not in the file.
struct Collides<'a> {
    question: &'a str,
    confidence: f32,
}

/// Warns once of each pair of entries, at the question that is the surest to go wrong.
fn collisions(faq: &Faq, matcher: &Matcher, lint: &mut Lint) {
    let mut pairs: BTreeMap<(usize, usize), Vec<Collides<'_>>> = BTreeMap::new();
    for collision in matcher.collisions() {
        if let (Target::Entry(own), Target::Entry(other)) = (collision.own, collision.other) {
            pairs.entry((own, other)).or_default().push(Collides {
                question: &collision.question,
                confidence: collision.confidence,
            });
        }
    }
    lone_questions(faq, matcher, &mut pairs);
    for ((own, other), mut found) in pairs {
        found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let (Some(entry), Some(neighbour), Some((first, rest))) = (
            faq.entries().get(own),
            faq.entries().get(other),
            found.split_first(),
        ) else {
            continue;
        };
        let mut message = format!(
            "entries `{}` and `{}` collide: `{}`, left out of the file and asked as if a member had said it in other words, finds \
             `{}` (probability {:.2})",
            entry.id, neighbour.id, first.question, neighbour.id, first.confidence
        );
        let mut chinese = format!(
            "条目「{}」和「{}」冲突：把「{}」从文件里拿掉，当作成员换了个说法来问，找到的是「{}」（概率 {:.2}）",
            entry.id, neighbour.id, first.question, neighbour.id, first.confidence
        );
        if let Some((line, question)) = nearest(faq, matcher, first.question, other) {
            message.push_str(&format!(", which has `{question}` in line {line}"));
            chinese.push_str(&format!("，因为它在第 {line} 行有「{question}」"));
        }
        if !rest.is_empty() {
            message.push_str(&format!("; the same for {} more of its questions", rest.len()));
            chinese.push_str(&format!("；它还有 {} 个问题也是这样", rest.len()));
        }
        message.push_str(&format!(
            ". Who asks it word for word gets `{}`, who asks in other words may get `{}`",
            entry.id, neighbour.id
        ));
        chinese.push_str(&format!(
            "。照原句问得到的是「{}」，换个说法问就可能答成「{}」",
            entry.id, neighbour.id
        ));
        chinese.push_str(&format!(
            "。如果一个答案就够，请合并成一个条目；否则在各自的问题里写明区别，并给「{}」多写几种问法",
            entry.id
        ));
        let help = format!(
            "where one answer does for both, make them one entry; else put into the questions of each what sets it apart, \
             and give `{}` more of them",
            entry.id
        );
        let at = entry
            .questions
            .iter()
            .position(|question| question == first.question);
        let mut problem = match at {
            Some(at) => faq.question_problem((own, at), message, Some(help)),
            None => faq.problem(own, message, Some(help)),
        };
        problem.in_chinese(chinese);
        lint.problems.push(problem.into_warning());
    }
}

/// Checks the only question of an entry against the other entries; the matcher can't leave it out, as it does with
/// others.
fn lone_questions<'a>(
    faq: &'a Faq,
    matcher: &Matcher,
    pairs: &mut BTreeMap<(usize, usize), Vec<Collides<'a>>>,
) {
    for (own, entry) in faq.entries().iter().enumerate() {
        let [question] = entry.questions.as_slice() else {
            continue;
        };
        let ranking = matcher.rank_where(question, |other| other != own);
        if let Some(best) = ranking.candidates.first()
            && let Target::Entry(other) = best.target
            && best.confidence >= LIKELY_PROBABILITY_MIN
        {
            pairs.entry((own, other)).or_default().push(Collides {
                question,
                confidence: best.confidence,
            });
        }
    }
}

/// Returns the question of an entry that is nearest to this one, with its line.
fn nearest(faq: &Faq, matcher: &Matcher, question: &str, entry: usize) -> Option<(usize, Arc<str>)> {
    let ranking = matcher.rank_where(question, |other| other == entry);
    let candidate = ranking
        .candidates
        .iter()
        .find(|candidate| candidate.target == Target::Entry(entry))?;
    let (Evidence::Exact(nearest) | Evidence::Nearest(nearest)) = &candidate.evidence else {
        return None;
    };
    let at = faq
        .entries()
        .get(entry)?
        .questions
        .iter()
        .position(|question| **question == **nearest)?;
    Some((faq.question_place(entry, at).0, Arc::clone(nearest)))
}

fn tests(faq: &Faq, matcher: &Matcher, lint: &mut Lint) {
    let needed = matcher.thresholds().answer;
    for (index, entry) in faq.entries().iter().enumerate() {
        for (at, phrase) in entry.tests.matches.iter().enumerate() {
            let ranking = matcher.rank(phrase);
            let own = || {
                let mut candidates = ranking.candidates.iter();
                candidates.find(|candidate| candidate.target == Target::Entry(index))
            };
            let best = match ranking.candidates.first() {
                // Nobody would be handed over for so little.
                Some(best)
                    if best.target == Target::Human && best.confidence < CALLS_HUMAN_PROBABILITY_MIN =>
                {
                    own()
                }
                best => best,
            };
            let problem = match best {
                Some(best) if best.target == Target::Human => Some((
                    "it reads as a call for a human".to_owned(),
                    "它读起来是要找人工".to_owned(),
                )),
                Some(best) if best.target != Target::Entry(index) => Some((
                    format!("it finds `{}`", best.id),
                    format!("找到的是「{}」", best.id),
                )),
                Some(_) if !ranking.question => Some((
                    "it does not read as a question".to_owned(),
                    "它读起来不像提问".to_owned(),
                )),
                Some(best) if best.confidence < needed => Some((
                    format!(
                        "it is right with probability {:.2} only, {needed:.2} is needed",
                        best.confidence
                    ),
                    format!("把握只有 {:.2}，要有 {needed:.2} 才会主动回答", best.confidence),
                )),
                Some(_) => None,
                None => Some(("it finds nothing".to_owned(), "什么也找不到".to_owned())),
            };
            let problem = problem.map(|(why, chinese)| {
                (
                    format!("`{phrase}` must match entry `{}`: {why}", entry.id),
                    format!(
                        "测试不通过：「{phrase}」应该找到条目「{}」，但是{chinese}",
                        entry.id
                    ),
                )
            });
            record(faq, (index, true, at), problem, lint);
        }
        for (at, phrase) in entry.tests.not.iter().enumerate() {
            let ranking = matcher.rank(phrase);
            let answered = ranking.candidates.first().is_some_and(|best| {
                best.target == Target::Entry(index) && ranking.question && best.confidence >= needed
            });
            let problem = answered.then(|| {
                (
                    format!("`{phrase}` must not match entry `{}`, and does", entry.id),
                    format!(
                        "测试不通过：「{phrase}」不应该用条目「{}」回答，却会用它回答",
                        entry.id
                    ),
                )
            });
            record(faq, (index, false, at), problem, lint);
        }
    }
}

/// Counts a test, by its entry, its kind (`true`: it must match) and its number; `problem` holds its failure in English
/// and in Chinese.
fn record(
    faq: &Faq,
    (entry, must_match, at): (usize, bool, usize),
    problem: Option<(String, String)>,
    lint: &mut Lint,
) {
    lint.tests += 1;
    let Some((message, chinese)) = problem else {
        lint.tests_passed += 1;
        return;
    };
    let (help, advice) = match must_match {
        true => (
            "add a question like it to `questions`, or take the phrase out of `tests`",
            "请在 questions 里加上类似的问法，或从 tests 里删掉这句",
        ),
        false => (
            "reword the question in `questions` that it is most like, add the phrase to `out_of_scope:` at the top of the file, or take \
             it out of `tests`",
            "请改写 questions 里和它最像的那个问法，或把这句加到文件开头的 out_of_scope: 里，或从 tests 里删掉这句",
        ),
    };
    let mut problem = faq.test_problem(entry, (must_match, at), message, Some(help.to_owned()));
    problem.in_chinese(format!("{chinese}；{advice}"));
    lint.problems.push(problem);
}
