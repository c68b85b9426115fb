//! An adapter running against the fake.

use groupdesk_contract::{AccountId, Adapter, InMemoryStorage, Reply, Storage, SystemClock};
use groupdesk_testkit::TestDesk;
pub(crate) use groupdesk_testkit::{button, with};
use groupdesk_wechat::{CustomerService, CustomerServiceSettings};
use groupdesk_wechat_fake::Fake;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

/// The adapter, and what it reports.
pub(crate) type Desk = TestDesk<dyn Adapter>;

/// Starts Customer Service.
pub(crate) async fn start(fake: &Fake) -> Desk {
    let mut desk = kf(fake, &json!({}), Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    desk
}

/// Starts Customer Service with `more` settings, and the durable notes of an earlier run; doesn't wait for the connection.
pub(crate) fn kf(fake: &Fake, more: &Value, storage: Arc<dyn Storage>) -> Desk {
    let settings: CustomerServiceSettings = serde_json::from_value(with(fake.connection(), more)).unwrap();
    let clock = Arc::new(SystemClock);
    let adapter = CustomerService::new(AccountId::from("kf"), settings, clock, Arc::clone(&storage)).unwrap();
    of(adapter, storage)
}

pub(crate) fn of(adapter: Arc<dyn Adapter>, storage: Arc<dyn Storage>) -> Desk {
    TestDesk::run(adapter, storage)
}

/// Serves the adapter's routes.
pub(crate) async fn serve(desk: &Desk) -> SocketAddr {
    groupdesk_testkit::serve(Arc::clone(&desk.adapter).routes().unwrap()).await
}

/// A reply to `channel`, which is a direct chat as all are.
pub(crate) fn reply(channel: &str, text: &str) -> Reply {
    groupdesk_testkit::reply(channel, text).with(|reply| {
        reply.kind = groupdesk_contract::ChannelKind::Direct;
    })
}
