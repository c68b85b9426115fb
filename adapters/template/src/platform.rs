//! The platform as the program knows it: name, addresses, settings.

use crate::Example;
use crate::settings::Settings;
use groupdesk_contract::{Platform, settings_schema};

/// A platform that does not exist.
pub const PLATFORM: Platform = Platform {
    path: Some(Example::PATH),
    ..Platform::of_members("example", settings_schema::<Settings>)
};
