//! Chooses the probabilities above which to speak, from the outcomes on the file itself.

use super::calibrate::CalibrationOutcome;

/// Probabilities above which to speak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// An unasked message may be answered from here on, at the precision that was wanted.
    pub answer: f32,
    /// A message that calls the bot may be answered with "did you mean" from here on; the best candidate below it is
    /// not worth proposing.
    pub clarify: f32,
    /// From this share of the best candidate's confidence on, the second one may be meant as well: a member who called the bot is
    /// asked which.
    pub rival: f32,
}

/// Precision and coverage that the file's own questions predict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expected {
    /// Share of the answers given that are right, 0..=1.
    pub precision: f32,
    /// Share of the answerable messages that are answered rightly, 0..=1.
    pub coverage: f32,
    /// The number of questions that could be left out and asked, the basis of these figures.
    pub questions: usize,
}

/// No answer below an even chance, whatever precision is asked for.
const ANSWER_THRESHOLD_MIN: f32 = 0.5;
/// No threshold that only certain hits could pass.
const ANSWER_THRESHOLD_MAX: f32 = 0.97;
/// The weight of the model's own probabilities against the observed outcomes, in outcomes.
const MODEL_WEIGHT_OUTCOMES: f32 = 20.0;
/// The weight of the usual threshold, in outcomes. Members' messages to unlike files needed thresholds that differ less
/// than those which the few questions of each file seem to need.
const USUAL_THRESHOLD_WEIGHT_OUTCOMES: f32 = 400.0;
/// The distance of the usual threshold from certainty, in shares of answers that may be wrong: by words alone, and with
/// embeddings, which are surer of right and of wrong entries.
const DOUBT: f32 = 3.2;
const DOUBT_SEMANTIC: f32 = 3.0;
/// The share of the best candidate's confidence that makes a rival of the second one: by words alone, and with embeddings, which seldom
/// find two entries alike without reason and put the right one first.
const RIVAL_SHARE_MIN: f32 = 0.25;
const RIVAL_SHARE_SEMANTIC_MIN: f32 = 0.45;
/// The number of examples an entry up to which no threshold is usual, and from which on one is.
const EXAMPLES_FEW: f32 = 2.0;
const EXAMPLES_ENOUGH: f32 = 5.0;

/// The threshold that stands before a file has shown anything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prior {
    answer: f32,
    /// Weight, in outcomes.
    belief: f32,
    rival: f32,
}

impl Prior {
    /// Takes probabilities at their word.
    #[cfg(test)]
    pub(crate) fn at_its_word(precision: f32) -> Self {
        Self {
            answer: precision,
            belief: MODEL_WEIGHT_OUTCOMES,
            rival: RIVAL_SHARE_MIN,
        }
    }

    /// Returns the threshold that is usual for files with so many `examples` an entry, with meanings or without. `clear` is what
    /// is left of the confidence in a message that asks as clearly as the examples.
    pub(crate) fn of_files(precision: f32, examples: f32, clear: f32, semantic: bool) -> Self {
        let alike = ((examples - EXAMPLES_FEW) / (EXAMPLES_ENOUGH - EXAMPLES_FEW)).clamp(0.0, 1.0);
        let doubt = if semantic { DOUBT_SEMANTIC } else { DOUBT };
        let usual = clear * (1.0 - doubt * (1.0 - precision));
        let mix = |few: f32, enough: f32| few + alike * (enough - few);
        Self {
            answer: mix(precision, usual),
            belief: mix(MODEL_WEIGHT_OUTCOMES, USUAL_THRESHOLD_WEIGHT_OUTCOMES),
            rival: if semantic {
                RIVAL_SHARE_SEMANTIC_MIN
            } else {
                RIVAL_SHARE_MIN
            },
        }
    }
}

impl Thresholds {
    /// Chooses the lowest threshold at which the answers given are right as often as wanted, between what the outcomes show
    /// and `prior`. The model's own probabilities smooth the steps of small files.
    pub(crate) fn choose(outcomes: &[CalibrationOutcome], precision: f32, prior: Prior) -> Self {
        let mut sorted: Vec<&CalibrationOutcome> = outcomes.iter().filter(|o| o.confidence > 0.0).collect();
        sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        let (mut right, mut given, mut believed) = (0.0, 0.0, 0.0);
        let mut answer = ANSWER_THRESHOLD_MAX;
        for (i, outcome) in sorted.iter().enumerate() {
            given += outcome.weight;
            believed += outcome.weight * outcome.confidence;
            right += if outcome.right { outcome.weight } else { 0.0 };
            let tied = sorted
                .get(i + 1)
                .is_some_and(|next| next.confidence == outcome.confidence);
            let seen = (right + MODEL_WEIGHT_OUTCOMES * believed / given) / (given + MODEL_WEIGHT_OUTCOMES);
            if !tied && seen >= precision {
                answer = outcome.confidence;
            }
        }
        let seen: f32 = outcomes.iter().filter(|o| o.answerable).map(|o| o.weight).sum();
        let answer = (seen * answer + prior.belief * prior.answer) / (seen + prior.belief);
        let answer = answer.clamp(ANSWER_THRESHOLD_MIN, ANSWER_THRESHOLD_MAX);
        Self {
            answer,
            clarify: (answer * 0.3).max(0.15),
            rival: prior.rival,
        }
    }
}

impl Expected {
    pub(crate) fn at(outcomes: &[CalibrationOutcome], threshold: f32) -> Self {
        // Calls for a human are found in any file, and tell nothing of this one.
        let outcomes = || outcomes.iter().filter(|o| !o.built_in);
        let sum = |wanted: &dyn Fn(&CalibrationOutcome) -> bool| -> f32 {
            outcomes().filter(|o| wanted(o)).map(|o| o.weight).sum()
        };
        let given = sum(&|o| o.confidence >= threshold);
        let right = sum(&|o| o.confidence >= threshold && o.right);
        let answerable = sum(&|o| o.answerable);
        Self {
            precision: if given > 0.0 { right / given } else { 1.0 },
            coverage: if answerable > 0.0 { right / answerable } else { 0.0 },
            questions: outcomes().filter(|o| o.answerable && o.weight > 0.0).count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes() -> Vec<CalibrationOutcome> {
        (0..1000)
            .map(|i| {
                let confidence = i as f32 / 1000.0;
                CalibrationOutcome {
                    confidence,
                    right: (i * 7919) % 1000 < i,
                    weight: 1.0,
                    answerable: true,
                    built_in: false,
                }
            })
            .collect()
    }

    #[test]
    fn more_precision_asks_for_a_higher_threshold_and_costs_coverage() {
        let outcomes = outcomes();
        let steps: Vec<(f32, f32)> = [0.8, 0.9, 0.95]
            .map(|p| {
                let answer = Thresholds::choose(&outcomes, p, Prior::at_its_word(p)).answer;
                (answer, Expected::at(&outcomes, answer).coverage)
            })
            .to_vec();
        assert!(
            steps.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 > w[1].1),
            "{steps:?}"
        );
    }

    #[test]
    fn a_small_file_starts_from_the_usual_threshold_and_a_large_one_decides_itself() {
        let usual = |examples, clear| Prior::of_files(0.95, examples, clear, false);
        let chosen =
            |outcomes: &[CalibrationOutcome], prior| Thresholds::choose(outcomes, 0.95, prior).answer;
        let all = outcomes();
        let seen: Vec<CalibrationOutcome> = (0..200).flat_map(|_| all.clone()).collect();
        let own = chosen(&seen, Prior::at_its_word(0.95));
        assert!((chosen(&seen, usual(8.0, 1.0)) - own).abs() < 0.005);
        assert!((chosen(&[], usual(8.0, 1.0)) - 0.84).abs() < 0.005);
        // Members can't be asked for more clearness than the examples show.
        assert!(chosen(&[], usual(8.0, 0.8)) < chosen(&[], usual(8.0, 1.0)));
        // With an example or two an entry, files are too unlike.
        assert!((chosen(&[], usual(1.4, 1.0)) - 0.95).abs() < 0.005);
    }

    #[test]
    fn answers_above_the_threshold_are_right_as_often_as_wanted() {
        let outcomes = outcomes();
        for precision in [0.8, 0.9, 0.95] {
            let thresholds = Thresholds::choose(&outcomes, precision, Prior::at_its_word(precision));
            let expected = Expected::at(&outcomes, thresholds.answer);
            assert!(
                (expected.precision - precision).abs() < 0.01,
                "{precision}: {expected:?}"
            );
        }
    }
}
