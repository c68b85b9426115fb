//! The QQ adapter against an open platform of our own, over real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod desk;
mod forged;
mod gateway;
mod hook;
mod independent;
mod receiving;
mod sending;
mod trouble;
mod vectors;
