//! An account while it runs: asked for its place, one task a shard, one that hands everything to the desk in order.

mod intake;
mod session;

use crate::api::{Fault, TOKEN};
use crate::core::Core;
use crate::start::Plan;
use crate::status::{Ended, Status};
use crate::{commands, start};
use groupdesk_contract::{AdapterError, Link};
use session::{Gateway, Shard};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Pauses after faults, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// The pause before the gateway's address is fetched anew; longer than Discord wants between the beginnings of two sessions.
const GATEWAY_REFETCH_DELAY: Duration = Duration::from_secs(6);
/// Events that wait for the desk; a shard reads no more while so many do.
const EVENT_QUEUE_MAX: usize = 1_000;
/// The longest wait for tasks to end.
const TASKS_END_TIMEOUT: Duration = Duration::from_secs(2);

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link) -> Result<(), AdapterError> {
    let status = Arc::new(Status::new(link.clone()));
    let mut pause = BACKOFF.0;
    loop {
        let asked = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            asked = start::start(core) => asked,
        };
        let wait = match asked {
            Ok(plan) if plan.remaining < plan.shards => {
                let reason = "so many sessions were begun today that Discord allows no more for now; does the program restart \
                              again and again?";
                status.down(reason).await?;
                plan.reset.max(BACKOFF.0)
            }
            Ok(plan) => match serve(core, link, &plan, &status).await? {
                Ended::Stop => return Ok(()),
                Ended::Anew => GATEWAY_REFETCH_DELAY,
            },
            Err(Fault::Token) => return Err(AdapterError::Broken(TOKEN.to_owned())),
            Err(fault) => {
                status.down(&fault.message()).await?;
                let wait = match fault {
                    Fault::Wait(time) => time,
                    _ => pause,
                };
                pause = pause.saturating_mul(2).min(BACKOFF.1);
                wait
            }
        };
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Runs all shards; when one of the parts ends, all do.
async fn serve(
    core: &Arc<Core>,
    link: &Link,
    plan: &Plan,
    status: &Arc<Status>,
) -> Result<Ended, AdapterError> {
    let gateway = Arc::new(Gateway::new(&core.settings, plan)?);
    status.expect(plan.shards);
    let (queue, waiting) = mpsc::channel(EVENT_QUEUE_MAX);
    let (joined, guilds) = mpsc::unbounded_channel();
    let mut parts = JoinSet::new();
    parts.spawn(intake::run(Arc::clone(core), link.clone(), waiting, joined));
    parts.spawn(commands::run(Arc::clone(core), link.clone(), guilds));
    for id in 0..plan.shards {
        let shard = Shard {
            id,
            total: plan.shards,
        };
        parts.spawn(session::run(
            Arc::clone(core),
            link.clone(),
            shard,
            Arc::clone(&gateway),
            Arc::clone(status),
            queue.clone(),
        ));
    }
    drop(queue);
    let outcome = match parts.join_next().await {
        Some(Ok(outcome)) => outcome,
        Some(Err(_)) => {
            tracing::error!(account = %core.account, "a part of the Discord adapter panicked; please report it");
            Ok(Ended::Anew)
        }
        None => Ok(Ended::Stop),
    };
    if link.shutdown.is_cancelled() {
        // The shards say goodbye; dropping the rest aborts it.
        let ending = async { while parts.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(TASKS_END_TIMEOUT, ending).await;
    }
    outcome
}
