//! Prints problems of files, and loads a FAQ for a command.

use super::Failure;
use crate::desk::Knowledge;
use crate::matcher::QuestionEmbeddings;
use crate::service::embedded_faq;
use crate::yaml::{FILE_BYTES_MAX, Problem, Severity, read_text};
use groupdesk_contract::divided;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Reads the FAQ to use: the file named, else `faq.yaml` here, else the one built in.
///
/// # Errors
/// [`Failure::Usage`] if the named file can't be read.
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

/// Loads the FAQ, with another precision than its own if one is given.
///
/// # Errors
/// [`Failure::Found`] after printing the problems; [`Failure::Usage`] if the file can't be read or the precision is out
/// of range.
pub(super) fn knowledge(path: Option<&Path>, precision: Option<f64>) -> Result<Knowledge, Failure> {
    knowledge_with(path, precision, None)
}

/// Loads the FAQ as [`knowledge`] does, with the embeddings of its texts.
///
/// # Errors
/// As for [`knowledge`].
pub(super) fn knowledge_with(
    path: Option<&Path>,
    precision: Option<f64>,
    meanings: Option<Arc<QuestionEmbeddings>>,
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

/// Reads the text of one of the operator's files.
///
/// # Errors
/// [`Failure::Usage`] if it can't be read; [`Failure::Found`] after printing the problem if it is no UTF-8.
pub(super) fn text_of(path: &Path) -> Result<String, Failure> {
    read_text(path, FILE_BYTES_MAX).map_err(|problem| {
        if problem.line == 0 {
            return Failure::Usage(problem.to_string());
        }
        problems(&[*problem], "");
        Failure::Found
    })
}

/// Formats a reason that may be in English and Chinese as one line.
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
