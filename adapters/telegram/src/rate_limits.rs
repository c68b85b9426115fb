//! The rate limits that Telegram reported: of a chat, or of the whole bot.

use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    chats: BTreeMap<i64, Timestamp>,
    all: Option<Timestamp>,
}

impl RateLimits {
    /// Returns the time that `chat` has to wait, if it has to.
    pub(crate) fn wait(&mut self, chat: i64, now: Timestamp) -> Option<Duration> {
        self.chats.retain(|_, until| *until > now);
        let until = self.chats.get(&chat).copied().max(self.all)?;
        Duration::try_from(until.duration_since(now))
            .ok()
            .filter(|wait| !wait.is_zero())
    }

    /// Records that Telegram asked to wait for `time`. It does not tell whether the chat's limit (20 messages a minute in a
    /// group) or the bot's (30 a second) is reached: if a second chat has to wait while the first still does, it is the bot's. A
    /// call about no chat can only hit the bot's.
    pub(crate) fn hit(&mut self, chat: Option<i64>, time: Duration, now: Timestamp) {
        self.chats.retain(|_, until| *until > now);
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        let until = now.saturating_add(time).unwrap_or(Timestamp::MAX);
        let of_all = match chat {
            None => true,
            Some(chat) => {
                let others = self.chats.keys().any(|known| *known != chat);
                self.chats.insert(chat, until);
                others
            }
        };
        if of_all {
            self.all = self.all.max(Some(until));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_chat_waits_alone_and_a_second_makes_all_wait() {
        let mut pace = RateLimits::default();
        let start = Timestamp::UNIX_EPOCH;
        let at = |seconds| start + SignedDuration::from_secs(seconds);
        pace.hit(Some(1), Duration::from_secs(10), start);
        pace.hit(Some(1), Duration::from_secs(10), start);
        assert_eq!(pace.wait(1, at(3)), Some(Duration::from_secs(7)));
        assert_eq!(pace.wait(2, at(3)), None);
        pace.hit(Some(2), Duration::from_secs(4), at(3));
        assert_eq!(pace.wait(3, at(3)), Some(Duration::from_secs(4)));
        assert_eq!(pace.wait(3, at(7)), None);
        assert_eq!(pace.wait(1, at(10)), None);
        pace.hit(Some(2), Duration::from_secs(4), at(20));
        assert_eq!(pace.wait(3, at(20)), None, "what is over counts no more");
        pace.hit(None, Duration::from_secs(1), at(20));
        assert_eq!(pace.wait(3, at(20)), Some(Duration::from_secs(1)));
    }
}
