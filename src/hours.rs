//! Service hours: open or closed at a time, the next change, the service time between two times, and all of it as text
//! for members.
//!
//! [`ScheduleSpec`] is what an admin writes, [`Schedule`] what it means, [`HolidayBook`] the holidays it may refer
//! to. Everything is pure: the moment is an argument, and the time zone data is compiled in.
//!
//! It does not stand on the crate `opening-hours` (2.1.4): its data has the festival's day only (2026-10-01 and not the
//! week around it) and no make-up workdays, and the OSM syntax has no word for "today counts as a Monday", so that each
//! schedule would have to spell out every such date; its errors are positions in one string and not keys of the admin's
//! file; and it brings chrono, pest, flate2 and sunrise, while all else here is jiff.

mod build;
mod dates;
mod day_hours;
mod describe;
mod holidays;
mod moment_texts;
mod month;
mod open_or_closed;
mod open_spans;
mod schedule;
mod service_level;
mod service_time;
mod spec;
mod spec_lint;
mod weekdays;

pub use holidays::{HolidayBook, HolidaysEnd};
pub use moment_texts::{moment, when};
pub use month::{DayKind, DayPlan};
pub use open_or_closed::State;
pub use schedule::Schedule;
pub use service_level::{ServiceLevel, explain_notation, parse_notation};
pub use spec::{
    DateSpec, ExceptionsSpec, HolidaySpec, HoursSpec, HoursTable, ScheduleDetail, ScheduleSpec, SpecError,
    WeeklySpec,
};

#[cfg(test)]
mod tests;
