//! Notices steps of the machine's clock: it then moved another way than the clock that counts on from the machine's
//! start. A process that was stopped, and a machine that slept, are no such fault: that clock counts on meanwhile.

use groupdesk_contract::Clock;
use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Smallest step that counts: messages may be under way for longer.
const STEP_MIN: SignedDuration = SignedDuration::from_secs(5);

/// Distance of two readings from which on they were not taken together.
const READING_GAP_MAX: Duration = Duration::from_millis(50);

/// Attempts to read both clocks until the readings belong together.
const READINGS_MAX: u32 = 4;

/// Reading of the two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// Time of the clock that people set.
    pub now: Timestamp,
    /// Time of the one that nobody sets; `None` where there is none.
    uptime: Option<Duration>,
    /// Step of the clock since the last look, where there was one; ahead is positive.
    pub step: Option<SignedDuration>,
}

/// Clock that nobody sets, and the lead of the other one over it.
pub struct ClockSteps {
    uptime: fn() -> Option<Duration>,
    ahead: Mutex<Option<SignedDuration>>,
}

impl ClockSteps {
    /// Makes one with the machine's clock.
    pub fn of_machine() -> Self {
        Self::by(uptime)
    }

    /// Makes one that never sees a step; for clocks that are moved on purpose.
    pub fn unseen() -> Self {
        Self::by(|| None)
    }

    fn by(uptime: fn() -> Option<Duration>) -> Self {
        Self {
            uptime,
            ahead: Mutex::default(),
        }
    }

    /// Reads both clocks, with the step since the last time.
    pub fn look(&self, clock: &dyn Clock) -> ClockReading {
        let (now, uptime) = self.read(clock);
        let step = uptime.and_then(|uptime| self.compare(now, uptime));
        ClockReading { now, uptime, step }
    }

    /// Returns the time now, on the clock as it stood at `moment`: work that began then is finished by it.
    pub fn since(&self, moment: ClockReading, clock: &dyn Clock) -> Timestamp {
        match moment.uptime.zip((self.uptime)()) {
            None => clock.now(),
            Some((then, uptime)) => {
                let passed = uptime.saturating_sub(then);
                moment.now.saturating_add(passed).unwrap_or(Timestamp::MAX)
            }
        }
    }

    /// Reads both together. The process may be stopped between the two, and then they say nothing of each other.
    fn read(&self, clock: &dyn Clock) -> (Timestamp, Option<Duration>) {
        let mut now = clock.now();
        for _ in 0..READINGS_MAX {
            let Some(before) = (self.uptime)() else { break };
            now = clock.now();
            if let Some(after) = (self.uptime)()
                && after.saturating_sub(before) <= READING_GAP_MAX
            {
                return (now, Some(after));
            }
        }
        (now, None)
    }

    fn compare(&self, now: Timestamp, uptime: Duration) -> Option<SignedDuration> {
        let uptime = SignedDuration::try_from(uptime).ok()?;
        let ahead = now.duration_since(Timestamp::UNIX_EPOCH).checked_sub(uptime)?;
        let mut known = self.ahead.lock();
        let step = ahead.checked_sub(*known.get_or_insert(ahead))?;
        if step.abs() < STEP_MIN {
            return None;
        }
        *known = Some(ahead);
        Some(step)
    }
}

/// Clock for durations: it goes on from the time at which it was made, whatever the other one is set to.
#[derive(Debug)]
pub(super) struct SteadyClock {
    clock: Arc<dyn Clock>,
    start: Timestamp,
    began: Option<Duration>,
}

impl SteadyClock {
    /// Makes one that goes on from the present time of `clock`.
    pub(super) fn from(clock: Arc<dyn Clock>) -> Self {
        Self {
            start: clock.now(),
            began: uptime(),
            clock,
        }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        match self.began.zip(uptime()) {
            None => self.clock.now(),
            Some((began, uptime)) => {
                let passed = uptime.saturating_sub(began);
                self.start.saturating_add(passed).unwrap_or(Timestamp::MAX)
            }
        }
    }
}

impl fmt::Debug for ClockSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Steps")
            .field("ahead", &self.ahead)
            .finish_non_exhaustive()
    }
}

/// Returns the uptime of the machine, asleep or awake. On Linux the monotonic clock stands still while it sleeps, and on
/// Apple's it does not.
#[cfg(unix)]
fn uptime() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};
    #[cfg(target_os = "linux")]
    const UPTIME: ClockId = ClockId::Boottime;
    #[cfg(not(target_os = "linux"))]
    const UPTIME: ClockId = ClockId::Monotonic;
    let time = clock_gettime(UPTIME);
    Some(Duration::new(
        u64::try_from(time.tv_sec).ok()?,
        u32::try_from(time.tv_nsec).ok()?,
    ))
}

#[cfg(not(unix))]
fn uptime() -> Option<Duration> {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    Some(START.get_or_init(std::time::Instant::now).elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use groupdesk_contract::SystemClock;
    use std::cell::Cell;

    thread_local! {
        static UPTIME: Cell<Duration> = const { Cell::new(Duration::ZERO) };
        static SET_BY_SECONDS: Cell<i64> = const { Cell::new(0) };
        /// Time for which the process is stopped right after the wall clock is next read.
        static STOP: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    }

    fn pass(by: Duration) {
        UPTIME.set(UPTIME.get() + by);
    }

    fn set(seconds: i64) {
        SET_BY_SECONDS.set(SET_BY_SECONDS.get() + seconds);
    }

    #[derive(Debug)]
    struct Wall;

    impl Clock for Wall {
        fn now(&self) -> Timestamp {
            let start: Timestamp = "2026-11-24T10:00:00+08:00".parse().unwrap();
            let now = start + UPTIME.get() + SignedDuration::from_secs(SET_BY_SECONDS.get());
            pass(STOP.take());
            now
        }
    }

    #[test]
    fn a_clock_that_is_set_is_seen_once_and_a_sleep_or_a_stop_is_none() {
        let steps = ClockSteps::by(|| Some(UPTIME.get()));
        assert_eq!(steps.look(&Wall).step, None);
        // The machine slept for a night, or the process stood still.
        pass(Duration::from_secs(9 * 3600));
        assert_eq!(steps.look(&Wall).step, None);
        STOP.set(Duration::from_secs(14));
        assert_eq!(steps.look(&Wall).step, None);
        for step in [660, -3600, 3600, -660] {
            set(step);
            let seen = steps.look(&Wall);
            assert_eq!(seen.step, Some(SignedDuration::from_secs(step)));
            assert_eq!(steps.look(&Wall).step, None);
            // What was begun then is finished by that clock, whatever is set meanwhile.
            set(7200);
            pass(Duration::from_secs(7));
            assert_eq!(steps.since(seen, &Wall), seen.now + SignedDuration::from_secs(7));
            set(-7200);
        }
    }

    #[test]
    fn the_machine_has_such_a_clock() {
        let steps = ClockSteps::of_machine();
        let first = steps.look(&SystemClock);
        assert_eq!(first.step, None);
        std::thread::sleep(Duration::from_millis(20));
        assert!(steps.since(first, &SystemClock) > first.now);
        assert!(first.uptime.is_some());
    }
}
