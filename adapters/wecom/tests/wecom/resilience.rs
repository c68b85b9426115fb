//! Connections that break, are taken over or never begin.

use crate::desk::{self, reply, until};
use groupdesk_contract::{AccountState, Delivery, Event, InMemoryStorage, MemberId, Segment};
use groupdesk_wecom_fake::{Fake, Trouble};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[tokio::test]
async fn a_lost_connection_comes_back_and_the_old_question_is_answered_by_a_message() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.writes("li", "怎么退款");
    let asked = desk.message().await.id;
    fake.drop_connection();
    desk.disconnected().await;
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
    desk.sent(1, &reply("private:li", Some(&asked), "三天内退款"))
        .await;
    assert_eq!(fake.said()[0].quote, None);
    assert_eq!(fake.subscriptions(), 2);
}

#[tokio::test]
async fn in_a_group_such_an_answer_names_who_asked() {
    let fake = Fake::start().await;
    let storage = Arc::new(InMemoryStorage::default());
    let mut desk = desk::with(&fake, &json!({}), storage);
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
    fake.calls_bot("li", "wrHELP", "怎么退款");
    let asked = desk.message().await.id;
    fake.drop_connection();
    desk.disconnected().await;
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
    desk.sent(1, &reply("group:wrHELP", Some(&asked), "三天内退款"))
        .await;
    let mut naming = reply("group:wrHELP", Some(&asked), " 三天内退款");
    naming.segments.insert(0, Segment::Mention(MemberId::from("li")));
    desk.sent(2, &naming).await;
    desk.sent(3, &reply("group:wrHELP", None, "周一见")).await;
    let said: Vec<Value> = fake
        .said()
        .into_iter()
        .map(|said| said.body["markdown"]["content"].clone())
        .collect();
    assert_eq!(said, ["<@li> 三天内退款", "<@li>  三天内退款", "周一见"]);
}

#[tokio::test]
async fn whoever_is_kicked_does_not_fight_and_comes_back_after_a_long_while() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.kick().await;
    let kicked = Instant::now();
    let reason = desk.disconnected().await;
    assert!(reason.contains("another program"), "{reason}");
    assert!(matches!(
        desk.send(1, &reply("private:li", None, "x")).await,
        Delivery::Later { .. }
    ));
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
    assert!(
        kicked.elapsed() >= Duration::from_secs(1),
        "{:?}",
        kicked.elapsed()
    );
    assert_eq!(fake.subscriptions(), 3);
}

#[tokio::test]
async fn heartbeats_keep_it_alive_and_silence_ends_it() {
    let fake = Fake::start().await;
    let often = json!({"ping_every": "300ms"});
    let mut desk = desk::with(&fake, &often, Arc::new(InMemoryStorage::default()));
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
    until("heartbeats", || fake.pings() >= 5).await;
    assert_eq!(fake.subscriptions(), 1);
    fake.deaf(true);
    desk.disconnected().await;
    fake.deaf(false);
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
}

#[tokio::test]
async fn a_wrong_secret_is_said_once_in_words_and_not_tried_every_second() {
    let fake = Fake::start().await;
    let mut desk = desk::with(
        &fake,
        &json!({"secret": "hush-hush"}),
        Arc::new(InMemoryStorage::default()),
    );
    let reason = desk.disconnected().await;
    assert!(
        reason.contains("bot_id and secret") && !reason.contains("hush"),
        "{reason}"
    );
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(fake.frames().len(), 1);
    desk.quiet().await;
    assert!(!format!("{:?}", desk.adapter).contains("hush"));
}

#[tokio::test]
async fn a_busy_gateway_and_one_that_is_not_there_are_tried_again() {
    let fake = Fake::start().await;
    fake.trouble("aibot_subscribe", Trouble::Refuse(-1, "system busy"));
    fake.trouble("aibot_subscribe", Trouble::Drop);
    let mut desk = desk::with(&fake, &json!({}), Arc::new(InMemoryStorage::default()));
    desk.disconnected().await;
    desk.disconnected().await;
    assert_eq!(desk.event().await, Event::State(AccountState::Connected));
    let nobody = desk::with(
        &fake,
        &json!({"api_url": "ws://127.0.0.1:1"}),
        Arc::new(InMemoryStorage::default()),
    );
    let mut nobody = nobody;
    assert!(nobody.disconnected().await.contains("can't be reached"));
}

#[tokio::test]
async fn a_message_that_is_told_twice_has_the_same_id_and_shutdown_ends_it_at_once() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    let id = fake.writes("li", "怎么退款");
    fake.repeat("li", "li", &id, "怎么退款");
    assert_eq!(desk.message().await.id, desk.message().await.id);
    desk.shutdown.cancel();
    let end = tokio::time::timeout(Duration::from_secs(2), desk.inbox.recv()).await;
    assert!(matches!(end, Ok(None)), "{end:?}");
}
