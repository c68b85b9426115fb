//! The adapter running against the fake.

use groupdesk_contract::{
    AccountId, Adapter, ChannelId, InMemoryStorage, NoteKind, Place, Storage, SystemClock, TicketNote,
};
use groupdesk_telegram::{Settings, Telegram};
use groupdesk_telegram_fake::Fake;
use groupdesk_testkit::TestDesk;
pub(crate) use groupdesk_testkit::{button, reply, until};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

/// The adapter, and what it reports.
pub(crate) type Desk = TestDesk<Telegram>;

/// Starts, and waits until the adapter is connected.
pub(crate) async fn start(fake: &Fake) -> Desk {
    let mut desk = with(fake, &json!({}), Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    desk
}

/// Starts with `more` settings, and the durable notes of an earlier run; doesn't wait for the connection.
pub(crate) fn with(fake: &Fake, more: &Value, storage: Arc<dyn Storage>) -> Desk {
    let settings = json!({
        "token": groupdesk_telegram_fake::TOKEN, "api_url": format!("http://{}", fake.address), "poll_timeout": "1s",
    });
    let settings: Settings = serde_json::from_value(groupdesk_testkit::with(settings, more)).unwrap();
    let clock = Arc::new(SystemClock);
    let telegram = Telegram::new(AccountId::from("tg"), settings, clock, Arc::clone(&storage)).unwrap();
    TestDesk::run(telegram, storage)
}

/// Serves the adapter's routes.
pub(crate) async fn serve(desk: &Desk) -> SocketAddr {
    groupdesk_testkit::serve(Arc::clone(&desk.adapter).routes().unwrap()).await
}

/// The note on ticket `ticket` for staff.
pub(crate) fn note(ticket: u64, kind: NoteKind) -> Option<Box<TicketNote>> {
    let asked_in = Place::new(AccountId::from("qq"), ChannelId::from("group:1"));
    groupdesk_testkit::note(asked_in, ticket, kind)
}
