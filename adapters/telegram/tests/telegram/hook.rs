//! Webhook mode: the secret, the commit before the answer, albums, and hostile callers.

use crate::desk::{self, Desk};
use groupdesk_contract::{AdapterError, Event, InMemoryStorage};
use groupdesk_telegram_fake::Fake;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const SECRET: &str = "a-secret-of-16-signs";

async fn start(fake: &Fake) -> Desk {
    let settings = json!({"webhook": {"url": "https://desk.example", "secret": SECRET}});
    let mut desk = desk::with(fake, &settings, Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    desk
}

fn update(fake: &Fake, id: i64, text: &str) -> Value {
    json!({"update_id": id, "message": fake.message(7, -5, json!({"text": text}))})
}

#[tokio::test]
async fn an_update_is_answered_when_it_is_committed_and_told_once() {
    let fake = Fake::start(true).await;
    let mut desk = start(&fake).await;
    let address = desk::serve(&desk).await;
    assert!(fake.calls("setwebhook") == 1 && fake.calls("getupdates") == 0);
    let one = update(&fake, 1, "怎么退款");
    let posted = tokio::spawn({
        let (fake, one) = (fake.clone(), one.clone());
        async move { fake.post(address, "/telegram/tg", Some(SECRET), &one).await }
    });
    let (event, committed) = desk.uncommitted().await;
    assert!(matches!(event, Event::Message(_)), "{event:?}");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!posted.is_finished(), "answered before the commit");
    committed.unwrap().send(()).unwrap();
    assert_eq!(posted.await.unwrap(), 200);
    assert_eq!(fake.post(address, "/telegram/tg", Some(SECRET), &one).await, 200);
    desk.quiet().await;
}

#[tokio::test]
async fn what_the_desk_could_not_take_is_refused_so_that_it_comes_again() {
    let fake = Fake::start(true).await;
    let mut desk = start(&fake).await;
    let address = desk::serve(&desk).await;
    let one = update(&fake, 1, "怎么退款");
    let posted = tokio::spawn({
        let (fake, one) = (fake.clone(), one.clone());
        async move { fake.post(address, "/telegram/tg", Some(SECRET), &one).await }
    });
    let (_, committed) = desk.uncommitted().await;
    drop(committed);
    assert_eq!(posted.await.unwrap(), 503, "{}", AdapterError::Stopped);
}

#[tokio::test]
async fn whoever_does_not_know_the_secret_learns_nothing() {
    let fake = Fake::start(true).await;
    let mut desk = start(&fake).await;
    let address = desk::serve(&desk).await;
    let one = update(&fake, 1, "x");
    for secret in [
        None,
        Some(""),
        Some("a-secret-of-16-sign"),
        Some("A-secret-of-16-signs"),
    ] {
        assert_eq!(fake.post(address, "/telegram/tg", secret, &one).await, 401);
    }
    // Whoever does may still send nonsense.
    for (odd, status) in [
        (json!([]), 200),
        (json!({"update_id": "x"}), 200),
        (json!({"update_id": 5, "message": {"chat": 7}}), 200),
        (json!({"update_id": 6, "fill": "x".repeat(2_000_000)}), 413),
    ] {
        assert_eq!(
            fake.post(address, "/telegram/tg", Some(SECRET), &odd).await,
            status
        );
    }
    desk.quiet().await;
    desk.shutdown.cancel();
    let _ = tokio::time::timeout(Duration::from_secs(1), &mut desk.running)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(fake.post(address, "/telegram/tg", Some(SECRET), &one).await, 503);
}

#[tokio::test]
async fn the_pieces_of_an_album_are_one_message() {
    let fake = Fake::start(true).await;
    let mut desk = start(&fake).await;
    let address = desk::serve(&desk).await;
    let mut posts = Vec::new();
    for (id, text) in [(1, "one"), (2, "two")] {
        let photo = json!([{"file_id": text, "file_unique_id": text, "width": 9, "height": 9}]);
        let message = fake.message(
            7,
            -5,
            json!({"media_group_id": "9", "photo": photo, "caption": text}),
        );
        let piece = json!({"update_id": id, "message": message});
        let fake = fake.clone();
        posts.push(tokio::spawn(async move {
            fake.post(address, "/telegram/tg", Some(SECRET), &piece).await
        }));
    }
    let said = desk.message().await;
    assert_eq!(said.segments.len(), 4, "{said:?}");
    for post in posts {
        assert_eq!(post.await.unwrap(), 200);
    }
    desk.quiet().await;
}
