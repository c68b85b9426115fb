//! Hours that an admin may write, and the errors and warnings about others.

use super::super::*;
use super::{build, china};

/// Returns the errors of a schedule as `path: message`.
fn complaints(yaml: &str) -> Vec<String> {
    let errors = build(yaml).expect_err(yaml);
    assert!(errors.iter().all(|error| error.help.is_some()));
    errors
        .iter()
        .map(|error| format!("{}: {error}", error.path.join(".")))
        .collect()
}

#[test]
fn every_mistake_is_told_at_once_with_the_place_where_it_stands() {
    let yaml = r#"
        notation: five
        time_zone: Asia/Beijing
        weekly:
          mon-fri: ["08:00-12:00", "11:00-17:30", "25:00-26:00"]
          funday: "08:00-17:30"
          fri: "8-17"
        holidays: moon
        exceptions:
          2026-12-26..2026-12-24: closed
          2026-02-30: closed
          2026-12-31: open
    "#;
    assert_eq!(
        complaints(yaml),
        [
            "time_zone: there is no time zone `Asia/Beijing`",
            "notation: `five` is not a notation of days times hours",
            "weekly.mon-fri.2: `25:00` in `25:00-26:00` is not a time of day",
            "weekly.mon-fri.1: 08:00-12:00 and 11:00-17:30 overlap",
            "weekly.funday: `funday` is not a weekday",
            "weekly.fri: `8` in `8-17` is not a time of day",
            "weekly.fri: Friday has its hours from `mon-fri` already, and again from `fri`",
            "holidays: there is no holiday calendar `moon`",
            "exceptions.2026-12-26..2026-12-24: `2026-12-26..2026-12-24` ends before it begins",
            "exceptions.2026-02-30: there is no date `2026-02-30`",
            "exceptions.2026-12-31: `open` is not an interval of hours",
        ]
    );
}

#[test]
fn a_notation_alone_tells_how_many_hours_but_not_which() {
    let errors = build("5x8").unwrap_err();
    assert_eq!(
        errors[0].message,
        "5×8 tells how many hours (on 5 days a week, 8 hours each) but not which"
    );
    for (days, hours) in (1..=7).flat_map(|days| (1..=24).map(move |hours| (days, hours))) {
        let Err(errors) = build(&format!("{days}x{hours}")) else {
            assert_eq!((days, hours), (7, 24));
            continue;
        };
        let help = errors[0].help.as_deref().unwrap();
        let example = help.strip_prefix("add the hours, such as ").unwrap();
        let told = format!("{days}×{hours}");
        assert_eq!(build(example).unwrap().notation(), Some(told.as_str()));
    }

    assert_eq!(
        complaints("{ notation: 5x8, holidays: cn }"),
        ["notation: 5×8 tells how many hours (on 5 days a week, 8 hours each) but not which"]
    );
    assert_eq!(complaints("{}"), [": there are no hours: `weekly` is missing"]);
    assert_eq!(
        complaints("office"),
        [": `office` does not say when somebody is there"]
    );
}

#[test]
fn a_notation_that_the_hours_contradict_is_refused() {
    assert_eq!(
        complaints(r#"{ notation: 5x8, weekly: { daily: "08:00-17:30" } }"#),
        ["notation: 5×8 says 5 days a week, but `weekly` has hours on 7"]
    );
    assert_eq!(
        complaints(r#"{ notation: 5x8, time_zone: Mars, weekly: { daily: "08:00-17:30" } }"#).len(),
        2
    );
    assert_eq!(
        complaints(r#"{ notation: 5x8, weekly: { mon-fri: ["08:00-12:00", "13:00-16:30"] } }"#),
        ["notation: 5×8 says 8 hours a day, but no day in `weekly` has more than 7:30"]
    );
    assert_eq!(
        complaints(r#"{ notation: 7x24, weekly: { daily: "08:00-17:30" } }"#),
        ["notation: 7×24 says 24 hours a day, but no day in `weekly` has more than 9:30"]
    );
}

#[test]
fn hours_that_meet_are_one_and_hours_that_collide_are_refused() {
    let touching = build(
        r#"{ weekly: { mon: ["12:00-14:00", "08:00-12:00"], tue: "22:00-02:00", wed: "02:00-03:00" } }"#,
    );
    let touching = touching.unwrap();
    assert_eq!(
        touching.next_closing(china("2026-11-23 09:00")),
        Some(china("2026-11-23 14:00"))
    );
    assert_eq!(
        touching.next_closing(china("2026-11-24 23:00")),
        Some(china("2026-11-25 03:00"))
    );
    assert_eq!(
        complaints(r#"{ weekly: { sun: "22:00-02:00", mon: "01:00-03:00" } }"#),
        ["weekly.mon: Sunday's 22:00-02:00 runs into Monday's 01:00-03:00"]
    );
    assert_eq!(
        complaints(r#"{ weekly: { mon: "08:00-08:00", tue: "24:00-25:00", wed: [] } }"#),
        [
            "weekly.mon: `08:00-08:00` ends when it begins",
            "weekly.tue: `25:00` in `24:00-25:00` is not a time of day",
            "weekly.wed: the list of hours is empty",
        ]
    );
    assert_eq!(
        complaints(
            r#"{ weekly: { mon: "08:00-09:00" }, exceptions: { 2026-01-01..2026-01-05: closed, 2026-1-3: closed } }"#
        ),
        ["exceptions.2026-1-3: 2026-01-03 is named twice"]
    );
}

#[test]
fn hours_for_holidays_need_a_holiday_calendar() {
    assert_eq!(
        complaints(r#"{ weekly: { mon: "08:00-09:00" }, on_holidays: closed, makeup: "25:00" }"#),
        [
            "on_holidays: `on_holidays` never applies, because no holiday calendar is named",
            "makeup: `25:00` is not an interval of hours",
            "makeup: `makeup` never applies, because no holiday calendar is named",
        ]
    );
    let shift =
        build(r#"{ weekly: { wed-fri: "08:00-17:30" }, holidays: cn, on_holidays: "10:00-12:00" }"#).unwrap();
    // Without hours on Monday, a make-up workday (Sunday 2026-09-20) is as the first weekday that has some.
    assert!(shift.is_open(china("2026-09-20 17:00")));
    // A holiday that falls on Monday has the holiday's hours.
    assert!(shift.is_open(china("2026-10-05 11:00")) && !shift.is_open(china("2026-10-05 09:00")));
}

#[test]
fn days_and_hours_are_read_in_many_spellings() {
    let open_days = |key: &str| -> Vec<i8> {
        let yaml = format!("{{ weekly: {{ \"{key}\": \"08：00 – 17：30\" }} }}");
        let schedule = build(&yaml).unwrap();
        // 2026-11-23 is a Monday.
        (23..30)
            .filter(|day| schedule.is_open(china(&format!("2026-11-{day} 17:29"))))
            .map(|day| day - 22)
            .collect()
    };
    for key in [
        "mon-fri",
        "Monday – Friday",
        "weekdays",
        "工作日",
        "周一至周五",
        "周一至五",
        "星期一到星期五",
    ] {
        assert_eq!(open_days(key), [1, 2, 3, 4, 5], "{key}");
    }
    for key in [
        "mon,wed,fri",
        "Mon, Wednesday, FRI",
        "周一、周三、周五",
        "礼拜一，礼拜三，礼拜五",
    ] {
        assert_eq!(open_days(key), [1, 3, 5], "{key}");
    }
    for key in ["sat-sun", "weekend", "周末", "周六,周日", "星期六至星期天"] {
        assert_eq!(open_days(key), [6, 7], "{key}");
    }
    assert_eq!(open_days("sat-mon"), [1, 6, 7]);
    assert_eq!(open_days("每天").len(), 7);
    for hours in [
        "8:00-17:30",
        "08:00～17:30",
        "08:00 至 17:30",
        "０８：００—１７：３０",
    ] {
        let schedule = build(&format!("{{ weekly: {{ daily: \"{hours}\" }} }}")).unwrap();
        assert_eq!(
            schedule.next_closing(china("2026-11-23 08:00")),
            Some(china("2026-11-23 17:30"))
        );
    }
}

#[test]
fn a_calendar_of_the_admins_own_is_checked_too() {
    let spec: HolidaySpec =
        serde_yaml::from_str("{ off: [2027-13-01, 2027-10-01..2027-10-07], work: [soon, 2027-10-07] }")
            .unwrap();
    let errors = HolidayBook::shipped().with("cn", &spec).unwrap_err();
    let told: Vec<_> = errors
        .iter()
        .map(|error| format!("{}: {error}", error.path.join(".")))
        .collect();
    assert_eq!(
        told,
        [
            "off.0: there is no date `2027-13-01`",
            "work.0: `soon` is not a date",
            "work.1: 2027-10-07 is named twice",
        ]
    );
    let nothing = HolidayBook::shipped().with("us", &HolidaySpec::default());
    assert_eq!(
        nothing.unwrap_err()[0].message,
        "the holiday calendar `us` names no dates"
    );
}

#[test]
fn what_is_no_schedule_is_refused_with_what_was_expected() {
    let told = |yaml: &str| {
        serde_yaml::from_str::<ScheduleSpec>(yaml)
            .unwrap_err()
            .to_string()
    };
    assert!(
        told("24").contains("expected `7x24`, or hours such as"),
        "{}",
        told("24")
    );
    assert!(told("{ weekly: { mon: 8 } }").contains("expected hours such as \"08:00-17:30\""));
    assert!(told("{ weekly: \"08:00-17:30\" }").contains("expected days with their hours"));
    assert!(told("{ weekley: {} }").contains("unknown field `weekley`, expected one of `notation`"));
}

#[test]
fn the_place_of_a_wrong_type_is_not_lost() {
    type File = std::collections::BTreeMap<String, ScheduleSpec>;
    let yaml = serde_yaml::Deserializer::from_str("office: { weekly: { mon: [\"8:00-9:00\", {}] } }");
    let error = serde_path_to_error::deserialize::<_, File>(yaml).unwrap_err();
    assert_eq!(error.path().to_string(), "office.weekly.mon[1]");
}

#[test]
fn the_json_schema_explains_each_key() {
    let schema = serde_json::to_value(schemars::schema_for!(ScheduleSpec)).unwrap();
    let detail = &schema["$defs"]["ScheduleDetail"];
    assert_eq!(detail["additionalProperties"], false);
    let keys = detail["properties"].as_object().unwrap();
    assert_eq!(keys.len(), 7);
    assert!(
        keys.values().all(|key| key["description"].is_string()),
        "{keys:?}"
    );
}
