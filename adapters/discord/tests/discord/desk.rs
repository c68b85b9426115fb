//! The adapter running against the fake.

use groupdesk_contract::{AccountId, InMemoryStorage, NoteKind, Place, Reply, Storage, SystemClock};
use groupdesk_discord::{Discord, Settings};
use groupdesk_discord_fake::{Fake, TOKEN};
use groupdesk_testkit::TestDesk;
pub(crate) use groupdesk_testkit::{button, until};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The adapter, and what it reports.
pub(crate) type Desk = TestDesk<Discord>;

/// Starts, and waits until the adapter is connected.
pub(crate) async fn start(fake: &Fake) -> Desk {
    start_with(fake, json!({})).await
}

/// Starts with `more` settings.
pub(crate) async fn start_with(fake: &Fake, more: Value) -> Desk {
    let mut desk = with(fake, &more, Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    desk
}

/// Starts with `more` settings, and the durable notes of an earlier run; doesn't wait for the connection.
pub(crate) fn with(fake: &Fake, more: &Value, storage: Arc<dyn Storage>) -> Desk {
    let settings = json!({"token": TOKEN, "api_url": format!("http://{}", fake.address)});
    let settings: Settings = serde_json::from_value(groupdesk_testkit::with(settings, more)).unwrap();
    let clock = Arc::new(SystemClock);
    let discord = Discord::new(AccountId::from("dc"), settings, clock, Arc::clone(&storage)).unwrap();
    TestDesk::run(discord, storage)
}

/// Sends what must arrive; its message.
pub(crate) async fn sent(desk: &Desk, key: i64, reply: &Reply) -> u64 {
    desk.sent(key, reply).await.as_str().parse().unwrap()
}

/// Ends like kill -9, as far as the adapter can tell; after a moment in which it records commits.
pub(crate) async fn kill(desk: Desk) -> Arc<dyn Storage> {
    tokio::time::sleep(Duration::from_millis(50)).await;
    desk.running.abort();
    let _ = desk.running.await;
    desk.storage
}

/// A reply to a channel.
pub(crate) fn reply(channel: u64, text: &str) -> Reply {
    groupdesk_testkit::reply(&format!("channel:{channel}"), text)
}

/// A reply to a channel that quotes a message.
pub(crate) fn answer(channel: u64, quote: u64, text: &str) -> Reply {
    groupdesk_testkit::answer(&format!("channel:{channel}"), &quote.to_string(), text)
}

/// The note for staff on ticket `ticket`, whose member is 7.
pub(crate) fn note(channel: u64, ticket: u64, kind: NoteKind, text: &str) -> Reply {
    reply(channel, text).with(|reply| {
        reply.note = groupdesk_testkit::note(Place::new("dc", "channel:77"), ticket, kind);
    })
}

/// A ticket is opened.
pub(crate) fn opened(channel: u64, ticket: u64, text: &str) -> Reply {
    let kind = NoteKind::Opened {
        said: "打不开".to_owned(),
    };
    note(channel, ticket, kind, text)
}

/// The member says more.
pub(crate) fn more(channel: u64, ticket: u64, said: &str, text: &str) -> Reply {
    let kind = NoteKind::Said {
        by: "小_明".to_owned(),
        said: said.to_owned(),
    };
    note(channel, ticket, kind, text)
}
