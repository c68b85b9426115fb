//! The settings that a sentence encoder's folder carries, in the files of transformers and sentence-transformers.

use crate::files;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The function between a layer's two halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    Gelu,
    ApproximateGelu,
    Relu,
}

/// Makes one vector of those of a text's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pooling {
    Mean,
    First,
}

/// All settings, checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub(super) width: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    pub(super) epsilon: f32,
    pub(super) activation: Activation,
    pub(super) pooling: Pooling,
    /// The first position that a text's token has: RoBERTa keeps those up to its padding free.
    pub(super) first_position: usize,
    /// The most tokens that are read of a text, special ones included.
    pub(super) max_tokens: usize,
    /// The prefix of questions, and of passages.
    pub(super) query_prefix: String,
    pub(super) passage_prefix: String,
}

/// `config.json`, as transformers writes it.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    model_type: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    #[serde(default = "default_epsilon")]
    layer_norm_eps: f32,
    #[serde(default = "default_activation")]
    hidden_act: String,
    max_position_embeddings: usize,
    #[serde(default)]
    pad_token_id: usize,
    #[serde(default = "default_positions")]
    position_embedding_type: String,
}

/// `modules.json` of sentence-transformers.
#[derive(Deserialize)]
struct Module {
    path: String,
    #[serde(rename = "type")]
    kind: String,
}

/// `config.json` of its pooling module.
#[derive(Deserialize)]
struct PoolingConfig {
    #[serde(default)]
    pooling_mode_cls_token: bool,
    #[serde(default)]
    pooling_mode_mean_tokens: bool,
    #[serde(default)]
    pooling_mode_max_tokens: bool,
    #[serde(default)]
    pooling_mode_mean_sqrt_len_tokens: bool,
    #[serde(default)]
    pooling_mode_weightedmean_tokens: bool,
    #[serde(default)]
    pooling_mode_lasttoken: bool,
}

/// `sentence_bert_config.json`.
#[derive(Deserialize, Default)]
struct Reading {
    max_seq_length: Option<usize>,
}

/// `config_sentence_transformers.json`.
#[derive(Deserialize, Default)]
struct Prompts {
    #[serde(default)]
    prompts: HashMap<String, String>,
}

fn default_epsilon() -> f32 {
    1e-12
}
fn default_activation() -> String {
    "gelu".to_owned()
}
fn default_positions() -> String {
    "absolute".to_owned()
}

/// The largest of these files.
const CONFIG_MAX_BYTES: u64 = 16 << 20;

/// A file of the folder, and why it can't be used.
pub(super) type Unusable = (PathBuf, String);

/// True if `config.json` of a folder describes an encoder with layers, valid or not; a static table has none.
pub(super) fn is_encoder(folder: &Path) -> bool {
    match read::<serde_json::Value>(&folder.join("config.json")) {
        Ok(Some(config)) => ["num_hidden_layers", "num_attention_heads", "hidden_size"]
            .iter()
            .any(|name| config.get(name).is_some()),
        _ => false,
    }
}

impl Settings {
    /// Reads the settings of a folder.
    ///
    /// # Errors
    /// The file that asks for what this encoder does not do, and what that is.
    pub(super) fn read(folder: &Path) -> Result<Self, Unusable> {
        let path = folder.join("config.json");
        let config: Config =
            read(&path)?.ok_or_else(|| (path.clone(), "there is no such file".to_owned()))?;
        let unusable = |why: String| (path.clone(), why);
        let roberta = match config.model_type.as_str() {
            "bert" => false,
            "xlm-roberta" | "roberta" | "camembert" => true,
            other => {
                return Err(unusable(format!(
                    "`model_type` is `{other}`; expected `bert`, `roberta` or `xlm-roberta`"
                )));
            }
        };
        if config.position_embedding_type != "absolute" {
            return Err(unusable(format!(
                "`position_embedding_type` is `{}`; expected `absolute`",
                config.position_embedding_type
            )));
        }
        let (width, heads) = (config.hidden_size, config.num_attention_heads);
        if width == 0 || heads == 0 || width % heads != 0 {
            return Err(unusable(format!(
                "`hidden_size` ({width}) must be a multiple of `num_attention_heads` ({heads})"
            )));
        }
        if config.num_hidden_layers == 0 {
            return Err(unusable(
                "`num_hidden_layers` is 0; expected 1 or more".to_owned(),
            ));
        }
        if !(0.0..1.0).contains(&config.layer_norm_eps) {
            return Err(unusable(format!(
                "`layer_norm_eps` is {}; expected something like 1e-12",
                config.layer_norm_eps
            )));
        }
        let activation = match config.hidden_act.as_str() {
            "gelu" => Activation::Gelu,
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Activation::ApproximateGelu,
            "relu" => Activation::Relu,
            other => {
                return Err(unusable(format!(
                    "`hidden_act` is `{other}`; expected `gelu` or `relu`"
                )));
            }
        };
        let first_position = if roberta { config.pad_token_id + 1 } else { 0 };
        let room = config.max_position_embeddings.saturating_sub(first_position);
        let reading: Reading = read(&folder.join("sentence_bert_config.json"))?.unwrap_or_default();
        let prompts: Prompts = read(&folder.join("config_sentence_transformers.json"))?.unwrap_or_default();
        let prompt = |names: &[&str]| {
            let found = names.iter().find_map(|name| prompts.prompts.get(*name));
            found.cloned().unwrap_or_default()
        };
        Ok(Self {
            width,
            layers: config.num_hidden_layers,
            heads,
            epsilon: config.layer_norm_eps,
            activation,
            pooling: pooling(folder)?,
            first_position,
            max_tokens: reading.max_seq_length.unwrap_or(room).min(room).max(2),
            query_prefix: prompt(&["query", "retrieval.query"]),
            passage_prefix: prompt(&["passage", "document", "retrieval.passage"]),
        })
    }
}

/// Reads the pooling of token vectors into one: the mean, unless the folder names another.
fn pooling(folder: &Path) -> Result<Pooling, Unusable> {
    let path = folder.join("modules.json");
    let Some(modules) = read::<Vec<Module>>(&path)? else {
        return Ok(Pooling::Mean);
    };
    let mut found = Pooling::Mean;
    for module in modules {
        match module.kind.rsplit('.').next().unwrap_or_default() {
            // Every vector is brought to length 1 whether the folder says so or not.
            "Transformer" | "Normalize" => {}
            "Pooling" => {
                let path = folder.join(&module.path).join("config.json");
                let config: PoolingConfig =
                    read(&path)?.ok_or_else(|| (path.clone(), "there is no such file".to_owned()))?;
                let other = config.pooling_mode_max_tokens
                    || config.pooling_mode_mean_sqrt_len_tokens
                    || config.pooling_mode_weightedmean_tokens
                    || config.pooling_mode_lasttoken;
                found = match (config.pooling_mode_cls_token, config.pooling_mode_mean_tokens) {
                    (true, false) if !other => Pooling::First,
                    (false, true) if !other => Pooling::Mean,
                    _ => {
                        let why = "expected `pooling_mode_mean_tokens` or `pooling_mode_cls_token` alone";
                        return Err((path, why.to_owned()));
                    }
                };
            }
            other => {
                return Err((
                    path,
                    format!("there is a module `{other}`; expected Transformer, Pooling and Normalize"),
                ));
            }
        }
    }
    Ok(found)
}

/// Reads a JSON file; `None` if there is none.
fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Unusable> {
    match files::read(path, CONFIG_MAX_BYTES) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| (path.to_owned(), error.to_string())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err((path.to_owned(), error.to_string())),
    }
}
