//! No statement of the store reads a whole table that grows with the years.

use super::*;
use crate::store::sqlite::rows::plans;
use crate::ticket::{LineKind, Status, Watcher};
use sqlx::Row;

/// Steps of a plan that are allowed although they say "SCAN": values that were given, what is live at this moment
/// (partial indexes), the contents of a row, and tables that don't grow with the messages.
const ALLOWED: [&str; 23] = [
    "SCAN CONSTANT ROW",
    "SCAN sqlite_schema",
    "SCAN _sqlx_migrations",
    "SCAN k",
    "SCAN m",
    "SCAN decisions USING COVERING INDEX decisions_judgements",
    "SCAN miss_groups USING COVERING INDEX miss_groups_changed",
    "SCAN s",
    "SCAN w",
    "SCAN room",
    "SCAN words",
    "SCAN json_each",
    "SCAN (subquery",
    "SCAN answers",
    "SCAN found",
    "SCAN outbox USING INDEX outbox_queued",
    "SCAN channels USING INDEX channels_waking",
    "SCAN tickets USING INDEX tickets_not_closed",
    "SCAN quarantine",
    "SCAN api_keys",
    "SCAN dashboard_users",
    "SCAN faq_versions",
    "SCAN vectors USING COVERING INDEX",
];

/// Statements that look once whether a table has any row at all.
const ONE_ROW: [&str; 1] = ["SELECT EXISTS (SELECT 1 FROM inbox)"];

/// Calls everything that the store can do, so that all its statements are known.
async fn do_everything(folder: &Path) {
    let store = open(folder).await;
    let place = place("g1");
    let mut closed = ticket(1, "g1", "u1");
    closed.status = Status::Closed;
    closed.watchers.push(Watcher {
        member: "u2".into(),
        name: "小红".to_owned(),
        elsewhere: None,
        message: None,
        spoke: None,
        told_added: None,
    });
    let line = HistoryLine {
        ticket: 1,
        at: at(6),
        kind: LineKind::Member,
        who: "小明 (u1)".to_owned(),
        text: "装不上".to_owned(),
        said: Some((place.clone(), "m1".into())),
    };
    let mut about = reply("g1", "x", 1);
    about.about = Some(TicketReference {
        urgent: false,
        ticket: 1,
        report: Some(crate::ticket::RelaySource {
            room: place.clone(),
            message: "s1".into(),
        }),
    });
    let batch = Batch {
        inbox: vec![inbox("g1", "m1", 1)],
        channels: vec![state("g1", "{}", Some(1))],
        tickets: vec![closed, ticket(2, "g1", "u2")],
        ticket_lines: vec![line],
        outbox: vec![about, reply("g1", "y", 1)],
        memos: vec![memo("a", "b", "c")],
        settled: Vec::new(),
        quarantined: vec![aside("u1", "x")],
        decisions: decisions::of_all_kinds(),
    };
    let keys = store.commit(&batch).await.unwrap();
    store.settle(&[(keys[0], sent("p1"))]).await.unwrap();
    store.known(&[batch.inbox[0].key.clone()]).await.unwrap();
    store.channel_states(std::slice::from_ref(&place)).await.unwrap();
    store.waking().await.unwrap();
    store.due().await.unwrap();
    for id in ["p1", "m1"] {
        store.quoted(&place, &id.into()).await.unwrap();
        store.said_by_us(&place, &id.into()).await.unwrap();
    }
    store.is_call_told(keys[0], &place).await.unwrap();
    assert_eq!(store.relayed(&place, &"s1".into()).await.unwrap().len(), 1);
    store.next_ticket_number().await.unwrap();
    store.ticket(1).await.unwrap();
    store.ticket_lines(1).await.unwrap();
    let terms_of = |text: &str| text.chars().map(String::from).collect();
    store.index_tickets(&terms_of).await.unwrap();
    let found = TicketFilter {
        from: Some(at(0)),
        until: Some(at(1000)),
        terms: vec!["装".to_owned(), "不".to_owned()],
        ..TicketFilter::default()
    };
    assert_eq!(store.tickets(&found).await.unwrap().len(), 1);
    for status in [None, Some(Status::Open), Some(Status::Closed)] {
        for not_closed in [false, true] {
            for place in [None, Some(place.clone())] {
                let filter = TicketFilter {
                    place,
                    status,
                    not_closed: not_closed && status.is_none(),
                    limit: Some(10),
                    ..TicketFilter::default()
                };
                store.tickets(&filter).await.unwrap();
            }
        }
    }
    for filter in [
        TicketFilter {
            owner: Some("老王".to_owned()),
            limit: Some(10),
            ..TicketFilter::default()
        },
        TicketFilter {
            account: Some("qq".into()),
            member: Some("u1".into()),
            limit: Some(10),
            ..TicketFilter::default()
        },
    ] {
        store.tickets(&filter).await.unwrap();
    }
    let below = Some((at(9), 9));
    let filter = DecisionFilter {
        below,
        ..DecisionFilter::default()
    };
    store.decisions(&filter).await.unwrap();
    store.logged_questions(10).await.unwrap();
    store.decisions_on(&place, &"m1".into()).await.unwrap();
    store.decisions_on(&place, &"p1".into()).await.unwrap();
    store.decisions_named("m1").await.unwrap();
    store.decisions_of_ticket(1).await.unwrap();
    store.decision(1).await.unwrap();
    for answered in [true, false] {
        let filter = Unlabelled {
            answered,
            below,
            limit: 10,
        };
        store.unlabelled(&filter).await.unwrap();
    }
    store.judged_decisions(10).await.unwrap();
    store.judgements().await.unwrap();
    store.decision_counts(at(0), at(9)).await.unwrap();
    misses::everything(&store).await;
    store.memos("a").await.unwrap();
    store.memo("a", "b").await.unwrap();
    store.prune(&horizon(0, 0)).await.unwrap();
    store
        .forget(&Forget::Member("qq".into(), "u2".into()))
        .await
        .unwrap();
    store.forget(&Forget::Before(at(100))).await.unwrap();
    store.queued_replies().await.unwrap();
    store.refused_replies(10).await.unwrap();
    store.quarantine(10).await.unwrap();
    store.quarantine_count().await.unwrap();
    store.retry_quarantined(1, &batch.inbox[0].key).await.unwrap();
    store.forget_quarantined(Some(1)).await.unwrap();
    store.forget_quarantined(None).await.unwrap();
    let vectors = [([1; 32], vec![1.0])];
    store.keep_vectors("m", &vectors).await.unwrap();
    store.vectors("m", &[[1; 32]]).await.unwrap();
    store.forget_vectors_but("m", &HashSet::new()).await.unwrap();
    for content in 0..502_u32 {
        let change = versions::change(1);
        let content = content.to_le_bytes();
        let version = versions::version_of(&content);
        store.keep_faq(&version, &content, &change).await.unwrap();
    }
    store.faq_versions(10).await.unwrap();
    store.faq_content("x").await.unwrap();
    websites::everything(&store).await;
    store.check().await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_that_grows() {
    let folder = tempfile::tempdir().unwrap();
    do_everything(folder.path()).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("desk.db"));
    let mut database = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let statements = plans::all();
    assert!(statements.len() > 50, "{statements:#?}");
    let mut scans = Vec::new();
    for statement in statements {
        let plain = ["PRAGMA", "BEGIN", "ROLLBACK"];
        if ONE_ROW.contains(&statement.as_str()) || plain.iter().any(|word| statement.starts_with(word)) {
            continue;
        }
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        for row in sqlx::query(explain).fetch_all(&mut database).await.unwrap() {
            let detail: String = row.get("detail");
            let allowed = ALLOWED.iter().any(|allowed| {
                detail
                    .strip_prefix(allowed)
                    .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            });
            let given = detail.ends_with("-ROW VALUES CLAUSE") || detail.ends_with("CONSTANT ROWS");
            if (detail.starts_with("SCAN") && !allowed && !given) || detail.contains("AUTOMATIC") {
                scans.push(format!("{detail}: {statement}"));
            }
        }
    }
    assert!(scans.is_empty(), "{scans:#?}");
}
