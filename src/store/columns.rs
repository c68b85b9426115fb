//! Columns of a table that a statement writes: one list from which their names, their number and the order of their values follow.

/// Declares a statement that inserts rows, and the function that binds the values of one: a column and its value stand side by side.
macro_rules! insert {
    (
        $statement:ident into $table:literal, bound by $bind:ident;
        key: $key:literal, tail: $tail:literal;
        row = $row:pat, $of:ty {
            $first:ident: $first_value:expr
            $(, $column:ident: $value:expr)* $(,)?
        }
    ) => {
        const $statement: Statement = Statement {
            head: concat!(
                "INSERT INTO ", $table, " (", stringify!($first) $(, ", ", stringify!($column))*, ") "
            ),
            values: [stringify!($first) $(, stringify!($column))*].len(),
            key: $key,
            tail: $tail,
        };

        fn $bind(values: &mut Values, $row: $of) -> Bound {
            values.add($first_value)?;
            $(values.add($value)?;)*
            Ok(())
        }
    };
}

pub(super) use insert;
