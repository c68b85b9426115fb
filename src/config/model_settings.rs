//! The parts of groupdesk.yaml for a command that serves nobody: `semantic:` and `model:`.

use super::file_schema::StoreFile;
use super::model::{self, ModelFile};
use super::semantic::{SemanticFile, chosen};
use super::{Environment, JudgeSettings, StoreSettings};
use crate::yaml::Problem;
use groupdesk_model::Source;
use serde::Deserialize;
use std::path::Path;

/// Parts of groupdesk.yaml for a command that serves nobody.
#[derive(Debug)]
pub struct Tier {
    /// Source of vectors; `None` where the file names none, or `auto` found no model.
    pub source: Option<Source>,
    /// Model that `auto` found, in both languages.
    pub note: Option<String>,
    /// The judge, if any.
    pub judge: Option<JudgeSettings>,
    /// Store, where vectors may be kept.
    pub store: StoreSettings,
}

/// Part that is read for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    semantic: Option<SemanticFile>,
    model: Option<ModelFile>,
    store: StoreFile,
}

/// Reads `semantic` and `model` of a configuration and nothing else: neither accounts nor their secrets need be there. `None` matches
/// lexically, without a judge.
///
/// # Errors
/// Fails with every error in these parts, with positions.
pub fn load_tier(path: &Path, text: &str, environment: &Environment) -> Result<Option<Tier>, Vec<Problem>> {
    let mut document = super::load::parse(path, text)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut problems = document.expand(|value| environment.expand(folder, value));
    let parts = ["semantic", "model", "store"];
    problems.retain(|problem| parts.iter().any(|part| problem.path.starts_with(part)));
    let part: Option<Part> = document.read(&[], &mut problems);
    let tier = part.filter(|_| problems.is_empty()).and_then(|part| {
        if part.semantic.is_none() && part.model.is_none() {
            return None;
        }
        let semantic = part.semantic.as_ref();
        let chosen = semantic.map(|file| chosen(&document, file, folder, &mut problems));
        let chosen = chosen.unwrap_or_default();
        let model = part.model.as_ref();
        let model = model.map(|file| model::model(&document, file, &mut problems));
        let judge = model.and_then(|model| model.judge);
        let store = super::store::store(&document, &part.store, folder, &mut problems);
        Some(Tier {
            source: chosen.source,
            note: chosen.note,
            judge,
            store,
        })
    });
    if problems.is_empty() {
        Ok(tier)
    } else {
        Err(problems)
    }
}
