//! Log-in and log-out.

use super::note;
use crate::app::App;
use crate::flash_notice::Notice;
use crate::guard::{self, PeerAddress};
use crate::page_frame::{self, Frame, UserContext};
use crate::password_hashing::Ticket;
use crate::session_cookie;
use crate::texts::PageLanguage;
use crate::user_accounts::User;
use askama::Template;
use axum::body::Body;
use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use axum::{Extension, response::IntoResponse};
use serde::Deserialize;
use std::sync::Arc;

/// Most characters of a name that are kept of a failed log-in.
const NAME_MAX: usize = 60;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    f: Frame,
    next: String,
    name: String,
    plain_http: bool,
    /// Name of the identity provider, and the query with which it is asked.
    provider: Option<(String, String)>,
}

/// Query of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct QueryParams {
    #[serde(default)]
    next: String,
}

/// Form of the page.
#[derive(Deserialize)]
pub(crate) struct FormFields {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Returns a path of the dashboard to go to; one of another site counts as none.
pub(super) fn own_path(app: &App, next: &str) -> String {
    let path = next.strip_prefix(app.base.as_str()).unwrap_or_default();
    let own = path.starts_with('/')
        && !path.starts_with("//")
        && !path.starts_with("/login")
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if own { path.to_owned() } else { "/".to_owned() }
}

/// `true` if a page is shown without encryption to another machine.
fn is_plain(headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let near = host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
    !guard::is_over_tls(headers) && !near
}

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    seat: Option<Extension<UserContext>>,
    headers: HeaderMap,
    Query(asked): Query<QueryParams>,
) -> Response<Body> {
    if seat.is_some() {
        return page_frame::to(&app, &own_path(&app, &asked.next));
    }
    form(&app, &headers, StatusCode::OK, (asked.next, String::new()), None)
}

pub(super) fn form(
    app: &App,
    headers: &HeaderMap,
    status: StatusCode,
    (next, name): (String, String),
    error: Option<&str>,
) -> Response<Body> {
    let language = PageLanguage::of(None, guard::accepted(headers));
    let mut f = Frame::outside(app, language, language.words().log_in);
    f.notices.extend(error.map(Notice::error));
    let provider = app.backend.identity_provider().map(|provider| {
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        (provider.name().to_owned(), format!("?next={next}"))
    });
    let page = Page {
        f,
        provider,
        next,
        name,
        plain_http: is_plain(headers),
    };
    page_frame::html(app, language, status, &page)
}

pub(crate) async fn log_in(
    State(app): State<Arc<App>>,
    peer: Option<Extension<PeerAddress>>,
    headers: HeaderMap,
    Form(given): Form<FormFields>,
) -> Response<Body> {
    let language = PageLanguage::of(None, guard::accepted(&headers));
    let w = language.words();
    let now = app.backend.now();
    let name: String = given.name.trim().chars().take(NAME_MAX).collect();
    let address = guard::caller(peer.map(|Extension(peer)| peer), &headers);
    let keys = [format!("name:{name}"), format!("address:{address}")];
    let again = (given.next.clone(), name.clone());
    // Before anything is waited for: many at once must not pass together.
    let Some(ticket) = app.counter.queue() else {
        return page_frame::busy(&app, language);
    };
    if !app.throttle.admits(&keys, now) {
        return form(
            &app,
            &headers,
            StatusCode::TOO_MANY_REQUESTS,
            again,
            Some(w.wait_login),
        );
    }
    let found = match app.backend.user(&name).await {
        Ok(found) => found.filter(|user| !user.ended),
        Err(error) => return page_frame::broken(&app, language, &error),
    };
    match right_password(ticket, found, given.password).await {
        Some(user) => {
            app.throttle.succeeded(&keys[0]);
            app.throttle.succeeded(&keys[1]);
            let next = own_path(&app, &given.next);
            match code_asked(&app, &headers, &user, &next) {
                Some(asked) => asked,
                None => enter(&app, &user, &headers, &next, "login").await,
            }
        }
        None => {
            if let Err(error) = note(&app, &name, "login_failed", address).await {
                return page_frame::broken(&app, language, &error);
            }
            form(
                &app,
                &headers,
                StatusCode::UNAUTHORIZED,
                again,
                Some(w.wrong_login),
            )
        }
    }
}

#[derive(Template)]
#[template(path = "login_code.html")]
struct CodePage {
    f: Frame,
    token: String,
}

fn code_form(
    app: &App,
    headers: &HeaderMap,
    status: StatusCode,
    token: String,
    error: Option<&str>,
) -> Response<Body> {
    let language = PageLanguage::of(None, guard::accepted(headers));
    let mut f = Frame::outside(app, language, language.words().log_in);
    f.notices.extend(error.map(Notice::error));
    page_frame::html(app, language, status, &CodePage { f, token })
}

/// Form of the second step.
#[derive(Deserialize)]
pub(crate) struct Code {
    token: String,
    code: String,
}

/// Takes the code of an authenticator app, or a recovery code.
pub(crate) async fn second_step(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    Form(given): Form<Code>,
) -> Response<Body> {
    let language = PageLanguage::of(None, guard::accepted(&headers));
    let w = language.words();
    let now = app.backend.now();
    let Some(waiting) = app.second_steps.find(&given.token, now) else {
        let over = Some(w.code_over);
        return form(
            &app,
            &headers,
            StatusCode::UNAUTHORIZED,
            (String::new(), String::new()),
            over,
        );
    };
    let keys = [format!("code:{}", waiting.user)];
    if !app.throttle.admits(&keys, now) {
        return code_form(
            &app,
            &headers,
            StatusCode::TOO_MANY_REQUESTS,
            given.token,
            Some(w.wait_login),
        );
    }
    let taken = async {
        let Some(before) = app.backend.user(&waiting.user).await?.filter(|user| !user.ended) else {
            return Ok(None);
        };
        let Some(totp) = before.totp.as_ref().and_then(|totp| totp.take(&given.code, now)) else {
            return Ok(None);
        };
        let user = User {
            totp: Some(totp),
            ..before.clone()
        };
        // The same code sent twice at once: the user has changed for the second.
        Ok(app.backend.put_user(Some(&before), &user).await?.then_some(user))
    };
    match taken.await {
        Ok(Some(user)) => {
            app.throttle.succeeded(&keys[0]);
            app.second_steps.end(&given.token);
            enter(&app, &user, &headers, &waiting.next, "login").await
        }
        Ok(None) => {
            if let Err(error) = note(&app, &waiting.user, "login_failed", "code").await {
                return page_frame::broken(&app, language, &error);
            }
            code_form(
                &app,
                &headers,
                StatusCode::UNAUTHORIZED,
                given.token,
                Some(w.wrong_code),
            )
        }
        Err(error) => page_frame::broken(&app, language, &error),
    }
}

/// Returns the user if the password is theirs. It takes as long where there is no user.
pub(super) async fn right_password(ticket: Ticket, user: Option<User>, password: String) -> Option<User> {
    let hash = user.as_ref().and_then(|user| user.password.clone());
    let is_right = ticket.verify_password(password, hash).await;
    is_right.then_some(user).flatten()
}

/// Starts a session, and sends the browser to a page.
pub(super) async fn enter(
    app: &App,
    user: &User,
    headers: &HeaderMap,
    path: &str,
    action: &str,
) -> Response<Body> {
    let language = PageLanguage::of(user.language.as_deref(), guard::accepted(headers));
    match begin_session(app, headers, user, (action, "")).await {
        Ok(cookie) => {
            let mut response = page_frame::to(app, path);
            if let Some(cookie) = cookie {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => page_frame::broken(app, language, &error),
    }
}

/// Starts a session and notes it with an action and its detail; returns the header that gives it to the browser.
pub(super) async fn begin_session(
    app: &App,
    headers: &HeaderMap,
    user: &User,
    (action, detail): (&str, &str),
) -> crate::Result<Option<HeaderValue>> {
    let started = session_cookie::start_session(app, user, headers, app.backend.now()).await;
    let noted = note(app, &user.name, action, detail).await;
    let cookie = started?;
    noted?;
    Ok(cookie)
}

/// Asks for the code of a user who has a second step; `None` for everybody else.
pub(super) fn code_asked(app: &App, headers: &HeaderMap, user: &User, next: &str) -> Option<Response<Body>> {
    user.totp.as_ref().filter(|totp| totp.is_confirmed())?;
    let token = app.second_steps.begin(&user.name, next, app.backend.now());
    Some(code_form(app, headers, StatusCode::OK, token, None))
}

pub(crate) async fn log_out(
    State(app): State<Arc<App>>,
    Extension(seat): Extension<UserContext>,
) -> Response<Body> {
    let ended = app.backend.end_session(seat.token).await;
    let noted = note(&app, &seat.user.name, "logout", "").await;
    if let Err(error) = ended.and(noted) {
        return page_frame::broken(&app, seat.language, &error);
    }
    let mut response = page_frame::to(&app, "/login").into_response();
    if let Some(cookie) = session_cookie::session_cookie(None, &app.base, seat.over_tls) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}
