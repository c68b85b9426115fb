//! Traces of the real program: what a collector gets over a real socket, and what is said where a build sends none.
//! `cargo test --features otlp --test traces` tries the exporter.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::process::Stdio;
#[cfg(feature = "otlp")]
use std::time::{Duration, Instant};
use support::program::{Program, TOKEN, binary};
use support::qq::{Manners, Qq, group_message, next};

/// Starts the program with a collector in its environment, and asks it one question.
async fn answered_with(collector: &str) -> Program {
    let mut program = Program::reverse("");
    let log = std::fs::File::create(program.folder.join("log")).unwrap();
    let child = program
        .command(binary())
        .arg("run")
        .env("TEST_TOKEN", TOKEN)
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
        .env("OTEL_BSP_SCHEDULE_DELAY", "200")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    program.adopt(child);
    let (qq, mut said) = Qq::new(Manners::WELL_BEHAVED);
    let wire = qq.connect(&program.url()).await;
    wire.send(group_message(41, 77_001, 80_001, "工单系统需要注册吗？", true));
    assert!(next(&mut said).await.text.contains("注册"));
    program
}

#[cfg(not(feature = "otlp"))]
#[tokio::test(flavor = "multi_thread")]
async fn a_build_without_traces_says_so_and_serves() {
    let program = answered_with("http://127.0.0.1:9").await;
    let log = program.log();
    assert!(
        log.contains("OTEL_EXPORTER_OTLP_ENDPOINT is set, and this build exports no traces"),
        "{log}"
    );
}

#[cfg(feature = "otlp")]
#[tokio::test(flavor = "multi_thread")]
async fn a_collector_gets_what_happened_to_a_message_and_nobodys_words() {
    let (address, requests) = collector().await;
    let program = answered_with(&address).await;
    let end = Instant::now() + Duration::from_secs(30);
    let spans = loop {
        let got: Vec<(String, Vec<u8>)> = requests.lock().unwrap().clone();
        let spans: Vec<Span> = got.iter().flat_map(|(_, body)| spans(body)).collect();
        if spans.iter().any(|span| span.name == "message") {
            assert!(got.iter().all(|(path, _)| path == "/v1/traces"));
            let all: Vec<u8> = got.into_iter().flat_map(|(_, body)| body).collect();
            let text = String::from_utf8_lossy(&all);
            for never in ["77001", "80001", "注册", TOKEN, "member "] {
                assert!(!text.contains(never), "{never} in a trace");
            }
            for told in [
                "service.name",
                "groupdesk",
                "account",
                "answer",
                "outcome",
                "sent",
            ] {
                assert!(text.contains(told), "no {told} in a trace");
            }
            break spans;
        }
        assert!(Instant::now() < end, "no trace came\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let root = spans.iter().find(|span| span.name == "message").unwrap();
    assert!(root.parent.is_empty());
    for name in ["decide", "commit", "send"] {
        let span = spans.iter().find(|span| span.name == name).unwrap();
        assert_eq!((&span.trace, &span.parent), (&root.trace, &root.id), "{name}");
    }
    assert!(!program.log().contains("groupdesk_trace"), "{}", program.log());
}

#[cfg(feature = "otlp")]
#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_not_there_holds_up_nobody_and_is_said() {
    let mut program = answered_with("http://127.0.0.1:9").await;
    let end = Instant::now() + Duration::from_secs(30);
    while !program.log().contains("opentelemetry") {
        assert!(Instant::now() < end, "nothing is said\n{}", program.log());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(program.terminate().success());
}

#[cfg(feature = "otlp")]
type Requests = std::sync::Arc<std::sync::Mutex<Vec<(String, Vec<u8>)>>>;

/// Returns the address of a collector that takes everything, and what it gets.
#[cfg(feature = "otlp")]
async fn collector() -> (String, Requests) {
    let requests = Requests::default();
    let kept = requests.clone();
    let app = axum::Router::new().fallback(move |uri: axum::http::Uri, body: axum::body::Bytes| {
        let kept = kept.clone();
        async move {
            kept.lock().unwrap().push((uri.path().to_owned(), body.to_vec()));
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, requests)
}

/// A span, as OTLP has it.
#[cfg(feature = "otlp")]
#[derive(Debug)]
struct Span {
    trace: Vec<u8>,
    id: Vec<u8>,
    parent: Vec<u8>,
    name: String,
}

/// Reads the spans of a request, by the field numbers of
/// <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>.
#[cfg(feature = "otlp")]
fn spans(request: &[u8]) -> Vec<Span> {
    let inner = |message: &[u8], number: u64| -> Vec<Vec<u8>> {
        let fields = fields(message).into_iter();
        fields
            .filter(|(field, _)| *field == number)
            .map(|(_, bytes)| bytes)
            .collect()
    };
    let mut found = Vec::new();
    for resource in inner(request, 1) {
        for scope in inner(&resource, 2) {
            for span in inner(&scope, 2) {
                let one = |number: u64| inner(&span, number).pop().unwrap_or_default();
                found.push(Span {
                    trace: one(1),
                    id: one(2),
                    parent: one(4),
                    name: String::from_utf8(one(5)).unwrap(),
                });
            }
        }
    }
    found
}

/// Returns the fields of a protobuf message that are bytes, with their numbers.
#[cfg(feature = "otlp")]
fn fields(mut message: &[u8]) -> Vec<(u64, Vec<u8>)> {
    fn varint(message: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let (byte, rest) = message.split_first().unwrap();
            *message = rest;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return value;
            }
        }
    }
    let mut found = Vec::new();
    while !message.is_empty() {
        let tag = varint(&mut message);
        let length = match tag & 7 {
            0 => {
                varint(&mut message);
                continue;
            }
            1 => 8,
            5 => 4,
            _ => usize::try_from(varint(&mut message)).unwrap(),
        };
        let (bytes, rest) = message.split_at(length);
        if tag & 7 == 2 {
            found.push((tag >> 3, bytes.to_vec()));
        }
        message = rest;
    }
    found
}
