//! Both directions against an independent implementation of Standard Webhooks: HMAC by the words of its RFC.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::Router;
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use groupdesk_contract::{
    AccountState, Adapter, ChannelKind, Clock, Delivery, Event, Incoming, Link, ManualClock, Reply, ReplyKey,
    Secret, Segment,
};
use groupdesk_testkit::hmac_sha256;
use groupdesk_webhook::{Settings, Target, Webhook};
use serde_json::json;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Longest answer that is read, in bytes.
const BODY_BYTES_MAX: usize = 10_000;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Signs `id.timestamp.body` as Standard Webhooks says, by nothing that the adapter signs with.
fn signed(id: &str, timestamp: &str, body: &[u8]) -> String {
    let key = STANDARD.decode(SECRET.strip_prefix("whsec_").unwrap()).unwrap();
    let content = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
    format!("v1,{}", STANDARD.encode(hmac_sha256(&key, &content)))
}

struct World {
    url: String,
    events: mpsc::Receiver<Incoming>,
    clock: Arc<ManualClock>,
    adapter: Arc<Webhook>,
    stop: CancellationToken,
}

async fn world(target: String) -> World {
    let clock = Arc::new(ManualClock::at("2026-11-23T10:00:00+08:00".parse().unwrap()));
    let target = Target {
        url: Secret::new(target),
        secret: Some(Secret::new(SECRET)),
        token: None,
    };
    let unsigned = Target {
        url: Secret::new("http://127.0.0.1:1"),
        secret: None,
        token: None,
    };
    let settings = Settings {
        targets: [("desk".to_owned(), target), ("deaf".to_owned(), unsigned)].into(),
    };
    let adapter = Webhook::new(
        "hook".into(),
        settings,
        Arc::clone(&clock) as Arc<dyn Clock>,
        Arc::new(groupdesk_contract::InMemoryStorage::default()),
    )
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook/hook", listener.local_addr().unwrap());
    let routes = Arc::clone(&adapter).routes().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let (sender, mut events) = mpsc::channel(16);
    let stop = CancellationToken::new();
    let link = Link::new("hook".into(), sender, stop.clone());
    let running = Arc::clone(&adapter);
    tokio::spawn(async move { running.run(link).await });
    assert!(matches!(
        events.recv().await.unwrap().event,
        Event::State(AccountState::Connected)
    ));
    World {
        url,
        events,
        clock,
        adapter,
        stop,
    }
}

async fn send(url: String, id: &str, timestamp: i64, signature: &str, body: &str) -> u16 {
    send_from(None, url, id, timestamp, signature, body).await
}

/// The status that a call gets, from a page where `origin` says so.
async fn send_from(
    origin: Option<&str>,
    url: String,
    id: &str,
    timestamp: i64,
    signature: &str,
    body: &str,
) -> u16 {
    let client = groupdesk_kit::client(std::time::Duration::from_secs(5)).unwrap();
    let mut request = client.post(url);
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    let response = request
        .header("webhook-id", id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signature)
        .body(body.to_owned())
        .send()
        .await
        .unwrap();
    let status = response.status().as_u16();
    let text = String::from_utf8(groupdesk_kit::body(response, BODY_BYTES_MAX).await.unwrap()).unwrap();
    match status {
        401 => {
            let told: serde_json::Value = serde_json::from_str(&text).unwrap();
            let why = told["error"].as_str().unwrap();
            assert!(
                why.contains("the signature does not fit") || why.contains("off by more than 5 minutes"),
                "{why}"
            );
        }
        403 => assert_eq!(text, "", "a stranger learns nothing"),
        _ => {}
    }
    status
}

impl World {
    async fn post(&self, target: &str, id: &str, timestamp: i64, signature: &str, body: &str) -> u16 {
        send(format!("{}/{target}", self.url), id, timestamp, signature, body).await
    }
}

#[tokio::test]
async fn a_signed_word_of_staff_reaches_the_desk_and_is_answered_when_it_is_committed() {
    let mut world = world("http://127.0.0.1:1".to_owned()).await;
    let body = json!({ "ticket": 12, "text": "请重启 ☃", "author": { "id": "a7", "name": "王" },
                       "pictures": ["https://example.com/a.png"] })
    .to_string();
    let now = world.clock.now().as_second();
    let signature = signed("m1", &now.to_string(), body.as_bytes());
    let request = send(format!("{}/desk", world.url), "m1", now, &signature, &body);
    let desk = async {
        let incoming = world.events.recv().await.unwrap();
        let Event::Message(message) = incoming.event else {
            panic!("a message")
        };
        incoming.committed.unwrap().send(()).unwrap();
        message
    };
    let (status, message) = tokio::join!(request, desk);
    assert_eq!(status, 204);
    assert_eq!((message.ticket, message.text().as_str()), (Some(12), "请重启 ☃"));
    assert_eq!((message.id.as_str(), message.channel.id.as_str()), ("m1", "desk"));
    assert_eq!(
        (message.sender.id.as_str(), message.sender.name.as_str()),
        ("a7", "王")
    );
    assert!(matches!(&message.segments[1], Segment::Image { url: Some(_) }));

    let bad = json!({ "ticket": 12, "text": "看图", "author": { "id": "a7", "name": "王" },
                      "pictures": ["file:///etc/passwd", "data:text/html,x", "account-file:tg/a", "https://x/a"] })
    .to_string();
    let signature_of_bad = signed("m9", &now.to_string(), bad.as_bytes());
    let request = send(format!("{}/desk", world.url), "m9", now, &signature_of_bad, &bad);
    let desk = async {
        let incoming = world.events.recv().await.unwrap();
        incoming.committed.unwrap().send(()).unwrap();
        incoming.event
    };
    let (status, event) = tokio::join!(request, desk);
    assert_eq!(
        status, 200,
        "the words are taken, and the program is told what was left out"
    );
    let Event::Message(words) = event else {
        panic!("a message")
    };
    let pictures = words
        .segments
        .iter()
        .filter(|segment| matches!(segment, Segment::Image { url: Some(_) }));
    assert_eq!((words.text().as_str(), pictures.count()), ("看图", 1));

    // The same id is the same delivery, whatever it says now; words of no ticket are refused in words.
    let other = body.replace("请重启", "别重启");
    let signature_of_other = signed("m1", &now.to_string(), other.as_bytes());
    let again = world.post("desk", "m1", now, &signature_of_other, &other).await;
    assert_eq!(again, 204);
    let of_none = json!({ "text": "请重启", "author": { "id": "a7", "name": "王" } }).to_string();
    let signature_of_none = signed("m6", &now.to_string(), of_none.as_bytes());
    let refused = world.post("desk", "m6", now, &signature_of_none, &of_none).await;
    assert_eq!(refused, 400);
    assert!(
        world.events.try_recv().is_err(),
        "nothing of either reaches the desk"
    );

    // Forged, replayed too late, for somebody else, or nonsense: nothing of it reaches the desk.
    let refused = [
        ("desk", "m2", now, signature.clone(), body.clone()),
        ("desk", "m1", now + 1, signature.clone(), body.clone()),
        ("desk", "m1", now, signature.clone(), body.replace("12", "13")),
        ("desk", "m1", now, "v1,".to_owned(), body.clone()),
        ("deaf", "m1", now, signature.clone(), body.clone()),
        ("nobody", "m1", now, signature.clone(), body.clone()),
    ];
    for (target, id, at, signature, body) in refused {
        assert_eq!(world.post(target, id, at, &signature, &body).await, 401);
    }
    // A page in a browser, even one that knows the secret.
    let fresh = signed("m5", &now.to_string(), body.as_bytes());
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let url = format!("{}/desk", world.url);
        assert_eq!(
            send_from(Some(origin), url, "m5", now, &fresh, &body).await,
            403,
            "{origin}"
        );
    }
    world.clock.advance(jiff::SignedDuration::from_secs(301));
    assert_eq!(
        world.post("desk", "m1", now, &signature, &body).await,
        401,
        "too old"
    );
    let now = world.clock.now().as_second();
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(300 << 10));
    assert_eq!(world.post("desk", "m3", now, "v1,AAAA", &large).await, 413);
    for wrong in [
        "{}",
        "[1]",
        r#"{"text":"x","author":{"id":"1","name":"x"},"tickets":1}"#,
    ] {
        let signature = signed("m4", &now.to_string(), wrong.as_bytes());
        assert_eq!(world.post("desk", "m4", now, &signature, wrong).await, 400);
    }
    assert!(world.events.try_recv().is_err());
    world.stop.cancel();
}

#[tokio::test]
async fn who_signs_wrongly_is_told_what_is_wrong_and_not_which_targets_there_are() {
    let world = world("http://127.0.0.1:1".to_owned()).await;
    let now = world.clock.now().as_second();
    let body = "{}";
    let right = signed("m1", &now.to_string(), body.as_bytes());
    let late = now - 301;
    let right_and_late = signed("m1", &late.to_string(), body.as_bytes());
    let (now, late) = (now.to_string(), late.to_string());
    let (id, time, signature) = ("webhook-id", "webhook-timestamp", "webhook-signature");
    let client = groupdesk_kit::client(std::time::Duration::from_secs(5)).unwrap();
    for (target, headers, why) in [
        ("desk", vec![], "the header webhook-id is missing"),
        ("nobody", vec![], "the header webhook-id is missing"),
        (
            "desk",
            vec![(id, "m1"), (signature, &right)],
            "the header webhook-timestamp is missing",
        ),
        (
            "desk",
            vec![(id, "m1"), (time, &now)],
            "the header webhook-signature is missing",
        ),
        (
            "desk",
            vec![(id, "m1"), (time, &now), (signature, "v1,AAAA")],
            "the signature does not fit",
        ),
        (
            "desk",
            vec![(id, "m1"), (time, &late), (signature, &right)],
            "the signature does not fit",
        ),
        (
            "desk",
            vec![(id, "m1"), (time, &late), (signature, &right_and_late)],
            "off by more than 5 minutes",
        ),
        (
            "deaf",
            vec![(id, "m1"), (time, &now), (signature, &right)],
            "the signature does not fit",
        ),
        (
            "nobody",
            vec![(id, "m1"), (time, &late), (signature, &right_and_late)],
            "the signature does not fit",
        ),
    ] {
        let mut request = client.post(format!("{}/{target}", world.url)).body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401, "{target} {why}");
        assert_eq!(response.headers()["content-type"], "application/json");
        let told: serde_json::Value =
            serde_json::from_slice(&groupdesk_kit::body(response, BODY_BYTES_MAX).await.unwrap()).unwrap();
        assert!(told["error"].as_str().unwrap().contains(why), "{told} {why}");
    }
    world.stop.cancel();
}

#[tokio::test]
async fn what_we_send_is_signed_as_others_verify_it() {
    type Heard = Arc<Mutex<Vec<(HeaderMap, Vec<u8>)>>>;
    let heard = Heard::default();
    let writes = Arc::clone(&heard);
    let app = Router::new().route(
        "/",
        post(async move |headers: HeaderMap, body: axum::body::Bytes| {
            writes.lock().unwrap().push((headers, body.to_vec()));
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let world = world(target).await;
    let reply = Reply::of_text("desk".into(), ChannelKind::Group, "【工单 #1】装不上".to_owned());
    let sent = world.adapter.send(ReplyKey(3), &reply).await;
    assert_eq!(sent, Delivery::Sent { message: None });
    let (headers, body) = heard.lock().unwrap().remove(0);
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("webhook-signature"),
        signed(&header("webhook-id"), &header("webhook-timestamp"), &body)
    );
    world.stop.cancel();
}
