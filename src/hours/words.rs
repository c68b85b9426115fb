//! The languages that members read, and moments as they would say them: "明天（周二）8:00，约 9 小时后".

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A language that the desk speaks by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Chinese, in simplified characters.
    #[serde(rename = "zh")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Reads the language of a tag such as `zh-CN`, `zh_Hans`, `en`; `None` for languages that the desk does not speak.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        match primary.to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// Returns the shortest tag: `zh`, `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }
}

/// Tells a member who reads at `now`, in the clock of `zone`, of a time to come: "今天 13:30，约 2 小时后", "tomorrow (Tue)
/// 8:00, in about 9 hours". A time that is not to come is "现在", "now".
pub fn when(now: Timestamp, at: Timestamp, zone: &TimeZone, language: Language) -> String {
    if at <= now {
        return match language {
            Language::Chinese => "现在".to_owned(),
            Language::English => "now".to_owned(),
        };
    }
    let moment = moment(now, at, zone, language);
    let wait = wait_words(at.duration_since(now), language);
    match language {
        Language::Chinese => format!("{moment}，{wait}"),
        Language::English => format!("{moment}, {wait}"),
    }
}

/// Renders a time, past or to come, for somebody who reads at `now`, in the clock of `zone`: "今天 13:30", "tomorrow (Tue)
/// 8:00".
pub fn moment(now: Timestamp, at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let local = zone.to_datetime(at);
    let day = day_words(zone.to_datetime(now).date(), local.date(), language);
    let clock = format!("{}:{:02}", local.hour(), local.minute());
    match language {
        Language::Chinese => format!("{day}{clock}"),
        Language::English => format!("{day} {clock}"),
    }
}

/// Renders the day without the time. In Chinese it brings the space that may follow it.
fn day_words(today: Date, day: Date, language: Language) -> String {
    let days = day.duration_since(today).as_hours() / 24;
    let weekday = weekday_short(day.weekday(), language);
    match language {
        Language::Chinese => {
            let date = format!("{}月{}日", day.month(), day.day());
            let week = week_of(day) - week_of(today);
            match (days, week) {
                (0, _) => "今天 ".to_owned(),
                (1, _) => format!("明天（{weekday}）"),
                (2, _) => format!("后天（{weekday}）"),
                (_, 0) => format!("本{weekday}（{date}）"),
                (_, 1) => format!("下{weekday}（{date}）"),
                _ if day.year() == today.year() => format!("{date}（{weekday}）"),
                _ => format!("{}年{date}（{weekday}）", day.year()),
            }
        }
        Language::English => match days {
            0 => "today".to_owned(),
            1 => format!("tomorrow ({weekday})"),
            _ if day.year() == today.year() => format!("{weekday} {} {}", day.day(), month(day)),
            _ => format!("{weekday} {} {} {}", day.day(), month(day), day.year()),
        },
    }
}

/// Returns a number that is the same for all days of a week from Monday to Sunday, and one more for the week after.
fn week_of(day: Date) -> i64 {
    // 1970-01-05 was the first Monday of its time.
    day.duration_since(jiff::civil::date(1970, 1, 5))
        .as_hours()
        .div_euclid(7 * 24)
}

fn wait_words(wait: SignedDuration, language: Language) -> String {
    let minutes = wait.as_secs() / 60;
    let hours = (minutes + 30) / 60;
    let (count, chinese, english) = match minutes {
        0 => {
            return match language {
                Language::Chinese => "不到 1 分钟后".to_owned(),
                Language::English => "in less than a minute".to_owned(),
            };
        }
        1..60 => (minutes, "分钟", "minute"),
        _ if hours <= 36 => (hours, "小时", "hour"),
        _ => ((minutes + 12 * 60) / (24 * 60), "天", "day"),
    };
    match language {
        Language::Chinese => format!("约 {count} {chinese}后"),
        Language::English if count == 1 => format!("in about 1 {english}"),
        Language::English => format!("in about {count} {english}s"),
    }
}

/// "星期一", "Monday".
pub(super) fn weekday(day: Weekday, language: Language) -> &'static str {
    let (chinese, english) = match day {
        Weekday::Monday => ("星期一", "Monday"),
        Weekday::Tuesday => ("星期二", "Tuesday"),
        Weekday::Wednesday => ("星期三", "Wednesday"),
        Weekday::Thursday => ("星期四", "Thursday"),
        Weekday::Friday => ("星期五", "Friday"),
        Weekday::Saturday => ("星期六", "Saturday"),
        Weekday::Sunday => ("星期日", "Sunday"),
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

/// "周一", "Mon".
pub(super) fn weekday_short(day: Weekday, language: Language) -> &'static str {
    let (chinese, english) = match day {
        Weekday::Monday => ("周一", "Mon"),
        Weekday::Tuesday => ("周二", "Tue"),
        Weekday::Wednesday => ("周三", "Wed"),
        Weekday::Thursday => ("周四", "Thu"),
        Weekday::Friday => ("周五", "Fri"),
        Weekday::Saturday => ("周六", "Sat"),
        Weekday::Sunday => ("周日", "Sun"),
    };
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

fn month(day: Date) -> &'static str {
    match day.month() {
        1 => "Jan",
        2 => "Feb",
        3 => "Mar",
        4 => "Apr",
        5 => "May",
        6 => "Jun",
        7 => "Jul",
        8 => "Aug",
        9 => "Sep",
        10 => "Oct",
        11 => "Nov",
        _ => "Dec",
    }
}
