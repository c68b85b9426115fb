//! The overview: what waits, the day in figures, who is there, and how every account is.

mod today;

use crate::app::App;
use crate::backend::{Colleague, TicketRow};
use crate::live_updates::Counts;
use crate::page_frame::{self, Frame, UserContext};
use crate::texts::PageLanguage;
use crate::user_accounts::Role;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::sync::Arc;
use today::{Edit, Tile};

/// Tickets that the page names.
const NAMED: usize = 5;

#[derive(Template)]
#[template(path = "overview.html")]
struct Page {
    f: Frame,
    counts: Counts,
    /// Figures of the day; none while they are being counted.
    today: Vec<Tile>,
    is_cut: bool,
    edit: Option<Edit>,
    health: &'static str,
    health_class: &'static str,
    alerts: Vec<String>,
    accounts: Vec<AccountRow>,
    facts: Vec<(&'static str, String)>,
    colleagues: Vec<Colleague>,
    longest: Vec<super::inbox::Row>,
    /// First things for an owner to do; empty once all of them are done, and for everybody else.
    steps: Vec<NextStep>,
}

/// One of the first things to do.
#[derive(Debug)]
struct NextStep {
    text: &'static str,
    page: &'static str,
    is_done: bool,
}

/// An account, as the page shows it.
#[derive(Debug)]
pub(super) struct AccountRow {
    pub(super) name: String,
    pub(super) state: &'static str,
    pub(super) class: &'static str,
    pub(super) reason: String,
    pub(super) since: String,
    pub(super) last_event: String,
    pub(super) last_send: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    page_frame::page_or_fault(&app, seat.language, made(&app, &seat).await)
}

async fn made(app: &App, seat: &UserContext) -> crate::Result<Page> {
    let (language, w) = (seat.language, seat.language.words());
    let rows = app.backend.open_tickets(&seat.user).await?;
    let health = app.backend.health();
    let clock = Clock {
        language,
        now: app.backend.now(),
        zone: app.backend.zone(),
    };
    let mut waiting: Vec<&TicketRow> = rows
        .iter()
        .filter(|row| row.status.is_active() && row.owner.is_none())
        .collect();
    waiting.sort_by_key(|row| (!row.is_urgent, row.opened));
    waiting.truncate(NAMED);
    let longest = super::inbox::rows(app, seat, waiting, &clock).await?;
    let (health_text, health_class) = match health["status"].as_str() {
        Some("ok") => (w.health_ok, "good"),
        Some("degraded") => (w.health_degraded, "warn"),
        _ => (w.health_failing, "bad"),
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_u64().unwrap_or_default().to_string();
    let facts = vec![
        (w.queued, number(&health["outbox"]["queued"])),
        (w.entries, number(&health["entries"])),
        (w.faq_loaded, clock.of(&health["faq"]["loaded"], &Value::Null)),
        (w.running_since, clock.of(&health["started"], &Value::Null)),
        (w.version, text(&health["version"])),
    ];
    let today = app.backend.today(&seat.user).await?;
    let edit = app.backend.faq_edited().await?;
    Ok(Page {
        f: Frame::inside(app, seat, "/", w.overview).await?,
        today: today::tiles(today.as_deref(), language),
        is_cut: today.is_some_and(|today| today.is_cut),
        edit: edit.map(|edit| today::edit(edit, seat, &clock)),
        counts: Counts::of(&rows),
        health: health_text,
        health_class,
        alerts: alerts(&health["alerts"]),
        accounts: accounts(&health["accounts"], &clock),
        facts,
        colleagues: app.backend.colleagues().await?,
        longest,
        steps: next_steps(app, seat, &health["accounts"]).await?,
    })
}

/// Returns the first things to do, and which of them are done. An update of the page by its script leaves them out: it takes what is
/// live alone.
async fn next_steps(app: &App, seat: &UserContext, accounts: &Value) -> crate::Result<Vec<NextStep>> {
    if seat.by_script || !seat.user.may(Role::Owner) {
        return Ok(Vec::new());
    }
    let w = seat.language.words();
    let connected = accounts.as_object().is_some_and(|accounts| {
        let mut states = accounts.values().map(|account| account["state"].as_str());
        states.any(|state| state == Some("connected"))
    });
    let users = app.backend.users().await?;
    let steps = vec![
        NextStep {
            text: w.step_faq,
            page: "/faq",
            is_done: app.backend.faq_versions().await?.len() > 1,
        },
        NextStep {
            text: w.step_account,
            page: "/channels",
            is_done: connected,
        },
        NextStep {
            text: w.step_colleague,
            page: "/users",
            is_done: users.iter().filter(|user| !user.ended).count() > 1,
        },
    ];
    let is_open = steps.iter().any(|step| !step.is_done);
    Ok(if is_open { steps } else { Vec::new() })
}

/// Time and place of a page, for writing times.
pub(super) struct Clock {
    pub(super) language: PageLanguage,
    pub(super) now: Timestamp,
    pub(super) zone: TimeZone,
}

impl Clock {
    pub(super) fn new(app: &App, seat: &UserContext) -> Self {
        Self {
            language: seat.language,
            now: app.backend.now(),
            zone: app.backend.zone(),
        }
    }

    pub(super) fn time(&self, at: Timestamp) -> String {
        self.language.time(at, self.now, &self.zone)
    }

    /// Writes a time with its day, whatever day it is.
    pub(super) fn full(&self, at: Timestamp) -> String {
        self.zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
    }

    pub(super) fn span(&self, since: Timestamp) -> String {
        self.language.span(self.now.duration_since(since).as_secs())
    }

    /// Writes the time that stands in the first of two values that has one.
    fn of(&self, value: &Value, or: &Value) -> String {
        let at = [value, or]
            .into_iter()
            .find_map(|value| value.as_str()?.parse::<Timestamp>().ok());
        at.map(|at| self.time(at)).unwrap_or_default()
    }
}

fn alerts(alerts: &Value) -> Vec<String> {
    let list = alerts.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .filter_map(|alert| Some(alert["message"].as_str()?.to_owned()))
        .collect()
}

/// Makes the rows of the accounts of a health report.
pub(super) fn accounts(accounts: &Value, clock: &Clock) -> Vec<AccountRow> {
    let w = clock.language.words();
    let Some(accounts) = accounts.as_object() else {
        return Vec::new();
    };
    let row = |(name, account): (&String, &Value)| {
        let (state, class) = match account["state"].as_str() {
            Some("connected") => (w.connected, "good"),
            Some("starting") => (w.starting, "warn"),
            Some("disconnected") => (w.disconnected, "bad"),
            Some("failed") => (w.failed, "bad"),
            _ => (w.ended, "warn"),
        };
        let last_send = &account["last_send"];
        let outcome = match last_send["outcome"].as_str().or(last_send["state"].as_str()) {
            None | Some("sent") => String::new(),
            Some(outcome) => format!(" · {outcome}"),
        };
        let sent = clock.of(&last_send["at"], &Value::Null);
        AccountRow {
            name: name.clone(),
            state,
            class,
            reason: account["reason"].as_str().unwrap_or_default().to_owned(),
            since: clock.of(&account["since"], &Value::Null),
            last_event: or_never(clock.of(&account["last_event"], &Value::Null), w.never),
            last_send: or_never(sent, w.never) + &outcome,
        }
    };
    accounts.iter().map(row).collect()
}

fn or_never(text: String, never: &str) -> String {
    if text.is_empty() { never.to_owned() } else { text }
}
