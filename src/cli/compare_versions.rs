//! Two versions of the FAQ for a command: named by files or as the store keeps them, and compared over what was asked.

use super::language::{half, said};
use super::tickets::{has_store, on_store};
use super::{Failure, clock, configuration, problem_report};
use crate::desk::{Knowledge, Policy};
use crate::matcher::Judged;
use crate::preview::{Origin, Preview, PreviewMessage, Version, preview};
use crate::service::{Routing, faq_file, learnt, preview_messages, to_learn};
use crate::store::FaqVersion;
use groupdesk_contract::{ChannelKind, Place};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Least number of digits by which a version is named.
const DIGITS_LEAST: usize = 4;

/// Name of the newest version.
const LATEST: &str = "latest";

/// A version of the FAQ with its content.
pub(super) struct Content {
    /// Path of the file, or name of the version.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Content {
    /// Reads the file named, or the version of this name that the store keeps.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is neither.
    pub(super) fn named(config: Option<&Path>, name: &str) -> Result<Self, Failure> {
        let path = Path::new(name);
        if path.exists() {
            return Self::of_file(path);
        }
        Self::kept(config, name)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it can't be read.
    pub(super) fn of_file(path: &Path) -> Result<Self, Failure> {
        Ok(Self {
            name: path.display().to_string(),
            bytes: faq_file::read(path).map_err(|why| Failure::Usage(half(&why).to_owned()))?,
        })
    }

    /// Returns the version that the store keeps under a name: its first digits, or `latest`.
    ///
    /// # Errors
    /// [`Failure::Usage`] if there is none, or several.
    pub(super) fn kept(config: Option<&Path>, name: &str) -> Result<Self, Failure> {
        let found = on_store(config, async |store| {
            let versions = store.faq_versions(u32::MAX).await?;
            Ok(match meant(&versions, name) {
                Ok(version) => {
                    let bytes = store.faq_content(&version).await?;
                    Ok((version, bytes.unwrap_or_default()))
                }
                Err(failure) => Err(failure),
            })
        })?;
        let (name, bytes) = found?;
        Ok(Self { name, bytes })
    }

    /// Returns its text, without a byte-order mark.
    ///
    /// # Errors
    /// [`Failure::Usage`] if it is no text.
    pub(super) fn text(&self) -> Result<String, Failure> {
        faq_file::text_of(Path::new(&self.name), &self.bytes)
            .map_err(|why| Failure::Usage(half(&why).to_owned()))
    }

    /// Builds the desk's knowledge of it.
    ///
    /// # Errors
    /// [`Failure::Found`] after printing its errors.
    pub(super) fn knowledge(&self) -> Result<Knowledge, Failure> {
        let text = self.text()?;
        match Knowledge::load(&self.name, &text, None) {
            Ok((knowledge, _)) => Ok(knowledge),
            Err(problems) => {
                problem_report::problems(&problems, &text);
                Err(Failure::Found)
            }
        }
    }
}

/// Returns the one version whose name begins so.
fn meant(versions: &[FaqVersion], name: &str) -> Result<String, Failure> {
    let names: BTreeSet<&str> = match name {
        LATEST => versions
            .first()
            .map(|version| version.version.as_str())
            .into_iter()
            .collect(),
        name if name.len() < DIGITS_LEAST => BTreeSet::new(),
        name => {
            let name = name.to_ascii_lowercase();
            let names = versions.iter().map(|version| version.version.as_str());
            names.filter(|version| version.starts_with(&name)).collect()
        }
    };
    let mut found = names.iter();
    match (found.next(), found.next()) {
        (Some(version), None) => Ok((*version).to_owned()),
        (None, _) => Err(Failure::Usage(said!(
            "没有文件「{name}」，也没有这个版本；`groupdesk faq log` 列出所有版本，写它的前几位（至少 {DIGITS_LEAST} 位）或 {LATEST}",
            "there is neither a file nor a version `{name}`; `groupdesk faq log` lists the versions: write the first digits of one (at least {DIGITS_LEAST}), or {LATEST}"
        ))),
        (Some(_), Some(_)) => Err(Failure::Usage(said!(
            "「{name}」开头的版本不止一个，请多写几位",
            "several versions begin with `{name}`: write more digits"
        ))),
    }
}

/// Compares two versions over the messages in a file, else over those that the store knows, and over the questions of the entries
/// that differ.
///
/// # Errors
/// [`Failure::Usage`] if something can't be read; [`Failure::Found`] after printing errors of a version.
pub(super) fn compare(
    config: Option<&Path>,
    (old, new): (&Content, &Content),
    questions: Option<&Path>,
) -> Result<Preview, Failure> {
    let now = clock::of_process()?.now();
    let (old, new) = (old.knowledge()?, new.knowledge()?);
    let mut messages = match questions {
        Some(file) => of_file(file)?,
        None => of_store(config)?,
    };
    messages.extend(preview_messages::of_files(&old.faq, &new.faq, now));
    // A running program learns from the labels for the file that it serves.
    let training = training_examples(config)?;
    let tunings = [&old, &new].map(|knowledge| learnt(knowledge, &training));
    let version = |knowledge, tuning: usize| Version {
        knowledge,
        tuning: tunings[tuning].as_ref(),
    };
    Ok(preview(version(&old, 0), version(&new, 1), &messages, now))
}

/// Returns the labels of the store of the configuration; none where there is no store.
fn training_examples(config: Option<&Path>) -> Result<Vec<Judged>, Failure> {
    if !has_store(config)? {
        return Ok(Vec::new());
    }
    on_store(config, async |store| to_learn(store).await)
}

/// Returns the messages that the store of the configuration knows; none where there is no store.
fn of_store(config: Option<&Path>) -> Result<Vec<PreviewMessage>, Failure> {
    if !has_store(config)? {
        return Ok(Vec::new());
    }
    let routing = Routing::new(&configuration::without_secrets(config)?);
    on_store(config, async |store| {
        preview_messages::of_members(store, &routing, preview_messages::LOGGED).await
    })
}

/// A line of a file of questions.
#[derive(Debug, Deserialize)]
struct Line {
    q: String,
    #[serde(default)]
    called: bool,
    #[serde(default)]
    direct: bool,
}

/// Reads questions in JSON lines.
fn of_file(path: &Path) -> Result<Vec<PreviewMessage>, Failure> {
    let text = problem_report::text_of(path)?;
    let (place, policy) = (Place::new("questions", "group"), Arc::new(Policy::default()));
    let mut asked = Vec::new();
    for (number, line) in text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
    {
        let line: Line = serde_json::from_str(line).map_err(|error| {
            let (path, number) = (path.display(), number + 1);
            Failure::Usage(said!(
                "{path}:{number}: 应为 {{\"q\": \"...\", \"called\": true}}：{error}",
                "{path}:{number}: expected {{\"q\": \"...\", \"called\": true}}: {error}"
            ))
        })?;
        asked.push(PreviewMessage {
            text: line.q,
            called: line.called || line.direct,
            kind: if line.direct {
                ChannelKind::Direct
            } else {
                ChannelKind::Group
            },
            place: place.clone(),
            policy: Arc::clone(&policy),
            origin: Origin::Member,
        });
    }
    Ok(asked)
}
