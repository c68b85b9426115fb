//! Events in quarantine that an admin hands back (`groupdesk quarantine retry`): decided once more, as if they were sent
//! now, and deleted when that is committed. One that fails again goes back to quarantine.

use super::Inbox;
use super::upkeep::QUARANTINE_ALERT;
use crate::store::{Batch, Memo, Quarantined, RETRIES, Result};
use groupdesk_contract::{Event, Incoming, Message};
use jiff::Timestamp;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::MissedTickBehavior;

/// Interval at which the store is checked for such requests.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Hands events back to the inbox, for as long as it works.
pub(super) async fn watch(inbox: Inbox, events: mpsc::Sender<Incoming>) -> Result<()> {
    let mut look = tokio::time::interval(LOOK_INTERVAL);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        look.tick().await;
        if let Err(error) = hand_back(&inbox, &events).await {
            // It is asked again in a moment; that the store fails is told elsewhere.
            tracing::debug!(%error, "can't hand back what was set aside");
        }
    }
}

async fn hand_back(inbox: &Inbox, events: &mpsc::Sender<Incoming>) -> Result<()> {
    let asked = inbox.store.memos(RETRIES).await?;
    if asked.is_empty() {
        return Ok(());
    }
    let set_aside = inbox.store.quarantine(u32::MAX).await?;
    for memo in asked {
        let Ok(number) = memo.key.parse::<i64>() else {
            continue;
        };
        let event = set_aside.iter().find(|(each, _)| *each == number);
        if let Some((_, event)) = event {
            let Some(message) = message(inbox, number, event) else {
                continue;
            };
            let at = moment(inbox, &memo).await?;
            let (committed, wait) = oneshot::channel();
            let incoming = Incoming {
                account: event.place.account.clone(),
                event: Event::Message(Message { at, ..message }),
                committed: Some(committed),
            };
            if events.send(incoming).await.is_err() || wait.await.is_err() {
                // The program ends; the next one does it.
                return Ok(());
            }
            tracing::info!(number, "what was set aside was decided once more");
        }
        inbox.store.forget_quarantined(Some(number)).await?;
    }
    if inbox.store.quarantine_count().await? == 0 {
        inbox.alerts.resolve(QUARANTINE_ALERT);
    }
    Ok(())
}

/// Returns the message, where it can be received at this moment; else it stays for the program that has the account or
/// can read it.
fn message(inbox: &Inbox, number: i64, event: &Quarantined) -> Option<Message> {
    if inbox.routing.platform(&event.place.account).is_empty() {
        tracing::debug!(number, account = %event.place.account, "what is to be handed back is of an account that is not there");
        return None;
    }
    match serde_json::from_str(&event.payload) {
        Ok(message) => Some(message),
        Err(error) => {
            tracing::debug!(number, %error, "what is to be handed back can't be read by this version");
            None
        }
    }
}

/// Returns the time that counts as its own: now, and after a crash in between the same time, so that a commit before it
/// is found.
async fn moment(inbox: &Inbox, memo: &Memo) -> Result<Timestamp> {
    if let Ok(at) = memo.value.parse() {
        return Ok(at);
    }
    let now = inbox.clock.now();
    let memo = Memo {
        value: now.to_string(),
        ..memo.clone()
    };
    inbox.store.commit(&Batch::of_memo(memo)).await?;
    Ok(now)
}
