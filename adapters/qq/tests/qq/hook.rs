//! Callbacks: the challenge, the acknowledgement after the commit, presses, and whom nobody knows.

use crate::desk::{self, Desk};
use groupdesk_contract::{Event, InMemoryStorage, Segment, SystemClock};
use groupdesk_qq_fake::people::now;
use groupdesk_qq_fake::{APP, Fake, SECRET};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The signature of `body` at `timestamp`, as QQ makes it.
pub(crate) fn signature(timestamp: &str, body: &[u8]) -> String {
    let seed: Vec<u8> = SECRET.bytes().cycle().take(32).collect();
    let key = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let signed = key.sign(&[timestamp.as_bytes(), body].concat());
    signed.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An adapter that is posted to.
pub(crate) async fn hooked(fake: &Fake) -> (Desk, SocketAddr) {
    let settings = json!({"mode": "webhook", "hears_everything": true});
    let mut desk = desk::with(
        fake,
        &settings,
        Arc::new(InMemoryStorage::default()),
        Arc::new(SystemClock),
    );
    desk.connected().await;
    let to = desk::serve(&desk).await;
    (desk, to)
}

/// Posts `payload` as QQ does.
pub(crate) fn post(to: SocketAddr, payload: &Value) -> JoinHandle<(u16, String)> {
    let body = payload.to_string().into_bytes();
    tokio::spawn(async move {
        let timestamp = now().to_string();
        let signature = signature(&timestamp, &body);
        let headers = [
            ("X-Bot-Appid", APP),
            ("X-Signature-Timestamp", timestamp.as_str()),
            ("X-Signature-Ed25519", signature.as_str()),
        ];
        Fake::post(to, "/qq/qq", &headers, &body).await
    })
}

#[tokio::test]
async fn the_challenge_is_answered_only_to_qq_and_signs_nothing_else() {
    let fake = Fake::start(false).await;
    let (_desk, to) = hooked(&fake).await;
    let ask = json!({"op": 13, "d": {"plain_token": "Arq0D5A61EgUu4OxUvOp", "event_ts": "1725442341"}});
    let (status, body) = post(to, &ask).await.unwrap();
    assert_eq!(status, 200);
    // The example of QQ's documentation.
    let wanted = "87befc99c42c651b3aac0278e71ada338433ae26fcb24307bdc5ad38c1adc2d01bcfcadc0842edac85e85205028a1132afe09280305f1\
         3aa6909ffc2d652c706";
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        answer,
        json!({"plain_token": "Arq0D5A61EgUu4OxUvOp", "signature": wanted})
    );
    // Whoever is not QQ gets nothing signed.
    assert_eq!(
        Fake::post(to, "/qq/qq", &[], ask.to_string().as_bytes()).await,
        (401, String::new())
    );
    // Nor does anybody get a signature that would make an event.
    let oracle =
        json!({"op": 13, "d": {"plain_token": "{\"op\":0,\"t\":\"X\",\"d\":{}}", "event_ts": "1725442341"}});
    assert_eq!(post(to, &oracle).await.unwrap(), (401, String::new()));
    let heartbeat = post(to, &json!({"op": 1, "d": 77})).await.unwrap();
    assert_eq!(heartbeat, (200, json!({"op": 11, "d": 77}).to_string()));
}

#[tokio::test]
async fn an_event_is_acknowledged_after_the_commit_and_comes_again_without_one() {
    let fake = Fake::start(true).await;
    let (mut desk, to) = hooked(&fake).await;
    let (id, data) = fake.message("E4F4", "group:G1", " 怎么退款", json!({}));
    let payload =
        json!({"id": "GROUP_AT_MESSAGE_CREATE:1", "op": 0, "t": "GROUP_AT_MESSAGE_CREATE", "d": data});
    let posted = post(to, &payload);
    let (event, committed) = desk.uncommitted().await;
    assert!(!posted.is_finished(), "acknowledged before the commit");
    assert!(matches!(event, Event::Message(message) if message.id.as_str() == id && message.mentions_bot));
    committed.unwrap().send(()).unwrap();
    assert_eq!(
        posted.await.unwrap(),
        (200, json!({"op": 12, "d": 0}).to_string())
    );
    // A desk that drops it.
    let posted = post(to, &payload);
    drop(desk.uncommitted().await);
    assert_eq!(
        posted.await.unwrap(),
        (503, json!({"op": 12, "d": 1}).to_string())
    );
    // It comes again as the same message.
    let posted = post(to, &payload);
    assert_eq!(desk.message().await.id.as_str(), id);
    assert_eq!(posted.await.unwrap().0, 200);
    // Nobody is there to take it.
    desk.shutdown.cancel();
    let _ = desk.running.await.unwrap();
    assert_eq!(post(to, &payload).await.unwrap().0, 503);
}

#[tokio::test]
async fn what_can_not_be_read_is_acknowledged_and_left_out() {
    let fake = Fake::start(true).await;
    let (mut desk, to) = hooked(&fake).await;
    for strange in [
        json!({"op": 0, "t": "GROUP_AT_MESSAGE_CREATE", "d": {}}),
        json!({"op": 0, "t": "GROUP_AT_MESSAGE_CREATE", "d": "x"}),
        json!({"op": 0, "t": "C2C_MESSAGE_CREATE", "d": {"id": [], "author": 7}}),
        json!({"op": 0, "t": "INTERACTION_CREATE", "d": {"id": "i", "group_openid": "G1"}}),
        json!({"op": 0, "t": "GROUP_AT_MESSAGE_CREATE", "d": {"id": "m", "group_openid": "../x", "author": {"member_openid": "7"}}}),
        json!({"op": 0, "t": "SOMETHING_NEW", "d": null}),
        json!({"op": 99}),
        json!([1, 2]),
    ] {
        assert_eq!(
            post(to, &strange).await.unwrap(),
            (200, json!({"op": 12, "d": 0}).to_string()),
            "{strange}"
        );
    }
    desk.quiet().await;
}

#[tokio::test]
async fn a_press_is_said_under_its_button_and_qq_is_told() {
    let fake = Fake::start(true).await;
    let (mut desk, to) = hooked(&fake).await;
    let press = json!({"id": "INTERACTION_CREATE:9", "op": 0, "t": "INTERACTION_CREATE", "d": {
        "id": "30540ff7", "chat_type": 0, "channel_id": "100010", "guild_id": "1", "type": 11,
        "data": {"resolved": {"button_data": "1", "button_id": "7.0", "user_id": "1234", "message_id": "08ab"}, "type": 11},
    }});
    let posted = post(to, &press);
    let message = desk.message().await;
    assert_eq!(message.id.as_str(), "press:30540ff7");
    assert_eq!(
        (message.channel.id.as_str(), message.sender.id.as_str()),
        ("channel:100010", "1234")
    );
    let quote = message.quote().unwrap();
    assert_eq!((quote.message.as_str(), quote.of_bot), ("08ab", Some(true)));
    assert!(message.segments.contains(&Segment::Text("1".to_owned())));
    assert_eq!(posted.await.unwrap().0, 200);
    desk::until("QQ is told", || fake.answered() == ["30540ff7"]).await;
}
