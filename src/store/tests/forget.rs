//! Deleted data is gone: from the tables, and from the bytes of the files.

use super::*;
use crate::ticket::{Caller, LineKind, Status, Watcher};

/// Text that must not be found afterwards.
const SECRET: &str = "我的身份证号四四零三零六";

pub(super) fn files_have(folder: &Path, words: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        if bytes
            .windows(words.len())
            .any(|window| window == words.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

pub(super) fn aside(member: &str, text: &str) -> Quarantined {
    Quarantined {
        at: at(1),
        place: place("g1"),
        member: member.into(),
        message: "m1".into(),
        kind: "message".to_owned(),
        reason: "x".to_owned(),
        payload: text.to_owned(),
    }
}

fn line(ticket: u64, who: &str, text: &str) -> HistoryLine {
    HistoryLine {
        ticket,
        at: at(6),
        kind: LineKind::Member,
        who: who.to_owned(),
        text: text.to_owned(),
        said: Some((place("g1"), "m1".into())),
    }
}

/// Fills a store with every kind of data about a member, and some about another one.
async fn filled(home: &Home) -> Box<dyn Store> {
    let store = home.open().await;
    let said = |n: u32| format!("{SECRET}，第{n}次，{}", "还有很多别的话".repeat(60));
    let mut mine = ticket(7, "private:u1", "u1");
    mine.kind = ChannelKind::Direct;
    mine.status = Status::Closed;
    mine.subject = said(0).chars().take(20).collect();
    mine.earlier = said(1);
    mine.transcript = said(2);
    mine.undelivered = vec![said(3)];
    let mut theirs = ticket(3, "g1", "u2");
    theirs.status = Status::Closed;
    theirs.watchers.push(Watcher {
        member: "u1".into(),
        name: "小明".to_owned(),
        elsewhere: None,
        message: None,
        spoke: None,
        told_added: None,
    });
    let mut about = reply("staff", &said(4), 6);
    about.about = Some(TicketReference {
        urgent: false,
        ticket: 7,
        report: None,
    });
    let mut added = reply("staff", &format!("工单 #3 补充 小明（u1）：{}", said(4)), 6);
    added.about = Some(TicketReference {
        urgent: false,
        ticket: 3,
        report: None,
    });
    let mut other = reply("g1", "keep", 6);
    other.reply.segments = vec![Segment::Text("keep".to_owned())];
    let digest = reply("staff", &format!("【上班了】#7 {}", mine.subject), 6);
    let caller = |member: &str| {
        Some(Caller {
            place: place("g1"),
            member: member.into(),
            instead: false,
            several: false,
        })
    };
    let mut called = reply("staff", &format!("小明（u1）叫了机器人：{}", said(4)), 6);
    called.caller = caller("u1");
    let mut waits = called.clone();
    waits.reply.segments = vec![Segment::Text(said(11))];
    // What staff ordered to see, as `/faq misses`: it may hold anybody's words.
    let mut listed = reply("staff", &format!("没人答上的问题：「{}」", said(12)), 6);
    listed.caller = Some(Caller::several(&place("staff"), "s1".into()));
    let mut of_other = reply("staff", "keep", 6);
    of_other.reply.segments = vec![Segment::Text("keep".to_owned())];
    of_other.caller = caller("u12");
    let batch = Batch {
        channels: vec![
            state(
                "private:u1",
                &format!(
                    "{{\"kind\":\"direct\",\"members\":{{\"u1\":{{\"name\":\"{}\"}}}}}}",
                    said(5)
                ),
                Some(9),
            ),
            state(
                "g1",
                &format!("{{\"recent\":[{{\"member\":\"u1\",\"text\":\"{}\"}}]}}", said(6)),
                None,
            ),
            state(
                "g2",
                "{\"recent\":[{\"member\":\"u12\",\"text\":\"keep\"}]}",
                None,
            ),
        ],
        tickets: vec![theirs, mine],
        ticket_lines: vec![
            line(7, "小明（u1）", &said(7)),
            line(3, "小明（u1）", &said(8)),
            line(3, "小明 (u1)", &said(8)),
            line(3, "小红（u2）", "keep"),
        ],
        outbox: vec![
            about,
            digest,
            added,
            reply("private:u1", &said(9), 6),
            other,
            called,
            of_other,
            listed,
            waits,
        ],
        quarantined: vec![aside("u1", &said(10)), aside("u2", "keep")],
        ..Batch::default()
    };
    let keys = store.commit(&batch).await.unwrap();
    // The last one is still to be sent.
    let settled: Vec<_> = keys[..keys.len() - 1]
        .iter()
        .map(|key| (*key, sent(&format!("p{}", key.0))))
        .collect();
    store.settle(&settled).await.unwrap();
    // Changed, moved and split pages leave copies where a store is careless.
    for n in 0..300 {
        let channels = vec![
            state(
                "g1",
                &format!("{{\"recent\":[{{\"member\":\"u1\",\"text\":\"{}\"}}]}}", said(n)),
                None,
            ),
            state(&format!("c{n}"), &said(0).replace(SECRET, "x"), None),
        ];
        store
            .commit(&Batch {
                channels,
                ..Batch::default()
            })
            .await
            .unwrap();
    }
    store
}

async fn the_terms_of_a_ticket_are_those_of_what_is_left_of_it(home: &Home) {
    let store = home.open().await;
    let mut closed = ticket(1, "g1", "u1");
    closed.status = Status::Closed;
    let said = |ticket: u64, who: &str, text: &str| HistoryLine {
        ticket,
        at: at(6),
        kind: LineKind::Member,
        who: who.to_owned(),
        text: text.to_owned(),
        said: None,
    };
    let mut others = ticket(2, "g1", "u2");
    others.status = Status::Closed;
    let batch = Batch {
        tickets: vec![closed, others],
        ticket_lines: vec![
            said(1, "小明（u1）", "alpha"),
            said(2, "小红（u2）", "beta"),
            said(2, "小明（u1）", "gamma"),
        ],
        ..Batch::default()
    };
    store.commit(&batch).await.unwrap();
    let terms_of = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let found = async |term: &str| {
        let filter = TicketFilter {
            terms: vec![term.to_owned()],
            ..TicketFilter::default()
        };
        let found = store.tickets(&filter).await.unwrap();
        found.iter().map(|ticket| ticket.number).collect::<Vec<u64>>()
    };
    assert!(
        found("alpha").await.is_empty(),
        "terms are made when they are asked for"
    );
    store.index_tickets(&terms_of).await.unwrap();
    assert_eq!(
        (found("alpha").await, found("beta").await, found("gamma").await),
        (vec![1], vec![2], vec![2])
    );
    store
        .forget(&Forget::Member("qq".into(), "u1".into()))
        .await
        .unwrap();
    // Before anybody searches again nothing tells what was said either.
    assert_eq!((found("alpha").await, found("gamma").await), (vec![], vec![]));
    store.index_tickets(&terms_of).await.unwrap();
    assert_eq!((found("beta").await, found("gamma").await), (vec![2], vec![]));
    let later = Batch {
        ticket_lines: vec![said(2, "小红（u2）", "delta")],
        ..Batch::default()
    };
    store.commit(&later).await.unwrap();
    store.index_tickets(&terms_of).await.unwrap();
    assert_eq!((found("beta").await, found("delta").await), (vec![2], vec![2]));
}

async fn a_member_who_is_forgotten_is_in_no_table_and_in_no_byte_of_a_file(home: &Home) {
    let store = filled(home).await;
    assert!(!home.holding(SECRET).is_empty());
    let which = Forget::Member("qq".into(), "u1".into());
    assert_eq!(store.forget(&which).await.unwrap().tickets, 1);
    assert_eq!(home.holding(SECRET), Vec::<String>::new());
    // The newest ticket is gone, its number is not given again.
    assert_eq!(store.ticket(7).await.unwrap(), None);
    assert_eq!(store.ticket_lines(7).await.unwrap(), []);
    assert_eq!(store.next_ticket_number().await.unwrap(), 8);
    // What others said is there.
    let lines = store.ticket_lines(3).await.unwrap();
    assert!(lines.len() == 1 && lines[0].text == "keep", "{lines:?}");
    assert_eq!(store.ticket(3).await.unwrap().unwrap().watchers, []);
    let states = store
        .channel_states(&[place("g1"), place("g2"), place("private:u1")])
        .await
        .unwrap();
    assert!(
        states[0].is_none() && states[1].is_some() && states[2].is_none(),
        "{states:?}"
    );
    assert!(store.quoted(&place("g1"), &"p5".into()).await.unwrap().by_us);
    let of_other = store.said_by_us(&place("staff"), &"p7".into()).await.unwrap();
    assert!(of_other.is_some());
    assert_eq!(store.due().await.unwrap(), []);
    assert_eq!(store.quarantine(10).await.unwrap().len(), 1);
    store.close().await;
    let store = home.open().await;
    assert_eq!(store.next_ticket_number().await.unwrap(), 8);
    assert_eq!(home.holding(SECRET), Vec::<String>::new());
}

async fn retention_forgets_what_is_old_and_closed_and_gives_its_room_back(home: &Home) {
    let store = home.open().await;
    let text = "很长的话".repeat(500);
    let mut batch = Batch::default();
    for number in 1..=600 {
        let mut ticket = ticket(number, "g1", "u1");
        ticket.status = if number % 3 == 0 {
            Status::Open
        } else {
            Status::Closed
        };
        ticket.opened = at(i64::try_from(number).unwrap());
        batch.tickets.push(ticket);
        batch.ticket_lines.push(line(number, "小明 (u1)", &text));
    }
    store.commit(&batch).await.unwrap();
    assert_eq!(store.forget(&Forget::Before(at(451))).await.unwrap().tickets, 300);
    assert_eq!(store.tickets(&TicketFilter::default()).await.unwrap().len(), 300);
    assert_eq!(store.ticket_lines(449).await.unwrap(), []);
    assert_eq!(store.ticket_lines(450).await.unwrap().len(), 1);
    if let Home::File(folder) = home {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("desk.db"));
        let mut other: sqlx::SqliteConnection = sqlx::ConnectOptions::connect(&options).await.unwrap();
        let free: i64 = sqlx::query_scalar("PRAGMA freelist_count")
            .fetch_one(&mut other)
            .await
            .unwrap();
        assert!(free <= 200, "{free} pages are kept");
    }
    assert_eq!(store.forget(&Forget::Before(at(451))).await.unwrap().tickets, 0);
}

async fn memories_of_channels_go_when_nobody_has_touched_them_and_nothing_is_due(home: &Home) {
    let store = home.open().await;
    let mut channels: Vec<ChannelRow> = (0..1_200).map(|n| state(&format!("p{n}"), "{}", None)).collect();
    channels[5].wake_at = Some(at(2));
    channels[700].touched = at(500);
    store
        .commit(&Batch {
            channels,
            ..Batch::default()
        })
        .await
        .unwrap();
    let forget = Horizon {
        channels: at(100),
        ..horizon(0, 0)
    };
    assert_eq!(store.prune(&forget).await.unwrap().channels, 1_198);
    let kept = store
        .channel_states(&[place("p5"), place("p700"), place("p6")])
        .await
        .unwrap();
    assert!(kept[0].is_some() && kept[1].is_some() && kept[2].is_none());
}

over_every_store![
    a_member_who_is_forgotten_is_in_no_table_and_in_no_byte_of_a_file,
    retention_forgets_what_is_old_and_closed_and_gives_its_room_back,
    the_terms_of_a_ticket_are_those_of_what_is_left_of_it,
    memories_of_channels_go_when_nobody_has_touched_them_and_nothing_is_due,
];
