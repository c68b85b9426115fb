//! One suite for every store: committed data is there, all of it or nothing, after any reopening.

mod addresses;
mod copied;
mod decisions;
mod faults;
mod forget;
mod home;
mod keys;
mod migrations;
mod misses;
mod model;
mod plans;
mod tickets;
mod vectors;
mod versions;
mod websites;

use super::*;
use forget::aside;
use groupdesk_contract::{ChannelKind, Segment};
use home::{Home, over_every_store};
use std::path::Path;
use tickets::ticket;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn place(channel: &str) -> Place {
    Place::new("qq", channel)
}

fn inbox(channel: &str, message: &str, second: i64) -> InboxRow {
    InboxRow {
        key: DeduplicationKey::of_id(place(channel), message.into()),
        received: at(second),
    }
}

fn state(channel: &str, state: &str, wake_at: Option<i64>) -> ChannelRow {
    ChannelRow {
        place: place(channel),
        state: state.to_owned(),
        wake_at: wake_at.map(at),
        touched: at(1),
    }
}

fn reply(channel: &str, text: &str, second: i64) -> NewReply {
    NewReply {
        place: place(channel),
        reply: Reply::new(
            channel.into(),
            ChannelKind::Group,
            vec![Segment::Mention("u1".into()), Segment::Text(text.to_owned())],
        )
        .with_quote(Some("m1".into())),
        not_before: at(second),
        decided: at(second),
        answers: Some("m1".into()),
        about: None,
        caller: None,
        to: None,
    }
}

fn sent(message: &str) -> DeliveryOutcome {
    DeliveryOutcome::Sent {
        message: Some(message.into()),
        at: at(9),
    }
}

/// Makes a horizon up to which everything old goes, but channel states.
fn horizon(inbox: i64, outbox: i64) -> Horizon {
    Horizon {
        inbox: at(inbox),
        outbox: at(outbox),
        channels: Timestamp::MIN,
        quarantine: at(outbox),
        decisions: DecisionHorizon {
            before: at(outbox),
            channels: Vec::new(),
        },
        now: at(1_000),
    }
}

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(folder.join("desk.db")).await.unwrap()
}

async fn due_keys(store: &dyn Store) -> Vec<ReplyKey> {
    store
        .due()
        .await
        .unwrap()
        .into_iter()
        .map(|due| due.key)
        .collect()
}

fn memo(owner: &str, key: &str, value: &str) -> Memo {
    Memo {
        owner: owner.to_owned(),
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

async fn what_was_committed_is_there_after_a_reopening(home: &Home) {
    let batch = Batch {
        inbox: vec![inbox("g1", "m1", 1), inbox("g2", "m1", 1)],
        channels: vec![
            state("g1", "{\"a\":1}", Some(30)),
            state("g2", "{}", None),
            state("g2", "{\"b\":2}", None),
        ],
        ticket_lines: Vec::new(),
        tickets: vec![ticket(7, "g1", "u1")],
        memos: vec![
            memo("account:mail", "uid", "7"),
            memo("account:hub", "uid", "8"),
            memo("account:mail", "uid", "9"),
        ],
        outbox: vec![reply("g1", "你好，工单已登记", 2), reply("g2", "hello", 2)],
        settled: Vec::new(),
        quarantined: Vec::new(),
        decisions: Decisions::default(),
    };
    let store = home.open().await;
    let keys = store.commit(&batch).await.unwrap();
    store.close().await;

    let store = home.open().await;
    let asked = [
        inbox("g1", "m1", 1).key,
        inbox("g1", "m2", 1).key,
        inbox("g2", "m1", 1).key,
    ];
    assert_eq!(store.known(&asked).await.unwrap(), [true, false, true]);
    let states = store
        .channel_states(&[place("g2"), place("g3"), place("g1")])
        .await
        .unwrap();
    assert_eq!(
        states,
        [Some("{\"b\":2}".to_owned()), None, Some("{\"a\":1}".to_owned())]
    );
    assert_eq!(store.waking().await.unwrap(), [(place("g1"), at(30))]);
    assert_eq!(store.ticket(7).await.unwrap(), Some(ticket(7, "g1", "u1")));
    assert_eq!(store.next_ticket_number().await.unwrap(), 8);
    assert_eq!(
        store.memos("account:mail").await.unwrap(),
        [memo("account:mail", "uid", "9")]
    );
    assert_eq!(
        store.memo("account:hub", "uid").await.unwrap(),
        Some("8".to_owned())
    );
    assert_eq!(store.memo("account:hub", "other").await.unwrap(), None);
    let due = store.due().await.unwrap();
    assert_eq!(due.iter().map(|due| due.key).collect::<Vec<_>>(), keys);
    assert_eq!(due[0].reply.as_ref().unwrap(), &batch.outbox[0].reply);
    assert_eq!(
        (due[0].decided, due[0].not_before, due[0].attempts),
        (at(2), at(2), 0)
    );
}

async fn a_batch_with_one_known_message_leaves_nothing(home: &Home) {
    let store = home.open().await;
    let first = Batch {
        inbox: vec![inbox("g1", "m1", 1)],
        outbox: vec![reply("g1", "one", 1)],
        ..Batch::default()
    };
    let keys = store.commit(&first).await.unwrap();
    let again = Batch {
        inbox: vec![inbox("g1", "m2", 2), inbox("g1", "m1", 2)],
        channels: vec![state("g1", "{}", Some(1))],
        tickets: vec![ticket(1, "g1", "u1")],
        outbox: vec![reply("g1", "two", 2)],
        settled: vec![(keys[0], sent("p1"))],
        ..Batch::default()
    };
    assert!(matches!(
        store.commit(&again).await,
        Err(StoreError::AlreadyKnown)
    ));
    assert_eq!(store.known(&[inbox("g1", "m2", 2).key]).await.unwrap(), [false]);
    assert_eq!(store.channel_states(&[place("g1")]).await.unwrap(), [None]);
    assert_eq!(store.tickets(&TicketFilter::default()).await.unwrap(), []);
    assert_eq!(due_keys(&*store).await, keys);
    // The connection is good for the next batch, and a refused batch costs no keys.
    let rest = Batch {
        inbox: vec![inbox("g1", "m2", 2)],
        outbox: vec![reply("g1", "two", 2)],
        ..Batch::default()
    };
    assert_eq!(store.commit(&rest).await.unwrap(), [ReplyKey(keys[0].0 + 1)]);
}

async fn a_batch_of_ten_thousand_is_one_batch(home: &Home) {
    let store = home.open().await;
    let number = |n: u32| format!("{n}");
    let batch = Batch {
        inbox: (0..10_000).map(|n| inbox(&number(n), &number(n), 1)).collect(),
        channels: (0..10_000).map(|n| state(&number(n), &number(n), None)).collect(),
        outbox: (0..10_000).map(|n| reply(&number(n), &number(n), 1)).collect(),
        ..Batch::default()
    };
    let keys = store.commit(&batch).await.unwrap();
    assert_eq!(keys.len(), 10_000);
    let asked: Vec<DeduplicationKey> = batch.inbox.iter().map(|row| row.key.clone()).collect();
    assert!(store.known(&asked).await.unwrap().into_iter().all(|known| known));
    let due = store.due().await.unwrap();
    for ((due, key), row) in due.iter().zip(&keys).zip(&batch.outbox) {
        assert_eq!((due.key, &due.place), (*key, &row.place));
    }
    let settled: Vec<_> = keys
        .iter()
        .map(|key| (*key, sent(&format!("p{}", key.0))))
        .collect();
    store.settle(&settled).await.unwrap();
    assert_eq!(due_keys(&*store).await, []);
}

async fn a_final_record_stays_and_only_an_attempt_is_due_again(home: &Home) {
    let store = home.open().await;
    let outbox = (0..4).map(|n| reply("g1", &n.to_string(), 1)).collect();
    let keys = store
        .commit(&Batch {
            outbox,
            ..Batch::default()
        })
        .await
        .unwrap();
    let attempt = |count| DeliveryOutcome::Attempt {
        count,
        next_try: at(60),
        reason: "busy".to_owned(),
    };
    let refused = DeliveryOutcome::Refused {
        reason: "muted".to_owned(),
        at: at(3),
    };
    let unknown = DeliveryOutcome::Unknown {
        reason: "no answer".to_owned(),
        at: at(3),
    };
    let settled = [
        (keys[0], attempt(1)),
        (keys[0], sent("p1")),
        (keys[0], attempt(2)),
        (keys[1], attempt(1)),
        (keys[1], attempt(2)),
        (keys[2], refused),
        (keys[3], unknown),
        (ReplyKey(999), sent("p9")),
    ];
    // Along with a batch, as the inbox does it.
    store
        .commit(&Batch {
            settled: settled.to_vec(),
            ..Batch::default()
        })
        .await
        .unwrap();
    store
        .settle(&[(keys[0], attempt(5)), (keys[2], attempt(5))])
        .await
        .unwrap();
    let due = store.due().await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(
        (due[0].key, due[0].attempts, due[0].not_before),
        (keys[1], 2, at(60))
    );
    assert!(store.quoted(&place("g1"), &"p1".into()).await.unwrap().by_us);
    assert!(!store.quoted(&place("g2"), &"p1".into()).await.unwrap().by_us);
    assert!(!store.quoted(&place("g1"), &"p9".into()).await.unwrap().by_us);
}

async fn ids_and_texts_of_any_kind_come_back_as_they_were(home: &Home) {
    let store = home.open().await;
    let long = "长".repeat(10_000);
    let hostile = [
        "'; DROP TABLE inbox; --",
        "\"\\",
        "a\0b",
        "a\0c",
        "",
        " ",
        "👩‍👩‍👧\u{202e}\u{feff}",
        "-9223372036854775808",
        &long,
    ];
    for id in hostile {
        let mut ticket = ticket(store.next_ticket_number().await.unwrap(), id, id);
        ticket.transcript = id.to_owned();
        let batch = Batch {
            inbox: vec![inbox(id, id, 1)],
            channels: vec![state(id, id, Some(1))],
            tickets: vec![ticket.clone()],
            outbox: vec![reply(id, id, 1)],
            ..Batch::default()
        };
        let keys = store.commit(&batch).await.unwrap();
        assert_eq!(
            store.known(&[batch.inbox[0].key.clone()]).await.unwrap(),
            [true],
            "{id:?}"
        );
        assert_eq!(
            store.channel_states(&[place(id)]).await.unwrap(),
            [Some(id.to_owned())]
        );
        assert_eq!(store.ticket(ticket.number).await.unwrap(), Some(ticket));
        let due = store.due().await.unwrap().pop().unwrap();
        assert_eq!(
            (due.key, &due.place, due.reply.as_ref().unwrap()),
            (keys[0], &place(id), &batch.outbox[0].reply)
        );
        store.settle(&[(keys[0], sent(id))]).await.unwrap();
        // By an id that is none no message is recognised.
        let recognised = store.quoted(&place(id), &id.into()).await.unwrap().by_us;
        assert_eq!(recognised, !id.trim().is_empty(), "{id:?}");
    }
    let mut woken: Vec<String> = store
        .waking()
        .await
        .unwrap()
        .into_iter()
        .map(|(place, _)| place.channel.as_str().to_owned())
        .collect();
    woken.sort();
    let mut expected: Vec<String> = hostile.iter().map(|id| (*id).to_owned()).collect();
    expected.sort();
    assert_eq!(woken, expected);
}

async fn pruning_takes_what_is_old_and_leaves_what_is_due(home: &Home) {
    let store = home.open().await;
    // More than a step of the walk, old and young side by side in the order of the key.
    let batch = Batch {
        inbox: (0..7_000)
            .map(|n| inbox("g1", &format!("{n:05}"), if n % 3 == 0 { 100 } else { 1 }))
            .collect(),
        outbox: (0..5_000)
            .map(|n| reply("g1", "x", if n < 4_500 { 1 } else { 100 }))
            .collect(),
        ..Batch::default()
    };
    let keys = store.commit(&batch).await.unwrap();
    let settled: Vec<_> = keys
        .iter()
        .skip(1)
        .map(|key| (*key, sent(&key.0.to_string())))
        .collect();
    store.settle(&settled).await.unwrap();

    let pruned = store.prune(&horizon(100, 100)).await.unwrap();
    assert_eq!(
        pruned,
        Pruned {
            inbox: 4_666,
            outbox: 4_499,
            ..Pruned::default()
        }
    );
    let asked: Vec<DeduplicationKey> = batch.inbox.iter().map(|row| row.key.clone()).collect();
    let known = store.known(&asked).await.unwrap();
    assert!(known.iter().enumerate().all(|(n, known)| *known == (n % 3 == 0)));
    assert_eq!(due_keys(&*store).await, [keys[0]]);
    assert!(
        store
            .quoted(&place("g1"), &keys[4_500].0.to_string().as_str().into())
            .await
            .unwrap()
            .by_us
    );
    assert_eq!(store.prune(&horizon(100, 100)).await.unwrap(), Pruned::default());

    // Keys are not given again after all of their rows are gone.
    store.settle(&[(keys[0], sent("p"))]).await.unwrap();
    store.prune(&horizon(1_000, 1_000)).await.unwrap();
    let next = store
        .commit(&Batch {
            outbox: vec![reply("g1", "x", 1)],
            ..Batch::default()
        })
        .await
        .unwrap();
    assert_eq!(next, [ReplyKey(keys[4_999].0 + 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_on_one_file_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = tokio::join!(open(folder.path()), open(folder.path()));
    let write = async |store: &dyn Store, name: &str| {
        let mut keys = Vec::new();
        for n in 0..50 {
            let batch = Batch {
                inbox: vec![inbox(name, &n.to_string(), 1)],
                channels: vec![state("shared", &n.to_string(), None)],
                outbox: vec![reply(name, "x", 1), reply(name, "y", 1)],
                ..Batch::default()
            };
            keys.extend(store.commit(&batch).await.unwrap());
        }
        keys
    };
    let (mut keys, others) = tokio::join!(write(&one, "one"), write(&two, "two"));
    keys.extend(others);
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 200);
    assert_eq!(due_keys(&one).await, keys);
    assert_eq!(one.due().await.unwrap(), two.due().await.unwrap());
}

#[tokio::test]
async fn the_log_does_not_grow_with_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open_with(folder.path().join("desk.db"), Durability::ProgramCrash)
        .await
        .unwrap();
    let text = "很长的状态".repeat(1_000);
    for n in 0..200 {
        let channels = (0..20)
            .map(|c| state(&c.to_string(), &format!("{n}{text}"), None))
            .collect();
        store
            .commit(&Batch {
                channels,
                ..Batch::default()
            })
            .await
            .unwrap();
    }
    let log = folder.path().join("desk.db-wal").metadata().unwrap().len();
    assert!(log < 24 << 20, "60 MB were written, and the log has {log} bytes");
    store.close().await;
    assert!(!folder.path().join("desk.db-wal").exists());
}

async fn after_closing_every_call_says_so(home: &Home) {
    let store = home.open().await;
    store.close().await;
    store.close().await;
    let batch = Batch {
        inbox: vec![inbox("g1", "m1", 1)],
        ..Batch::default()
    };
    assert!(matches!(store.commit(&batch).await, Err(StoreError::Closed)));
    assert!(matches!(
        store.known(&[inbox("g1", "m1", 1).key]).await,
        Err(StoreError::Closed)
    ));
    assert!(matches!(store.waking().await, Err(StoreError::Closed)));
}

#[tokio::test]
async fn an_unusable_file_is_refused_with_its_path_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let refused = async |file: &str| -> String {
        let path = folder.path().join(file);
        let error = SqliteStore::open(&path).await.unwrap_err();
        assert!(matches!(error, StoreError::Open { .. }));
        let said = error.to_string();
        assert!(
            said.starts_with(&format!("can't open the store {}: ", path.display())),
            "{said}"
        );
        said
    };

    let said = refused("missing/desk.db").await;
    assert!(said.contains("make the folder if it is missing"), "{said}");

    std::fs::create_dir(folder.path().join("folder.db")).unwrap();
    let said = refused("folder.db").await;
    assert!(said.contains("`store.path`"), "{said}");

    std::fs::write(folder.path().join("notes.db"), "shopping list\n".repeat(1_000)).unwrap();
    let said = refused("notes.db").await;
    assert!(said.contains("the file is something else"), "{said}");

    let store = open(folder.path()).await;
    store
        .commit(&Batch {
            tickets: vec![ticket(1, "g1", "u1")],
            ..Batch::default()
        })
        .await
        .unwrap();
    store.close().await;
    let mut bytes = std::fs::read(folder.path().join("desk.db")).unwrap();
    bytes[100..8_192].fill(0xa5);
    std::fs::write(folder.path().join("torn.db"), &bytes).unwrap();
    let said = refused("torn.db").await;
    assert!(said.contains("the file is damaged"), "{said}");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.close().await;
    let path = folder.path().join("desk.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path);
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 1")
        .execute(&mut other)
        .await
        .unwrap();
    sqlx::Connection::close(other).await.unwrap();
    let said = SqliteStore::open(&path).await.unwrap_err().to_string();
    assert!(said.contains("written by a newer groupdesk"), "{said}");
}

#[tokio::test]
async fn a_file_that_another_program_holds_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("desk.db"));
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let batch = Batch {
        inbox: vec![inbox("g1", "m1", 1)],
        ..Batch::default()
    };
    let said = store.commit(&batch).await.unwrap_err().to_string();
    assert!(
        said.contains("desk.db") && said.contains("another program holds it"),
        "{said}"
    );
    // Readers don't mind, and once it is free the same batch is taken.
    assert_eq!(store.known(&[batch.inbox[0].key.clone()]).await.unwrap(), [false]);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    store.commit(&batch).await.unwrap();
}

over_every_store![
    what_was_committed_is_there_after_a_reopening,
    a_batch_with_one_known_message_leaves_nothing,
    a_batch_of_ten_thousand_is_one_batch,
    a_final_record_stays_and_only_an_attempt_is_due_again,
    ids_and_texts_of_any_kind_come_back_as_they_were,
    pruning_takes_what_is_old_and_leaves_what_is_due,
    after_closing_every_call_says_so,
];
