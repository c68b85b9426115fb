//! Tests of quotes: the author is found, and looking it up delays no other channel.

use crate::fake::{Desk, Fake, SELF, group_message, reply, text};
use groupdesk_contract::{Adapter, ReplyKey};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn quoting(id: i64, quoted: i64) -> Value {
    group_message(
        id,
        json!([{"type": "reply", "data": {"id": quoted.to_string()}}, {"type": "text", "data": {"text": "那呢"}}]),
    )
}

#[tokio::test]
async fn a_quote_of_what_we_said_is_known_without_asking() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let onebot = desk.onebot.clone();
    let sending = tokio::spawn(async move { onebot.send(ReplyKey(1), &reply(None, "x")).await });
    let call = fake.call().await;
    fake.answer(&call, json!({"message_id": 900})).await;
    sending.await.unwrap();
    fake.say(quoting(1, 900)).await;
    assert_eq!(desk.message().await.quote().unwrap().of_bot, Some(true));
}

#[tokio::test]
async fn others_are_asked_about_and_the_channel_keeps_its_order() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    fake.say(quoting(1, 800)).await;
    let call = fake.call().await;
    assert_eq!(
        (&call["action"], &call["params"]),
        (&json!("get_msg"), &json!({"message_id": 800}))
    );
    // The same channel waits, another one doesn't.
    fake.say(group_message(2, text("second"))).await;
    let mut elsewhere = group_message(3, text("elsewhere"));
    elsewhere["group_id"] = json!(43);
    fake.say(elsewhere).await;
    assert_eq!(desk.message().await.text(), "elsewhere");
    desk.quiet().await;
    let mut past = group_message(800, text("被引用的话"));
    past["sender"]["user_id"] = json!(SELF);
    fake.answer(&call, past).await;
    let first = desk.message().await;
    let quote = first.quote().unwrap();
    assert_eq!(
        (quote.of_bot, quote.text.as_deref()),
        (Some(true), Some("被引用的话"))
    );
    assert_eq!(desk.message().await.text(), "second");
    fake.say(quoting(4, 801)).await;
    let call = fake.call().await;
    fake.answer(&call, group_message(801, json!("CQ &#91;ok&#93;[CQ:face,id=1]")))
        .await;
    let third = desk.message().await;
    assert_eq!(third.quote().unwrap().of_bot, Some(false));
    assert_eq!(third.quote().unwrap().text.as_deref(), Some("CQ [ok]"));
}

#[tokio::test]
async fn an_implementation_that_does_not_answer_costs_a_second_and_no_message() {
    let mut desk = Desk::start(json!({})).await;
    let mut fake = Fake::ready(&mut desk).await;
    let start = Instant::now();
    for id in 1..=20 {
        fake.say(quoting(id, 1000 + id)).await;
    }
    for id in 1..=20 {
        let message = desk.message().await;
        assert_eq!(message.id.as_str(), id.to_string());
        assert_eq!(message.quote().unwrap().of_bot, None);
    }
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}
