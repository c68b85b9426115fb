//! The end of the known holidays.

use crate::hours::schedule::Schedule;
use jiff::Timestamp;
use jiff::civil::Date;

/// The last day up to which holidays are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidaysEnd {
    /// The calendar's name.
    pub calendar: String,
    /// The last day that is known.
    pub last: Date,
    /// The days until then; negative when it is past.
    pub days_left: i64,
}

impl HolidaysEnd {
    /// Days before the end from which on it is warned of: the notice for mainland China comes out two months ahead, all others earlier.
    pub const WARN_DAYS: i64 = 60;

    /// Returns the end of the calendar of some hours; `None` where they have none, or one that never ends.
    pub fn of(schedule: &Schedule, now: Timestamp) -> Option<Self> {
        let calendar = schedule.holiday_calendar()?.to_owned();
        let today = schedule.time_zone().to_datetime(now).date();
        let last = schedule.holidays_known_until()?;
        let days_left = last.duration_since(today).as_hours() / 24;
        Some(Self {
            calendar,
            last,
            days_left,
        })
    }

    /// `true` if it is time to warn of it.
    pub fn is_near(&self) -> bool {
        self.days_left <= Self::WARN_DAYS
    }

    /// Describes it, in Chinese and in English.
    pub fn words(&self) -> (String, String) {
        let Self {
            calendar,
            last,
            days_left,
        } = self;
        let (chinese, english) = if *days_left < 0 {
            (
                "已经过期：之后除每年固定的以外，节假日都会被当成平日",
                "is over: holidays, but for those fixed by date, are taken for normal days now",
            )
        } else {
            (
                "之后除每年固定的以外，节假日会被当成平日",
                "is all there is: holidays after it, but for those fixed by date, would be taken for normal days",
            )
        };
        (
            format!("节假日表「{calendar}」的数据到 {last} 为止，{chinese}"),
            format!("the holiday calendar `{calendar}` until {last} {english}"),
        )
    }
}
