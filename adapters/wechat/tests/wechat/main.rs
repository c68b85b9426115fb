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
