//! Checks that every request passes: headers that leave nothing to a browser's goodwill, the origin of what changes something, the
//! session, and the role that its route needs.

use crate::app::App;
use crate::backend::TokenHash;
use crate::page_frame::{self, UserContext};
pub(crate) use crate::session_cookie::is_over_tls;
use crate::session_cookie::{LIFETIME_MAX, session_token};
use crate::texts::PageLanguage;
use crate::user_accounts::{Role, User};
use axum::body::Body;
use axum::extract::{MatchedPath, OriginalUri, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header};
use axum::middleware::Next;
use jiff::SignedDuration;
use std::net::IpAddr;
use std::sync::Arc;

/// A route, and the role that it needs.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// Method of its requests.
    pub method: &'static str,
    /// Path, with the names of its parts in braces.
    pub path: &'static str,
    /// Role that it needs; `None` is for everybody.
    pub needs: Option<Role>,
}

const fn route(method: &'static str, path: &'static str, needs: Option<Role>) -> Route {
    Route { method, path, needs }
}

/// Every route of the dashboard. One that is not here is refused.
pub const ROUTES: &[Route] = &[
    route("GET", "/", Some(Role::Viewer)),
    route("GET", "/login", None),
    route("POST", "/login", None),
    route("POST", "/login/code", None),
    route("GET", "/login/with", None),
    route("GET", "/login/callback", None),
    route("POST", "/logout", Some(Role::Viewer)),
    route("GET", "/join/{token}", None),
    route("POST", "/join/{token}", None),
    route("GET", "/tickets", Some(Role::Viewer)),
    route("GET", "/tickets/{number}", Some(Role::Viewer)),
    route("POST", "/tickets/{number}/order", Some(Role::Staff)),
    route("POST", "/tickets/{number}/draft", Some(Role::Staff)),
    route("POST", "/tickets/{number}/here", Some(Role::Staff)),
    route("POST", "/tickets/{number}/question", Some(Role::Staff)),
    route("GET", "/tickets/{number}/file/{format}", Some(Role::Viewer)),
    route("GET", "/live", Some(Role::Viewer)),
    route("GET", "/faq", Some(Role::Admin)),
    route("POST", "/faq/check", Some(Role::Admin)),
    route("POST", "/faq/preview", Some(Role::Admin)),
    route("POST", "/faq/save", Some(Role::Admin)),
    route("GET", "/faq/entry", Some(Role::Admin)),
    route("POST", "/faq/entry", Some(Role::Admin)),
    route("POST", "/faq/entry/check", Some(Role::Admin)),
    route("GET", "/faq/versions", Some(Role::Admin)),
    route("GET", "/faq/versions/{version}", Some(Role::Admin)),
    route("GET", "/faq/versions/{version}/changes", Some(Role::Admin)),
    route("GET", "/unanswered", Some(Role::Admin)),
    route("POST", "/unanswered/{group}", Some(Role::Admin)),
    route("GET", "/hours", Some(Role::Admin)),
    route("POST", "/hours", Some(Role::Admin)),
    route("GET", "/figures", Some(Role::Viewer)),
    route("GET", "/figures/csv", Some(Role::Viewer)),
    route("GET", "/figures/{figure}", Some(Role::Viewer)),
    route("GET", "/why", Some(Role::Viewer)),
    route("GET", "/why/{id}", Some(Role::Viewer)),
    route("GET", "/labels", Some(Role::Admin)),
    route("POST", "/labels/{id}", Some(Role::Admin)),
    route("GET", "/channels", Some(Role::Admin)),
    route("POST", "/channels/switch", Some(Role::Admin)),
    route("GET", "/accounts/{name}/code", Some(Role::Admin)),
    route(
        "GET",
        "/tickets/{number}/picture/{line}/{link}",
        Some(Role::Viewer),
    ),
    route("GET", "/data", Some(Role::Admin)),
    route("GET", "/data/faq/{format}", Some(Role::Admin)),
    route("POST", "/data/import", Some(Role::Admin)),
    route("POST", "/data/upload", Some(Role::Admin)),
    route("GET", "/data/tickets", Some(Role::Admin)),
    route("GET", "/data/audit", Some(Role::Admin)),
    route("POST", "/data/backup", Some(Role::Owner)),
    route("GET", "/try", Some(Role::Viewer)),
    route("GET", "/account", Some(Role::Viewer)),
    route("POST", "/account/language", Some(Role::Viewer)),
    route("POST", "/account/password", Some(Role::Viewer)),
    route("POST", "/account/sessions", Some(Role::Viewer)),
    route("GET", "/account/totp", Some(Role::Viewer)),
    route("POST", "/account/totp", Some(Role::Viewer)),
    route("GET", "/users", Some(Role::Owner)),
    route("POST", "/users/invite", Some(Role::Owner)),
    route("POST", "/users/{name}", Some(Role::Owner)),
    route("GET", "/keys", Some(Role::Admin)),
    route("POST", "/keys", Some(Role::Admin)),
    route("GET", "/audit", Some(Role::Admin)),
    route("GET", "/assets/{hash}/{name}", None),
];

/// Address of the caller, which the listener puts into each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub IpAddr);

/// Time after which an unused session is over.
const IDLE_MAX: SignedDuration = SignedDuration::from_hours(12);

/// Age of the record of a session's last use from which on it is written anew.
const SEEN_AGAIN: SignedDuration = SignedDuration::from_mins(5);

/// Source of everything that a page loads: the dashboard alone, and no script or style inside a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Sets the headers of every response, and refuses requests of other sites that change something.
pub(crate) async fn protect(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let unsafe_method = !matches!(*request.method(), Method::GET | Method::HEAD);
    let language = PageLanguage::of(None, accepted(request.headers()));
    let mut response = if unsafe_method && !is_of_own_page(request.headers()) {
        page_frame::refusal(&app, language, StatusCode::FORBIDDEN, language.words().forbidden)
    } else {
        next.run(request).await
    };
    let head = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: browsers then send `Origin: null` with the forms of these very pages.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=()",
        ),
    ] {
        head.insert(name, HeaderValue::from_static(value));
    }
    // Pages hold members' words: no proxy and no disk keeps them.
    head.entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Admits a request whose session has the role that its route needs.
pub(crate) async fn admit(
    State(app): State<Arc<App>>,
    path: MatchedPath,
    OriginalUri(uri): OriginalUri,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    let own = path.as_str().strip_prefix(app.base.as_str()).unwrap_or_default();
    let own = if own.is_empty() { "/" } else { own };
    let method = if request.method() == Method::HEAD {
        "GET"
    } else {
        request.method().as_str()
    };
    let route = ROUTES
        .iter()
        .find(|route| route.path == own && route.method == method);
    let seat = match seat(&app, request.headers()).await {
        Ok(seat) => seat,
        Err(error) => {
            return page_frame::broken(&app, PageLanguage::of(None, accepted(request.headers())), &error);
        }
    };
    let language = seat.as_ref().map_or_else(
        || PageLanguage::of(None, accepted(request.headers())),
        |seat| seat.language,
    );
    match (route.map(|route| route.needs), seat) {
        (Some(None), seat) => {
            if let Some(seat) = seat {
                request.extensions_mut().insert(seat);
            }
            next.run(request).await
        }
        (Some(Some(needs)), Some(seat)) if seat.user.may(needs) => {
            request.extensions_mut().insert(seat);
            next.run(request).await
        }
        (Some(Some(_)), None) => {
            let back = uri.path_and_query().map_or("/", |path| path.as_str());
            let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
            page_frame::to_log_in(&app, request.headers(), is_get.then_some(back))
        }
        _ => page_frame::refusal(&app, language, StatusCode::FORBIDDEN, language.words().no_right),
    }
}

/// Answers for a path at which there is nothing.
pub(crate) async fn not_found(State(app): State<Arc<App>>, headers: HeaderMap) -> Response<Body> {
    let language = PageLanguage::of(None, accepted(&headers));
    page_frame::refusal(&app, language, StatusCode::NOT_FOUND, language.words().not_found)
}

/// Returns the languages that a browser asks for.
pub(crate) fn accepted(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()
}

/// `true` if a page of the dashboard sent a request, or the browser's own address bar. A request that does not say is refused. What
/// a browser itself says of its page counts before the origin, which a referrer policy or a proxy's `Host` can spoil.
fn is_of_own_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let origin_is_own = || match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, from)| from.eq_ignore_ascii_case(host)),
        _ => false,
    };
    match text("sec-fetch-site") {
        Some("same-origin") => true,
        Some("none") => text("origin").is_none() || origin_is_own(),
        Some(_) => false,
        None => origin_is_own(),
    }
}

/// Returns the address of a caller for counting its failures: that which a proxy on this machine names, else its own.
pub(crate) fn caller(peer: Option<PeerAddress>, headers: &HeaderMap) -> String {
    let peer = peer.map(|PeerAddress(peer)| peer);
    let forwarded = headers.get("x-forwarded-for").and_then(|list| {
        list.to_str()
            .ok()?
            .rsplit(',')
            .next()?
            .trim()
            .parse::<IpAddr>()
            .ok()
    });
    let address = match peer {
        Some(peer) if peer.is_loopback() => forwarded.or(Some(peer)),
        peer => peer,
    };
    address.map(|address| address.to_string()).unwrap_or_default()
}

/// Finds the session of a request's cookie, with its user.
async fn seat(app: &App, headers: &HeaderMap) -> crate::Result<Option<UserContext>> {
    let Some(token) = session_token(headers) else {
        return Ok(None);
    };
    let Some(session) = app.backend.session(token).await? else {
        return Ok(None);
    };
    let now = app.backend.now();
    let over =
        now.duration_since(session.seen) > IDLE_MAX || now.duration_since(session.created) > LIFETIME_MAX;
    let user = if over {
        None
    } else {
        app.backend.user(&session.user).await?
    };
    let Some(user) = user.filter(|user| !user.ended) else {
        app.backend.end_session(token).await?;
        return Ok(None);
    };
    if now.duration_since(session.seen) > SEEN_AGAIN {
        app.backend.touch_session(token, now).await?;
    }
    Ok(Some(of_user(user, token, headers)))
}

/// `true` while a session may go on: of a stream that outlives many requests.
pub(crate) async fn goes_on(app: &App, seat: &UserContext) -> bool {
    let session = app.backend.session(seat.token).await;
    let user = app.backend.user(&seat.user.name).await;
    match (session, user) {
        (Ok(Some(_)), Ok(Some(user))) => {
            !user.ended && user.role == seat.user.role && user.rooms == seat.user.rooms
        }
        _ => false,
    }
}

fn of_user(user: User, token: TokenHash, headers: &HeaderMap) -> UserContext {
    UserContext {
        language: PageLanguage::of(user.language.as_deref(), accepted(headers)),
        over_tls: is_over_tls(headers),
        by_script: headers.contains_key("hx-request"),
        user,
        token,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session_cookie::tests::headers;

    #[test]
    fn only_a_page_of_the_dashboard_changes_something() {
        let host = ("host", "127.0.0.1:8080");
        for (given, own) in [
            (
                vec![
                    host,
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "http://127.0.0.1:8080"),
                ],
                true,
            ),
            (vec![host, ("sec-fetch-site", "none")], true),
            (vec![host, ("origin", "http://127.0.0.1:8080")], true),
            (vec![host], false),
            (vec![host, ("sec-fetch-site", "cross-site")], false),
            (
                vec![
                    host,
                    ("sec-fetch-site", "same-site"),
                    ("origin", "http://127.0.0.1:8080"),
                ],
                false,
            ),
            (
                vec![
                    host,
                    ("sec-fetch-site", "none"),
                    ("origin", "http://evil.example"),
                ],
                false,
            ),
            (
                vec![host, ("sec-fetch-site", "same-origin"), ("origin", "null")],
                true,
            ),
            (
                vec![host, ("sec-fetch-site", "cross-site"), ("origin", "null")],
                false,
            ),
            (vec![host, ("origin", "null")], false),
            (vec![host, ("origin", "http://127.0.0.1:8081")], false),
            (vec![("origin", "http://127.0.0.1:8080")], false),
        ] {
            assert_eq!(is_of_own_page(&headers(&given)), own, "{given:?}");
        }
    }

    #[test]
    fn a_proxy_on_this_machine_says_who_calls_and_nobody_else_does() {
        let forwarded = headers(&[("x-forwarded-for", "1.1.1.1, 9.9.9.9")]);
        let peer = |address: &str| address.parse().ok().map(PeerAddress);
        assert_eq!(caller(peer("127.0.0.1"), &forwarded), "9.9.9.9");
        assert_eq!(caller(peer("8.8.8.8"), &forwarded), "8.8.8.8");
        assert_eq!(caller(peer("127.0.0.1"), &HeaderMap::new()), "127.0.0.1");
    }
}
