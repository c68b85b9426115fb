//! Durations as groupdesk.yaml has them: `10m`, `3s`, `1h 30m`, `90d`.

use crate::yaml::in_both;
use jiff::SignedDuration;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;
use std::fmt;

/// Duration such as `10m`, `3s`, `1h 30m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span(pub(super) SignedDuration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time such as 3s, 10m or 1h 30m")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
                match days(text).map_or_else(|| text.parse::<SignedDuration>(), Ok) {
                    Ok(span) if !span.is_negative() && span <= SignedDuration::from_hours(24 * 365) => {
                        Ok(Span(span))
                    }
                    _ => Err(no_span(text)),
                }
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Span, E> {
                Err(no_span(&number.to_string()))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Span, E> {
                Err(no_span(&number.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Reads days, such as `90d`, which the library leaves to calendars.
fn days(text: &str) -> Option<SignedDuration> {
    let days: u32 = text.trim().strip_suffix('d')?.trim_end().parse().ok()?;
    Some(SignedDuration::from_hours(24 * i64::from(days)))
}

fn no_span<E: de::Error>(text: &str) -> E {
    E::custom(in_both(
        &format!("`{text}` is no length of time; expected something like 3s, 10m or 1h 30m"),
        &format!("「{text}」不是时间长度；请带上单位，例如 3s（秒）、10m（分钟）、1h 30m"),
    ))
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Span".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "A length of time such as 3s, 10m or 1h 30m.", "examples": ["3s", "10m"] })
    }
}
