//! Builds the index from the collected questions.

use std::thread;

use super::super::analyse::VIEWS;
use super::super::collect_questions::{Part, join};
use super::super::vocabulary::Vocabulary;
use super::super::word_vectors::Row;
use super::{Entry, Index, Posting, Question, SILENT, VIEW_WEIGHT};

/// Postings that are kept of one term: those in which it weighs most, which are the shortest questions. A term in more
/// questions than this tells too little to find one by, and reading all of them would take too long.
pub(crate) const LONGEST_LIST: usize = 8_192;

impl Index {
    /// Indexes the questions in `parts`; `counts` holds the number of questions of each entry.
    pub(crate) fn build(counts: &[usize], parts: &mut [Part]) -> Self {
        let mut index = Self {
            log_entries: (1.0 + counts.len() as f32).ln(),
            vocabulary: vocabulary(parts),
            ..Self::default()
        };
        index.number_terms(parts);
        index.place_questions(counts, parts);
        index.count_entries();
        index.describe_words(parts);
        index.scale_questions();
        index.fill_postings();
        index.sum_entries();
        index
    }

    /// Replaces the questions' keys by numbers.
    fn number_terms(&mut self, parts: &mut [Part]) {
        let vocabulary = &self.vocabulary;
        let number = |part: &mut Part| -> Vec<u32> {
            let keys = std::mem::take(&mut part.keys);
            // Every key is in the vocabulary, which is made of them.
            let mut ids: Vec<u32> = keys.iter().filter_map(|&key| vocabulary.id(key)).collect();
            for &place in &part.silent {
                ids[place] |= SILENT;
            }
            ids
        };
        let numbered: Vec<Vec<u32>> = if let [part] = parts {
            vec![number(part)]
        } else {
            thread::scope(|scope| {
                let running: Vec<_> = parts
                    .iter_mut()
                    .map(|part| scope.spawn(|| number(part)))
                    .collect();
                running.into_iter().map(join).collect()
            })
        };
        self.terms = numbered.concat();
    }

    fn place_questions(&mut self, counts: &[usize], parts: &[Part]) {
        let mut start = 0;
        let mut places = parts.iter().flat_map(|part| {
            let from = start;
            start += part.ends.last().copied().unwrap_or(0);
            let starts = std::iter::once(0).chain(part.ends.iter().copied());
            starts
                .zip(&part.outlines)
                .map(move |(place, outline)| ((from + place) as u32, *outline))
        });
        let total = counts.iter().sum::<usize>();
        self.questions.reserve_exact(total + 1);
        self.outlines.reserve_exact(total);
        self.entries.reserve_exact(counts.len() + 1);
        for (entry, &count) in counts.iter().enumerate() {
            self.entries.push(Entry {
                first: self.questions.len() as u32,
                ..Entry::default()
            });
            for (start, outline) in places.by_ref().take(count) {
                self.outlines.push(outline);
                self.questions.push(Question {
                    entry: entry as u32,
                    start,
                    scale: [0.0; VIEWS],
                });
            }
        }
        drop(places);
        self.entries.push(Entry {
            first: self.questions.len() as u32,
            ..Entry::default()
        });
        self.questions.push(Question {
            entry: counts.len() as u32,
            start: self.terms.len() as u32,
            scale: [0.0; VIEWS],
        });
    }

    /// Counts the entries that have each term, and weighs the terms by that.
    fn count_entries(&mut self) {
        let mut seen: Vec<(u32, u32)> = vec![(u32::MAX, 0); self.vocabulary.len()];
        for question in 0..self.questions() as u32 {
            let entry = self.question(question).entry;
            for &marked in self.marked(question) {
                let (last, count) = &mut seen[(marked & !SILENT) as usize];
                if *last != entry {
                    (*last, *count) = (entry, *count + 1);
                }
            }
        }
        self.telling = seen
            .into_iter()
            .map(|(_, count)| (self.idf(count), count))
            .collect();
    }

    fn describe_words(&mut self, parts: &[Part]) {
        let mut words = vec![(0.0_f32, Row::default()); self.vocabulary.words()];
        for part in parts {
            for (&key, &(info, sense)) in &part.words {
                let Some(word) = self.vocabulary.id(key).and_then(|id| words.get_mut(id as usize)) else {
                    continue;
                };
                // The larger of two, which is the same in whatever order they come.
                *word = (word.0.max(info), word.1.max(sense));
            }
        }
        self.words = words;
    }

    fn scale_questions(&mut self) {
        for question in 0..self.questions() {
            let mut squares = [0.0_f32; VIEWS];
            for &marked in self.marked(question as u32) {
                let id = marked & !SILENT;
                squares[self.view(id)] += self.telling[id as usize].0.powi(2);
            }
            self.questions[question].scale = squares.map(|s| 1.0 / s.sqrt().max(1e-6));
        }
    }

    fn fill_postings(&mut self) {
        let mut starts = vec![0_u32; self.vocabulary.len() + 1];
        for &marked in &self.terms {
            starts[(marked & !SILENT) as usize + 1] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let mut all = vec![Posting::default(); self.terms.len()];
        let mut next = starts.clone();
        for question in 0..self.questions() as u32 {
            for (id, weight) in self.terms(question) {
                let place = &mut next[id as usize];
                all[*place as usize] = Posting::new(question, weight);
                *place += 1;
            }
        }
        drop(next);
        let (mut kept, mut from) = (0, 0);
        for end_of_list in starts.iter_mut().skip(1) {
            let end = *end_of_list as usize;
            let list = &mut all[from..end];
            let mut length = list.len();
            if length > LONGEST_LIST {
                let heaviest = |p: &Posting| (std::cmp::Reverse(p.0 & 0xff), p.0);
                list.select_nth_unstable_by_key(LONGEST_LIST, heaviest);
                list[..LONGEST_LIST].sort_unstable_by_key(|p| p.0);
                length = LONGEST_LIST;
            }
            all.copy_within(from..from + length, kept);
            kept += length;
            from = end;
            *end_of_list = kept as u32;
        }
        all.truncate(kept);
        all.shrink_to_fit();
        self.postings = all;
        self.starts = starts;
    }

    /// The entries' words, and the lengths of their sums.
    fn sum_entries(&mut self) {
        let words = self.vocabulary.words() as u32;
        let mut own: Vec<(u32, f32)> = Vec::new();
        for entry in 0..self.entries() {
            own.clear();
            for question in self.questions_of(entry as u32) {
                own.extend(self.terms(question));
            }
            // By the weight too: a sum of floats depends on its order.
            own.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
            self.entries[entry].words = self.entry_words.len() as u32;
            let mut square = 0.0;
            for same in own.chunk_by(|a, b| a.0 == b.0) {
                let id = same[0].0;
                let sum: f32 = same.iter().map(|t| t.1).sum();
                square += sum * sum * VIEW_WEIGHT[self.view(id)];
                if id < words {
                    self.entry_words.push((id, same.len() as u32));
                }
            }
            self.entries[entry].square = square;
        }
        self.entry_words.shrink_to_fit();
        if let Some(end) = self.entries.last_mut() {
            end.words = self.entry_words.len() as u32;
        }
    }
}

fn vocabulary(parts: &mut [Part]) -> Vocabulary {
    let mut keys = Vec::new();
    for part in parts {
        let more = std::mem::take(&mut part.distinct);
        keys = if keys.is_empty() {
            more
        } else {
            merged(&keys, &more)
        };
    }
    Vocabulary::of_sorted(keys)
}

/// Merges two ascending lists; a key in both appears once.
fn merged(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        all.push(a[i].min(b[j]));
        let (x, y) = (a[i], b[j]);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    all.extend_from_slice(&a[i..]);
    all.extend_from_slice(&b[j..]);
    all.shrink_to_fit();
    all
}
