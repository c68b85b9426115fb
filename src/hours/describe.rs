//! Describes a schedule as text: "周一至周五 8:00–17:30，法定节假日休息，调休日上班".

use super::day_hours::{DAY, DayHours, Interval};
use super::moment_texts::weekday_short;
use super::schedule::{Holidays, Schedule};
use super::weekdays::WEEK;
use crate::texts::ComposedTexts;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A January and a July, by which zones are compared; which year does not matter.
const WINTER_AND_SUMMER: [i64; 2] = [1_767_225_600, 1_782_864_000];

impl Schedule {
    /// Describes the hours to a member: "周一至周五 8:00–17:30，法定节假日休息，调休日上班". Exceptions are not listed. The zone is named
    /// where it need not be the reader's: to readers of a language with a home zone (`home_zone`), who are taken to live by its clock,
    /// where the hours don't; to others always.
    pub fn describe(&self, texts: ComposedTexts<'_>) -> String {
        describe(self, texts)
    }
}

fn describe(schedule: &Schedule, texts: ComposedTexts<'_>) -> String {
    let mut parts = vec![week(&schedule.week, texts)];
    if let Some(holidays) = &schedule.holidays {
        parts.extend(holiday_words(holidays, &schedule.week, texts));
    }
    let described = texts.schedule(&parts);
    match zone(schedule, texts) {
        None => described,
        Some(zone) => texts.schedule_in_zone(&described, &zone),
    }
}

/// Returns the name of the schedule's zone, where its readers need not live by it; hours around the clock are the same
/// everywhere.
fn zone(schedule: &Schedule, texts: ComposedTexts<'_>) -> Option<String> {
    let clockless = |hours: &DayHours| hours.is_closed() || *hours == DayHours::all_day();
    if schedule.week.iter().all(clockless) || shows_the_time_of(&schedule.zone, &texts.home_zone()) {
        return None;
    }
    let name = schedule.zone.iana_name().unwrap_or("UTC");
    let city = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
    if shows_the_time_of(&schedule.zone, "Asia/Shanghai") {
        return Some(texts.zone_of_china());
    }
    Some(texts.zone_of_city(name, &city))
}

/// `true` if a zone's clocks show the time of the zone with a name, in winter and in summer.
fn shows_the_time_of(zone: &TimeZone, other: &str) -> bool {
    TimeZone::get(other).is_ok_and(|other| {
        WINTER_AND_SUMMER.into_iter().all(|second| {
            Timestamp::from_second(second).is_ok_and(|at| zone.to_offset(at) == other.to_offset(at))
        })
    })
}

/// Describes the week, with days of the same hours together.
fn week(week: &[DayHours; 7], texts: ComposedTexts<'_>) -> String {
    let [first, rest @ ..] = week;
    if rest.iter().all(|hours| hours == first) {
        return match first {
            hours if *hours == DayHours::all_day() => texts.around_the_clock(),
            hours if hours.is_closed() => texts.always_closed(),
            hours => texts.daily(&hours_words(hours, texts)),
        };
    }
    let mut groups: Vec<(Vec<usize>, &DayHours)> = Vec::new();
    for (day, hours) in week.iter().enumerate().filter(|(_, hours)| !hours.is_closed()) {
        match groups.iter_mut().find(|(_, others)| *others == hours) {
            Some((days, _)) => days.push(day),
            None => groups.push((vec![day], hours)),
        }
    }
    let groups: Vec<String> = groups
        .iter()
        .map(|(days, hours)| texts.days_and_hours(&days_words(days, texts), &hours_words(hours, texts)))
        .collect();
    texts.weekly(&groups)
}

/// Joins days; those that follow each other become a range from three on: 周一至周五, "Mon–Fri", "Sat, Sun".
fn days_words(days: &[usize], texts: ComposedTexts<'_>) -> String {
    let name = |day: usize| weekday_short(WEEK[day], texts);
    let mut words: Vec<String> = Vec::new();
    for run in days.chunk_by(|before, after| before + 1 == *after) {
        match run {
            [first, .., last] if run.len() > 2 => words.push(texts.days_from_to(&name(*first), &name(*last))),
            _ => words.extend(run.iter().map(|day| name(*day))),
        }
    }
    texts.days_listed(&words)
}

fn hours_words(hours: &DayHours, texts: ComposedTexts<'_>) -> String {
    if *hours == DayHours::all_day() {
        return texts.all_day();
    }
    let intervals: Vec<String> = hours
        .intervals()
        .iter()
        .map(|interval| interval_words(*interval, texts))
        .collect();
    texts.times_listed(&intervals)
}

fn interval_words(interval: Interval, texts: ComposedTexts<'_>) -> String {
    let time = |minutes: u16| format!("{}:{:02}", minutes / 60, minutes % 60);
    let start = time(interval.start);
    if interval.end <= DAY {
        return format!("{start}–{}", time(interval.end));
    }
    texts.until_next_day(&start, &time(interval.end - DAY))
}

/// Describes the changes that the holiday calendar makes, where it makes any.
fn holiday_words(holidays: &Holidays, week: &[DayHours; 7], texts: ComposedTexts<'_>) -> Vec<String> {
    let mut words = Vec::new();
    let name = match holidays.calendar.name(texts.language()) {
        Some(name) => name.to_owned(),
        None if holidays.calendar.official => texts.public_holidays(),
        None => texts.own_holidays(),
    };
    let same_as_always = |hours: &DayHours| week.iter().all(|day| day == hours);
    if !same_as_always(&holidays.off) {
        words.push(if holidays.off.is_closed() {
            texts.closed_on_holidays(&name)
        } else {
            texts.holiday_hours(&name, &hours_words(&holidays.off, texts))
        });
    }
    if holidays.calendar.has_makeup_days() && !same_as_always(&holidays.work) {
        let usual = week.iter().find(|hours| !hours.is_closed()) == Some(&holidays.work);
        words.push(if usual {
            texts.open_on_workdays()
        } else if holidays.work.is_closed() {
            texts.closed_on_workdays()
        } else {
            texts.workday_hours(&hours_words(&holidays.work, texts))
        });
    }
    words
}
