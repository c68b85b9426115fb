//! The encoder's arithmetic: BERT and what is built like it, after Devlin et al. 2018 (arXiv:1810.04805).
//!
//! Texts that come together are one matrix of tokens; only attention looks at each by itself.

use super::EncodeError;
use super::linear::{Kernels, Linear, Quantised};
use super::settings::{Activation, Pooling};
use rten_gemm::{GemmInputA, GemmInputB, GemmOptions};
use rten_simd::{SimdOp, SimdUnaryOp};
use rten_tensor::NdTensorView;
use rten_vecmath::{ApproxGelu, Gelu, Normalize, NormalizeOptions, Softmax, Sum, SumSquareSub};
use std::ops::Range;

/// Brings each token's numbers to mean 0 and variance 1, then to what was learnt.
pub(super) struct LayerNorm {
    pub(super) weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) epsilon: f32,
}

impl LayerNorm {
    fn apply(&self, x: &mut [f32]) {
        let width = self.weight.len().max(1);
        for row in x.chunks_exact_mut(width) {
            let mean = Sum::new(row).dispatch() / width as f32;
            let variance = SumSquareSub::new(row, mean).dispatch() / width as f32;
            let options = NormalizeOptions {
                pre_scale_bias: mean,
                scale: 1.0 / (variance + self.epsilon).sqrt(),
                element_scale: Some(&self.weight),
                element_bias: Some(&self.bias),
                bias: 0.0,
            };
            Normalize::new_mut(row, options).dispatch();
        }
    }
}

/// A table of vectors in eight bits, each with a scale of its own.
pub(super) struct Table {
    pub(super) values: Vec<i8>,
    pub(super) scales: Vec<f32>,
    pub(super) width: usize,
}

impl Table {
    fn add(&self, row: usize, to: &mut [f32]) {
        let start = row * self.width;
        if let (Some(values), Some(scale)) =
            (self.values.get(start..start + self.width), self.scales.get(row))
        {
            for (sum, value) in to.iter_mut().zip(values) {
                *sum += f32::from(*value) * scale;
            }
        }
    }
}

/// One of the encoder's layers.
pub(super) struct Layer {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) attended: Linear,
    pub(super) attention_norm: LayerNorm,
    pub(super) widen: Linear,
    pub(super) narrow: Linear,
    pub(super) output_norm: LayerNorm,
}

/// The weights of the model, and their arrangement.
pub(super) struct Transformer {
    pub(super) words: Table,
    /// Position by position; what every token gets of its type is added already.
    pub(super) positions: Vec<f32>,
    /// The first position that a text's token has.
    pub(super) first_position: usize,
    pub(super) embedding_norm: LayerNorm,
    pub(super) layers: Vec<Layer>,
    pub(super) width: usize,
    pub(super) heads: usize,
    pub(super) activation: Activation,
    pub(super) pooling: Pooling,
}

impl Transformer {
    /// Computes a vector for each text, of any length; the texts are tokens with the special ones.
    ///
    /// # Errors
    /// If the parts don't fit each other.
    pub(super) fn vectors(&self, texts: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, EncodeError> {
        let kernels = &Kernels::new();
        let mut spans = Vec::with_capacity(texts.len());
        let mut start = 0;
        for text in texts {
            spans.push(start..start + text.len());
            start += text.len();
        }
        let mut x = self.embed(texts);
        self.embedding_norm.apply(&mut x);
        for layer in &self.layers {
            let input = Quantised::rows(&x, self.width);
            let query = layer.query.apply(kernels, &input)?;
            let key = layer.key.apply(kernels, &input)?;
            let value = layer.value.apply(kernels, &input)?;
            let mixed = self.attend(kernels, &query, &key, &value, &spans)?;
            let attended = layer
                .attended
                .apply(kernels, &Quantised::rows(&mixed, self.width))?;
            add(&mut x, &attended);
            layer.attention_norm.apply(&mut x);
            let mut wide = layer.widen.apply(kernels, &Quantised::rows(&x, self.width))?;
            self.activate(&mut wide);
            let width = wide.len() / (x.len() / self.width).max(1);
            let narrow = layer.narrow.apply(kernels, &Quantised::rows(&wide, width))?;
            add(&mut x, &narrow);
            layer.output_norm.apply(&mut x);
        }
        Ok(spans.into_iter().map(|span| self.pool(&x, span)).collect())
    }

    fn embed(&self, texts: &[Vec<u32>]) -> Vec<f32> {
        let tokens = texts.iter().map(Vec::len).sum::<usize>();
        let mut x = Vec::with_capacity(tokens * self.width);
        for text in texts {
            for (place, token) in text.iter().enumerate() {
                let start = (self.first_position + place) * self.width;
                let begin = x.len();
                match self.positions.get(start..start + self.width) {
                    Some(position) => x.extend_from_slice(position),
                    None => x.resize(begin + self.width, 0.0),
                }
                if let Some(row) = x.get_mut(begin..) {
                    self.words.add(*token as usize, row);
                }
            }
        }
        x
    }

    /// Computes the self-attention of the tokens within each text.
    fn attend(
        &self,
        kernels: &Kernels,
        query: &[f32],
        key: &[f32],
        value: &[f32],
        spans: &[Range<usize>],
    ) -> Result<Vec<f32>, EncodeError> {
        let width = self.width;
        let head = width / self.heads.max(1);
        let scale = 1.0 / (head as f32).sqrt();
        let mut out = vec![0.0f32; query.len()];
        for span in spans {
            let count = span.len();
            let mut likeness = vec![0.0f32; count * count];
            let mut mixed = vec![0.0f32; count * head];
            for h in 0..self.heads {
                // A head's columns among those of all, without a copy.
                let part = |x| part(x, span, width, h * head, head);
                let options = GemmOptions {
                    alpha: scale,
                    ..GemmOptions::default()
                };
                let failed = |error: rten_gemm::GemmError| EncodeError(error.to_string());
                kernels
                    .floats
                    .gemm(
                        &mut likeness,
                        GemmInputA::Unpacked(part(query)?),
                        GemmInputB::Unpacked(part(key)?.transposed()),
                        options,
                    )
                    .map_err(failed)?;
                for row in likeness.chunks_exact_mut(count) {
                    Softmax::new_mut(row).dispatch();
                }
                let weights = NdTensorView::from_data([count, count], likeness.as_slice());
                kernels
                    .floats
                    .gemm(
                        &mut mixed,
                        GemmInputA::Unpacked(weights),
                        GemmInputB::Unpacked(part(value)?),
                        GemmOptions::default(),
                    )
                    .map_err(failed)?;
                for (token, row) in mixed.chunks_exact(head).enumerate() {
                    let start = (span.start + token) * width + h * head;
                    if let Some(place) = out.get_mut(start..start + head) {
                        place.copy_from_slice(row);
                    }
                }
            }
        }
        Ok(out)
    }

    fn activate(&self, x: &mut [f32]) {
        match self.activation {
            Activation::Gelu => Gelu {}.map_mut(x),
            Activation::ApproximateGelu => ApproxGelu {}.map_mut(x),
            Activation::Relu => x.iter_mut().for_each(|n| *n = n.max(0.0)),
        }
    }

    fn pool(&self, x: &[f32], span: Range<usize>) -> Vec<f32> {
        let rows = x
            .get(span.start * self.width..span.end * self.width)
            .unwrap_or_default();
        match self.pooling {
            Pooling::First => rows.get(..self.width).unwrap_or_default().to_vec(),
            Pooling::Mean => {
                let mut sum = vec![0.0f32; self.width];
                for row in rows.chunks_exact(self.width) {
                    add(&mut sum, row);
                }
                sum
            }
        }
    }
}

fn add(to: &mut [f32], what: &[f32]) {
    for (sum, number) in to.iter_mut().zip(what) {
        *sum += number;
    }
}

/// The columns `first..first + count` of the rows of `span`.
fn part<'a>(
    x: &'a [f32],
    span: &Range<usize>,
    width: usize,
    first: usize,
    count: usize,
) -> Result<NdTensorView<'a, f32, 2>, EncodeError> {
    let from = span.start * width + first;
    let rows = x.get(from..).unwrap_or_default();
    NdTensorView::from_slice_with_strides([span.len(), count], rows, [width, 1])
        .map_err(|error| EncodeError(error.to_string()))
}
