//! Tests of retries: the replies that are resent, in which form, and those that are not.

use crate::fake::{Desk, Fake, SELF, group_message, reply, text};
use groupdesk_contract::{
    AccountState, Adapter, Clock, Delivery, Event, MessageId, PastReply, Reply, ReplyKey, Segment,
    SystemClock,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::task::JoinHandle;

fn send(desk: &Desk, key: i64, reply: Reply) -> JoinHandle<Delivery> {
    let onebot = desk.onebot.clone();
    tokio::spawn(async move { onebot.send(ReplyKey(key), &reply).await })
}

fn find(desk: &Desk, key: i64, reply: Reply) -> JoinHandle<PastReply> {
    let onebot = desk.onebot.clone();
    let since = Timestamp::from_second(1_700_000_000).unwrap();
    tokio::spawn(async move { onebot.find_sent(ReplyKey(key), &reply, since).await })
}

fn sent(id: &str) -> Delivery {
    Delivery::Sent {
        message: Some(MessageId::from(id)),
    }
}

fn with_picture(quote: Option<&str>) -> Reply {
    let mut wanted = reply(quote, "看图");
    wanted.segments.push(Segment::Image {
        url: Some("https://pictures.example/a.png".to_owned()),
    });
    wanted
}

fn types(call: &Value) -> Vec<&str> {
    let message = call["params"]["message"].as_array().unwrap();
    message
        .iter()
        .map(|segment| segment["type"].as_str().unwrap())
        .collect()
}

fn words(call: &Value) -> &str {
    let message = call["params"]["message"].as_array().unwrap();
    message.last().unwrap()["data"]["text"].as_str().unwrap()
}

const NETWORK: &str = "EventChecker Failed: NTEvent EventRet:\n{\n    \"result\": 1006514,\n    \"errMsg\": \"网络连接异常\"\n}\n";

#[tokio::test]
async fn an_answer_that_comes_late_settles_its_reply_and_nothing_is_said_twice() {
    let mut desk = Desk::start(json!({"call_timeout": "200ms"})).await;
    let mut fake = Fake::ready(&mut desk).await;
    for key in 1..=6 {
        let wanted = reply(Some("5"), &format!("答案 {key}"));
        let sending = send(&desk, key, wanted.clone());
        let call = fake.call().await;
        assert!(matches!(sending.await.unwrap(), Delivery::Unknown { .. }));
        let finding = find(&desk, key, wanted);
        // The answer comes while it is looked for, or has come before.
        if key % 2 == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        fake.answer(&call, json!({"message_id": 100 + key})).await;
        assert_eq!(
            finding.await.unwrap(),
            PastReply::Arrived(MessageId::new((100 + key).to_string()))
        );
    }
    fake.no_call().await;
    assert_eq!(desk.onebot.counters().late_answers, 6);

    // A late refusal is one, and is not asked for again.
    let sending = send(&desk, 7, reply(None, "x"));
    let call = fake.call().await;
    assert!(matches!(sending.await.unwrap(), Delivery::Unknown { .. }));
    fake.fail(&call, 120, "").await;
    assert_eq!(
        find(&desk, 7, reply(None, "x")).await.unwrap(),
        PastReply::Missing
    );
    let refused = send(&desk, 7, reply(None, "x")).await.unwrap();
    assert!(matches!(refused, Delivery::Refused { reason } if reason.contains("120")));
    fake.no_call().await;
}

#[tokio::test]
async fn what_may_still_be_said_is_not_repeated_while_its_answer_is_awaited() {
    let mut desk = Desk::start(json!({"call_timeout": "100ms"})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let sending = send(&desk, 1, reply(None, "x"));
    let call = fake.call().await;
    assert!(matches!(sending.await.unwrap(), Delivery::Unknown { .. }));
    let finding = find(&desk, 1, reply(None, "x"));
    let history = fake.call().await;
    // A history is waited for longer than a send.
    tokio::time::sleep(Duration::from_millis(250)).await;
    fake.answer(&history, json!({"messages": []})).await;
    assert_eq!(finding.await.unwrap(), PastReply::NotNow);
    // When the connection is lost no answer can come, and the history decides.
    drop(call);
    drop(fake);
    desk.disconnected().await;
    let mut fake = Fake::ready(&mut desk).await;
    let finding = find(&desk, 1, reply(None, "x"));
    let history = fake.call().await;
    fake.answer(&history, json!({"messages": []})).await;
    assert_eq!(finding.await.unwrap(), PastReply::Missing);
}

#[tokio::test]
async fn a_network_error_is_no_refusal_and_is_looked_up_before_it_is_said_again() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let own = |id: i64, words: &str, seq: &str| {
        let mut own = group_message(id, text(words));
        own["sender"]["user_id"] = json!(SELF);
        own["time"] = json!(SystemClock.now().as_second());
        own["real_seq"] = json!(seq);
        own
    };
    let sending = send(&desk, 1, reply(None, "答案"));
    let call = fake.call().await;
    fake.fail(&call, 1200, NETWORK).await;
    assert!(matches!(sending.await.unwrap(), Delivery::Later { .. }));
    let sending = send(&desk, 1, reply(None, "答案"));
    let history = fake.call().await;
    assert_eq!(history["action"], "get_group_msg_history");
    // NapCat keeps what it failed to send, without a number of the platform's.
    fake.answer(&history, json!({"messages": [own(3, "答案", "0")]}))
        .await;
    let call = fake.call().await;
    assert_eq!(words(&call), "答案");
    fake.fail(&call, 1200, NETWORK).await;
    assert!(matches!(sending.await.unwrap(), Delivery::Later { .. }));
    let sending = send(&desk, 1, reply(None, "答案"));
    let history = fake.call().await;
    fake.answer(
        &history,
        json!({"messages": [own(3, "答案", "0"), own(4, "答案", "77")]}),
    )
    .await;
    assert_eq!(sending.await.unwrap(), sent("4"));
    fake.no_call().await;

    // The same words of another reply are not taken for this one.
    let sending = send(&desk, 2, reply(None, "答案"));
    let call = fake.call().await;
    fake.fail(&call, 1200, NETWORK).await;
    sending.await.unwrap();
    let sending = send(&desk, 2, reply(None, "答案"));
    let history = fake.call().await;
    fake.answer(&history, json!({"messages": [own(4, "答案", "77")]}))
        .await;
    let call = fake.call().await;
    fake.answer(&call, json!({"message_id": 5})).await;
    assert_eq!(sending.await.unwrap(), sent("5"));
}

#[tokio::test]
async fn a_picture_that_cannot_be_had_costs_no_words() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    for (key, error) in [
        (1, "文件处理失败: 下载文件失败: Not Found"),
        (
            2,
            "EventChecker Failed: {\"result\": -1, \"errMsg\": \"rich media transfer failed\"}",
        ),
    ] {
        let sending = send(&desk, key, with_picture(Some("5")));
        let call = fake.call().await;
        assert_eq!(types(&call), ["reply", "text", "image"]);
        fake.fail(&call, 1200, error).await;
        let call = fake.call().await;
        assert_eq!(types(&call), ["reply", "text"]);
        assert_eq!(words(&call), "看图\nhttps://pictures.example/a.png");
        fake.answer(&call, json!({"message_id": key})).await;
        assert_eq!(sending.await.unwrap(), sent(&key.to_string()));
    }
}

#[tokio::test]
async fn what_fails_with_its_picture_is_tried_without_before_it_is_tried_with_it_again_whatever_the_error_says()
 {
    let mut desk = Desk::start(json!({"call_timeout": "1s"})).await;
    let mut fake = Fake::ready(&mut desk).await;
    for (key, error) in (1..).zip([
        "getaddrinfo ENOTFOUND pictures.example",
        "getaddrinfo EAI_AGAIN pictures.example",
        "connect ECONNREFUSED 1.2.3.4:443",
        "connect ETIMEDOUT 1.2.3.4:443",
        "unable to verify the first certificate",
        "fetch failed",
        "url 不合法",
        "图片违规",
        // These may be about the platform.
        "read ECONNRESET",
        "网络异常",
        "发送过于频繁",
        "Request timeout",
        "something new",
    ]) {
        let wanted = with_picture(Some("5"));
        let mut sending = send(&desk, key, wanted.clone());
        let call = fake.call().await;
        assert_eq!(types(&call), ["reply", "text", "image"], "{error}");
        fake.fail(&call, 1200, error).await;
        let mut tries = 0;
        let delivery = loop {
            let ended = async {
                tokio::select! {
                    delivery = &mut sending => Some(delivery.unwrap()),
                    call = fake.call() => {
                        if call["action"] == "get_group_msg_history" {
                            fake.answer(&call, json!({"messages": []})).await;
                        } else {
                            assert_eq!(types(&call), ["reply", "text"], "{error}");
                            assert_eq!(words(&call), "看图\nhttps://pictures.example/a.png");
                            tries += 1;
                            fake.answer(&call, json!({"message_id": key})).await;
                        }
                        None
                    }
                }
            };
            match ended.await {
                Some(Delivery::Later { after, .. }) => {
                    assert!(after.unwrap() <= Duration::from_secs(2), "{error}: {after:?}");
                    sending = send(&desk, key, wanted.clone());
                }
                Some(Delivery::Unknown { .. }) => sending = send(&desk, key, wanted.clone()),
                Some(delivery) => break delivery,
                None => {}
            }
        };
        assert_eq!((delivery, tries), (sent(&key.to_string()), 1), "{error}");
    }
}

#[tokio::test]
async fn a_failure_that_the_implementation_answered_is_not_held_where_no_history_shows_what_is_ours() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    // As often as the network fails, and right away.
    for _ in 0..5 {
        let sending = send(&desk, 1, reply(None, "答案"));
        let mut call = fake.call().await;
        if call["action"] == "get_group_msg_history" {
            fake.answer(&call, json!({"messages": []})).await;
            call = fake.call().await;
        }
        assert_eq!(words(&call), "答案");
        fake.fail(&call, 1200, NETWORK).await;
        assert!(matches!(sending.await.unwrap(), Delivery::Later { .. }));
    }
}

#[tokio::test]
async fn a_quoted_message_that_is_gone_costs_no_words() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    for (retcode, error) in [(1200, "消息不存在"), (100, "msg not found")] {
        let sending = send(&desk, 1, reply(Some("5"), "答案"));
        let call = fake.call().await;
        fake.fail(&call, retcode, error).await;
        let call = fake.call().await;
        assert_eq!(types(&call), ["text"]);
        fake.answer(&call, json!({"message_id": 1})).await;
        assert_eq!(sending.await.unwrap(), sent("1"));
    }
    // An implementation that leaves the quote out by itself said it all the same.
    let finding = find(&desk, 2, reply(Some("6"), "另一个"));
    let history = fake.call().await;
    let mut own = group_message(9, text("另一个"));
    own["sender"]["user_id"] = json!(SELF);
    fake.answer(&history, json!({"messages": [own]})).await;
    assert_eq!(finding.await.unwrap(), PastReply::Arrived(MessageId::from("9")));
}

#[tokio::test]
async fn a_mentioned_member_who_left_costs_no_words() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    fake.say(group_message(1, text("怎么退款"))).await;
    desk.message().await;
    let mut wanted = reply(None, "答案");
    wanted.segments.insert(0, Segment::Mention("7".into()));
    let sending = send(&desk, 1, wanted.clone());
    let call = fake.call().await;
    assert_eq!(types(&call), ["at", "text"]);
    fake.fail(&call, 1200, "群成员不存在").await;
    let call = fake.call().await;
    assert_eq!((types(&call), words(&call)), (vec!["text"], "@明 答案"));
    // The answer to it is lost; the history has it.
    drop(call);
    drop(fake);
    assert!(matches!(sending.await.unwrap(), Delivery::Unknown { .. }));
    desk.disconnected().await;
    let mut fake = Fake::ready(&mut desk).await;
    let finding = find(&desk, 1, wanted);
    let history = fake.call().await;
    let mut own = group_message(9, text("@明 答案"));
    own["sender"]["user_id"] = json!(SELF);
    fake.answer(&history, json!({"messages": [own]})).await;
    assert_eq!(finding.await.unwrap(), PastReply::Arrived(MessageId::from("9")));
}

#[tokio::test]
async fn what_fails_for_a_reason_nobody_knows_is_tried_again_in_a_simpler_form() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let sending = send(&desk, 1, with_picture(None));
    let call = fake.call().await;
    fake.fail(&call, 1200, "something new").await;
    assert!(matches!(
        sending.await.unwrap(),
        Delivery::Later { after: Some(_), .. }
    ));
    let sending = send(&desk, 1, with_picture(None));
    let history = fake.call().await;
    fake.answer(&history, json!({"messages": []})).await;
    let call = fake.call().await;
    assert_eq!(types(&call), ["text"]);
    fake.answer(&call, json!({"message_id": 1})).await;
    assert_eq!(sending.await.unwrap(), sent("1"));
}

#[tokio::test]
async fn while_the_account_is_offline_replies_wait_and_admins_are_told() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let heartbeat = |online: bool| {
        json!({
            "time": 1, "self_id": SELF, "post_type": "meta_event", "meta_event_type": "heartbeat", "interval": 30000,
            "status": {"online": online, "good": true}
        })
    };
    let gone = json!({
        "time": 1, "self_id": SELF, "post_type": "notice", "notice_type": "bot_offline", "user_id": SELF, "tag": "BotOfflineEvent",
        "message": "你的账号在另一地点登录"
    });
    for away in [heartbeat(false), gone] {
        fake.say(away).await;
        desk.disconnected().await;
        let waits = send(&desk, 1, reply(None, "x")).await.unwrap();
        assert!(matches!(waits, Delivery::Later { .. }));
        fake.no_call().await;
        fake.say(heartbeat(true)).await;
        desk.connected().await;
        let sending = send(&desk, 1, reply(None, "x"));
        let call = fake.call().await;
        fake.answer(&call, json!({"message_id": 1})).await;
        assert_eq!(sending.await.unwrap(), sent("1"));
        desk.quiet().await;
    }
    let offline = |fires: bool| ("offline".to_owned(), fires);
    assert_eq!(
        desk.alerts,
        [offline(true), offline(false), offline(true), offline(false)]
    );
    // A second connection of an account that is logged out is no login.
    fake.say(heartbeat(false)).await;
    desk.disconnected().await;
    let mut second = Fake::connect(&desk).await;
    second.lifecycle().await;
    let waits = send(&desk, 2, reply(None, "x")).await.unwrap();
    assert!(matches!(waits, Delivery::Later { .. }));
    second
        .say(json!({"time": 1, "self_id": SELF, "post_type": "notice", "notice_type": "bot_online"}))
        .await;
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
}
