//! A summary as plain columns for a terminal.

use super::Summary;
use super::asked::QuestionOutcome;
use super::figures::Counts;
use std::fmt::Write;

/// Confusions listed; `--json` has them all.
const CONFUSIONS: usize = 15;

/// The whole report, with so many of the misses.
pub(super) fn text(summary: &Summary, misses: usize) -> String {
    let sections = [
        figures(summary),
        judge(summary),
        kinds(summary),
        reliability(summary),
        confusions(summary),
        missed(summary, misses),
    ];
    let sections: Vec<String> = sections
        .into_iter()
        .filter(|section| !section.is_empty())
        .collect();
    sections.join("\n")
}

fn figures(summary: &Summary) -> String {
    let counts = &summary.counts;
    let decided = [
        ("questions", counts.questions.to_string()),
        ("in scope", counts.in_scope.to_string()),
        ("out of scope", counts.out_of_scope.to_string()),
        ("right", counts.right.to_string()),
        ("wrong", counts.wrong.to_string()),
        ("missed", counts.missed.to_string()),
        ("false", counts.wrongly_answered.to_string()),
        ("precision", percent(Some(counts.precision))),
        ("coverage", percent(counts.coverage)),
        (
            "false per 1,000",
            counts
                .false_per_1000
                .map_or_else(none, |share| format!("{share:.1}")),
        ),
    ];
    let rows = [
        decided.iter().map(|(name, _)| (*name).to_owned()).collect(),
        decided.into_iter().map(|(_, figure)| figure).collect(),
    ];
    let at = &summary.at_precision;
    let from = at.threshold.map_or_else(
        || "no threshold reaches it here".to_owned(),
        |threshold| {
            format!(
                "answering from confidence {threshold:.3} on; in force is {:.3}",
                summary.threshold
            )
        },
    );
    let mut text = format!(
        "As decided, for precision {}:\n{}\nWhat the confidences are worth, whatever was decided:\n",
        at.precision,
        columns(&rows, |_| true)
    );
    let lines = [
        (
            format!("coverage at precision {}", at.precision),
            percent(at.coverage),
            from,
        ),
        (
            "acc@1".to_owned(),
            percent(summary.acc_at_1),
            "questions in scope whose best candidate is right".to_owned(),
        ),
        (
            "AUROC".to_owned(),
            summary.auroc.map_or_else(none, |auroc| format!("{auroc:.3}")),
            "chance that a question in scope has more confidence than one out of scope".to_owned(),
        ),
    ];
    let rows: Vec<Vec<String>> = lines
        .into_iter()
        .map(|(name, figure, note)| vec![name, figure, note])
        .collect();
    text.push_str(&columns(&rows, |column| column == 1));
    text
}

fn judge(summary: &Summary) -> String {
    let Some(heard) = &summary.judge else {
        return String::new();
    };
    let row = |name: &str, counts: &Counts| {
        let figures = [counts.right, counts.wrong, counts.missed, counts.wrongly_answered];
        std::iter::once(name.to_owned())
            .chain(figures.map(|figure| figure.to_string()))
            .chain([percent(Some(counts.precision)), percent(counts.coverage)])
            .collect()
    };
    let head = ["", "right", "wrong", "missed", "false", "precision", "coverage"];
    let rows: Vec<Vec<String>> = vec![
        head.map(str::to_owned).to_vec(),
        row("with the judge", &summary.counts),
        row("without it", &heard.without),
    ];
    let mut text = format!(
        "The judge (weight of its voice {:.1}; {} of {} requests spent):\n{}",
        heard.weight,
        heard.requests,
        heard.requests_allowed,
        columns(&rows, |column| column > 0)
    );
    if heard.unheard > 0 {
        let _ = writeln!(
            text,
            "{} questions would have needed its voice when the requests were spent: they are decided as if it were silent",
            heard.unheard
        );
    }
    text
}

fn kinds(summary: &Summary) -> String {
    if summary.kinds.is_empty() {
        return String::new();
    }
    let mut rows = vec![
        ["kind", "lines", "right", "wrong", "missed", "false"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for kind in &summary.kinds {
        let counts = &kind.counts;
        let figures = [
            counts.questions,
            counts.right,
            counts.wrong,
            counts.missed,
            counts.wrongly_answered,
        ];
        rows.push(
            std::iter::once(kind.kind.clone())
                .chain(figures.map(|figure| figure.to_string()))
                .collect(),
        );
    }
    format!("By kind of line:\n{}", columns(&rows, |column| column > 0))
}

fn reliability(summary: &Summary) -> String {
    let mut rows = vec![
        [
            "confidence",
            "count",
            "mean",
            "right",
            "share right (#), | = the mean confidence",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for bin in &summary.reliability.bins {
        let figure = |share: Option<f64>| share.map_or_else(none, |share| format!("{share:.3}"));
        rows.push(vec![
            format!("{:.1} to {:.1}", bin.from, bin.to),
            bin.count.to_string(),
            figure(bin.confidence),
            figure(bin.right),
            bin.bar(),
        ]);
    }
    format!(
        "Best candidates by confidence (mean gap to the share that is right: {:.3}):\n{}",
        summary.reliability.mean_gap,
        columns(&rows, |column| (1..4).contains(&column))
    )
}

fn confusions(summary: &Summary) -> String {
    if summary.confusions.is_empty() {
        return String::new();
    }
    let mut rows = vec![
        ["count", "answered", "wanted", "", "best candidate", "for example"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for confusion in summary.confusions.iter().take(CONFUSIONS) {
        rows.push(vec![
            confusion.count.to_string(),
            confusion.answered.to_string(),
            wanted(&confusion.wanted),
            "->".to_owned(),
            confusion.given.clone(),
            confusion.examples.first().cloned().unwrap_or_default(),
        ]);
    }
    let mut text = format!(
        "Entries taken for others, held back by the threshold or answered:\n{}",
        columns(&rows, |column| column < 2)
    );
    let rest = summary.confusions.get(CONFUSIONS..).unwrap_or_default();
    if !rest.is_empty() {
        let questions: usize = rest.iter().map(|confusion| confusion.count).sum();
        let _ = writeln!(
            text,
            "... and {} more pairs with {questions} questions (--json has them all)",
            rest.len()
        );
    }
    text
}

fn missed(summary: &Summary, most: usize) -> String {
    if summary.misses.is_empty() || most == 0 {
        return String::new();
    }
    let mut rows = vec![
        [
            "outcome",
            "confidence",
            "wanted",
            "best candidate",
            "line",
            "question",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for row in summary.misses.iter().take(most) {
        let outcome = match row.outcome {
            QuestionOutcome::Wrong => "wrong",
            QuestionOutcome::Missed => "missed",
            QuestionOutcome::False => "false",
            QuestionOutcome::Right | QuestionOutcome::Quiet => "",
        };
        rows.push(vec![
            outcome.to_owned(),
            format!("{:.3}", row.score),
            wanted(&row.ids),
            row.id.clone().unwrap_or_else(none),
            row.line.to_string(),
            row.q.clone(),
        ]);
    }
    let mut text = format!("Misses:\n{}", columns(&rows, |column| column == 1 || column == 4));
    let rest = summary.misses.len().saturating_sub(most);
    if rest > 0 {
        let _ = writeln!(text, "... and {rest} more (--misses N lists more of them)");
    }
    text
}

fn wanted(ids: &[String]) -> String {
    if ids.is_empty() {
        "(quiet)".to_owned()
    } else {
        ids.join("|")
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(none, |share| format!("{:.1}%", share * 100.0))
}

fn none() -> String {
    "-".to_owned()
}

/// Rows as columns as wide as their widest cell, those that `right` names aligned to the right.
fn columns(rows: &[Vec<String>], right: impl Fn(usize) -> bool) -> String {
    let width = |column: usize| -> usize {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or_default())
        .map(width)
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let _ = if right(column) {
                write!(line, " {cell:>width$} ")
            } else {
                write!(line, " {cell:<width$} ")
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
