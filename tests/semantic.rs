//! A paraphrase that shares no word with the file is answered because of the semantic tier, and by nothing else; and when the
//! server is down, a command that was to measure with it says so.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::extract::{Json, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const KEY: &str = "sk-e2e-never-shown";

/// The fake model's knowledge: texts of one topic point the same way.
const TOPICS: [&[&str]; 7] = [
    &["refund", "money back", "reimburse"],
    &["deliver", "shipment", "my package"],
    &["password", "my login"],
    &["invoice"],
    &["cancel"],
    &["hours", "open on sunday"],
    &["human", "agent", "person", "人工", "真人", "客服"],
];

const FAQ: &str = r#"
language: en
precision: 0.8
contact_points:
  desk: { name: Desk, link: "https://example.com" }
entries:
  - id: refund
    questions: [how do I get a refund, can I get my money back, refund for a purchase, when is the refund paid]
    answer: refunds are paid within a week.
  - id: delivery
    questions: [when is my package delivered, where is my shipment, how long does delivery take, track my package]
    answer: see the tracking page.
  - id: password
    questions: [I forgot my password, how do I reset the password, my login does not work, change my password]
    answer: use the reset link.
  - id: invoice
    questions: [where is my invoice, I need an invoice, download the invoice, invoice for last month]
    answer: invoices are under billing.
  - id: cancel
    questions: [how do I cancel, cancel my subscription, I want to cancel the order, cancel before renewal]
    answer: cancel under settings.
  - id: hours
    questions: [what are your hours, are you open on sunday, opening hours please, hours on holidays]
    answer: nine to five.
"#;

/// Shares "reimburse" with nothing in the file.
const PARAPHRASE: &str = "can you reimburse me?";

#[derive(Default)]
struct Fake {
    calls: AtomicUsize,
}

async fn answer(State(fake): State<Arc<Fake>>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
    fake.calls.fetch_add(1, Ordering::SeqCst);
    if headers["authorization"] != format!("Bearer {KEY}") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let texts = body["input"].as_array().unwrap();
    let data = texts.iter().enumerate().rev().map(
        |(index, text)| json!({"index": index, "embedding": vector(&text.as_str().unwrap().to_lowercase())}),
    );
    Json(json!({"data": data.collect::<Vec<_>>()})).into_response()
}

/// A topic's direction, with a little of the text's own; a text of no topic has only its own.
fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; 64];
    for (topic, words) in TOPICS.iter().enumerate() {
        if words.iter().any(|word| text.contains(word)) {
            vector[topic] += 2.0;
        }
    }
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    for x in &mut vector[TOPICS.len()..] {
        hash = hash.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *x = (hash >> 40) as f32 / (1 << 24) as f32 * 0.1 - 0.05;
    }
    vector
}

fn ask(folder: &Path, question: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_groupdesk"))
        .current_dir(folder)
        .env("EMBEDDING_KEY", KEY)
        .args(["ask", "--json", "--group", question])
        .output()
        .unwrap()
}

fn decision(output: &Output) -> (String, String) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
    (text("decision"), text("id"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paraphrase_without_a_common_word_is_answered_because_of_the_model_and_nothing_else() {
    let fake = Arc::new(Fake::default());
    let routes = axum::Router::new()
        .route("/v1/embeddings", post(answer))
        .with_state(Arc::clone(&fake));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let server = tokio::spawn(async move { axum::serve(listener, routes).await });

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    std::fs::write(path.join("faq.yaml"), FAQ).unwrap();
    let asked = |question: &'static str| {
        let path = path.clone();
        async move {
            tokio::task::spawn_blocking(move || ask(&path, question))
                .await
                .unwrap()
        }
    };

    let lexical = decision(&asked(PARAPHRASE).await);
    assert_ne!(
        lexical.0, "answer",
        "the words alone must not be enough, or this test shows nothing"
    );

    let config = format!(
        "accounts: {{ here: {{ platform: console }} }}\nsemantic:\n  endpoint: {{ url: \"{url}\", model: fake, key: \"${{EMBEDDING_KEY}}\" }}\n"
    );
    std::fs::write(path.join("groupdesk.yaml"), config).unwrap();
    let output = asked(PARAPHRASE).await;
    assert_eq!(decision(&output), ("answer".to_owned(), "refund".to_owned()));
    assert!(fake.calls.load(Ordering::SeqCst) > 1);
    let printed = [output.stdout, output.stderr].concat();
    assert!(!String::from_utf8_lossy(&printed).contains(KEY));
    assert_ne!(decision(&asked("anyone up for lunch today?").await).0, "answer");
    assert_eq!(decision(&asked("how do I get a refund").await).0, "answer");

    server.abort();
    let _ = server.await;
    let down = asked(PARAPHRASE).await;
    assert_eq!(
        down.status.code(),
        Some(3),
        "a command does not measure by words what was to be measured with the model"
    );
    assert!(!String::from_utf8_lossy(&down.stderr).contains(KEY));
}
