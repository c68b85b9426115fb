//! A file that is deleted, replaced or cut while it is open.

use super::*;

async fn take_ticket(store: &dyn Store, number: u64) -> Result<()> {
    let batch = Batch {
        tickets: vec![ticket(number, "g1", "u1")],
        inbox: vec![inbox("g1", &format!("m{number}"), 1)],
        ..Batch::default()
    };
    store.commit(&batch).await.map(drop)
}

#[tokio::test]
async fn a_store_that_is_deleted_while_it_is_open_is_written_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    take_ticket(&store, 1).await.unwrap();
    for suffix in ["", "-wal", "-shm"] {
        std::fs::remove_file(folder.path().join(format!("desk.db{suffix}"))).unwrap();
    }
    // Before anybody looked.
    take_ticket(&store, 2).await.unwrap();
    store.check().await.unwrap();
    let told = store.take_notices();
    assert!(told.len() == 1 && told[0].contains("was deleted"), "{told:?}");
    assert_eq!(store.next_ticket_number().await.unwrap(), 3);
    assert_eq!(store.ticket(1).await.unwrap(), Some(ticket(1, "g1", "u1")));
    take_ticket(&store, 3).await.unwrap();
    store.close().await;
    let store = open(folder.path()).await;
    assert_eq!(store.tickets(&TicketFilter::default()).await.unwrap().len(), 3);
    assert_eq!(store.take_notices(), Vec::<String>::new());
}

#[cfg(unix)]
#[tokio::test]
async fn a_store_that_is_replaced_while_it_is_open_is_put_back_and_the_other_one_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let old = open(folder.path()).await;
    take_ticket(&old, 1).await.unwrap();
    old.close().await;
    std::fs::copy(&path, folder.path().join("backup.db")).unwrap();
    let store = open(folder.path()).await;
    take_ticket(&store, 2).await.unwrap();
    std::fs::rename(folder.path().join("backup.db"), &path).unwrap();
    store.check().await.unwrap();
    let told = store.take_notices();
    assert!(told.len() == 1 && told[0].contains("was replaced"), "{told:?}");
    take_ticket(&store, 3).await.unwrap();
    store.close().await;
    let store = open(folder.path()).await;
    assert_eq!(store.tickets(&TicketFilter::default()).await.unwrap().len(), 3);
    store.close().await;
    let found = path.with_file_name(format!("desk.db.found-{}", std::process::id()));
    let other = SqliteStore::open(&found).await.unwrap();
    assert_eq!(other.tickets(&TicketFilter::default()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_store_that_is_cut_to_nothing_is_lost_and_its_numbers_are_not_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = open(folder.path()).await;
    take_ticket(&store, 41).await.unwrap();
    // What stands in the log alone would be written back.
    store.close().await;
    let store = open(folder.path()).await;
    std::fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(0)
        .unwrap();
    let error = store.check().await.unwrap_err();
    assert!(
        matches!(error, StoreError::Lost { .. }) && error.is_final(),
        "{error}"
    );
    let error = take_ticket(&store, 42).await.unwrap_err();
    assert!(matches!(error, StoreError::Lost { .. }), "{error}");
    store.close().await;
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("desk.db{suffix}")));
    }
    let store = open(folder.path()).await;
    assert_eq!(store.tickets(&TicketFilter::default()).await.unwrap(), []);
    assert_eq!(store.next_ticket_number().await.unwrap(), 42);
    let told = store.take_notices();
    assert!(told.len() == 1 && told[0].contains("#41"), "{told:?}");
}

#[tokio::test]
async fn what_one_row_holds_is_told_apart_from_what_the_disk_does() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let keys = store
        .commit(&Batch {
            outbox: vec![reply("g1", "x", 1), reply("g1", "y", 1)],
            ..Batch::default()
        })
        .await
        .unwrap();
    store
        .settle(&[(keys[0], sent("p1")), (keys[1], sent("p2"))])
        .await
        .unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("desk.db"));
    let mut other: sqlx::SqliteConnection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    // A number that no integer holds, as it was once written for a ticket, and a time that is none.
    for (message, change) in [
        (
            "p1",
            "UPDATE outbox SET about = '{\"ticket\":9223372036854775808}' WHERE message = 'p1'",
        ),
        ("p2", "UPDATE outbox SET settled_at = 'soon' WHERE message = 'p2'"),
    ] {
        sqlx::query(change).execute(&mut other).await.unwrap();
        let quoted = store.quoted(&place("g1"), &message.into()).await;
        match message {
            "p1" => assert!(quoted.unwrap().by_us),
            _ => assert!(quoted.unwrap_err().concerns_data()),
        }
    }
    store.check().await.unwrap();
}

#[tokio::test]
async fn what_is_damaged_is_lost_whoever_reads_it_and_every_look_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = open(folder.path()).await;
    for number in 1..200 {
        take_ticket(&store, number).await.unwrap();
    }
    // What stands in the log alone would hide it.
    store.close().await;
    let store = open(folder.path()).await;
    store.check().await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[8192..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let error = store.tickets(&TicketFilter::default()).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Lost { .. }) && error.is_final() && !error.concerns_data(),
        "{error}"
    );
    let error = store.check().await.unwrap_err();
    assert!(error.is_final(), "{error}");
}

#[tokio::test]
async fn a_store_that_takes_no_writes_is_read_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    let store = open(folder.path()).await;
    take_ticket(&store, 1).await.unwrap();
    // While a program has it, with a log beside it, and when none has.
    for is_closed in [false, true] {
        if is_closed {
            store.close().await;
        }
        let reading = SqliteStore::open_to_read(&path).await.unwrap();
        assert_eq!(reading.ticket(1).await.unwrap(), Some(ticket(1, "g1", "u1")));
        let error = take_ticket(&reading, 2).await.unwrap_err();
        assert!(matches!(error, StoreError::Closed), "{error}");
        reading.close().await;
    }
    let nothing = SqliteStore::open_to_read(folder.path().join("none.db")).await;
    assert!(matches!(nothing, Err(StoreError::Open { .. })));
}
