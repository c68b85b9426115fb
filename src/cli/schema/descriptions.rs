//! The descriptions of the schemas in Chinese: the types have them in English, in their comments.

use crate::cli::help::one_line;
use serde_json::Value;
use std::collections::HashMap;

const CHINESE: &str = include_str!("descriptions.zh.yaml");

/// Puts all descriptions of a schema into Chinese; one that the catalogue lacks stays English.
pub(super) fn in_chinese(schema: &mut Value) {
    if let Some(catalogue) = catalogue() {
        translate(schema, &catalogue);
    }
}

/// Returns the Chinese descriptions by their English ones.
fn catalogue() -> Option<HashMap<String, String>> {
    let texts: HashMap<String, String> = serde_yaml::from_str(CHINESE).ok()?;
    let by_line = |(english, chinese): (String, String)| (one_line(&english), chinese);
    Some(texts.into_iter().map(by_line).collect())
}

fn translate(value: &mut Value, catalogue: &HashMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (key, below) in fields {
                match below {
                    Value::String(text) if key == "description" => {
                        if let Some(chinese) = catalogue.get(&one_line(text)) {
                            text.clone_from(chinese);
                        }
                    }
                    below => translate(below, catalogue),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| translate(item, catalogue)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn collect(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                for (key, below) in fields {
                    match below {
                        Value::String(text) if key == "description" => drop(found.insert(one_line(text))),
                        below => collect(below, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_description_is_there_in_chinese_and_none_in_vain() {
        let mut wanted = BTreeSet::new();
        // The shipped ones, which a test compares with the program's: they have every platform, whatever this build has.
        for shipped in [
            include_str!("../../../schema/faq.schema.json"),
            include_str!("../../../schema/config.schema.json"),
            include_str!("../../../schema/webhook.schema.json"),
        ] {
            collect(&serde_json::from_str(shipped).unwrap(), &mut wanted);
        }
        let known: BTreeSet<String> = catalogue().unwrap().into_keys().collect();
        let missing: Vec<_> = wanted.difference(&known).collect();
        let vain: Vec<_> = known.difference(&wanted).collect();
        assert!(
            missing.is_empty() && vain.is_empty(),
            "missing: {missing:#?}\nin vain: {vain:#?}"
        );
    }
}
