//! Descriptions of hours and times, in both languages.

use super::super::*;
use super::{build, china, schedule};
use crate::language::Language;
use crate::texts::ComposedTexts;

fn zh() -> ComposedTexts<'static> {
    ComposedTexts::built_in(Language::CHINESE)
}

fn en() -> ComposedTexts<'static> {
    ComposedTexts::built_in(Language::ENGLISH)
}

#[test]
fn a_schedule_describes_itself() {
    let told = |name: &str| {
        let schedule = schedule(name);
        [schedule.describe(zh()), schedule.describe(en())]
    };
    assert_eq!(
        told("office"),
        [
            "周一至周五 8:00–17:30，法定节假日休息，调休日上班",
            "Mon–Fri 8:00–17:30, closed on public holidays, open on make-up workdays (China time, UTC+8)"
        ]
    );
    assert_eq!(
        told("daily"),
        ["每天 8:00–17:30", "daily 8:00–17:30 (China time, UTC+8)"]
    );
    assert_eq!(told("always"), ["全天（7×24）", "around the clock (7×24)"]);
    assert_eq!(
        told("split"),
        [
            "周一至周五 8:00–12:00、13:30–17:30，周六 22:00–次日 2:00，法定节假日休息，调休日上班",
            "Mon–Fri 8:00–12:00, 13:30–17:30; Sat 22:00–2:00 the next day, closed on public holidays, open on \
             make-up workdays (China time, UTC+8)"
        ]
    );
}

#[test]
fn days_of_the_same_hours_are_told_together() {
    let told = |yaml: &str| {
        let schedule = build(yaml).unwrap();
        [schedule.describe(zh()), schedule.describe(en())]
    };
    assert_eq!(
        told(r#"{ weekly: { "mon,wed,fri-sun": "9:00-24:00", tue: all day } }"#),
        [
            "周一、周三、周五至周日 9:00–24:00，周二 全天",
            "Mon, Wed, Fri–Sun 9:00–24:00; Tue all day (China time, UTC+8)"
        ]
    );
    assert_eq!(
        told(
            r#"{ weekly: { weekend: "9:00-12:00" }, holidays: cn, makeup: closed, on_holidays: "10:00-11:00" }"#
        ),
        [
            "周六、周日 9:00–12:00，法定节假日 10:00–11:00，调休日休息",
            "Sat, Sun 9:00–12:00, public holidays 10:00–11:00, closed on make-up workdays (China time, UTC+8)"
        ]
    );
    // Where every day is the same, a make-up workday is nothing to tell.
    assert_eq!(
        told(r#"{ weekly: { daily: "8:00-17:30" }, holidays: cn }"#),
        [
            "每天 8:00–17:30，法定节假日休息",
            "daily 8:00–17:30, closed on public holidays (China time, UTC+8)"
        ]
    );
    assert_eq!(told("{ weekly: { daily: closed } }"), ["休息", "closed"]);
    // A company's own days off are not public holidays.
    let spec = serde_yaml::from_str(r#"{ weekly: { mon: "8:00-9:00" }, holidays: own }"#).unwrap();
    let own = serde_yaml::from_str("{ off: [2026-12-28] }").unwrap();
    let book = HolidayBook::shipped().with("own", &own).unwrap();
    let schedule = Schedule::build(&spec, &book).unwrap();
    assert_eq!(schedule.describe(zh()), "周一 8:00–9:00，节假日休息");
    assert_eq!(
        schedule.describe(en()),
        "Mon 8:00–9:00, closed on holidays (China time, UTC+8)"
    );
}

#[test]
fn a_moment_is_told_as_a_member_would_say_it() {
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    for (now, at, chinese, english) in [
        (
            "11-23 11:25",
            "11-23 13:30",
            "今天 13:30，约 2 小时后",
            "today 13:30, in about 2 hours",
        ),
        (
            "11-23 13:29",
            "11-23 13:30",
            "今天 13:30，约 1 分钟后",
            "today 13:30, in about 1 minute",
        ),
        (
            "11-23 12:41",
            "11-23 13:30",
            "今天 13:30，约 49 分钟后",
            "today 13:30, in about 49 minutes",
        ),
        ("11-23 13:30", "11-23 13:30", "现在", "now"),
        (
            "11-23 23:00",
            "11-24 08:00",
            "明天（周二）8:00，约 9 小时后",
            "tomorrow (Tue) 8:00, in about 9 hours",
        ),
        (
            "11-23 00:10",
            "11-24 08:00",
            "明天（周二）8:00，约 32 小时后",
            "tomorrow (Tue) 8:00, in about 32 hours",
        ),
        (
            "11-24 18:00",
            "11-26 08:05",
            "后天（周四）8:05，约 2 天后",
            "Thu 26 Nov 8:05, in about 2 days",
        ),
        (
            "11-23 18:00",
            "11-29 08:00",
            "本周日（11月29日）8:00，约 6 天后",
            "Sun 29 Nov 8:00, in about 6 days",
        ),
        (
            "11-27 17:30",
            "11-30 08:00",
            "下周一（11月30日）8:00，约 3 天后",
            "Mon 30 Nov 8:00, in about 3 days",
        ),
        (
            "10-09 18:00",
            "10-12 08:00",
            "下周一（10月12日）8:00，约 3 天后",
            "Mon 12 Oct 8:00, in about 3 days",
        ),
        (
            "09-18 18:00",
            "10-08 08:00",
            "10月8日（周四）8:00，约 20 天后",
            "Thu 8 Oct 8:00, in about 20 days",
        ),
    ] {
        let (now, at) = (china(&format!("2026-{now}")), china(&format!("2026-{at}")));
        assert_eq!(when(now, at, &zone, zh()), chinese);
        assert_eq!(when(now, at, &zone, en()), english);
    }
    let (now, at) = (china("2026-12-01 18:00"), china("2027-02-03 08:00"));
    assert_eq!(when(now, at, &zone, zh()), "2027年2月3日（周三）8:00，约 64 天后");
    assert_eq!(
        when(now, at, &zone, en()),
        "Wed 3 Feb 2027 8:00, in about 64 days"
    );
    // Half past midnight in Shanghai is still yesterday in London, so what is today here is tomorrow there.
    let (now, at) = (china("2026-11-24 00:30"), china("2026-11-24 09:00"));
    let london = jiff::tz::TimeZone::get("Europe/London").unwrap();
    assert_eq!(when(now, at, &zone, en()), "today 9:00, in about 9 hours");
    assert_eq!(
        when(now, at, &london, en()),
        "tomorrow (Tue) 1:00, in about 9 hours"
    );
}

#[test]
fn the_end_of_time_can_be_told_too() {
    let (first, last) = (jiff::Timestamp::MIN, jiff::Timestamp::MAX);
    for language in [zh(), en()] {
        assert!(!when(first, last, &jiff::tz::TimeZone::UTC, language).is_empty());
    }
}

#[test]
fn notations_are_read_however_they_are_typed() {
    for text in [
        "5x8",
        "5X8",
        "5×8",
        "5*8",
        "5＊8",
        "５ｘ８",
        " 5 x 8 ",
        "五乘八",
        "5乘8",
        "8x5",
        "5×8小时",
    ] {
        assert_eq!(
            parse_notation(text),
            Some(ServiceLevel { days: 5, hours: 8 }),
            "{text}"
        );
    }
    for text in ["7x24", "7乘24", "七乘二十四", "24x7", "24/7", "7/24", "7*24h"] {
        assert_eq!(parse_notation(text), Some(ServiceLevel::ALWAYS), "{text}");
    }
    assert_eq!(
        parse_notation("六乘十"),
        Some(ServiceLevel { days: 6, hours: 10 })
    );
    for text in [
        "",
        "x",
        "5x",
        "x8",
        "5x8x2",
        "8x8",
        "0x8",
        "5x0",
        "7x25",
        "5/8",
        "-5x8",
        "5x8 or so",
        "十十乘八",
        "5x008",
        "九百乘八",
    ] {
        assert_eq!(parse_notation(text), None, "{text}");
    }
    assert_eq!(
        explain_notation("5*8", zh()).as_deref(),
        Some("每周 5 天、每天 8 小时")
    );
    assert_eq!(
        explain_notation("7x24", en()).as_deref(),
        Some("24 hours a day, 7 days a week")
    );
    assert_eq!(ServiceLevel { days: 5, hours: 8 }.to_string(), "5×8");
}

#[test]
fn the_zone_is_named_where_it_need_not_be_the_readers() {
    let told = |zone: &str| {
        let schedule = build(&format!(
            "{{ time_zone: {zone}, weekly: {{ mon: \"8:00-9:00\" }} }}"
        ))
        .unwrap();
        [schedule.describe(zh()), schedule.describe(en())]
    };
    // The same clock as China's.
    assert_eq!(told("Asia/Singapore")[0], "周一 8:00–9:00");
    assert_eq!(
        told("America/New_York"),
        [
            "周一 8:00–9:00（America/New_York 时间）",
            "Mon 8:00–9:00 (New York time)"
        ]
    );
    assert_eq!(told("Europe/London")[0], "周一 8:00–9:00（Europe/London 时间）");
}
