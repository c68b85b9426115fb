//! The readers and writers on what people and programs write.

mod formats;
mod made_up;
mod mixed;
mod round_trip;

use super::*;
use crate::faq::{WrittenEntry, load, written};

fn source(name: &str, content: impl AsRef<[u8]>) -> Source {
    Source {
        name: name.to_owned(),
        bytes: content.as_ref().to_vec(),
    }
}

fn options() -> Options {
    Options {
        format: None,
        language: None,
        file: "faq.yaml".to_owned(),
        into: Destination::New(None),
        meaning: |question| (question == "转人工").then_some(("calls a human", "转人工")),
    }
}

/// Imports one file, and returns what was made of it with its entries.
fn imported(name: &str, content: impl AsRef<[u8]>) -> (Imported, Vec<WrittenEntry>) {
    let made =
        import(&[source(name, content)], &options()).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    let entries = entries_of(&made.yaml);
    (made, entries)
}

fn entries_of(yaml: &str) -> Vec<WrittenEntry> {
    let read = written("faq.yaml", yaml);
    read.unwrap_or_else(|problems| panic!("{problems:#?}\n{yaml}"))
        .entries
}

/// Questions and the one answer of each entry.
fn said(entries: &[WrittenEntry]) -> Vec<(Vec<&str>, &str)> {
    let said = entries.iter().map(|entry| {
        let questions = entry.questions.iter().map(String::as_str).collect();
        (
            questions,
            entry.answer.first().map_or("", |(_, text)| text.as_str()),
        )
    });
    said.collect()
}

fn notes(made: &Imported) -> Vec<String> {
    let notes = made.notes.iter();
    notes
        .map(|note| format!("{:?} {}: {}", note.fate, note.place, note.english))
        .collect()
}
