//! Tolerant deserialisers for the fields of a platform's JSON. A field that is null, missing or of another shape than documented
//! costs itself, never its message. For `#[serde(default, deserialize_with = "...")]`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Reads the field, or the default if it is null or of another shape.
///
/// # Errors
/// Only where the JSON itself is broken.
pub fn or_default<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(T::deserialize(value).unwrap_or_default())
}

/// Reads a switch that keeps something back, such as `private`: on for any value but `false`, so that an unreadable one keeps it
/// back. For `#[serde(default = "...")]` there is [`on`].
///
/// # Errors
/// Only where the JSON itself is broken.
pub fn unless_false<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(from)? != Value::Bool(false))
}

/// The default of such a switch.
pub fn on() -> bool {
    true
}

/// Reads a text; numbers and switches as they are written.
///
/// # Errors
/// Only where the JSON itself is broken.
pub fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Bool(switch) => switch.to_string(),
        _ => String::new(),
    })
}

/// Reads the valid elements of a list, and skips the others; a value that is no list is one element, or none.
///
/// # Errors
/// Only where the JSON itself is broken.
pub fn list<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Vec<T>, D::Error> {
    let elements = match Value::deserialize(from)? {
        Value::Array(elements) => elements,
        Value::Null => Vec::new(),
        one => vec![one],
    };
    let read = elements
        .into_iter()
        .filter_map(|element| T::deserialize(element).ok());
    Ok(read.collect())
}

/// A whole number that may be written as a text.
///
/// # Errors
/// If it is neither, or negative, or too large.
pub fn number<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(from)?;
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok());
    number.ok_or_else(|| serde::de::Error::custom("no whole number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Odd {
        #[serde(deserialize_with = "number")]
        id: u64,
        #[serde(default, deserialize_with = "text")]
        name: String,
        #[serde(default, deserialize_with = "or_default")]
        size: Option<u32>,
        #[serde(default, deserialize_with = "list")]
        parts: Vec<u32>,
    }

    #[derive(Deserialize)]
    struct Kept {
        #[serde(default = "on", deserialize_with = "unless_false")]
        private: bool,
    }

    #[test]
    fn what_may_be_private_is_kept_back_unless_it_says_that_it_is_not() {
        let private = |value| Kept::deserialize(value).unwrap().private;
        for odd in [
            json!({}),
            json!({"private": null}),
            json!({"private": "false"}),
            json!({"private": true}),
        ] {
            assert!(private(odd));
        }
        assert!(!private(json!({"private": false})));
    }

    fn read(value: Value) -> Option<(u64, String, Option<u32>, Vec<u32>)> {
        let odd = Odd::deserialize(value).ok()?;
        Some((odd.id, odd.name, odd.size, odd.parts))
    }

    #[test]
    fn what_is_odd_about_a_field_costs_the_field_alone() {
        let name = || "a".to_owned();
        for (value, expected) in [
            (
                json!({"id": 1, "name": "a", "size": 2, "parts": [3]}),
                (1, name(), Some(2), vec![3]),
            ),
            (
                json!({"id": "1", "name": null, "size": {}, "parts": {}}),
                (1, String::new(), None, Vec::new()),
            ),
            (
                json!({"id": 1, "name": ["a"], "size": -2, "parts": [3, "x", null, 4]}),
                (1, String::new(), None, vec![3, 4]),
            ),
            (
                json!({"id": 1, "name": 7, "parts": 3}),
                (1, "7".to_owned(), None, vec![3]),
            ),
        ] {
            assert_eq!(read(value), Some(expected));
        }
        for value in [
            json!({}),
            json!({"id": -1}),
            json!({"id": null}),
            json!({"id": "x"}),
            json!({"id": 1.5}),
        ] {
            assert_eq!(read(value), None);
        }
    }
}
