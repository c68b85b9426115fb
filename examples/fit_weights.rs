//! Fits the matcher's built-in weights to files with members' messages, and prints them for the table in `matcher/src/features.rs`.
//!
//! ```text
//! cargo run --release --features fitting --example fit_weights -- [--model FOLDER [--store FILE]] FAQ QUERIES WEIGHT ...
//! ```
//!
//! Each FAQ comes with its messages (JSON lines, `q` and `ids` as in `groupdesk eval`; lines with `either` are left out) and
//! what they count for together. With `--model` the weights are those where meanings are known; `--store` keeps the
//! embeddings for the next fit. Fit to unlike files, in both
//! languages, and measure on others: what is fitted to says nothing of what comes.

use groupdesk::desk::Knowledge;
use groupdesk::matcher::EmbeddedTexts;
use groupdesk::matcher::fitting::{Fitting, Labelled};
use groupdesk::semantic::Semantic;
use groupdesk::store::SqliteStore;
use groupdesk_contract::SystemClock;
use groupdesk_model::Source;
use serde::Deserialize;
use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;

/// Messages of a file that are read.
const MESSAGES_MAX: usize = 3_000;
/// Belief in zero, in training examples.
const STRENGTH: f64 = 1.0;

#[derive(Deserialize)]
struct Line {
    q: String,
    #[serde(default)]
    ids: Vec<String>,
    #[serde(default)]
    either: serde_json::Value,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut semantic = None;
    if arguments.first().is_some_and(|first| first == "--model") {
        let folder = PathBuf::from(arguments.get(1).ok_or("--model needs a folder")?);
        semantic = Some(Semantic::open(&Source::Folder(folder), Arc::new(SystemClock))?);
        arguments.drain(..2);
    }
    if arguments.first().is_some_and(|first| first == "--store") {
        let store = PathBuf::from(arguments.get(1).ok_or("--store needs a file")?);
        let store = Arc::new(SqliteStore::open(&store).await?);
        semantic = semantic.map(|semantic| semantic.keeping(store));
        arguments.drain(..2);
    }
    let mut files: Vec<(&str, Fitting)> = Vec::new();
    for set in arguments.chunks(3) {
        let [faq, queries, weight] = set else {
            return Err("expected FAQ QUERIES WEIGHT, again and again".into());
        };
        let yaml = std::fs::read_to_string(faq)?;
        let lines: Vec<Line> = std::fs::read_to_string(queries)?
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()?;
        let known = |line: &Line| {
            matches!(
                line.either,
                serde_json::Value::Null | serde_json::Value::Bool(false)
            )
        };
        let step = lines.len().div_ceil(MESSAGES_MAX).max(1);
        let lines: Vec<&Line> = lines.iter().filter(|line| known(line)).step_by(step).collect();
        let load =
            |meanings| Knowledge::load_with(faq, &yaml, None, meanings).map_err(|found| format!("{found:?}"));
        let (mut knowledge, _) = load(None)?;
        let mut meanings = None;
        if let Some(semantic) = &semantic {
            let mut texts: EmbeddedTexts = knowledge.texts();
            texts.questions.extend(lines.iter().map(|line| line.q.clone()));
            let found = Arc::new(semantic.meanings(&texts).await?);
            (knowledge, _) = load(Some(Arc::clone(&found)))?;
            meanings = Some(found);
        }
        let entries = knowledge.faq.entries();
        let messages: Vec<Labelled> = lines
            .into_iter()
            .map(|line| Labelled {
                text: line.q.clone(),
                right: (0..entries.len())
                    .filter(|&entry| {
                        entries
                            .get(entry)
                            .is_some_and(|entry| line.ids.contains(&entry.id))
                    })
                    .collect(),
            })
            .collect();
        let mut fitting = Fitting::default();
        fitting.add(
            &knowledge.matcher,
            &messages,
            meanings.as_deref(),
            weight.parse()?,
        );
        files.push((faq, fitting));
    }
    for (at, (faq, fitting)) in files.iter().enumerate() {
        let others = files.iter().enumerate().filter(|(other, _)| *other != at);
        let (first, all) = fitting.first(semantic.is_some());
        let (held_out, _) = fitting.first_by_others(others.map(|(_, (_, fitting))| fitting), STRENGTH);
        eprintln!(
            "{faq}: of {all} first: {first} by the weights of today, {held_out} by those of the other files"
        );
    }
    let mut fitting = Fitting::default();
    files.into_iter().for_each(|(_, file)| fitting.append(file));
    for (features, weights) in ["EntryFeatures", "NoneFeatures"]
        .iter()
        .zip(fitting.weights(STRENGTH))
    {
        println!("{features}");
        for (name, weight) in weights {
            println!("    {name}: {weight:.2}");
        }
    }
    Ok(())
}
