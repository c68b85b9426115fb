//! Puts edits of the FAQ in service while the program runs.

use super::address_check;
use super::alerts::{Alerts, Severity};
use super::embedding_loader::EmbeddingLoader;
use super::faq_versions::Versions;
use super::live_knowledge::{self, LiveKnowledge};
use super::tag_check;
use crate::config::Tags;
use crate::desk::Knowledge;
use crate::faq::{self, CompanionFiles};
use crate::texts::ComposedTexts;
use crate::yaml::Problem;
use groupdesk_contract::Adapter;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

/// Name of the alert that fires while the FAQ's file has errors.
const FAQ_ALERT: &str = "faq";

/// Pause before a file is watched anew after its watch broke off.
const WATCH_PAUSE: Duration = Duration::from_secs(1);

/// Time for which an error must stand before it is reported soon after another: a file that is being written has another one
/// with every line, and whoever saves twice waits to hear of the new one.
const ERROR_SETTLE_TIME: Duration = Duration::from_secs(3);

/// Time after which an error is reported although the file goes on changing, and after which one is reported again that was
/// mended meanwhile.
const REPORT_INTERVAL: Duration = Duration::from_secs(60);

/// Reports of the file's errors to the staff rooms: each error once, when the file is at rest, and in the end the newest state.
struct Reports {
    alerts: Arc<Alerts>,
    /// Present error of the file, with the time since which it has that one.
    error: Option<(String, Instant)>,
    /// Last error that was reported, with the time.
    told: Option<(String, Instant)>,
}

impl Reports {
    fn new(alerts: Arc<Alerts>) -> Self {
        Self {
            alerts,
            error: None,
            told: None,
        }
    }

    /// Records that the file has an error: it is reported at once, or in its turn if it is still there.
    fn bad(&mut self, error: String) {
        // In health and in the log it is at once; that changes what was told before, and tells nothing.
        let is_new = self.error.as_ref().is_none_or(|(known, _)| *known != error);
        if is_new && self.alerts.is_firing(FAQ_ALERT) {
            tracing::warn!(alert = FAQ_ALERT, "{error}");
        }
        self.alerts
            .fire_quietly(FAQ_ALERT, Severity::Warning, error.clone());
        if is_new {
            self.error = Some((error, Instant::now()));
        }
        if self.due().is_some_and(|due| due <= Instant::now()) {
            self.tell();
        }
    }

    /// Records that the file is good; the rooms that got an error get that too.
    fn good(&mut self, text: &str) {
        self.error = None;
        self.alerts.resolve_with(FAQ_ALERT, text);
    }

    /// Returns the time at which the file's error is to be reported; `None` where it has none, or it was.
    fn due(&self) -> Option<Instant> {
        let (error, since) = self.error.as_ref()?;
        match &self.told {
            None => Some(Instant::now()),
            Some((told, _)) if told == error && self.alerts.is_told(FAQ_ALERT) => None,
            Some((_, at)) => Some((*since + ERROR_SETTLE_TIME).min(*at + REPORT_INTERVAL)),
        }
    }

    /// Reports the file's error.
    fn tell(&mut self) {
        let Some((error, _)) = &self.error else { return };
        self.told = Some((error.clone(), Instant::now()));
        self.alerts.announce(FAQ_ALERT);
    }

    /// Waits until something is to be reported; for ever where nothing is.
    async fn turn(&self) {
        match self.due() {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }
}

/// Puts every good edit of the FAQ in service; tells the staff rooms of a bad one, and goes on with the last good one.
/// `adapters` say which channels there can be, and `tags` which tags they carry; without a groupdesk.yaml nobody knows that.
pub(super) async fn reload(
    path: PathBuf,
    mut edits: mpsc::Receiver<Result<String, Box<Problem>>>,
    (adapters, known_tags): (Vec<Arc<dyn Adapter>>, Option<Tags>),
    (shared, versions): (Arc<LiveKnowledge>, Versions),
    mut deepener: EmbeddingLoader,
    alerts: Arc<Alerts>,
    shutdown: CancellationToken,
) {
    // What the staff rooms know already.
    let mut told: Vec<Problem> = Vec::new();
    let mut reports = Reports::new(Arc::clone(&alerts));
    let mut beside = CompanionFiles::of(shared.get().faq.companion_files()).await;
    loop {
        let edit = tokio::select! {
            edit = edits.recv() => edit,
            () = beside.changed() => {
                // As if it had not been read yet: its text is the same.
                edits = faq::watch(path.clone(), "");
                continue;
            }
            () = reports.turn() => {
                reports.tell();
                continue;
            }
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
                let load = move || {
                    let (knowledge, mut warnings) = Knowledge::load(&name, &text, None)?;
                    warnings.extend(faq::failing_tests(&knowledge.faq, &knowledge.matcher));
                    Ok::<_, Vec<Problem>>(((knowledge, warnings), text))
                };
                match tokio::task::spawn_blocking(load).await {
                    Ok(Ok(((knowledge, mut warnings), text))) => {
                        warnings.extend(address_check::audience(&knowledge.faq, &adapters));
                        let known_tags = known_tags.iter();
                        warnings
                            .extend(known_tags.flat_map(|known| tag_check::audience(&knowledge.faq, known)));
                        for warning in &warnings {
                            live_knowledge::log(warning);
                        }
                        Ok((knowledge, warnings, text))
                    }
                    Ok(Err(problems)) => {
                        beside.and_of_problems(&problems).await;
                        Err(live_knowledge::shown(&problems))
                    }
                    Err(error) => Err(format!("loading {file} failed: {error}")),
                }
            }
        };
        shared.reloads().count(loaded.is_ok());
        match loaded {
            Ok((knowledge, warnings, text)) => {
                tracing::info!(
                    file,
                    entries = knowledge.faq.entries().len(),
                    "the FAQ was reloaded"
                );
                reports.good(&format!("{file} {}", ComposedTexts::both().alert_faq_good()));
                let new: Vec<Problem> = warnings
                    .iter()
                    .filter(|warning| told.iter().all(|told| told.message != warning.message))
                    .cloned()
                    .collect();
                if !new.is_empty() {
                    let doubtful = ComposedTexts::both().alert_faq_doubtful();
                    alerts.tell(&format!("{file} {doubtful}:\n{}", live_knowledge::shown(&new)));
                }
                told = warnings;
                beside = CompanionFiles::of(knowledge.faq.companion_files()).await;
                shared.set(knowledge);
                versions.record_in_service(Some(&path), &text).await;
                deepener.begin(file, text);
            }
            // Every new mistake is told, not the first one alone.
            Err(error) => {
                let broken = ComposedTexts::both().alert_faq_broken();
                reports.bad(format!("{file} {broken}\n{error}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::alerts::tests::alerts;

    /// The log's lines.
    #[derive(Clone, Default)]
    struct Lines(Arc<parking_lot::Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    // On one thread, so that all that is logged comes here.
    #[tokio::test(start_paused = true)]
    async fn an_error_is_logged_once_however_often_it_is_saved_and_told() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::WARN)
            .with_writer(move || writer.clone())
            .finish();
        let _guard = tracing::subscriber::set_default(subscriber);
        let (alerts, mut heard, _clock) = alerts();
        let mut reports = Reports::new(Arc::clone(&alerts));
        for line in [1, 2] {
            reports.bad(format!("an error in line {line}"));
            reports.bad(format!("an error in line {line}"));
            if reports.due().is_some() {
                reports.turn().await;
                reports.tell();
            }
            let logged = String::from_utf8(lines.0.lock().clone()).unwrap();
            assert_eq!(logged.matches(&format!("in line {line}")).count(), 1, "{logged}");
            assert!(heard.try_recv().is_ok() && alerts.is_told(FAQ_ALERT));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn of_a_file_that_is_being_written_the_first_error_is_told_and_the_last_when_it_is_at_rest() {
        let (alerts, mut heard, _clock) = alerts();
        let mut told = || -> Vec<String> {
            let told = std::iter::from_fn(|| heard.try_recv().ok()).flatten();
            told.map(|told| told.reply.text()).collect()
        };
        let mut reports = Reports::new(Arc::clone(&alerts));
        let minute = async || tokio::time::sleep(REPORT_INTERVAL).await;
        for line in 1..20 {
            reports.bad(format!("an error in line {line}"));
            reports.bad(format!("an error in line {line}"));
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        assert_eq!(told(), ["[groupdesk] ⚠ an error in line 1"]);
        assert_eq!(alerts.firing()[0].message, "an error in line 19");
        let at_rest = Instant::now();
        reports.turn().await;
        reports.tell();
        assert_eq!(told(), ["[groupdesk] ⚠ an error in line 19"]);
        assert!(at_rest.elapsed() <= ERROR_SETTLE_TIME);
        // Whoever saves the next mistake hears of it, and of the same one no more.
        reports.bad("an error in line 20".to_owned());
        reports.turn().await;
        reports.tell();
        assert!(at_rest.elapsed() <= 2 * ERROR_SETTLE_TIME);
        assert_eq!(told(), ["[groupdesk] ⚠ an error in line 20"]);
        reports.bad("an error in line 20".to_owned());
        assert_eq!(reports.due(), None);
        // A file that never rests is told of as well.
        let told_at = Instant::now();
        while reports.due().is_none_or(|due| due > Instant::now()) {
            tokio::time::sleep(ERROR_SETTLE_TIME / 2).await;
            reports.bad(format!("an error {:?}", Instant::now()));
            if told().len() == 1 {
                break;
            }
        }
        assert!(
            told_at.elapsed() >= REPORT_INTERVAL && told_at.elapsed() < REPORT_INTERVAL + ERROR_SETTLE_TIME
        );
        reports.bad("an error in line 19".to_owned());
        reports.turn().await;
        reports.tell();
        assert_eq!(told(), ["[groupdesk] ⚠ an error in line 19"]);
        // The same once more is no news, however late.
        minute().await;
        reports.bad("an error in line 19".to_owned());
        assert_eq!((told().len(), reports.due()), (0, None));
        // Mended; broken and mended again within the minute, which nobody need hear of.
        reports.good("good again");
        assert_eq!(told(), ["[groupdesk] ✓ good again"]);
        reports.bad("a new error".to_owned());
        assert_eq!(told().len(), 1);
        reports.good("good again");
        assert_eq!(told().len(), 1);
        reports.bad("a new error".to_owned());
        reports.good("good again");
        assert_eq!((told().len(), reports.due()), (0, None));
        // The same error, after it was said that all is good, is told when its turn comes.
        reports.bad("a new error".to_owned());
        assert_eq!(told().len(), 0);
        reports.turn().await;
        reports.tell();
        assert_eq!(told().len(), 1);
    }
}
