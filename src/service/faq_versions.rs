//! Keeps every version of faq.yaml that comes into service. What an order wrote is kept by that order already, with its author: then
//! the newest version is the same, and nothing is added.

use super::faq_file;
use crate::faq::version_of;
use crate::store::{FaqChange, FaqSource, Store};
use groupdesk_contract::Clock;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Keeper of the versions.
#[derive(Clone)]
pub struct Versions {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Versions {
    /// Makes the keeper.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }

    /// Keeps a text that came into service from a file; `None` is the FAQ that is built in.
    pub async fn record_in_service(&self, file: Option<&Path>, text: &str) {
        match file {
            None => self.keep(text.as_bytes(), FaqSource::BuiltIn, "", "").await,
            Some(file) => {
                if let Some(content) = bytes_of(file.to_owned(), text.to_owned()).await {
                    self.keep(&content, FaqSource::File, "", "").await;
                }
            }
        }
    }

    /// Keeps a version. A store that fails costs the version, and nobody's answer.
    pub async fn keep(&self, content: &[u8], source: FaqSource, author: &str, note: &str) {
        let change = FaqChange {
            at: self.clock.now(),
            source,
            author: author.to_owned(),
            note: note.to_owned(),
        };
        if let Err(error) = self.store.keep_faq(&version_of(content), content, &change).await {
            tracing::warn!(%error, "this version of the FAQ is not kept");
        }
    }
}

impl fmt::Debug for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Versions").finish_non_exhaustive()
    }
}

/// Returns the bytes of a text that was read from a file: the text alone where the file has changed since.
async fn bytes_of(file: PathBuf, text: String) -> Option<Vec<u8>> {
    let read = move || match faq_file::read(&file) {
        Ok(bytes) if faq_file::text_of(&file, &bytes).is_ok_and(|read| read == text) => bytes,
        _ => text.into_bytes(),
    };
    tokio::task::spawn_blocking(read).await.ok()
}
