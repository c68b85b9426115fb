//! The features of the model: what speaks for an entry, and what for "none of them", each with its name and its built-in weights.
//!
//! A feature is one row here: its name, its weights, and its value as computed from what [`score`](super::score) measures. The model,
//! the fitting and what the fitting prints follow from the table.

use super::analyse::{VIEWS, View};
use super::embeddings::Alike;

/// The information of an entry's own words in a message that names the entry: that of one rare word. What more of them tell
/// is a feature of its own.
const OWN_WORDS_ENOUGH: f32 = 1.0;
/// The most that they count for.
const OWN_WORDS_MAX: f32 = 2.5;

/// Makes a set of features from its rows: name, weight by words alone, weight with embeddings, value.
macro_rules! features {
    ($(#[$about:meta])* $set:ident of $measured:ident: $measures:ty {
        $($(#[$doc:meta])* $feature:ident: $by_words:literal, $with_embeddings:literal, $value:expr;)*
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, Default, PartialEq)]
        pub(crate) struct $set {
            $($(#[$doc])* pub(crate) $feature: f32,)*
        }

        impl $set {
            /// The features' names, in the order of [`Self::values`].
            pub(crate) const NAMES: &[&str] = &[$(stringify!($feature)),*];
            /// The number of features.
            pub(crate) const COUNT: usize = Self::NAMES.len();
            /// The built-in weights where messages are compared by words alone.
            pub(crate) const BY_WORDS: [f32; Self::COUNT] = [$($by_words),*];
            /// The built-in weights where embeddings of questions and messages are known.
            pub(crate) const WITH_EMBEDDINGS: [f32; Self::COUNT] = [$($with_embeddings),*];

            /// Computes the features from what was measured.
            pub(crate) fn of($measured: &$measures) -> Self {
                Self {
                    $($feature: $value,)*
                }
            }

            /// Returns the values in the order of the weights.
            pub(crate) fn values(&self) -> [f32; Self::COUNT] {
                [$(self.$feature),*]
            }
        }
    };
}

/// Measurements of a message and one entry, from which the features are computed. "Nearest" is the entry's nearest question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EntryMeasures {
    /// Cosines with the nearest question, one of each view.
    pub(crate) cosine: [f32; VIEWS],
    /// Cosine with the sum of the entry's questions.
    pub(crate) centroid: f32,
    /// Information of the message's words.
    pub(crate) total: f32,
    /// Information of those that the entry's questions have.
    pub(crate) explained: f32,
    /// Information of the most telling one that they lack.
    pub(crate) worst_unexplained: f32,
    /// Information of the nearest question's words.
    pub(crate) asked: f32,
    /// Information of those that the message has too.
    pub(crate) covered: f32,
    /// Agreement of the kinds of question.
    pub(crate) question_kind: f32,
    /// Rough score of the entry's best question.
    pub(crate) first: f32,
    /// Rough score of its second best one.
    pub(crate) second: f32,
    /// The classifier's probability.
    pub(crate) class: Option<f32>,
    /// Cosine of the sums of word vectors with the nearest question.
    pub(crate) nearest_word_vectors: f32,
    /// The highest such cosine with a question of the entry.
    pub(crate) best_word_vectors: f32,
    /// Information of the words that the nearest question lacks, each by its likeness to a word of it.
    pub(crate) akin: f32,
    /// Length of the message.
    pub(crate) length: f32,
    /// Length of the nearest question.
    pub(crate) question_length: f32,
    /// Likeness of the embeddings.
    pub(crate) meaning: Alike,
    /// Shares of the message's words, and of its runs of characters, that title and answer have.
    pub(crate) passage: [f32; 2],
    /// Cosine of word vectors with title and answer.
    pub(crate) passage_word_vectors: f32,
    /// Information of words that few other entries have.
    pub(crate) own_words: f32,
}

impl EntryMeasures {
    fn share_explained(&self) -> f32 {
        if self.total > 0.0 {
            self.explained / self.total
        } else {
            0.0
        }
    }

    fn share_covered(&self) -> f32 {
        if self.asked > 0.0 {
            self.covered / self.asked
        } else {
            0.0
        }
    }
}

/// Measurements of a message alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoneMeasures {
    /// `true` if it is marked or reads as a question.
    pub(crate) is_asked: bool,
    /// Information of its words.
    pub(crate) total: f32,
    /// Information of those that the file does not know.
    pub(crate) strange: f32,
    /// Number of its words.
    pub(crate) words: f32,
}

features! {
    /// Features of a message and one entry. The weights are fitted to several unlike collections of questions
    /// (`examples/fit_weights.rs`); a file's own training examples move them.
    EntryFeatures of m: EntryMeasures {
        /// Cosine of words and concepts with the nearest question.
        words: 1.33, 1.39, m.cosine[View::Word as usize];
        /// Cosine of pairs of words with the nearest question.
        word_pairs: 0.23, -0.20, m.cosine[View::Pair as usize];
        /// Cosine of runs of characters with the nearest question.
        characters: 1.48, 0.27, m.cosine[View::Gram as usize];
        /// Cosine with the sum of the entry's questions.
        centroid: 1.94, 1.51, m.centroid;
        /// Share of the message's words, by information, that the entry's questions have.
        explained: 0.53, 0.22, m.share_explained();
        /// Share of the nearest question's words, by information, that the message has.
        covered: -0.83, -1.77, m.share_covered();
        /// Information of the message's most telling word that the entry's questions lack.
        worst_unexplained: -0.74, -0.77, m.worst_unexplained;
        /// Agreement of the kinds of question: where, how much, may I.
        question_kind: 0.13, 0.04, m.question_kind;
        /// Rough score of the entry's second best question.
        second_question: -0.39, -0.94, m.second;
        /// Square of the rough score of its best question.
        best_question_squared: 0.78, 1.40, m.first * m.first;
        /// The smaller of `explained` and `covered`.
        both_ways: 1.35, 1.85, m.share_explained().min(m.share_covered());
        /// Information of the message's words that the entry's questions lack, at most 3.
        unexplained: -0.3, -0.29, (m.total - m.explained).min(3.0);
        /// Logarithm of the classifier's probability, scaled to reach 1; 0 without a classifier.
        class_log: 2.16, 1.76, m.class.map_or(0.0, |p| p.max(1e-3).ln() / 3.0 + 1.0);
        /// The classifier's probability; 0 without a classifier.
        class: -0.3, -2.61, m.class.unwrap_or(0.0);
        /// Information of the nearest question's words that the message lacks, at most 3.
        uncovered: 0.05, 0.0, (m.asked - m.covered).clamp(0.0, 3.0);
        /// Cosine of the sums of word vectors with the nearest question.
        nearest_word_vectors: -0.23, -0.11, m.nearest_word_vectors;
        /// The same with the entry's question that is nearest by word vectors.
        best_word_vectors: 0.67, 0.05, m.best_word_vectors;
        /// Share of the message's information in words that the nearest question lacks, each by its likeness to a word of it.
        akin: 0.99, -0.13, if m.total > 0.0 { m.akin / m.total } else { 0.0 };
        /// Cosine of neighbouring characters by their pronunciation with the nearest question.
        pinyin: -0.08, -0.44, m.cosine[View::Sound as usize];
        /// Difference of the lengths of message and nearest question, by their sum.
        length_difference: -0.06, -0.08, (m.length - m.question_length).abs() / (m.length + m.question_length).max(1.0);
        /// Cosine of the embeddings with the entry's nearest question; 0 without embeddings, as all of embeddings.
        embedding: 1.0, 1.39, m.meaning.nearest;
        /// Cube: an almost equal meaning is worth more than twice as much as a roughly equal one.
        embedding_cubed: 1.0, -0.10, m.meaning.nearest.max(0.0).powi(3);
        /// Share of the message's words that the entry's title and answer have.
        passage_words: 0.42, 0.19, m.passage[0];
        /// Share of the message's runs of characters that they have.
        passage_characters: -0.07, -0.62, m.passage[1];
        /// Cosine of word vectors with title and answer.
        passage_word_vectors: 1.18, 0.19, m.passage_word_vectors;
        /// Mean cosine of the embeddings with several of the entry's nearest questions.
        embedding_several: 0.0, -0.64, m.meaning.several;
        /// Cosine of the embedding with the centre of the entry's questions.
        embedding_centre: 0.0, 1.29, m.meaning.centre;
        /// Cosine of the embedding with the entry's title and answer.
        embedding_passage: 0.0, 0.24, m.meaning.passage;
        /// Information of words that few other entries have, at most 2.5.
        own_words: 1.2, 0.0, m.own_words.min(OWN_WORDS_MAX);
        /// The part of it above that of one rare word.
        own_words_more: -0.9, 0.0, (m.own_words - OWN_WORDS_ENOUGH).clamp(0.0, OWN_WORDS_MAX);
    }
}

features! {
    /// Features of a message alone; they speak for "none of them".
    NoneFeatures of m: NoneMeasures {
        /// One, always.
        constant: 6.74, 4.07, 1.0;
        /// One for a message that is not marked as a question.
        not_asked: -0.27, -0.03, if m.is_asked { 0.0 } else { 1.0 };
        /// Logarithm of one and the message's information.
        information: -0.94, -0.17, (1.0_f32 + m.total).ln();
        /// Share of it in words that the file does not know.
        strange: -0.16, -0.07, if m.total > 0.0 { m.strange / m.total } else { 1.0 };
        /// Logarithm of one and the number of words.
        word_count: -1.25, -1.92, (1.0 + m.words).ln();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_order_of_names_and_weights() {
        let count = EntryFeatures::COUNT;
        let weights = [EntryFeatures::BY_WORDS, EntryFeatures::WITH_EMBEDDINGS];
        assert!(weights.iter().all(|weights| weights.len() == count) && EntryFeatures::NAMES.len() == count);
        let features = EntryFeatures {
            words: 1.0,
            own_words_more: 2.0,
            ..EntryFeatures::default()
        };
        let place = |name: &str| EntryFeatures::NAMES.iter().position(|other| *other == name);
        let (words, more) = (place("words").unwrap(), place("own_words_more").unwrap());
        let values = features.values();
        assert_eq!((values[words], values[more]), (1.0, 2.0));
        assert_eq!(values.iter().sum::<f32>(), 3.0);
        let weight = EntryFeatures::BY_WORDS[more];
        assert_eq!(weight, -0.9, "the weight of {}", EntryFeatures::NAMES[more]);
    }
}
