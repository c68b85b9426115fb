//! Reading a `tokenizer.json` that may hold anything: the library panics on some of what it can't use.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Deserialize;
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokenizers::Tokenizer;

/// The reason given for a tokenizer on which the library panics.
const UNUSABLE: &str = "the library that reads it fails on it";

#[derive(Deserialize)]
struct Shape {
    #[serde(default)]
    normalizer: Value,
}

/// Reads a tokenizer.
///
/// # Errors
/// The fault in it.
pub(crate) fn tokenizer(json: &[u8]) -> Result<Tokenizer, String> {
    guarded(json, |json| {
        Tokenizer::from_bytes(json).map_err(|error| error.to_string())
    })
}

/// Calls `read` on a `tokenizer.json` whose parts were looked at, and turns a panic into an error.
pub(crate) fn guarded<T>(json: &[u8], read: impl FnOnce(&[u8]) -> Result<T, String>) -> Result<T, String> {
    let shape: Shape = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    if !charsmaps_are_whole(&shape.normalizer) {
        return Err("its `precompiled_charsmap` is damaged".to_owned());
    }
    catch_unwind(AssertUnwindSafe(|| read(json))).unwrap_or_else(|_| Err(UNUSABLE.to_owned()))
}

/// True if every character map is as long as its header says: the library allocates that much memory at once.
fn charsmaps_are_whole(normalizer: &Value) -> bool {
    match normalizer {
        Value::Object(fields) => fields.iter().all(|(name, value)| match value {
            Value::String(map) if name == "precompiled_charsmap" => is_whole(map),
            value => charsmaps_are_whole(value),
        }),
        Value::Array(items) => items.iter().all(charsmaps_are_whole),
        _ => true,
    }
}

/// True if a character map is whole: four bytes of length, then a trie of that length, then text.
fn is_whole(map: &str) -> bool {
    let Ok(bytes) = STANDARD_NO_PAD.decode(map.trim_end_matches('=')) else {
        return false;
    };
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
        return bytes.is_empty();
    };
    let length = u32::from_le_bytes(*length) as usize;
    length <= rest.len()
        && length.is_multiple_of(4)
        && rest
            .get(length..)
            .is_some_and(|text| std::str::from_utf8(text).is_ok())
}
