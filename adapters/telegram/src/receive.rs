//! The life of an account: the start, then polling or a webhook, and reporting the faults that stop it.

mod poll;

use crate::core::Core;
use crate::status::pause_after;
use crate::{start, wire};
use groupdesk_contract::{AdapterError, Link};
use groupdesk_kit::AccountStatus;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The interval of the checks that Telegram still posts to our webhook.
const POLL_INTERVAL: Duration = Duration::from_secs(600);

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link) -> Result<(), AdapterError> {
    let status = AccountStatus::new(link.clone());
    loop {
        let started = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            started = start::start(core) => started,
        };
        match started {
            Ok(()) => break,
            Err(fault) => {
                if pause_after(&status, &fault).await?.is_break() {
                    return Ok(());
                }
            }
        }
    }
    let listed = tokio::spawn({
        let core = Arc::clone(core);
        async move { start::list_commands(&core).await }
    });
    let outcome = if core.settings.webhook.is_some() {
        watch(core, link, &status).await
    } else {
        poll::run(core, link, &status).await
    };
    listed.abort();
    outcome
}

/// Runs the account in webhook mode: checks from time to time that Telegram still posts to us.
async fn watch(core: &Arc<Core>, link: &Link, status: &AccountStatus) -> Result<(), AdapterError> {
    status.connected().await?;
    loop {
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(POLL_INTERVAL) => {}
        }
        let Ok(info) = core.api.call(wire::GetWebhookInfo {}).await else {
            continue;
        };
        if info.get("url").and_then(Value::as_str) == Some("") {
            tracing::warn!(account = %core.account, "somebody removed the webhook; it is set again");
            if let Err(fault) = start::start(core).await
                && pause_after(status, &fault).await?.is_break()
            {
                return Ok(());
            }
        } else if let Some(error) = info.get("last_error_message").and_then(Value::as_str) {
            let error = core.api.clean(error);
            tracing::warn!(account = %core.account, error, "Telegram could not reach the webhook lately");
        }
    }
}
