//! The WebSocket: sessions that are resumed, connections that end in every way, and nothing lost or acknowledged too early.

use crate::desk::{self, answer};
use groupdesk_contract::{InMemoryStorage, SystemClock};
use groupdesk_qq_fake::{Fake, Trouble};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const GROUP: &str = "group:C9F7";

fn ops(fake: &Fake) -> Vec<u64> {
    fake.greetings()
        .iter()
        .map(|greeting| greeting["op"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_lost_connection_is_resumed_and_what_was_said_meanwhile_comes() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let first = fake.calls_bot("E4F4", GROUP, "一");
    assert_eq!(desk.message().await.id.as_str(), first);
    for (times, how) in [(2, "drop"), (3, "op 7"), (4, "4009")] {
        match how {
            "drop" => fake.drop_connections(),
            "op 7" => fake.ask_to_reconnect(),
            _ => fake.close(4009),
        }
        let missed = fake.calls_bot("E4F4", GROUP, how);
        fake.connected(times).await;
        assert_eq!(desk.message().await.id.as_str(), missed, "{how}");
    }
    assert_eq!(ops(&fake), [2, 6, 6, 6]);
    desk.quiet().await;
}

#[tokio::test]
async fn a_session_that_is_gone_is_begun_anew() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    fake.forget_sessions();
    fake.drop_connections();
    fake.connected(2).await;
    fake.close(4006);
    fake.connected(3).await;
    // A refused token is given up.
    let tokens = fake.tokens();
    fake.expire_token();
    fake.drop_connections();
    fake.connected(4).await;
    assert!(fake.tokens() > tokens);
    assert_eq!(ops(&fake)[..4], [2, 6, 2, 2]);
    let id = fake.calls_bot("E4F4", GROUP, "在吗");
    let message = loop {
        if let groupdesk_contract::Event::Message(message) = desk.event().await {
            break message;
        }
    };
    assert_eq!(message.id.as_str(), id);
}

#[tokio::test]
async fn a_gateway_without_a_heartbeat_is_left() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    fake.is_deaf(true);
    fake.connected(2).await;
    fake.is_deaf(false);
    let id = fake.calls_bot("E4F4", GROUP, "在吗");
    loop {
        if let groupdesk_contract::Event::Message(message) = desk.event().await {
            assert_eq!(message.id.as_str(), id);
            break;
        }
    }
}

#[tokio::test]
async fn what_only_a_person_can_mend_is_said_in_words() {
    for (code, hint) in [(4014, "hears_everything"), (4914, "sandbox"), (4915, "banned")] {
        let fake = Fake::start(false).await;
        let mut desk = desk::start(&fake).await;
        fake.close(code);
        let reason = desk.disconnected().await;
        assert!(reason.contains(hint), "{reason}");
        // It does not hammer at the gateway.
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(fake.greetings().len(), 1);
        desk.shutdown.cancel();
        let _ = desk.running.await.unwrap();
    }
}

#[tokio::test]
async fn an_event_that_the_desk_did_not_commit_comes_again_after_a_kill() {
    let fake = Fake::start(false).await;
    let mut desk = desk::start(&fake).await;
    let first = fake.calls_bot("E4F4", GROUP, "一");
    assert_eq!(desk.message().await.id.as_str(), first);
    // The commit of an event is noted before the next one is handed over.
    let second = fake.calls_bot("E4F4", GROUP, "二");
    let (_, never) = desk.uncommitted().await;
    let storage = desk.kill();
    drop(never);
    let third = fake.calls_bot("E4F4", GROUP, "三");
    let mut desk = desk::with(&fake, &json!({}), storage, Arc::new(SystemClock));
    let mut heard = Vec::new();
    while heard.len() < 2 {
        if let groupdesk_contract::Event::Message(message) = desk.event().await {
            heard.push(message.id.as_str().to_owned());
        }
    }
    assert_eq!(heard, [second, third.clone()]);
    assert_eq!(ops(&fake), [2, 6]);
    // And what was said before can still be answered.
    desk.sent(1, &answer(GROUP, &third, "好")).await;
    desk.sent(2, &answer(GROUP, &first, "好")).await;
    assert_eq!(fake.said()[1].request["msg_id"], json!(first));
}

#[tokio::test]
async fn a_platform_that_is_down_is_told_and_tried_again() {
    let fake = Fake::start(false).await;
    for _ in 0..3 {
        fake.trouble("gateway", Trouble::Page(502));
    }
    let mut desk = desk::with(
        &fake,
        &json!({}),
        Arc::new(InMemoryStorage::default()),
        Arc::new(SystemClock),
    );
    let reason = desk.disconnected().await;
    assert!(reason.contains("502"), "{reason}");
    desk.connected().await;
    fake.calls_bot("E4F4", GROUP, "在吗");
    desk.message().await;
    desk.shutdown.cancel();
    let _ = desk.running.await.unwrap();
    // Without a run nothing is sent.
    let fake_asked = answer(GROUP, "x", "y");
    assert!(matches!(
        groupdesk_contract::Adapter::send(&*desk.adapter, groupdesk_contract::ReplyKey(9), &fake_asked).await,
        groupdesk_contract::Delivery::Later { .. }
    ));
}
