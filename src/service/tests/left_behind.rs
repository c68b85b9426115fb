//! Accounts that were renamed or removed between two lives of the program.

use super::{CONFIG, World};
use crate::service::removed_accounts::{self, LeftBehind};
use crate::store::SqliteStore;
use groupdesk_contract::Adapter;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_hangs_on_an_account_that_is_no_longer_there_is_told_with_its_likely_new_name() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    world.say("qq/group:1", "ming", "@bot /human 装不上", None).await;
    world.hears("tg/staff", "【工单 #1】").await;
    world.hears("mail/support", "【工单 #1】").await;
    world.platforms[0].down.store(true, Ordering::SeqCst);
    world.say("tg/staff", "wang", "/t 1 重装一遍", None).await;
    let store = SqliteStore::open(world.folder.path().join("test.db"))
        .await
        .unwrap();
    let [qq, tg, mail, qq2] = world.platforms.clone();
    let new = super::Fake::new("main");
    let find = async |accounts: &[&Arc<super::Fake>]| -> Vec<LeftBehind> {
        let adapters = accounts
            .iter()
            .map(|account| Arc::clone(account) as Arc<dyn Adapter>);
        let adapters: Vec<_> = adapters.collect();
        removed_accounts::find(&store, &adapters).await.unwrap()
    };
    assert_eq!(find(&[&qq, &tg, &mail, &qq2]).await, []);
    // It has another name now: the only account without a past.
    let found = find(&[&new, &tg, &mail]).await;
    let told = found[0].in_words();
    assert_eq!(found.len(), 1, "{told}");
    for part in ["`qq`", "1 ticket(s)", "1 reply(ies)", "renamed `main`", "「qq:」"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // Of two nobody knows which.
    let other = super::Fake::new("other");
    let told = find(&[&new, &other, &tg, &mail, &qq2]).await[0].in_words();
    assert!(!told.contains("`main`") && told.contains("close"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_in_shadow_mode_that_waits_for_a_room_of_before_is_told_to_the_present_rooms_once() {
    let mut world = World::at("2026-11-23T10:00:00+08:00").await;
    let rooms = |rooms: &str| {
        CONFIG.replace(
            "  qq/group:other:",
            &format!("  qq/group:quiet: {{ listen: shadow, staff_rooms: [{rooms}] }}\n  qq/group:other:"),
        )
    };
    let config = world.folder.path().join("groupdesk.yaml");
    std::fs::write(&config, rooms("tg/old, tg/other")).unwrap();
    world.kill().await;
    let tg = Arc::clone(&world.platforms[1]);
    tg.down.store(true, Ordering::SeqCst);
    for (who, said) in [
        ("ming", "@bot 转人工，电梯困人了"),
        ("hong", "@bot 转人工，空调不冷"),
    ] {
        world.say("qq/group:quiet", who, said, None).await;
    }
    world.time("2026-11-23T10:00:10+08:00").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    std::fs::write(&config, rooms("tg/other, tg/new")).unwrap();
    // Twice: what was moved is not moved again.
    for _ in 0..2 {
        world.kill().await;
        tg.down.store(false, Ordering::SeqCst);
        for said in ["电梯困人了", "空调不冷"] {
            for room in ["tg/new", "tg/other"] {
                world.hears(room, said).await;
                assert_eq!(world.times(room, said).await, 1, "{room} {said}");
            }
            assert_eq!(world.times("tg/old", said).await, 0);
        }
    }
}
