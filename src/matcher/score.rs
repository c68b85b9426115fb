//! The handful of entries that a message may mean, each with what speaks for and against it.

use std::cell::RefCell;

use super::analyse::{Analysis, VIEWS, View};
use super::classify::Classifier;
use super::index::{Index, VIEW_WEIGHT, lookup};
use super::question::agreement;
use super::sense::Row;

/// What is known of a message and one entry. The order is that of the model's weights.
pub(crate) const FEATURES: usize = 19;
/// Place of the share of the message's words, by information, that the entry knows.
pub(crate) const EXPLAINED: usize = 4;
/// What is known of the message alone, and speaks for "none of them".
pub(crate) const NONE_FEATURES: usize = 5;
/// Entries that get a closer look.
const CLOSER: usize = 8;
/// Questions of an entry whose sense is compared.
const MOST_SENSES: usize = 32;
/// Postings read for one message: what bounds the cost in a large file.
const POSTINGS: usize = 60_000;

/// A message left out of the file that it came from, to see what the file would say without it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Without {
    pub(crate) question: Option<u32>,
    pub(crate) entry: Option<u32>,
}

/// An entry with its features.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scored {
    pub(crate) entry: u32,
    /// Its question nearest to the message.
    pub(crate) nearest: u32,
    pub(crate) features: [f32; FEATURES],
}

/// A message against the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    pub(crate) candidates: Vec<Scored>,
    pub(crate) none: [f32; NONE_FEATURES],
}

/// A term of the message as the file sees it.
struct Known {
    id: Option<u32>,
    view: usize,
    info: f32,
    sense: Row,
    /// Part of a vector of length one in its view, what the file doesn't know included.
    weight: f32,
}

#[derive(Default)]
struct Scratch {
    scores: Vec<f32>,
    touched: Vec<u32>,
    classes: Vec<f32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Index {
    /// The entries nearest to `message` among those `allowed`, best first by a rough score.
    pub(crate) fn field(
        &self,
        message: &Analysis,
        asked: bool,
        classifier: Option<&Classifier>,
        without: Without,
        allowed: impl Fn(u32) -> bool,
    ) -> Field {
        let known = self.known(message, without);
        let rough = SCRATCH.with_borrow_mut(|scratch| {
            scratch.classes.clear();
            if let Some(classifier) = classifier {
                let terms = known
                    .iter()
                    .filter_map(|k| Some((k.id?, k.weight * VIEW_WEIGHT[k.view].sqrt())));
                classifier.probabilities(terms, &message.sense, &mut scratch.classes);
            }
            self.rough(&known, without, &allowed, scratch)
        });
        let own = without.question.map(|q| q as usize);
        let candidates = rough
            .iter()
            .map(|r| Scored {
                entry: r.entry,
                nearest: r.nearest,
                features: self.features(
                    message,
                    &known,
                    r,
                    own.filter(|&q| self.questions[q].entry == r.entry),
                ),
            })
            .collect();
        Field {
            candidates,
            none: none_features(message, &known, asked),
        }
    }

    fn known(&self, message: &Analysis, without: Without) -> Vec<Known> {
        let left_entry = without
            .entry
            .or(without.question.map(|q| self.questions[q as usize].entry));
        let mut norms = [0.0_f32; VIEWS];
        let mut known: Vec<Known> = Vec::with_capacity(message.terms.len());
        for term in &message.terms {
            let mut id = self.id(term);
            let mut entries = id.map_or(0, |id| self.terms[id as usize].entries);
            if let (Some(term), Some(entry)) = (id, left_entry) {
                // What only the left-out question (or entry) knows is unknown without it.
                let count = lookup(&self.entries[entry as usize].terms, term).unwrap_or(0);
                if count > 0 && (without.entry.is_some() || count == 1) {
                    entries -= 1;
                }
                if entries == 0 {
                    id = None;
                }
            }
            let weight = self.idf(entries);
            norms[term.view as usize] += weight * weight;
            known.push(Known {
                id,
                view: term.view as usize,
                info: term.info,
                sense: term.sense,
                weight,
            });
        }
        for k in &mut known {
            k.weight /= norms[k.view].sqrt().max(1e-6);
        }
        known.sort_unstable_by_key(|k| k.id);
        known
    }

    fn rough(
        &self,
        known: &[Known],
        without: Without,
        allowed: &impl Fn(u32) -> bool,
        scratch: &mut Scratch,
    ) -> Vec<Rough> {
        if scratch.scores.len() < self.questions.len() {
            scratch.scores.resize(self.questions.len(), 0.0);
        }
        let mut order: Vec<&Known> = known.iter().filter(|k| k.id.is_some()).collect();
        let postings = |k: &Known| k.id.map_or(0, |id| self.postings[id as usize].len());
        if order.iter().map(|k| postings(k)).sum::<usize>() > POSTINGS {
            // Rare terms first, so that the bound cuts off what tells least.
            order.sort_by_key(|k| postings(k));
        }
        let mut budget = POSTINGS;
        for k in order {
            let Some(id) = k.id else { continue };
            let list = &self.postings[id as usize];
            if list.len() > budget {
                break;
            }
            budget -= list.len();
            let weight = k.weight * VIEW_WEIGHT[k.view];
            for &(question, w) in list {
                let score = &mut scratch.scores[question as usize];
                if *score == 0.0 {
                    scratch.touched.push(question);
                }
                *score += weight * w;
            }
        }
        let mut touched = std::mem::take(&mut scratch.touched);
        if touched.len() * 8 > self.questions.len() {
            // Most questions share something with the message: walking over all costs less than sorting.
            touched.clear();
            touched.extend((0..self.questions.len() as u32).filter(|&q| scratch.scores[q as usize] != 0.0));
        } else {
            touched.sort_unstable();
        }
        let mut best: Vec<Rough> = Vec::with_capacity(CLOSER + 1);
        let mut i = 0;
        while i < touched.len() {
            let entry = self.questions[touched[i] as usize].entry;
            let mut rough = Rough {
                entry,
                nearest: touched[i],
                first: 0.0,
                second: 0.0,
                sum: 0.0,
                class: scratch.classes.get(entry as usize).copied(),
            };
            while i < touched.len() && self.questions[touched[i] as usize].entry == entry {
                let question = touched[i];
                let score = std::mem::take(&mut scratch.scores[question as usize]);
                i += 1;
                if without.question == Some(question) {
                    continue;
                }
                rough.sum += score;
                if score > rough.first {
                    (rough.second, rough.first, rough.nearest) = (rough.first, score, question);
                } else if score > rough.second {
                    rough.second = score;
                }
            }
            if rough.first == 0.0 || without.entry == Some(entry) || !allowed(entry) {
                continue;
            }
            let at = best.partition_point(|b| b.rank() >= rough.rank());
            if at < CLOSER {
                best.insert(at, rough);
                best.truncate(CLOSER);
            }
        }
        touched.clear();
        scratch.touched = touched;
        best
    }

    fn features(
        &self,
        message: &Analysis,
        known: &[Known],
        rough: &Rough,
        own: Option<usize>,
    ) -> [f32; FEATURES] {
        let entry = &self.entries[rough.entry as usize];
        let nearest = &self.questions[rough.nearest as usize];
        let (mut total, mut explained, mut worst) = (0.0_f32, 0.0_f32, 0.0_f32);
        for k in known.iter().filter(|k| k.view == View::Word as usize) {
            total += k.info;
            let count = k.id.and_then(|id| lookup(&entry.terms, id)).unwrap_or(0);
            // The left-out question must not explain itself.
            if count > u32::from(own.is_some()) {
                explained += k.info;
            } else {
                worst = worst.max(k.info);
            }
        }
        let share = if total > 0.0 { explained / total } else { 0.0 };
        let (mut cosine, mut covered) = ([0.0_f32; VIEWS], 0.0_f32);
        let (mut terms, mut words) = (nearest.terms.as_slice(), nearest.words.as_slice());
        for k in known {
            let Some(id) = k.id else { continue };
            terms = skip(terms, id);
            let Some(&(found, weight)) = terms.first() else {
                break;
            };
            if found != id {
                continue;
            }
            cosine[k.view] += weight * k.weight;
            if k.view == View::Word as usize {
                words = skip(words, id);
                covered += words.first().filter(|w| w.0 == id).map_or(0.0, |w| w.1);
            }
        }
        let asked: f32 = nearest.words.iter().map(|w| w.1).sum();
        let square = match own {
            Some(q) => {
                // |sum - own|² = |sum|² - 2 sum·own + |own|²
                let own = &self.questions[q];
                let length: f32 = own
                    .terms
                    .iter()
                    .map(|&(id, w)| w * w * VIEW_WEIGHT[self.view(id)])
                    .sum();
                let product: f32 = entry
                    .questions
                    .iter()
                    .map(|&other| self.product(&own.terms, &self.questions[other as usize].terms))
                    .sum();
                (entry.square - 2.0 * product + length).max(0.0)
            }
            None => entry.square,
        };
        let centroid = if square > 0.0 {
            rough.sum / square.sqrt()
        } else {
            0.0
        };
        let mut akin = 0.0;
        for k in known
            .iter()
            .filter(|k| k.view == View::Word as usize && k.info > 0.0)
        {
            if k.id.is_some_and(|id| lookup(&nearest.words, id).is_some()) {
                continue;
            }
            let best = nearest
                .words
                .iter()
                .map(|w| k.sense.likeness(self.terms[w.0 as usize].sense))
                .fold(0.0, f32::max);
            akin += k.info * best;
        }
        let alike = entry
            .questions
            .iter()
            .filter(|&&q| own.is_none_or(|own| own != q as usize))
            .take(MOST_SENSES)
            .map(|&q| message.sense.likeness(&self.questions[q as usize].sense))
            .fold(0.0, f32::max);
        let both = share.min(if asked > 0.0 { covered / asked } else { 0.0 });
        [
            cosine[0],
            cosine[1],
            cosine[2],
            centroid,
            share,
            if asked > 0.0 { covered / asked } else { 0.0 },
            worst,
            agreement(message.kinds, nearest.kinds),
            rough.second,
            rough.first * rough.first,
            both,
            (total - explained).min(3.0),
            rough.class.map_or(0.0, |p| p.max(1e-3).ln() / 3.0 + 1.0),
            rough.class.unwrap_or(0.0),
            (asked - covered).clamp(0.0, 3.0),
            message.sense.likeness(&nearest.sense),
            alike,
            if total > 0.0 { akin / total } else { 0.0 },
            cosine[3],
        ]
    }

    pub(crate) fn view(&self, id: u32) -> usize {
        self.terms[id as usize].view as usize
    }

    fn product(&self, a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
        let (mut i, mut j, mut sum) = (0, 0, 0.0);
        while i < a.len() && j < b.len() {
            match a[i].0.cmp(&b[j].0) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    sum += a[i].1 * b[j].1 * VIEW_WEIGHT[self.view(a[i].0)];
                    i += 1;
                    j += 1;
                }
            }
        }
        sum
    }
}

/// What remains of a list sorted by term number, from `id` on.
fn skip<T>(list: &[(u32, T)], id: u32) -> &[(u32, T)] {
    let at = list.iter().position(|t| t.0 >= id).unwrap_or(list.len());
    &list[at..]
}

/// An entry by the inverted index alone.
struct Rough {
    entry: u32,
    nearest: u32,
    first: f32,
    second: f32,
    sum: f32,
    /// The classifier's probability, where there is a classifier.
    class: Option<f32>,
}

impl Rough {
    fn rank(&self) -> f32 {
        self.first + 0.3 * self.second + 0.5 * self.class.unwrap_or(0.0)
    }
}

fn none_features(message: &Analysis, known: &[Known], asked: bool) -> [f32; NONE_FEATURES] {
    let words = known.iter().filter(|k| k.view == View::Word as usize);
    let (mut total, mut strange, mut count) = (0.0, 0.0, 0.0_f32);
    for word in words {
        total += word.info;
        count += 1.0;
        if word.id.is_none() {
            strange += word.info;
        }
    }
    [
        1.0,
        if asked || super::question::asks(message.kinds) {
            0.0
        } else {
            1.0
        },
        (1.0_f32 + total).ln(),
        if total > 0.0 { strange / total } else { 1.0 },
        (1.0 + count).ln(),
    ]
}
