//! Signs between brackets that divide items to their writer, and not to YAML: `["a"、"b"]`, `{ zh: a; en: b }`.

use super::line::is_space;

/// Signs that stand for a comma.
const SIGNS: [char; 3] = ['、', ';', '；'];

/// Returns the text with a comma in the place of every such sign beside a text in quotes, or before another key; with the place of the
/// first, in characters, and the sign. `None` where there is none.
pub(super) fn typed(text: &str) -> Option<(usize, char, String)> {
    let mut out = String::with_capacity(text.len());
    let mut first = None;
    let mut open: Vec<char> = Vec::new();
    let (mut quote, mut before) = (None, ' ');
    let mut rest = text.chars();
    let mut at = 0;
    while let Some(c) = rest.next() {
        let (here, behind) = (at, rest.as_str());
        at += 1;
        let is_sign = quote.is_none() && SIGNS.contains(&c);
        if is_sign && divides(open.last().copied(), before, behind) {
            first = first.or(Some((here, c)));
            out.push(',');
            if !behind.starts_with(is_space) {
                out.push(' ');
            }
            before = ',';
            continue;
        }
        match (quote, c) {
            (Some(end), c) if c == end => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if matches!(before, '[' | '{' | ',' | ':' | ' ') => quote = Some(c),
            (None, '[' | '{') => open.push(c),
            (None, ']' | '}') => drop(open.pop()),
            _ => {}
        }
        if !is_space(c) {
            before = c;
        }
        out.push(c);
    }
    first.map(|(at, sign)| (at, sign, out))
}

/// `true` if a sign between `before` and `behind` divides two items.
fn divides(bracket: Option<char>, before: char, behind: &str) -> bool {
    let behind = behind.trim_start_matches(is_space);
    let is_quote = |c: char| matches!(c, '"' | '\'');
    let is_key = || {
        let key = behind.split_once([':', '：']).map_or("", |(key, _)| key);
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    match bracket {
        Some('[') => is_quote(before) && behind.starts_with(is_quote),
        Some('{') => is_key(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_divide_items_become_commas_and_those_of_texts_stay() {
        for (written, read) in [
            (
                r#"["几点上班"、"周末"]"#,
                Some((7, '、', r#"["几点上班", "周末"]"#)),
            ),
            (r#"["a";'b' ； "c、d"]"#, Some((4, ';', r#"["a", 'b' , "c、d"]"#))),
            ("{zh: 好; en: ok}", Some((6, ';', "{zh: 好, en: ok}"))),
            ("{ zh: 好；en: ok }", Some((7, '；', "{ zh: 好, en: ok }"))),
            (
                r#"{ zh: "好；在"; en: ok }"#,
                Some((11, ';', r#"{ zh: "好；在", en: ok }"#)),
            ),
            ("{ zh: 周一；周二, en: ok }", None),
            ("[几点上班、周末]", None),
        ] {
            let typed = typed(written);
            let typed = typed.as_ref().map(|(at, sign, text)| (*at, *sign, text.as_str()));
            assert_eq!(typed, read);
        }
    }
}
