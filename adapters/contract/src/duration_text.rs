//! A length of time in the configuration.

use crate::in_both;
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// A length of time, written as `90s`, `1m 30s` or `500ms`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub struct Span(pub Duration);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            in_both(
                "this is not a length of time: write something like 90s, 1m 30s or 500ms",
                "这不是时间长度；请带上单位，例如 90s、1m 30s、500ms",
            )
        };
        let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
        match Duration::try_from(span) {
            Ok(span) if !span.is_zero() && span <= Duration::from_secs(86_400) => Ok(Self(span)),
            _ => Err(in_both(
                "the length of time must be more than nothing and at most a day",
                "时间长度要大于 0，最多一天",
            )),
        }
    }
}
