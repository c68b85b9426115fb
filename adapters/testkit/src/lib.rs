//! Parts that the tests of several crates share. No program depends on it.

mod hmac;
mod peer;

pub use hmac::{hmac_sha1, hmac_sha256};
pub use peer::{Peer, python};
