//! `/metrics` of a running desk, over a real socket, and what reads them: the dashboard and the alerts of `deploy/`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use groupdesk_testkit::Peer;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::program::{Program, binary};
use support::qq::{Manners, Qq, group_message, next};

/// Metrics that are there only where a model is set up.
const OF_MODELS: [&str; 2] = [
    "groupdesk_semantic_requests_total",
    "groupdesk_model_tokens_total",
];

const PROMTOOL: Peer = Peer {
    name: "promtool",
    bring: "install Prometheus, and name its promtool in GROUPDESK_PROMTOOL",
};

/// Returns promtool. `.ci/run` says `none` where it can't be had: no registry that it relies on has it.
fn promtool() -> Option<String> {
    let named = std::env::var("GROUPDESK_PROMTOOL").ok();
    if named.as_deref() == Some("none") {
        let line = format!("skipped: {} is not here: {}\n", PROMTOOL.name, PROMTOOL.bring);
        let _ = std::io::stderr().write_all(line.as_bytes());
        return None;
    }
    PROMTOOL.or_skip(named.filter(|path| !path.is_empty()))
}

fn get(program: &Program, headers: &str) -> String {
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", program.port)).unwrap();
    let request = format!("GET /metrics HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Returns the text of the metrics.
fn scrape(program: &Program) -> String {
    let answer = get(program, "Host: 127.0.0.1\r\n");
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    body.to_owned()
}

/// Scrapes until a line is there.
async fn scraped_with(program: &Program, line: &str) -> String {
    let end = Instant::now() + Duration::from_secs(90);
    loop {
        let text = scrape(program);
        if text.lines().any(|found| found.starts_with(line)) {
            return text;
        }
        assert!(Instant::now() < end, "no {line} in\n{text}\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Returns the names of all series.
fn names(text: &str) -> BTreeSet<String> {
    let series = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let names = series.map(|line| line.split(['{', ' ']).next().unwrap().to_owned());
    names.collect()
}

/// Returns the names of metrics in a query.
fn queried(query: &str) -> impl Iterator<Item = String> + '_ {
    let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let ours = words.filter(|word| word.starts_with("groupdesk_") || word.starts_with("process_"));
    ours.map(str::to_owned)
}

fn run_promtool(promtool: &str, arguments: &[&str], input: &str) {
    let mut child = Command::new(promtool)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "promtool {arguments:?}: {said}");
}

#[tokio::test]
async fn a_scrape_counts_what_happened_holds_no_ids_and_has_all_that_dashboard_and_alerts_ask_for() {
    const GROUP: i64 = 777_123_001;
    const MEMBER: i64 = 888_456_002;
    for by_channel in [false, true] {
        let extra = format!("metrics: {{ channels: {by_channel} }}");
        let mut program = Program::reverse(&extra);
        program.start(binary());
        let (qq, mut heard) = Qq::new(Manners::WELL_BEHAVED);
        let wire = qq.connect(&program.url()).await;
        wire.send(group_message(999_001, GROUP, MEMBER, "客服电话是多少", true));
        next(&mut heard).await;
        wire.send(group_message(999_002, GROUP, MEMBER, "转人工", true));
        next(&mut heard).await;
        scraped_with(&program, r#"groupdesk_tickets{status="open"} 1.0"#).await;
        let sent = scraped_with(&program, "groupdesk_answer_latency_seconds_count").await;
        assert!(
            !sent.contains("groupdesk_answer_latency_seconds_count 0"),
            "{sent}"
        );
        let text = scraped_with(&program, r#"groupdesk_account_connected{account="qq"} 1.0"#).await;

        let channel = if by_channel {
            format!(",channel=\"group:{GROUP}\"")
        } else {
            String::new()
        };
        for line in [
            format!(r#"groupdesk_events_total{{account="qq",kind="message"{channel}}} 2"#),
            format!(
                r#"groupdesk_decisions_total{{account="qq",decision="answer",mode="live",rule="called_and_known"{channel}}} 1"#
            ),
            format!(
                r#"groupdesk_decisions_total{{account="qq",decision="handoff",mode="live",rule="asked_for_human"{channel}}} 1"#
            ),
            r#"groupdesk_outbox_replies{account="qq",state="failing"} 0.0"#.to_owned(),
            r#"groupdesk_ticket_overdue{target="first_response"} 0.0"#.to_owned(),
            r#"groupdesk_faq_last_reload_successful 1.0"#.to_owned(),
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
        for id in [MEMBER.to_string(), "999001".to_owned(), "999002".to_owned()] {
            assert!(!text.contains(&id), "{id} in\n{text}");
        }
        assert_eq!(text.contains(&GROUP.to_string()), by_channel, "{text}");

        // A page in a browser, and a name that anybody can have, learn nothing.
        for headers in [
            "Host: desk.example\r\n",
            "Host: 127.0.0.1\r\nOrigin: https://evil.example\r\n",
        ] {
            let refused = get(&program, headers);
            assert!(
                refused.starts_with("HTTP/1.1 403") && !refused.contains("groupdesk_tickets"),
                "{refused}"
            );
        }

        let known = names(&text);
        let asked = queries();
        assert!(asked.len() > 25, "{asked:?}");
        for name in asked {
            let there = known.contains(&name) || OF_MODELS.contains(&name.as_str());
            assert!(there, "{name} is asked for and not exported:\n{known:?}");
        }
        if let Some(promtool) = promtool() {
            run_promtool(&promtool, &["check", "metrics"], &text);
        }
    }
}

/// Returns the metrics that the dashboard, the alerts and the tests of those name.
fn queries() -> BTreeSet<String> {
    let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
    let read = |name: &str| std::fs::read_to_string(deploy.join(name)).unwrap();
    let dashboard: Value = serde_json::from_str(&read("grafana/groupdesk.json")).unwrap();
    let mut texts = vec![
        read("prometheus/alerts.yaml"),
        read("prometheus/alerts.test.yaml"),
    ];
    let panels = dashboard["panels"].as_array().unwrap();
    for panel in panels.iter().filter(|panel| panel["type"] != "row") {
        assert!(
            panel["title"].is_string() && panel["gridPos"]["w"].is_u64(),
            "{panel}"
        );
        let targets = panel["targets"].as_array().unwrap();
        assert!(!targets.is_empty(), "{panel}");
        texts.extend(
            targets
                .iter()
                .map(|target| target["expr"].as_str().unwrap().to_owned()),
        );
    }
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    texts.extend(
        variables
            .iter()
            .filter_map(|of| Some(of["definition"].as_str()?.to_owned())),
    );
    texts.iter().flat_map(|text| queried(text)).collect()
}

#[test]
fn the_alerts_fire_for_what_they_are_for() {
    let Some(promtool) = promtool() else { return };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/prometheus");
    let of = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    run_promtool(&promtool, &["check", "rules", &of("alerts.yaml")], "");
    run_promtool(&promtool, &["check", "config", &of("prometheus.yaml")], "");
    run_promtool(&promtool, &["test", "rules", &of("alerts.test.yaml")], "");
}
