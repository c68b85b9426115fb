//! Replies that are dropped before they have an outcome.

use super::*;
use crate::ticket::RelaySource;
use groupdesk_contract::MessageId;

fn staff_says(key: i64, text: &str) -> Queued {
    let mut said = queued(key, "g1", text);
    said.about = Some(TicketReference {
        urgent: false,
        ticket: 7,
        report: Some(RelaySource {
            room: Place::new("qq", "staff"),
            message: MessageId::new(format!("s{key}")),
        }),
    });
    said
}

fn hold(world: &World, key: i64) -> Vec<ReplyInFlight> {
    let message = MessageId::new(format!("s{key}"));
    world.outbox.stop_replies_to(&Place::new("qq", "staff"), &message)
}

fn unsend(key: i64, of: ReplyKey) -> Queued {
    let mut queued = queued(key, "g1", "");
    queued.reply.act = groupdesk_contract::Act::Unsend(unnamed(of));
    queued.reply.segments.clear();
    queued
}

#[tokio::test(start_paused = true)]
async fn new_words_keep_the_place_of_those_that_they_stand_for() {
    let world = World::new();
    world.platform.script("g1", [later(Some(20))]);
    let said = [
        staff_says(1, "first"),
        staff_says(2, "old"),
        staff_says(3, "third"),
    ];
    world.outbox.enqueue(said.to_vec());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(hold(&world, 2)[0].stage, Stage::Held);
    world.outbox.drop_replies(&[ReplyKey(2)]);
    let mut new = staff_says(2, "new");
    new.key = ReplyKey(4);
    world.outbox.enqueue(vec![new]);
    world.done().await;
    assert_eq!(world.platform.stands("g1"), ["first", "new", "third"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_back_is_not_sent_and_what_is_just_being_sent_is_withdrawn_by_the_id_it_gets() {
    let mut world = World::new();
    // The first waits for its retry, the second behind it, the third is wanted again.
    world.platform.script("g1", [later(Some(20))]);
    let said = [
        staff_says(1, "old"),
        staff_says(2, "behind"),
        staff_says(3, "wanted"),
    ];
    world.outbox.enqueue(said.to_vec());
    tokio::time::sleep(Duration::from_secs(1)).await;
    for key in [1, 2, 3] {
        let held = hold(&world, key);
        assert_eq!(held.len(), 1);
        assert_eq!((held[0].stage.clone(), held[0].key), (Stage::Held, ReplyKey(key)));
    }
    world.outbox.drop_replies(&[ReplyKey(1), ReplyKey(2)]);
    world.outbox.let_go(&[ReplyKey(3)]);
    world.done().await;
    assert_eq!(world.platform.stands("g1"), ["wanted"]);
    // Nobody is told of what they took back themselves.
    assert_eq!(
        world.told.try_recv().unwrap().report.outcome,
        DeliveryStatus::Sent
    );
    assert!(world.told.try_recv().is_err());

    // The platform takes its time over one; it arrives, and is withdrawn.
    world.platform.script("g1", [Act::Hang(Duration::from_secs(5))]);
    world.outbox.enqueue(vec![staff_says(4, "slow")]);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let held = hold(&world, 4);
    assert_eq!(held[0].stage, Stage::UnderWay);
    world.outbox.drop_replies(&[ReplyKey(4)]);
    world.outbox.enqueue(vec![unsend(5, ReplyKey(4))]);
    world.done().await;
    assert_eq!(world.platform.stands("g1"), ["wanted", ""]);
    assert!(world.told.try_recv().is_err(), "it is no success to be told");
    assert!(is_sent(&world.store.of(4)[0]));

    // It may have arrived, and the platform says that it did not: it is not sent again, and there is nothing to withdraw.
    world.platform.script("g1", [Act::Say(unknown())]);
    world.outbox.enqueue(vec![staff_says(6, "lost")]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(hold(&world, 6)[0].stage, Stage::UnderWay);
    world.outbox.drop_replies(&[ReplyKey(6)]);
    world.outbox.enqueue(vec![unsend(7, ReplyKey(6))]);
    world.done().await;
    assert_eq!(world.platform.stands("g1"), ["wanted", ""]);
    assert!(!is_sent(&world.store.of(6)[0]) && !is_sent(&world.store.of(7)[0]));

    // What was sent a moment ago is known by its id before the store knows it.
    world.outbox.enqueue(vec![staff_says(8, "quick")]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(hold(&world, 8)[0].stage, Stage::Sent("p3".into()));
}
