//! Many rows in one statement: a statement costs a few microseconds and two changes of thread, a row almost nothing.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::sqlite::{SqliteArguments, SqliteArgumentsBuffer, SqliteQueryResult, SqliteRow, SqliteTypeInfo};
use sqlx::{Arguments, AssertSqlSafe, Encode, Executor, Sqlite, Type};
use std::fmt::Write;

/// Returns a statement's text, as it is given to the database. Every statement goes through here, so that a test can ask
/// for the plans of them all.
pub(super) fn sql<T: AsRef<str>>(text: T) -> T {
    #[cfg(test)]
    plans::note(text.as_ref());
    text
}

#[cfg(test)]
pub(in crate::store) mod plans {
    use parking_lot::Mutex;
    use std::collections::BTreeSet;

    static STATEMENTS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

    pub(super) fn note(statement: &str) {
        let mut statements = STATEMENTS.lock();
        statements.insert(statement.to_owned());
    }

    /// Returns every statement that was run until now.
    pub(in crate::store) fn all() -> BTreeSet<String> {
        STATEMENTS.lock().clone()
    }
}

/// Most rows that one statement takes.
const STATEMENT_MAX_ROWS: usize = 64;

/// A statement over some rows of values: `head`, then `VALUES (?, ..., ?), ...`, then `tail`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement {
    pub(super) head: &'static str,
    /// Values of one row.
    pub(super) values: usize,
    /// Number of values, the first ones, that make the key by which a later row replaces an earlier one; 0 where none does.
    #[expect(dead_code, reason = "SQLite takes several rows of one key by itself")]
    pub(super) key: usize,
    pub(super) tail: &'static str,
}

/// Result of a statement over some rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    /// Rows that were given.
    pub(super) rows: u64,
    /// Rows that were written.
    pub(super) affected: u64,
}

/// Text that is JSON.
#[derive(Debug, Clone)]
pub(super) struct Json(pub(super) String);

impl Type<Sqlite> for Json {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl<'q> Encode<'q, Sqlite> for Json {
    fn encode(self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<'q, Sqlite>>::encode(self.0, buffer)
    }

    fn encode_by_ref(&self, buffer: &mut SqliteArgumentsBuffer) -> Result<IsNull, BoxDynError> {
        <String as Encode<'q, Sqlite>>::encode_by_ref(&self.0, buffer)
    }
}

/// Result of binding the values of a row.
pub(super) type Bound = Result<(), BoxDynError>;

/// Values of a statement, in order.
#[derive(Default)]
pub(super) struct Values(SqliteArguments);

impl Values {
    pub(super) fn add<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(
        &mut self,
        value: T,
    ) -> Result<(), BoxDynError> {
        Arguments::add(&mut self.0, value)
    }
}

impl Statement {
    /// Runs the statement over all rows, some at a time; `bind` adds the values of one. Returns the result of each
    /// statement.
    pub(super) async fn execute<T>(
        &self,
        connection: &mut sqlx::SqliteConnection,
        rows: &[T],
        bind: impl Fn(&mut Values, &T) -> Result<(), BoxDynError>,
    ) -> sqlx::Result<Vec<Done>> {
        let done = |(rows, result): (usize, SqliteQueryResult)| Done {
            rows: rows as u64,
            affected: result.rows_affected(),
        };
        let results = self.run(connection, rows, bind).await?;
        Ok(results.into_iter().map(done).collect())
    }

    /// Inserts all rows, and returns their numbers in order. A statement numbers its rows upwards by one: nobody else can write while
    /// a transaction does.
    pub(super) async fn insert<T>(
        &self,
        connection: &mut sqlx::SqliteConnection,
        rows: &[T],
        bind: impl Fn(&mut Values, &T) -> Result<(), BoxDynError>,
    ) -> sqlx::Result<Vec<i64>> {
        let mut numbers = Vec::with_capacity(rows.len());
        for (rows, result) in self.run(connection, rows, bind).await? {
            let last = result.last_insert_rowid();
            let rows = i64::try_from(rows).unwrap_or(i64::MAX);
            numbers.extend((last.saturating_sub(rows)..last).map(|before| before + 1));
        }
        Ok(numbers)
    }

    async fn run<T>(
        &self,
        connection: &mut sqlx::SqliteConnection,
        rows: &[T],
        bind: impl Fn(&mut Values, &T) -> Result<(), BoxDynError>,
    ) -> sqlx::Result<Vec<(usize, SqliteQueryResult)>> {
        let mut results = Vec::new();
        for rows in parts(rows) {
            let values = self.values_of(rows, &bind).map_err(sqlx::Error::Encode)?;
            let query = sqlx::query_with(AssertSqlSafe(sql(self.sql(rows.len()))), values.0);
            results.push((rows.len(), connection.execute(query).await?));
        }
        Ok(results)
    }

    /// Does the same as [`Statement::execute`], for the rows that the statement returns.
    pub(super) async fn fetch<T>(
        &self,
        readers: &sqlx::SqlitePool,
        rows: &[T],
        bind: impl Fn(&mut Values, &T) -> Result<(), BoxDynError>,
        mut read: impl FnMut(&SqliteRow) -> sqlx::Result<()>,
    ) -> sqlx::Result<()> {
        let mut connection = readers.acquire().await?;
        for rows in parts(rows) {
            let values = self.values_of(rows, &bind).map_err(sqlx::Error::Encode)?;
            let query = sqlx::query_with(AssertSqlSafe(sql(self.sql(rows.len()))), values.0);
            for row in connection.fetch_all(query).await? {
                read(&row)?;
            }
        }
        Ok(())
    }

    fn sql(&self, rows: usize) -> String {
        let mut row = String::from("(?");
        for _ in 1..self.values {
            row.push_str(",?");
        }
        row.push(')');
        let mut sql = String::with_capacity(self.head.len() + self.tail.len() + 7 + rows * (row.len() + 1));
        sql.push_str(self.head);
        sql.push_str("VALUES ");
        for at in 0..rows {
            // Writing to a string can't fail.
            let _ = write!(sql, "{}{row}", if at == 0 { "" } else { "," });
        }
        sql.push_str(self.tail);
        sql
    }

    fn values_of<T>(
        &self,
        rows: &[T],
        bind: &impl Fn(&mut Values, &T) -> Result<(), BoxDynError>,
    ) -> Result<Values, BoxDynError> {
        let mut values = Values::default();
        values.0.reserve(rows.len() * self.values, 0);
        for row in rows {
            bind(&mut values, row)?;
        }
        Ok(values)
    }
}

/// Most rows for whose number a statement is prepared; of more rows, a multiple of [`STEP_ROWS`] goes first.
const EXACT_ROWS_MAX: usize = 16;
/// Rows whose multiples go first where there are more than [`EXACT_ROWS_MAX`].
const STEP_ROWS: usize = 8;

/// Splits rows into parts, mostly two of them, so that 22 prepared statements serve every number of rows.
fn parts<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let most = rows.len().min(STATEMENT_MAX_ROWS);
        if most == 0 {
            return None;
        }
        let size = if most <= EXACT_ROWS_MAX {
            most
        } else {
            most - most % STEP_ROWS
        };
        let (part, rest) = rows.split_at(size);
        rows = rest;
        Some(part)
    })
}
