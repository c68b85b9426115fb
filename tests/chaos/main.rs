//! Random faults under load against the real binary: killed, stopped, without disk, log, descriptors or a platform that
//! behaves. Nothing that was accepted may be lost, nothing be said twice, and `/healthz` may not be "ok" while nobody is
//! answered.
//!
//! `GROUPDESK_CHAOS_ROUNDS` sets how many faults (default: each kind once), `GROUPDESK_CHAOS_SEED` which;
//! `GROUPDESK_CHAOS_FAULTS` names the kinds that come. A failure prints what to set, and leaves the log in the target folder. Faults of the disk need the right to mount; without it they are skipped, and said so.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod disk;
mod faults;
mod health;
#[path = "../support/mod.rs"]
mod support;
mod world;

use faults::Fault;
use world::World;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .map_or(default, |value| value.parse().expect("a whole number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_fails_nothing_is_lost_or_said_twice_and_health_knows() {
    let seed = setting("GROUPDESK_CHAOS_SEED", 20_261_129);
    let rounds = setting("GROUPDESK_CHAOS_ROUNDS", Fault::ALL.len() as u64);
    let mut random = fastrand::Rng::with_seed(seed);
    let mut world = World::new().await;
    let only = std::env::var("GROUPDESK_CHAOS_FAULTS").unwrap_or_default();
    let wanted = |fault: &Fault| only.is_empty() || only.split(',').any(|name| name == format!("{fault:?}"));
    let mut order: Vec<Fault> = Vec::new();
    let mut failures: Vec<String> = Vec::new();
    for round in 0..rounds {
        if order.is_empty() {
            order = Fault::ALL.to_vec();
            order.retain(wanted);
            random.shuffle(&mut order);
        }
        let fault = order.pop().unwrap();
        let long = random.u8(..4) == 0;
        eprintln!(
            "seed {seed} round {round}: {fault:?}{}",
            if long { ", long" } else { "" }
        );
        if !world.can(fault) {
            eprintln!("skipped: {fault:?} needs the right to mount a file system");
            continue;
        }
        if let Err(complaint) = world.round(fault, long, &mut random).await {
            eprintln!("FAILED: {complaint}");
            failures.push(format!("round {round}: {complaint}"));
            world.begin_anew().await;
        }
    }
    failures.extend(world.the_end());
    if !failures.is_empty() {
        let kept = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("chaos.log");
        std::fs::write(&kept, world.program.log()).unwrap();
        eprintln!("the whole log: {}", kept.display());
    }
    assert!(
        failures.is_empty(),
        "GROUPDESK_CHAOS_SEED={seed} GROUPDESK_CHAOS_ROUNDS={rounds}\n{}\n{}",
        world.last_words(),
        failures.join("\n")
    );
}
