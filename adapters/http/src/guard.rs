//! Keeps pages in somebody's browser away from what programs are meant to call. A page may send requests and open WebSockets to
//! any address that its browser reaches, this machine's own included; by a name that it makes resolve to this machine (DNS
//! rebinding) it even counts as being from here.

use reqwest::header::{HOST, HeaderMap, ORIGIN};
use std::net::IpAddr;

/// Tells whether a request comes from a page of another host than the one that it is for. Programs send no `Origin`, or that of the
/// address that they call.
pub fn is_from_foreign_page(headers: &HeaderMap) -> bool {
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_ascii_lowercase();
    let host = headers.get(HOST).map(text);
    headers.get_all(ORIGIN).iter().any(|origin| {
        let origin = text(origin);
        let from = origin.split_once("://").map(|(_, host)| host.to_owned());
        from.is_none() || from != host
    })
}

/// Tells whether a request is for a host that no stranger can have a page on: an address, `localhost`, or a name without a dot, as
/// containers have. What a request without any credential is for must be such a host.
pub fn is_for_own_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else {
        // Programs may leave it out with HTTP/1.0; browsers always send one.
        return headers.get(HOST).is_none();
    };
    let Ok(host) = host.to_str() else { return false };
    let host = host.trim().to_ascii_lowercase();
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let name = name.trim_end_matches('.');
    !name.is_empty()
        && (name.parse::<IpAddr>().is_ok() || !name.contains('.') || name.ends_with(".localhost"))
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
