//! tantivy as it would be used for this: the questions in an index in memory, one segment, BM25, the best three. It is given
//! the words of our own segmenter ready made, and no time is counted for making them.

use crate::corpus::QUESTIONS;
use jieba_rs::Jieba;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Index, IndexWriter, Searcher, TantivyDocument, TantivyError, Term};

const WORDS: &str = include_str!("../../../matcher/src/data/words-zh.txt");
const CHAT: &str = include_str!("../../../matcher/src/data/words-chat.txt");

/// Cuts Chinese into words as the matcher does: the same dictionary, the same method.
pub struct Segmenter(Jieba);

impl Segmenter {
    /// Loads the dictionary.
    ///
    /// # Panics
    /// Where the dictionary is none.
    pub fn load() -> Self {
        let mut jieba = match Jieba::with_dict(&mut WORDS.as_bytes()) {
            Ok(jieba) => jieba,
            Err(error) => panic!("{error}"),
        };
        for (word, frequency) in CHAT.lines().filter_map(|line| line.split_once(' ')) {
            jieba.add_word(word, frequency.parse().ok(), None);
        }
        Self(jieba)
    }

    /// The words of a text.
    pub fn words(&self, text: &str) -> Vec<String> {
        let tokens = self.0.cut(text, false).into_iter();
        tokens
            .map(|token| token.word.to_lowercase())
            .filter(|word| !word.trim().is_empty())
            .collect()
    }

    /// The words of a text, pairs of them, and its characters alone and in pairs: what the matcher compares, but for how
    /// they sound.
    pub fn terms(&self, text: &str) -> Vec<String> {
        let words = self.words(text);
        let characters: Vec<char> = words.iter().flat_map(|word| word.chars()).collect();
        let pairs = words.windows(2).map(|pair| pair.join(" "));
        let alone = characters.iter().map(|c| format!("_{c}"));
        let grams = characters
            .windows(2)
            .map(|pair| format!("_{}{}", pair[0], pair[1]));
        let mut terms: Vec<String> = pairs.chain(alone).chain(grams).collect();
        terms.extend(words);
        terms
    }
}

/// The index.
pub struct Tantivy {
    searcher: Searcher,
    words: Field,
    entry: Field,
}

impl Tantivy {
    /// Indexes the questions, given as their words in the order of the entries.
    ///
    /// # Errors
    /// tantivy's error.
    pub fn build(questions: &[Vec<String>]) -> Result<Self, TantivyError> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
        let words = schema.add_text_field("words", TextOptions::default().set_indexing_options(indexing));
        let entry = schema.add_u64_field("entry", NumericOptions::default().set_fast().set_stored());
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 200 << 20)?;
        for (number, question) in questions.iter().enumerate() {
            let mut document = TantivyDocument::new();
            document.add_pre_tokenized_text(words, tokens(question));
            document.add_u64(entry, (number / QUESTIONS) as u64);
            writer.add_document(document)?;
        }
        writer.commit()?;
        let segments = index.searchable_segment_ids()?;
        if segments.len() > 1 {
            writer.merge(&segments).wait()?;
        }
        writer.wait_merging_threads()?;
        Ok(Self {
            searcher: index.reader()?.searcher(),
            words,
            entry,
        })
    }

    /// The entries of the best three questions, best first.
    ///
    /// # Errors
    /// tantivy's error.
    pub fn search(&self, words: &[String]) -> Result<Vec<u64>, TantivyError> {
        let terms = words.iter().map(|word| {
            let term = Term::from_field_text(self.words, word);
            let query: Box<dyn Query> = Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
            (Occur::Should, query)
        });
        let query = BooleanQuery::new(terms.collect());
        let found = self
            .searcher
            .search(&query, &TopDocs::with_limit(3).order_by_score())?;
        let mut entries = Vec::with_capacity(found.len());
        for (_, address) in found {
            let column = self
                .searcher
                .segment_reader(address.segment_ord)
                .fast_fields()
                .u64(self.searcher.schema().get_field_name(self.entry))?;
            entries.extend(column.first(address.doc_id));
        }
        Ok(entries)
    }
}

fn tokens(words: &[String]) -> PreTokenizedString {
    let mut offset = 0;
    let tokens = words.iter().enumerate().map(|(position, word)| {
        let offset_from = offset;
        offset += word.len();
        Token {
            offset_from,
            offset_to: offset,
            position,
            text: word.clone(),
            position_length: 1,
        }
    });
    PreTokenizedString {
        tokens: tokens.collect(),
        text: words.concat(),
    }
}
