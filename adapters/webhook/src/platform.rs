//! The platform as the program knows it: name, addresses, settings.

use crate::Webhook;
use crate::settings::Settings;
use groupdesk_contract::{Platform, settings_schema};

/// HTTP addresses of other programs.
pub const PLATFORM: Platform = Platform {
    path: Some(Webhook::PATH),
    ..Platform::of_staff("webhook", settings_schema::<Settings>)
};
