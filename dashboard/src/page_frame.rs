//! Parts that pages have in common: the frame with its navigation, notices, redirects and refusals.

use crate::app::App;
use crate::assets;
use crate::backend::{BackendError, TokenHash};
use crate::flash_notice::Notice;
use crate::texts::{PageLanguage, Words};
use crate::user_accounts::{Role, User};
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

/// A user at their browser.
#[derive(Debug, Clone)]
pub(crate) struct UserContext {
    pub(crate) user: User,
    pub(crate) token: TokenHash,
    pub(crate) language: PageLanguage,
    pub(crate) over_tls: bool,
    /// `true` if the script of a page asks, for a part of it.
    pub(crate) by_script: bool,
}

/// A link of the navigation.
#[derive(Debug)]
pub(crate) struct NavItem {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    pub(crate) is_current: bool,
    /// `true` if the number of tickets that wait stands beside it.
    pub(crate) counts: bool,
}

/// The frame of a page.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) w: &'static Words,
    pub(crate) language: PageLanguage,
    pub(crate) base: String,
    pub(crate) title: String,
    pub(crate) user: Option<String>,
    pub(crate) nav: Vec<NavItem>,
    pub(crate) waits: usize,
    pub(crate) notices: Vec<Notice>,
    pub(crate) style: String,
    pub(crate) htmx: String,
    pub(crate) script: String,
    pub(crate) icon: String,
}

impl Frame {
    /// Makes the frame of a page that somebody without a session sees.
    pub(crate) fn outside(app: &App, language: PageLanguage, title: &str) -> Self {
        let asset = |name| format!("{}{}", app.base, assets::address(name));
        Self {
            w: language.words(),
            language,
            base: app.base.clone(),
            title: title.to_owned(),
            user: None,
            nav: Vec::new(),
            waits: 0,
            notices: Vec::new(),
            style: asset("style.css"),
            htmx: asset("htmx.js"),
            script: asset("desk.js"),
            icon: asset("icon.svg"),
        }
    }

    /// Makes the frame of a page at `path`, which a user sees.
    ///
    /// # Errors
    /// Fails when the backend does.
    pub(crate) async fn inside(
        app: &App,
        seat: &UserContext,
        path: &str,
        title: &str,
    ) -> crate::Result<Self> {
        let waits = app.backend.open_tickets(&seat.user).await?;
        let waits = waits
            .iter()
            .filter(|row| row.owner.is_none() && row.status.is_active())
            .count();
        let mut frame = Self::outside(app, seat.language, title);
        let w = frame.w;
        let items = [
            ("/", w.overview, Role::Viewer),
            ("/tickets", w.tickets, Role::Viewer),
            ("/unanswered", w.unanswered, Role::Admin),
            ("/faq", w.faq, Role::Admin),
            ("/hours", w.hours, Role::Admin),
            ("/figures", w.figures, Role::Viewer),
            ("/labels", w.labels, Role::Admin),
            ("/why", w.why, Role::Viewer),
            ("/try", w.try_it, Role::Viewer),
            ("/channels", w.channels, Role::Admin),
            ("/data", w.data, Role::Admin),
            ("/users", w.users, Role::Owner),
            ("/keys", w.api_keys, Role::Admin),
            ("/audit", w.audit, Role::Admin),
        ];
        frame.nav = items
            .into_iter()
            .filter(|(_, _, needs)| seat.user.may(*needs))
            // Keys are for websites alone.
            .filter(|(at, _, _)| *at != "/keys" || !app.backend.websites().is_empty())
            .map(|(at, label, _)| NavItem {
                href: format!("{}{at}", app.base),
                label,
                is_current: at == path,
                counts: at == "/tickets",
            })
            .collect();
        frame.user = Some(seat.user.name.clone());
        frame.waits = waits;
        // A part is no place for what is told once: the next whole page has it.
        if !seat.by_script {
            frame.notices = app.take_notices(seat.token);
        }
        Ok(frame)
    }
}

/// Renders a page.
pub(crate) fn page(app: &App, language: PageLanguage, template: &impl Template) -> Response<Body> {
    html(app, language, StatusCode::OK, template)
}

/// Renders a page, or the fault for which it can't be made.
pub(crate) fn page_or_fault(
    app: &App,
    language: PageLanguage,
    made: Result<impl Template, BackendError>,
) -> Response<Body> {
    match made {
        Ok(template) => page(app, language, &template),
        Err(error) => broken(app, language, &error),
    }
}

/// Renders a page; says `missing` where there is nothing to show, or the fault for which it can't be made.
pub(crate) fn page_or_missing(
    app: &App,
    language: PageLanguage,
    made: Result<Option<impl Template>, BackendError>,
    missing: &str,
) -> Response<Body> {
    match made {
        Ok(Some(template)) => page(app, language, &template),
        Ok(None) => refusal(app, language, StatusCode::NOT_FOUND, missing),
        Err(error) => broken(app, language, &error),
    }
}

/// Renders a page with a status.
pub(crate) fn html(
    app: &App,
    language: PageLanguage,
    status: StatusCode,
    template: &impl Template,
) -> Response<Body> {
    match template.render() {
        Ok(text) => {
            let mut response = Response::new(Body::from(text));
            *response.status_mut() = status;
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            response
        }
        Err(error) => broken(
            app,
            language,
            &BackendError(format!("a page can't be rendered: {error}")),
        ),
    }
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage<'a> {
    f: Frame,
    text: &'a str,
}

/// Renders a page that refuses a request.
pub(crate) fn refusal(app: &App, language: PageLanguage, status: StatusCode, text: &str) -> Response<Body> {
    let frame = Frame::outside(app, language, text);
    let rendered = MessagePage { f: frame, text }.render();
    let mut response = Response::new(Body::from(rendered.unwrap_or_else(|_| text.to_owned())));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Renders a page that sends away who wants a password hashed while too many do.
pub(crate) fn busy(app: &App, language: PageLanguage) -> Response<Body> {
    let mut response = refusal(
        app,
        language,
        StatusCode::SERVICE_UNAVAILABLE,
        language.words().busy,
    );
    let soon = HeaderValue::from_static("5");
    response.headers_mut().insert(header::RETRY_AFTER, soon);
    response
}

/// Renders a page that tells of a fault, which the log has.
pub(crate) fn broken(app: &App, language: PageLanguage, error: &BackendError) -> Response<Body> {
    tracing::error!(%error, "a page of the dashboard failed");
    refusal(
        app,
        language,
        StatusCode::INTERNAL_SERVER_ERROR,
        language.words().broken,
    )
}

/// Gives a file to keep.
pub(crate) fn file(content: impl Into<Body>, kind: &'static str, name: &str) -> Response<Body> {
    let mut response = Response::new(content.into());
    let head = response.headers_mut();
    head.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        head.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// Sends the browser to another page of the dashboard.
pub(crate) fn to(app: &App, path: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(location) = HeaderValue::from_str(&format!("{}{path}", app.base)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// Sends somebody without a session to log in, and to `back` afterwards.
pub(crate) fn to_log_in(app: &App, headers: &HeaderMap, back: Option<&str>) -> Response<Body> {
    let by_script = headers.contains_key("hx-request")
        || headers
            .get("accept")
            .is_some_and(|kind| kind == "text/event-stream");
    let mut response = Response::new(Body::empty());
    // A part of a page is no place for a form: the script loads the whole page anew.
    if by_script {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        let name = HeaderName::from_static("hx-refresh");
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static("true"));
        return response;
    }
    let next: String = back
        .map(|back| {
            format!(
                "?next={}",
                form_urlencoded::byte_serialize(back.as_bytes()).collect::<String>()
            )
        })
        .unwrap_or_default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(location) = HeaderValue::from_str(&format!("{}/login{next}", app.base)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
