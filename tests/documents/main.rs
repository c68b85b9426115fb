//! The documents exist in English and in Chinese, and the two say the same as far as that can be seen from their form: headings,
//! code and tables. Their links lead somewhere, a Chinese page's to Chinese pages; so do those of the pages for developers.

mod code;
mod page;
mod symbols;

use page::Page;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ENGLISH: &str = "docs";
const CHINESE: &str = "docs/zh";

/// The names of a folder's pages.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".md"))
        .collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Every page in English with the same one in Chinese.
fn pairs() -> Vec<(String, String)> {
    let pages = names(ENGLISH).into_iter();
    pages
        .map(|name| (format!("{ENGLISH}/{name}"), format!("{CHINESE}/{name}")))
        .chain([("README.md".to_owned(), "README.zh-CN.md".to_owned())])
        .collect()
}

#[test]
fn every_page_exists_in_both_languages_and_leads_to_the_other() {
    let (english, chinese) = (names(ENGLISH), names(CHINESE));
    let without: Vec<String> = english
        .difference(&chinese)
        .map(|name| format!("{ENGLISH}/{name} has no {CHINESE}/{name}"))
        .chain(
            chinese
                .difference(&english)
                .map(|name| format!("{CHINESE}/{name} has no {ENGLISH}/{name}")),
        )
        .collect();
    assert_eq!(without, Vec::<String>::new());
    assert!(english.len() >= 11, "{english:?}");
    for name in &english {
        for (page, link) in [
            (format!("{ENGLISH}/{name}"), format!("[中文](zh/{name})")),
            (format!("{CHINESE}/{name}"), format!("[English](../{name})")),
        ] {
            assert_eq!(
                read(&page).lines().nth(2),
                Some(link.as_str()),
                "{page}: the line below its title leads to the other language"
            );
        }
    }
}

#[test]
fn what_the_recipes_name_beside_a_file_stands_in_it() {
    let symbols = symbols::symbols(&read("CONTRIBUTING.md"));
    assert!(symbols.len() > 30, "{symbols:?}");
    let stale: Vec<String> = symbols
        .iter()
        .filter(|symbol| !symbol.stands_in(&read(&symbol.file)))
        .map(|symbol| format!("`{}` does not stand in {}", symbol.name, symbol.file))
        .collect();
    assert!(stale.is_empty(), "CONTRIBUTING.md:\n{}", stale.join("\n"));
    let beside = |page: &str| {
        symbols::symbols(page)
            .pop()
            .map(|symbol| (symbol.name, symbol.file))
    };
    let known = Some(("guard::watch".to_owned(), "src/desk.rs".to_owned()));
    assert_eq!(
        beside("1. Decide beside `guard::watch` in\n   [desk](src/desk.rs)."),
        known
    );
    let stale = symbols::symbols("[desk](src/desk.rs): a variant of `Action`.");
    assert!(!stale[0].stands_in("enum TicketAction {}") && stale[0].stands_in("enum Action {}"));
}

#[test]
fn both_languages_have_the_same_headings_code_and_tables() {
    let differences: Vec<String> = pairs()
        .into_iter()
        .filter_map(|(english, chinese)| {
            let difference = Page::read(&read(&english)).difference(&Page::read(&read(&chinese)))?;
            Some(format!(
                "{english}:{} and {chinese}:{}: {}",
                difference.english, difference.chinese, difference.what
            ))
        })
        .collect();
    assert!(differences.is_empty(), "\n{}", differences.join("\n"));
}

#[test]
fn links_lead_to_files_and_those_of_chinese_pages_to_chinese_pages() {
    let mut wrong = Vec::new();
    for (english, chinese) in pairs() {
        for page in [&english, &chinese] {
            let folder = Path::new(page).parent().unwrap();
            for (line, link) in Page::read(&read(page)).links {
                let path = link.split('#').next().unwrap_or_default();
                if path.is_empty() || link.contains(':') {
                    continue;
                }
                let target = plain(&folder.join(path));
                if !root().join(&target).exists() {
                    wrong.push(format!("{page}:{line}: {link} is not there"));
                }
                let other_language = *page == chinese && target.to_str() != Some(english.as_str());
                if other_language && target.starts_with(ENGLISH) && !target.starts_with(CHINESE) {
                    wrong.push(format!("{page}:{line}: {link} leads to the English page"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Pages for those who change or release the code; they are in English only.
const FOR_DEVELOPERS: [&str; 4] = ["ARCHITECTURE.md", "CONTRIBUTING.md", "RELEASE.md", "SECURITY.md"];

#[test]
fn links_of_pages_for_developers_lead_to_files() {
    let mut wrong = Vec::new();
    for page in FOR_DEVELOPERS {
        for (line, link) in Page::read(&read(page)).links {
            let path = link.split('#').next().unwrap_or_default();
            if !path.is_empty() && !link.contains(':') && !root().join(path).exists() {
                wrong.push(format!("{page}:{line}: {link} is not there"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The path without its `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[test]
fn emphasis_is_shown_as_emphasis() {
    // `**word。**word` is none: beside a Chinese comma or full stop the stars are shown instead.
    let wrong: Vec<String> = pairs()
        .into_iter()
        .flat_map(|(_, chinese)| {
            let stars = Page::read(&read(&chinese)).stars;
            stars
                .into_iter()
                .map(move |(line, text)| format!("{chinese}:{line}: a star stands in the text: {text}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
