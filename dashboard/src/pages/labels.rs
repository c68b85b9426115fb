//! Labels: people judge answers, given or kept back in shadow mode, with one click each; and what the labels say.

use super::overview::Clock;
use crate::app::App;
use crate::backend::{LabelReport, Labelled, ToLabel, Verdict};
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Form, Path, Query, State};
use axum::http::Response;
use jiff::Timestamp;
use serde::Deserialize;
use std::sync::Arc;

/// Rows of a page.
const ROWS: u32 = 30;

#[derive(Template)]
#[template(path = "labels.html")]
struct Page {
    f: Frame,
    kind: &'static str,
    reports: Vec<Report>,
    rows: Vec<Row>,
    older: Option<String>,
    here: String,
    verdicts: Vec<(&'static str, &'static str)>,
}

/// Precision of a channel, as the page shows it.
#[derive(Debug)]
struct Report {
    channel: String,
    in_shadow: bool,
    counts: String,
    interval: String,
    needed: String,
}

/// A decision to label.
#[derive(Debug)]
struct Row {
    id: i64,
    time: String,
    channel: String,
    text: String,
    entry: String,
    answer: String,
    confidence: String,
    shadow: bool,
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    below: String,
}

impl QueryParams {
    fn kind(&self) -> &'static str {
        if self.kind == "nearest" {
            "nearest"
        } else {
            "answers"
        }
    }

    /// Reads where a page begins: time in microseconds, and number.
    fn below(&self) -> Option<(Timestamp, i64)> {
        let (at, id) = self.below.split_once('-')?;
        let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
        Some((at, id.parse().ok()?))
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    page_frame::page_or_fault(&app, seat.language, made(&app, &seat, &asked).await)
}

async fn made(app: &App, seat: &UserContext, asked: &QueryParams) -> crate::Result<Page> {
    let w = seat.language.words();
    let clock = Clock::new(app, seat);
    let kind = asked.kind();
    let of = ToLabel {
        answered: kind == "answers",
        below: asked.below(),
        limit: ROWS,
    };
    let found = app.backend.labels(&of).await?;
    let is_full = found.waiting.len() >= usize::try_from(ROWS).unwrap_or(usize::MAX);
    let place = |one: &Labelled| format!("{}-{}", one.at.as_microsecond(), one.id);
    let older = found.waiting.last().filter(|_| is_full);
    let here = match asked.below() {
        Some(_) => format!("?kind={kind}&below={}", asked.below),
        None => format!("?kind={kind}"),
    };
    Ok(Page {
        f: Frame::inside(app, seat, "/labels", w.labels).await?,
        kind,
        reports: found.reports.iter().map(|one| report(one, w)).collect(),
        older: older.map(|one| format!("?kind={kind}&below={}", place(one))),
        rows: found.waiting.into_iter().map(|one| row(one, &clock)).collect(),
        here,
        verdicts: Verdict::ALL
            .into_iter()
            .map(|one| {
                (
                    one.name(),
                    super::decision_explanation::label(one, seat.language).0,
                )
            })
            .collect(),
    })
}

fn report(of: &LabelReport, w: &'static crate::texts::Words) -> Report {
    let (low, high) = of.interval;
    let [first, second] = of.still_needed;
    let all = of.right + of.wrong + of.needless + of.by_service;
    let mut counts = format!(
        "{} {} · {} {} · {} {}",
        w.label_right, of.right, w.label_wrong, of.wrong, w.label_needless, of.needless
    );
    if of.by_service > 0 {
        counts += &format!(" · {} {}", w.by_service, of.by_service);
    }
    Report {
        channel: of.channel.clone(),
        in_shadow: of.in_shadow,
        counts,
        interval: if all == 0 {
            "–".to_owned()
        } else {
            format!("{:.1} % – {:.1} %", 100.0 * low, 100.0 * high)
        },
        needed: format!("0.95: {first} · 0.98: {second}"),
    }
}

fn row(one: Labelled, clock: &Clock) -> Row {
    Row {
        id: one.id,
        time: clock.time(one.at),
        channel: one.channel,
        text: one.text.unwrap_or_else(|| "—".to_owned()),
        entry: one.entry,
        answer: one.answer.unwrap_or_default(),
        confidence: one
            .confidence
            .map(|value| format!("{value:.2}"))
            .unwrap_or_default(),
        shadow: one.shadow,
    }
}

/// Form of a label.
#[derive(Deserialize)]
pub(crate) struct FormFields {
    label: String,
    #[serde(default)]
    back: String,
}

pub(crate) async fn give(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(id): Path<i64>,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    let w = seat.language.words();
    let verdict = Verdict::of_name(&given.label);
    if verdict.is_none() && given.label != "none" {
        app.tell(seat.token, Notice::error(w.broken));
        return page_frame::to(&app, "/labels");
    }
    // Only the page's own places: nothing that somebody put into the form.
    let back = match given.back.strip_prefix("why") {
        Some(_) => format!("/why/{id}"),
        None => {
            let asked = QueryParams {
                kind: if given.back.contains("nearest") {
                    "nearest"
                } else {
                    "answers"
                }
                .to_owned(),
                below: given
                    .back
                    .rsplit_once("below=")
                    .map(|(_, below)| below.to_owned())
                    .unwrap_or_default(),
            };
            match asked.below() {
                Some((at, id)) => format!("/labels?kind={}&below={}-{id}", asked.kind(), at.as_microsecond()),
                None => format!("/labels?kind={}", asked.kind()),
            }
        }
    };
    match app.backend.label(&seat.user, id, verdict).await {
        Ok(true) => page_frame::to(&app, &back),
        Ok(false) => {
            app.tell(seat.token, Notice::error(w.no_such_decision));
            page_frame::to(&app, &back)
        }
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}
