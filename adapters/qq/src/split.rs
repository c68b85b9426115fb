//! Splits a text that is too long for one message at the place where a reader minds least.

/// The parts of `text`, none longer than `max` characters, none blank; joined they are the text but for the white
/// space at the cuts.
pub(crate) fn split(text: &str, max: usize) -> Vec<&str> {
    let max = max.max(1);
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((window_end, _)) = rest.char_indices().nth(max) {
        let (part, after) = rest.split_at(cut(&rest[..window_end], &rest[window_end..]));
        push(&mut parts, part);
        rest = after.trim_start();
    }
    push(&mut parts, rest);
    parts
}

fn push<'a>(parts: &mut Vec<&'a str>, part: &'a str) {
    let part = part.trim_end();
    if !part.trim_start().is_empty() {
        parts.push(part);
    }
}

/// Finds the place to cut a window of text: after a paragraph, else a line, a sentence, a word; never in the first third, which
/// would leave a crumb.
fn cut(window: &str, beyond: &str) -> usize {
    let least = window.len() / 3;
    let after = |found: Option<usize>| found.filter(|end| *end > least);
    let sentence_end = |c: char| matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | '…');
    // What stands at the very edge of the window is a good cut too.
    if beyond.starts_with('\n') {
        return window.len();
    }
    after(window.rfind("\n\n").map(|at| at + 2))
        .or_else(|| after(window.rfind('\n').map(|at| at + 1)))
        .or_else(|| {
            let stop = window.rfind(". ").map(|at| at + 2);
            let wide = window
                .rfind(sentence_end)
                .and_then(|at| Some(at + window[at..].chars().next()?.len_utf8()));
            after(stop.max(wide))
        })
        .or_else(|| {
            after(
                window
                    .rfind([' ', '，', ',', '、'])
                    .and_then(|at| Some(at + window[at..].chars().next()?.len_utf8())),
            )
        })
        .unwrap_or(window.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cuts_at_paragraphs_then_lines_then_sentences() {
        assert_eq!(split("short", 10), ["short"]);
        assert_eq!(split("one two\n\nthree four", 12), ["one two", "three four"]);
        assert_eq!(
            split("第一句话。第二句话。第三句", 8),
            ["第一句话。", "第二句话。第三句"]
        );
        assert_eq!(split("aaaaaaaaaa", 4), ["aaaa", "aaaa", "aa"]);
        assert_eq!(split(" \n ", 4), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_too_long(text in "(\\PC|\n|。|. ){0,300}", max in 1_usize..60) {
            let parts = split(&text, max);
            prop_assert!(parts.iter().all(|part| part.chars().count() <= max && !part.trim().is_empty()));
            let squeeze = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(squeeze(&parts.concat()), squeeze(&text));
        }
    }
}
