//! WeChat's official ways against servers of our own, over real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod desk;
mod fake;
mod fake_ilink;
mod forged;
mod handing;
mod ilink;
mod official;
mod pulling;
mod sending;

/// The fakes' time. The conversations of all platforms, which use the same fakes, have one of their own.
mod moment {
    pub(crate) fn since_1970() -> std::time::Duration {
        std::time::UNIX_EPOCH.elapsed().unwrap()
    }
}
