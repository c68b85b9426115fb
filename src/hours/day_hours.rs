//! The hours of one day, in minutes from its midnight, and how they are written.

use super::spec::{HoursSpec, SpecError};
use unicode_normalization::UnicodeNormalization;

/// The longest interval that is proposed for one that can't be read, in minutes.
const MEANT_MINUTES_MAX: u16 = 16 * 60;

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;

/// Interval from `start` (inclusive) to `end` (exclusive), in minutes after the midnight at which the day begins. `start`
/// lies in that day; `end` is past `start` by at most a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Interval {
    pub(super) start: u16,
    pub(super) end: u16,
}

/// The open intervals of a day: in order, apart from each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DayHours(Vec<Interval>);

impl DayHours {
    pub(super) fn all_day() -> Self {
        Self(vec![Interval { start: 0, end: DAY }])
    }

    pub(super) fn intervals(&self) -> &[Interval] {
        &self.0
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the time that the day is open, in minutes.
    pub(super) fn minutes(&self) -> u32 {
        self.0
            .iter()
            .map(|interval| u32::from(interval.end - interval.start))
            .sum()
    }

    /// Reads `spec`, which stands at `path`; what can't be meant goes to `errors` and is left out.
    pub(super) fn read(spec: &HoursSpec, path: &[&str], errors: &mut Vec<SpecError>) -> Self {
        let (texts, listed): (&[String], bool) = match spec {
            HoursSpec::One(text) => (std::slice::from_ref(text), false),
            HoursSpec::Many(texts) => (texts, true),
        };
        if !listed && let Some(hours) = texts.first().and_then(|text| Self::read_word(text)) {
            return hours;
        }
        if texts.is_empty() {
            errors.push(
                SpecError::new(
                    "the list of hours is empty",
                    "write `closed` for a day without hours",
                )
                .in_chinese("时间列表是空的；全天休息请写 closed")
                .at(path),
            );
        }
        let mut read: Vec<(Interval, usize)> = Vec::new();
        for (place, text) in texts.iter().enumerate() {
            match several(text, listed).map_or_else(|| Interval::read(text), Err) {
                Ok(interval) => read.push((interval, place)),
                Err(error) => errors.push(error.at(place_in(path, listed, place))),
            }
        }
        read.sort();
        let mut hours: Vec<Interval> = Vec::new();
        for (interval, place) in read {
            match hours.last_mut() {
                Some(last) if interval.start < last.end => errors.push(
                    SpecError::new(
                        format!("{} and {} overlap", last.written(), interval.written()),
                        "write hours that follow each other, or one interval for both",
                    )
                    .in_chinese(format!(
                        "{} 和 {} 重叠；请改成前后相接的时间段，或合并成一段",
                        last.written(),
                        interval.written()
                    ))
                    .at(place_in(path, listed, place)),
                ),
                Some(last) if interval.start == last.end => last.end = interval.end,
                _ => hours.push(interval),
            }
        }
        Self(hours)
    }

    fn read_word(text: &str) -> Option<Self> {
        match plain(text).as_str() {
            "closed" | "休息" | "关闭" => Some(Self::default()),
            "all day" | "all-day" | "24h" | "全天" => Some(Self::all_day()),
            _ => None,
        }
    }
}

impl Interval {
    pub(super) fn read(text: &str) -> Result<Self, SpecError> {
        let wrong = |message: String| {
            match meant(text) {
            Some(meant) => SpecError::new(
                message,
                format!("hours are HH:MM-HH:MM on the 24-hour clock, and may run past midnight; write: \"{meant}\""),
            )
            .in_chinese(format!(
                "「{text}」不是正确的时间段；时间按 24 小时制，可以跨过午夜，写成：\"{meant}\""
            )),
            None => SpecError::new(
                message,
                "write hours as HH:MM-HH:MM on the 24-hour clock, such as \"08:00-17:30\"",
            )
            .in_chinese(format!(
                "「{text}」不是正确的时间段；请按 24 小时制写成 \"08:00-17:30\"，休息写 closed，全天写 all day"
            )),
        }
        };
        let plain = plain(text);
        let mut ends = plain.split(['-', '–', '—', '−', '~', '〜', '至', '到']);
        let (Some(start), Some(end), None) = (ends.next(), ends.next(), ends.next()) else {
            return Err(wrong(format!("`{text}` is not an interval of hours")));
        };
        let minute = |time: &str| {
            clock_time(time)
                .ok_or_else(|| wrong(format!("`{}` in `{text}` is not a time of day", time.trim())))
        };
        let (start, end) = (minute(start)?, minute(end)?);
        if start == DAY {
            return Err(wrong(format!(
                "`{text}` begins at 24:00, which is the next day's 00:00"
            )));
        }
        if start == end {
            return Err(SpecError::new(
                format!("`{text}` ends when it begins"),
                "write \"00:00-24:00\" for the whole day, or `closed` for none of it",
            )
            .in_chinese(format!(
                "「{text}」开始和结束是同一时刻；全天请写 \"00:00-24:00\"，休息请写 closed"
            )));
        }
        let end = if end > start { end } else { end + DAY };
        Ok(Self { start, end })
    }

    /// Writes the interval as an admin would.
    pub(super) fn written(self) -> String {
        let end = if self.end > DAY { self.end - DAY } else { self.end };
        format!(
            "{:02}:{:02}-{:02}:{:02}",
            self.start / 60,
            self.start % 60,
            end / 60,
            end % 60
        )
    }
}

/// Makes the error about several intervals in one text, `09:00-12:00, 13:30-18:00`; `listed` if it stands in a list.
fn several(text: &str, listed: bool) -> Option<SpecError> {
    let plain = plain(text);
    let divided = |parts: Vec<&str>| -> Option<Vec<String>> {
        let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
        let read = parts.map(|part| match Interval::read(part) {
            Ok(interval) => Some(interval.written()),
            Err(_) => meant(part),
        });
        let read: Vec<String> = read.collect::<Option<_>>()?;
        (read.len() > 1).then_some(read)
    };
    let parts = divided(plain.split([',', '、', ';', '和', '/', '\n']).collect())
        .or_else(|| divided(plain.split_whitespace().collect()))?;
    let mut typed = format!("\"{}\"", parts.join("\", \""));
    if !listed {
        typed = format!("[{typed}]");
    }
    Some(
        SpecError::new(
            format!("`{text}` holds several intervals in one text"),
            format!("each stands in quotes of its own; write: {typed}"),
        )
        .in_chinese(format!(
            "「{text}」里有几个时间段；每一段要各加引号，写成：{typed}"
        )),
    )
}

/// Returns the interval that is meant by `20:00-26:00`, `20:00-次日02:00`, `下午1:30-6:00` or `9点-18点`, as it is written
/// here.
fn meant(text: &str) -> Option<String> {
    let plain = plain(text);
    let (start, end) = plain.split_once(['-', '–', '—', '−', '~', '〜', '至', '到'])?;
    let hour = |text: &str| text.trim().parse::<u16>().ok().filter(|hour| *hour <= 24);
    if let (Some(start), Some(end)) = (hour(start), hour(end)) {
        // Numbers alone are hours where they begin in the morning and go upwards.
        return (5 <= start && start < end).then(|| format!("{start:02}:00-{end:02}:00"));
    }
    let (start, is_later) = guessed_time(start, false)?;
    let (end, _) = guessed_time(end, is_later)?;
    let interval = Interval {
        start: start % DAY,
        end: end % DAY,
    };
    // So long a day is a slip of another kind.
    let length = (interval.end + DAY - interval.start) % DAY;
    if length > MEANT_MINUTES_MAX {
        return None;
    }
    let written = match end {
        DAY => format!("{:02}:{:02}-24:00", interval.start / 60, interval.start % 60),
        _ => interval.written(),
    };
    (interval.start != interval.end).then_some(written)
}

/// Reads a time with words around it, as minutes after midnight; a time without a word is in the afternoon if the one
/// before it is. Returns `true` besides for the afternoon.
fn guessed_time(text: &str, afternoon: bool) -> Option<(u16, bool)> {
    let text = text.trim();
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (word, time) = text.split_at(start);
    let word = word.trim();
    let time = time
        .trim_end_matches(['h', '时', '点', '整'])
        .replace(['点', '时', '：'], ":");
    let time = time.trim_end_matches('分');
    // A number alone may be anything.
    let is_bare = time == text;
    let (hour, minute) = match time.split_once(':') {
        Some((hour, "")) => (hour, "00"),
        Some(parts) => parts,
        None if is_bare => return None,
        None => (time, "00"),
    };
    let (hour, minute) = (
        hour.trim().parse::<u16>().ok()?,
        minute.trim().parse::<u16>().ok()?,
    );
    let is_later = match word {
        "下午" | "晚上" | "傍晚" | "晚" | "夜里" | "pm" => true,
        "" => afternoon && hour < 12,
        "上午" | "早上" | "早" | "凌晨" | "中午" | "am" => false,
        word => ["次日", "第二天", "翌日", "明天", "隔天"]
            .iter()
            .any(|next| {
                word.strip_prefix(next)
                    .is_some_and(|rest| matches!(rest, "" | "凌晨" | "早上" | "上午" | "早"))
            })
            .then_some(false)?,
    };
    let hour = if is_later && hour < 12 { hour + 12 } else { hour };
    (hour < 36 && minute < 60).then_some((hour * 60 + minute, is_later))
}

/// `8:00`, `08:00`, `24:00` as minutes after midnight.
fn clock_time(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY).then_some(total)
}

/// Returns a text in plain characters: full-width letters, digits and signs folded, lower case, trimmed.
pub(super) fn plain(text: &str) -> String {
    text.trim().nfkc().collect::<String>().to_lowercase()
}

fn place_in(path: &[&str], listed: bool, place: usize) -> Vec<String> {
    let mut path: Vec<String> = path.iter().map(|&key| key.to_owned()).collect();
    if listed {
        path.push(place.to_string());
    }
    path
}
