//! Long polling. Telegram forgets an update when a later one is asked for, so the poll advances only after the desk's commit: a
//! crash in between brings the update again.

use crate::album;
use crate::api::Fault;
use crate::core::Core;
use crate::intake;
use crate::status::pause_after;
use crate::wire::{self, Arrived};
use groupdesk_contract::{AdapterError, Link};
use groupdesk_kit::AccountStatus;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use teloxide_core::payloads::DeleteWebhook;
use teloxide_core::types::Update;
use tokio::time::Instant;

/// The key of the offset: the next update to ask for, with the time at which that was learned.
const OFFSET: &str = "offset";
/// After a week without updates Telegram numbers them anew, at random: an old offset could pass over new ones.
const OFFSET_TTL: SignedDuration = SignedDuration::from_hours(6 * 24);
/// The shortest time from one question to the next when nothing new came: a server or a proxy that answers at once instead of
/// holding the question open is not asked as fast as it answers.
const POLL_INTERVAL_MIN: Duration = Duration::from_secs(1);
/// The longest wait for the rest of an album.
const ALBUM_TIMEOUT: Duration = Duration::from_secs(1);

pub(crate) async fn run(core: &Arc<Core>, link: &Link, status: &AccountStatus) -> Result<(), AdapterError> {
    let mut place = Place::load(core).await;
    // How many updates there were when an album was found at their end.
    let mut unfinished: Option<usize> = None;
    // What the last answer held, and when it was asked for.
    let mut before: Vec<i64> = Vec::new();
    let mut asked_at: Option<Instant> = None;
    // What can't be acknowledged: it comes with every answer, and is told once.
    let mut aside: Vec<Value> = Vec::new();
    loop {
        if let Some(at) = asked_at.take() {
            tokio::select! {
                () = link.shutdown.cancelled() => return Ok(()),
                () = tokio::time::sleep_until(at + POLL_INTERVAL_MIN) => {}
            }
        }
        let asking = Instant::now();
        // The first question is answered at once: somebody waits to hear that the account is connected.
        let hold = unfinished.is_none() && status.is_up();
        let asked = core.api.updates(place.offset(core.clock.now()), hold);
        let answer = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            answer = asked => answer,
        };
        let mut values = match answer {
            Ok(values) => values,
            Err(fault) => {
                if let Fault::Wait(time) = fault {
                    core.state().pace.hit(None, time, core.clock.now());
                }
                if matches!(fault, Fault::Conflict(_)) {
                    // A webhook that somebody set meanwhile stands in the way.
                    drop(core.api.call(DeleteWebhook::new()).await);
                }
                if pause_after(status, &fault).await?.is_break() {
                    return Ok(());
                }
                continue;
            }
        };
        status.connected().await?;
        let nameless: Vec<Value> = values
            .iter()
            .filter(|value| wire::id(value).is_none())
            .cloned()
            .collect();
        values.retain(|value| wire::id(value).is_some() || !aside.contains(value));
        aside = nameless;
        let mut arrived: Vec<Arrived> = values.iter().map(wire::arrived).collect();
        let ids: Vec<i64> = arrived.iter().filter_map(|arrived| arrived.id).collect();
        // Without anything new, however many times it is told.
        if ids.is_empty() && hold || !ids.is_empty() && ids == before && unfinished.is_none() {
            asked_at = Some(asking);
        }
        before = ids;
        let complete = complete(&arrived);
        if complete == 0 && unfinished != Some(arrived.len()) {
            unfinished = Some(arrived.len());
            tokio::select! {
                () = link.shutdown.cancelled() => return Ok(()),
                () = tokio::time::sleep(ALBUM_TIMEOUT) => continue,
            }
        }
        unfinished = None;
        if complete > 0 {
            arrived.truncate(complete);
        }
        let lost = arrived.iter().filter(|arrived| arrived.is_lost).count();
        core.note_unreadable(lost).await;
        let Some(last) = arrived.iter().filter_map(|arrived| arrived.id).max() else {
            continue;
        };
        let updates = arrived.into_iter().filter_map(|arrived| arrived.update).collect();
        match intake::take(core, link, updates).await {
            Ok(()) => place.advance(core, last).await,
            Err(_) if link.shutdown.is_cancelled() => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// Returns the number of `arrived` updates to process now; 0 if they are pieces of one album and nothing else.
fn complete(arrived: &[Arrived]) -> usize {
    let keys: Vec<_> = arrived
        .iter()
        .map(|arrived| {
            arrived
                .update
                .as_ref()
                .and_then(|update: &Update| album::key(update))
        })
        .collect();
    match keys.last() {
        Some(Some(last)) => keys
            .iter()
            .position(|key| key.as_ref() == Some(last))
            .unwrap_or_default(),
        _ => arrived.len().max(1),
    }
}

/// The offset of the next poll.
struct Place {
    next: Option<(i64, Timestamp)>,
}

impl Place {
    async fn load(core: &Core) -> Self {
        let note = core.notebook.get(OFFSET).await;
        let next = note.as_deref().and_then(|note| {
            let (next, at) = note.split_once(' ')?;
            Some((next.parse().ok()?, at.parse().ok()?))
        });
        // An earlier version took every number for an id.
        let next = next.filter(|(next, _): &(i64, Timestamp)| (0..=wire::LAST_ID + 1).contains(next));
        Self { next }
    }

    fn offset(&self, now: Timestamp) -> Option<i64> {
        let (next, at) = self.next?;
        (now.duration_since(at) < OFFSET_TTL).then_some(next)
    }

    async fn advance(&mut self, core: &Core, last: i64) {
        let now = core.clock.now();
        let next = last.saturating_add(1);
        self.next = Some((next, now));
        core.notebook.put(OFFSET, &format!("{next} {now}")).await;
    }
}
