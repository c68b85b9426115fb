//! The state of the account as the desk knows it: which faults are reported, and how long the account rests after them.

use crate::api::Fault;
use groupdesk_contract::AdapterError;
use groupdesk_kit::AccountStatus;
use std::ops::ControlFlow;
use std::time::Duration;

/// Pauses after faults, at first and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));
/// Longest retry delay after a refused token: a server that logs in, and a proxy before one, refuse for seconds too.
const TOKEN_PAUSE: Duration = Duration::from_secs(10);

/// Waits after a fault, and reports it unless it is a first hiccup. `Break` when it is time to stop.
pub(crate) async fn pause_after(
    status: &AccountStatus,
    fault: &Fault,
) -> Result<ControlFlow<()>, AdapterError> {
    let failure = status.count_failure();
    let grown = failure.backoff(BACKOFF.0, Duration::MAX);
    let (pause, is_told) = match fault {
        Fault::Token(_) => (grown.clamp(Duration::from_secs(1), TOKEN_PAUSE), true),
        Fault::Wait(time) => (*time, false),
        Fault::Conflict(_) => (grown.clamp(Duration::from_secs(2), BACKOFF.1), true),
        _ => (grown.min(BACKOFF.1), !failure.is_hiccup(1)),
    };
    match fault {
        Fault::Token(_) => status.bad_credentials(&fault.message()).await.map(drop)?,
        _ if is_told => status.disconnected(&fault.message()).await.map(drop)?,
        _ => {}
    }
    Ok(status.pause(pause).await)
}
