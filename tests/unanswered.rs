//! From questions that nobody answered to an entry that answers them, over a socket: grouped by the running program, accepted from the
//! staff room.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, Said, Wire, group_message, group_quote, next};
use tokio::sync::mpsc::UnboundedReceiver;

/// The longest time for something that takes no time.
const TEST_TIMEOUT: Duration = Duration::from_secs(90);

/// The staff room, and the admin in it.
const ROOM: i64 = 9;
const ADMIN: i64 = 555;

const ANSWER: &str = "在“设置 - 审计”里点“导出”";

/// What members ask, each in words of their own.
const ASKED: [&str; 6] = [
    "怎么导出审计日志",
    "审计日志怎么导出？",
    "请问审计日志在哪里导出",
    "怎样才能导出审计日志啊",
    "审计日志要怎么导出来",
    "如何导出审计日志",
];

/// Returns the groups that the command lists.
fn groups(program: &Program, arguments: &[&str]) -> Vec<Value> {
    let output = program
        .command(binary())
        .arg("unanswered")
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns the groups as soon as the first has so many messages.
async fn grouped(program: &Program, count: usize) -> Vec<Value> {
    let end = Instant::now() + TEST_TIMEOUT;
    loop {
        let found = groups(program, &["--json"]);
        if found.first().is_some_and(|group| group["count"] == count) {
            return found;
        }
        assert!(Instant::now() < end, "{found:#?}\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Waits for a message with these words in a group.
async fn until(heard: &mut UnboundedReceiver<Said>, group: i64, words: &str) -> String {
    loop {
        let said = next(heard).await;
        if said.group == Some(group) && said.text.contains(words) {
            return said.text;
        }
    }
}

/// Says a question in a group of its own, by who calls the bot, and returns what is said there.
async fn asks(wire: &Wire, heard: &mut UnboundedReceiver<Said>, group: i64, text: &str) -> String {
    wire.send(group_message(1_000 + group, group, 30_000 + group, text, true));
    until(heard, group, "").await
}

#[tokio::test]
async fn what_nobody_answered_becomes_an_entry_that_answers_it_and_changes_nothing_else() {
    let mut program = Program::reverse("");
    program.start(binary());
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    for (at, text) in (1..).zip(ASKED) {
        wire.send(group_message(at, 7, 20_000 + at, text, false));
    }
    let known = asks(&wire, &mut heard, 100, "客服几点上班").await;
    // Staff answer in the group, under the first question.
    wire.send(group_quote(50, 7, ADMIN, ANSWER, 1));
    let answered = |found: &[Value]| {
        let first = found.first();
        first.is_some_and(|group| {
            group["answers"]
                .as_array()
                .is_some_and(|answers| !answers.is_empty())
        })
    };
    let mut found = grouped(&program, ASKED.len()).await;
    let end = Instant::now() + TEST_TIMEOUT;
    while !answered(&found) && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(200)).await;
        found = groups(&program, &["--json"]);
    }
    let group = &found[0];
    let id = group["group"].as_i64().unwrap();
    assert_eq!(group["members"], ASKED.len(), "{group:#}");
    assert_eq!(group["answers"][0]["text"], ANSWER, "{group:#}");
    assert_eq!(groups(&program, &["--json", "--since", "7d"]).len(), found.len());

    wire.send(group_message(60, ROOM, ADMIN, "/faq misses", false));
    let list = until(&mut heard, ROOM, "没人答上的问题").await;
    assert!(list.contains(&format!("m{id} ×6")), "{list}");
    let order = format!("/faq accept m{id} new");
    wire.send(group_message(61, ROOM, ADMIN, &order, false));
    let shown = until(&mut heard, ROOM, "还没有写入").await;
    assert!(shown.contains(ANSWER) || shown.contains("设置 - 审计"), "{shown}");
    let faq = program.folder.join("faq.yaml");
    let before = std::fs::read_to_string(&faq).unwrap();
    assert!(!before.contains("审计"));
    wire.send(group_message(62, ROOM, ADMIN, "1", true));
    until(&mut heard, ROOM, "已写入").await;
    let after = std::fs::read_to_string(&faq).unwrap();
    assert!(after.starts_with(before.trim_end()) && after.contains(&format!("asked-{id}")));
    // The running program takes the file within a few seconds.
    let end = Instant::now() + TEST_TIMEOUT;
    for group in 300.. {
        if asks(&wire, &mut heard, group, ASKED[0])
            .await
            .contains("设置 - 审计")
        {
            break;
        }
        assert!(Instant::now() < end, "{}", program.log());
        tokio::time::sleep(Duration::from_millis(500)).await;
    }

    let mut answered = 0;
    for (group, text) in (200..).zip(ASKED) {
        let said = asks(&wire, &mut heard, group, text).await;
        answered += usize::from(said.contains("设置 - 审计"));
    }
    assert!(answered * 5 >= ASKED.len() * 4, "{answered} of {}", ASKED.len());
    assert_eq!(asks(&wire, &mut heard, 101, "客服几点上班").await, known);
    let accepted = groups(&program, &["--json", "--state", "accepted"]);
    assert!(accepted.iter().any(|other| other["group"] == id));
    let is_listed = || {
        let open = groups(&program, &["--json"]);
        open.iter().any(|other| other["group"] == id)
    };
    assert!(!is_listed());
    // And back, beside the running program.
    let reopened = program
        .command(binary())
        .args(["unanswered", "reopen", &format!("m{id}")])
        .output()
        .unwrap();
    assert!(reopened.status.success() && is_listed(), "{reopened:?}");
    let unknown = program
        .command(binary())
        .args(["unanswered", "reopen", "m9999"])
        .output()
        .unwrap();
    assert_eq!(unknown.status.code(), Some(2));
}
