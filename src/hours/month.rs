//! The days of a schedule one by one, for a calendar to look at, and exceptions of single days.

use super::dates::DateRange;
use super::day_hours::DayHours;
use super::holidays::DayKind as Listed;
use super::schedule::Schedule;
use super::spec::{HoursSpec, HoursTable};
use jiff::civil::Date;

/// Hours that begin on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayPlan {
    /// Intervals, such as `08:00-17:30`; none where it is closed.
    pub spans: Vec<String>,
    /// Reason for them.
    pub kind: DayKind,
}

/// Reason for the hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// The weekday.
    Weekday,
    /// A holiday.
    Holiday,
    /// A make-up workday.
    Workday,
    /// An exception.
    Exception,
}

impl Schedule {
    /// Returns the hours that begin on a day, with the reason for them.
    pub fn day(&self, date: Date) -> DayPlan {
        let listed = self.holidays.as_ref().and_then(|of| of.calendar.kind(date));
        let kind = match listed {
            _ if self.exceptions.get(date).is_some() => DayKind::Exception,
            Some(Listed::Off) => DayKind::Holiday,
            Some(Listed::Work) => DayKind::Workday,
            None => DayKind::Weekday,
        };
        DayPlan {
            spans: written(self.hours_on(date)),
            kind,
        }
    }

    /// Returns the hours of a make-up workday: those of the calendar, else those of the first weekday that has any.
    pub fn workday(&self) -> Vec<String> {
        let of_week = || self.week.iter().find(|hours| !hours.is_closed());
        let hours = self
            .holidays
            .as_ref()
            .map(|of| &of.work)
            .filter(|hours| !hours.is_closed());
        hours.or_else(of_week).map(written).unwrap_or_default()
    }
}

fn written(hours: &DayHours) -> Vec<String> {
    if *hours == DayHours::all_day() {
        return vec!["00:00-24:00".to_owned()];
    }
    hours
        .intervals()
        .iter()
        .map(|interval| interval.written())
        .collect()
}

impl HoursTable {
    /// Returns the exceptions with other hours from `first` to `last`, both with it; `None` has none there. Ranges that reach over an
    /// end keep their other days; rows that name no dates stay.
    #[must_use]
    pub fn with_exception(&self, first: Date, last: Date, hours: Option<HoursSpec>) -> Self {
        let mut rows = Vec::new();
        for (key, spec) in &self.0 {
            let Ok(range) = DateRange::read(key) else {
                rows.push((key.clone(), spec.clone()));
                continue;
            };
            if range.last < first || range.first > last {
                rows.push((key.clone(), spec.clone()));
                continue;
            }
            let before = first.yesterday().ok().filter(|end| range.first <= *end);
            let after = last.tomorrow().ok().filter(|begin| *begin <= range.last);
            rows.extend(before.map(|end| (name(range.first, end), spec.clone())));
            rows.extend(after.map(|begin| (name(begin, range.last), spec.clone())));
        }
        rows.extend(hours.map(|hours| (name(first, last), hours)));
        Self(rows)
    }
}

/// Writes a range of dates.
fn name(first: Date, last: Date) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first}..{last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn table(rows: &[(&str, &str)]) -> HoursTable {
        let row = |(key, hours): &(&str, &str)| ((*key).to_owned(), HoursSpec::One((*hours).to_owned()));
        HoursTable(rows.iter().map(row).collect())
    }

    #[test]
    fn an_exception_takes_its_days_from_ranges_and_leaves_them_the_others() {
        let before = table(&[
            ("2026-12-24..2026-12-26", "closed"),
            ("2026-12-31", "09:00-12:00"),
        ]);
        let (day, hours) = (date(2026, 12, 25), Some(HoursSpec::One("all day".to_owned())));
        assert_eq!(
            before.with_exception(day, day, hours),
            table(&[
                ("2026-12-24", "closed"),
                ("2026-12-26", "closed"),
                ("2026-12-31", "09:00-12:00"),
                ("2026-12-25", "all day")
            ])
        );
        assert_eq!(
            before.with_exception(date(2026, 12, 26), date(2027, 1, 2), None),
            table(&[("2026-12-24..2026-12-25", "closed")])
        );
    }
}
