//! The labelled questions, asked one by one.

use crate::cli::language::{said, said_in_lines};
use crate::cli::load_knowledge::Known;
use crate::cli::{Failure, match_questions, output};
use crate::decision_kind::DecisionKind;
use crate::matcher::{HUMAN, Ranking};
use crate::yaml::nearest;
use serde::{Deserialize, Serialize};
use std::path::Path;

#[derive(Debug, Deserialize)]
struct Query {
    q: String,
    ids: Vec<String>,
    #[serde(default)]
    either: bool,
    #[serde(default)]
    kind: Option<String>,
}

/// The outcome of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum QuestionOutcome {
    /// Answered with an entry that is right.
    Right,
    /// Answered with another one.
    Wrong,
    /// Should have been answered, was not.
    Missed,
    /// Should have been left alone, was answered.
    False,
    /// Rightly left alone.
    Quiet,
}

/// One question with its outcome.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    /// Its line in the file, from 1.
    pub(super) line: usize,
    pub(super) q: String,
    /// The entries that would be right; none if the bot must stay quiet.
    pub(super) ids: Vec<String>,
    pub(super) outcome: QuestionOutcome,
    pub(super) decision: DecisionKind,
    /// The best candidate, whatever the decision.
    pub(super) id: Option<String>,
    /// Its confidence.
    pub(super) score: f32,
    /// The kind of line that the file says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
}

impl Row {
    /// Makes the row of a question from the matcher's best candidate and the decision.
    pub(super) fn new(
        (line, q): (usize, String),
        ids: Vec<String>,
        decision: DecisionKind,
        id: Option<String>,
        score: f32,
    ) -> Self {
        // A handoff is a right answer only to a member who wanted one.
        let said = decision == DecisionKind::Answer
            || (decision == DecisionKind::HandOff && id.as_deref() == Some(HUMAN));
        let fits = id.as_ref().is_some_and(|id| ids.contains(id));
        let outcome = match (ids.is_empty(), said) {
            (true, true) => QuestionOutcome::False,
            (true, false) => QuestionOutcome::Quiet,
            (false, false) => QuestionOutcome::Missed,
            (false, true) if fits => QuestionOutcome::Right,
            (false, true) => QuestionOutcome::Wrong,
        };
        Self {
            line,
            q,
            ids,
            outcome,
            decision,
            id,
            score,
            kind: None,
        }
    }

    /// Returns `true` if the question should be answered.
    pub(super) fn in_scope(&self) -> bool {
        !self.ids.is_empty()
    }

    /// Returns `true` if the best candidate is right, answered or not.
    pub(super) fn best_is_right(&self) -> bool {
        self.id.as_ref().is_some_and(|id| self.ids.contains(id))
    }
}

/// The rows of a file.
pub(super) struct EvaluatedRows {
    /// As decided.
    pub(super) rows: Vec<Row>,
    /// As decided without the judge; empty if there is none.
    pub(super) without: Vec<Row>,
}

/// Asks every question of the file, except those that don't count.
///
/// # Errors
/// [`Failure::Usage`] if the file can't be read, a line is not a labelled question, or no line counts.
pub(super) fn ask(knowledge: &Known, queries: &Path, mentioned: bool) -> Result<EvaluatedRows, Failure> {
    let name = queries.display();
    let text = std::fs::read_to_string(queries)
        .map_err(|error| Failure::Usage(said!("读不到 {name}：{error}", "can't read {name}: {error}")))?;
    let mut rows = Vec::new();
    let mut without = Vec::new();
    let entries = knowledge.faq.entries().iter();
    let known: Vec<String> = entries.map(|entry| entry.id.clone()).collect();
    // Windows' Notepad begins a file with a byte-order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    for (at, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let line_number = at + 1;
        let Query { q, ids, either, kind } = serde_json::from_str(line).map_err(|error| {
            let column = error.column();
            Failure::Usage(said_in_lines!(
                "{name}:{line_number}:{column}: 这一行不是一道题；每行写一道，写成：{{\"q\": \"怎么退款\", \"ids\": [\"退款\"]}}，ids 是正确条目的 \
                 id，不该回答的写 []",
                "{name}:{line_number}:{column}: {error}; expected {{\"q\": \"...\", \"ids\": [...]}}"
            ))
        })?;
        for id in ids
            .iter()
            .filter(|id| **id != HUMAN && knowledge.faq.index_of(id).is_none())
        {
            output::tell(unknown_id(&format!("{name}:{line_number}"), id, &known));
        }
        if either {
            continue;
        }
        let row = |(ranking, decision): (Ranking, DecisionKind)| {
            let best = ranking.candidates.first();
            let id = best.map(|best| best.id.to_string());
            let score = best.map_or(0.0, |best| match_questions::score(best, mentioned));
            Row {
                kind: kind.clone(),
                ..Row::new((line_number, q.clone()), ids.clone(), decision, id, score)
            }
        };
        if knowledge.judged().is_some() {
            let ranking = knowledge.rank(&q);
            let (_, decision) = match_questions::decide_alone(knowledge, &ranking, mentioned);
            without.push(row((ranking, decision)));
        }
        rows.push(row(match_questions::decide(knowledge, &q, mentioned)));
    }
    if rows.is_empty() {
        return Err(Failure::Usage(said!(
            "{name} 里没有题",
            "{name} has no questions"
        )));
    }
    Ok(EvaluatedRows { rows, without })
}

/// Formats a warning about a label that no answer can fit: the line counts against the FAQ in any case.
fn unknown_id(place: &str, id: &str, known: &[String]) -> String {
    let (help, chinese) = match nearest(id, known) {
        Some(meant) => (
            format!("did you mean `{meant}`?"),
            format!("是不是要写 {meant}？"),
        ),
        None => (
            "correct `ids`, or add the entry".to_owned(),
            "请改正 ids，或在 FAQ 里加上这个条目".to_owned(),
        ),
    };
    said_in_lines!(
        "{place}: 警告：FAQ 里没有条目「{id}」，这一行不管怎么回答都会算错；{chinese}",
        "{place}: warning: `{id}` is no entry of the FAQ: whatever is answered, the line counts as wrong or missed\n  help: {help}"
    )
}
