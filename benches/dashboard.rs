//! The dashboard at size: `cargo bench --bench dashboard`. Fills a store with 100,000 tickets and 1,000,000 decisions, starts the real
//! binary on it, logs in, and asks for pages over the socket.
//!
//! Figures: time of the first page after the start, then p50 and p99 of each page (server and socket, on the same cores), and the
//! bytes of a first visit, compressed as a browser asks for them. They should stay below 100 ms for the first page, 50 ms for list,
//! search and ticket, and 60 KB.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../tests/support/mod.rs"]
mod support;

use groupdesk::store::{Batch, Decisions, NewDecision, SqliteStore, Store};
use groupdesk::ticket::Ticket;
use groupdesk_contract::Place;
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};
use support::browser::Browser;
use support::program::{Program, binary};

const TICKETS: usize = 100_000;
const DECISIONS: usize = 1_000_000;

/// Tickets that are not closed.
const LIVE: usize = 1_000;

/// Rows of a commit, and requests of a page.
const BATCH: usize = 5_000;
const REQUESTS: usize = 200;

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only ask whether it runs.
    let quick = std::env::args().any(|argument| argument == "--test");
    let divide = if quick { 500 } else { 1 };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut program = Program::reverse("");
    let start = Instant::now();
    runtime.block_on(fill(&program, divide));
    println!("filled in {:.0} s", start.elapsed().as_secs_f64());
    program.start(binary());
    wait_for(&program);
    let mut browser = Browser::invited(&program, &["invite", "alice", "--role", "owner"]);
    let first = Instant::now();
    let page = browser.get("/");
    println!("first page: {:.1} ms", millis(first.elapsed()));
    weigh(&page.body, &mut browser);
    let newest = TICKETS / divide;
    for path in [
        "/".to_owned(),
        "/tickets".to_owned(),
        "/tickets?tab=closed".to_owned(),
        format!("/tickets?tab=closed&below={}", newest / 2),
        "/tickets?q=%E5%8F%91%E7%A5%A8".to_owned(),
        "/tickets?member=qq%2Fu7".to_owned(),
        "/tickets?owner=nobody".to_owned(),
        format!("/tickets/{newest}"),
        "/labels".to_owned(),
        "/channels".to_owned(),
        "/why/1".to_owned(),
    ] {
        measure(&mut browser, &path, if quick { 3 } else { REQUESTS });
    }
    for path in [
        "/figures?span=1",
        "/figures?span=7",
        "/figures?span=90&by=channel",
    ] {
        measure(&mut browser, path, if quick { 1 } else { 3 });
    }
}

fn millis(time: Duration) -> f64 {
    1000.0 * time.as_secs_f64()
}

fn measure(browser: &mut Browser, path: &str, requests: usize) {
    let mut times: Vec<Duration> = (0..requests)
        .map(|_| {
            let begun = Instant::now();
            let page = browser.get(path);
            assert_eq!(page.status, 200, "{path}");
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |share: usize| millis(times[(times.len() * share / 100).min(times.len() - 1)]);
    println!("{path:<40} p50 {:>7.1} ms  p99 {:>7.1} ms", at(50), at(99));
}

/// Says how many bytes a first visit takes.
fn weigh(page: &str, browser: &mut Browser) {
    let mut bytes = page.len();
    for part in page.split("/assets/").skip(1) {
        let path = format!("/assets/{}", part.split('"').next().unwrap());
        let file = browser.request("GET", &path, &[("Accept-Encoding", "gzip")], None);
        let length = file
            .header("content-length")
            .and_then(|length| length.parse::<usize>().ok());
        bytes += length.unwrap_or(file.body.len());
    }
    println!("first visit: {:.1} KB", bytes as f64 / 1024.0);
}

fn wait_for(program: &Program) {
    let end = Instant::now() + Duration::from_secs(120);
    while std::net::TcpStream::connect(("127.0.0.1", program.port)).is_err() {
        assert!(Instant::now() < end, "{}", program.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

async fn fill(program: &Program, divide: usize) {
    let store = SqliteStore::open(&program.folder.join("groupdesk.db"))
        .await
        .unwrap();
    let now = Timestamp::from_second(support::qq::now()).unwrap();
    let numbers: Vec<usize> = (0..TICKETS / divide).collect();
    for part in numbers.chunks(BATCH) {
        let batch = Batch {
            tickets: part.iter().map(|number| ticket(*number, divide, now)).collect(),
            ..Batch::default()
        };
        store.commit(&batch).await.unwrap();
    }
    let numbers: Vec<usize> = (0..DECISIONS / divide).collect();
    for part in numbers.chunks(BATCH) {
        let decisions = Decisions {
            rows: part.iter().map(|number| decision(*number, divide, now)).collect(),
            ..Decisions::default()
        };
        let batch = Batch {
            decisions,
            ..Batch::default()
        };
        store.commit(&batch).await.unwrap();
    }
    let begun = Instant::now();
    store
        .index_tickets(&groupdesk::matcher::search_terms)
        .await
        .unwrap();
    println!(
        "words of tickets indexed in {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    store.close().await;
}

/// Spreads things over the last 90 days, the oldest first.
fn at(number: usize, all: usize, now: Timestamp) -> Timestamp {
    let span = 90 * 24 * 3_600;
    let ago = span - span * i64::try_from(number).unwrap() / i64::try_from(all).unwrap();
    now - SignedDuration::from_secs(ago)
}

fn ticket(number: usize, divide: usize, now: Timestamp) -> Ticket {
    let all = TICKETS / divide;
    let opened = at(number, all, now);
    let is_live = number + LIVE / divide >= all;
    // As the store has it, so that what a later version adds to a ticket is nothing to this program.
    let ticket = serde_json::json!({
        "number": number + 1,
        "place": { "account": "qq", "channel": format!("group:{}", number % 500) },
        "kind": "group",
        "language": "zh",
        "member": format!("u{}", number % 20_000),
        "member_name": "小明",
        "message": number.to_string(),
        "subject": if number.is_multiple_of(7) { "发票丢了怎么办" } else { "装不上，日志里说磁盘满了" },
        "transcript": "装不上，日志里说磁盘满了。".repeat(5),
        "reason": "asked for a human",
        "opened": opened,
        "rooms": [{ "account": "qq", "channel": "group:9" }],
        "status": if is_live { "open" } else { "closed" },
        "owner": null,
        "watchers": [],
        "member_spoke": opened,
        "staff_acted": null,
        "first_reply": null,
        "ended": if is_live { None } else { Some(opened) },
        "in_digest": false,
    });
    serde_json::from_value(ticket).unwrap()
}

fn decision(number: usize, divide: usize, now: Timestamp) -> NewDecision {
    let is_answer = !number.is_multiple_of(3);
    NewDecision {
        at: at(number, DECISIONS / divide, now),
        place: Place::new("qq", format!("group:{}", number % 500).as_str()),
        member: format!("u{}", number % 20_000).as_str().into(),
        message: format!("m{number}").as_str().into(),
        called: number.is_multiple_of(2),
        question: true,
        act: "ask".to_owned(),
        decision: if is_answer { "answer" } else { "quiet" }.to_owned(),
        rule: if is_answer {
            "called_and_known"
        } else {
            "not_certain"
        }
        .to_owned(),
        entry: is_answer.then(|| "ticket-registration".to_owned()),
        confidence: Some(0.9),
        needed: Some(0.75),
        best: vec![
            ("ticket-registration".to_owned(), 0.9),
            ("ticket-feedback".to_owned(), 0.1),
        ],
        ticket: None,
        faq_version: "0123456789ab".to_owned(),
        language: "zh".to_owned(),
        shadow: false,
        text: Some("提交工单要不要先注册账号呢".to_owned()),
    }
}
