//! Keeps pages in a browser away from endpoints that are meant for programs: applies the rules of `groupdesk_contract` for names
//! and origins to a request's headers.

use groupdesk_contract::{is_foreign_origin, is_own_host};
use reqwest::header::{HOST, HeaderMap, HeaderValue, ORIGIN};

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or_default()
}

/// Tells whether a request comes from a page of another host than the one that it is for.
pub fn is_from_foreign_page(headers: &HeaderMap) -> bool {
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
}
