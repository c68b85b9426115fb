//! Pairs of quotes as a Chinese keyboard types them.

/// Opening and closing sign; people also type one of them twice.
const PAIRS: [(char, char); 8] = [
    ('“', '”'),
    ('‘', '’'),
    ('”', '”'),
    ('“', '“'),
    ('＂', '＂'),
    ('＇', '＇'),
    ('„', '“'),
    ('“', '"'),
];

/// Returns a text without the Chinese quotes around it, if there are any.
pub(super) fn inside(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let (open, close) = (chars.next()?, chars.next_back()?);
    let inner = chars.as_str();
    (PAIRS.contains(&(open, close)) && !inner.is_empty()).then_some(inner)
}
