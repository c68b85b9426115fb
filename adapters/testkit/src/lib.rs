//! Parts that the tests of several crates share. No program depends on it.

mod hmac;
mod peer;
mod port;

pub use hmac::{hmac_sha1, hmac_sha256};
pub use peer::{Peer, python};
pub use port::free_port;
