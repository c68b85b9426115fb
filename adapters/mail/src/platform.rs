//! The platform as the program knows it: name, addresses, settings.

use crate::settings::Settings;
use groupdesk_contract::{Platform, settings_schema};

/// E-mail.
pub const PLATFORM: Platform = Platform::of_staff("mail", settings_schema::<Settings>);
