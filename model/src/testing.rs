//! A small sentence encoder made here, for tests: this crate's own, and those of programs over it.

use safetensors::Dtype;
use safetensors::tensor::{TensorView, serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// The count of numbers in its vectors.
pub const WIDTH: usize = 32;
/// Attention heads of a layer.
pub const HEADS: usize = 4;
/// The width between a layer's halves.
pub const WIDE: usize = 64;
/// Layers.
pub const LAYERS: usize = 2;
/// Vocabulary; a word's position is its token.
pub const WORDS: [&str; 12] = [
    "[PAD]", "[CLS]", "[SEP]", "[UNK]", "how", "do", "i", "get", "a", "refund", "opening", "hours",
];

/// Shape and numbers.
pub type Tensor = (Vec<usize>, Vec<f32>);

/// Numbers like those of a trained model: small, the same in each run.
pub fn tensors(roberta: bool) -> BTreeMap<String, Tensor> {
    let mut seed = 7u32;
    let mut number = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    let mut all = BTreeMap::new();
    let mut put = |name: String, shape: Vec<usize>, around: f32, spread: f32| {
        let count = shape.iter().product();
        all.insert(
            name,
            (shape, (0..count).map(|_| around + spread * number()).collect()),
        );
    };
    put(
        "embeddings.word_embeddings.weight".to_owned(),
        vec![WORDS.len(), WIDTH],
        0.0,
        1.0,
    );
    put(
        "embeddings.position_embeddings.weight".to_owned(),
        vec![if roberta { 18 } else { 16 }, WIDTH],
        0.0,
        0.3,
    );
    put(
        "embeddings.token_type_embeddings.weight".to_owned(),
        vec![2, WIDTH],
        0.0,
        0.3,
    );
    let mut norms = vec!["embeddings.LayerNorm".to_owned()];
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        for (part, outputs, inputs) in [
            ("attention.self.query", WIDTH, WIDTH),
            ("attention.self.key", WIDTH, WIDTH),
            ("attention.self.value", WIDTH, WIDTH),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", WIDE, WIDTH),
            ("output.dense", WIDTH, WIDE),
        ] {
            put(name(&format!("{part}.weight")), vec![outputs, inputs], 0.0, 0.3);
            put(name(&format!("{part}.bias")), vec![outputs], 0.0, 0.1);
        }
        norms.extend([name("attention.output.LayerNorm"), name("output.LayerNorm")]);
    }
    for norm in norms {
        put(format!("{norm}.weight"), vec![WIDTH], 1.0, 0.2);
        put(format!("{norm}.bias"), vec![WIDTH], 0.0, 0.1);
    }
    all
}

/// Writes the folder of an encoder of these tensors, with `extra` files beside the three that each has.
///
/// # Errors
/// If a file can't be written.
pub fn write_encoder(
    folder: &Path,
    tensors: &BTreeMap<String, Tensor>,
    kind: &str,
    extra: &[(&str, Value)],
) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
        .iter()
        .map(|(name, (shape, numbers))| {
            let bytes = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
            (name.clone(), shape.clone(), bytes)
        })
        .collect();
    let views: Result<Vec<_>, _> = bytes
        .iter()
        .map(|(name, shape, bytes)| {
            TensorView::new(Dtype::F32, shape.clone(), bytes).map(|view| (name.as_str(), view))
        })
        .collect();
    let file = serialize(views.map_err(io::Error::other)?, None).map_err(io::Error::other)?;
    fs::write(folder.join("model.safetensors"), file)?;
    fs::write(folder.join("tokenizer.json"), tokenizer().to_string())?;
    let config = json!({
        "model_type": kind, "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
        "intermediate_size": WIDE, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "pad_token_id": 1,
        "max_position_embeddings": if kind == "bert" { 16 } else { 18 },
    });
    fs::write(folder.join("config.json"), config.to_string())?;
    for (path, value) in extra {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, value.to_string())?;
    }
    Ok(())
}

/// A tokenizer of [`WORDS`], between `[CLS]` and `[SEP]`.
fn tokenizer() -> Value {
    let vocabulary: serde_json::Map<String, Value> = (0..)
        .zip(WORDS)
        .map(|(id, word)| (word.to_owned(), json!(id)))
        .collect();
    let special = |id: u32, word: &str| {
        json!({ "id": id, "content": word, "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": true })
    };
    let token = |word: &str, id: u32| json!({ "id": word, "ids": [id], "tokens": [word] });
    json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [special(0, "[PAD]"), special(1, "[CLS]"), special(2, "[SEP]"), special(3, "[UNK]")],
        "normalizer": { "type": "Lowercase" }, "pre_tokenizer": { "type": "Whitespace" },
        "post_processor": { "type": "TemplateProcessing",
            "single": [{ "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } },
                { "SpecialToken": { "id": "[SEP]", "type_id": 0 } }],
            "pair": [{ "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 0 } }],
            "special_tokens": { "[CLS]": token("[CLS]", 1), "[SEP]": token("[SEP]", 2) } },
        "decoder": null,
        "model": { "type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]" },
    })
}

/// The files that configure the pooling of token vectors, such as by `pooling_mode_mean_tokens`.
pub fn pooling(mode: &str) -> [(&'static str, Value); 2] {
    let module = |path: &str, kind: &str| json!({ "idx": 0, "name": "0", "path": path, "type": format!("sentence_transformers.models.{kind}") });
    [
        (
            "modules.json",
            json!([
                module("", "Transformer"),
                module("1_Pooling", "Pooling"),
                module("2", "Normalize")
            ]),
        ),
        ("1_Pooling/config.json", json!({ mode: true })),
    ]
}
