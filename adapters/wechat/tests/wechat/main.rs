//! WeChat's official ways against servers of our own, over real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod desk;
mod fake;
mod handing;
mod pulling;
mod sending;
