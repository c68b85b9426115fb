//! The state of the account as the desk knows it: which faults are reported, and how long the account rests after them.

use crate::api::{Body, Fault};
use crate::core::Core;
use groupdesk_contract::AdapterError;
use groupdesk_kit::AccountStatus;
use reqwest::Method;
use std::ops::ControlFlow;
use std::time::Duration;

/// Pauses after faults, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(60));
/// The retry delay while only a person can help.
const OPERATOR_RETRY_DELAY: Duration = Duration::from_secs(300);

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
            tracing::debug!(account = %core.account, reason = fault.message(), "QQ does not say who the bot is");
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
    /// Only a person can help: the credentials are wrong.
    Credentials,
}

impl Rest {
    pub(crate) fn after(fault: &Fault) -> Self {
        match fault {
            Fault::Credentials(_) => Self::Credentials,
            Fault::Refused(_) => Self::Long,
            Fault::Wait(_, time) => Self::For(*time),
            _ => Self::Short,
        }
    }
}

/// Waits after a fault, and reports it unless it is a first hiccup. `Break` when it is time to stop.
pub(crate) async fn pause_after(
    status: &AccountStatus,
    reason: &str,
    rest: Rest,
) -> Result<ControlFlow<()>, AdapterError> {
    let failure = status.count_failure();
    let (pause, is_told) = match rest {
        Rest::Short => {
            let grown = failure.backoff(BACKOFF.0, BACKOFF.1);
            (grown.mul_f64(0.5 + fastrand::f64() / 2.0), !failure.is_hiccup(1))
        }
        Rest::For(time) => (time, true),
        Rest::Long | Rest::Credentials => (OPERATOR_RETRY_DELAY, true),
    };
    match rest {
        Rest::Credentials => status.bad_credentials(reason).await.map(drop)?,
        _ if is_told => status.disconnected(reason).await.map(drop)?,
        _ => {}
    }
    Ok(status.pause(pause).await)
}
