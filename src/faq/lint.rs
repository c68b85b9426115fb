//! What is allowed in a FAQ and probably not meant, and the file's own tests. Needs the matcher, since what matters is what
//! members would get.

use super::Faq;
use crate::matcher::{Matcher, Target};
use crate::yaml::Problem;

/// What was found.
#[derive(Debug, Default)]
pub struct Lint {
    /// Errors (a test that fails) and warnings, with positions.
    pub problems: Vec<Problem>,
    /// How many test phrases there are.
    pub tests: usize,
    /// How many of them do what they must.
    pub tests_passed: usize,
}

/// Runs the file's tests and looks for entries that stand in each other's way.
pub fn lint_with(faq: &Faq, matcher: &Matcher) -> Lint {
    let mut lint = Lint::default();
    own_questions(faq, matcher, &mut lint);
    collisions(faq, matcher, &mut lint);
    tests(faq, matcher, &mut lint);
    lint.problems
        .sort_by_key(|problem| (problem.line, problem.column));
    lint
}

fn own_questions(faq: &Faq, matcher: &Matcher, lint: &mut Lint) {
    for (index, entry) in faq.entries().iter().enumerate() {
        for question in &entry.questions {
            let ranking = matcher.rank(question);
            let best = ranking.candidates.first();
            if best.is_some_and(|best| best.target == Target::Entry(index)) {
                continue;
            }
            let found = best.map_or_else(|| "nothing".to_owned(), |best| format!("`{}`", best.id));
            let message = format!("`{question}` of entry `{}` finds {found}", entry.id);
            let help = "the two collide: reword the question, or make them one entry".to_owned();
            lint.problems
                .push(faq.problem(index, message, Some(help)).into_warning());
        }
    }
}

fn collisions(faq: &Faq, matcher: &Matcher, lint: &mut Lint) {
    for collision in matcher.collisions() {
        let (Target::Entry(own), Target::Entry(other)) = (collision.own, collision.other) else {
            continue;
        };
        let entries = faq.entries();
        let (Some(entry), Some(other)) = (entries.get(own), entries.get(other)) else {
            continue;
        };
        let message = format!(
            "entries `{}` and `{}` collide: asked in words like `{}`, members would get `{}` (probability {:.2})",
            entry.id, other.id, collision.question, other.id, collision.confidence
        );
        let help = format!(
            "give `{}` more questions like this one, reword it, or make them one entry",
            entry.id
        );
        lint.problems
            .push(faq.problem(own, message, Some(help)).into_warning());
    }
}

fn tests(faq: &Faq, matcher: &Matcher, lint: &mut Lint) {
    let needed = matcher.thresholds().answer;
    for (index, entry) in faq.entries().iter().enumerate() {
        for phrase in &entry.tests.matches {
            let ranking = matcher.rank(phrase);
            let best = ranking.candidates.first();
            let problem = match best {
                Some(best) if best.target != Target::Entry(index) => Some(format!("it finds `{}`", best.id)),
                Some(_) if !ranking.question => Some("it does not read as a question".to_owned()),
                Some(best) if best.confidence < needed => Some(format!(
                    "it is right with probability {:.2} only, {needed:.2} is needed",
                    best.confidence
                )),
                Some(_) => None,
                None => Some("it finds nothing".to_owned()),
            };
            record(
                faq,
                index,
                problem.map(|why| format!("`{phrase}` must match entry `{}`: {why}", entry.id)),
                lint,
            );
        }
        for phrase in &entry.tests.not {
            let ranking = matcher.rank(phrase);
            let answered = ranking.candidates.first().is_some_and(|best| {
                best.target == Target::Entry(index) && ranking.question && best.confidence >= needed
            });
            let problem =
                answered.then(|| format!("`{phrase}` must not match entry `{}`, and does", entry.id));
            record(faq, index, problem, lint);
        }
    }
}

fn record(faq: &Faq, index: usize, problem: Option<String>, lint: &mut Lint) {
    lint.tests += 1;
    match problem {
        None => lint.tests_passed += 1,
        Some(message) => {
            let help = "add a question like it, or take the phrase out of `tests`".to_owned();
            lint.problems.push(faq.problem(index, message, Some(help)));
        }
    }
}
