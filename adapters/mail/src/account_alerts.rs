//! Alerts of the account, fired at the desk until they are resolved, and the rate limit of the mails that answer somebody.

use groupdesk_contract::{Alert, Event, Link};
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::collections::{BTreeMap, VecDeque};

/// The grace period before an unreachable server becomes an alert; most servers come back sooner.
const UNREACHABLE_GRACE: SignedDuration = SignedDuration::from_secs(120);

/// At most so many alerts stand at a time.
const MAX_ALERTS: usize = 100;

/// The account's alerts.
#[derive(Debug, Default)]
pub(crate) struct AccountAlert {
    link: Mutex<Option<Link>>,
    standing: Mutex<BTreeMap<String, FiringAlert>>,
}

#[derive(Debug, Clone)]
struct FiringAlert {
    /// The alert's message; `None` during the grace period.
    told: Option<String>,
    since: Timestamp,
    /// The time at which the alert resolves by itself.
    until: Option<Timestamp>,
}

impl AccountAlert {
    /// The way to the desk, which there is while the account runs.
    pub(crate) fn through(&self, link: &Link) {
        *self.link.lock() = Some(link.clone());
    }

    /// Tells of a fault that lasts until [`AccountAlert::resolve`], or until `until`.
    pub(crate) async fn fire(&self, name: &str, message: String, now: Timestamp, until: Option<Timestamp>) {
        {
            let mut standing = self.standing.lock();
            if standing.len() >= MAX_ALERTS && !standing.contains_key(name) {
                tracing::warn!(alert = name, "{message}");
                return;
            }
            let entry = standing.entry(name.to_owned()).or_insert(FiringAlert {
                told: None,
                since: now,
                until,
            });
            entry.until = until;
            if entry.told.as_ref() == Some(&message) {
                return;
            }
            entry.told = Some(message.clone());
        }
        self.post(name, Some(message)).await;
    }

    /// Tells of a fault that may pass by itself, when it has lasted.
    pub(crate) async fn fire_if_it_lasts(&self, name: &str, message: String, now: Timestamp) {
        let since = {
            let mut standing = self.standing.lock();
            let entry = standing.entry(name.to_owned()).or_insert(FiringAlert {
                told: None,
                since: now,
                until: None,
            });
            entry.since
        };
        if now.duration_since(since) >= UNREACHABLE_GRACE {
            self.fire(name, message, now, None).await;
        }
    }

    /// Resolves an alert, if it fired.
    pub(crate) async fn resolve(&self, name: &str) {
        let standing = self.standing.lock().remove(name);
        if standing.is_some_and(|standing| standing.told.is_some()) {
            self.post(name, None).await;
        }
    }

    /// Ends what ends by itself.
    pub(crate) async fn expire(&self, now: Timestamp) {
        let over: Vec<String> = self
            .standing
            .lock()
            .iter()
            .filter(|(_, standing)| standing.until.is_some_and(|until| until <= now))
            .map(|(name, _)| name.clone())
            .collect();
        for name in over {
            self.resolve(&name).await;
        }
    }

    async fn post(&self, name: &str, message: Option<String>) {
        let link = self.link.lock().clone();
        let alert = Alert {
            name: name.to_owned(),
            message,
        };
        match link {
            // The desk that takes no more events is told of nothing more.
            Some(link) => drop(link.post(Event::Alert(alert)).await),
            None => {
                tracing::warn!(alert = name, message = ?alert.message, "told to nobody: the account does not run yet")
            }
        }
    }
}

/// A rate limit by name.
#[derive(Debug, Default)]
pub(crate) struct MailLimit(Mutex<BTreeMap<String, VecDeque<Timestamp>>>);

impl MailLimit {
    /// Counts the event, if fewer than `most` were counted under `name` within `within` before `now`; returns how many more may
    /// follow. `None` for one too many.
    pub(crate) fn take(
        &self,
        name: &str,
        now: Timestamp,
        most: usize,
        within: SignedDuration,
    ) -> Option<usize> {
        let mut counted = self.0.lock();
        let is_old = |at: &Timestamp| now.duration_since(*at) >= within;
        if counted.len() > 1_000 {
            counted.retain(|_, times| times.back().is_some_and(|last| !is_old(last)));
        }
        let times = counted.entry(name.to_owned()).or_default();
        while times.front().is_some_and(is_old) {
            times.pop_front();
        }
        if times.len() >= most {
            return None;
        }
        times.push_back(now);
        Some(most - times.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;
    use tokio_util::sync::CancellationToken;

    #[tokio::test]
    async fn a_fault_is_told_once_when_it_lasts_and_again_when_it_is_over() {
        let (inbox, mut heard) = mpsc::channel(8);
        let alarm = AccountAlert::default();
        alarm.through(&Link::new("mail".into(), inbox, CancellationToken::new()));
        let start = Timestamp::UNIX_EPOCH;
        let mut told = || heard.try_recv().ok().map(|incoming| incoming.event);
        alarm.fire_if_it_lasts("smtp", "away".to_owned(), start).await;
        alarm.resolve("smtp").await;
        assert_eq!(told(), None, "it passed");
        alarm.fire_if_it_lasts("smtp", "away".to_owned(), start).await;
        for seconds in [100, 121, 150] {
            alarm
                .fire_if_it_lasts(
                    "smtp",
                    "away".to_owned(),
                    start + SignedDuration::from_secs(seconds),
                )
                .await;
        }
        assert!(matches!(
            told(),
            Some(Event::Alert(Alert { message: Some(_), .. }))
        ));
        assert_eq!(told(), None);
        alarm.resolve("smtp").await;
        assert!(matches!(told(), Some(Event::Alert(Alert { message: None, .. }))));
        let soon = start + SignedDuration::from_secs(10);
        alarm.fire("refused", "a".to_owned(), start, Some(soon)).await;
        assert!(told().is_some());
        alarm.expire(start).await;
        assert_eq!(told(), None);
        alarm.expire(soon).await;
        assert!(matches!(told(), Some(Event::Alert(Alert { message: None, .. }))));
    }

    #[test]
    fn a_limit_counts_within_its_time() {
        let limit = MailLimit::default();
        let hour = SignedDuration::from_hours(1);
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let take = |name, minutes| limit.take(name, at(minutes), 2, hour);
        assert_eq!(
            (take("a", 0), take("a", 30), take("a", 59)),
            (Some(1), Some(0), None)
        );
        assert_eq!((take("b", 59), take("a", 60)), (Some(1), Some(0)));
    }
}
