//! Replies without an answer of the platform that are not there when it is asked.

use super::*;

/// Returns the seconds after which a reply was tried.
fn seconds(world: &World, text: &str) -> Vec<u64> {
    let attempts = world.platform.attempts().into_iter();
    let of_it = attempts.filter(|(_, tried)| tried == text);
    of_it.map(|(at, _)| at / 1_000).collect()
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_answers_timeouts_for_half_a_minute_costs_no_reply_and_says_none_twice() {
    for outage in [12, 30] {
        let world = World::new();
        // Of those that are tried meanwhile one is said all the same.
        let lasts = |at: u64| at < outage * 1_000;
        world.platform.script("g1", (0..50).map(|_| Act::Say(unknown())));
        world.platform.script("g2", [Act::SayUnanswered]);
        world.outbox.enqueue(vec![
            queued(1, "g1", "answer"),
            queued(2, "g2", "said"),
            queued(3, "g1", "ticket"),
        ]);
        tokio::time::sleep(Duration::from_secs(outage)).await;
        world.platform.script.lock().clear();
        assert!(world.platform.attempts().iter().all(|(at, _)| lasts(*at)));
        tokio::time::sleep(Duration::from_secs(15)).await;
        assert_eq!(world.platform.stands("g1"), ["answer", "ticket"], "{outage}");
        assert_eq!(world.platform.stands("g2"), ["said"]);
        for key in 1..=3 {
            assert!(is_sent(world.store.of(key).last().unwrap()), "{key}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_never_arrives_is_repeated_for_minutes_more_and_more_seldom_and_then_given_up() {
    let world = World::new();
    for channel in ["g1", "g2"] {
        world
            .platform
            .script(channel, (0..99).map(|_| Act::Say(unknown())));
    }
    let mut of_ticket = queued(2, "g2", "y");
    of_ticket.about = Some(TicketReference {
        ticket: 1,
        urgent: false,
        report: None,
    });
    world.outbox.enqueue(vec![queued(1, "g1", "x"), of_ticket]);
    world.done().await;
    let (answer, ticket) = (seconds(&world, "x"), seconds(&world, "y"));
    assert_eq!(answer[..6], [0, 2, 4, 6, 8, 11]);
    for (tried, minutes) in [(&answer, 5), (&ticket, 30)] {
        let pauses: Vec<u64> = tried.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(pauses[3..].is_sorted(), "{pauses:?}");
        assert!(tried.len() < 25, "{tried:?}");
        let last = tried.last().unwrap();
        assert!((minutes * 30..=minutes * 60).contains(last), "{tried:?}");
    }
    assert!(matches!(
        world.store.of(1).last(),
        Some(DeliveryOutcome::Refused { .. })
    ));
}

#[tokio::test(start_paused = true)]
async fn what_alone_never_arrives_holds_up_its_channel_for_a_minute() {
    let world = World::new();
    world.platform.script("g1", (0..99).map(|_| Act::Say(unknown())));
    world.outbox.enqueue(vec![queued(1, "g1", "x")]);
    for key in 2..200 {
        world.outbox.enqueue(vec![queued(key, "g2", "y")]);
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    world.done().await;
    assert!(
        *seconds(&world, "x").last().unwrap() <= 61,
        "{:?}",
        seconds(&world, "x")
    );
    assert!(matches!(
        world.store.of(1).last(),
        Some(DeliveryOutcome::Refused { .. })
    ));
}
