//! The program while it serves, and its way to a clean end: first nothing new is decided, then, when the last replies are out, the
//! accounts disconnect.

use super::desk_leadership::Leadership;
use super::event_intake::Intake;
use super::outbox::Outbox;
use super::run_error::RunError;
use super::shutdown::{drain, end_by_force_after, ended};
use super::systemd;
use super::watchdog::Watchdog;
use crate::store::{Store, StoreError};
use groupdesk_contract::Incoming;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinHandle};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Timeout of the work in hand at the end.
const LAST_WORK: Duration = Duration::from_secs(10);

/// Result of the inbox's task.
type InboxResult = Result<Result<(), StoreError>, JoinError>;

/// Tasks and parts that serve.
pub(super) struct Running {
    pub(super) inbox: JoinHandle<Result<(), StoreError>>,
    pub(super) reload: Option<JoinHandle<()>>,
    pub(super) judging: Option<JoinHandle<()>>,
    pub(super) calendar: Option<JoinHandle<()>>,
    pub(super) web: Option<oneshot::Receiver<()>>,
    pub(super) accounts: TaskTracker,
    pub(super) outbox: Arc<Outbox>,
    pub(super) intake: Arc<Intake>,
    /// Events that the inbox has not taken.
    pub(super) queue: mpsc::WeakSender<Incoming>,
    pub(super) holding: Leadership,
    pub(super) store: Arc<dyn Store>,
    pub(super) watchdog: Watchdog,
    /// Ends everything that decides.
    pub(super) stop: CancellationToken,
    /// Ends the accounts and the listener.
    pub(super) disconnect: CancellationToken,
}

impl Running {
    /// Serves until `shutdown` is cancelled, the last account has ended, or an indispensable part ends; then ends the program.
    ///
    /// # Errors
    /// Fails when an indispensable part ends, the store is lost, or messages can't be committed at the end.
    pub(super) async fn serve(mut self, shutdown: &CancellationToken) -> Result<(), RunError> {
        let mut inbox_ended = None;
        let broke = tokio::select! {
            () = shutdown.cancelled() => Ok(()),
            () = self.accounts.wait() => Ok(()),
            ended = &mut self.inbox => {
                inbox_ended = Some(ended);
                Ok(())
            }
            () = ended(&mut self.reload) => Err(RunError::Ended { part: "the task that reloads faq.yaml" }),
            () = ended(&mut self.judging) => Err(RunError::Ended { part: "the task that calibrates the judge" }),
            () = ended(&mut self.calendar) => Err(RunError::Ended { part: "the task that looks after the holidays" }),
            () = ended(&mut self.web) => Err(RunError::Ended { part: "the HTTP listener" }),
            () = self.outbox.broke() => Err(RunError::Ended { part: "the task that records what became of replies" }),
            error = self.holding.until_lost() => {
                self.holding.end_at_once(&error).await;
                Err(error.into())
            }
        };
        self.end(broke, inbox_ended).await
    }

    /// Ends the program, for the reason that `broke` gives; `inbox_ended` is the inbox's result if it has ended by itself.
    async fn end(
        self,
        broke: Result<(), RunError>,
        inbox_ended: Option<InboxResult>,
    ) -> Result<(), RunError> {
        if let Err(error) = &broke {
            tracing::error!(%error, "ending the program");
        }
        tracing::info!("stopping: finishing what is in hand");
        systemd::stopping();
        self.stop.cancel();
        let ends = end_by_force_after(LAST_WORK * 3);
        let ended = match inbox_ended {
            // It ends when the last account has, and may be seen to before that; else nothing told it to.
            Some(Ok(Ok(()))) => tokio::time::timeout(LAST_WORK / 5, self.accounts.wait())
                .await
                .map_err(|_| RunError::Ended { part: "the inbox" }),
            Some(ended) => inbox_result(ended),
            None => match tokio::time::timeout(LAST_WORK, self.inbox).await {
                Ok(ended) => inbox_result(ended),
                Err(_) => Err(RunError::Slow {
                    seconds: LAST_WORK.as_secs(),
                }),
            },
        };
        let ended = broke
            .and(ended)
            .map_err(|error| unfinished(error, &self.intake, &self.queue));
        drain(&self.outbox).await;
        self.outbox.shutdown(LAST_WORK / 2).await;
        self.disconnect.cancel();
        let disconnected = tokio::time::timeout(LAST_WORK / 5, self.accounts.wait()).await;
        if disconnected.is_err() {
            tracing::debug!("an account did not disconnect in time");
        }
        if let Some(reload) = self.reload {
            reload.abort();
        }
        if let Some(web) = self.web {
            // What is under way there has its own deadline.
            let _ = web.await;
        }
        drop(self.watchdog);
        drop(ends);
        if self.intake.too_late() > 0 {
            tracing::warn!(
                messages = self.intake.too_late(),
                "messages came while the program was ending and were not taken; their platforms bring them again where they can"
            );
        }
        self.store.close().await;
        self.holding.release().await;
        ended
    }
}

/// Returns the error that the program ends with, with the number of messages that were lost.
fn unfinished(error: RunError, intake: &Intake, queue: &mpsc::WeakSender<Incoming>) -> RunError {
    let waiting = queue
        .upgrade()
        .map_or(0, |queue| queue.max_capacity() - queue.capacity());
    match intake.uncommitted() + waiting as u64 {
        0 => error,
        messages => RunError::Unfinished {
            messages,
            why: error.to_string(),
        },
    }
}

fn inbox_result(ended: InboxResult) -> Result<(), RunError> {
    match ended {
        Ok(ended) => ended.map_err(RunError::Store),
        Err(_) => Err(RunError::Ended { part: "the inbox" }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    async fn breaks_off() {
        tokio::task::yield_now().await;
        panic!("as a part does that has a fault");
    }

    #[tokio::test]
    async fn a_part_that_breaks_off_or_ends_unasked_is_an_error_that_names_it() {
        for broken in [true, false] {
            let task = tokio::spawn(async move {
                if broken {
                    breaks_off().await;
                }
            });
            let mut task = Some(task);
            let seen = tokio::time::timeout(Duration::from_secs(10), ended(&mut task)).await;
            assert!(seen.is_ok() && task.is_none());
        }
        let inbox = tokio::spawn(async {
            breaks_off().await;
            Ok(())
        });
        let error = inbox_result(inbox.await).unwrap_err().to_string();
        assert!(
            error.starts_with("the inbox ended although nobody told it to"),
            "{error}"
        );
        let (mut web, of_web) = (None, oneshot::channel::<()>());
        web.replace(of_web.1);
        drop(of_web.0);
        assert!(
            tokio::time::timeout(Duration::from_secs(10), ended(&mut web))
                .await
                .is_ok()
        );
    }
}
