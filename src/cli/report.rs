//! Printing problems of files, and loading a FAQ for a command.

use super::Failure;
use crate::desk::Knowledge;
use crate::matcher::Meanings;
use crate::service::embedded_faq;
use crate::yaml::{FILE_BYTES_MAX, Problem, Severity, read_text};
use groupdesk_contract::divided;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// The FAQ to use: the file named, else `faq.yaml` here, else the one built in.
///
/// # Errors
/// [`Failure::Usage`] where the named file can't be read.
pub(super) fn faq_text(path: Option<&Path>) -> Result<(String, String), Failure> {
    let here = Path::new("faq.yaml");
    let path = match path {
        None if here.exists() => here,
        None => {
            let (name, text) = embedded_faq();
            return Ok((name.to_owned(), text.to_owned()));
        }
        Some(path) => path,
    };
    Ok((path.display().to_string(), text_of(path)?))
}

/// Loads the FAQ, with another precision than its own where one is given, or prints all that is wrong with it.
///
/// # Errors
/// [`Failure::Found`] after printing the problems; [`Failure::Usage`] where the file can't be read or the precision is
/// out of range.
pub(super) fn knowledge(path: Option<&Path>, precision: Option<f64>) -> Result<Knowledge, Failure> {
    knowledge_with(path, precision, None)
}

/// As [`knowledge`], with what the FAQ's texts mean.
///
/// # Errors
/// As for [`knowledge`].
pub(super) fn knowledge_with(
    path: Option<&Path>,
    precision: Option<f64>,
    meanings: Option<Arc<Meanings>>,
) -> Result<Knowledge, Failure> {
    if let Some(precision) = precision.filter(|precision| !(0.5..=0.999).contains(precision)) {
        return Err(Failure::Usage(format!(
            "--precision {precision} 超出范围，应为 0.5 到 0.999 / is out of range: 0.5 to 0.999"
        )));
    }
    let (file, text) = faq_text(path)?;
    match Knowledge::load_with(&file, &text, precision, meanings) {
        Ok((knowledge, found)) => {
            let errors: Vec<Problem> = found
                .into_iter()
                .filter(|problem| problem.severity == Severity::Error)
                .collect();
            problems(&errors, &text);
            Ok(knowledge)
        }
        Err(found) => {
            problems(&found, &text);
            Err(Failure::Found)
        }
    }
}

/// The text of one of the operator's files.
///
/// # Errors
/// [`Failure::Usage`] where it can't be read; [`Failure::Found`] after printing where it is no UTF-8.
pub(super) fn text_of(path: &Path) -> Result<String, Failure> {
    read_text(path, FILE_BYTES_MAX).map_err(|problem| {
        if problem.line == 0 {
            return Failure::Usage(problem.to_string());
        }
        problems(&[*problem], "");
        Failure::Found
    })
}

/// A reason that may be in English and Chinese, in a line.
pub(super) fn in_a_line(why: &str) -> String {
    match divided(why) {
        (english, Some(chinese)) => format!("{chinese} / {english}"),
        (english, None) => english.to_owned(),
    }
}

/// Prints problems to standard error, each with its line and a mark under the place.
pub(super) fn problems(problems: &[Problem], text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    for problem in problems {
        // Standard error may be gone, which is no reason to break off.
        let _ = writeln!(std::io::stderr(), "{}", problem.with_source(&lines));
    }
}
