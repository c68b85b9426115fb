//! An account whose replies all fail: that is known within seconds, and what waits goes out within seconds of the end.

use super::*;

const CHANNELS: usize = 50;

fn channel(number: usize) -> String {
    format!("g{number}")
}

/// Queues replies in as many channels, which all fail until the scripts are cleared.
fn all_fail(world: &World) {
    let replies = (0..CHANNELS).map(|number| {
        let name = channel(number);
        world.platform.script(&name, (0..2_000).map(|_| later(None)));
        queued(i64::try_from(number).unwrap(), &name, "x")
    });
    world.outbox.enqueue(replies.collect());
}

fn stalled(world: &World) -> Option<Stalled> {
    world.outbox.stalled().pop()
}

async fn seconds(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn after_hours_in_which_nothing_got_through_everybody_is_answered_within_seconds() {
    let world = World::new();
    all_fail(&world);
    seconds(3 * 3600).await;
    let before = world.platform.attempts().len();
    seconds(600).await;
    let tries = world.platform.attempts().len() - before;
    // Each reply's own tries are minutes apart by now; one of them all is tried every three seconds.
    assert!((150..600).contains(&tries), "{tries} tries in ten minutes");
    world.platform.script.lock().clear();
    seconds(4).await;
    for number in 0..CHANNELS {
        assert_eq!(world.platform.stands(&channel(number)), ["x"]);
    }
    assert_eq!(stalled(&world), None);
}

#[tokio::test(start_paused = true)]
async fn what_follows_the_first_that_gets_through_keeps_the_pace() {
    let account = Some(Pace {
        per_second: 10.0,
        burst: 1,
    });
    let world = World::paced(PaceLimits {
        account,
        channel: None,
    });
    all_fail(&world);
    seconds(3600).await;
    world.platform.script.lock().clear();
    let before = world.platform.attempts().len();
    seconds(9).await;
    let times: Vec<u64> = world.platform.attempts()[before..]
        .iter()
        .map(|(at, _)| *at)
        .collect();
    assert_eq!(times.len(), CHANNELS);
    assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= 98), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn what_fails_alone_waits_for_its_own_time_and_is_nobody_elses_fault() {
    let world = World::new();
    world.platform.script("muted", (0..10_000).map(|_| later(None)));
    world.outbox.enqueue(vec![queued(1, "muted", "x")]);
    let mut told = 0;
    for key in 2..3_600 {
        world.outbox.enqueue(vec![queued(key, "well", "y")]);
        seconds(1).await;
        told += usize::from(stalled(&world).is_some());
    }
    let tries = world
        .platform
        .attempts()
        .iter()
        .filter(|(_, text)| text == "x")
        .count();
    assert!((10..80).contains(&tries), "{tries} tries in an hour");
    assert_eq!(told, 0);
}

#[tokio::test(start_paused = true)]
async fn an_account_through_which_nothing_gets_is_known_within_seconds() {
    // Everything fails.
    let world = World::new();
    world.outbox.enqueue(vec![queued(900, "h", "well")]);
    seconds(60).await;
    all_fail(&world);
    seconds(2).await;
    assert_eq!(stalled(&world), None, "it may pass");
    seconds(4).await;
    let found = stalled(&world).unwrap();
    assert_eq!((found.reason.as_str(), found.failing), ("busy", CHANNELS));
    world.platform.script.lock().clear();
    seconds(4).await;
    assert_eq!(stalled(&world), None);

    // Nothing is answered; in one channel alone it may be a large picture.
    let world = World::new();
    let hang = |name: &str| world.platform.script(name, [Act::Hang(Duration::from_secs(30))]);
    hang("a");
    world.outbox.enqueue(vec![queued(1, "a", "x")]);
    seconds(10).await;
    assert_eq!(stalled(&world), None);
    hang("b");
    world.outbox.enqueue(vec![queued(2, "b", "x")]);
    seconds(7).await;
    assert_eq!(stalled(&world).unwrap().reason, "no answer");
    seconds(30).await;
    assert_eq!(stalled(&world), None);

    // All is refused, as with an account that was banned.
    let world = World::new();
    for (key, name) in (1..).zip(["a", "b", "c"]) {
        world.platform.script(name, [refused()]);
        world.outbox.enqueue(vec![queued(key, name, "x")]);
        seconds(5).await;
        assert_eq!(stalled(&world).is_some(), name == "c");
    }
    world.outbox.enqueue(vec![queued(9, "a", "x")]);
    seconds(1).await;
    assert_eq!(stalled(&world), None);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_connected_is_not_tried_out_of_turn() {
    let world = World::new();
    world.outbox.account_disconnected(&"qq".into());
    all_fail(&world);
    seconds(3600).await;
    let before = world.platform.attempts().len();
    seconds(300).await;
    let tries = world.platform.attempts().len() - before;
    assert!(tries < CHANNELS * 6, "{tries} tries in five minutes");
    world.platform.script.lock().clear();
    world.outbox.account_connected(&"qq".into());
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(world.platform.stands("g7"), ["x"]);
}

#[tokio::test(start_paused = true)]
async fn the_first_that_gets_through_after_an_outage_lets_everything_follow_whatever_it_waited_for() {
    let world = World::new();
    let lasting = |name: &str, act: Act| world.platform.script(name, (0..500).map(|_| act.clone()));
    let says = |key, name: &str| world.outbox.enqueue(vec![queued(key, name, "x")]);
    // One channel fails by itself, since long before.
    lasting("alone", later(None));
    says(1, "alone");
    for key in 2..900 {
        says(key, "well");
        seconds(1).await;
    }
    // An outage in which every answer is another one: asks for a pause, or none, or nothing to be sure of.
    for (key, name, act) in [
        (1001, "a", later(Some(45))),
        (1002, "b", later(Some(45))),
        (1003, "d", later(None)),
        (1004, "c", Act::Say(unknown())),
    ] {
        lasting(name, act);
        says(key, name);
        // What is sent four times without an answer is given up, so that this one comes last.
        seconds(3).await;
    }
    assert!(stalled(&world).is_some());
    world.platform.script.lock().clear();
    world.platform.script("d", [later(None)]);
    says(1100, "new");
    tokio::time::sleep(Duration::from_millis(200)).await;
    for name in ["new", "a", "b", "alone"] {
        assert_eq!(world.platform.stands(name), ["x"], "{name}");
    }
    seconds(4).await;
    for name in ["c", "d"] {
        assert_eq!(world.platform.stands(name), ["x"], "{name}");
    }
    assert_eq!((stalled(&world), world.outbox.behind()), (None, vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_platform_that_asks_for_a_pause_is_asked_too_early_once_at_most() {
    let world = World::new();
    world
        .platform
        .script("limited", [later(Some(90)), later(Some(80))]);
    world.outbox.enqueue(vec![queued(1, "limited", "x")]);
    for key in 2..200 {
        // Long enough apart that each might be the end of an outage.
        seconds(10).await;
        world.outbox.enqueue(vec![queued(key, "well", "y")]);
    }
    let tries = world.platform.attempts().into_iter();
    let times: Vec<u64> = tries
        .filter(|(_, text)| text == "x")
        .map(|(at, _)| at / 1000)
        .collect();
    assert_eq!(times, [0, 10, 90]);
}

#[tokio::test(start_paused = true)]
async fn it_is_known_while_what_failed_still_waits_although_the_account_sends_again() {
    let account = Some(Pace {
        per_second: 1.0,
        burst: 1,
    });
    let world = World::paced(PaceLimits {
        account,
        channel: None,
    });
    all_fail(&world);
    seconds(300).await;
    assert!(stalled(&world).is_some() && world.outbox.behind().is_empty());
    world.platform.script.lock().clear();
    seconds(10).await;
    assert_eq!(stalled(&world), None);
    let behind = world.outbox.behind().pop().unwrap();
    assert!(
        behind.failing > 20 && behind.lasts > Duration::from_secs(60),
        "{behind:?}"
    );
    seconds(60).await;
    assert_eq!(world.outbox.behind(), []);
}
