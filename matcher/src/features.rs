//! The features of the model: what speaks for an entry, and what for "none of them", each with its name and its built-in weights.
//!
//! A feature is one row here and its value in [`score`](super::score): the model, the fitting and what the fitting prints follow
//! from the table.

/// Makes a set of features from its rows: name, weight by words alone, weight with embeddings.
macro_rules! features {
    ($(#[$about:meta])* $set:ident {
        $($(#[$doc:meta])* $feature:ident: $by_words:literal, $with_embeddings:literal;)*
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

            /// Returns the values in the order of the weights.
            pub(crate) fn values(&self) -> [f32; Self::COUNT] {
                [$(self.$feature),*]
            }
        }
    };
}

features! {
    /// Features of a message and one entry. The weights are fitted to several unlike collections of questions
    /// (`examples/fit_weights.rs`); a file's own training examples move them.
    EntryFeatures {
        /// Cosine of words and concepts with the nearest question.
        words: 1.33, 1.39;
        /// Cosine of pairs of words with the nearest question.
        word_pairs: 0.23, -0.20;
        /// Cosine of runs of characters with the nearest question.
        characters: 1.48, 0.27;
        /// Cosine with the sum of the entry's questions.
        centroid: 1.94, 1.51;
        /// Share of the message's words, by information, that the entry's questions have.
        explained: 0.53, 0.22;
        /// Share of the nearest question's words, by information, that the message has.
        covered: -0.83, -1.77;
        /// Information of the message's most telling word that the entry's questions lack.
        worst_unexplained: -0.74, -0.77;
        /// Agreement of the kinds of question: where, how much, may I.
        question_kind: 0.13, 0.04;
        /// Rough score of the entry's second best question.
        second_question: -0.39, -0.94;
        /// Square of the rough score of its best question.
        best_question_squared: 0.78, 1.40;
        /// The smaller of `explained` and `covered`.
        both_ways: 1.35, 1.85;
        /// Information of the message's words that the entry's questions lack, at most 3.
        unexplained: -0.3, -0.29;
        /// Logarithm of the classifier's probability, scaled to reach 1; 0 without a classifier.
        class_log: 2.16, 1.76;
        /// The classifier's probability; 0 without a classifier.
        class: -0.3, -2.61;
        /// Information of the nearest question's words that the message lacks, at most 3.
        uncovered: 0.05, 0.0;
        /// Cosine of the sums of word vectors with the nearest question.
        nearest_word_vectors: -0.23, -0.11;
        /// The same with the entry's question that is nearest by word vectors.
        best_word_vectors: 0.67, 0.05;
        /// Share of the message's information in words that the nearest question lacks, each by its likeness to a word of it.
        akin: 0.99, -0.13;
        /// Cosine of neighbouring characters by their pronunciation with the nearest question.
        pinyin: -0.08, -0.44;
        /// Difference of the lengths of message and nearest question, by their sum.
        length_difference: -0.06, -0.08;
        /// Cosine of the embeddings with the entry's nearest question; 0 without embeddings, as all of embeddings.
        embedding: 1.0, 1.39;
        /// Cube: an almost equal meaning is worth more than twice as much as a roughly equal one.
        embedding_cubed: 1.0, -0.10;
        /// Share of the message's words that the entry's title and answer have.
        passage_words: 0.42, 0.19;
        /// Share of the message's runs of characters that they have.
        passage_characters: -0.07, -0.62;
        /// Cosine of word vectors with title and answer.
        passage_word_vectors: 1.18, 0.19;
        /// Mean cosine of the embeddings with several of the entry's nearest questions.
        embedding_several: 0.0, -0.64;
        /// Cosine of the embedding with the centre of the entry's questions.
        embedding_centre: 0.0, 1.29;
        /// Cosine of the embedding with the entry's title and answer.
        embedding_passage: 0.0, 0.24;
        /// Information of words that few other entries have, at most 2.5.
        own_words: 1.2, 0.0;
        /// The part of it above that of one rare word.
        own_words_more: -0.9, 0.0;
    }
}

features! {
    /// Features of a message alone; they speak for "none of them".
    NoneFeatures {
        /// One, always.
        constant: 6.74, 4.07;
        /// One for a message that is not marked as a question.
        not_asked: -0.27, -0.03;
        /// Logarithm of one and the message's information.
        information: -0.94, -0.17;
        /// Share of it in words that the file does not know.
        strange: -0.16, -0.07;
        /// Logarithm of one and the number of words.
        word_count: -1.25, -1.92;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_the_order_of_names_and_weights() {
        let features = EntryFeatures {
            words: 1.0,
            own_words_more: 2.0,
            ..EntryFeatures::default()
        };
        let values = features.values();
        assert_eq!((values[0], values[EntryFeatures::COUNT - 1]), (1.0, 2.0));
        assert_eq!(EntryFeatures::NAMES[0], "words");
        let last = EntryFeatures::BY_WORDS.last().copied();
        assert_eq!(last, Some(-0.9), "the weight of {}", EntryFeatures::NAMES[29]);
    }
}
