//! Every sentence to members, staff and admins: those of the crate `texts`, and what the desk and the calendar put together of them
//! (`impl ComposedTexts` there).

use crate::language::Language;
pub use groupdesk_texts::{
    Catalogue, Numbered, SENTENCE_MAX_CHARS, SentenceDeclaration, Texts, WordingFault, sentences, template,
};
use std::ops::Deref;

/// The sentences of one language, with those that are put together of several.
#[derive(Debug, Clone, Copy)]
pub struct ComposedTexts<'a>(Texts<'a>);

impl<'a> From<Texts<'a>> for ComposedTexts<'a> {
    fn from(texts: Texts<'a>) -> Self {
        Self(texts)
    }
}

impl<'a> Deref for ComposedTexts<'a> {
    type Target = Texts<'a>;
    fn deref(&self) -> &Texts<'a> {
        &self.0
    }
}

impl ComposedTexts<'static> {
    /// Returns the program's own sentences of a language.
    pub fn built_in(language: Language) -> Self {
        Self(Catalogue::built_in().texts(language))
    }

    /// Returns the program's own sentences in Chinese and English at once, for readers whose language nobody knows: of the log, of
    /// health, of alerts.
    pub fn both() -> Self {
        Self(Catalogue::both())
    }
}
