//! A topic for every ticket, in a staff room that is a group with topics.

use crate::desk::{self, Desk, note, reply, until};
use groupdesk_contract::{InMemoryStorage, NoteKind, Reply};
use groupdesk_telegram_fake::{Fake, Trouble};
use serde_json::{Value, json};
use std::sync::Arc;

const ROOM: i64 = -1_009;

fn opened(ticket: u64) -> Reply {
    let mut notice = reply("group:-1009", "【工单】打不开");
    notice.note = note(
        ticket,
        NoteKind::Opened {
            said: "打不开".to_owned(),
        },
    );
    notice
}

fn event(ticket: u64, text: &str) -> Reply {
    let mut notice = reply("group:-1009", text);
    notice.note = note(ticket, NoteKind::Event);
    notice
}

async fn start(fake: &Fake) -> Desk {
    let mut desk = desk::with(
        fake,
        &json!({"topics": true}),
        Arc::new(InMemoryStorage::default()),
    );
    desk.connected().await;
    desk
}

#[tokio::test]
async fn a_ticket_has_its_topic_and_what_is_said_in_it_is_about_the_ticket() {
    let fake = Fake::start(true).await;
    fake.forum(ROOM);
    let mut desk = start(&fake).await;
    desk.sent(1, &opened(12)).await;
    desk.sent(2, &event(12, "还说")).await;
    let topics = fake.topics();
    assert_eq!(topics.len(), 1);
    let (_, topic, name) = &topics[0];
    assert_eq!(name, "#12 打不开 *安装包*");
    assert!(
        fake.said().iter().all(|said| said.topic == Some(*topic)),
        "{:#?}",
        fake.said()
    );

    fake.says_in_topic(5, ROOM, *topic, "请重启");
    let said = desk.message().await;
    assert_eq!((said.ticket, said.channel.id.as_str()), (Some(12), "group:-1009"));
    assert!(
        said.quote().is_none(),
        "the topic's first message is no quote: {said:?}"
    );
    fake.says_in_topic(5, ROOM, *topic, "// 这个客户很急");
    assert_eq!(
        desk.message().await.ticket,
        None,
        "what begins with // stays among staff"
    );

    // Known after a restart.
    until("never confirmed", || fake.unconfirmed() == 0).await;
    let mut desk = desk::with(&fake, &json!({"topics": true}), desk.kill());
    desk.connected().await;
    fake.says_in_topic(5, ROOM, *topic, "好了吗");
    assert_eq!(desk.message().await.ticket, Some(12));
    desk.sent(3, &event(12, "好了")).await;
    assert_eq!(fake.said().pop().unwrap().topic, Some(*topic));
}

#[tokio::test]
async fn a_topic_that_staff_deleted_and_a_group_without_topics_leave_the_room() {
    let fake = Fake::start(true).await;
    fake.forum(ROOM);
    let desk = start(&fake).await;
    desk.sent(1, &opened(1)).await;
    fake.trouble(
        "sendmessage",
        Trouble::Refuse(400, "Bad Request: message thread not found", Value::Null),
    );
    desk.sent(2, &event(1, "more")).await;
    assert_eq!(fake.said().pop().unwrap().topic, None);

    let flat = Fake::start(true).await;
    let desk = start(&flat).await;
    desk.sent(1, &opened(1)).await;
    desk.sent(2, &opened(2)).await;
    assert_eq!(flat.said().len(), 2);
    assert_eq!(
        flat.calls("createforumtopic"),
        1,
        "a group without topics is not asked again and again"
    );
}

#[tokio::test]
async fn who_asks_in_a_topic_is_answered_there() {
    let fake = Fake::start(true).await;
    fake.forum(ROOM);
    let mut desk = start(&fake).await;
    desk.sent(1, &opened(3)).await;
    let topic = fake.topics()[0].1;
    fake.says_in_topic(7, -1_010, 44, "怎么退款");
    let said = desk.message().await;
    assert_eq!((said.channel.id.as_str(), said.ticket), ("group:-1010/44", None));
    assert_ne!(topic, 44);
}
