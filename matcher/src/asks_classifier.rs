//! A classifier of embeddings: does a message ask something of us? It is one more view beside the words, if there is an
//! encoder.
//!
//! A logistic regression on the vectors of the training examples of the dialogue acts. Its weight follows from examples
//! that were kept back: a model that tells nothing of this is left out.

use super::embeddings::QuestionEmbeddings;
use crate::dialogue_act::training;

/// The least number of examples with a vector to train on.
const TRAINING_MIN: usize = 300;
/// Parts of the training examples that are kept back in turn.
const PARTS: usize = 5;
/// The strength of the prior at zero, in units of one example.
const BELIEF: f32 = 0.2;
/// Steps of accelerated descent.
const STEPS: usize = 120;
/// The most that a vector says, in log-odds.
const SHIFT_MAX: f32 = 4.0;

/// The classifier; see the module.
#[derive(Debug)]
pub(crate) struct Asking {
    middle: Vec<f32>,
    weights: Vec<f32>,
    bias: f32,
    /// The factor from the regression's output to log-odds.
    slope: f32,
}

impl Asking {
    /// Returns the texts whose vectors it is trained on.
    pub(crate) fn texts() -> impl Iterator<Item = &'static str> {
        training::some().map(|example| example.0)
    }

    /// Trains on the examples that have a vector; `None` if they are too few, or tell nothing.
    pub(crate) fn train(meanings: &QuestionEmbeddings) -> Option<Self> {
        let found: Vec<(&[f32], bool)> = training::some()
            .filter_map(|(text, asks)| Some((meanings.of(text)?, asks)))
            .collect();
        Self::of(&found)
    }

    fn of(training: &[(&[f32], bool)]) -> Option<Self> {
        if training.len() < TRAINING_MIN {
            return None;
        }
        let dimensions = training.first()?.0.len();
        let mut middle = vec![0.0_f32; dimensions];
        for (vector, _) in training {
            middle
                .iter_mut()
                .zip(*vector)
                .for_each(|(m, n)| *m += n / training.len() as f32);
        }
        let rows: Vec<(Vec<f32>, f32)> = training
            .iter()
            .map(|(vector, asks)| (around(vector, &middle), if *asks { 1.0 } else { 0.0 }))
            .collect();
        let kept_back: Vec<(f32, f32)> = std::thread::scope(|scope| {
            let parts: Vec<_> = (0..PARTS)
                .map(|part| {
                    let rows = &rows;
                    scope.spawn(move || {
                        let (weights, bias) = regress(rows, |at| at % PARTS != part);
                        let shown = rows.iter().enumerate().filter(|(at, _)| at % PARTS == part);
                        shown
                            .map(|(_, (row, asks))| (dot(&weights, row) + bias, *asks))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            parts
                .into_iter()
                .flat_map(super::collect_questions::join)
                .collect()
        });
        let slope = slope(&kept_back);
        let (weights, bias) = regress(&rows, |_| true);
        // The words know already how many lines ask.
        let asking = rows.iter().map(|row| row.1).sum::<f32>() / rows.len() as f32;
        let usual = (asking / (1.0 - asking)).ln();
        (slope > 0.05).then_some(Self {
            middle,
            weights,
            bias: bias - usual,
            slope,
        })
    }

    /// Returns a message's evidence for asking by its vector, in log-odds.
    pub(crate) fn log_odds(&self, vector: &[f32]) -> f32 {
        if vector.len() != self.middle.len() {
            return 0.0;
        }
        let row = around(vector, &self.middle);
        (self.slope * (dot(&self.weights, &row) + self.bias)).clamp(-SHIFT_MAX, SHIFT_MAX)
    }
}

/// Centres a vector, scaled to length one, on `middle` and scales it to length one again.
fn around(vector: &[f32], middle: &[f32]) -> Vec<f32> {
    let length = dot(vector, vector).sqrt().max(f32::EPSILON);
    let mut apart: Vec<f32> = vector.iter().zip(middle).map(|(n, m)| n / length - m).collect();
    let length = dot(&apart, &apart).sqrt().max(f32::EPSILON);
    apart.iter_mut().for_each(|n| *n /= length);
    apart
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + (-z).exp())
}

/// Weights and bias of a logistic regression on those rows, by Nesterov's descent.
fn regress(rows: &[(Vec<f32>, f32)], shown: impl Fn(usize) -> bool) -> (Vec<f32>, f32) {
    let rows: Vec<&(Vec<f32>, f32)> = rows
        .iter()
        .enumerate()
        .filter(|(at, _)| shown(*at))
        .map(|row| row.1)
        .collect();
    let dimensions = rows.first().map_or(0, |row| row.0.len());
    // Rows have length one, and the bias is one more number of one.
    let rate = 1.0 / (0.5 * rows.len() as f32 + BELIEF);
    let mut weights = vec![0.0_f32; dimensions];
    let (mut bias, mut before, mut bias_before) = (0.0_f32, weights.clone(), 0.0_f32);
    for step in 0..STEPS {
        let momentum = step as f32 / (step as f32 + 3.0);
        let ahead: Vec<f32> = weights
            .iter()
            .zip(&before)
            .map(|(w, b)| w + momentum * (w - b))
            .collect();
        let bias_ahead = bias + momentum * (bias - bias_before);
        let mut gradient: Vec<f32> = ahead.iter().map(|w| BELIEF * w).collect();
        let mut bias_gradient = 0.0;
        for (row, asks) in &rows {
            let wrong = sigmoid(dot(&ahead, row) + bias_ahead) - asks;
            bias_gradient += wrong;
            gradient.iter_mut().zip(row).for_each(|(g, n)| *g += wrong * n);
        }
        before = weights;
        bias_before = bias;
        weights = ahead.iter().zip(&gradient).map(|(w, g)| w - rate * g).collect();
        bias = bias_ahead - rate * bias_gradient;
    }
    (weights, bias)
}

/// Fits the factor by which the log-odds of kept-back examples have to be multiplied to be calibrated.
fn slope(kept_back: &[(f32, f32)]) -> f32 {
    let mut slope = 1.0_f32;
    for _ in 0..20 {
        let (mut gradient, mut curvature) = (0.0, 1e-3);
        for &(z, asks) in kept_back {
            let p = sigmoid(slope * z);
            gradient += (asks - p) * z;
            curvature += p * (1.0 - p) * z * z;
        }
        slope = (slope + gradient / curvature).clamp(0.0, 2.0);
    }
    slope
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors in which one number tells, more or less, whether a line asks.
    fn vectors(telling: f32) -> Vec<(Vec<f32>, bool)> {
        let mut seed = 3u32;
        let mut number = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..600)
            .map(|n| {
                let asks = n % 2 == 0;
                let mut vector: Vec<f32> = (0..8).map(|_| number()).collect();
                vector[3] += if asks { telling } else { -telling };
                (vector, asks)
            })
            .collect()
    }

    fn train(vectors: &[(Vec<f32>, bool)]) -> Option<Asking> {
        let training: Vec<(&[f32], bool)> = vectors.iter().map(|(v, asks)| (v.as_slice(), *asks)).collect();
        Asking::of(&training)
    }

    #[test]
    fn what_the_vectors_tell_is_believed_as_far_as_it_is_true() {
        let well = train(&vectors(2.0)).unwrap();
        assert!(well.log_odds(&[0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]) > 2.0);
        assert!(well.log_odds(&[0.0, 0.0, 0.0, -2.0, 0.0, 0.0, 0.0, 0.0]) < -2.0);
        assert_eq!(well.log_odds(&[1.0]), 0.0);
        let hardly =
            train(&vectors(0.0)).map_or(0.0, |it| it.log_odds(&[0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0]));
        assert!(hardly.abs() < 0.5, "{hardly}");
        assert!(train(&vectors(2.0)[..100]).is_none());
    }
}
