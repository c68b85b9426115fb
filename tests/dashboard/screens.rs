//! Figures, reasons, labels, channels, hours, filters, sessions, files: each as its user meets it.

use super::support::browser::{Browser, PASSWORD};
use super::support::moment;
use super::support::program::binary;
use super::support::qq::group_message;
use super::{GROUP, ROOM, TEST_TIMEOUT, order, started, until};
use std::time::Duration;

/// A question that the shipped FAQ answers, and words of its answer.
const KNOWN: &str = "提交工单要不要先注册账号";
const ANSWER: &str = "不注册同样能提交工单";

#[tokio::test]
async fn a_figure_opens_its_list_a_row_of_it_says_why_and_rooms_limit_both() {
    let (program, qq, wire) = started("channels:\n  qq/group:8: { staff_rooms: [qq/group:10] }\n").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    let mut far = Browser::invited(
        &program,
        &["invite", "far", "--role", "viewer", "--room", "qq/group:10"],
    );
    wire.send(group_message(1, GROUP, 20_001, KNOWN, true));
    qq.hears(GROUP, ANSWER, TEST_TIMEOUT).await;
    wire.send(group_message(2, GROUP, 20_002, "转人工，发票丢了", true));
    until(&mut alice, "/tickets", "/tickets/1").await;

    let page = alice.get("/figures?span=7&by=channel").body;
    assert!(
        page.contains("Answer rate") && page.contains("qq/group:7"),
        "{page}"
    );
    assert!(
        page.contains("<svg") && page.contains("share of what was asked"),
        "{page}"
    );
    let list = alice.get("/figures/asked?span=7").body;
    assert!(list.contains(KNOWN) && list.contains("发票丢了"), "{list}");
    let part = alice
        .get("/figures/answer-rate?span=7&by=channel&part=qq%2Fgroup%3A7")
        .body;
    assert!(part.contains(KNOWN), "{part}");
    for figure in [
        "resolution-rate",
        "first-response",
        "backlog",
        "coverage",
        "precision",
    ] {
        assert_eq!(alice.get(&format!("/figures/{figure}")).status, 200, "{figure}");
    }
    assert_eq!(alice.get("/figures/nothing").status, 404);
    let file = alice.get("/figures/csv?span=7&by=channel");
    assert!(
        file.header("content-disposition")
            .unwrap()
            .contains("figures-7d.csv")
    );
    assert!(file.body.contains("\"qq/group:7\",asked,2,"), "{}", file.body);
    assert!(alice.get("/audit").body.contains("figures_exported"));

    let why = list.split("/why/").nth(1).unwrap().split('"').next().unwrap();
    let why = format!("/why/{why}");
    assert!(alice.get(&why).body.contains("qq/group:7"));
    let page = alice.get("/why?of=1").body;
    assert!(
        page.contains("Handed over") && page.contains("the member asks for a human"),
        "{page}"
    );
    assert!(
        alice
            .get("/why?of=qq/group:7/1")
            .body
            .contains("ticket-registration")
    );
    assert_eq!(alice.get("/why?of=qq/group:7/99").status, 404);

    // What is of other rooms is counted and shown nowhere.
    let page = far.get("/figures?span=7&by=channel").body;
    assert!(!page.contains("qq/group:7"), "{page}");
    assert!(!far.get("/figures/asked?span=7").body.contains(KNOWN));
    assert!(!far.get("/figures/csv").body.contains(",asked,2,"));
    for path in [why.as_str(), "/why?of=1", "/why?of=qq/group:7/1"] {
        assert_eq!(far.get(path).status, 404, "{path}");
    }
}

#[tokio::test]
async fn one_click_labels_an_answer_and_the_interval_follows() {
    let (program, qq, wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    wire.send(group_message(1, GROUP, 20_001, KNOWN, true));
    qq.hears(GROUP, ANSWER, TEST_TIMEOUT).await;
    let page = until(&mut alice, "/labels", KNOWN).await.body;
    assert!(page.contains("0.95: 59") && page.contains(ANSWER), "{page}");
    let id = page
        .split("/labels/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let back = [("label", "right"), ("back", "?kind=answers")];
    let labelled = alice.post(&format!("/labels/{id}"), &back);
    assert_eq!(labelled.header("location"), Some("/labels?kind=answers"));
    let page = alice.get("/labels").body;
    assert!(
        page.contains("right 1") && page.contains("0.95: 58") && !page.contains(KNOWN),
        "{page}"
    );
    assert!(alice.get(&format!("/why/{id}")).body.contains("tag good\">right"));
    assert_eq!(
        alice.post(&format!("/labels/{id}"), &[("label", "none")]).status,
        303
    );
    assert!(alice.get("/labels").body.contains(KNOWN));
    assert_eq!(alice.post("/labels/999", &[("label", "wrong")]).status, 303);
    assert!(alice.get("/labels").body.contains("no such decision"));
}

#[tokio::test]
async fn a_channel_is_switched_off_over_a_restart_and_left_to_the_file_again() {
    let (mut program, qq, wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    wire.send(group_message(1, GROUP, 20_001, KNOWN, true));
    qq.hears(GROUP, ANSWER, TEST_TIMEOUT).await;
    let page = until(&mut alice, "/channels", "qq/group:7").await.body;
    assert!(page.contains("onebot") && page.contains("built in"), "{page}");
    let switch = |browser: &mut Browser, channel: &str, listen: &str| {
        browser.post("/channels/switch", &[("channel", channel), ("listen", listen)])
    };
    assert_eq!(switch(&mut alice, "qq/group:7", "off").status, 303);
    let page = alice.get("/channels").body;
    assert!(
        page.contains("switched by alice") && page.contains("dashboard</td>"),
        "{page}"
    );
    assert!(alice.get("/audit").body.contains("qq/group:7 → off"));
    for channel in ["qq/nothing", "nobody/group:7", "qq", ""] {
        assert_eq!(switch(&mut alice, channel, "off").status, 303);
        assert!(
            alice.get("/channels").body.contains("no such channel"),
            "{channel}"
        );
    }
    drop(wire);
    program.terminate();
    program.start(binary());
    let wire = qq.connect(&program.url()).await;
    let before = qq.said().len();
    wire.send(group_message(2, GROUP, 20_002, KNOWN, true));
    // The other channel answers behind it: had this one, it would have been heard by then.
    wire.send(group_message(3, 8, 20_003, KNOWN, true));
    qq.hears(8, ANSWER, TEST_TIMEOUT).await;
    assert!(qq.said().iter().skip(before).all(|one| one.group != Some(GROUP)));
    assert_eq!(switch(&mut alice, "qq/group:7", "file").status, 303);
    wire.send(group_message(4, GROUP, 20_004, KNOWN, true));
    let heard = || qq.said().iter().skip(before).any(|one| one.group == Some(GROUP));
    let end = std::time::Instant::now() + TEST_TIMEOUT;
    while !heard() {
        assert!(std::time::Instant::now() < end, "the channel stays off");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_click_on_a_day_closes_it_by_an_edit_that_is_shown_first() {
    let (program, _qq, _wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    let page = alice.get("/hours?month=2026-12").body;
    assert!(page.contains("office") && page.contains("08:00–17:30"), "{page}");
    let page = alice.get("/hours?name=office&day=2026-12-31").body;
    assert!(page.contains("name=\"from\" value=\"2026-12-31\""), "{page}");
    // A holiday and a make-up workday of the official calendar.
    let october = alice.get("/hours?name=office&month=2026-10").body;
    assert!(
        october.contains("holiday") && october.contains("make-up workday"),
        "{october}"
    );
    let fields = [
        ("name", "office"),
        ("from", "2026-12-31"),
        ("to", "2026-12-31"),
        ("becomes", "closed"),
    ];
    let preview = alice.post("/hours", &fields).body;
    let wanted = "exceptions: { &#34;2026-12-31&#34;: closed }";
    assert!(preview.contains(wanted), "{preview}");
    let text = preview.split("<textarea name=\"text\" hidden>\n").nth(1).unwrap();
    let text = text.split("</textarea>").next().unwrap();
    let text = text
        .replace("&#34;", "\"")
        .replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#39;", "'")
        .replace("&#38;", "&");
    let base = preview
        .split("name=\"base\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let saved = alice.post(
        "/faq/save",
        &[("base", base), ("text", &text), ("note", "office")],
    );
    assert_eq!(saved.status, 303, "{}", saved.body);
    let file = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    assert!(file.contains("exceptions: { \"2026-12-31\": closed }"), "{file}");
    let page = alice.get("/hours?name=office&month=2026-12").body;
    assert!(page.contains("class=\"exception\""), "{page}");
    for fields in [
        [
            ("name", "office"),
            ("from", "2026-12-31"),
            ("to", "2026-12-30"),
            ("becomes", "closed"),
        ],
        [
            ("name", "nobody"),
            ("from", "2026-12-31"),
            ("to", "2026-12-31"),
            ("becomes", "closed"),
        ],
    ] {
        assert_eq!(alice.post("/hours", &fields).status, 303, "{fields:?}");
    }
    assert_eq!(alice.get("/hours?name=nobody").status, 404);
}

#[tokio::test]
async fn filters_find_tickets_by_state_owner_member_room_and_age() {
    let (program, _qq, wire) = started("channels:\n  qq/group:8: { staff_rooms: [qq/group:10] }\n").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    let mut near = Browser::invited(&program, &["invite", "near", "--room", "qq/group:9"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工，发票丢了", true));
    let page = until(&mut alice, "/tickets/1", "name=\"order\" value=\"claim\"").await;
    wire.send(group_message(2, 8, 20_002, "转人工，密码忘了", true));
    until(&mut alice, "/tickets/2", "name=\"order\" value=\"claim\"").await;
    assert_eq!(order(&mut alice, &page, "claim", "").status, 303);
    until(&mut alice, "/tickets/1", "<b>alice</b>").await;
    for (query, finds) in [
        ("status=claimed", [true, false]),
        ("status=open", [false, true]),
        ("owner=alice", [true, false]),
        ("owner=nobody", [false, false]),
        ("member=qq%2F20002", [false, true]),
        ("member=20002", [false, false]),
        ("room=qq%2Fgroup%3A10", [false, true]),
        ("since=1", [true, true]),
        ("since=1&room=qq%2Fgroup%3A9&q=%E5%8F%91%E7%A5%A8", [true, false]),
    ] {
        let page = alice.get(&format!("/tickets?{query}")).body;
        let found = [1, 2].map(|number| page.contains(&format!("id=\"t{number}\"")));
        assert_eq!(found, finds, "{query}: {page}");
    }
    for query in [
        "since=1",
        "room=qq%2Fgroup%3A10",
        "member=qq%2F20002",
        "status=open",
    ] {
        let page = near.get(&format!("/tickets?{query}")).body;
        assert!(!page.contains("密码忘了"), "{query}: {page}");
    }
    // The ticket's page leads to the member's other tickets, and to why it is there.
    let page = alice.get("/tickets/1").body;
    assert!(
        page.contains("/tickets?member=qq%2F20001") && page.contains("/why?of=1"),
        "{page}"
    );
}

#[tokio::test]
async fn colleagues_see_who_looks_at_a_ticket_and_who_types() {
    let (program, _qq, wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    let mut bob = Browser::invited(&program, &["invite", "bob"]);
    let mut viewer = Browser::invited(&program, &["invite", "vera", "--role", "viewer"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工", true));
    until(&mut alice, "/tickets/1", "name=\"order\" value=\"claim\"").await;
    assert!(bob.get("/tickets/1").body.contains("alice is looking"));
    assert_eq!(alice.post("/tickets/1/here", &[("state", "types")]).status, 204);
    assert!(bob.get("/tickets/1").body.contains("alice is typing"));
    assert!(bob.get("/tickets").body.contains("👁 alice"));
    assert_eq!(alice.post("/tickets/1/here", &[("state", "left")]).status, 204);
    assert!(!bob.get("/tickets/1").body.contains("alice is"));
    assert_eq!(alice.post("/tickets/9/here", &[("state", "looks")]).status, 404);
    assert_eq!(viewer.post("/tickets/1/here", &[("state", "looks")]).status, 403);
}

/// Returns the code of an authenticator app for a secret in base32, so many steps of 30 seconds from now.
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
fn code(secret: &str, steps: i64) -> String {
    let mut bits = String::new();
    for letter in secret.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            digit => digit - b'2' + 26,
        };
        bits += &format!("{value:05b}");
    }
    let key: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).unwrap(), 2).unwrap())
        .collect();
    let step = i64::try_from(moment::since_1970().as_secs()).unwrap() / 30 + steps;
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let hash = ring::hmac::sign(&key, &step.to_be_bytes());
    let hash = hash.as_ref();
    let at = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

#[tokio::test]
async fn a_log_in_of_two_steps_needs_a_fresh_code_and_another_sessions_end_is_one_click() {
    let (program, _qq, _wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    assert_eq!(alice.post("/account/totp", &[("do", "begin")]).status, 303);
    let page = alice.get("/account/totp").body;
    assert!(page.contains("data:image/svg+xml;base64,"), "{page}");
    let secret = page
        .split("<code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert_eq!(
        alice
            .post("/account/totp", &[("do", "confirm"), ("code", "000000")])
            .status,
        303
    );
    assert!(alice.get("/account/totp").body.contains("code is wrong"));
    let first = code(&secret, 0);
    assert_eq!(
        alice
            .post("/account/totp", &[("do", "confirm"), ("code", &first)])
            .status,
        303
    );
    let page = alice.get("/account/totp").body;
    assert!(page.contains("Recovery codes left: 8"), "{page}");
    let recovery = page
        .split("not shown again:\n")
        .nth(1)
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .to_owned();

    let mut other = Browser::new(program.port);
    let asked = other.post("/login", &[("name", "alice"), ("password", PASSWORD)]);
    assert_eq!(asked.status, 200);
    assert!(
        other.cookie.is_none() && asked.body.contains("name=\"code\""),
        "{}",
        asked.body
    );
    let token = asked
        .body
        .split("name=\"token\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let enter = |browser: &mut Browser, token: &str, code: &str| {
        browser
            .post("/login/code", &[("token", token), ("code", code)])
            .status
    };
    // The code that confirmed it was used; one of a minute ahead is none yet.
    assert_eq!(enter(&mut other, &token, &first), 401);
    assert_eq!(enter(&mut other, &token, &code(&secret, 5)), 401);
    assert_eq!(enter(&mut other, "x", &code(&secret, 1)), 401);
    assert_eq!(enter(&mut other, &token, &code(&secret, 1)), 303);
    assert_eq!(other.get("/").status, 200);
    assert_eq!(
        enter(&mut Browser::new(program.port), &token, &recovery),
        401,
        "the page was used"
    );

    // The other browser stands in the list, and is sent away.
    let page = alice.get("/account").body;
    let ends: Vec<&str> = page.split("name=\"session\" value=\"").skip(1).collect();
    assert_eq!(ends.len(), 1, "{page}");
    let session = ends[0].split('"').next().unwrap();
    assert_eq!(
        alice.post("/account/sessions", &[("session", session)]).status,
        303
    );
    assert_eq!(other.get("/").status, 303);
    assert_eq!(alice.get("/").status, 200);

    // A recovery code ends the second step too.
    assert_eq!(
        alice
            .post("/account/totp", &[("do", "end"), ("code", &recovery)])
            .status,
        303
    );
    assert_eq!(
        other
            .post("/login", &[("name", "alice"), ("password", PASSWORD)])
            .status,
        303
    );
    assert!(!program.log().contains(&secret));
}

#[tokio::test]
async fn files_leave_and_come_and_each_export_stands_in_the_audit_log() {
    let (program, _qq, wire) = started("").await;
    let mut owner = Browser::invited(&program, &["invite", "boss", "--role", "owner"]);
    let mut admin = Browser::invited(&program, &["invite", "alice", "--role", "admin"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工，=1+1", true));
    until(&mut admin, "/tickets", "/tickets/1").await;
    for (format, begins) in [
        ("csv", "\u{feff}"),
        ("md", "---\ngroupdesk:"),
        ("json", "{"),
        ("yaml", "# yaml"),
        ("xlsx", "PK"),
    ] {
        let file = admin.get(&format!("/data/faq/{format}"));
        assert_eq!(file.status, 200, "{format}");
        assert!(
            file.body.starts_with(begins),
            "{format}: {}",
            &file.body.chars().take(80).collect::<String>()
        );
    }
    assert_eq!(admin.get("/data/faq/exe").status, 404);
    let tickets = admin.get("/data/tickets").body;
    assert!(
        tickets.contains("\n1,open,") && !tickets.contains(",\"=1"),
        "{tickets}"
    );
    let imported = admin
        .post(
            "/data/import",
            &[("text", "question,answer\n停车场在哪里,停车场在东门。\n")],
        )
        .body;
    assert!(
        imported.contains("停车场在东门") && imported.contains("class=\"added\""),
        "{imported}"
    );
    assert_eq!(
        admin
            .post("/data/import", &[("text", "nothing of that kind")])
            .status,
        303
    );
    assert_eq!(admin.post("/data/backup", &[]).status, 403);
    let copy = owner.post("/data/backup", &[]);
    assert!(
        copy.status == 200 && copy.body.starts_with("SQLite format 3"),
        "{}",
        copy.status
    );
    let left = std::fs::read_dir(&program.folder).unwrap();
    let left: Vec<_> = left.map(|file| file.unwrap().file_name()).collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().contains("download")),
        "{left:?}"
    );
    let audit = owner.get("/data/audit").body;
    for action in ["faq_exported", "tickets_exported", "backed_up", "audit_exported"] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
}

#[tokio::test]
async fn a_members_picture_is_asked_of_the_program_alone_and_never_of_its_own_network() {
    let (program, qq, wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/image.png", listener.local_addr().unwrap());
    wire.send(group_message(
        1,
        GROUP,
        20_001,
        &format!("转人工，看图 {url} <script>alert(1)</script>"),
        true,
    ));
    let page = until(&mut alice, "/tickets/1", "/picture/").await.body;
    assert!(!page.contains("<script>alert"), "{page}");
    let picture = page
        .split("src=\"/tickets/1/picture/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(alice.get(&format!("/tickets/1/picture/{picture}")).status, 404);
    assert_eq!(alice.get("/tickets/1/picture/99/99").status, 404);
    assert!(listener.accept().is_err(), "the program asked its own network");
    qq.hears(ROOM, "看图", TEST_TIMEOUT).await;
}
