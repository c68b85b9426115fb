//! Many rows in one statement: each column goes as one array.

use super::dialect::sql;
use super::engine::{Connection, One, Readers, Row};
use super::values::{Cells as _, Held, Value};
use sqlx::Arguments as _;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use std::collections::HashSet;
use std::fmt::Write;

pub(super) use super::values::Json;

/// A statement over some rows of values: `head`, then `SELECT * FROM unnest(...)`, then `tail`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Statement {
    pub(super) head: &'static str,
    /// Values of one row.
    pub(super) values: usize,
    /// Number of values, the first ones, that make the key by which a later row replaces an earlier one; 0 where none does.
    pub(super) key: usize,
    pub(super) tail: &'static str,
}

/// Result of a statement over some rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Done {
    /// Rows that were given, without those that a later one replaces.
    pub(super) rows: u64,
    /// Rows that were written.
    pub(super) affected: u64,
}

/// Result of binding the values of a row.
pub(super) type Bound = Result<(), BoxDynError>;

/// Most rows that one statement takes.
const STATEMENT_MAX_ROWS: usize = 16_384;

/// Values of some rows, in order.
#[derive(Default)]
pub(super) struct Values(Vec<Held>);

impl Values {
    #[expect(clippy::unnecessary_wraps, reason = "the other database can refuse a value")]
    pub(super) fn add(&mut self, value: impl Value) -> Bound {
        self.0.push(value.held());
        Ok(())
    }
}

impl Statement {
    /// Runs the statement over all rows, many at a time; `bind` adds the values of one.
    pub(super) async fn execute<T>(
        &self,
        connection: &mut Connection,
        rows: &[T],
        bind: impl Fn(&mut Values, &T) -> Bound,
    ) -> sqlx::Result<Vec<Done>> {
        let mut done = Vec::new();
        for rows in rows.chunks(STATEMENT_MAX_ROWS) {
            let rows = self.held(rows, &bind)?;
            let given = rows.len();
            let affected = self.over(rows, "")?.execute(&mut *connection).await?;
            done.push(Done {
                rows: given as u64,
                affected: affected.rows_affected(),
            });
        }
        Ok(done)
    }

    /// Inserts all rows, and returns their numbers in order: rows are numbered upwards as they are given.
    pub(super) async fn insert<T>(
        &self,
        connection: &mut Connection,
        rows: &[T],
        bind: impl Fn(&mut Values, &T) -> Bound,
    ) -> sqlx::Result<Vec<i64>> {
        let mut numbers = Vec::with_capacity(rows.len());
        for rows in rows.chunks(STATEMENT_MAX_ROWS) {
            let rows = self.held(rows, &bind)?;
            let inserted = self
                .over(rows, " RETURNING id")?
                .fetch_all(&mut *connection)
                .await?;
            for row in &inserted {
                numbers.push(row.try_get(0)?);
            }
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// Does the same as [`Statement::execute`], for the rows that the statement returns.
    pub(super) async fn fetch<T>(
        &self,
        readers: &Readers,
        rows: &[T],
        bind: impl Fn(&mut Values, &T) -> Bound,
        mut read: impl FnMut(&Row) -> sqlx::Result<()>,
    ) -> sqlx::Result<()> {
        for rows in rows.chunks(STATEMENT_MAX_ROWS) {
            let rows = self.held(rows, &bind)?;
            for row in self.over(rows, "")?.fetch_all(readers).await? {
                read(&row)?;
            }
        }
        Ok(())
    }

    /// Returns the values of each row; of several of one key the last row.
    fn held<T>(&self, rows: &[T], bind: &impl Fn(&mut Values, &T) -> Bound) -> sqlx::Result<Vec<Vec<Held>>> {
        let mut held = Vec::with_capacity(rows.len());
        for row in rows {
            let mut values = Values(Vec::with_capacity(self.values));
            bind(&mut values, row).map_err(sqlx::Error::Encode)?;
            held.push(values.0);
        }
        if self.key > 0 && held.len() > 1 {
            held = last_of_each(held, self.key);
        }
        Ok(held)
    }

    /// Makes the statement over these rows.
    fn over(&self, rows: Vec<Vec<Held>>, tail: &str) -> sqlx::Result<One<'static>> {
        unnested(sql(self.head), rows, &format!("{}{tail}", sql(self.tail)))
    }
}

/// Makes a statement of `head`, a table of these rows, and `tail`.
pub(super) fn unnested(head: &str, rows: Vec<Vec<Held>>, tail: &str) -> sqlx::Result<One<'static>> {
    let mut columns: Vec<Column> = Vec::new();
    for row in rows {
        for (at, value) in row.into_iter().enumerate() {
            match columns.get_mut(at) {
                Some(column) => column.push(value).map_err(sqlx::Error::Encode)?,
                None => columns.push(Column::of(value)),
            }
        }
    }
    let mut text = head.to_owned();
    text.push_str("SELECT * FROM unnest(");
    let mut arguments = PgArguments::default();
    for (at, column) in columns.into_iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        // Writing to a string can't fail.
        let _ = write!(text, "{comma}${}::{}", at + 1, column.kind());
        column.add_to(&mut arguments).map_err(sqlx::Error::Encode)?;
    }
    text.push(')');
    text.push_str(tail);
    Ok(One::whole(text, arguments))
}

/// Returns the last row of each key, in order. A row whose key has a part that is missing is one of its own.
fn last_of_each(rows: Vec<Vec<Held>>, key: usize) -> Vec<Vec<Held>> {
    let mut seen: HashSet<String> = HashSet::with_capacity(rows.len());
    let mut kept: Vec<Vec<Held>> = Vec::with_capacity(rows.len());
    for row in rows.into_iter().rev() {
        let parts = row.get(..key).unwrap_or_default();
        let whole = !parts.contains(&Held::Text(None));
        if !whole || seen.insert(format!("{parts:?}")) {
            kept.push(row);
        }
    }
    kept.reverse();
    kept
}

/// Values of one column.
enum Column {
    Numbers(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Truths(Vec<Option<bool>>),
    Texts(Vec<Option<String>>),
    Jsons(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Column {
    fn of(value: Held) -> Self {
        match value {
            Held::Number(value) => Self::Numbers(vec![value]),
            Held::Real(value) => Self::Reals(vec![value]),
            Held::Truth(value) => Self::Truths(vec![value]),
            Held::Text(value) => Self::Texts(vec![value]),
            Held::Json(value) => Self::Jsons(vec![value]),
            Held::Bytes(value) => Self::Bytes(vec![value]),
        }
    }

    fn push(&mut self, value: Held) -> Result<(), BoxDynError> {
        match (self, value) {
            (Self::Numbers(column), Held::Number(value)) => column.push(value),
            (Self::Reals(column), Held::Real(value)) => column.push(value),
            (Self::Truths(column), Held::Truth(value)) => column.push(value),
            (Self::Texts(column), Held::Text(value)) => column.push(value),
            (Self::Jsons(column), Held::Json(value)) => column.push(value),
            (Self::Bytes(column), Held::Bytes(value)) => column.push(value),
            _ => return Err("a column has values of two kinds".into()),
        }
        Ok(())
    }

    /// Returns the type as the statement names it. JSON goes as text.
    fn kind(&self) -> &'static str {
        match self {
            Self::Numbers(_) => "bigint[]",
            Self::Reals(_) => "float8[]",
            Self::Truths(_) => "boolean[]",
            Self::Texts(_) => "text[]",
            Self::Jsons(_) => "text[]::json[]",
            Self::Bytes(_) => "bytea[]",
        }
    }

    fn add_to(self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Numbers(values) => arguments.add(values),
            Self::Reals(values) => arguments.add(values),
            Self::Truths(values) => arguments.add(values),
            Self::Texts(values) | Self::Jsons(values) => arguments.add(values),
            Self::Bytes(values) => arguments.add(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_rows_with_one_key_the_last_is_written_and_rows_without_one_all_are() {
        let row = |key: Option<&str>, value: i64| vec![key.held(), value.held()];
        let rows = vec![row(Some("a"), 1), row(None, 2), row(Some("a"), 3), row(None, 4)];
        let kept = last_of_each(rows, 1);
        assert_eq!(kept, [row(None, 2), row(Some("a"), 3), row(None, 4)]);
    }
}
