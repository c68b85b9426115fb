//! Finds entries that are mistaken for others.

use super::labelled_questions::{QuestionOutcome, Row};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Examples kept of one confusion.
const EXAMPLES: usize = 3;

/// Questions whose best candidate is the same wrong one.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Confusion {
    /// The entries that would have been right; none if the bot had to stay quiet.
    pub(super) wanted: Vec<String>,
    /// The best candidate.
    pub(super) given: String,
    pub(super) count: usize,
    /// The number of questions that were answered so; the threshold held back the others.
    pub(super) answered: usize,
    /// The first few, those that were answered before the others.
    pub(super) examples: Vec<String>,
}

/// Collects questions in scope whose best candidate is wrong, answered or not, and messages out of scope that were
/// answered. Most frequent first.
pub(super) fn of(rows: &[Row]) -> Vec<Confusion> {
    let mut pairs: BTreeMap<(&[String], &str), Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let Some(given) = &row.id else { continue };
        let confused = row.in_scope() || row.outcome == QuestionOutcome::False;
        if confused && !row.best_is_right() {
            pairs.entry((&row.ids, given)).or_default().push(row);
        }
    }
    let answered = |row: &Row| matches!(row.outcome, QuestionOutcome::Wrong | QuestionOutcome::False);
    let mut confusions: Vec<Confusion> = pairs
        .into_iter()
        .map(|((wanted, given), mut rows)| {
            rows.sort_by_key(|row| Reverse(answered(row)));
            Confusion {
                wanted: wanted.to_vec(),
                given: given.to_owned(),
                count: rows.len(),
                answered: rows.iter().filter(|row| answered(row)).count(),
                examples: rows.iter().take(EXAMPLES).map(|row| row.q.clone()).collect(),
            }
        })
        .collect();
    confusions.sort_by_key(|confusion| Reverse((confusion.count, confusion.answered)));
    confusions
}

#[cfg(test)]
mod tests {
    use super::super::tests::{by_hand, row};
    use super::*;

    #[test]
    fn pairs_are_counted_most_frequent_first_with_examples() {
        let mut rows = by_hand();
        rows.push(row(0.2, Some("b"), &["a"], "quiet"));
        let found: Vec<(String, String, usize, usize)> = of(&rows)
            .into_iter()
            .map(|c| (c.wanted.join("|"), c.given, c.count, c.answered))
            .collect();
        let expected = [("a", "b", 2, 1), ("", "@human", 1, 1), ("", "b", 1, 1)]
            .map(|(wanted, given, count, said)| (wanted.to_owned(), given.to_owned(), count, said));
        assert_eq!(found, expected);
        assert_eq!(of(&rows)[0].examples, ["q 0.9", "q 0.2"]);
    }
}
