//! The files of an adapter: each has those of `adapters/template` under the same names, so that whoever has read one has read all.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// Crates below `adapters` that are no adapters.
const NO_ADAPTERS: [&str; 5] = ["contract", "kit", "template", "testkit", "wechat-callback"];

/// Folders of the accounts of crates that have several kinds; all others have one, in `src`.
const ACCOUNTS: &[(&str, &[&str])] = &[
    ("web", &["room", "site"]),
    ("wechat", &["kf", "official", "ilink"]),
    ("wecom", &["robot"]),
];

/// Files of the template that only some platforms have.
const OPTIONAL: [&str; 2] = ["codes.rs", "webhook.rs"];

/// Files that an adapter does without, by its folder, and why.
const WITHOUT: &[(&str, &[&str], &str)] = &[
    (
        "mail/src",
        &["channel_id.rs", "wire.rs"],
        "its channels are the targets of its settings, and its wire is in libraries",
    ),
    (
        "terminal/src",
        &["channel_id.rs", "send.rs", "settings.rs", "wire.rs"],
        "there is no platform behind it",
    ),
    (
        "ticketing/src",
        &[
            "channel_id.rs",
            "read.rs",
            "receive.rs",
            "send.rs",
            "wire.rs",
            "write.rs",
        ],
        "one adapter in src/adapter for several systems, each with read, wire and write in its own folder",
    ),
    (
        "web/src/room",
        &["settings.rs", "wire.rs", "write.rs"],
        "it is the dashboard's own room: nothing to set up, and no platform behind it",
    ),
    (
        "webhook/src",
        &["channel_id.rs", "write.rs"],
        "its channels are the targets of its settings, and its wire is its own, made in wire",
    ),
    (
        "wechat/src/ilink",
        &["write.rs"],
        "it sends nothing but texts, made in src/text",
    ),
    (
        "wechat/src/kf",
        &["wire.rs"],
        "its JSON is read field by field, and what it sends is made in write",
    ),
    (
        "wechat/src/official",
        &["receive.rs", "wire.rs", "write.rs"],
        "WeChat posts all of it to webhook, in XML that read takes apart; replies are made in src/text",
    ),
    (
        "wecom/src/robot",
        &["wire.rs", "write.rs"],
        "its JSON is read field by field; src/render is shared with applications and group robots",
    ),
];

#[test]
fn every_adapter_has_the_files_of_the_template() {
    let template = files(Path::new("adapters/template/src"));
    assert!(template.len() >= 8, "{template:?}");
    let mut wrong = Vec::new();
    for folder in accounts() {
        let name = folder
            .strip_prefix("adapters")
            .unwrap()
            .to_string_lossy()
            .into_owned();
        let without = WITHOUT.iter().find(|(of, _, _)| *of == name);
        let without = without.map_or(&[][..], |(_, files, _)| files);
        let there = files(&folder);
        for file in &template {
            let may_lack = OPTIONAL.contains(&file.as_str()) || without.contains(&file.as_str());
            // A crate with several kinds of accounts tells of all its platforms in one file.
            let is_root = ["lib.rs", "platform.rs"].contains(&file.as_str()) && !folder.ends_with("src");
            if !there.contains(file) && !may_lack && !is_root {
                wrong.push(format!("{name} has no {file}"));
            }
            if there.contains(file) && without.contains(&file.as_str()) {
                wrong.push(format!("{name} has a {file}: take it out of WITHOUT"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the folders that hold an account's files.
fn accounts() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in fs::read_dir("adapters").unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name().into_string().unwrap();
        if NO_ADAPTERS.contains(&name.as_str()) {
            continue;
        }
        let source = folder.path().join("src");
        match ACCOUNTS.iter().find(|(of, _)| *of == name) {
            Some((_, accounts)) => found.extend(accounts.iter().map(|account| source.join(account))),
            None => found.push(source),
        }
    }
    found.sort();
    found
}

/// Returns the names of the modules in a folder, as files: a folder of the same name counts.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".rs") && name != "tests.rs")
        .collect();
    names.sort();
    names
}
