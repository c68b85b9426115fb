//! The FAQ in the browser: checked as the command line checks it, previewed over what members asked, and written only over what
//! the editor was shown.

use super::{Dashboard, failed};
use crate::desk::Knowledge;
use crate::exchange;
use crate::faq::{self, difference, in_line_ends_of, version_of};
use crate::preview::{in_full, preview};
use crate::service::faq_file::{self, NotWritten};
use crate::service::live_knowledge::embedded_faq;
use crate::service::preview_messages::{LOGGED, of_files, of_members};
use crate::store::{FaqChange, FaqSource, FaqVersion};
use crate::texts::ComposedTexts;
use crate::yaml::{FILE_BYTES_MAX, Problem, Severity, decode, read_bytes};
use groupdesk_dashboard::{
    BackendError, FaqChanged, FaqEdited, FaqPreview, FaqProblem, FaqText, FaqVersionRow, Result, Saved, User,
};
use std::path::{Path, PathBuf};

/// Lines around a change that a preview shows, at most.
const LINES: usize = 400;

/// Versions that the page lists.
const VERSIONS: u32 = 100;

/// Runs what computes, or reads a file, where blocking is allowed.
pub(super) async fn run_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| BackendError(error.to_string()))
}

fn shown(problem: &Problem) -> FaqProblem {
    let english = match &problem.help {
        Some(help) => format!("{}; {help}", problem.message),
        None => problem.message.clone(),
    };
    FaqProblem {
        line: problem.line,
        column: problem.column,
        chinese: problem.chinese.clone().unwrap_or_else(|| english.clone()),
        english,
        is_error: problem.severity == Severity::Error,
    }
}

/// Reads a FAQ whole, with all that is wrong with it.
fn loaded(name: &str, text: &str) -> (Option<Knowledge>, Vec<FaqProblem>) {
    match Knowledge::load(name, text, None) {
        Ok((knowledge, problems)) => (Some(knowledge), problems.iter().map(shown).collect()),
        Err(problems) => (None, problems.iter().map(shown).collect()),
    }
}

impl Dashboard {
    fn faq_file(&self) -> Option<PathBuf> {
        self.parts.health.run.faq.clone()
    }

    /// Returns the FAQ as its file has it. A file in another encoding is shown as it reads in that one, so that it can be saved as UTF-8
    /// here; in place of one that can't be read at all stands what is in service.
    pub(super) async fn faq_text(&self) -> Result<FaqText> {
        let Some(file) = self.faq_file() else {
            let (name, text) = embedded_faq();
            return Ok(FaqText {
                file: name.to_owned(),
                version: version_of(text.as_bytes()),
                text: text.to_owned(),
                can_be_written: false,
                unreadable: None,
            });
        };
        let name = file.display().to_string();
        let (version, read) = run_blocking(move || {
            let bytes = match read_bytes(&file, FILE_BYTES_MAX) {
                Ok(bytes) => bytes,
                Err(problem) => return (None, Err((None, problem))),
            };
            let name = file.display().to_string();
            let read = decode(&name, bytes.clone());
            let read = read.map_err(|problem| (exchange::text_of(&name, &bytes).ok(), problem));
            (Some(version_of(&bytes)), read)
        })
        .await?;
        let (text, unreadable) = match read {
            Ok(text) => (text, None),
            Err((Some(text), problem)) => (text, Some(shown(&problem))),
            Err((None, problem)) => (self.served_text().await?, Some(shown(&problem))),
        };
        Ok(FaqText {
            file: name,
            text,
            // Nothing is written over what nobody could compare it with.
            can_be_written: version.is_some(),
            version: version.unwrap_or_default(),
            unreadable,
        })
    }

    /// Returns the version that came into service last.
    async fn served_text(&self) -> Result<String> {
        let newest = self.parts.store.faq_versions(1).await.map_err(failed)?;
        Ok(match newest.first() {
            Some(newest) => self.faq_version(&newest.version).await?.unwrap_or_default(),
            None => String::new(),
        })
    }

    pub(super) async fn faq_problems(&self, text: String) -> Result<Vec<FaqProblem>> {
        let name = self.faq_name();
        run_blocking(move || match faq::load(&name, &text) {
            Ok(loaded) => loaded.warnings.iter().map(shown).collect(),
            Err(problems) => problems.iter().map(shown).collect(),
        })
        .await
    }

    pub(super) fn faq_name(&self) -> String {
        self.faq_file()
            .map_or_else(|| "faq.yaml".to_owned(), |file| file.display().to_string())
    }

    pub(super) async fn faq_preview(&self, text: String) -> Result<FaqPreview> {
        let old = self.parts.knowledge.get();
        let file = self.faq_text().await?;
        let before = match &file.unreadable {
            None => file.text,
            Some(_) => self.served_text().await?,
        };
        let name = self.faq_name();
        let now = self.parts.clock.now();
        let mut asked = of_members(&*self.parts.store, &self.parts.routing, LOGGED)
            .await
            .map_err(failed)?;
        run_blocking(move || {
            let text = text.replace("\r\n", "\n");
            let (new, problems) = loaded(&name, &text);
            let told = new.map(|new| {
                asked.extend(of_files(&old.faq, &new.faq, now));
                in_full(&preview(&*old, &new, &asked, now), ComposedTexts::both())
            });
            FaqPreview {
                lines: difference(&before.replace("\r\n", "\n"), &text, LINES, ComposedTexts::both()),
                problems,
                told,
                unreadable: file.unreadable,
            }
        })
        .await
    }

    pub(super) async fn save_faq(&self, user: &User, base: &str, text: &str, note: &str) -> Result<Saved> {
        let Some(file) = self.faq_file() else {
            return Ok(Saved::Failed(
                "there is no faq.yaml: the FAQ is the one built in".to_owned(),
            ));
        };
        let (name, text) = (self.faq_name(), text.to_owned());
        let given = base.to_owned();
        let back = match note.strip_prefix("= ") {
            Some(version) => self.parts.store.faq_content(version).await.map_err(failed)?,
            None => None,
        };
        let written = run_blocking(move || write((&file, &name), &given, &text, back)).await?;
        let (replaced, after) = match written {
            Ok(written) => written,
            Err(saved) => return Ok(saved),
        };
        let now = self.parts.clock.now();
        let old = FaqChange {
            at: now,
            source: FaqSource::File,
            author: String::new(),
            note: String::new(),
        };
        let new = FaqChange {
            at: now,
            source: if note.starts_with("= ") {
                FaqSource::Rollback
            } else {
                FaqSource::Dashboard
            },
            author: user.name.clone(),
            note: note.to_owned(),
        };
        let store = &self.parts.store;
        for (content, change) in [(&replaced, &old), (&after, &new)] {
            let kept = store.keep_faq(&version_of(content), content, change).await;
            kept.map_err(failed)?;
        }
        Ok(Saved::Done)
    }

    pub(super) async fn faq_versions(&self) -> Result<Vec<FaqVersionRow>> {
        let found = self.parts.store.faq_versions(VERSIONS).await.map_err(failed)?;
        Ok(found.into_iter().map(version_row).collect())
    }

    /// Returns the version that came last, and tells if there was one before it.
    pub(super) async fn faq_edited(&self) -> Result<Option<FaqEdited>> {
        let found = self.parts.store.faq_versions(2).await.map_err(failed)?;
        let has_before = found.len() > 1;
        Ok(found.into_iter().next().map(|last| FaqEdited {
            row: version_row(last),
            has_before,
        }))
    }

    /// Returns the lines that a version changed against the one before it.
    pub(super) async fn faq_changed(&self, version: &str) -> Result<Option<FaqChanged>> {
        let found = self.parts.store.faq_versions(VERSIONS).await.map_err(failed)?;
        let mut found = found.into_iter().skip_while(|one| one.version != version);
        let Some(row) = found.next() else {
            return Ok(None);
        };
        let before = found.next().map(|before| before.version);
        let after = self.faq_version(version).await?.unwrap_or_default();
        let text = match &before {
            Some(before) => self.faq_version(before).await?.unwrap_or_default(),
            None => String::new(),
        };
        let lines = run_blocking(move || {
            let plain = |text: &str| text.replace("\r\n", "\n");
            difference(&plain(&text), &plain(&after), LINES, ComposedTexts::both())
        });
        Ok(Some(FaqChanged {
            row: version_row(row),
            before,
            lines: lines.await?,
        }))
    }

    pub(super) async fn faq_version(&self, version: &str) -> Result<Option<String>> {
        let found = self.parts.store.faq_content(version).await.map_err(failed)?;
        let name = self.faq_name();
        // A file in another encoding is kept as it was when another one took its place.
        Ok(found.map(|content| {
            exchange::text_of(&name, &content)
                .unwrap_or_else(|_| String::from_utf8_lossy(&content).into_owned())
        }))
    }
}

fn version_row(version: FaqVersion) -> FaqVersionRow {
    FaqVersionRow {
        version: version.version,
        at: version.at,
        source: version.source.name().to_owned(),
        author: version.author,
        note: version.note,
    }
}

type Contents = (Vec<u8>, Vec<u8>);

/// Writes the file, if it is still what the editor was shown and the new text has no error. `back` is the version that is to come back.
/// Returns what was replaced, and by what.
fn write(
    (file, name): (&Path, &str),
    base: &str,
    text: &str,
    back: Option<Vec<u8>>,
) -> std::result::Result<Contents, Saved> {
    let there = faq_file::read(file).map_err(Saved::Failed)?;
    if version_of(&there) != base {
        return Err(Saved::Changed);
    }
    // Another version comes back byte for byte.
    let back = back.and_then(|bytes| {
        let back = decode(name, bytes.clone()).ok()?;
        (in_line_ends_of(&back, text) == back).then_some((bytes, back))
    });
    let (back, text) = match back {
        Some((bytes, text)) => (Some(bytes), text),
        None => (None, in_line_ends_of(&String::from_utf8_lossy(&there), text)),
    };
    let (_, problems) = loaded(name, &text);
    if problems.iter().any(|problem| problem.is_error) {
        return Err(Saved::Wrong(problems));
    }
    let after = back.unwrap_or_else(|| faq_file::replaced(&there, &text));
    match faq_file::write(file, &there, &after, |_| true) {
        Ok(()) => Ok((there, after)),
        Err(NotWritten::Changed(_)) => Err(Saved::Changed),
        Err(NotWritten::Failed(why)) => Err(Saved::Failed(why)),
    }
}
