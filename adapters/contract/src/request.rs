//! Keeps pages in a browser away from endpoints that are not meant for them: applies the rules for names and origins to a request's
//! headers.

use crate::{is_foreign_origin, is_own_host};
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue};

/// Header in which a browser says where the page is from that sent a request; no page can set or change it.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

/// Tells whether a request comes from a page of another host than the one that it is for. A browser that says that the page is of this
/// very host is believed before the origin, which is `null` under a strict referrer policy, and whose host a proxy can have replaced.
pub fn is_from_foreign_page(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SITE).iter();
    if sites.next().is_some_and(|site| text(site) == "same-origin") && sites.next().is_none() {
        return false;
    }
    let host = headers.get(HOST).map(text);
    let mut origins = headers.get_all(ORIGIN).iter();
    origins.any(|origin| is_foreign_origin(text(origin), host))
}

/// True for a request to a host that no stranger can have a page on. A request to an endpoint without credentials must be for
/// such a host.
pub fn is_for_own_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_own_host(text(host)),
        // Programs may leave it out with HTTP/1.0; browsers always send one.
        (None, _) => true,
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        headers
    }

    #[test]
    fn pages_of_others_are_told_from_programs() {
        for (host, origin) in [
            ("127.0.0.1:8080", Some("https://evil.example")),
            ("127.0.0.1:8080", Some("http://127.0.0.1:3000")),
            ("127.0.0.1:8080", Some("null")),
            ("127.0.0.1:8080", Some("file://")),
            ("127.0.0.1:8080", Some("")),
        ] {
            assert!(is_from_foreign_page(&headers(host, origin)), "{origin:?}");
        }
        for (host, origin) in [
            ("127.0.0.1:8080", None),
            ("127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("Desk.example", Some("https://desk.EXAMPLE")),
        ] {
            assert!(!is_from_foreign_page(&headers(host, origin)), "{origin:?}");
        }
        // A name that is made to resolve to this machine is a page's own.
        for strange in [
            "evil.example:8080",
            "127.0.0.1.nip.io",
            "localhost.evil.example",
            "a.b",
            "",
            ":8080",
        ] {
            assert!(!is_for_own_host(&headers(strange, None)), "{strange}");
        }
        for own in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost",
            "LOCALHOST.:1",
            "groupdesk:8080",
            "10.0.0.5",
            "a.localhost",
        ] {
            assert!(is_for_own_host(&headers(own, None)), "{own}");
        }
        assert!(is_for_own_host(&HeaderMap::new()));
    }

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
