//! `semantic:` of groupdesk.yaml: the source of vectors, if any.

use super::duration::Span;
use crate::yaml::{Document, Problem, in_both};
use groupdesk_contract::Secret;
use groupdesk_model::{EndpointSettings, Source, catalog};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// Timeout for a message's vector unless `timeout` says otherwise.
const TIMEOUT: Duration = Duration::from_millis(800);

/// Longest timeout: with more, answers come too late in a group.
const TIMEOUT_MAX: Duration = Duration::from_secs(10);

/// Folder beside groupdesk.yaml for models.
pub const MODELS: &str = "models";

/// `semantic:`, whose model is named or looked for.
#[derive(Debug)]
pub(super) enum SemanticFile {
    /// Any model in [`MODELS`].
    Auto,
    /// The model that its keys name.
    Named(SemanticKeys),
}

/// Embedding model, which ranks by meaning on top of the built-in matching. Either `folder` or `endpoint`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SemanticKeys {
    /// Folder of a sentence encoder (BERT or XLM-RoBERTa, as sentence-transformers lays it out) or of a model2vec table,
    /// relative to this file. Nothing leaves this machine.
    folder: Option<String>,
    /// An OpenAI-compatible server. Members' questions are sent to it.
    endpoint: Option<EndpointFile>,
}

impl<'de> Deserialize<'de> for SemanticFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = SemanticFile;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("`auto`, or `folder` or `endpoint` below it")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<SemanticFile, E> {
                if text.trim().eq_ignore_ascii_case("auto") {
                    return Ok(SemanticFile::Auto);
                }
                // What was written is not repeated: it may be a key.
                Err(E::custom(in_both(
                    "this names no model; write `semantic: auto` to use what lies in the folder `models`, or `folder:` or `endpoint:` below it",
                    "这里没有写明模型；写 semantic: auto 会使用 models 文件夹里的模型，或在下面写 folder: 或 endpoint:",
                )))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<SemanticFile, A::Error> {
                SemanticKeys::deserialize(MapAccessDeserializer::new(map)).map(SemanticFile::Named)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for SemanticFile {
    fn schema_name() -> Cow<'static, str> {
        "Semantic".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let named = generator.subschema_for::<SemanticKeys>();
        json_schema!({
            "description": "A model that knows what words mean, on top of the built-in matching. Without this key, messages are matched by words alone.",
            "anyOf": [
                { "const": "auto", "description": "Uses the model that lies in the folder `models` beside this file, if there is one; `groupdesk model get` brings one." },
                named,
            ],
        })
    }
}

/// An OpenAI-compatible server for embeddings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EndpointFile {
    /// Address before `/embeddings`, such as https://api.openai.com/v1 or http://127.0.0.1:11434/v1.
    url: String,
    /// Name of the model there, such as text-embedding-3-small.
    model: String,
    /// Key, sent as `Authorization: Bearer ...`. Default: none.
    #[serde(default)]
    key: Option<Secret>,
    /// Timeout for a message's vector, after which it is matched by its words alone; at most 10s. Default: 800ms.
    #[serde(default)]
    timeout: Option<Span>,
}

/// Returns the path of the setting that a source was read from, for errors about it.
pub(super) fn path(source: &Source) -> &'static [&'static str] {
    match source {
        Source::Folder(_) => &["semantic", "folder"],
        Source::Endpoint(_) => &["semantic", "endpoint"],
    }
}

/// Source in service, if any.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) source: Option<Source>,
    /// Model that `auto` found, in both languages.
    pub(super) note: Option<String>,
}

/// Returns the source that the file names, or that `auto` finds.
pub(super) fn chosen(
    document: &Document,
    file: &SemanticFile,
    folder: &Path,
    problems: &mut Vec<Problem>,
) -> Chosen {
    match file {
        SemanticFile::Auto => found(&folder.join(MODELS)),
        SemanticFile::Named(named) => Chosen {
            source: source(document, named, folder, problems),
            note: None,
        },
    }
}

/// Returns the best of the models in a folder, with a note about it.
fn found(models: &Path) -> Chosen {
    let mut all = catalog::models_in(models).into_iter();
    let place = models.display();
    let Some(first) = all.next() else {
        return Chosen {
            source: None,
            note: Some(format!(
                "semantic: auto：{place} 里没有模型，只按文字匹配；`groupdesk model list` 列出可以下载的模型 / there is no model in \
                 {place}: messages are matched by their words alone; `groupdesk model list` shows what can be brought"
            )),
        };
    };
    let others: Vec<String> = all.map(|other| other.display().to_string()).collect();
    let used = first.display();
    let mut note = format!("semantic: auto：使用 {used}");
    if !others.is_empty() {
        note += &format!("（还有 {}，要用它就写在 folder 里）", others.join("、"));
    }
    note += &format!(" / uses {used}");
    if !others.is_empty() {
        note += &format!(
            " (there is also {}: name one with `folder` to use it)",
            others.join(", ")
        );
    }
    Chosen {
        source: Some(Source::Folder(first)),
        note: Some(note),
    }
}

/// Reads the source that the keys name.
fn source(
    document: &Document,
    file: &SemanticKeys,
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
            if timeout.is_zero() || timeout > TIMEOUT_MAX {
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
            let help = "add `folder` or `endpoint`, or write `semantic: auto`, or remove `semantic` to match by words alone; docs/semantic.md says more";
            let chinese = "semantic 下面要写 folder 或 endpoint，或写成 semantic: auto；不用模型就删掉 semantic（见 docs/zh/semantic.md）";
            wrong(&["semantic"], "neither `folder` nor `endpoint`", help, chinese);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment, Platforms, load, load_tier};
    use std::collections::HashMap;

    fn config(semantic: &str) -> Result<Config, Vec<Problem>> {
        let text = format!("accounts:\n  here: {{ platform: console }}\n{semantic}");
        let key = HashMap::from([("KEY".to_owned(), "sk-never-shown".to_owned())]);
        load(
            Path::new("conf/groupdesk.yaml"),
            &text,
            &Environment::given(key),
            &Platforms::default(),
        )
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
            (tier.source, tier.store.shown()),
            (Some(Source::Folder("conf/m".into())), "conf/my.db".into())
        );
        let problems = read("semantic: { endpoint: { url: u, model: m, key: '${KEY}' } }\n").unwrap_err();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].to_string().contains("KEY"), "{}", problems[0]);
    }

    #[test]
    fn auto_uses_the_best_model_beside_the_file_and_says_that_there_was_a_choice_or_that_there_is_none() {
        let here = tempfile::tempdir().unwrap();
        let file = here.path().join("groupdesk.yaml");
        let text = "accounts:\n  here: { platform: console }\nsemantic: auto\n";
        let none = Environment::given(HashMap::new());
        let read = || {
            let config = load(&file, text, &none, &Platforms::default()).unwrap();
            let tier = load_tier(&file, text, &none).unwrap().unwrap();
            assert_eq!(
                (&tier.source, &tier.note),
                (&config.semantic, &config.semantic_note)
            );
            (config.semantic, config.semantic_note.unwrap())
        };
        let (source, note) = read();
        assert_eq!(source, None);
        assert!(
            note.contains("words alone") && note.contains("只按文字匹配"),
            "{note}"
        );

        let models = here.path().join("models");
        let put = |name: &str| {
            std::fs::create_dir_all(models.join(name)).unwrap();
            for file in ["tokenizer.json", "model.safetensors"] {
                std::fs::write(models.join(name).join(file), "").unwrap();
            }
        };
        put("a-table");
        let (source, note) = read();
        assert_eq!(source, Some(Source::Folder(models.join("a-table"))));
        assert!(!note.contains("there is also"), "{note}");
        put("all-MiniLM-L6-v2");
        put("multilingual-e5-small.part");
        let (source, note) = read();
        assert_eq!(source, Some(Source::Folder(models.join("all-MiniLM-L6-v2"))));
        assert!(
            note.contains("there is also") && note.contains("a-table"),
            "{note}"
        );
        // What is wrong with it is told where `auto` stands.
        let config = load(&file, text, &none, &Platforms::default()).unwrap();
        let problem = config.semantic_problem("broken".to_owned());
        assert_eq!(
            (problem.line, problem.column, problem.path.as_str()),
            (3, 11, "semantic")
        );
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
            ("semantic: models/e5\n", 3, 11, "semantic: auto"),
            ("semantic: true\n", 3, 11, "auto"),
        ] {
            let problems = config(semantic).unwrap_err();
            let problem = &problems[0];
            assert_eq!((problem.line, problem.column), (line, column), "{problem}");
            assert!(problem.to_string().contains(words), "{problem}");
        }
    }
}
