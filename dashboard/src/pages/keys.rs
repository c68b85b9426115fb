//! Keys of programs: made, shown once, and ended.

use super::overview::Clock;
use super::users::Fields;
use crate::api_keys::is_key_name;
use crate::app::App;
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use askama::Template;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::Response;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "keys.html")]
struct Page {
    f: Frame,
    websites: Vec<String>,
    rows: Vec<Row>,
}

/// A key, as the page shows it.
#[derive(Debug)]
struct Row {
    account: String,
    name: String,
    creator: String,
    created: String,
    used: Option<String>,
    ended: bool,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let made = async {
        let clock = Clock::new(&app, &seat);
        let keys = app.backend.keys().await?;
        let rows = keys.into_iter().map(|key| Row {
            created: clock.time(key.created),
            used: key.used.map(|used| clock.time(used)),
            account: key.account,
            name: key.name,
            creator: key.creator,
            ended: key.ended,
        });
        Ok(Page {
            rows: rows.collect(),
            websites: app.backend.websites(),
            f: Frame::inside(&app, &seat, "/keys", seat.language.words().api_keys).await?,
        })
    };
    page_frame::page_or_fault(&app, seat.language, made.await)
}

pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    body: Bytes,
) -> Response<Body> {
    match changed(&app, &seat, &Fields::read(&body)).await {
        Ok(notice) => {
            app.tell(seat.token, notice);
            page_frame::to(&app, "/keys")
        }
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

async fn changed(app: &App, seat: &UserContext, fields: &Fields) -> crate::Result<Notice> {
    let w = seat.language.words();
    let (account, name) = (fields.one("account"), fields.one("name").trim());
    let (who, backend) = (seat.user.name.as_str(), &app.backend);
    Ok(match fields.one("do") {
        "end" if backend.end_key(who, account, name).await? => Notice::done(w.key_ended),
        "end" => Notice::error(w.not_found),
        "make" if !backend.websites().iter().any(|website| website == account) => Notice::error(w.not_found),
        "make" if !is_key_name(name) => Notice::error(w.key_name_wrong),
        "make" => match backend.make_key(who, account, name).await? {
            Some(key) => Notice::done(format!("{}{key}", w.key_made)),
            None => Notice::error(w.key_exists),
        },
        _ => Notice::error(w.broken),
    })
}
