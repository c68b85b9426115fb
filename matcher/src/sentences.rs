//! Cuts a passage into its sentences: what a member asks for stands in one of them, and the rest of a long answer only blurs
//! its embedding.

/// Sentences of one passage that are read, at most.
const SENTENCES_MAX: usize = 12;
/// A piece narrower than this belongs to the next one: "Yes." and "可以。" say nothing alone. A character beyond ASCII counts twice.
const WIDTH_MIN: usize = 12;

/// Returns the first sentences of a passage, trimmed, in order; an answer of several lines ends one at each line.
pub fn sentences(passage: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in passage.lines() {
        let mut start = 0;
        let mut marks = line.char_indices().peekable();
        while let Some((at, c)) = marks.next() {
            let next = marks.peek().map(|(_, next)| *next);
            let end = at + c.len_utf8();
            let piece = line.get(start..end).unwrap_or_default();
            if ends_sentence(c, next) && width(piece) >= WIDTH_MIN {
                found.push(piece.trim());
                start = end;
            }
        }
        let rest = line.get(start..).unwrap_or_default().trim();
        if rest.chars().any(char::is_alphanumeric) {
            found.push(rest);
        }
    }
    found.truncate(SENTENCES_MAX);
    found
}

/// Returns `true` for a sign that ends a sentence before the character `next`: the point of "3.5" and of "a.com" does not.
fn ends_sentence(c: char, next: Option<char>) -> bool {
    match c {
        '。' | '！' | '？' | '；' => true,
        '.' | '!' | '?' | ';' => next.is_none_or(char::is_whitespace),
        _ => false,
    }
}

fn width(text: &str) -> usize {
    text.trim()
        .chars()
        .map(|c| if c.is_ascii() { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_their_signs_and_short_ones_join_the_next() {
        assert_eq!(
            sentences(
                "退款规则\n可以。七天内在订单页申请退款！原路退回，手续费3.5元；详见 https://a.com/x.html\n"
            ),
            [
                "退款规则",
                "可以。七天内在订单页申请退款！",
                "原路退回，手续费3.5元；",
                "详见 https://a.com/x.html"
            ]
        );
        assert_eq!(
            sentences("Yes. Open v2.1 and press Export. Done?"),
            ["Yes. Open v2.1 and press Export.", "Done?"]
        );
        assert!(sentences("\n — \n").is_empty());
        assert_eq!(sentences(&"一句很长的话在这里。".repeat(40)).len(), SENTENCES_MAX);
    }
}
