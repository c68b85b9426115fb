//! Finds the handful of entries that deserve a closer look, in a time that does not grow with the file.
//!
//! Every term of the message adds to the score of the questions that contain it, rarest term first, until enough postings
//! are read; the terms left over are in so many questions that they tell little. The entries that lead then are scored
//! again, in full.

use std::cell::RefCell;

use super::analyse::{Analysis, VIEWS, View};
use super::answer_passages::{List, PassageMatch};
use super::classify::Classifier;
use super::embeddings::Meaning;
use super::index::{Index, Posting, VIEW_WEIGHT, Worth};
use super::word_vectors::Row;

/// Entries that get a closer look.
pub(crate) const CLOSER: usize = 6;
/// An entry with less than this share of the first one's score gets none: such entries never came out first...
const HOPELESS: f32 = 0.4;
/// ...and in a file of more than [`SMALL`] questions, where a look costs more.
const HOPELESS_IN_LARGE: f32 = 0.5;
/// Leading entries from which the closer ones are chosen.
const LEADING: usize = 8;
/// Postings read for one message; the bound on the cost in a large file...
const POSTINGS: usize = 2_000;
/// ...and in one of at most [`SMALL`] questions, which can be read more thoroughly in the same time.
const POSTINGS_OF_SMALL: usize = 24_000;
const SMALL: usize = 20_000;
/// Questions of a leading entry that are scored again if postings were left unread...
const RESCORED_QUESTIONS: usize = 2;
/// ...the second one if it had more than this part of the first one's score.
const CLOSE_SECOND: f32 = 0.75;

/// The weight of a passage that has all of a message, beside a question that has it.
const PASSAGE: f32 = 0.3;

/// The question or entry that is left out of the file, to see the ranking without it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Without {
    pub(crate) question: Option<u32>,
    pub(crate) entry: Option<u32>,
}

/// The message that is looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(crate) analysis: &'a Analysis,
    /// `true` if it is marked as a question.
    pub(crate) asked: bool,
    /// Embedding; `None` without a semantic tier or its answer.
    pub(crate) meaning: Option<&'a Meaning>,
}

/// A term of the message as the file sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) id: Option<u32>,
    pub(crate) view: usize,
    /// Information at large, 0..=1.
    pub(crate) info: f32,
    pub(crate) sense: Row,
    /// The passages that have it, if it is a word.
    pub(crate) passages: List,
    /// The number of entries that have it in their questions, title or answer, if it is a word.
    pub(crate) entries: u32,
    /// Weight in this file, 0..=1.
    telling: f32,
    /// Part of a vector of length one in its view; terms that the file doesn't know count in that length.
    pub(crate) weight: f32,
}

impl Known {
    pub(crate) fn is_word(&self) -> bool {
        self.view == View::Word as usize
    }

    /// Returns the term's part in the likeness in its view to a text in which its weight is one.
    pub(crate) fn worth(&self) -> f32 {
        self.weight * self.telling
    }
}

/// An entry by the inverted index and the classifier alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rough {
    pub(crate) entry: u32,
    pub(crate) nearest: u32,
    pub(crate) first: f32,
    pub(crate) second: f32,
    pub(crate) sum: f32,
    /// The classifier's probability, where there is a classifier.
    pub(crate) class: Option<f32>,
    /// The likeness of the embeddings of the message and the entry's nearest question; 0 without a semantic tier.
    pub(crate) meaning: f32,
    /// The share of the message that the entry's title and answer have.
    pub(crate) passage: f32,
    /// The likeness of the message and the nearest question, by view, if it was computed already.
    pub(crate) common: Option<[f32; VIEWS]>,
}

impl Rough {
    fn rank(&self) -> f32 {
        self.first
            + 0.3 * self.second
            + 0.5 * self.class.unwrap_or(0.0)
            + self.meaning.max(0.0)
            + PASSAGE * self.passage
    }
}

/// Each of the leading entries once, with the score of its best question, best first; of equals the first in the file.
#[derive(Default)]
struct Best(Vec<(f32, u32)>);

impl Best {
    /// The score that an entry has to reach to be among them.
    fn least(&self) -> f32 {
        self.0.get(LEADING - 1).map_or(0.0, |b| b.0)
    }

    fn put(&mut self, score: f32, entry: u32) {
        if let Some(known) = self.0.iter().position(|b| b.1 == entry) {
            if self.0[known].0 >= score {
                return;
            }
            self.0.remove(known);
        }
        let at = self
            .0
            .partition_point(|b| b.0 > score || (b.0 == score && b.1 < entry));
        self.0.insert(at, (score, entry));
        self.0.truncate(LEADING);
    }
}

/// Buffers that are used for one message after the other, to save allocations.
#[derive(Default)]
struct Scratch {
    /// Score of each question; all zero between messages.
    scores: Vec<f32>,
    /// The questions with a score, at the front.
    touched: Vec<u32>,
    reached: usize,
    classes: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Index {
    /// Looks up the terms of `message`, in ascending order of their numbers, unknown ones first.
    pub(crate) fn known(&self, message: &Analysis, without: Without) -> Vec<Known> {
        let left_entry = without
            .entry
            .or(without.question.map(|question| self.question(question).entry));
        let mut norms = [0.0_f32; VIEWS];
        let mut known: Vec<Known> = Vec::with_capacity(message.terms.len());
        for term in &message.terms {
            let mut id = self.id(term);
            let (telling, mut entries) = id.map_or((1.0, 0), |id| self.telling(id));
            let mut weight = telling;
            if let (Some(number), Some(entry)) = (id, left_entry) {
                // A term of the left-out question (or entry) alone is unknown without it.
                let count = self.term_count_in(entry, number);
                if count > 0 && (without.entry.is_some() || count == 1) {
                    entries -= 1;
                    weight = self.idf(entries);
                    id = id.filter(|_| entries > 0);
                }
            }
            norms[term.view()] += weight * weight;
            let passages = if term.is_word() {
                self.passages.list(term.key)
            } else {
                List::default()
            };
            known.push(Known {
                id,
                view: term.view(),
                info: term.info,
                sense: term.sense,
                passages,
                entries: entries + passages.alone(),
                telling,
                weight,
            });
        }
        let scale = norms.map(|n| 1.0 / n.sqrt().max(1e-6));
        for k in &mut known {
            k.weight *= scale[k.view];
        }
        known.sort_unstable_by_key(|k| k.id);
        known
    }

    /// Finds the leading entries among those `allowed`, best first. `worth` holds the known terms' parts in a likeness.
    pub(crate) fn rough(
        &self,
        message: &Message<'_>,
        known: &[Known],
        (worth, said): (&Worth, &PassageMatch),
        classifier: Option<&Classifier>,
        without: Without,
        allowed: impl Fn(u32) -> bool,
    ) -> Vec<Rough> {
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.classes.clear();
            if let Some(classifier) = classifier {
                let terms = known
                    .iter()
                    .filter_map(|k| Some((k.id?, k.weight * VIEW_WEIGHT[k.view].sqrt())));
                classifier.probabilities(terms, &message.analysis.outline.sense, &mut scratch.classes);
            }
            // Scored again by all terms where not all were read.
            let again = (!self.read(known, scratch)).then_some(worth);
            let mut leading = self.leading(without, &allowed, scratch);
            if let Some(meaning) = message.meaning {
                self.lead_by_meaning(meaning, without, &allowed, &mut leading);
            }
            for entry in said.best(|entry| without.entry != Some(entry) && allowed(entry)) {
                if !leading.contains(&entry) {
                    leading.push(entry);
                }
            }
            let mut best: Vec<Rough> = Vec::with_capacity(CLOSER + 1);
            for entry in leading {
                let Some(mut rough) = self.summed(entry, again, message.meaning, without, scratch) else {
                    continue;
                };
                let [words, runs] = said.shares(entry);
                rough.passage = words + runs;
                if rough.first == 0.0 && rough.meaning <= 0.0 && rough.passage == 0.0 {
                    continue;
                }
                let at = best.partition_point(|b| b.rank() >= rough.rank());
                if at < CLOSER {
                    best.insert(at, rough);
                    best.truncate(CLOSER);
                }
            }
            let hopeless = if self.is_large() {
                HOPELESS_IN_LARGE
            } else {
                HOPELESS
            };
            if let Some(least) = best.first().map(|b| b.rank() * hopeless) {
                best.retain(|b| b.rank() >= least);
            }
            for &question in &scratch.touched[..scratch.reached] {
                scratch.scores[question as usize] = 0.0;
            }
            best
        })
    }

    fn is_large(&self) -> bool {
        self.questions() > SMALL
    }

    /// Adds the terms' weights to each question's score. Returns `true` if all postings were read.
    fn read(&self, known: &[Known], scratch: &mut Scratch) -> bool {
        if scratch.scores.len() < self.questions() {
            scratch.scores.resize(self.questions(), 0.0);
        }
        if scratch.touched.len() <= POSTINGS_OF_SMALL {
            scratch.touched.resize(POSTINGS_OF_SMALL + 1, 0);
        }
        scratch.reached = 0;
        let mut lists: Vec<(&[Posting], f32)> = Vec::with_capacity(known.len());
        let (mut total, mut whole) = (0, true);
        for k in known {
            let Some(id) = k.id else { continue };
            let list = self.postings(id);
            total += list.len();
            whole &= list.len() < super::index::LONGEST_LIST;
            lists.push((list, k.weight * VIEW_WEIGHT[k.view] / Posting::ONE));
        }
        let mut budget = if self.is_large() {
            POSTINGS
        } else {
            POSTINGS_OF_SMALL
        };
        if total > budget {
            lists.sort_unstable_by_key(|l| l.0.len());
        }
        for (list, weight) in lists {
            if list.len() > budget {
                return false;
            }
            budget -= list.len();
            for posting in list {
                let score = &mut scratch.scores[posting.question() as usize];
                // Written whether it is new or not: a branch here would be guessed wrong too often.
                scratch.touched[scratch.reached] = posting.question();
                scratch.reached += usize::from(*score == 0.0);
                *score += weight * posting.weight();
            }
        }
        whole
    }

    /// Returns the entries with the best questions, and those that the classifier puts first.
    fn leading(&self, without: Without, allowed: impl Fn(u32) -> bool, scratch: &Scratch) -> Vec<u32> {
        let wanted = |entry: u32| without.entry != Some(entry) && allowed(entry);
        let mut best = Best::default();
        let touched = &scratch.touched[..scratch.reached];
        if touched.len() * 4 > self.questions() {
            // Most questions share something with the message: going through the entries looks at each once.
            for entry in 0..self.entries() as u32 {
                let scores = self
                    .questions_of(entry)
                    .filter(|&question| without.question != Some(question))
                    .map(|question| scratch.scores[question as usize]);
                let score = scores.fold(0.0, f32::max);
                if score > best.least() && wanted(entry) {
                    best.put(score, entry);
                }
            }
        } else {
            for &question in touched {
                let score = scratch.scores[question as usize];
                if score < best.least() || without.question == Some(question) {
                    continue;
                }
                let entry = self.question(question).entry;
                if wanted(entry) {
                    best.put(score, entry);
                }
            }
        }
        let mut leading: Vec<u32> = best.0.into_iter().map(|b| b.1).collect();
        let mut classes: Vec<(f32, u32)> = Vec::with_capacity(CLOSER + 1);
        for (entry, &class) in scratch.classes.iter().enumerate() {
            let entry = entry as u32;
            if classes.len() == CLOSER && classes[CLOSER - 1].0 >= class || !wanted(entry) {
                continue;
            }
            let at = classes.partition_point(|c| c.0 >= class);
            classes.insert(at, (class, entry));
            classes.truncate(CLOSER);
        }
        for (_, entry) in classes {
            if !leading.contains(&entry) {
                leading.push(entry);
            }
        }
        leading
    }

    /// Adds the entries whose questions have the nearest embeddings. Reads every question: that takes a millisecond in a
    /// file of some ten thousand, and is only done after a call of the model, which takes longer.
    fn lead_by_meaning(
        &self,
        meaning: &Meaning,
        without: Without,
        allowed: impl Fn(u32) -> bool,
        leading: &mut Vec<u32>,
    ) {
        let mut best: Vec<(f32, u32)> = Vec::with_capacity(CLOSER + 1);
        for entry in (0..self.entries() as u32).filter(|&e| without.entry != Some(e) && allowed(e)) {
            let (alike, _) = self.meant(entry, meaning, without);
            if alike <= 0.0 || best.len() == CLOSER && best[CLOSER - 1].0 >= alike {
                continue;
            }
            let at = best.partition_point(|b| b.0 >= alike);
            best.insert(at, (alike, entry));
            best.truncate(CLOSER);
        }
        for (_, entry) in best {
            if !leading.contains(&entry) {
                leading.push(entry);
            }
        }
    }

    /// Finds an entry's question with the nearest embedding, and returns its likeness and number.
    fn meant(&self, entry: u32, meaning: &Meaning, without: Without) -> (f32, u32) {
        self.questions_of(entry)
            .filter(|&question| without.question != Some(question))
            .map(|question| (self.meaning(meaning, question), question))
            .fold((0.0, 0), |best, next| if next.0 > best.0 { next } else { best })
    }

    /// Sums up the scores of an entry's questions; `None` if it has no question but the one left out.
    fn summed(
        &self,
        entry: u32,
        again: Option<&Worth>,
        meaning: Option<&Meaning>,
        without: Without,
        scratch: &Scratch,
    ) -> Option<Rough> {
        let mut rough = Rough {
            entry,
            nearest: 0,
            first: 0.0,
            second: 0.0,
            sum: 0.0,
            class: scratch.classes.get(entry as usize).copied(),
            meaning: 0.0,
            passage: 0.0,
            common: None,
        };
        let mut best = [(0.0_f32, 0_u32); RESCORED_QUESTIONS];
        for question in self.questions_of(entry) {
            let score = scratch.scores[question as usize];
            if score == 0.0 || without.question == Some(question) {
                continue;
            }
            rough.sum += score;
            let mut place = RESCORED_QUESTIONS;
            while place > 0 && score > best[place - 1].0 {
                place -= 1;
            }
            if place < RESCORED_QUESTIONS {
                best[place..].rotate_right(1);
                best[place] = (score, question);
            }
        }
        if let Some(worth) = again {
            let least = best[0].0 * CLOSE_SECOND;
            for (score, question) in best.iter_mut().filter(|b| b.0 > least) {
                let common = self.common(*question, worth);
                let full: f32 = common.iter().zip(VIEW_WEIGHT).map(|(c, w)| c * w).sum();
                rough.sum += full - *score;
                *score = full;
                if full > rough.first {
                    (rough.first, rough.common) = (full, Some(common));
                }
            }
            best.sort_by(|a, b| b.0.total_cmp(&a.0));
        }
        (rough.first, rough.nearest) = best[0];
        rough.second = best[1].0;
        if let Some(meaning) = meaning {
            let (alike, question) = self.meant(entry, meaning, without);
            rough.meaning = alike;
            if rough.first == 0.0 {
                rough.nearest = question;
            }
        }
        if rough.first == 0.0 && rough.meaning <= 0.0 {
            // Only its passage has something of the message.
            rough.nearest = self
                .questions_of(entry)
                .find(|&question| without.question != Some(question))?;
        }
        Some(rough)
    }
}
