//! The life of an account: connected to QQ's gateway or waiting for webhooks, and reporting the faults that stop it.

use crate::api::{Body, Fault};
use crate::core::Core;
use crate::gateway;
use crate::settings::Mode;
use groupdesk_contract::{AdapterError, Event, Link};
use reqwest::Method;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// Pauses after faults, at first and at most.
const PAUSE: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));
/// The retry delay while only a person can help.
const SLOW: Duration = Duration::from_secs(300);
/// The interval of the checks that QQ still grants tokens, in webhook mode.
const LOOK: Duration = Duration::from_secs(300);

/// Runs the account until it is time to stop.
pub(crate) async fn run(core: &Arc<Core>, link: &Link) -> Result<(), AdapterError> {
    let mut state = Connection::new(link);
    match core.settings.mode {
        Mode::Websocket => gateway::run(core, link, &mut state).await,
        Mode::Webhook => wait(core, link, &mut state).await,
    }
}

/// Runs the account in webhook mode: it is connected as long as QQ grants tokens to answer with.
async fn wait(core: &Arc<Core>, link: &Link, state: &mut Connection<'_>) -> Result<(), AdapterError> {
    loop {
        let asked = tokio::select! {
            () = link.shutdown.cancelled() => return Ok(()),
            asked = introduce(core) => asked,
        };
        match asked {
            Ok(()) => {
                state.up().await?;
                tokio::select! {
                    () = link.shutdown.cancelled() => return Ok(()),
                    () = tokio::time::sleep(LOOK) => {}
                }
            }
            Err(fault) => {
                let rest = Rest::after(&fault);
                if state.rest(fault.words(), rest).await?.is_break() {
                    return Ok(());
                }
            }
        }
    }
}

/// Fetches the bot's identity in guilds; a bot of groups alone needs none.
pub(crate) async fn introduce(core: &Core) -> Result<(), Fault> {
    core.api.token().await?;
    if core.state().me.is_some() {
        return Ok(());
    }
    match core.api.call(Method::GET, &["users", "@me"], &Body::None).await {
        Ok(me) => {
            tracing::info!(account = %core.account, name = me.username.as_deref().unwrap_or_default(), "QQ knows the bot");
            core.state().me = me.id.map(Into::into);
            Ok(())
        }
        Err(fault @ (Fault::Refused(_) | Fault::Wait(..))) => {
            tracing::debug!(account = %core.account, reason = fault.words(), "QQ does not say who the bot is");
            Ok(())
        }
        Err(fault) => Err(fault),
    }
}

/// The urgency of the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// It may be over at once.
    Short,
    /// The retry delay that QQ named.
    For(Duration),
    /// Only a person can help.
    Long,
}

impl Rest {
    pub(crate) fn after(fault: &Fault) -> Self {
        match fault {
            Fault::Credentials(_) | Fault::Refused(_) => Self::Long,
            Fault::Wait(_, time) => Self::For(*time),
            _ => Self::Short,
        }
    }
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

    /// Reports the account as connected.
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
    pub(crate) async fn rest(&mut self, reason: &str, rest: Rest) -> Result<ControlFlow<()>, AdapterError> {
        self.failures = self.failures.saturating_add(1);
        let grown = (PAUSE.0.saturating_mul(1 << self.failures.min(8)) / 2).min(PAUSE.1);
        let (pause, tell) = match rest {
            Rest::Short => (
                grown.mul_f64(0.5 + fastrand::f64() / 2.0),
                self.failures > 1 || !self.is_up,
            ),
            Rest::For(time) => (time, true),
            Rest::Long => (SLOW, true),
        };
        if tell && self.told.as_deref() != Some(reason) {
            self.is_up = false;
            self.told = Some(reason.to_owned());
            let reason = reason.to_owned();
            self.link.post(Event::Disconnected { reason }).await?;
        }
        tokio::select! {
            () = self.link.shutdown.cancelled() => Ok(ControlFlow::Break(())),
            () = tokio::time::sleep(pause) => Ok(ControlFlow::Continue(())),
        }
    }
}
