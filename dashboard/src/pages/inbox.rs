//! The list of tickets: tabs, a search, and what a row shows.

use super::overview::Clock;
use crate::app::App;
use crate::backend::{Search, TicketRow};
use crate::live::Counts;
use crate::shell::{self, Frame, Seat};
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use serde::Deserialize;
use std::sync::Arc;

/// Rows of a page.
const ROWS: u32 = 50;

#[derive(Template)]
#[template(path = "inbox.html")]
struct Page {
    f: Frame,
    tabs: Vec<Tab>,
    tab: &'static str,
    words: String,
    here: String,
    rows: Vec<Row>,
    older: Option<String>,
}

/// A tab of the list.
#[derive(Debug)]
struct Tab {
    name: &'static str,
    label: &'static str,
    count: Option<usize>,
    is_current: bool,
}

/// A ticket, as a list shows it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) number: u64,
    pub(super) subject: String,
    pub(super) member: String,
    pub(super) channel: String,
    pub(super) status: &'static str,
    pub(super) status_class: &'static str,
    pub(super) owner: Option<String>,
    pub(super) is_mine: bool,
    pub(super) is_overdue: bool,
    pub(super) is_urgent: bool,
    pub(super) undelivered: bool,
    pub(super) watchers: usize,
    pub(super) age: String,
    pub(super) opened: String,
}

impl Clock {
    pub(super) fn row(&self, row: &TicketRow) -> Row {
        Row {
            number: row.number,
            subject: if row.subject.is_empty() {
                "—".to_owned()
            } else {
                row.subject.clone()
            },
            member: row.member.clone(),
            channel: row.channel.clone(),
            status: self.language.words().status(row.status),
            status_class: row.status.name(),
            owner: row.owner.clone(),
            is_mine: row.is_mine,
            is_overdue: row.is_overdue,
            is_urgent: row.is_urgent,
            undelivered: row.undelivered > 0,
            watchers: row.watchers,
            age: self.span(row.opened),
            opened: self.time(row.opened),
        }
    }
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    tab: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    below: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<Seat>,
    Query(asked): Query<Asked>,
) -> Response<Body> {
    match made(&app, &seat, &asked).await {
        Ok(page) => shell::page(&app, seat.language, &page),
        Err(error) => shell::broken(&app, seat.language, &error),
    }
}

async fn made(app: &App, seat: &Seat, asked: &Asked) -> crate::Result<Page> {
    let w = seat.language.words();
    let open = app.backend.open_tickets(&seat.user).await?;
    let counts = Counts::of(&open);
    let words: String = asked.q.trim().chars().take(200).collect();
    let tab = ["waits", "mine", "open", "overdue", "closed"]
        .into_iter()
        .find(|tab| *tab == asked.tab)
        .unwrap_or("waits");
    let below = asked.below.parse::<u64>().ok();
    let clock = Clock::new(app, seat);
    let limit = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let mut found: Vec<TicketRow> = if words.is_empty() && tab != "closed" {
        let here = |row: &TicketRow| match tab {
            "waits" => row.status.is_active() && row.owner.is_none(),
            "mine" => row.status.is_active() && row.is_mine,
            "overdue" => row.status.is_active() && row.is_overdue,
            _ => row.status.is_active(),
        };
        open.into_iter()
            .filter(|row| here(row) && below.is_none_or(|below| row.number < below))
            .take(limit + 1)
            .collect()
    } else {
        let search = Search {
            words: words.clone(),
            closed: words.is_empty(),
            below,
            limit: ROWS + 1,
        };
        app.backend.find_tickets(&seat.user, &search).await?
    };
    let more = found.len() > limit;
    found.truncate(limit);
    let q: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
    let older = more
        .then(|| {
            found
                .last()
                .map(|row| format!("?tab={tab}&q={q}&below={}", row.number))
        })
        .flatten();
    let searched = !words.is_empty();
    let tabs = [
        ("waits", w.waits, Some(counts.waits)),
        ("mine", w.mine, Some(counts.mine)),
        ("overdue", w.overdue, Some(counts.overdue)),
        ("open", w.open_all, Some(counts.open)),
        ("closed", w.closed, None),
    ];
    Ok(Page {
        f: Frame::inside(app, seat, "/tickets", w.tickets).await?,
        tabs: tabs
            .into_iter()
            .map(|(name, label, count)| Tab {
                name,
                label,
                count,
                is_current: !searched && name == tab,
            })
            .collect(),
        tab,
        here: format!(
            "/tickets?tab={tab}&q={q}&below={}",
            asked
                .below
                .parse::<u64>()
                .map_or_else(|_| String::new(), |below| below.to_string())
        ),
        words,
        rows: found.iter().map(|row| clock.row(row)).collect(),
        older,
    })
}
