//! Staff rooms in ticket systems: hand-overs become tickets there, and their answers come back.
//!
//! `settings` is the account's part of groupdesk.yaml; `remote` what a system must be able to do; a file for each system is
//! a thin client that can; `adapter` is everything they share. Out: `adapter::say` makes a ticket or an entry of a note,
//! `api_error` tells what became of it, `notes` remembers which ticket is which. Back: `adapter::rounds` polls, `webhook` takes
//! webhooks whose `signature` holds, and `adapter::receive` hands both to the desk, once.
//!
//! Who may read what: on GitHub a target is public unless it is called `private`, and an issue then tells neither who asked
//! nor where. The other systems are read by staff alone: there, tickets name the member and the chat.
#![warn(clippy::string_slice, clippy::indexing_slicing)]

mod adapter;
mod api_error;
mod chatwoot;
mod github;
#[cfg(test)]
mod hostile;
mod hubspot;
mod notes;
mod platform;
mod remote;
mod rest;
mod settings;
mod signature;
mod text;
mod webhook;
mod zammad;

pub use adapter::Ticketing;
pub use platform::{CHATWOOT_PLATFORM, GITHUB_PLATFORM, HUBSPOT_PLATFORM, ZAMMAD_PLATFORM};
pub use settings::{
    ApiUrl, ChatwootSettings, ChatwootTarget, GitHubSettings, GitHubTarget, HubSpotSettings, HubSpotTarget,
    Repository, ZammadSettings, ZammadTarget,
};
