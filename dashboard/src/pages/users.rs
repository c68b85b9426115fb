//! Users: who there is, invitations, roles and rooms, and the end of an access.

use super::note;
use super::overview::Clock;
use crate::app::App;
use crate::people::{Role, User, check_name};
use crate::shell::{self, Frame, Notice, Seat};
use askama::Template;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "users.html")]
struct Page {
    f: Frame,
    users: Vec<Row>,
    rooms: Vec<String>,
    roles: Vec<(&'static str, &'static str)>,
}

/// A user, as the page shows them.
#[derive(Debug)]
struct Row {
    name: String,
    role: &'static str,
    role_name: &'static str,
    rooms: String,
    own_rooms: Vec<(String, bool)>,
    has_joined: bool,
    ended: bool,
    is_self: bool,
    created: String,
}

pub(crate) async fn show(State(app): State<Arc<App>>, Extension(seat): Extension<Seat>) -> Response<Body> {
    match made(&app, &seat).await {
        Ok(page) => shell::page(&app, seat.language, &page),
        Err(error) => shell::broken(&app, seat.language, &error),
    }
}

async fn made(app: &App, seat: &Seat) -> crate::Result<Page> {
    let w = seat.language.words();
    let clock = Clock::new(app, seat);
    let rooms = app.backend.rooms();
    let row = |user: User| {
        let limits = user.limits();
        Row {
            role: w.role(user.role),
            role_name: user.role.name(),
            rooms: limits.map_or_else(|| w.all_rooms.to_owned(), |rooms| rooms.join(", ")),
            own_rooms: rooms
                .iter()
                .map(|room| {
                    let own = user.rooms.as_ref().is_some_and(|own| own.contains(room));
                    (room.clone(), own)
                })
                .collect(),
            has_joined: user.password.is_some(),
            ended: user.ended,
            is_self: user.name == seat.user.name,
            created: clock.time(user.created),
            name: user.name,
        }
    };
    let users = app.backend.users().await?;
    Ok(Page {
        f: Frame::inside(app, seat, "/users", w.users).await?,
        users: users.into_iter().map(row).collect(),
        roles: Role::ALL
            .into_iter()
            .map(|role| (role.name(), w.role(role)))
            .collect(),
        rooms,
    })
}

/// A form with several fields of one name.
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    pub(super) fn one(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Returns all values of a name, without empty ones.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let found = self
            .0
            .iter()
            .filter(|(found, value)| found == name && !value.is_empty());
        found.map(|(_, value)| value.clone()).collect()
    }

    /// Returns the rooms that were chosen, of those there are; `None` if none is.
    fn rooms(&self, known: &[String]) -> Option<Vec<String>> {
        let chosen = self
            .0
            .iter()
            .filter(|(name, room)| name == "room" && known.contains(room));
        let chosen: Vec<String> = chosen.map(|(_, room)| room.clone()).collect();
        (!chosen.is_empty()).then_some(chosen)
    }
}

pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<Seat>,
    body: Bytes,
) -> Response<Body> {
    let w = seat.language.words();
    let fields = Fields::read(&body);
    let name = fields.one("name").trim();
    let role = Role::of_name(fields.one("role"));
    let (Some(role), Ok(())) = (role, check_name(name)) else {
        let why = check_name(name).err().unwrap_or(w.broken);
        app.tell(seat.token, Notice::error(why));
        return shell::to(&app, "/users");
    };
    let (user, token) = User::invited(name, role, fields.rooms(&app.backend.rooms()), app.backend.now());
    let invited = async {
        if !app.backend.put_user(None, &user).await? {
            return Ok(Notice::error(w.user_exists));
        }
        note(
            &app,
            &seat.user.name,
            "user_invited",
            format!("{name} ({})", role.name()),
        )
        .await?;
        Ok(Notice::done(link(&app, w.link_once, &token)))
    };
    done(&app, &seat, invited.await)
}

/// Tells a one-time link: from its path on, because only the browser knows the host by which people reach the dashboard.
fn link(app: &App, says: &str, token: &str) -> String {
    format!("{says}{}{}", app.base, crate::link_path(token))
}

fn done(app: &App, seat: &Seat, outcome: crate::Result<Notice>) -> Response<Body> {
    match outcome {
        Ok(notice) => {
            app.tell(seat.token, notice);
            shell::to(app, "/users")
        }
        Err(error) => shell::broken(app, seat.language, &error),
    }
}

pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<Seat>,
    Path(name): Path<String>,
    body: Bytes,
) -> Response<Body> {
    let fields = Fields::read(&body);
    done(&app, &seat, changed(&app, &seat, &name, &fields).await)
}

async fn changed(app: &App, seat: &Seat, name: &str, fields: &Fields) -> crate::Result<Notice> {
    let w = seat.language.words();
    let users = app.backend.users().await?;
    let Some(before) = users.iter().find(|user| user.name == name) else {
        return Ok(Notice::error(w.not_found));
    };
    let mut user = before.clone();
    let mut told = Notice::done(w.saved);
    let action = match fields.one("do") {
        "link" => {
            let token = user.give_link(app.backend.now());
            told = Notice::done(link(app, w.link_once, &token));
            "user_reset"
        }
        "end" => {
            user.ended = true;
            user.link = None;
            "user_ended"
        }
        "begin" => {
            user.ended = false;
            "user_activated"
        }
        "save" => {
            let Some(role) = Role::of_name(fields.one("role")) else {
                return Ok(Notice::error(w.broken));
            };
            user.role = role;
            user.rooms = fields.rooms(&app.backend.rooms());
            "user_changed"
        }
        _ => return Ok(Notice::error(w.broken)),
    };
    let owns = |user: &User| user.may(Role::Owner) && user.password.is_some();
    let others = users.iter().any(|other| other.name != name && owns(other));
    if owns(before) && !owns(&user) && !others {
        return Ok(Notice::error(w.last_owner));
    }
    if !app.backend.put_user(Some(before), &user).await? {
        return Ok(Notice::error(w.changed_meanwhile));
    }
    if user.ended || user.role != before.role {
        app.backend.end_sessions(name).await?;
    }
    note(
        app,
        &seat.user.name,
        action,
        format!("{name} ({})", user.role.name()),
    )
    .await?;
    Ok(told)
}
