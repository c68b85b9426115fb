//! The end of the program: its waits, and their limits.

use super::outbox::Outbox;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// Exit code of a process that had to be ended by force: that of a fault that a restart may mend.
const FORCED_EXIT_CODE: i32 = 3;

/// Timeout of the last replies.
const LAST_REPLIES_TIMEOUT: Duration = Duration::from_secs(3);

/// Waits until a task or the listener has ended, or broke off; for ever where there is none.
pub(super) async fn ended(part: &mut Option<impl Future + Unpin>) {
    match part {
        Some(running) => {
            let _ = running.await;
            *part = None;
        }
        None => std::future::pending().await,
    }
}

/// Ends the process when stopping takes longer than all its deadlines together, unless what is returned is dropped before: a task that
/// computes can't be stopped, and whoever told the program to end must not have to look for it.
pub(super) fn end_by_force_after(limit: Duration) -> std::sync::mpsc::Sender<()> {
    let (ends, ended) = std::sync::mpsc::channel::<()>();
    let wait = move || {
        if ended.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            tracing::error!(
                seconds = limit.as_secs(),
                "it does not stop by itself: ending the process"
            );
            // Another thread writes the log.
            std::thread::sleep(Duration::from_millis(200));
            std::process::exit(FORCED_EXIT_CODE);
        }
    };
    if let Err(error) = std::thread::Builder::new()
        .name("last resort".to_owned())
        .spawn(wait)
    {
        tracing::warn!(%error, "can't start the thread that ends the process by force");
    }
    ends
}

/// Waits until every reply is out, but not for one that waits for a pace or a lost connection.
pub(super) async fn drain(outbox: &Outbox) {
    let until = tokio::time::Instant::now() + LAST_REPLIES_TIMEOUT;
    while outbox.counters().queued > 0 && tokio::time::Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
