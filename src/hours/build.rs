//! Builds a schedule from an admin's specification, and reports every error at once.

use super::dates::{DateRange, DateTable};
use super::day_hours::{DAY, DayHours};
use super::holidays::HolidayBook;
use super::moment_texts::weekday;
use super::schedule::{Holidays, Schedule};
use super::service_level::{ServiceLevel, parse_notation};
use super::spec::{HoursSpec, HoursTable, ScheduleDetail, ScheduleSpec, SpecError};
use super::weekdays::{WEEK, read_days};
use crate::language::Language;
use crate::texts::ComposedTexts;
use jiff::tz::TimeZone;

/// Time zone of a schedule that names none.
pub(super) const DEFAULT_ZONE: &str = "Asia/Shanghai";

const EXAMPLE: &str = "{ notation: 5x8, weekly: { mon-fri: \"08:00-17:30\" }, holidays: cn }";

impl Schedule {
    /// Builds the schedule that `spec` describes; its `holidays` are looked up in `holidays`.
    ///
    /// # Errors
    /// Fails with every error of `spec`, each with its path.
    pub fn build(spec: &ScheduleSpec, holidays: &HolidayBook) -> Result<Self, Vec<SpecError>> {
        match spec {
            ScheduleSpec::Notation(text) => build_bare(text).map_err(|error| vec![error]),
            ScheduleSpec::Detailed(detail) => build_detailed(detail, holidays),
        }
    }
}

fn build_bare(text: &str) -> Result<Schedule, SpecError> {
    match parse_notation(text) {
        Some(ServiceLevel::ALWAYS) => Ok(Schedule::always()),
        Some(notation) => Err(hours_missing(notation)),
        None => Err(SpecError::new(
            format!("`{text}` does not say when somebody is there"),
            format!("write 7x24 for around the clock, or the hours: {EXAMPLE}"),
        )
        .in_chinese(format!(
            "「{text}」没有说明几点到几点；全天候请写 7x24，否则写出时间：{EXAMPLE}"
        ))),
    }
}

fn build_detailed(detail: &ScheduleDetail, book: &HolidayBook) -> Result<Schedule, Vec<SpecError>> {
    let mut errors = Vec::new();
    let zone = read_zone(detail.time_zone.as_deref(), &mut errors);
    let notation = detail
        .notation
        .as_deref()
        .and_then(|text| read_notation(text, &mut errors));
    let week = if detail.weekly.is_empty() {
        read_missing_week(detail, notation, &mut errors)
    } else {
        let before = errors.len();
        let week = read_week(&detail.weekly, &mut errors);
        if errors.len() == before
            && let Some(notation) = notation
            && let Some(error) = contradiction(notation, &week)
        {
            errors.push(error.at(["notation"]));
        }
        week
    };
    let holidays = read_holidays(detail, &week, book, &mut errors);
    let exceptions = read_exceptions(&detail.exceptions, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut schedule = Schedule {
        zone,
        week,
        holidays,
        exceptions,
        notation: notation.map(|notation| notation.to_string()),
    };
    if schedule.notation.is_none() && schedule.never_closes() {
        schedule.notation = Some(ServiceLevel::ALWAYS.to_string());
    }
    Ok(schedule)
}

fn hours_missing(notation: ServiceLevel) -> SpecError {
    let ServiceLevel { days, hours } = notation;
    let key = match days {
        1 => "mon",
        2 => "mon-tue",
        3 => "mon-wed",
        4 => "mon-thu",
        5 => "mon-fri",
        6 => "mon-sat",
        _ => "daily",
    };
    let example = match hours {
        24 => "all day".to_owned(),
        _ => format!("08:00-{:02}:00", (8 + hours) % 24),
    };
    SpecError::new(
        format!("{notation} tells how many hours (on {days} days a week, {hours} hours each) but not which"),
        format!("add the hours, such as {{ notation: {days}x{hours}, weekly: {{ {key}: \"{example}\" }} }}"),
    )
    .in_chinese(format!(
        "{notation} 只说了每周几天、每天几小时，没有说几点到几点；请写成 {{ notation: {days}x{hours}, weekly: {{ {key}: \"{example}\" }} }}"
    ))
}

fn read_zone(name: Option<&str>, errors: &mut Vec<SpecError>) -> TimeZone {
    let name = name.unwrap_or(DEFAULT_ZONE);
    TimeZone::get(name).unwrap_or_else(|_| {
        errors.push(
            SpecError::new(
                format!("there is no time zone `{name}`"),
                "use an IANA name such as Asia/Shanghai (all of China), Europe/London or America/New_York",
            )
            .in_chinese(format!(
                "没有时区「{name}」；中国请写 Asia/Shanghai，其他如 Europe/London、America/New_York"
            ))
            .at(["time_zone"]),
        );
        TimeZone::UTC
    })
}

fn read_notation(text: &str, errors: &mut Vec<SpecError>) -> Option<ServiceLevel> {
    let notation = parse_notation(text);
    if notation.is_none() {
        errors.push(
            SpecError::new(
                format!("`{text}` is not a notation of days times hours"),
                "write it as 5x8, 7x8 or 7x24: days a week, then hours a day",
            )
            .in_chinese(format!("「{text}」不是「天数x小时数」；请写成 5x8、7x8 或 7x24"))
            .at(["notation"]),
        );
    }
    notation
}

/// Reads the week where `weekly` is missing: around the clock when the notation says so.
fn read_missing_week(
    detail: &ScheduleDetail,
    notation: Option<ServiceLevel>,
    errors: &mut Vec<SpecError>,
) -> [DayHours; 7] {
    match (notation, &detail.notation) {
        (Some(ServiceLevel::ALWAYS), _) => return std::array::from_fn(|_| DayHours::all_day()),
        (Some(notation), _) => errors.push(hours_missing(notation).at(["notation"])),
        // The notation that could not be read is complained about already.
        (None, Some(_)) => {}
        (None, None) => errors.push(
            SpecError::new(
                "there are no hours: `weekly` is missing",
                format!("write the hours by weekday, such as {EXAMPLE}"),
            )
            .in_chinese(format!("缺少 weekly；请按星期写出时间，例如 {EXAMPLE}")),
        ),
    }
    Default::default()
}

fn read_week(table: &HoursTable, errors: &mut Vec<SpecError>) -> [DayHours; 7] {
    let mut week: [DayHours; 7] = Default::default();
    let mut named: [Option<&str>; 7] = [None; 7];
    for (key, spec) in &table.0 {
        let path = ["weekly", key];
        let hours = DayHours::read(spec, &path, errors);
        let days = match read_days(key) {
            Ok(days) => days,
            Err(error) => {
                errors.push(error.at(path));
                continue;
            }
        };
        for day in days {
            let (Some(slot), Some(named)) = (week.get_mut(day), named.get_mut(day)) else {
                continue;
            };
            if let Some(before) = named {
                let number = day;
                let day = weekday(WEEK[day], ComposedTexts::built_in(Language::ENGLISH));
                errors.push(
                    SpecError::new(
                        format!("{day} has its hours from `{before}` already, and again from `{key}`"),
                        "name each weekday once, with all its hours in one list",
                    )
                    .in_chinese(format!(
                        "{} 的时间在「{before}」和「{key}」里写了两次；每个星期几只写一次，多段时间写成列表",
                        weekday(WEEK[number], ComposedTexts::built_in(Language::CHINESE))
                    ))
                    .at(path),
                );
                break;
            }
            *named = Some(key);
            *slot = hours.clone();
        }
    }
    find_overnight_overlap(&week, &named, errors);
    week
}

/// Reports hours past midnight that run into the next day's own.
fn find_overnight_overlap(week: &[DayHours; 7], named: &[Option<&str>; 7], errors: &mut Vec<SpecError>) {
    for (day, hours) in week.iter().enumerate() {
        let next = (day + 1) % 7;
        let (Some(last), Some(first)) = (hours.intervals().last(), week[next].intervals().first()) else {
            continue;
        };
        if last.end > first.start + DAY {
            let name = |day: usize| weekday(WEEK[day], ComposedTexts::built_in(Language::ENGLISH));
            errors.push(
                SpecError::new(
                    format!(
                        "{}'s {} runs into {}'s {}",
                        name(day),
                        last.written(),
                        name(next),
                        first.written()
                    ),
                    "let the hours past midnight end before those of the next day begin",
                )
                .in_chinese(format!(
                    "{}的 {} 跨过午夜，与{}的 {} 重叠；请让前一天的时间在后一天开始之前结束",
                    weekday(WEEK[day], ComposedTexts::built_in(Language::CHINESE)),
                    last.written(),
                    weekday(WEEK[next], ComposedTexts::built_in(Language::CHINESE)),
                    first.written()
                ))
                .at(["weekly"].into_iter().chain(named[next])),
            );
            // One such pair of keys usually stands for many days.
            return;
        }
    }
}

/// Reports a notation that contradicts the hours: members would be told it.
fn contradiction(notation: ServiceLevel, week: &[DayHours; 7]) -> Option<SpecError> {
    let open = week.iter().filter(|hours| !hours.is_closed()).count();
    let longest = week.iter().map(DayHours::minutes).max().unwrap_or(0);
    if open != usize::from(notation.days) {
        return Some(
            SpecError::new(
                format!(
                    "{notation} says {} days a week, but `weekly` has hours on {open}",
                    notation.days
                ),
                "correct the notation or the hours; the notation can also be left out",
            )
            .in_chinese(format!(
                "{notation} 表示每周 {} 天，但 weekly 里写了 {open} 天；请改成一致，或删掉 notation",
                notation.days
            )),
        );
    }
    (longest < u32::from(notation.hours) * 60).then(|| {
        SpecError::new(
            format!(
                "{notation} says {} hours a day, but no day in `weekly` has more than {}:{:02}",
                notation.hours,
                longest / 60,
                longest % 60
            ),
            "correct the notation or the hours; the notation can also be left out",
        )
        .in_chinese(format!(
            "{notation} 表示每天 {} 小时，但 weekly 里最长的一天只有 {}:{:02}；请改成一致，或删掉 notation",
            notation.hours,
            longest / 60,
            longest % 60
        ))
    })
}

fn read_holidays(
    detail: &ScheduleDetail,
    week: &[DayHours; 7],
    book: &HolidayBook,
    errors: &mut Vec<SpecError>,
) -> Option<Holidays> {
    let mut own = |key: &'static str, spec: &Option<HoursSpec>| {
        let hours = spec.as_ref().map(|spec| DayHours::read(spec, &[key], errors));
        if hours.is_some() && detail.holidays.is_none() {
            errors.push(
                SpecError::new(
                    format!("`{key}` never applies, because no holiday calendar is named"),
                    "name one, such as holidays: cn",
                )
                .in_chinese(format!("没有指定节假日表，{key} 不起作用；请加上 holidays: cn"))
                .at([key]),
            );
        }
        hours
    };
    let off = own("on_holidays", &detail.on_holidays);
    let work = own("makeup", &detail.makeup);
    let name = detail.holidays.as_ref()?;
    let Some(calendar) = book.get(name) else {
        let names: Vec<&str> = book.names().collect();
        errors.push(
            SpecError::new(
                format!("there is no holiday calendar `{name}`"),
                format!("the holiday calendars here are: {}", names.join(", ")),
            )
            .in_chinese(format!("没有节假日表「{name}」；可以写：{}", names.join("、")))
            .at(["holidays"]),
        );
        return None;
    };
    let workday = week.iter().find(|hours| !hours.is_closed());
    Some(Holidays {
        name: name.clone(),
        calendar: calendar.clone(),
        off: off.unwrap_or_default(),
        work: work.or_else(|| workday.cloned()).unwrap_or_default(),
    })
}

fn read_exceptions(table: &HoursTable, errors: &mut Vec<SpecError>) -> DateTable<DayHours> {
    let mut rows = Vec::new();
    for (key, spec) in &table.0 {
        let path = ["exceptions", key];
        let hours = DayHours::read(spec, &path, errors);
        match DateRange::read(key) {
            Ok(range) => rows.push((range, hours, path.map(str::to_owned).to_vec())),
            Err(error) => errors.push(error.at(path)),
        }
    }
    DateTable::new(rows, errors)
}
