//! Service hours as a month of days, and edits of single days.

use jiff::civil::Date;

/// A month of one of the hours in the FAQ.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    /// Names of all hours, each with what uses them.
    pub names: Vec<(String, Vec<String>)>,
    /// Name of these.
    pub name: String,
    /// Time zone that they are in.
    pub zone: String,
    /// Hours in a sentence, in Chinese and English.
    pub described: (String, String),
    /// Days of the month, the first first.
    pub days: Vec<Day>,
    /// Hours of a make-up workday, as they are written.
    pub workday: String,
    /// Last day up to which the holidays are known.
    pub known_until: Option<Date>,
    /// `true` if there is a file to write.
    pub can_be_written: bool,
    /// Fault for which the file is no text, or can't be read.
    pub unreadable: Option<super::FaqProblem>,
}

/// A day of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Hours that begin on it, such as `08:00–17:30`; none where it is closed.
    pub spans: Vec<String>,
    /// Reason for these hours.
    pub kind: DayKind,
}

/// Reason for the hours of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayKind {
    /// The weekday.
    Weekday,
    /// A holiday of the calendar.
    Holiday,
    /// A make-up workday of the calendar.
    Workday,
    /// An exception that the FAQ writes for it.
    Exception,
}

/// Edit of the hours of a range of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursEdit {
    /// Name of the hours.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Hours as they are written: `closed`, `all day`, `09:00-12:00`, several with commas between them. `None` takes the exception
    /// away, so that the weekday and the calendar count again.
    pub hours: Option<String>,
}
