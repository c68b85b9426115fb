//! The entries' questions as vectors, with an inverted index from terms to questions.

use rustc_hash::FxHashMap;

use super::analyse::{Analysis, Term, VIEWS};
use super::sense::{Row, Sense};

/// What each view counts for in the likeness of two texts; the sum is 1.
pub(crate) const VIEW_WEIGHT: [f32; VIEWS] = [0.36, 0.13, 0.38, 0.13];

/// A term as the file knows it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TermData {
    pub(crate) view: u8,
    /// Entries that contain it.
    pub(crate) entries: u32,
    pub(crate) sense: Row,
}

/// A question's terms, by ascending term number.
#[derive(Debug, Clone, Default)]
pub(crate) struct QuestionData {
    pub(crate) entry: u32,
    pub(crate) kinds: u16,
    pub(crate) sense: Sense,
    /// Term number and weight; the weights of a view make a vector of length one.
    pub(crate) terms: Vec<(u32, f32)>,
    /// Information of each word term, for "how much of the question does the message cover".
    pub(crate) words: Vec<(u32, f32)>,
}

/// An entry's terms with the number of its questions that contain them, by ascending term number.
#[derive(Debug, Clone, Default)]
pub(crate) struct EntryData {
    pub(crate) questions: Vec<u32>,
    pub(crate) terms: Vec<(u32, u32)>,
    /// Squared length of the sum of its questions' vectors.
    pub(crate) square: f32,
}

/// The whole file, ready to be searched.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) vocabulary: FxHashMap<(u8, u64), u32>,
    pub(crate) terms: Vec<TermData>,
    pub(crate) postings: Vec<Vec<(u32, f32)>>,
    pub(crate) questions: Vec<QuestionData>,
    pub(crate) entries: Vec<EntryData>,
    /// ln(1 + number of entries).
    log_entries: f32,
}

impl Index {
    /// Indexes the analysed questions of each entry.
    pub(crate) fn build(entries: &[Vec<Analysis>]) -> Self {
        let mut index = Self {
            log_entries: (1.0 + entries.len() as f32).ln(),
            ..Self::default()
        };
        for questions in entries {
            index.count(questions);
        }
        for (e, questions) in entries.iter().enumerate() {
            for analysis in questions {
                index.add(e, analysis);
            }
        }
        for e in 0..index.entries.len() {
            index.entries[e].square = index.square(e);
        }
        index
    }

    /// First pass: the entry's terms, and in how many entries each term is.
    fn count(&mut self, questions: &[Analysis]) {
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        for term in questions.iter().flat_map(|a| &a.terms) {
            let fresh = self.terms.len() as u32;
            let id = *self
                .vocabulary
                .entry((term.view as u8, term.hash))
                .or_insert(fresh);
            if id == fresh {
                self.terms.push(TermData {
                    view: term.view as u8,
                    entries: 0,
                    sense: term.sense,
                });
                self.postings.push(Vec::new());
            }
            *counts.entry(id).or_insert(0) += 1;
        }
        let mut terms: Vec<(u32, u32)> = counts.into_iter().collect();
        terms.sort_unstable();
        for &(id, _) in &terms {
            self.terms[id as usize].entries += 1;
        }
        self.entries.push(EntryData {
            questions: Vec::new(),
            terms,
            square: 0.0,
        });
    }

    /// Second pass: a question's vector.
    fn add(&mut self, entry: usize, analysis: &Analysis) {
        let number = self.questions.len() as u32;
        let mut question = QuestionData {
            entry: entry as u32,
            kinds: analysis.kinds,
            sense: analysis.sense,
            ..QuestionData::default()
        };
        let mut norms = [0.0_f32; VIEWS];
        for term in &analysis.terms {
            let Some(id) = self.id(term) else { continue };
            let weight = self.idf(self.terms[id as usize].entries);
            norms[term.view as usize] += weight * weight;
            question.terms.push((id, weight));
            if term.view as u8 == 0 {
                question.words.push((id, term.info));
            }
        }
        for (id, weight) in &mut question.terms {
            *weight /= norms[self.terms[*id as usize].view as usize].sqrt().max(1e-6);
            self.postings[*id as usize].push((number, *weight));
        }
        question.terms.sort_unstable_by_key(|t| t.0);
        question.words.sort_unstable_by_key(|t| t.0);
        self.entries[entry].questions.push(number);
        self.questions.push(question);
    }

    /// The number of a term that the file contains.
    pub(crate) fn id(&self, term: &Term) -> Option<u32> {
        self.vocabulary.get(&(term.view as u8, term.hash)).copied()
    }

    /// How telling a term is in this file, 0..=1: 1 when no entry or a single one has it.
    pub(crate) fn idf(&self, entries: u32) -> f32 {
        if entries <= 1 {
            return 1.0;
        }
        // The root, because paraphrases share their common words too: the plain logarithm finds less.
        ((1.0 + self.entries.len().max(1) as f32 / entries as f32).ln() / self.log_entries)
            .min(1.0)
            .sqrt()
    }

    fn square(&self, entry: usize) -> f32 {
        let mut sum: FxHashMap<u32, f32> = FxHashMap::default();
        for &q in &self.entries[entry].questions {
            for &(id, weight) in &self.questions[q as usize].terms {
                *sum.entry(id).or_insert(0.0) += weight;
            }
        }
        // In the order of the entry's terms: a sum of floats depends on its order, a hash map's order on nothing.
        let squares = self.entries[entry].terms.iter().filter_map(|(id, _)| {
            let weight = sum.get(id)?;
            Some(weight * weight * VIEW_WEIGHT[self.terms[*id as usize].view as usize])
        });
        squares.sum()
    }
}

/// The value beside `id` in a list sorted by term number.
pub(crate) fn lookup<T: Copy>(list: &[(u32, T)], id: u32) -> Option<T> {
    list.binary_search_by_key(&id, |t| t.0).ok().map(|i| list[i].1)
}
