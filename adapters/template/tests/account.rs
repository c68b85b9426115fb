//! The skeleton against a platform of our own, over real sockets: what a copy of it must go on to pass.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use groupdesk_contract::{AccountId, Adapter, InMemoryStorage, Storage, SystemClock};
use groupdesk_template::Example;
use groupdesk_testkit::{TestDesk, reply, serve};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Messages that were sent to the platform.
type Said = Arc<Mutex<Vec<Value>>>;

async fn platform(said: &Said) -> String {
    async fn take(State(said): State<Said>, Json(message): Json<Value>) -> Json<Value> {
        let mut said = said.lock().unwrap();
        said.push(message);
        Json(json!({"id": said.len()}))
    }
    let update = json!({"id": 7, "chat": 5, "is_group": true, "from": {"id": 9, "name": "小明"}, "text": "在吗",
        "mentions": [1]});
    let routes = Router::new()
        .route("/me", get(|| async { Json(json!({"id": 1})) }))
        .route("/updates", get(|| async move { Json(json!([update])) }))
        .route("/messages", post(take))
        .with_state(Arc::clone(said));
    format!("http://{}", serve(routes).await)
}

fn account(url: &str, storage: &Arc<dyn Storage>) -> TestDesk<Example> {
    let settings = json!({"token": "t", "api_url": url, "poll": "1s", "webhook_secret": "hush"});
    let settings = serde_json::from_value(settings).unwrap();
    let clock = Arc::new(SystemClock);
    let adapter = Example::new(AccountId::from("x"), settings, clock, Arc::clone(storage)).unwrap();
    TestDesk::run(adapter, Arc::clone(storage))
}

#[tokio::test]
async fn an_update_comes_once_and_a_reply_goes_out() {
    let said = Said::default();
    let url = platform(&said).await;
    let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
    let mut desk = account(&url, &storage);
    desk.connected().await;
    let message = desk.message().await;
    assert_eq!(
        (message.channel.id.as_str(), message.mentions_bot),
        ("group:5", true)
    );
    assert_eq!(desk.sent(1, &reply("group:5", "在的")).await.as_str(), "1");
    assert_eq!(said.lock().unwrap()[0], json!({"chat": 5, "text": "在的"}));
    desk.quiet().await;
    desk.kill();
    // Read before the restart.
    let mut again = account(&url, &storage);
    again.connected().await;
    again.quiet().await;
}

#[tokio::test]
async fn a_platform_that_is_not_there_is_told_and_a_caller_without_the_secret_learns_nothing() {
    let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
    let mut desk = account("http://127.0.0.1:1", &storage);
    assert!(desk.disconnected().await.contains("no connection"));
    let address = serve(Arc::clone(&desk.adapter).routes().unwrap()).await;
    let client = groupdesk_kit::client(std::time::Duration::from_secs(10)).unwrap();
    let post = client.post(format!("http://{address}/example/x")).body("{}");
    assert_eq!(post.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn nothing_is_sent_to_channels_of_no_platform() {
    let storage: Arc<dyn Storage> = Arc::new(InMemoryStorage::default());
    let desk = account("http://127.0.0.1:1", &storage);
    groupdesk_testkit::check_channels(desk.adapter.as_ref(), "group:5").await;
}
