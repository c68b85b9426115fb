//! The architecture's rules, as tests: the walls that the compiler can't see, and the size of the rooms.

use std::fs;
use std::path::{Path, PathBuf};

/// A file longer than this has a second purpose somewhere.
const LINES: usize = 600;

#[test]
fn only_accounts_rs_names_a_platform() {
    let platforms: Vec<String> = fs::read_dir("adapters")
        .unwrap()
        .filter_map(|folder| folder.unwrap().file_name().into_string().ok())
        .filter(|name| name != "contract")
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

#[test]
fn the_desk_and_what_it_asks_touch_no_file_no_network_and_no_database() {
    let rooms = [
        "src/desk",
        "src/matcher",
        "src/hours",
        "src/ticket",
        "src/exchange",
        "src/exchange.rs",
        "src/desk.rs",
        "src/ticket.rs",
        "src/matcher.rs",
        "src/hours.rs",
    ];
    for file in rooms.iter().flat_map(|room| rust_files(Path::new(room))) {
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
fn imports_run_one_way() {
    let below = [
        (
            "src/faq",
            &[
                "crate::desk",
                "crate::service",
                "crate::store",
                "crate::cli",
                "crate::exchange",
            ][..],
        ),
        (
            "src/exchange",
            &[
                "crate::desk",
                "crate::service",
                "crate::store",
                "crate::cli",
                "crate::ticket",
            ][..],
        ),
        (
            "src/store",
            &["crate::desk", "crate::service", "crate::cli", "crate::faq"][..],
        ),
        (
            "src/ticket",
            &["crate::desk", "crate::service", "crate::store", "crate::cli"][..],
        ),
        ("src/matcher", &["crate::faq", "crate::desk"][..]),
        (
            "src/semantic.rs",
            &["crate::desk", "crate::service", "crate::cli", "crate::faq"][..],
        ),
        ("src/hours", &["crate::faq", "crate::matcher", "crate::desk"][..]),
        ("src/desk", &["crate::cli"][..]),
        ("src/service", &["crate::cli"][..]),
    ];
    for (room, forbidden) in below {
        for file in rust_files(Path::new(room)) {
            let text = fs::read_to_string(&file).unwrap();
            for path in forbidden {
                assert!(!text.contains(path), "{} imports {path}", file.display());
            }
        }
    }
}

#[test]
fn every_file_opens_with_what_it_is_for_and_has_one_purpose() {
    let files = ["src", "adapters", "embedding", "tests", "benches"]
        .iter()
        .flat_map(|room| rust_files(Path::new(room)));
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

fn rust_files(room: &Path) -> Vec<PathBuf> {
    if room.is_file() {
        return vec![room.to_path_buf()];
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(room).into_iter().flatten().flatten() {
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
