//! A linear classifier over all entries at once, learnt from the file's own questions.
//!
//! Nearest questions lead while entries have few examples; with many, what all of an entry's examples have in common
//! tells more. Softmax regression over the same sparse vectors, trained by a fixed number of passes in a fixed order,
//! so that a file always gives the same weights.

use super::index::{Index, VIEW_WEIGHT};
use super::word_vectors::{DIMENSIONS, Sense};

/// Below this many questions an entry there is too little to generalise from.
const LEAST_QUESTIONS: f32 = 3.0;
/// Weights kept at most: bounds memory (4 bytes each) and training time.
const MOST_WEIGHTS: usize = 12_000_000;
/// First step; it falls linearly to nothing over the passes.
const STEP: f32 = 2.5;
/// The weight of a text's sense beside its terms.
const SENSE: f32 = 0.7;
/// Updates of an example's worth that training aims for; divided by the questions they give the passes.
const UPDATES: usize = 30_000;

/// The trained weights, a row of one weight an entry for every term.
#[derive(Debug)]
pub(crate) struct Classifier {
    entries: usize,
    /// Terms; the rows behind theirs are those of a sense's numbers.
    terms: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Classifier {
    /// Trains on the questions that `taught` lets through. None when the file has too few questions an entry, or is
    /// too large for a dense table.
    pub(crate) fn train(index: &Index, taught: impl Fn(u32) -> bool) -> Option<Self> {
        let (entries, questions) = (index.entries(), index.questions());
        let dense = entries * (index.term_count() + DIMENSIONS);
        if (questions as f32) < LEAST_QUESTIONS * entries as f32 || dense > MOST_WEIGHTS {
            return None;
        }
        let mut classifier = Self {
            entries,
            weights: vec![0.0; dense],
            terms: index.term_count(),
            bias: vec![0.0; entries],
        };
        let order = order(questions)
            .into_iter()
            .filter(|&q| taught(q))
            .collect::<Vec<u32>>();
        let passes = (UPDATES / order.len().max(1)).clamp(4, 8);
        let mut row = Vec::with_capacity(entries);
        let total = (passes * order.len()) as f32;
        let mut done = 0.0;
        for _ in 0..passes {
            for &q in &order {
                let step = STEP * (1.0 - done / total);
                done += 1.0;
                let question = index.question(q);
                let sense = &index.outline(q).sense;
                let terms = index
                    .terms(q)
                    .map(|(id, w)| (id, w * VIEW_WEIGHT[index.view(id)].sqrt()));
                classifier.probabilities(terms.clone(), sense, &mut row);
                row[question.entry as usize] -= 1.0;
                for (id, weight) in terms.chain(classifier.senses(sense)) {
                    let rate = step * weight;
                    let at = id as usize * entries;
                    for (w, g) in classifier.weights[at..at + entries].iter_mut().zip(&row) {
                        *w -= rate * g;
                    }
                }
                classifier
                    .bias
                    .iter_mut()
                    .zip(&row)
                    .for_each(|(b, g)| *b -= 0.05 * step * g);
            }
        }
        Some(classifier)
    }

    /// A sense's numbers as if they were terms.
    fn senses(&self, sense: &Sense) -> impl Iterator<Item = (u32, f32)> + use<> {
        let first = self.terms as u32;
        let sense = *sense;
        (0..DIMENSIONS as u32).map(move |i| (first + i, sense.number(i as usize) * SENSE))
    }

    /// The probability of each entry for a vector of terms and weights, into `out`.
    pub(crate) fn probabilities(
        &self,
        terms: impl Iterator<Item = (u32, f32)>,
        sense: &Sense,
        out: &mut Vec<f32>,
    ) {
        out.clear();
        out.extend_from_slice(&self.bias);
        for (id, weight) in terms.chain(self.senses(sense)) {
            let at = id as usize * self.entries;
            for (o, w) in out.iter_mut().zip(&self.weights[at..at + self.entries]) {
                *o += weight * w;
            }
        }
        let top = out.iter().copied().fold(f32::MIN, f32::max);
        let mut sum = 0.0;
        for o in out.iter_mut() {
            *o = (*o - top).exp();
            sum += *o;
        }
        out.iter_mut().for_each(|o| *o /= sum);
    }
}

/// The questions in an order that jumps about, so that an entry's questions don't come in a row.
fn order(questions: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..questions as u32).collect();
    order.sort_by_key(|&q| (u64::from(q) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    order
}
