//! Tests of outgoing replies, and of the deliveries reported for them.

use crate::fake::{Desk, Fake, SELF, group_message, reply, text};
use groupdesk_contract::{
    Adapter, ChannelId, ChannelKind, Delivery, MessageId, PastReply, Reply, ReplyKey, Segment,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinHandle;

fn send(desk: &Desk, key: i64, reply: Reply) -> JoinHandle<Delivery> {
    let onebot = desk.onebot.clone();
    tokio::spawn(async move { onebot.send(ReplyKey(key), &reply).await })
}

fn find(desk: &Desk, key: i64, reply: Reply, since: i64) -> JoinHandle<PastReply> {
    let onebot = desk.onebot.clone();
    let since = Timestamp::from_second(since).unwrap();
    tokio::spawn(async move { onebot.find_sent(ReplyKey(key), &reply, since).await })
}

fn sent(id: &str) -> Delivery {
    Delivery::Sent {
        message: Some(MessageId::from(id)),
    }
}

fn said(call: &Value) -> &str {
    call["params"]["message"].as_array().unwrap().last().unwrap()["data"]["text"]
        .as_str()
        .unwrap()
}

/// The moment from which times are counted.
const DAY: i64 = 1_700_000_000;

#[tokio::test]
async fn the_implementations_answer_decides() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let sending = send(&desk, 1, reply(None, "x"));
    let call = fake.call().await;
    fake.fail(
        &call,
        1200,
        "EventChecker Failed: {\n    \"result\": 120,\n    \"errMsg\": \"\"\n}",
    )
    .await;
    assert!(matches!(sending.await.unwrap(), Delivery::Refused { reason } if reason.contains("120")));
    let sending = send(&desk, 2, reply(None, "x"));
    let call = fake.call().await;
    fake.fail(&call, 100, "发送过于频繁").await;
    assert!(matches!(
        sending.await.unwrap(),
        Delivery::Later { after: Some(_), .. }
    ));
    let nowhere = reply(None, "x").with(|reply| {
        reply.channel = ChannelId::from("discord:1");
    });
    assert!(matches!(
        send(&desk, 3, nowhere).await.unwrap(),
        Delivery::Refused { .. }
    ));
}

#[tokio::test]
async fn no_answer_is_unknown_and_no_connection_is_later() {
    let mut desk = Desk::start(json!({"call_timeout": "200ms"})).await;
    assert!(matches!(
        send(&desk, 1, reply(None, "x")).await.unwrap(),
        Delivery::Later { .. }
    ));
    let mut fake = Fake::ready(&mut desk).await;
    let sending = send(&desk, 2, reply(None, "x"));
    let late = fake.call().await;
    assert!(matches!(sending.await.unwrap(), Delivery::Unknown { .. }));
    fake.answer(&late, json!({"message_id": 1})).await;
    let sending = send(&desk, 3, reply(None, "x"));
    let call = fake.call().await;
    fake.answer(&call, json!({"message_id": 2})).await;
    assert_eq!(sending.await.unwrap(), sent("2"));
    let counts = desk.onebot.counters();
    assert_eq!(
        (counts.late_answers, counts.unanswered_calls, counts.answers),
        (1, 1, 1)
    );
}

#[tokio::test]
async fn a_connection_lost_while_waiting_is_unknown() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let sending = send(&desk, 1, reply(None, "x"));
    fake.call().await;
    drop(fake);
    assert!(matches!(sending.await.unwrap(), Delivery::Unknown { .. }));
    desk.disconnected().await;
    assert!(matches!(
        send(&desk, 1, reply(None, "x")).await.unwrap(),
        Delivery::Later { .. }
    ));
}

#[tokio::test]
async fn ids_go_back_as_they_came() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let mut spelled = group_message(1, text("x"));
    spelled["group_id"] = json!("9007199254740993");
    fake.say(spelled).await;
    let channel = desk.message().await.channel.id;
    let sending = send(
        &desk,
        1,
        reply(None, "x").with(|reply| {
            reply.channel = channel.clone();
        }),
    );
    let call = fake.call().await;
    assert_eq!(call["params"]["group_id"], json!("9007199254740993"));
    fake.answer(&call, json!({"message_id": 1})).await;
    sending.await.unwrap();
    let mut number = group_message(2, text("x"));
    number["group_id"] = json!(9_007_199_254_740_993_i64);
    fake.say(number).await;
    assert_eq!(desk.message().await.channel.id, channel);
    let _sending = send(
        &desk,
        2,
        reply(None, "x").with(|reply| {
            reply.channel = channel;
        }),
    );
    assert_eq!(
        fake.call().await["params"]["group_id"],
        json!(9_007_199_254_740_993_i64)
    );
}

#[tokio::test]
async fn a_stranger_is_answered_through_the_group_they_wrote_from() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    fake.say(json!({
        "self_id": SELF, "user_id": 7, "time": 1_700_000_000, "message_id": 1, "message_type": "private",
        "sub_type": "group", "group_id": 42, "post_type": "message", "message": text("在吗"),
        "sender": {"user_id": 7, "nickname": "小明", "role": "owner"}
    }))
    .await;
    let message = desk.message().await;
    assert_eq!(
        (message.channel.id.as_str(), message.channel.kind),
        ("private:7", ChannelKind::Direct)
    );
    let direct = reply(None, "在").with(|reply| {
        reply.channel = message.channel.id;
        reply.kind = ChannelKind::Direct;
    });
    let _sending = send(&desk, 1, direct);
    let call = fake.call().await;
    assert_eq!(call["action"], "send_private_msg");
    assert_eq!(
        (&call["params"]["user_id"], &call["params"]["group_id"]),
        (&json!(7), &json!(42))
    );
    // go-cqhttp and LLOneBot tell the group within the sender.
    fake.say(json!({
        "self_id": SELF, "user_id": 8, "time": 1_700_000_000, "message_id": 2, "message_type": "private",
        "sub_type": "group", "post_type": "message", "message": text("在吗"),
        "sender": {"user_id": 8, "nickname": "小红", "group_id": 43}
    }))
    .await;
    let channel = desk.message().await.channel.id;
    let _sending = send(
        &desk,
        2,
        reply(None, "在").with(|reply| {
            reply.channel = channel;
            reply.kind = ChannelKind::Direct;
        }),
    );
    assert_eq!(fake.call().await["params"]["group_id"], json!(43));
}

#[tokio::test]
async fn a_long_reply_goes_in_parts_and_a_retry_says_only_the_rest() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let long = reply(
        Some("9"),
        &format!("{}\n\n{}", "一".repeat(4000), "二".repeat(4000)),
    );
    let sending = send(&desk, 1, long.clone());
    let first = fake.call().await;
    assert_eq!(said(&first), "一".repeat(4000));
    fake.answer(&first, json!({"message_id": 100})).await;
    let second = fake.call().await;
    assert_eq!(second["params"]["message"].as_array().unwrap().len(), 1);
    fake.fail(&second, 100, "发送过于频繁").await;
    let Delivery::Later { reason, .. } = sending.await.unwrap() else {
        panic!()
    };
    assert!(reason.starts_with("message 2 of 2"), "{reason}");
    let sending = send(&desk, 1, long);
    let second = fake.call().await;
    assert_eq!(said(&second), "二".repeat(4000));
    fake.answer(&second, json!({"message_id": 101})).await;
    assert_eq!(sending.await.unwrap(), sent("100"));
}

#[tokio::test]
async fn a_past_reply_is_found_by_what_it_quotes_and_says() {
    let mut desk = Desk::start(json!({"call_timeout": "300ms"})).await;
    assert_eq!(
        find(&desk, 1, reply(Some("5"), "答案"), 0).await.unwrap(),
        PastReply::NotNow
    );
    let mut fake = Fake::ready(&mut desk).await;
    let past = |id: i64, user: i64, time: i64, quote: &str, words: &str| {
        let mut past = group_message(
            id,
            json!([{"type": "reply", "data": {"id": quote}}, {"type": "text", "data": {"text": words}}]),
        );
        past["sender"]["user_id"] = json!(user);
        past["user_id"] = json!(user);
        past["time"] = json!(DAY + time);
        past
    };
    let history = json!({"messages": [
        past(1, 7, 2000, "5", "答案"),
        past(2, SELF, 1000, "5", "答案"),
        past(3, SELF, 2000, "6", "答案"),
        past(4, SELF, 2000, "5", "另一句"),
        past(8, SELF, 1950, "5", "答案，很长。"),
    ]});
    for (wanted, since, expected) in [
        (
            reply(Some("5"), "答案"),
            2000,
            PastReply::Arrived(MessageId::from("8")),
        ),
        (reply(Some("5"), "答案"), 2100, PastReply::Missing),
        (reply(Some("5"), "完全不同"), 2000, PastReply::Missing),
        (
            reply(None, "另一句"),
            2000,
            PastReply::Arrived(MessageId::from("4")),
        ),
    ] {
        let finding = find(&desk, 1, wanted, DAY + since);
        let call = fake.call().await;
        assert_eq!(
            (&call["action"], &call["params"]["group_id"]),
            (&json!("get_group_msg_history"), &json!(42))
        );
        fake.answer(&call, history.clone()).await;
        assert_eq!(finding.await.unwrap(), expected);
    }
    let finding = find(&desk, 1, reply(None, "x"), 0);
    let call = fake.call().await;
    fake.fail(&call, 1404, "不支持的Api get_group_msg_history").await;
    assert_eq!(finding.await.unwrap(), PastReply::CannotTell);
    let finding = find(&desk, 1, reply(None, "x"), 0);
    fake.call().await;
    assert_eq!(finding.await.unwrap(), PastReply::NotNow);
}

#[tokio::test]
async fn the_implementation_is_never_sent_to_fetch_from_its_own_network_or_disk() {
    let mut desk = Desk::start(json!({"private_hosts": ["10.0.0.0/8"]})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let mut pictures = reply(None, "看图");
    let urls = [
        "file:///etc/passwd",
        "http://127.0.0.1:22/",
        "http://2130706433/",
        "http://localhost/a",
        "http://[::ffff:169.254.169.254]/latest/meta-data/",
        "data:text/html;base64,aGk=",
        "base64://aGk=",
        "/etc/passwd",
        "http://10.1.1.1/ok.png",
        "data:image/png;base64,iVBORw0KGgo=",
    ];
    pictures.segments.extend(urls.map(|url| Segment::Image {
        url: Some(url.to_owned()),
    }));
    let sending = send(&desk, 1, pictures);
    let call = fake.call().await;
    fake.answer(&call, json!({"message_id": 1})).await;
    assert_eq!(sending.await.unwrap(), sent("1"));
    let message = call["params"]["message"].as_array().unwrap();
    let files: Vec<&str> = message
        .iter()
        .filter_map(|part| part["data"]["file"].as_str())
        .collect();
    assert_eq!(files, ["http://10.1.1.1/ok.png", "base64://iVBORw0KGgo="]);
    let words = message[0]["data"]["text"].as_str().unwrap();
    assert!(
        words.starts_with("看图") && words.matches("[图片/picture]").count() == 8,
        "{words}"
    );

    // What a frame says is looked at too: what the desk is told can be passed on anywhere.
    fake.say(group_message(
        2,
        json!([
            {"type": "image", "data": {"file": "a.jpg", "url": "file:///etc/passwd"}},
            {"type": "image", "data": {"file": "b.jpg", "url": "https://multimedia.nt.qq.com.cn/b?rkey=1"}},
            {"type": "text", "data": {"text": "看图"}}
        ]),
    ))
    .await;
    let message = desk.message().await;
    let urls: Vec<Option<&str>> = message
        .segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Image { url } => Some(url.as_deref()),
            _ => None,
        })
        .collect();
    assert_eq!(urls, [None, Some("https://multimedia.nt.qq.com.cn/b?rkey=1")]);
    assert_eq!(message.text(), "看图");
}

#[tokio::test]
async fn a_half_arrived_reply_is_completed() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let long = reply(None, &format!("{}\n\n{}", "一".repeat(4000), "二".repeat(4000)));
    let finding = find(&desk, 7, long.clone(), 1_700_000_000);
    let call = fake.call().await;
    let mut arrived = group_message(50, text(&"一".repeat(4000)));
    arrived["sender"]["user_id"] = json!(SELF);
    fake.answer(&call, json!({"messages": [arrived]})).await;
    assert_eq!(finding.await.unwrap(), PastReply::Missing);
    let sending = send(&desk, 7, long.clone());
    let rest = fake.call().await;
    assert_eq!(said(&rest), "二".repeat(4000));
    fake.answer(&rest, json!({"message_id": 51})).await;
    assert_eq!(sending.await.unwrap(), sent("50"));
    assert_eq!(long.segments.len(), 1);
    assert!(matches!(long.segments[0], Segment::Text(_)));
    tokio::time::sleep(Duration::from_millis(1)).await;
}

#[tokio::test]
async fn a_file_is_sent_as_one_and_where_it_is_not_taken_the_member_and_staff_are_told() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let mut long = reply(Some("1"), "开头……（全文见文件 / see the file）");
    long.segments.push(Segment::File {
        name: Some("reply.txt".to_owned()),
        url: Some("data:text/plain;base64,YWJj".to_owned()),
    });
    let file = json!([{"type": "file", "data": {"file": "base64://YWJj", "name": "reply.txt"}}]);
    let instead =
        "[文件/file] reply.txt（这里收不了文件，文件在客服那边 / it can't be sent here, staff have it）";

    let sending = send(&desk, 1, long.clone());
    let words = fake.call().await;
    assert_eq!(said(&words), "开头……（全文见文件 / see the file）");
    fake.answer(&words, json!({"message_id": 10})).await;
    let call = fake.call().await;
    assert_eq!(
        (&call["action"], &call["params"]["message"]),
        (&json!("send_group_msg"), &file)
    );
    fake.answer(&call, json!({"message_id": 11})).await;
    assert_eq!(sending.await.unwrap(), sent("10"));
    assert_eq!(desk.onebot.left_out(ReplyKey(1)), Vec::<String>::new());

    // An implementation that can't: the words are there already, and are not said again.
    let sending = send(&desk, 2, long.clone());
    let words = fake.call().await;
    fake.answer(&words, json!({"message_id": 12})).await;
    let call = fake.call().await;
    fake.fail(&call, 1200, "rich media transfer failed").await;
    let call = fake.call().await;
    assert_eq!(said(&call), instead);
    fake.answer(&call, json!({"message_id": 13})).await;
    assert_eq!(sending.await.unwrap(), sent("12"));
    assert_eq!(desk.onebot.left_out(ReplyKey(2)), ["reply.txt"]);
    assert_eq!(desk.onebot.left_out(ReplyKey(2)), Vec::<String>::new());

    // One that does not know such a segment: it says so in words of its own.
    let sending = send(&desk, 3, long.clone());
    let words = fake.call().await;
    fake.answer(&words, json!({"message_id": 14})).await;
    let call = fake.call().await;
    fake.fail(&call, 100, "EMPTY_MSG_ERROR").await;
    assert!(matches!(sending.await.unwrap(), Delivery::Later { .. }));
    let finding = send(&desk, 3, long.clone());
    let history = fake.call().await;
    let mut arrived = group_message(14, text("开头……（全文见文件 / see the file）"));
    arrived["time"] = json!(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs());
    arrived["sender"]["user_id"] = json!(SELF);
    arrived["message"]
        .as_array_mut()
        .unwrap()
        .insert(0, json!({"type": "reply", "data": {"id": "1"}}));
    fake.answer(&history, json!({"messages": [arrived]})).await;
    let call = fake.call().await;
    assert_eq!(said(&call), instead);
    fake.answer(&call, json!({"message_id": 15})).await;
    assert_eq!(finding.await.unwrap(), sent("14"));
    assert_eq!(desk.onebot.left_out(ReplyKey(3)), ["reply.txt"]);

    // A lost answer: the history knows a file by its name.
    let finding = find(&desk, 4, long, 1_700_000_000);
    let history = fake.call().await;
    let mut words = arrived.clone();
    words["message_id"] = json!(20);
    arrived["message_id"] = json!(21);
    arrived["message"] =
        json!([{"type": "file", "data": {"file": "reply.txt", "file_id": "/x", "file_size": "3"}}]);
    fake.answer(&history, json!({"messages": [words, arrived]})).await;
    assert_eq!(finding.await.unwrap(), PastReply::Arrived(MessageId::from("20")));
}
