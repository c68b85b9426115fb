//! A text in one or several languages, and the answer's tree of variants.

use crate::language::Language;
use crate::texts::Catalogue;
use groupdesk_contract::in_both;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

/// A text, in one language for all readers or in several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    all: Option<String>,
    by_language: Vec<(Language, String)>,
}

impl Text {
    /// Makes the same text for all readers.
    pub fn same(text: impl Into<String>) -> Self {
        Self {
            all: Some(text.into()),
            by_language: Vec::new(),
        }
    }

    /// Adds the version for the readers of a language, if there is one.
    pub(super) fn version(mut self, language: Language, text: Option<String>) -> Self {
        if let Some(text) = text {
            self.by_language.push((language, text));
            self.by_language.sort_by_key(|(language, _)| rank(*language));
        }
        self
    }

    fn own(&self, language: Language) -> Option<&str> {
        let own = self.by_language.iter().find(|(of, _)| *of == language);
        own.map(|(_, text)| text.as_str())
    }

    /// Returns the text for a reader; another language's if there is none in theirs.
    pub fn get(&self, language: Language) -> &str {
        language
            .nearest()
            .find_map(|language| self.own(language))
            .or(self.all.as_deref())
            .or_else(|| self.own(Language::ENGLISH))
            .or_else(|| self.by_language.first().map(|(_, text)| text.as_str()))
            .unwrap_or_default()
    }

    /// Returns its versions with their languages; `None` for the one for all.
    pub(super) fn written(&self) -> impl Iterator<Item = (Option<Language>, &str)> {
        let all = self.all.iter().map(|text| (None, text.as_str()));
        let by_language = self.by_language.iter();
        all.chain(by_language.map(|(language, text)| (Some(*language), text.as_str())))
    }

    /// Returns all its versions.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        let by_language = self.by_language.iter().map(|(_, text)| text.as_str());
        self.all.as_deref().into_iter().chain(by_language)
    }

    /// Returns its versions by language; by nothing where there is one for all.
    pub(super) fn by_language(self) -> Vec<(String, String)> {
        let all = self.all.map(|text| (String::new(), text));
        let versions = self.by_language.into_iter();
        all.into_iter()
            .chain(versions.map(|(language, text)| (language.to_string(), text)))
            .collect()
    }

    /// Returns `true` if any of its versions is blank.
    pub fn has_blank(&self) -> bool {
        self.versions().any(|text| text.trim().is_empty())
    }
}

/// Orders the versions of a text: Chinese, English, others by their tags.
fn rank(language: Language) -> (u8, Language) {
    match language {
        Language::CHINESE => (0, language),
        Language::ENGLISH => (1, language),
        _ => (2, language),
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
                    by_language: Vec::new(),
                };
                while let Some(tag) = map.next_key::<String>()? {
                    let Some(language) = spoken(&tag) else {
                        return Err(de::Error::unknown_field(&tag, &["zh", "en", "ja", "zh-Hant"]));
                    };
                    if text.own(language).is_some() {
                        return Err(again(&tag, language));
                    }
                    text = text.version(language, Some(map.next_value()?));
                }
                if text.by_language.is_empty() {
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

/// Tags of languages that `languages` may add, as a regular expression.
const TAGS: &str = "^[a-z]{2}(-[A-Z][a-z]{3})?$";

/// Keys of an answer, as they are told.
const ANSWER_KEYS: [&str; 6] = ["zh", "en", "ja", "zh-Hant", "open", "closed"];

thread_local! {
    /// Languages that the file under way adds. The types of serde are told nothing but their part of the file.
    static ADDED: RefCell<Vec<Language>> = const { RefCell::new(Vec::new()) };
}

/// Reads a file, or a part of one, that adds languages to those of the program.
pub(super) fn speaking<T>(added: Vec<Language>, read: impl FnOnce() -> T) -> T {
    let before = ADDED.replace(added);
    let result = read();
    ADDED.set(before);
    result
}

/// Reads the tag of a language that the desk speaks.
pub(super) fn spoken(tag: &str) -> Option<Language> {
    let is_added = |language: &Language| ADDED.with_borrow(|added| added.contains(language));
    Language::from_tag(tag).filter(|language| Catalogue::built_in().speaks(*language) || is_added(language))
}

/// Makes the error about a key whose language another key has: `ZH` beside `zh`.
fn again<E: de::Error>(tag: &str, language: Language) -> E {
    let tag_of = language.to_string();
    let (english, chinese, key) = match language {
        Language::CHINESE => ("Chinese", "中文", "zh"),
        Language::ENGLISH => ("English", "英文", "en"),
        _ => (tag_of.as_str(), tag_of.as_str(), tag_of.as_str()),
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
                    "properties": {
                        "zh": { "type": "string" }, "en": { "type": "string" }, "ja": { "type": "string" },
                        "zh-Hant": { "type": "string" }
                    },
                    "patternProperties": { (TAGS): { "type": "string" } },
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
                    let known = matches!(key.as_str(), "open" | "closed") || spoken(&key).is_some();
                    if !known {
                        return Err(de::Error::unknown_field(&key, &ANSWER_KEYS));
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
                    "properties": {
                        "zh": answer, "en": answer, "ja": answer, "zh-Hant": answer, "open": answer, "closed": answer
                    },
                    "patternProperties": { (TAGS): answer },
                },
            ],
        })
    }
}
