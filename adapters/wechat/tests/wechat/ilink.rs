//! iLink: the scan, what the owner writes and is told, a restart, and a login that ends.

use crate::desk::{self, Desk, reply};
use groupdesk_contract::{AccountId, Delivery, Event, InMemoryStorage, Standing, Storage, SystemClock};
use groupdesk_wechat::ILink;
use groupdesk_wechat_fake::ilink::{FakeILink, OWNER};
use std::sync::Arc;

fn start(fake: &FakeILink, storage: Arc<dyn Storage>) -> Desk {
    let settings = serde_json::from_value(fake.connection()).unwrap();
    let adapter = ILink::new(
        AccountId::from("me"),
        settings,
        Arc::new(SystemClock),
        Arc::clone(&storage),
    )
    .unwrap();
    desk::of(adapter, storage)
}

#[tokio::test]
async fn the_owner_is_told_and_heard_over_a_restart_and_nobody_else_is() {
    let fake = FakeILink::start().await;
    let mut desk = start(&fake, Arc::new(InMemoryStorage::default()));
    let told = reply("owner", "工单 #7");
    assert!(
        matches!(desk.send(1, &told).await, Delivery::Later { .. }),
        "nobody is logged in"
    );
    fake.scan();
    desk.connected().await;
    let Delivery::Later { reason, after: None } = desk.send(1, &told).await else {
        panic!("a pause that the owner's next message can't end")
    };
    assert!(reason.contains("write anything"), "{reason}");
    fake.writes("stranger@im.wechat", "hi");
    fake.writes(OWNER, "/t 7 已退款");
    let said = desk.message().await;
    assert_eq!(
        (said.text().as_str(), said.channel.id.as_str()),
        ("/t 7 已退款", "owner")
    );
    assert_eq!(
        (said.sender.standing, said.id.as_str()),
        (Standing::Staff, "9007199254740994")
    );
    // What the desk says to a message may leave at once, and what waited for it is tried again.
    desk.delivered(1, &told).await;
    desk.connected().await;
    let storage = desk.kill();
    let mut desk = start(&fake, storage);
    desk.connected().await;
    desk.delivered(2, &reply("owner", "还在")).await;
    fake.writes(OWNER, "好");
    assert_eq!(
        desk.message().await.text(),
        "好",
        "what was read is not read again"
    );
    assert_eq!(fake.inner().logins, 1);
    let context = "ctx-9007199254740994".to_owned();
    assert_eq!(
        fake.said(),
        [
            ("工单 #7".to_owned(), context.clone()),
            ("还在".to_owned(), context)
        ]
    );
}

#[tokio::test]
async fn what_is_not_committed_comes_again() {
    let fake = FakeILink::start().await;
    fake.scan();
    let mut desk = start(&fake, Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    fake.writes(OWNER, "/t");
    let (event, _uncommitted) = desk.uncommitted().await;
    assert!(matches!(event, Event::Message(_)));
    let mut desk = start(&fake, desk.kill());
    assert_eq!(desk.message().await.text(), "/t");
}

#[tokio::test]
async fn too_much_is_asked_to_wait_and_a_login_that_ended_asks_for_another_scan() {
    let fake = FakeILink::start().await;
    fake.scan();
    let mut desk = start(&fake, Arc::new(InMemoryStorage::default()));
    desk.connected().await;
    fake.writes(OWNER, "hi");
    desk.message().await;
    fake.inner().refuse_next = Some(-2);
    assert!(matches!(
        desk.send(1, &reply("owner", "x")).await,
        Delivery::Later { after: Some(_), .. }
    ));
    fake.inner().token = "another".to_owned();
    let reason = desk.disconnected().await;
    assert!(reason.contains("scan"), "{reason}");
    // A new login reads from the beginning; the desk's inbox knows what it has.
    assert_eq!(desk.message().await.text(), "hi");
    desk.connected().await;
    assert_eq!(fake.inner().logins, 2);
}
