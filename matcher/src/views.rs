//! The pieces of a text by which it is compared with others outside of the file's questions: its terms in all views, and its sense.

use super::Matcher;
use super::analyse::View;
use super::language::language;
use super::normalise::normalise;
use super::word_vectors::{DIMENSIONS, Sense};

/// A text as the matcher compares it.
#[derive(Debug, Clone)]
pub struct Views {
    /// Terms, in order of their keys.
    pub terms: Vec<ViewTerm>,
    sense: Sense,
}

/// A term of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ViewTerm {
    /// The term's key; its first two bits are the view.
    pub key: u64,
    /// The information of the term in the language at large, 0 to 1.
    pub info: f32,
}

impl ViewTerm {
    /// Returns the view as a number below [`Views::COUNT`]: words, pairs of words, characters, sounds.
    pub fn view(&self) -> usize {
        View::of_key(self.key)
    }
}

impl Views {
    /// The number of views.
    pub const COUNT: usize = super::analyse::VIEWS;

    /// The dimensions of a sense.
    pub const SENSE: usize = DIMENSIONS;

    /// Returns the sense of the whole text as a vector of length one, or of zeros where no word is known.
    pub fn sense(&self) -> [f32; DIMENSIONS] {
        std::array::from_fn(|at| self.sense.number(at))
    }
}

impl Matcher {
    /// Takes a text apart.
    pub fn views(&self, text: &str) -> Views {
        let language = language();
        let analysis = self.analyse(&normalise(text, language).text, language);
        let terms = analysis.terms.iter().map(|term| ViewTerm {
            key: term.key,
            info: term.info,
        });
        Views {
            terms: terms.collect(),
            sense: analysis.outline.sense,
        }
    }
}
