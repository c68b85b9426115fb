//! The life of an account: asks for updates, hands them to the desk, and keeps the read position after the desk's commit, so that
//! a crash in between brings an update again instead of losing it.

use crate::send::call;
use crate::wire::{Me, Update};
use crate::{Core, read};
use groupdesk_contract::{AdapterError, Link};
use groupdesk_kit::{AccountStatus, CallError};
use reqwest::Method;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// Pauses after failures, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// Failures in a row of a connected account that are not reported.
const QUIET_FAILURES_MAX: u32 = 1;
/// The note of the last update that the desk has.
const POSITION: &str = "position";

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link) -> Result<(), AdapterError> {
    let status = AccountStatus::new(link.clone());
    loop {
        let polled = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            polled = poll(core) => polled,
        };
        let next = match polled {
            Ok(updates) => {
                status.connected().await?;
                take(core, link, &updates).await?;
                status.pause(core.settings.poll.0).await
            }
            Err(error) => pause_after(&status, &error).await?,
        };
        if next.is_break() {
            return Ok(());
        }
    }
}

async fn poll(core: &Core) -> Result<Vec<Update>, CallError> {
    if core.me.get().is_none() {
        let me: Me = call(core, Method::GET, "me", None::<&()>).await?;
        // Nobody else sets it.
        let _ = core.me.set(me.id);
    }
    let position: u64 = core.notebook.number(POSITION).await.unwrap_or_default();
    let path = format!("updates?after={position}");
    call(core, Method::GET, &path, None::<&()>).await
}

/// Hands updates to the desk, in order, each once.
///
/// # Errors
/// [`AdapterError::Stopped`] when the desk takes no more events, or the account is not known yet.
pub(crate) async fn take(core: &Core, link: &Link, updates: &[Update]) -> Result<(), AdapterError> {
    let me = *core.me.get().ok_or(AdapterError::Stopped)?;
    for update in updates {
        let position: u64 = core.notebook.number(POSITION).await.unwrap_or_default();
        if update.id <= position {
            continue;
        }
        link.deliver(read::event(update, me, core.clock.now())).await?;
        core.notebook.put(POSITION, &update.id.to_string()).await;
    }
    Ok(())
}

async fn pause_after(status: &AccountStatus, error: &CallError) -> Result<ControlFlow<()>, AdapterError> {
    let failure = status.count_failure();
    if !failure.is_hiccup(QUIET_FAILURES_MAX) {
        status.failed(error).await?;
    }
    let pause = error
        .retry_after
        .unwrap_or_else(|| failure.backoff(BACKOFF.0, BACKOFF.1));
    Ok(status.pause(pause).await)
}
