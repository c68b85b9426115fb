//! One-time links: whoever opens one chooses a password, once.

use super::login;
use crate::app::App;
use crate::flash_notice::Notice;
use crate::guard;
use crate::page_frame::{self, Frame};
use crate::secrets;
use crate::texts::PageLanguage;
use crate::user_accounts::{PASSWORD_MAX, PASSWORD_MIN, User};
use askama::Template;
use axum::body::Body;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "join.html")]
struct Page {
    f: Frame,
    /// Name of the user; `None` if the link can't be used.
    name: Option<String>,
    token: String,
}

/// Form of the page.
#[derive(Deserialize)]
pub(crate) struct FormFields {
    password: String,
    again: String,
}

/// Finds the user of a link.
async fn user_of(app: &App, token: &str) -> crate::Result<Option<User>> {
    let (hash, now) = (secrets::sha256(token), app.backend.now());
    let users = app.backend.users().await?;
    Ok(users.into_iter().find(|user| user.has_link(hash, now)))
}

fn form(
    app: &App,
    headers: &HeaderMap,
    user: Option<&User>,
    token: &str,
    error: Option<&str>,
) -> Response<Body> {
    let language = PageLanguage::of(None, guard::accepted(headers));
    let mut f = Frame::outside(app, language, language.words().welcome);
    f.notices.extend(error.map(Notice::error));
    let status = match (user, error) {
        (None, _) => StatusCode::GONE,
        (_, Some(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    let page = Page {
        f,
        name: user.map(|user| user.name.clone()),
        token: token.to_owned(),
    };
    page_frame::html(app, language, status, &page)
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response<Body> {
    match user_of(&app, &token).await {
        Ok(user) => form(&app, &headers, user.as_ref(), &token, None),
        Err(error) => page_frame::broken(&app, PageLanguage::of(None, guard::accepted(&headers)), &error),
    }
}

/// Returns the reason for which a password can't be one.
pub(super) fn unfit(language: PageLanguage, password: &str, again: &str) -> Option<&'static str> {
    let w = language.words();
    if password != again {
        Some(w.passwords_differ)
    } else if password.chars().count() < PASSWORD_MIN || password.len() > PASSWORD_MAX {
        Some(w.password_short)
    } else {
        None
    }
}

pub(crate) async fn join(
    State(app): State<Arc<App>>,
    Path(token): Path<String>,
    headers: HeaderMap,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    let language = PageLanguage::of(None, guard::accepted(&headers));
    let before = match user_of(&app, &token).await {
        Ok(Some(user)) => user,
        Ok(None) => return form(&app, &headers, None, &token, None),
        Err(error) => return page_frame::broken(&app, language, &error),
    };
    if let Some(why) = unfit(language, &given.password, &given.again) {
        return form(&app, &headers, Some(&before), &token, Some(why));
    }
    let Some(ticket) = app.counter.queue() else {
        return page_frame::busy(&app, language);
    };
    let user = User {
        password: ticket.hash(given.password).await,
        link: None,
        // A link is for those who are locked out, of their app too.
        totp: None,
        ..before.clone()
    };
    if user.password.is_none() {
        return page_frame::broken(
            &app,
            language,
            &crate::BackendError("a password can't be hashed".to_owned()),
        );
    }
    // Whoever uses the link first has it: the user must still be as the link was found.
    let joined = async {
        let joined = app.backend.put_user(Some(&before), &user).await?;
        if joined {
            app.backend.end_sessions(&user.name).await?;
        }
        Ok(joined)
    };
    match joined.await {
        Ok(true) => login::enter(&app, &user, &headers, "/", "joined").await,
        Ok(false) => form(&app, &headers, None, &token, None),
        Err(error) => page_frame::broken(&app, language, &error),
    }
}
