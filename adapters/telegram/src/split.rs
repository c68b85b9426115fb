//! Cuts texts that are too long for Telegram: at paragraphs, lines, sentences or words, never inside a mention or a character.
//! Telegram counts in UTF-16 units.

use groupdesk_kit::{cut_rank, joins_previous};

/// The longest text of a message, in UTF-16 units.
pub(crate) const MAX_TEXT: usize = 4096;
/// The longest caption under a picture or a file, in UTF-16 units.
pub(crate) const MAX_CAPTION: usize = 1024;

/// A text with the members whom it pings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) pings: Vec<Ping>,
}

/// A piece of a text that is somebody's name; offset and length in UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ping {
    pub(crate) offset: usize,
    pub(crate) length: usize,
    pub(crate) user: u64,
}

impl Words {
    pub(crate) fn len(&self) -> usize {
        units(&self.text)
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn ping(&mut self, user: u64, name: &str) {
        self.pings.push(Ping {
            offset: self.len(),
            length: units(name),
            user,
        });
        self.text.push_str(name);
    }
}

/// The length of `text` in UTF-16 units.
pub(crate) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Splits `words` into parts of at most `limit` units each; together they are the whole text.
pub(crate) fn split(words: Words, limit: usize) -> Vec<Words> {
    let mut parts = Vec::new();
    let mut rest = words;
    while rest.len() > limit {
        let (bytes, width) = cut(&rest, limit);
        if bytes == 0 {
            break;
        }
        let tail = rest.text.split_off(bytes);
        let (here, mut there): (Vec<Ping>, Vec<Ping>) =
            rest.pings.drain(..).partition(|ping| ping.offset < width);
        for ping in &mut there {
            ping.offset -= width;
        }
        parts.push(Words {
            text: rest.text,
            pings: here,
        });
        rest = Words {
            text: tail,
            pings: there,
        };
    }
    if !rest.text.is_empty() {
        parts.push(rest);
    }
    parts
}

/// Finds the place to cut, in bytes and in units. The last place of the best kind in the second half wins; a kind worse than the
/// end of a word is accepted anywhere.
fn cut(words: &Words, limit: usize) -> (usize, usize) {
    const KINDS: usize = 5;
    let mut best = [(0, 0); KINDS];
    // Something is always cut off: a pile of marks that is longer than a message is torn.
    let mut torn = (0, 0);
    let mut width = 0;
    let mut before = ['\0'; 2];
    for (at, next) in words.text.char_indices() {
        if width > limit {
            break;
        }
        let inside = words
            .pings
            .iter()
            .any(|ping| ping.offset < width && width < ping.offset + ping.length);
        if at > 0 && !inside {
            torn = (at, width);
            if !joins_previous(before[1], next)
                && let Some(place) = best.get_mut(cut_rank(before, next))
            {
                *place = (at, width);
            }
        }
        width += next.len_utf16();
        before = [before[1], next];
    }
    let late = best[..KINDS - 1]
        .iter()
        .find(|(_, width)| *width > limit / 2)
        .copied();
    late.or_else(|| best.iter().copied().max_by_key(|(bytes, _)| *bytes))
        .filter(|(bytes, _)| *bytes > 0)
        .unwrap_or(torn)
}

#[cfg(test)]
mod tests;
