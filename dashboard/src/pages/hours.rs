//! Service hours as a month: a click on a day changes it, by an edit of the FAQ that is shown before it is saved.

use super::faq::{self, FormFields};
use crate::app::App;
use crate::backend::{Day, DayKind, HoursEdit, Month};
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Form, Query, State};
use axum::http::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use std::sync::Arc;

/// Longest range of days that one edit changes.
const DAYS_MAX: i32 = 366;

/// Time of day that the form for a trial begins with.
const TRIED_AT: &str = "10:00";

#[derive(Template)]
#[template(path = "hours.html")]
struct Page {
    f: Frame,
    names: Vec<(String, String, bool)>,
    name: String,
    described: String,
    zone: String,
    heads: [&'static str; 7],
    weeks: Vec<Vec<Option<Cell>>>,
    month: String,
    title: String,
    before: String,
    after: String,
    chosen: Option<Chosen>,
    can_be_written: bool,
    is_built_in: bool,
    /// Fault for which the file is no text; empty where it is one.
    unreadable: String,
    known_until: String,
    workday: String,
    tried_at: String,
}

/// A day, as the page shows it.
#[derive(Debug)]
struct Cell {
    date: String,
    day: i8,
    hours: String,
    class: &'static str,
    kind: &'static str,
    is_today: bool,
    is_chosen: bool,
}

/// The day that was clicked.
#[derive(Debug)]
struct Chosen {
    date: String,
    hours: String,
    kind: &'static str,
    is_exception: bool,
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    name: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    day: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let w = seat.language.words();
    page_frame::page_or_missing(&app, seat.language, made(&app, &seat, &asked).await, w.no_hours)
}

async fn made(app: &App, seat: &UserContext, asked: &QueryParams) -> crate::Result<Option<Page>> {
    let w = seat.language.words();
    let today = app.backend.zone().to_datetime(app.backend.now()).date();
    let day = asked.day.parse::<Date>().ok();
    let month = format!("{}-01", asked.month).parse::<Date>().ok();
    let first = month.or(day).unwrap_or(today).first_of_month();
    let Some(found) = app.backend.month(&asked.name, first).await? else {
        return Ok(None);
    };
    let beside = |span: i64| {
        let other = first.checked_add(span.months()).unwrap_or(first);
        other.strftime("%Y-%m").to_string()
    };
    let day = day.and_then(|day| found.days.iter().find(|one| one.date == day));
    let chosen = day.map(|day| Chosen {
        date: day.date.to_string(),
        hours: hours(day, w),
        kind: kind(day.kind, w).1,
        is_exception: day.kind == DayKind::Exception,
    });
    let (chinese, english) = found.described.clone();
    let described = seat.language.either(chinese, english);
    let tried_on = chosen
        .as_ref()
        .map_or_else(|| today.to_string(), |chosen| chosen.date.clone());
    Ok(Some(Page {
        f: Frame::inside(app, seat, "/hours", w.hours).await?,
        names: found
            .names
            .iter()
            .map(|(name, users)| (name.clone(), users.join(", "), *name == found.name))
            .collect(),
        weeks: weeks(
            &found,
            today,
            chosen.as_ref().map(|chosen| chosen.date.as_str()),
            w,
        ),
        name: found.name,
        described,
        zone: found.zone,
        heads: [
            w.monday,
            w.tuesday,
            w.wednesday,
            w.thursday,
            w.friday,
            w.saturday,
            w.sunday,
        ],
        month: first.strftime("%Y-%m").to_string(),
        title: seat.language.month(first),
        before: beside(-1),
        after: beside(1),
        chosen,
        can_be_written: found.can_be_written,
        is_built_in: !found.can_be_written && found.unreadable.is_none(),
        unreadable: faq::unreadable(seat.language, found.unreadable),
        known_until: found.known_until.map(|day| day.to_string()).unwrap_or_default(),
        workday: found.workday,
        tried_at: format!("{tried_on}T{TRIED_AT}"),
    }))
}

fn hours(day: &Day, w: &'static crate::texts::Words) -> String {
    if day.spans.is_empty() {
        w.day_closed.to_owned()
    } else {
        day.spans.join(", ")
    }
}

/// Returns the class of a kind of days, and its name.
fn kind(kind: DayKind, w: &'static crate::texts::Words) -> (&'static str, &'static str) {
    match kind {
        DayKind::Weekday => ("", ""),
        DayKind::Holiday => ("holiday", w.day_holiday),
        DayKind::Workday => ("workday", w.day_workday),
        DayKind::Exception => ("exception", w.day_exception),
    }
}

/// Lays the days of a month out in weeks that begin on Monday.
fn weeks(
    month: &Month,
    today: Date,
    chosen: Option<&str>,
    w: &'static crate::texts::Words,
) -> Vec<Vec<Option<Cell>>> {
    let before = month
        .days
        .first()
        .map_or(0, |day| day.date.weekday().to_monday_zero_offset());
    let mut cells: Vec<Option<Cell>> = (0..before).map(|_| None).collect();
    cells.extend(month.days.iter().map(|day| {
        let (class, kind) = kind(day.kind, w);
        let date = day.date.to_string();
        Some(Cell {
            day: day.date.day(),
            hours: hours(day, w),
            class: match (day.spans.is_empty(), class) {
                (true, "") => "closed",
                (_, class) => class,
            },
            kind,
            is_today: day.date == today,
            is_chosen: chosen == Some(date.as_str()),
            date,
        })
    }));
    while !cells.len().is_multiple_of(7) {
        cells.push(None);
    }
    let mut weeks = Vec::new();
    let mut cells = cells.into_iter();
    loop {
        let week: Vec<Option<Cell>> = cells.by_ref().take(7).collect();
        if week.is_empty() {
            return weeks;
        }
        weeks.push(week);
    }
}

/// Form of an edit.
#[derive(Deserialize)]
pub(crate) struct Edit {
    name: String,
    from: String,
    #[serde(default)]
    to: String,
    becomes: String,
    #[serde(default)]
    times: String,
    #[serde(default)]
    workday: String,
}

impl Edit {
    /// Reads the form; the reason for whoever filled it in where it can't be.
    fn read(&self, w: &'static crate::texts::Words) -> Result<HoursEdit, &'static str> {
        let from: Date = self.from.parse().map_err(|_| w.hours_bad_day)?;
        let to: Date = if self.to.trim().is_empty() {
            from
        } else {
            self.to.parse().map_err(|_| w.hours_bad_day)?
        };
        let days = from.until(to).map_err(|_| w.hours_bad_day)?.get_days();
        if !(0..DAYS_MAX).contains(&days) {
            return Err(w.hours_bad_day);
        }
        let times = |text: &str| {
            let plain = text
                .trim()
                .replace('，', ",")
                .replace(['–', '—'], "-")
                .replace('：', ":");
            if plain.is_empty() {
                Err(w.hours_bad_times)
            } else {
                Ok(plain)
            }
        };
        let hours = match self.becomes.as_str() {
            "closed" => Some("closed".to_owned()),
            "all_day" => Some("all day".to_owned()),
            "workday" => Some(times(&self.workday)?),
            "times" => Some(times(&self.times)?),
            "usual" => None,
            _ => return Err(w.broken),
        };
        Ok(HoursEdit {
            name: self.name.clone(),
            from,
            to,
            hours,
        })
    }
}

pub(crate) async fn edit(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(given): Form<Edit>,
) -> Response<Body> {
    let w = seat.language.words();
    let back = |why: &str| {
        app.tell(seat.token, Notice::error(why));
        let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        page_frame::to(
            &app,
            &format!("/hours?name={}&day={}", encode(&given.name), encode(&given.from)),
        )
    };
    let edit = match given.read(w) {
        Ok(edit) => edit,
        Err(why) => return back(why),
    };
    let days = if edit.from == edit.to {
        edit.from.to_string()
    } else {
        format!("{}..{}", edit.from, edit.to)
    };
    let hours = edit.hours.clone().unwrap_or_else(|| w.hours_usual.to_owned());
    let remark = format!("{}: {days} {hours}", edit.name);
    let made = async {
        let base = app.backend.faq_text().await?.version;
        Ok((base, app.backend.hours_with(edit).await?))
    };
    match made.await {
        Ok((base, Ok(text))) => faq::show_preview(&app, &seat, FormFields::of_edit(base, text, remark)).await,
        Ok((_, Err(why))) => back(&why),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::PageLanguage;

    #[test]
    fn a_month_stands_in_whole_weeks_from_monday() {
        let days = (1..=31)
            .filter_map(|day| Date::new(2026, 12, day).ok())
            .map(|date| Day {
                date,
                spans: Vec::new(),
                kind: DayKind::Weekday,
            });
        let month = Month {
            names: Vec::new(),
            name: String::new(),
            zone: String::new(),
            described: Default::default(),
            days: days.collect(),
            workday: String::new(),
            known_until: None,
            can_be_written: true,
            unreadable: None,
        };
        let weeks = weeks(
            &month,
            Date::constant(2026, 12, 1),
            None,
            PageLanguage::English.words(),
        );
        // The 1st of December 2026 is a Tuesday.
        assert!(weeks.iter().all(|week| week.len() == 7) && weeks.len() == 5);
        assert!(
            weeks
                .first()
                .is_some_and(|week| week.first().is_some_and(Option::is_none))
        );
    }

    #[test]
    fn a_form_names_days_in_order_and_hours_where_it_needs_some() {
        let w = PageLanguage::English.words();
        let form = |from: &str, to: &str, becomes: &str, times: &str| Edit {
            name: "office".to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            becomes: becomes.to_owned(),
            times: times.to_owned(),
            workday: "08:00-17:30".to_owned(),
        };
        let hours = |edit: Edit| edit.read(w).map(|edit| edit.hours);
        assert_eq!(
            hours(form("2026-12-31", "", "closed", "")),
            Ok(Some("closed".to_owned()))
        );
        assert_eq!(
            hours(form("2026-12-31", "2027-01-02", "times", "09：00–12:00")),
            Ok(Some("09:00-12:00".to_owned()))
        );
        assert_eq!(hours(form("2026-12-31", "", "usual", "")), Ok(None));
        assert_eq!(
            hours(form("2026-12-31", "", "times", " ")),
            Err(w.hours_bad_times)
        );
        for (from, to) in [
            ("2026-12-31", "2026-12-30"),
            ("x", ""),
            ("2026-01-01", "2027-12-31"),
        ] {
            assert_eq!(hours(form(from, to, "closed", "")), Err(w.hours_bad_day));
        }
    }
}
