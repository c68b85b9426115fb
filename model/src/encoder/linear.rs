//! One linear layer in eight bits: weights quantised by output at load, activations by token as they come.

use super::EncodeError;
use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions, PackedBMatrix, QuantParams};
use rten_simd::SimdOp;
use rten_tensor::NdTensorView;
use rten_vecmath::{ExtendInit, MinMax, Quantize};

/// Stands for zero among the eight bits of an activation.
const ZERO: u8 = 128;

/// The largest magnitude of an activation in eight bits.
const ACTIVATION_MAX: f32 = 127.0;

/// The multiplications that the processor is best at. They stay on the thread that made them, which takes no time.
pub(super) struct Kernels {
    pub(super) floats: GemmExecutor<f32, f32, f32>,
    gemm: GemmExecutor<u8, i8, i32>,
    /// The largest magnitude of a weight: half of the range on processors that add products in sixteen bits.
    weight_max: f32,
}

impl Kernels {
    pub(super) fn new() -> Self {
        let gemm = GemmExecutor::default();
        let weight_max = if gemm.may_saturate() { 63.0 } else { 127.0 };
        Self {
            floats: GemmExecutor::default(),
            gemm,
            weight_max,
        }
    }
}

/// Activations in eight bits, token by token.
pub(super) struct Quantised {
    values: Vec<u8>,
    zeros: Vec<u8>,
    scales: Vec<f32>,
    width: usize,
}

impl Quantised {
    /// Quantises rows of `width` numbers, each with a scale of its own.
    pub(super) fn rows(x: &[f32], width: usize) -> Self {
        let count = x.len() / width.max(1);
        let mut values = Vec::with_capacity(x.len());
        let mut scales = Vec::with_capacity(count);
        for row in x.chunks_exact(width.max(1)) {
            let scale = scale_of(row, ACTIVATION_MAX);
            values.extend_init(|spare| {
                let (place, _) = spare.split_at_mut(row.len());
                Quantize::new(row, place, 1.0 / scale, ZERO).dispatch()
            });
            scales.push(scale);
        }
        Self {
            values,
            zeros: vec![ZERO; count],
            scales,
            width,
        }
    }
}

/// The step between two neighbours among `max` on either side of zero.
fn scale_of(row: &[f32], max: f32) -> f32 {
    let (low, high) = MinMax::new(row).dispatch();
    let largest = low.abs().max(high.abs());
    if largest.is_finite() && largest > 0.0 {
        largest / max
    } else {
        1.0
    }
}

/// A linear layer.
pub(super) struct Linear {
    weights: PackedBMatrix<i8>,
    /// By output.
    scales: Vec<f32>,
    bias: Vec<f32>,
}

impl Linear {
    /// Quantises `weights`, a row of `inputs` numbers for each output, as PyTorch lays them out.
    pub(super) fn new(kernels: &Kernels, weights: &[f32], bias: Vec<f32>, inputs: usize) -> Self {
        let outputs = bias.len();
        let mut scales = Vec::with_capacity(outputs);
        let mut values = Vec::with_capacity(weights.len());
        for row in weights.chunks_exact(inputs.max(1)) {
            let scale = scale_of(row, kernels.weight_max);
            values.extend(row.iter().map(|w| (w / scale).round() as i8));
            scales.push(scale);
        }
        // The matrix is read column by column: transposed, nothing is moved before it is packed.
        let view = NdTensorView::from_data([outputs, inputs], values.as_slice());
        Self {
            weights: kernels.gemm.prepack_b(view.transposed()),
            scales,
            bias,
        }
    }

    /// The layer's outputs for each token, row by row.
    pub(super) fn apply(&self, kernels: &Kernels, x: &Quantised) -> Result<Vec<f32>, EncodeError> {
        let count = x.scales.len();
        let outputs = self.bias.len();
        let mut sums = vec![0i32; count * outputs];
        let input = NdTensorView::from_data([count, x.width], x.values.as_slice());
        let options = GemmOptions {
            a_quant: Some(QuantParams {
                zero_point: x.zeros.as_slice(),
            }),
            ..GemmOptions::default()
        };
        kernels
            .gemm
            .gemm(
                &mut sums,
                GemmInputA::Unpacked(input),
                GemmInputB::Packed(&self.weights),
                options,
            )
            .map_err(|error| EncodeError(error.to_string()))?;
        let mut out = Vec::with_capacity(sums.len());
        for (row, step) in sums.chunks_exact(outputs.max(1)).zip(&x.scales) {
            let numbers = row.iter().zip(&self.scales).zip(&self.bias);
            out.extend(numbers.map(|((sum, scale), bias)| *sum as f32 * (step * scale) + bias));
        }
        Ok(out)
    }
}
