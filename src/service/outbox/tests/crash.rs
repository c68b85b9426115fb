//! Replies that a killed process leaves in a real store: the next one takes them up, and sends each once.

use super::*;
use crate::store::{Batch, NewReply, SqliteStore};

use std::path::Path;

async fn begin(
    folder: &Path,
    platform: &Arc<Fake>,
    flush_interval: Duration,
) -> (Arc<SqliteStore>, Arc<Outbox>) {
    let store = Arc::new(SqliteStore::open(folder.join("desk.db")).await.unwrap());
    let settings = OutboxSettings {
        flush_interval,
        ..OutboxSettings::default()
    };
    let outbox = Outbox::new(
        Arc::clone(&store) as Arc<dyn Store>,
        TokioClock::both(),
        settings,
        mpsc::unbounded_channel().0,
    );
    outbox.register(Arc::clone(platform) as Arc<dyn Adapter>, PaceLimits::default());
    (store, outbox)
}

async fn commit(store: &SqliteStore, replies: &[(&str, &str)]) -> Vec<Queued> {
    let rows: Vec<NewReply> = replies
        .iter()
        .map(|(channel, text)| NewReply {
            place: Place::new("qq", *channel),
            reply: reply(channel, text),
            not_before: start(),
            decided: start(),
            answers: None,
            about: None,
            caller: None,
            to: None,
        })
        .collect();
    let batch = Batch {
        outbox: rows,
        ..Batch::default()
    };
    let keys = store.commit(&batch).await.unwrap();
    let texts = keys.into_iter().zip(replies);
    texts
        .map(|(key, (channel, text))| queued(key.0, channel, text))
        .collect()
}

async fn until_sent(outbox: &Outbox) {
    tokio::time::timeout(Duration::from_secs(10), async {
        while outbox.counters().queued > 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn after_a_crash_each_reply_is_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Fake::new("qq");
    let never = Duration::from_secs(3_600);
    {
        let (store, outbox) = begin(folder.path(), &platform, never).await;
        // Two are said and not recorded, one is under way, two are committed and never tried.
        let said = commit(&store, &[("g1", "one"), ("g2", "two")]).await;
        outbox.enqueue(said);
        until_sent(&outbox).await;
        commit(&store, &[("g1", "three"), ("g3", "four")]).await;
    }
    assert_eq!(platform.stands("g1"), ["one"]);

    let (store, outbox) = begin(folder.path(), &platform, Duration::ZERO).await;
    assert_eq!(outbox.restore().await.unwrap(), 4);
    until_sent(&outbox).await;
    outbox.shutdown(Duration::from_secs(5)).await;
    assert_eq!(platform.stands("g1"), ["one", "three"]);
    assert_eq!(platform.stands("g2"), ["two"]);
    assert_eq!(platform.stands("g3"), ["four"]);
    assert_eq!(platform.looks().len(), 4);
    assert!(platform.looks().iter().all(|(_, since)| *since == start()));
    assert_eq!(store.due().await.unwrap(), []);
    assert!(
        store
            .quoted(&Place::new("qq", "g2"), &"p2".into())
            .await
            .unwrap()
            .by_us
    );
}

#[tokio::test]
async fn where_the_platform_cannot_tell_what_was_left_behind_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Fake::new("qq");
    let (store, outbox) = begin(folder.path(), &platform, Duration::ZERO).await;
    commit(&store, &[("g1", "one")]).await;
    platform.past([PastReply::CannotTell]);
    outbox.restore().await.unwrap();
    until_sent(&outbox).await;
    assert_eq!(platform.stands("g1"), ["one"]);
}

#[tokio::test]
async fn a_clean_stop_records_what_was_sent_and_keeps_the_rest_for_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Fake::new("qq");
    let (store, outbox) = begin(folder.path(), &platform, Duration::from_millis(4)).await;
    let later = Act::Say(Delivery::Later {
        reason: "not connected".to_owned(),
        after: None,
    });
    platform.script("g2", [later]);
    let replies = commit(&store, &[("g1", "one"), ("g2", "two"), ("g2", "three")]).await;
    outbox.enqueue(replies);
    tokio::time::sleep(Duration::from_millis(30)).await;
    outbox.shutdown(Duration::from_secs(5)).await;
    let due = store.due().await.unwrap();
    let left: Vec<(String, u32)> = due
        .iter()
        .map(|due| (due.reply.as_ref().unwrap().text(), due.attempts))
        .collect();
    assert_eq!(left, [("two".to_owned(), 1), ("three".to_owned(), 0)]);
    store.close().await;

    let (_store, outbox) = begin(folder.path(), &platform, Duration::ZERO).await;
    outbox.restore().await.unwrap();
    outbox.account_connected(&"qq".into());
    until_sent(&outbox).await;
    assert_eq!(platform.stands("g2"), ["two", "three"]);
}

#[tokio::test]
async fn replies_of_an_account_that_is_gone_stay_for_a_day_and_unreadable_ones_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let platform = Fake::new("telegram");
    let (store, outbox) = begin(folder.path(), &platform, Duration::ZERO).await;
    let replies = commit(&store, &[("g1", "one"), ("g1", "two")]).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("desk.db"));
    let mut other = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("UPDATE outbox SET reply = '{}' WHERE id = ?")
        .bind(replies[0].key.0)
        .execute(&mut other)
        .await
        .unwrap();
    assert_eq!(outbox.restore().await.unwrap(), 0);
    outbox.shutdown(Duration::from_secs(5)).await;
    let left: Vec<ReplyKey> = store
        .due()
        .await
        .unwrap()
        .into_iter()
        .map(|due| due.key)
        .collect();
    assert_eq!(left, [replies[1].key]);
}
