//! Reads JSON as platforms write it.

use serde::de::DeserializeOwned;
use std::borrow::Cow;

/// Reads a value of JSON in which halves of surrogate pairs may stand alone (see [`mend_surrogates`]); a reader that knows
/// Unicode alone refuses the whole of it.
///
/// # Errors
/// Fails with serde's error where it is no JSON, or no `T`.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let text: Option<Cow<'_, str>> = std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
    match text.and_then(|text| mend_surrogates(&text)) {
        Some(mended) => serde_json::from_str(&mended),
        None => Err(error),
    }
}

/// Returns the same JSON with every half of a surrogate pair that lost its other half replaced; `None` when there is none.
/// Implementations in JavaScript cut names in the middle of an emoji and write what is left.
pub fn mend_surrogates(json: &str) -> Option<String> {
    let unit = |at: usize| {
        let escape = json.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                mended.push_str(json.get(copied..at).unwrap_or_default());
                mended.push('\u{FFFD}');
                at += 6;
                copied = at;
            }
            // The escaped character too, which may be a backslash itself.
            _ => {
                at += 1 + json
                    .get(at + 1..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(0, char::len_utf8)
            }
        }
    }
    if copied == 0 {
        return None;
    }
    mended.push_str(json.get(copied..).unwrap_or_default());
    Some(mended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn half_an_emoji_costs_itself_and_not_the_message() {
        let read = |text: &str| read_json::<Value>(text.as_bytes()).ok();
        assert_eq!(
            read(r#"{"text":"x\ud800"}"#),
            Some(json!({ "text": "x\u{FFFD}" }))
        );
        assert_eq!(
            read(r#"[{"a":"\udc00\\ud83d"},2]"#),
            Some(json!([{ "a": "\u{FFFD}\\ud83d" }, 2]))
        );
        assert_eq!(read(r#"{"a":"\ud83d\ude00"}"#), Some(json!({ "a": "😀" })));
        assert_eq!(read(r#"{"a":"\ud800"#), None);
        assert!(read_json::<Value>(b"{\"a\":\"\xff\"}").is_err());
    }
}
