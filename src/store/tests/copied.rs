//! A store that is copied from a file into a database holds what the file held, and goes on from there.

use super::home::database;
use super::*;
use crate::store::sqlite::COPY_MARK;
use crate::store::{PostgresStore, copy};

/// Fills a store with something of everything, and returns the key of its last reply.
async fn fill(store: &SqliteStore) -> ReplyKey {
    let mut about = reply("g1", "a\0b", 1);
    about.about = Some(TicketReference {
        ticket: 7,
        urgent: false,
        report: None,
    });
    let batch = Batch {
        inbox: (0..2_500).map(|n| inbox("g1", &n.to_string(), 1)).collect(),
        channels: vec![state("g1", "{\"a\":1}", Some(30))],
        tickets: vec![ticket(7, "g1", "u1")],
        outbox: vec![about, reply("g1", "x", 2)],
        memos: vec![memo("account:mail", "uid", "7")],
        quarantined: vec![aside("u2", "keep")],
        decisions: decisions::of_all_kinds(),
        ..Batch::default()
    };
    let keys = store.commit(&batch).await.unwrap();
    websites::everything(store).await;
    keys[1]
}

/// Returns the mark that the store bears while it is copied.
async fn mark_of(folder: &Path) -> Option<String> {
    let file = open(folder).await;
    let mark = file.memo(COPY_MARK.0, COPY_MARK.1).await.unwrap();
    file.close().await;
    mark
}

/// Notes in a database that a copy into it broke off.
fn break_off(cluster: &groupdesk_testkit::Cluster, url: &str, path: &Path, mark: &str) {
    let place = std::path::absolute(path).unwrap();
    cluster.ask(
        url,
        &format!(
            "INSERT INTO memos VALUES ('store', 'copying', '{}'), ('store', 'copy mark', '{mark}')",
            place.display()
        ),
    );
}

#[tokio::test]
async fn a_copy_does_not_go_on_when_its_file_was_used_meanwhile() {
    let Some((cluster, url, address)) = database() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let file = open(folder.path()).await;
    let last = fill(&file).await;
    file.close().await;
    let database = PostgresStore::open(&address).await.unwrap();
    copy(&path, &database, |_| ()).await.unwrap();
    let mark = mark_of(folder.path()).await.unwrap();
    break_off(cluster, &url, &path, &mark);

    // Who only reads does not use it.
    let file = open(folder.path()).await;
    file.tickets(&TicketFilter::default()).await.unwrap();
    file.close().await;
    assert_eq!(mark_of(folder.path()).await.as_deref(), Some(mark.as_str()));
    copy(&path, &database, |_| ()).await.unwrap();
    break_off(cluster, &url, &path, &mark);

    let file = open(folder.path()).await;
    file.settle(&[(last, sent("p1"))]).await.unwrap();
    file.close().await;
    assert_eq!(mark_of(folder.path()).await, None);
    for _ in 0..2 {
        let refused = copy(&path, &database, |_| ()).await.unwrap_err();
        assert!(matches!(refused, StoreError::Outdated { .. }), "{refused}");
        assert!(database.whole().await.is_err());
    }

    // Whoever wrote without removing the mark, as an older version does: the sums tell.
    put_back(folder.path(), &mark).await;
    let refused = copy(&path, &database, |_| ()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Outdated { .. }), "{refused}");
    assert!(database.whole().await.is_err());
}

/// Puts a mark into the store as if nothing had been written since.
async fn put_back(folder: &Path, mark: &str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("desk.db"));
    let mut other: sqlx::SqliteConnection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("INSERT INTO memos (owner, key, value) VALUES ('store', 'copy mark', ?)")
        .bind(mark)
        .execute(&mut other)
        .await
        .unwrap();
    sqlx::Connection::close(other).await.unwrap();
}

#[tokio::test]
async fn a_copy_that_broke_off_goes_on_and_nothing_is_missing_or_numbered_twice() {
    let Some((cluster, url, address)) = database() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let file = open(folder.path()).await;
    let last = fill(&file).await;
    let expected = (
        file.due().await.unwrap(),
        file.decisions(&DecisionFilter::default()).await.unwrap(),
        file.ticket(7).await.unwrap(),
        file.quarantine(10).await.unwrap(),
        file.queued_misses(at(1_000), 100).await.unwrap(),
        file.api_keys().await.unwrap(),
    );
    file.close().await;

    let database = PostgresStore::open(&address).await.unwrap();
    copy(&path, &database, |_| ()).await.unwrap();
    // As one that broke off in the middle.
    cluster.ask(
        &url,
        "DELETE FROM seen WHERE id > 1200; DELETE FROM tickets; INSERT INTO memos VALUES ('store', 'copying', (SELECT value FROM \
         (SELECT '' AS value) AS none)) ON CONFLICT DO NOTHING",
    );
    let other = copy(&path, &database, |_| ()).await.unwrap_err().to_string();
    assert!(other.contains("has a store of its own already"), "{other}");
    assert!(database.whole().await.is_err());
    cluster.ask(&url, "DELETE FROM memos WHERE key = 'copying'");
    break_off(cluster, &url, &path, &mark_of(folder.path()).await.unwrap());
    let copied = copy(&path, &database, |_| ()).await.unwrap();
    assert!(copied.iter().all(|table| table.source == table.target));
    database.whole().await.unwrap();

    assert_eq!(
        (
            database.due().await.unwrap(),
            database.decisions(&DecisionFilter::default()).await.unwrap(),
            database.ticket(7).await.unwrap(),
            database.quarantine(10).await.unwrap(),
            database.queued_misses(at(1_000), 100).await.unwrap(),
            database.api_keys().await.unwrap(),
        ),
        expected
    );
    assert_eq!(
        database.known(&[inbox("g1", "2499", 1).key]).await.unwrap(),
        [true]
    );
    let next = Batch {
        outbox: vec![reply("g1", "y", 3)],
        ..Batch::default()
    };
    assert_eq!(database.commit(&next).await.unwrap(), [ReplyKey(last.0 + 1)]);
}
