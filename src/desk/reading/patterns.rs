//! Regular expressions of the readings: each message is tried with hundreds of them, so they have to run as automata.

use regex::{Regex, RegexSet};

/// Compiles patterns, in which the case of letters does not count.
pub(in crate::desk) fn set(patterns: &[&str]) -> RegexSet {
    // They are constant, and a test finds each of them.
    RegexSet::new(patterns.iter().map(|pattern| fast(&format!("(?i){pattern}")))).unwrap_or_default()
}

/// Compiles one pattern; `None` where it is written wrong, which tests find.
pub(in crate::desk) fn one(pattern: &str) -> Option<Regex> {
    Regex::new(&fast(pattern)).ok()
}

/// Returns a pattern whose borders of words are those of ASCII. Borders of Unicode are beyond the automata of `regex`, which then reads
/// a Chinese text a hundred times more slowly; and "加group" has a border before the Latin word for whoever reads it.
fn fast(pattern: &str) -> String {
    pattern.replace(r"\b", r"(?-u:\b)")
}

#[cfg(test)]
mod tests {
    use super::{one, set};

    #[test]
    fn words_of_latin_letters_end_where_chinese_begins() {
        let wanted = set(&[r"\bgroup\b"]);
        assert!(
            wanted.is_match("怎么加Group呢") && wanted.is_match("a group.") && !wanted.is_match("groups")
        );
        assert!(one(r"^no\b").is_some_and(|no| no.is_match("no，不是") && !no.is_match("nothing")));
    }
}
