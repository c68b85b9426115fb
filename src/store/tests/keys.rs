//! Deduplication: repeated messages, and others with the same id.

use super::*;
use crate::ticket::{LineKind, RelaySource};
use groupdesk_contract::{Channel, ChannelRole, Message, Sender, Standing};

fn said(id: &str, who: &str, text: &str, second: i64) -> Message {
    Message {
        id: id.into(),
        channel: Channel {
            id: "g1".into(),
            kind: ChannelKind::Group,
            name: None,
        },
        sender: Sender {
            id: who.into(),
            name: who.to_owned(),
            role: ChannelRole::Member,
            is_bot: false,
            is_self: false,
            standing: Standing::Member,
        },
        segments: vec![Segment::Text(text.to_owned())],
        mentions_bot: true,
        at: at(second),
        ticket: None,
        link: None,
    }
}

fn key(id: &str, who: &str, text: &str, second: i64) -> DeduplicationKey {
    DeduplicationKey::of(place("g1"), &said(id, who, text, second))
}

async fn take(store: &dyn Store, key: &DeduplicationKey, second: i64) {
    let row = InboxRow {
        key: key.clone(),
        received: at(second),
    };
    let batch = Batch {
        inbox: vec![row],
        ..Batch::default()
    };
    store.commit(&batch).await.unwrap();
}

async fn a_message_is_known_by_what_was_said_and_when_and_not_by_its_id_alone(home: &Home) {
    let store = home.open().await;
    let uuid = "c1b2a3d4-0000-4000-8000-000000000001";
    for id in ["5", "0", "", uuid] {
        take(&*store, &key(id, "u1", "几点上班", 0), 0).await;
    }
    let known = async |key: DeduplicationKey| store.known(&[key]).await.unwrap()[0];
    for id in ["5", "0", "", uuid] {
        // The event again, as it was.
        assert!(known(key(id, "u1", "几点上班", 0)).await, "{id:?}");
        // Somebody else's, and other words.
        assert!(!known(key(id, "u2", "几点上班", 0)).await, "{id:?}");
        assert!(!known(key(id, "u1", "几点下班", 0)).await, "{id:?}");
        // Brought again by a platform whose clock is not quite the same each time.
        assert_eq!(
            known(key(id, "u1", "几点上班", 30)).await,
            !names_nothing(&id.into()),
            "{id:?}"
        );
        // The same words minutes later: a counter that began again; an id of its own is never given twice.
        assert_eq!(known(key(id, "u1", "几点上班", 300)).await, id == uuid, "{id:?}");
    }
    // A program that posts to a ticket brings it again with another time, and means the same.
    let posted = |text: &str, second: i64| Message {
        ticket: Some(3),
        ..said("12", "agent", text, second)
    };
    let posted = |text: &str, second: i64| DeduplicationKey::of(place("g1"), &posted(text, second));
    take(&*store, &posted("请重启", 0), 0).await;
    assert!(known(posted("请重启", 3600)).await && !known(posted("请关机", 3600)).await);
    // All of them can be taken in side by side.
    take(&*store, &key("5", "u2", "几点上班", 1), 1).await;
    take(&*store, &key("5", "u1", "几点上班", 300), 300).await;
    assert!(known(key("5", "u1", "几点上班", 0)).await);
    assert!(known(key("5", "u1", "几点上班", 301)).await);
}

#[test]
fn in_memory_the_same_is_the_same() {
    let mut seen = SeenMessages::default();
    assert!(seen.insert(&key("5", "u1", "x", 0)));
    assert!(!seen.insert(&key("5", "u1", "x", 20)));
    assert!(seen.insert(&key("5", "u1", "x", 200)));
    assert!(seen.insert(&key("5", "u2", "x", 0)));
    assert!(seen.has(&key("5", "u1", "x", 199)) && !seen.has(&key("6", "u1", "x", 0)));
}

async fn an_id_that_was_given_again_means_the_latest_message_and_one_that_names_nothing_none(home: &Home) {
    let store = home.open().await;
    let mut relayed = reply("g1", "请重启", 10);
    relayed.about = Some(TicketReference {
        urgent: false,
        ticket: 3,
        report: Some(RelaySource {
            room: place("staff"),
            message: "7".into(),
        }),
    });
    let line = |message: &str| HistoryLine {
        ticket: 3,
        at: at(10),
        kind: LineKind::Member,
        who: "小明 (u1)".to_owned(),
        text: "装不上".to_owned(),
        said: Some((place("g1"), message.into())),
    };
    let batch = Batch {
        tickets: vec![ticket(3, "g1", "u1")],
        ticket_lines: vec![line("6"), line("0")],
        outbox: vec![relayed, reply("g1", "nothing", 10)],
        ..Batch::default()
    };
    let keys = store.commit(&batch).await.unwrap();
    let settled = [(keys[0], sent("5")), (keys[1], sent("0"))];
    store.settle(&settled).await.unwrap();
    let quoted = async |message: &str| store.quoted(&place("g1"), &message.into()).await.unwrap();
    assert_eq!(
        (quoted("5").await.ticket, quoted("6").await.ticket),
        (Some(3), Some(3))
    );
    for blank in ["0", "", "-1"] {
        assert_eq!(quoted(blank).await, Quoted::default());
        assert_eq!(store.said_by_us(&place("g1"), &blank.into()).await.unwrap(), None);
        assert_eq!(store.relayed(&place("staff"), &blank.into()).await.unwrap(), []);
    }
    assert_eq!(
        store.relayed(&place("staff"), &"7".into()).await.unwrap().len(),
        1
    );
    // An hour later the implementation counts from the beginning again.
    take(&*store, &key("5", "u9", "吃了吗", 3600), 3600).await;
    take(&*store, &key("6", "u9", "没呢", 3601), 3601).await;
    let other = DeduplicationKey {
        place: place("staff"),
        ..key("7", "s1", "别的话", 3602)
    };
    take(&*store, &other, 3602).await;
    let of_others = Quoted {
        heard: true,
        ..Quoted::default()
    };
    assert_eq!((quoted("5").await, quoted("6").await), (of_others, of_others));
    // Of messages of ours that had the id, another ticket's, or that of none, makes it uncertain.
    let of_ticket = |ticket| {
        let mut notice = reply("g1", "工单", 3700);
        notice.about = Some(TicketReference {
            urgent: false,
            ticket,
            report: None,
        });
        notice
    };
    let replies = vec![
        of_ticket(8),
        of_ticket(8),
        reply("g1", "没有工单", 3700),
        of_ticket(9),
    ];
    let outbox = Batch {
        outbox: replies,
        ..Batch::default()
    };
    let keys = store.commit(&outbox).await.unwrap();
    for (key, message, several) in [
        (0, "90", false),
        (1, "90", false),
        (2, "91", false),
        (3, "91", true),
    ] {
        store.settle(&[(keys[key], sent(message))]).await.unwrap();
        assert_eq!(quoted(message).await.several, several, "{key}");
    }
    assert_eq!(store.relayed(&place("staff"), &"7".into()).await.unwrap(), []);
}

over_every_store![
    a_message_is_known_by_what_was_said_and_when_and_not_by_its_id_alone,
    an_id_that_was_given_again_means_the_latest_message_and_one_that_names_nothing_none,
];
