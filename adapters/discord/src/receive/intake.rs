//! Takes the gateway's events in order, and hands them to those who handle them.

use crate::core::Core;
use crate::event_delivery::{UNCOMMITTED_EVENTS_MAX, deliver, event};
use crate::status::Ended;
use crate::wire::Happening;
use crate::{catch_up, commands, guilds};
use groupdesk_contract::{AdapterError, Link};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Takes events until there are no more.
pub(crate) async fn run(
    core: Arc<Core>,
    link: Link,
    mut queue: mpsc::Receiver<Happening>,
    joined: mpsc::UnboundedSender<u64>,
) -> Result<Ended, AdapterError> {
    loop {
        let mut together = Vec::new();
        let many = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(Ended::Stop),
            many = queue.recv_many(&mut together, UNCOMMITTED_EVENTS_MAX) => many,
        };
        if many == 0 {
            return Ok(Ended::Stop);
        }
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(Ended::Stop),
            taken = take(&core, &link, &joined, together) => taken?,
        }
    }
}

async fn take(
    core: &Core,
    link: &Link,
    joined: &mpsc::UnboundedSender<u64>,
    together: Vec<Happening>,
) -> Result<(), AdapterError> {
    let Some(me) = core.state().me else {
        return Err(AdapterError::Stopped);
    };
    let mut coming = Vec::new();
    let mut met = BTreeSet::new();
    for Happening { shard, kind, data } in together {
        core.state().guilds.learn(&kind, &data);
        match kind.as_str() {
            "READY" => {
                deliver(core, link, std::mem::take(&mut coming)).await?;
                catch_up::begin(core, link, shard).await?;
            }
            "GUILD_CREATE" => {
                deliver(core, link, std::mem::take(&mut coming)).await?;
                if let Some(guild) = guilds::id(&data, "id") {
                    // Nobody lists commands any more when the program stops.
                    let _ = joined.send(guild);
                    catch_up::guild(core, link, shard, guild, &data).await?;
                }
            }
            "GUILD_DELETE" => {
                let is_outage = data.get("unavailable").and_then(Value::as_bool) == Some(true);
                if let Some(guild) = guilds::id(&data, "id").filter(|_| !is_outage) {
                    commands::forget(core, guild).await;
                }
            }
            _ => {
                let mut found = event(core, me, &kind, &data).await;
                found.retain(|coming| coming.had.is_none_or(|had| met.insert(had.message)));
                coming.extend(found);
            }
        }
    }
    deliver(core, link, coming).await
}
