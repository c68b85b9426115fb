//! The time zone in which times are printed: that of the FAQ's service hours, as members and staff read them.

use super::{load_knowledge, problem_report};
use crate::faq;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::path::Path;

/// A time zone, with the name that is printed.
pub(super) struct Zone {
    zone: TimeZone,
    name: String,
}

impl Zone {
    /// Returns the zone of the hours in the FAQ that the configuration names; UTC if they can't be read, since times are
    /// wanted even then.
    pub(super) fn of_service(config: Option<&Path>) -> Self {
        let read = || {
            let named = load_knowledge::faq_of(config).ok()?;
            let (name, text) = problem_report::faq_text(named.as_deref()).ok()?;
            let loaded = faq::load(&name, &text).ok()?;
            Some(loaded.faq.service().time_zone().clone())
        };
        Self::from(read().unwrap_or(TimeZone::UTC))
    }

    /// Returns the name, such as Asia/Shanghai.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the beginning of a day.
    pub(super) fn start_of(&self, date: Date) -> Timestamp {
        let midnight = date.to_zoned_datetime(self.zone.clone());
        midnight.map_or(Timestamp::MIN, |zoned| zoned.timestamp())
    }

    /// Formats a moment, to the minute.
    pub(super) fn minute(&self, at: Timestamp) -> String {
        self.in_form(at, "%Y-%m-%d %H:%M")
    }

    /// Formats a moment by a `strftime` pattern.
    pub(super) fn in_form(&self, at: Timestamp, form: &str) -> String {
        self.zone.to_datetime(at).strftime(form).to_string()
    }
}

impl From<TimeZone> for Zone {
    fn from(zone: TimeZone) -> Self {
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        Self { zone, name }
    }
}
