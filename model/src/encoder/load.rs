//! Puts an encoder together from its folder.

use super::linear::{Kernels, Linear};
use super::settings::Settings;
use super::tensors::Tensors;
use super::transformer::{Layer, LayerNorm, Transformer};

/// Reads and quantises every tensor that the settings ask for.
///
/// # Errors
/// The tensor that is missing or does not fit.
pub(super) fn transformer(tensors: &mut Tensors, settings: &Settings) -> Result<Transformer, String> {
    let kernels = Kernels::new();
    let width = settings.width;
    let mut positions = {
        let name = "embeddings.position_embeddings.weight";
        let rows = tensors.rows(name)?;
        tensors.numbers(name, &[rows, width])?
    };
    // Every token is of the first type: its vector is added once, here.
    let name = "embeddings.token_type_embeddings.weight";
    if tensors.has(name) {
        let rows = tensors.rows(name)?;
        let types = tensors.numbers(name, &[rows, width])?;
        for position in positions.chunks_exact_mut(width) {
            for (number, first) in position.iter_mut().zip(&types) {
                *number += first;
            }
        }
    }
    let layers = (0..settings.layers)
        .map(|number| layer(tensors, &kernels, settings, number))
        .collect::<Result<Vec<_>, String>>()?;
    Ok(Transformer {
        words: tensors.table("embeddings.word_embeddings.weight", width)?,
        embedding_norm: norm(tensors, settings, "embeddings.LayerNorm")?,
        positions,
        first_position: settings.first_position,
        layers,
        width,
        heads: settings.heads,
        activation: settings.activation,
        pooling: settings.pooling,
    })
}

fn layer(
    tensors: &mut Tensors,
    kernels: &Kernels,
    settings: &Settings,
    number: usize,
) -> Result<Layer, String> {
    let width = settings.width;
    let name = |part: &str| format!("encoder.layer.{number}.{part}");
    let wide = tensors.rows(&name("intermediate.dense.weight"))?;
    if wide == 0 {
        return Err(format!("`{}` is empty", name("intermediate.dense.weight")));
    }
    let mut linear = |part: &str, outputs: usize, inputs: usize| {
        let weights = tensors.numbers(&name(&format!("{part}.weight")), &[outputs, inputs])?;
        let bias = tensors.numbers(&name(&format!("{part}.bias")), &[outputs])?;
        Ok::<_, String>(Linear::new(kernels, &weights, bias, inputs))
    };
    Ok(Layer {
        query: linear("attention.self.query", width, width)?,
        key: linear("attention.self.key", width, width)?,
        value: linear("attention.self.value", width, width)?,
        attended: linear("attention.output.dense", width, width)?,
        widen: linear("intermediate.dense", wide, width)?,
        narrow: linear("output.dense", width, wide)?,
        attention_norm: norm(tensors, settings, &name("attention.output.LayerNorm"))?,
        output_norm: norm(tensors, settings, &name("output.LayerNorm"))?,
    })
}

fn norm(tensors: &mut Tensors, settings: &Settings, name: &str) -> Result<LayerNorm, String> {
    Ok(LayerNorm {
        weight: tensors.numbers(&format!("{name}.weight"), &[settings.width])?,
        bias: tensors.numbers(&format!("{name}.bias"), &[settings.width])?,
        epsilon: settings.epsilon,
    })
}
