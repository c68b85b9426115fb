//! Every ticket system, spoken to over a real socket in its own wire format, and one suite that all of them pass.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answered;
mod chatwoot;
mod desk;
mod github;
mod hubspot;
mod suite;
mod world;
mod zammad;
