//! The names of weekdays that an admin may use: `mon-fri`, `weekend`, 周一至周五.

use super::day_hours::plain;
use super::spec::SpecError;
use jiff::civil::Weekday;

/// Monday first.
pub(super) const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

const ENGLISH: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

const CHINESE: [&[&str]; 7] = [
    &["一"],
    &["二"],
    &["三"],
    &["四"],
    &["五"],
    &["六"],
    &["日", "天"],
];

/// Returns the position of `day` in a week that begins on Monday: 0 to 6.
pub(super) fn place(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

/// Returns the weekdays that `key` names, as positions in a week that begins on Monday, in the order in which they were
/// written.
pub(super) fn read_days(key: &str) -> Result<Vec<usize>, SpecError> {
    let mut days = Vec::new();
    for part in plain(key).split([',', '、', ';']) {
        let part = part.trim();
        match part {
            "daily" | "everyday" | "every day" | "每天" | "每日" => days.extend(0..7),
            "weekdays" | "weekday" | "workdays" | "工作日" | "平日" => days.extend(0..5),
            "weekend" | "weekends" | "周末" => days.extend(5..7),
            _ => {
                let mut ends = part.split(['-', '–', '—', '−', '~', '〜', '至', '到']);
                match (ends.next(), ends.next(), ends.next()) {
                    (Some(first), Some(last), None) => {
                        let (first, last) = (read_day(first, key)?, read_day(last, key)?);
                        let length = (last + 7 - first) % 7;
                        days.extend((first..=first + length).map(|day| day % 7));
                    }
                    _ => days.push(read_day(part, key)?),
                }
            }
        }
    }
    Ok(days)
}

fn read_day(name: &str, key: &str) -> Result<usize, SpecError> {
    let name = name.trim();
    day_number(name).ok_or_else(|| {
        let message = if name == key.trim() {
            format!("`{key}` is not a weekday")
        } else {
            format!("`{name}` in `{key}` is not a weekday")
        };
        SpecError::new(
            message,
            "use mon, tue, wed, thu, fri, sat, sun, a range such as mon-fri, a list such as mon,wed,fri, or daily, \
             weekdays, weekend; 周一 to 周日 work too",
        )
        .in_chinese(format!(
            "「{key}」不是星期几；请写 mon-fri、mon,wed,fri、daily、weekend，或 周一至周五、周六"
        ))
    })
}

fn day_number(name: &str) -> Option<usize> {
    // The word for week may be missing, as in 周一至五.
    let number = ["周", "星期", "礼拜"]
        .iter()
        .find_map(|word| name.strip_prefix(word))
        .unwrap_or(name);
    let chinese = CHINESE.iter().position(|days| days.contains(&number));
    if chinese.is_some() {
        return chinese;
    }
    let name = name.trim_end_matches('.');
    if name.len() < 3 {
        return None;
    }
    // Any beginning of the full name from three letters on: mon, tues, thurs, saturday.
    ENGLISH.iter().position(|day| day.starts_with(name))
}
