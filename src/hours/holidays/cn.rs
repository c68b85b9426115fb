//! Mainland China's official holidays and make-up workdays.
//!
//! Source: 国务院办公厅关于2026年部分节假日安排的通知 (国办发明电〔2025〕7号, 2025-11-04),
//! <https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm>. The notice for a year comes out in November of
//! the year before; a year is added here as its rows, in order of date.

use super::DayKind::{self, Off, Work};
use jiff::civil::{Date, date};

/// First day, last day, and what they are; in order.
pub(super) const DAYS: &[(Date, Date, DayKind)] = &[
    // 元旦
    (date(2026, 1, 1), date(2026, 1, 3), Off),
    (date(2026, 1, 4), date(2026, 1, 4), Work),
    // 春节
    (date(2026, 2, 14), date(2026, 2, 14), Work),
    (date(2026, 2, 15), date(2026, 2, 23), Off),
    (date(2026, 2, 28), date(2026, 2, 28), Work),
    // 清明节
    (date(2026, 4, 4), date(2026, 4, 6), Off),
    // 劳动节
    (date(2026, 5, 1), date(2026, 5, 5), Off),
    (date(2026, 5, 9), date(2026, 5, 9), Work),
    // 端午节
    (date(2026, 6, 19), date(2026, 6, 21), Off),
    // 国庆节, worked in advance
    (date(2026, 9, 20), date(2026, 9, 20), Work),
    // 中秋节
    (date(2026, 9, 25), date(2026, 9, 27), Off),
    // 国庆节
    (date(2026, 10, 1), date(2026, 10, 7), Off),
    (date(2026, 10, 10), date(2026, 10, 10), Work),
];
