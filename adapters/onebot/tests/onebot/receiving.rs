//! Tests of incoming events, over the socket.

use crate::fake::{Desk, Fake, SELF, group_message, text};
use futures_util::SinkExt;
use groupdesk_contract::{Event, Segment};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message as Frame;

#[tokio::test]
async fn own_messages_are_marked_and_repeated_ones_dropped() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let mut sent = group_message(1, text("mine"));
    sent["post_type"] = json!("message_sent");
    sent["user_id"] = json!(SELF);
    fake.say(sent).await;
    assert!(desk.message().await.sender.is_self);
    let mut own = group_message(2, text("mine too"));
    own["user_id"] = json!(SELF.to_string());
    fake.say(own).await;
    assert!(desk.message().await.sender.is_self);
    for id in [3, 3, 4] {
        fake.say(group_message(id, text("theirs"))).await;
    }
    let mut elsewhere = group_message(4, text("same id, other group"));
    elsewhere["group_id"] = json!("43");
    fake.say(elsewhere).await;
    assert_eq!(desk.message().await.id.as_str(), "3");
    assert_eq!(desk.message().await.id.as_str(), "4");
    assert_eq!(desk.message().await.channel.id.as_str(), "group:43");
    assert_eq!(desk.onebot.counters().duplicates, 1);
}

#[tokio::test]
async fn recalls_and_health_reach_the_desk() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    fake.say(json!({"time": 1, "self_id": SELF, "post_type": "notice", "notice_type": "friend_recall", "user_id": 7, "message_id": 9})).await;
    let Event::Recall(recall) = desk.event().await else {
        panic!()
    };
    assert_eq!(
        (recall.channel.as_str(), recall.message.as_str()),
        ("private:7", "9")
    );
    let heartbeat = |online: bool, good: bool| {
        json!({
            "time": 1, "self_id": SELF, "post_type": "meta_event", "meta_event_type": "heartbeat", "interval": 30000,
            "status": {"online": online, "good": good}
        })
    };
    fake.say(heartbeat(true, true)).await;
    desk.quiet().await;
    fake.say(heartbeat(false, true)).await;
    assert!(desk.disconnected().await.contains("not online"));
    fake.say(heartbeat(true, false)).await;
    fake.say(heartbeat(true, true)).await;
    desk.connected().await;
    desk.quiet().await;
}

#[tokio::test]
async fn nonsense_is_counted_and_service_goes_on() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let deep = "[".repeat(200_000);
    for garbage in [
        "",
        "{",
        "nonsense",
        "[1,2]",
        "17",
        "{\"post_type\":\"message\"",
        &deep,
    ] {
        fake.text(garbage.to_owned()).await;
    }
    fake.text(format!("{{\"post_type\":\"message\",\"message\":{deep}"))
        .await;
    fake.0.send(Frame::Binary(vec![0xFF, 0xFE].into())).await.unwrap();
    // Deep where nobody looks is just skipped, deep where somebody looks is refused.
    let closed = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let mut skipped = group_message(1, text("deep")).to_string();
    skipped.insert_str(1, &format!("\"raw\":{closed},"));
    fake.text(skipped).await;
    assert_eq!(desk.message().await.text(), "deep");
    fake.say(json!({"post_type": "message", "message_type": "guild", "self_id": SELF, "user_id": 1, "message_id": 1})).await;
    fake.say(json!({"post_type": "request", "request_type": "group", "self_id": SELF}))
        .await;
    fake.say(json!({"status": "ok", "retcode": 0, "data": null, "echo": "somebody else's"}))
        .await;
    fake.say(json!({"status": "ok", "retcode": 0, "data": {"x": [1]}, "echo": {"seq": 1}}))
        .await;
    fake.say(group_message(
        2,
        json!([{"type": "hologram", "data": null}, 17, {"type": "text", "data": {"text": "ok"}}]),
    ))
    .await;
    let message = desk.message().await;
    assert_eq!(
        message.segments,
        [
            Segment::Other("hologram".to_owned()),
            Segment::Text("ok".to_owned())
        ]
    );
    let counts = desk.onebot.counters();
    assert_eq!(counts.malformed_frames, 8, "{counts:?}");
    assert_eq!(
        (
            counts.unknown_events,
            counts.ignored_events,
            counts.unknown_segments
        ),
        (2, 1, 1),
        "{counts:?}"
    );
    assert_eq!(counts.foreign_answers, 2, "{counts:?}");
}

#[tokio::test]
async fn binary_frames_and_a_megabyte_of_text_are_read() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    fake.0
        .send(Frame::Binary(
            group_message(1, text("二进制")).to_string().into_bytes().into(),
        ))
        .await
        .unwrap();
    assert_eq!(desk.message().await.text(), "二进制");
    let long = "长\"\\\u{200b}".repeat(150_000);
    fake.say(group_message(2, text(&long))).await;
    assert_eq!(desk.message().await.text(), long);
    fake.say(group_message(3, json!("[CQ:".repeat(250_000)))).await;
    assert_eq!(desk.message().await.text().len(), 1_000_000);
}

#[tokio::test]
async fn a_frame_that_stays_too_long_is_skipped_and_costs_no_connection() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    for _ in 0..10 {
        fake.say(group_message(1, text(&"很长。".repeat(500_000)))).await;
    }
    fake.say(group_message(2, text("back"))).await;
    assert_eq!(desk.message().await.text(), "back");
    assert_eq!(desk.alerts, [("unreadable_events".to_owned(), true)]);
    let counts = desk.onebot.counters();
    assert_eq!((counts.oversized_frames, counts.connections), (10, 1));
}

#[tokio::test]
async fn a_key_that_comes_twice_costs_no_message_and_what_cannot_be_read_is_told() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let twice = group_message(1, text("两次")).to_string().replacen(
        "\"user_id\":7",
        "\"user_id\":8,\"user_id\":7",
        1,
    );
    assert!(twice.matches("\"user_id\"").count() >= 3);
    fake.text(twice).await;
    let message = desk.message().await;
    assert_eq!(
        (message.text().as_str(), message.sender.id.as_str()),
        ("两次", "7")
    );
    let mut nobody = group_message(2, text("谁"));
    (nobody["user_id"], nobody["sender"]) = (json!(null), json!(null));
    for _ in 0..5 {
        fake.say(nobody.clone()).await;
        fake.text("{\"post_type\":\"message\"".to_owned()).await;
    }
    fake.say(group_message(3, text("还在"))).await;
    assert_eq!(desk.message().await.text(), "还在");
    assert_eq!(desk.alerts, [("unreadable_events".to_owned(), true)]);
    assert_eq!(desk.onebot.counters().malformed_frames, 5);
}

#[tokio::test]
async fn ids_that_are_always_0_or_begin_anew_lose_no_message() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let said = |id: i64, time: i64, words: &str| {
        let mut said = group_message(id, text(words));
        said["time"] = json!(time);
        said
    };
    let mut ids = Vec::new();
    for (time, words) in [
        (1_700_000_000, "一"),
        (1_700_000_001, "二"),
        (1_700_000_060, "二"),
    ] {
        fake.say(said(0, time, words)).await;
        fake.say(said(0, time, words)).await;
        let message = desk.message().await;
        assert_eq!(message.text(), words);
        ids.push(message.id);
    }
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
    assert_eq!(
        desk.onebot.counters().duplicates,
        3,
        "what really came twice is one"
    );
    let mut without = said(1, 1_700_000_100, "没有");
    without.as_object_mut().unwrap().remove("message_id");
    fake.say(without).await;
    assert_eq!(desk.message().await.text(), "没有");
    // After a restart the implementation counts from 1 again.
    for (time, words) in [
        (1_700_000_200, "前"),
        (1_700_000_300, "后"),
        (1_700_000_600, "前"),
    ] {
        fake.say(said(1, time, words)).await;
        assert_eq!(desk.message().await.text(), words);
    }
}

#[tokio::test]
async fn what_was_ours_by_its_id_is_a_members_after_the_ids_begin_anew() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let mut ours = group_message(5, text("ours"));
    ours["user_id"] = json!(SELF);
    fake.say(ours).await;
    assert!(desk.message().await.sender.is_self);
    let quote = |id: i64| {
        group_message(
            id,
            json!([{"type": "reply", "data": {"id": "5"}}, {"type": "text", "data": {"text": "?"}}]),
        )
    };
    fake.say(quote(6)).await;
    assert_eq!(desk.message().await.quote().unwrap().of_bot, Some(true));
    fake.say(group_message(5, text("a member's now"))).await;
    assert!(!desk.message().await.sender.is_self);
    fake.say(quote(7)).await;
    let call = fake.call().await;
    assert_eq!(call["action"], "get_msg");
    fake.answer(&call, group_message(5, text("a member's now"))).await;
    assert_eq!(desk.message().await.quote().unwrap().of_bot, Some(false));
}
