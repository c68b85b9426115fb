//! Holiday calendars, shipped and the admin's own: days off and make-up workdays.

mod cn;

use super::dates::{DateRange, DateTable};
use super::spec::{HolidaySpec, SpecError};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The holiday calendars that a schedule can name.
#[derive(Debug, Clone, Default)]
pub struct HolidayBook {
    calendars: BTreeMap<String, Arc<Calendar>>,
}

impl HolidayBook {
    /// Returns the calendars that come with the program: `cn`, mainland China's official one.
    pub fn shipped() -> Self {
        let rows = cn::DAYS
            .iter()
            .map(|&(first, last, kind)| (DateRange { first, last }, kind, Vec::new()))
            .collect();
        let cn = Calendar {
            official: true,
            layers: vec![DateTable::new(rows, &mut Vec::new())],
        };
        Self {
            calendars: BTreeMap::from([("cn".to_owned(), Arc::new(cn))]),
        }
    }

    /// Returns the book with `spec` added to the calendar `name`, or as a new calendar. Where both know a date, `spec`
    /// wins.
    ///
    /// # Errors
    /// Fails with every error of `spec`, with paths from the calendar down (`["off", "0"]`).
    pub fn with(mut self, name: &str, spec: &HolidaySpec) -> Result<Self, Vec<SpecError>> {
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
        if spec.off.is_empty() && spec.work.is_empty() {
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
        let layer = DateTable::new(rows, &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let calendar = self.calendars.entry(name.to_owned()).or_default();
        Arc::make_mut(calendar).layers.push(layer);
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

    /// `true` if the calendar `name` knows any date in `year`; where it does not, holidays are taken for normal days.
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
    /// Later layers overrule earlier ones.
    layers: Vec<DateTable<DayKind>>,
}

impl Calendar {
    pub(super) fn kind(&self, date: Date) -> Option<DayKind> {
        self.layers
            .iter()
            .rev()
            .find_map(|layer| layer.get(date))
            .copied()
    }

    pub(super) fn covers(&self, year: i16) -> bool {
        self.rows()
            .any(|(range, _)| (range.first.year()..=range.last.year()).contains(&year))
    }

    /// Returns the last year of which any date is known.
    pub(super) fn last_year(&self) -> Option<i16> {
        self.rows().map(|(range, _)| range.last.year()).max()
    }

    pub(super) fn has_makeup_days(&self) -> bool {
        self.rows().any(|&(_, kind)| kind == DayKind::Work)
    }

    fn rows(&self) -> impl Iterator<Item = &(DateRange, DayKind)> {
        self.layers.iter().flat_map(DateTable::rows)
    }
}
