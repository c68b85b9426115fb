//! From a configuration to a running program, and back to a clean end.

use super::accounts::{self, Built};
use super::alerts::{Alerts, Severity};
use super::calendar;
use super::deepen::Deepener;
use super::directory::Directory;
use super::drafts::Drafts;
use super::inbox::Inbox;
use super::knowledge::{self, Shared};
use super::memory::AccountMemory;
use super::outbox::{Outbox, OutboxSettings};
use crate::config::Config;
use crate::desk::Knowledge;
use crate::semantic::Semantic;
use crate::store::{Lease, PATIENCE, SqliteStore, Store, StoreError};
use crate::web;
use crate::yaml::Problem;
use crate::{faq, matcher};
use groupdesk_contract::{Clock, Memory};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How many events may wait between the adapters and the inbox; more, and the adapters stop reading their sockets.
const WAITING_EVENTS: usize = 4096;

/// How long what is in hand may take at the end.
const LAST_WORK: Duration = Duration::from_secs(10);

/// The alert that fires while the FAQ's file has errors.
const FAQ_ALERT: &str = "faq";

/// How long the last replies may take.
const LAST_REPLIES: Duration = Duration::from_secs(3);

/// Why the program could not start, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The FAQ or the configuration has errors; each is given with its position.
    #[error("{} error(s) in the files", .0.len())]
    Files(Vec<Problem>),
    /// The FAQ can't be read.
    #[error("{0}")]
    Faq(String),
    /// The store can't be opened or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The HTTP listener can't be opened.
    #[error(transparent)]
    Listen(#[from] web::ListenError),
    /// Something of the machine failed.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Serves until `shutdown` is cancelled, or until the last account has ended by itself (the console's `/quit`).
///
/// # Errors
/// What keeps the program from starting: errors in the files, a store that can't be opened, an address in use.
pub async fn run(config: Config, clock: Arc<dyn Clock>, shutdown: CancellationToken) -> Result<(), RunError> {
    // The dictionary takes longest, and needs nothing: it loads while the rest is opened.
    let warm = tokio::task::spawn_blocking(matcher::warm_up);
    let faq_path = config.faq.clone();
    let load = tokio::task::spawn_blocking(move || load_faq(faq_path));
    // Before anything else is opened: a second program would end the first one's connections.
    let lease = tokio::select! {
        lease = Lease::take(&config.store, PATIENCE) => lease?,
        () = shutdown.cancelled() => return Ok(()),
    };
    let semantic = config.semantic.clone().map(|source| {
        let clock = Arc::clone(&clock);
        tokio::task::spawn_blocking(move || Semantic::open(&source, clock))
    });
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&config.store).await?);
    let memory =
        |account: &str| -> Arc<dyn Memory> { Arc::new(AccountMemory::new(Arc::clone(&store), account)) };
    let built = accounts::build(&config, &clock, &memory).map_err(RunError::Files)?;
    let (knowledge, faq_name, faq_text) = load.await.map_err(std::io::Error::other)??;
    let semantic = match semantic {
        None => None,
        Some(opening) => {
            let opened = opening.await.map_err(std::io::Error::other)?;
            let opened = opened.map_err(|why| RunError::Files(vec![config.semantic_problem(why)]))?;
            Some(Arc::new(opened.keeping(Arc::clone(&store))))
        }
    };
    warm.await.map_err(std::io::Error::other)?;

    let knowledge = Arc::new(Shared::new(knowledge));
    let mut directory = Directory::new(&config);
    directory.set_adapters(built.iter().map(|account| Arc::clone(&account.adapter)));
    let directory = Arc::new(directory);
    let (delivered, inbox_delivered) = mpsc::unbounded_channel();
    let outbox = Outbox::new(
        Arc::clone(&store),
        Arc::clone(&clock),
        OutboxSettings::default(),
        delivered,
    );
    for account in &built {
        outbox.register(
            Arc::clone(&account.adapter),
            config.pace(account.adapter.account()),
        );
    }

    let (events, inbox_events) = mpsc::channel(WAITING_EVENTS);
    let (notices, inbox_notices) = mpsc::channel(16);
    let alerts = Alerts::new(Arc::clone(&clock), &directory, notices);
    outbox.watch_rooms(directory.staff_rooms(), Arc::clone(&alerts));
    outbox.restore().await?;
    let inbox = Inbox {
        store: Arc::clone(&store),
        clock: Arc::clone(&clock),
        knowledge: Arc::clone(&knowledge),
        directory: Arc::clone(&directory),
        outbox: Arc::clone(&outbox),
        semantic: semantic.clone(),
        alerts: Arc::clone(&alerts),
        drafts: Drafts {
            file: config.faq.clone(),
        },
    };
    // Two steps to an end: first nothing new is decided, then, when the last replies are out, the accounts disconnect.
    let (stop, disconnect) = (CancellationToken::new(), CancellationToken::new());
    let inbox = tokio::spawn(inbox.run(inbox_events, inbox_notices, inbox_delivered, stop.clone()));
    let mut deepener = Deepener::new(semantic.clone(), Arc::clone(&knowledge));
    deepener.begin(faq_name, faq_text.clone());
    let (reload, _deepener) = match config.faq.clone() {
        None => (None, Some(deepener)),
        Some(path) => {
            let edits = faq::watch(path.clone(), &faq_text);
            let shared = Arc::clone(&knowledge);
            let work = reload(path, edits, shared, deepener, Arc::clone(&alerts), stop.clone());
            (Some(tokio::spawn(work)), None)
        }
    };
    drop(faq_text);
    tokio::spawn(calendar::watch(
        Arc::clone(&knowledge),
        Arc::clone(&alerts),
        Arc::clone(&clock),
        memory("holidays"),
        stop.clone(),
    ));
    let web = serve_web(
        &config,
        &built,
        &outbox,
        &knowledge,
        semantic,
        &alerts,
        &disconnect,
    )
    .await?;
    let accounts = TaskTracker::new();
    for account in built {
        accounts.spawn(accounts::supervise(
            account.adapter,
            events.clone(),
            disconnect.clone(),
        ));
    }
    accounts.close();
    drop(events);
    tracing::info!(
        accounts = accounts.len(),
        entries = knowledge.get().faq.entries().len(),
        "ready"
    );

    tokio::select! {
        () = shutdown.cancelled() => {}
        () = accounts.wait() => {}
    }
    tracing::info!("stopping: finishing what is in hand");
    stop.cancel();
    let ended = match tokio::time::timeout(LAST_WORK, inbox).await {
        Ok(Ok(ended)) => ended.map_err(RunError::Store),
        Ok(Err(error)) => Err(RunError::Io(std::io::Error::other(error))),
        Err(_) => {
            tracing::warn!("the inbox did not end in time; what was not committed was not acknowledged");
            Ok(())
        }
    };
    drain(&outbox).await;
    outbox.shutdown(LAST_WORK / 2).await;
    disconnect.cancel();
    if tokio::time::timeout(LAST_WORK / 5, accounts.wait())
        .await
        .is_err()
    {
        tracing::debug!("an account did not disconnect in time");
    }
    for task in [reload, web].into_iter().flatten() {
        task.abort();
    }
    store.close().await;
    drop(lease);
    ended
}

/// Waits until every reply is out, but not for one that is held back by a pace or a lost connection.
async fn drain(outbox: &Outbox) {
    let until = tokio::time::Instant::now() + LAST_REPLIES;
    while outbox.counters().queued > 0 && tokio::time::Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn serve_web(
    config: &Config,
    built: &[Built],
    outbox: &Arc<Outbox>,
    knowledge: &Arc<Shared>,
    semantic: Option<Arc<Semantic>>,
    alerts: &Arc<Alerts>,
    shutdown: &CancellationToken,
) -> Result<Option<tokio::task::JoinHandle<()>>, RunError> {
    let routes: Vec<axum::Router> = built
        .iter()
        .filter_map(|account| account.routes.clone())
        .collect();
    let Some(address) = (!routes.is_empty() || config.listen_anyway()).then(|| config.listen()) else {
        return Ok(None);
    };
    let listener = web::bind(address).await?;
    tracing::info!(%address, "listening");
    let (outbox, knowledge, shutdown) = (Arc::clone(outbox), Arc::clone(knowledge), shutdown.clone());
    let alerts = Arc::clone(alerts);
    let health: web::Health = Arc::new(move || {
        let knowledge = knowledge.get();
        let semantic = match &semantic {
            None => "off",
            Some(semantic) if semantic.is_down() => "down",
            Some(_) if knowledge.dimensions.is_none() => "loading",
            Some(_) => "ready",
        };
        serde_json::json!({
            "status": match alerts.worst() {
                None | Some(Severity::Info) => "ok",
                Some(Severity::Warning) => "degraded",
                Some(Severity::Critical) => "failing",
            },
            "alerts": alerts.firing(),
            "entries": knowledge.faq.entries().len(),
            "outbox": outbox.counters(),
            "semantic": semantic,
        })
    });
    Ok(Some(tokio::spawn(web::serve(listener, routes, health, shutdown))))
}

/// The FAQ, and the name and text that it was read from.
fn load_faq(path: Option<PathBuf>) -> Result<(Knowledge, String, String), RunError> {
    let (file, text) = knowledge::read_faq(path.as_deref()).map_err(RunError::Faq)?;
    let (knowledge, warnings) = Knowledge::load(&file, &text, None).map_err(RunError::Files)?;
    for warning in warnings {
        tracing::warn!("{warning}");
    }
    Ok((knowledge, file, text))
}

/// Puts every good edit of the FAQ in service; tells the staff rooms of a bad one, and goes on with the last good one.
async fn reload(
    path: PathBuf,
    mut edits: mpsc::Receiver<Result<String, Problem>>,
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
        let Some(edit) = edit else { return };
        let file = path.display().to_string();
        let loaded = match edit {
            Err(problem) => Err(problem.in_both_languages()),
            Ok(text) => {
                let name = file.clone();
                let load = move || Knowledge::load(&name, &text, None).map(|loaded| (loaded, text));
                match tokio::task::spawn_blocking(load).await {
                    Ok(Ok(((knowledge, warnings), text))) => {
                        for warning in &warnings {
                            tracing::warn!("{warning}");
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
