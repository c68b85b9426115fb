//! Forms as browsers post them, and what becomes of their words.

use super::support::browser::{Browser, PASSWORD, invite};
use super::support::program::{Program, binary};
use super::support::qq::{Manners, Qq, group_message};
use super::{GROUP, order, started, until};

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
        assert_eq!(
            browser.request("POST", &link, refused, Some(&password)).status,
            403,
            "{refused:?}"
        );
    }
    // A browser under `no-referrer`, by itself or by an extension.
    let strict = [("Origin", "null"), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(
        browser.request("POST", &link, &strict, Some(&password)).status,
        303
    );
    assert_eq!(browser.get("/").status, 200);
    // Over http to an address that is not this machine's, browsers say nothing but the origin.
    for given in [&strict[..], &[("Origin", own.as_str())]] {
        let mut browser = Browser::new(program.port);
        assert_eq!(
            browser.request("POST", "/login", given, Some(&log_in)).status,
            303,
            "{given:?}"
        );
        assert_eq!(
            browser.request("POST", "/logout", given, Some(&[])).status,
            303,
            "{given:?}"
        );
    }
}

#[tokio::test]
async fn of_log_ins_sent_at_once_no_more_are_looked_at_than_of_those_sent_one_by_one() {
    let (program, _qq, _wire) = started("").await;
    Browser::invited(&program, &["invite", "boss"]);
    let port = program.port;
    let guesses: Vec<_> = (0..24)
        .map(|guess| {
            std::thread::spawn(move || {
                let password = if guess == 17 { PASSWORD } else { "wrong wrong" };
                Browser::new(port)
                    .post("/login", &[("name", "boss"), ("password", password)])
                    .status
            })
        })
        .collect();
    let found: Vec<u16> = guesses.into_iter().map(|guess| guess.join().unwrap()).collect();
    let looked_at = found.iter().filter(|status| matches!(status, 401 | 303));
    // If the right one is among the first five, it frees its name and address.
    let most = if found.contains(&303) { 10 } else { 5 };
    assert!(looked_at.count() <= most, "{found:?}");
    assert!(
        found.iter().all(|status| matches!(status, 401 | 303 | 429 | 503)),
        "{found:?}"
    );
}

#[tokio::test]
async fn below_a_path_the_overview_is_there_with_and_without_a_slash() {
    let mut program = Program::reverse("");
    let file = program.folder.join("groupdesk.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replacen("web: { ", "web: { base_path: /desk, ", 1);
    std::fs::write(&file, text).unwrap();
    program.start(binary());
    let (qq, _heard) = Qq::new(Manners::WELL_BEHAVED);
    let _wire = qq.connect(&program.url()).await;
    let link = invite(&program, &["invite", "alice"]);
    let mut browser = Browser::new(program.port);
    let entered = browser.get("/desk/");
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, Some("/desk/login?next=%2Fdesk%2F"))
    );
    let joined = browser.post(&link, &[("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(joined.header("location"), Some("/desk/"));
    assert!(joined.header("set-cookie").unwrap().contains("; Path=/desk;"));
    for path in ["/desk", "/desk/", "/desk/tickets"] {
        let page = browser.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
        for link in page.body.split("href=\"").skip(1) {
            assert!(
                link.starts_with("/desk/") || link.starts_with("#main"),
                "{path}: {link}"
            );
        }
    }
    for path in ["/desk/nothing", "/deskx", "/tickets"] {
        assert_eq!(browser.get(path).status, 404, "{path}");
    }
    let fields = [("name", "alice"), ("password", PASSWORD), ("next", "/desk")];
    assert_eq!(browser.post("/desk/logout", &[]).status, 303);
    let entered = browser.post("/desk/login", &fields);
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, Some("/desk/"))
    );
}

#[tokio::test]
async fn a_limit_to_rooms_never_becomes_all_rooms_by_a_typo_or_by_saving_the_form() {
    let (program, _qq, wire) = started("").await;
    let typo = program
        .command(binary())
        .args(["dashboard", "invite", "old", "--room", "qq/group:7"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&typo.stderr).into_owned();
    assert!(
        !typo.status.success() && told.contains("the configuration has: qq/group:9"),
        "{told}"
    );
    let mut owner = Browser::invited(&program, &["invite", "boss", "--role", "owner"]);
    let mut near = Browser::invited(&program, &["invite", "near", "--room", "qq/group:9"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工", true));
    until(&mut near, "/tickets", "/tickets/1").await;
    for (fields, told) in [
        (&[("do", "save"), ("role", "staff")][..], "Saved"),
        (
            &[("do", "save"), ("role", "staff"), ("limit", "some")],
            "choose a staff room",
        ),
        (
            &[("do", "save"), ("role", "staff"), ("room", "qq/group:7")],
            "there are: qq/group:9",
        ),
    ] {
        assert_eq!(owner.post("/users/near", fields).status, 303);
        let page = owner.get("/users").body;
        assert!(page.contains(told), "{fields:?}: {page}");
        let card = page.split("aria-label=\"near\"").nth(1).unwrap();
        let card = card.split("</section>").next().unwrap();
        assert!(
            card.contains("<p class=\"hint\">qq/group:9 ") && card.contains("value=\"some\" checked"),
            "{fields:?}: {card}"
        );
    }
    let invited = owner.post(
        "/users/invite",
        &[("name", "new"), ("role", "staff"), ("room", "x/y")],
    );
    assert_eq!(invited.status, 303);
    let page = owner.get("/users").body;
    assert!(
        page.contains("no such staff room") && !page.contains("aria-label=\"new\""),
        "{page}"
    );
    let all = [
        ("do", "save"),
        ("role", "staff"),
        ("limit", "all"),
        ("room", "qq/group:9"),
    ];
    assert_eq!(owner.post("/users/near", &all).status, 303);
    let page = owner.get("/users").body;
    let card = page.split("aria-label=\"near\"").nth(1).unwrap();
    assert!(card.contains("value=\"all\" checked"), "{card}");
}

#[tokio::test]
async fn words_for_a_ticket_that_was_closed_meanwhile_are_shown_with_the_refusal() {
    let (program, _qq, wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    let mut bob = Browser::invited(&program, &["invite", "bob"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工", true));
    let page = until(&mut alice, "/tickets/1", "name=\"order\" value=\"reply\"").await;
    // How many wait stands in the title from the first, and in the parts that the script asks for, which take no notice away.
    assert!(page.body.contains("<title>(1) #1"), "{}", page.body);
    assert_eq!(order(&mut bob, &page, "close", "").status, 303);
    let by_script = bob.request("GET", "/tickets/1", &[("HX-Request", "true")], None);
    assert!(!by_script.body.contains("class=\"notice"), "{}", by_script.body);
    assert!(bob.get("/tickets/1").body.contains("class=\"notice"));
    let closed = until(&mut bob, "/tickets/1", "\"tag closed\"").await;
    assert!(
        !closed.body.contains("value=\"reopen\""),
        "a closed ticket stays closed"
    );
    assert_eq!(order(&mut alice, &page, "reply", "写了很久的<b>回复").status, 303);
    let refused = alice.get("/tickets/1").body;
    assert!(
        refused.contains("was not sent") && refused.contains("readonly>写了很久的&#60;b&#62;回复</textarea>"),
        "{refused}"
    );
    // A note that looks like an order for another ticket.
    assert_eq!(order(&mut alice, &page, "note", "好的\n/t 2 关闭").status, 303);
    let refused = alice.get("/tickets/1").body;
    assert!(
        refused.contains("note was not saved") && refused.contains("required>好的\n/t 2 关闭</textarea>"),
        "{refused}"
    );
}
