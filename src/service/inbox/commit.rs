//! The commit that is under way while the next batch is decided. One at a time, in order: a later batch builds on the
//! decisions of the one before it.

use super::batch_work::Work;
use super::{Inbox, STORE_ALERT};
use crate::desk::{DraftInput, JudgeQuestion};
use crate::service::alerts::Severity;
use crate::service::faq_orders::EditOrder;
use crate::service::outbox::Queued;
use crate::store::{Batch, DeduplicationKey, SeenMessages, StoreError};
use crate::texts::ComposedTexts;
use futures_util::FutureExt;
use groupdesk_contract::Place;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::Span;

/// Backoff of a failed commit, the first and the longest pause: when the fault ends, members are answered within seconds.
const RETRY_BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// Time for which a commit is still retried when the program is to stop.
const LAST_TRIES: Duration = Duration::from_secs(5);

/// Questions to the models, and edits of the FAQ, which are begun when a batch is committed.
#[derive(Debug, Default)]
pub(super) struct DeferredWork {
    /// Questions to the judge, with the channels that wait for its voice.
    pub(super) inquiries: Vec<(Place, JudgeQuestion)>,
    /// Drafts to ask for.
    pub(super) briefs: Vec<DraftInput>,
    /// Edits of the FAQ to begin.
    pub(super) edits: Vec<EditOrder>,
}

/// Reason for which a batch was not committed.
#[derive(Debug)]
pub(super) enum CommitFailure {
    /// The store can't be read, or nothing will ever be written again.
    Store(StoreError),
    /// The store works, and refused the data of this work, or the program failed over it; nothing of it is committed.
    Rejected {
        /// The work.
        work: Work,
        /// Reason, for people who look at it.
        why: String,
    },
}

impl From<StoreError> for CommitFailure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// At most one commit under way.
#[derive(Debug, Default)]
pub(super) struct Commits {
    /// Messages of the commit under way, which the store does not know yet.
    keys: SeenMessages,
    under_way: Option<JoinHandle<Result<(), CommitFailure>>>,
    /// Error of the last commit, for the next caller of [`Commits::finish`].
    failed: Option<CommitFailure>,
}

impl Commits {
    /// `true` if a message is being committed.
    pub(super) fn has(&self, key: &DeduplicationKey) -> bool {
        self.keys.has(key)
    }

    /// Waits for the commit that is under way, if any.
    ///
    /// # Errors
    /// Fails with its [`CommitFailure`].
    pub(super) async fn finish(&mut self) -> Result<(), CommitFailure> {
        self.wait().await;
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Waits until a commit has failed; for ever where none does. [`Commits::finish`] returns the error.
    pub(super) async fn failure(&mut self) {
        self.wait().await;
        if self.failed.is_none() {
            std::future::pending::<()>().await;
        }
    }

    /// Waits for the commit. Cancel-safe: a later call waits for the same one.
    async fn wait(&mut self) {
        let Some(task) = &mut self.under_way else { return };
        let done = task.await;
        self.under_way = None;
        self.keys.clear();
        self.failed = match done {
            Ok(done) => done.err(),
            // Only the runtime's end cancels it.
            Err(_) => Some(CommitFailure::Store(StoreError::Closed)),
        };
    }

    /// Starts the commit of a batch; the one before it must be done.
    /// The models are asked, and edits begun, when it is done.
    pub(super) fn start(
        &mut self,
        inbox: &Inbox,
        stop: &CancellationToken,
        work: Work,
        (batch, asked): (Batch, DeferredWork),
    ) {
        for message in &batch.inbox {
            self.keys.insert(&message.key);
        }
        self.under_way = Some(tokio::spawn(commit(
            inbox.clone(),
            stop.clone(),
            work,
            (batch, asked),
        )));
    }
}

/// Commits until it is done: the only alternatives to waiting would be to lose the messages or to send replies that a
/// crash could make us send again. Then acknowledges the events and sends the replies.
async fn commit(
    inbox: Inbox,
    stop: CancellationToken,
    work: Work,
    (mut batch, asked): (Batch, DeferredWork),
) -> Result<(), CommitFailure> {
    let committing: Vec<Span> = work
        .events
        .iter()
        .map(|arrived| arrived.trace.commit(batch.inbox.len()))
        .filter(|span| !span.is_disabled())
        .collect();
    let written = AssertUnwindSafe(write(&inbox, &stop, &mut batch, &work))
        .catch_unwind()
        .await;
    drop(committing);
    match written {
        Ok(Ok(())) => {
            inbox.intake.committed(work.events.len());
            work.acknowledge();
            if let Some(asker) = &inbox.asker {
                for (place, inquiry) in asked.inquiries {
                    asker.ask(place, inquiry);
                }
            }
            if let Some(drafting) = &inbox.drafting {
                for brief in asked.briefs {
                    drafting.ask(brief);
                }
            }
            for edit in asked.edits {
                inbox.drafts.begin(edit);
            }
            Ok(())
        }
        Ok(Err(error)) if error.concerns_data() => Err(CommitFailure::Rejected {
            work,
            why: error.to_string(),
        }),
        Ok(Err(error)) => Err(CommitFailure::Store(error)),
        Err(panic) => Err(CommitFailure::Rejected {
            work,
            why: super::batch::panicked(&*panic),
        }),
    }
}

async fn write(
    inbox: &Inbox,
    stop: &CancellationToken,
    batch: &mut Batch,
    work: &Work,
) -> Result<(), StoreError> {
    let mut pause = RETRY_BACKOFF.0;
    let mut failed = false;
    let mut given_up = pin!(async {
        stop.cancelled().await;
        tokio::time::sleep(LAST_TRIES).await;
    });
    batch.settled.extend(inbox.outbox.take_settled());
    let begun = Instant::now();
    let keys = loop {
        if batch.is_empty() {
            break Vec::new();
        }
        let error = match inbox.store.commit(batch).await {
            Ok(keys) => break keys,
            Err(StoreError::AlreadyKnown) => {
                forget_known(inbox, batch).await;
                continue;
            }
            Err(error) => error,
        };
        // The outbox can still write them when this never succeeds.
        inbox.outbox.give_back(std::mem::take(&mut batch.settled));
        if error.concerns_data() || error.is_final() {
            return Err(error);
        }
        tracing::error!(%error, messages = batch.inbox.len(), "can't commit; trying again");
        let message = format!("{}: {error}", ComposedTexts::both().alert_store_unwritable());
        inbox.alerts.fire(STORE_ALERT, Severity::Critical, message);
        failed = true;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = &mut given_up => return Err(error),
        }
        pause = (pause * 2).min(RETRY_BACKOFF.1);
    };
    if failed {
        inbox.alerts.resolve(STORE_ALERT);
    }
    let knowledge = inbox.knowledge.get();
    let meters = &inbox.intake.meters;
    meters.committed(batch, begun.elapsed(), knowledge.faq.service());
    let queued = keys
        .into_iter()
        .zip(std::mem::take(&mut batch.outbox))
        .map(|(key, row)| Queued {
            trace: work.trace_of(row.answers.as_ref()),
            key,
            place: row.place,
            reply: row.reply,
            decided: row.decided,
            not_before: row.not_before,
            about: row.about,
            caller: row.caller,
            to: row.to,
        });
    inbox.outbox.enqueue(queued.collect());
    Ok(())
}

/// Leaves out the messages that the store has. They were looked up before the batch was decided, so another process has
/// written them since.
async fn forget_known(inbox: &Inbox, batch: &mut Batch) {
    tracing::error!("another program works with this store: stop one of them, or members get two answers");
    let keys: Vec<DeduplicationKey> = batch.inbox.iter().map(|message| message.key.clone()).collect();
    match inbox.store.known(&keys).await {
        Ok(known) => {
            let mut known = known.into_iter();
            batch.inbox.retain(|_| !known.next().unwrap_or(false));
        }
        Err(error) => {
            tracing::error!(%error, "can't read the store");
            tokio::time::sleep(RETRY_BACKOFF.0).await;
        }
    }
}
