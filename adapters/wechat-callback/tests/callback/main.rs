//! The cryptography of callbacks against published examples, an independent implementation and forgeries.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod hostile;
mod peer;
mod published;
