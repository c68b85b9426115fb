//! The dashboard over a real socket: who comes in, what they see, and what their orders do in the chats.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "dashboard/entries.rs"]
mod entries;
#[path = "dashboard/files.rs"]
mod files;
#[path = "dashboard/forms.rs"]
mod forms;
#[path = "dashboard/screens.rs"]
mod screens;
#[path = "dashboard/security.rs"]
mod security;
mod support;
#[path = "dashboard/unreadable.rs"]
mod unreadable;
#[path = "dashboard/work.rs"]
mod work;

use groupdesk_dashboard::{ROUTES, Role};
use std::time::{Duration, Instant};
use support::browser::{Browser, PASSWORD, Page, invite, read_until};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, Wire, group_message};

/// The longest time for something that takes no time.
const TEST_TIMEOUT: Duration = Duration::from_secs(60);

/// The members' group, and the staff room.
const GROUP: i64 = 7;
const ROOM: i64 = 9;

async fn started(extra: &str) -> (Program, Qq, Wire) {
    let mut program = Program::reverse(extra);
    program.start(binary());
    let (qq, heard) = Qq::new(Manners::WELL_BEHAVED);
    std::mem::forget(heard);
    let wire = qq.connect(&program.url()).await;
    (program, qq, wire)
}

/// Gets a page again and again until `wanted` stands on it.
async fn until(browser: &mut Browser, path: &str, wanted: &str) -> Page {
    let end = Instant::now() + TEST_TIMEOUT;
    loop {
        let page = browser.get(path);
        if page.body.contains(wanted) {
            return page;
        }
        assert!(Instant::now() < end, "not on {path}: {wanted}\n{}", page.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn order(browser: &mut Browser, page: &Page, order: &str, text: &str) -> Page {
    let id = page.order_id(order);
    let seen = page.body.split("name=\"seen\" value=\"").nth(1);
    let seen = seen.and_then(|rest| rest.split('"').next()).unwrap_or("0");
    let fields = [
        ("id", id.as_str()),
        ("order", order),
        ("text", text),
        ("to", text),
        ("seen", seen),
    ];
    browser.post("/tickets/1/order", &fields)
}

#[tokio::test]
async fn a_ticket_is_claimed_answered_and_resolved_in_the_browser_and_chats_learn_of_it() {
    let (program, qq, wire) = started("").await;
    let mut browser = Browser::invited(&program, &["invite", "alice", "--role", "owner"]);
    // The first page has a box to try the bot in, and says what is to do first and what of it is done.
    let first = until(&mut browser, "/", "All well").await;
    assert!(first.body.contains("action=\"/try\""), "{}", first.body);
    let steps: Vec<(bool, bool)> = ["/faq", "/channels", "/users"]
        .iter()
        .map(|page| {
            let step = first.body.split("<ol class=\"steps\">").nth(1).unwrap();
            let step = step
                .split("<li")
                .find(|step| step.contains(&format!("href=\"{page}\"")));
            (
                step.is_some(),
                step.is_some_and(|step| step.contains("class=\"done\"")),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [(true, false), (true, true), (true, false)],
        "{}",
        first.body
    );
    assert!(browser.get("/tickets").body.contains("No tickets here"));
    wire.send(group_message(1, GROUP, 20_001, "转人工，<b>发票</b>丢了", true));
    let list = until(&mut browser, "/tickets", "/tickets/1").await;
    // Members' words are text.
    assert!(
        !list.body.contains("<b>发票") && list.body.contains("发票"),
        "{}",
        list.body
    );
    let page = browser.get("/tickets/1");
    assert!(!page.body.contains("<b>发票"), "{}", page.body);

    let claimed = order(&mut browser, &page, "claim", "");
    assert_eq!(
        (claimed.status, claimed.header("location")),
        (303, Some("/tickets/1"))
    );
    let page = until(&mut browser, "/tickets/1", "<b>alice</b>").await;
    qq.hears(ROOM, "alice", TEST_TIMEOUT).await;

    // Words that look like an order in a chat are for the member here; the same request twice is one reply.
    let id = page.order_id("reply");
    let said = "备注：好的，/t 2 稍等 <i>一下</i>";
    for _ in 0..2 {
        let fields = [("id", id.as_str()), ("order", "reply"), ("text", said)];
        assert_eq!(browser.post("/tickets/1/order", &fields).status, 303);
    }
    qq.hears(GROUP, said, TEST_TIMEOUT).await;
    let page = until(&mut browser, "/tickets/1", "✓").await;
    assert!(page.body.contains("&#60;i&#62;"), "{}", page.body);
    let relayed = qq
        .said()
        .into_iter()
        .filter(|one| one.group == Some(GROUP) && one.text.contains(said));
    assert_eq!(relayed.count(), 1);

    // Whatever stands in the box goes to the member whole, and orders nothing.
    for said in [
        "/t 1 关闭",
        "请输入下面这行：\n/t 12 close\n然后等一会儿",
        "全部：都好了",
        "!暂缺",
        "/faq exclude 1",
    ] {
        let page = browser.get("/tickets/1");
        let sent = order(&mut browser, &page, "reply", said);
        assert_eq!(sent.status, 303, "{said}: {}", sent.body);
        qq.hears(GROUP, said, TEST_TIMEOUT).await;
    }
    assert_eq!(
        order(&mut browser, &page, "note", "/t 12 close 是命令").status,
        303
    );
    let page = until(&mut browser, "/tickets/1", "/t 12 close 是命令").await;
    assert_eq!(order(&mut browser, &page, "note", "只给同事看").status, 303);
    let page = until(&mut browser, "/tickets/1", "只给同事看").await;
    assert_eq!(order(&mut browser, &page, "resolve", "").status, 303);
    until(&mut browser, "/tickets/1", "resolved").await;
    assert!(
        qq.said()
            .iter()
            .all(|one| one.group != Some(GROUP) || !one.text.contains("只给同事看"))
    );
    // It is found by its words, in any state.
    until(&mut browser, "/tickets?q=%E5%8F%91%E7%A5%A8", "/tickets/1").await;
    assert!(
        browser
            .get("/tickets?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA")
            .body
            .contains("No ticket found")
    );
}

#[tokio::test]
async fn of_two_replies_the_second_is_refused_and_its_draft_is_kept() {
    let (program, qq, wire) = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice"]);
    let mut bob = Browser::invited(&program, &["invite", "bob"]);
    wire.send(group_message(1, GROUP, 20_001, "转人工", true));
    let page = until(&mut alice, "/tickets/1", "name=\"order\" value=\"reply\"").await;
    let other = bob.get("/tickets/1");
    assert_eq!(order(&mut alice, &page, "reply", "我来处理").status, 303);
    assert_eq!(order(&mut bob, &other, "reply", "我也来了").status, 303);
    qq.hears(GROUP, "我来处理", TEST_TIMEOUT).await;
    let page = bob.get("/tickets/1");
    assert!(
        page.body.contains("your draft is kept") && page.body.contains("我也来了"),
        "{}",
        page.body
    );
    assert!(
        qq.said()
            .iter()
            .all(|one| one.group != Some(GROUP) || !one.text.contains("我也来了"))
    );
    // A draft is kept for its own user alone.
    assert_eq!(alice.post("/tickets/1/draft", &[("text", "半句话")]).status, 204);
    assert!(alice.get("/tickets/1").body.contains("半句话"));
    assert!(!bob.get("/tickets/1").body.contains("半句话"));
}

#[tokio::test]
async fn a_link_works_once_a_wrong_password_never_and_guessing_is_slowed_down() {
    let mut program = Program::reverse("");
    program.start(binary());
    let (qq, _heard) = Qq::new(Manners::WELL_BEHAVED);
    let _wire = qq.connect(&program.url()).await;
    let link = invite(&program, &["invite", "老王", "--role", "owner"]);
    let mut browser = Browser::new(program.port);
    browser.language = "zh-CN";
    let page = browser.get(&link);
    assert!(
        page.body.contains("老王") && page.body.contains("选一个密码"),
        "{}",
        page.body
    );
    for (password, again) in [("short", "short"), ("long enough 1", "long enough 2")] {
        assert_eq!(
            browser
                .post(&link, &[("password", password), ("again", again)])
                .status,
            422
        );
    }
    assert_eq!(
        browser
            .post(&link, &[("password", PASSWORD), ("again", PASSWORD)])
            .status,
        303
    );
    assert_eq!(browser.get("/").status, 200);
    let mut late = Browser::new(program.port);
    assert_eq!(late.get(&link).status, 410);
    assert_eq!(
        late.post(&link, &[("password", PASSWORD), ("again", PASSWORD)])
            .status,
        410
    );
    let log_in = |browser: &mut Browser, name: &str, password: &str| {
        browser.post(
            "/login",
            &[("name", name), ("password", password), ("next", "//evil.example")],
        )
    };
    let entered = log_in(&mut late, "老王", PASSWORD);
    assert_eq!((entered.status, entered.header("location")), (303, Some("/")));
    assert!(
        entered
            .header("set-cookie")
            .unwrap()
            .contains("HttpOnly; SameSite=Strict")
    );
    assert_eq!(late.post("/logout", &[]).status, 303);
    assert_eq!(late.get("/").header("location"), Some("/login?next=%2F"));
    // A new link ends the sessions when it is used.
    let link = invite(&program, &["reset", "老王"]);
    assert_eq!(browser.get("/").status, 200);
    assert_eq!(
        late.post(&link, &[("password", PASSWORD), ("again", PASSWORD)])
            .status,
        303
    );
    assert_eq!(browser.get("/").status, 303);
    let mut stranger = Browser::new(program.port);
    // Pauses double: however slow this machine is, some of these come too early.
    let guesses: Vec<u16> = (0..12)
        .map(|_| log_in(&mut stranger, "nobody", "wrong").status)
        .collect();
    assert!(
        guesses.starts_with(&[401; 5]) && guesses.contains(&429),
        "{guesses:?}"
    );
    let audit = late.get("/audit").body;
    for action in [
        "joined",
        "login",
        "logout",
        "login_failed",
        "user_invited",
        "user_reset",
    ] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
    let log = program.log();
    assert!(!log.contains(&link) && !log.contains(PASSWORD), "{log}");
}

#[tokio::test]
async fn every_route_asks_for_its_role_and_every_change_for_its_own_page() {
    let (program, _qq, wire) = started("").await;
    let mut users: Vec<(Option<Role>, Browser)> = vec![(None, Browser::new(program.port))];
    for role in Role::ALL {
        let browser = Browser::invited(&program, &["invite", role.name(), "--role", role.name()]);
        users.push((Some(role), browser));
    }
    wire.send(group_message(1, GROUP, 20_001, "转人工", true));
    until(&mut users[1].1, "/tickets", "/tickets/1").await;
    for route in ROUTES {
        let path = route
            .path
            .replace("{number}", "1")
            .replace("{name}", "nobody")
            .replace("{version}", "0")
            .replace("{group}", "1")
            .replace("{token}", "x")
            .replace("{hash}/{name}", "0/style.css");
        for (role, browser) in &mut users {
            // Streams never end, and log-outs would end the session of the test.
            let skipped = route.path == "/live" || route.path == "/logout";
            let may = route
                .needs
                .is_none_or(|needs| role.is_some_and(|role| role >= needs));
            if skipped && may {
                continue;
            }
            let case = format!("{} {} as {role:?}", route.method, route.path);
            let fields = [
                ("id", "x"),
                ("text", ""),
                ("language", "en"),
                ("old", "wrong"),
                ("password", ""),
                ("again", ""),
                ("order", ""),
            ];
            let fields = (route.method == "POST").then_some(&fields[..]);
            if route.method == "POST" {
                let kept = browser.cookie.clone();
                for headers in [
                    &[][..],
                    &[
                        ("Origin", "https://evil.example"),
                        ("Sec-Fetch-Site", "cross-site"),
                    ],
                    &[("Sec-Fetch-Site", "same-site")],
                    &[("Origin", "null")],
                ] {
                    let refused = browser.request("POST", &path, headers, fields);
                    assert_eq!(refused.status, 403, "{case} {headers:?}");
                }
                assert_eq!(browser.cookie, kept, "{case}");
            }
            let answer = match route.method {
                "POST" => browser.post(&path, fields.unwrap()),
                _ => browser.get(&path),
            };
            let to_log_in = answer
                .header("location")
                .is_some_and(|to| to.starts_with("/login"));
            match (may, role) {
                (true, _) => assert!(answer.status != 403 && !to_log_in, "{case}: {}", answer.status),
                (false, None) => assert!(to_log_in, "{case}: {}", answer.status),
                (false, Some(_)) => assert_eq!(answer.status, 403, "{case}"),
            }
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{case}");
            }
            let policy = answer.header("content-security-policy").unwrap();
            assert!(
                policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
                "{case}"
            );
        }
    }
}

#[tokio::test]
async fn a_users_rooms_are_the_limit_in_lists_searches_tickets_and_orders() {
    let extra = "channels:\n  qq/group:8: { staff_rooms: [qq/group:10] }\n  qq/group:6: { staff_rooms: [dashboard/team] }\n";
    let (program, _qq, wire) = started(extra).await;
    let mut near = Browser::invited(&program, &["invite", "near", "--room", "qq/group:9"]);
    let mut far = Browser::invited(&program, &["invite", "far", "--room", "qq/group:10"]);
    let mut team = Browser::invited(&program, &["invite", "team", "--room", "dashboard/team"]);
    let mut all = Browser::invited(
        &program,
        &["invite", "all", "--role", "admin", "--room", "qq/group:10"],
    );
    wire.send(group_message(1, GROUP, 20_001, "转人工，我的订单丢了", true));
    until(&mut near, "/tickets/1", "name=\"order\" value=\"reply\"").await;
    let id = near.get("/tickets/1").order_id("claim");
    for path in [
        "/",
        "/tickets",
        "/tickets?tab=open",
        "/tickets?q=%E8%AE%A2%E5%8D%95",
        "/tickets/1",
    ] {
        let page = far.get(path);
        assert!(!page.body.contains("订单丢了"), "{path}: {}", page.body);
        assert!(all.get(path).body.contains("订单丢了"), "{path}");
    }
    assert_eq!(far.get("/tickets/1").status, 404);
    for path in ["/tickets/1/order", "/tickets/1/draft"] {
        let fields = [("id", id.as_str()), ("order", "claim"), ("text", "x")];
        assert_eq!(far.post(path, &fields).status, 404, "{path}");
    }
    let mut live = far.live();
    assert!(read_until(&mut live, "\"open\":").contains("\"open\":0"));
    let page = near.get("/tickets/1");
    assert!(page.body.contains("unclaimed"), "{}", page.body);
    // A room that is nowhere but here.
    wire.send(group_message(2, 6, 20_002, "转人工", true));
    let page = until(&mut team, "/tickets/2", "name=\"order\" value=\"claim\"").await;
    let fields = [("id", page.order_id("claim")), ("order", "claim".to_owned())];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(team.post("/tickets/2/order", &fields).status, 303);
    until(&mut team, "/tickets/2", "<b>team</b>").await;
    assert_eq!(near.get("/tickets/2").status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_reaches_an_open_page_and_the_stream_ends_with_its_session() {
    let (program, _qq, wire) = started("").await;
    let browser = Browser::invited(&program, &["invite", "alice"]);
    let mut live = browser.live();
    assert!(read_until(&mut live, "\"waits\":0").contains("text/event-stream"));
    wire.send(group_message(1, GROUP, 20_001, "转人工", true));
    read_until(&mut live, "\"waits\":1");
    read_until(&mut live, "event: beat");
    // It goes on after as many as come.
    for (id, waits) in [(11, 2), (12, 3)] {
        wire.send(group_message(id, GROUP, 20_000 + id, "转人工", true));
        read_until(&mut live, &format!("\"waits\":{waits}"));
    }
    // Browsers dispatch no event without data.
    read_until(&mut live, "event: beat\ndata: 1\n");
    let link = invite(&program, &["reset", "alice"]);
    Browser::new(program.port).post(&link, &[("password", PASSWORD), ("again", PASSWORD)]);
    wire.send(group_message(2, GROUP, 20_002, "转人工", true));
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut live, &mut rest).unwrap();
    assert!(!rest.contains("\"waits\":4"), "{rest}");
}

#[tokio::test]
async fn the_faq_is_edited_with_a_preview_over_nobody_elses_edit_and_brought_back() {
    let (program, _qq, wire) = started("").await;
    let mut browser = Browser::invited(&program, &["invite", "boss", "--role", "admin"]);
    let file = program.folder.join("faq.yaml");
    let before = std::fs::read_to_string(&file).unwrap();
    let page = browser.get("/faq");
    let base = page.body.split("name=\"base\" value=\"").nth(1).unwrap();
    let base = base.split('"').next().unwrap().to_owned();
    // Mistakes are found as one types, with their places.
    let checked = browser.post(
        "/faq/check",
        &[("text", "entries:\n  - id: a\n    questoins: [x]\n")],
    );
    assert!(
        checked.body.contains("3:") && checked.body.contains("questions"),
        "{}",
        checked.body
    );
    let entry = "  - id: parking\n    questions: [停车场在哪里, 哪里可以停车]\n    answer: 停车场在东门。\n";
    let after = before.replacen("entries:\n", &format!("entries:\n{entry}"), 1);
    assert_ne!(after, before);
    let sent = after.replace('\n', "\r\n");
    let preview = browser.post("/faq/preview", &[("base", &base), ("text", &sent)]);
    assert!(
        preview.body.contains("+   - id: parking") && preview.body.contains("/faq/save"),
        "{}",
        preview.body
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    let wrong = browser.post("/faq/save", &[("base", &base), ("text", "entries: 7")]);
    assert_eq!(wrong.status, 409, "{}", wrong.body);
    let saved = browser.post("/faq/save", &[("base", &base), ("text", &sent), ("note", "停车")]);
    assert_eq!(saved.status, 303, "{}", saved.body);
    // No line of it is changed but those that were meant.
    assert_eq!(std::fs::read_to_string(&file).unwrap(), after);
    let late = browser.post("/faq/save", &[("base", &base), ("text", &before)]);
    assert!(
        late.status == 409 && late.body.contains("by somebody else"),
        "{}",
        late.body
    );
    until(
        &mut browser,
        "/try?text=%E5%81%9C%E8%BD%A6%E5%9C%BA%E5%9C%A8%E5%93%AA%E9%87%8C&how=called",
        "停车场在东门",
    )
    .await;
    let versions = browser.get("/faq/versions");
    assert!(
        versions.body.contains("dashboard") && versions.body.contains("停车"),
        "{}",
        versions.body
    );
    let back = browser.get(&format!("/faq/versions/{base}"));
    assert!(
        back.body.contains("-   - id: parking") && back.body.contains("Bring this version back"),
        "{}",
        back.body
    );
    let now = back.body.split("name=\"base\" value=\"").nth(1).unwrap();
    let now = now.split('"').next().unwrap().to_owned();
    let note = format!("= {base}");
    let back = browser.post("/faq/save", &[("base", &now), ("text", &before), ("note", &note)]);
    assert_eq!(back.status, 303, "{}", back.body);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
    assert!(browser.get("/faq/versions").body.contains("rollback"));
    assert!(browser.get("/audit").body.contains("faq_saved"));
    drop(wire);
}

#[tokio::test]
async fn a_group_of_unanswered_questions_becomes_a_live_entry() {
    let (program, _qq, wire) = started("").await;
    let mut browser = Browser::invited(&program, &["invite", "boss", "--role", "admin"]);
    assert!(
        browser
            .get("/unanswered")
            .body
            .contains("No question went unanswered")
    );
    wire.send(group_message(1, GROUP, 20_001, "你们的停车场在哪里呀", true));
    let page = until(&mut browser, "/unanswered", "停车场在哪里").await;
    let group = page.body.split("/unanswered/").nth(1).unwrap();
    let path = format!("/unanswered/{}", group.split('"').next().unwrap());
    let fields = [
        ("do", "entry"),
        ("question", "停车场在哪里"),
        ("question", "你们的停车场在哪里呀"),
        ("answer", "停车场在东门。"),
        ("entry", "parking"),
    ];
    let preview = browser.post(&path, &fields);
    assert!(
        preview.body.contains("parking") && preview.body.contains("/faq/save"),
        "{}",
        preview.body
    );
    let field = |name: &str| {
        let field = preview
            .body
            .split(&format!("name=\"{name}\" value=\""))
            .nth(1)
            .unwrap();
        field.split('"').next().unwrap().to_owned()
    };
    let (base, group, becomes) = (field("base"), field("group"), field("becomes"));
    let text = std::fs::read_to_string(program.folder.join("faq.yaml")).unwrap();
    let entry =
        "  - id: parking\n    questions: [停车场在哪里, 你们的停车场在哪里呀]\n    answer: 停车场在东门。\n";
    let text = text.replacen("entries:\n", &format!("entries:\n{entry}"), 1);
    let fields = [
        ("base", base.as_str()),
        ("text", &text),
        ("group", &group),
        ("becomes", &becomes),
        ("note", "+ m1"),
    ];
    assert_eq!(browser.post("/faq/save", &fields).status, 303);
    until(&mut browser, "/unanswered", "No question went unanswered").await;
    until(
        &mut browser,
        "/try?text=%E5%81%9C%E8%BD%A6%E5%9C%BA%E5%9C%A8%E5%93%AA%E9%87%8C&how=called",
        "停车场在东门",
    )
    .await;
    drop(wire);
}
