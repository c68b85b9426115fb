//! The source of the vectors: a local folder or a server.

use crate::Embedder;
use groupdesk_contract::Secret;
#[cfg(feature = "folder")]
use groupdesk_contract::in_both;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The longest wait of a message for a model in this process: it takes microseconds.
const LOCAL: Duration = Duration::from_secs(2);

/// The source of the vectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A static model in a local folder.
    Folder(PathBuf),
    /// An OpenAI-compatible server.
    Endpoint(EndpointSettings),
}

/// A server, and one of its models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSettings {
    /// The address before `/embeddings`, such as `https://api.openai.com/v1`.
    pub url: String,
    /// The model's name there.
    pub model: String,
    /// Sent as `Authorization: Bearer ...`.
    pub key: Option<Secret>,
    /// The longest wait of a message for its vector.
    pub timeout: Duration,
}

impl Source {
    /// Opens the model: reads the folder, which needs a thread of its own; sends nothing to a server yet.
    ///
    /// # Errors
    /// The obstacle and its remedy for the operator, in words that [`groupdesk_contract::divided`] takes apart.
    pub fn open(&self) -> Result<Arc<dyn Embedder>, String> {
        match self {
            #[cfg(feature = "folder")]
            Self::Folder(folder) if crate::Encoder::is_in(folder) => match crate::Encoder::open(folder) {
                Ok(model) => Ok(Arc::new(model)),
                Err(error) => Err(in_both(&error.to_string(), &error.in_chinese())),
            },
            #[cfg(feature = "folder")]
            Self::Folder(folder) => match crate::Folder::open(folder) {
                Ok(model) => Ok(Arc::new(model)),
                Err(error) => Err(in_both(&error.to_string(), &error.in_chinese())),
            },
            #[cfg(not(feature = "folder"))]
            Self::Folder(_) => Err(missing("semantic-folder")),
            #[cfg(feature = "endpoint")]
            Self::Endpoint(settings) => Ok(Arc::new(crate::Endpoint::new(settings)?)),
            #[cfg(not(feature = "endpoint"))]
            Self::Endpoint(_) => Err(missing("semantic-endpoint")),
        }
    }

    /// The longest wait of a message for its vector.
    pub fn timeout(&self) -> Duration {
        match self {
            Self::Folder(_) => LOCAL,
            Self::Endpoint(settings) => settings.timeout,
        }
    }
}

#[cfg(not(all(feature = "folder", feature = "endpoint")))]
fn missing(feature: &str) -> String {
    format!("this program was built without it: build it with `--features {feature}`")
}
