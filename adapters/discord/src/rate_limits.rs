//! The rate limits that Discord reported: of a route, or of the whole bot.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    routes: BTreeMap<String, Timestamp>,
    all: Option<Timestamp>,
}

impl RateLimits {
    /// Returns the time that `route` has to wait, if it has to.
    pub(crate) fn wait(&mut self, route: &str, now: Timestamp) -> Option<Duration> {
        self.routes.retain(|_, until| *until > now);
        let until = self.routes.get(route).copied().max(self.all)?;
        Duration::try_from(until.duration_since(now))
            .ok()
            .filter(|wait| !wait.is_zero())
    }

    /// Records that Discord asked to wait for `time`: on this route, or (`None`) on all.
    pub(crate) fn hit(&mut self, route: Option<&str>, time: Duration, now: Timestamp) {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        let until = now.saturating_add(time).unwrap_or(Timestamp::MAX);
        match route {
            None => self.all = self.all.max(Some(until)),
            Some(route) => {
                let known = self.routes.entry(route.to_owned()).or_insert(until);
                *known = until.max(*known);
            }
        }
    }
}

/// Returns the bucket in which Discord counts a call: the method, and the path up to its first ids.
pub(crate) fn route(method: &str, path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.split('/').take(4).collect();
    format!("{method} {}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_waits_alone_and_a_global_limit_makes_all_wait() {
        let mut pace = RateLimits::default();
        let start = Timestamp::UNIX_EPOCH;
        let at = |seconds| start + SignedDuration::from_secs(seconds);
        let one = route("POST", "/channels/7/messages");
        let two = route("POST", "/channels/8/messages");
        pace.hit(Some(&one), Duration::from_secs(10), start);
        pace.hit(Some(&one), Duration::from_secs(2), start);
        assert_eq!(pace.wait(&one, at(3)), Some(Duration::from_secs(7)));
        assert_eq!(pace.wait(&two, at(3)), None);
        assert_eq!(pace.wait(&one, at(10)), None);
        pace.hit(None, Duration::from_secs(4), at(20));
        assert_eq!(pace.wait(&two, at(21)), Some(Duration::from_secs(3)));
        assert_eq!(pace.wait(&two, at(24)), None);
    }

    #[test]
    fn messages_of_one_channel_share_a_route() {
        assert_eq!(
            route("PATCH", "/channels/7/messages/9?x=1"),
            route("PATCH", "/channels/7/messages/10")
        );
        assert_ne!(
            route("PATCH", "/channels/7/messages/9"),
            route("POST", "/channels/7/messages")
        );
    }
}
