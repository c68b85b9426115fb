//! Notices of calls in shadow mode that wait for a room which is no longer the channel's: they go to the rooms that it has now.

use super::routing::Routing;
use crate::store::{Batch, DeliveryOutcome, NewReply, Result, Store};
use groupdesk_contract::ReplyKey;
use jiff::Timestamp;

/// Gives the notices of calls that wait for a room which `groupdesk.yaml` no longer names for their channel to the rooms that it names
/// now. To be called before the outbox takes up what waits. Returns how many were moved.
///
/// # Errors
/// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be read or written.
pub(super) async fn give_to_present_rooms(
    store: &dyn Store,
    routing: &Routing,
    now: Timestamp,
) -> Result<usize> {
    let mut batch = Batch::default();
    for due in store.due().await? {
        let Some(caller) = due.caller.filter(|caller| caller.is_call()) else {
            continue;
        };
        let rooms = &routing.written(&caller.place).tell;
        let Ok(reply) = &due.reply else {
            continue;
        };
        // A channel without rooms tells nobody: what waits stays where it is.
        if rooms.is_empty() || rooms.contains(&due.place) {
            continue;
        }
        for room in rooms {
            let is_listed = batch.outbox.iter().any(|other: &NewReply| {
                other.place == *room
                    && other.decided == due.decided
                    && other.caller.as_ref() == Some(&caller)
                    && other.reply.segments == reply.segments
            });
            if is_listed || store.is_call_told(due.key, room).await? {
                continue;
            }
            let mut reply = reply.clone();
            reply.channel = room.channel.clone();
            batch.outbox.push(NewReply {
                place: room.clone(),
                reply,
                not_before: now,
                decided: due.decided,
                answers: None,
                about: None,
                caller: Some(caller.clone()),
                to: None,
            });
        }
        batch.settled.push((due.key, moved(now)));
    }
    let moved = batch.settled.len();
    if moved > 0 {
        let _: Vec<ReplyKey> = store.commit(&batch).await?;
        tracing::info!(
            calls = moved,
            "calls in shadow mode whose staff room was changed are told to the present rooms"
        );
    }
    Ok(moved)
}

fn moved(at: Timestamp) -> DeliveryOutcome {
    DeliveryOutcome::Refused {
        reason: "its room is no longer the channel's: told to the present rooms".to_owned(),
        at,
    }
}
