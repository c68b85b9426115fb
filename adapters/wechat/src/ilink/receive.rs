//! Receives by long polling. How far was read is kept after the desk has committed.

use super::core::Core;
use super::wire::{self, Fault};
use super::{login, read};
use groupdesk_contract::{AccountState, AdapterError, Event, Link};
use groupdesk_kit::AccountStatus;
use serde_json::{Value, json};
use std::time::Duration;

/// The time for which the server holds a poll open, unless it names another.
const POLL_TIME: Duration = Duration::from_secs(35);
/// The time by which the client waits longer than the server holds a poll.
const POLL_MARGIN: Duration = Duration::from_secs(15);
/// Pauses after faults: the first ones, and from the third one on.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(30));
/// Failures in a row of a connected account that are not reported.
const QUIET_FAILURES_MAX: u32 = 2;

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Core, link: &Link) -> Result<(), AdapterError> {
    let login = core.remembered().await;
    core.state().login = login;
    let mut hold = POLL_TIME;
    let status = AccountStatus::new(link.clone());
    loop {
        let step = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            step = step(core, link, &mut hold) => step?,
        };
        match step {
            Ok(true) => status.connected().await?,
            // A login, which is not yet an answer to somebody who is logged in.
            Ok(false) => {}
            Err(fault) => {
                let failure = status.count_failure();
                if fault == Fault::Stale {
                    status.bad_credentials(&fault.message()).await?;
                } else if !failure.is_hiccup(QUIET_FAILURES_MAX) {
                    status.disconnected(&fault.message()).await?;
                }
                if fault == Fault::Stale {
                    core.forget().await;
                    continue;
                }
                let pause = if failure.count < 3 { BACKOFF.0 } else { BACKOFF.1 };
                if status.pause(pause).await.is_break() {
                    return Ok(());
                }
            }
        }
    }
}

/// Logs in, or polls once; whether the server answered as to somebody who is logged in.
async fn step(core: &Core, link: &Link, hold: &mut Duration) -> Result<Result<bool, Fault>, AdapterError> {
    let login = core.state().login.clone();
    let Some(login) = login else {
        return Ok(match login::scan(core).await {
            Ok(Some(login)) => {
                tracing::info!(account = %core.account, owner = login.owner, "logged in");
                core.remember(&login).await;
                Ok(false)
            }
            Ok(None) => Ok(false),
            Err(fault) => Err(fault),
        });
    };
    let cursor = core.notebook.get("cursor").await.unwrap_or_default();
    let body = json!({"get_updates_buf": cursor});
    let answer = match wire::post(core, &login, "getupdates", body, *hold + POLL_MARGIN).await {
        Ok(answer) => answer,
        Err(fault) => return Ok(Err(fault)),
    };
    if let Some(told) = answer.get("longpolling_timeout_ms").and_then(Value::as_u64) {
        *hold = Duration::from_millis(told.clamp(1_000, 300_000));
    }
    for value in answer.get("msgs").and_then(Value::as_array).into_iter().flatten() {
        if let Some((message, context)) = read::message(core, value, &login.owner) {
            // Kept first: what the desk says to the message may leave as soon as it is committed.
            let is_open = context.is_some();
            if let Some(context) = context {
                core.notebook
                    .put("context", &format!("{} {context}", message.at))
                    .await;
            }
            link.deliver(Event::Message(message)).await?;
            if is_open && std::mem::take(&mut core.state().is_waiting) {
                // What waited for the owner can be said now.
                link.post(Event::State(AccountState::Connected)).await?;
            }
        }
    }
    let next = answer
        .get("get_updates_buf")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !next.is_empty() && next != cursor {
        core.notebook.put("cursor", next).await;
    }
    Ok(Ok(true))
}
