//! Finds the names that a template uses: an error about a missing name must say the name.

/// Words of the template language that are no names.
const WORDS: [&str; 22] = [
    "if", "elif", "else", "endif", "for", "endfor", "in", "set", "endset", "with", "endwith", "not", "and",
    "or", "is", "true", "false", "none", "True", "False", "raw", "endraw",
];

/// Returns the dotted names in a template's tags, in their order, as they are written; without filters, tests, and names
/// that the template itself defines.
pub(super) fn used(template: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut own = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let inside = rest.get(start + 2..).unwrap_or_default();
        let end = inside.find("}}").into_iter().chain(inside.find("%}")).min();
        let (code, behind) = inside.split_at(end.unwrap_or(inside.len()));
        in_code(code, &mut names, &mut own);
        rest = behind.get(2..).unwrap_or_default();
    }
    names.retain(|name| {
        let top = name.split('.').next().unwrap_or(name);
        !own.contains(&top)
    });
    names
}

fn in_code<'t>(code: &'t str, names: &mut Vec<&'t str>, own: &mut Vec<&'t str>) {
    let mut before = "";
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        if c == '"' || c == '\'' {
            let end = rest.get(1..).and_then(|inside| inside.find(c));
            rest = end.and_then(|end| rest.get(end + 2..)).unwrap_or_default();
            before = "";
            continue;
        }
        if !(c.is_alphanumeric() || c == '_') {
            let sign = rest.get(..c.len_utf8()).unwrap_or_default();
            before = if c.is_whitespace() { before } else { sign };
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            continue;
        }
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
        let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
        rest = behind;
        // `{{ name -}}` cuts white space away.
        let word = word.trim_end_matches('-');
        match before {
            "for" | "set" => own.push(word),
            // Behind a dot stands a part of what is in brackets: `contact['400'].value`.
            "|" | "is" | "." => {}
            _ if WORDS.contains(&word) || c.is_ascii_digit() => {}
            _ => names.push(word),
        }
        before = word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_they_are_written() {
        let template = "A {{ hours.office }} {{- contact.qq-group.value -}} {% if service_open and not x.open %}{{ 'a.b' }}{% endif %} \
                        {{ open_now | upper }} {% for c in things %}{{ c.name }}{% endfor %} {{ 电话 }} {{ 5 }}";
        let expected = [
            "hours.office",
            "contact.qq-group.value",
            "service_open",
            "x.open",
            "open_now",
            "things",
            "电话",
        ];
        assert_eq!(used(template), expected);
    }
}
