//! The walls between the modules of `src`: imports run one way, and every module says what it may import.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Every module of the library, with those that it may import. A module that is not here fails, and so does an import that is
/// not written here.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    (
        "cli",
        &[
            "config",
            "decision_kind",
            "desk",
            "drafter",
            "exchange",
            "faq",
            "figures",
            "hours",
            "judge",
            "language",
            "matcher",
            "preview",
            "reason",
            "semantic",
            "service",
            "store",
            "texts",
            "ticket",
            "unanswered",
            "web",
            "yaml",
        ],
    ),
    ("exchange", &["faq", "hours", "language", "yaml"]),
    (
        "service",
        &[
            "config",
            "decision_kind",
            "desk",
            "drafter",
            "exchange",
            "faq",
            "figures",
            "hours",
            "judge",
            "language",
            "matcher",
            "preview",
            "reason",
            "semantic",
            "store",
            "texts",
            "ticket",
            "unanswered",
            "web",
            "yaml",
        ],
    ),
    (
        "preview",
        &[
            "decision_kind",
            "desk",
            "faq",
            "matcher",
            "texts",
            "ticket",
            "yaml",
        ],
    ),
    ("config", &["desk", "hours", "language", "ticket", "yaml"]),
    (
        "desk",
        &[
            "decision_kind",
            "dialogue_act",
            "faq",
            "hours",
            "language",
            "matcher",
            "reason",
            "texts",
            "ticket",
            "yaml",
        ],
    ),
    ("figures", &["decision_kind", "hours", "store", "ticket"]),
    ("store", &["decision_kind", "reason", "ticket", "unanswered"]),
    ("faq", &["hours", "language", "matcher", "texts", "yaml"]),
    ("drafter", &["config", "desk", "judge"]),
    ("judge", &["config", "desk", "matcher", "store"]),
    ("semantic", &["matcher", "store"]),
    ("ticket", &["hours", "language"]),
    ("unanswered", &["matcher"]),
    // Crates of their own, under their old names; what they may use stands in their Cargo.toml.
    ("matcher", &[]),
    ("dialogue_act", &[]),
    ("language", &[]),
    ("hours", &["language", "texts", "yaml"]),
    ("texts", &["language"]),
    ("web", &["texts"]),
    ("yaml", &[]),
    ("reason", &["decision_kind", "language", "texts"]),
    ("decision_kind", &["texts"]),
];

#[test]
fn every_module_imports_what_its_row_says_and_no_more() {
    let modules = modules();
    let rows: BTreeSet<String> = MAY_IMPORT.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(
        modules, rows,
        "every module of src/lib.rs has a row in MAY_IMPORT"
    );
    let mut wrong = Vec::new();
    for (module, may) in MAY_IMPORT {
        for file in files_of(module) {
            let text = fs::read_to_string(&file).unwrap();
            for imported in imports(&from_root(&text, &file)) {
                let known = modules.contains(&imported);
                if known && imported != *module && !may.contains(&imported.as_str()) {
                    wrong.push(format!("{} imports crate::{imported}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_rows_have_no_cycle() {
    // Whoever imports nothing that is left goes; what cannot go stands in a circle.
    let mut left: Vec<_> = MAY_IMPORT.to_vec();
    loop {
        let names: BTreeSet<&str> = left.iter().map(|(name, _)| *name).collect();
        let before = left.len();
        left.retain(|(_, may)| may.iter().any(|name| names.contains(name)));
        if left.len() == before {
            break;
        }
    }
    assert!(left.is_empty(), "a circle of imports: {left:?}");
}

/// Returns the rows of the tables of ARCHITECTURE.md whose first cell is a link: its text, its target, and the last cell.
fn table_rows(text: &str) -> Vec<(String, String, String)> {
    let row = |line: &str| {
        let (name, rest) = line.strip_prefix("| [")?.split_once("](")?;
        let (target, rest) = rest.split_once(')')?;
        let last = rest.trim_end().strip_suffix('|')?.rsplit('|').next()?.trim();
        Some((name.to_owned(), target.to_owned(), last.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn the_architectures_tables_of_imports_say_what_the_rows_and_the_crates_say() {
    let text = fs::read_to_string("ARCHITECTURE.md").unwrap();
    let rows = table_rows(&text);
    let named = |cell: &str| -> BTreeSet<String> {
        let names = cell.split(", ").map(|name| name.trim_matches('`'));
        names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let all: BTreeSet<String> = MAY_IMPORT.iter().map(|(name, _)| (*name).to_owned()).collect();
    for (module, may) in MAY_IMPORT.iter().filter(|(name, _)| *name != "matcher") {
        let row = rows.iter().find(|(name, _, _)| name == module);
        let (_, _, cell) = row.unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for {module}"));
        let said = match cell.strip_prefix("every other module but ") {
            Some(others) => all
                .iter()
                .filter(|name| *name != module && !named(others).contains(*name))
                .cloned()
                .collect(),
            None => named(cell),
        };
        let may: BTreeSet<String> = may.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(said, may, "what {module} may import");
    }
    let mut crates = 0;
    for (name, target, cell) in &rows {
        let Some(folder) = target
            .strip_suffix("/src/lib.rs")
            .filter(|_| name.starts_with("adapters/"))
        else {
            continue;
        };
        let manifest = fs::read_to_string(format!("{folder}/Cargo.toml")).unwrap();
        let needed = manifest
            .split("\n[")
            .find(|part| part.starts_with("dependencies]"))
            .unwrap_or_default();
        let names = needed
            .lines()
            .filter_map(|line| line.strip_prefix("groupdesk-")?.split_once('.'));
        let needed: BTreeSet<String> = names
            .map(|(name, _)| name.to_owned())
            .filter(|name| name != "contract")
            .collect();
        let mut said = named(cell);
        said.remove("contract");
        assert_eq!(said, needed, "what {name} may import");
        crates += 1;
    }
    assert!(crates > 10, "only {crates} rows of crates were found");
}

/// The wrong imports with which the review of the code showed that the walls did not hold: the module, and what it may not import.
/// (The ninth, of `faq` by the matcher, can't be compiled: the matcher is a crate.)
const WRONG: [(&str, &str); 8] = [
    ("store", "service"),
    ("faq", "desk"),
    ("hours", "desk"),
    ("service", "cli"),
    ("config", "cli"),
    ("yaml", "service"),
    ("web", "service"),
    ("desk", "config"),
];

#[test]
fn the_wrong_imports_of_the_review_are_refused_in_the_file_beside_the_folder_too() {
    for (module, wrong) in WRONG {
        let (_, may) = MAY_IMPORT.iter().find(|(name, _)| *name == module).unwrap();
        assert!(!may.contains(&wrong), "{module} may import {wrong}");
        let file = PathBuf::from(format!("src/{module}.rs"));
        assert!(files_of(module).contains(&file), "{} is not read", file.display());
        let line = format!("use crate::{wrong}::run as _x;");
        assert!(imports(&from_root(&line, &file)).contains(wrong), "{line}");
    }
}

#[test]
fn a_wrong_import_is_seen_however_it_is_written() {
    for (line, module) in [
        ("use crate::{yaml, faq::Faq};", "faq"),
        ("use crate::{\n    yaml::Problem,\n    cli,\n};", "cli"),
        ("    let config = crate::config::load(path);", "config"),
        ("pub(crate) use crate::store::Store;", "store"),
        ("use super::super::service::run;", "service"),
        ("use super::super::{cli, yaml};", "cli"),
    ] {
        let line = from_root(line, Path::new("src/store/file_lease.rs"));
        assert!(imports(&line).contains(module), "{line}");
    }
    let beside = from_root("use super::service::run;", Path::new("src/store.rs"));
    assert!(imports(&beside).contains("service"), "{beside}");
    let within = from_root("use super::service::run;", Path::new("src/store/file_lease.rs"));
    assert!(imports(&within).is_empty(), "{within}");
    assert!(imports("//! See crate::service.\n/// And [`crate::desk`].").is_empty());
}

/// Writes `crate::` for the runs of `super::` in a file's text that lead to the root of the crate.
fn from_root(text: &str, file: &Path) -> String {
    let up = "super::".repeat(file.with_extension("").components().count() - 1);
    let mut written = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("super::") {
        let (before, run) = rest.split_at(at);
        let behind = run.trim_start_matches("super::");
        let run = &run[..run.len() - behind.len()];
        written.push_str(before);
        written.push_str(if run == up { "crate::" } else { run });
        rest = behind;
    }
    written + rest
}

/// Returns the modules that src/lib.rs declares, and the crates that it gives as modules.
fn modules() -> BTreeSet<String> {
    let text = fs::read_to_string("src/lib.rs").unwrap_or_default();
    text.lines()
        .filter_map(|line| {
            let line = line.trim_start_matches("pub ").trim_end_matches(';');
            let given = || line.strip_prefix("use groupdesk_")?.rsplit([':', ' ']).next();
            line.strip_prefix("mod ").or_else(given)
        })
        .map(str::to_owned)
        .collect()
}

/// Returns the files of a module: `src/x.rs` and all below `src/x/`, without those that are tests alone.
fn files_of(module: &str) -> Vec<PathBuf> {
    let mut files = vec![PathBuf::from(format!("src/{module}.rs"))];
    below(&Path::new("src").join(module), &mut files);
    let is_test = |path: &PathBuf| {
        path.components().any(|part| part.as_os_str() == "tests")
            || path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("tests"))
    };
    files.retain(|path| path.is_file() && !is_test(path));
    files
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Returns the modules of this crate that a text names behind `crate::`, comments and inline tests left out.
fn imports(text: &str) -> BTreeSet<String> {
    let code: String = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default()
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = BTreeSet::new();
    for behind in code.split("crate::").skip(1) {
        match behind.strip_prefix('{') {
            Some(list) => {
                let mut depth = 0;
                let mut name = String::new();
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => drop(found.insert(first_word(&std::mem::take(&mut name)))),
                        c if depth == 0 => name.push(c),
                        _ => {}
                    }
                }
                found.insert(first_word(&name));
            }
            None => drop(found.insert(first_word(behind))),
        }
    }
    found.remove("");
    found
}

fn first_word(text: &str) -> String {
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    text.get(..end).unwrap_or_default().to_owned()
}
