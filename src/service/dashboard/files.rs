//! Files in and out of the dashboard: the FAQ in other formats, copies of the store, pictures of members.

use super::faq::run_blocking;
use super::{Dashboard, failed};
use crate::desk::BuiltIn;
use crate::exchange::{self, Destination, Format, Source, Target};
use crate::faq;
use crate::service::accounts::checked_picture;
use crate::store;
use groupdesk_contract::{clean_line, read_held_file};
use groupdesk_dashboard::{BackendError, FaqFormat, ImportFile, Imported, Picture, Result};
use std::fs::File;

/// Name of a pasted text in what is said of it.
const PASTED: &str = "paste";

impl Dashboard {
    pub(super) async fn faq_as(&self, format: FaqFormat) -> Result<std::result::Result<Vec<u8>, String>> {
        let text = self.faq_text().await?.text;
        let target = match format {
            FaqFormat::Yaml => return Ok(Ok(text.into_bytes())),
            FaqFormat::Csv => Target::Csv,
            FaqFormat::Pairs => Target::Pairs,
            FaqFormat::Excel => Target::Excel,
            FaqFormat::Markdown => Target::Markdown,
            FaqFormat::Json => Target::Json,
        };
        let name = self.faq_name();
        run_blocking(move || {
            let written = faq::written(&name, &text).map_err(|problems| {
                let first = problems.first().map(crate::yaml::Problem::in_both_languages);
                first.unwrap_or_default()
            })?;
            let exported = exchange::export(&written, target);
            exported
                .map(|exported| exported.bytes)
                .map_err(|refusal| refusal.to_string())
        })
        .await
    }

    pub(super) async fn faq_with_import(
        &self,
        files: Vec<ImportFile>,
    ) -> Result<std::result::Result<Imported, String>> {
        let text = self.faq_text().await?.text;
        let name = self.faq_name();
        run_blocking(move || {
            let mut format = None;
            let source = |file: ImportFile| match file.name {
                Some(name) => Source {
                    name: clean_line(&name).into_owned(),
                    bytes: file.bytes,
                },
                None => {
                    let pasted = String::from_utf8_lossy(&file.bytes).replace("\r\n", "\n");
                    format = Some(format_of(&pasted));
                    Source {
                        name: PASTED.to_owned(),
                        bytes: pasted.into_bytes(),
                    }
                }
            };
            let sources: Vec<Source> = files.into_iter().map(source).collect();
            let options = exchange::Options {
                format,
                language: None,
                file: name,
                into: Destination::Behind(text),
                meaning: |question| BuiltIn::of(question).map(BuiltIn::meaning),
            };
            let imported = exchange::import(&sources, &options).map_err(|refusal| refusal.to_string())?;
            let notes = imported.notes.iter().map(|note| {
                (
                    format!("{}: {}", note.place, note.chinese),
                    format!("{}: {}", note.place, note.english),
                )
            });
            Ok(Imported {
                entries: imported.entries,
                notes: notes.collect(),
                text: imported.yaml,
            })
        })
        .await
    }

    /// Copies the store beside it, opens the copy and takes its name away: no copy stays behind, however the download ends.
    pub(super) async fn back_up(&self) -> Result<File> {
        let path = &self.parts.health.run.store;
        let stamp = self.parts.clock.now().as_microsecond();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let copy = path.with_file_name(format!("{name}.download-{stamp}"));
        store::backup(path, &copy).await.map_err(failed)?;
        let opened = File::open(&copy);
        let removed = std::fs::remove_file(&copy);
        let opened = opened.map_err(|error| BackendError(error.to_string()))?;
        removed.map_err(|error| BackendError(format!("{}: {error}", copy.display())))?;
        Ok(opened)
    }

    pub(super) async fn picture(&self, url: &str) -> Result<std::result::Result<Picture, String>> {
        if let Some((account, file)) = read_held_file(url) {
            let fetched = self.parts.health.outbox.fetch(&account, file).await;
            return Ok(fetched.and_then(|file| {
                let kind = checked_picture(&file.bytes)?;
                Ok(Picture {
                    kind,
                    bytes: file.bytes,
                })
            }));
        }
        let found = self.pictures.get(url).await;
        Ok(found.map(|(kind, bytes)| Picture { kind, bytes }))
    }
}

/// Returns the format that a pasted text seems to have.
fn format_of(text: &str) -> Format {
    let begin = text.trim_start_matches(['\u{feff}', ' ', '\n', '\t']);
    if begin.starts_with(['{', '[']) {
        Format::Json
    } else if begin.starts_with('<') {
        Format::Html
    } else if begin.starts_with(['#', '*']) {
        Format::Markdown
    } else {
        Format::Csv
    }
}
