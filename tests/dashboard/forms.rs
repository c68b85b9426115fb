//! Forms as browsers post them, and what becomes of their words.

use super::support::browser::{Browser, PASSWORD, invite};
use super::started;

#[tokio::test]
async fn a_form_is_taken_by_what_the_browser_says_of_its_page_and_by_its_origin_where_it_says_nothing() {
    let (program, _qq, _wire) = started("").await;
    let own = format!("http://127.0.0.1:{}", program.port);
    let password = [("password", PASSWORD), ("again", PASSWORD)];
    let log_in = [("name", "alice"), ("password", PASSWORD)];
    let link = invite(&program, &["invite", "alice"]);
    let mut browser = Browser::new(program.port);
    for refused in [
        &[("Origin", "null")][..],
        &[("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", "null"), ("Sec-Fetch-Site", "same-site")],
        &[("Origin", "null"), ("Sec-Fetch-Site", "none")],
    ] {
        assert_eq!(browser.request("POST", &link, refused, Some(&password)).status, 403, "{refused:?}");
    }
    // A browser under `no-referrer`, by itself or by an extension.
    let strict = [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(browser.request("POST", &link, &strict, Some(&password)).status, 303);
    assert_eq!(browser.get("/").status, 200);
    // Over http to an address that is not this machine's, browsers say nothing but the origin.
    for given in [&strict[..], &[("Origin", own.as_str())]] {
        let mut browser = Browser::new(program.port);
        assert_eq!(browser.request("POST", "/login", given, Some(&log_in)).status, 303, "{given:?}");
        assert_eq!(browser.request("POST", "/logout", given, Some(&[])).status, 303, "{given:?}");
    }
}
