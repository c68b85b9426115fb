//! Every language has every sentence, and what members and staff read stands in one file.

use super::{Catalogue, SentenceDeclaration, sentences};
use crate::language::Language;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Sentences as members and staff see them: every one in every language, with made-up values.
const SEEN: &str = "src/tests/seen.txt";

#[test]
fn every_language_has_every_sentence_with_its_placeholders() {
    let names: BTreeSet<&str> = sentences().map(|sentence| sentence.name).collect();
    assert_eq!(names.len(), sentences().count(), "a name stands twice");
    for language in Catalogue::built_in().languages() {
        let has = Catalogue::built_in().names(language);
        let has: BTreeSet<&str> = has.iter().map(String::as_str).collect();
        assert_eq!(has, names, "{language}");
        for sentence in sentences() {
            let used = Catalogue::built_in().placeholders(language, sentence.name);
            for placeholder in &used {
                assert!(
                    sentence.has(placeholder),
                    "{language} {}: {placeholder}",
                    sentence.name
                );
            }
            for placeholder in sentence.needed {
                assert!(
                    used.contains(*placeholder),
                    "{language} {}: {placeholder}",
                    sentence.name
                );
            }
        }
    }
}

#[test]
fn what_members_and_staff_see_stands_in_one_file() {
    let mut seen = String::new();
    for sentence in sentences() {
        let _ = writeln!(seen, "{}", sentence.name);
        for language in Catalogue::built_in().languages() {
            for shown in every_form(sentence, language) {
                let _ = writeln!(seen, "  {language:7} {}", shown.replace('\n', "⏎"));
            }
        }
    }
    if std::env::var_os("GROUPDESK_WRITE_SEEN").is_some() {
        std::fs::write(SEEN, &seen).unwrap();
    }
    let stands = std::fs::read_to_string(SEEN).unwrap_or_default();
    let differs = seen.lines().zip(stands.lines()).find(|(now, stood)| now != stood);
    assert!(
        seen == stands,
        "{SEEN} is not what is said now: {differs:?}; look at it, and write it anew with GROUPDESK_WRITE_SEEN=1"
    );
}

#[test]
fn every_sentence_of_the_program_could_stand_in_a_file_of_an_admin() {
    for language in Catalogue::built_in().languages() {
        for sentence in sentences() {
            let mut catalogue = Catalogue::clone(Catalogue::built_in());
            let written = catalogue.texts(language).written(sentence.name);
            // English has no zone of its own.
            if written.trim().is_empty() {
                continue;
            }
            let changed = catalogue.change(language, sentence.name, &written);
            assert_eq!(changed, Ok(()), "{language} {}: {written}", sentence.name);
        }
    }
}

/// Characters that only simplified Chinese writes so.
const SIMPLIFIED: &str = "您请这们说没还给问认开员时题发为无现该录转单过";

#[test]
fn no_sentence_of_another_language_is_chinese() {
    let is_han = |c: char| ('\u{3400}'..='\u{9fff}').contains(&c);
    for sentence in sentences() {
        for shown in every_form(sentence, Language::ENGLISH) {
            assert!(!shown.chars().any(is_han), "{}: {shown}", sentence.name);
        }
        let chinese = every_form(sentence, Language::CHINESE);
        for shown in every_form(sentence, Language::JAPANESE) {
            assert!(
                !shown.chars().any(|c| SIMPLIFIED.contains(c)),
                "{}: {shown}",
                sentence.name
            );
            let is_same = chinese.contains(&shown) && shown.chars().filter(|c| is_han(*c)).count() > 2;
            assert!(!is_same, "{}: {shown}", sentence.name);
        }
    }
}

/// Renders a sentence with made-up values: with all that may be there, and with none of it.
fn every_form(sentence: &SentenceDeclaration, language: Language) -> Vec<String> {
    let mut forms = Vec::new();
    for full in [true, false] {
        let texts = Catalogue::built_in().texts(language);
        let shown = texts.say(sentence.name, &sentence.made_up(full));
        if !forms.contains(&shown) {
            forms.push(shown);
        }
    }
    forms
}
