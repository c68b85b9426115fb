//! The walls between the files of one crate: they import each other in one direction, so that each can be read after those that it
//! imports. What counts is a `use` at the level of the module; a path within a function is a call, not a part of the structure.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A file, by the path of its module within the crate; the crate's root is empty.
type Module = Vec<String>;

/// Says whether one file may import another whatever the other imports.
type Idiom = fn(from: &Module, to: &Module) -> bool;

/// Imports that make no cycle, by the idiom.
const IDIOMS: &[(&str, Idiom)] = &[
    // `x.rs` declares `x/y.rs` and names it; `y` may import what its parent defines.
    ("a module and its own submodules", |from, to| {
        to.len() > from.len() && to.starts_with(from)
    }),
];

#[test]
fn the_files_of_a_crate_import_each_other_in_one_direction() {
    let mut wrong = Vec::new();
    for source in sources() {
        let circles = circles(&imports_of(&source));
        let shown = circles
            .iter()
            .map(|circle| format!("{}: {}", source.display(), shown(circle)));
        wrong.extend(shown);
    }
    assert!(
        wrong.is_empty(),
        "files that import each other in a circle (idioms that may: {:?}):\n{}",
        IDIOMS.iter().map(|(idiom, _)| idiom).collect::<Vec<_>>(),
        wrong.join("\n")
    );
}

#[test]
fn a_circle_is_seen_and_the_idioms_are_none() {
    let files = |files: &[(&str, &str)]| -> BTreeMap<Module, BTreeSet<Module>> {
        let modules: BTreeSet<Module> = files.iter().map(|(name, _)| module(name)).collect();
        files
            .iter()
            .map(|(name, text)| (module(name), edges(&module(name), text, &modules)))
            .collect()
    };
    let circle = [
        ("", "mod a;\nmod b;\nmod c;\npub use a::A;"),
        ("a", "use crate::b::{self, B};"),
        ("b", "use super::c::C;"),
        (
            "c",
            "use crate::{\n    a::{A, Z},\n};\nfn f() {\n    use crate::b::X;\n}",
        ),
    ];
    assert_eq!(
        circles(&files(&circle)),
        [vec![module("a"), module("b"), module("c")]]
    );
    let tree = [
        ("", "use crate::a::A;"),
        ("a", "use self::b::B;\nuse crate::c;"),
        ("a::b", "use super::A;\nuse crate::Root;"),
        ("c", "#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}"),
    ];
    assert_eq!(circles(&files(&tree)), Vec::<Vec<Module>>::new());
}

/// Returns the source folders of all crates of the workspace.
fn sources() -> Vec<PathBuf> {
    let mut found = vec![
        PathBuf::from("src"),
        PathBuf::from("dashboard/src"),
        PathBuf::from("matcher/src"),
        PathBuf::from("model/src"),
        PathBuf::from("texts/src"),
    ];
    for adapter in fs::read_dir("adapters").unwrap().flatten() {
        found.extend(["src", "fake/src"].map(|folder| adapter.path().join(folder)));
    }
    found.retain(|folder| folder.is_dir());
    found.sort();
    found
}

/// Returns what each file below `source` imports of the others.
fn imports_of(source: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let mut texts = BTreeMap::new();
    read_below(source, &mut Vec::new(), &mut texts);
    let modules: BTreeSet<Module> = texts.keys().cloned().collect();
    texts
        .iter()
        .map(|(module, text)| (module.clone(), edges(module, text, &modules)))
        .collect()
}

fn read_below(folder: &Path, parents: &mut Vec<String>, texts: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name == "tests" {
            continue;
        }
        parents.push(name.clone());
        if path.is_dir() {
            read_below(&path, parents, texts);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let is_root = parents.len() == 1 && matches!(name.as_str(), "lib" | "main");
            let module = if is_root { Vec::new() } else { parents.clone() };
            texts.insert(module, fs::read_to_string(&path).unwrap());
        }
        parents.pop();
    }
}

/// Returns the modules that `text`, which is `module`, imports by `use` at its level; those of idioms are left out.
fn edges(module: &Module, text: &str, modules: &BTreeSet<Module>) -> BTreeSet<Module> {
    let mut found = BTreeSet::new();
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut statement: Option<String> = None;
    for line in code.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let begins = ["use ", "pub use ", "pub(crate) use ", "pub(super) use "]
            .iter()
            .find_map(|word| line.strip_prefix(word));
        match (&mut statement, begins) {
            (None, Some(rest)) => statement = Some(rest.to_owned()),
            (Some(tree), _) => tree.push_str(line),
            (None, None) => {}
        }
        let whole = statement
            .as_deref()
            .and_then(|tree| tree.trim_end().strip_suffix(';'));
        if let Some(tree) = whole {
            let mut paths = Vec::new();
            expand(&[], tree, &mut paths);
            found.extend(paths.iter().filter_map(|path| target(module, path, modules)));
            statement = None;
        }
    }
    found.remove(module);
    found.retain(|to| !IDIOMS.iter().any(|(_, may)| may(module, to)));
    found
}

/// Adds the paths of a tree of imports such as `crate::{a::A, b}`.
fn expand(before: &[String], tree: &str, paths: &mut Vec<Vec<String>>) {
    let parts = |text: &str| -> Vec<String> {
        let text = text.split(" as ").next().unwrap_or_default();
        let parts = text.split("::").map(|part| part.trim().to_owned());
        parts.filter(|part| !part.is_empty()).collect()
    };
    let Some((head, rest)) = tree.split_once('{') else {
        paths.push([before, &parts(tree)].concat());
        return;
    };
    let before = [before, &parts(head)].concat();
    let (mut depth, mut branch) = (0, String::new());
    for c in rest.chars() {
        match c {
            ',' if depth == 0 => expand(&before, &std::mem::take(&mut branch), paths),
            '}' if depth == 0 => break,
            c => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                branch.push(c);
            }
        }
    }
    if !branch.trim().is_empty() {
        expand(&before, &branch, paths);
    }
}

/// Returns the file that `path` leads to from `module`; `None` for another crate.
fn target(module: &Module, path: &[String], modules: &BTreeSet<Module>) -> Option<Module> {
    let (first, mut rest) = path.split_first()?;
    let mut at = match first.as_str() {
        "crate" => Module::new(),
        "self" => module.clone(),
        "super" => module.get(..module.len().checked_sub(1)?)?.to_vec(),
        name => {
            let own = [module.as_slice(), &[name.to_owned()]].concat();
            return modules.contains(&own).then_some(own);
        }
    };
    while let Some((name, after)) = rest.split_first() {
        if name == "super" {
            at.pop();
        } else {
            let next = [at.as_slice(), std::slice::from_ref(name)].concat();
            if !modules.contains(&next) {
                break;
            }
            at = next;
        }
        rest = after;
    }
    Some(at)
}

/// Returns the sets of files each of which imports every other one, by whatever way.
fn circles(imports: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<Module>> {
    let reach: BTreeMap<&Module, BTreeSet<&Module>> = imports
        .keys()
        .map(|from| {
            let mut reached = BTreeSet::new();
            let mut open = vec![from];
            while let Some(at) = open.pop() {
                for next in imports.get(at).into_iter().flatten() {
                    if reached.insert(next) {
                        open.push(next);
                    }
                }
            }
            (from, reached)
        })
        .collect();
    let reaches = |from: &Module, to: &Module| reach.get(from).is_some_and(|reached| reached.contains(to));
    let mut found: Vec<Vec<Module>> = Vec::new();
    for from in imports.keys().filter(|from| reaches(from, from)) {
        if found.iter().any(|circle| circle.contains(from)) {
            continue;
        }
        let circle = imports.keys().filter(|to| reaches(from, to) && reaches(to, from));
        found.push(circle.cloned().collect());
    }
    found
}

fn shown(circle: &[Module]) -> String {
    let names = circle.iter().map(|module| module.join("::"));
    names.collect::<Vec<_>>().join(", ")
}

fn module(name: &str) -> Module {
    name.split("::")
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
