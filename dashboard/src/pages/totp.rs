//! Second step of the user's own log-in: set up with an app, confirmed by its first code, and taken away with another one.

use super::note;
use crate::app::App;
use crate::flash_notice::Notice;
use crate::page_frame::{self, Frame, UserContext};
use crate::totp::Totp;
use crate::user_accounts::User;
use askama::Template;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::Response;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Deserialize;
use std::sync::Arc;

/// Width of the code to scan, in pixels.
const CODE: u32 = 220;

#[derive(Template)]
#[template(path = "totp.html")]
struct Page {
    f: Frame,
    is_on: bool,
    left: usize,
    secret: String,
    picture: String,
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let w = seat.language.words();
    let f = match Frame::inside(&app, &seat, "/account", w.totp).await {
        Ok(f) => f,
        Err(error) => return page_frame::broken(&app, seat.language, &error),
    };
    let totp = seat.user.totp.as_ref();
    let waiting = totp.filter(|totp| !totp.is_confirmed());
    let picture = waiting.and_then(|totp| {
        let address = totp.address(&seat.user.name);
        let code = QrCode::with_error_correction_level(address, EcLevel::M).ok()?;
        let drawn = code.render::<svg::Color<'_>>().min_dimensions(CODE, CODE).build();
        Some(crate::secrets::base64(drawn.as_bytes()))
    });
    let page = Page {
        f,
        is_on: totp.is_some_and(Totp::is_confirmed),
        left: totp.map_or(0, Totp::recovery_left),
        secret: waiting.map(|totp| totp.secret().to_owned()).unwrap_or_default(),
        picture: picture.unwrap_or_default(),
    };
    page_frame::page(&app, seat.language, &page)
}

/// Form of the page.
#[derive(Deserialize)]
pub(crate) struct FormFields {
    r#do: String,
    #[serde(default)]
    code: String,
}

pub(crate) async fn change(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    match changed(&app, &seat, &given).await {
        Ok(notice) => {
            app.tell(seat.token, notice);
            page_frame::to(&app, "/account/totp")
        }
        Err(error) => page_frame::broken(&app, seat.language, &error),
    }
}

async fn changed(app: &App, seat: &UserContext, given: &FormFields) -> crate::Result<Notice> {
    let w = seat.language.words();
    let now = app.backend.now();
    let before = &seat.user;
    let keys = [format!("code:{}", before.name)];
    let is_on = before.totp.as_ref().is_some_and(Totp::is_confirmed);
    if given.r#do != "begin" && !app.throttle.admits(&keys, now) {
        return Ok(Notice::error(w.wait_login));
    }
    let (totp, action, told) = match (given.r#do.as_str(), &before.totp) {
        ("begin", _) if !is_on => (Some(Totp::new()), "", Notice::done(w.totp_scan)),
        ("confirm", Some(totp)) if !is_on => match totp.confirm(&given.code, now) {
            Some((totp, codes)) => {
                let told = format!("{}\n{}", w.totp_codes, codes.join("\n"));
                (Some(totp), "second_step_on", Notice::done(told))
            }
            None => return Ok(Notice::error(w.wrong_code)),
        },
        ("end", Some(totp)) if is_on => match totp.take(&given.code, now) {
            Some(_) => (None, "second_step_off", Notice::done(w.saved)),
            None => return Ok(Notice::error(w.wrong_code)),
        },
        _ => return Ok(Notice::error(w.broken)),
    };
    let user = User {
        totp,
        ..before.clone()
    };
    if !app.backend.put_user(Some(before), &user).await? {
        return Ok(Notice::error(w.changed_meanwhile));
    }
    app.throttle.succeeded(&keys[0]);
    if !action.is_empty() {
        note(app, &user.name, action, "").await?;
    }
    Ok(told)
}
