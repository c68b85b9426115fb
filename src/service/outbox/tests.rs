//! Deliveries and their records, whatever the platform does. Time is Tokio's, and stands until all wait.

mod clock;
mod crash;
mod doubt;
mod fake;
mod fake_rows;
mod kept;
mod order;
mod overtake;
mod trouble;
mod unsent;

use super::*;
use crate::config::{Pace, PaceLimits};
use crate::ticket::TicketReference;
use fake::*;
use groupdesk_contract::{Delivery, PastReply, Reply};
use jiff::Timestamp;

struct World {
    outbox: Arc<Outbox>,
    platform: Arc<Fake>,
    store: Arc<Storage>,
    told: mpsc::UnboundedReceiver<DeliveryEvent>,
}

impl World {
    fn new() -> Self {
        Self::paced(PaceLimits::default())
    }

    fn paced(limits: PaceLimits) -> Self {
        let (platform, store) = (Fake::new("qq"), Arc::new(Storage::default()));
        let (delivered, told) = mpsc::unbounded_channel();
        let outbox = Outbox::new(
            Arc::clone(&store) as Arc<dyn Store>,
            TokioClock::both(),
            OutboxSettings::default(),
            delivered,
        );
        outbox.register(Arc::clone(&platform) as Arc<dyn Adapter>, limits);
        Self {
            outbox,
            platform,
            store,
            told,
        }
    }

    /// Waits until nothing is queued, and until the outcomes are written.
    async fn done(&self) {
        while self.outbox.counters().queued > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

use crate::ticket::RelaySource;

fn is_sent(settled: &DeliveryOutcome) -> bool {
    matches!(settled, DeliveryOutcome::Sent { .. })
}

#[tokio::test(start_paused = true)]
async fn staff_hear_what_became_of_what_they_said() {
    let mut world = World::new();
    let report = RelaySource {
        room: Place::new("qq", "staff"),
        message: "s1".into(),
    };
    for (key, channel) in [(1, "well"), (2, "muted")] {
        let mut reply = queued(key, channel, "hello");
        reply.about = Some(TicketReference {
            urgent: false,
            ticket: 7,
            report: Some(report.clone()),
        });
        world.platform.script("muted", [refused()]);
        world.outbox.enqueue(vec![reply]);
        world.done().await;
        let told = world.told.try_recv().unwrap();
        let (outcome, text) = match channel {
            "well" => (DeliveryStatus::Sent, ""),
            _ => (refusal("muted"), "hello"),
        };
        assert_eq!((told.report.outcome, told.report.text.as_str()), (outcome, text));
        assert_eq!(told.report.about.as_ref().unwrap().report.as_ref(), Some(&report));
        // The outcome is written with what staff are told, not before.
        assert!(world.store.of(key).is_empty());
        let (settled, _) = told.settled.unwrap();
        assert_eq!(settled, ReplyKey(key));
    }
    world
        .outbox
        .enqueue(vec![queued(3, "well", "an answer of the bot")]);
    world.done().await;
    assert!(world.told.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_sent_at_once_and_recorded_with_its_id() {
    let world = World::new();
    world.outbox.enqueue(vec![queued(1, "g1", "hello")]);
    tokio::task::yield_now().await;
    assert_eq!(world.platform.attempts(), [(0, "hello".to_owned())]);
    world.done().await;
    assert_eq!(
        world.store.of(1),
        [DeliveryOutcome::Sent {
            message: Some("p1".into()),
            at: start()
        }]
    );
    assert_eq!(
        world.outbox.counters(),
        Counts {
            sent: 1,
            ..Counts::default()
        }
    );
    assert!(world.platform.looks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_channel_keeps_its_order_through_every_failure_and_holds_up_no_other() {
    let world = World::new();
    world.platform.script(
        "g1",
        [
            later(None),
            later(Some(7)),
            Act::SayUnanswered,
            refused(),
            later(None),
        ],
    );
    world.outbox.enqueue(vec![
        queued(1, "g1", "one"),
        queued(2, "g2", "a"),
        queued(3, "g1", "two"),
    ]);
    world
        .outbox
        .enqueue(vec![queued(4, "g1", "three"), queued(5, "g2", "b")]);
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(world.platform.stands("g2"), ["a", "b"]);
    assert_eq!(world.platform.stands("g1"), [""; 0]);
    world.done().await;
    // "one" arrived although no answer came, so it is not repeated; "two" was refused for good.
    assert_eq!(world.platform.stands("g1"), ["one", "three"]);
    let tried: Vec<String> = world
        .platform
        .attempts()
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    let of_g1: Vec<&String> = tried.iter().filter(|text| text.len() > 1).collect();
    assert_eq!(of_g1, ["one", "one", "one", "two", "three", "three"]);
    assert!(matches!(&world.store.of(3)[..], [DeliveryOutcome::Refused { reason, .. }] if reason == "muted"));
    assert!(is_sent(world.store.of(1).last().unwrap()));
    assert_eq!(
        world.outbox.counters(),
        Counts {
            sent: 4,
            refused: 1,
            retried: 4,
            ..Counts::default()
        }
    );
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_from_a_second_to_five_minutes_and_the_platforms_own_are_obeyed() {
    let world = World::new();
    world.platform.script("g1", [later(Some(90))]);
    world.platform.script("g1", (0..20).map(|_| later(None)));
    world.outbox.enqueue(vec![queued(1, "g1", "x")]);
    // A platform that says when to come back means it, connected again or not.
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.outbox.account_connected(&"qq".into());
    // Others get through all the time: it fails alone, and its own pauses are all it waits for.
    let mut key = 2;
    while world.platform.stands("g1").is_empty() {
        world.outbox.enqueue(vec![queued(key, "g2", "y")]);
        key += 1;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    world.done().await;
    let attempts = world.platform.attempts().into_iter();
    let times: Vec<u64> = attempts
        .filter(|(_, text)| text == "x")
        .map(|(at, _)| at)
        .collect();
    let pauses: Vec<u64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(pauses[0], 90_000);
    for (before, pause) in pauses[1..].iter().enumerate() {
        let most = (1_000 << (before + 1).min(20)).min(300_000);
        // Until another one has got through, it may follow the first that does.
        let least = if before < 2 { 0 } else { 100 };
        assert!(
            (least..=most + 1).contains(pause),
            "pause {before}: {pause} ms of at most {most}"
        );
    }
    assert!(pauses.iter().any(|pause| *pause > 100_000), "{pauses:?}");
    assert!(
        pauses.windows(2).any(|pair| pair[1] < pair[0]),
        "no jitter: {pauses:?}"
    );
    let DeliveryOutcome::Attempt {
        count,
        next_try,
        reason,
    } = &world.store.of(1)[0]
    else {
        panic!("no attempt recorded")
    };
    assert_eq!(
        (*count, *next_try, reason.as_str()),
        (1, start() + Duration::from_secs(90), "busy")
    );
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_connection_goes_out_when_it_comes() {
    let world = World::new();
    world.platform.script("g1", (0..60).map(|_| later(None)));
    world.outbox.account_disconnected(&"qq".into());
    world.outbox.enqueue(vec![queued(1, "g1", "x")]);
    tokio::time::sleep(Duration::from_secs(600)).await;
    let before = world.platform.attempts().len();
    // Pauses are drawn at random below a doubling limit: about a dozen, and never anything like a spin.
    assert!(
        (3..40).contains(&before),
        "{before} attempts in ten minutes without a connection"
    );
    world.platform.script.lock().clear();
    world.outbox.account_connected(&"another".into());
    tokio::task::yield_now().await;
    assert_eq!(world.platform.attempts().len(), before);
    world.outbox.account_connected(&"qq".into());
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(world.platform.stands("g1"), ["x"]);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_nobody_takes_is_given_up_with_a_record() {
    let world = World::new();
    world.platform.script("g1", (0..60_000).map(|_| later(None)));
    world.outbox.enqueue(vec![queued(1, "g1", "x")]);
    tokio::time::sleep(Duration::from_secs(301)).await;
    assert!(matches!(
        world.store.of(1).last(),
        Some(DeliveryOutcome::Attempt { .. })
    ));
    tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    let Some(DeliveryOutcome::Refused { reason, at }) = world.store.of(1).pop() else {
        panic!("{:?}", world.store.of(1))
    };
    assert_eq!(
        (reason.starts_with("expired"), at),
        (true, start() + Duration::from_secs(24 * 3600))
    );
    assert_eq!(world.outbox.counters().refused, 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_looked_up_before_it_is_repeated() {
    let world = World::new();
    world.platform.script("lost", [Act::Say(unknown())]);
    world.platform.script("slow", [Act::SayUnanswered]);
    world.platform.script("broken", [Act::Panic]);
    world
        .platform
        .script("stuck", [Act::Hang(Duration::from_secs(3_600))]);
    let channels = ["lost", "slow", "broken", "stuck"];
    world.outbox.enqueue(
        (1..)
            .zip(channels)
            .map(|(key, channel)| queued(key, channel, channel))
            .collect(),
    );
    world.done().await;
    for (key, channel) in (1..).zip(channels) {
        assert_eq!(world.platform.stands(channel), [channel]);
        assert!(
            is_sent(world.store.of(key).last().unwrap()),
            "{channel}: {:?}",
            world.store.of(key)
        );
    }
    assert_eq!(
        world
            .platform
            .attempts()
            .iter()
            .filter(|(_, text)| text == "slow")
            .count(),
        1
    );
    assert!(world.platform.looks().contains(&(ReplyKey(2), start())));
}

#[tokio::test(start_paused = true)]
async fn where_the_platform_cannot_tell_it_is_tried_twice_and_recorded_as_unknown() {
    let world = World::new();
    world
        .platform
        .script("g1", [Act::Say(unknown()), Act::Say(unknown())]);
    world
        .platform
        .past([PastReply::NotNow, PastReply::CannotTell, PastReply::CannotTell]);
    world
        .outbox
        .enqueue(vec![queued(1, "g1", "x"), queued(2, "g1", "y")]);
    world.done().await;
    let tried: Vec<String> = world
        .platform
        .attempts()
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(tried, ["x", "x", "y"]);
    assert!(matches!(
        world.store.of(1).last(),
        Some(DeliveryOutcome::Unknown { .. })
    ));
    assert_eq!(
        world.outbox.counters(),
        Counts {
            sent: 1,
            unknown: 1,
            retried: 2,
            ..Counts::default()
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_reply_waits_for_its_time() {
    let world = World::new();
    let mut late = queued(1, "g1", "x");
    late.not_before = start() + Duration::from_secs(30);
    world.outbox.enqueue(vec![late, queued(2, "g1", "y")]);
    world.done().await;
    assert_eq!(
        world.platform.attempts(),
        [(30_000, "x".to_owned()), (30_000, "y".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn channels_and_accounts_are_paced() {
    let channel = Some(Pace {
        per_second: 1.0,
        burst: 2,
    });
    let account = Some(Pace {
        per_second: 2.0,
        burst: 3,
    });
    let world = World::paced(PaceLimits { account, channel });
    let mut key = 0;
    let mut say = |channel: &str, times: usize| -> Vec<Queued> {
        (0..times)
            .map(|_| {
                key += 1;
                queued(key, channel, channel)
            })
            .collect()
    };
    world.outbox.enqueue(say("g1", 4));
    tokio::time::sleep(Duration::from_millis(1)).await;
    // A channel's own slowness takes no turns from the others.
    world.outbox.enqueue(say("g2", 1));
    world.done().await;
    let sent: Vec<(u64, String)> = world.platform.attempts();
    let times = |channel: &str| -> Vec<u64> {
        sent.iter()
            .filter(|(_, text)| text == channel)
            .map(|(at, _)| *at)
            .collect()
    };
    assert_eq!(times("g2"), [1]);
    let g1 = times("g1");
    assert_eq!((g1[0], g1[1], g1.len()), (0, 0, 4));
    assert!(
        (1_000..=1_001).contains(&g1[2]) && (2_000..=2_001).contains(&g1[3]),
        "{g1:?}"
    );
    // An idle channel's pace is not forgotten.
    world.outbox.enqueue(say("g1", 1));
    world.done().await;
    assert!(world.platform.attempts()[5].0 >= 3_000);
    // Six channels at once: three go, then two a second.
    tokio::time::sleep(Duration::from_secs(60)).await;
    let from = world.platform.attempts().len();
    world
        .outbox
        .enqueue((0..6).flat_map(|n| say(&format!("h{n}"), 1)).collect());
    world.done().await;
    let at: Vec<u64> = world.platform.attempts()[from..]
        .iter()
        .map(|(at, _)| *at)
        .collect();
    let after: Vec<u64> = at.iter().map(|time| (time - at[0]).div_ceil(10) * 10).collect();
    assert_eq!(after[..3], [0, 0, 0]);
    assert!(after[5] >= 1_500, "{after:?}");
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_allowed_number_is_under_way_at_once() {
    let platform = Fake::new("qq");
    let settings = OutboxSettings {
        concurrent: 3,
        ..OutboxSettings::default()
    };
    let outbox = Outbox::new(
        Arc::new(Storage::default()),
        TokioClock::both(),
        settings,
        mpsc::unbounded_channel().0,
    );
    outbox.register(Arc::clone(&platform) as Arc<dyn Adapter>, PaceLimits::default());
    let channels: Vec<String> = (0..9).map(|n| n.to_string()).collect();
    for channel in &channels {
        platform.script(channel, [Act::Hang(Duration::from_secs(1))]);
    }
    outbox.enqueue(
        (1..)
            .zip(&channels)
            .map(|(key, channel)| queued(key, channel, channel))
            .collect(),
    );
    tokio::time::sleep(Duration::from_secs(10)).await;
    let at: Vec<u64> = platform
        .attempts()
        .into_iter()
        .map(|(at, _)| at / 1_000)
        .collect();
    assert_eq!(at, [0, 0, 0, 1, 1, 1, 2, 2, 2]);
}

#[tokio::test(start_paused = true)]
async fn idle_channels_are_forgotten() {
    for limits in [
        PaceLimits::default(),
        PaceLimits {
            account: None,
            channel: Some(Pace {
                per_second: 5.0,
                burst: 9,
            }),
        },
    ] {
        let world = World::paced(limits);
        for round in 0..20 {
            world.outbox.enqueue(
                (0..1_000)
                    .map(|n| queued(n, &format!("{round}/{n}"), "x"))
                    .collect(),
            );
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        assert_eq!(world.outbox.counters().sent, 20_000);
        let held = world.outbox.shared.account(&"qq".into()).unwrap().channels();
        assert!(held <= 2_048, "{held} channels held");
    }
}

#[tokio::test(start_paused = true)]
async fn what_becomes_of_replies_is_recorded_when_the_store_recovers_or_goes_along_with_a_batch() {
    let world = World::new();
    *world.store.failures.lock() = 3;
    world
        .outbox
        .enqueue(vec![queued(1, "g1", "x"), queued(2, "g1", "y")]);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!((world.store.of(1).len(), world.store.of(2).len()), (1, 1));

    world.outbox.enqueue(vec![queued(3, "g1", "z")]);
    tokio::time::sleep(Duration::from_millis(1)).await;
    let taken = world.outbox.take_settled();
    assert!(matches!(
        &taken[..],
        [(ReplyKey(3), DeliveryOutcome::Sent { .. })]
    ));
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.store.of(3), []);
    world.outbox.give_back(taken);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.store.of(3).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_reply_for_an_account_that_is_not_there_is_refused() {
    let world = World::new();
    let mut stray = queued(1, "g1", "x");
    stray.place = Place::new("telegram", "g1");
    world.outbox.enqueue(vec![stray, queued(2, "g1", "y")]);
    world.done().await;
    assert!(matches!(
        &world.store.of(1)[..],
        [DeliveryOutcome::Refused { .. }]
    ));
    assert_eq!(world.platform.stands("g1"), ["y"]);
}

#[tokio::test(start_paused = true)]
async fn shutdown_finishes_what_is_under_way_and_leaves_the_rest_queued() {
    let world = World::new();
    world.platform.script("g1", [Act::Hang(Duration::from_secs(2))]);
    world.platform.script("g2", [later(None)]);
    let mut late = queued(4, "g3", "late");
    late.not_before = start() + Duration::from_secs(60);
    world.outbox.enqueue(vec![
        queued(1, "g1", "one"),
        queued(2, "g1", "two"),
        queued(3, "g2", "x"),
        late,
    ]);
    tokio::time::sleep(Duration::from_millis(10)).await;
    world.outbox.shutdown(Duration::from_secs(5)).await;
    // Recorded before shutdown returned, and nothing more was begun.
    assert_eq!(world.platform.stands("g1"), ["one"]);
    assert!(matches!(&world.store.of(1)[..], [DeliveryOutcome::Sent { .. }]));
    assert_eq!(world.store.of(2), []);
    world.outbox.enqueue(vec![queued(5, "g5", "after")]);
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!(world.platform.attempts().len(), 2);
    assert_eq!(world.outbox.counters().queued, 4);
}

#[tokio::test(start_paused = true)]
async fn shutdown_does_not_wait_longer_than_it_may() {
    let world = World::new();
    world.platform.script("g1", [Act::Hang(Duration::from_secs(50))]);
    world.outbox.enqueue(vec![queued(1, "g1", "one")]);
    tokio::time::sleep(Duration::from_millis(10)).await;
    let before = Instant::now();
    world.outbox.shutdown(Duration::from_secs(5)).await;
    assert!(before.elapsed() < Duration::from_millis(5_100));
}
