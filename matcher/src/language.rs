//! Tables of Chinese and English at large: word boundaries, information of words, stems, simplified forms.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use jieba_rs::Jieba;
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use super::hash;
use super::packed_tables::{Packed, packed};
use super::word_vectors::{self, Row, Senses};

/// Words with their frequencies, most frequent first: the common part of jieba's dictionary.
const WORDS: Packed = packed!("words-zh.txt");
/// Words of chat and support that a newspaper corpus misses or misjudges; they override [`WORDS`].
const CHAT: &str = include_str!("data/words-chat.txt");
/// Common English words in tiers, the emptiest first.
const ENGLISH: &str = include_str!("data/common-en.txt");
/// Sum of the frequencies in the dictionary that [`WORDS`] was taken from.
const TOTAL: f32 = 60_101_964.0;

/// The information of a word in no list.
pub(crate) const UNKNOWN: f32 = 1.0;

/// The shared tables. Built once, in some tens of milliseconds; see [`language`].
pub(crate) struct Dictionaries {
    jieba: Jieba,
    /// Each word's information and, if it is Chinese, its level as a thing.
    info: FxHashMap<u64, (f32, u8)>,
    senses: Senses,
    converter: Option<OpenCC>,
    traditional: Vec<u64>,
    stemmer: Stemmer,
}

/// Returns the one instance. The first call loads it; call it from a thread at start to have it warm.
pub(crate) fn language() -> &'static Dictionaries {
    static LANGUAGE: OnceLock<Dictionaries> = OnceLock::new();
    LANGUAGE.get_or_init(Dictionaries::load)
}

/// First character of the range that is looked at for traditional forms.
const HAN: u32 = 0x4e00;
const HAN_END: u32 = 0xa000;

impl Dictionaries {
    fn load() -> Self {
        let vectors = std::thread::spawn(word_vectors::unpack);
        let words: Arc<str> = WORDS.text().into();
        // The dictionary takes as long as all else together.
        let jieba = std::thread::spawn({
            let words = Arc::clone(&words);
            move || dictionary(&words)
        });
        let mut info = FxHashMap::default();
        for (row, (word, freq)) in frequencies(&words).enumerate() {
            info.insert(hash::text(word), (rarity(freq), word_vectors::thing_of_word(row)));
        }
        for (word, freq) in frequencies(CHAT) {
            info.entry(hash::text(word)).or_default().0 = rarity(freq);
        }
        let stemmer = Stemmer::create(Algorithm::English);
        for (tier, weight) in ENGLISH
            .lines()
            .filter(|l| !l.starts_with('#'))
            .zip([0.08, 0.2, 0.35, 0.5])
        {
            for word in tier.split(' ').filter(|w| !w.is_empty()) {
                info.entry(hash::text(&stemmer.stem(word))).or_insert((weight, 0));
            }
        }
        let converter = OpenCC::from_config(BuiltinConfig::T2s).ok();
        let mut traditional = vec![0; ((HAN_END - HAN) / 64) as usize];
        if let Some(converter) = &converter {
            let mut buffer = [0; 4];
            for (i, c) in (HAN..HAN_END).filter_map(char::from_u32).enumerate() {
                let c = c.encode_utf8(&mut buffer);
                if converter.convert(c) != *c {
                    traditional[i / 64] |= 1_u64 << (i % 64);
                }
            }
        }
        let senses = Senses::load();
        joined(vectors);
        Self {
            jieba: joined(jieba),
            info,
            senses,
            converter,
            traditional,
            stemmer,
        }
    }

    /// Returns `true` if `c` has another, simplified form.
    pub(crate) fn is_traditional(&self, c: char) -> bool {
        let Some(i) = (c as u32).checked_sub(HAN).map(|i| i as usize) else {
            return false;
        };
        self.traditional
            .get(i / 64)
            .is_some_and(|bits| bits >> (i % 64) & 1 == 1)
    }

    /// Converts `text` to simplified characters; borrows it if it has no others.
    pub(crate) fn simplified<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if text.chars().any(|c| self.is_traditional(c)) {
            Cow::Owned(self.simplify(text))
        } else {
            Cow::Borrowed(text)
        }
    }

    /// Converts `text` to simplified characters.
    pub(crate) fn simplify(&self, text: &str) -> String {
        self.converter
            .as_ref()
            .map_or_else(|| text.to_owned(), |c| c.convert(text))
    }

    /// Cuts a run of Chinese into words, in order and without gaps.
    pub(crate) fn cut<'a>(&self, run: &'a str) -> impl Iterator<Item = &'a str> {
        self.jieba.cut(run, false).into_iter().map(|t| t.word)
    }

    /// Returns the stem of a lower-case English word.
    pub(crate) fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        self.stemmer.stem(word)
    }

    /// Returns `true` if a table has the English stem with this hash.
    pub(crate) fn is_known(&self, hash: u64) -> bool {
        self.info.contains_key(&hash) || self.senses.row(hash) != Row::default()
    }

    /// Returns the vector of the word (or English stem) with this hash.
    pub(crate) fn sense(&self, hash: u64) -> Row {
        self.senses.row(hash)
    }

    /// Returns the information of the word (or English stem) with this hash, from 0.05 for "的" up to 1 for a rare word.
    pub(crate) fn info(&self, hash: u64) -> Option<f32> {
        self.info.get(&hash).map(|told| told.0)
    }

    /// Returns the level of the Chinese word with this hash as the name of a thing, a place or an institution, 0..=1.
    pub(crate) fn thing(&self, hash: u64) -> f32 {
        self.info
            .get(&hash)
            .map_or(0.0, |told| word_vectors::level(told.1))
    }
}

/// Waits for a thread; its panic goes on here.
fn joined<T>(thread: JoinHandle<T>) -> T {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

fn dictionary(words: &str) -> Jieba {
    let mut jieba = Jieba::with_dict(&mut words.as_bytes()).unwrap_or_else(|_| Jieba::empty());
    for (word, freq) in frequencies(CHAT) {
        jieba.add_word(word, freq.parse().ok(), None);
    }
    jieba
}

/// The words of a list, each with its frequency.
fn frequencies(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().filter_map(|line| line.split_once(' '))
}

/// Information of a word by its frequency, scaled to 0.05..=1.
fn rarity(freq: &str) -> f32 {
    let freq: f32 = freq.parse().unwrap_or(1.0);
    (((TOTAL / freq.max(1.0)).ln() - 5.0) / 7.0).clamp(0.05, UNKNOWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_tell_little_and_rare_ones_much() {
        let info = |w: &str| language().info(hash::text(w)).unwrap_or(UNKNOWN);
        assert!(info("的") < info("需要"));
        assert!(info("需要") < info("注册"));
        assert!(info("the") < 0.1);
        assert_eq!(info("kubernet"), UNKNOWN);
    }

    #[test]
    fn only_traditional_characters_are_converted() {
        assert!(language().is_traditional('單') && !language().is_traditional('单'));
        assert_eq!(language().simplify("註冊"), "注册");
    }
}
