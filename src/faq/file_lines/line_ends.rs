//! Ends of a file's lines: an editor of Windows must find its file as it left it, and who mixes both finds both.

use crate::faq::edit_script::edit_script;
use similar::Algorithm;

/// Returns the end that most lines of a text have.
pub(in crate::faq) fn usual(text: &str) -> &'static str {
    let windows = text.matches("\r\n").count();
    if windows * 2 > text.matches('\n').count() {
        "\r\n"
    } else {
        "\n"
    }
}

/// Returns the end of a line; nothing where it has none.
pub(in crate::faq) fn end_of(line: &str) -> &'static str {
    match line {
        line if line.ends_with("\r\n") => "\r\n",
        line if line.ends_with('\n') => "\n",
        _ => "",
    }
}

/// Returns the end of a line; where it has none, the usual one of its text.
pub(in crate::faq) fn end_or_usual(line: &str, text: &str) -> &'static str {
    match end_of(line) {
        "" => usual(text),
        end => end,
    }
}

/// Returns a text with the line ends of the file that it was made from: browsers send those of Windows, whatever they were given. A
/// line that stands in the file ends as it does there, a new one as its neighbour.
pub fn in_line_ends_of(base: &str, text: &str) -> String {
    let (old, new) = (lines_of(base), lines_of(text));
    let [was, is] = [&old, &new].map(|lines| lines.iter().map(|(line, _)| *line).collect::<Vec<_>>());
    let mut ends = vec![usual(base); new.len()];
    for op in edit_script(Algorithm::Patience, &was, &is, None) {
        let (_, was, is) = op.as_tag_tuple();
        let mut near = was.start.checked_sub(1).and_then(|at| old.get(at));
        let before = was.map(Some).chain(std::iter::repeat(None));
        for (place, at) in is.zip(before) {
            near = at.and_then(|at| old.get(at)).or(near);
            if let (Some(end), Some((_, known))) = (ends.get_mut(place), near)
                && !known.is_empty()
            {
                *end = known;
            }
        }
    }
    let ended = new.iter().zip(ends);
    // The last line has an end only where the writer gave it one.
    let ended = ended.map(|((line, end), known)| (*line, if end.is_empty() { "" } else { known }));
    ended.flat_map(|(line, end)| [line, end]).collect()
}

/// Returns the lines of a text with their ends.
pub(in crate::faq) fn whole_lines(text: &str) -> Vec<&str> {
    let mut at = 0;
    let lines = lines_of(text).into_iter().map(|(line, end)| {
        let start = at;
        at += line.len() + end.len();
        text.get(start..at).unwrap_or_default()
    });
    lines.collect()
}

/// Returns the lines of a text, each with its end.
fn lines_of(text: &str) -> Vec<(&str, &'static str)> {
    let mut lines = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, behind) = rest.split_at(rest.find(['\r', '\n']).unwrap_or(rest.len()));
        let end = match behind {
            "" => "",
            behind if behind.starts_with("\r\n") => "\r\n",
            behind if behind.starts_with('\r') => "\r",
            _ => "\n",
        };
        lines.push((line, end));
        rest = behind.get(end.len()..).unwrap_or_default();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn new_lines_end_as_their_neighbours_and_all_others_as_before() {
        for (base, sent, after) in [
            ("a\nb\n", "a\r\nc\r\n", "a\nc\n"),
            ("a\r\nb\r\n", "a\r\nc\r\n", "a\r\nc\r\n"),
            // One line of Windows among others is one afterwards.
            (
                "a\nb\r\nc\nd\n",
                "a\r\nb\r\nb2\r\nC\r\nd\r\ne\r\n",
                "a\nb\r\nb2\nC\nd\ne\n",
            ),
            ("a\nb\r\nc", "a\r\nb\r\nc\r\nd", "a\nb\r\nc\nd"),
            ("", "a\r\nb", "a\nb"),
        ] {
            assert_eq!(in_line_ends_of(base, sent), after, "{base:?} {sent:?}");
        }
    }

    proptest! {
        #[test]
        fn a_form_that_changes_nothing_changes_no_byte(lines in prop::collection::vec(("[ab]{0,2}", 0..3_usize), 0..30), last in "[ab]?") {
            let ends = ["\n", "\r\n", "\r"];
            let base: String = lines.iter().map(|(line, end)| format!("{line}{}", ends[*end])).collect();
            // A lone `\r` before an empty line with `\n` is an end of Windows.
            let base = format!("{base}{last}");
            let plain = base.replace("\r\n", "\n").replace('\r', "\n");
            prop_assert_eq!(in_line_ends_of(&base, &plain.replace('\n', "\r\n")), base);
        }
    }
}
