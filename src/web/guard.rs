//! Origin of a request, as its headers tell it.

use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};
use groupdesk_contract::{is_foreign_origin, is_own_host};

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

/// What a browser says of the page that sent a request; no page can set or change it.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// `true` if a page of another host sent it. A browser that says that the page is of this very host is believed before the origin,
/// which is `null` under a strict referrer policy, and whose host a proxy can have replaced.
pub(super) fn is_from_foreign_page(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SITE).iter();
    if sites.next().is_some_and(|site| text(site) == "same-origin") && sites.next().is_none() {
        return false;
    }
    let host = headers.get(HOST).map(text);
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.any(|origin| is_foreign_origin(text(origin), host))
}

/// `true` if it is for a host on which no stranger can have a page.
pub(super) fn is_for_own_host(headers: &HeaderMap) -> bool {
    headers.get_all(HOST).iter().all(|host| is_own_host(text(host)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_foreign_by_its_origin_unless_the_browser_knows_it_as_this_hosts_own() {
        for (origin, site, foreign) in [
            (None, None, false),
            (Some("http://desk.lan:8080"), None, false),
            (Some("null"), None, true),
            (Some("null"), Some("same-origin"), false),
            (Some("null"), Some("cross-site"), true),
            (Some("null"), Some("same-site"), true),
            (Some("null"), Some("none"), true),
            (Some("http://evil.example"), Some("cross-site"), true),
            (Some("http://evil.example"), None, true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("desk.lan:8080"));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            if let Some(site) = site {
                headers.insert(SITE, HeaderValue::from_static(site));
            }
            assert_eq!(is_from_foreign_page(&headers), foreign, "{origin:?} {site:?}");
        }
    }
}
