//! Texts as tokens, by `tokenizer.json`.

use super::unigram::Unigram;
use crate::tokenizer::guarded;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokenizers::{
    DecoderWrapper, Model, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper, Tokenizer,
    TokenizerImpl, TruncationParams,
};

type With<M> = TokenizerImpl<M, NormalizerWrapper, PreTokenizerWrapper, PostProcessorWrapper, DecoderWrapper>;

/// A tokenizer, by its kind of vocabulary.
pub(super) enum Reader {
    Unigram(Box<With<Unigram>>),
    Other(Box<Tokenizer>),
}

#[derive(Deserialize)]
struct Shape {
    model: ModelShape,
}

#[derive(Deserialize)]
struct ModelShape {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    byte_fallback: bool,
    unk_id: Option<u32>,
}

impl Reader {
    /// Reads a `tokenizer.json`; texts are cut to `max_tokens`, the special ones among them.
    ///
    /// # Errors
    /// The part that the library can't read.
    pub(super) fn new(json: &[u8], max_tokens: usize) -> Result<Self, String> {
        guarded(json, |json| Self::read(json, max_tokens))
    }

    fn read(json: &[u8], max_tokens: usize) -> Result<Self, String> {
        let shape: Shape = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let model = shape.model;
        if model.kind == "Unigram" && !model.byte_fallback && model.unk_id.is_some() {
            Ok(Self::Unigram(Box::new(parse(json, max_tokens)?)))
        } else {
            let mut tokenizer = Tokenizer::from_bytes(json).map_err(|error| error.to_string())?;
            limit(&mut tokenizer, max_tokens)?;
            Ok(Self::Other(Box::new(tokenizer)))
        }
    }

    /// Returns the tokens of a text, with the special ones; `None` if the library fails on it.
    pub(super) fn tokens(&self, text: &str) -> Option<Vec<u32>> {
        // A panic here would end the thread for which all others wait.
        let encoding = catch_unwind(AssertUnwindSafe(|| match self {
            Self::Unigram(tokenizer) => tokenizer.encode_fast(text, true),
            Self::Other(tokenizer) => tokenizer.encode_fast(text, true),
        }));
        Some(encoding.ok()?.ok()?.get_ids().to_vec())
    }

    /// The count of tokens, the added ones among them.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Unigram(tokenizer) => tokenizer.get_vocab_size(true),
            Self::Other(tokenizer) => tokenizer.get_vocab_size(true),
        }
    }
}

fn parse<M: Model + DeserializeOwned>(json: &[u8], max_tokens: usize) -> Result<With<M>, String> {
    let mut tokenizer: With<M> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    limit(&mut tokenizer, max_tokens)?;
    Ok(tokenizer)
}

fn limit<M: Model>(tokenizer: &mut With<M>, max_tokens: usize) -> Result<(), String> {
    let truncation = TruncationParams {
        max_length: max_tokens,
        ..TruncationParams::default()
    };
    tokenizer
        .with_truncation(Some(truncation))
        .map_err(|error| error.to_string())?;
    tokenizer.with_padding(None);
    Ok(())
}
