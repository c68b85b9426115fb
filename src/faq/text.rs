//! A text in one or several languages, and the answer's tree of variants.

use crate::hours::Language;
use groupdesk_contract::in_both;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;

/// A text, in one language for all readers or in several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    all: Option<String>,
    chinese: Option<String>,
    english: Option<String>,
}

impl Text {
    /// Makes the same text for all readers.
    pub fn same(text: impl Into<String>) -> Self {
        Self {
            all: Some(text.into()),
            chinese: None,
            english: None,
        }
    }

    /// Adds the version for the readers of a language, if there is one.
    pub(super) fn version(mut self, language: Language, text: Option<String>) -> Self {
        match language {
            Language::Chinese => self.chinese = text,
            Language::English => self.english = text,
        }
        self
    }

    /// Returns the text for a reader; another language's if there is none in theirs.
    pub fn get(&self, language: Language) -> &str {
        let (own, other) = match language {
            Language::Chinese => (&self.chinese, &self.english),
            Language::English => (&self.english, &self.chinese),
        };
        own.as_deref()
            .or(self.all.as_deref())
            .or(other.as_deref())
            .unwrap_or_default()
    }

    /// Returns all its versions.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        [&self.all, &self.chinese, &self.english]
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Returns its versions by language; by nothing where there is one for all.
    pub(super) fn by_language(self) -> Vec<(String, String)> {
        [("", self.all), ("zh", self.chinese), ("en", self.english)]
            .into_iter()
            .filter_map(|(language, text)| Some((language.to_owned(), text?)))
            .collect()
    }

    /// Returns `true` if any of its versions is blank.
    pub fn has_blank(&self) -> bool {
        [&self.all, &self.chinese, &self.english]
            .into_iter()
            .flatten()
            .any(|text| text.trim().is_empty())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;
        impl<'de> Visitor<'de> for TextVisitor {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or texts by language such as { zh: ..., en: ... }")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text::same(text))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Text, E> {
                Ok(Text::same(number.to_string()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let mut text = Text {
                    all: None,
                    chinese: None,
                    english: None,
                };
                while let Some(tag) = map.next_key::<String>()? {
                    let Some(language) = Language::from_tag(&tag) else {
                        return Err(de::Error::unknown_field(&tag, &["zh", "en"]));
                    };
                    let version = match language {
                        Language::Chinese => &mut text.chinese,
                        Language::English => &mut text.english,
                    };
                    if version.is_some() {
                        return Err(again(&tag, language));
                    }
                    *version = Some(map.next_value()?);
                }
                if text.chinese.is_none() && text.english.is_none() {
                    return Err(de::Error::custom(
                        "the text is empty; write it, or { zh: ..., en: ... }",
                    ));
                }
                Ok(text)
            }
        }
        deserializer.deserialize_any(TextVisitor)
    }
}

/// Makes the error about a key whose language another key has: `ZH` beside `zh`.
fn again<E: de::Error>(tag: &str, language: Language) -> E {
    let (english, chinese, key) = match language {
        Language::Chinese => ("Chinese", "中文", "zh"),
        Language::English => ("English", "英文", "en"),
    };
    E::custom(in_both(
        &format!("`{tag}` gives the text in {english} once more: write it once, under `{key}`"),
        &format!("「{tag}」和前面的键都是{chinese}；只写一个 {key}"),
    ))
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A text, or texts by language.",
            "anyOf": [
                { "type": ["string", "integer"] },
                {
                    "type": "object", "minProperties": 1, "additionalProperties": false,
                    "properties": { "zh": { "type": "string" }, "en": { "type": "string" } },
                },
            ],
        })
    }
}

/// An answer as written: a text, or variants by language, by whether staff are there, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AnswerFile {
    Text(String),
    Variants(Vec<(String, AnswerFile)>),
}

impl<'de> Deserialize<'de> for AnswerFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnswerVisitor;
        impl<'de> Visitor<'de> for AnswerVisitor {
            type Value = AnswerFile;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or texts by language (zh, en) or by open and closed")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<AnswerFile, E> {
                Ok(AnswerFile::Text(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnswerFile, A::Error> {
                let mut variants: Vec<(String, AnswerFile)> = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    let known =
                        matches!(key.as_str(), "open" | "closed") || Language::from_tag(&key).is_some();
                    if !known {
                        return Err(de::Error::unknown_field(&key, &["zh", "en", "open", "closed"]));
                    }
                    if let Some(language) = Language::from_tag(&key)
                        && variants
                            .iter()
                            .any(|(known, _)| Language::from_tag(known) == Some(language))
                    {
                        return Err(again(&key, language));
                    }
                    variants.push((key, map.next_value()?));
                }
                Ok(AnswerFile::Variants(variants))
            }
        }
        deserializer.deserialize_any(AnswerVisitor)
    }
}

impl JsonSchema for AnswerFile {
    fn schema_name() -> Cow<'static, str> {
        "Answer".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let answer = generator.subschema_for::<Self>();
        json_schema!({
            "description": "What is said: a text with {{ templates }}, or texts by language (zh, en), by whether staff are there \
                            (open, closed), or both.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object", "minProperties": 1, "additionalProperties": false,
                    "properties": { "zh": answer, "en": answer, "open": answer, "closed": answer },
                },
            ],
        })
    }
}
