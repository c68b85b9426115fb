//! The life of an account: the start, then polling or a webhook, and reporting the faults that stop it.

use crate::api::Fault;
use crate::core::Core;
use crate::{poll, start, wire};
use groupdesk_contract::{AdapterError, Event, Link};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// Pauses after faults, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));
/// Longest retry delay after a refused token: a server that logs in, and a proxy before one, refuse for seconds too.
const TOKEN_PAUSE: Duration = Duration::from_secs(10);
/// The interval of the checks that Telegram still posts to our webhook.
const LOOK: Duration = Duration::from_secs(600);

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link) -> Result<(), AdapterError> {
    let mut state = Connection::new(link);
    loop {
        let started = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            started = start::start(core) => started,
        };
        match started {
            Ok(()) => break,
            Err(fault) => {
                if state.rest(&fault).await?.is_break() {
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
        watch(core, link, &mut state).await
    } else {
        poll::run(core, link, &mut state).await
    };
    listed.abort();
    outcome
}

/// The state of the connection, as it was reported to the desk.
pub(crate) struct Connection<'a> {
    link: &'a Link,
    is_up: bool,
    told: Option<String>,
    failures: u32,
}

impl<'a> Connection<'a> {
    fn new(link: &'a Link) -> Self {
        Self {
            link,
            is_up: false,
            told: None,
            failures: 0,
        }
    }

    /// True if the last call had a response.
    pub(crate) fn is_up(&self) -> bool {
        self.is_up
    }

    /// Reports the account as connected, because Telegram responded.
    pub(crate) async fn up(&mut self) -> Result<(), AdapterError> {
        self.failures = 0;
        self.told = None;
        if !self.is_up {
            self.is_up = true;
            self.link.post(Event::Connected).await?;
        }
        Ok(())
    }

    /// Waits after a fault, and reports it unless it is a first hiccup. `Break` when it is time to stop.
    pub(crate) async fn rest(&mut self, fault: &Fault) -> Result<std::ops::ControlFlow<()>, AdapterError> {
        self.failures = self.failures.saturating_add(1);
        let grown = PAUSE.0.saturating_mul(1 << self.failures.min(8)) / 2;
        let (pause, tell) = match fault {
            Fault::Token(_) => (grown.clamp(Duration::from_secs(1), TOKEN_PAUSE), true),
            Fault::Wait(time) => (*time, false),
            Fault::Conflict(_) => (grown.clamp(Duration::from_secs(2), PAUSE.1), true),
            _ => (grown.min(PAUSE.1), self.failures > 1 || !self.is_up),
        };
        let reason = fault.words();
        if tell && self.told.as_ref() != Some(&reason) {
            self.is_up = false;
            self.told = Some(reason.clone());
            self.link.post(Event::Disconnected { reason }).await?;
        }
        tokio::select! {
            () = self.link.shutdown.cancelled() => Ok(std::ops::ControlFlow::Break(())),
            () = tokio::time::sleep(pause) => Ok(std::ops::ControlFlow::Continue(())),
        }
    }
}

/// Runs the account in webhook mode: checks from time to time that Telegram still posts to us.
async fn watch(core: &Arc<Core>, link: &Link, state: &mut Connection<'_>) -> Result<(), AdapterError> {
    state.up().await?;
    loop {
        tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            () = tokio::time::sleep(LOOK) => {}
        }
        let Ok(info) = core.api.call(wire::GetWebhookInfo {}).await else {
            continue;
        };
        if info.get("url").and_then(Value::as_str) == Some("") {
            tracing::warn!(account = %core.account, "somebody removed the webhook; it is set again");
            if let Err(fault) = start::start(core).await
                && state.rest(&fault).await?.is_break()
            {
                return Ok(());
            }
        } else if let Some(error) = info.get("last_error_message").and_then(Value::as_str) {
            let error = core.api.clean(error);
            tracing::warn!(account = %core.account, error, "Telegram could not reach the webhook lately");
        }
    }
}
