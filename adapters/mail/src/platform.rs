//! The platform as the program knows it: name, addresses, settings, and how `groupdesk init` sets it up.

use crate::settings::Settings;
use groupdesk_contract::{Platform, settings_schema};

/// E-mail.
pub const PLATFORM: Platform = Platform::of_staff("mail", settings_schema::<Settings>);
