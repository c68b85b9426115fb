//! `qq：{ platform: onebot }`: the full-width colon is part of the key's name, which ends at the first colon between the braces.

use super::line::{Line, WIDE_COLONS};
use super::mask_secrets::{self, is_secret_path};
use super::{Document, Excerpt, Problem, mistakes, syntax_fault};

/// Makes the error about the key at the end of `path`, if it holds a full-width colon and the bracket behind it.
pub(super) fn problem(document: &Document, path: &[String], line: usize) -> Option<Problem> {
    let (key, above) = path.split_last()?;
    let (name, rest) = key.split_once(WIDE_COLONS)?;
    let at = line.checked_sub(1)?;
    let lines: Vec<&str> = document.lines.iter().map(String::as_str).collect();
    let is_it = Line::of(lines.get(at)?).key == Some(name.trim_end());
    if !rest.trim_start().starts_with(['{', '[']) || !is_it || is_secret_path(above) {
        return None;
    }
    let mut mistake = mistakes::wide_colon(&lines, at)?;
    mistake.show &= !mask_secrets::hides(&lines, at);
    let mut problem = syntax_fault::mistake_problem(&document.file, &lines, &mistake);
    problem.path = [above, &[name.trim_end().to_owned()]].concat().join(".");
    if document.keeps_secrets {
        problem.excerpt = Excerpt::Key;
    }
    Some(problem)
}
