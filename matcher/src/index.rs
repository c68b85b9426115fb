//! The entries' questions as vectors, with an inverted index from terms to questions.
//!
//! Flat lists and numbers instead of objects: a question of fifteen characters takes some hundreds of bytes, so that half
//! a million of them fit where a desk runs. [`build`] fills it.

mod build;

pub(crate) use build::LONGEST_LIST;

use super::analyse::{Outline, Term, VIEWS};
use super::answer_passages::Passages;
use super::embeddings::{Alike, Meaning, QuestionMeanings};
use super::vocabulary::Vocabulary;
use super::word_vectors::Row;

/// The weight of each view in the likeness of two texts; the sum is 1.
pub(crate) const VIEW_WEIGHT: [f32; VIEWS] = [0.36, 0.13, 0.38, 0.13];

/// Questions at most: a posting has this many bits for a question's number, and eight for its weight.
pub(crate) const MOST_QUESTIONS: usize = 1 << 24;

/// Marks a word in a question's terms that is part of a concept: it makes texts alike, but tells nothing that would have to
/// be explained.
const SILENT: u32 = 1 << 31;

/// A question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) entry: u32,
    /// The place of its first term.
    start: u32,
    /// The factors that bring each view's vector to length one.
    scale: [f32; VIEWS],
}

/// An entry.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entry {
    /// First question; the next entry's first one is the end.
    first: u32,
    /// The place of its first word.
    words: u32,
    /// Squared length of the sum of its questions' vectors.
    pub(crate) square: f32,
}

/// The whole file, ready to be searched.
#[derive(Debug, Default)]
pub(crate) struct Index {
    vocabulary: Vocabulary,
    /// Weight of each term in this file (0..=1), and the number of entries that have it.
    telling: Vec<(f32, u32)>,
    /// Information of each word at large (0..=1), and its vector.
    words: Vec<(f32, Row)>,
    /// The place of each term's first posting; one more place at the end.
    starts: Vec<u32>,
    postings: Vec<Posting>,
    /// Terms of the questions, by ascending number within each.
    terms: Vec<u32>,
    questions: Vec<Question>,
    /// Each question's features as a whole. They are apart from the questions so that those, of which thousands are read
    /// for a message, lie close together.
    outlines: Vec<Outline>,
    entries: Vec<Entry>,
    /// Words of the entries with the number of questions that contain each, by ascending number within an entry.
    entry_words: Vec<(u32, u32)>,
    /// ln(1 + number of entries).
    log_entries: f32,
    /// The titles and answers of the entries.
    pub(crate) passages: Passages,
    /// The number of the last entry, if it is no entry but holds the messages that are out of scope.
    pub(crate) outside: Option<u32>,
    /// The number of the entry for those who want a human. Its words ("person", "人") stand for no matter of the file.
    pub(crate) human: Option<u32>,
    /// The embeddings of the questions; `None` without a semantic tier.
    pub(crate) meanings: Option<QuestionMeanings>,
}

/// A question's number and, in the low eight bits, the weight of the term in it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Posting(u32);

impl Posting {
    /// The stored weight that stands for a weight of one.
    pub(crate) const ONE: f32 = 255.0;

    fn new(question: u32, weight: f32) -> Self {
        Self(question << 8 | (weight * Self::ONE).round().clamp(1.0, Self::ONE) as u32)
    }

    pub(crate) fn question(self) -> u32 {
        self.0 >> 8
    }

    /// The weight, in parts of [`Posting::ONE`].
    pub(crate) fn weight(self) -> f32 {
        (self.0 & 0xff) as f32
    }
}

/// The message's terms that the file knows, each with its part in the likeness to a text in which it weighs one.
#[derive(Debug)]
pub(crate) struct Worth {
    /// Number and worth of each term, by ascending number.
    terms: Vec<(u32, f32)>,
    /// A bit for each value of a number's last ten bits: most of a question's terms are ruled out by this alone.
    among: [u64; 16],
}

impl Worth {
    /// Builds it from terms in ascending order of their numbers.
    pub(crate) fn of_terms(terms: impl Iterator<Item = (u32, f32)>) -> Self {
        let terms: Vec<(u32, f32)> = terms.collect();
        let mut among = [0; 16];
        for &(id, _) in &terms {
            let (word, bit) = Self::place(id);
            among[word] |= bit;
        }
        Self { terms, among }
    }

    /// Returns word and bit of a number in [`Worth::among`].
    fn place(id: u32) -> (usize, u64) {
        ((id >> 6) as usize % 16, 1 << (id % 64))
    }

    fn of(&self, id: u32) -> Option<f32> {
        let (word, bit) = Self::place(id);
        if self.among[word] & bit == 0 {
            return None;
        }
        let at = self.terms.binary_search_by_key(&id, |term| term.0).ok()?;
        Some(self.terms[at].1)
    }
}

impl Index {
    /// Returns the number of entries.
    pub(crate) fn entries(&self) -> usize {
        // The last one only marks the end.
        self.entries.len().saturating_sub(1)
    }

    /// Returns the number of questions.
    pub(crate) fn questions(&self) -> usize {
        self.questions.len().saturating_sub(1)
    }

    /// Returns the number of terms.
    pub(crate) fn term_count(&self) -> usize {
        self.vocabulary.len()
    }

    pub(crate) fn question(&self, question: u32) -> &Question {
        &self.questions[question as usize]
    }

    pub(crate) fn entry(&self, entry: u32) -> &Entry {
        &self.entries[entry as usize]
    }

    pub(crate) fn outline(&self, question: u32) -> &Outline {
        &self.outlines[question as usize]
    }

    /// Returns the numbers of an entry's questions.
    pub(crate) fn questions_of(&self, entry: u32) -> std::ops::Range<u32> {
        self.entries[entry as usize].first..self.entries[entry as usize + 1].first
    }

    /// Returns the number of the word with this key, if the file's questions contain it.
    pub(crate) fn word(&self, key: u64) -> Option<u32> {
        self.vocabulary.id(key)
    }

    /// Returns the number of a term that the file contains.
    pub(crate) fn id(&self, term: &Term) -> Option<u32> {
        self.vocabulary.id(term.key)
    }

    pub(crate) fn view(&self, id: u32) -> usize {
        self.vocabulary.view(id)
    }

    /// Returns a term's weight in this file, 0..=1, and the number of entries that have it.
    pub(crate) fn telling(&self, id: u32) -> (f32, u32) {
        self.telling[id as usize]
    }

    /// Returns the weight of a term that so many entries have, 0..=1: 1 if at most one has it.
    pub(crate) fn idf(&self, entries: u32) -> f32 {
        if entries <= 1 {
            return 1.0;
        }
        // The root, because paraphrases share their common words too: the plain logarithm finds less.
        ((1.0 + self.entries().max(1) as f32 / entries as f32).ln() / self.log_entries)
            .min(1.0)
            .sqrt()
    }

    /// Returns the row of a word's vector at large.
    pub(crate) fn sense(&self, word: u32) -> Row {
        self.words.get(word as usize).map_or_else(Row::default, |w| w.1)
    }

    pub(crate) fn postings(&self, id: u32) -> &[Posting] {
        &self.postings[self.starts[id as usize] as usize..self.starts[id as usize + 1] as usize]
    }

    /// The numbers of a question's terms, ascending, with [`SILENT`] marks.
    fn marked(&self, question: u32) -> &[u32] {
        let at = question as usize;
        &self.terms[self.questions[at].start as usize..self.questions[at + 1].start as usize]
    }

    /// A question's terms, ascending, each with its part of a vector of length one in its view.
    pub(crate) fn terms(&self, question: u32) -> impl Iterator<Item = (u32, f32)> + Clone {
        let scale = self.questions[question as usize].scale;
        let ends = self.vocabulary.ends();
        let mut view = 0;
        self.marked(question).iter().map(move |&marked| {
            let id = marked & !SILENT;
            while view + 1 < VIEWS && id >= ends[view] {
                view += 1;
            }
            (id, self.telling[id as usize].0 * scale[view])
        })
    }

    /// A question's words, ascending, each with how telling it is at large.
    pub(crate) fn words(&self, question: u32) -> impl Iterator<Item = (u32, f32)> + Clone {
        let words = self.vocabulary.words();
        self.marked(question)
            .iter()
            .map(|&marked| (marked & !SILENT, marked & SILENT != 0))
            .take_while(move |&(id, _)| (id as usize) < words)
            .map(|(id, silent)| (id, if silent { 0.0 } else { self.words[id as usize].0 }))
    }

    /// Sums up worth and weight of the terms that `question` shares with a message, by view.
    pub(crate) fn common(&self, question: u32, worth: &Worth) -> [f32; VIEWS] {
        let mut sums = [0.0_f32; VIEWS];
        let ends = self.vocabulary.ends();
        let mut view = 0;
        for &marked in self.marked(question) {
            let id = marked & !SILENT;
            let Some(worth) = worth.of(id) else { continue };
            while view + 1 < VIEWS && id >= ends[view] {
                view += 1;
            }
            sums[view] += worth;
        }
        let scale = self.questions[question as usize].scale;
        for (sum, scale) in sums.iter_mut().zip(scale) {
            *sum *= scale;
        }
        sums
    }

    /// Returns `true` if a question contains a term.
    pub(crate) fn contains(&self, question: u32, id: u32) -> bool {
        self.marked(question)
            .binary_search_by_key(&id, |&marked| marked & !SILENT)
            .is_ok()
    }

    /// Counts an entry's questions that contain a word.
    pub(crate) fn word_count(&self, entry: u32, word: u32) -> u32 {
        let at = entry as usize;
        let words = &self.entry_words[self.entries[at].words as usize..self.entries[at + 1].words as usize];
        words
            .binary_search_by_key(&word, |w| w.0)
            .map_or(0, |found| words[found].1)
    }

    /// Returns `true` if an entry's questions contain the word with this key.
    pub(crate) fn has_word(&self, entry: u32, key: u64) -> bool {
        self.vocabulary
            .id(key)
            .is_some_and(|word| self.word_count(entry, word) > 0)
    }

    /// Counts an entry's questions that contain a term of any view.
    pub(crate) fn term_count_in(&self, entry: u32, id: u32) -> u32 {
        if (id as usize) < self.vocabulary.words() {
            return self.word_count(entry, id);
        }
        self.questions_of(entry)
            .filter(|&question| self.contains(question, id))
            .count() as u32
    }

    /// Compares the embeddings of a text and a question, -1..=1; 0 if either is missing.
    pub(crate) fn meaning(&self, text: &Meaning, question: u32) -> f32 {
        let meanings = self.meanings.as_ref();
        meanings.map_or(0.0, |meanings| meanings.likeness(text, question))
    }

    /// Compares the embeddings of a text and an entry, without the question `own`; all zero if they are missing.
    pub(crate) fn alike(&self, text: &Meaning, entry: u32, own: Option<u32>) -> Alike {
        let questions = self.questions_of(entry);
        self.meanings.as_ref().map_or_else(Alike::default, |meanings| {
            meanings.alike(text, entry, questions, own)
        })
    }

    /// Compares two questions by their terms, 0..=1.
    pub(crate) fn likeness(&self, a: u32, b: u32) -> f32 {
        let (mut a, mut b) = (self.terms(a).peekable(), self.terms(b).peekable());
        let mut sum = 0.0;
        while let (Some(&(x, v)), Some(&(y, w))) = (a.peek(), b.peek()) {
            if x == y {
                sum += v * w * VIEW_WEIGHT[self.view(x)];
            }
            if x <= y {
                a.next();
            }
            if y <= x {
                b.next();
            }
        }
        sum
    }
}
