//! Every sentence that the program says to members and staff, in every language: a data file a language, and a typed function a
//! sentence.
//!
//! A sentence is declared once, by its name and its placeholders (`member`, `staff`, `alerts`, ...). Its wording stands under this name in
//! `zh.yaml`, `en.yaml`, ..., as a template: `{{ number }}` is filled in, and a template may ask `{% if %}` of it. A [`Catalogue`]
//! holds the languages, [`Texts`] is one of them. The answers are the admin's and stand in `faq.yaml`.

pub mod language;

mod adapters;
mod added;
mod alerts;
mod catalogue;
mod commands;
mod decisions;
mod drafts;
mod faq_orders;
mod fill;
mod hours;
mod member;
mod sentence;
mod staff;
mod wording;

#[cfg(test)]
mod tests;

pub use added::template;
pub use catalogue::{Catalogue, SENTENCE_MAX_CHARS, Texts, WordingFault};
pub use fill::Numbered;
pub use sentence::SentenceDeclaration;

/// Returns every sentence that there is.
pub fn sentences() -> impl Iterator<Item = &'static SentenceDeclaration> {
    [
        member::SENTENCES,
        staff::SENTENCES,
        commands::SENTENCES,
        drafts::SENTENCES,
        faq_orders::SENTENCES,
        alerts::SENTENCES,
        adapters::SENTENCES,
        decisions::SENTENCES,
        hours::SENTENCES,
    ]
    .into_iter()
    .flatten()
}
