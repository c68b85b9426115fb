//! `groupdesk why`, `stats` and `forget member`, beside the running program.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use std::process::Output;
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, group_message, next};

/// The longest time for something that takes no time.
const TEST_TIMEOUT: Duration = Duration::from_secs(90);

fn run(program: &Program, arguments: &[&str]) -> Output {
    program.command(binary()).args(arguments).output().unwrap()
}

fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    text(&output.stdout) + &text(&output.stderr)
}

/// Runs a command until it succeeds and prints this.
async fn until(program: &Program, arguments: &[&str], part: &str) -> String {
    let end = Instant::now() + TEST_TIMEOUT;
    loop {
        let output = run(program, arguments);
        let text = told(&output);
        if output.status.success() && text.contains(part) {
            return text;
        }
        assert!(Instant::now() < end, "{part}: {text}\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn why_stats_and_forget_tell_of_what_was_decided() {
    let mut program = Program::reverse("channels: { \"qq/group:7\": { cool_down: 2m } }");
    program.start(binary());
    let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(1, 7, 20_001, "客服几点上班", true));
    next(&mut heard).await;
    wire.send(group_message(2, 7, 20_001, "今晚吃火锅", false));
    wire.send(group_message(3, 7, 20_002, "转人工，电视机坏了", true));
    next(&mut heard).await;

    let why = until(&program, &["why", "qq/group:7/1"], "决定 / decision: answer").await;
    for part in [
        "called_and_known",
        "客服几点上班",
        "候选 / candidates",
        "重新判断",
        "needed 0.600",
        "FAQ 版本 / version",
        "钟点 / clock",
        "cool_down: 2m  (channels)",
        "burst: 3s  (built in)",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    let json: Value =
        serde_json::from_str(&until(&program, &["why", "1", "--json"], "handoff").await).unwrap();
    assert_eq!(
        (&json[0]["ticket"], &json[0]["rule"]),
        (&1.into(), &"asked_for_human".into())
    );
    assert_eq!(run(&program, &["why", "qq/group:7/2"]).status.code(), Some(2));
    assert_eq!(run(&program, &["why", "what"]).status.code(), Some(2));

    let stats: Value = serde_json::from_str(&until(&program, &["stats", "--json"], "asked").await).unwrap();
    let figures = &stats["parts"][0]["figures"];
    assert_eq!(figures["asked"]["count"], 2, "{stats:#}");
    assert_eq!(figures["answer-rate"]["part"], 1);
    assert_eq!(figures["backlog"]["count"], 1);
    let listed = told(&run(
        &program,
        &["stats", "--list", "answer-rate", "--by", "channel"],
    ));
    assert!(
        listed.contains("qq/group:7") && listed.contains("客服几点上班"),
        "{listed}"
    );
    let csv = told(&run(&program, &["stats", "--csv", "--by", "person"]));
    assert!(
        csv.starts_with("\u{feff}part,figure,") && csv.contains("first-response"),
        "{csv}"
    );
    assert!(told(&run(&program, &["stats", "--definitions"])).contains("解决率"));

    let forgot = told(&run(&program, &["forget", "member", "qq/20001"]));
    assert!(forgot.contains("1 decision(s)"), "{forgot}");
    assert_eq!(run(&program, &["why", "qq/group:7/1"]).status.code(), Some(2));
    assert!(run(&program, &["why", "1"]).status.success());
    assert_eq!(
        run(&program, &["forget", "member", "20001"]).status.code(),
        Some(2)
    );
}
