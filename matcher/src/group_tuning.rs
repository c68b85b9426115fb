//! Tunes the confidence in unasked answers to a group's own traffic, by messages of which it is known whether their best entry was
//! right. The file's own questions and the chatter say what a score is worth in files of its kind; labels say what it is
//! worth here, where negatives may be nearer.

use super::model::solve;
use super::{Evidence, Matcher, Ranking, Target};

/// Features of a ranking: one, the distance of its confidence from the threshold in log-odds, the length of the message, and if
/// it is a question of the file word for word.
const FEATURES: usize = 4;

/// Chance of being right of a message at the file's own threshold, before a label is known.
const RIGHT_AT_THRESHOLD: f64 = 0.85;

/// Strength with which each weight is held to what stands before a label is known.
const HELD: [f64; FEATURES] = [0.5, 1.0, 0.3, 0.3];

/// Logarithm of the length of a usual message in characters.
const USUAL_LENGTH: f64 = 2.5;

/// Least weight of the confidence itself: more of it never speaks against an entry.
const STEADY: f64 = 0.1;

/// Labels from which on there is something to learn.
const LABELS_MIN: f64 = 30.0;

/// Parts of the labels; each is predicted by what the others teach.
const FOLDS: usize = 8;

/// Weight of the predicted chances against what the labels show, in labels.
const BELIEF: f64 = 10.0;

/// Standard errors by which what is shown must be better than what is wanted.
const CAUTION: f64 = 1.0;

/// Confidence below which nothing is answered unasked, whatever the labels say.
const LOWEST: f32 = 0.5;

/// Largest chance; below the threshold at which nothing is answered.
const HIGHEST: f32 = 0.999;

/// Newton steps at most.
const ROUNDS: usize = 40;

/// A message of which it is known whether the entry that fitted best was right.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Text.
    pub text: String,
    /// Vector, from the model of the semantic tier.
    pub meaning: Option<Vec<f32>>,
    /// Id of the entry.
    pub entry: String,
    /// `true` if the entry was right.
    pub right: bool,
    /// Weight: 1 for the label of a person.
    pub weight: f64,
}

/// Tuning of a group by its labels; see the module.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuning {
    weights: [f64; FEATURES],
    answer: f32,
    labels: usize,
}

/// A label as it is learnt.
struct Case {
    features: [f64; FEATURES],
    right: f64,
    weight: f64,
}

impl Tuning {
    /// Learns from labels, for the share of answers that should be right, 0 to 1. `None` where they are too few.
    pub fn learn(matcher: &Matcher, judged: &[Judged], precision: f64) -> Option<Self> {
        let ranked: Vec<Ranking> = judged
            .iter()
            .map(|judged| matcher.rank_with(&judged.text, judged.meaning.as_deref(), |_| true))
            .collect();
        let judged = judged.iter().zip(&ranked);
        let judged =
            judged.map(|(judged, ranking)| (ranking, judged.entry.as_str(), judged.right, judged.weight));
        Self::of_rankings(judged, precision)
    }

    /// Learns as [`Tuning::learn`], from the rankings of labelled messages, each with the labelled entry, whether it was right, and
    /// its weight.
    pub fn of_rankings<'r>(
        judged: impl IntoIterator<Item = (&'r Ranking, &'r str, bool, f64)>,
        precision: f64,
    ) -> Option<Self> {
        let cases: Vec<Case> = judged.into_iter().filter_map(case).collect();
        let weight: f64 = cases.iter().map(|case| case.weight).sum();
        if weight < LABELS_MIN {
            return None;
        }
        let chances = held_out(&cases);
        Some(Self {
            weights: fit(cases.iter()),
            answer: threshold(&cases, &chances, precision),
            labels: cases.len(),
        })
    }

    /// Number of labels that it was learnt from.
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// Chance of being right from which on a message is answered unasked; 1 where no chance is enough.
    pub fn threshold(&self) -> f32 {
        self.answer
    }

    /// Replaces the confidences of a ranking for a message that did not call the bot by the chances in this group.
    pub fn apply(&self, ranking: &mut Ranking) {
        let before = ranking.thresholds.answer;
        for at in 0..ranking.candidates.len() {
            let was = ranking.candidates[at].unasked;
            let chance = match ranking.candidates[at].target {
                // Calls for a human stand in no file, and are no answers.
                Target::Human if was >= before => was.max(self.answer),
                Target::Human => was.min(self.answer - f32::EPSILON),
                Target::Entry(_) => {
                    let chance = chance(&self.weights, &features(ranking, at)) as f32;
                    let chance = chance.min(HIGHEST);
                    let certain = !matches!(ranking.candidates[at].evidence, Evidence::Nearest(_));
                    if self.answer >= 1.0 && certain && was >= before && chance >= LOWEST {
                        // What stands in the file word for word stays answered, unless labels speak against that.
                        self.answer
                    } else if was < LOWEST {
                        chance.min(self.answer - f32::EPSILON)
                    } else {
                        chance
                    }
                }
            };
            ranking.candidates[at].unasked = chance.max(0.0);
        }
        ranking.thresholds.answer = self.answer;
    }
}

/// Makes the case of a labelled message as it would be ranked today; `None` where the label says nothing of the best entry.
fn case((ranking, entry, right, weight): (&Ranking, &str, bool, f64)) -> Option<Case> {
    let best = ranking.candidates.first()?;
    let same = *best.id == *entry;
    // Of another entry than the labelled one it is only known that it is not the right one.
    if matches!(best.target, Target::Human) || (!same && !right) {
        return None;
    }
    Some(Case {
        features: features(ranking, 0),
        right: f64::from(u8::from(same && right)),
        weight,
    })
}

/// Returns the features of one of a ranking's candidates.
fn features(ranking: &Ranking, at: usize) -> [f64; FEATURES] {
    let candidate = &ranking.candidates[at];
    let nearest = matches!(candidate.evidence, Evidence::Nearest(_));
    let length = ranking.normalised.chars().count() as f64;
    [
        1.0,
        log_odds(candidate.unasked) - log_odds(ranking.thresholds.answer),
        (length + 1.0).ln() - USUAL_LENGTH,
        f64::from(u8::from(!nearest)),
    ]
}

fn log_odds(probability: f32) -> f64 {
    let probability = f64::from(probability).clamp(1e-4, 1.0 - 1e-4);
    (probability / (1.0 - probability)).ln()
}

fn chance(weights: &[f64; FEATURES], features: &[f64; FEATURES]) -> f64 {
    let logit: f64 = weights.iter().zip(features).map(|(w, f)| w * f).sum();
    1.0 / (1.0 + (-logit.clamp(-30.0, 30.0)).exp())
}

/// Returns the chance of each label by what the other parts teach.
fn held_out(cases: &[Case]) -> Vec<f64> {
    let mut chances = vec![0.0; cases.len()];
    for fold in 0..FOLDS {
        let others = cases.iter().enumerate().filter(|(at, _)| at % FOLDS != fold);
        let weights = fit(others.map(|(_, case)| case));
        for (at, case) in cases.iter().enumerate().filter(|(at, _)| at % FOLDS == fold) {
            chances[at] = chance(&weights, &case.features);
        }
    }
    chances
}

/// Returns the lowest chance at which the answers above are right as often as wanted, beyond what luck explains.
fn threshold(cases: &[Case], chances: &[f64], precision: f64) -> f32 {
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by(|a, b| chances[*b].total_cmp(&chances[*a]));
    let (mut given, mut right, mut believed) = (0.0, 0.0, 0.0);
    let mut answer = 1.0;
    for at in order {
        let (case, chance) = (&cases[at], chances[at]);
        given += case.weight;
        right += case.weight * case.right;
        believed += case.weight * chance;
        let seen = (right + BELIEF * believed / given) / (given + BELIEF);
        let error = (seen * (1.0 - seen) / (given + BELIEF)).max(0.0).sqrt();
        if seen - CAUTION * error >= precision {
            answer = chance.min(f64::from(HIGHEST));
        }
    }
    (answer as f32).max(f32::EPSILON)
}

/// Fits the weights by Newton's method, held to what stands before a label is known.
fn fit<'c>(cases: impl Iterator<Item = &'c Case> + Clone) -> [f64; FEATURES] {
    let weights = newton(cases.clone(), None);
    if weights[1] < STEADY {
        newton(cases, Some(STEADY))
    } else {
        weights
    }
}

/// Does the same, with the weight of the confidence as given, where it is.
fn newton<'c>(cases: impl Iterator<Item = &'c Case> + Clone, steady: Option<f64>) -> [f64; FEATURES] {
    let start = [
        (RIGHT_AT_THRESHOLD / (1.0 - RIGHT_AT_THRESHOLD)).ln(),
        1.0,
        0.0,
        0.0,
    ];
    let mut weights = start;
    weights[1] = steady.unwrap_or(weights[1]);
    for _ in 0..ROUNDS {
        let mut gradient = [0.0; FEATURES];
        let mut curvature = [[0.0; FEATURES]; FEATURES];
        for i in 0..FEATURES {
            gradient[i] = HELD[i] * (start[i] - weights[i]);
            curvature[i][i] = HELD[i];
        }
        for case in cases.clone() {
            let p = chance(&weights, &case.features);
            for i in 0..FEATURES {
                gradient[i] += case.weight * (case.right - p) * case.features[i];
                for (cell, other) in curvature[i].iter_mut().zip(case.features) {
                    *cell += case.weight * p * (1.0 - p) * case.features[i] * other;
                }
            }
        }
        if steady.is_some() {
            gradient[1] = 0.0;
            curvature[1] = [0.0; FEATURES];
            curvature.iter_mut().for_each(|row| row[1] = 0.0);
            curvature[1][1] = 1.0;
        }
        let step = solve(curvature, gradient);
        let size = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
        let shrink = if size > 1.0 { 1.0 / size } else { 1.0 };
        for (weight, step) in weights.iter_mut().zip(step) {
            *weight += step * shrink;
        }
        if size < 1e-6 {
            break;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels of a group where a chance of `p` by the file is right in `worth(p)` of the cases: 20 at each of ten chances.
    fn cases(worth: impl Fn(f64) -> f64) -> Vec<Case> {
        let mut cases = Vec::new();
        for number in 0..200_u32 {
            let logit = f64::from(number % 10) / 2.0 - 2.0;
            let right = f64::from(number / 10 % 20) + 0.5 < 20.0 * worth(1.0 / (1.0 + (-logit).exp()));
            cases.push(Case {
                features: [1.0, logit, 0.0, 0.0],
                right: f64::from(u8::from(right)),
                weight: 1.0,
            });
        }
        cases
    }

    fn precision_at(cases: &[Case], precision: f64) -> (f64, usize) {
        let weights = fit(cases.iter());
        let answer = f64::from(threshold(cases, &held_out(cases), precision)) - 1e-6;
        let given = cases
            .iter()
            .filter(|case| chance(&weights, &case.features) >= answer - 0.01);
        let given: Vec<f64> = given.map(|case| case.right).collect();
        (given.iter().sum::<f64>() / given.len().max(1) as f64, given.len())
    }

    #[test]
    fn where_negatives_are_near_the_threshold_rises_until_answers_are_right_as_often_as_wanted() {
        let kind = cases(|p| 0.5 + p / 2.0);
        let (right, given) = precision_at(&kind, 0.85);
        assert!(right >= 0.85 && given >= 80, "{right} of {given}");
        let near = cases(|p| (1.1 * p).min(1.0));
        let (right, fewer) = precision_at(&near, 0.85);
        assert!(right >= 0.85 && fewer > 0 && fewer < given, "{right} of {fewer}");
        // Where no confidence is worth what is wanted, nothing is answered unasked.
        let hopeless = cases(|_| 0.5);
        assert!((threshold(&hopeless, &held_out(&hopeless), 0.95) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_labels_say_of_lengths_is_learnt() {
        // Single words are topics here, however sure the file is of them.
        let mut cases = cases(|_| 0.99);
        for case in cases.iter_mut().step_by(4) {
            case.features[2] = -1.2;
            case.right = 0.0;
        }
        let weights = fit(cases.iter());
        assert!(chance(&weights, &[1.0, 2.0, -1.2, 0.0]) < 0.4);
        assert!(chance(&weights, &[1.0, 2.0, 0.0, 0.0]) > 0.9);
    }
}
