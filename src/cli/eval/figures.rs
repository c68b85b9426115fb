//! The figures of a set: counts of the decisions, and the best results that the confidences allow.

use super::labelled_questions::{QuestionOutcome, Row};
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts of the decisions.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Counts {
    pub(super) questions: usize,
    pub(super) in_scope: usize,
    pub(super) out_of_scope: usize,
    pub(super) right: usize,
    pub(super) wrong: usize,
    pub(super) missed: usize,
    #[serde(rename = "false")]
    pub(super) wrongly_answered: usize,
    /// Right answers of all answers given, 0 to 1; 1 if none was given.
    pub(super) precision: f64,
    /// Right answers of all questions in scope, 0 to 1.
    pub(super) coverage: Option<f64>,
    /// Answers to 1,000 messages out of scope.
    pub(super) false_per_1000: Option<f64>,
}

impl Counts {
    pub(super) fn of(rows: &[Row]) -> Self {
        let count = |outcome: QuestionOutcome| rows.iter().filter(|row| row.outcome == outcome).count();
        let [right, wrong, missed, wrongly_answered] = [
            QuestionOutcome::Right,
            QuestionOutcome::Wrong,
            QuestionOutcome::Missed,
            QuestionOutcome::False,
        ]
        .map(count);
        let in_scope = right + wrong + missed;
        let out_of_scope = rows.len() - in_scope;
        Self {
            questions: rows.len(),
            in_scope,
            out_of_scope,
            right,
            wrong,
            missed,
            wrongly_answered,
            precision: share(right, right + wrong + wrongly_answered).unwrap_or(1.0),
            coverage: share(right, in_scope),
            false_per_1000: share(1000 * wrongly_answered, out_of_scope),
        }
    }
}

/// The lines of one kind, counted.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Kind {
    pub(super) kind: String,
    #[serde(flatten)]
    pub(super) counts: Counts,
}

impl Kind {
    /// Every kind that the file names, by name.
    pub(super) fn all(rows: &[Row]) -> Vec<Self> {
        let mut kinds: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
        for row in rows {
            if let Some(kind) = &row.kind {
                kinds.entry(kind).or_default().push(row.clone());
            }
        }
        let counted = kinds.into_iter().map(|(kind, rows)| Self {
            kind: kind.to_owned(),
            counts: Counts::of(&rows),
        });
        counted.collect()
    }
}

/// The best results at one precision, with a threshold chosen on this very set.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct AtPrecision {
    /// The precision wanted, 0 to 1.
    pub(super) precision: f64,
    /// The largest share of the questions in scope answered rightly while the answers given, to messages out of scope too,
    /// are right as often as wanted.
    pub(super) coverage: Option<f64>,
    /// The lowest confidence that is answered for this; `None` if the precision is never reached.
    pub(super) threshold: Option<f32>,
}

impl AtPrecision {
    /// Sweeps the threshold over all confidences.
    pub(super) fn of(rows: &[Row], precision: f64) -> Self {
        let in_scope = rows.iter().filter(|row| row.in_scope()).count();
        let mut order: Vec<&Row> = rows.iter().collect();
        order.sort_by(|a, b| b.score.total_cmp(&a.score));
        let (mut given, mut right, mut most, mut threshold) = (0, 0, 0, None);
        // A threshold accepts either all of equal confidences or none.
        for tied in order.chunk_by(|a, b| a.score == b.score) {
            given += tied.iter().filter(|row| row.id.is_some()).count();
            right += tied.iter().filter(|row| row.best_is_right()).count();
            let enough = share(right, given).is_some_and(|share| share >= precision);
            if enough && right > most {
                most = right;
                threshold = tied.first().map(|row| row.score);
            }
        }
        Self {
            precision,
            coverage: share(most, in_scope),
            threshold,
        }
    }
}

/// Returns the share of the questions in scope whose best candidate is right, answered or not.
pub(super) fn acc_at_1(rows: &[Row]) -> Option<f64> {
    let in_scope = rows.iter().filter(|row| row.in_scope()).count();
    let right = rows.iter().filter(|row| row.best_is_right()).count();
    share(right, in_scope)
}

/// Returns the chance that a question in scope has more confidence than one out of scope; a tie counts half. `None` if
/// there is no pair of them.
pub(super) fn auroc(rows: &[Row]) -> Option<f64> {
    let mut order: Vec<&Row> = rows.iter().collect();
    order.sort_by(|a, b| a.score.total_cmp(&b.score));
    let (mut won, mut below, mut inside) = (0.0, 0, 0);
    for tied in order.chunk_by(|a, b| a.score == b.score) {
        let asked = tied.iter().filter(|row| row.in_scope()).count();
        let others = tied.len() - asked;
        won += asked as f64 * (below as f64 + others as f64 / 2.0);
        below += others;
        inside += asked;
    }
    (inside > 0 && below > 0).then(|| won / (inside as f64 * below as f64))
}

/// Returns a part of a whole, 0 to 1; `None` if the whole is zero.
pub(super) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{by_hand, row};
    use super::*;

    #[test]
    fn decisions_are_counted() {
        let counts = Counts::of(&by_hand());
        // In scope a, a, b, b, b; out of scope three. Said: .95 a right, .9 b wrong, .8 b right, .8 false; @human false.
        assert_eq!((counts.in_scope, counts.out_of_scope), (5, 3));
        assert_eq!(
            (counts.right, counts.wrong, counts.missed, counts.wrongly_answered),
            (2, 1, 2, 2)
        );
        assert_eq!(counts.precision, 2.0 / 5.0);
        assert_eq!(counts.coverage, Some(2.0 / 5.0));
        assert_eq!(counts.false_per_1000, Some(2000.0 / 3.0));
    }

    #[test]
    fn the_threshold_is_swept_and_ties_stay_together() {
        let rows = by_hand();
        let at = |precision| AtPrecision::of(&rows, precision);
        // Down the confidences: 1/1, 1/2, then both of .8 together 2/4, then .6 3/5, .3 3/6; nothing at 0 has a candidate.
        assert_eq!((at(0.95).coverage, at(0.95).threshold), (Some(0.2), Some(0.95)));
        assert_eq!((at(0.6).coverage, at(0.6).threshold), (Some(0.6), Some(0.6)));
        assert_eq!((at(0.5).coverage, at(0.5).threshold), (Some(0.6), Some(0.6)));
        let never = [row(0.9, Some("b"), &["a"], "answer")];
        assert_eq!(
            AtPrecision::of(&never, 0.5),
            AtPrecision {
                precision: 0.5,
                coverage: Some(0.0),
                threshold: None
            }
        );
    }

    #[test]
    fn auroc_counts_pairs_and_ties_half() {
        // In scope .95 .9 .8 .6 0; out of scope .8 .3 0. Won: 3, 3, 2.5, 2, 0.5 of 15 pairs.
        assert_eq!(auroc(&by_hand()), Some(11.0 / 15.0));
        assert_eq!(auroc(&by_hand()[..3]), None);
    }

    #[test]
    fn the_best_candidate_counts_whether_it_is_said_or_not() {
        // .95, .8 and .6 are right; .9 is another's; 0 has none.
        assert_eq!(acc_at_1(&by_hand()), Some(3.0 / 5.0));
    }
}
