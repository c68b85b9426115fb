//! Holiday calendars, shipped and the admin's own: days off and make-up workdays.

mod known_until;
mod yearly;

pub use known_until::HolidaysEnd;

use super::dates::{DateRange, DateTable, read_date};
use super::spec::{HolidaySpec, SpecError};
use crate::language::Language;
use crate::yaml::{Document, Limits};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};
use yearly::Yearly;

/// Calendars that come with the program, with their files, each of which names its source.
const FILES: [(&str, &str); 4] = [
    ("cn", include_str!("holidays/cn.yaml")),
    ("hk", include_str!("holidays/hk.yaml")),
    ("jp", include_str!("holidays/jp.yaml")),
    ("tw", include_str!("holidays/tw.yaml")),
];

static SHIPPED: LazyLock<HolidayBook> = LazyLock::new(|| {
    let mut book = HolidayBook::default();
    for (name, text) in FILES {
        // A test reads every file.
        let document = Document::parse(name, text, &Limits::default()).unwrap_or_default();
        let spec: HolidaySpec = document.read(&[], &mut Vec::new()).unwrap_or_default();
        let Ok(layer) = Layer::read(name, &spec) else {
            continue;
        };
        let calendar = Calendar {
            official: true,
            name: spec.name,
            layers: vec![layer],
        };
        book.calendars.insert(name.to_owned(), Arc::new(calendar));
    }
    book
});

/// The holiday calendars that a schedule can name.
#[derive(Debug, Clone, Default)]
pub struct HolidayBook {
    calendars: BTreeMap<String, Arc<Calendar>>,
}

impl HolidayBook {
    /// Returns the calendars that come with the program, as they were officially published: `cn`, mainland China's, `hk`, Hong Kong's,
    /// `jp`, Japan's, and `tw`, Taiwan's.
    pub fn shipped() -> Self {
        SHIPPED.clone()
    }

    /// Returns the book with `spec` added to the calendar `name`, or as a new calendar. Where both know a date, `spec`
    /// wins.
    ///
    /// # Errors
    /// Fails with every error of `spec`, with paths from the calendar down (`["off", "0"]`).
    pub fn with(mut self, name: &str, spec: &HolidaySpec) -> Result<Self, Vec<SpecError>> {
        let layer = Layer::read(name, spec)?;
        let calendar = Arc::make_mut(self.calendars.entry(name.to_owned()).or_default());
        calendar.layers.push(layer);
        calendar.name.extend(spec.name.clone());
        Ok(self)
    }

    /// Returns the book with the calendar `name` in it, be it without any date.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.calendars.entry(name.to_owned()).or_default();
        self
    }

    /// The calendars' names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.calendars.keys().map(String::as_str)
    }

    /// `true` if the calendar `name` knows the holidays of `year`; where it does not, all but those that are off in every year are
    /// taken for normal days.
    pub fn covers(&self, name: &str, year: i16) -> bool {
        self.calendars
            .get(name)
            .is_some_and(|calendar| calendar.covers(year))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<Calendar>> {
        self.calendars.get(name)
    }
}

/// Kind of a date in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DayKind {
    /// A holiday.
    Off,
    /// A make-up workday.
    Work,
}

/// One holiday calendar.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Calendar {
    /// `true` if it is a country's, so that its days may be called public holidays.
    pub(super) official: bool,
    /// Holidays' name, by the reader's language.
    name: BTreeMap<Language, String>,
    /// Later layers overrule earlier ones.
    layers: Vec<Layer>,
}

/// The dates of one file, or of the entry of a calendar in `faq.yaml`.
#[derive(Debug, Clone, Default, PartialEq)]
struct Layer {
    dates: DateTable<DayKind>,
    yearly: Yearly,
    /// Last day up to which all its holidays are known, where it says so.
    until: Option<Date>,
}

impl Layer {
    fn read(name: &str, spec: &HolidaySpec) -> Result<Self, Vec<SpecError>> {
        let mut errors = Vec::new();
        let mut rows = Vec::new();
        for (key, dates, kind) in [
            ("off", &spec.off, DayKind::Off),
            ("work", &spec.work, DayKind::Work),
        ] {
            for (place, date) in dates.iter().enumerate() {
                let path = vec![key.to_owned(), place.to_string()];
                match DateRange::read(&date.0) {
                    Ok(range) => rows.push((range, kind, path)),
                    Err(error) => errors.push(error.at(path)),
                }
            }
        }
        if spec.off.is_empty() && spec.work.is_empty() && spec.yearly.is_empty() {
            errors.push(
                SpecError::new(
                    format!("the holiday calendar `{name}` names no dates"),
                    "list holidays under `off` and make-up workdays under `work`, such as off: [2027-01-01]",
                )
                .in_chinese(format!(
                    "节假日表「{name}」里没有日期；放假写在 off，补班写在 work，例如 off: [2027-01-01]"
                )),
            );
        }
        let dates = DateTable::new(rows, &mut errors);
        let yearly = Yearly::read(&spec.yearly, &mut errors);
        let until = spec.until.as_ref().and_then(|text| {
            let read = read_date(&text.0, &text.0);
            read.map_err(|error| errors.push(error.at(["until"]))).ok()
        });
        if errors.is_empty() {
            Ok(Self { dates, yearly, until })
        } else {
            Err(errors)
        }
    }

    /// Returns the last day up to which it knows all holidays: the one that it says, else the last of the last year of which it knows
    /// any. `None` where it has only days that are off in every year.
    fn known_until(&self) -> Option<Date> {
        let last_year = || self.dates.rows().iter().map(|(range, _)| range.last.year()).max();
        self.until.or_else(|| Date::new(last_year()?, 12, 31).ok())
    }

    fn covers(&self, year: i16) -> bool {
        let Some(until) = self.known_until() else {
            return true;
        };
        let mut rows = self.dates.rows().iter();
        let has_dates = rows.any(|(range, _)| (range.first.year()..=range.last.year()).contains(&year));
        until.year() >= year && has_dates
    }
}

impl Calendar {
    pub(super) fn kind(&self, date: Date) -> Option<DayKind> {
        let named = self.layers.iter().rev().find_map(|layer| layer.dates.get(date));
        let yearly = || {
            let is_off = self.layers.iter().any(|layer| layer.yearly.contains(date));
            is_off.then_some(DayKind::Off)
        };
        named.copied().or_else(yearly)
    }

    /// Returns what its holidays are called by a reader of a language, where it says so.
    pub(super) fn name(&self, language: Language) -> Option<&str> {
        let mut names = language.nearest().map(|language| self.name.get(&language));
        names.find_map(|name| name.map(String::as_str))
    }

    pub(super) fn covers(&self, year: i16) -> bool {
        self.layers.iter().any(|layer| layer.covers(year))
    }

    /// Returns the last day up to which all its holidays are known; `None` where it never ends.
    pub(super) fn known_until(&self) -> Option<Date> {
        self.layers.iter().filter_map(Layer::known_until).max()
    }

    pub(super) fn has_makeup_days(&self) -> bool {
        let mut rows = self.layers.iter().flat_map(|layer| layer.dates.rows());
        rows.any(|&(_, kind)| kind == DayKind::Work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_calendar_is_read_without_a_mistake_and_names_its_source() {
        for (name, text) in FILES {
            let document = Document::parse(name, text, &Limits::default()).unwrap();
            let mut problems = Vec::new();
            let spec: HolidaySpec = document.read(&[], &mut problems).unwrap();
            assert!(problems.is_empty(), "{problems:?}");
            assert!(spec.source.is_some_and(|source| source.starts_with("https://")));
            assert!(spec.until.is_some(), "{name} says until when it is known");
        }
        assert_eq!(SHIPPED.names().collect::<Vec<_>>(), ["cn", "hk", "jp", "tw"]);
    }

    #[test]
    fn the_published_days_on_which_offices_are_closed_are_all_there_and_no_others() {
        let days_off = |name: &str, year: i16| -> String {
            let calendar = SHIPPED.get(name).unwrap();
            let mut day = jiff::civil::date(year, 1, 1);
            let mut off = Vec::new();
            while day.year() == year {
                let is_weekend = day.weekday().to_monday_zero_offset() >= 5;
                if calendar.kind(day) == Some(DayKind::Off) && !is_weekend {
                    off.push(format!("{:02}{:02}", day.month(), day.day()));
                }
                day = day.tomorrow().unwrap();
            }
            off.join(" ")
        };
        // As published: gov.hk, dgpa.gov.tw and cao.go.jp, without those on Saturdays and Sundays.
        assert_eq!(
            days_off("hk", 2026),
            "0101 0217 0218 0219 0403 0406 0407 0501 0525 0619 0701 1001 1019 1225"
        );
        assert_eq!(
            days_off("hk", 2027),
            "0101 0208 0209 0326 0329 0405 0513 0609 0701 0916 1001 1008 1227"
        );
        assert_eq!(
            days_off("tw", 2026),
            "0101 0216 0217 0218 0219 0220 0227 0403 0406 0501 0619 0925 0928 1009 1026 1225"
        );
        assert_eq!(
            days_off("tw", 2027),
            "0101 0204 0205 0208 0209 0210 0301 0405 0406 0430 0609 0915 0928 1011 1025 1224 1231"
        );
        assert_eq!(
            days_off("jp", 2026),
            "0101 0112 0211 0223 0320 0429 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123"
        );
        assert_eq!(
            days_off("jp", 2027),
            "0101 0111 0211 0223 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123"
        );
        // Fixed by law, for a year of which the notice is not out.
        assert_eq!(days_off("cn", 2027), "0101 0205 0208 0405 0609 0915 1001");
        assert!(!SHIPPED.covers("cn", 2027) && SHIPPED.covers("hk", 2027) && !SHIPPED.covers("jp", 2028));
    }
}
