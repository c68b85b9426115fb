//! The Telegram adapter against a Bot API server of our own, over real sockets.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod desk;
mod fake;
mod hook;
mod polling;
mod receiving;
mod sending;
mod topics;
