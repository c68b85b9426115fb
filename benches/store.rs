//! A store with years behind it: `cargo bench --bench store`. Fills one with 5,000,000 messages, 100,000 tickets and 300,000
//! settled replies, and measures what a member waits for while the store is looked after: start, pruning, retention, recalls,
//! lists, forgetting. `STORE_DIVIDE=20` makes it smaller by that; `STORE_FOLDER` says on which disk.
//!
//! A member's wait is what one message costs the store: looked up, its quote looked up, its channel's memory read, and all that
//! follows from it committed to the disk.
#![expect(clippy::unwrap_used, reason = "a program that measures fails by panicking")]

use groupdesk::language::Language;
use groupdesk::store::{
    Batch, ChannelRow, DecisionHorizon, DeduplicationKey, DeliveryOutcome, Durability, Forget, Horizon,
    InboxRow, NewReply, SqliteStore, Store, TicketFilter,
};
use groupdesk::ticket::{HistoryLine, LineKind, RelaySource, Status, Ticket, TicketReference};
use groupdesk_contract::{ChannelKind, MessageId, Place, Reply, ReplyKey};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const MESSAGES: usize = 5_000_000;
const TICKETS: usize = 100_000;
const REPLIES: usize = 300_000;
const CHANNELS: usize = 300_000;
/// Of the tickets, so many are not closed, and so many are older than the retention.
const LIVE: usize = 1_000;
const OLD: usize = 2_000;

/// The interval between a member's messages.
const MEMBER_INTERVAL: Duration = Duration::from_millis(20);

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only ask whether it runs.
    let quick = std::env::args().any(|argument| argument == "--test");
    let divide = match std::env::var("STORE_DIVIDE") {
        Ok(divide) => divide.parse().unwrap(),
        Err(_) if quick => 1_000,
        Err(_) => 1,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let folder = match std::env::var("STORE_FOLDER") {
        Ok(folder) => tempfile::tempdir_in(folder).unwrap(),
        Err(_) => tempfile::tempdir().unwrap(),
    };
    runtime.block_on(run(&folder.path().join("desk.db"), divide));
}

/// The time at which the measuring begins.
fn now() -> Timestamp {
    "2026-03-02T10:00:00Z".parse().unwrap()
}

fn ago(hours: i64) -> Timestamp {
    now().saturating_sub(SignedDuration::from_hours(hours)).unwrap()
}

async fn run(path: &Path, divide: usize) {
    let started = Instant::now();
    fill(path, divide).await;
    let size = path.metadata().unwrap().len() >> 20;
    println!(
        "  filled            {:>8.1} s, {size} MiB",
        started.elapsed().as_secs_f64()
    );

    let started = Instant::now();
    let store = Arc::new(SqliteStore::open(path).await.unwrap());
    let waking = store.waking().await.unwrap().len();
    let due = store.due().await.unwrap().len();
    let live = TicketFilter {
        not_closed: true,
        ..TicketFilter::default()
    };
    let live = store.tickets(&live).await.unwrap().len();
    store.next_ticket_number().await.unwrap();
    println!(
        "  start             {:>8.1} ms ({waking} channels wait, {due} replies, {live} tickets)",
        started.elapsed().as_secs_f64() * 1e3
    );

    measure("nothing", &store, async {
        tokio::time::sleep(Duration::from_secs(2)).await
    })
    .await;
    measure("20 recalls", &store, async {
        for n in 0..20 {
            let room = Place::new("qq", "staff");
            store
                .relayed(&room, &MessageId::new(format!("s{n}")))
                .await
                .unwrap();
            store
                .said_by_us(&room, &MessageId::new(format!("p{n}")))
                .await
                .unwrap();
        }
    })
    .await;
    measure("list of closed", &store, async {
        let mut page = TicketFilter {
            status: Some(Status::Closed),
            limit: Some(500),
            ..TicketFilter::default()
        };
        while let Some(last) = store.tickets(&page).await.unwrap().last() {
            page.below = Some(last.number);
        }
    })
    .await;
    measure("retention", &store, async {
        let forgotten = store.forget(&Forget::Before(ago(24 * 365))).await.unwrap();
        println!("  forgotten         {:>8} tickets", forgotten.tickets);
    })
    .await;
    measure("forget a member", &store, async {
        store
            .forget(&Forget::Member("qq".into(), "u77".into()))
            .await
            .unwrap();
    })
    .await;
    measure("first prune", &store, async {
        let horizon = Horizon {
            inbox: ago(48),
            outbox: ago(24 * 14),
            channels: ago(24),
            quarantine: ago(24 * 30),
            decisions: DecisionHorizon {
                before: ago(24 * 90),
                channels: Vec::new(),
            },
            now: now(),
        };
        let pruned = store.prune(&horizon).await.unwrap();
        println!("  pruned            {pruned:?}");
    })
    .await;
    store.close().await;
}

/// Does something while a member goes on talking, and prints how long the member waited.
async fn measure(name: &str, store: &Arc<SqliteStore>, work: impl Future<Output = ()>) {
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let member = tokio::spawn(talk(Arc::clone(store), name.to_owned(), stopped));
    let started = Instant::now();
    work.await;
    let took = started.elapsed();
    let _ = stop.send(());
    let mut waits = member.await.unwrap();
    waits.sort();
    let at =
        |share: f64| waits[((waits.len() as f64 * share) as usize).min(waits.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "  {name:<17} {:>8.1} s; a member waits p50 {:.1} ms, p99 {:.1} ms, worst {:.1} ms ({} messages)",
        took.as_secs_f64(),
        at(0.5),
        at(0.99),
        at(1.0),
        waits.len()
    );
}

async fn talk(
    store: Arc<SqliteStore>,
    name: String,
    mut stopped: tokio::sync::oneshot::Receiver<()>,
) -> Vec<Duration> {
    let mut waits = Vec::new();
    let mut tick = tokio::time::interval(MEMBER_INTERVAL);
    for n in 0.. {
        tick.tick().await;
        let place = Place::new("qq", "group:talk");
        let key = DeduplicationKey::of_id(place.clone(), MessageId::new(format!("{name}-{n}")));
        let started = Instant::now();
        store.known(std::slice::from_ref(&key)).await.unwrap();
        store.quoted(&place, &"p5".into()).await.unwrap();
        store.channel_states(std::slice::from_ref(&place)).await.unwrap();
        let batch = Batch {
            inbox: vec![InboxRow { key, received: now() }],
            channels: vec![memory("group:talk", 0)],
            outbox: vec![reply("group:talk", "answer", now(), None)],
            ..Batch::default()
        };
        let keys = store.commit(&batch).await.unwrap();
        waits.push(started.elapsed());
        store
            .settle(&[(keys[0], sent(format!("talk-{n}")))])
            .await
            .unwrap();
        if !matches!(
            stopped.try_recv(),
            Err(tokio::sync::oneshot::error::TryRecvError::Empty)
        ) {
            break;
        }
    }
    waits
}

async fn fill(path: &Path, divide: usize) {
    // Nobody pulls the plug on a store that is only measured.
    let store = SqliteStore::open_with(path, Durability::ProgramCrash)
        .await
        .unwrap();
    const AT_ONCE: usize = 5_000;
    for from in (0..MESSAGES / divide).step_by(AT_ONCE) {
        let inbox = (from..from + AT_ONCE).map(|n| {
            let hours = if n < MESSAGES / divide * 4 / 5 { 72 } else { 1 };
            InboxRow {
                key: DeduplicationKey {
                    fingerprint: n as i64,
                    at: ago(hours),
                    ..DeduplicationKey::of_id(
                        Place::new("qq", format!("group:{}", n % 5_000).as_str()),
                        MessageId::new(n.to_string()),
                    )
                },
                received: ago(hours),
            }
        });
        let batch = Batch {
            inbox: inbox.collect(),
            ..Batch::default()
        };
        store.commit(&batch).await.unwrap();
    }
    for from in (0..CHANNELS / divide).step_by(AT_ONCE) {
        let channels =
            (from..from + AT_ONCE).map(|n| memory(&format!("private:{n}"), if n % 10 == 0 { 1 } else { 48 }));
        let batch = Batch {
            channels: channels.collect(),
            ..Batch::default()
        };
        store.commit(&batch).await.unwrap();
    }
    let tickets = TICKETS / divide;
    for from in (0..tickets).step_by(1_000) {
        let numbers = from..(from + 1_000).min(tickets);
        let batch = Batch {
            tickets: numbers.clone().map(|n| ticket(n, tickets, divide)).collect(),
            ticket_lines: numbers.flat_map(|n| (0..3).map(move |k| line(n, k))).collect(),
            ..Batch::default()
        };
        store.commit(&batch).await.unwrap();
    }
    for from in (0..REPLIES / divide).step_by(AT_ONCE) {
        let numbers: Vec<usize> = (from..(from + AT_ONCE).min(REPLIES / divide)).collect();
        let outbox = numbers.iter().map(|n| {
            let about = (n % 3 == 0).then(|| TicketReference {
                urgent: false,
                ticket: (n % tickets + 1) as u64,
                report: Some(RelaySource {
                    room: Place::new("qq", "staff"),
                    message: MessageId::new(format!("s{n}")),
                }),
            });
            reply(
                &format!("group:{}", n % 5_000),
                "请重启以后再试一次，日志在设置里。",
                ago(24),
                about,
            )
        });
        let batch = Batch {
            outbox: outbox.collect(),
            ..Batch::default()
        };
        let keys = store.commit(&batch).await.unwrap();
        let settled: Vec<(ReplyKey, DeliveryOutcome)> = keys
            .into_iter()
            .zip(numbers)
            .map(|(key, n)| (key, sent(format!("p{n}"))))
            .collect();
        store.settle(&settled).await.unwrap();
    }
    store.close().await;
}

fn sent(message: String) -> DeliveryOutcome {
    DeliveryOutcome::Sent {
        message: Some(MessageId::new(message)),
        at: ago(24),
    }
}

fn memory(channel: &str, hours: i64) -> ChannelRow {
    ChannelRow {
        place: Place::new("qq", channel),
        state: format!(
            "{{\"kind\":\"direct\",\"recent\":[{{\"member\":\"u\",\"text\":\"{}\"}}]}}",
            "三句话".repeat(40)
        ),
        wake_at: None,
        touched: ago(hours),
    }
}

fn reply(channel: &str, text: &str, decided: Timestamp, about: Option<TicketReference>) -> NewReply {
    NewReply {
        place: Place::new("qq", channel),
        reply: Reply::of_text(channel.into(), ChannelKind::Group, text.to_owned())
            .with_quote(Some("1".into())),
        not_before: decided,
        decided,
        answers: Some("1".into()),
        about,
        caller: None,
        to: None,
    }
}

fn line(ticket: usize, at: usize) -> HistoryLine {
    let place = Place::new("qq", format!("group:{}", ticket % 5_000).as_str());
    HistoryLine {
        ticket: (ticket + 1) as u64,
        at: ago(24),
        kind: LineKind::Member,
        who: format!("member (u{ticket})"),
        text: "装不上，日志里说磁盘满了，重启以后也一样。".to_owned(),
        said: Some((place, MessageId::new(format!("t{ticket}-{at}")))),
    }
}

fn ticket(number: usize, tickets: usize, divide: usize) -> Ticket {
    let opened = ago(if number < OLD / divide { 24 * 400 } else { 24 * 30 });
    let live = number >= tickets - (LIVE / divide).min(tickets);
    // As the store has it, so that what a later version adds to a ticket is nothing to this program.
    let ticket = serde_json::json!({
        "number": number + 1,
        "place": { "account": "qq", "channel": format!("group:{}", number % 5_000) },
        "kind": "group",
        "language": Language::CHINESE,
        "member": format!("u{number}"),
        "member_name": "小明",
        "message": "1",
        "subject": "装不上",
        "transcript": "装不上，日志里说磁盘满了。".repeat(10),
        "earlier": "服务器连不上。".repeat(10),
        "reason": "asked for a human",
        "opened": opened,
        "rooms": [{ "account": "qq", "channel": "staff" }],
        "status": if live { Status::Open } else { Status::Closed },
        "owner": null,
        "watchers": [],
        "member_spoke": opened,
        "staff_acted": null,
        "first_reply": null,
        "ended": null,
        "in_digest": false,
    });
    serde_json::from_value(ticket).unwrap()
}
