//! Silence, and a desk that is slow.

use crate::fake::{Desk, Fake, SELF, group_message, text};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test]
async fn heartbeats_that_stop_close_the_connection() {
    let mut desk = Desk::start(json!({"heartbeat_timeout": "300ms"})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let start = Instant::now();
    for _ in 0..4 {
        fake.say(json!({
            "time": 1, "self_id": SELF, "post_type": "meta_event", "meta_event_type": "heartbeat", "interval": 50,
            "status": {"online": true, "good": true}
        }))
        .await;
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    assert_eq!(desk.disconnected().await, "the heartbeats stopped");
    assert!(
        start.elapsed() > Duration::from_millis(700),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(fake.close_code().await, Some(1001));
    assert_eq!(desk.onebot.counters().silent_connections, 1);
}

#[tokio::test]
async fn an_implementation_without_heartbeats_is_asked_how_it_is() {
    let mut desk = Desk::start(json!({"probe_after": "100ms", "call_timeout": "300ms"})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let probe = fake.call().await;
    assert_eq!(probe["action"], "get_status");
    fake.answer(&probe, json!({"online": false, "good": true})).await;
    assert!(desk.disconnected().await.contains("not online"));
    let probe = fake.call().await;
    fake.answer(&probe, json!({"online": true, "good": true})).await;
    desk.connected().await;
    fake.call().await;
    assert!(desk.disconnected().await.contains("does not answer"));
    fake.say(group_message(1, text("still here"))).await;
    desk.connected().await;
    assert_eq!(desk.message().await.text(), "still here");
}

#[tokio::test]
async fn a_half_open_socket_is_closed() {
    let mut desk = Desk::start(json!({"ping_every": "100ms"})).await;
    let mut alive = Fake::ready(&mut desk).await;
    // Nobody reads at the other end, so no ping is answered there.
    let _dead = Fake::connect(&desk).await;
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(800) {
        // Reading answers pings.
        let _ = tokio::time::timeout(
            Duration::from_millis(50),
            futures_util::StreamExt::next(&mut alive.0),
        )
        .await;
    }
    let counts = desk.onebot.counters();
    assert_eq!((counts.connections, counts.silent_connections), (2, 1));
    desk.quiet().await;
    drop(alive);
    desk.disconnected().await;
}

#[tokio::test]
async fn a_slow_desk_loses_nothing_and_keeps_the_order() {
    let mut desk = Desk::with_inbox(json!({}), 4).await;
    let mut fake = Fake::ready(&mut desk).await;
    let saying = tokio::spawn(async move {
        for id in 1..=500 {
            fake.say(group_message(id, text("x"))).await;
        }
        fake
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    for id in 1..=500 {
        assert_eq!(desk.message().await.id.as_str(), id.to_string());
    }
    saying.await.unwrap();
}
