//! The platforms as the program knows them: name, addresses, settings.

use crate::adapter::Ticketing;
use crate::settings::{ChatwootSettings, GitHubSettings, HubSpotSettings, ZammadSettings};
use groupdesk_contract::{Platform, settings_schema};

/// Issues of GitHub.
pub const GITHUB_PLATFORM: Platform = Platform {
    path: Some(Ticketing::PATH),
    ..Platform::of_staff("github", settings_schema::<GitHubSettings>)
};

/// Conversations of Chatwoot.
pub const CHATWOOT_PLATFORM: Platform = Platform {
    path: Some(Ticketing::PATH),
    ..Platform::of_staff("chatwoot", settings_schema::<ChatwootSettings>)
};

/// Tickets of Zammad.
pub const ZAMMAD_PLATFORM: Platform = Platform {
    path: Some(Ticketing::PATH),
    ..Platform::of_staff("zammad", settings_schema::<ZammadSettings>)
};

/// Tickets of HubSpot.
pub const HUBSPOT_PLATFORM: Platform = Platform {
    path: Some(Ticketing::PATH),
    ..Platform::of_staff("hubspot", settings_schema::<HubSpotSettings>)
};
