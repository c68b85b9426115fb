//! A small encoder made here, beside a plain one in full precision.

use super::*;
use crate::testing::{HEADS, LAYERS, Tensor, WIDTH, pooling, tensors, write_encoder};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

fn folder(tensors: &BTreeMap<String, Tensor>, kind: &str, extra: &[(&str, serde_json::Value)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_encoder(folder.path(), tensors, kind, extra).unwrap();
    folder
}

/// The same arithmetic as in the paper, number by number.
fn plain(all: &BTreeMap<String, Tensor>, tokens: &[usize], first_position: usize, mean: bool) -> Vec<f32> {
    let get = |name: &str| &all[name].1;
    let norm = |x: &mut [f32], name: &str| {
        let average = x.iter().sum::<f32>() / x.len() as f32;
        let variance = x.iter().map(|n| (n - average).powi(2)).sum::<f32>() / x.len() as f32;
        let (weight, bias) = (get(&format!("{name}.weight")), get(&format!("{name}.bias")));
        for (i, n) in x.iter_mut().enumerate() {
            *n = (*n - average) / (variance + 1e-12).sqrt() * weight[i] + bias[i];
        }
    };
    let linear = |x: &[f32], name: &str| -> Vec<f32> {
        let (weight, bias) = (get(&format!("{name}.weight")), get(&format!("{name}.bias")));
        let row = |o: usize| (0..x.len()).map(|i| x[i] * weight[o * x.len() + i]).sum::<f32>() + bias[o];
        (0..bias.len()).map(row).collect()
    };
    let mut x: Vec<Vec<f32>> = tokens
        .iter()
        .enumerate()
        .map(|(place, token)| {
            let at = |name: &str, row: usize, i: usize| get(name)[row * WIDTH + i];
            let mut row: Vec<f32> = (0..WIDTH)
                .map(|i| {
                    at("embeddings.word_embeddings.weight", *token, i)
                        + at("embeddings.position_embeddings.weight", first_position + place, i)
                        + at("embeddings.token_type_embeddings.weight", 0, i)
                })
                .collect();
            norm(&mut row, "embeddings.LayerNorm");
            row
        })
        .collect();
    let head = WIDTH / HEADS;
    for layer in 0..LAYERS {
        let name = |part: &str| format!("encoder.layer.{layer}.{part}");
        let each = |part: &str| -> Vec<Vec<f32>> { x.iter().map(|row| linear(row, &name(part))).collect() };
        let (q, k, v) = (
            each("attention.self.query"),
            each("attention.self.key"),
            each("attention.self.value"),
        );
        let mixed: Vec<Vec<f32>> = (0..x.len())
            .map(|t| {
                let mut row = vec![0.0; WIDTH];
                for h in (0..WIDTH).step_by(head) {
                    let likeness: Vec<f32> = (0..x.len())
                        .map(|s| (h..h + head).map(|i| q[t][i] * k[s][i]).sum::<f32>() / (head as f32).sqrt())
                        .map(f32::exp)
                        .collect();
                    let sum: f32 = likeness.iter().sum();
                    for i in h..h + head {
                        row[i] = (0..x.len()).map(|s| likeness[s] / sum * v[s][i]).sum();
                    }
                }
                row
            })
            .collect();
        for (row, mixed) in x.iter_mut().zip(&mixed) {
            let out = linear(mixed, &name("attention.output.dense"));
            row.iter_mut().zip(out).for_each(|(a, b)| *a += b);
            norm(row, &name("attention.output.LayerNorm"));
            // The error function by Abramowitz and Stegun 7.1.26, exact to seven places.
            let erf = |z: f32| {
                let t = 1.0 / (1.0 + 0.327_591_1 * z.abs());
                let poly = t
                    * (0.254_829_6
                        + t * (-0.284_496_7 + t * (1.421_413_7 + t * (-1.453_152 + t * 1.061_405_4))));
                z.signum() * (1.0 - poly * (-z * z).exp())
            };
            let wide: Vec<f32> = linear(row, &name("intermediate.dense"))
                .into_iter()
                .map(|n| 0.5 * n * (1.0 + erf(n / 2f32.sqrt())))
                .collect();
            let out = linear(&wide, &name("output.dense"));
            row.iter_mut().zip(out).for_each(|(a, b)| *a += b);
            norm(row, &name("output.LayerNorm"));
        }
    }
    let mut vector = x[0].clone();
    if mean {
        for row in &x[1..] {
            vector.iter_mut().zip(row).for_each(|(a, b)| *a += b);
        }
    }
    unit(vector).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

const TEXT: &str = "how do I get a refund";
const TOKENS: [usize; 8] = [1, 4, 5, 6, 7, 8, 9, 2];

#[tokio::test]
async fn a_text_has_the_vector_that_full_precision_gives_it_whatever_the_pooling() {
    for (kind, roberta, mode, mean) in [
        ("bert", false, "pooling_mode_mean_tokens", true),
        ("bert", false, "pooling_mode_cls_token", false),
        ("xlm-roberta", true, "pooling_mode_mean_tokens", true),
    ] {
        let all = tensors(roberta);
        let folder = folder(&all, kind, &pooling(mode));
        assert!(Encoder::is_in(folder.path()));
        let encoder = Encoder::open(folder.path()).unwrap();
        let expected = plain(&all, &TOKENS, if roberta { 2 } else { 0 }, mean);
        let found = encoder.embed(Role::Question, &[TEXT]).await.unwrap();
        let alike = cosine(&found[0], &expected);
        assert!(alike > 0.998, "{kind} {mode}: {alike}");
        assert!((cosine(&found[0], &found[0]) - 1.0).abs() < 1e-5);
    }
}

#[tokio::test]
async fn texts_that_come_together_have_the_vectors_that_they_have_alone() {
    let folder = folder(&tensors(false), "bert", &[]);
    let encoder = Encoder::open(folder.path()).unwrap();
    let texts = [
        TEXT,
        "opening hours",
        "",
        "zebra",
        "how do I get a refund how do I get a refund how do I get a refund",
    ];
    let together = encoder.embed(Role::Question, &texts).await.unwrap();
    for (text, vector) in texts.iter().zip(&together) {
        let alone = encoder.embed(Role::Question, &[text]).await.unwrap();
        assert!(cosine(vector, &alone[0]) > 0.9999, "{text}");
    }
    assert!(encoder.embed(Role::Question, &[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn many_who_ask_at_once_each_get_their_own() {
    let folder = folder(&tensors(false), "bert", &[]);
    let encoder = std::sync::Arc::new(Encoder::open(folder.path()).unwrap());
    let texts = [TEXT, "opening hours", "how do i", "refund refund"];
    let alone = encoder.embed(Role::Question, &texts).await.unwrap();
    let calls = (0..200usize).map(|n| {
        let encoder = std::sync::Arc::clone(&encoder);
        let text = texts[n % texts.len()];
        tokio::spawn(async move {
            (
                n % 4,
                encoder.embed(Role::Question, &[text]).await.unwrap().remove(0),
            )
        })
    });
    for call in calls.collect::<Vec<_>>() {
        let (place, vector) = call.await.unwrap();
        assert!(cosine(&vector, &alone[place]) > 0.9999);
    }
}

#[tokio::test]
async fn what_asks_and_what_answers_get_the_prefixes_of_the_folder() {
    let prompts = serde_json::json!({ "prompts": { "query": "opening ", "passage": "hours " } });
    let folder = folder(
        &tensors(false),
        "bert",
        &[("config_sentence_transformers.json", prompts)],
    );
    let encoder = Encoder::open(folder.path()).unwrap();
    let asked = encoder.embed(Role::Question, &["refund"]).await.unwrap();
    let answers = encoder.embed(Role::Passage, &["refund"]).await.unwrap();
    let all = tensors(false);
    assert!(cosine(&asked[0], &plain(&all, &[1, 10, 9, 2], 0, true)) > 0.998);
    assert!(cosine(&answers[0], &plain(&all, &[1, 11, 9, 2], 0, true)) > 0.998);
}

#[test]
fn a_folder_that_holds_another_model_says_which_file_and_what_is_wrong() {
    let said = |change: &dyn Fn(&Path)| {
        let folder = folder(&tensors(false), "bert", &pooling("pooling_mode_mean_tokens"));
        change(folder.path());
        Encoder::open(folder.path()).unwrap_err().to_string()
    };
    let config = |key: &str, value: serde_json::Value| {
        let key = key.to_owned();
        move |folder: &Path| {
            let path = folder.join("config.json");
            let mut json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            json[key.as_str()] = value.clone();
            fs::write(path, json.to_string()).unwrap();
        }
    };
    for (error, expected) in [
        (
            said(&config("model_type", "gpt2".into())),
            "`model_type` is `gpt2`",
        ),
        (
            said(&config("hidden_size", 48.into())),
            "config.json makes it [16, 48]",
        ),
        (
            said(&config("num_attention_heads", 5.into())),
            "`num_attention_heads` (5)",
        ),
        (said(&config("num_hidden_layers", 3.into())), "encoder.layer.2"),
        (
            said(&config("hidden_act", "tanh".into())),
            "`hidden_act` is `tanh`",
        ),
        (
            said(&|folder| fs::remove_file(folder.join("tokenizer.json")).unwrap()),
            "tokenizer.json",
        ),
        (
            said(&|folder| fs::write(folder.join("model.safetensors"), [1, 2, 3]).unwrap()),
            "too short",
        ),
        (
            said(&|folder| {
                let path = folder.join("model.safetensors");
                let bytes = fs::read(&path).unwrap();
                fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
            }),
            "not copied whole",
        ),
        (
            said(&|folder| {
                fs::write(
                    folder.join("1_Pooling/config.json"),
                    "{\"pooling_mode_max_tokens\": true}",
                )
                .unwrap();
            }),
            "pooling_mode_mean_tokens",
        ),
    ] {
        assert!(error.contains(expected), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_damaged_file_is_an_error_and_never_a_panic(at in 0usize..4000, byte in any::<u8>()) {
        let folder = folder(&tensors(false), "bert", &[]);
        let path = folder.path().join("model.safetensors");
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] = byte;
        fs::write(&path, bytes).unwrap();
        let _ = Encoder::open(folder.path());
    }
}

#[test]
fn a_model_of_numbers_that_are_none_or_all_the_same_is_refused() {
    for (part, number, expected) in [
        ("output.LayerNorm.bias", f32::NAN, "numbers that are none"),
        ("output.LayerNorm.weight", 0.0, "the same vector"),
    ] {
        let mut all = tensors(false);
        for layer in 0..LAYERS {
            let name = format!("encoder.layer.{layer}.{part}");
            all.get_mut(&name).unwrap().1.fill(number);
        }
        let error = Encoder::open(folder(&all, "bert", &[]).path())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}
