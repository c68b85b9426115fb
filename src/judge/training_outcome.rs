//! Outcome of a training example of the judge. A chat model says itself that no entry is asked for; a reranker scores the best one anyhow, and
//! from which score on that means anything is found out here, on the training examples of the very file.

use super::TrainingExample;
use super::judge_weight::{Counts, TrainingOutcome};

/// An answer to a training example, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Showed {
    /// Outcome if it counts.
    outcome: TrainingOutcome,
    /// Score; `None` if it counts in any case.
    score: Option<f32>,
}

impl Showed {
    /// Compares the entry that was named, with its score, and the one that the training example asks for.
    pub(super) fn of(named: Option<(&str, Option<f32>)>, example: &TrainingExample) -> Self {
        let outcome = match (named, &example.right) {
            (Some((id, _)), Some(right)) if id == right => TrainingOutcome::Right,
            (None, None) => TrainingOutcome::Right,
            (Some(_), _) => TrainingOutcome::Wrong,
            (None, Some(_)) => TrainingOutcome::Missed,
        };
        Self {
            outcome,
            score: named.and_then(|(_, score)| score),
        }
    }

    /// Writes it down: the outcome's letter, and the score after it.
    pub(super) fn written(self) -> String {
        let score = self.score.map(|score| score.to_string()).unwrap_or_default();
        format!("{}{score}", self.outcome.stored_letter())
    }

    /// Reads what [`Showed::written`] wrote.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (letter, score) = text.split_at_checked(1)?;
        Some(Self {
            outcome: TrainingOutcome::from_stored_letter(letter)?,
            score: if score.is_empty() {
                None
            } else {
                Some(score.parse().ok()?)
            },
        })
    }

    /// Returns the outcome of a training example where only scores from `cut` on count; `asks` says if it asks for an entry.
    fn at(self, cut: Option<f32>, asks: bool) -> TrainingOutcome {
        match (self.score, cut) {
            (Some(score), Some(cut)) if score >= cut => self.outcome,
            (Some(_), _) if asks => TrainingOutcome::Missed,
            (Some(_), _) => TrainingOutcome::Right,
            (None, _) => self.outcome,
        }
    }
}

/// Training examples in a row that belong together: one that asks for an entry, and two that ask for none.
const EXAMPLES_PER_ROW: usize = 3;

/// Returns the counts of what training examples showed, and the score from which on an answer counts. Each training example comes with `true` if it asks
/// for an entry.
///
/// Half of the training examples are counted by the cut that the other half gives: the best cut of a few training examples looks good on them whatever the
/// model is worth.
pub(super) fn measure(shown: &[(bool, Showed)]) -> (Counts, Option<f32>) {
    let cut = cut(shown);
    if cut.is_none() {
        return (counts(shown, None), None);
    }
    let half = |odd: bool| -> Vec<(bool, Showed)> {
        let groups = shown.chunks(EXAMPLES_PER_ROW).enumerate();
        groups
            .filter(|(number, _)| (number % 2 == 1) == odd)
            .flat_map(|(_, group)| group.iter().copied())
            .collect()
    };
    let halves = [half(false), half(true)];
    let [first, second] = [0, 1].map(|of| counts(&halves[of], self::cut(&halves[1 - of])));
    (first.with(second), cut)
}

/// Counts what training examples showed, where only scores from `cut` on count.
fn counts(shown: &[(bool, Showed)], cut: Option<f32>) -> Counts {
    let mut counts = Counts::default();
    for (asks, showed) in shown {
        counts.add(*asks, showed.at(cut, *asks));
    }
    counts
}

/// Returns the score from which on an answer counts: where the share of training examples rightly answered is the most above the share of those
/// wrongly answered. Between two scores it takes the middle. `None` if no answer has a score.
fn cut(shown: &[(bool, Showed)]) -> Option<f32> {
    let mut scores: Vec<f32> = shown.iter().filter_map(|(_, showed)| showed.score).collect();
    scores.sort_by(f32::total_cmp);
    scores.dedup();
    let gain = |cut: f32| {
        let counts = counts(shown, Some(cut));
        let share = |part: u32, of: u32| f64::from(part) / f64::from(of.max(1));
        share(counts.right, counts.asked)
            - share(counts.wrong, counts.asked)
            - share(counts.named, counts.negatives)
    };
    let between = scores.windows(2).map(|pair| f32::midpoint(pair[0], pair[1]));
    // The lowest counts all; of equal ones the higher is safer.
    let lowest = scores.first().copied();
    lowest
        .into_iter()
        .chain(between)
        .max_by(|a, b| gain(*a).total_cmp(&gain(*b)).then(a.total_cmp(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn showed(outcome: TrainingOutcome, score: Option<f32>) -> Showed {
        Showed { outcome, score }
    }

    #[test]
    fn what_is_kept_is_read_again() {
        for score in [None, Some(0.25), Some(-7.5)] {
            for outcome in [
                TrainingOutcome::Right,
                TrainingOutcome::Wrong,
                TrainingOutcome::Missed,
            ] {
                let one = showed(outcome, score);
                assert_eq!(Showed::read(&one.written()), Some(one));
            }
        }
        assert_eq!(
            Showed::read("r"),
            Some(showed(TrainingOutcome::Right, None)),
            "as it was kept before"
        );
        for broken in ["", "x", "r0,5", "对"] {
            assert_eq!(Showed::read(broken), None);
        }
    }

    #[test]
    fn the_cut_parts_what_is_asked_for_from_what_is_not_on_any_scale() {
        for scale in [1.0_f32, 20.0] {
            let asked = (0..20).map(|n| {
                (
                    true,
                    showed(TrainingOutcome::Right, Some((60 + n) as f32 / scale - 3.0)),
                )
            });
            let negatives = (0..40).map(|n| {
                (
                    false,
                    showed(TrainingOutcome::Wrong, Some((20 + n) as f32 / scale - 3.0)),
                )
            });
            let all: Vec<_> = asked.chain(negatives).collect();
            let (_, cut) = measure(&all);
            let counts = counts(&all, cut);
            assert_eq!((counts.right, counts.wrong, counts.named), (20, 0, 0), "{cut:?}");
        }
        // Without a score there is nothing to cut.
        let said = [
            (true, showed(TrainingOutcome::Right, None)),
            (false, showed(TrainingOutcome::Wrong, None)),
        ];
        assert_eq!(cut(&said), None);
        assert_eq!(counts(&said, None).named, 1);
    }

    #[test]
    fn scores_that_tell_nothing_are_worth_nothing() {
        let all: Vec<_> = (0..60_u16)
            .map(|n| {
                let asks = n % 3 == 0;
                let outcome = if asks && n % 2 == 0 {
                    TrainingOutcome::Right
                } else {
                    TrainingOutcome::Wrong
                };
                (asks, showed(outcome, Some(f32::from(n * 37 % 60))))
            })
            .collect();
        let (counts, _) = measure(&all);
        assert_eq!(counts.weight(crate::desk::Power::Promote), 0.0, "{counts:?}");
    }
}
