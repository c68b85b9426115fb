//! Long polling: what is confirmed when, and what happens when something stands in the way.

use crate::desk::{self, reply, until};
use groupdesk_contract::{AccountState, Adapter, Delivery, Event, InMemoryStorage};
use groupdesk_telegram_fake::{Fake, TOKEN, Trouble};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};

const GROUP: i64 = -1_005;

#[tokio::test]
async fn an_update_is_confirmed_only_when_the_desk_has_it() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    fake.says(7, GROUP, "怎么退款");
    let (event, committed) = desk.uncommitted().await;
    assert!(matches!(event, Event::Message(_)), "{event:?}");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(fake.unconfirmed(), 1, "confirmed before it was committed");
    drop(committed);

    // Killed before the commit: it comes again.
    let mut desk = desk::with(&fake, &json!({}), desk.kill());
    desk.connected().await;
    assert_eq!(desk.message().await.text(), "怎么退款");
    until("never confirmed", || fake.unconfirmed() == 0).await;

    // Killed after it: it doesn't, and the next one does.
    let mut desk = desk::with(&fake, &json!({}), desk.kill());
    desk.connected().await;
    desk.quiet().await;
    fake.says(7, GROUP, "再问一次");
    assert_eq!(desk.message().await.text(), "再问一次");
}

#[tokio::test]
async fn updates_that_come_twice_or_out_of_order_are_told_once() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    let update = |id: i64, text: &str| json!({"update_id": id, "message": fake.message(7, GROUP, json!({"text": text}))});
    let (one, two) = (update(2001, "one"), update(2002, "two"));
    fake.push_as_is(vec![two.clone(), one.clone(), two, one.clone()]);
    assert_eq!(desk.message().await.text(), "two");
    assert_eq!(desk.message().await.text(), "one");
    // Telegram gives out once more what was confirmed, as it does when a confirmation got lost.
    until("never confirmed", || fake.offset() == Some(2003)).await;
    fake.push_as_is(vec![
        json!({"update_id": 2002, "message": one["message"]}),
        update(2003, "three"),
    ]);
    assert_eq!(desk.message().await.text(), "three");
}

#[tokio::test]
async fn a_second_program_on_the_same_bot_is_told_in_words_and_a_webhook_is_taken_away() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    for _ in 0..2 {
        let words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
        fake.trouble("getupdates", Trouble::Refuse(409, words, Value::Null));
    }
    let reason = desk.disconnected().await;
    assert!(
        reason.contains("another program receives this bot's messages"),
        "{reason}"
    );
    desk.connected().await;
    let before = fake.calls("deletewebhook");
    let words = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
    fake.trouble("getupdates", Trouble::Refuse(409, words, Value::Null));
    desk.disconnected().await;
    desk.connected().await;
    assert!(fake.calls("deletewebhook") > before);
}

#[tokio::test]
async fn a_wrong_token_is_told_in_words_that_do_not_show_it() {
    let fake = Fake::start(true).await;
    let mut desk = desk::with(
        &fake,
        &json!({"token": "123:another-one"}),
        Arc::new(InMemoryStorage::default()),
    );
    let reason = desk.disconnected().await;
    assert!(
        reason.contains("BotFather") && !reason.contains("another-one"),
        "{reason}"
    );
    let outcome = desk.send(1, &reply("group:-5", "hi")).await;
    assert!(matches!(outcome, Delivery::Later { .. }), "{outcome:?}");
    assert!(!format!("{:?}", desk.adapter).contains("another-one"));
}

#[tokio::test]
async fn a_token_that_is_refused_for_a_moment_costs_seconds_and_no_message() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    let refuse = || Trouble::Refuse(401, "Unauthorized", Value::Null);
    for _ in 0..2 {
        fake.trouble("getupdates", refuse());
    }
    let reason = desk.disconnected().await;
    assert!(reason.contains("BotFather"), "{reason}");
    let since = Instant::now();
    fake.says(7, GROUP, "还在吗");
    while desk.event().await != Event::State(AccountState::Connected) {}
    assert_eq!(desk.message().await.text(), "还在吗");
    // A server that logs in says so too: nobody waits for minutes.
    assert!(since.elapsed() < Duration::from_secs(25), "{:?}", since.elapsed());
    fake.trouble("sendmessage", refuse());
    let outcome = desk.send(1, &reply(&format!("group:{GROUP}"), "在")).await;
    let Delivery::Later { after, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(after, Some(Duration::from_secs(10)));
}

#[tokio::test]
async fn a_proxys_page_a_broken_answer_and_nobody_there_are_outlived() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    for trouble in [Trouble::Page(404), Trouble::Mute, Trouble::Page(200)] {
        fake.trouble("getupdates", trouble);
    }
    let reason = desk.disconnected().await;
    assert!(
        !reason.contains(TOKEN) && !reason.contains("tests-know-this"),
        "{reason}"
    );
    fake.says(7, GROUP, "还在吗");
    // Another fault is another reason.
    while desk.event().await != Event::State(AccountState::Connected) {}
    assert_eq!(desk.message().await.text(), "还在吗");

    let nobody = Fake::start(true).await;
    let api_url = json!({"api_url": "http://127.0.0.1:9"});
    let mut desk = desk::with(&nobody, &api_url, Arc::new(InMemoryStorage::default()));
    let reason = desk.disconnected().await;
    assert!(
        reason.contains("can't be reached") && !reason.contains("tests-know-this"),
        "{reason}"
    );
}

#[tokio::test]
async fn being_told_to_wait_is_obeyed_without_alarm() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    fake.trouble(
        "getupdates",
        Trouble::Refuse(429, "Too Many Requests: retry after 1", json!({"retry_after": 1})),
    );
    let asked = Instant::now();
    let before = fake.calls("getupdates");
    until("not asked again", || fake.calls("getupdates") > before).await;
    fake.says(7, GROUP, "later");
    assert_eq!(desk.message().await.text(), "later");
    assert!(asked.elapsed() < Duration::from_secs(8));
}

#[tokio::test]
async fn at_the_end_the_wait_is_left_at_once() {
    let fake = Fake::start(true).await;
    let desk = desk::start(&fake).await;
    desk.shutdown.cancel();
    let _ = tokio::time::timeout(Duration::from_millis(500), desk.running)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_server_that_answers_at_once_is_not_asked_as_fast_as_it_answers() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    fake.hasty();
    // Nothing, or the same for ever.
    for repeated in [false, true] {
        if repeated {
            let message = fake.message(7, GROUP, json!({"text": "hi"}));
            fake.repeats(vec![json!({"update_id": 4_000, "message": message})]);
            assert_eq!(desk.message().await.text(), "hi");
        }
        let before = fake.calls("getupdates");
        tokio::time::sleep(Duration::from_secs(3)).await;
        let asked = fake.calls("getupdates") - before;
        assert!((1..=5).contains(&asked), "{asked} times in three seconds");
    }
}

#[tokio::test]
async fn an_update_that_can_not_be_read_is_passed_and_told_of() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    let message = fake.message(7, GROUP, json!({"text": "secret"}));
    let odd = |id: i64| json!({"update_id": id, "message": message});
    // None of these is a number of Telegram's: to acknowledge one would acknowledge everything, for ever.
    fake.push_as_is(vec![
        odd(i64::MAX),
        odd(1 << 53),
        odd(1 << 32),
        json!({"message": message}),
    ]);
    let event = desk.event().await;
    let told = matches!(&event, Event::Alert(alert) if alert.name == "unreadable" && alert.message.is_some());
    assert!(told && !format!("{event:?}").contains("secret"), "{event:?}");
    // They come with every answer from now on, and hold up nothing.
    fake.says(7, GROUP, "怎么退款");
    assert_eq!(desk.message().await.text(), "怎么退款");
    until("never confirmed", || {
        fake.offset().is_some_and(|next| next < 1 << 31)
    })
    .await;
}

/// In 7 s such an answer took a gigabyte of memory.
#[tokio::test]
async fn an_answer_without_end_is_given_up_and_told_whatever_was_asked_for() {
    let fake = Fake::start(true).await;
    let mut desk = desk::start(&fake).await;
    fake.trouble("getupdates", Trouble::Endless);
    fake.trouble("getupdates", Trouble::Endless);
    let reason = desk.disconnected().await;
    assert!(reason.contains("larger than 16 MiB"), "{reason}");
    desk.connected().await;
    fake.trouble("sendmessage", Trouble::Endless);
    let outcome = desk.send(1, &reply("group:-5", "hi")).await;
    assert!(
        matches!(&outcome, Delivery::Unknown { reason } if reason.contains("larger than 16 MiB")),
        "{outcome:?}"
    );
    let error = desk.adapter.fetch("endless").await.unwrap_err();
    assert!(error.contains("larger than 10 MiB"), "{error}");
    fake.says(7, GROUP, "怎么退款");
    assert_eq!(desk.message().await.text(), "怎么退款");
}
