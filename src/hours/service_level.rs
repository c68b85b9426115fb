//! The notation of service levels: days of the week times hours of the day, `5×8`.

use super::day_hours::plain;
use crate::texts::ComposedTexts;
use std::fmt;

/// Days a week times hours a day. It is shown as `5×8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServiceLevel {
    /// Days a week, 1 to 7.
    pub days: u8,
    /// Hours a day, 1 to 24.
    pub hours: u8,
}

impl ServiceLevel {
    /// Around the clock.
    pub const ALWAYS: Self = Self { days: 7, hours: 24 };

    /// Explains it to a member: "每周 5 天、每天 8 小时", "8 hours a day, 5 days a week".
    pub fn explain(self, texts: ComposedTexts<'_>) -> String {
        texts.service_level(self.days.into(), self.hours.into())
    }
}

impl fmt::Display for ServiceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.days, self.hours)
    }
}

/// Explains a notation in plain language; `None` when `text` is not one.
pub fn explain_notation(text: &str, texts: ComposedTexts<'_>) -> Option<String> {
    parse_notation(text).map(|notation| notation.explain(texts))
}

/// Reads `5x8`, `5×8`, `5*8`, `5＊8`, `5 X 8`, 五乘八, `7×24小时`; also with the hours first where that is the only way
/// to take it: `8x5`, `24x7`, `24/7`. The whole of `text` has to be a notation.
pub fn parse_notation(text: &str) -> Option<ServiceLevel> {
    let plain = plain(text);
    let plain = ["小时", "小時", "hours", "h"]
        .iter()
        .find_map(|unit| plain.strip_suffix(unit))
        .unwrap_or(&plain);
    let slash = plain.contains('/');
    let mut factors = plain.split(['x', '×', '*', '✕', '✖', '╳', '乘', '/']);
    let (Some(first), Some(second), None) = (factors.next(), factors.next(), factors.next()) else {
        return None;
    };
    let (first, second) = (number(first.trim())?, number(second.trim())?);
    let (days, hours) = if first > 7 {
        (second, first)
    } else {
        (first, second)
    };
    let notation = ServiceLevel { days, hours };
    // A slash reads as a date or a fraction, save for the one phrase that everybody knows.
    let known = !slash || notation == ServiceLevel::ALWAYS;
    (known && (1..=7).contains(&days) && (1..=24).contains(&hours)).then_some(notation)
}

/// Reads a number below 100 in digits or in Chinese.
fn number(text: &str) -> Option<u8> {
    if text.len() <= 2 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok();
    }
    let digit = |text: &str| {
        let mut characters = text.chars();
        let (character, None) = (characters.next()?, characters.next()) else {
            return None;
        };
        let place = "一二三四五六七八九"
            .chars()
            .position(|digit| digit == character)?;
        u8::try_from(place + 1).ok()
    };
    match text.split_once('十') {
        None => digit(text),
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digit(tens)? };
            let ones = if ones.is_empty() { 0 } else { digit(ones)? };
            Some(tens * 10 + ones)
        }
    }
}
