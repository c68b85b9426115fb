//! Puts edits of the FAQ in service while the program runs.

use super::addresses;
use super::alerts::{Alerts, Severity};
use super::deepen::Deepener;
use super::knowledge::{self, Shared};
use crate::desk::Knowledge;
use crate::faq;
use crate::yaml::Problem;
use groupdesk_contract::Adapter;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// The alert that fires while the FAQ's file has errors.
const FAQ_ALERT: &str = "faq";

/// The pause before a file is watched anew whose watch broke off.
const WATCH_PAUSE: Duration = Duration::from_secs(1);

/// Puts every good edit of the FAQ in service; tells the staff rooms of a bad one, and goes on with the last good one.
/// `adapters` say which channels there can be.
pub(super) async fn reload(
    path: PathBuf,
    mut edits: mpsc::Receiver<Result<String, Box<Problem>>>,
    adapters: Vec<Arc<dyn Adapter>>,
    shared: Arc<Shared>,
    mut deepener: Deepener,
    alerts: Arc<Alerts>,
    shutdown: CancellationToken,
) {
    // What the staff rooms know already.
    let mut told: Vec<Problem> = Vec::new();
    loop {
        let edit = tokio::select! {
            edit = edits.recv() => edit,
            () = shutdown.cancelled() => return,
        };
        let Some(edit) = edit else {
            tracing::error!(file = %path.display(), "the file is not watched any more; watching it anew");
            tokio::time::sleep(WATCH_PAUSE).await;
            edits = faq::watch(path.clone(), "");
            continue;
        };
        let file = path.display().to_string();
        let loaded = match edit {
            Err(problem) => Err(problem.in_both_languages()),
            Ok(text) => {
                let name = file.clone();
                let load = move || Knowledge::load(&name, &text, None).map(|loaded| (loaded, text));
                match tokio::task::spawn_blocking(load).await {
                    Ok(Ok(((knowledge, mut warnings), text))) => {
                        warnings.extend(addresses::audience(&knowledge.faq, &adapters));
                        for warning in &warnings {
                            knowledge::log(warning);
                        }
                        Ok((knowledge, warnings, text))
                    }
                    Ok(Err(problems)) => Err(knowledge::shown(&problems)),
                    Err(error) => Err(format!("loading {file} failed: {error}")),
                }
            }
        };
        match loaded {
            Ok((knowledge, warnings, text)) => {
                tracing::info!(
                    file,
                    entries = knowledge.faq.entries().len(),
                    "the FAQ was reloaded"
                );
                alerts.resolve_with(
                    FAQ_ALERT,
                    &format!("{file} 已改好，新版本已生效 / is good again, the new version is in service"),
                );
                let new: Vec<Problem> = warnings
                    .iter()
                    .filter(|warning| told.iter().all(|told| told.message != warning.message))
                    .cloned()
                    .collect();
                if !new.is_empty() {
                    alerts.tell(&format!(
                        "{file} 已生效，但有几处可能不是您的意思 / is in service, and probably does not say what is meant:\n{}",
                        knowledge::shown(&new)
                    ));
                }
                told = warnings;
                shared.set(knowledge);
                deepener.begin(file, text);
            }
            Err(error) => {
                // Every new mistake is told, not the first one alone.
                alerts.resolve_quietly(FAQ_ALERT);
                alerts.fire(
                    FAQ_ALERT,
                    Severity::Warning,
                    format!(
                        "{file} 有错误，仍使用上一个正确的版本 / has errors, the last good version stays in service\n{error}"
                    ),
                );
            }
        }
    }
}
