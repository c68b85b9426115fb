//! Finds phrases in a text, in scripts with gaps between words and without.

/// True if one of `phrases` is in the text.
pub(super) fn has(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| find(text, phrase).is_some())
}

/// Finds a phrase in a text; a phrase of letters with gaps between words matches whole words only.
pub(super) fn find(text: &str, phrase: &str) -> Option<usize> {
    find_around(text, phrase).map(|(before, _)| before.len())
}

/// Returns the text before and behind a phrase that [`find`] finds.
pub(super) fn find_around<'a>(text: &'a str, phrase: &str) -> Option<(&'a str, &'a str)> {
    let has_words = phrase.chars().next().is_some_and(is_of_words);
    let mut found = text.match_indices(phrase).filter_map(|(at, _)| {
        let (before, rest) = text.split_at_checked(at)?;
        Some((before, rest.strip_prefix(phrase)?))
    });
    found.find(|(before, _)| !has_words || !before.ends_with(is_of_words))
}

/// True for a letter of a script that puts gaps between words.
pub(super) fn is_of_words(c: char) -> bool {
    c.is_alphabetic() && (c as u32) < 0x1100
}
