//! Random schedules in zones that change their clocks, against a slow and plain account of the same hours.

use super::super::*;
use jiff::civil::{Date, Time, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Zones and dates on which their clocks change; St John's went from 00:01 to 23:01 and to 01:01, Apia skipped
/// 2011-12-30 whole.
const CHANGES: [(&str, Date); 12] = [
    ("Asia/Shanghai", date(2026, 10, 1)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Europe/London", date(2026, 3, 29)),
    ("Europe/London", date(2026, 10, 25)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Havana", date(2026, 3, 8)),
    ("America/Havana", date(2026, 11, 1)),
    ("America/St_Johns", date(2010, 3, 14)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("Pacific/Apia", date(2011, 12, 30)),
];

/// Open intervals of a day, in minutes from its midnight.
type Day = Vec<(u16, u16)>;

#[derive(Debug, Clone)]
struct Model {
    zone: &'static str,
    around: Date,
    week: Vec<Day>,
    off: Vec<Date>,
    work: Vec<Date>,
    exceptions: BTreeMap<Date, Day>,
}

impl Model {
    fn schedule(&self) -> Schedule {
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let weekly = names.iter().zip(&self.week);
        let dates = |dates: &[Date]| dates.iter().map(|date| DateSpec(date.to_string())).collect();
        let holidays = HolidaySpec {
            off: dates(&self.off),
            work: dates(&self.work),
            ..HolidaySpec::default()
        };
        let book = HolidayBook::shipped();
        let named = !self.off.is_empty() || !self.work.is_empty();
        let book = if named {
            book.with("own", &holidays).unwrap()
        } else {
            book
        };
        let spec = ScheduleSpec::Detailed(ScheduleDetail {
            time_zone: Some(self.zone.to_owned()),
            weekly: HoursTable(
                weekly
                    .map(|(name, day)| ((*name).to_owned(), spec(day)))
                    .collect(),
            ),
            holidays: named.then(|| "own".to_owned()),
            exceptions: HoursTable(
                self.exceptions
                    .iter()
                    .map(|(date, day)| (date.to_string(), spec(day)))
                    .collect(),
            ),
            ..ScheduleDetail::default()
        });
        // What is built is what a file says: the spec survives being written and read.
        let text = serde_yaml::to_string(&spec).unwrap();
        assert_eq!(serde_yaml::from_str::<ScheduleSpec>(&text).unwrap(), spec);
        Schedule::build(&spec, &book).unwrap()
    }

    fn day(&self, date: Date) -> &Day {
        let closed = const { &Day::new() };
        if let Some(day) = self.exceptions.get(&date) {
            day
        } else if self.off.contains(&date) {
            closed
        } else if self.work.contains(&date) {
            self.week.iter().find(|day| !day.is_empty()).unwrap_or(closed)
        } else {
            &self.week[date.weekday().to_monday_zero_offset() as usize]
        }
    }

    /// Returns for every minute of the weeks around the change of clocks if it is open.
    fn minutes(&self) -> Minutes {
        let zone = TimeZone::get(self.zone).unwrap();
        let first = zone
            .to_timestamp(self.around.to_datetime(Time::midnight()))
            .unwrap()
            - (24 * 10).hours();
        let mut open = vec![false; 60 * 24 * 20];
        for days in -15..15 {
            let date = self.around + days.days();
            for &(start, end) in self.day(date) {
                let moment = |minutes: u16| {
                    let local = date.to_datetime(Time::midnight()) + i64::from(minutes).minutes();
                    let since = zone.to_timestamp(local).unwrap().duration_since(first);
                    since.as_secs().div_euclid(60).clamp(0, open.len() as i64) as usize
                };
                let (start, end) = (moment(start), moment(end));
                if start < end {
                    open[start..end].fill(true);
                }
            }
        }
        Minutes { first, open }
    }
}

struct Minutes {
    first: Timestamp,
    open: Vec<bool>,
}

impl Minutes {
    fn at(&self, minute: usize) -> Timestamp {
        self.first + (minute as i64).minutes()
    }

    /// Returns the first minute after `minute` at which open changes to `to`.
    fn next(&self, minute: usize, to: bool) -> Option<Timestamp> {
        (minute + 1..self.open.len())
            .find(|&next| self.open[next] == to && self.open[next - 1] != to)
            .map(|next| self.at(next))
    }
}

fn spec(day: &Day) -> HoursSpec {
    if day.is_empty() {
        return HoursSpec::One("closed".to_owned());
    }
    let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let end = |minutes: u16| time(if minutes > 1440 { minutes - 1440 } else { minutes });
    HoursSpec::Many(
        day.iter()
            .map(|&(from, to)| format!("{}-{}", time(from), end(to)))
            .collect(),
    )
}

/// Generates a day of up to three intervals, many of them near the hours at which clocks change; the last may run
/// `overnight`.
fn day() -> impl Strategy<Value = Day> {
    let edge = prop_oneof![3 => 0u16..24, 2 => 0u16..1440, 1 => Just(1440u16)];
    let edge = edge.prop_map(|edge| if edge < 24 { edge * 10 } else { edge });
    let days = proptest::collection::btree_set(edge, 0..7).prop_map(|edges| {
        let edges: Vec<u16> = edges.into_iter().collect();
        edges
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect::<Day>()
    });
    prop_oneof![
        8 => (days, proptest::option::of(1u16..300)).prop_map(|(mut day, overnight)| {
            if let (Some(last), Some(overnight)) = (day.last_mut(), overnight) {
                // The whole circle is `all day` only from midnight on.
                last.1 = if last.0 == 0 { last.1 } else { 1440 + overnight.min(last.0) - 1 };
            }
            day
        }),
        1 => Just(vec![(0, 1440)]),
    ]
}

fn model() -> impl Strategy<Value = Model> {
    let dates = || proptest::collection::btree_set(-6i64..7, 0..4);
    (
        0..CHANGES.len(),
        proptest::collection::vec(day(), 7),
        dates(),
        dates(),
        proptest::collection::btree_map(-6i64..7, day(), 0..3),
    )
        .prop_map(|(change, mut week, off, work, exceptions)| {
            let (zone, around) = CHANGES[change];
            // Weekdays may touch, but not run into each other.
            for place in 0..7 {
                let limit = 1440 + week[(place + 1) % 7].first().map_or(1440, |first| first.0);
                if let Some(last) = week[place].last_mut() {
                    last.1 = last.1.min(limit);
                }
            }
            let date = |days: i64| around + days.days();
            Model {
                zone,
                around,
                week,
                work: work.difference(&off).map(|&days| date(days)).collect(),
                off: off.into_iter().map(date).collect(),
                exceptions: exceptions
                    .into_iter()
                    .map(|(days, day)| (date(days), day))
                    .collect(),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_minute_is_open_or_closed_as_the_plain_account_says(model in model()) {
        let (schedule, minutes) = (model.schedule(), model.minutes());
        // Two days before the change to two days after it.
        for minute in 60 * 24 * 8..60 * 24 * 12 {
            let (at, open) = (minutes.at(minute), minutes.open[minute]);
            prop_assert_eq!(schedule.is_open(at), open, "{}", at);
            if minute % 5 != 0 && minutes.open[minute - 1] == open {
                continue;
            }
            // The account ends after ten days; what lies past it is another test's business.
            let (opens, closes) = (minutes.next(minute, true), minutes.next(minute, false));
            if opens.is_some() {
                prop_assert_eq!(schedule.next_opening(at), opens, "{}", at);
            }
            if closes.is_some() {
                prop_assert_eq!(schedule.next_closing(at), closes, "{}", at);
            }
            match schedule.state(at) {
                State::Open { closes: told } => prop_assert!(open && (closes.is_none() || told == closes)),
                State::Closed { opens: told } => prop_assert!(!open && (opens.is_none() || told == opens)),
            }
        }
    }

    #[test]
    fn open_and_closed_alternate(model in model(), start in 0i64..60 * 24 * 20) {
        let schedule = model.schedule();
        let mut at = model.minutes().at(0) + start.minutes();
        let tick = SignedDuration::from_nanos(1);
        for _ in 0..30 {
            let Some(opens) = schedule.next_opening(at) else { break };
            prop_assert!(opens > at);
            prop_assert!(schedule.is_open(opens) && !schedule.is_open(opens - tick));
            prop_assert_eq!(schedule.state(opens - tick), State::Closed { opens: Some(opens) });
            let Some(closes) = schedule.next_closing(opens) else { break };
            prop_assert!(closes > opens);
            prop_assert!(!schedule.is_open(closes) && schedule.is_open(closes - tick));
            prop_assert_eq!(schedule.state(opens), State::Open { closes: Some(closes) });
            at = closes;
        }
    }

    #[test]
    fn business_time_adds_up_and_is_what_adding_it_takes(
        model in model(),
        mut moments in proptest::array::uniform3(0usize..60 * 24 * 20),
    ) {
        moments.sort();
        let (schedule, minutes) = (model.schedule(), model.minutes());
        let [a, b, c] = moments.map(|minute| minutes.at(minute));
        let counted = minutes.open[moments[0]..moments[1]].iter().filter(|open| **open).count();
        let first = schedule.business_time(a, b);
        prop_assert_eq!(first, SignedDuration::from_mins(counted as i64));
        let whole = schedule.business_time(a, c);
        prop_assert_eq!(whole, first + schedule.business_time(b, c));
        if whole > SignedDuration::ZERO {
            let end = schedule.add_business_time(a, whole);
            prop_assert!(end.is_some_and(|end| a < end && end <= c));
            let end = end.unwrap_or(c);
            prop_assert_eq!(schedule.business_time(a, end), whole);
            prop_assert!(schedule.business_time(a, end - SignedDuration::from_nanos(1)) < whole);
        }
    }
}
