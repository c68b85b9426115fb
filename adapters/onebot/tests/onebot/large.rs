//! Tests of large or broken messages that used to cost the connection, and of look-ups that break it.

use crate::fake::{Desk, Fake, SELF, group_message, reply, text};
use futures_util::SinkExt;
use groupdesk_contract::{
    Adapter, ChannelId, Clock, Event, MessageId, PastReply, Reply, ReplyKey, Segment, SystemClock,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message as Frame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as Piece;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

fn find(desk: &Desk, key: i64, reply: Reply) -> JoinHandle<PastReply> {
    let onebot = desk.onebot.clone();
    let since = Timestamp::from_second(1_700_000_000).unwrap();
    tokio::spawn(async move { onebot.find_sent(ReplyKey(key), &reply, since).await })
}

/// Makes five megabytes of base64.
fn picture() -> String {
    format!("base64://{}", "iVBORw0K/gAA+oA=".repeat(5 << 16))
}

fn with_picture(id: i64, words: &str) -> Value {
    group_message(
        id,
        json!([
            {"type": "at", "data": {"qq": SELF.to_string()}}, {"type": "image", "data": {"file": picture(), "url": picture()}},
            {"type": "text", "data": {"text": words}}
        ]),
    )
}

fn own(mut message: Value) -> Value {
    message["sender"]["user_id"] = json!(SELF);
    message
}

/// An answer of which the words are spelled so that they are no UTF-8.
async fn say_bytes(fake: &mut Fake, json: &Value) {
    let json = json.to_string();
    let (before, after) = json.split_once("坏").unwrap();
    let bytes = [before.as_bytes(), b"\xE5\x9D", after.as_bytes()].concat();
    // As a text frame, which the library would not send from a string.
    let frame = Piece::message(bytes, OpCode::Data(Data::Text), true);
    fake.0.send(Frame::Frame(frame)).await.unwrap();
}

#[tokio::test]
async fn a_history_full_of_pictures_or_with_a_broken_letter_is_read_and_the_connection_lives() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let finding = find(&desk, 1, reply(None, "答案"));
    let call = fake.call().await;
    assert_eq!(call["params"]["count"], 100);
    let history = json!({"messages": [with_picture(1, " 看"), own(group_message(2, text("答案")))]});
    fake.answer(&call, history).await;
    assert_eq!(finding.await.unwrap(), PastReply::Arrived(MessageId::from("2")));

    let finding = find(&desk, 2, reply(None, "另一个"));
    let call = fake.call().await;
    let history = json!({"messages": [group_message(3, text("坏")), own(group_message(4, text("另一个")))]});
    say_bytes(
        &mut fake,
        &json!({"status": "ok", "retcode": 0, "data": history, "echo": call["echo"]}),
    )
    .await;
    assert_eq!(finding.await.unwrap(), PastReply::Arrived(MessageId::from("4")));
    fake.say(group_message(5, text("还在"))).await;
    assert_eq!(desk.message().await.text(), "还在");
    assert_eq!(desk.onebot.counters().connections, 1);
}

#[tokio::test]
async fn a_history_that_cannot_be_taken_is_asked_for_in_little_and_then_cannot_tell() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let finding = find(&desk, 1, reply(None, "答案"));
    let huge = json!({"messages": [group_message(1, text(&"很长。".repeat(500_000)))]});
    let call = fake.call().await;
    fake.answer(&call, huge.clone()).await;
    let call = fake.call().await;
    assert_eq!(call["params"]["count"], 20);
    fake.answer(&call, json!({"messages": [own(group_message(2, text("答案")))]}))
        .await;
    assert_eq!(finding.await.unwrap(), PastReply::Arrived(MessageId::from("2")));

    // What was too much in this channel once is not asked for again.
    let finding = find(&desk, 2, reply(None, "另一个"));
    let call = fake.call().await;
    assert_eq!(call["params"]["count"], 20);
    fake.answer(&call, huge).await;
    assert_eq!(finding.await.unwrap(), PastReply::CannotTell);
    // An answer with broken JSON is one that can't be taken, too.
    let finding = find(&desk, 3, reply(None, "另一个"));
    let call = fake.call().await;
    fake.text(format!(
        "{{\"status\":\"ok\",\"data\":{{,\"echo\":{}}}",
        call["echo"]
    ))
    .await;
    assert_eq!(finding.await.unwrap(), PastReply::CannotTell);
    // Where twenty don't reach back to when it was said, it may stand behind them.
    let finding = find(&desk, 4, reply(None, "另一个"));
    let call = fake.call().await;
    let mut later = group_message(9, text("x"));
    later["time"] = json!(SystemClock.now().as_second());
    fake.answer(&call, json!({"messages": vec![later; 20]})).await;
    assert_eq!(finding.await.unwrap(), PastReply::CannotTell);
    fake.say(group_message(5, text("还在"))).await;
    assert_eq!(desk.message().await.text(), "还在");
    assert!(
        desk.alerts.is_empty(),
        "no member's event was lost: {:?}",
        desk.alerts
    );
    assert_eq!(desk.onebot.counters().connections, 1);
}

#[tokio::test]
async fn a_look_up_that_breaks_the_connection_is_not_asked_again_at_once() {
    let mut desk = Desk::start(json!({})).await;
    for (count, found) in [(100, PastReply::NotNow), (20, PastReply::CannotTell)] {
        let mut fake = Fake::ready(&mut desk).await;
        let finding = find(&desk, 1, reply(None, "答案"));
        assert_eq!(fake.call().await["params"]["count"], count);
        drop(fake);
        assert_eq!(finding.await.unwrap(), found);
        desk.disconnected().await;
    }
    let mut fake = Fake::ready(&mut desk).await;
    // Neither for this reply nor for another one in that channel.
    for key in [1, 2] {
        assert_eq!(
            find(&desk, key, reply(None, "答案")).await.unwrap(),
            PastReply::CannotTell
        );
    }
    fake.no_call().await;
    let mut elsewhere = reply(None, "答案");
    elsewhere.channel = ChannelId::from("group:43");
    let finding = find(&desk, 3, elsewhere);
    let call = fake.call().await;
    assert_eq!(call["params"]["group_id"], 43);
    fake.answer(&call, json!({"messages": []})).await;
    assert_eq!(finding.await.unwrap(), PastReply::Missing);
}

#[tokio::test]
async fn an_account_that_breaks_off_over_and_over_is_told() {
    let mut desk = Desk::start(json!({})).await;
    for time in 1..=5 {
        assert!(desk.alerts.is_empty(), "{time}");
        drop(Fake::ready(&mut desk).await);
        desk.disconnected().await;
    }
    desk.quiet().await;
    assert_eq!(desk.alerts, [("unstable_connection".to_owned(), true)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_members_words_are_heard_however_large_the_picture_beside_them() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    for id in 1..=12 {
        fake.say(with_picture(id, " 转人工")).await;
        let message = desk.message().await;
        assert!(message.mentions_bot);
        assert_eq!(message.text().trim(), "转人工");
        assert_eq!(message.segments[1], Segment::Image { url: None });
    }
    // As a coded string, with slashes as PHP escapes them, and in pieces with a ping between them.
    let coded = format!("[CQ:at,qq={SELF}][CQ:image,file={}] 转人工", picture());
    let json = group_message(13, json!(coded))
        .to_string()
        .replace('/', "\\/")
        .into_bytes();
    let (first, second) = json.split_at(json.len() - 9);
    for frame in [
        Piece::message(first.to_vec(), OpCode::Data(Data::Text), false),
        Piece::ping("x"),
        Piece::message(second.to_vec(), OpCode::Data(Data::Continue), true),
    ] {
        fake.0.send(Frame::Frame(frame)).await.unwrap();
    }
    let message = desk.message().await;
    assert!(message.mentions_bot);
    assert_eq!(message.text().trim(), "转人工");
    let counts = desk.onebot.counters();
    assert_eq!(
        (
            counts.oversized_frames,
            counts.malformed_frames,
            counts.connections
        ),
        (0, 0, 1)
    );
    assert!(desk.alerts.is_empty());
}

#[tokio::test]
async fn broken_letters_cost_no_more_than_themselves_and_many_are_told() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    // A name that was cut in the middle of a letter costs nothing.
    for id in 1..=12 {
        let mut named = group_message(id, text("在吗"));
        named["sender"]["card"] = json!("坏");
        say_bytes(&mut fake, &named).await;
        assert_eq!(desk.message().await.text(), "在吗");
    }
    assert!(desk.alerts.is_empty());
    for id in 21..=30 {
        say_bytes(&mut fake, &group_message(id, text("转人工坏"))).await;
        assert_eq!(desk.message().await.text(), "转人工\u{FFFD}");
    }
    assert_eq!(desk.alerts, [("unreadable_events".to_owned(), true)]);
    assert_eq!(desk.onebot.counters().connections, 1);
}

#[tokio::test]
async fn a_group_that_is_no_number_is_no_channel_and_ten_of_them_are_told() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    for id in [json!("abc"), json!(1.5), json!("\u{0}"), json!(""), json!(0)] {
        for field in ["group_id", "user_id"] {
            let mut nowhere = group_message(1, text("在吗"));
            nowhere[field] = id.clone();
            nowhere["sender"] = json!({});
            fake.say(nowhere).await;
        }
    }
    fake.say(group_message(2, text("还在"))).await;
    let Event::Message(message) = desk.event().await else {
        panic!()
    };
    assert_eq!(
        (message.channel.id.as_str(), message.text().as_str()),
        ("group:42", "还在")
    );
    assert_eq!(desk.alerts, [("unreadable_events".to_owned(), true)]);
}
