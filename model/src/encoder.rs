//! A sentence encoder in this process, from a folder in the layout of sentence-transformers: BERT, RoBERTa and XLM-RoBERTa,
//! in eight bits.
//!
//! ```text
//! texts -> tokens -> worker (a thread of its own, what comes together goes together) -> Transformer -> unit vectors
//! ```

mod linear;
mod load;
mod reader;
mod settings;
mod tensors;
mod transformer;
mod unigram;
mod vocabulary_pieces;
mod worker;

use crate::files;
use crate::folder::{FolderError, TOKENIZER_MAX_BYTES};
use crate::vector::unit;
use crate::{EmbedError, Embedder, Role};
use async_trait::async_trait;
use reader::Reader;
use settings::Settings;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use tensors::Tensors;
use transformer::Transformer;
use worker::Worker;

/// The most texts of one call: few enough that a message does not wait long behind them.
const BATCH_TEXTS_MAX: usize = 16;

/// The failure of the arithmetic: tensors of shapes that don't match.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct EncodeError(String);

/// A sentence encoder.
pub struct Encoder {
    name: String,
    width: usize,
    worker: Worker,
}

impl Encoder {
    /// True if the folder holds an encoder rather than a static table.
    pub fn is_in(folder: &Path) -> bool {
        settings::is_encoder(folder)
    }

    /// Reads and quantises the model, and starts its thread. Takes a second or two for a small one; not for a runtime's thread.
    ///
    /// # Errors
    /// The file that can't be used, why, and what to do.
    pub fn open(folder: &Path) -> Result<Self, FolderError> {
        let settings =
            Settings::read(folder).map_err(|(path, why)| FolderError::BrokenEncoder { path, why })?;
        let path = folder.join("tokenizer.json");
        let broken = |path: &Path, why: String| FolderError::BrokenEncoder {
            path: path.to_owned(),
            why,
        };
        let bytes =
            files::read(&path, TOKENIZER_MAX_BYTES).map_err(|error| broken(&path, error.to_string()))?;
        let reader = Reader::new(&bytes, settings.max_tokens).map_err(|why| broken(&path, why))?;
        drop(bytes);
        let path = folder.join("model.safetensors");
        let mut tensors = Tensors::open(&path).map_err(|why| broken(&path, why))?;
        // What stands in front of a text changes its vector too.
        let read = (
            &settings.query_prefix,
            &settings.passage_prefix,
            settings.max_tokens,
        );
        let print = tensors.fingerprint(read).map_err(|why| broken(&path, why))?;
        let transformer = load::transformer(&mut tensors, &settings).map_err(|why| broken(&path, why))?;
        let known = transformer.words.scales.len();
        if reader.size() > known {
            return Err(broken(
                &path,
                format!(
                    "it has {known} words, tokenizer.json {}: they are of different models",
                    reader.size()
                ),
            ));
        }
        try_out(&reader, &transformer, &settings).map_err(|why| broken(&path, why.to_owned()))?;
        let width = settings.width;
        let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
        let worker = Worker::start(reader, transformer, &settings)
            .map_err(|error| broken(&path, error.to_string()))?;
        Ok(Self {
            name: format!("encoder:{name}#{print:016x}"),
            width,
            worker,
        })
    }

    /// The count of numbers in a vector.
    pub fn dimensions(&self) -> usize {
        self.width
    }
}

/// Two texts that mean nothing alike in any language.
const UNLIKE: [&str; 2] = ["怎么申请退款 how do I get a refund", "7"];

/// Embeds two texts: what gives no numbers, or the same ones for all, is no model.
fn try_out(reader: &Reader, transformer: &Transformer, settings: &Settings) -> Result<(), &'static str> {
    let texts: Option<Vec<Vec<u32>>> = UNLIKE
        .iter()
        .map(|text| reader.tokens(&format!("{}{text}", settings.query_prefix)))
        .collect();
    let texts = texts.ok_or("tokenizer.json fails on a text")?;
    if texts.iter().any(Vec::is_empty) {
        return Err("tokenizer.json makes no tokens of a text");
    }
    let vectors = catch_unwind(AssertUnwindSafe(|| transformer.vectors(&texts)))
        .ok()
        .and_then(Result::ok)
        .ok_or("its parts don't fit each other")?;
    let vectors: Option<Vec<Vec<f32>>> = vectors.into_iter().map(unit).collect();
    match vectors.as_deref() {
        Some([a, b]) if a.iter().any(|n| *n != 0.0) => {
            let alike: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            if alike < 0.99999 {
                Ok(())
            } else {
                Err("it gives all texts the same vector")
            }
        }
        _ => Err("it holds numbers that are none"),
    }
}

#[async_trait]
impl Embedder for Encoder {
    fn model(&self) -> &str {
        &self.name
    }

    fn batch(&self) -> usize {
        BATCH_TEXTS_MAX
    }

    fn batch_of_messages(&self) -> usize {
        worker::URGENT_TEXTS_MAX
    }

    fn costly(&self) -> bool {
        true
    }

    async fn embed(&self, role: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        self.worker.vectors(role, texts).await
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder")
            .field("name", &self.name)
            .field("dimensions", &self.width)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
