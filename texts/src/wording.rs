//! The wording of a sentence: text with placeholders. Most have no more than names and lists to fill in, and are put together without
//! the template engine: the description of some opening hours takes a dozen sentences.

use minijinja::Value;

/// A piece of a wording.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The value of a placeholder.
    Value(String),
    /// The values of a placeholder, with a text between them.
    Joined(String, String),
}

/// A wording without conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wording(Vec<Piece>);

impl Wording {
    /// Reads a wording; `None` where it needs the template engine.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let (inside, after) = behind.strip_prefix('{')?.split_once("}}")?;
            pieces.push(read_placeholder(inside.trim())?);
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Some(Self(pieces))
    }

    /// Fills in the values; `None` where one is missing.
    pub(super) fn fill(&self, values: &[(&'static str, Value)]) -> Option<String> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Value(name) => push(&mut text, find(values, name)?),
                Piece::Joined(name, between) => {
                    for (at, value) in find(values, name)?.try_iter().ok()?.enumerate() {
                        if at > 0 {
                            text.push_str(between);
                        }
                        push(&mut text, &value);
                    }
                }
            }
        }
        Some(text)
    }
}

fn push(text: &mut String, value: &Value) {
    match value.as_str() {
        Some(value) => text.push_str(value),
        None => text.push_str(&value.to_string()),
    }
}

fn find<'v>(values: &'v [(&'static str, Value)], name: &str) -> Option<&'v Value> {
    values.iter().find(|(of, _)| *of == name).map(|(_, value)| value)
}

/// Reads `name` and `name|join("...")`.
fn read_placeholder(inside: &str) -> Option<Piece> {
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    if is_name(inside) {
        return Some(Piece::Value(inside.to_owned()));
    }
    let (name, filter) = inside.split_once('|')?;
    let between = filter.trim().strip_prefix("join(\"")?.strip_suffix("\")")?;
    let is_plain = is_name(name.trim()) && !between.contains(['"', '\\']);
    is_plain.then(|| Piece::Joined(name.trim().to_owned(), between.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Wording;
    use minijinja::Value;

    #[test]
    fn names_and_lists_are_filled_in_and_the_rest_is_left_to_the_engine() {
        let values = [
            ("number", Value::from(12)),
            ("names", Value::from(vec!["A", "B"])),
        ];
        let fill = |text: &str| Wording::read(text).and_then(|wording| wording.fill(&values));
        assert_eq!(
            fill("#{{ number }}: {{names|join(\", \")}}."),
            Some("#12: A, B.".to_owned())
        );
        assert_eq!(fill("no more"), Some("no more".to_owned()));
        assert_eq!(fill("{{ other }}"), None);
        for text in [
            "{% if number %}a{% endif %}",
            "{{ number|plural(\"\", \"s\") }}",
            "{# a #}",
            "{{ number",
            "a { b",
        ] {
            assert_eq!(Wording::read(text), None, "{text}");
        }
    }
}
