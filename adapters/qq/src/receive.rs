//! The life of an account: connected to QQ's gateway or waiting for webhooks, and reporting the faults that stop it.

mod gateway;

use crate::core::Core;
use crate::settings::Mode;
use crate::status::{Rest, introduce, pause_after};
use groupdesk_contract::{AdapterError, Link};
use groupdesk_kit::AccountStatus;
use std::sync::Arc;
use std::time::Duration;

/// The interval of the checks that QQ still grants tokens, in webhook mode.
const POLL_INTERVAL: Duration = Duration::from_secs(300);

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link) -> Result<(), AdapterError> {
    let status = AccountStatus::new(link.clone());
    match core.settings.mode {
        Mode::Websocket => gateway::run(core, link, &status).await,
        Mode::Webhook => wait(core, link, &status).await,
    }
}

/// Runs the account in webhook mode: it is connected as long as QQ grants tokens to answer with.
async fn wait(core: &Arc<Core>, link: &Link, status: &AccountStatus) -> Result<(), AdapterError> {
    loop {
        let asked = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            asked = introduce(core) => asked,
        };
        match asked {
            Ok(()) => {
                status.connected().await?;
                tokio::select! {
                    () = link.shutdown.cancelled() => return Ok(()),
                    () = tokio::time::sleep(POLL_INTERVAL) => {}
                }
            }
            Err(fault) => {
                let rest = Rest::after(&fault);
                if pause_after(status, fault.message(), rest).await?.is_break() {
                    return Ok(());
                }
            }
        }
    }
}
