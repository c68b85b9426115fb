//! Log-in by an identity provider. Whoever comes by it is a user whom an owner invited, by the e-mail address or the name that the owner
//! gave; the first log-in ties the user to the provider's id of them. Nobody becomes a user by logging in.

use super::{login, note};
use crate::app::App;
use crate::backend::BackendError;
use crate::guard;
use crate::page_frame::{self, Frame};
use crate::session_cookie;
use crate::sso::{Identity, OnWay};
use crate::texts::PageLanguage;
use crate::user_accounts::User;
use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use serde::Deserialize;
use std::sync::Arc;

/// Name of the cookie that ties a log-in to its browser. It comes back from another site, so that it can't be strict.
const COOKIE: &str = "groupdesk-login";

/// Path to which log-ins come back.
const BACK: &str = "/login/callback";

#[derive(Template)]
#[template(path = "onward.html")]
struct Onward {
    f: Frame,
    to: String,
}

/// Query with which a log-in begins.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    next: String,
}

/// Query with which it comes back.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct FormFields {
    #[serde(default)]
    state: String,
    #[serde(default)]
    code: String,
}

/// Returns the address of the dashboard as this browser knows it, with a path.
fn address(app: &App, headers: &HeaderMap, path: &str) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let scheme = if guard::is_over_tls(headers) {
        "https"
    } else {
        "http"
    };
    Some(format!("{scheme}://{host}{}{path}", app.base))
}

fn cookie(app: &App, headers: &HeaderMap, token: Option<&str>) -> Option<HeaderValue> {
    let secure = if guard::is_over_tls(headers) {
        "; Secure"
    } else {
        ""
    };
    let life = if token.is_some() { 600 } else { 0 };
    let text = format!(
        "{COOKIE}={}; Path={}/login; HttpOnly; SameSite=Lax; Max-Age={life}{secure}",
        token.unwrap_or_default(),
        app.base
    );
    HeaderValue::from_str(&text).ok()
}

/// Sends a browser to the identity provider.
pub(crate) async fn begin(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    let language = PageLanguage::of(None, guard::accepted(&headers));
    let w = language.words();
    let (Some(provider), Some(back)) = (app.backend.identity_provider(), address(&app, &headers, BACK))
    else {
        return page_frame::refusal(&app, language, StatusCode::NOT_FOUND, w.not_found);
    };
    let begun = match provider.begin(&back).await {
        Ok(begun) => begun,
        Err(why) => return refused(&app, &headers, StatusCode::BAD_GATEWAY, w.provider_failed, &why),
    };
    let Ok(to) = HeaderValue::from_str(&begun.url) else {
        let why = "its address is none";
        return refused(&app, &headers, StatusCode::BAD_GATEWAY, w.provider_failed, why);
    };
    let next = login::own_path(&app, &asked.next);
    let token = app.on_ways.keep(begun, back, next, app.backend.now());
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::LOCATION, to);
    if let Some(cookie) = cookie(&app, &headers, Some(&token)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Takes a browser that comes back.
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Query(given): Query<FormFields>,
) -> Response<Body> {
    let language = PageLanguage::of(None, guard::accepted(&headers));
    let w = language.words();
    let Some(provider) = app.backend.identity_provider() else {
        return page_frame::refusal(&app, language, StatusCode::NOT_FOUND, w.not_found);
    };
    let browser = session_cookie::cookie_of(&headers, COOKIE).unwrap_or_default();
    let Some(way) = app.on_ways.take(&given.state, browser, app.backend.now()) else {
        let why = "it was not begun here, is over, or was ended before";
        return refused(&app, &headers, StatusCode::FORBIDDEN, w.code_over, why);
    };
    let identity = match provider.end(&way.back, &given.code, &way.begun).await {
        Ok(identity) => identity,
        Err(why) => return refused(&app, &headers, StatusCode::FORBIDDEN, w.provider_failed, &why),
    };
    let user = match found(&app, &identity).await {
        Ok(Some(user)) => user,
        Ok(None) => {
            let who = identity.email.or(identity.name).unwrap_or(identity.subject);
            let who: String = who.chars().take(60).collect();
            if let Err(error) = note(&app, &who, "login_failed", provider.name()).await {
                return page_frame::broken(&app, language, &error);
            }
            return refused(
                &app,
                &headers,
                StatusCode::FORBIDDEN,
                w.provider_unknown,
                "nobody has invited them",
            );
        }
        Err(error) => return page_frame::broken(&app, language, &error),
    };
    entered(&app, &headers, &user, &way).await
}

/// Finds the user who was invited for an identity, and ties them to it.
async fn found(app: &App, identity: &Identity) -> Result<Option<User>, BackendError> {
    let users = app.backend.users().await?;
    let known = users
        .iter()
        .find(|user| user.subject.as_deref() == Some(&identity.subject));
    if let Some(user) = known {
        return Ok(Some(user.clone()).filter(|user| !user.ended));
    }
    let is = |login: &str, other: &Option<String>| {
        other
            .as_ref()
            .is_some_and(|other| other.eq_ignore_ascii_case(login))
    };
    let invited = users.into_iter().find(|user| {
        let login = user.login.as_deref().filter(|login| !login.is_empty());
        let named = login.is_some_and(|login| {
            is(login, &identity.email) || (!login.contains('@') && is(login, &identity.name))
        });
        named && user.subject.is_none() && !user.ended
    });
    let Some(before) = invited else {
        return Ok(None);
    };
    let user = User {
        subject: Some(identity.subject.clone()),
        link: None,
        ..before.clone()
    };
    let tied = app.backend.put_user(Some(&before), &user).await?;
    Ok(tied.then_some(user))
}

/// Starts the session, or asks for the second step. The session's cookie is strict: a page of the dashboard itself goes on, for a
/// redirect would still be a step of the other site.
async fn entered(app: &App, headers: &HeaderMap, user: &User, way: &OnWay) -> Response<Body> {
    let language = PageLanguage::of(user.language.as_deref(), guard::accepted(headers));
    if let Some(asked) = login::code_asked(app, headers, user, &way.next) {
        return asked;
    }
    let session = match login::begin_session(app, headers, user, ("login", "OpenID Connect")).await {
        Ok(session) => session,
        Err(error) => return page_frame::broken(app, language, &error),
    };
    let page = Onward {
        f: Frame::outside(app, language, language.words().log_in),
        to: format!("{}{}", app.base, way.next),
    };
    let mut response = page_frame::html(app, language, StatusCode::OK, &page);
    for cookie in [session, cookie(app, headers, None)].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Refuses a log-in on the page from which it can begin again.
fn refused(app: &App, headers: &HeaderMap, status: StatusCode, says: &str, why: &str) -> Response<Body> {
    tracing::warn!(why, "a log-in by the identity provider was refused");
    login::form(app, headers, status, (String::new(), String::new()), Some(says))
}
