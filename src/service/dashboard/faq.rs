//! The FAQ in the browser: checked as the command line checks it, previewed over what members asked, and written only over what
//! the editor was shown. And what the bot would say to a message, at any moment.

use super::{Dashboard, failed};
use crate::desk::{ChannelContext, Decision, Desk, Knowledge, Policy, Reason, TicketPolicy, rule_in_words};
use crate::faq::{self, difference, version_of};
use crate::language::Language;
use crate::preview::{alone, in_full, preview, trial_message};
use crate::service::asked::{LOGGED, of_files, of_members};
use crate::service::faq_file::{self, NotWritten};
use crate::service::knowledge::embedded_faq;
use crate::store::{FaqChange, FaqSource};
use crate::texts::ComposedTexts;
use crate::ticket::OpenTickets;
use crate::yaml::{Problem, Severity};
use groupdesk_contract::{ChannelKind, Place};
use groupdesk_dashboard::{
    BackendError, FaqPreview, FaqProblem, FaqText, FaqVersionRow, Result, Saved, Trial, Tried, User,
};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Lines around a change that a preview shows, at most.
const LINES: usize = 400;

/// Versions that the page lists.
const VERSIONS: u32 = 100;

/// Candidates that a trial names.
const CANDIDATES: usize = 5;

/// Runs what computes, or reads a file, where blocking is allowed.
pub(super) async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
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

/// Returns what a form sent in the line ends of the file: browsers send those of Windows whatever they were given.
fn in_line_ends_of(base: &[u8], text: &str) -> String {
    let plain = text.replace("\r\n", "\n");
    if base.windows(2).any(|two| two == b"\r\n") {
        plain.replace('\n', "\r\n")
    } else {
        plain
    }
}

impl Dashboard {
    fn faq_file(&self) -> Option<PathBuf> {
        self.parts.health.run.faq.clone()
    }

    pub(super) async fn faq_text(&self) -> Result<FaqText> {
        let Some(file) = self.faq_file() else {
            let (name, text) = embedded_faq();
            return Ok(FaqText {
                file: name.to_owned(),
                version: version_of(text.as_bytes()),
                text: text.to_owned(),
                can_be_written: false,
            });
        };
        let read = apart(move || {
            let bytes = faq_file::read(&file)?;
            let text = faq_file::text_of(&file, &bytes)?;
            Ok::<_, String>(FaqText {
                file: file.display().to_string(),
                version: version_of(&bytes),
                text,
                can_be_written: true,
            })
        });
        read.await?.map_err(BackendError)
    }

    pub(super) async fn faq_problems(&self, text: String) -> Result<Vec<FaqProblem>> {
        let name = self.faq_name();
        apart(move || match faq::load(&name, &text) {
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
        let before = self.faq_text().await?.text;
        let name = self.faq_name();
        let now = self.parts.clock.now();
        let mut asked = of_members(&*self.parts.store, &self.parts.routing, LOGGED)
            .await
            .map_err(failed)?;
        apart(move || {
            let text = text.replace("\r\n", "\n");
            let (new, problems) = loaded(&name, &text);
            let told = new.map(|new| {
                asked.extend(of_files(&old.faq, &new.faq, now));
                in_full(&preview(&*old, &new, &asked, now))
            });
            FaqPreview {
                lines: difference(&before.replace("\r\n", "\n"), &text, LINES, ComposedTexts::both()),
                problems,
                told,
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
        let written = apart(move || write(&file, &name, &given, &text)).await?;
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
        Ok(found
            .into_iter()
            .map(|version| FaqVersionRow {
                version: version.version,
                at: version.at,
                source: version.source.name().to_owned(),
                author: version.author,
                note: version.note,
            })
            .collect())
    }

    pub(super) async fn faq_version(&self, version: &str) -> Result<Option<String>> {
        let found = self.parts.store.faq_content(version).await.map_err(failed)?;
        Ok(found.map(|content| {
            String::from_utf8_lossy(&content)
                .trim_start_matches('\u{feff}')
                .to_owned()
        }))
    }

    /// Decides a message on its own, as from somebody who has said nothing before; neither a semantic model nor a judge is asked.
    pub(super) async fn try_out(&self, trial: Trial) -> Result<Tried> {
        let knowledge = self.parts.knowledge.get();
        let routing = Arc::clone(&self.parts.routing);
        let now = trial.at.unwrap_or_else(|| self.parts.clock.now());
        apart(move || {
            tried(
                &knowledge,
                &routing.channel(&Place::new("", "")).policy,
                &trial,
                now,
            )
        })
        .await
    }
}

type Contents = (Vec<u8>, Vec<u8>);

/// Writes the file, if it is still what the editor was shown and the new text has no error. Returns what was replaced, and by what.
fn write(file: &Path, name: &str, base: &str, text: &str) -> std::result::Result<Contents, Saved> {
    let there = faq_file::read(file).map_err(Saved::Failed)?;
    if version_of(&there) != base {
        return Err(Saved::Changed);
    }
    let text = in_line_ends_of(&there, text);
    let (_, problems) = loaded(name, &text);
    if problems.iter().any(|problem| problem.is_error) {
        return Err(Saved::Wrong(problems));
    }
    let after = faq_file::changed(file, &there, |_, _| Ok(text)).map_err(Saved::Failed)?;
    match faq_file::write(file, &there, &after, |_| true) {
        Ok(()) => Ok((there, after)),
        Err(NotWritten::Changed(_)) => Err(Saved::Changed),
        Err(NotWritten::Failed(why)) => Err(Saved::Failed(why)),
    }
}

fn tried(knowledge: &Knowledge, policy: &Policy, trial: &Trial, now: Timestamp) -> Tried {
    let place = Place::new("try", "try");
    let setting = ChannelContext {
        place: &place,
        policy,
        tell: &[],
        next_ticket: 1,
        tickets: &OpenTickets::default(),
        lifecycle: &TicketPolicy::default(),
        window: None,
        buttons: false,
        unsend: false,
    };
    let kind = if trial.direct {
        ChannelKind::Direct
    } else {
        ChannelKind::Group
    };
    let called = trial.called && !trial.direct;
    let message = trial_message((&place.channel, kind), "you", &trial.text, called, now);
    let desk = Desk::new(knowledge);
    let (turn, _) = alone(&desk, &setting, now, &message);
    let ranking = knowledge.matcher.rank(&trial.text);
    Tried {
        decision: turn.decided.decision.name().to_owned(),
        entry: match &turn.decided.decision {
            Decision::Answer { entry } => Some(entry.to_string()),
            _ => None,
        },
        reason: turn.decided.reason.to_string(),
        reason_in_chinese: in_chinese(&turn.decided.reason),
        said: turn
            .outgoing
            .iter()
            .map(|outgoing| outgoing.reply.text())
            .collect::<Vec<_>>()
            .join("\n\n"),
        candidates: ranking
            .candidates
            .iter()
            .take(CANDIDATES)
            .map(|candidate| (candidate.id.to_string(), candidate.confidence))
            .collect(),
    }
}

/// Says a reason in Chinese.
fn in_chinese(reason: &Reason) -> String {
    let facts = serde_json::to_value(reason).unwrap_or_default();
    let share = |key: &str| facts[key].as_f64().map(|share| share as f32);
    rule_in_words(
        ComposedTexts::built_in(Language::CHINESE),
        reason.rule(),
        (share("confidence"), share("needed")),
        facts["entry"].as_str(),
        facts["number"].as_u64(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_changes_no_line_ends() {
        assert_eq!(in_line_ends_of(b"a\nb\n", "a\r\nc\r\n"), "a\nc\n");
        assert_eq!(in_line_ends_of(b"a\r\nb\r\n", "a\r\nc\r\n"), "a\r\nc\r\n");
    }
}
