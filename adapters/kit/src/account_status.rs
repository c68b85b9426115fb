//! The state of an account's connection, as it was reported to the desk.

use crate::{CallError, CallErrorKind};
use groupdesk_contract::{AccountState, AdapterError, Event, Link};
use parking_lot::Mutex;
use std::ops::ControlFlow;
use std::time::Duration;

/// Reports to the desk that an account is connected or not, and why: each change once, and another reason as another change.
#[derive(Debug)]
pub struct AccountStatus {
    link: Link,
    reported: Mutex<Reported>,
}

#[derive(Debug, Default)]
struct Reported {
    /// The state that the desk was told last.
    state: Option<AccountState>,
    failures: u32,
}

impl Reported {
    fn is_up(&self) -> bool {
        self.state.as_ref().is_some_and(AccountState::is_connected)
    }
}

/// A failed attempt, as [`AccountStatus::count_failure`] counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// The number of failures since the account was connected; 1 for the first.
    pub count: u32,
    /// The desk knows the account as connected.
    pub is_up: bool,
}

impl Failure {
    /// True for one of the first `hiccups` failures of an account that is connected: most pass before anybody would notice.
    pub fn is_hiccup(self, hiccups: u32) -> bool {
        self.is_up && self.count <= hiccups
    }

    /// Returns the pause before the next attempt: `first` after the first failure, twice as long after each further one, at most
    /// `longest`.
    pub fn backoff(self, first: Duration, longest: Duration) -> Duration {
        let doublings = self.count.clamp(1, 9) - 1;
        first.saturating_mul(1 << doublings).min(longest)
    }
}

impl AccountStatus {
    /// Makes the status of an account of which nothing was reported yet.
    pub fn new(link: Link) -> Self {
        Self {
            link,
            reported: Mutex::default(),
        }
    }

    /// True if the desk knows the account as connected.
    pub fn is_up(&self) -> bool {
        self.reported.lock().is_up()
    }

    /// Reports the account as connected, if that is a change.
    ///
    /// # Errors
    /// [`AdapterError::Stopped`] when the desk takes no more events.
    pub async fn connected(&self) -> Result<(), AdapterError> {
        self.reported.lock().failures = 0;
        self.report(AccountState::Connected).await.map(drop)
    }

    /// Counts a failed attempt.
    pub fn count_failure(&self) -> Failure {
        let mut reported = self.reported.lock();
        reported.failures = reported.failures.saturating_add(1);
        Failure {
            count: reported.failures,
            is_up: reported.is_up(),
        }
    }

    /// Reports the account as disconnected for `reason`, in a sentence for an admin, if that is a change; returns true if it was.
    ///
    /// # Errors
    /// [`AdapterError::Stopped`] when the desk takes no more events.
    pub async fn disconnected(&self, reason: &str) -> Result<bool, AdapterError> {
        let reason = reason.to_owned();
        self.report(AccountState::Degraded { reason }).await
    }

    /// Reports that the platform refuses the account's credentials, as [`AccountStatus::disconnected`] does.
    ///
    /// # Errors
    /// [`AdapterError::Stopped`] when the desk takes no more events.
    pub async fn bad_credentials(&self, reason: &str) -> Result<bool, AdapterError> {
        let reason = reason.to_owned();
        self.report(AccountState::BadCredentials { reason }).await
    }

    /// Reports the account as disconnected by a failed call, as [`AccountStatus::disconnected`] does.
    ///
    /// # Errors
    /// [`AdapterError::Stopped`] when the desk takes no more events.
    pub async fn failed(&self, error: &CallError) -> Result<bool, AdapterError> {
        match error.kind {
            CallErrorKind::BadCredentials => self.bad_credentials(&error.message).await,
            _ => self.disconnected(&error.message).await,
        }
    }

    async fn report(&self, state: AccountState) -> Result<bool, AdapterError> {
        {
            let mut reported = self.reported.lock();
            if reported.state.as_ref() == Some(&state) {
                return Ok(false);
            }
            reported.state = Some(state.clone());
        }
        self.link.post(Event::State(state)).await?;
        Ok(true)
    }

    /// Waits before the next attempt; `Break` when it is time to stop.
    pub async fn pause(&self, pause: Duration) -> ControlFlow<()> {
        tokio::select! {
            () = self.link.shutdown.cancelled() => ControlFlow::Break(()),
            () = tokio::time::sleep(pause) => ControlFlow::Continue(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn each_change_is_reported_once() {
        let (inbox, mut events) = mpsc::channel(8);
        let shutdown = CancellationToken::new();
        let status = AccountStatus::new(Link::new("bot".into(), inbox, shutdown.clone()));
        let mut told = || events.try_recv().ok().map(|incoming| incoming.event);
        let down = |reason: &str| {
            Some(Event::State(AccountState::Degraded {
                reason: reason.to_owned(),
            }))
        };
        assert!(!status.count_failure().is_hiccup(1), "it was never connected");
        assert!(status.disconnected("refused").await.unwrap());
        assert!(!status.disconnected("refused").await.unwrap());
        assert!(status.disconnected("no route").await.unwrap());
        assert_eq!(
            (told(), told(), told()),
            (down("refused"), down("no route"), None)
        );
        status.connected().await.unwrap();
        status.connected().await.unwrap();
        assert_eq!(
            (told(), told()),
            (Some(Event::State(AccountState::Connected)), None)
        );
        let failures = [status.count_failure(), status.count_failure()];
        assert_eq!(failures.map(|failure| failure.is_hiccup(1)), [true, false]);
        let [second, minute] = [1, 60].map(Duration::from_secs);
        assert_eq!(
            failures.map(|failure| failure.backoff(second, minute)),
            [second, second * 2]
        );
        status.disconnected("refused").await.unwrap();
        assert_eq!((told(), status.is_up()), (down("refused"), false));
        let error = CallError::new(CallErrorKind::BadCredentials, "refused");
        assert!(status.failed(&error).await.unwrap());
        assert!(!status.bad_credentials("refused").await.unwrap());
        let reason = "refused".to_owned();
        let state = AccountState::BadCredentials { reason };
        assert_eq!((told(), told()), (Some(Event::State(state)), None));
        shutdown.cancel();
        assert!(status.pause(minute).await.is_break());
    }
}
