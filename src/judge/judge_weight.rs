//! Weight of the judge's voice: what its answers to the training examples are worth.

use crate::desk::Power;

/// Training examples of each kind without which nothing can be told.
const EXAMPLES_MIN: u32 = 8;

/// Least log-odds that are worth a question: a judge below it is of no use.
const LEAST_WEIGHT: f32 = 1.0;

/// Largest log-odds, whatever the counts say.
const MOST_WEIGHT: f32 = 5.0;

/// Least share of right answers with which agreement can be asked for: with less, the file would be silenced.
const AGREES: f32 = 0.5;

/// Outcome of a training example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TrainingOutcome {
    /// The entry that was asked for was named, or none where none was.
    Right,
    /// Another entry was named.
    Wrong,
    /// An entry was asked for, and none was named; or there was no voice.
    Missed,
}

impl TrainingOutcome {
    pub(super) fn stored_letter(self) -> &'static str {
        match self {
            Self::Right => "r",
            Self::Wrong => "w",
            Self::Missed => "m",
        }
    }

    pub(super) fn from_stored_letter(letter: &str) -> Option<Self> {
        [Self::Right, Self::Wrong, Self::Missed]
            .into_iter()
            .find(|outcome| outcome.stored_letter() == letter)
    }
}

/// Counts of the judge's answers to training examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Training examples that ask for an entry.
    pub asked: u32,
    /// Training examples among these whose entry was named.
    pub right: u32,
    /// Training examples among these for which another entry was named.
    pub wrong: u32,
    /// Training examples that ask for no entry.
    pub negatives: u32,
    /// Training examples among these for which an entry was named.
    pub named: u32,
}

impl Counts {
    pub(super) fn add(&mut self, asks: bool, outcome: TrainingOutcome) {
        if asks {
            self.asked += 1;
            self.right += u32::from(outcome == TrainingOutcome::Right);
            self.wrong += u32::from(outcome == TrainingOutcome::Wrong);
        } else {
            self.negatives += 1;
            self.named += u32::from(outcome == TrainingOutcome::Wrong);
        }
    }

    /// Returns the sum of these and other counts.
    #[must_use]
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            asked: self.asked + other.asked,
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            negatives: self.negatives + other.negatives,
            named: self.named + other.named,
        }
    }

    /// `true` if the counts tell anything.
    pub fn tell(&self) -> bool {
        self.asked >= EXAMPLES_MIN && self.negatives >= EXAMPLES_MIN
    }

    /// Returns the log-odds of an entry that the judge names: how much likelier it names an entry that is asked for than one that
    /// is not, as if any entry that is not asked for were this one. 0 for a judge that is of no use.
    pub fn weight(&self, power: Power) -> f32 {
        if !self.tell() {
            return 0.0;
        }
        let share = |part: u32, of: u32| (part as f32 + 0.5) / (of as f32 + 1.0);
        let seen = |part: u32, of: u32| part as f32 / of as f32;
        // Never right is worth nothing, however few the training examples are.
        let right = self.right as f32 / (self.asked as f32 + 1.0);
        // What was seldom seen is smoothed by all training examples; what was often seen of one kind is not watered down by the other.
        let wrong = share(self.wrong + self.named, self.asked + self.negatives)
            .max(seen(self.wrong, self.asked))
            .max(seen(self.named, self.negatives));
        let weight = (right / wrong).ln();
        if weight < LEAST_WEIGHT || (power == Power::Veto && right < AGREES) {
            return 0.0;
        }
        weight.min(MOST_WEIGHT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(right: u32, wrong: u32, named: u32) -> Counts {
        Counts {
            asked: 50,
            right,
            wrong,
            negatives: 50,
            named,
        }
    }

    #[test]
    fn a_judge_is_worth_as_much_as_it_was_right_and_a_bad_one_nothing() {
        let good = counts(46, 1, 1).weight(Power::Promote);
        assert!(good > 3.0, "{good}");
        assert!(counts(50, 0, 0).weight(Power::Promote) > good);
        // Random among seven, always the first, always wrong, always none, and one that names what it likes of negatives.
        for bad in [
            counts(7, 36, 43),
            counts(8, 42, 50),
            counts(0, 50, 50),
            counts(0, 0, 0),
            counts(45, 2, 40),
        ] {
            assert_eq!(bad.weight(Power::Promote), 0.0, "{bad:?}");
            assert_eq!(bad.weight(Power::Veto), 0.0, "{bad:?}");
        }
        let mute = Counts {
            asked: 20,
            negatives: 100,
            ..Counts::default()
        };
        assert_eq!(mute.weight(Power::Promote), 0.0);
        let shy = counts(15, 0, 0);
        assert!(shy.weight(Power::Promote) > 1.0);
        assert_eq!(shy.weight(Power::Veto), 0.0, "it would silence the file");
        let few = Counts {
            asked: 7,
            right: 7,
            negatives: 50,
            ..Counts::default()
        };
        assert_eq!(few.weight(Power::Promote), 0.0);
    }

    proptest! {
        #[test]
        fn more_right_is_never_worth_less_and_more_wrong_never_more(right in 0u32..50, wrong in 0u32..50, named in 0u32..50) {
            prop_assume!(right + wrong < 50);
            let weight = counts(right, wrong, named).weight(Power::Promote);
            prop_assert!(counts(right + 1, wrong, named).weight(Power::Promote) >= weight);
            prop_assert!(counts(right, wrong + 1, named).weight(Power::Promote) <= weight);
            prop_assert!(counts(right, wrong, named + 1).weight(Power::Promote) <= weight);
            prop_assert!((0.0..=MOST_WEIGHT).contains(&weight));
        }
    }
}
