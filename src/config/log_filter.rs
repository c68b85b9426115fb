//! The log's filter: a misspelt level is the name of a module to it, of which nothing is ever logged.

use super::load::strings;
use crate::yaml::{Document, Problem, nearest};

/// Levels of a filter.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// Warns of a word in a filter that was probably meant as a level.
pub(super) fn doubt(document: &Document, filter: Option<&str>) -> Option<Problem> {
    let levels = LEVELS.map(str::to_owned);
    let mut words = filter?.split(',').map(str::trim);
    let (word, meant) = words.find_map(|word| {
        let is_bare = word.chars().all(char::is_alphabetic);
        let is_level = LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word));
        let meant = nearest(word, &levels).filter(|_| is_bare && !is_level)?;
        Some((word, meant))
    })?;
    let mut problem = document.problem(
        &strings(&["log", "filter"]),
        format!(
            "`{word}` is no level of the log: it is read as the name of a module, and nothing else is logged"
        ),
        Some(format!("did you mean `{meant}`?")),
    );
    problem.in_chinese(format!(
        "「{word}」不是日志级别，会被当成模块名，别的都不记录；是不是要写 {meant}？"
    ));
    Some(problem.into_warning())
}
