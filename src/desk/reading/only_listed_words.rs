//! Texts that are made of the words of some lists and nothing else.

use super::simplified::simplified;
use super::word_list::WordList;

/// Longest text that is looked at, in characters.
pub(super) const TEXT_MAX_CHARS: usize = 60;

/// Returns which of the lists a text has words of; `None` where it has others too. Where several fit, the longest word
/// counts.
pub(in crate::desk) fn made_of<const N: usize>(text: &str, lists: [&WordList; N]) -> Option<[bool; N]> {
    if text.chars().count() > TEXT_MAX_CHARS {
        return None;
    }
    let text: String = simplified(text)
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | '`'))
        .flat_map(char::to_lowercase)
        .collect();
    let mut found = [false; N];
    for clause in text.split(|c: char| !c.is_alphanumeric() && !c.is_whitespace()) {
        let clause: String = clause.chars().filter(|c| !c.is_whitespace()).collect();
        let mut rest = clause.as_str();
        while !rest.is_empty() {
            let words = lists
                .iter()
                .enumerate()
                .filter_map(|(list, words)| Some((list, words.at_start(rest).next()?)));
            let (list, word) = words.max_by_key(|(_, word)| word.len())?;
            if let Some(found) = found.get_mut(list) {
                *found = true;
            }
            rest = rest.get(word.len()..)?;
        }
    }
    Some(found)
}
