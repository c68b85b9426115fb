//! The parts that the tests of several crates share. No program depends on it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

mod checks;
mod desk;
mod fake_clock;
mod hmac;
mod peer;
mod port;
mod postgres;

pub use checks::check_channels;
pub use desk::{TEST_TIMEOUT, TestDesk, answer, button, note, reply, serve, until, with};
pub use fake_clock::{shift_fake_clock, since_1970};
pub use hmac::{hmac_sha1, hmac_sha256};
pub use peer::{Peer, python};
pub use port::free_port;
pub use postgres::{Cluster, cluster};
