//! Keeps messages below WeCom's limits by the minute and the hour, by chat, and waits after WeCom reported one.

use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// A rate limit: the most messages within a time.
pub(crate) type RateLimit = (usize, SignedDuration);

/// A robot's limits for each chat, answers and messages of its own together (WeCom's documentation, path 101463).
pub(crate) const ROBOT: &[RateLimit] = &[
    (30, SignedDuration::from_secs(60)),
    (1_000, SignedDuration::from_secs(3_600)),
];
/// A group robot's limit (path 91770).
pub(crate) const GROUP_ROBOT: &[RateLimit] = &[(20, SignedDuration::from_secs(60))];
/// An application's limits for each member (path 90236); groups of its own are not more.
pub(crate) const APP: &[RateLimit] = &[
    (30, SignedDuration::from_secs(60)),
    (1_000, SignedDuration::from_secs(3_600)),
];

/// The times of the latest messages, by chat.
#[derive(Debug)]
pub(crate) struct RateLimits {
    limits: &'static [RateLimit],
    chats: BTreeMap<String, Chat>,
}

#[derive(Debug, Default)]
struct Chat {
    said: VecDeque<Timestamp>,
    until: Option<Timestamp>,
}

impl RateLimits {
    pub(crate) fn new(limits: &'static [RateLimit]) -> Self {
        Self {
            limits,
            chats: BTreeMap::new(),
        }
    }

    /// Counts one more message to `chat`, now.
    ///
    /// # Errors
    /// The wait, if a limit is reached; then nothing is counted.
    pub(crate) fn take(&mut self, chat: &str, now: Timestamp) -> Result<(), Duration> {
        let longest = self
            .limits
            .iter()
            .map(|(_, span)| *span)
            .max()
            .unwrap_or_default();
        self.chats.retain(|_, chat| {
            while chat
                .said
                .front()
                .is_some_and(|at| now.duration_since(*at) >= longest)
            {
                chat.said.pop_front();
            }
            !chat.said.is_empty() || chat.until.is_some_and(|until| until > now)
        });
        let chat = self.chats.entry(chat.to_owned()).or_default();
        let mut free = chat.until.filter(|until| *until > now);
        for (most, span) in self.limits {
            let nth = chat
                .said
                .len()
                .checked_sub(*most)
                .and_then(|at| chat.said.get(at));
            free = free.max(
                nth.and_then(|at| at.checked_add(*span).ok())
                    .filter(|free| *free > now),
            );
        }
        match free {
            Some(free) => Err(Duration::try_from(free.duration_since(now)).unwrap_or_default()),
            None => {
                chat.said.push_back(now);
                Ok(())
            }
        }
    }

    /// Records that WeCom asked to wait for so long in `chat`.
    pub(crate) fn hit(&mut self, chat: &str, wait: Duration, now: Timestamp) {
        let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
        let until = now.saturating_add(wait).unwrap_or(Timestamp::MAX);
        let chat = self.chats.entry(chat.to_owned()).or_default();
        chat.until = chat.until.max(Some(until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_window_ever_holds_more_than_its_limit(gaps in prop::collection::vec(0_i64..40_000, 1..400)) {
            const LIMITS: &[RateLimit] = &[(3, SignedDuration::from_secs(10)), (20, SignedDuration::from_secs(300))];
            let mut pace = RateLimits::new(LIMITS);
            let mut now = Timestamp::UNIX_EPOCH;
            let mut said: Vec<Timestamp> = Vec::new();
            for gap in gaps {
                now += SignedDuration::from_millis(gap);
                match pace.take("a", now) {
                    Ok(()) => said.push(now),
                    Err(wait) => {
                        let wait = SignedDuration::try_from(wait).unwrap();
                        prop_assert!(wait > SignedDuration::ZERO);
                        prop_assert!(pace.take("a", now + wait - SignedDuration::from_nanos(1)).is_err());
                        now += wait;
                        prop_assert_eq!(pace.take("a", now), Ok(()));
                        said.push(now);
                    }
                }
                for (most, span) in LIMITS {
                    let inside = said.iter().filter(|at| now.duration_since(**at) < *span).count();
                    prop_assert!(inside <= *most);
                }
            }
        }
    }

    #[test]
    fn chats_do_not_wait_for_each_other_and_what_wecom_says_counts() {
        let mut pace = RateLimits::new(GROUP_ROBOT);
        let now = Timestamp::UNIX_EPOCH;
        for _ in 0..20 {
            pace.take("a", now).unwrap();
        }
        assert_eq!(pace.take("a", now), Err(Duration::from_secs(60)));
        pace.take("b", now).unwrap();
        pace.hit("b", Duration::from_secs(5), now);
        assert_eq!(pace.take("b", now), Err(Duration::from_secs(5)));
        pace.take("b", now + SignedDuration::from_secs(5)).unwrap();
    }
}
