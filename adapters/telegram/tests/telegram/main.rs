//! The Telegram adapter against a Bot API server of our own, over real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod desk;
mod hook;
mod outages;
mod polling;
mod receiving;
mod sending;
mod topics;
