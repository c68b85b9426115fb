//! Accounts and channels: how each account stands, what was refused, and what the bot listens to in each channel.

use super::note;
use super::overview::{AccountRow, Clock, accounts};
use crate::app::App;
use crate::backend::{AccountStanding, ChannelStanding, Code, Listening, Setting};
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use crate::texts::Words;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::Response;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "channels.html")]
struct Page {
    f: Frame,
    accounts: Vec<(AccountRow, AccountFacts)>,
    refused: Vec<RefusedRow>,
    channels: Vec<ChannelRow>,
    choices: Vec<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    f: Frame,
    account: String,
    picture: Option<(String, String)>,
    why_none: String,
}

/// Facts of an account beside its state.
#[derive(Debug, Default)]
struct AccountFacts {
    platform: String,
    queued: u64,
    waits: String,
    has_code: bool,
}

/// A refused reply, as the page shows it.
#[derive(Debug)]
struct RefusedRow {
    time: String,
    channel: String,
    reason: String,
    ticket: Option<u64>,
}

/// A channel, as the page shows it.
#[derive(Debug)]
struct ChannelRow {
    channel: String,
    listens: &'static str,
    listens_name: &'static str,
    class: &'static str,
    origin: String,
    is_switched: bool,
    messages: u64,
    rooms: String,
    settings: Vec<Setting>,
}

fn listens(w: &'static Words, listening: Listening) -> (&'static str, &'static str) {
    match listening {
        Listening::All => (w.listen_all, "good"),
        Listening::Mentions => (w.listen_mentions, "good"),
        Listening::Shadow => (w.listen_shadow, "warn"),
        Listening::Off => (w.listen_off, "bad"),
    }
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    page_frame::page_or_fault(&app, seat.language, made(&app, &seat).await)
}

async fn made(app: &App, seat: &UserContext) -> crate::Result<Page> {
    let w = seat.language.words();
    let clock = Clock::new(app, seat);
    let found = app.backend.accounts().await?;
    let health = app.backend.health();
    let facts = |name: &str| {
        let known = found.accounts.iter().find(|one| one.name == name);
        known.map(|one| account(one, &clock)).unwrap_or_default()
    };
    let rows = accounts(&health["accounts"], &clock).into_iter();
    let rows = rows.map(|row| {
        let facts = facts(&row.name);
        (row, facts)
    });
    Ok(Page {
        f: Frame::inside(app, seat, "/channels", w.channels).await?,
        accounts: rows.collect(),
        refused: found
            .refused
            .iter()
            .map(|one| RefusedRow {
                time: clock.time(one.at),
                channel: one.channel.clone(),
                reason: one.reason.clone(),
                ticket: one.ticket,
            })
            .collect(),
        channels: found
            .channels
            .into_iter()
            .map(|one| channel(one, &clock))
            .collect(),
        choices: Listening::ALL
            .into_iter()
            .map(|one| (one.name(), listens(w, one).0))
            .collect(),
    })
}

fn account(one: &AccountStanding, clock: &Clock) -> AccountFacts {
    AccountFacts {
        platform: one.platform.clone(),
        queued: one.queued,
        waits: one.oldest.map(|since| clock.span(since)).unwrap_or_default(),
        has_code: one.has_code,
    }
}

fn channel(one: ChannelStanding, clock: &Clock) -> ChannelRow {
    let w = clock.language.words();
    let (label, class) = listens(w, one.listens);
    let origin = match &one.switched {
        Some((who, at)) => format!(
            "{} {who} · {} · groupdesk.yaml: {}",
            w.switched_by,
            clock.time(*at),
            one.written.name()
        ),
        None => String::new(),
    };
    ChannelRow {
        channel: one.channel,
        listens: label,
        listens_name: one.listens.name(),
        class,
        origin,
        is_switched: one.switched.is_some(),
        messages: one.messages,
        rooms: one.rooms.join(", "),
        settings: one.settings,
    }
}

/// Form of the switch.
#[derive(Deserialize)]
pub(crate) struct Switch {
    channel: String,
    listen: String,
}

pub(crate) async fn switch(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(given): Form<Switch>,
) -> Response<Body> {
    let w = seat.language.words();
    let to = Listening::of_name(&given.listen);
    if to.is_none() && given.listen != "file" {
        app.tell(seat.token, Notice::error(w.broken));
        return page_frame::to(&app, "/channels");
    }
    let switched = async {
        if !app.backend.switch(&seat.user, &given.channel, to).await? {
            return Ok(Notice::error(w.no_such_channel));
        }
        let detail = format!("{} → {}", given.channel, given.listen);
        note(&app, &seat.user.name, "channel_switched", detail).await?;
        Ok(Notice::done(w.switched))
    };
    match switched.await {
        Ok(notice) => {
            app.tell(seat.token, notice);
            page_frame::to(&app, "/channels")
        }
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Shows the code by which an account is logged in, or by which members come to it.
pub(crate) async fn code(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(account): Path<String>,
) -> Response<Body> {
    let w = seat.language.words();
    let made = async {
        let Some(code) = app.backend.code(&account).await? else {
            return Ok(None);
        };
        let (picture, why_none) = match code {
            Code::Picture { svg, link } => (
                Some((crate::secrets::base64(svg.as_bytes()), link)),
                String::new(),
            ),
            Code::None(why) => (None, why),
        };
        Ok(Some(CodePage {
            f: Frame::inside(&app, &seat, "/channels", w.code).await?,
            account,
            picture,
            why_none,
        }))
    };
    page_frame::page_or_missing(&app, seat.language, made.await, w.not_found)
}
