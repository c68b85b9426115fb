//! The commit that is under way while the next batch is decided. One at a time, in order: what a later batch decided
//! rests on what the one before it decided.

use super::Inbox;
use crate::service::outbox::Queued;
use crate::store::{Batch, InboxKey, StoreError};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long is waited before a failed commit is tried again, at first and at most.
const RETRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Who is told that an event is committed.
pub(super) type Acknowledgement = oneshot::Sender<()>;

/// At most one commit under way.
#[derive(Debug, Default)]
pub(super) struct Commits {
    /// The messages of the commit under way, which the store does not know yet.
    keys: HashSet<InboxKey>,
    under_way: Option<JoinHandle<()>>,
}

impl Commits {
    /// Whether a message is being committed.
    pub(super) fn has(&self, key: &InboxKey) -> bool {
        self.keys.contains(key)
    }

    /// Waits for the commit that is under way, if any.
    pub(super) async fn finish(&mut self) {
        if let Some(task) = self.under_way.take()
            && let Err(error) = task.await
        {
            tracing::error!(%error, "a commit broke off; its messages were not acknowledged");
        }
        self.keys.clear();
    }

    /// Starts the commit of a batch when the one before it is done.
    pub(super) async fn start(&mut self, inbox: &Inbox, batch: Batch, acknowledge: Vec<Acknowledgement>) {
        self.finish().await;
        self.keys
            .extend(batch.inbox.iter().map(|message| message.key.clone()));
        self.under_way = Some(tokio::spawn(commit(inbox.clone(), batch, acknowledge)));
    }
}

/// Commits until it is done: the only alternatives to waiting would be to lose the messages or to say what a crash could
/// make us say again. Then acknowledges the events and sends the replies.
async fn commit(inbox: Inbox, mut batch: Batch, acknowledge: Vec<Acknowledgement>) {
    let mut pause = RETRY.0;
    batch.settled.extend(inbox.outbox.take_settled());
    let keys = loop {
        if batch.is_empty() {
            break Vec::new();
        }
        match inbox.store.commit(&batch).await {
            Ok(keys) => break keys,
            Err(StoreError::AlreadyKnown) => forget_known(&inbox, &mut batch).await,
            Err(error) => {
                tracing::error!(%error, messages = batch.inbox.len(), "can't commit; trying again");
                // The outbox can still write them when this never succeeds.
                inbox.outbox.give_back(std::mem::take(&mut batch.settled));
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(RETRY.1);
            }
        }
    };
    for told in acknowledge {
        // An adapter that stopped waiting will bring the event again, and it will be known.
        let _ = told.send(());
    }
    let queued = keys.into_iter().zip(batch.outbox).map(|(key, row)| Queued {
        key,
        place: row.place,
        reply: row.reply,
        decided: row.decided,
        not_before: row.not_before,
        expires: row.expires,
        about: row.about,
    });
    inbox.outbox.enqueue(queued.collect());
}

/// Leaves out the messages that the store has. They were asked for before the batch was decided, so somebody else has
/// written them since.
async fn forget_known(inbox: &Inbox, batch: &mut Batch) {
    tracing::error!("another program works with this store: stop one of them, or members get two answers");
    let keys: Vec<InboxKey> = batch.inbox.iter().map(|message| message.key.clone()).collect();
    match inbox.store.known(&keys).await {
        Ok(known) => {
            let mut known = known.into_iter();
            batch.inbox.retain(|_| !known.next().unwrap_or(false));
        }
        Err(error) => {
            tracing::error!(%error, "can't read the store");
            tokio::time::sleep(RETRY.0).await;
        }
    }
}
