//! Work beside the answering that nobody waits for. It is begun anew where it breaks off, so that it never ends in silence.

use std::future::Future;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Pause before work that broke off is begun anew.
const RETRY_INTERVAL: Duration = Duration::from_secs(60);

/// Runs `work` until the program stops. `name` says in the log what broke off; health and the staff rooms hear of the panic itself.
pub(super) fn keep_running<F>(
    name: &'static str,
    stop: &CancellationToken,
    work: impl Fn() -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let stop = stop.clone();
    tokio::spawn(async move {
        loop {
            let ended = tokio::spawn(work()).await;
            if stop.is_cancelled() {
                return;
            }
            match ended {
                Ok(()) => tracing::error!(name, "work beside the answering ended; beginning anew"),
                Err(error) => {
                    tracing::error!(name, %error, "work beside the answering broke off; beginning anew")
                }
            }
            tokio::select! {
                () = tokio::time::sleep(RETRY_INTERVAL) => {}
                () = stop.cancelled() => return,
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test(start_paused = true)]
    async fn work_that_breaks_off_is_begun_anew_until_the_program_stops() {
        let (begun, stop) = (Arc::new(AtomicU32::new(0)), CancellationToken::new());
        let (counted, ends) = (Arc::clone(&begun), stop.clone());
        keep_running("a test", &stop, move || {
            let (count, ends) = (counted.fetch_add(1, Ordering::SeqCst), ends.clone());
            async move {
                assert!(count > 1, "breaks off twice");
                ends.cancelled().await;
            }
        });
        tokio::time::sleep(RETRY_INTERVAL * 5).await;
        assert_eq!(begun.load(Ordering::SeqCst), 3, "twice anew, and then it runs");
        stop.cancel();
        tokio::time::sleep(RETRY_INTERVAL * 5).await;
        assert_eq!(begun.load(Ordering::SeqCst), 3);
    }
}
