//! Languages that the program does not speak by itself.

use super::catalogue::Catalogue;
use crate::language::Language;
use std::fmt::Write;

impl Catalogue {
    /// Adds a language. It says each sentence as English does until that is changed.
    pub fn add(&mut self, language: Language) {
        self.tables.entry(language).or_default();
    }

    /// `true` if a wording is English's own: not translated yet, or the same in both languages. `home_zone` may be empty.
    pub fn is_as_in_english(&self, name: &str, wording: &str) -> bool {
        let sentence = super::sentences().any(|sentence| sentence.name == name);
        sentence && self.texts(Language::ENGLISH).written(name).trim() == wording.trim()
    }
}

/// Returns a file of sentences to translate into a language, from English.
pub fn template(language: Language) -> String {
    let mut file = format!(
        "# The sentences of groupdesk for `{language}`, to be translated: save this as texts/{language}.yaml beside faq.yaml, and name it there:\n\
         # languages: {{ {language}: texts/{language}.yaml }}\n\
         # Keep what stands in {{{{ }}}} and {{% %}}. `home_zone` is the time zone of its readers, such as Asia/Seoul; empty if they live in many.\n"
    );
    let english = Catalogue::built_in_file(Language::ENGLISH).unwrap_or_default();
    // The head of the English file is about that one.
    let sentences = english.lines().skip_while(|line| line.starts_with('#'));
    for line in sentences {
        let _ = writeln!(file, "{line}");
    }
    file
}
