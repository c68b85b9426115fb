//! A store of an older version is opened without loss: every migration is run on rows that the version before it could have written.

use super::*;
use crate::store::postgres::migrations;
use crate::store::sqlite::migrations::MIGRATIONS;
use crate::unanswered::State;
use sqlx::{ConnectOptions, Connection, PgConnection, Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};

/// Names a file of `tests/migrations` with its text.
macro_rules! rows {
    ($folder:literal, $name:literal) => {
        (
            $name,
            include_str!(concat!("migrations/", $folder, "/", $name, ".sql")),
        )
    };
}

/// Rows that each migration's version could have written, by the migration's name: one more file a migration.
const ROWS: &[(&str, &str)] = &[
    rows!("sqlite", "0001_initial"),
    rows!("sqlite", "0002_dashboard_lists"),
    rows!("sqlite", "0003_websites"),
    rows!("sqlite", "0004_questions_aside"),
];

/// The same in PostgreSQL, whose migrations are others.
const POSTGRES_ROWS: &[(&str, &str)] = &[
    rows!("postgres", "0001_initial"),
    rows!("postgres", "0002_nodes"),
    rows!("postgres", "0003_questions_aside"),
];

/// A store of the last version before 0.1.0, without rows.
const BEFORE_RELEASE: &str = include_str!("migrations/sqlite/before_release.sql");

async fn database(folder: &Path) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("desk.db"));
    options.create_if_missing(true).connect().await.unwrap()
}

async fn run(database: &mut SqliteConnection, text: &'static str) {
    sqlx::raw_sql(text).execute(database).await.unwrap();
}

/// Returns the rows of every table, each as SQL writes its values, without what `leave_out` names.
async fn rows(database: &mut SqliteConnection, leave_out: &[&str]) -> BTreeMap<String, Vec<String>> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_sqlx%' ESCAPE '\\'
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .fetch_all(&mut *database)
    .await
    .unwrap();
    let mut found = BTreeMap::new();
    for table in tables {
        let columns = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
        let columns: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(columns))
            .fetch_all(&mut *database)
            .await
            .unwrap();
        let quoted = columns
            .iter()
            .filter(|column| !leave_out.contains(&column.as_str()));
        let quoted: Vec<String> = quoted.map(|column| format!("quote({column})")).collect();
        let select = format!(
            "SELECT {} AS line FROM {table} ORDER BY 1",
            quoted.join(" || ', ' || ")
        );
        let lines = sqlx::query_scalar(sqlx::AssertSqlSafe(select));
        found.insert(table, lines.fetch_all(&mut *database).await.unwrap());
    }
    found
}

/// Returns the columns of every table, and the text of every index and trigger.
async fn schema(database: &mut SqliteConnection) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let all = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite\\_%' ESCAPE '\\'";
    for row in sqlx::query(all).fetch_all(&mut *database).await.unwrap() {
        let (kind, name, text): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        if kind != "table" {
            found.insert(text.split_whitespace().collect::<Vec<_>>().join(" "));
            continue;
        }
        let columns =
            format!("SELECT cid, name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{name}')");
        let columns = sqlx::query(sqlx::AssertSqlSafe(columns));
        for row in columns.fetch_all(&mut *database).await.unwrap() {
            let default: Option<String> = row.get(4);
            let (position, column, of_type): (i64, String, String) = (row.get(0), row.get(1), row.get(2));
            let (required, key): (i64, i64) = (row.get(3), row.get(5));
            found.insert(format!(
                "{name} {position} {column} {of_type} {required} {default:?} {key}"
            ));
        }
    }
    found
}

async fn schema_of_a_new_store() -> BTreeSet<String> {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.close().await;
    schema(&mut database(folder.path()).await).await
}

/// Asserts that the rows of `0001_initial` are all understood.
async fn assert_is_read(store: &dyn Store) {
    let g1 = place("g1");
    let known = [inbox("g1", "m1", 1).key, inbox("g1", "m9", 1).key];
    assert_eq!(store.known(&known).await.unwrap(), [true, false]);
    let states = store.channel_states(std::slice::from_ref(&g1)).await.unwrap();
    assert_eq!(states, [Some("{}".to_owned())]);
    assert_eq!(store.waking().await.unwrap(), [(g1.clone(), at(1))]);
    let due = store.due().await.unwrap();
    let texts: Vec<String> = due.iter().map(|due| due.reply.as_ref().unwrap().text()).collect();
    assert_eq!(texts, ["y", "有人在找你们"]);
    assert_eq!(due[1].caller.as_ref().unwrap().member.as_str(), "u9");
    let quoted = store.quoted(&g1, &"p1".into()).await.unwrap();
    assert_eq!((quoted.by_us, quoted.ticket), (true, Some(1)));
    assert_eq!(store.relayed(&g1, &"s1".into()).await.unwrap().len(), 1);
    let tickets = store.tickets(&TicketFilter::default()).await.unwrap();
    let statuses: Vec<_> = tickets
        .iter()
        .map(|ticket| (ticket.number, ticket.status))
        .collect();
    assert_eq!(statuses, [(2, Status::Open), (1, Status::Closed)]);
    assert_eq!(tickets[1].watchers[0].name, "小红");
    assert_eq!(store.ticket_lines(1).await.unwrap()[0].text, "装不上");
    assert_eq!(store.next_ticket_number().await.unwrap(), 3);
    let memo = store.memo("account:mail", "uid").await.unwrap();
    assert_eq!(memo.as_deref(), Some("7"));
    let decisions = store.decisions(&DecisionFilter::default()).await.unwrap();
    assert_eq!(decisions.len(), 4);
    assert_eq!(decisions[3].label.as_ref().unwrap().0, Label::Right);
    let counts = store
        .decision_counts(Timestamp::MIN, at(10_000_000))
        .await
        .unwrap();
    assert_eq!(
        (counts[0].rule.as_str(), counts[0].messages),
        ("not_a_question", 3)
    );
    assert_eq!(store.quarantine(9).await.unwrap().len(), 1);
    let groups = store.miss_groups(State::Open, None, 5).await.unwrap();
    assert_eq!(groups[0].messages, 2);
    assert_eq!(
        store.staff_answers(groups[0].id).await.unwrap()[0].text,
        "在设置里"
    );
    let vectors = store.vectors("m", &[[1; 32]]).await.unwrap();
    assert_eq!(vectors, [Some(vec![1.0, -0.5])]);
    let versions = store.faq_versions(5).await.unwrap();
    let content = store.faq_content(&versions[0].version).await.unwrap().unwrap();
    assert_eq!(content, b"version: 1\nfaq: []\n");
    assert_eq!(store.dashboard_users().await.unwrap(), ["{\"name\":\"boss\"}"]);
    assert_eq!(store.session(&[7; 32]).await.unwrap().unwrap().agent, "Firefox");
    let draft = store.reply_draft(2, "boss").await.unwrap();
    assert_eq!(draft.as_deref(), Some("您好"));
    assert_eq!(store.audit(i64::MAX, 5).await.unwrap()[0].1.action, "login");
}

#[tokio::test]
async fn a_store_of_the_last_version_before_the_release_is_opened_without_loss() {
    let folder = tempfile::tempdir().unwrap();
    let mut old = database(folder.path()).await;
    run(&mut old, BEFORE_RELEASE).await;
    run(&mut old, ROWS[0].1).await;
    let before = rows(&mut old, &["expires"]).await;
    assert!(before.values().all(|rows| !rows.is_empty()), "{before:#?}");
    old.close().await.unwrap();
    look(&folder.path().join("desk.db")).await.unwrap();
    // Two programs at once, as at a restart that overlaps.
    let (store, other) = tokio::join!(open(folder.path()), open(folder.path()));
    other.close().await;
    assert_is_read(&store).await;
    store.close().await;
    let mut now = database(folder.path()).await;
    assert_eq!(schema(&mut now).await, schema_of_a_new_store().await);
    // What came later has no value in old rows.
    let mut after = rows(&mut now, &["aside"]).await;
    for (table, lines) in &before {
        assert_eq!(after.remove(table).as_ref(), Some(lines), "{table}");
    }
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations ORDER BY version")
        .fetch_all(&mut now)
        .await
        .unwrap();
    assert_eq!(
        versions,
        MIGRATIONS.iter().map(|ours| ours.version).collect::<Vec<_>>()
    );
    now.close().await.unwrap();
    assert_is_read(&open(folder.path()).await).await;
}

#[tokio::test]
async fn a_store_of_another_version_is_refused_with_what_to_do_and_stays_as_it_is() {
    for (change, expected) in [
        (
            "DELETE FROM _sqlx_migrations WHERE version > 9",
            "(its form has number 9 of 14)",
        ),
        (
            "INSERT INTO _sqlx_migrations SELECT 15, 'x', installed_on, 1, x'00', 0 FROM _sqlx_migrations LIMIT 1",
            "newer groupdesk (its form has number 15)",
        ),
        (
            "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 7",
            "form number 7 is not the one",
        ),
        (
            "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1",
            "form number 1 is not the one",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut old = database(folder.path()).await;
        run(&mut old, BEFORE_RELEASE).await;
        run(&mut old, change).await;
        let before = schema(&mut old).await;
        old.close().await.unwrap();
        let path = folder.path().join("desk.db");
        for refused in [
            SqliteStore::open(&path).await.map(drop).unwrap_err(),
            look(&path).await.unwrap_err(),
        ] {
            assert!(refused.to_string().contains(expected), "{refused}");
        }
        assert_eq!(
            schema(&mut database(folder.path()).await).await,
            before,
            "{change}"
        );
    }
}

#[tokio::test]
async fn every_migration_keeps_the_rows_that_it_meets() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = database(folder.path()).await;
    let names: Vec<String> = MIGRATIONS
        .iter()
        .map(|migration| {
            format!(
                "{:04}_{}",
                migration.version,
                migration.description.replace(' ', "_")
            )
        })
        .collect();
    assert_eq!(names, ROWS.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (migration, (name, of_it)) in MIGRATIONS.iter().zip(ROWS) {
        let before = rows(&mut store, &[]).await;
        MIGRATIONS.run_to(migration.version, &mut store).await.unwrap();
        let after = rows(&mut store, &[]).await;
        for (table, lines) in before {
            // A table that is gone on purpose is looked at by the migration's own test.
            let kept = after.get(&table).map_or(usize::MAX, Vec::len);
            assert!(kept >= lines.len(), "{name} lost rows of {table}");
        }
        run(&mut store, of_it).await;
        for (table, lines) in rows(&mut store, &[]).await {
            assert!(
                !lines.is_empty(),
                "add a row of {table} to src/store/tests/migrations/sqlite/{name}.sql"
            );
        }
    }
    store.close().await.unwrap();
    assert_is_read(&open(folder.path()).await).await;
}

/// Returns the rows of every table of a database, each as PostgreSQL writes it.
async fn postgres_rows(database: &mut PgConnection) -> BTreeMap<String, Vec<String>> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
         AND relname <> 'groupdesk_migrations'",
    )
    .fetch_all(&mut *database)
    .await
    .unwrap();
    let mut found = BTreeMap::new();
    for table in tables {
        let select = format!("SELECT t::text FROM {table} AS t ORDER BY 1");
        let lines = sqlx::query_scalar(sqlx::AssertSqlSafe(select));
        found.insert(table, lines.fetch_all(&mut *database).await.unwrap());
    }
    found
}

#[tokio::test]
async fn every_migration_of_postgresql_keeps_the_rows_that_it_meets() {
    let Some((_, url, address)) = home::database() else {
        return;
    };
    let mut store = PgConnection::connect(&url).await.unwrap();
    let names: Vec<&str> = POSTGRES_ROWS.iter().map(|(name, _)| *name).collect();
    assert_eq!(migrations::names(), names);
    for (name, of_it) in POSTGRES_ROWS {
        let before = postgres_rows(&mut store).await;
        migrations::run_to(&mut store, name).await.unwrap();
        let after = postgres_rows(&mut store).await;
        for (table, lines) in before {
            // A table that is gone on purpose is looked at by the migration's own test.
            let kept = after.get(&table).map_or(usize::MAX, Vec::len);
            assert!(kept >= lines.len(), "{name} lost rows of {table}");
        }
        sqlx::raw_sql(*of_it).execute(&mut store).await.unwrap();
        for (table, lines) in postgres_rows(&mut store).await {
            assert!(
                !lines.is_empty(),
                "add a row of {table} to src/store/tests/migrations/postgres/{name}.sql"
            );
        }
    }
    let before = postgres_rows(&mut store).await;
    let opened = PostgresStore::open(&address).await.unwrap();
    assert_is_read(&opened).await;
    opened.close().await;
    assert_eq!(postgres_rows(&mut store).await, before);
}
