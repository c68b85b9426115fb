//! Splits texts that are too long for one message where a reader minds least. Platforms count characters, bytes or UTF-16 units,
//! and take cuts at different distances from the beginning: these are parameters, the search is the same.

/// The longest part that a platform takes, and the earliest place of a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SplitLimit {
    max_bytes: usize,
    max_chars: usize,
    /// A cut lies behind one part in so many of the longest part: an earlier one would leave a crumb.
    crumb: usize,
}

impl SplitLimit {
    /// At most `max` characters a part; no part is shorter than a third of it because of a better place to cut.
    pub const fn chars(max: usize) -> Self {
        Self {
            max_bytes: usize::MAX,
            max_chars: max,
            crumb: 3,
        }
    }

    /// At most `max` bytes a part; no part is shorter than half of it because of a better place to cut.
    pub const fn bytes(max: usize) -> Self {
        Self {
            max_bytes: max,
            max_chars: usize::MAX,
            crumb: 2,
        }
    }

    /// At most `max_chars` characters a part as well.
    #[must_use]
    pub const fn and_chars(self, max_chars: usize) -> Self {
        Self { max_chars, ..self }
    }

    /// Returns the end of the longest beginning of `text` within the limit, in bytes; at least one character long, so that a limit
    /// below one character ends. `None` if all of it is within the limit.
    fn window_end(&self, text: &str) -> Option<usize> {
        let mut end = 0;
        for (count, (at, c)) in text.char_indices().enumerate() {
            let next = at + c.len_utf8();
            if (next > self.max_bytes || count >= self.max_chars) && end > 0 {
                return Some(end);
            }
            end = next;
        }
        None
    }
}

/// Returns the parts of `text`, none longer than `limit` and none blank; joined they are the text but for the white space at the
/// cuts.
pub fn split_text(text: &str, limit: SplitLimit) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(end) = limit.window_end(rest) {
        let (window, beyond) = rest.split_at(end);
        let (part, after) = rest.split_at(cut_position(window, beyond, limit.crumb));
        push_part(&mut parts, part);
        rest = after.trim_start();
    }
    push_part(&mut parts, rest);
    parts
}

fn push_part<'a>(parts: &mut Vec<&'a str>, part: &'a str) {
    let part = part.trim_end();
    if !part.trim_start().is_empty() {
        parts.push(part);
    }
}

/// Returns the place to cut a window of text, in bytes: after a paragraph, else a line, a sentence, a word, else at its end.
fn cut_position(window: &str, beyond: &str, crumb: usize) -> usize {
    // Text that ends at the very edge of the window needs no earlier cut.
    if beyond.starts_with('\n') {
        return window.len();
    }
    let kinds: [&[&str]; 4] = [
        &["\n\n"],
        &["\n"],
        &["。", "！", "？", "；", "…", ". ", "! ", "? ", "!", "?"],
        &[" ", "，", ",", "、"],
    ];
    let last = |marks: &[&str]| {
        let ends = marks
            .iter()
            .filter_map(|mark| window.rfind(mark).map(|at| at + mark.len()));
        ends.max().filter(|end| *end > window.len() / crumb)
    };
    kinds.into_iter().find_map(last).unwrap_or(window.len())
}

/// Ranks a cut between `before` and `next`, for splitters that walk through a text: 0 is a paragraph, 1 a line, 2 a sentence, 3 a
/// word, 4 anything else.
pub fn cut_rank(before: [char; 2], next: char) -> usize {
    match before {
        ['\n', '\n'] if next != '\n' => 0,
        [_, '\n'] if next != '\n' => 1,
        [_, '。' | '！' | '？' | '；' | '…'] => 2,
        ['.' | '!' | '?' | ';', ' '] => 2,
        [_, last] if last.is_whitespace() => 3,
        _ => 4,
    }
}

/// True if `next` is drawn as part of the character before it: combining marks, joined emoji, flags.
pub fn joins_previous(before: char, next: char) -> bool {
    let joins = |c: char| {
        matches!(c,
            '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{300}'..='\u{36f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{20e3}')
    };
    let flag = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    joins(next) || before == '\u{200d}' || (flag(before) && flag(next)) || (before == '\r' && next == '\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_cut_at_paragraphs_then_lines_then_sentences() {
        let split = |text, max| split_text(text, SplitLimit::chars(max));
        assert_eq!(split("short", 10), ["short"]);
        assert_eq!(split("one two\n\nthree four", 12), ["one two", "three four"]);
        assert_eq!(
            split("第一句话。第二句话。第三句", 8),
            ["第一句话。", "第二句话。第三句"]
        );
        assert_eq!(split("aaaaaaaaaa", 4), ["aaaa", "aaaa", "aa"]);
        assert_eq!(split(" \n ", 4), Vec::<&str>::new());
    }

    #[test]
    fn a_limit_of_bytes_leaves_half_a_part_and_may_count_characters_too() {
        let split = |text, bytes, chars| split_text(text, SplitLimit::bytes(bytes).and_chars(chars));
        assert_eq!(
            split("第一句。第二句。第三句", 27, 99),
            ["第一句。第二句。", "第三句"]
        );
        assert_eq!(split("one two three", 9, 99), ["one two", "three"]);
        assert_eq!(split("abcdef", 99, 4), ["abcd", "ef"]);
        assert_eq!(split("  ", 9, 9), Vec::<&str>::new());
        // A limit below one character ends all the same.
        assert_eq!(split("你好", 1, 99), ["你", "好"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(text in "(\\PC|\n|。|\\. |😀){0,300}", max in 1_usize..60) {
            let bare = |text: &str| text.split_whitespace().collect::<String>();
            let parts = split_text(&text, SplitLimit::chars(max));
            prop_assert!(parts.iter().all(|part| part.chars().count() <= max && !part.trim().is_empty()));
            prop_assert_eq!(bare(&parts.concat()), bare(&text));
            let parts = split_text(&text, SplitLimit::bytes(max + 3).and_chars(max));
            prop_assert!(parts.iter().all(|part| part.len() <= max + 3 && part.chars().count() <= max));
            prop_assert_eq!(bare(&parts.concat()), bare(&text));
        }
    }
}
