//! Static embeddings from a local folder, in the layout of model2vec: a table with a vector for every token of
//! `tokenizer.json`. A text's vector is the mean of its tokens'; no network runs, so that it takes microseconds.
//!
//! What `config.json` says of `normalize` is about the vectors' length, which cosines don't see: ours have length 1.

mod table;

use crate::files;
use crate::tokenizer::tokenizer;
use crate::vector::unit;
use crate::{EmbedError, Embedder, Role};
use async_trait::async_trait;
use serde::Deserialize;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use table::Table;
use tokenizers::Tokenizer;

/// The most tokens that are looked up of a text, as in model2vec.
const TOKENS: usize = 512;

/// The largest `tokenizer.json`; that of XLM-RoBERTa has 17 MB.
pub(crate) const TOKENIZER_MAX_BYTES: u64 = 256 << 20;

/// The largest table.
const TABLE_MAX_BYTES: u64 = 4 << 30;

/// More texts than this are embedded beside the runtime's threads.
const INLINE_TEXTS_MAX: usize = 16;

/// The reason for which a folder is no model, with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The folder is not there.
    #[error("the model's folder {} is not there; `groupdesk model list` shows the models that can be brought, `groupdesk model get NAME` brings one", path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// A file can't be read.
    #[error("can't read {}: {why}; the folder must hold model.safetensors and tokenizer.json of a static table (model2vec), or config.json too of a sentence encoder; `groupdesk model get NAME` brings a model that is whole", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's error.
        why: std::io::Error,
    },
    /// A file of a sentence encoder can't be used.
    #[error("{}: {why}; the folder must hold config.json, tokenizer.json and model.safetensors of a BERT or XLM-RoBERTa sentence encoder, as sentence-transformers lays them out", path.display())]
    BrokenEncoder {
        /// The file.
        path: PathBuf,
        /// The fault in it.
        why: String,
    },
    /// A file holds something else.
    #[error("{}: {why}; copy the model's files anew, or remove the folder and bring the model again with `groupdesk model get NAME`", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// The fault in it.
        why: String,
    },
}

impl FolderError {
    /// Returns the error in Chinese.
    pub fn in_chinese(&self) -> String {
        let again = "请重新放好模型的文件，或删掉这个文件夹，用 groupdesk model get 名字 重新下载";
        match self {
            Self::Missing { path } => format!(
                "没有模型文件夹 {}；用 groupdesk model list 查看可以下载的模型，用 groupdesk model get 名字 下载",
                path.display()
            ),
            Self::Unreadable { path, why } => format!("读不到模型文件 {}（{why}）；{again}", path.display()),
            Self::BrokenEncoder { path, why } | Self::Broken { path, why } => {
                format!("模型文件 {} 用不了（{why}）；{again}", path.display())
            }
        }
    }
}

/// A static model.
#[derive(Clone)]
pub struct Folder {
    name: String,
    model: Arc<Model>,
}

struct Model {
    tokenizer: Tokenizer,
    /// The token for everything outside the vocabulary: it means nothing.
    unknown: Option<u32>,
    table: Table,
}

/// The part of `tokenizer.json` that the crate keeps to itself.
#[derive(Deserialize)]
struct Shape {
    model: ShapeOfModel,
}

#[derive(Deserialize)]
struct ShapeOfModel {
    unk_token: Option<String>,
    unk_id: Option<u32>,
}

impl Folder {
    /// Reads the model. Takes as long as reading its files, a second or two for the largest; not for a runtime's thread.
    ///
    /// # Errors
    /// The file that can't be used, why, and what to do.
    pub fn open(folder: &Path) -> Result<Self, FolderError> {
        if !folder.is_dir() {
            let path = folder.to_owned();
            return Err(FolderError::Missing { path });
        }
        let read = |name: &str, max: u64| {
            let path = folder.join(name);
            match files::read(&path, max) {
                Ok(bytes) => Ok((path, bytes)),
                Err(why) => Err(FolderError::Unreadable { path, why }),
            }
        };
        let (path, bytes) = read("tokenizer.json", TOKENIZER_MAX_BYTES)?;
        let broken = |why: String| FolderError::Broken {
            path: path.clone(),
            why,
        };
        let shape: Shape = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
        let mut tokenizer = tokenizer(&bytes).map_err(&broken)?;
        drop(bytes);
        tokenizer
            .with_truncation(None)
            .map_err(|error| broken(error.to_string()))?;
        tokenizer.with_padding(None);
        let named = shape.model.unk_token;
        let unknown = named
            .and_then(|token| tokenizer.token_to_id(&token))
            .or(shape.model.unk_id);
        let highest = tokenizer.get_vocab(true).into_values().max().unwrap_or_default();
        let (path, bytes) = read("model.safetensors", TABLE_MAX_BYTES)?;
        let table = Table::read(bytes, highest).map_err(|why| FolderError::Broken { path, why })?;
        let name = folder.file_name().unwrap_or(folder.as_os_str());
        Ok(Self {
            name: format!("folder:{}", name.to_string_lossy()),
            model: Arc::new(Model {
                tokenizer,
                unknown,
                table,
            }),
        })
    }

    /// The number of dimensions of a vector.
    pub fn dimensions(&self) -> usize {
        self.model.table.dimensions()
    }
}

impl Model {
    fn embed(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let nonsense = |why: String| EmbedError::Nonsense(format!("the model's {why}"));
        let encoding = self
            .tokenizer
            .encode_fast(text, false)
            .map_err(|_| nonsense("tokenizer fails on a text".to_owned()))?;
        let mut sum = vec![0.0f32; self.table.dimensions()];
        let tokens = encoding.get_ids().iter().filter(|id| Some(**id) != self.unknown);
        for token in tokens.take(TOKENS) {
            self.table.add(*token, &mut sum);
        }
        unit(sum).ok_or_else(|| nonsense("table holds numbers that are none".to_owned()))
    }
}

#[async_trait]
impl Embedder for Folder {
    fn model(&self) -> &str {
        &self.name
    }

    fn batch(&self) -> usize {
        1024
    }

    fn costly(&self) -> bool {
        false
    }

    async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        if texts.len() <= INLINE_TEXTS_MAX {
            return texts.iter().map(|text| self.model.embed(text)).collect();
        }
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let model = Arc::clone(&self.model);
        let work = move || texts.iter().map(|text| model.embed(text)).collect();
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| EmbedError::Unreachable("the program is ending".to_owned()))?
    }
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder")
            .field("name", &self.name)
            .field("dimensions", &self.dimensions())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
