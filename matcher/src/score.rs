//! The features for and against an entry for a message.

use super::analyse::{Analysis, VIEWS};
use super::answer_passages::PassageMatch;
use super::classify::Classifier;
use super::embeddings::Alike;
use super::features::{EntryFeatures, EntryMeasures, NoneFeatures, NoneMeasures};
use super::index::{Index, Worth};
use super::retrieve::{Known, Message, Rough, Without};
use crate::dialogue_act::question_cues::{agreement, asks};

/// Questions of an entry whose sense is compared, at most.
const MOST_SENSES: usize = 16;

/// An entry with its features.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scored {
    pub(crate) entry: u32,
    /// Question nearest to the message.
    pub(crate) nearest: u32,
    pub(crate) features: EntryFeatures,
    /// Log-odds that nouns strange to the entry take from an answer that nobody asked for.
    pub(crate) strangeness: f32,
}

/// A message against the file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    pub(crate) candidates: Vec<Scored>,
    /// The features of the messages marked as out of scope, as if they were an entry; `None` if there are none.
    pub(crate) outside: Option<EntryFeatures>,
    pub(crate) none: NoneFeatures,
}

impl Index {
    /// Scores the entries nearest to `message` among those `allowed`, best first by a rough score.
    pub(crate) fn field(
        &self,
        message: &Message<'_>,
        classifier: Option<&Classifier>,
        without: Without,
        allowed: impl Fn(u32) -> bool,
    ) -> Field {
        let known = self.known(message.analysis, without);
        let worth = Worth::of_terms(known.iter().filter_map(|k| Some((k.id?, k.worth()))));
        let said = self.passages.said(message.analysis);
        let strangers = self.strangers(&message.analysis.things, without);
        let mut candidates: Vec<Scored> = self
            .rough(message, &known, (&worth, &said), classifier, without, allowed)
            .iter()
            .map(|rough| {
                let own = without
                    .question
                    .filter(|&own| self.question(own).entry == rough.entry);
                Scored {
                    entry: rough.entry,
                    nearest: rough.nearest,
                    features: self.features(message, &known, (&worth, &said), rough, own),
                    strangeness: self.strangeness(&strangers, rough.entry, rough.nearest, own),
                }
            })
            .collect();
        let outside = candidates.iter().position(|c| self.outside == Some(c.entry));
        Field {
            outside: outside.map(|at| candidates.remove(at).features),
            candidates,
            none: none_features(message.analysis, &known, message.asked),
        }
    }

    /// Computes the features. `own` is the message itself if it is a question of the entry; it is passed over.
    fn features(
        &self,
        message: &Message<'_>,
        known: &[Known],
        (worth, said): (&Worth, &PassageMatch),
        rough: &Rough,
        own: Option<u32>,
    ) -> EntryFeatures {
        let (outline, nearest) = (&message.analysis.outline, self.outline(rough.nearest));
        let alike_in_meaning = message
            .meaning
            .map_or_else(Alike::default, |meaning| self.alike(meaning, rough.entry, own));
        let (mut total, mut explained, mut worst) = (0.0_f32, 0.0_f32, 0.0_f32);
        let mut own_words = 0.0_f32;
        for k in known.iter().filter(|k| k.is_word()) {
            total += k.info;
            let count = k.id.map_or(0, |id| self.word_count(rough.entry, id));
            // The left-out question must not explain itself.
            let is_asked = count > u32::from(own.is_some());
            if is_asked {
                explained += k.info;
            } else {
                worst = worst.max(k.info);
            }
            let is_own = is_asked || self.passages.has(k.passages, rough.entry);
            if is_own && self.human != Some(rough.entry) {
                own_words += k.info / k.entries.max(1) as f32;
            }
        }
        let near = self.near(known, worth, rough);
        let square = self.square(rough.entry, own);
        let centroid = if square > 0.0 {
            rough.sum / square.sqrt()
        } else {
            0.0
        };
        let alike = self
            .questions_of(rough.entry)
            .filter(|&question| own != Some(question))
            .take(MOST_SENSES)
            .map(|question| outline.sense.likeness(&self.outline(question).sense))
            .fold(0.0, f32::max);
        EntryFeatures::of(&EntryMeasures {
            cosine: near.cosine,
            centroid,
            total,
            explained,
            worst_unexplained: worst,
            asked: near.asked,
            covered: near.covered,
            question_kind: agreement(outline.kinds, nearest.kinds),
            first: rough.first,
            second: rough.second,
            class: rough.class,
            nearest_word_vectors: outline.sense.likeness(&nearest.sense),
            best_word_vectors: alike,
            akin: if total > 0.0 {
                self.akin(known, rough.nearest)
            } else {
                0.0
            },
            length: f32::from(outline.length),
            question_length: f32::from(nearest.length),
            meaning: alike_in_meaning,
            passage: said.shares(rough.entry),
            passage_word_vectors: self.passages.likeness(message.analysis, rough.entry),
            own_words,
        })
    }

    fn near(&self, known: &[Known], worth: &Worth, rough: &Rough) -> Near {
        let question = rough.nearest;
        let mut near = Near {
            cosine: rough.common.unwrap_or_else(|| self.common(question, worth)),
            ..Near::default()
        };
        let mut known = known
            .iter()
            .filter(|k| k.is_word())
            .filter_map(|k| k.id)
            .peekable();
        for (word, info) in self.words(question) {
            near.asked += info;
            while known.next_if(|&id| id < word).is_some() {}
            if known.next_if_eq(&word).is_some() {
                near.covered += info;
            }
        }
        near
    }

    /// Sums up the information of the message's words that `question` lacks, each by its likeness to the nearest of the
    /// question's words.
    fn akin(&self, known: &[Known], question: u32) -> f32 {
        let mut akin = 0.0;
        for k in known.iter().filter(|k| k.is_word() && k.info > 0.0) {
            if k.id.is_some_and(|id| self.contains(question, id)) {
                continue;
            }
            let best = self
                .words(question)
                .map(|w| k.sense.likeness(self.sense(w.0)))
                .fold(0.0, f32::max);
            akin += k.info * best;
        }
        akin
    }

    /// Returns the squared length of the sum of an entry's questions, without its question `own`.
    fn square(&self, entry: u32, own: Option<u32>) -> f32 {
        let square = self.entry(entry).square;
        let Some(own) = own else { return square };
        // |sum - own|² = |sum|² - 2 sum·own + |own|²
        let product: f32 = self
            .questions_of(entry)
            .map(|other| self.likeness(own, other))
            .sum();
        (square - 2.0 * product + self.likeness(own, own)).max(0.0)
    }
}

/// A message beside one question.
#[derive(Default)]
struct Near {
    cosine: [f32; VIEWS],
    /// The information of the question's words, and of those that the message has too.
    asked: f32,
    covered: f32,
}

fn none_features(message: &Analysis, known: &[Known], asked: bool) -> NoneFeatures {
    let (mut total, mut strange, mut count) = (0.0, 0.0, 0.0_f32);
    for word in known.iter().filter(|k| k.is_word()) {
        total += word.info;
        count += 1.0;
        if word.id.is_none() {
            strange += word.info;
        }
    }
    NoneFeatures::of(&NoneMeasures {
        is_asked: asked || asks(message.outline.kinds),
        total,
        strange,
        words: count,
    })
}
