//! The architecture's rules, as tests: the walls that the compiler can't see, and the size of the files.

use std::fs;
use std::path::{Path, PathBuf};

/// A file longer than this has a second purpose somewhere.
const LINES: usize = 600;

/// Words that open a relative clause: a comment that begins with one asks a question where a noun or a verb would answer it.
const CLAUSE_WORDS: [&str; 10] = [
    "What", "Whether", "How", "Who", "Whom", "Whose", "Which", "Where", "When", "Why",
];

/// Words that point to a neighbour or begin a fragment: the comment is read alone, in an editor or beside a field.
const POINTER_WORDS: [&str; 7] = ["Its", "Their", "That", "Those", "Of", "For", "In"];

/// The largest share of documentation comments that may begin with one of [`CLAUSE_WORDS`] or [`POINTER_WORDS`], in percent.
const CLAUSES_PERCENT_MAX: usize = 1;

#[test]
fn only_accounts_rs_names_a_platform() {
    let platforms: Vec<String> = fs::read_dir("adapters")
        .unwrap()
        .filter_map(|folder| folder.unwrap().file_name().into_string().ok())
        // What is no platform: the types that all exchange, and what adapters and tests share.
        .filter(|name| !["contract", "kit", "testkit"].contains(&name.as_str()))
        .map(|name| format!("groupdesk_{}", name.replace('-', "_")))
        .collect();
    assert!(platforms.iter().any(|name| name == "groupdesk_onebot"));
    for file in rust_files(Path::new("src")) {
        if file.ends_with("service/accounts.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for (at, line) in text.lines().enumerate() {
            for platform in &platforms {
                assert!(
                    !line.contains(platform.as_str()),
                    "{}:{}: names a platform: {line}",
                    file.display(),
                    at + 1
                );
            }
        }
    }
}

/// Names of platforms that are words of the program too: of its settings, of a command.
const WORDS_TOO: [&str; 4] = ["console", "mail", "web", "webhook"];

/// Files that may name platforms, and why.
const MAY_NAME: [(&str, &str); 5] = [
    ("src/config/addresses.rs", "an example of an account's name"),
    ("src/config/load.rs", "an example of an account's name"),
    ("src/cli/wechat.rs", "a command for accounts of one platform"),
    (
        "src/desk/reading/channel.rs",
        "the names of places of which members speak",
    ),
    (
        "src/desk/reading/fails.rs",
        "the names of places of which members speak",
    ),
];

#[test]
fn what_a_platform_is_called_stands_beside_its_adapter_alone() {
    let mut names = Vec::new();
    for folder in fs::read_dir("adapters").unwrap() {
        let file = folder.unwrap().path().join("src/platform.rs");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let made = text.split("Platform::of_").skip(1);
        names.extend(made.filter_map(|made| made.split('"').nth(1).map(str::to_owned)));
    }
    names.retain(|name| !WORDS_TOO.contains(&name.as_str()));
    assert!(
        names.len() > 10 && names.contains(&"onebot".to_owned()),
        "{names:?}"
    );
    let mut wrong = Vec::new();
    for file in rust_files(Path::new("src")) {
        let shown = file.to_string_lossy().replace('\\', "/");
        let is_test = shown.contains("tests");
        let is_beside_rows = shown.starts_with("src/service/accounts");
        if is_test || is_beside_rows || MAY_NAME.iter().any(|(may, _)| *may == shown) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\n").next().unwrap_or_default();
        for (at, line) in code.lines().enumerate() {
            let is_code = !line.trim_start().starts_with("//") && !line.contains("feature = ");
            let named = names.iter().find(|name| line.contains(&format!("\"{name}\"")));
            if let Some(name) = named.filter(|_| is_code) {
                wrong.push(format!("{shown}:{}: names the platform {name}", at + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_desk_and_what_it_asks_touch_no_file_no_network_and_no_database() {
    let modules = [
        "src/desk",
        "matcher/src",
        "src/hours",
        "src/ticket",
        "src/exchange",
        "src/unanswered",
        "src/exchange.rs",
        "src/unanswered.rs",
        "src/desk.rs",
        "src/ticket.rs",
        "src/hours.rs",
    ];
    for file in modules.iter().flat_map(|path| rust_files(Path::new(path))) {
        let text = fs::read_to_string(&file).unwrap();
        for forbidden in [
            "std::fs",
            "std::net",
            "tokio::",
            "sqlx",
            "crate::store",
            "crate::service",
            "SystemClock",
        ] {
            assert!(!text.contains(forbidden), "{} uses {forbidden}", file.display());
        }
    }
}

#[test]
fn every_file_opens_with_what_it_is_for_and_has_one_purpose() {
    let files = [
        "src",
        "adapters",
        "dashboard",
        "matcher",
        "model",
        "texts",
        "tests",
        "benches",
    ]
    .iter()
    .flat_map(|folder| rust_files(Path::new(folder)));
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        assert!(
            text.starts_with("//!"),
            "{} does not say what it is for",
            file.display()
        );
        let lines = text.lines().count();
        assert!(
            lines <= LINES,
            "{} has {lines} lines: what is its second purpose?",
            file.display()
        );
    }
}

#[test]
fn documentation_comments_begin_with_the_thing() {
    let files = [
        "src",
        "adapters",
        "dashboard",
        "matcher",
        "model",
        "tests",
        "texts",
        "benches",
        "examples",
        "fuzz",
    ]
    .iter()
    .flat_map(|folder| rust_files(Path::new(folder)));
    let mut all = 0;
    let mut clauses = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let mut is_inside = false;
        for (at, line) in text.lines().enumerate() {
            let comment = doc_comment(line);
            if let (false, Some(opening)) = (is_inside, comment) {
                all += 1;
                if is_no_noun_and_no_verb(opening) {
                    clauses.push(format!("{}:{}: {opening}", file.display(), at + 1));
                }
            }
            is_inside = comment.is_some();
        }
    }
    assert!(all > 1_000, "only {all} documentation comments were found");
    assert!(
        clauses.len() * 100 <= all * CLAUSES_PERCENT_MAX,
        "{} of {all} documentation comments begin with a relative clause or a pointer to a neighbour instead of a noun or a verb, such as \
         \"Returns `true` if ...\" or \"The number of ...\"; at most {CLAUSES_PERCENT_MAX} % may. The first ten:\n{}",
        clauses.len(),
        clauses.iter().take(10).cloned().collect::<Vec<_>>().join("\n")
    );
}

/// `true` if a comment begins with a relative clause, a pointer to its neighbour or a fragment.
fn is_no_noun_and_no_verb(opening: &str) -> bool {
    let word = first_word(opening);
    CLAUSE_WORDS.contains(&word) || POINTER_WORDS.contains(&word) || opening.starts_with("The same ")
}

/// Returns the text of a line of a documentation comment.
fn doc_comment(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let text = line.strip_prefix("//!").or_else(|| line.strip_prefix("///"))?;
    // A row of slashes is an ordinary comment.
    (!text.starts_with('/')).then(|| text.trim())
}

/// Returns the first word of a comment, without the marks of a heading or a list before it.
fn first_word(comment: &str) -> &str {
    comment
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default()
}

/// Returns a file, or the files below a folder.
fn rust_files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}
