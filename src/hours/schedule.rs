//! A schedule, and the questions that it answers: open or closed, next change, service time.

use super::dates::DateTable;
use super::days;
use super::describe;
use super::holidays::{Calendar, DayKind};
use super::interval::DayHours;
use super::notation::Notation;
use super::spans::{self, PATIENCE, Spans};
use super::words::when;
use crate::texts::Texts;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
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

/// Open or closed, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Somebody is there.
    Open {
        /// Time at which that ends; `None` when it does not.
        closes: Option<Timestamp>,
    },
    /// Nobody is there.
    Closed {
        /// Time at which that ends; `None` when it does not.
        opens: Option<Timestamp>,
    },
}

impl Schedule {
    /// Makes a schedule that is open around the clock, every day.
    pub fn always() -> Self {
        Self {
            zone: TimeZone::get(super::build::DEFAULT_ZONE).unwrap_or(TimeZone::UTC),
            week: std::array::from_fn(|_| DayHours::all_day()),
            holidays: None,
            exceptions: DateTable::default(),
            notation: Some(Notation::ALWAYS.to_string()),
        }
    }

    /// `true` if it is open at `at`. A span is open when it begins and closed when it ends.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.never_closes() || spans::contains(self, at)
    }

    /// Returns the state at `at`, and the time at which it changes.
    pub fn state(&self, at: Timestamp) -> State {
        if self.never_closes() {
            return State::Open { closes: None };
        }
        match Spans::new(self, at, PATIENCE).next() {
            Some(span) if span.start <= at => State::Open {
                closes: (!span.goes_on).then_some(span.end),
            },
            span => State::Closed {
                opens: span.map(|span| span.start),
            },
        }
    }

    /// Returns the start of the first open span that begins after `at`.
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        if self.never_closes() {
            return None;
        }
        Spans::new(self, at, PATIENCE)
            .take_while(|span| span.start > at || !span.goes_on)
            .map(|span| span.start)
            .find(|start| *start > at)
    }

    /// Returns the end of the first open span that ends after `at`.
    pub fn next_closing(&self, at: Timestamp) -> Option<Timestamp> {
        if self.never_closes() {
            return None;
        }
        let span = Spans::new(self, at, PATIENCE).next()?;
        (!span.goes_on).then_some(span.end)
    }

    /// Returns the open time between `from` and `to`; zero when `to` is not after `from`.
    pub fn business_time(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        if to <= from {
            return SignedDuration::ZERO;
        }
        if self.never_closes() {
            return to.duration_since(from);
        }
        Spans::new(self, from, u32::MAX)
            .until(to)
            .take_while(|span| span.start < to)
            .map(|span| span.end.min(to).duration_since(span.start.max(from)))
            .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// Returns the first time at which it has been open for `time` since `from`: `from` itself when `time` is not
    /// positive, `None` when the time is not reached.
    pub fn add_business_time(&self, from: Timestamp, time: SignedDuration) -> Option<Timestamp> {
        if time <= SignedDuration::ZERO {
            return Some(from);
        }
        if self.never_closes() {
            return from.checked_add(time).ok();
        }
        let mut left = time;
        for span in Spans::new(self, from, PATIENCE) {
            let start = span.start.max(from);
            let length = span.end.duration_since(start);
            if left <= length {
                return start.checked_add(left).ok();
            }
            left = left.saturating_sub(length);
        }
        None
    }

    /// Returns the notation of the hours, as `5×8`; `None` when the admin gave none and they are not `7×24`.
    pub fn notation(&self) -> Option<&str> {
        self.notation.as_deref()
    }

    /// Describes the hours to a member: "周一至周五 8:00–17:30，法定节假日休息，调休日上班". Exceptions are not listed. The zone is named
    /// where it need not be the reader's: to readers of a language with a home zone (`home_zone`), who are taken to live by its clock,
    /// where the hours don't; to others always.
    pub fn describe(&self, texts: Texts<'_>) -> String {
        describe::describe(self, texts)
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
    pub fn when(&self, now: Timestamp, at: Timestamp, texts: Texts<'_>) -> String {
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
            None => &self.week[days::place(date.weekday())],
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
