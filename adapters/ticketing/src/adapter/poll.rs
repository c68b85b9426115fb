//! The poll loop: checks the credentials, then asks every target for news, again and again.

use super::Ticketing;
use super::receive::NotTaken;
use crate::api_error::ApiError;
use groupdesk_contract::{AdapterError, Link, StorageError};
use groupdesk_kit::{AccountStatus, Failure};
use std::collections::BTreeMap;
use std::time::Duration;

/// The first retry delay after a fault; doubled each time.
const BACKOFF_MIN: Duration = Duration::from_secs(2);
/// The longest retry delay, unless `poll` is longer.
const BACKOFF_MAX: Duration = Duration::from_secs(120);

/// The shortest pause, which neither the settings nor the system can undercut.
const POLL_PAUSE_MIN: Duration = Duration::from_millis(100);

/// The reason for which a round ended early.
enum Halt {
    Stopped(AdapterError),
    ApiError(ApiError),
}

impl From<StorageError> for Halt {
    fn from(error: StorageError) -> Self {
        Self::ApiError(ApiError::later(format!(
            "what came before can't be read or kept: {error}"
        )))
    }
}

impl From<NotTaken> for Halt {
    fn from(error: NotTaken) -> Self {
        match error {
            NotTaken::Stopped(stopped) => Self::Stopped(stopped),
            NotTaken::Forgotten(error) => error.into(),
        }
    }
}

/// The state of the rounds.
struct PollState {
    status: AccountStatus,
    /// The credentials were accepted after the last fault.
    is_checked: bool,
    /// Rounds that failed since the last whole one; credentials that are accepted end none.
    in_vain: u32,
    /// The last fault of each target.
    complaints: BTreeMap<String, String>,
}

impl Ticketing {
    pub(super) async fn rounds(&self, link: &Link) -> Result<(), AdapterError> {
        let mut standing = PollState {
            status: AccountStatus::new(link.clone()),
            is_checked: false,
            in_vain: 0,
            complaints: BTreeMap::new(),
        };
        loop {
            let pause = match self.round(link, &mut standing).await {
                Ok(()) => {
                    standing.in_vain = 0;
                    self.poll
                }
                Err(Halt::Stopped(_)) if link.shutdown.is_cancelled() => return Ok(()),
                Err(Halt::Stopped(stopped)) => return Err(stopped),
                Err(Halt::ApiError(trouble)) => {
                    self.tell_of_key(link, Some(&trouble)).await?;
                    standing.is_checked = false;
                    standing.in_vain = standing.in_vain.saturating_add(1);
                    let reason = trouble.reason();
                    let is_news = match trouble {
                        ApiError::KeyRefused(_) => standing.status.bad_credentials(reason).await?,
                        _ => standing.status.disconnected(reason).await?,
                    };
                    if is_news {
                        tracing::warn!(account = %self.account, "{reason}");
                    }
                    self.pause(&trouble, standing.in_vain)
                }
            };
            if standing.status.pause(pause.max(POLL_PAUSE_MIN)).await.is_break() {
                return Ok(());
            }
        }
    }

    fn pause(&self, trouble: &ApiError, in_vain: u32) -> Duration {
        if let ApiError::Later {
            after: Some(after), ..
        } = trouble
        {
            return (*after).max(self.poll.min(BACKOFF_MIN));
        }
        let first = BACKOFF_MIN.min(self.poll);
        let failure = Failure {
            count: in_vain,
            is_up: false,
        };
        failure.backoff(first, BACKOFF_MAX.min(self.poll.max(first)))
    }

    async fn round(&self, link: &Link, standing: &mut PollState) -> Result<(), Halt> {
        if !standing.is_checked {
            unless_stopped(link, self.remote.check()).await?;
            self.tell_of_key(link, None).await.map_err(Halt::Stopped)?;
            standing.is_checked = true;
            standing.status.connected().await.map_err(Halt::Stopped)?;
        }
        for target in self.remote.targets() {
            match self.ask(link, target).await {
                Ok(()) => {
                    standing.complaints.remove(target);
                    self.alert(link, &alert_of(target), None)
                        .await
                        .map_err(Halt::Stopped)?;
                }
                Err(Halt::ApiError(ApiError::Refused(reason))) => {
                    // Of the whole account or of this target alone?
                    unless_stopped(link, self.remote.check()).await?;
                    if standing.complaints.get(target) != Some(&reason) {
                        let told = format!("no answers come back from `{target}`: {reason}");
                        self.alert(link, &alert_of(target), Some(told))
                            .await
                            .map_err(Halt::Stopped)?;
                        standing.complaints.insert(target.to_owned(), reason);
                    }
                }
                Err(halt) => return Err(halt),
            }
        }
        Ok(())
    }

    async fn ask(&self, link: &Link, target: &str) -> Result<(), Halt> {
        let cursor = self.notes.cursor(target).await?;
        let watched = self.notes.watched(target).await?;
        let news = unless_stopped(link, self.remote.updates(target, &watched, cursor.as_deref())).await?;
        for item in news.items {
            self.take(link, item).await?;
        }
        let unreadable = match news.unreadable {
            0 => None,
            many => Some(format!(
                "{many} entries of `{target}` can't be read and are passed over: {} sends something that this version does \
                 not know; please report it, and look there for answers to members",
                self.remote.system()
            )),
        };
        let name = format!("unreadable-{target}");
        self.alert(link, &name, unreadable).await.map_err(Halt::Stopped)?;
        // Only what was taken in is behind us.
        if let Some(next) = news.cursor
            && cursor.as_ref() != Some(&next)
        {
            self.notes.keep_cursor(target, &next).await?;
        }
        Ok(())
    }
}

/// Names the alert about a target that can't be polled.
fn alert_of(target: &str) -> String {
    format!("target-{target}")
}

/// Runs `work`, unless the adapter is to stop first; nothing is lost then, because the request is repeated.
async fn unless_stopped<T>(link: &Link, work: impl Future<Output = Result<T, ApiError>>) -> Result<T, Halt> {
    tokio::select! {
        () = link.shutdown.cancelled() => Err(Halt::Stopped(AdapterError::Stopped)),
        done = work => done.map_err(Halt::ApiError),
    }
}
