//! The QQ adapter against an open platform of our own, over real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod desk;
mod fake;
mod forged;
mod gateway;
mod hook;
mod independent;
mod receiving;
mod sending;
mod trouble;
mod vectors;

/// The fakes' time. The conversations of all platforms, which use the same fakes, have one of their own.
mod moment {
    pub(crate) fn since_1970() -> std::time::Duration {
        std::time::UNIX_EPOCH.elapsed().unwrap()
    }
}
