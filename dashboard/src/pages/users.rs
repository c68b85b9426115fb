//! Users: who there is, invitations, roles and rooms, and the end of an access.

use super::note;
use super::overview::Clock;
use crate::app::App;
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use crate::user_accounts::{Role, User, check_name};
use askama::Template;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::Response;
use std::sync::Arc;

/// Longest e-mail address or name for the identity provider, in characters.
const LOGIN_MAX: usize = 254;

#[derive(Template)]
#[template(path = "users.html")]
struct Page {
    f: Frame,
    users: Vec<Row>,
    rooms: Vec<String>,
    /// Name of the identity provider.
    provider: Option<String>,
    roles: Vec<(&'static str, &'static str)>,
}

/// A user, as the page shows them.
#[derive(Debug)]
struct Row {
    name: String,
    role: &'static str,
    role_name: &'static str,
    rooms: String,
    /// `true` if some rooms are theirs, whatever the role makes of that.
    is_limited: bool,
    own_rooms: Vec<RoomBox>,
    login: String,
    is_tied: bool,
    has_joined: bool,
    ended: bool,
    is_self: bool,
    created: String,
}

/// A room with its check box.
#[derive(Debug, PartialEq, Eq)]
struct RoomBox {
    room: String,
    is_own: bool,
    /// `true` if it isn't in the configuration any more.
    is_gone: bool,
}

/// Returns the check boxes of a user: those of all rooms, and of rooms of theirs that are gone.
fn choice(known: &[String], own: &[String]) -> Vec<RoomBox> {
    let gone = own.iter().filter(|room| !known.contains(room));
    let rooms = known.iter().chain(gone);
    rooms
        .map(|room| RoomBox {
            room: room.clone(),
            is_own: own.contains(room),
            is_gone: !known.contains(room),
        })
        .collect()
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
    let rooms = app.backend.rooms();
    let row = |user: User| {
        let limits = user.limits();
        Row {
            role: w.role(user.role),
            role_name: user.role.name(),
            rooms: limits.map_or_else(|| w.all_rooms.to_owned(), |rooms| rooms.join(", ")),
            is_limited: user.rooms.is_some(),
            own_rooms: choice(&rooms, user.rooms.as_deref().unwrap_or_default()),
            has_joined: user.password.is_some() || user.subject.is_some(),
            is_tied: user.subject.is_some(),
            login: user.login.clone().unwrap_or_default(),
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
        provider: app
            .backend
            .identity_provider()
            .map(|provider| provider.name().to_owned()),
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

    /// Returns the e-mail address or name for the identity provider; `None` where the form does not ask for it.
    fn login(&self) -> Option<Option<String>> {
        let found = self.0.iter().find(|(found, _)| found == "login")?;
        let login: String = found.1.trim().chars().take(LOGIN_MAX).collect();
        Some(Some(login).filter(|login| !login.is_empty()))
    }

    /// Returns all values of a name, without empty ones.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let found = self
            .0
            .iter()
            .filter(|(found, value)| found == name && !value.is_empty());
        found.map(|(_, value)| value.clone()).collect()
    }

    /// Returns the values of a name, each with the value of another one before it.
    pub(super) fn pairs(&self, key: &str, name: &str) -> Vec<(String, String)> {
        let (mut pairs, mut before) = (Vec::new(), None);
        for (found, value) in &self.0 {
            if found == key {
                before = Some(value.clone());
            } else if found == name
                && let Some(before) = before.take()
            {
                pairs.push((before, value.clone()));
            }
        }
        pairs
    }

    /// Returns the rooms that the form leaves a user who had `before`, of those that are `known`; `None` are all. All of them are only
    /// theirs if somebody says so.
    fn rooms(&self, before: Option<&[String]>, known: &[String]) -> Result<Option<Vec<String>>, Unfit> {
        let mut chosen = self.all("room");
        chosen.sort();
        chosen.dedup();
        let is_there = |room: &String| known.contains(room) || before.is_some_and(|own| own.contains(room));
        if let Some(unknown) = chosen.iter().find(|room| !is_there(room)) {
            return Err(Unfit::Unknown(unknown.clone()));
        }
        match self.one("limit") {
            // The form of who sees all of them says so from the start: a room that is ticked then is what was meant.
            "all" if before.is_some() || chosen.is_empty() => Ok(None),
            "some" if chosen.is_empty() => Err(Unfit::Empty),
            // No form: nothing changes that isn't named.
            _ if chosen.is_empty() => Ok(before.map(<[String]>::to_vec)),
            _ => Ok(Some(chosen)),
        }
    }
}

/// A choice of rooms that can't be one.
#[derive(Debug, PartialEq, Eq)]
enum Unfit {
    /// There is no such room.
    Unknown(String),
    /// Some rooms, and none of them.
    Empty,
}

impl Unfit {
    fn notice(&self, seat: &UserContext, known: &[String]) -> Notice {
        let w = seat.language.words();
        Notice::error(match self {
            Self::Unknown(room) => format!("{}{room} · {}{}", w.no_room, w.rooms_are, known.join(", ")),
            Self::Empty => w.no_room_chosen.to_owned(),
        })
    }
}

pub(crate) async fn invite(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    body: Bytes,
) -> Response<Body> {
    let w = seat.language.words();
    let fields = Fields::read(&body);
    let name = fields.one("name").trim();
    let role = Role::of_name(fields.one("role"));
    let (Some(role), Ok(())) = (role, check_name(name)) else {
        let why = check_name(name).err().unwrap_or(w.broken);
        app.tell(seat.token, Notice::error(why));
        return page_frame::to(&app, "/users");
    };
    let known = app.backend.rooms();
    let rooms = match fields.rooms(None, &known) {
        Ok(rooms) => rooms,
        Err(unfit) => {
            app.tell(seat.token, unfit.notice(&seat, &known));
            return page_frame::to(&app, "/users");
        }
    };
    let (mut user, token) = User::invited(name, role, rooms, app.backend.now());
    user.login = fields.login().flatten();
    let invited = async {
        if is_taken(&user, &app.backend.users().await?) {
            return Ok(Notice::error(w.provider_taken));
        }
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

/// `true` if another user logs in by the same address or name.
fn is_taken(user: &User, users: &[User]) -> bool {
    let Some(login) = &user.login else {
        return false;
    };
    let others = users.iter().filter(|other| other.name != user.name);
    let mut logins = others.filter_map(|other| other.login.as_ref());
    logins.any(|other| other.eq_ignore_ascii_case(login))
}

/// Tells a one-time link: from its path on, because only the browser knows the host by which people reach the dashboard.
fn link(app: &App, says: &str, token: &str) -> String {
    format!("{says}{}{}", app.base, crate::link_path(token))
}

fn done(app: &App, seat: &UserContext, outcome: crate::Result<Notice>) -> Response<Body> {
    match outcome {
        Ok(notice) => {
            app.tell(seat.token, notice);
            page_frame::to(app, "/users")
        }
        Err(error) => page_frame::broken(app, seat.language, &error),
    }
}

pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Path(name): Path<String>,
    body: Bytes,
) -> Response<Body> {
    let fields = Fields::read(&body);
    done(&app, &seat, changed(&app, &seat, &name, &fields).await)
}

async fn changed(app: &App, seat: &UserContext, name: &str, fields: &Fields) -> crate::Result<Notice> {
    let w = seat.language.words();
    let users = app.backend.users().await?;
    let Some(before) = users.iter().find(|user| user.name == name) else {
        return Ok(Notice::error(w.not_found));
    };
    let mut user = before.clone();
    let mut told = Notice::done(w.saved);
    let action = match fields.one("do") {
        "link" if user.ended => return Ok(Notice::error(w.activate_first)),
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
            let known = app.backend.rooms();
            user.rooms = match fields.rooms(before.rooms.as_deref(), &known) {
                Ok(rooms) => rooms,
                Err(unfit) => return Ok(unfit.notice(seat, &known)),
            };
            user.role = role;
            if let Some(login) = fields.login().filter(|login| *login != user.login) {
                user.login = login;
                // Whoever it is from now on, it is not who it was.
                user.subject = None;
            }
            if is_taken(&user, &users) {
                return Ok(Notice::error(w.provider_taken));
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_widens_only_where_somebody_says_all() {
        let known = ["a/1".to_owned(), "a/2".to_owned()];
        let one = Some(vec!["a/1".to_owned()]);
        let gone = Some(vec!["a/9".to_owned()]);
        let empty = Some(Vec::new());
        for (before, form, after) in [
            // As it was drawn, and without its rooms.
            (&one, "limit=some&room=a/1", Ok(one.clone())),
            (&one, "role=staff", Ok(one.clone())),
            (&gone, "limit=some&room=a/9", Ok(gone.clone())),
            (&gone, "role=staff", Ok(gone.clone())),
            (&empty, "role=staff", Ok(empty.clone())),
            (&None, "limit=all", Ok(None)),
            (&None, "role=staff", Ok(None)),
            // The last box is unticked.
            (&one, "limit=some", Err(Unfit::Empty)),
            (&None, "limit=some", Err(Unfit::Empty)),
            // Somebody says so.
            (&one, "limit=all&room=a/1", Ok(None)),
            (&gone, "limit=all", Ok(None)),
            // A box is ticked by who saw all rooms.
            (&None, "limit=all&room=a/1", Ok(one.clone())),
            (&None, "room=a/1&room=a/1", Ok(one.clone())),
            // No such room.
            (
                &one,
                "limit=some&room=a/1&room=a/3",
                Err(Unfit::Unknown("a/3".to_owned())),
            ),
            (&None, "room=a/9", Err(Unfit::Unknown("a/9".to_owned()))),
        ] {
            let fields = Fields::read(form.as_bytes());
            assert_eq!(
                fields.rooms(before.as_deref(), &known),
                after,
                "{before:?} {form}"
            );
        }
    }

    #[test]
    fn a_room_that_is_gone_keeps_its_check_box() {
        let boxes = choice(&["a/1".to_owned()], &["a/9".to_owned()]);
        let is = |at: usize| (boxes[at].room.as_str(), boxes[at].is_own, boxes[at].is_gone);
        assert_eq!((is(0), is(1)), (("a/1", false, false), ("a/9", true, true)));
    }
}
