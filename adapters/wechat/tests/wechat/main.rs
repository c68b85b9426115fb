//! WeChat's official ways against servers of our own, over real sockets.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod desk;
mod forged;
mod handing;
mod ilink;
mod official;
mod pulling;
mod sending;
