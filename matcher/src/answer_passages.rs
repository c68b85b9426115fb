//! The entries' titles and answers as evidence: a message may use words of the answer that no example question has.
//!
//! Questions and answers use other words, so a passage is no further question: it only adds evidence for an entry, and
//! brings entries to a closer look that no example question brings.

use super::analyse::{Analysis, Term, View, analyse};
use super::language::Dictionaries;
use super::normalise::normalise;
use super::synonyms::Synonyms;
use super::word_vectors::Sense;
use rustc_hash::FxHashMap;

/// Characters of a passage that are read: the beginning of an answer says what it is about.
const CHARS_MAX: usize = 1_200;
/// A term of more passages than this tells too little to be read.
const PASSAGES_MAX: usize = 48;
/// Entries that passages bring to a closer look.
pub(super) const NOMINATED: usize = 2;

/// The words of all passages.
#[derive(Debug, Default)]
pub(crate) struct Passages {
    terms: FxHashMap<u64, List>,
    entries: Vec<u32>,
    senses: Vec<Sense>,
    /// ln(1 + number of passages).
    log_count: f32,
}

/// The passages that have a term; how many there are is told even of a term that is in too many to be listed.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct List {
    /// The place of the first one in [`Passages::entries`].
    start: u32,
    /// The length of the list; 0 if the term is in more than [`PASSAGES_MAX`] passages.
    count: u32,
    /// The number of passages whose entries' questions lack the term; not counted for other views than words.
    alone: u32,
}

/// The share of a message that each passage has.
#[derive(Debug, Default)]
pub(crate) struct PassageMatch {
    /// Entries with the information of the message's words, and of its runs of characters, that their passages have.
    shares: Vec<(u32, [f32; 2])>,
}

impl Passages {
    /// Builds it from each entry's title and answer, in order. `asked` tells if the word with a key is in an entry's
    /// questions.
    pub(crate) fn build<'t>(
        texts: impl Iterator<Item = &'t str>,
        asked: impl Fn(u64, u32) -> bool,
        synonyms: &Synonyms,
        language: &Dictionaries,
    ) -> Self {
        let mut pairs: Vec<(u64, u32)> = Vec::new();
        let mut senses = Vec::new();
        for (entry, text) in texts.enumerate() {
            let text: String = text.chars().take(CHARS_MAX).collect();
            let analysis = analyse(&normalise(&text, language).text, synonyms, language);
            let terms = analysis.terms.iter().filter(|term| is_read(term));
            pairs.extend(terms.map(|term| (term.key, entry as u32)));
            senses.push(analysis.outline.sense);
        }
        pairs.sort_unstable();
        let mut passages = Self {
            log_count: (1.0 + senses.len() as f32).ln(),
            senses,
            ..Self::default()
        };
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(key, _)) = same.first() else { continue };
            let is_word = View::of_key(key) == View::Word as usize;
            let mut list = List {
                start: passages.entries.len() as u32,
                count: same.len() as u32,
                alone: same.len() as u32,
            };
            if same.len() > PASSAGES_MAX {
                if !is_word {
                    continue;
                }
                list.count = 0;
            } else {
                passages.entries.extend(same.iter().map(|pair| pair.1));
                if is_word {
                    list.alone = same.iter().filter(|pair| !asked(key, pair.1)).count() as u32;
                }
            }
            passages.terms.insert(key, list);
        }
        passages
    }

    /// Returns the passages that have a term; an empty list if none has it.
    pub(crate) fn list(&self, key: u64) -> List {
        self.terms.get(&key).copied().unwrap_or_default()
    }

    /// Returns `true` if an entry's passage is in a list.
    pub(crate) fn has(&self, list: List, entry: u32) -> bool {
        self.entries_of(list).binary_search(&entry).is_ok()
    }

    /// Returns `true` if the passage of an entry has the word with this key.
    pub(crate) fn has_word(&self, key: u64, entry: u32) -> bool {
        self.has(self.list(key), entry)
    }

    /// Returns `true` if a passage of another entry than `without` has the word with this key.
    pub(crate) fn has_without(&self, key: u64, without: Option<u32>) -> bool {
        let list = self.list(key);
        let left = without.is_some_and(|entry| self.has(list, entry));
        list.count.max(list.alone) > u32::from(left)
    }

    fn entries_of(&self, list: List) -> &[u32] {
        let places = list.start as usize..(list.start + list.count) as usize;
        self.entries.get(places).unwrap_or_default()
    }

    /// Returns the weight of a term that so many passages have, 0..=1.
    fn idf(&self, passages: usize) -> f32 {
        if passages <= 1 {
            return 1.0;
        }
        ((1.0 + self.senses.len() as f32 / passages as f32).ln() / self.log_count).min(1.0)
    }

    /// Computes the share of a message that each passage has.
    pub(crate) fn said(&self, message: &Analysis) -> PassageMatch {
        let mut said = PassageMatch::default();
        if self.terms.is_empty() {
            return said;
        }
        let mut totals = [0.0_f32; 2];
        for term in message.terms.iter().filter(|term| is_read(term)) {
            let kind = usize::from(!term.is_word());
            let worth = if term.is_word() { term.info } else { 1.0 };
            let Some(&list) = self.terms.get(&term.key).filter(|list| list.count > 0) else {
                totals[kind] += worth;
                continue;
            };
            let worth = worth * self.idf(list.count as usize);
            totals[kind] += worth;
            for &entry in self.entries_of(list) {
                match said.shares.iter_mut().find(|share| share.0 == entry) {
                    Some(share) => share.1[kind] += worth,
                    None => {
                        let mut shares = [0.0; 2];
                        shares[kind] = worth;
                        said.shares.push((entry, shares));
                    }
                }
            }
        }
        for (_, shares) in &mut said.shares {
            for (share, total) in shares.iter_mut().zip(totals) {
                *share /= total.max(1e-6);
            }
        }
        said
    }

    /// Compares the word vectors of a message and an entry's passage, -1..=1.
    pub(crate) fn likeness(&self, message: &Analysis, entry: u32) -> f32 {
        self.senses
            .get(entry as usize)
            .map_or(0.0, |sense| message.outline.sense.likeness(sense))
    }
}

impl List {
    /// Returns the number of passages with the word whose entries' questions lack it.
    pub(crate) fn alone(self) -> u32 {
        self.alone
    }
}

impl PassageMatch {
    /// Returns the shares of the message's words and of its runs of characters, by information, that an entry's passage
    /// has.
    pub(crate) fn shares(&self, entry: u32) -> [f32; 2] {
        self.shares
            .iter()
            .find(|share| share.0 == entry)
            .map_or([0.0; 2], |share| share.1)
    }

    /// Returns the entries whose passages have the largest shares, best first.
    pub(crate) fn best(&self, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut best: Vec<(f32, u32)> = Vec::with_capacity(NOMINATED + 1);
        for &(entry, shares) in self.shares.iter().filter(|share| wanted(share.0)) {
            let score = shares[0] + shares[1];
            let at = best.partition_point(|b| b.0 > score || (b.0 == score && b.1 < entry));
            if at < NOMINATED {
                best.insert(at, (score, entry));
                best.truncate(NOMINATED);
            }
        }
        best.into_iter().map(|b| b.1).collect()
    }
}

/// Returns `true` for the terms that are read: words that tell something, and runs of characters.
fn is_read(term: &Term) -> bool {
    term.is_word() && term.info > 0.0 || term.view() == View::Gram as usize
}
