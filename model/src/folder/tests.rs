//! A small model made here: five words in the plane, so that every cosine is known.

use super::*;
use safetensors::Dtype;
use safetensors::tensor::{TensorView, serialize};
use std::fs;
use tempfile::TempDir;

const WORDS: [&str; 6] = ["[UNK]", "refund", "money", "back", "opening", "hours"];
/// `refund` and `money` mean the same; `opening` stands across to them.
const TABLE: [[f32; 2]; 6] = [
    [9.0, 9.0],
    [1.0, 0.0],
    [2.0, 0.0],
    [1.0, 1.0],
    [0.0, 3.0],
    [0.0, 1.0],
];

fn tokenizer() -> String {
    let vocabulary: serde_json::Map<String, serde_json::Value> = (0..)
        .zip(WORDS)
        .map(|(id, word)| (word.to_owned(), serde_json::json!(id)))
        .collect();
    serde_json::json!({
        "version": "1.0", "truncation": { "direction": "Right", "max_length": 1, "strategy": "LongestFirst", "stride": 0 },
        "padding": null, "added_tokens": [],
        "normalizer": { "type": "Lowercase" },
        "pre_tokenizer": { "type": "Whitespace" },
        "post_processor": null, "decoder": null,
        "model": { "type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]" },
    })
    .to_string()
}

fn f32s(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|x| x.to_le_bytes()).collect()
}

fn table() -> Vec<u8> {
    f32s(TABLE.as_flattened())
}

fn folder(tensors: &[(&str, Dtype, &[usize], &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, bytes)| (*name, TensorView::new(*dtype, shape.to_vec(), bytes).unwrap()));
    fs::write(
        folder.path().join("model.safetensors"),
        serialize(views, None).unwrap(),
    )
    .unwrap();
    fs::write(folder.path().join("tokenizer.json"), tokenizer()).unwrap();
    folder
}

fn open(tensors: &[(&str, Dtype, &[usize], &[u8])]) -> Folder {
    Folder::open(folder(tensors).path()).unwrap()
}

async fn cosine(model: &Folder, a: &str, b: &str) -> f32 {
    let vectors = model.embed(Role::Question, &[a, b]).await.unwrap();
    vectors[0].iter().zip(&vectors[1]).map(|(a, b)| a * b).sum()
}

fn near(a: f32, b: f32) {
    assert!((a - b).abs() < 1e-3, "{a} is not {b}");
}

#[tokio::test]
async fn texts_have_the_cosines_of_the_mean_of_their_tokens() {
    let model = open(&[("embeddings", Dtype::F32, &[6, 2], &table())]);
    assert_eq!(model.dimensions(), 2);
    near(cosine(&model, "Refund", "money").await, 1.0);
    near(cosine(&model, "refund", "opening hours").await, 0.0);
    // (2,0) + (1,1) = (3,1).
    near(cosine(&model, "money back", "refund").await, 3.0 / 10f32.sqrt());
    near(cosine(&model, "money zebra back", "money back").await, 1.0);
    let many = vec!["money back"; 100];
    let vectors = model.embed(Role::Question, &many).await.unwrap();
    assert_eq!(vectors.len(), 100);
    assert_eq!(
        vectors[99],
        model.embed(Role::Question, &["money back"]).await.unwrap()[0]
    );
    assert_eq!(
        model.embed(Role::Question, &["zebra", ""]).await.unwrap(),
        vec![vec![0.0, 0.0]; 2]
    );
}

#[tokio::test]
async fn half_precision_weights_and_shared_rows_are_read() {
    // 1.0 is 0x3c00, 2.0 is 0x4000, 3.0 is 0x4200, 9.0 is 0x4880.
    let halves: Vec<u8> = TABLE
        .as_flattened()
        .iter()
        .flat_map(|x| match *x as u8 {
            1 => [0x00, 0x3c],
            2 => [0x00, 0x40],
            3 => [0x00, 0x42],
            9 => [0x80, 0x48],
            _ => [0, 0],
        })
        .collect();
    let model = open(&[("embeddings", Dtype::F16, &[6, 2], &halves)]);
    near(cosine(&model, "money back", "refund").await, 3.0 / 10f32.sqrt());

    // `back` counts four times as much: (2,0) + 4 (1,1) = (6,4).
    let weights = f32s(&[1.0, 1.0, 1.0, 4.0, 1.0, 1.0]);
    let model = open(&[
        ("embeddings", Dtype::F32, &[6, 2], &table()),
        ("weights", Dtype::F32, &[6], &weights),
    ]);
    near(cosine(&model, "money back", "refund").await, 6.0 / 52f32.sqrt());

    let mapping: Vec<u8> = [0i64, 0, 0, 0, 1, 1]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let two = f32s(&[1.0, 0.0, 0.0, 1.0]);
    let model = open(&[
        ("embeddings", Dtype::F32, &[2, 2], &two),
        ("mapping", Dtype::I64, &[6], &mapping),
    ]);
    near(cosine(&model, "back", "money").await, 1.0);
    near(cosine(&model, "back", "hours").await, 0.0);
}

#[test]
fn a_folder_that_is_no_model_is_an_error_that_names_the_file_and_what_to_do() {
    let error = |folder: &Path| Folder::open(folder).unwrap_err().to_string();
    let whole = folder(&[("embeddings", Dtype::F32, &[6, 2], &table())]);
    let path = whole.path();
    let missing = error(&path.join("nowhere"));
    assert!(
        missing.contains("nowhere") && missing.contains("groupdesk model get"),
        "{missing}"
    );

    let bytes = fs::read(path.join("model.safetensors")).unwrap();
    fs::write(path.join("model.safetensors"), &bytes[..bytes.len() - 1]).unwrap();
    let cut = error(path);
    assert!(cut.contains("model.safetensors") && cut.contains("anew"), "{cut}");
    fs::write(path.join("model.safetensors"), b"<html>not found</html>").unwrap();
    assert!(error(path).contains("not a safetensors file"));
    fs::remove_file(path.join("model.safetensors")).unwrap();
    assert!(error(path).contains("model.safetensors"));
    fs::write(path.join("tokenizer.json"), "{}").unwrap();
    assert!(error(path).contains("tokenizer.json"));

    let short = folder(&[("embeddings", Dtype::F32, &[5, 2], &table()[..40])]);
    assert!(
        error(short.path()).contains("of different models"),
        "{}",
        error(short.path())
    );
    let flat = folder(&[("embeddings", Dtype::F32, &[12], &table())]);
    assert!(error(flat.path()).contains("rows and columns"));
    let other = folder(&[("vectors", Dtype::F32, &[6, 2], &table())]);
    assert!(error(other.path()).contains("`embeddings`"));
    let far: Vec<u8> = [0i32, 0, 0, 0, 1, 6]
        .iter()
        .flat_map(|x| x.to_le_bytes())
        .collect();
    let far = folder(&[
        ("embeddings", Dtype::F32, &[6, 2], &table()),
        ("mapping", Dtype::I32, &[6], &far),
    ]);
    assert!(error(far.path()).contains("mapping"));
}
