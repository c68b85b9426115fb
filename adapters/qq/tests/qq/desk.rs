//! The adapter running against the fake.

use groupdesk_contract::{
    AccountId, Adapter, Clock, InMemoryStorage, PastReply, Reply, ReplyKey, Storage, SystemClock,
};
use groupdesk_qq::{Qq, Settings};
use groupdesk_qq_fake::{APP, Fake, SECRET};
use groupdesk_testkit::TestDesk;
pub(crate) use groupdesk_testkit::{answer, button, reply, until};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

/// The adapter, and what it reports.
pub(crate) type Desk = TestDesk<Qq>;

/// Starts, and waits until the adapter is connected to the gateway.
pub(crate) async fn start(fake: &Fake) -> Desk {
    start_with(fake, &json!({})).await
}

/// The same with `more` settings.
pub(crate) async fn start_with(fake: &Fake, more: &Value) -> Desk {
    let mut desk = with(
        fake,
        more,
        Arc::new(InMemoryStorage::default()),
        Arc::new(SystemClock),
    );
    desk.connected().await;
    desk
}

/// Starts with `more` settings, the durable notes of an earlier run, and a clock; doesn't wait for the connection.
pub(crate) fn with(fake: &Fake, more: &Value, storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Desk {
    let settings = json!({
        "app_id": APP, "app_secret": SECRET, "api_url": format!("http://{}", fake.address),
        "token_url": format!("http://{}/app/getAppAccessToken", fake.address),
    });
    let settings: Settings = serde_json::from_value(groupdesk_testkit::with(settings, more)).unwrap();
    let qq = Qq::new(AccountId::from("qq"), settings, clock, Arc::clone(&storage)).unwrap();
    TestDesk::run(qq, storage)
}

/// Serves the adapter's routes.
pub(crate) async fn serve(desk: &Desk) -> SocketAddr {
    groupdesk_testkit::serve(Arc::clone(&desk.adapter).routes().unwrap()).await
}

/// The adapter's answer to a look-up of `reply`.
pub(crate) async fn find(desk: &Desk, key: i64, reply: &Reply) -> PastReply {
    desk.adapter
        .find_sent(ReplyKey(key), reply, SystemClock.now())
        .await
}
