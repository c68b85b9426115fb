//! Tests of messages that came while the program was down, or were received and not committed before it was killed.

use crate::desk::{self, until};
use groupdesk_contract::{Event, InMemoryStorage, Standing};
use groupdesk_discord_fake::{Fake, HELP, STAFF, Trouble};
use serde_json::json;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_committed_comes_again_and_what_was_does_not() {
    let fake = Fake::start().await;
    let mut desk = desk::start(&fake).await;
    fake.says(7, HELP, "one");
    assert_eq!(desk.message().await.text(), "one");
    fake.says(7, HELP, "two");
    let (event, _held) = desk.uncommitted().await;
    assert!(matches!(event, Event::Message(_)));
    let storage = desk::kill(desk).await;
    fake.forget_sessions();
    fake.says(7, HELP, "three");
    fake.says(8, STAFF, "in a channel that was never heard");
    fake.tells(9, "directly, for the first time");
    let mut desk = desk::with(&fake, &json!({}), storage);
    desk.connected().await;
    let mut heard = Vec::new();
    for _ in 0..3 {
        heard.push(desk.message().await.text());
    }
    heard.sort();
    assert_eq!(heard, ["in a channel that was never heard", "three", "two"]);
    fake.says(7, HELP, "four");
    assert_eq!(desk.message().await.text(), "four");
    desk.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn direct_messages_and_forum_posts_are_caught_up_and_staff_stay_staff() {
    let fake = Fake::start().await;
    fake.gives_role(8, 61);
    let settings = json!({"staff_roles": ["61"]});
    let mut desk = desk::start_with(&fake, settings.clone()).await;
    fake.tells(7, "hello");
    desk.message().await;
    let storage = desk::kill(desk).await;
    fake.forget_sessions();
    fake.tells(7, "anybody?");
    let post = fake.posts(7, "A title", "a question");
    fake.says(8, post, "an answer by staff");
    let mut desk = desk::with(&fake, &settings, storage);
    desk.connected().await;
    assert_eq!(desk.message().await.text(), "anybody?");
    assert_eq!(desk.message().await.text(), "A title\na question");
    assert_eq!(desk.message().await.sender.standing, Standing::Staff);
    desk.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_answers_nothing_old_and_bounds_are_kept() {
    let fake = Fake::start().await;
    fake.says(7, HELP, "long ago");
    let mut desk = desk::start(&fake).await;
    desk.quiet().await;
    fake.says(7, HELP, "now");
    desk.message().await;
    let storage = desk::kill(desk).await;
    fake.forget_sessions();
    for number in 0..150 {
        fake.says(7, HELP, &format!("{number}"));
    }
    let limits = json!({"message": "slow", "retry_after": 0.05, "global": false});
    fake.trouble("GET channels/messages", Trouble::Refuse(429, limits));
    let mut desk = desk::with(
        &fake,
        &json!({"catch_up": {"messages": 120}}),
        Arc::clone(&storage),
    );
    desk.connected().await;
    for number in 0..120 {
        assert_eq!(desk.message().await.text(), number.to_string());
    }
    desk.quiet().await;
    desk::kill(desk).await;
    let mut desk = desk::with(&fake, &json!({"catch_up": {"messages": 0}}), storage);
    desk.connected().await;
    desk.quiet().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_can_not_be_read_stops_nothing() {
    let fake = Fake::start().await;
    let mut desk = desk::with(&fake, &json!({}), Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    fake.says(7, STAFF, "a");
    desk.message().await;
    let storage = desk::kill(desk).await;
    fake.forget_sessions();
    fake.says(7, HELP, "readable");
    fake.says(7, STAFF, "hidden");
    let missing = json!({"message": "Missing Access", "code": 50001});
    fake.trouble("GET channels/messages", Trouble::Refuse(403, missing));
    let mut desk = desk::with(&fake, &json!({}), storage);
    desk.connected().await;
    assert_eq!(desk.message().await.text(), "readable");
    until("not asked", || fake.calls("GET channels/messages") == 2).await;
    desk.quiet().await;
}
