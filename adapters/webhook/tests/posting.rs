//! The adapter against a real HTTP server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use groupdesk_contract::{
    Adapter, ChannelKind, Delivery, ManualClock, NoteKind, Place, Reply, ReplyKey, Secret, Segment,
    TicketNote,
};
use groupdesk_webhook::{Settings, Target, Webhook};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;

const NOW: &str = "2026-11-23T10:00:00+08:00";

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

type Heard = Arc<Mutex<Vec<(HeaderMap, Value)>>>;

async fn server() -> (String, Heard) {
    let heard = Heard::default();
    let writes = Arc::clone(&heard);
    let well = post(async move |headers: HeaderMap, Json(body): Json<Value>| {
        writes.lock().unwrap().push((headers, body));
        StatusCode::NO_CONTENT
    });
    let router = Router::new()
        .route("/well", well)
        .route(
            "/busy",
            post(async || (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")])),
        )
        .route("/broken", post(async || StatusCode::BAD_GATEWAY))
        .route(
            "/login",
            post(async || {
                (
                    [("content-type", "Text/HTML; charset=utf-8")],
                    "<html>Log in</html>",
                )
            }),
        )
        .route("/words", post(async || "taken"))
        .route("/gone", post(async || StatusCode::GONE))
        .route(
            "/elsewhere",
            post(async || (StatusCode::FOUND, [("location", "/well")])),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, heard)
}

fn adapter(targets: &[(&str, String)]) -> Arc<Webhook> {
    let targets: BTreeMap<String, Target> = targets
        .iter()
        .map(|(name, url)| {
            let target = Target {
                url: Secret::new(url),
                token: Some(Secret::new("t0ken")),
                secret: Some(Secret::new(SECRET)),
            };
            ((*name).to_owned(), target)
        })
        .collect();
    let clock = Arc::new(ManualClock::at(NOW.parse().unwrap()));
    Webhook::new(
        "hook".into(),
        Settings { targets },
        clock,
        Arc::new(groupdesk_contract::InMemoryStorage::default()),
    )
    .unwrap()
}

fn reply(channel: &str) -> Reply {
    Reply::new(
        channel.into(),
        ChannelKind::Group,
        vec![
            Segment::Text("【工单 #1】装不上".to_owned()),
            Segment::Image {
                url: Some("https://example.com/a.png".to_owned()),
            },
        ],
    )
    .with_note(Some(Box::new(TicketNote {
        ticket: 1,
        subject: "装不上".to_owned(),
        member: "10001".into(),
        member_name: "小明".to_owned(),
        asked_in: Place::new("qq", "group:1"),
        kind: NoteKind::Opened {
            said: "装不上".to_owned(),
        },
    })))
}

#[tokio::test]
async fn what_is_said_is_posted_with_its_key_token_and_signature() {
    let (address, heard) = server().await;
    let adapter = adapter(&[("alerts", format!("{address}/well"))]);
    let sent = adapter.send(ReplyKey(12), &reply("alerts")).await;
    assert_eq!(sent, Delivery::Sent { message: None });
    let (headers, body) = heard.lock().unwrap()[0].clone();
    let id = headers["idempotency-key"].to_str().unwrap();
    assert!(id.starts_with("groupdesk-hook-") && id.ends_with("-12"), "{id}");
    assert_eq!(headers["authorization"], "Bearer t0ken");
    assert_eq!(
        body,
        json!({ "key": 12, "account": "hook", "channel": "alerts", "text": "【工单 #1】装不上",
                "pictures": ["https://example.com/a.png"],
                "ticket": { "number": 1, "subject": "装不上", "member": { "id": "10001", "name": "小明" },
                            "asked_in": "qq/group:1", "event": "opened", "said": "装不上" } })
    );
    assert_eq!(headers["webhook-id"], headers["idempotency-key"]);
}

#[tokio::test]
async fn a_picture_in_a_private_network_is_told_of_and_not_passed_on() {
    let (address, heard) = server().await;
    let adapter = adapter(&[("alerts", format!("{address}/well"))]);
    let mut reply = reply("alerts");
    for url in [
        "http://127.0.0.1:22/",
        "http://169.254.169.254/latest",
        "http://localhost/a.png",
    ] {
        reply.segments.push(Segment::Image {
            url: Some(url.to_owned()),
        });
    }
    adapter.send(ReplyKey(13), &reply).await;
    let (_, body) = heard.lock().unwrap()[0].clone();
    assert_eq!(body["pictures"], json!(["https://example.com/a.png"]));
    assert_eq!(
        body["text"].as_str().unwrap().matches("内网").count(),
        3,
        "{body}"
    );
}

#[tokio::test]
async fn a_passing_fault_is_tried_again_and_a_final_one_is_not() {
    let (address, heard) = server().await;
    let nobody = format!(
        "http://127.0.0.1:{}/key-in-the-address",
        groupdesk_testkit::free_port()
    );
    let adapter = adapter(&[
        ("busy", format!("{address}/busy")),
        ("broken", format!("{address}/broken")),
        ("login", format!("{address}/login")),
        ("words", format!("{address}/words")),
        ("gone", format!("{address}/gone")),
        ("elsewhere", format!("{address}/elsewhere")),
        ("nobody", nobody),
        ("nonsense", "not an address".to_owned()),
    ]);
    let send = async |channel: &str| adapter.send(ReplyKey(1), &reply(channel)).await;
    let Delivery::Later { after, .. } = send("busy").await else {
        panic!("429 passes")
    };
    assert_eq!(after, Some(Duration::from_secs(7)));
    for passing in ["broken", "nobody", "login"] {
        let Delivery::Later { reason, .. } = send(passing).await else {
            panic!("{passing} passes")
        };
        assert!(!reason.contains("key-in-the-address"), "{reason}");
    }
    assert!(matches!(send("words").await, Delivery::Sent { .. }));
    for last in ["gone", "elsewhere", "nonsense", "unknown"] {
        assert!(
            matches!(send(last).await, Delivery::Refused { .. }),
            "{last} is final"
        );
    }
    assert!(heard.lock().unwrap().is_empty(), "no redirect was followed");
    assert!(!format!("{adapter:?}").contains("t0ken"));
}
