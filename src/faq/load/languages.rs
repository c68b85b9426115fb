//! Reads `languages`: languages that the program does not speak by itself, each from a file with its sentences.

use super::texts::wording_fault_message;
use super::{Loader, path};
use crate::faq::file_schema::Head;
use crate::language::Language;
use crate::texts::{Catalogue, sentences};
use crate::yaml::{Document, Problem};
use std::collections::BTreeMap;

/// Sentences that are named where a file lacks many.
const NAMED: usize = 8;

/// Returns the languages that a file adds.
pub(in crate::faq) fn added_by(document: &Document) -> Vec<Language> {
    let tags = document.keys(&path(&["languages"]));
    tags.iter().filter_map(|tag| Language::from_tag(tag)).collect()
}

impl Loader<'_> {
    /// Adds the languages of the file to the catalogue.
    pub(super) fn languages(&mut self, head: &Head, catalogue: &mut Catalogue) {
        for (tag, file) in &head.languages {
            let at = path(&["languages", tag]);
            let Some(language) = Language::from_tag(tag) else {
                self.error(
                    &at,
                    format!("`{tag}` is no language"),
                    Some("write its code of ISO 639-1, such as ko, vi or es".to_owned()),
                    format!("「{tag}」不是语言；请写 ISO 639-1 的代码，例如 ko、vi、es"),
                );
                continue;
            };
            if let Some(document) = self.file_beside(&at, file) {
                self.language_file(language, &document, catalogue);
            }
        }
    }

    fn language_file(&mut self, language: Language, document: &Document, catalogue: &mut Catalogue) {
        let mut found = Vec::new();
        let wordings: BTreeMap<String, String> = document.read(&[], &mut found).unwrap_or_default();
        let is_new = !catalogue.speaks(language);
        catalogue.add(language);
        for (name, wording) in &wordings {
            if is_new && catalogue.is_as_in_english(name, wording) {
                continue;
            }
            if let Err(fault) = catalogue.change(language, name, wording) {
                let (message, help, chinese) = wording_fault_message(name, &fault);
                let mut problem = document.problem(std::slice::from_ref(name), message, Some(help));
                problem.in_chinese(chinese);
                found.push(problem);
            }
        }
        self.problems_beside(found);
        let mut missing = sentences()
            .map(|sentence| sentence.name)
            .filter(|name| !wordings.contains_key(*name));
        let named: Vec<&str> = missing.by_ref().take(NAMED).collect();
        if !is_new || named.is_empty() {
            return;
        }
        // A warning: the next version of the program may have one sentence more, and is to start all the same.
        let count = named.len() + missing.count();
        let list = named.join(", ");
        let more = if count > named.len() { ", ..." } else { "" };
        let problem = document.problem(
            &[],
            format!("{count} sentence(s) are missing and said in English: {list}{more}"),
            Some(format!(
                "`groupdesk texts {language}` prints them all, to translate"
            )),
        );
        let mut problem = Problem {
            excerpt: crate::yaml::Excerpt::OtherFile,
            ..problem
        };
        problem.in_chinese(format!(
            "少了 {count} 句，会用英文说：{list}{more}；groupdesk texts {language} 会列出全部，供翻译"
        ));
        self.warnings.push(problem.into_warning());
    }
}
