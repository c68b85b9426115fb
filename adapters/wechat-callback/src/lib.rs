//! The callbacks that WeCom, WeChat Customer Service and Official Accounts share: signed, encrypted, in an envelope of XML
//! or JSON.
//!
//! [`CallbackVerifier`] is what an adapter's route needs: [`CallbackVerifier::verify_url`] answers the platform's check of the address,
//! [`CallbackVerifier::open_xml`] and [`CallbackVerifier::open_json`] take a callback out of its envelope, [`CallbackVerifier::seal_xml`] and
//! [`CallbackVerifier::seal_json`] put an answer into one. Whatever is wrong with a callback, its sender sees one empty 403
//! ([`Refused`]); the words are for the log. `crypt` holds the cryptography, `window` tells callbacks that come again,
//! `xml` reads and writes the little XML that there is.
//!
//! Wire format: <https://developer.work.weixin.qq.com/document/path/90968> and
//! <https://developer.work.weixin.qq.com/document/path/101033>.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod callback_verifier;
mod crypt;
mod envelope;
mod query;
mod refused;
mod window;
pub mod xml;

pub use callback_verifier::{CallbackVerifier, Opened};
pub use crypt::Crypt;
pub use query::Query;
pub use refused::Refused;
pub use window::{CLOCK_TOLERANCE, Name, Sighting, Window};

/// The largest body of a callback, in bytes: what a route's limit should be.
pub const MAX_BODY_BYTES: usize = 1 << 20;
