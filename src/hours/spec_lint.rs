//! Warnings about hours that are valid, but probably a mistake.

use super::day_hours::{DAY, Interval};
use super::spec::{HoursSpec, ScheduleSpec, SpecError};

impl ScheduleSpec {
    /// Returns warnings about hours that are valid, but probably a mistake.
    pub fn warnings(&self) -> Vec<SpecError> {
        let Self::Detailed(detail) = self else {
            return Vec::new();
        };
        let tables = [("weekly", &detail.weekly), ("exceptions", &detail.exceptions)];
        let rows = tables.into_iter().flat_map(|(key, table)| {
            table
                .0
                .iter()
                .map(move |(days, hours)| (vec![key.to_owned(), days.clone()], hours))
        });
        let own = [("on_holidays", &detail.on_holidays), ("makeup", &detail.makeup)];
        let own = own
            .into_iter()
            .filter_map(|(key, hours)| Some((vec![key.to_owned()], hours.as_ref()?)));
        rows.chain(own)
            .flat_map(|(path, hours)| hours.warnings(&path))
            .collect()
    }
}

impl HoursSpec {
    fn warnings(&self, path: &[String]) -> Vec<SpecError> {
        let texts = match self {
            Self::One(text) => vec![(path.to_vec(), text)],
            Self::Many(texts) => texts
                .iter()
                .enumerate()
                .map(|(at, text)| ([path, &[at.to_string()]].concat(), text))
                .collect(),
        };
        texts
            .into_iter()
            .filter_map(|(path, text)| Some(last_minute(text)?.at(path)))
            .collect()
    }
}

/// Warns of an interval that leaves out the last minute of the day.
fn last_minute(text: &str) -> Option<SpecError> {
    let interval = Interval::read(text).ok()?;
    if interval.end != DAY - 1 {
        return None;
    }
    let start = format!("{:02}:{:02}", interval.start / 60, interval.start % 60);
    Some(
        SpecError::new(
            format!("`{text}` is closed for the last minute of the day"),
            format!("to be open until midnight write \"{start}-24:00\""),
        )
        .in_chinese(format!(
            "「{text}」当天最后一分钟不在服务时间内；要到午夜为止请写 \"{start}-24:00\""
        )),
    )
}
