//! Values as PostgreSQL has them. It keeps no NUL in a text, and people's texts and ids may have one: it is written as a sign that no
//! text has, and read back.

use serde_json::Value as JsonValue;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Arguments as _, ColumnIndex, Row as _, TypeInfo as _, ValueRef as _};
use std::borrow::Cow;

/// Sign that begins a written NUL, or a written sign. It is no character of any language.
const SIGN: char = '\u{10FFFF}';

/// NUL and the sign behind a sign.
const NUL_CODE: char = '0';
const SIGN_CODE: char = '1';

/// Text that is JSON.
#[derive(Debug, Clone)]
pub(super) struct Json(pub(super) String);

/// Value of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Held {
    Number(Option<i64>),
    Real(Option<f64>),
    Truth(Option<bool>),
    Text(Option<String>),
    Json(Option<String>),
    Bytes(Option<Vec<u8>>),
}

impl Held {
    /// Adds the value to those of a statement.
    pub(super) fn add_to(self, arguments: &mut PgArguments) -> Result<(), BoxDynError> {
        match self {
            Self::Number(value) => arguments.add(value),
            Self::Real(value) => arguments.add(value),
            Self::Truth(value) => arguments.add(value),
            Self::Text(value) => arguments.add(value),
            Self::Json(value) => arguments.add(value.map(AsJson)),
            Self::Bytes(value) => arguments.add(value),
        }
    }
}

/// JSON of the database, written as its text.
struct AsJson(String);

impl sqlx::Type<sqlx::Postgres> for AsJson {
    fn type_info() -> sqlx::postgres::PgTypeInfo {
        sqlx::postgres::PgTypeInfo::with_oid(sqlx::postgres::types::Oid(114))
    }
}

impl sqlx::Encode<'_, sqlx::Postgres> for AsJson {
    fn encode_by_ref(
        &self,
        buffer: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, BoxDynError> {
        <String as sqlx::Encode<'_, sqlx::Postgres>>::encode_by_ref(&self.0, buffer)
    }
}

/// Type that can be a value of a statement.
pub(super) trait Value {
    fn held(self) -> Held;
}

/// Makes values of types that one of the kinds holds, and of what may be missing of them.
macro_rules! value {
    ($($type:ty => $kind:ident, $with:expr;)*) => {$(
        impl Value for $type {
            fn held(self) -> Held {
                Held::$kind(Some($with(self)))
            }
        }

        impl Value for Option<$type> {
            fn held(self) -> Held {
                Held::$kind(self.map($with))
            }
        }
    )*};
}

value! {
    i64 => Number, |value: i64| value;
    &i64 => Number, |value: &i64| *value;
    u32 => Number, i64::from;
    u8 => Number, i64::from;
    &u8 => Number, |value: &u8| i64::from(*value);
    f64 => Real, |value: f64| value;
    bool => Truth, |value: bool| value;
    &str => Text, |value: &str| written(value).into_owned();
    String => Text, |value: String| written(&value).into_owned();
    &String => Text, |value: &String| written(value).into_owned();
    Json => Json, |value: Json| written_json(value.0);
    &[u8] => Bytes, <[u8]>::to_vec;
    Vec<u8> => Bytes, |value: Vec<u8>| value;
}

/// Type that can be read from a row.
pub(super) trait Cell: Sized {
    /// Reads the value; `None` where it is NULL.
    fn read<I: ColumnIndex<PgRow>>(row: &PgRow, index: I) -> sqlx::Result<Option<Self>>;
}

/// Type that can be read from a row, also where it may be missing.
pub(super) trait Cells {
    /// Reads the value of a column.
    fn try_get<T: OptionalCell, I: ColumnIndex<PgRow> + Copy>(&self, index: I) -> sqlx::Result<T>;
}

/// A value, or one that may be missing.
pub(super) trait OptionalCell: Sized {
    fn cell<I: ColumnIndex<PgRow> + Copy>(row: &PgRow, index: I) -> sqlx::Result<Self>;
}

/// Row of an answer.
#[derive(Debug)]
pub(super) struct Row(pub(super) PgRow);

impl Cells for Row {
    fn try_get<T: OptionalCell, I: ColumnIndex<PgRow> + Copy>(&self, index: I) -> sqlx::Result<T> {
        T::cell(&self.0, index)
    }
}

fn missing() -> sqlx::Error {
    sqlx::Error::Decode("a value is missing".into())
}

macro_rules! cell {
    ($($type:ty),*) => {$(
        impl OptionalCell for $type {
            fn cell<I: ColumnIndex<PgRow> + Copy>(row: &PgRow, index: I) -> sqlx::Result<Self> {
                <$type as Cell>::read(row, index)?.ok_or_else(missing)
            }
        }

        impl OptionalCell for Option<$type> {
            fn cell<I: ColumnIndex<PgRow> + Copy>(row: &PgRow, index: I) -> sqlx::Result<Self> {
                <$type as Cell>::read(row, index)
            }
        }
    )*};
}

cell!(i64, u32, u8, f64, bool, String, Vec<u8>);

impl Cell for i64 {
    fn read<I: ColumnIndex<PgRow>>(row: &PgRow, index: I) -> sqlx::Result<Option<Self>> {
        let index = index.index(row)?;
        // A number that stands in the statement is short.
        let short = row.try_get_raw(index)?.type_info().name() == "INT4";
        if short {
            Ok(row.try_get::<Option<i32>, _>(index)?.map(i64::from))
        } else {
            row.try_get(index)
        }
    }
}

macro_rules! narrow {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            fn read<I: ColumnIndex<PgRow>>(row: &PgRow, index: I) -> sqlx::Result<Option<Self>> {
                <i64 as Cell>::read(row, index)?
                    .map(|value| Self::try_from(value).map_err(|error| sqlx::Error::Decode(error.into())))
                    .transpose()
            }
        }
    )*};
}

narrow!(u32, u8);

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            fn read<I: ColumnIndex<PgRow>>(row: &PgRow, index: I) -> sqlx::Result<Option<Self>> {
                row.try_get(index)
            }
        }
    )*};
}

plain!(f64, bool, Vec<u8>);

impl Cell for String {
    fn read<I: ColumnIndex<PgRow>>(row: &PgRow, index: I) -> sqlx::Result<Option<Self>> {
        let index = index.index(row)?;
        let is_json = row.try_get_raw(index)?.type_info().name() == "JSON";
        let text: Option<Self> = row.try_get_unchecked(index)?;
        Ok(text.map(|text| if is_json { read_json(text) } else { read(text) }))
    }
}

/// Returns a text as it is written.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', SIGN]) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 4);
    for c in text.chars() {
        match c {
            '\0' => written.extend([SIGN, NUL_CODE]),
            SIGN => written.extend([SIGN, SIGN_CODE]),
            c => written.push(c),
        }
    }
    Cow::Owned(written)
}

/// Returns a text that was written.
pub(super) fn read(text: String) -> String {
    if text.contains(SIGN) {
        decoded(&text, "\0")
    } else {
        text
    }
}

fn decoded(text: &str, nul: &str) -> String {
    let mut read = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            SIGN => match rest.next() {
                Some(NUL_CODE) => read.push_str(nul),
                _ => read.push(SIGN),
            },
            c => read.push(c),
        }
    }
    read
}

/// Returns JSON as it is written.
fn written_json(text: String) -> String {
    if !text.contains(SIGN) && !text.contains("\\u0000") {
        return text;
    }
    match serde_json::from_str(&text) {
        Ok(value) => in_strings(value).to_string(),
        // It is ours, and can be read.
        Err(_) => text,
    }
}

fn in_strings(value: JsonValue) -> JsonValue {
    match value {
        JsonValue::String(text) => JsonValue::String(written(&text).into_owned()),
        JsonValue::Array(values) => values.into_iter().map(in_strings).collect(),
        JsonValue::Object(fields) => fields
            .into_iter()
            .map(|(key, value)| (written(&key).into_owned(), in_strings(value)))
            .collect(),
        other => other,
    }
}

/// Returns JSON that was written.
fn read_json(text: String) -> String {
    if text.contains(SIGN) {
        decoded(&text, "\\u0000")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_any_character_comes_back_and_none_is_written_with_a_nul() {
        for text in [
            "",
            "工单",
            "a\0b",
            "\0",
            "\u{10FFFF}",
            "\u{10FFFF}0",
            "\0\u{10FFFF}\0",
        ] {
            let kept = written(text).into_owned();
            assert!(!kept.contains('\0'));
            assert_eq!(read(kept), text);
            let json = serde_json::json!({ "a": [text, 1], text: null }).to_string();
            let kept = written_json(json.clone());
            assert!(!kept.contains("\\u0000"));
            let (before, after): (JsonValue, JsonValue) = (
                serde_json::from_str(&json).unwrap(),
                serde_json::from_str(&read_json(kept)).unwrap(),
            );
            assert_eq!(before, after);
        }
    }
}
