//! Stories about hours, as an admin writes them and as members meet them.

mod oracle;
mod spec;
mod words;

use super::*;
use crate::language::Language;
use crate::texts::ComposedTexts;
use jiff::{SignedDuration, Timestamp};

/// The schedules that the stories are about.
const FILE: &str = r#"
office: { notation: 5x8, time_zone: Asia/Shanghai, weekly: { mon-fri: "08:00-17:30" }, holidays: cn }
daily:  { notation: 7x8, weekly: { daily: "08:00-17:30" } }
always: 7x24
split:
  weekly: { mon-fri: ["08:00-12:00", "13:30-17:30"], sat: "22:00-02:00" }
  holidays: cn
  exceptions:
    2026-12-31: "08:00-12:00"
    2027-01-02: closed
    2026-12-24..2026-12-26: closed
night: { weekly: { 周四至周日: "22:00～06:00" }, holidays: cn }
london: { time_zone: Europe/London, weekly: { daily: "00:30-01:30" } }
stjohns: { time_zone: America/St_Johns, weekly: { daily: "00:00-00:30" } }
havana: { time_zone: America/Havana, weekly: { daily: all day }, exceptions: { 2026-03-05: closed } }
"#;

fn build(yaml: &str) -> Result<Schedule, Vec<SpecError>> {
    Schedule::build(&serde_yaml::from_str(yaml).unwrap(), &HolidayBook::shipped())
}

fn schedule(name: &str) -> Schedule {
    let mut file: std::collections::BTreeMap<String, ScheduleSpec> = serde_yaml::from_str(FILE).unwrap();
    Schedule::build(&file.remove(name).unwrap(), &HolidayBook::shipped()).unwrap()
}

/// A moment in the clock of China: `2026-10-01 08:00`.
fn china(local: &str) -> Timestamp {
    format!("{}:00+08:00", local.replace(' ', "T")).parse().unwrap()
}

fn opens(at: Timestamp) -> State {
    State::Closed { opens: Some(at) }
}

fn closes(at: Timestamp) -> State {
    State::Open { closes: Some(at) }
}

#[test]
fn friday_evening_waits_for_monday_morning() {
    let office = schedule("office");
    let friday = china("2026-11-20 17:29");
    assert_eq!(office.state(friday), closes(china("2026-11-20 17:30")));
    let evening = china("2026-11-20 17:30");
    assert_eq!(office.state(evening), opens(china("2026-11-23 08:00")));
    assert_eq!(office.next_opening(evening), Some(china("2026-11-23 08:00")));
    assert_eq!(office.next_closing(evening), Some(china("2026-11-23 17:30")));
    // While it is open, the next opening is the one after this.
    assert_eq!(office.next_opening(friday), Some(china("2026-11-23 08:00")));
    assert_eq!(
        office.next_opening(china("2026-11-23 08:00")),
        Some(china("2026-11-24 08:00"))
    );
}

#[test]
fn the_office_rests_in_national_day_week_and_works_the_days_that_make_up_for_it() {
    let office = schedule("office");
    let open: Vec<i8> = (17..=30)
        .filter(|day| office.is_open(china(&format!("2026-09-{day} 10:00"))))
        .collect();
    // The 20th is the made-up Sunday, the 25th Mid-Autumn.
    assert_eq!(open, [17, 18, 20, 21, 22, 23, 24, 28, 29, 30]);
    let open: Vec<i8> = (1..=18)
        .filter(|day| office.is_open(china(&format!("2026-10-{day:02} 10:00"))))
        .collect();
    // The 10th is the made-up Saturday.
    assert_eq!(open, [8, 9, 10, 12, 13, 14, 15, 16]);
    assert_eq!(
        office.state(china("2026-09-30 18:00")),
        opens(china("2026-10-08 08:00"))
    );
    assert_eq!(
        office.business_time(china("2026-09-30 17:00"), china("2026-10-08 09:00")),
        SignedDuration::from_mins(90)
    );
    assert_eq!(
        office.add_business_time(china("2026-09-30 17:00"), SignedDuration::from_mins(90)),
        Some(china("2026-10-08 09:00"))
    );
}

#[test]
fn every_date_of_the_official_calendar_of_2026_is_there() {
    let office = schedule("office");
    let mut unusual = Vec::new();
    let mut day = jiff::civil::date(2026, 1, 1);
    while day.year() == 2026 {
        let open = office.is_open(china(&format!("{day} 10:00")));
        let weekend = weekdays::place(day.weekday()) >= 5;
        if open == weekend {
            unusual.push(format!("{:02}{:02}", day.month(), day.day()));
        }
        day = day.tomorrow().unwrap();
    }
    assert_eq!(
        unusual.join(" "),
        "0101 0102 0104 0214 0216 0217 0218 0219 0220 0223 0228 0406 0501 0504 0505 0509 0619 0920 0925 1001 \
         1002 1005 1006 1007 1010"
    );
}

#[test]
fn an_exception_wins_over_holidays_and_weekdays() {
    let split = schedule("split");
    assert_eq!(
        split.state(china("2026-12-23 17:30")),
        opens(china("2026-12-28 08:00"))
    );
    assert_eq!(
        split.state(china("2026-12-31 12:00")),
        // New Year's Day is fixed by law, though the notice of its year is not known.
        opens(china("2027-01-04 08:00"))
    );
    let on_holiday = build(
        r#"{ weekly: { mon-fri: "08:00-17:30" }, holidays: cn, exceptions: { 2026-10-02: "10:00-12:00" } }"#,
    );
    assert_eq!(
        on_holiday.unwrap().state(china("2026-09-30 18:00")),
        opens(china("2026-10-02 10:00"))
    );
}

#[test]
fn hours_past_midnight_belong_to_the_day_on_which_they_begin() {
    let split = schedule("split");
    let night = china("2026-11-28 22:00");
    assert_eq!(split.state(night), closes(china("2026-11-29 02:00")));
    assert_eq!(
        split.state(china("2026-11-29 02:00")),
        opens(china("2026-11-30 08:00"))
    );
    let night = schedule("night");
    // Wednesday 2026-09-30 has no hours, Thursday 10-01 is a holiday; so is everything until the 8th.
    assert!(!night.is_open(china("2026-10-01 23:00")));
    assert_eq!(
        night.next_opening(china("2026-09-28 12:00")),
        Some(china("2026-10-08 22:00"))
    );
    // Thursday evening before Mid-Autumn runs into the holiday until its own end.
    assert_eq!(
        night.state(china("2026-09-24 23:00")),
        closes(china("2026-09-25 06:00"))
    );
    assert!(!night.is_open(china("2026-09-25 22:30")));
}

#[test]
fn around_the_clock_never_closes_not_even_at_midnight() {
    let spelled_out = build(r#"{ weekly: { daily: "00:00-24:00" } }"#).unwrap();
    for schedule in [schedule("always"), spelled_out] {
        for at in [
            Timestamp::MIN,
            china("2026-11-22 23:59"),
            china("2026-11-23 00:00"),
            Timestamp::MAX,
        ] {
            assert!(schedule.is_open(at));
            assert_eq!(schedule.state(at), State::Open { closes: None });
            assert_eq!(schedule.next_closing(at), None);
            assert_eq!(schedule.next_opening(at), None);
        }
        assert_eq!(schedule.notation(), Some("7×24"));
    }
}

#[test]
fn whole_days_join_across_midnight_until_a_day_that_is_closed() {
    let schedule =
        build(r#"{ weekly: { daily: all day }, exceptions: { 2026-12-25: closed, 2029-01-01: closed } }"#)
            .unwrap();
    assert_eq!(
        schedule.state(china("2026-11-23 23:59")),
        closes(china("2026-12-25 00:00"))
    );
    assert_eq!(
        schedule.next_opening(china("2026-11-23 23:59")),
        Some(china("2026-12-26 00:00"))
    );
    // More than 400 days ahead is as good as never, but waiting time is exact over any length.
    let after = china("2026-12-26 00:00");
    assert_eq!(schedule.state(after), State::Open { closes: None });
    assert_eq!(schedule.next_opening(after), None);
    let (from, to) = (china("2026-12-24 00:00"), china("2029-01-03 00:00"));
    let days = SignedDuration::from_hours(24 * (741 - 2));
    assert_eq!(to.duration_since(from), SignedDuration::from_hours(24 * 741));
    assert_eq!(schedule.business_time(from, to), days);
    assert_eq!(schedule.add_business_time(from, days), Some(to));
}

#[test]
fn hours_that_never_come_are_told_as_never() {
    let closed =
        build(r#"{ weekly: { mon-fri: closed }, exceptions: { 2026-12-25: "08:00-12:00" } }"#).unwrap();
    assert_eq!(
        closed.state(china("2026-11-23 08:00")),
        opens(china("2026-12-25 08:00"))
    );
    let after = china("2026-12-25 12:00");
    assert_eq!(closed.state(after), State::Closed { opens: None });
    assert_eq!(closed.next_closing(after), None);
    assert_eq!(
        closed.add_business_time(after, SignedDuration::from_secs(1)),
        None
    );
    assert_eq!(
        closed.business_time(china("2000-01-01 00:00"), china("2030-01-01 00:00")),
        SignedDuration::from_hours(4)
    );
}

#[test]
fn clocks_that_are_put_back_and_forward_move_the_hours() {
    let london = schedule("london");
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    // Forward at 01:00 UTC on 2026-03-29, when 01:00 becomes 02:00: 01:30 does not exist and is taken as 02:30.
    assert_eq!(
        london.state(at("2026-03-29T00:45:00Z")),
        closes(at("2026-03-29T01:30:00Z"))
    );
    // Back at 01:00 UTC on 2026-10-25, when 02:00 becomes 01:00: the first 01:30 is meant.
    assert_eq!(
        london.state(at("2026-10-24T23:45:00Z")),
        closes(at("2026-10-25T00:30:00Z"))
    );
    assert_eq!(
        london.state(at("2026-10-25T00:30:00Z")),
        opens(at("2026-10-26T00:30:00Z"))
    );
    // Hours that lie in the hour that is skipped whole are no hours.
    let gone = build(r#"{ time_zone: Europe/London, weekly: { sun: "01:00-02:00" } }"#).unwrap();
    assert_eq!(
        gone.next_opening(at("2026-03-22T12:00:00Z")),
        Some(at("2026-04-05T00:00:00Z"))
    );
    // In St John's a minute of the new day was followed by the last hour of the old one again; hours that began in
    // that minute go on.
    let st_johns = schedule("stjohns");
    let (begin, again) = (at("2010-11-07T02:30:00Z"), at("2010-11-07T03:30:00Z"));
    assert!(st_johns.is_open(at("2010-11-07T02:45:00Z")));
    assert_eq!(st_johns.next_closing(begin), Some(at("2010-11-07T04:00:00Z")));
    assert_eq!(
        st_johns.business_time(begin, at("2010-11-07T02:45:00Z")),
        SignedDuration::from_mins(15)
    );
    assert_eq!(
        st_johns.business_time(begin, again),
        SignedDuration::from_hours(1)
    );
    // In Havana the clocks change at midnight, where one whole day meets the next.
    let havana = schedule("havana");
    assert_eq!(
        havana.next_closing(at("2026-03-08T05:00:00Z")),
        None,
        "the hour that is missing at midnight closes nothing"
    );
}

#[test]
fn the_ends_of_time_are_no_trap() {
    let month = SignedDuration::from_hours(24 * 30);
    for name in ["office", "split", "night", "london", "havana"] {
        let schedule = schedule(name);
        for at in [Timestamp::MIN, Timestamp::MAX] {
            let (early, late) = (
                at.saturating_sub(month).unwrap_or(Timestamp::MIN),
                at.saturating_add(month).unwrap_or(Timestamp::MAX),
            );
            for moment in [early, at, late] {
                let open = schedule.is_open(moment);
                assert_eq!(matches!(schedule.state(moment), State::Open { .. }), open);
                assert!(schedule.next_opening(moment).is_none_or(|next| next > moment));
                assert!(schedule.next_closing(moment).is_none_or(|next| next > moment));
                assert!(
                    schedule
                        .add_business_time(moment, month)
                        .is_none_or(|end| end > moment)
                );
            }
            let open = schedule.business_time(early, late);
            assert!(open > SignedDuration::ZERO && open <= late.duration_since(early));
            assert_eq!(schedule.business_time(late, early), SignedDuration::ZERO);
        }
        assert_eq!(
            schedule.add_business_time(Timestamp::MAX, SignedDuration::MAX),
            None
        );
    }
    assert_eq!(Schedule::always().add_business_time(Timestamp::MAX, month), None);
}

#[test]
fn an_admins_calendar_overrules_the_shipped_one_and_covers_its_years() {
    let office = r#"{ weekly: { mon-fri: "08:00-17:30" }, holidays: cn }"#;
    let spec: ScheduleSpec = serde_yaml::from_str(office).unwrap();
    let more: HolidaySpec =
        serde_yaml::from_str("{ off: [2027-01-01..2027-01-03, 2026-10-09], work: [2026-10-07] }").unwrap();
    let shipped = HolidayBook::shipped();
    assert!(Schedule::build(&spec, &shipped).unwrap().covers(2026));
    assert!(!Schedule::build(&spec, &shipped).unwrap().covers(2027));
    assert!(!shipped.covers("cn", 2027) && !shipped.covers("us", 2026));

    let book = shipped.with("cn", &more).unwrap().with("us", &more).unwrap();
    assert!(book.covers("cn", 2026) && book.covers("cn", 2027));
    assert_eq!(book.names().collect::<Vec<_>>(), ["cn", "hk", "jp", "tw", "us"]);
    let schedule = Schedule::build(&spec, &book).unwrap();
    assert!(schedule.is_open(china("2026-10-07 10:00")));
    assert!(!schedule.is_open(china("2026-10-06 10:00")));
    assert!(!schedule.is_open(china("2026-10-09 10:00")));
    assert!(!schedule.is_open(china("2027-01-01 10:00")));
}

#[test]
fn days_of_every_year_are_off_after_the_end_of_the_known_holidays_and_times_after_it_are_said_with_care() {
    let office = schedule("office");
    assert!(!office.is_open(china("2027-01-01 10:00")) && !office.is_open(china("2031-10-02 10:00")));
    assert!(office.is_open(china("2027-01-04 10:00")));
    let texts = ComposedTexts::built_in(Language::CHINESE);
    let opening = |now: &str| {
        let now = china(now);
        office.when(now, office.next_opening(now).unwrap(), texts)
    };
    assert_eq!(opening("2026-12-30 18:00"), "明天（周四）8:00，约 14 小时后");
    assert_eq!(
        opening("2026-12-31 18:00"),
        "下周一（1月4日）8:00，约 4 天后（如遇节假日，以通知为准）"
    );
    let own = HolidayBook::shipped().with(
        "kr",
        &serde_yaml::from_str("{ yearly: [08-15], name: { en: Korean holidays } }").unwrap(),
    );
    let spec =
        serde_yaml::from_str("{ weekly: { daily: \"9:00-18:00\" }, holidays: kr, time_zone: Asia/Seoul }")
            .unwrap();
    let shop = Schedule::build(&spec, &own.unwrap()).unwrap();
    assert_eq!(shop.holidays_known_until(), None, "it never ends");
    let english = ComposedTexts::built_in(Language::ENGLISH);
    assert!(
        shop.describe(english).contains("closed on Korean holidays"),
        "{}",
        shop.describe(english)
    );
}
