//! Describes a schedule as text: "周一至周五 8:00–17:30，法定节假日休息，调休日上班".

use super::days::WEEK;
use super::interval::{DAY, DayHours, Interval};
use super::schedule::{Holidays, Schedule};
use super::words::{Language, weekday_short};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Offset of China's clocks from UTC.
const CHINA: Offset = jiff::tz::offset(8);

pub(super) fn describe(schedule: &Schedule, language: Language) -> String {
    let mut parts = vec![week(&schedule.week, language)];
    if let Some(holidays) = &schedule.holidays {
        parts.extend(holiday_words(holidays, &schedule.week, language));
    }
    let words = parts.join(match language {
        Language::Chinese => "，",
        Language::English => ", ",
    });
    match zone(schedule, language) {
        None => words,
        Some(zone) => match language {
            Language::Chinese => format!("{words}（{zone}）"),
            Language::English => format!("{words} ({zone})"),
        },
    }
}

/// Returns the name of the schedule's zone, where its readers need not live by it; hours around the clock are the same
/// everywhere.
fn zone(schedule: &Schedule, language: Language) -> Option<String> {
    let clockless = |hours: &DayHours| hours.is_closed() || *hours == DayHours::all_day();
    if schedule.week.iter().all(clockless) {
        return None;
    }
    let in_china = is_chinas(&schedule.zone);
    let name = schedule.zone.iana_name().unwrap_or("UTC");
    let city = name.rsplit('/').next().unwrap_or(name).replace('_', " ");
    match language {
        Language::Chinese => (!in_china).then(|| format!("{name} 时间")),
        Language::English if in_china => Some("China time, UTC+8".to_owned()),
        Language::English => Some(format!("{city} time")),
    }
}

/// `true` if a zone's clocks show China's time, in winter and in summer.
fn is_chinas(zone: &TimeZone) -> bool {
    // A January and a July; which year does not matter.
    [1_767_225_600, 1_782_864_000]
        .into_iter()
        .all(|second| Timestamp::from_second(second).is_ok_and(|at| zone.to_offset(at) == CHINA))
}

/// Describes the week, with days of the same hours together.
fn week(week: &[DayHours; 7], language: Language) -> String {
    let [first, rest @ ..] = week;
    if rest.iter().all(|hours| hours == first) {
        return match (language, first) {
            (Language::Chinese, hours) if *hours == DayHours::all_day() => "全天（7×24）".to_owned(),
            (Language::English, hours) if *hours == DayHours::all_day() => {
                "around the clock (7×24)".to_owned()
            }
            (Language::Chinese, hours) if hours.is_closed() => "休息".to_owned(),
            (Language::English, hours) if hours.is_closed() => "closed".to_owned(),
            (Language::Chinese, hours) => format!("每天 {}", hours_words(hours, language)),
            (Language::English, hours) => format!("daily {}", hours_words(hours, language)),
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
        .map(|(days, hours)| format!("{} {}", days_words(days, language), hours_words(hours, language)))
        .collect();
    groups.join(match language {
        Language::Chinese => "，",
        Language::English => "; ",
    })
}

/// Joins days; those that follow each other become a range from three on: 周一至周五, "Mon–Fri", "Sat, Sun".
fn days_words(days: &[usize], language: Language) -> String {
    let (to, and) = match language {
        Language::Chinese => ("至", "、"),
        Language::English => ("–", ", "),
    };
    let name = |day: usize| weekday_short(WEEK[day], language);
    let mut words: Vec<String> = Vec::new();
    for run in days.chunk_by(|before, after| before + 1 == *after) {
        match run {
            [first, .., last] if run.len() > 2 => words.push(format!("{}{to}{}", name(*first), name(*last))),
            _ => words.extend(run.iter().map(|day| name(*day).to_owned())),
        }
    }
    words.join(and)
}

fn hours_words(hours: &DayHours, language: Language) -> String {
    if *hours == DayHours::all_day() {
        return match language {
            Language::Chinese => "全天".to_owned(),
            Language::English => "all day".to_owned(),
        };
    }
    let intervals: Vec<String> = hours
        .intervals()
        .iter()
        .map(|interval| interval_words(*interval, language))
        .collect();
    intervals.join(match language {
        Language::Chinese => "、",
        Language::English => ", ",
    })
}

fn interval_words(interval: Interval, language: Language) -> String {
    let time = |minutes: u16| format!("{}:{:02}", minutes / 60, minutes % 60);
    let start = time(interval.start);
    if interval.end <= DAY {
        return format!("{start}–{}", time(interval.end));
    }
    let end = time(interval.end - DAY);
    match language {
        Language::Chinese => format!("{start}–次日 {end}"),
        Language::English => format!("{start}–{end} the next day"),
    }
}

/// Describes the changes that the holiday calendar makes, where it makes any.
fn holiday_words(holidays: &Holidays, week: &[DayHours; 7], language: Language) -> Vec<String> {
    let mut words = Vec::new();
    let name = match (language, holidays.calendar.official) {
        (Language::Chinese, true) => "法定节假日",
        (Language::Chinese, false) => "节假日",
        (Language::English, true) => "public holidays",
        (Language::English, false) => "holidays",
    };
    let same_as_always = |hours: &DayHours| week.iter().all(|day| day == hours);
    if !same_as_always(&holidays.off) {
        words.push(match language {
            _ if !holidays.off.is_closed() => format!("{name} {}", hours_words(&holidays.off, language)),
            Language::Chinese => format!("{name}休息"),
            Language::English => format!("closed on {name}"),
        });
    }
    if holidays.calendar.has_makeup_days() && !same_as_always(&holidays.work) {
        let usual = week.iter().find(|hours| !hours.is_closed()) == Some(&holidays.work);
        words.push(match language {
            Language::Chinese if usual => "调休日上班".to_owned(),
            Language::English if usual => "open on make-up workdays".to_owned(),
            Language::Chinese if holidays.work.is_closed() => "调休日休息".to_owned(),
            Language::English if holidays.work.is_closed() => "closed on make-up workdays".to_owned(),
            Language::Chinese => format!("调休日 {}", hours_words(&holidays.work, language)),
            Language::English => format!("make-up workdays {}", hours_words(&holidays.work, language)),
        });
    }
    words
}
