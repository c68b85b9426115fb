//! Groups of words that mean the same, also as people write them who leave out the inner brackets.

use crate::yaml::{flow_item, in_both};
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Signs with which people write that two words mean the same.
const EQUALS: [char; 8] = ['=', '＝', '、', '，', ',', '/', '|', '≈'];

/// One group, or a word alone.
enum Group {
    Words(Vec<String>),
    Word(String),
}

impl<'de> Deserialize<'de> for Group {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct GroupVisitor;
        impl<'de> Visitor<'de> for GroupVisitor {
            type Value = Group;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of words that mean the same")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Group, E> {
                let words: Vec<String> = text
                    .split(EQUALS)
                    .map(str::trim)
                    .filter(|word| !word.is_empty())
                    .map(flow_item)
                    .collect();
                if words.len() < 2 {
                    return Ok(Group::Word(text.to_owned()));
                }
                let typed = words.join(", ");
                Err(de::Error::custom(in_both(
                    &format!("words that mean the same stand in brackets; write: [{typed}]"),
                    &format!("一组同义词要写在方括号里，写成：[{typed}]"),
                )))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Group, A::Error> {
                let mut words = Vec::new();
                while let Some(word) = seq.next_element()? {
                    words.push(word);
                }
                Ok(Group::Words(words))
            }
        }
        deserializer.deserialize_any(GroupVisitor)
    }
}

/// Reads the groups.
///
/// # Errors
/// Words stand there that are in no group; the message shows them as one.
pub(super) fn groups<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Vec<String>>, D::Error> {
    let read = Vec::<Group>::deserialize(deserializer)?;
    let mut groups = Vec::with_capacity(read.len());
    let mut alone = Vec::new();
    for group in read {
        match group {
            Group::Words(words) => groups.push(words),
            Group::Word(word) => alone.push(flow_item(&word)),
        }
    }
    if alone.is_empty() {
        return Ok(groups);
    }
    if alone.len() == 1 {
        alone.push("...".to_owned());
    }
    let mut lists = vec![format!("[{}]", alone.join(", "))];
    lists.extend(groups.iter().map(|words| {
        let words: Vec<String> = words.iter().map(|word| flow_item(word)).collect();
        format!("[{}]", words.join(", "))
    }));
    let typed = lists.join(", ");
    Err(de::Error::custom(in_both(
        &format!("every group of words that mean the same has its own brackets; write: synonyms: [{typed}]"),
        &format!("每一组同义词都要有自己的方括号，写成：synonyms: [{typed}]"),
    )))
}
