//! What a FAQ that was edited by hand changes against the version in service.

use super::Checked;
use crate::cli::Failure;
use crate::cli::compare_versions::{Content, compare};
use crate::cli::language::{said, texts};
use crate::cli::tickets::{has_store, on_store};
use crate::preview::{Preview, in_full};
use serde::Serialize;
use std::path::Path;

/// The comparison of one file.
#[derive(Debug, Serialize)]
pub(super) struct Previewed {
    file: String,
    /// The version in service; `None` where none is known.
    version: Option<String>,
    /// What the file changes; `None` where it is that version.
    preview: Option<Preview>,
}

/// Compares every FAQ that was checked with the version in service.
pub(super) fn of(checked: &[Checked], config: Option<&Path>) -> Result<Vec<Previewed>, Failure> {
    let faqs = checked.iter().filter(|file| file.faq.is_some());
    let files: Vec<&Path> = faqs
        .map(|file| Path::new(&file.name))
        .filter(|path| path.exists())
        .collect();
    let in_service = in_service(config)?;
    files
        .into_iter()
        .map(|file| previewed(file, config, in_service.as_ref()))
        .collect()
}

/// Returns the newest version that the store keeps; `None` where nothing was in service yet.
fn in_service(config: Option<&Path>) -> Result<Option<Content>, Failure> {
    if !has_store(config)? {
        return Ok(None);
    }
    on_store(config, async |store| {
        let Some(newest) = store.faq_versions(1).await?.pop() else {
            return Ok(None);
        };
        let bytes = store.faq_content(&newest.version).await?;
        Ok(bytes.map(|bytes| Content {
            name: newest.version,
            bytes,
        }))
    })
}

fn previewed(file: &Path, config: Option<&Path>, in_service: Option<&Content>) -> Result<Previewed, Failure> {
    let new = Content::of_file(file)?;
    let preview = match in_service.filter(|old| old.bytes != new.bytes) {
        Some(old) => Some(compare(config, (old, &new), None)?),
        None => None,
    };
    Ok(Previewed {
        file: new.name,
        version: in_service.map(|old| old.name.clone()),
        preview,
    })
}

impl Previewed {
    /// Says what the file changes.
    pub(super) fn in_words(&self) -> String {
        let said = match (&self.version, &self.preview) {
            (None, _) => said!(
                "还不知道在用的版本（程序还没有运行过），没有可比的",
                "no version in service is known yet: nothing to compare with"
            ),
            (Some(version), None) => {
                said!("就是在用的版本 {version}", "is the version in service, {version}")
            }
            (Some(version), Some(preview)) => {
                let head = said!(
                    "与在用的版本 {version} 相比",
                    "compared with the version in service, {version}"
                );
                format!("{head}\n{}", in_full(preview, texts()))
            }
        };
        format!("{}: {said}", self.file)
    }
}
