//! The time that fakes stamp on what they say: the machine's, unless a test takes place at another moment.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

static SHIFT_MILLIS: AtomicI64 = AtomicI64::new(0);

/// Sets the milliseconds by which the fakes' clock is ahead of the machine's.
pub fn shift_fake_clock(millis: i64) {
    SHIFT_MILLIS.store(millis, Ordering::Relaxed);
}

/// Returns the time since 1970 by the fakes' clock.
pub fn since_1970() -> Duration {
    let machine = std::time::UNIX_EPOCH.elapsed().unwrap();
    let millis = i128::try_from(machine.as_millis()).unwrap();
    let shifted = millis + i128::from(SHIFT_MILLIS.load(Ordering::Relaxed));
    Duration::from_millis(u64::try_from(shifted).unwrap())
}
