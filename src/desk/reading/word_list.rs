//! Lists of words, written as one text and looked up by their first characters: a reading tries every place of a message.

use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// A list of words, separated by spaces. It is read once, when it is first asked.
#[derive(Debug)]
pub(in crate::desk) struct WordList {
    text: &'static str,
    index: OnceLock<Index>,
}

/// Words by their first character, the longest first.
type Index = FxHashMap<char, Vec<&'static str>>;

impl WordList {
    /// Makes a list of the words of `text`.
    pub(in crate::desk) const fn new(text: &'static str) -> Self {
        Self {
            text,
            index: OnceLock::new(),
        }
    }

    /// Returns the words, in their order.
    pub(in crate::desk) fn words(&self) -> impl Iterator<Item = &'static str> {
        self.text.split_whitespace()
    }

    /// Returns the words with which `text` begins, the longest first.
    pub(in crate::desk) fn at_start(&self, text: &str) -> impl Iterator<Item = &'static str> {
        let words = self.with_first_of(text).iter().copied();
        words.filter(move |word| text.starts_with(word))
    }

    /// `true` if `text` begins with one of the words.
    pub(in crate::desk) fn begins(&self, text: &str) -> bool {
        self.at_start(text).next().is_some()
    }

    /// `true` if one of the words stands somewhere in `text`.
    pub(in crate::desk) fn is_in(&self, text: &str) -> bool {
        text.char_indices()
            .any(|(at, _)| self.begins(text.get(at..).unwrap_or_default()))
    }

    /// `true` if `word` is one of the words.
    pub(in crate::desk) fn has(&self, word: &str) -> bool {
        self.with_first_of(word).contains(&word)
    }

    /// Returns the words with the first character of `text`, the longest first.
    fn with_first_of(&self, text: &str) -> &[&'static str] {
        let first = text.chars().next();
        first
            .and_then(|first| self.index().get(&first))
            .map_or(&[], Vec::as_slice)
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for word in self.text.split_whitespace() {
                if let Some(first) = word.chars().next() {
                    index.entry(first).or_default().push(word);
                }
            }
            for words in index.values_mut() {
                words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            }
            index
        })
    }
}

#[cfg(test)]
mod tests {
    use super::WordList;

    #[test]
    fn words_are_found_at_the_start_anywhere_and_whole() {
        static WORDS: WordList = WordList::new("好 好的  好的呀 ok\n 行");
        assert_eq!(
            WORDS.at_start("好的呀，谢谢").collect::<Vec<_>>(),
            ["好的呀", "好的", "好"]
        );
        assert!(WORDS.begins("okay") && !WORDS.begins("不行") && !WORDS.begins(""));
        assert!(WORDS.is_in("那也行") && !WORDS.is_in("那也") && !WORDS.is_in(""));
        assert!(WORDS.has("好的") && !WORDS.has("好的呀谢谢") && !WORDS.has(""));
        assert_eq!(WORDS.words().count(), 5);
    }
}
