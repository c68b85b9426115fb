//! The session's cookie: starts a session, gives its token to the browser, and reads it from a request.

use crate::app::App;
use crate::backend::TokenHash;
use crate::secrets;
use crate::user_accounts::User;
use axum::http::{HeaderMap, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};

/// Longest life of a session.
pub(crate) const LIFETIME_MAX: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Name of the session's cookie over TLS, which no other site or path can set.
const COOKIE_TLS: &str = "__Host-groupdesk";
/// Name of the session's cookie without TLS.
const COOKIE: &str = "groupdesk";

/// `true` if a request came over TLS, as the proxy in front says.
pub(crate) fn is_over_tls(headers: &HeaderMap) -> bool {
    let proto = headers
        .get("x-forwarded-proto")
        .and_then(|proto| proto.to_str().ok());
    proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https"))
}

/// Returns the hash of the token in a request's cookie.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<TokenHash> {
    let name = if is_over_tls(headers) { COOKIE_TLS } else { COOKIE };
    cookie_of(headers, name).map(secrets::sha256)
}

/// Returns the value of a request's cookie.
pub(crate) fn cookie_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter();
    cookies
        .filter_map(|cookies| cookies.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// Makes the header that gives a browser the token of a session, or takes it away. A `__Host-` cookie is for every path, as its
/// name promises; a plain one for those of the dashboard.
pub(crate) fn session_cookie(token: Option<&str>, base: &str, over_tls: bool) -> Option<HeaderValue> {
    let (name, path, secure) = if over_tls {
        (COOKIE_TLS, "/", "; Secure")
    } else if base.is_empty() {
        (COOKIE, "/", "")
    } else {
        (COOKIE, base, "")
    };
    let life = if token.is_some() {
        LIFETIME_MAX.as_secs()
    } else {
        0
    };
    let token = token.unwrap_or_default();
    HeaderValue::from_str(&format!(
        "{name}={token}; Path={path}; HttpOnly; SameSite=Strict; Max-Age={life}{secure}"
    ))
    .ok()
}

/// Starts a session of a user, and returns the header that gives it to the browser.
pub(crate) async fn start_session(
    app: &App,
    user: &User,
    headers: &HeaderMap,
    now: Timestamp,
) -> crate::Result<Option<HeaderValue>> {
    let token = secrets::token();
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let session = crate::Session {
        user: user.name.clone(),
        created: now,
        seen: now,
        agent: agent.unwrap_or_default().chars().take(200).collect(),
    };
    app.backend
        .start_session(secrets::sha256(&token), &session)
        .await?;
    Ok(session_cookie(Some(&token), &app.base, is_over_tls(headers)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use axum::http::HeaderName;

    /// Makes headers of their names and values.
    pub(crate) fn headers(given: &[(&'static str, &'static str)]) -> HeaderMap {
        given
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn the_cookie_is_for_no_script_and_no_other_site_and_over_tls_for_nothing_else() {
        let text = |header: Option<HeaderValue>| {
            header
                .and_then(|value| value.to_str().map(str::to_owned).ok())
                .unwrap_or_default()
        };
        let tls = text(session_cookie(Some("t"), "/desk", true));
        assert!(
            tls.starts_with("__Host-groupdesk=t; Path=/; HttpOnly; SameSite=Strict;")
                && tls.ends_with("; Secure"),
            "{tls}"
        );
        assert!(!text(session_cookie(Some("t"), "", false)).contains("Secure"));
        assert!(text(session_cookie(Some("t"), "", false)).contains("; Path=/;"));
        assert!(text(session_cookie(Some("t"), "/desk", false)).contains("; Path=/desk;"));
        assert!(text(session_cookie(None, "", false)).contains("Max-Age=0"));
        // Over TLS the plain cookie, which a page without TLS may have set, counts for nothing.
        let both = headers(&[
            ("x-forwarded-proto", "https"),
            ("cookie", "groupdesk=a; __Host-groupdesk=b"),
        ]);
        assert_eq!(session_token(&both), Some(secrets::sha256("b")));
        assert_eq!(
            session_token(&headers(&[
                ("x-forwarded-proto", "https"),
                ("cookie", "groupdesk=a")
            ])),
            None
        );
    }
}
