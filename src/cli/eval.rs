//! `groupdesk eval`: the FAQ measured against labelled questions.

use super::{Failure, predict, report};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What `eval` is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file has lines like {\"q\": \"几点上班\", \"ids\": [\"office-hours\"]}. `ids` lists the entries that would be
right ([] = the bot must stay quiet), `\"either\": true` takes a line out of the count.
  right   answered with one of `ids`          wrong  answered with another entry
  missed  should have been answered, was not   false  should have been left alone, was answered")]
pub(super) struct Options {
    /// The FAQ [default: faq.yaml here, else the one built in]
    #[arg(long, value_name = "FILE")]
    faq: Option<PathBuf>,
    /// The labelled questions
    queries: PathBuf,
    /// Take every message as addressed to the bot
    #[arg(long)]
    mentioned: bool,
    /// The precision wanted, instead of the file's (0.5 to 0.999)
    #[arg(long, value_name = "P")]
    precision: Option<f64>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Deserialize)]
struct Query {
    q: String,
    ids: Vec<String>,
    #[serde(default)]
    either: bool,
}

/// What became of one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Right,
    Wrong,
    Missed,
    False,
    Quiet,
}

#[derive(Debug, Serialize)]
struct Row {
    q: String,
    ids: Vec<String>,
    outcome: Outcome,
    decision: &'static str,
    id: Option<String>,
    score: f32,
}

#[derive(Debug, Serialize)]
struct Summary {
    questions: usize,
    in_scope: usize,
    out_of_scope: usize,
    right: usize,
    wrong: usize,
    missed: usize,
    #[serde(rename = "false")]
    wrongly_answered: usize,
    /// Right answers of all answers given, 0 to 1.
    precision: f64,
    /// Right answers of all questions in scope, 0 to 1.
    coverage: f64,
    misses: Vec<Row>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let knowledge = report::knowledge(options.faq.as_deref(), options.precision)?;
    let name = options.queries.display();
    let text = std::fs::read_to_string(&options.queries)
        .map_err(|error| Failure::Usage(format!("can't read {name}: {error}")))?;
    let mut rows = Vec::new();
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let query: Query = serde_json::from_str(line).map_err(|error| {
            Failure::Usage(format!(
                "{name}:{}:{}: {error}; expected {{\"q\": \"...\", \"ids\": [...]}}",
                number + 1,
                error.column()
            ))
        })?;
        if query.either {
            continue;
        }
        let (ranking, decision) = predict::decide(&knowledge, &query.q, options.mentioned);
        let best = ranking.candidates.first();
        let id = best.map(|best| best.id.to_string());
        // A hand-over is an answer only to somebody who wanted one.
        let said = decision == "answer" || (decision == "handoff" && id.as_deref() == Some("@human"));
        let fits = id.as_ref().is_some_and(|id| query.ids.contains(id));
        let outcome = match (query.ids.is_empty(), said) {
            (true, true) => Outcome::False,
            (true, false) => Outcome::Quiet,
            (false, false) => Outcome::Missed,
            (false, true) if fits => Outcome::Right,
            (false, true) => Outcome::Wrong,
        };
        let score = best.map_or(0.0, |best| best.confidence);
        rows.push(Row {
            q: query.q,
            ids: query.ids,
            outcome,
            decision,
            id,
            score,
        });
    }
    if rows.is_empty() {
        return Err(Failure::Usage(format!("{name} has no questions")));
    }
    let summary = summarise(rows);
    if options.json {
        let json =
            serde_json::to_string_pretty(&summary).map_err(|error| Failure::Broken(error.to_string()))?;
        println!("{json}");
    } else {
        print(&summary);
    }
    Ok(())
}

fn summarise(rows: Vec<Row>) -> Summary {
    let count = |outcome: Outcome| rows.iter().filter(|row| row.outcome == outcome).count();
    let (right, wrong, missed, wrongly_answered) = (
        count(Outcome::Right),
        count(Outcome::Wrong),
        count(Outcome::Missed),
        count(Outcome::False),
    );
    let in_scope = right + wrong + missed;
    let said = right + wrong + wrongly_answered;
    let share = |part: usize, whole: usize| {
        if whole == 0 {
            1.0
        } else {
            part as f64 / whole as f64
        }
    };
    Summary {
        questions: rows.len(),
        in_scope,
        out_of_scope: rows.len() - in_scope,
        right,
        wrong,
        missed,
        wrongly_answered,
        precision: share(right, said),
        coverage: share(right, in_scope),
        misses: rows
            .into_iter()
            .filter(|row| matches!(row.outcome, Outcome::Wrong | Outcome::Missed | Outcome::False))
            .collect(),
    }
}

fn print(summary: &Summary) {
    let Summary {
        questions,
        in_scope,
        out_of_scope,
        right,
        wrong,
        missed,
        wrongly_answered,
        precision,
        coverage,
        misses,
    } = summary;
    println!("questions   in scope  out of scope   right   wrong  missed   false  precision  coverage");
    println!(
        "{questions:>9}  {in_scope:>9}  {out_of_scope:>12}  {right:>6}  {wrong:>6}  {missed:>6}  {wrongly_answered:>6}  {:>8.1}%  {:>7.1}%",
        precision * 100.0,
        coverage * 100.0
    );
    if misses.is_empty() {
        return;
    }
    println!("\noutcome  score  best candidate            wanted                    question");
    for row in misses {
        let outcome = match row.outcome {
            Outcome::Wrong => "wrong",
            Outcome::Missed => "missed",
            Outcome::False => "false",
            Outcome::Right | Outcome::Quiet => "",
        };
        let wanted = if row.ids.is_empty() {
            "(quiet)".to_owned()
        } else {
            row.ids.join("|")
        };
        println!(
            "{outcome:<7}  {:>5.3}  {:<24}  {wanted:<24}  {}",
            row.score,
            row.id.as_deref().unwrap_or("-"),
            row.q
        );
    }
}
