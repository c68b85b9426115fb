//! The parts that the end-to-end tests and the load program share: the real binary, and a fake QQ.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::allow_attributes
)]

pub mod browser;
pub mod injection;
pub mod moment;
pub mod program;
pub mod qq;
