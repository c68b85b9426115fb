//! Words of the file that a member mistyped: the wrong character for the right sound ("注侧" for "注册") or the right
//! look ("末读" for "未读"), a letter too many, too few, wrong or swapped ("regsiter").
//!
//! Only words that are in no table are looked at, so that clean text costs next to nothing and is never changed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::glyph_similarity::shape;
use super::hash;
use super::language::Dictionaries;
use super::normalise::is_wide;
use super::syllable_hash::syllable;
use super::tokens::Token;

/// Shorter words of letters have too many neighbours.
const LETTERS_MIN: usize = 4;
/// Longer words are nobody's typing mistake.
const LETTERS_MAX: usize = 24;
/// The least information that one of the characters needs; "是" and "了" stand alone all the time.
const INFORMATION_MIN: f32 = 0.4;
/// Chinese words in question, in characters.
const CHARACTERS_MIN: usize = 2;
const CHARACTERS_MAX: usize = 4;

/// The file's words by how they sound and look, and by what remains of them when a letter is lost.
#[derive(Debug, Default)]
pub(crate) struct Typos {
    words: Vec<Box<str>>,
    sounds: FxHashMap<u64, u32>,
    shapes: FxHashMap<u64, u32>,
    letters: FxHashMap<u64, Vec<u32>>,
    /// Lone characters that stand side by side in the file.
    neighbours: FxHashSet<u64>,
}

/// The words and neighbours of some questions of the file, to be put together with the rest in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Learnt {
    words: Vec<Box<str>>,
    known: FxHashSet<u64>,
    neighbours: FxHashSet<u64>,
}

impl Learnt {
    /// Learns a question of the file.
    pub(crate) fn learn(&mut self, tokens: &[Token<'_>]) {
        for token in tokens {
            if self.known.insert(hash::text(token.text)) {
                self.words.push(Box::from(token.text));
            }
        }
        for pair in tokens.windows(2).filter(|pair| pair.iter().all(is_lone)) {
            self.neighbours.insert(hash::pair(pair[0].hash, pair[1].hash));
        }
    }
}

impl Typos {
    /// Adds the words of the next questions of the file.
    pub(crate) fn add(&mut self, learnt: &Learnt) {
        for word in &learnt.words {
            self.learn_word(word);
        }
        self.neighbours.extend(&learnt.neighbours);
    }

    /// Adds a word. Of two words that sound alike the first one stays, and of two that look alike.
    fn learn_word(&mut self, word: &str) {
        let number = self.words.len() as u32;
        if word.chars().all(is_wide) {
            let count = word.chars().count();
            let Some(sound) =
                sound(word.chars()).filter(|_| (CHARACTERS_MIN..=CHARACTERS_MAX).contains(&count))
            else {
                return;
            };
            let look = look(word.chars()).filter(|look| !self.shapes.contains_key(look));
            if look.is_none() && self.sounds.contains_key(&sound) {
                return;
            }
            self.sounds.entry(sound).or_insert(number);
            self.shapes.extend(look.map(|look| (look, number)));
        } else if is_typed(word) {
            let whole = self.letters.entry(hash::text(word)).or_default();
            if whole.iter().any(|&w| *self.words[w as usize] == *word) {
                return;
            }
            whole.push(number);
            for shorter in shortened(word) {
                self.letters.entry(hash::text(&shorter)).or_default().push(number);
            }
        } else {
            return;
        }
        self.words.push(Box::from(word));
    }

    /// Replaces mistyped words in `text` by the file's words; `None` if there are none. `tokens` are the text's.
    pub(crate) fn mend(&self, text: &str, tokens: &[Token<'_>], language: &Dictionaries) -> Option<String> {
        let mut mended = String::new();
        let (mut i, mut copied, mut any) = (0, 0, false);
        while i < tokens.len() {
            let found = if is_lone(&tokens[i]) {
                self.meant(&tokens[i..])
            } else {
                self.spelt(&tokens[i], language).map(|word| (word, 1))
            };
            let Some((word, used)) = found else {
                i += 1;
                continue;
            };
            let at = |token: &Token<'_>| token.text.as_ptr() as usize - text.as_ptr() as usize;
            let last = &tokens[i + used - 1];
            mended.push_str(text.get(copied..at(&tokens[i]))?);
            mended.push_str(word);
            copied = at(last) + last.text.len();
            any = true;
            i += used;
        }
        mended.push_str(text.get(copied..)?);
        any.then_some(mended)
    }

    /// Finds the word of the file that sounds or looks like the lone characters at the start of `tokens`, and returns
    /// their count with it.
    fn meant(&self, tokens: &[Token<'_>]) -> Option<(&str, usize)> {
        let lone = tokens
            .iter()
            .take(CHARACTERS_MAX)
            .take_while(|t| is_lone(t))
            .count();
        (CHARACTERS_MIN..=lone).rev().find_map(|n| {
            let lone = &tokens[..n];
            let tells = lone.iter().map(|t| t.info).fold(0.0, f32::max);
            let stands = lone
                .windows(2)
                .any(|p| self.neighbours.contains(&hash::pair(p[0].hash, p[1].hash)));
            if stands || tells < INFORMATION_MIN {
                return None;
            }
            let characters = || lone.iter().flat_map(|t| t.text.chars());
            let sounds = sound(characters()).and_then(|sound| self.sounds.get(&sound));
            let word = sounds.or_else(|| self.shapes.get(&look(characters())?))?;
            Some((&*self.words[*word as usize], n))
        })
    }

    /// Finds the word of the file that is one slip away from a word in no table.
    fn spelt(&self, token: &Token<'_>, language: &Dictionaries) -> Option<&str> {
        let word = token.text;
        if !is_typed(word) || language.is_known(token.hash) {
            return None;
        }
        let near = |part: &str| self.letters.get(&hash::text(part)).into_iter().flatten();
        if near(word).any(|&w| *self.words[w as usize] == *word) {
            return None;
        }
        let shorter = shortened(word);
        let mut all: Vec<u32> = std::iter::once(word)
            .chain(shorter.iter().map(String::as_str))
            .flat_map(near)
            .copied()
            .collect();
        all.sort_unstable();
        all.into_iter()
            .map(|w| &*self.words[w as usize])
            .find(|known| one_slip(known.as_bytes(), word.as_bytes()))
    }
}

/// Returns `true` for a single Chinese character: that is left of a word with a wrong one in it.
fn is_lone(token: &Token<'_>) -> bool {
    let mut chars = token.text.chars();
    chars.next().is_some_and(is_wide) && chars.next().is_none()
}

fn is_typed(word: &str) -> bool {
    (LETTERS_MIN..=LETTERS_MAX).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase())
}

fn sound(chars: impl Iterator<Item = char>) -> Option<u64> {
    let mut all = 0;
    for c in chars {
        all = hash::pair(all, syllable(c)?);
    }
    Some(all)
}

/// Hashes a word by its look; `None` if no character looks like another one.
fn look(chars: impl Iterator<Item = char>) -> Option<u64> {
    let mut any = false;
    let all = chars.fold(0, |all, c| {
        let shape = shape(c);
        any |= shape.is_some();
        hash::pair(all, u64::from(u32::from(shape.unwrap_or(c))))
    });
    any.then_some(all)
}

/// Returns `word` without each of its letters in turn.
fn shortened(word: &str) -> Vec<String> {
    (0..word.len())
        .map(|i| {
            word.bytes()
                .enumerate()
                .filter(|(j, _)| *j != i)
                .map(|(_, b)| char::from(b))
                .collect()
        })
        .collect()
}

/// Returns `true` if one letter more, less, changed or swapped with its neighbour makes `b` of `a`. The first letter
/// stays: people rarely miss it.
fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    if same == 0 {
        return false;
    }
    match (a, b) {
        ([x, y, a @ ..], [u, v, b @ ..]) if x == v && y == u && a == b => true,
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::language;
    use super::super::tokens::tokens;
    use super::*;

    fn mend(text: &str) -> Option<String> {
        let mut typos = Typos::default();
        for word in ["工单", "注册", "远程", "register", "invoice", "密码", "休假"] {
            typos.learn_word(word);
        }
        typos.mend(text, &tokens(text, language()), language())
    }

    #[test]
    fn a_wrong_character_for_the_right_sound_is_read_as_the_file_s_word() {
        assert_eq!(mend("公单要注侧吗").as_deref(), Some("工单要注册吗"));
        assert_eq!(mend("怎么远来"), None, "another sound");
        assert_eq!(mend("怎么元呈协助").as_deref(), Some("怎么远程协助"));
    }

    #[test]
    fn a_wrong_character_that_looks_like_the_right_one_is_read_as_the_file_s_word() {
        assert_eq!(mend("怎么体假").as_deref(), Some("怎么休假"));
        assert_eq!(mend("怎么林假"), None, "another look");
    }

    #[test]
    fn one_slip_in_a_word_that_nobody_knows_is_mended() {
        for slip in ["regsiter", "regisster", "regizter", "reister"] {
            assert_eq!(
                mend(&format!("how to {slip}")).as_deref(),
                Some("how to register")
            );
        }
        assert_eq!(mend("kubernetes"), None);
    }

    #[test]
    fn clean_text_stays_as_it_is() {
        for text in [
            "工单要注册吗",
            "register an invoice",
            "公单位",
            "我的秘密",
            "invoices",
            "",
        ] {
            assert_eq!(mend(text), None, "{text}");
        }
    }
}
