//! The features of a line: runs of units, and a few numbers. They are the same as in `data/fit.py`, which gives the
//! reasons.

use super::names_of_others::{Own, names};
use super::question_cues;
use unicode_normalization::UnicodeNormalization;

/// The numbers of units that are read of a long line, from its beginning and from its end.
const HEAD: usize = 48;
const TAIL: usize = 24;
/// The most characters that are read; a longer line is no speech.
const CHARS_MAX: usize = 2_000;
/// Units of the longest run.
const RUN_MAX: usize = 4;
/// Units of the longest run at an edge.
const EDGE_MAX: usize = 3;
/// The count of numbers about the whole line: six for its length, one for each kind of question, and one for a question
/// of any kind.
pub(super) const DENSE: usize = 6 + question_cues::KINDS + 1;

const FNV_OFFSET: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;
/// The unit that replaces an address.
const ADDRESS: char = '\u{1}';
/// The unit that replaces the name of a company, product, place or institution that is not the readers' own.
const NAME: char = '\u{2}';

/// A line's features.
#[derive(Debug, Default)]
pub(super) struct Features {
    /// Hashes of its runs, with repetitions.
    pub(super) runs: Vec<u32>,
    pub(super) dense: [f32; DENSE],
}

impl Features {
    pub(super) fn of(text: &str, own: &Own) -> Self {
        let folded = fold(text);
        let kinds = question_cues::kinds(&plain(&folded));
        let (text, mut units) = units(&folded, own);
        if units.len() > HEAD + TAIL {
            units.drain(HEAD..units.len() - TAIL);
        }
        let unit = |at: usize| text.get(units[at].0..units[at].1).unwrap_or_default();
        let count = units.len();
        let mut runs = Vec::with_capacity((count + 2) * RUN_MAX + 2 * EDGE_MAX);
        for start in 0..count + 2 {
            let mut hash = FNV_OFFSET;
            for at in start..(start + RUN_MAX).min(count + 2) {
                if at > start {
                    hash = fnv(hash, " ");
                }
                hash = match at {
                    0 => fnv(hash, "^"),
                    at if at == count + 1 => fnv(hash, "$"),
                    at => fnv(hash, unit(at - 1)),
                };
                runs.push(hash);
            }
        }
        for length in 1..=EDGE_MAX.min(count) {
            for (mark, from) in [("S:", 0), ("E:", count - length)] {
                let hash = (from..from + length).fold(fnv(FNV_OFFSET, mark), |hash, at| {
                    fnv(if at > from { fnv(hash, " ") } else { hash }, unit(at))
                });
                runs.push(hash);
            }
        }
        let yes = |is: bool| if is { 1.0 } else { 0.0 };
        let lengths = [
            count.min(40) as f32 / 40.0,
            yes(count < 3),
            yes(count < 5),
            yes(count < 8),
            yes(count > 30),
            yes((0..count).any(|at| unit(at) == "?")),
        ];
        let kinds_of = (0..question_cues::KINDS).map(|kind| yes(kinds >> kind & 1 == 1));
        let asks = yes(question_cues::asks(kinds));
        let mut dense = [0.0; DENSE];
        let all = lengths.into_iter().chain(kinds_of).chain([asks]);
        dense.iter_mut().zip(all).for_each(|(to, number)| *to = number);
        Self { runs, dense }
    }
}

fn fnv(hash: u32, text: &str) -> u32 {
    text.bytes().fold(hash, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(FNV_PRIME)
    })
}

/// The line in comparable form.
fn fold(text: &str) -> String {
    text.trim()
        .chars()
        .take(CHARS_MAX)
        .nfkc()
        .flat_map(char::to_lowercase)
        .map(|c| if c == '\u{2019}' { '\'' } else { c })
        .collect()
}

/// Prepares a folded line for [`question_cues::kinds`]: without apostrophes, and without marks at its end.
fn plain(folded: &str) -> String {
    folded
        .trim_end_matches(['?', '!', '。', '.', '~', ' '])
        .replace('\'', "")
}

/// Splits a folded line into units: a Latin word, "0" for a number, or one other character. Returns the text and the
/// units' byte ranges in it.
fn units(folded: &str, own: &Own) -> (String, Vec<(usize, usize)>) {
    let mut line = String::with_capacity(folded.len());
    let mut units = Vec::with_capacity(folded.len() / 2);
    let mut names = names().find_iter(folded, own).peekable();
    let mut rest = folded.chars();
    while let Some(c) = rest.clone().next() {
        let start = line.len();
        let skipped = rest.as_str();
        let at = folded.len() - skipped.len();
        while names.next_if(|name| name.start < at).is_some() {}
        if let Some(name) = names.next_if(|name| name.start == at) {
            line.push(NAME);
            rest = folded.get(name.end..).unwrap_or_default().chars();
        } else if skipped.starts_with("http://") || skipped.starts_with("https://") {
            line.push(ADDRESS);
            rest = skipped.trim_start_matches(|c: char| !c.is_whitespace()).chars();
        } else if c.is_whitespace() {
            rest.next();
            continue;
        } else if c.is_ascii_digit() {
            line.push('0');
            rest = skipped.trim_start_matches(|c: char| c.is_ascii_digit()).chars();
        } else if is_latin(c) {
            let after = skipped.trim_start_matches(is_latin);
            line.push_str(skipped.get(..skipped.len() - after.len()).unwrap_or_default());
            rest = after.chars();
        } else {
            line.push(c);
            rest.next();
        }
        units.push((start, line.len()));
    }
    (line, units)
}

fn is_latin(c: char) -> bool {
    c.is_ascii_lowercase() || c == '\''
}
