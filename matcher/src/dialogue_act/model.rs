//! The fitted weights of the dialogue act model, and the reading of a line with them.

use super::features::{DENSE, Features};
use super::names_of_others::Own;
use super::{ACTS, Reading};
use crate::packed_tables::packed;
use rustc_hash::FxHashMap;
use std::sync::{LazyLock, OnceLock};

/// Outputs of the model: the acts, two for the addressee (a member, staff), one for a subject that is not ours.
const OUTPUTS: usize = ACTS + 3;
/// Written by `data/fit.py`, which describes it.
static SHIPPED: LazyLock<Vec<u8>> = LazyLock::new(|| packed!("acts.bin").bytes());
/// The factor of a number about the whole line (`dense`), beside 1 for a run.
const DENSE_WEIGHT: f32 = 0.5;

/// A linear model.
#[derive(Debug)]
pub(super) struct DialogueActModel {
    rows: FxHashMap<u32, u16>,
    /// The weights by row, then output: an `i8` each, to be multiplied by the output's scale.
    weights: &'static [[u8; OUTPUTS]],
    scale: [f32; OUTPUTS],
    dense: [[f32; OUTPUTS]; DENSE],
    bias: [f32; OUTPUTS],
}

impl DialogueActModel {
    /// The model that this program carries; taken apart at its first use.
    pub(super) fn shipped() -> &'static Self {
        static MODEL: OnceLock<DialogueActModel> = OnceLock::new();
        // The test below holds that the file can be read.
        MODEL.get_or_init(|| Self::parse(&SHIPPED).unwrap_or_else(Self::blind))
    }

    /// Knows nothing: every line is as likely to do anything.
    fn blind() -> Self {
        Self {
            rows: FxHashMap::default(),
            weights: &[],
            scale: [0.0; OUTPUTS],
            dense: [[0.0; OUTPUTS]; DENSE],
            bias: [0.0; OUTPUTS],
        }
    }

    fn parse(file: &'static [u8]) -> Option<Self> {
        let mut file = Bytes(file);
        let count = file.number()? as usize;
        if file.number()? as usize != OUTPUTS {
            return None;
        }
        let scale = file.floats()?;
        let mut rows = FxHashMap::default();
        for row in 0..count {
            rows.insert(file.number()?, u16::try_from(row).ok()?);
        }
        let (weights, _) = file.take(count * OUTPUTS)?.as_chunks();
        let mut dense = [[0.0; OUTPUTS]; DENSE];
        for row in &mut dense {
            *row = file.floats()?;
        }
        let bias = file.floats()?;
        Some(Self {
            rows,
            weights,
            scale,
            dense,
            bias,
        })
        .filter(|_| file.0.is_empty())
    }

    pub(super) fn read(&self, text: &str, own: &Own) -> Reading {
        let Features { runs, dense } = Features::of(text, own);
        let mut rows: Vec<u16> = runs
            .iter()
            .filter_map(|run| self.rows.get(run).copied())
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let mut sums = [0i32; OUTPUTS];
        for weights in rows.iter().filter_map(|row| self.weights.get(usize::from(*row))) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += i32::from(*weight as i8);
            }
        }
        let share = 1.0 / (rows.len().max(1) as f32).sqrt();
        let mut logits = self.bias;
        for (at, logit) in logits.iter_mut().enumerate() {
            *logit += sums[at] as f32 * self.scale[at] * share;
            let told: f32 = dense.iter().zip(&self.dense).map(|(d, w)| d * w[at]).sum();
            *logit += told * DENSE_WEIGHT;
        }
        reading(&logits)
    }
}

/// Converts logits to probabilities.
fn reading(logits: &[f32; OUTPUTS]) -> Reading {
    let (acts, heads) = logits.split_at(ACTS);
    let top = acts.iter().copied().fold(f32::MIN, f32::max);
    let mut probabilities = [0.0; ACTS];
    for (p, logit) in probabilities.iter_mut().zip(acts) {
        *p = (logit - top).exp();
    }
    let sum: f32 = probabilities.iter().sum();
    probabilities.iter_mut().for_each(|p| *p /= sum);
    let probability = |at: usize| 1.0 / (1.0 + (-heads[at]).exp());
    Reading {
        acts: probabilities,
        to_member: probability(0),
        to_staff: probability(1),
        of_others: probability(2),
    }
}

/// The unread rest of a file.
struct Bytes(&'static [u8]);

impl Bytes {
    fn take(&mut self, length: usize) -> Option<&'static [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    fn floats(&mut self) -> Option<[f32; OUTPUTS]> {
        let mut floats = [0.0; OUTPUTS];
        for float in &mut floats {
            *float = f32::from_bits(self.number()?);
        }
        Some(floats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_ships_can_be_read() {
        assert!(DialogueActModel::parse(&SHIPPED).is_some_and(|model| model.rows.len() > 1000));
    }
}
