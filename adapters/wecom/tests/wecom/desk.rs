//! A robot running against a fake.

use groupdesk_contract::{AccountId, InMemoryStorage, MessageId, Reply, Storage, SystemClock};
pub(crate) use groupdesk_testkit::until;
use groupdesk_testkit::{TestDesk, button};
use groupdesk_wecom::Robot;
use groupdesk_wecom_fake::{BOT, Fake, SECRET};
use serde_json::{Value, json};
use std::sync::Arc;

/// The robot, and what it reports.
pub(crate) type Desk = TestDesk<Robot>;

/// Starts over the long connection.
pub(crate) async fn start(fake: &Fake) -> Desk {
    let mut desk = with(fake, &json!({}), Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    desk
}

pub(crate) fn with(fake: &Fake, more: &Value, storage: Arc<dyn Storage>) -> Desk {
    let settings = json!({
        "bot_id": BOT, "secret": SECRET, "api_url": format!("ws://{}", fake.address), "after_kick": "1s",
    });
    of(groupdesk_testkit::with(settings, more), storage)
}

pub(crate) fn of(settings: Value, storage: Arc<dyn Storage>) -> Desk {
    let settings = serde_json::from_value(settings).unwrap();
    let clock = Arc::new(SystemClock);
    let robot = Robot::new(AccountId::from("wecom"), settings, clock, Arc::clone(&storage)).unwrap();
    TestDesk::run(robot, storage)
}

/// A reply to `channel`, which answers `quote`.
pub(crate) fn reply(channel: &str, quote: Option<&MessageId>, text: &str) -> Reply {
    groupdesk_testkit::reply(channel, text).with(|reply| {
        reply.quote = quote.cloned();
    })
}

pub(crate) fn with_buttons(mut reply: Reply, buttons: &[(&str, &str)]) -> Reply {
    reply.buttons = buttons.iter().map(|(label, says)| button(label, says)).collect();
    reply
}
