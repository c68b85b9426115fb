//! Days that are off in every year: `01-01`, `10-01..10-03`.

use crate::hours::spec::{DateSpec, SpecError};
use jiff::civil::Date;

/// A day of a year: month and day.
type DayOfYear = (i8, i8);

/// Ranges of days of a year, both ends in them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Yearly(Vec<(DayOfYear, DayOfYear)>);

impl Yearly {
    pub(super) fn read(days: &[DateSpec], errors: &mut Vec<SpecError>) -> Self {
        let mut ranges = Vec::new();
        for (place, text) in days.iter().enumerate() {
            match range(&text.0) {
                Some(range) => ranges.push(range),
                None => errors.push(
                    SpecError::new(
                        format!("`{}` is no day of every year", text.0),
                        "write month and day as 05-01, or a range of days as 05-03..05-05; a date with its year stands under `off`",
                    )
                    .in_chinese(format!(
                        "「{}」不是每年都有的日子；请写月和日 05-01，一段写成 05-03..05-05；带年份的日期写在 off",
                        text.0
                    ))
                    .at(["yearly".to_owned(), place.to_string()]),
                ),
            }
        }
        Self(ranges)
    }

    pub(super) fn contains(&self, date: Date) -> bool {
        let day = (date.month(), date.day());
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&day))
    }
}

fn range(text: &str) -> Option<(DayOfYear, DayOfYear)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (day(first)?, day(last)?);
    (first <= last).then_some((first, last))
}

fn day(text: &str) -> Option<DayOfYear> {
    let (month, day) = text.trim().split_once('-')?;
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(month) || !digits(day) {
        return None;
    }
    // A leap year, so that the 29th of February is a day.
    let date = Date::new(2028, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some((date.month(), date.day()))
}
