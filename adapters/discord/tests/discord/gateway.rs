//! The gateway: what is resumed, begun again, told to the desk, and what only a person can mend.

use crate::desk::{self, reply, until};
use groupdesk_contract::{AdapterError, Delivery, Event, InMemoryStorage};
use groupdesk_discord_fake::{Control, Fake, GUILD, HELP};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_has_to_mend_is_told_in_words_that_show_no_token() {
    for (code, hint) in [(4014, "Message Content Intent"), (4004, "Reset Token")] {
        let fake = Fake::start().await;
        fake.close_identified(code);
        let ended = desk::with(&fake, &json!({}), Arc::new(InMemoryStorage::default()))
            .ended()
            .await;
        let Err(AdapterError::Broken(words)) = ended else {
            panic!("not broken: {ended:?}");
        };
        assert!(words.contains(hint), "{words}");
    }
    let fake = Fake::start().await;
    let wrong = desk::with(
        &fake,
        &json!({"token": "hush"}),
        Arc::new(InMemoryStorage::default()),
    );
    let discord = Arc::clone(&wrong.adapter);
    let Err(AdapterError::Broken(words)) = wrong.ended().await else {
        panic!("not broken");
    };
    assert!(
        words.contains("Reset Token") && !words.contains("hush"),
        "{words}"
    );
    assert!(!format!("{discord:?}").contains("hush"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_connection_is_resumed_and_nothing_is_lost_told_twice_or_alarmed_about() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.says(7, HELP, "before");
    assert_eq!(desk.message().await.text(), "before");
    let controls = [
        Control::Drop,
        Control::Frame(json!({"op": 7, "d": null})),
        Control::Close(4000),
    ];
    for (times, control) in controls.into_iter().enumerate() {
        fake.control(control);
        tokio::time::sleep(Duration::from_millis(60)).await;
        fake.says(7, HELP, &format!("while away {times}"));
        assert_eq!(desk.message().await.text(), format!("while away {times}"));
        until("never resumed", || fake.resumed() == times + 1).await;
    }
    desk.quiet().await;
    assert_eq!(fake.identified().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_gone_is_begun_again_and_what_was_missed_is_fetched() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.says(7, HELP, "before");
    assert_eq!(desk.message().await.text(), "before");
    fake.forget_sessions();
    fake.says(7, HELP, "missed");
    fake.control(Control::Frame(json!({"op": 9, "d": false})));
    assert_eq!(desk.message().await.text(), "missed");
    fake.says(7, HELP, "after");
    assert_eq!(desk.message().await.text(), "after");
    assert_eq!((fake.identified().len(), fake.resumed()), (2, 0));
    // A session that is invalid for a moment is resumed.
    fake.control(Control::Frame(json!({"op": 9, "d": true})));
    until("never resumed", || fake.resumed() == 1).await;
    fake.says(7, HELP, "again");
    assert_eq!(desk.message().await.text(), "again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_can_not_be_reached_is_told_once_and_outlived() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.refuse(true);
    fake.control(Control::Drop);
    let reason = desk.disconnected().await;
    assert!(reason.contains("503"), "{reason}");
    // Saying goes another way.
    desk::sent(&desk, 1, &reply(HELP, "still here")).await;
    fake.says(7, HELP, "are you?");
    fake.refuse(false);
    desk.connected().await;
    assert_eq!(desk.message().await.text(), "are you?");

    let nobody = json!({"api_url": "http://127.0.0.1:9"});
    let mut desk = desk::with(&fake, &nobody, Arc::new(InMemoryStorage::default()));
    desk.disconnected().await;
    let outcome = desk.send(1, &reply(HELP, "hi")).await;
    assert!(matches!(outcome, Delivery::Later { .. }), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_does_not_answer_heartbeats_is_left() {
    let fake = Fake::start().await;
    fake.heartbeat(150);
    let mut desk = desk::start(&fake).await;
    until("no heartbeats", || fake.heartbeats() > 2).await;
    fake.control(Control::Deaf);
    tokio::time::sleep(Duration::from_millis(100)).await;
    fake.says(7, HELP, "hello?");
    assert_eq!(desk.message().await.text(), "hello?");
    assert_eq!(fake.resumed(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_shards_are_one_account() {
    let fake = Fake::start().await;
    let far = 1 << 22 | 5;
    fake.guild(far, 177);
    fake.shards(2, 2);
    let mut desk = desk::start(&fake).await;
    let mut shards: Vec<u64> = fake
        .identified()
        .iter()
        .map(|asked| asked["shard"][0].as_u64().unwrap())
        .collect();
    shards.sort_unstable();
    assert_eq!(shards, [0, 1]);
    assert_eq!(fake.identified()[0]["intents"], 37_377);
    fake.says(7, 177, "far away");
    assert_eq!(desk.message().await.channel.id.as_str(), "channel:177");
    fake.says(7, HELP, "near");
    assert_eq!(desk.message().await.channel.id.as_str(), "channel:77");
    until("commands not listed", || fake.commands().len() == 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_session_is_begun_when_discord_allows_none() {
    let fake = Fake::start().await;
    fake.remaining(0);
    let mut desk = desk::with(&fake, &json!({}), Arc::new(InMemoryStorage::default()));
    let reason = desk.disconnected().await;
    assert!(reason.contains("sessions"), "{reason}");
    assert!(fake.identified().is_empty());
    fake.remaining(10);
    desk.connected().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_of_ones_own_is_used_and_the_end_is_quick() {
    let fake = Fake::start().await;
    let elsewhere = Fake::start().await;
    let settings = json!({"gateway_url": format!("ws://{}/", elsewhere.address)});
    let desk = desk::start_with(&fake, settings).await;
    assert_eq!((fake.identified().len(), elsewhere.identified().len()), (0, 1));
    desk.shutdown.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(2), desk.running).await;
    assert!(ended.unwrap().unwrap().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_listed_in_every_server_also_in_one_that_is_joined_later_and_only_when_they_changed() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    until("not listed", || fake.commands().len() == 1).await;
    let (guild, commands) = fake.commands().remove(0);
    assert_eq!(guild, GUILD);
    let named = |name: &str| {
        let found = commands.as_array().unwrap().iter();
        found
            .clone()
            .find(|command| command["name"] == name)
            .cloned()
            .unwrap()
    };
    assert_eq!(named("ask")["options"][0]["name"], "question");
    assert_eq!(named("ask")["default_member_permissions"], json!(null));
    assert_eq!(named("t")["default_member_permissions"], "8192");
    assert_eq!(named("human")["description_localizations"]["zh-CN"], "转人工");
    fake.guild(6, 176);
    until("not listed later", || fake.commands().len() == 2).await;
    fake.says(7, 176, "hi");
    assert!(matches!(desk.event().await, Event::Message(_)));
    let mut desk = desk::with(&fake, &json!({}), desk::kill(desk).await);
    desk.connected().await;
    fake.says(7, HELP, "again");
    desk.message().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(fake.commands().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_is_gone_ends_the_run_and_more_shards_are_taken_up() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.says(7, HELP, "anybody?");
    let (_event, committed) = desk.uncommitted().await;
    drop(committed);
    let ended = desk.ended().await;
    assert!(matches!(ended, Err(AdapterError::Stopped)), "{ended:?}");

    let mut desk = desk::start(&fake).await;
    fake.shards(2, 2);
    fake.control(Control::Close(4011));
    until("not begun anew", || fake.identified().len() == 4).await;
    fake.says(7, HELP, "now with two");
    assert_eq!(desk.message().await.text(), "now with two");
}
