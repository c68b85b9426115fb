//! Copies a store of SQLite into a database: table by table, in steps that are each one transaction, so that a copy that broke off goes
//! on where it was, unless the file was used meanwhile. At the end both sides are counted and compared.

use super::copy_checks::Fault;
use super::dialect::quoted;
use super::engine::query_text;
use super::rows::unnested;
use super::values::{Cells as _, Held, Value as _};
use super::{PostgresStore, copy_checks};
use crate::store::sqlite::COPY_MARK;
use crate::store::{Batch, Lease, Memo, Result, SqliteStore, Store as _, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteRow};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Row as _, SqliteConnection};
use std::path::Path;
use std::time::Duration;

/// Rows of one step.
const STEP_ROWS: i64 = 1_000;

/// Owner and key of the memo that stands in a database until a copy into it is whole.
const COPYING: (&str, &str) = (super::OWNER, "copying");

/// Returns the condition that finds that memo, and the mark that file and database bear meanwhile.
fn copying() -> String {
    let own = [COPYING, COPY_MARK]
        .map(|(owner, key)| format!("(owner = {} AND key = {})", quoted(owner), quoted(key)));
    own.join(" OR ")
}

/// Returns a table with the condition of the rows that are counted: without the notes of the copy itself.
fn counted(table: &str) -> String {
    match table {
        "memos" => format!("memos WHERE NOT ({})", copying()),
        table => table.to_owned(),
    }
}

/// Kind of a column.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Number,
    Real,
    Truth,
    Text,
    Json,
    Bytes,
}

/// A table that is copied. Terms of tickets are not: they are made anew when somebody searches.
struct Table {
    name: &'static str,
    /// Names of the columns; behind a colon the kind of those that are no texts.
    columns: &'static str,
    /// Number by which its rows are in order; `None` for tables that are copied from the beginning each time.
    key: Option<&'static str>,
    /// `true` if the numbers go on where SQLite's ended, whatever was deleted.
    numbered: bool,
}

const fn table(
    name: &'static str,
    columns: &'static str,
    key: Option<&'static str>,
    numbered: bool,
) -> Table {
    Table {
        name,
        columns,
        key,
        numbered,
    }
}

/// The tables, in the order in which they are copied: a row comes after those that its triggers name.
const TABLES: [Table; 21] = [
    table(
        "seen",
        "id:n,message,channel,account,fingerprint:n,at:n,received:n",
        Some("id"),
        true,
    ),
    table(
        "quarantine",
        "id:n,at:n,account,channel,member,message,kind,reason,payload",
        Some("id"),
        true,
    ),
    table(
        "channels",
        "channel,account,state,wake_at:n,touched:n",
        None,
        false,
    ),
    table(
        "tickets",
        "number:n,account,channel,member,status,opened:n,data:j",
        Some("number"),
        false,
    ),
    table(
        "ticket_lines",
        "id:n,ticket:n,at:n,kind,who,text,account,channel,message",
        Some("id"),
        true,
    ),
    table(
        "outbox",
        "id:n,account,channel,state:n,attempts:n,decided:n,not_before:n,settled_at:n,answers,message,reason,reply:j,about:j,caller:j",
        Some("id"),
        true,
    ),
    table("memos", "owner,key,value", None, false),
    table("vectors", "id:n,model,key:b,vector:b", Some("id"), true),
    table("faq_contents", "version,content:b", None, false),
    table(
        "faq_versions",
        "id:n,version,at:n,source,author,note,bytes:n",
        Some("id"),
        true,
    ),
    table(
        "decisions",
        "id:n,at:n,account,channel,member,message,called:y,question:y,act,decision,rule,entry,confidence:n,needed:n,best,ticket:n,\
         faq_version,language,shadow:y,text,joined,outcome:n,outcome_at:n,outcome_by,label:n,labelled_at:n,labelled_by,aside:n",
        Some("id"),
        true,
    ),
    table(
        "decision_counts",
        "hour:n,account,channel,rule,messages:n",
        None,
        false,
    ),
    table(
        "miss_groups",
        "id:n,state,rank:r,sum:r,messages:n,members:n,first_at:n,last_at:n,merged:n,mean:b,settled_at:n,settled_by,changed:n",
        Some("id"),
        true,
    ),
    table(
        "misses",
        "decision:n,grp:n,at:n,account,member,weight:n",
        Some("decision"),
        false,
    ),
    table("miss_queue", "decision:n", Some("decision"), false),
    table("staff_answers", "decision:n,at:n,account,staff,text", None, false),
    table("dashboard_users", "name,data", None, false),
    table(
        "dashboard_sessions",
        "token:b,user,created:n,seen:n,agent",
        None,
        false,
    ),
    table("dashboard_drafts", "ticket:n,user,text", None, false),
    table("dashboard_audit", "id:n,at:n,who,action,detail", Some("id"), true),
    table(
        "web_messages",
        "position:n,account,visitor,id,at:n,content",
        Some("position"),
        true,
    ),
];

/// Keys of websites' programs have a hash for a key, and are few.
const KEYS: Table = table(
    "api_keys",
    "hash:b,account,name,creator,created:n,used:n,ended:n",
    None,
    false,
);

/// Rows of a table on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedTable {
    /// Name.
    pub name: &'static str,
    /// Rows in the file.
    pub source: u64,
    /// Rows in the database.
    pub target: u64,
}

impl Table {
    fn columns(&self) -> impl Iterator<Item = (&'static str, Kind)> {
        self.columns
            .split(',')
            .map(|column| match column.split_once(':') {
                Some((name, "n")) => (name, Kind::Number),
                Some((name, "r")) => (name, Kind::Real),
                Some((name, "y")) => (name, Kind::Truth),
                Some((name, "j")) => (name, Kind::Json),
                Some((name, _)) => (name, Kind::Bytes),
                None => (column, Kind::Text),
            })
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.columns().map(|(name, _)| format!("\"{name}\"")).collect();
        names.join(", ")
    }
}

/// Copies the store in the file at `path`, with which nobody may serve meanwhile, into `target`. `told` learns of each table.
///
/// # Errors
/// [`StoreError::Taken`] where a program serves with the file, [`StoreError::Copy`] where the database has another store already, or
/// fewer rows at the end, [`StoreError::Outdated`] where the file was used since a copy that broke off; else the error of either side.
/// What is copied stays, and the next call goes on.
pub async fn copy(
    path: &Path,
    target: &PostgresStore,
    mut told: impl FnMut(&CopiedTable),
) -> Result<Vec<CopiedTable>> {
    let lease = Lease::take(path, Duration::ZERO).await?;
    // Brings it to this version's form.
    let file = SqliteStore::open(path).await?;
    let begun = begin(&file, path, target).await;
    file.close().await;
    begun?;
    let reading = |error: sqlx::Error| StoreError::Copy {
        path: path.to_owned(),
        why: error.to_string(),
        help: "look at the file and its disk; what is copied stays",
    };
    let failed = |fault| match fault {
        Fault::Source(error) => reading(error),
        Fault::Target(error) => error,
    };
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut source = options.connect().await.map_err(reading)?;
    let mut copied = Vec::new();
    for table in TABLES.iter().chain([&KEYS]) {
        let of_table = async {
            copy_table(&mut source, table, target).await?;
            let rows = format!("SELECT count(*) FROM {}", counted(table.name));
            let source: i64 = sqlx::query_scalar(AssertSqlSafe(rows))
                .fetch_one(&mut source)
                .await
                .map_err(Fault::Source)?;
            Ok::<u64, Fault>(source.unsigned_abs())
        };
        let rows = of_table.await.map_err(failed)?;
        let of_table = CopiedTable {
            name: table.name,
            source: rows,
            target: target.rows_of(table.name).await?,
        };
        told(&of_table);
        copied.push(of_table);
    }
    let same = copy_checks::same(&mut source, target).await;
    let _ = source.close().await;
    drop(lease);
    if let Some(table) = copied.iter().find(|table| table.source != table.target) {
        return Err(StoreError::Copy {
            path: target.opening.name.clone().into(),
            why: format!(
                "{} has {} rows, and {} in the file",
                table.name, table.target, table.source
            ),
            help: "empty the database, and copy anew",
        });
    }
    let same = same.map_err(failed)?;
    if !same {
        return Err(target.outdated(path));
    }
    target.finish_copying().await?;
    Ok(copied)
}

/// Begins a copy, or goes on with one that broke off. File and database bear the same mark from then on, which the file loses when
/// something else is written into it.
async fn begin(file: &SqliteStore, path: &Path, target: &PostgresStore) -> Result<()> {
    let source = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let source = source.to_string_lossy();
    let begun = target.memo(COPYING.0, COPYING.1).await?;
    let has_another = match &begun {
        Some(begun) => *begun != source,
        None => target.holds_anything().await?,
    };
    if has_another {
        return Err(StoreError::Copy {
            path: target.opening.name.clone().into(),
            why: "this database has a store of its own already".to_owned(),
            help: "name an empty database",
        });
    }
    let (owner, key) = COPY_MARK;
    if begun.is_some() {
        let mark = file.memo(owner, key).await?;
        return if mark.is_some() && mark == target.memo(owner, key).await? {
            Ok(())
        } else {
            Err(target.outdated(path))
        };
    }
    let mark = file.copy_mark().await?.unwrap_or_default();
    target.note_copying(&source, &mark).await
}

async fn copy_table(
    source: &mut SqliteConnection,
    table: &Table,
    target: &PostgresStore,
) -> std::result::Result<(), Fault> {
    let names = table.names();
    let mut from = match table.key {
        Some(key) => target.highest_of(table.name, key).await?,
        None => 0,
    };
    loop {
        let text = match table.key {
            Some(key) => format!(
                "SELECT {names} FROM {} WHERE {key} > ?1 ORDER BY {key} LIMIT ?2",
                table.name
            ),
            None => format!(
                "SELECT {names} FROM {} ORDER BY 1, 2 LIMIT ?2 OFFSET ?1",
                table.name
            ),
        };
        let rows = sqlx::query(AssertSqlSafe(text))
            .bind(from)
            .bind(STEP_ROWS)
            .fetch_all(&mut *source)
            .await
            .map_err(Fault::Source)?;
        let read: sqlx::Result<Vec<Vec<Held>>> = rows.iter().map(|row| held(row, table)).collect();
        let read = read.map_err(Fault::Source)?;
        let Some(last) = rows.last() else { break };
        from = match table.key {
            Some(key) => last.try_get(key).map_err(Fault::Source)?,
            None => from + i64::try_from(rows.len()).unwrap_or(STEP_ROWS),
        };
        target
            .keep_rows(&format!("INSERT INTO {} ({names}) ", table.name), read)
            .await?;
    }
    if let (Some(key), true) = (table.key, table.numbered) {
        let given =
            sqlx::query_scalar::<_, i64>("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?");
        let given = given
            .bind(table.name)
            .fetch_one(source)
            .await
            .map_err(Fault::Source)?;
        target.go_on_numbering(table.name, key, given).await?;
    }
    Ok(())
}

fn held(row: &SqliteRow, table: &Table) -> sqlx::Result<Vec<Held>> {
    table
        .columns()
        .map(|(name, kind)| {
            Ok(match kind {
                Kind::Number => row.try_get::<Option<i64>, _>(name)?.held(),
                Kind::Real => row.try_get::<Option<f64>, _>(name)?.held(),
                Kind::Truth => row.try_get::<Option<bool>, _>(name)?.held(),
                Kind::Text => row.try_get::<Option<String>, _>(name)?.held(),
                Kind::Json => row
                    .try_get::<Option<String>, _>(name)?
                    .map(super::rows::Json)
                    .held(),
                Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(name)?.held(),
            })
        })
        .collect()
}

impl PostgresStore {
    /// Fails if a copy into this database was begun and is not whole.
    ///
    /// # Errors
    /// [`StoreError::Open`] then.
    pub async fn whole(&self) -> Result<()> {
        match self.memo(COPYING.0, COPYING.1).await? {
            None => Ok(()),
            Some(source) => Err(StoreError::Open {
                path: self.opening.name.clone().into(),
                why: format!("a copy of {source} into it was begun, and is not whole"),
                help: "run `groupdesk store copy` once more: it goes on where it was",
            }),
        }
    }

    async fn holds_anything(&self) -> Result<bool> {
        let any = query_text(
            "SELECT EXISTS (SELECT 1 FROM seen) OR EXISTS (SELECT 1 FROM tickets) OR EXISTS (SELECT 1 FROM decisions) \
             OR EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM memos)"
                .to_owned(),
        );
        let any = any.fetch_one(&self.readers()).await;
        self.read(any.and_then(|row| row.try_get(0)))
    }

    fn outdated(&self, path: &Path) -> StoreError {
        StoreError::Outdated {
            path: path.to_owned(),
            target: self.opening.name.clone().into(),
        }
    }

    async fn rows_of(&self, table: &'static str) -> Result<u64> {
        let count = query_text(format!("SELECT count(*) FROM {}", counted(table)))
            .fetch_one(&self.readers())
            .await;
        self.read(count.and_then(|row| row.try_get::<i64, _>(0)))
            .map(i64::unsigned_abs)
    }

    async fn highest_of(&self, table: &'static str, key: &'static str) -> Result<i64> {
        // The queue is what triggers made of it so far: it is copied whole, at the end.
        if table == "miss_queue" {
            let mut writer = self.writer().await?;
            let cleared = query_text("DELETE FROM miss_queue".to_owned())
                .execute(writer.connection()?)
                .await;
            writer.finish(cleared.map(drop).map_err(Into::into)).await?;
        }
        let highest = query_text(format!("SELECT coalesce(max({key}), {}) FROM {table}", i64::MIN));
        let highest = highest.fetch_one(&self.readers()).await;
        self.read(highest.and_then(|row| row.try_get(0)))
    }

    async fn keep_rows(&self, head: &str, rows: Vec<Vec<Held>>) -> Result<()> {
        let mut writer = self.writer().await?;
        let kept = match unnested(head, rows, " ON CONFLICT DO NOTHING") {
            Ok(kept) => kept.execute(writer.connection()?).await,
            Err(error) => Err(error),
        };
        writer.finish(kept.map(drop).map_err(Into::into)).await
    }

    /// Lets the numbers of a table go on behind the highest that was given.
    async fn go_on_numbering(&self, table: &'static str, key: &'static str, given: i64) -> Result<()> {
        let text = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', '{key}'), greatest((SELECT max({key}) FROM {table}), {given}, 1), \
             greatest((SELECT max({key}) FROM {table}), {given}) >= 1)"
        );
        let mut writer = self.writer().await?;
        let set = query_text(text).execute(writer.connection()?).await;
        writer.finish(set.map(drop).map_err(Into::into)).await
    }

    async fn note_copying(&self, source: &str, mark: &str) -> Result<()> {
        let memo = |(owner, key): (&str, &str), value: &str| Memo {
            owner: owner.to_owned(),
            key: key.to_owned(),
            value: value.to_owned(),
        };
        let batch = Batch {
            memos: vec![memo(COPYING, source), memo(COPY_MARK, mark)],
            ..Batch::default()
        };
        self.commit(&batch).await.map(drop)
    }

    async fn finish_copying(&self) -> Result<()> {
        let mut writer = self.writer().await?;
        let done = query_text(format!("DELETE FROM memos WHERE {}", copying()))
            .execute(writer.connection()?)
            .await;
        writer.finish(done.map(drop).map_err(Into::into)).await
    }
}
