//! The Discord adapter against a REST API and gateway of our own, over real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod catching_up;
mod desk;
mod gateway;
mod interactions;
mod logs;
mod receiving;
mod sending;
mod tickets;
