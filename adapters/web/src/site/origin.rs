//! Pages that may call: those of the origins in the settings, and those of our own address. Browsers say from which page a
//! request comes, and keep its answer from pages that are not named in it.

use super::settings::Settings;
use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use groupdesk_contract::is_foreign_origin;

/// Origin of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum From {
    /// From a page that may call; of another host than ours where its origin is named.
    Page(Option<HeaderValue>),
    /// From a page that may not.
    Stranger,
    /// From no page.
    Program,
}

/// Tells where a request comes from.
pub(crate) fn of(headers: &HeaderMap, settings: &Settings) -> From {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    let site = headers.get("sec-fetch-site").map(text);
    let mut origins = headers.get_all(ORIGIN).iter();
    let (origin, second) = (origins.next(), origins.next());
    if second.is_some() {
        return From::Stranger;
    }
    if site.as_deref() == Some("same-origin") {
        return From::Page(None);
    }
    let Some(origin) = origin else {
        return if site.is_some() {
            From::Stranger
        } else {
            From::Program
        };
    };
    let host = headers.get(HOST).map(text);
    let of_page = text(origin);
    if site.is_none() && !is_foreign_origin(&of_page, host.as_deref()) {
        return From::Page(None);
    }
    if settings.origins.iter().any(|allowed| allowed.is(&of_page)) {
        return From::Page(Some(origin.clone()));
    }
    From::Stranger
}

/// Lets the page at an origin read a response.
pub(crate) fn admit(response: &mut Response<Body>, origin: Option<HeaderValue>) {
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("retry-after"),
        );
    }
}

/// Answers a browser that asks ahead what a page may do.
pub(crate) fn preflight(headers: &HeaderMap, settings: &Settings) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let From::Page(origin) = of(headers, settings) else {
        *response.status_mut() = StatusCode::FORBIDDEN;
        return response;
    };
    *response.status_mut() = StatusCode::NO_CONTENT;
    admit(&mut response, origin);
    for (name, value) in [
        (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (
            ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, content-type, last-event-id",
        ),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    #[test]
    fn a_page_may_call_by_its_origin_or_from_our_own_address() {
        let settings: Settings =
            serde_json::from_value(serde_json::json!({ "origins": ["https://shop.example"] })).unwrap();
        let named = |origin| From::Page(Some(HeaderValue::from_static(origin)));
        for (origin, site, from) in [
            (
                Some("https://shop.example"),
                Some("cross-site"),
                named("https://shop.example"),
            ),
            (Some("https://shop.example"), None, named("https://shop.example")),
            (Some("https://evil.example"), Some("cross-site"), From::Stranger),
            (Some("https://evil.example"), None, From::Stranger),
            (Some("null"), Some("cross-site"), From::Stranger),
            (Some("null"), None, From::Stranger),
            (Some("https://desk.example"), None, From::Page(None)),
            (
                Some("https://desk.example"),
                Some("same-origin"),
                From::Page(None),
            ),
            (None, Some("same-origin"), From::Page(None)),
            // A page of the same host on another port says its origin; one that says none may not.
            (Some("https://desk.example:1"), Some("same-site"), From::Stranger),
            (None, Some("cross-site"), From::Stranger),
            (None, None, From::Program),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("desk.example"));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            if let Some(site) = site {
                headers.insert(
                    HeaderName::from_static("sec-fetch-site"),
                    HeaderValue::from_static(site),
                );
            }
            assert_eq!(of(&headers, &settings), from, "{origin:?} {site:?}");
        }
        let mut two = HeaderMap::new();
        two.append(ORIGIN, HeaderValue::from_static("https://shop.example"));
        two.append(ORIGIN, HeaderValue::from_static("https://evil.example"));
        assert_eq!(of(&two, &settings), From::Stranger);
    }
}
