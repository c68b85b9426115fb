//! One event that can't be read, decided or committed stops nothing else.

use super::*;
use groupdesk_model::{EmbedError, Embedder, Role};

const MORNING: &str = "2026-03-03T10:00:00+08:00";

/// Model that panics over one text.
#[derive(Debug)]
struct Fragile;

#[async_trait]
impl Embedder for Fragile {
    fn model(&self) -> &str {
        "model"
    }
    fn batch(&self) -> usize {
        64
    }
    fn costly(&self) -> bool {
        true
    }
    async fn embed(&self, _: Role, texts: &[&str]) -> Result<Vec<Vec<f32>>, EmbedError> {
        assert!(!texts.iter().any(|text| text.contains("恐慌")), "poison");
        Ok(vec![vec![1.0, 0.0]; texts.len()])
    }
}

async fn database(world: &World) -> sqlx::SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(world.folder.path().join("test.db"));
    sqlx::ConnectOptions::connect(&options).await.unwrap()
}

async fn set_aside(world: &World) -> Vec<crate::store::Quarantined> {
    let store = SqliteStore::open(world.folder.path().join("test.db"))
        .await
        .unwrap();
    let events = store.quarantine(100).await.unwrap();
    store.close().await;
    events.into_iter().map(|(_, event)| event).collect()
}

/// Sends messages of many members at once, one of which can't be handled; checks that everybody else is answered, and
/// everything acknowledged.
async fn ask_around(world: &mut World, poison: &str, quote: Option<&MessageId>) {
    let mut committed = Vec::new();
    for n in 0..30 {
        let place = format!("qq/group:{n}");
        if n == 13 {
            committed.push(world.post(&place, "m13", poison, quote).await);
        } else {
            committed.push(
                world
                    .post(&place, "m1", "@bot 客服的上班时间是什么时候", None)
                    .await,
            );
        }
    }
    for told in committed {
        tokio::time::timeout(Duration::from_secs(20), told)
            .await
            .expect("it is acknowledged")
            .expect("it is not dropped");
    }
    for n in (0..30).filter(|n| *n != 13) {
        world.hears(&format!("qq/group:{n}"), "8:00").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_t_be_committed_is_set_aside_and_the_rest_of_its_batch_is_answered_once() {
    let mut world = World::at(MORNING).await;
    let mut database = database(&world).await;
    sqlx::query(
        "CREATE TRIGGER poison BEFORE INSERT ON ticket_lines WHEN NEW.text LIKE '%投毒%' \
         BEGIN SELECT RAISE(ABORT, 'poison'); END",
    )
    .execute(&mut database)
    .await
    .unwrap();
    ask_around(&mut world, "@bot 转人工，投毒", None).await;
    let events = set_aside(&world).await;
    assert_eq!(events.len(), 1, "{events:#?}");
    let event = &events[0];
    assert!(
        event.payload.contains("投毒") && event.reason.contains("poison"),
        "{event:#?}"
    );
    assert_eq!((event.kind.as_str(), event.member.as_str()), ("message", "m13"));
    assert_eq!(event.place, Place::new("qq", "group:13"));
    let told = world.hears("tg/staff", "groupdesk quarantine list").await;
    assert!(
        told.text.contains("qq/group:13") && !told.text.contains("投毒"),
        "{told:?}"
    );
    for n in (0..30).filter(|n| *n != 13) {
        let said = world.platforms[0].said(&format!("group:{n}"));
        assert_eq!(said.len(), 1, "{said:?}");
    }
    // The book is that of the store: the next ticket has the number that was not given, and the event is not heard again.
    world.kill().await;
    world.say("qq/group:14", "m2", "@bot 转人工", None).await;
    world.hears("qq/group:14", "#1").await;
    assert_eq!(set_aside(&world).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_t_be_looked_up_is_set_aside() {
    let mut world = World::at(MORNING).await;
    world
        .say("qq/group:13", "m1", "@bot 客服的上班时间是什么时候", None)
        .await;
    let answer = world.hears("qq/group:13", "8:00").await.id;
    let mut database = database(&world).await;
    sqlx::query("UPDATE outbox SET settled_at = 'soon'")
        .execute(&mut database)
        .await
        .unwrap();
    ask_around(&mut world, "谢谢", Some(&answer)).await;
    assert_eq!(set_aside(&world).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_program_fails_over_is_set_aside() {
    let tier = |clock| {
        Some(Arc::new(Semantic::new(
            Arc::new(Fragile),
            clock,
            Duration::from_secs(5),
        )))
    };
    let mut world = World::with(MORNING, tier).await;
    ask_around(&mut world, "@bot 恐慌", None).await;
    let events = set_aside(&world).await;
    assert!(
        events.len() == 1 && events[0].reason.contains("poison"),
        "{events:#?}"
    );
    world
        .say("qq/group:13", "m13", "@bot 客服的上班时间是什么时候", None)
        .await;
    world.hears("qq/group:13", "8:00").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_no_ticket_has_is_answered_and_its_answer_can_be_quoted() {
    let mut world = World::at(MORNING).await;
    for number in [
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
    ] {
        world
            .say("tg/staff", "wang", &format!("/t {number} claim"), None)
            .await;
        let answer = world.hears("tg/staff", "9223372036854775807").await.id;
        world.say("tg/staff", "wang", "好的", Some(&answer)).await;
    }
    ask_around(&mut world, "@bot 在吗", None).await;
    assert_eq!(set_aside(&world).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_set_aside_and_is_handed_back_is_answered_once_and_no_longer_set_aside() {
    let mut world = World::at(MORNING).await;
    let mut database = database(&world).await;
    let poison = "CREATE TRIGGER poison BEFORE INSERT ON ticket_lines WHEN NEW.text LIKE '%投毒%' \
                  BEGIN SELECT RAISE(ABORT, 'poison'); END";
    sqlx::query(poison).execute(&mut database).await.unwrap();
    ask_around(&mut world, "@bot 转人工，投毒", None).await;
    let store = SqliteStore::open(world.folder.path().join("test.db"))
        .await
        .unwrap();
    let retry = async || {
        let (number, event) = store.quarantine(10).await.unwrap().remove(0);
        let message: Message = serde_json::from_str(&event.payload).unwrap();
        let key = crate::store::DeduplicationKey::of(event.place, &message);
        store.retry_quarantined(number, &key).await.unwrap();
        number
    };
    let number_after = async |before: i64| {
        for _ in 0..500 {
            let events = store.quarantine(10).await.unwrap();
            match events.as_slice() {
                [] => return None,
                [(number, _)] if *number != before => return Some(*number),
                _ => {}
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{before} is never taken")
    };
    // The fault is still there: it is set aside again, and stays to be looked at.
    let first = retry().await;
    let second = number_after(first).await.expect("it is kept");
    assert_ne!(first, second);
    assert_eq!(store.quarantine_count().await.unwrap(), 1);
    // It is mended, days later.
    sqlx::query("DROP TRIGGER poison")
        .execute(&mut database)
        .await
        .unwrap();
    world.time("2026-03-06T10:00:00+08:00").await;
    assert_eq!(retry().await, second);
    world.hears("qq/group:13", "#1").await;
    world.hears("tg/staff", "【工单 #1】").await;
    assert_eq!(number_after(second).await, None);
    assert_eq!(store.memos(crate::store::RETRIES).await.unwrap(), []);
    assert_eq!(world.times("qq/group:13", "#1").await, 1);
    store.close().await;
}
