//! Notices of calls that no ticket stands for: never given up, and in nobody's way.

use super::*;
use crate::ticket::Caller;

fn call(key: i64, text: &str) -> Queued {
    let mut queued = queued(key, "staff", text);
    queued.caller = Some(Caller {
        place: Place::new("qq", "g1"),
        member: "u1".into(),
        instead: false,
        several: false,
    });
    queued
}

#[tokio::test(start_paused = true)]
async fn a_call_that_a_room_refuses_is_told_when_it_takes_something_again_and_nothing_waits_behind_it() {
    let mut world = World::new();
    world
        .platform
        .by_text
        .lock()
        .insert("51 called".to_owned(), [refused(), refused()].into());
    world.outbox.enqueue(vec![call(1, "51 called")]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    // Others hear of it once, and it stays in the store as what waits.
    let told = world.told.try_recv().unwrap();
    assert_eq!(told.report.text, "51 called");
    assert!(matches!(told.report.outcome, DeliveryStatus::Late { .. }) && told.settled.is_none());
    assert!(matches!(
        world.store.of(1)[..],
        [DeliveryOutcome::Attempt { count: 1, .. }]
    ));
    world.outbox.enqueue(vec![queued(2, "staff", "other words")]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.platform.stands("staff"), ["other words"]);
    // The room takes messages again: the second attempt comes before its minute is over, and fails; the third comes by itself.
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(world.store.of(1).len(), 2);
    tokio::time::sleep(Duration::from_secs(130)).await;
    assert_eq!(world.platform.stands("staff"), ["other words", "51 called"]);
    assert!(is_sent(world.store.of(1).last().unwrap()));
    assert!(world.told.try_recv().is_err());
    assert_eq!(world.outbox.counters().queued, 0);
}

#[tokio::test(start_paused = true)]
async fn a_call_is_tried_for_longer_than_a_day_and_not_once_its_member_is_forgotten() {
    let world = World::new();
    let never = (0..100).map(|_| refused());
    world.platform.script("staff", never.collect::<Vec<_>>());
    world
        .outbox
        .enqueue(vec![call(1, "51 called"), call(2, "52 called")]);
    tokio::time::sleep(Duration::from_secs(36 * 3600)).await;
    let tries = |key: i64| world.store.of(key).len();
    assert!((30..60).contains(&tries(1)), "{}", tries(1));
    world.store.forgotten.lock().push(ReplyKey(1));
    world.platform.script.lock().clear();
    tokio::time::sleep(Duration::from_secs(2 * 3600)).await;
    assert_eq!(world.platform.stands("staff"), ["52 called"]);
}
