//! Collects the files for `check`: those named, and the FAQ that a configuration among them names.

use crate::cli::{Failure, problem_report};
use crate::config::{self, Environment, NamedFaq};
use crate::yaml::{FILE_BYTES_MAX, Problem, READ_TIME, nearest, read_text, within};
use std::path::{Path, PathBuf};

/// A file with its text, or the problem with its bytes.
pub(super) type Read = (PathBuf, Result<String, Box<Problem>>);

/// Reads the files to check. Also returns problems with the FAQ that a configuration names.
///
/// # Errors
/// [`Failure::Usage`] if a named file can't be read.
pub(super) fn read(named: &[PathBuf]) -> Result<(Vec<Read>, Vec<Problem>), Failure> {
    let (config, faq) = (Path::new("groupdesk.yaml"), Path::new("faq.yaml"));
    let mut wanted = named.to_vec();
    if wanted.is_empty() {
        let first = [config, faq].into_iter().find(|path| path.exists());
        wanted.extend(first.map(Path::to_owned));
    }
    let mut files: Vec<Read> = Vec::new();
    for path in wanted {
        // Named twice, and be it by another way.
        if is_among(&path, files.iter()) {
            continue;
        }
        let text = read_text(&path, FILE_BYTES_MAX);
        // A problem without a line is about the file, not its text.
        if let Err(problem) = &text
            && problem.line == 0
        {
            return Err(Failure::Usage(problem_report::in_words(problem, &[])));
        }
        files.push((path, text));
    }
    let mut followed = Vec::new();
    let mut doubts = Vec::new();
    for (path, text) in &files {
        let Some(text) = text.as_ref().ok().filter(|text| is_config(path, text)) else {
            continue;
        };
        match config::named_faq(path, text, &Environment::lenient()) {
            Some(named) if is_among(&named.path, files.iter().chain(&followed)) => {}
            Some(named) => match read_text(&named.path, FILE_BYTES_MAX) {
                Err(problem) if problem.line == 0 => doubts.push(not_there(&named, &problem)),
                read => followed.push((named.path, read)),
            },
            // A missing key is a mistake that is hard to find.
            None if named.is_empty() && faq.exists() && !mentions_faq(text) => {
                doubts.push(not_used(path));
                followed.push((faq.to_owned(), read_text(faq, FILE_BYTES_MAX)));
            }
            None => {}
        }
    }
    files.extend(followed);
    Ok((files, doubts))
}

fn is_among<'f>(path: &Path, files: impl Iterator<Item = &'f Read>) -> bool {
    let real = |path: &Path| {
        let named = path.to_owned();
        let found = within(READ_TIME, move || named.canonicalize());
        found.and_then(Result::ok).unwrap_or_else(|| path.to_owned())
    };
    let mut files = files.peekable();
    if files.peek().is_none() {
        return false;
    }
    let wanted = real(path);
    files.any(|(known, _)| real(known) == wanted)
}

/// Returns `true` if a configuration has the key, even if it can't be parsed.
fn mentions_faq(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("faq"))
}

/// Makes an error about the key `faq` that names no file.
fn not_there(named: &NamedFaq, problem: &Problem) -> Problem {
    let path = named.path.display();
    let name = |path: &Path| path.file_name()?.to_str().map(str::to_owned);
    let given = name(&named.path);
    let folder = match named.path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let listed = folder.to_owned();
    // The folder may be on the share that does not answer.
    let entries = within(READ_TIME, move || -> Vec<_> {
        let entries = std::fs::read_dir(listed).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    });
    let mut others: Vec<String> = entries
        .into_iter()
        .flatten()
        .filter_map(|path| name(&path))
        .filter(|name| Some(name) != given.as_ref())
        .filter(|name| (name.ends_with(".yaml") || name.ends_with(".yml")) && !name.starts_with("groupdesk"))
        .filter(|name| {
            let other = folder.join(name);
            // The configuration itself stands there too.
            read_text(&other, FILE_BYTES_MAX).is_ok_and(|text| !is_config(&other, &text))
        })
        .collect();
    others.sort();
    let (help, chinese) = match nearest(&given.unwrap_or_default(), &others) {
        Some(meant) => (
            format!("did you mean `faq: {meant}`?"),
            format!("是不是要写 faq: {meant}？"),
        ),
        None => (
            "put the file there, or correct its name".to_owned(),
            "请把文件放到那里，或改正文件名".to_owned(),
        ),
    };
    let why = &problem.message;
    let mut told = named.problem(format!("the FAQ `{path}` can't be used: {why}"), Some(help));
    told.in_chinese(format!("找不到或读不了 FAQ 文件「{path}」；{chinese}"));
    told
}

/// Makes a warning about a FAQ beside a configuration that does not name it.
fn not_used(config: &Path) -> Problem {
    let message =
        "faq.yaml stands here, but the configuration has no `faq:`: `run` answers from the FAQ built in";
    let mut problem = Problem {
        help: Some("add the line `faq: faq.yaml`".to_owned()),
        ..Problem::of_file(&config.display().to_string(), message.to_owned())
    };
    problem
        .in_chinese("这里有 faq.yaml，但配置里没有 faq: ，run 会用程序内置的 FAQ；请加上一行 faq: faq.yaml");
    problem.into_warning()
}

/// Returns `true` for a configuration: by its name, else by keys that only a configuration has.
pub(super) fn is_config(path: &Path, text: &str) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let has = |keys: &[&str]| {
        text.lines()
            .any(|line| keys.iter().any(|key| line.starts_with(key)))
    };
    name.starts_with("groupdesk") || (has(&["accounts:", "channels:", "store:"]) && !has(&["entries:"]))
}
