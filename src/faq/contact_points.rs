//! Contact points: the ways to reach humans, and their form in answers.

use super::localized_text::Text;
use crate::hours::Schedule;
use crate::language::Language;
use crate::texts::{Catalogue, ComposedTexts};

/// A way to reach humans.
#[derive(Debug)]
pub struct ContactPoint {
    /// Name in the file.
    pub id: String,
    /// The name that is shown.
    pub name: Text,
    /// The hours in which it is open.
    pub schedule: Schedule,
    /// Purpose.
    pub purpose: Option<Text>,
    /// The number or address that is shown.
    pub value: Option<Text>,
    /// The address of its link.
    pub link: Option<String>,
    /// `true` to mark it as recommended.
    pub recommended: bool,
}

impl ContactPoint {
    /// Returns `true` if a text holds its number, address or link.
    pub fn is_written_in(&self, text: &str) -> bool {
        let values = self.value.iter().flat_map(Text::versions);
        let mut written = values.chain(self.link.as_deref());
        written.any(|value| value.chars().count() >= 5 && text.contains(value))
    }

    /// Returns its number or address, or else its link.
    fn address(&self, language: Language) -> &str {
        match &self.value {
            Some(value) => value.get(language),
            None => self.link.as_deref().unwrap_or_default(),
        }
    }

    /// Describes its hours: by their notation if they have one, since a list has little room.
    fn hours(&self, texts: ComposedTexts<'_>) -> String {
        self.schedule
            .notation()
            .map_or_else(|| self.schedule.describe(texts), str::to_owned)
    }

    /// Returns `true` for the line that lists it, in any language.
    pub(super) fn is_line(&self, line: &str, catalogue: &Catalogue) -> bool {
        let mut languages = catalogue.languages();
        languages.any(|language| self.line(catalogue.texts(language).into()) == line)
    }

    /// Formats the contact point as one line.
    fn line(&self, texts: ComposedTexts<'_>) -> String {
        let language = texts.language();
        let purpose = self.purpose.as_ref().map(|purpose| purpose.get(language));
        texts.contact(
            self.name.get(language),
            self.address(language),
            &self.hours(texts),
            self.recommended,
            purpose,
        )
    }
}

/// Formats contact points, a line each.
pub(super) fn list<'a>(contacts: impl Iterator<Item = &'a ContactPoint>, texts: ComposedTexts<'_>) -> String {
    let lines: Vec<String> = contacts.map(|contact| contact.line(texts)).collect();
    lines.join("\n")
}
