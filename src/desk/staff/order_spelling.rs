//! Order words as people type them: in brackets, full-width, with punctuation, glued to what follows, misspelt.

pub(super) use crate::desk::command_text::SLASHES;
use groupdesk_contract::{SpellingTrait, TicketOrder};
use std::sync::LazyLock;

/// Characters that may follow a Chinese order word; more of them make it something else.
const CHARS_BEHIND_MAX: usize = 2;

/// The same for an English one, in letters.
const LETTERS_BEHIND_MAX: usize = 4;

/// Order words that are no everyday words: with little text beside them, they are meant as orders.
static CHINESE: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| TicketOrder::words_that(SpellingTrait::Slips, false));

/// Order words that begin many a sentence to a member: only a particle more makes them look like an order.
static EVERYDAY: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| TicketOrder::words_that(SpellingTrait::Particles, false));

static ENGLISH: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| TicketOrder::words_that(SpellingTrait::Slips, true));

/// Ends of sentences that say nothing.
const PARTICLES: &str = "了吧啊呀哦呢的啦哈嗯";

/// Characters that an input method writes in the place of the first one of each line.
const SAME_SOUND: [&str; 14] = [
    "认任人仁忍",
    "领令另邻岭零",
    "释是事式试",
    "放方房防",
    "解结姐借介接",
    "决绝诀觉",
    "关官管观",
    "闭必毕比币避",
    "重从虫冲",
    "开凯",
    "备被背倍贝",
    "注住主著驻助",
    "转专赚",
    "给几",
];

/// Separator behind an order word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing, or only signs.
    End,
    /// A space.
    Space,
    /// A colon, a closing bracket.
    Colon,
    /// Another sign.
    Mark,
    /// A letter.
    Glued,
}

/// Folds a character for comparing: lower case, half-width, and the simplified form of what stands in order words.
pub(in crate::desk) fn folded(c: char) -> char {
    let half = match c {
        '備' => '备',
        '註' => '注',
        '內' => '内',
        '認' => '认',
        '領' => '领',
        '釋' => '释',
        '棄' => '弃',
        '決' => '决',
        '結' => '结',
        '單' => '单',
        '標' => '标',
        '記' => '记',
        '為' | '爲' => '为',
        '關' => '关',
        '閉' => '闭',
        '開' => '开',
        '轉' => '转',
        '給' => '给',
        '復' | '覆' | '複' => '复',
        '員' => '员',
        '戶' => '户',
        '這' => '这',
        '個' => '个',
        '該' => '该',
        '來' => '来',
        '\u{3000}' => ' ',
        'Ⓐ'..='Ⓩ' | 'ⓐ'..='ⓩ' => letter(u32::from(c) - 0x24b6),
        '\u{1d400}'..='\u{1d6a3}' => letter(u32::from(c) - 0x1d400),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    half.to_lowercase().next().unwrap_or(half)
}

/// Returns the letter at a place in an alphabet of circled or of mathematical letters.
fn letter(place: u32) -> char {
    u8::try_from(place % 26).map_or('a', |place| char::from(b'a' + place))
}

/// Returns a text without what nobody sees in it: spaces of no width, marks of direction, the variant of an emoji.
pub(super) fn seen(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Returns the words at the end of a text as they were written, with what nobody sees: it joins the parts of an emoji.
pub(super) fn unseen_with(text: &str, said: &str) -> String {
    let is_end = |c: char| c.is_whitespace() || is_invisible(c);
    let last = text.trim_end_matches(is_end);
    let shown = text.get(last.len()..).unwrap_or_default();
    let joined = shown.find(|c: char| !is_invisible(c)).unwrap_or(shown.len());
    let text = text.get(..last.len() + joined).unwrap_or(text);
    let visible = text.char_indices().rev().filter(|(_, c)| !is_invisible(*c));
    let start = said.chars().zip(visible).last().map(|(_, (at, _))| at);
    start.and_then(|at| text.get(at..)).unwrap_or(said).to_owned()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

/// Returns only letters and digits, folded for comparing.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).map(folded).collect()
}

/// Returns a text that begins with two slashes without them: it is for colleagues.
pub(super) fn among_staff(text: &str) -> Option<&str> {
    let slash = |c: char| matches!(c, '/' | '／' | '、');
    let text = text.trim_start();
    let rest = text.strip_prefix(slash)?.strip_prefix(slash)?;
    Some(rest.trim_start_matches(slash).trim())
}

/// Returns the text behind a word, whatever brackets stand before it.
pub(super) fn behind<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let text =
        text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(folded(c), '!' | '/' | '@'));
    let mut rest = text.chars();
    for expected in word.chars() {
        if folded(rest.next()?) != expected {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Returns the first of these words that a text begins with, and the text behind it.
pub(super) fn first_of<'t>(text: &'t str, words: &[&'static str]) -> Option<(&'static str, &'t str)> {
    words.iter().find_map(|word| Some((*word, behind(text, word)?)))
}

/// Classifies the separator between an order word and the rest.
pub(super) fn gap(rest: &str) -> Gap {
    let Some(first) = rest.chars().next() else {
        return Gap::End;
    };
    if !rest.chars().any(char::is_alphanumeric) {
        Gap::End
    } else if first.is_whitespace() {
        Gap::Space
    } else if first.is_alphanumeric() {
        Gap::Glued
    } else if matches!(folded(first), ':' | ')' | ']' | '】' | '」' | '』' | '》' | '〕') {
        Gap::Colon
    } else {
        Gap::Mark
    }
}

/// Classifies the separator behind this order word: "reply-to" and "note.txt" are words of their own.
pub(super) fn gap_behind(word: &str, rest: &str) -> Gap {
    let mut next = rest.chars();
    let joins = word.is_ascii()
        && next
            .next()
            .is_some_and(|c| matches!(c, '-' | '.' | '_' | '/' | '\'' | '’' | '@'))
        && next.next().is_some_and(char::is_alphanumeric);
    if joins { Gap::Glued } else { gap(rest) }
}

/// Returns the text behind an order word, without its separator.
pub(super) fn words(rest: &str) -> &str {
    let parts = |c: char| {
        c.is_whitespace()
            || matches!(
                folded(c),
                ':' | ','
                    | '.'
                    | ';'
                    | '-'
                    | '~'
                    | '*'
                    | '>'
                    | '"'
                    | ')'
                    | ']'
                    | '。'
                    | '、'
                    | '—'
                    | '–'
                    | '】'
                    | '」'
                    | '』'
                    | '》'
                    | '〕'
                    | '”'
                    | '’'
                    | '…'
                    | '|'
            )
    };
    if rest.starts_with(char::is_whitespace) {
        rest.trim_start_matches(|c: char| c.is_whitespace() || folded(c) == ':')
            .trim_end()
    } else {
        rest.trim_start_matches(parts).trim_end()
    }
}

/// Returns the order that a short text looks like: the word and little more, or a misspelling of it.
pub(super) fn order_meant(text: &str) -> Option<&'static str> {
    let said = bare(text);
    let length = said.chars().count();
    let beside = |word: &str| {
        let more = said.strip_prefix(word).or_else(|| said.strip_suffix(word))?;
        Some(more.to_owned())
    };
    let little = |word: &&str| beside(word).is_some_and(|more| more.chars().count() <= CHARS_BEHIND_MAX);
    let particle = |word: &&str| beside(word).is_some_and(|more| more.chars().all(|c| PARTICLES.contains(c)));
    // Half an order is no answer to a member.
    let half = |word: &&str| length == 1 && word.starts_with(said.as_str());
    let turned = |word: &&str| length == 2 && said.chars().rev().eq(word.chars());
    let slip = |word: &&str| {
        let begins = said
            .strip_prefix(*word)
            .is_some_and(|more| more.len() <= LETTERS_BEHIND_MAX);
        begins || one_edit(&said, word)
    };
    CHINESE
        .iter()
        .find(|word| little(word) || half(word) || turned(word) || sounds_like(&said, word))
        .or_else(|| EVERYDAY.iter().find(|word| particle(word)))
        .or_else(|| ENGLISH.iter().find(|word| slip(word)))
        .copied()
}

/// `true` if a text begins with a misspelt form of this word.
pub(super) fn begins_misspelt(text: &str, word: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '/');
    if word.is_ascii() {
        let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
        let (first, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        return gap(rest) == Gap::Colon && one_edit(&bare(first), word);
    }
    let first: String = text.chars().take(word.chars().count()).map(folded).collect();
    let rest = text.get(first.len()..).unwrap_or_default();
    gap(rest) != Gap::Glued && sounds_like(&first, word)
}

/// `true` if each character is the word's, or another of the same sound.
fn sounds_like(said: &str, word: &str) -> bool {
    said.chars().count() == word.chars().count()
        && said != word
        && said.chars().zip(word.chars()).all(|(a, b)| same_sound(a, b))
}

/// `true` if a character is another's, or one that an input method writes in its place.
pub(super) fn same_sound(said: char, meant: char) -> bool {
    let mut sounds = SAME_SOUND.iter();
    said == meant || sounds.any(|sound| sound.starts_with(meant) && sound.contains(said))
}

/// `true` if one letter added, left out, replaced or swapped makes one word of the other.
pub(super) fn one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let (a, b) = (
        a.get(head..).unwrap_or_default(),
        b.get(head..).unwrap_or_default(),
    );
    let tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let left = (a.len().saturating_sub(tail), b.len().saturating_sub(tail));
    match left {
        (0 | 1, 0 | 1) => true,
        (2, 2) => a.first() == b.get(1) && a.get(1) == b.first(),
        _ => false,
    }
}
