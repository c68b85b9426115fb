//! A website over a real socket: visitors on pages, programs with keys, staff in the dashboard, and the widget in a real browser.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "browser/chrome.rs"]
mod chrome;
#[path = "widget/client.rs"]
mod client;
#[path = "widget/page.rs"]
mod page;
mod support;

use client::{Client, SHOP, TEST_TIMEOUT, body, replies};
use groupdesk_testkit::hmac_sha256;
use serde_json::json;
use std::time::{Duration, Instant};
use support::browser::{Browser, Page};
use support::program::{Program, TOKEN, binary};

/// A question of the shipped FAQ.
const QUESTION: &str = "工单需要注册吗？";

/// The longest time for which the stream of a key stays open that was ended; a sign of life comes every five seconds.
const KEY_ENDS: Duration = Duration::from_secs(4);

/// An account with these further keys of its connection, and its staff in the dashboard.
fn website(more: &str) -> Program {
    website_for(SHOP, more)
}

fn website_for(origin: &str, more: &str) -> Program {
    let account = format!(
        "  site:\n    platform: web\n    connection:\n      origins: [\"{origin}\"]\n      identity_secret: ${{TEST_TOKEN}}\n{more}    \
         staff_rooms: [dashboard/team]"
    );
    Program::with(&account, "")
}

async fn started(more: &str) -> Program {
    let mut program = website(more);
    start(&mut program).await;
    program
}

/// Starts it, and waits until visitors can speak.
async fn start(program: &mut Program) {
    program.start(binary());
    let end = Instant::now() + TEST_TIMEOUT;
    let connected = |log: String| log.matches("account=site").count();
    let before = connected(program.log());
    while connected(program.log()) == before
        || std::net::TcpStream::connect(("127.0.0.1", program.port)).is_err()
    {
        assert!(Instant::now() < end, "it does not run: {}", program.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Returns the website's signature of a visitor.
fn signature(visitor: &str) -> String {
    let mac = hmac_sha256(TOKEN.as_bytes(), visitor.as_bytes());
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_question_is_answered_kept_and_done_once() {
    let program = started("").await;
    let visitor = Client::guest(program.port);
    let mut events = visitor.events("", 0);
    let said = visitor.say("m-1", QUESTION);
    assert_eq!(said.status, 200, "{}", said.body);
    let answer = events.until("\"answers\":\"m-1\"");
    assert_eq!(answer["type"], "reply");
    // What is streamed is what is kept, in order; nothing is pending.
    let history = visitor.history("");
    assert_eq!(
        (&history[0]["type"], &history[0]["text"]),
        (&json!("said"), &json!(QUESTION))
    );
    assert_eq!(history[1]["text"], answer["text"]);
    assert!(history[0].get("pending").is_none(), "{history:#?}");
    // The same again is answered the same and done once; other words under its id are refused.
    let again = visitor.say("m-1", QUESTION);
    assert_eq!((again.status, &again.body), (200, &said.body));
    assert_eq!(visitor.say("m-1", "别的话").status, 409);
    assert_eq!(visitor.say("m-2", "谢谢").status, 200);
    let history = visitor
        .until("", "no third message", |history| history.len() > 2)
        .await;
    assert_eq!(
        replies(&history)
            .iter()
            .filter(|reply| reply["answers"] == "m-1")
            .count(),
        1
    );
    // Whoever comes back goes on behind what they have.
    let position = answer["position"].as_i64().unwrap();
    let mut late = visitor.events("", position);
    late.until("谢谢");
    assert!(!late.read.contains(QUESTION), "{}", late.read);
    // The token is renewed, and another browser is another visitor.
    let mut back = visitor.clone();
    let token = back.bearer.take().unwrap();
    back.begin(&json!({ "token": token }));
    assert_eq!(back.history("").len(), history.len());
    assert!(Client::guest(program.port).history("").is_empty());
    // The words are nowhere in the log.
    assert!(!program.log().contains(QUESTION) && !program.log().contains(&token));
}

#[tokio::test]
async fn who_forges_a_token_a_name_or_an_origin_is_refused() {
    let program = started("").await;
    let mut visitor = Client::guest(program.port);
    assert_eq!(visitor.say("m-1", QUESTION).status, 200);
    let token = visitor.bearer.clone().unwrap();
    let (head, mac) = token.rsplit_once('.').unwrap();
    let flipped = if mac.starts_with('0') { '1' } else { '0' };
    let no_key = format!("gdk_{}", "0".repeat(64));
    let stranger = Client::program(program.port, &no_key);
    assert_eq!(stranger.get("/api/v1/messages?visitor=42").status, 401);
    for forged in [
        format!("{head}.{flipped}{}", &mac[1..]),
        head.to_owned(),
        no_key.replace('g', "h"),
        String::new(),
    ] {
        let mut stranger = visitor.clone();
        stranger.bearer = Some(forged);
        for refused in [
            stranger.say("m-2", QUESTION),
            stranger.get("/api/v1/messages"),
            stranger.get("/api/v1/events"),
        ] {
            assert_eq!(refused.status, 401, "{}", refused.body);
            assert!(!refused.body.contains(QUESTION));
        }
    }
    // Pages of others, of a file, and none at all.
    for (origin, status) in [
        (Some("https://evil.example"), 403),
        (Some("null"), 403),
        (Some("https://shop.example.evil.example"), 403),
        (Some(SHOP), 200),
    ] {
        visitor.origin = origin.map(str::to_owned);
        let answer = visitor.get("/api/v1/messages");
        assert_eq!(answer.status, status, "{origin:?}");
        let admitted = answer.header("access-control-allow-origin");
        assert_eq!(admitted, (status == 200).then_some(SHOP), "{origin:?}");
        let asked = "Access-Control-Request-Method: POST\r\n";
        let ahead = visitor.request("OPTIONS", "/api/v1/messages", asked, "");
        assert_eq!(ahead.status, if status == 200 { 204 } else { 403 }, "{origin:?}");
    }
    let mut nobody = Client::page(program.port);
    nobody.origin = None;
    assert_eq!(nobody.begin(&json!({})).status, 403);
    // Other paths stay closed to pages.
    assert_eq!(Client::page(program.port).get("/tickets").status, 403);
    // A visitor speaks for nobody else.
    let other = json!({ "id": "m-9", "text": "x", "visitor": "42" });
    assert_eq!(visitor.post("/api/v1/messages", &other).status, 403);
    for wrong in [
        json!({ "id": "", "text": "x" }),
        json!({ "id": "a b", "text": "x" }),
        json!({ "id": "m", "text": " " }),
        json!({ "id": "m", "text": "长".repeat(4_001) }),
        json!({ "id": "m", "text": "x", "admin": true }),
    ] {
        assert_eq!(visitor.post("/api/v1/messages", &wrong).status, 400, "{wrong}");
    }
    let huge = json!({ "id": "m", "text": "x".repeat(40_000) });
    assert_eq!(visitor.post("/api/v1/messages", &huge).status, 413);
}

#[tokio::test]
async fn every_refusal_of_the_api_is_json_also_of_what_never_reaches_it() {
    let program = started("").await;
    let visitor = Client::guest(program.port);
    let length = |sent: &str| format!("Content-Length: {}\r\n", sent.len());
    let (broken, form) = ("{\"id\": ", "id=m-1&text=x");
    let huge = json!({ "id": "m", "text": "x".repeat(40_000) }).to_string();
    let as_form = format!(
        "Content-Type: application/x-www-form-urlencoded\r\n{}",
        length(form)
    );
    for (method, path, more, sent, status) in [
        ("POST", "/api/v1/messages", length(broken), broken, 400),
        ("POST", "/api/v1/messages", as_form, form, 400),
        ("POST", "/api/v1/messages", length(&huge), &huge, 413),
        ("POST", "/api/v1/visitors", length(&huge), &huge, 413),
        ("GET", "/api/v1/messages?after=x", String::new(), "", 400),
        ("GET", "/api/v1/events?after=x", String::new(), "", 400),
        ("DELETE", "/api/v1/messages", String::new(), "", 405),
        ("PUT", "/web/site/api/v1/desk", String::new(), "", 405),
        ("GET", "/api/v1/nothing", String::new(), "", 404),
        (
            "POST",
            "/api/v2/messages",
            "Content-Length: 0\r\n".to_owned(),
            "",
            404,
        ),
        ("GET", "/web/site/api/nothing/at/all", String::new(), "", 404),
    ] {
        let case = format!("{method} {path}");
        let mut program = visitor.clone();
        program.origin = None;
        for client in [&visitor, &program] {
            let refused = client.request(method, path, &more, sent);
            assert_eq!(refused.status, status, "{case}: {}", refused.body);
            assert_eq!(refused.header("content-type"), Some("application/json"), "{case}");
            let why = body(&refused)["error"].as_str().map(str::to_owned);
            assert!(why.is_some_and(|why| why.len() > 10), "{case}: {}", refused.body);
            let admitted = refused.header("access-control-allow-origin");
            assert_eq!(admitted, client.origin.as_deref(), "{case}");
        }
        if status == 405 {
            assert!(
                visitor
                    .request(method, path, &more, sent)
                    .header("allow")
                    .is_some(),
                "{case}"
            );
        }
    }
    // A path beside the API is the dashboard's.
    let mut browser = Browser::new(program.port);
    let beside = browser.get("/nothing");
    assert_eq!(
        (beside.status, beside.header("content-type")),
        (404, Some("text/html; charset=utf-8"))
    );
}

#[tokio::test]
async fn who_is_signed_is_known_everywhere_and_who_is_not_can_be_refused() {
    let program = started("      require_identity: true\n").await;
    let mut page = Client::page(program.port);
    assert_eq!(page.begin(&json!({})).status, 403);
    for hash in ["", "00", &signature("43")] {
        assert_eq!(
            page.begin(&json!({ "visitor": "42", "hash": hash })).status,
            401,
            "{hash}"
        );
    }
    let signed = json!({ "visitor": "42", "hash": signature("42") });
    assert_eq!(page.begin(&signed).status, 200);
    assert_eq!(page.say("m-1", QUESTION).status, 200);
    let mut elsewhere = Client::page(program.port);
    elsewhere.begin(&signed);
    elsewhere
        .until("", "no answer on the other device", |history| history.len() == 2)
        .await;
    let desk = body(&Client::page(program.port).get("/api/v1/desk?language=en"));
    assert_eq!(desk["identity"], true);
    assert!(desk["hours"].as_str().unwrap().contains("Mon"), "{desk}");
    assert!(!desk["contacts"].as_array().unwrap().is_empty(), "{desk}");
}

#[tokio::test]
async fn too_many_messages_are_refused_with_the_time_to_wait() {
    let more = "      limits: { visitor_per_minute: 2, address_per_minute: 3, visitors_per_hour: 2 }\n      proxies: [\"192.0.2.0/24\"]\n";
    let program = started(more).await;
    let (one, other) = (Client::guest(program.port), Client::guest(program.port));
    let refused = Client::page(program.port).begin(&json!({}));
    assert_eq!(refused.status, 429);
    let wait = |page: &Page| {
        page.header("retry-after")
            .and_then(|wait| wait.parse::<u64>().ok())
    };
    assert!(wait(&refused).is_some_and(|wait| wait > 60), "{}", refused.head);
    assert_eq!(
        (one.say("a", "你好").status, one.say("b", "在吗").status),
        (200, 200)
    );
    let refused = one.say("c", "有人吗");
    assert_eq!(refused.status, 429);
    assert!(
        wait(&refused).is_some_and(|wait| (1..=60).contains(&wait)),
        "{}",
        refused.head
    );
    // The address has its own limit, whoever it is that speaks from there.
    let spoken: Vec<u16> = (0..3)
        .map(|n| other.say(&format!("d{n}"), "你好").status)
        .collect();
    assert!(spoken.contains(&429), "{spoken:?}");
    // A proxy on this machine says from where somebody comes.
    let elsewhere = "X-Forwarded-For: 203.0.113.9\r\nContent-Length: 2\r\n";
    assert_eq!(
        Client::page(program.port)
            .request("POST", "/api/v1/visitors", elsewhere, "{}")
            .status,
        200
    );
}

#[tokio::test]
async fn an_answer_that_was_committed_reaches_the_visitor_once_after_a_kill() {
    let mut program = started("").await;
    let visitor = Client::guest(program.port);
    for round in 0..4_u64 {
        let id = format!("m-{round}");
        let said = visitor.say(&id, QUESTION);
        assert_eq!(said.status, 200, "{}", said.body);
        // In the middle of the delivery, at another moment each time.
        tokio::time::sleep(Duration::from_millis(round * 2)).await;
        program.kill();
        start(&mut program).await;
        assert_eq!(visitor.say(&id, QUESTION).body, said.body);
        let answers = |history: &[serde_json::Value]| {
            replies(history)
                .iter()
                .filter(|reply| reply["answers"] == json!(id))
                .count()
        };
        let history = visitor
            .until("", "no answer after the kill", |history| answers(history) > 0)
            .await;
        assert_eq!(answers(&history), 1, "{history:#?}");
        let said = history.iter().filter(|message| message["id"] == json!(id));
        assert_eq!(
            said.map(|message| message.get("pending")).collect::<Vec<_>>(),
            [None]
        );
        // Questions of before stand before their answers.
        let position = |is: &dyn Fn(&serde_json::Value) -> bool| history.iter().position(is);
        let asked = position(&|message| message["id"] == json!(id));
        let told = position(&|message| message["answers"] == json!(id));
        assert!(asked < told, "{history:#?}");
    }
}

#[tokio::test]
async fn what_can_not_be_committed_is_refused_for_now_and_taken_later() {
    let program = started("").await;
    let visitor = Client::guest(program.port);
    // Somebody else holds the store.
    let path = program.folder.join("groupdesk.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut holder = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::raw_sql("BEGIN IMMEDIATE")
        .execute(&mut holder)
        .await
        .unwrap();
    let asker = visitor.clone();
    let refused = tokio::task::spawn_blocking(move || asker.say("m-1", QUESTION))
        .await
        .unwrap();
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert_eq!(refused.header("retry-after"), Some("5"));
    sqlx::raw_sql("ROLLBACK").execute(&mut holder).await.unwrap();
    let end = Instant::now() + TEST_TIMEOUT;
    while visitor.say("m-1", QUESTION).status != 200 {
        assert!(Instant::now() < end, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let history = visitor
        .until("", "no answer", |history| !replies(history).is_empty())
        .await;
    assert_eq!(replies(&history).len(), 1, "{history:#?}");
}

/// Gives an order in ticket 1.
fn order(browser: &mut Browser, order: &str, text: &str) {
    let page = browser.get("/tickets/1");
    let id = page.order_id(order);
    let seen = page.body.split("name=\"seen\" value=\"").nth(1);
    let seen = seen
        .and_then(|rest| rest.split('"').next())
        .unwrap_or("0")
        .to_owned();
    let fields = [
        ("id", id.as_str()),
        ("order", order),
        ("text", text),
        ("to", text),
        ("seen", &seen),
    ];
    assert_eq!(browser.post("/tickets/1/order", &fields).status, 303);
}

#[tokio::test]
async fn a_ticket_goes_to_staff_and_their_words_come_back() {
    let program = started("").await;
    let mut alice = Browser::invited(&program, &["invite", "alice", "--role", "owner"]);
    let visitor = Client::guest(program.port);
    let hostile = "转人工 <img src=x onerror=alert(1)> \u{202e}";
    let said =
        json!({ "id": "m-1", "text": hostile, "name": "<b>小明</b>", "page": "https://shop.example/cart" });
    assert_eq!(visitor.post("/api/v1/messages", &said).status, 200);
    let end = Instant::now() + TEST_TIMEOUT;
    while !alice.get("/tickets").body.contains("/tickets/1") {
        assert!(Instant::now() < end, "no ticket: {}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let page = alice.get("/tickets/1").body;
    assert!(
        page.contains("小明") && !page.contains("<b>小明") && !page.contains("<img src=x"),
        "{page}"
    );
    let mut events = visitor.events("", 0);
    order(&mut alice, "claim", "");
    order(&mut alice, "reply", "您好，<i>请稍等</i>");
    let reply = events.until("请稍等");
    assert_eq!(reply["type"], "reply");
    assert!(
        reply["text"].as_str().unwrap().contains("<i>请稍等</i>"),
        "{reply}"
    );
    assert_eq!(visitor.say("m-2", "好的，我等着").status, 200);
    let end = Instant::now() + TEST_TIMEOUT;
    while !alice.get("/tickets/1").body.contains("我等着") {
        assert!(Instant::now() < end, "{}", alice.get("/tickets/1").body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The dashboard's page of the ticket says that it arrived.
    assert!(alice.get("/tickets/1").body.contains('✓'));
}

/// Runs `groupdesk api-key`.
fn api_key(program: &Program, arguments: &[&str]) -> (bool, String) {
    let output = program
        .command(binary())
        .arg("api-key")
        .args(arguments)
        .output()
        .unwrap();
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.success(), told)
}

#[tokio::test]
async fn a_program_speaks_by_a_key_until_it_is_ended() {
    let program = started("").await;
    let (made, told) = api_key(&program, &["make", "app"]);
    assert!(made, "{told}");
    let key = told.lines().next().unwrap().to_owned();
    assert!(!api_key(&program, &["make", "app"]).0 && !api_key(&program, &["end", "other"]).0);
    let app = Client::program(program.port, &key);
    let mut events = app.events("", 0);
    for visitor in ["42", "小红"] {
        let said = json!({ "id": "m-1", "text": QUESTION, "visitor": visitor });
        assert_eq!(app.post("/api/v1/messages", &said).status, 200);
    }
    let first = events.until("\"visitor\":\"user:42\"");
    assert!(first["position"].is_i64(), "{first}");
    events.until("\"answers\":\"m-1\",");
    assert_eq!(app.say("m-2", QUESTION).status, 400);
    // Its visitor is the one whom the widget knows by the same id.
    let mut page = Client::page(program.port);
    page.begin(&json!({ "visitor": "42", "hash": signature("42") }));
    page.until("", "no answer", |history| history.len() == 2).await;
    app.until("?visitor=42", "no answer", |history| history.len() == 2)
        .await;
    // In a page everybody would read it.
    let mut leaked = app.clone();
    leaked.origin = Some(SHOP.to_owned());
    assert_eq!(leaked.get("/api/v1/messages?visitor=42").status, 403);
    // Only its hash is kept.
    for file in ["groupdesk.db", "groupdesk.db-wal", "log"] {
        let bytes = std::fs::read(program.folder.join(file)).unwrap_or_default();
        assert!(
            !bytes.windows(key.len()).any(|found| found == key.as_bytes()),
            "{file}"
        );
    }
    assert!(api_key(&program, &["list"]).1.contains("site/app"));
    assert!(api_key(&program, &["end", "app"]).0);
    assert_eq!(app.get("/api/v1/messages?visitor=42").status, 401);
    // What is said from now on is not for it, and the stream ends at once.
    let ended = Instant::now();
    let said = page.say("m-late", "这句话密钥停用以后才说");
    assert_eq!(said.status, 200, "{}", said.body);
    events.read_to_end();
    assert!(!events.read.contains("停用以后"), "{}", events.read);
    assert!(ended.elapsed() < KEY_ENDS, "{:?}", ended.elapsed());

    // The same in the dashboard, by admins alone.
    let mut admin = Browser::invited(&program, &["invite", "root", "--role", "admin"]);
    let mut staff = Browser::invited(&program, &["invite", "bob", "--role", "staff"]);
    let fields = [("do", "make"), ("account", "site"), ("name", "shop")];
    assert_eq!(
        (staff.get("/keys").status, staff.post("/keys", &fields).status),
        (403, 403)
    );
    assert_eq!(admin.post("/keys", &fields).status, 303);
    let page = admin.get("/keys").body;
    let key = page
        .split("gdk_")
        .nth(1)
        .map(|rest| format!("gdk_{}", &rest[..64]))
        .unwrap();
    assert!(!admin.get("/keys").body.contains(&key));
    let app = Client::program(program.port, &key);
    assert_eq!(app.get("/api/v1/messages?visitor=42").status, 200);
    assert_eq!(
        admin
            .post("/keys", &[("do", "end"), ("account", "site"), ("name", "shop")])
            .status,
        303
    );
    assert_eq!(app.get("/api/v1/messages?visitor=42").status, 401);
    let audit = admin.get("/audit").body;
    for action in [
        "api_key_made",
        "api_key_ended",
        "site/shop",
        "site/app",
        "command line",
    ] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
    // What is told of a member is erased with them.
    let forget = program
        .command(binary())
        .args(["forget", "member", "site/user:42"])
        .output()
        .unwrap();
    assert!(
        forget.status.success(),
        "{}",
        String::from_utf8_lossy(&forget.stderr)
    );
    assert!(page_history(&program).is_empty());
}

fn page_history(program: &Program) -> Vec<serde_json::Value> {
    let mut page = Client::page(program.port);
    page.begin(&json!({ "visitor": "42", "hash": signature("42") }));
    page.history("")
}

#[tokio::test]
async fn the_widget_is_at_its_two_addresses_and_small() {
    let program = started("").await;
    let page = Client::page(program.port);
    for path in ["/widget.js", "/web/site/widget.js"] {
        let script = page.get(path);
        assert_eq!(script.status, 200);
        assert_eq!(script.header("access-control-allow-origin"), Some("*"));
        assert!(
            script
                .header("content-type")
                .unwrap()
                .starts_with("text/javascript")
        );
        let known = format!("If-None-Match: {}\r\n", script.header("etag").unwrap());
        assert_eq!(page.request("GET", path, &known, "").status, 304);
        let packed = page.request("GET", path, "Accept-Encoding: gzip\r\n", "");
        let bytes: usize = packed.header("content-length").unwrap().parse().unwrap();
        assert!(bytes <= 12 << 10, "{bytes} bytes");
    }
    let printed = program
        .command(binary())
        .args(["schema", "api"])
        .output()
        .unwrap();
    let served = page.get("/api/v1/openapi.json").body;
    assert_eq!(
        String::from_utf8_lossy(&printed.stdout).trim_end(),
        served.trim_end()
    );
}
