//! A schedule: the hours of each day, by week, holiday calendar and exceptions.

use super::dates::DateTable;
use super::day_hours::DayHours;
use super::holidays::{Calendar, DayKind};
use super::moment_texts::when;
use super::service_level::ServiceLevel;
use super::weekdays;
use crate::texts::ComposedTexts;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Opening hours in a time zone: weekly hours, holidays, make-up workdays and exceptions.
///
/// Searches of the future stop after 400 days without a change, and then return `None`.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub(super) zone: TimeZone,
    /// Monday first.
    pub(super) week: [DayHours; 7],
    pub(super) holidays: Option<Holidays>,
    pub(super) exceptions: DateTable<DayHours>,
    pub(super) notation: Option<String>,
}

/// The holiday calendar of a schedule, and the hours that go with it.
#[derive(Debug, Clone)]
pub(super) struct Holidays {
    pub(super) name: String,
    pub(super) calendar: Arc<Calendar>,
    pub(super) off: DayHours,
    pub(super) work: DayHours,
}

impl Schedule {
    /// Makes a schedule that is open around the clock, every day.
    pub fn always() -> Self {
        Self {
            zone: TimeZone::get(super::build::DEFAULT_ZONE).unwrap_or(TimeZone::UTC),
            week: std::array::from_fn(|_| DayHours::all_day()),
            holidays: None,
            exceptions: DateTable::default(),
            notation: Some(ServiceLevel::ALWAYS.to_string()),
        }
    }

    /// Returns the notation of the hours, as `5×8`; `None` when the admin gave none and they are not `7×24`.
    pub fn notation(&self) -> Option<&str> {
        self.notation.as_deref()
    }

    /// Returns the zone that the hours are in.
    pub fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Returns the name of the holiday calendar that applies, if one does.
    pub fn holiday_calendar(&self) -> Option<&str> {
        self.holidays.as_ref().map(|holidays| holidays.name.as_str())
    }

    /// Returns the last day up to which all holidays are known; `None` where no holiday calendar applies, or one that never ends.
    pub fn holidays_known_until(&self) -> Option<Date> {
        self.holidays.as_ref()?.calendar.known_until()
    }

    /// Tells a member who reads at `now` of a time to come in these hours. Past the end of the known holidays it says that a holiday
    /// may be in between.
    pub fn when(&self, now: Timestamp, at: Timestamp, texts: ComposedTexts<'_>) -> String {
        let moment = when(now, at, &self.zone, texts);
        let day = self.zone.to_datetime(at).date();
        match self.holidays_known_until() {
            Some(last) if day > last && at > now => texts.unless_a_holiday(&moment),
            _ => moment,
        }
    }

    /// `true` if the holidays of `year` are known, and also when no holiday calendar applies. Where it is false, an admin
    /// should be warned that holidays will be taken for normal days.
    pub fn covers(&self, year: i16) -> bool {
        self.holidays
            .as_ref()
            .is_none_or(|holidays| holidays.calendar.covers(year))
    }

    /// Returns the hours that begin on `date`.
    pub(super) fn hours_on(&self, date: Date) -> &DayHours {
        if let Some(hours) = self.exceptions.get(date) {
            return hours;
        }
        let holiday = self
            .holidays
            .as_ref()
            .and_then(|holidays| Some((holidays, holidays.calendar.kind(date)?)));
        match holiday {
            Some((holidays, DayKind::Off)) => &holidays.off,
            Some((holidays, DayKind::Work)) => &holidays.work,
            None => &self.week[weekdays::place(date.weekday())],
        }
    }

    pub(super) fn never_closes(&self) -> bool {
        let all_day = |hours: &DayHours| *hours == DayHours::all_day();
        self.week.iter().all(all_day)
            && self
                .holidays
                .as_ref()
                .is_none_or(|holidays| all_day(&holidays.off) && all_day(&holidays.work))
            && self.exceptions.rows().iter().all(|(_, hours)| all_day(hours))
    }
}
