//! Terms by which texts are searched: the matcher's own forms of writing, its stems, and single and paired Chinese characters.
//! Pairs find a word wherever a dictionary would have cut.

use super::language::language;
use super::normalise::{is_wide, normalise};
use std::collections::BTreeSet;

/// Letters of a term at most: longer ones are cut, on both sides alike.
const LETTERS_MAX: usize = 32;

/// Returns the terms of a text that is searched in.
pub fn search_terms(text: &str) -> BTreeSet<String> {
    terms(text, true)
}

/// Returns the terms that a text must have to be found by `wanted`: all of them.
pub fn wanted_terms(wanted: &str) -> BTreeSet<String> {
    // Each word for itself: what stands between two of them in a text may be anything.
    wanted
        .split_whitespace()
        .flat_map(|word| terms(word, false))
        .collect()
}

fn terms(text: &str, all: bool) -> BTreeSet<String> {
    let language = language();
    let mut terms = BTreeSet::new();
    // A line each: a question's edges, which are taken off, are those of a sentence.
    for line in text.lines() {
        let line = normalise(line, language).text;
        let mut rest = line.as_str();
        while let Some(first) = rest.chars().next() {
            let wide = is_wide(first);
            let end = rest.find(|c| is_wide(c) != wide).unwrap_or(rest.len());
            let (run, tail) = rest.split_at(end);
            rest = tail;
            if !wide {
                let words = run.split(|c: char| !c.is_alphanumeric());
                let stems = words
                    .filter(|word| !word.is_empty())
                    .map(|word| language.stem(word));
                terms.extend(stems.map(|stem| stem.chars().take(LETTERS_MAX).collect::<String>()));
                continue;
            }
            let characters: Vec<char> = run.chars().filter(|c| c.is_alphanumeric()).collect();
            if all || characters.len() == 1 {
                terms.extend(characters.iter().map(char::to_string));
            }
            terms.extend(characters.windows(2).map(|pair| pair.iter().collect::<String>()));
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_is_found_however_it_is_written_and_wherever_a_dictionary_would_cut() {
        let text = search_terms("您好，我的訂單 A-1024 三天没到账\nRefunds of payments failed");
        for wanted in [
            "订单",
            "到账",
            "没到",
            "账",
            "a-1024",
            "Refund",
            "payment fail",
            "订单 到账",
        ] {
            let wanted = wanted_terms(wanted);
            assert!(
                !wanted.is_empty() && wanted.is_subset(&text),
                "{wanted:?} in {text:?}"
            );
        }
        for negative in ["退款", "单到", "refusal"] {
            let wanted = wanted_terms(negative);
            assert!(!wanted.is_empty() && !wanted.is_subset(&text), "{wanted:?}");
        }
        assert!(wanted_terms("？！ ").is_empty());
    }
}
