//! A length of time in the configuration.

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
        let wrong = || format!("`{text}` is not a length of time: write something like 90s, 1m 30s or 500ms");
        let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
        match Duration::try_from(span) {
            Ok(span) if !span.is_zero() && span <= Duration::from_secs(86_400) => Ok(Self(span)),
            _ => Err(format!("`{text}` must be more than nothing and at most a day")),
        }
    }
}
