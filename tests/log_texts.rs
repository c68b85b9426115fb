//! Every sentence of the log at info and above has a Chinese wording in `src/cli/log.zh.yaml`, and every wording there a sentence.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Folders of the programs' sources.
const SOURCES: [&str; 5] = ["src", "adapters", "model/src", "dashboard/src", "matcher/src"];

/// Functions whose sentences are logged by their callers: a file, and the heads of the functions.
const LISTS: [(&str, &[&str]); 2] = [
    ("adapters/qq/src/read/notice.rs", &["fn notice("]),
    ("model/src/breaker.rs", &["fn down(", "fn back("]),
];

#[test]
fn every_sentence_of_the_log_has_a_chinese_wording() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut said = BTreeSet::new();
    for source in SOURCES {
        read_below(&root.join(source), &mut said);
    }
    for (file, functions) in LISTS {
        let text = fs::read_to_string(root.join(file)).unwrap();
        for function in functions {
            listed(text.split(function).nth(1).unwrap(), &mut said);
        }
    }
    assert!(said.len() > 150, "the sources are read: {}", said.len());
    let wordings: BTreeMap<String, String> =
        serde_yaml::from_str(&fs::read_to_string(root.join("src/cli/log.zh.yaml")).unwrap()).unwrap();
    let worded: BTreeSet<String> = wordings.keys().cloned().collect();
    let missing: Vec<_> = said.difference(&worded).collect();
    let surplus: Vec<_> = worded.difference(&said).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "without a wording: {missing:#?}\nwithout a sentence: {surplus:#?}"
    );
    let chinese = |text: &String| text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let english: Vec<_> = wordings.values().filter(|wording| !chinese(wording)).collect();
    assert!(english.is_empty(), "no Chinese: {english:#?}");
}

fn read_below(folder: &Path, said: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() {
            if !matches!(name.as_ref(), "tests" | "fake" | "testkit" | "template") {
                read_below(&path, said);
            }
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            sentences(text, said);
        }
    }
}

/// Collects the literals of several words in the rest of a function.
fn listed(text: &str, said: &mut BTreeSet<String>) {
    let literal = Regex::new(r#""([^"\\ ]+ [^"\\]*)""#).unwrap();
    let ends = ["\n}\n", "\n    }\n"]
        .into_iter()
        .filter_map(|end| text.find(end));
    let body = text.get(..ends.min().unwrap()).unwrap_or_default();
    said.extend(literal.captures_iter(body).map(|found| found[1].to_owned()));
}

/// Collects the last literal of each logging call, where it is the whole sentence.
fn sentences(text: &str, said: &mut BTreeSet<String>) {
    let call = Regex::new(r"tracing::(?:info|warn|error)!\(").unwrap();
    let literal = Regex::new(r#""((?:[^"\\]|\\.|\\\n)*)""#).unwrap();
    let continued = Regex::new(r"\\\n\s*").unwrap();
    for found in call.find_iter(text) {
        let Some(arguments) = text.get(found.end()..).map(arguments) else {
            continue;
        };
        let Some(last) = literal.captures_iter(arguments).last() else {
            continue;
        };
        let sentence = continued.replace_all(&last[1], "").replace("\\\"", "\"");
        // What is put together names its parts itself.
        if !sentence.contains('{') {
            said.insert(sentence);
        }
    }
}

/// Returns what stands before the bracket that closes a call.
fn arguments(text: &str) -> &str {
    let (mut depth, mut quoted, mut escaped) = (1, false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return text.get(..at).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
    text
}
