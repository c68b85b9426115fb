//! Reads the files beside `faq.yaml` that it names.

use super::Loader;
use crate::hours::{HolidayBook, HolidaySpec};
use crate::yaml::{Document, Excerpt, Limits, Problem, read_text};
use std::path::{Component, Path};

/// Largest such file, in bytes: the calendar of a country for a century has a tenth of this.
const BYTES_MAX: u64 = 1 << 20;

impl Loader<'_> {
    /// Returns the book with the calendar that stands in a file; `None` if that has errors, which are reported.
    pub(super) fn calendar(
        &mut self,
        at: &[String],
        name: &str,
        file: &str,
        book: &HolidayBook,
    ) -> Option<HolidayBook> {
        let document = self.file_beside(at, file)?;
        let mut found = Vec::new();
        let spec = document.read::<HolidaySpec>(&[], &mut found);
        let mut with = None;
        if let Some(spec) = spec.filter(|_| found.is_empty()) {
            match book.clone().with(name, &spec) {
                Ok(book) => with = Some(book),
                Err(errors) => found.extend(errors.into_iter().map(|error| {
                    let mut problem = document.problem(&error.path, error.message, error.help);
                    problem.chinese = error.chinese;
                    problem
                })),
            }
        }
        self.problems_beside(found);
        with
    }

    /// Reads a file by its path from the folder of this one.
    pub(super) fn file_beside(&mut self, at: &[String], name: &str) -> Option<Document> {
        let is_below = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
        if !Path::new(name).components().all(is_below) {
            self.error(
                at,
                format!("`{name}` is not beside this file"),
                Some(
                    "name a file in the folder of this one or below it, such as holidays/kr.yaml".to_owned(),
                ),
                format!(
                    "「{name}」不在本文件所在的目录里；请写同一目录或其子目录里的文件，例如 holidays/kr.yaml"
                ),
            );
            return None;
        }
        let folder = Path::new(self.file).parent().unwrap_or(Path::new(""));
        let path = folder.join(name);
        self.beside.push(path.clone());
        let text = match read_text(&path, BYTES_MAX) {
            Ok(text) => text,
            Err(mut problem) => {
                let (line, _) = self.document.position(at);
                problem.help = Some(format!("`{}` names it in line {line}", self.file));
                if let Some(chinese) = &mut problem.chinese {
                    chinese.push_str(&format!("（「{}」第 {line} 行写了这个文件）", self.file));
                }
                self.problems_beside(vec![*problem]);
                return None;
            }
        };
        match Document::parse(&path.display().to_string(), &text, &Limits::default()) {
            Ok(document) => {
                // Sentences have line breaks; only paths are broken by them.
                let is_break = |warning: &Problem| warning.message.starts_with("`\\n`");
                let warnings = document.warnings().iter();
                let warnings = warnings.filter(|warning| !is_break(warning)).cloned();
                self.warnings.extend(warnings.map(elsewhere));
                Some(document)
            }
            Err(problems) => {
                self.problems_beside(problems);
                None
            }
        }
    }

    /// Reports problems of a file beside this one.
    pub(super) fn problems_beside(&mut self, problems: Vec<Problem>) {
        self.problems.extend(problems.into_iter().map(elsewhere));
    }
}

fn elsewhere(problem: Problem) -> Problem {
    Problem {
        excerpt: Excerpt::OtherFile,
        ..problem
    }
}
