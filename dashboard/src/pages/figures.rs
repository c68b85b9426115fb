//! Figures of a span: charts that the server draws, the table beneath each, and the list of what each counts.

mod amount;
mod chart;

use super::note;
use super::overview::Clock;
use crate::app::App;
use crate::backend::{Amount, FigureRow, Figures, FiguresSpan, ListOf, Listed, Split};
use crate::page_frame::{self, Frame, UserContext};
use crate::texts::PageLanguage;
use amount::{Shown, share_of, shown};
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::Response;
use chart::Chart;
use serde::Deserialize;
use std::sync::Arc;

/// Spans that may be chosen.
const SPANS: [FiguresSpan; 5] = [
    FiguresSpan::Today,
    FiguresSpan::Days(1),
    FiguresSpan::Days(7),
    FiguresSpan::Days(30),
    FiguresSpan::Days(90),
];

/// Rows of a list.
const ROWS: usize = 200;

/// Parts of a split that are shown.
const PARTS: usize = 100;

/// Figures that the table by parts has: what is a share of few in most parts tells nothing there.
const IN_TABLE: [&str; 6] = [
    "asked",
    "answer-rate",
    "resolution-rate",
    "precision",
    "first-response",
    "backlog",
];

#[derive(Template)]
#[template(path = "figures.html")]
struct Page {
    f: Frame,
    choice: Choice,
    is_cut: bool,
    since: String,
    cards: Vec<Card>,
    heads: Vec<String>,
    parts: Vec<PartRow>,
    more_parts: usize,
}

#[derive(Template)]
#[template(path = "figure.html")]
struct ListPage {
    f: Frame,
    choice: Choice,
    name: String,
    definition: &'static str,
    value: Shown,
    part: String,
    query: String,
    roles: Vec<FigureRole>,
    rows: Vec<Row>,
    more: usize,
}

/// A way in which things count, to choose.
#[derive(Debug)]
struct FigureRole {
    name: &'static str,
    label: &'static str,
    count: usize,
    is_current: bool,
}

/// Span and split that were chosen, and those that may be.
#[derive(Debug)]
struct Choice {
    span: String,
    label: String,
    spans: Vec<(String, String, bool)>,
    by: &'static str,
    splits: Vec<(&'static str, &'static str, bool)>,
}

/// A figure, as the page shows it.
#[derive(Debug)]
struct Card {
    name: &'static str,
    title: String,
    definition: &'static str,
    value: Shown,
    chart: Option<Chart>,
    days: Vec<(String, String)>,
}

/// A part of the span.
#[derive(Debug)]
struct PartRow {
    name: String,
    query: String,
    cells: Vec<(&'static str, String)>,
}

/// Thing that a figure counts.
#[derive(Debug)]
struct Row {
    role: &'static str,
    class: &'static str,
    time: String,
    text: String,
    channel: String,
    href: Option<String>,
    detail: String,
}

/// Query of the pages.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    span: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    part: String,
    /// Way in which things count.
    #[serde(default, rename = "as")]
    role: String,
}

impl QueryParams {
    fn span(&self) -> FiguresSpan {
        let found = SPANS.into_iter().find(|span| span.name() == self.span);
        found.unwrap_or(FiguresSpan::Days(7))
    }

    /// Writes the query of a list, whatever the way in which things count.
    fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("span", &self.span().name());
        if let Some(split) = self.split().filter(|_| !self.part.is_empty()) {
            query
                .append_pair("by", split.name())
                .append_pair("part", &self.part);
        }
        query.finish()
    }

    fn split(&self) -> Option<Split> {
        Split::of_name(&self.by)
    }

    fn choice(&self, language: PageLanguage) -> Choice {
        let w = language.words();
        let span = self.span();
        let label = |span: FiguresSpan| match span {
            FiguresSpan::Today => w.today.to_owned(),
            FiguresSpan::Days(days) => format!("{days} {}", w.days),
        };
        let split = self.split();
        let names = [w.by_day, w.by_channel, w.by_tag, w.by_entry, w.by_person];
        let all = std::iter::once(("", w.by_nothing, split.is_none()));
        let splits = Split::ALL
            .into_iter()
            .zip(names)
            .map(|(one, label)| (one.name(), label, split == Some(one)));
        Choice {
            label: label(span),
            spans: SPANS
                .into_iter()
                .map(|one| (one.name(), label(one), one == span))
                .collect(),
            span: span.name(),
            by: split.map_or("", Split::name),
            splits: all.chain(splits).collect(),
        }
    }
}

fn title(row: &FigureRow, language: PageLanguage) -> String {
    if language == PageLanguage::Chinese {
        return row.chinese.to_owned();
    }
    let words = row.name.replace('-', " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn definition(row: &FigureRow, language: PageLanguage) -> &'static str {
    language.either(row.definition_in_chinese, row.definition)
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let made = async {
        let found = app
            .backend
            .figures(&seat.user, asked.span(), asked.split())
            .await?;
        let f = Frame::inside(&app, &seat, "/figures", seat.language.words().figures).await?;
        Ok(page(f, &Clock::new(&app, &seat), &asked, &found))
    };
    page_frame::page_or_fault(&app, seat.language, made.await)
}

fn page(f: Frame, clock: &Clock, asked: &QueryParams, found: &Figures) -> Page {
    let language = clock.language;
    let card = |(at, row): (usize, &FigureRow)| {
        let days = found.days.iter().filter_map(|day| {
            let amount = day.amounts.get(at)?;
            Some((day.name.as_str(), amount))
        });
        let days: Vec<(&str, &Amount)> = days.collect();
        let heights: Vec<(&str, Option<f64>)> = days
            .iter()
            .map(|(day, amount)| (*day, share_of(amount)))
            .collect();
        Card {
            name: row.name,
            title: title(row, language),
            definition: definition(row, language),
            value: shown(&row.amount, language),
            chart: Chart::of(&heights, matches!(row.amount, Amount::Share { .. })),
            days: days
                .iter()
                .map(|(day, amount)| ((*day).to_owned(), shown(amount, language).headline))
                .collect(),
        }
    };
    let in_table: Vec<(usize, &FigureRow)> = found
        .figures
        .iter()
        .enumerate()
        .filter(|(_, row)| IN_TABLE.contains(&row.name))
        .collect();
    let parts = found.parts.iter().take(PARTS).map(|part| PartRow {
        query: form_urlencoded::byte_serialize(part.name.as_bytes()).collect(),
        cells: in_table
            .iter()
            .filter_map(|(at, row)| Some((row.name, shown(part.amounts.get(*at)?, language).headline)))
            .collect(),
        name: part.name.clone(),
    });
    Page {
        f,
        choice: asked.choice(language),
        is_cut: found.is_cut,
        since: clock.time(found.since),
        cards: found.figures.iter().enumerate().map(card).collect(),
        heads: in_table.iter().map(|(_, row)| title(row, language)).collect(),
        parts: parts.collect(),
        more_parts: found.parts.len().saturating_sub(PARTS),
    }
}

/// Gives the figures as a file of comma-separated values.
pub(crate) async fn csv(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let (span, split) = (asked.span(), asked.split());
    let length = match span {
        FiguresSpan::Today => span.name(),
        FiguresSpan::Days(days) => format!("{days}d"),
    };
    let made = async {
        let text = app.backend.figures_csv(&seat.user, span, split).await?;
        let by = split.map_or("", Split::name);
        note(
            &app,
            &seat.user.name,
            "figures_exported",
            format!("{length} {by}"),
        )
        .await?;
        Ok(text)
    };
    match made.await {
        Ok(text) => page_frame::file(text, "text/csv; charset=utf-8", &format!("figures-{length}.csv")),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Lists what a figure counts.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(figure): Path<String>,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let w = seat.language.words();
    let made = async {
        let part = asked.split().map(|split| (split, asked.part.clone()));
        let of = ListOf {
            figure,
            span: asked.span(),
            role: Some(asked.role.clone()).filter(|role| !role.is_empty()),
            part: part.filter(|(_, part)| !part.is_empty()),
            limit: ROWS,
        };
        let Some(found) = app.backend.listed(&seat.user, &of).await? else {
            return Ok(None);
        };
        let f = Frame::inside(&app, &seat, "/figures", &title(&found.figure, seat.language)).await?;
        Ok(Some(list_page(f, &Clock::new(&app, &seat), &asked, &found)))
    };
    page_frame::page_or_missing(&app, seat.language, made.await, w.not_found)
}

/// Makes the choice between ways in which things count; none where there is one alone.
fn roles(asked: &QueryParams, found: &[(&'static str, usize)], language: PageLanguage) -> Vec<FigureRole> {
    if found.len() < 2 && asked.role.is_empty() {
        return Vec::new();
    }
    let all = FigureRole {
        name: "",
        label: language.words().any,
        count: found.iter().map(|(_, count)| count).sum(),
        is_current: asked.role.is_empty(),
    };
    let each = found.iter().map(|(name, count)| FigureRole {
        name,
        label: amount::role(name, language).0,
        count: *count,
        is_current: asked.role == *name,
    });
    std::iter::once(all).chain(each).collect()
}

fn list_page(f: Frame, clock: &Clock, asked: &QueryParams, found: &Listed) -> ListPage {
    let language = clock.language;
    let rows = found.items.iter().map(|item| {
        let href = match (item.ticket, item.decision) {
            (Some(ticket), _) => Some(format!("{}/tickets/{ticket}", f.base)),
            (None, Some(decision)) => Some(format!("{}/why/{decision}", f.base)),
            (None, None) => None,
        };
        let (role, class) = amount::role(item.role, language);
        let detail = match (item.seconds, item.times, &item.entry) {
            (Some(seconds), ..) => language.length(seconds),
            (None, Some(times), _) => times.to_string(),
            (None, None, Some(entry)) => entry.clone(),
            (None, None, None) => String::new(),
        };
        Row {
            role,
            class,
            time: item.at.map(|at| clock.time(at)).unwrap_or_default(),
            text: if item.text.is_empty() {
                "—".to_owned()
            } else {
                item.text.clone()
            },
            channel: item.channel.clone(),
            href,
            detail,
        }
    });
    let rows: Vec<Row> = rows.collect();
    ListPage {
        choice: asked.choice(language),
        name: title(&found.figure, language),
        definition: definition(&found.figure, language),
        value: shown(&found.figure.amount, language),
        part: asked.part.clone(),
        query: asked.query(),
        roles: roles(asked, &found.roles, language),
        more: found.whole.saturating_sub(rows.len()),
        rows,
        f,
    }
}
