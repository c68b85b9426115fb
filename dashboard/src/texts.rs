//! Sentences of the pages, in Chinese and English: a name each, so that the compiler finds what is missing.

mod stored_words;
mod words;

pub use stored_words::event_in_chinese;
pub(crate) use words::Words;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageLanguage {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

impl PageLanguage {
    /// Returns the language that a user chose, else the first that the browser asks for and there is, else English.
    pub(crate) fn of(chosen: Option<&str>, accept: Option<&str>) -> Self {
        chosen
            .into_iter()
            .chain(accept.unwrap_or_default().split(','))
            .find_map(|tag| {
                let tag = tag
                    .split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_lowercase();
                match tag.split('-').next() {
                    Some("zh") => Some(Self::Chinese),
                    Some("en") => Some(Self::English),
                    _ => None,
                }
            })
            .unwrap_or(Self::English)
    }

    /// Returns its tag, for `lang` of a page.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// Returns the sentences in it.
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::Chinese => &words::CHINESE,
            Self::English => &words::ENGLISH,
        }
    }

    /// Returns what is said in this language.
    pub(crate) fn either<T>(self, chinese: T, english: T) -> T {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// Writes a length of time in its largest unit.
    pub(crate) fn span(self, seconds: i64) -> String {
        let seconds = seconds.max(0);
        let (count, chinese, english) = match seconds {
            0..60 => return self.either("刚刚".to_owned(), "now".to_owned()),
            60..3_600 => (seconds / 60, "分钟", "min"),
            3_600..86_400 => (seconds / 3_600, "小时", "h"),
            _ => (seconds / 86_400, "天", "d"),
        };
        self.either(format!("{count} {chinese}"), format!("{count} {english}"))
    }

    /// Writes how long something took, in its two largest units.
    pub(crate) fn length(self, seconds: i64) -> String {
        let seconds = seconds.max(0);
        let (day, hour, minute) = (
            self.either("天".to_owned(), "d".to_owned()),
            self.either("小时".to_owned(), "h".to_owned()),
            self.either("分".to_owned(), "min".to_owned()),
        );
        let second = self.either("秒".to_owned(), "s".to_owned());
        let two = |large: i64, first: &str, small: i64, second: &str| {
            if small == 0 {
                format!("{large} {first}")
            } else {
                format!("{large} {first} {small} {second}")
            }
        };
        match seconds {
            0..60 => format!("{seconds} {second}"),
            60..3_600 => two(seconds / 60, &minute, seconds % 60, &second),
            3_600..86_400 => two(seconds / 3_600, &hour, seconds / 60 % 60, &minute),
            _ => two(seconds / 86_400, &day, seconds / 3_600 % 24, &hour),
        }
    }

    /// Says how long is left, or by how much it is over.
    pub(crate) fn left(self, seconds: i64) -> String {
        let length = self.length(seconds.saturating_abs() / 60 * 60);
        match (seconds < 0, seconds.saturating_abs() < 60) {
            (false, true) => self.either("剩不到 1 分".to_owned(), "under 1 min left".to_owned()),
            (true, true) => self.either("刚超时".to_owned(), "just over".to_owned()),
            (false, _) => self.either(format!("剩 {length}"), format!("{length} left")),
            (true, _) => self.either(format!("超 {length}"), format!("{length} over")),
        }
    }

    /// Writes a month.
    pub(crate) fn month(self, first: Date) -> String {
        match self {
            Self::Chinese => first.strftime("%Y 年 %-m 月").to_string(),
            Self::English => first.strftime("%B %Y").to_string(),
        }
    }

    /// Writes a time as people read it: without its day where that is today.
    pub(crate) fn time(self, at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
        let (at, now) = (zone.to_datetime(at), zone.to_datetime(now));
        let form = if at.date() == now.date() {
            "%H:%M"
        } else if at.year() == now.year() {
            "%m-%d %H:%M"
        } else {
            "%Y-%m-%d %H:%M"
        };
        at.strftime(form).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_there_in_both_languages_and_they_differ_where_they_should() {
        for (name, chinese, english) in words::ALL {
            assert!(!chinese.is_empty() && !english.is_empty(), "{name}");
            let has_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..'\u{9fff}').contains(&c));
            assert!(
                ["product", "faq"].contains(name) || has_chinese(chinese),
                "{name}: {chinese}"
            );
            assert!(!has_chinese(english), "{name}: {english}");
        }
    }

    #[test]
    fn the_users_choice_comes_before_the_browsers_and_an_unknown_language_before_none() {
        use PageLanguage::{Chinese, English};
        for (chosen, accept, language) in [
            (None, None, English),
            (None, Some("zh-CN,zh;q=0.9,en;q=0.8"), Chinese),
            (None, Some("fr-FR, zh;q=0.5"), Chinese),
            (None, Some("EN-us"), English),
            (Some("en"), Some("zh-CN"), English),
            (Some("zh"), Some("en"), Chinese),
            (None, Some("zhx, *"), English),
        ] {
            assert_eq!(
                PageLanguage::of(chosen, accept),
                language,
                "{chosen:?} {accept:?}"
            );
        }
    }

    #[test]
    fn times_are_as_short_as_they_can_be() {
        let zone = TimeZone::UTC;
        let now: Timestamp = "2026-11-10T12:00:00Z".parse().unwrap_or_default();
        for (at, text) in [
            ("2026-11-10T09:05:00Z", "09:05"),
            ("2026-11-09T09:05:00Z", "11-09 09:05"),
            ("2025-11-09T09:05:00Z", "2025-11-09 09:05"),
        ] {
            let at = at.parse().unwrap_or_default();
            assert_eq!(PageLanguage::English.time(at, now, &zone), text);
        }
        assert_eq!(PageLanguage::English.span(59), "now");
        assert_eq!(PageLanguage::Chinese.span(3_700), "1 小时");
        assert_eq!(PageLanguage::English.span(90_000), "1 d");
        for (seconds, text) in [
            (5_400, "1 h 30 min left"),
            (20, "under 1 min left"),
            (-125, "2 min over"),
            (-1, "just over"),
        ] {
            assert_eq!(PageLanguage::English.left(seconds), text);
        }
    }
}
