//! Ports for programs under test.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// The ports that tests hand out: below those that Linux, macOS and Windows give to outgoing connections, so that no request of
/// another test takes one between the moment it is chosen and the moment the program under test listens there.
const FIRST: u16 = 10_240;
const COUNT: u16 = 20_480;

/// A port of the loopback that nobody listens on, and that this process hands out once.
///
/// Two test processes begin at different places of the range; where they meet, the one that comes second finds the port taken.
///
/// # Panics
///
/// When every port of the range is taken.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // A prime stride: processes whose ids follow each other begin far apart.
    let begin = std::process::id().wrapping_mul(7_919);
    for _ in 0..COUNT {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let place = begin.wrapping_add(step) % u32::from(COUNT);
        // Below COUNT, so it is never cut off.
        let port = FIRST.saturating_add(u16::try_from(place).unwrap_or(0));
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port between {FIRST} and {}", FIRST + COUNT)
}
