//! The OneBot adapter over real sockets, against a fake implementation of ours in both directions.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod fake;
mod forward;
mod independent;
mod large;
mod quotes;
mod receiving;
mod resilience;
mod retrying;
mod reverse;
mod sending;
mod throughput;
