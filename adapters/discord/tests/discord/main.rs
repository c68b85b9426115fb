//! The Discord adapter against a REST API and gateway of our own, over real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod catching_up;
mod desk;
mod fake;
mod gateway;
mod interactions;
mod logs;
mod receiving;
mod sending;
mod tickets;

/// The fakes' time. The conversations of all platforms, which use the same fakes, have one of their own.
mod moment {
    pub(crate) fn since_1970() -> std::time::Duration {
        std::time::UNIX_EPOCH.elapsed().unwrap()
    }
}
