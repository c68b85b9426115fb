//! The features for and against an entry for a message.

use super::analyse::{Analysis, VIEWS, View};
use super::answer_passages::PassageMatch;
use super::classify::Classifier;
use super::embeddings::Alike;
use super::features::{EntryFeatures, NoneFeatures};
use super::index::{Index, Worth};
use super::retrieve::{Known, Message, Rough, Without};
use crate::dialogue_act::question_cues::{agreement, asks};

/// The information of an entry's own words in a message that names the entry: that of one rare word. What more of them tell
/// is a feature of its own.
const OWN_WORDS_ENOUGH: f32 = 1.0;
/// The most that they count for.
const OWN_WORDS_MAX: f32 = 2.5;
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
        let share = if total > 0.0 { explained / total } else { 0.0 };
        let near = self.near(known, worth, rough);
        let covered = if near.asked > 0.0 {
            near.covered / near.asked
        } else {
            0.0
        };
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
        let [passage_words, passage_characters] = said.shares(rough.entry);
        let (long, short) = (f32::from(outline.length), f32::from(nearest.length));
        EntryFeatures {
            words: near.cosine[View::Word as usize],
            word_pairs: near.cosine[View::Pair as usize],
            characters: near.cosine[View::Gram as usize],
            pinyin: near.cosine[View::Sound as usize],
            centroid,
            explained: share,
            covered,
            both_ways: share.min(covered),
            worst_unexplained: worst,
            unexplained: (total - explained).min(3.0),
            uncovered: (near.asked - near.covered).clamp(0.0, 3.0),
            question_kind: agreement(outline.kinds, nearest.kinds),
            second_question: rough.second,
            best_question_squared: rough.first * rough.first,
            class_log: rough.class.map_or(0.0, |p| p.max(1e-3).ln() / 3.0 + 1.0),
            class: rough.class.unwrap_or(0.0),
            nearest_word_vectors: outline.sense.likeness(&nearest.sense),
            best_word_vectors: alike,
            akin: if total > 0.0 {
                self.akin(known, rough.nearest) / total
            } else {
                0.0
            },
            length_difference: (long - short).abs() / (long + short).max(1.0),
            embedding: alike_in_meaning.nearest,
            embedding_cubed: alike_in_meaning.nearest.max(0.0).powi(3),
            embedding_several: alike_in_meaning.several,
            embedding_centre: alike_in_meaning.centre,
            embedding_passage: alike_in_meaning.passage,
            passage_words,
            passage_characters,
            passage_word_vectors: self.passages.likeness(message.analysis, rough.entry),
            own_words: own_words.min(OWN_WORDS_MAX),
            own_words_more: (own_words - OWN_WORDS_ENOUGH).clamp(0.0, OWN_WORDS_MAX),
        }
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
    NoneFeatures {
        constant: 1.0,
        not_asked: if asked || asks(message.outline.kinds) {
            0.0
        } else {
            1.0
        },
        information: (1.0_f32 + total).ln(),
        strange: if total > 0.0 { strange / total } else { 1.0 },
        word_count: (1.0 + count).ln(),
    }
}
