//! Times, weekdays, hours and contact points, for answers and for the desk.

use super::sentence::sentences;

sentences! {
    SENTENCES;

    /// A time that is not to come.
    now();
    /// A time to come, and how long until then.
    moment_and_wait(moment: &str, wait: &str);
    /// A time to come, on a day of which it is not known whether it is a holiday.
    unless_a_holiday(moment: &str);
    /// A time of a day.
    day_and_time(day: &str, time: &str);
    /// The day of today, before a time.
    today();
    /// The day after today, before a time.
    tomorrow(weekday: &str);
    /// The day after tomorrow, before a time.
    day_after_tomorrow(weekday: &str; date: &str);
    /// Another day of this week, before a time.
    day_this_week(weekday: &str, date: &str);
    /// A day of the next week, before a time.
    day_next_week(weekday: &str, date: &str);
    /// A day of this year, before a time.
    day_this_year(weekday: &str, date: &str);
    /// A day of another year, before a time.
    day_of_year(weekday: &str, date: &str, year: i64);
    /// A day of a month.
    date(day: i64; month: i64, month_name: &str);
    /// The short name of a month.
    month_1();
    /// The short name of a month.
    month_2();
    /// The short name of a month.
    month_3();
    /// The short name of a month.
    month_4();
    /// The short name of a month.
    month_5();
    /// The short name of a month.
    month_6();
    /// The short name of a month.
    month_7();
    /// The short name of a month.
    month_8();
    /// The short name of a month.
    month_9();
    /// The short name of a month.
    month_10();
    /// The short name of a month.
    month_11();
    /// The short name of a month.
    month_12();
    /// A wait of seconds.
    in_less_than_a_minute();
    /// A wait in minutes.
    in_minutes(count: i64);
    /// A wait in hours.
    in_hours(count: i64);
    /// A wait in days.
    in_days(count: i64);
    /// The name of a weekday.
    monday();
    /// The name of a weekday.
    tuesday();
    /// The name of a weekday.
    wednesday();
    /// The name of a weekday.
    thursday();
    /// The name of a weekday.
    friday();
    /// The name of a weekday.
    saturday();
    /// The name of a weekday.
    sunday();
    /// The short name of a weekday.
    short_monday();
    /// The short name of a weekday.
    short_tuesday();
    /// The short name of a weekday.
    short_wednesday();
    /// The short name of a weekday.
    short_thursday();
    /// The short name of a weekday.
    short_friday();
    /// The short name of a weekday.
    short_saturday();
    /// The short name of a weekday.
    short_sunday();
    /// Hours of the week, and what holidays change.
    schedule(parts: &[String]);
    /// Hours, with the zone by whose clocks they are.
    schedule_in_zone(schedule: &str, zone: &str);
    /// The time zone of this language's readers, which they are not told; empty if they have none.
    home_zone();
    /// The zone of China, for readers elsewhere.
    zone_of_china();
    /// A zone, by its name or its city.
    zone_of_city(; name: &str, city: &str);
    /// Hours that never end.
    around_the_clock();
    /// Hours that never begin.
    always_closed();
    /// The same hours on all days.
    daily(hours: &str);
    /// Days with their hours.
    days_and_hours(days: &str, hours: &str);
    /// Days with their hours, in groups.
    weekly(groups: &[String]);
    /// Days that follow each other.
    days_from_to(from: &str, to: &str);
    /// Days that do not follow each other.
    days_listed(days: &[String]);
    /// Hours of a whole day.
    all_day();
    /// Hours of a day with breaks.
    times_listed(times: &[String]);
    /// Hours past midnight.
    until_next_day(start: &str, end: &str);
    /// Holidays of an official calendar.
    public_holidays();
    /// Holidays of one's own calendar.
    own_holidays();
    /// Hours on holidays.
    holiday_hours(holidays: &str, hours: &str);
    /// Closed on holidays.
    closed_on_holidays(holidays: &str);
    /// Open on days off that are worked instead of others.
    open_on_workdays();
    /// Closed on days off that others work.
    closed_on_workdays();
    /// Hours on days off that are worked instead of others.
    workday_hours(hours: &str);
    /// Explains "5×8".
    service_level(days: i64, hours: i64);
    /// Line of a list of contact points.
    contact(name: &str, address: &str, hours: &str, recommended: bool, purpose: Option<&str>);
    /// The next opening of hours that never open.
    no_opening_known();
}
