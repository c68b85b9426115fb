//! The open spans of a schedule as moments on the world's time line: in order, merged across midnights and across
//! the changes of the zone's clocks.

use super::schedule::Schedule;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// Days without a change after which the search stops.
pub(super) const SEARCH_DAYS_MAX: u32 = 400;

/// Days before a time from which its spans can come: an interval overnight starts on the day before, and where clocks are
/// put forward it may end a day later still.
const LOOK_BACK: i64 = 2;

/// Open from `start` (inclusive) to `end` (exclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OpenSpan {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// `true` if it goes on past `end`: the search stopped there, not the hours.
    pub(super) goes_on: bool,
}

/// Yields the open spans that end after a moment.
pub(super) struct Spans<'a> {
    schedule: &'a Schedule,
    after: Timestamp,
    /// Next day to be read; `None` when the calendar or the caller's last day is passed.
    next: Option<Date>,
    last: Date,
    patience: u32,
    /// Days read since a span was yielded.
    waited: u32,
    /// Time before which no unread day has hours.
    horizon: Timestamp,
    /// Spans of the days read: in order, merged.
    pending: Vec<OpenSpan>,
}

impl<'a> Spans<'a> {
    /// Makes the iterator over the spans of `schedule` that end after `after`, until `patience` days pass without one.
    pub(super) fn new(schedule: &'a Schedule, after: Timestamp, patience: u32) -> Self {
        let zone = schedule.time_zone();
        let today = zone.to_datetime(after).date();
        let first = today.saturating_sub(LOOK_BACK.days());
        Self {
            schedule,
            after,
            next: Some(first),
            last: Date::MAX,
            patience,
            waited: 0,
            horizon: earliest(zone, first),
            pending: Vec::new(),
        }
    }

    /// Reads no day past the one that `until` is in.
    pub(super) fn until(mut self, until: Timestamp) -> Self {
        let today = self.schedule.time_zone().to_datetime(until).date();
        // Where the clocks go back at midnight, the next day's hours may begin before this day's end.
        self.last = today.tomorrow().unwrap_or(today);
        self
    }

    fn read_day(&mut self, date: Date) {
        let zone = self.schedule.time_zone();
        self.pending.extend(day_spans(self.schedule, date));
        self.pending.sort();
        self.pending.dedup_by(|later, earlier| {
            let joins = later.start <= earlier.end;
            if joins {
                earlier.end = earlier.end.max(later.end);
            }
            joins
        });
        self.waited += 1;
        self.next = date.tomorrow().ok().filter(|next| *next <= self.last);
        self.horizon = self.next.map_or(Timestamp::MAX, |next| earliest(zone, next));
    }

    /// Takes the first pending span, once no unread day can touch it.
    fn take(&mut self) -> Option<OpenSpan> {
        let first = *self.pending.first()?;
        if first.end < self.horizon || self.next.is_none() {
            self.pending.remove(0);
            return Some(first);
        }
        if self.waited < self.patience {
            return None;
        }
        // Open longer than anybody wants to know: told up to here, and what is left of it comes next.
        let here = self.horizon.max(first.start);
        if let Some(rest) = self.pending.first_mut() {
            rest.start = here;
        }
        Some(OpenSpan {
            end: here,
            goes_on: true,
            ..first
        })
    }
}

impl Iterator for Spans<'_> {
    type Item = OpenSpan;

    fn next(&mut self) -> Option<OpenSpan> {
        loop {
            while let Some(span) = self.take() {
                if span.end > self.after {
                    self.waited = 0;
                    return Some(span);
                }
            }
            let date = self.next.filter(|_| self.waited < self.patience)?;
            self.read_day(date);
        }
    }
}

/// `true` if `schedule` is open at `at`; the same answer as from [`Spans`] at a fraction of the work.
pub(super) fn contains(schedule: &Schedule, at: Timestamp) -> bool {
    let today = schedule.time_zone().to_datetime(at).date();
    (-LOOK_BACK..=1)
        .filter_map(|days| today.checked_add(days.days()).ok())
        .any(|date| day_spans(schedule, date).any(|span| span.start <= at && at < span.end))
}

/// Returns the hours that begin on `date`, as times. Local times that the clocks skip or repeat follow jiff's compatible
/// rule; an interval that this leaves empty is dropped.
fn day_spans(schedule: &Schedule, date: Date) -> impl Iterator<Item = OpenSpan> {
    let zone = schedule.time_zone();
    let midnight = date.to_datetime(Time::midnight());
    schedule
        .hours_on(date)
        .intervals()
        .iter()
        .map(move |interval| OpenSpan {
            start: moment(zone, midnight, interval.start),
            end: moment(zone, midnight, interval.end),
            goes_on: false,
        })
        .filter(|span| span.start < span.end)
}

fn moment(zone: &TimeZone, midnight: DateTime, minutes: u16) -> Timestamp {
    let local = midnight.saturating_add(SignedDuration::from_mins(i64::from(minutes)));
    zone.to_timestamp(local).unwrap_or_else(|_| edge(local))
}

/// Returns a time that no local time from `date`'s midnight on comes before.
fn earliest(zone: &TimeZone, date: Date) -> Timestamp {
    let local = date.to_datetime(Time::midnight());
    zone.to_ambiguous_timestamp(local)
        .earlier()
        .unwrap_or_else(|_| edge(local))
}

/// Replaces a local time in the last hours of jiff's time line, which has no timestamp, by the end of that line.
fn edge(local: DateTime) -> Timestamp {
    if local.year() < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    }
}
