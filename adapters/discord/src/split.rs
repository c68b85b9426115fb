//! Cuts texts that are too long for Discord: at paragraphs, lines, sentences or words, never inside a mention, an escaped
//! character or a sign. A cut block of code is closed and opened again.

use groupdesk_kit::{cut_rank, joins_previous};

/// The longest text of a message, in characters.
pub(crate) const MAX_TEXT: usize = 2000;

const FENCE: &str = "```";

/// The parts of `text`, each of at most `limit` UTF-16 units.
pub(crate) fn split(text: &str, limit: usize) -> Vec<String> {
    // What a cut block of code needs more.
    let room = if text.contains(FENCE) {
        limit.saturating_sub(2 * (FENCE.len() + 1))
    } else {
        limit
    };
    let mut parts = Vec::new();
    let mut rest = text;
    let mut is_code = false;
    loop {
        let (part, tail) = match cut(rest, room) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let opens = part.matches(FENCE).count() % 2 == 1;
        let goes_on = is_code != opens && !tail.is_empty();
        let mut whole = String::new();
        if is_code {
            whole.push_str("```\n");
        }
        whole.push_str(part);
        if goes_on {
            whole.push_str("\n```");
        }
        is_code = goes_on;
        if !part.trim().is_empty() {
            parts.push(whole);
        }
        if tail.is_empty() {
            return parts;
        }
        rest = tail;
    }
}

/// Finds the place to cut `text`, in bytes; `None` if it fits.
fn cut(text: &str, limit: usize) -> Option<usize> {
    let mut units = 0;
    let mut best: Option<(usize, usize)> = None;
    // The two characters before.
    let mut before = ('\0', '\0');
    let mut in_mention = false;
    for (at, c) in text.char_indices() {
        if at > 0 && !in_mention && !clings(before.1, c) {
            let rank = cut_rank(before.into(), c);
            // Early cuts make many parts: only in the second half is a good place better than a late one.
            let late = units * 2 > limit;
            if best.is_none_or(|(known, _)| rank <= known || (late && known > 3)) {
                best = Some((if late { rank } else { 9 }, at));
            }
        }
        units += c.len_utf16();
        if units > limit {
            // Something without any place to cut is cut all the same.
            return Some(best.map_or(at.max(c.len_utf8()), |(_, at)| at));
        }
        in_mention = match c {
            '<' if begins_mention(text.get(at..).unwrap_or_default()) => true,
            '>' | '\n' => false,
            _ => in_mention,
        };
        before = (before.1, c);
    }
    None
}

/// True for a text that begins with a mention of a person, a role or a channel.
fn begins_mention(text: &str) -> bool {
    text.starts_with("<@") || text.starts_with("<#")
}

/// True if `next` belongs to the character before it: also what an escape or a fence of code is made of.
fn clings(before: char, next: char) -> bool {
    joins_previous(before, next) || next == '\u{200b}' || before == '\\' || (before == '`' && next == '`')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_cut_where_it_pauses() {
        let text = format!("{}\n\n{} {}", "a".repeat(12), "b".repeat(5), "c".repeat(9));
        assert_eq!(
            split(&text, 20),
            [format!("{}\n\n", "a".repeat(12)), "bbbbb ccccccccc".to_owned()]
        );
        assert_eq!(split("说明。 安装。", 4), ["说明。", " 安装。"]);
        assert_eq!(
            split("aaaaaaaaaaaaaaa <@123456>", 20),
            ["aaaaaaaaaaaaaaa ", "<@123456>"]
        );
        assert_eq!(split("aaaaaaa\\*b", 8), ["aaaaaaa", "\\*b"]);
    }

    #[test]
    fn a_block_of_code_is_closed_and_opened_again() {
        let text = format!("```\n{}\n{}\n```", "x".repeat(15), "y".repeat(15));
        let parts = split(&text, 34);
        assert_eq!(parts.len(), 2);
        assert!(
            parts.iter().all(|part| part.matches(FENCE).count() == 2),
            "{parts:?}"
        );
        assert!(parts[1].starts_with("```\nyyy"), "{parts:?}");
    }

    proptest! {
        #[test]
        fn parts_fit_and_lose_no_word(text in "[a-z。 \n😀<@>*\\\\]{0,300}") {
            let parts = split(&text, 20);
            prop_assert!(parts.iter().all(|part| part.encode_utf16().count() <= 20), "{:?}", parts);
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&parts.concat()), letters(&text));
        }
    }
}
