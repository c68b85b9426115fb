//! Several addresses of a database: the one that takes writes is used, and one at which nobody answers is in nobody's way.

use super::home::database;
use super::*;
use groupdesk_contract::Secret;

#[tokio::test]
async fn of_several_addresses_the_one_that_takes_writes_is_used_and_two_of_one_server_are_one() {
    let Some((_, url, address)) = database() else {
        return;
    };
    let several = PostgresAddress {
        urls: vec![
            Secret::new("postgres://nobody@127.0.0.1:1/none"),
            Secret::new(url.as_str()),
            Secret::new(url.as_str()),
        ],
        ..address
    };
    let store = PostgresStore::open(&several).await.unwrap();
    let batch = Batch {
        tickets: vec![ticket(1, "g1", "u1")],
        ..Batch::default()
    };
    store.commit(&batch).await.unwrap();
    assert!(store.ticket(1).await.unwrap().is_some());
    store.close().await;
    let nodes = PostgresStore::nodes(&several).await.unwrap();
    assert_eq!(nodes.primaries.len(), 1, "{nodes:?}");
}
