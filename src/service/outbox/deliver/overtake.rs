//! Works through a channel's queue. A reply that does not get through for a while steps aside: it goes on in a task of its
//! own, and the channel's task takes the next one of another conversation.

use super::super::account_sender::OutboxAccount;
use super::super::conversation_order::ConversationOrder;
use super::super::{OutboxState, WaitingReply};
use super::DeliveryWorker;
use futures_util::FutureExt;
use groupdesk_contract::{ChannelId, ReplyKey};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// Time for which a reply is tried before others may pass it. A platform takes most within a second or two.
const OVERTAKEN_AFTER: Duration = Duration::from_secs(5);

/// Time after which a reply is overtaken where another one of the channel did not get through either.
const OVERTAKEN_SHORTLY_AFTER: Duration = Duration::from_secs(2);

/// Interval at which a reply that may not step aside asks again.
const ASKS_AGAIN: Duration = Duration::from_secs(1);

/// Result of the work on a reply.
pub(super) enum Done {
    /// Nobody works on it any more; the next has this turn of the channel.
    Next { turn: Option<Instant> },
    /// The outbox closes; the reply stays in the store.
    Closing,
}

/// Start of the attempts at a reply, for the channel's task.
pub(super) struct Tried(watch::Sender<Option<Instant>>);

impl Tried {
    /// Records that an attempt begins.
    pub(super) fn begins(&self) {
        self.0.send_if_modified(|since| {
            let first = since.is_none();
            since.get_or_insert_with(Instant::now);
            first
        });
    }

    /// Records that the platform asked for a pause: until a long one ends, nobody is kept waiting by the reply.
    pub(super) fn rests(&self, pause: Duration) {
        if pause >= OVERTAKEN_AFTER {
            self.0.send_replace(None);
        }
    }
}

/// Starts the task of a channel with its first reply.
pub(in super::super) fn start(
    shared: &Arc<OutboxState>,
    account: &Arc<OutboxAccount>,
    channel: ChannelId,
    first: WaitingReply,
) {
    tokio::spawn(work(Arc::clone(shared), Arc::clone(account), channel, first));
}

/// Works through a channel's queue; ends with it, or when the outbox closes. A reply over which that panics stays in the
/// store for the next start, and holds up no other.
async fn work(
    shared: Arc<OutboxState>,
    account: Arc<OutboxAccount>,
    channel: ChannelId,
    first: WaitingReply,
) {
    let mut next = Some(first);
    let mut turn = None;
    while let Some(waiting) = next.take() {
        let (key, conversation_order) = (waiting.queued.key, waiting.conversation_order.clone());
        let (tried, since) = watch::channel(None);
        let worker = DeliveryWorker {
            outranked: account.outranked(&channel),
            shared: Arc::clone(&shared),
            account: Arc::clone(&account),
            channel: channel.clone(),
            turn: turn.take(),
            tried: Tried(tried),
        };
        let mut delivery = Box::pin(AssertUnwindSafe(worker.take(waiting)).catch_unwind());
        let done = tokio::select! {
            biased;
            done = &mut delivery => Some(done),
            () = steps_aside(&account, &channel, (key, &conversation_order), since) => None,
        };
        match done {
            Some(Ok(Done::Next { turn: left })) => turn = left,
            Some(Ok(Done::Closing)) => return,
            Some(Err(_)) => broke_off(&shared, &account, &channel, key),
            None => {
                tracing::debug!(%channel, key = key.0, "a reply does not get through: others may pass it");
                let (shared, account, channel) = (Arc::clone(&shared), Arc::clone(&account), channel.clone());
                tokio::spawn(async move {
                    match delivery.await {
                        Ok(Done::Next { .. }) => {}
                        Ok(Done::Closing) => return,
                        Err(_) => broke_off(&shared, &account, &channel, key),
                    }
                    if let Some(first) = account.aside_over(&channel, key) {
                        start(&shared, &account, channel, first);
                    }
                });
            }
        }
        next = account.next(&channel);
    }
}

fn broke_off(shared: &OutboxState, account: &OutboxAccount, channel: &ChannelId, key: ReplyKey) {
    tracing::error!(
        %channel, key = key.0,
        "the delivery of a reply broke off; it is tried again at the next start"
    );
    shared.counters.unqueued();
    account.counters.unqueued();
}

/// Waits until the reply that is worked on has stepped aside: it was tried for a while, and others may get through.
async fn steps_aside(
    account: &OutboxAccount,
    channel: &ChannelId,
    (key, conversation_order): (ReplyKey, &ConversationOrder),
    mut since: watch::Receiver<Option<Instant>>,
) {
    loop {
        let tried = *since.borrow_and_update();
        let patience = if account.has_asides(channel) {
            OVERTAKEN_SHORTLY_AFTER
        } else {
            OVERTAKEN_AFTER
        };
        let again = async {
            match tried {
                Some(tried) if tried.elapsed() < patience => sleep_until(tried + patience).await,
                Some(_) => sleep(ASKS_AGAIN).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = since.changed() => match changed {
                Ok(()) => continue,
                // It is done.
                Err(_) => return std::future::pending().await,
            },
            () = again => {}
        }
        let was_connected = account.connected.times() > 0 || account.trouble.has_succeeded();
        if was_connected
            && account.trouble.may_fail_alone()
            && account.step_aside(channel, key, conversation_order)
        {
            return;
        }
    }
}
