//! The model from features to probabilities: one logit an entry and one for "none of them". Also its fitting.

use super::features::{EntryFeatures, NoneFeatures};
use super::score::Field;
use crate::dialogue_act::Reading;

/// The number of weights: those of an entry's features, then those of "none of them".
const WEIGHTS: usize = EntryFeatures::COUNT + NoneFeatures::COUNT;

/// The fitted weights.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RankingModel {
    pub(crate) entry: [f32; EntryFeatures::COUNT],
    pub(crate) none: [f32; NoneFeatures::COUNT],
}

/// A message whose right answer is known.
#[derive(Debug, Clone)]
pub(crate) struct TrainingExample {
    /// The question of the file that was left out and asked, if it is one.
    pub(crate) question: Option<u32>,
    pub(crate) field: Field,
    /// The dialogue acts of the message.
    pub(crate) reading: Reading,
    /// The place of the right entry among the candidates; `None` if no answer is right.
    pub(crate) right: Option<usize>,
    /// The weight in the fitting.
    pub(crate) weight: f32,
    /// The weight of its outcome when thresholds are chosen.
    pub(crate) count: f32,
    /// `true` for a way of asking for a human, which stands in no file.
    pub(crate) built_in: bool,
}

impl TrainingExample {
    /// Makes the training example of a message that should get no answer.
    pub(crate) fn of_nothing(field: Field, reading: Reading, weight: f32, count: f32) -> Self {
        Self {
            question: None,
            field,
            reading,
            right: None,
            weight,
            count,
            built_in: false,
        }
    }
}

impl RankingModel {
    /// Weights of zero.
    pub(crate) const ZERO: Self = Self {
        entry: [0.0; EntryFeatures::COUNT],
        none: [0.0; NoneFeatures::COUNT],
    };

    fn of_weights(weights: &[f64; WEIGHTS]) -> Self {
        let mut model = Self::ZERO;
        for (to, from) in model.entry.iter_mut().chain(&mut model.none).zip(weights) {
            *to = *from as f32;
        }
        model
    }

    /// Returns the weights in a row.
    fn weights(&self) -> [f64; WEIGHTS] {
        row(&self.entry, &self.none)
    }

    /// Computes the probability of each candidate, in their order, into `out`. The rest to 1 is the probability of "none
    /// of them" or "out of scope".
    pub(crate) fn probabilities(&self, field: &Field, out: &mut Vec<f32>) {
        out.clear();
        let none = dot(&self.none, &field.none.values());
        let of_entry = |features: &EntryFeatures| dot(&self.entry, &features.values());
        let outside = field.outside.as_ref().map(of_entry);
        out.extend(field.candidates.iter().map(|c| of_entry(&c.features)));
        let top = out.iter().copied().chain(outside).fold(none, f32::max);
        let mut sum = (none - top).exp() + outside.map_or(0.0, |outside| (outside - top).exp());
        for p in out.iter_mut() {
            *p = (*p - top).exp();
            sum += *p;
        }
        for p in out.iter_mut() {
            *p /= sum;
        }
    }

    /// Fits the model to `training` by Newton's method, held to `prior` with `strength` training examples' worth of belief.
    pub(crate) fn fit(
        training: &[TrainingExample],
        prior: &RankingModel,
        strength: f64,
        rounds: usize,
    ) -> RankingModel {
        let prior = prior.weights();
        let mut weights = prior;
        for _ in 0..rounds {
            let mut gradient = [0.0; WEIGHTS];
            let mut curvature = [[0.0; WEIGHTS]; WEIGHTS];
            for i in 0..WEIGHTS {
                gradient[i] = strength * (prior[i] - weights[i]);
                curvature[i][i] = strength;
            }
            for example in training {
                learn(example, &weights, &mut gradient, &mut curvature);
            }
            let step = solve(curvature, gradient);
            let size = step.iter().map(|s| s.abs()).fold(0.0, f64::max);
            let shrink = if size > 3.0 { 3.0 / size } else { 1.0 };
            for (w, s) in weights.iter_mut().zip(step) {
                *w += s * shrink;
            }
            if size < 2e-2 {
                break;
            }
        }
        RankingModel::of_weights(&weights)
    }
}

/// Puts features or weights of an entry and of "none of them" into one row.
fn row(entry: &[f32; EntryFeatures::COUNT], none: &[f32; NoneFeatures::COUNT]) -> [f64; WEIGHTS] {
    let mut row = [0.0; WEIGHTS];
    for (to, from) in row.iter_mut().zip(entry.iter().chain(none)) {
        *to = f64::from(*from);
    }
    row
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Adds a training example's part to gradient and curvature of the log-likelihood.
fn learn(
    example: &TrainingExample,
    weights: &[f64; WEIGHTS],
    gradient: &mut [f64; WEIGHTS],
    curvature: &mut [[f64; WEIGHTS]; WEIGHTS],
) {
    let mut rows: Vec<[f64; WEIGHTS]> = Vec::with_capacity(example.field.candidates.len() + 2);
    // For a question, "out of scope" is one more wrong answer; for anything else it is not a wrong one.
    let outside = example.field.outside.filter(|_| example.right.is_some());
    let candidates = example.field.candidates.iter().map(|c| &c.features);
    for features in candidates.chain(outside.as_ref()) {
        rows.push(row(&features.values(), &[0.0; NoneFeatures::COUNT]));
    }
    rows.push(row(&[0.0; EntryFeatures::COUNT], &example.field.none.values()));
    let logits: Vec<f64> = rows
        .iter()
        .map(|r| r.iter().zip(weights).map(|(a, b)| a * b).sum())
        .collect();
    let top = logits.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = logits.iter().map(|l| (l - top).exp()).sum();
    let mut mean = [0.0; WEIGHTS];
    let right = example.right.unwrap_or(rows.len() - 1);
    let weight = f64::from(example.weight);
    for (i, (row, logit)) in rows.iter().zip(&logits).enumerate() {
        let p = (logit - top).exp() / sum;
        for (m, r) in mean.iter_mut().zip(row) {
            *m += p * r;
        }
        if i == right {
            gradient.iter_mut().zip(row).for_each(|(g, r)| *g += weight * r);
        }
        if p > 1e-6 {
            for (a, line) in row.iter().zip(curvature.iter_mut()) {
                if *a != 0.0 {
                    line.iter_mut()
                        .zip(row)
                        .for_each(|(c, b)| *c += weight * p * a * b);
                }
            }
        }
    }
    for (a, line) in mean.iter().zip(curvature.iter_mut()) {
        line.iter_mut().zip(&mean).for_each(|(c, b)| *c -= weight * a * b);
    }
    gradient.iter_mut().zip(&mean).for_each(|(g, m)| *g -= weight * m);
}

/// Solves `a x = b` for a positive definite `a` by elimination.
pub(super) fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        let pivot = if a[i][i].abs() < 1e-12 { 1e-12 } else { a[i][i] };
        for j in i + 1..N {
            let factor = a[j][i] / pivot;
            let (upper, lower) = a.split_at_mut(j);
            lower[0][i..]
                .iter_mut()
                .zip(&upper[i][i..])
                .for_each(|(l, u)| *l -= factor * u);
            b[j] -= factor * b[i];
        }
    }
    for i in (0..N).rev() {
        let known: f64 = (i + 1..N).map(|j| a[i][j] * b[j]).sum();
        let pivot = if a[i][i].abs() < 1e-12 { 1e-12 } else { a[i][i] };
        b[i] = (b[i] - known) / pivot;
    }
    b
}

#[cfg(test)]
mod tests {
    use super::super::score::Scored;
    use super::*;
    use crate::dialogue_act;

    fn example(likeness: f32, right: bool) -> TrainingExample {
        let none = NoneFeatures {
            constant: 1.0,
            ..NoneFeatures::default()
        };
        let candidates = vec![Scored {
            entry: 0,
            nearest: 0,
            features: EntryFeatures {
                words: likeness,
                ..EntryFeatures::default()
            },
            strangeness: 0.0,
        }];
        TrainingExample {
            question: None,
            field: Field {
                candidates,
                outside: None,
                none,
            },
            reading: dialogue_act::read(""),
            right: right.then_some(0),
            weight: 1.0,
            count: 1.0,
            built_in: false,
        }
    }

    #[test]
    fn fitting_makes_probabilities_what_was_seen() {
        // Likeness 1 is right in nine of ten cases, likeness 0 in one of ten.
        let training: Vec<TrainingExample> = (0..1000)
            .map(|i| example((i % 2) as f32, if i % 2 == 1 { i % 20 != 1 } else { i % 20 == 0 }))
            .collect();
        let model = RankingModel::fit(&training, &RankingModel::ZERO, 1.0, 10);
        let mut probabilities = Vec::new();
        for (likeness, share) in [(1.0, 0.9), (0.0, 0.1)] {
            model.probabilities(&example(likeness, true).field, &mut probabilities);
            assert!(
                (probabilities[0] - share).abs() < 0.02,
                "{likeness}: {probabilities:?}"
            );
        }
    }

    #[test]
    fn without_training_the_prior_stands() {
        let mut prior = RankingModel::of_weights(&[0.25; WEIGHTS]);
        prior.entry[3] = -1.5;
        assert_eq!(RankingModel::fit(&[], &prior, 4.0, 5), prior);
    }
}
