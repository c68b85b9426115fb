//! Cuts a text in normal form into words: dictionary words of Chinese, stems of others.

use super::hash;
use super::language::{Dictionaries, UNKNOWN};
use super::normalise::is_wide;
use super::word_vectors::Row;

/// The fewest letters of a name.
const NAME_MIN: usize = 3;
/// The level of a word in no list as the name of a thing: it may be a name or a mistyped word.
const NAME: f32 = 0.5;

/// A word with its place in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) text: &'a str,
    pub(crate) hash: u64,
    pub(crate) info: f32,
    pub(crate) sense: Row,
    /// Level as the name of a thing, a place or an institution, 0..=1.
    pub(crate) thing: f32,
}

/// The words of `text`: dictionary words of Chinese, stems of others.
pub(crate) fn tokens<'a>(text: &'a str, language: &Dictionaries) -> Vec<Token<'a>> {
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let wide = is_wide(first);
        let end = rest.find(|c| is_wide(c) != wide).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end);
        if wide {
            tokens.extend(language.cut(run).map(|word| {
                let hash = hash::text(word);
                Token {
                    text: word,
                    hash,
                    info: language.info(hash).unwrap_or(UNKNOWN),
                    sense: language.sense(hash),
                    thing: language.thing(hash),
                }
            }));
        } else {
            tokens.extend(
                run.split(' ')
                    .filter(|w| !w.is_empty())
                    .map(|word| latin(word, language)),
            );
        }
        rest = tail;
    }
    tokens
}

fn latin<'a>(word: &'a str, language: &Dictionaries) -> Token<'a> {
    let hash = if word.is_ascii() {
        hash::text(&language.stem(word))
    } else {
        hash::text(word)
    };
    let info = language.info(hash).unwrap_or_else(|| match word.len() {
        _ if word.bytes().all(|b| b.is_ascii_digit()) => 0.6,
        1 => 0.4,
        _ => UNKNOWN,
    });
    let sense = language.sense(hash);
    let thing = if !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        0.0
    } else if sense == Row::default() && info == UNKNOWN && word.len() >= NAME_MIN {
        NAME
    } else {
        sense.thing()
    };
    Token {
        text: word,
        hash,
        info,
        sense,
        thing,
    }
}
