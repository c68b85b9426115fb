//! Asks for drafts beside the inbox: after the commit, on a task of its own. What staff answered before is looked up here; what comes
//! back goes to the inbox, and the desk decides what becomes of it. Nobody waits for a draft.

use super::alerts::{Alerts, Severity};
use super::judge_requests::look_at_spending;
use super::live_knowledge::LiveKnowledge;
use crate::desk::{Desk, DraftInput, DraftResult, NoDraft};
use crate::drafter::Drafter;
use crate::store::{Result, Store, TicketFilter};
use crate::texts::ComposedTexts;
use crate::ticket::{HistoryLine, Ticket};
use groupdesk_contract::Clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Drafts under way at once; more are not asked for.
const CONCURRENT_DRAFTS_MAX: usize = 16;

/// Latest tickets among which earlier answers are looked for.
const LATEST: u32 = 300;

/// Name of the alert that fires while the model does not answer.
const DOWN_ALERT: &str = "drafts";

/// Interval at which the state of the model is looked at.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// The drafter with the drafts that are under way.
pub struct Drafting {
    drafter: Drafter,
    store: Arc<dyn Store>,
    knowledge: Arc<LiveKnowledge>,
    alerts: Arc<Alerts>,
    clock: Arc<dyn Clock>,
    free: Semaphore,
    /// Drafts asked for, and those that the model wrote.
    counts: (AtomicU64, AtomicU64),
    come: mpsc::UnboundedSender<DraftResult>,
    came: tokio::sync::Mutex<mpsc::UnboundedReceiver<DraftResult>>,
}

impl Drafting {
    /// Makes it of a drafter.
    pub fn new(
        drafter: Drafter,
        store: Arc<dyn Store>,
        knowledge: Arc<LiveKnowledge>,
        (alerts, clock): (Arc<Alerts>, Arc<dyn Clock>),
    ) -> Arc<Self> {
        let (come, came) = mpsc::unbounded_channel();
        Arc::new(Self {
            drafter,
            store,
            knowledge,
            alerts,
            clock,
            free: Semaphore::new(CONCURRENT_DRAFTS_MAX),
            counts: Default::default(),
            come,
            came: tokio::sync::Mutex::new(came),
        })
    }

    /// Asks for a draft on a task of its own; [`Drafting::came`] returns it, or why there is none.
    pub(super) fn ask(self: &Arc<Self>, brief: DraftInput) {
        let drafting = Arc::clone(self);
        tokio::spawn(async move {
            let drafted = drafting.draft(brief).await;
            drafting.look();
            // The inbox has ended.
            let _ = drafting.come.send(drafted);
        });
    }

    async fn draft(&self, brief: DraftInput) -> DraftResult {
        let Ok(_free) = self.free.try_acquire() else {
            return DraftResult {
                brief,
                said: Err(NoDraft::Busy),
            };
        };
        self.counts.0.fetch_add(1, Ordering::Relaxed);
        let brief = self.with_past_answers(brief).await;
        let said = self.drafter.draft(&brief).await;
        if said.is_ok() {
            self.counts.1.fetch_add(1, Ordering::Relaxed);
        }
        DraftResult { brief, said }
    }

    /// Fills in the question and its sources; without them where the tickets can't be read.
    async fn with_past_answers(&self, brief: DraftInput) -> DraftInput {
        match self.read(&brief).await {
            Ok(Some((ticket, history, latest))) => {
                let (knowledge, now) = (self.knowledge.get(), self.clock.now());
                let kept = brief.clone();
                let prepare =
                    move || Desk::new(&knowledge).with_sources(brief, &ticket, &history, &latest, now);
                tokio::task::spawn_blocking(prepare).await.unwrap_or(kept)
            }
            Ok(None) => brief,
            Err(error) => {
                tracing::warn!(%error, "can't read the tickets for a draft");
                brief
            }
        }
    }

    /// Reads the ticket, its history, and the latest tickets before it.
    async fn read(&self, brief: &DraftInput) -> Result<Option<(Ticket, Vec<HistoryLine>, Vec<Ticket>)>> {
        let number = brief.wanted.ticket;
        let Some(ticket) = self.store.ticket(number).await? else {
            return Ok(None);
        };
        let latest = TicketFilter {
            below: Some(number),
            limit: Some(LATEST),
            ..TicketFilter::default()
        };
        let latest = self.store.tickets(&latest).await?;
        Ok(Some((ticket, self.store.ticket_lines(number).await?, latest)))
    }

    /// Waits for a draft that has come.
    pub(super) async fn next_draft(&self) -> DraftResult {
        match self.came.lock().await.recv().await {
            Some(drafted) => drafted,
            // It has a sender itself.
            None => std::future::pending().await,
        }
    }

    /// Fires or resolves the alerts of the model.
    fn look(&self) {
        look_at_spending(self.drafter.spending(), &self.alerts);
        if self.drafter.is_down() {
            let message = ComposedTexts::both().alert_drafter_down();
            self.alerts.fire(DOWN_ALERT, Severity::Warning, message);
        } else {
            self.alerts.resolve(DOWN_ALERT);
        }
    }

    /// Renders the drafts for `/healthz`.
    pub(super) fn to_json(&self) -> Value {
        let meter = self.drafter.spending().meter();
        let state = if meter.is_used_up() {
            "used up"
        } else if self.drafter.is_down() {
            "down"
        } else {
            "ready"
        };
        json!({
            "state": state,
            "asked": self.counts.0.load(Ordering::Relaxed),
            "written": self.counts.1.load(Ordering::Relaxed),
            "today": super::judge_requests::today(meter),
        })
    }

    /// Returns the tokens since the start, by what they were spent on.
    pub(super) fn tokens(&self) -> BTreeMap<&'static str, u64> {
        self.drafter.spending().meter().tokens()
    }
}

impl fmt::Debug for Drafting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drafting")
            .field("drafter", &self.drafter)
            .finish_non_exhaustive()
    }
}

/// Looks after the alerts, until `stop`.
pub(super) async fn watch(drafting: Arc<Drafting>, stop: CancellationToken) {
    loop {
        drafting.look();
        tokio::select! {
            () = tokio::time::sleep(POLL_INTERVAL) => {}
            () = stop.cancelled() => return,
        }
    }
}
