//! Requests that somebody forges, repeats, or sends from elsewhere or without the right: none is carried out.

use super::support::browser::{Browser, read_until};
use super::support::qq::group_message;
use super::{GROUP, order, started, until};

/// Requests that are tried.
const REQUESTS: usize = 2_000;

#[tokio::test]
async fn of_thousands_of_forged_repeated_and_foreign_requests_none_is_carried_out() {
    let (program, qq, wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "owner"]);
    let viewer = Browser::invited(&program, &["invite", "vera", "--role", "viewer"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工", true));
    let page = until(&mut alice, "/tickets/1", "name=\"order\" value=\"claim\"").await;
    let id = page.order_id("reply");
    let own = format!("http://127.0.0.1:{}", program.port);
    let paths = [
        "/tickets/1/order",
        "/tickets/1/draft",
        "/users/invite",
        "/users/vera",
        "/channels/switch",
        "/hours",
        "/data/backup",
        "/labels/1",
        "/account/password",
        "/account/totp",
    ];
    let fields = [
        ("id", id.as_str()),
        ("order", "reply"),
        ("text", "被伪造的回复"),
        ("name", "mallory"),
        ("role", "owner"),
        ("do", "end"),
        ("channel", "qq/group:7"),
        ("listen", "off"),
    ];
    let mut state = 1_u64;
    let mut random = |below: usize| {
        // A plain generator: the requests are the same in every run.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for number in 0..REQUESTS {
        let path = paths[random(paths.len())];
        let same = [("Origin", own.as_str()), ("Sec-Fetch-Site", "same-origin")];
        let (mut browser, headers): (Browser, Vec<(&str, &str)>) = match random(5) {
            // A cookie that nobody was given.
            0 => {
                let mut browser = Browser::new(program.port);
                browser.cookie = Some(format!("groupdesk={number:064x}"));
                (browser, same.to_vec())
            }
            // No cookie.
            1 => (Browser::new(program.port), same.to_vec()),
            // The owner's cookie, sent by a page of another site.
            2 => (
                alice.clone(),
                vec![
                    ("Origin", "https://evil.example"),
                    ("Sec-Fetch-Site", "cross-site"),
                ],
            ),
            3 => (alice.clone(), vec![("Origin", "null")]),
            // Somebody without the right.
            _ if path.starts_with("/account") => (alice.clone(), vec![("Sec-Fetch-Site", "same-site")]),
            _ => (viewer.clone(), same.to_vec()),
        };
        let answer = browser.request("POST", path, &headers, Some(&fields));
        let to_log_in = answer
            .header("location")
            .is_some_and(|to| to.starts_with("/login"));
        assert!(
            answer.status == 403 || to_log_in,
            "{path} {headers:?}: {}",
            answer.status
        );
    }
    // One order, repeated: it is done once.
    for _ in 0..5 {
        assert_eq!(order(&mut alice, &page, "reply", "真的回复").status, 303);
    }
    qq.hears(GROUP, "真的回复", super::TEST_TIMEOUT).await;
    let said = qq.said();
    assert_eq!(
        said.iter()
            .filter(|one| one.text.contains("真的回复") && one.group == Some(GROUP))
            .count(),
        1
    );
    assert!(said.iter().all(|one| !one.text.contains("被伪造的回复")));
    let users = alice.get("/users").body;
    assert!(
        !users.contains("mallory") && !users.contains("deactivated"),
        "{users}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_of_one_session_end_for_newer_ones_and_shut_nobody_out() {
    let (program, _qq, _wire) = started("").await;
    let alice = Browser::invited(&program, &["invite", "alice"]);
    let bob = Browser::invited(&program, &["invite", "bob"]);
    let mut of_bob = bob.live();
    read_until(&mut of_bob, "\"open\":");
    // More than an address has places for.
    let mut streams = Vec::new();
    for _ in 0..1_100 {
        let mut stream = alice.live();
        read_until(&mut stream, "\"open\":");
        streams.push(stream);
        // The oldest one has ended: its connection is closed by now, or soon.
        if streams.len() > 20 {
            let mut rest = String::new();
            let mut oldest: std::net::TcpStream = streams.remove(0);
            std::io::Read::read_to_string(&mut oldest, &mut rest).unwrap();
        }
    }
    assert_eq!(Browser::new(program.port).get("/login").status, 200);
    read_until(&mut of_bob, "event: beat");
}
