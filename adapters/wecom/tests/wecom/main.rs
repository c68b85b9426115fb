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
mod hook;
mod independent;
mod receiving;
mod resilience;
mod sending;
