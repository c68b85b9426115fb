//! The parts of a mail that its HTML shows, and the place of each: in the author's own text, or in the signature.

use html5ever::tokenizer::{Tag, TagKind};

/// The first of the characters for private use that stand where a part of the mail is shown.
const FIRST: u32 = 0xf_0000;

/// The most parts that are noted.
const MAX: usize = 1_000;

/// The parts of the mail that a page shows, by their Content-ID.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// A character is put where each is shown.
    pub(super) marks: bool,
    ids: Vec<String>,
    /// The pictures that were read as a character, as emoji are.
    spoken: Vec<String>,
    /// The element that is a signature, and how many of its name are open.
    signature: Option<(String, usize)>,
}

impl Shown {
    /// The pictures of which the character is in `text`.
    pub(crate) fn within(&self, text: &str) -> Vec<&str> {
        let number = |c: char| usize::try_from(u32::from(c).checked_sub(FIRST)?).ok();
        text.chars()
            .filter_map(|c| self.ids.get(number(c)?).map(String::as_str))
            .collect()
    }

    /// True if the part is already in the text, as a character.
    pub(crate) fn is_spoken(&self, id: &str) -> bool {
        self.spoken.iter().any(|spoken| spoken == id)
    }

    /// Follows where a signature begins and ends.
    pub(super) fn follow(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let starts = tag.kind == TagKind::StartTag;
        if let Some((signature, open)) = &mut self.signature {
            if signature == name && !tag.self_closing {
                *open = if starts { *open + 1 } else { *open - 1 };
                if *open == 0 {
                    self.signature = None;
                }
            }
            return;
        }
        let is_called = tag.attrs.iter().any(|attribute| {
            matches!(&*attribute.name.local, "class" | "id")
                && attribute.value.to_lowercase().contains("signature")
        });
        if starts && !tag.self_closing && is_called {
            self.signature = Some((name.to_owned(), 1));
        }
    }

    /// Returns the placeholder for the part at `source`, if the part stands in the author's own text.
    pub(super) fn mark(&mut self, source: &str) -> Option<char> {
        let id = source.strip_prefix("cid:").filter(|_| self.marks)?;
        if self.signature.is_some() || self.ids.len() >= MAX {
            return None;
        }
        let mark = char::from_u32(FIRST + u32::try_from(self.ids.len()).ok()?)?;
        self.ids.push(id.to_owned());
        Some(mark)
    }

    /// Notes that the part at `source` was read as a character.
    pub(super) fn speak(&mut self, source: Option<&str>) {
        let id = source.and_then(|source| source.strip_prefix("cid:"));
        self.spoken.extend(id.map(str::to_owned));
    }
}
