//! Pace (rate limit) of an account or a channel.

use crate::config::Pace;
use std::time::Duration;
use tokio::time::Instant;

/// A token bucket, kept as the time at which it will be full again.
#[derive(Debug, Clone, Copy)]
pub(super) struct TokenBucket {
    full_at: Instant,
    /// Time in which one token comes back.
    token: Duration,
    /// Time in which the whole bucket but one token comes back.
    slack: Duration,
}

impl TokenBucket {
    /// Makes a full bucket.
    pub(super) fn new(pace: Pace, now: Instant) -> Self {
        const SLOWEST: f64 = 1.0 / 86_400.0;
        let per_second = if pace.per_second > SLOWEST {
            pace.per_second
        } else {
            SLOWEST
        };
        let token = Duration::try_from_secs_f64(per_second.recip()).unwrap_or_default();
        Self {
            full_at: now,
            token,
            slack: token.saturating_mul(pace.burst.saturating_sub(1)),
        }
    }

    /// Takes a token, if need be one that is still to come, and returns the time to wait for it. First come, first
    /// served.
    pub(super) fn take(&mut self, now: Instant) -> Duration {
        let wait = self.wait(now);
        let from = self.full_at.max(now);
        self.full_at = from.checked_add(self.token).unwrap_or(from);
        wait
    }

    /// Returns the time that a caller would wait now.
    pub(super) fn wait(&self, now: Instant) -> Duration {
        (self.full_at.max(now) - now).saturating_sub(self.slack)
    }

    /// `true` if it is as good as a new one.
    pub(super) fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_burst_goes_at_once_and_the_rest_at_the_pace() {
        let now = Instant::now();
        let mut bucket = TokenBucket::new(
            Pace {
                per_second: 4.0,
                burst: 3,
            },
            now,
        );
        let waits: Vec<u128> = (0..6).map(|_| bucket.take(now).as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 250, 500, 750]);
        assert!(!bucket.is_full(now + Duration::from_millis(1_499)));
        assert!(bucket.is_full(now + Duration::from_millis(1_500)));
    }

    #[test]
    fn senseless_paces_are_slow_and_never_panic() {
        let now = Instant::now();
        for per_second in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE, f64::MAX] {
            for burst in [0, 1, u32::MAX] {
                let mut bucket = TokenBucket::new(Pace { per_second, burst }, now);
                assert_eq!(bucket.take(now), Duration::ZERO);
                bucket.take(now);
            }
        }
    }

    proptest! {
        #[test]
        fn no_window_sees_more_than_the_burst_and_the_pace(
            per_second in 0.5..200.0_f64, burst in 1..20_u32, gaps in prop::collection::vec(0..400_u64, 2..60),
        ) {
            let mut now = Instant::now();
            let mut bucket = TokenBucket::new(Pace { per_second, burst }, now);
            let sends: Vec<Instant> = gaps.iter().map(|gap| {
                now += Duration::from_millis(*gap);
                now + bucket.take(now)
            }).collect();
            for (first, start) in sends.iter().enumerate() {
                for (count, end) in (1_u32..).zip(&sends[first..]) {
                    let allowed = f64::from(burst) + (*end - *start).as_secs_f64() * per_second;
                    prop_assert!(f64::from(count) <= allowed + 1e-3, "{count} sends, {allowed} allowed");
                }
            }
        }
    }
}
