//! WeCom against fakes of its gateway and its API, over real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod answering;
mod api;
mod caller;
mod desk;
mod fake;
mod hook;
mod independent;
mod receiving;
mod resilience;
mod sending;

/// The fakes' time. The conversations of all platforms, which use the same fakes, have one of their own.
mod moment {
    pub(crate) fn since_1970() -> std::time::Duration {
        std::time::UNIX_EPOCH.elapsed().unwrap()
    }
}
