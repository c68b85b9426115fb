//! Moments as people say them: "明天（周二）8:00，约 9 小时后".

use crate::texts::ComposedTexts;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Tells a member who reads at `now`, in the clock of `zone`, of a time to come: "今天 13:30，约 2 小时后", "tomorrow (Tue)
/// 8:00, in about 9 hours". A time that is not to come is "现在", "now".
pub fn when(now: Timestamp, at: Timestamp, zone: &TimeZone, texts: ComposedTexts<'_>) -> String {
    if at <= now {
        return texts.now();
    }
    let moment = moment(now, at, zone, texts);
    texts.moment_and_wait(&moment, &wait_words(at.duration_since(now), texts))
}

/// Renders a time, past or to come, for somebody who reads at `now`, in the clock of `zone`: "今天 13:30", "tomorrow (Tue)
/// 8:00".
pub fn moment(now: Timestamp, at: Timestamp, zone: &TimeZone, texts: ComposedTexts<'_>) -> String {
    let local = zone.to_datetime(at);
    let day = day_words(zone.to_datetime(now).date(), local.date(), texts);
    texts.day_and_time(&day, &format!("{}:{:02}", local.hour(), local.minute()))
}

/// Renders the day without the time.
fn day_words(today: Date, day: Date, texts: ComposedTexts<'_>) -> String {
    let days = day.duration_since(today).as_hours() / 24;
    let weekday = weekday_short(day.weekday(), texts);
    let date = texts.date(day.day().into(), day.month().into(), &month(day, texts));
    let week = week_of(day) - week_of(today);
    match (days, week) {
        (0, _) => texts.today(),
        (1, _) => texts.tomorrow(&weekday),
        (2, _) => texts.day_after_tomorrow(&weekday, &date),
        (_, 0) => texts.day_this_week(&weekday, &date),
        (_, 1) => texts.day_next_week(&weekday, &date),
        _ if day.year() == today.year() => texts.day_this_year(&weekday, &date),
        _ => texts.day_of_year(&weekday, &date, day.year().into()),
    }
}

/// Returns a number that is the same for all days of a week from Monday to Sunday, and one more for the week after.
fn week_of(day: Date) -> i64 {
    // 1970-01-05 was the first Monday of its time.
    day.duration_since(jiff::civil::date(1970, 1, 5))
        .as_hours()
        .div_euclid(7 * 24)
}

fn wait_words(wait: SignedDuration, texts: ComposedTexts<'_>) -> String {
    let minutes = wait.as_secs() / 60;
    let hours = (minutes + 30) / 60;
    match minutes {
        0 => texts.in_less_than_a_minute(),
        1..60 => texts.in_minutes(minutes),
        _ if hours <= 36 => texts.in_hours(hours),
        _ => texts.in_days((minutes + 12 * 60) / (24 * 60)),
    }
}

/// "星期一", "Monday".
pub(super) fn weekday(day: Weekday, texts: ComposedTexts<'_>) -> String {
    match day {
        Weekday::Monday => texts.monday(),
        Weekday::Tuesday => texts.tuesday(),
        Weekday::Wednesday => texts.wednesday(),
        Weekday::Thursday => texts.thursday(),
        Weekday::Friday => texts.friday(),
        Weekday::Saturday => texts.saturday(),
        Weekday::Sunday => texts.sunday(),
    }
}

/// "周一", "Mon".
pub(super) fn weekday_short(day: Weekday, texts: ComposedTexts<'_>) -> String {
    match day {
        Weekday::Monday => texts.short_monday(),
        Weekday::Tuesday => texts.short_tuesday(),
        Weekday::Wednesday => texts.short_wednesday(),
        Weekday::Thursday => texts.short_thursday(),
        Weekday::Friday => texts.short_friday(),
        Weekday::Saturday => texts.short_saturday(),
        Weekday::Sunday => texts.short_sunday(),
    }
}

fn month(day: Date, texts: ComposedTexts<'_>) -> String {
    match day.month() {
        1 => texts.month_1(),
        2 => texts.month_2(),
        3 => texts.month_3(),
        4 => texts.month_4(),
        5 => texts.month_5(),
        6 => texts.month_6(),
        7 => texts.month_7(),
        8 => texts.month_8(),
        9 => texts.month_9(),
        10 => texts.month_10(),
        11 => texts.month_11(),
        _ => texts.month_12(),
    }
}
