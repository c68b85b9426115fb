//! Tells old messages from clocks that differ. A message that arrives live and looks old, or comes from the future, is a
//! fault of clocks and not of the member: it is taken as fresh, and the fault is reported once. Messages that a platform
//! repeats after a lost connection look old too, and are. Where our own clock was set ([`super::clock_steps`]), the first
//! message after that decides.

use groupdesk_contract::AccountId;
use jiff::SignedDuration;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Difference of two clocks, or delay of a message, from which on it is a fault.
const SKEW_TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// Time after a connect in which a platform may repeat the messages from before it.
const REPLAY_AFTER_CONNECT: Duration = Duration::from_secs(60);

/// Gap up to which two old messages may be repeated ones; one that stands alone is not.
const REPLAY_GAP_MAX: Duration = Duration::from_secs(2);

/// Time over which the same age proves a difference of clocks: repeated messages come faster than they were sent.
const SAME_AGE_PROOF: Duration = Duration::from_secs(5);

/// Variation that the same age may have.
const SAME_WITHIN: SignedDuration = SignedDuration::from_secs(5);

/// Age up to which a single message on a connection that has long stood is taken as fresh.
const ALONE_MAX: SignedDuration = SignedDuration::from_hours(1);

/// Conclusion from a message's age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SkewFinding {
    /// Correction, to be added to the message's time.
    pub(super) correction: SignedDuration,
    /// News about the clock.
    pub(super) news: SkewReport,
}

/// News about an account's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SkewReport {
    /// Nothing new.
    Nothing,
    /// Live messages look so old (negative: from the future).
    Differs(SignedDuration),
    /// It is over.
    Agrees,
    /// Messages that were said before the platform connected look too old; the first since then.
    CaughtUp(SignedDuration),
}

/// Clocks of the accounts, as their messages show them.
#[derive(Debug, Default)]
pub(super) struct Clocks(HashMap<AccountId, AccountClock>);

#[derive(Debug, Default)]
struct AccountClock {
    connected: Option<Instant>,
    /// Age that live messages seem to have.
    skew: Option<SignedDuration>,
    /// Age that they will seem to have, if only our clock was set; the first one tells.
    expected: Option<SignedDuration>,
    /// Last messages that looked old: the first of them with this age, and the last of them.
    old: Option<Old>,
    told_old: bool,
}

#[derive(Debug)]
struct Old {
    age: SignedDuration,
    first: Instant,
    last: Instant,
}

impl Clocks {
    /// Records that an account connected.
    pub(super) fn connected(&mut self, account: &AccountId, now: Instant) {
        let known = self.0.entry(account.clone()).or_default();
        (known.connected, known.old, known.told_old) = (Some(now), None, false);
    }

    /// Records that our clock was set; ahead is positive. The times of the accounts' platforms then differ by as much,
    /// unless their clocks were set with ours.
    pub(super) fn set_by(&mut self, step: SignedDuration) {
        for known in self.0.values_mut() {
            let before = known.expected.or(known.skew).unwrap_or_default();
            known.expected = Some(before.saturating_add(step));
        }
    }

    /// `true` if live messages are known to look older, or newer, than they are.
    pub(super) fn differ(&self, account: &AccountId) -> bool {
        self.0.get(account).is_some_and(|known| known.skew.is_some())
    }

    /// Reads the age of a message that arrives at `now` and is `age` old by its own time.
    pub(super) fn message(&mut self, account: &AccountId, now: Instant, age: SignedDuration) -> SkewFinding {
        self.0.entry(account.clone()).or_default().message(now, age)
    }
}

impl AccountClock {
    fn message(&mut self, now: Instant, age: SignedDuration) -> SkewFinding {
        let found = |correction, news| SkewFinding { correction, news };
        if age.abs() <= SKEW_TOLERANCE {
            (self.old, self.expected) = (None, None);
            let over = self.skew.take().is_some();
            return found(
                SignedDuration::ZERO,
                if over {
                    SkewReport::Agrees
                } else {
                    SkewReport::Nothing
                },
            );
        }
        if let Some(expected) = self.expected
            && age.saturating_sub(expected).abs() <= SKEW_TOLERANCE
        {
            (self.old, self.expected) = (None, None);
            let news = self.skew.replace(expected).is_none_or(|skew| skew != expected);
            return found(
                expected,
                if news {
                    SkewReport::Differs(expected)
                } else {
                    SkewReport::Nothing
                },
            );
        }
        if let Some(skew) = self.skew
            && age >= skew.saturating_sub(SKEW_TOLERANCE)
        {
            // Live, or said before by a clock that differs.
            return found(skew, SkewReport::Nothing);
        }
        if age < SignedDuration::ZERO {
            // Nobody writes in the future.
            (self.skew, self.expected) = (Some(age), None);
            return found(age, SkewReport::Differs(age));
        }
        let before = self.old.take();
        let same = before
            .as_ref()
            .filter(|before| (age - before.age).abs() <= SAME_WITHIN);
        let first = same.map_or(now, |same| same.first);
        let alone = before
            .as_ref()
            .is_none_or(|before| now.duration_since(before.last) >= REPLAY_GAP_MAX || same.is_some());
        self.old = Some(Old {
            age: same.map_or(age, |same| same.age),
            first,
            last: now,
        });
        if now.duration_since(first) >= SAME_AGE_PROOF {
            (self.skew, self.expected) = (Some(age), None);
            return found(age, SkewReport::Differs(age));
        }
        let stands = self
            .connected
            .is_some_and(|connected| now.duration_since(connected) >= REPLAY_AFTER_CONNECT);
        if stands && alone && age <= ALONE_MAX {
            return found(age, SkewReport::Nothing);
        }
        if std::mem::replace(&mut self.told_old, true) {
            return found(SignedDuration::ZERO, SkewReport::Nothing);
        }
        found(SignedDuration::ZERO, SkewReport::CaughtUp(age))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct World {
        clocks: Clocks,
        start: Instant,
    }

    impl World {
        fn new() -> Self {
            let start = Instant::now();
            let mut clocks = Clocks::default();
            clocks.connected(&"qq".into(), start);
            Self { clocks, start }
        }

        /// Receives a message of that age after so many seconds; returns the age that it is taken to have, and the news.
        fn message(&mut self, after: f64, age: i64) -> (i64, SkewReport) {
            let now = self.start + Duration::from_secs_f64(after);
            let found = self
                .clocks
                .message(&"qq".into(), now, SignedDuration::from_secs(age));
            (age - found.correction.as_secs(), found.news)
        }
    }

    fn differs(seconds: i64) -> SkewReport {
        SkewReport::Differs(SignedDuration::from_secs(seconds))
    }

    #[test]
    fn live_messages_that_look_old_are_fresh_and_told_once() {
        let mut world = World::new();
        assert_eq!(world.message(100.0, 660), (0, SkewReport::Nothing));
        assert_eq!(world.message(130.0, 661), (0, differs(661)));
        assert_eq!(world.message(130.1, 658), (-3, SkewReport::Nothing));
        // What comes after a reconnect is as old as it is, by the clock that differs.
        world
            .clocks
            .connected(&"qq".into(), world.start + Duration::from_secs(200));
        assert_eq!(world.message(200.1, 661 + 3600), (3600, SkewReport::Nothing));
        assert_eq!(world.message(201.0, 660), (-1, SkewReport::Nothing));
        assert_eq!(world.message(210.0, 2), (2, SkewReport::Agrees));
        assert_eq!(world.message(211.0, 3), (3, SkewReport::Nothing));
    }

    #[test]
    fn messages_from_the_future_are_of_now() {
        let mut world = World::new();
        assert_eq!(world.message(0.1, -3600), (0, differs(-3600)));
        assert_eq!(world.message(5.0, -3602), (-2, SkewReport::Nothing));
        assert_eq!(world.message(9.0, -1), (-1, SkewReport::Agrees));
    }

    #[test]
    fn what_a_platform_brings_again_stays_old() {
        let mut world = World::new();
        let first = world.message(0.1, 7200);
        assert_eq!(
            first,
            (7200, SkewReport::CaughtUp(SignedDuration::from_secs(7200)))
        );
        for nth in 1..50 {
            let age = 7200 - nth * 3;
            assert_eq!(
                world.message(0.1 + nth as f64 * 0.01, age),
                (age, SkewReport::Nothing)
            );
        }
        // Also where the platform itself was away, on a connection that stood: one, and not the flood.
        let flood = |nth: i64| 3000 - nth * 20;
        assert_eq!(world.message(900.0, flood(0)).0, 0);
        for nth in 1..50 {
            let found = world.message(900.0 + nth as f64 * 0.02, flood(nth));
            assert_eq!(found, (flood(nth), SkewReport::Nothing));
        }
        assert_eq!(world.message(902.0, 1), (1, SkewReport::Nothing));
    }

    #[test]
    fn the_first_message_after_our_clock_was_set_is_fresh_and_what_was_said_before_it_is_not() {
        let mut world = World::new();
        let set = |world: &mut World, by| world.clocks.set_by(SignedDuration::from_secs(by));
        assert_eq!(world.message(1.0, 2), (2, SkewReport::Nothing));
        set(&mut world, 660);
        // All at once, as after a stop, and none of them the same age.
        assert_eq!(world.message(2.0, 671), (11, differs(660)));
        assert_eq!(world.message(2.0, 663), (3, SkewReport::Nothing));
        assert_eq!(world.message(2.01, 660), (0, SkewReport::Nothing));
        // Set right again.
        set(&mut world, -660);
        assert_eq!(world.message(3.0, 1), (1, SkewReport::Agrees));
        // An hour back, and right again before anybody spoke.
        set(&mut world, -3600);
        set(&mut world, 3600);
        assert_eq!(world.message(4.0, 1), (1, SkewReport::Nothing));
        set(&mut world, -3600);
        assert_eq!(world.message(5.0, -3600), (0, differs(-3600)));
        set(&mut world, 3600);
        assert_eq!(world.message(6.0, 0), (0, SkewReport::Agrees));
        // The platform's clock is this machine's, and was set with it; what it brings again is old all the same.
        set(&mut world, 660);
        assert_eq!(world.message(7.0, 1), (1, SkewReport::Nothing));
        let reconnect = world.start + Duration::from_secs(8);
        world.clocks.connected(&"qq".into(), reconnect);
        set(&mut world, 660);
        assert_eq!(world.message(8.0, 7200).0, 7200);
        assert_eq!(world.message(8.1, 660), (0, differs(660)));
        assert_eq!(world.message(8.2, 7200), (6540, SkewReport::Nothing));
    }

    #[test]
    fn a_clock_that_is_wrong_from_the_start_is_found_within_seconds() {
        let mut world = World::new();
        assert_eq!(world.message(1.0, 660).0, 660);
        assert_eq!(world.message(4.0, 660).0, 660);
        assert_eq!(world.message(6.5, 660), (0, differs(660)));
    }
}
