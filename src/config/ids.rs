//! Ids and addresses as groupdesk.yaml has them: as text, or as a number where they are one.

use crate::yaml::in_both;
use groupdesk_contract::Place;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;
use std::fmt;

/// Address of a person, `account/id`. Without an account it is nobody's, which the check that knows the accounts reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PersonText(pub(super) String, pub(super) String);

impl<'de> Deserialize<'de> for PersonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(AsWritten::expecting("account/id, such as qq/10001"))?;
        Ok(match text.split_once('/') {
            Some((account, id)) if !account.is_empty() && !id.is_empty() => {
                Self(account.to_owned(), id.to_owned())
            }
            _ => Self(String::new(), text),
        })
    }
}

/// Reads a text, or a number as its digits.
pub(super) struct AsWritten {
    expected: &'static str,
}

impl AsWritten {
    pub(super) fn expecting(expected: &'static str) -> Self {
        Self { expected }
    }
}

impl de::Visitor<'_> for AsWritten {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.trim().to_owned())
    }
    fn visit_u64<E>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }
    fn visit_i64<E>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }
}

impl JsonSchema for PersonText {
    fn schema_name() -> Cow<'static, str> {
        "Person".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[^/]+/.+$",
            "description": "A person, as account/id.",
            "examples": ["qq/10001"],
        })
    }
}

/// Id on a platform, written as text or as a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Id(pub(super) String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Id;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a platform id, as text or number")
            }
            fn visit_str<E: de::Error>(self, id: &str) -> Result<Id, E> {
                match id.trim() {
                    "" => Err(E::custom(in_both(
                        "the id is empty",
                        "号码是空的；请补上，或删掉这一项",
                    ))),
                    id => Ok(Id(id.to_owned())),
                }
            }
            fn visit_u64<E>(self, id: u64) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
            fn visit_i64<E>(self, id: i64) -> Result<Id, E> {
                Ok(Id(id.to_string()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "integer"], "description": "A platform id, as text or number." })
    }
}

/// Address of a channel, `account/channel`. Without an account it is none, which the check that knows the accounts
/// reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlaceText(pub(super) Place);

/// Reads `account/channel`.
pub(super) fn place(text: &str) -> Option<Place> {
    let (account, channel) = text.split_once('/')?;
    (!account.is_empty() && !channel.is_empty()).then(|| Place::new(account, channel))
}

impl<'de> Deserialize<'de> for PlaceText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text =
            deserializer.deserialize_any(AsWritten::expecting("account/channel, such as qq/group:123456"))?;
        Ok(Self(
            place(&text).unwrap_or_else(|| Place::new("", text.as_str())),
        ))
    }
}

impl JsonSchema for PlaceText {
    fn schema_name() -> Cow<'static, str> {
        "Channel".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^[^/]+/.+$",
            "description": "A channel, as account/channel.",
            "examples": ["qq/group:123456"],
        })
    }
}

/// Returns the channels that texts name.
pub(super) fn places(texts: &[PlaceText]) -> Vec<Place> {
    texts.iter().map(|PlaceText(place)| place.clone()).collect()
}
