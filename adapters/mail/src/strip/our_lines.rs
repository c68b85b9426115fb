//! The lines of a mail of ours, as fingerprints: enough to know them again in an answer, and nothing to read in the store.

use super::line::{Line, between};
use std::collections::HashSet;

/// A line shorter than this, without its spaces, is known by nobody: too many people write it.
const LINE_MIN_CHARS: usize = 2;

/// The most lines into which a program breaks one line of ours.
const BROKEN_INTO: usize = 16;

/// Fingerprints of lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known(HashSet<u64>);

impl Known {
    /// The lines of a text.
    pub(crate) fn of(text: &str) -> impl Iterator<Item = u64> {
        let lines = text.lines().map(|line| Line::new(line).bare);
        lines
            .filter(|line| count(line) >= LINE_MIN_CHARS)
            .map(|line| extend(SEED, line))
    }

    pub(super) fn has(&self, line: &str) -> bool {
        !self.0.is_empty() && count(line) >= LINE_MIN_CHARS && self.0.contains(&extend(SEED, line))
    }

    /// Returns the lines that are not ours, if enough of the rest are; `None` if that is unclear. `quoted` is true if our mail is
    /// quoted there for sure.
    pub(super) fn others<'a>(&self, lines: &[Line<'a>], quoted: bool) -> Option<Vec<Line<'a>>> {
        let mut others = Vec::new();
        let (mut ours, mut theirs) = (0, 0);
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let reach = between(lines, at, at + BROKEN_INTO);
            let mut print = SEED;
            let same = reach.iter().position(|line| {
                print = extend(print, line.bare);
                self.0.contains(&print)
            });
            match same.filter(|_| !line.is_blank()) {
                Some(last) => {
                    ours += 1;
                    at += last + 1;
                    others.push(Line::new(""));
                }
                None => {
                    theirs += usize::from(!line.is_blank());
                    others.push(*line);
                    at += 1;
                }
            }
        }
        (ours >= 1 && (quoted || ours * 2 >= theirs)).then_some(others)
    }
}

impl FromIterator<u64> for Known {
    fn from_iter<T: IntoIterator<Item = u64>>(prints: T) -> Self {
        Self(prints.into_iter().collect())
    }
}

/// FNV-1a, 64 bits: the same for ever, and a broken line's parts add up to the whole one's.
const SEED: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

fn count(line: &str) -> usize {
    line.chars().filter(|c| !c.is_whitespace()).count()
}

fn extend(print: u64, line: &str) -> u64 {
    let said = line
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase);
    let mut bytes = [0; 4];
    said.fold(print, |print, c| {
        let bytes = c.encode_utf8(&mut bytes).bytes();
        bytes.fold(print, |print, byte| (print ^ u64::from(byte)).wrapping_mul(PRIME))
    })
}
