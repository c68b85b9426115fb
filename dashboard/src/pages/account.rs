//! The user's own account: language and password.

use super::{login, note, one_time_link, sessions};
use crate::app::App;
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use crate::session_cookie;
use crate::totp::Totp;
use crate::user_accounts::User;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, Response, header};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    f: Frame,
    name: String,
    role: &'static str,
    rooms: String,
    chosen: String,
    sessions: Vec<sessions::Row>,
    second_step: bool,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let w = seat.language.words();
    let f = match Frame::inside(&app, &seat, "/account", w.account).await {
        Ok(f) => f,
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    };
    let sessions = match sessions::rows(&app, &seat).await {
        Ok(sessions) => sessions,
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    };
    let page = Page {
        f,
        sessions,
        second_step: seat.user.totp.as_ref().is_some_and(Totp::is_confirmed),
        name: seat.user.name.clone(),
        role: w.role(seat.user.role),
        rooms: seat
            .user
            .limits()
            .map_or_else(|| w.all_rooms.to_owned(), |rooms| rooms.join(", ")),
        chosen: seat.user.language.clone().unwrap_or_default(),
    };
    page_frame::page(&app, seat.language, &page)
}

/// Form of the language.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    language: String,
}

pub(crate) async fn set_language(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(chosen): Form<Chosen>,
) -> Response<Body> {
    let known = ["zh", "en"].contains(&chosen.language.as_str());
    let user = User {
        language: known.then_some(chosen.language),
        ..seat.user.clone()
    };
    match app.backend.put_user(Some(&seat.user), &user).await {
        Ok(_) => page_frame::to(&app, "/account"),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

/// Form of a new password.
#[derive(Deserialize)]
pub(crate) struct NewPassword {
    old: String,
    password: String,
    again: String,
}

pub(crate) async fn set_password(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    headers: HeaderMap,
    Form(given): Form<NewPassword>,
) -> Response<Body> {
    let w = seat.language.words();
    let refuse = |why: &str| {
        app.tell(seat.token, Notice::error(why));
        page_frame::to(&app, "/account")
    };
    let now = app.backend.now();
    let keys = [format!("password:{}", seat.user.name)];
    let Some(ticket) = app.counter.queue() else {
        return refuse(w.busy);
    };
    if !app.throttle.admits(&keys, now) {
        return refuse(w.wait_login);
    }
    if login::right_password(ticket, Some(seat.user.clone()), given.old)
        .await
        .is_none()
    {
        return refuse(w.wrong_login);
    }
    app.throttle.succeeded(&keys[0]);
    if let Some(why) = one_time_link::unfit(seat.language, &given.password, &given.again) {
        return refuse(why);
    }
    let Some(ticket) = app.counter.queue() else {
        return refuse(w.busy);
    };
    let Some(hash) = ticket.hash(given.password).await else {
        return refuse(w.broken);
    };
    let user = User {
        password: Some(hash),
        ..seat.user.clone()
    };
    let changed = async {
        if !app.backend.put_user(Some(&seat.user), &user).await? {
            return Ok(None);
        }
        note(&app, &user.name, "password_changed", "").await?;
        app.backend.end_sessions(&user.name).await?;
        session_cookie::start_session(&app, &user, &headers, app.backend.now()).await
    };
    match changed.await {
        Ok(Some(cookie)) => {
            let mut response = page_frame::to(&app, "/account");
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            response
        }
        Ok(None) => refuse(w.changed_meanwhile),
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}
