//! A clock that is set while replies wait: none sleeps for as long as it was set back, and none is given up because it was set ahead.

use super::*;
use crate::store::DueReply;
use std::sync::atomic::{AtomicI64, Ordering};

/// Clock that goes with Tokio's, and can be set.
#[derive(Debug)]
struct SetClock(Arc<TokioClock>, AtomicI64);

impl SetClock {
    fn set(&self, ahead_seconds: i64) {
        self.1.store(ahead_seconds, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.0.now() + SignedDuration::from_secs(self.1.load(Ordering::SeqCst))
    }
}

fn world() -> (World, Arc<SetClock>) {
    let clock = Arc::new(SetClock(TokioClock::new(), AtomicI64::new(0)));
    let (platform, store) = (Fake::new("qq"), Arc::new(Storage::default()));
    let (delivered, told) = mpsc::unbounded_channel();
    let outbox = Outbox::new(
        Arc::clone(&store) as Arc<dyn Store>,
        (Arc::clone(&clock) as Arc<dyn Clock>, TokioClock::new()),
        OutboxSettings::default(),
        delivered,
    );
    outbox.register(Arc::clone(&platform) as Arc<dyn Adapter>, PaceLimits::default());
    let world = World {
        outbox,
        platform,
        store,
        told,
    };
    (world, clock)
}

const HOUR: i64 = 3600;

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_set_keeps_no_reply_waiting_and_gives_none_up() {
    for set in [-HOUR, HOUR, 400 * 24 * HOUR, -400 * 24 * HOUR] {
        let (world, clock) = world();
        // Decided before it was set, and queued after.
        clock.set(set);
        world.outbox.enqueue(vec![queued(1, "g1", "x")]);
        tokio::time::sleep(Duration::from_millis(5)).await;
        assert_eq!(world.platform.stands("g1"), ["x"], "set by {set} s");
        // Set while it waits for another try.
        clock.set(0);
        world.platform.script("g2", [later(Some(20)), later(Some(20))]);
        world.outbox.enqueue(vec![queued(2, "g2", "y")]);
        for ahead in [0, set] {
            clock.set(ahead);
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(world.platform.stands("g2"), ["y"], "set by {set} s");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_left_behind_by_a_clock_that_was_ahead_is_said_at_once() {
    let (world, clock) = world();
    let left = |key: i64, channel: &str, wait: i64| {
        let queued = queued(key, channel, "x");
        DueReply {
            key: queued.key,
            place: queued.place,
            reply: Ok(queued.reply),
            attempts: 0,
            not_before: start() + SignedDuration::from_secs(wait),
            decided: start(),
            about: None,
            caller: None,
        }
    };
    *world.store.due.lock() = vec![left(1, "g1", 30)];
    clock.set(-HOUR);
    world.outbox.restore().await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.platform.stands("g1"), ["x"]);
    // By a clock that is right it waits for its time.
    clock.set(0);
    *world.store.due.lock() = vec![left(2, "g2", 30)];
    world.outbox.restore().await.unwrap();
    tokio::time::sleep(Duration::from_secs(25)).await;
    assert_eq!(world.platform.stands("g2"), [""; 0]);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(world.platform.stands("g2"), ["x"]);
}
