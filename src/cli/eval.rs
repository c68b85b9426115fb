//! `groupdesk eval`: measures the FAQ against labelled questions.

mod confusions;
mod figures;
mod labelled_questions;
mod labels;
mod print;
mod reliability;

use super::language::said;
use super::load_knowledge::Known;
use super::{Failure, output};
use confusions::Confusion;
use figures::{AtPrecision, Counts, Kind};
use labelled_questions::{QuestionOutcome, Row};
use reliability::Reliability;
use serde::Serialize;
use std::cmp::Reverse;
use std::path::PathBuf;

/// The arguments of `eval`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file has lines like {\"q\": \"几点上班\", \"ids\": [\"office-hours\"]}. `ids` lists the entries that would be
right ([] = the bot must stay quiet), `\"either\": true` takes a line out of the count. Lines with a `\"kind\"` are counted
by kind too.
  right   answered with one of `ids`          wrong  answered with another entry
  missed  should have been answered, was not   false  should have been left alone, was answered
What the other figures mean:
  precision        right answers of all answers given
  coverage         right answers of all questions in scope (those with `ids`)
  false per 1,000  of 1,000 messages out of scope, so many would be answered
  at precision P   the coverage if the threshold were chosen on this very file, as low as P allows: what
                   could be had, where `coverage` is what is had
  acc@1            questions in scope whose best candidate is right, answered or not
  AUROC            the chance that a question in scope has a higher confidence than a message out of scope
With --labels N the file is a group's traffic, divided anew forty times: staff label answers, then questions without one, N at
most, in four fifths of it; the last fifth is decided before and after. Only answers of entries count, calls for a human do not.
With --judge N the judge (`model` of the configuration) is asked where the matching is unsure, with N requests at
most besides those of its calibration, and what comes out without it stands below.")]
pub(super) struct Options {
    /// The FAQ [default: the one that the configuration names, else faq.yaml here, else the one built in]
    #[arg(long, value_name = "FILE")]
    faq: Option<PathBuf>,
    /// The configuration whose `semantic` and `faq` are used [default: groupdesk.yaml here, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The labelled questions
    queries: PathBuf,
    /// Take every message as addressed to the bot
    #[arg(long)]
    mentioned: bool,
    /// The precision wanted, instead of the file's (0.5 to 0.999)
    #[arg(long, value_name = "P")]
    precision: Option<f64>,
    /// Ask the judge too, with so many requests at most
    #[arg(long, value_name = "N")]
    judge: Option<u64>,
    /// Simulate a group in which staff label so many messages at most: what comes out of the others before and after
    #[arg(long, value_name = "N", conflicts_with_all = ["judge", "mentioned"])]
    labels: Option<usize>,
    /// The number of misses to list, the worst first; --json has them all
    #[arg(long, value_name = "N", default_value_t = 20)]
    misses: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// All results for one set of labelled questions.
#[derive(Debug, Serialize)]
struct Summary {
    #[serde(flatten)]
    counts: Counts,
    /// The confidence from which on messages that did not call the bot are answered, 0 to 1.
    threshold: f32,
    /// The counts by kind of line, if the file names kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kinds: Vec<Kind>,
    /// The judge's part, if it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    judge: Option<JudgeFigures>,
    /// The results possible at the precision wanted.
    at_precision: AtPrecision,
    /// Questions in scope whose best candidate is right, 0 to 1.
    acc_at_1: Option<f64>,
    /// The chance that a question in scope has more confidence than one out of scope, 0 to 1.
    auroc: Option<f64>,
    reliability: Reliability,
    /// Most frequent first.
    confusions: Vec<Confusion>,
    /// Worst first.
    misses: Vec<Row>,
}

/// The judge's part in the results.
#[derive(Debug, Serialize)]
struct JudgeFigures {
    /// The weight of its voice in log-odds; 0 if it is of no use, and was not asked.
    weight: f32,
    /// The most requests that were allowed.
    requests_allowed: u64,
    /// The requests that were spent.
    requests: u64,
    /// The questions that would have needed its voice when those were spent.
    unheard: usize,
    /// The counts as decided without it.
    without: Counts,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let (config, faq) = (options.config.as_deref(), options.faq.as_deref());
    let knowledge = match options.judge {
        None => Known::load(config, faq, options.precision)?,
        Some(requests) => judged(options, requests)?,
    };
    let asked = labelled_questions::ask(&knowledge, &options.queries, options.mentioned)?;
    let precision = options.precision.unwrap_or_else(|| knowledge.faq.precision());
    if let Some(labels) = options.labels {
        return labels::run(&knowledge, &asked.rows, labels, (precision, options.json));
    }
    let mut summary = summarise(asked.rows, precision, knowledge.matcher.thresholds().answer);
    if let (Some(requests_allowed), Some(judged)) = (options.judge, knowledge.judged()) {
        summary.judge = Some(JudgeFigures {
            weight: judged.weight(),
            requests_allowed,
            requests: judged.spent(),
            unheard: judged.unheard(),
            without: Counts::of(&asked.without),
        });
    }
    if options.json {
        let json =
            serde_json::to_string_pretty(&summary).map_err(|error| Failure::Broken(error.to_string()))?;
        output::line(json)
    } else {
        output::text(print::text(&summary, options.misses))
    }
}

/// Loads the FAQ with the judge, after saying what that may cost.
///
/// # Errors
/// As for [`Known::load_judged`]; [`Failure::Usage`] if the configuration has no judge.
fn judged(options: &Options, requests: u64) -> Result<Known, Failure> {
    output::tell(said!(
        "groupdesk: 要问判断模型：题目最多 {requests} 次请求；校准另计，最多 model.calibration_calls 次，已校准过的不再问",
        "groupdesk: the judge is asked: at most {requests} requests for the questions, and at most `model.calibration_calls` to calibrate it where the store does not know that yet"
    ));
    let known = Known::load_judged(
        options.config.as_deref(),
        options.faq.as_deref(),
        options.precision,
    )?;
    match known.judged() {
        None => Err(Failure::Usage(said!(
            "--judge: 配置里没有判断模型（model.judge）",
            "--judge: the configuration has no judge (`model.judge`)"
        ))),
        Some(judged) => {
            judged.limit_to(requests);
            Ok(known)
        }
    }
}

fn summarise(rows: Vec<Row>, precision: f64, threshold: f32) -> Summary {
    Summary {
        counts: Counts::of(&rows),
        kinds: Kind::all(&rows),
        threshold,
        judge: None,
        at_precision: AtPrecision::of(&rows, precision),
        acc_at_1: figures::acc_at_1(&rows),
        auroc: figures::auroc(&rows),
        reliability: Reliability::of(&rows),
        confusions: confusions::of(&rows),
        misses: misses(rows),
    }
}

/// Returns the misses: first wrong and false answers, then missed ones, each by falling confidence.
fn misses(rows: Vec<Row>) -> Vec<Row> {
    let mut misses: Vec<Row> = rows
        .into_iter()
        .filter(|row| {
            matches!(
                row.outcome,
                QuestionOutcome::Wrong | QuestionOutcome::False | QuestionOutcome::Missed
            )
        })
        .collect();
    misses.sort_by(|a, b| {
        let said = |row: &Row| Reverse(row.outcome != QuestionOutcome::Missed);
        said(a).cmp(&said(b)).then(b.score.total_cmp(&a.score))
    });
    misses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision_kind::DecisionKind;

    /// Makes a row for a decision, named after its confidence.
    pub(super) fn row(score: f32, id: Option<&str>, ids: &[&str], decision: &'static str) -> Row {
        let ids = ids.iter().map(|&id| id.to_owned()).collect();
        Row::new(
            (1, format!("q {score}")),
            ids,
            DecisionKind::first_of(decision).unwrap(),
            id.map(str::to_owned),
            score,
        )
    }

    /// A set small enough for its figures to be worked out on paper.
    pub(super) fn by_hand() -> Vec<Row> {
        vec![
            row(0.95, Some("a"), &["a"], "answer"),
            row(0.9, Some("b"), &["a"], "answer"),
            row(0.8, Some("b"), &["b"], "answer"),
            row(0.8, Some("b"), &[], "answer"),
            row(0.6, Some("b"), &["b", "a"], "quiet"),
            row(0.3, Some("@human"), &[], "handoff"),
            row(0.0, None, &["b"], "handoff"),
            row(0.0, None, &[], "quiet"),
        ]
    }

    #[test]
    fn the_worst_misses_come_first() {
        let outcomes: Vec<(QuestionOutcome, f32)> = misses(by_hand())
            .iter()
            .map(|row| (row.outcome, row.score))
            .collect();
        assert_eq!(
            outcomes,
            [
                (QuestionOutcome::Wrong, 0.9),
                (QuestionOutcome::False, 0.8),
                (QuestionOutcome::False, 0.3),
                (QuestionOutcome::Missed, 0.6),
                (QuestionOutcome::Missed, 0.0)
            ]
        );
    }

    #[test]
    fn the_report_says_how_much_it_leaves_out() {
        let summary = summarise(by_hand(), 0.95, 0.7);
        let text = print::text(&summary, 2);
        for part in [
            "666.7",
            "coverage at precision 0.95",
            "20.0%",
            "0.733",
            "(quiet)  ->  b",
            "... and 3 more (--misses",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!print::text(&summary, 0).contains("Misses"));
    }
}
