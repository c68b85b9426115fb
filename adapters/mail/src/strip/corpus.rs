//! Measures with other people's texts, which are not ours to keep: `GROUPDESK_REPLIES=folder cargo test -p groupdesk-mail --
//! --ignored corpus --nocapture` strips every `.txt` below the folder, unchanged and with our first line in its quote, and writes
//! the result beside it, for people to check.

use super::*;
use std::fs;
use std::path::{Path, PathBuf};

fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
}

#[test]
#[ignore = "reads a folder that is named in the environment"]
fn corpus() {
    let folder = std::env::var("GROUPDESK_REPLIES").expect("GROUPDESK_REPLIES names a folder");
    let known = Known::default();
    let context = Context {
        us: "desk@example.com",
        known: &known,
    };
    let mut found = Vec::new();
    texts(Path::new(&folder), &mut found);
    found.sort();
    for path in &found {
        let text = String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
        let own = strip(&text, &context);
        fs::write(
            path.with_extension("plain"),
            format!("{}\n@@ {:?}\n", own.text, own.guessed),
        )
        .unwrap();
        let tidied = line::tidy(&text).into_owned();
        let lines: Vec<Line<'_>> = tidied.lines().map(Line::new).collect();
        let Some(heading) = heading::first(&lines, &context) else {
            continue;
        };
        let Some(first) = lines[heading.end..].iter().position(|line| !line.is_blank()) else {
            continue;
        };
        let first = heading.end + first;
        let raw = lines[first].raw;
        let words = raw.trim_start_matches([' ', '>', '|']);
        let mark = raw.strip_suffix(words).unwrap_or_default();
        let mut with: Vec<String> = lines.iter().map(|line| line.raw.to_owned()).collect();
        with.insert(first, format!("{mark}{MARKER}"));
        let own = strip(&with.join("\n"), &context);
        fs::write(
            path.with_extension("marked"),
            format!("{}\n@@ {:?}\n", own.text, own.guessed),
        )
        .unwrap();
    }
    println!("{} texts", found.len());
}
