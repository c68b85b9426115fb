//! `semantic:` of groupdesk.yaml: where the vectors come from, if from anywhere.

use super::Environment;
use super::file::{Span, StoreFile};
use crate::yaml::{Document, Problem};
use groupdesk_contract::Secret;
use groupdesk_embedding::{EndpointSettings, Source};
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a message waits for its vector unless `timeout` says otherwise.
const TIMEOUT: Duration = Duration::from_millis(800);

/// More than this, and answers come too late in a group.
const LONGEST: Duration = Duration::from_secs(10);

/// A model that knows what words mean, on top of the built-in matching. Without this key, messages are matched by words
/// alone. Either `folder` or `endpoint`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SemanticFile {
    /// The folder of a model2vec model (model.safetensors and tokenizer.json), relative to this file. Nothing leaves this
    /// machine.
    folder: Option<String>,
    /// An OpenAI-compatible server. Members' questions are sent to it.
    endpoint: Option<EndpointFile>,
}

/// An OpenAI-compatible server for embeddings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EndpointFile {
    /// The address before `/embeddings`, such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1.
    url: String,
    /// The model's name there, such as text-embedding-3-small.
    model: String,
    /// The key, sent as `Authorization: Bearer ...`. Default: none.
    #[serde(default)]
    key: Option<Secret>,
    /// How long a message waits for the server before it is matched by its words alone; at most 10s. Default: 800ms.
    #[serde(default)]
    timeout: Option<Span>,
}

/// The path of what a source was read from, for what is wrong with it.
pub(super) fn path(source: &Source) -> [&'static str; 2] {
    match source {
        Source::Folder(_) => ["semantic", "folder"],
        Source::Endpoint(_) => ["semantic", "endpoint"],
    }
}

/// The source that the file names.
pub(super) fn source(
    document: &Document,
    file: &SemanticFile,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> Option<Source> {
    let mut wrong = |path: &[&str], message: &str, help: &str, chinese: &str| {
        let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
        let mut problem = document.problem(&path, message.to_owned(), Some(help.to_owned()));
        problem.in_chinese(chinese);
        problems.push(problem);
    };
    match (&file.folder, &file.endpoint) {
        (Some(name), None) => Some(Source::Folder(folder.join(name))),
        (None, Some(endpoint)) => {
            let timeout = endpoint.timeout.map_or(TIMEOUT, |span| span.0.unsigned_abs());
            if timeout.is_zero() || timeout > LONGEST {
                wrong(
                    &["semantic", "endpoint", "timeout"],
                    "a wait that is none, or too long for a group",
                    "expected something from 1ms to 10s, such as 800ms",
                    "timeout 要在 1ms 到 10s 之间，例如 800ms",
                );
            }
            Some(Source::Endpoint(EndpointSettings {
                url: endpoint.url.clone(),
                model: endpoint.model.clone(),
                key: endpoint.key.clone(),
                timeout,
            }))
        }
        (Some(_), Some(_)) => {
            let help = "remove one of them: their vectors can't be compared";
            let chinese = "folder 和 endpoint 只能写一个；请删掉其中一个";
            wrong(&["semantic"], "both `folder` and `endpoint`", help, chinese);
            None
        }
        (None, None) => {
            let help = "add `folder` or `endpoint`, or remove `semantic` to match by words alone; docs/semantic.md says more";
            let chinese =
                "semantic 下面要写 folder 或 endpoint；不用模型就删掉 semantic（见 docs/semantic.md）";
            wrong(&["semantic"], "neither `folder` nor `endpoint`", help, chinese);
            None
        }
    }
}

/// What a command needs of groupdesk.yaml that serves nobody.
#[derive(Debug)]
pub struct Tier {
    /// Where vectors come from.
    pub source: Source,
    /// The store, where vectors may be kept.
    pub store: PathBuf,
}

/// The parts that are read for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    semantic: Option<SemanticFile>,
    store: StoreFile,
}

/// Reads `semantic` of a configuration and nothing else: neither accounts nor their secrets need be there. `None` is
/// matching by words alone.
///
/// # Errors
/// Everything that is wrong with these parts, with positions.
pub fn load_tier(path: &Path, text: &str, environment: &Environment) -> Result<Option<Tier>, Vec<Problem>> {
    let mut document = super::load::parse(path, text)?;
    let mut problems = document.expand(|value| environment.expand(value));
    problems.retain(|problem| problem.path.starts_with("semantic") || problem.path.starts_with("store"));
    let part: Option<Part> = document.read(&[], &mut problems);
    let folder = path.parent().unwrap_or(Path::new(""));
    let tier = part.filter(|_| problems.is_empty()).and_then(|part| {
        let source = source(&document, part.semantic.as_ref()?, folder, &mut problems)?;
        let store = folder.join(part.store.path.as_deref().unwrap_or(super::STORE));
        Some(Tier { source, store })
    });
    if problems.is_empty() {
        Ok(tier)
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, load};
    use std::collections::HashMap;

    fn config(semantic: &str) -> Result<Config, Vec<Problem>> {
        let text = format!("accounts:\n  here: {{ platform: console }}\n{semantic}");
        let key = HashMap::from([("KEY".to_owned(), "sk-never-shown".to_owned())]);
        load(Path::new("conf/groupdesk.yaml"), &text, &Environment::given(key))
    }

    #[test]
    fn without_the_key_there_is_no_semantic_tier() {
        assert_eq!(config("").unwrap().semantic, None);
    }

    #[test]
    fn a_folder_is_relative_to_the_file_and_an_endpoint_has_a_key_that_is_never_shown() {
        let folder = config("semantic: { folder: models/small }\n").unwrap();
        assert_eq!(folder.semantic, Some(Source::Folder("conf/models/small".into())));
        let endpoint = "semantic:\n  endpoint: { url: 'http://127.0.0.1/v1', model: m, key: '${KEY}' }\n";
        let endpoint = config(endpoint).unwrap();
        assert!(!format!("{endpoint:?}").contains("sk-never-shown"));
        let Some(Source::Endpoint(settings)) = endpoint.semantic else {
            panic!("no endpoint")
        };
        assert_eq!(settings.timeout, TIMEOUT);
        assert_eq!(settings.key, Some(Secret::new("sk-never-shown")));
    }

    #[test]
    fn a_command_needs_no_secret_but_the_model_s() {
        let text = "accounts: { qq: { token: '${QQ_TOKEN}' } }\nstore: { path: my.db }\n";
        let none = Environment::given(HashMap::new());
        let read = |semantic: &str| load_tier(Path::new("conf/g.yaml"), &format!("{text}{semantic}"), &none);
        assert!(read("").unwrap().is_none());
        let tier = read("semantic: { folder: m }\n").unwrap().unwrap();
        assert_eq!(
            (tier.source, tier.store),
            (Source::Folder("conf/m".into()), "conf/my.db".into())
        );
        let problems = read("semantic: { endpoint: { url: u, model: m, key: '${KEY}' } }\n").unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].to_string().contains("KEY"), "{}", problems[0]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        for (semantic, line, column, words) in [
            ("semantic: {}\n", 3, 11, "neither"),
            (
                "semantic: { folder: a, endpoint: { url: u, model: m } }\n",
                3,
                11,
                "both",
            ),
            ("semantic:\n  endpoint: { url: u }\n", 4, 13, "model"),
            (
                "semantic:\n  endpoint: { url: u, model: m, timeout: 11s }\n",
                4,
                42,
                "too long",
            ),
            (
                "semantic:\n  endpoint: { url: u, model: m, timeout: 0s }\n",
                4,
                42,
                "none",
            ),
            ("semantic:\n  floder: models\n", 4, 3, "floder"),
        ] {
            let problems = config(semantic).unwrap_err();
            let problem = &problems[0];
            assert_eq!((problem.line, problem.column), (line, column), "{problem}");
            assert!(problem.to_string().contains(words), "{problem}");
        }
    }
}
