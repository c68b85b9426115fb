//! Dates and ranges of dates as an admin writes them, and a table that is looked up by date.

use super::day_hours::plain;
use super::spec::SpecError;
use jiff::civil::Date;

/// Range of dates from `first` to `last`, both in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DateRange {
    pub(super) first: Date,
    pub(super) last: Date,
}

impl DateRange {
    /// Reads `2026-10-01` or `2026-10-01..2026-10-07`.
    pub(super) fn read(text: &str) -> Result<Self, SpecError> {
        let plain = plain(text);
        let range = ["..", "~", "至", "到"]
            .iter()
            .find_map(|mark| plain.split_once(mark));
        let (first, last) = range.unwrap_or((&plain, &plain));
        let (first, last) = (read_date(first, text)?, read_date(last, text)?);
        if last < first {
            return Err(SpecError::new(
                format!("`{text}` ends before it begins"),
                format!("write the earlier date first: {last}..{first}"),
            )
            .in_chinese(format!(
                "「{text}」结束早于开始；请把早的日期写在前面：{last}..{first}"
            )));
        }
        Ok(Self { first, last })
    }
}

pub(super) fn read_date(date: &str, text: &str) -> Result<Date, SpecError> {
    let date = date.trim();
    let chinese = format!("「{text}」不是日期；请写成 2026-10-01，一段日期写成 2026-10-01..2026-10-07");
    let help = "write a date as 2026-10-01, or a range of dates as 2026-10-01..2026-10-07";
    let mut parts = date.split('-').map(|part| {
        let digits = part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i16>().ok().filter(|_| digits)
    });
    let (Some(Some(year)), Some(Some(month)), Some(Some(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(SpecError::new(format!("`{text}` is not a date"), help).in_chinese(chinese));
    };
    let found = match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) if year >= 1000 => Date::new(year, month, day).ok(),
        _ => None,
    };
    found.ok_or_else(|| SpecError::new(format!("there is no date `{date}`"), help).in_chinese(chinese))
}

/// Values for certain dates, found by date.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DateTable<T>(Vec<(DateRange, T)>);

impl<T> Default for DateTable<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> DateTable<T> {
    /// A table of `rows`, each with the path at which it was written; a row that shares a date with an earlier one
    /// is reported and left out.
    pub(super) fn new(mut rows: Vec<(DateRange, T, Vec<String>)>, errors: &mut Vec<SpecError>) -> Self {
        rows.sort_by_key(|(range, ..)| *range);
        let mut table: Vec<(DateRange, T)> = Vec::with_capacity(rows.len());
        for (range, value, path) in rows {
            match table.last() {
                Some((last, _)) if range.first <= last.last => errors.push(
                    SpecError::new(
                        format!("{} is named twice", range.first),
                        "name each date once, alone or in a range",
                    )
                    .in_chinese(format!("{} 写了两次；每个日期只写一次", range.first))
                    .at(path),
                ),
                _ => table.push((range, value)),
            }
        }
        Self(table)
    }

    pub(super) fn get(&self, date: Date) -> Option<&T> {
        let after = self.0.partition_point(|(range, _)| range.first <= date);
        let (range, value) = self.0.get(after.checked_sub(1)?)?;
        (date <= range.last).then_some(value)
    }

    pub(super) fn rows(&self) -> &[(DateRange, T)] {
        &self.0
    }
}
