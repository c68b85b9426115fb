//! YAML into types, with file, line and column for every complaint, and every complaint at once.
//!
//! serde_yaml reads the values but knows the position of its first error only, so a second parser (`positions`) records
//! the place of everything; `read` brings the two together. In broken syntax `explain` finds the mistake, `silent` finds
//! mistakes that YAML accepts, and `fault` describes values of a wrong type.

mod blocks;
mod chinese_quotes;
mod commas;
mod dashes;
mod flow;
mod guessed_keys;
mod hint;
mod layout;
mod line;
mod mask_addresses;
mod mask_secrets;
mod mistake;
mod mistakes;
mod number;
mod positions;
mod problem;
mod quotes;
mod read_file;
mod read_values;
mod secret;
mod silent_mistakes;
mod similar_names;
mod surplus_signs;
mod swallowed_value;
mod syntax_fault;
mod text_limits;
mod value_fault;
mod wide_colon;
mod wrong_shape;

#[cfg(test)]
mod tests;

pub use blocks::entry_of_keys;
pub use groupdesk_contract::in_both;
pub use guessed_keys::item as flow_item;
pub use layout::{Layout, ScalarSpan, comments_of};
pub use problem::{Excerpt, Problem, Severity};
pub use quotes::IN_CHINESE_QUOTES;
pub use read_file::{
    FILE_BYTES_MAX, READ_TIME, decode, read_bytes, read_however_long, read_text, unanswered, within,
};
pub use similar_names::nearest;

use positions::{Failure, Node, SyntaxError};
use serde::de::DeserializeOwned;
use serde_yaml::Value;
use std::fmt;

/// Limits that a text must keep to be read.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest text, in bytes.
    pub bytes: usize,
    /// The deepest nesting.
    pub depth: usize,
    /// The largest number of uses of aliases (`*name`).
    pub aliases: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 64 << 20,
            depth: 32,
            aliases: 1000,
        }
    }
}

/// A YAML text that was read, with the place of everything in it.
#[derive(Clone, Default)]
pub struct Document {
    file: String,
    value: Value,
    places: Node,
    lines: Vec<String>,
    warnings: Vec<Problem>,
    /// Errors about values in Chinese quotes, which are read without them.
    in_quotes: Vec<Problem>,
    keeps_secrets: bool,
}

/// Without the values: secrets are put into them.
impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Document {
    /// Reads a text. `file` is its name in problems.
    ///
    /// # Errors
    /// The text is no YAML, breaks the limits, or has a key twice; all problems have positions.
    pub fn parse(file: &str, text: &str, limits: &Limits) -> Result<Self, Vec<Problem>> {
        // Windows' Notepad begins a file with a byte-order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        text_limits::check(file, text, limits)?;
        let hidden = |mut problems: Vec<Problem>| {
            mask_secrets::hide_in(&mut problems, &text.lines().collect::<Vec<&str>>());
            problems
        };
        let index = positions::index(file, text, limits).map_err(|failure| {
            hidden(match failure {
                Failure::Syntax(error) => syntax_fault::explain(file, text, error),
                Failure::Found(problems) => problems,
            })
        })?;
        let value: Value = serde_yaml::from_str(text)
            .map_err(|error| hidden(syntax_fault::explain(file, text, syntax_error_of(&error))))?;
        let mut document = Self {
            file: file.to_owned(),
            value,
            places: index.root,
            lines: text.lines().map(str::to_owned).collect(),
            warnings: hidden(index.warnings),
            in_quotes: Vec::new(),
            keeps_secrets: false,
        };
        document.take_off_quotes(quotes::is_setting_of_faq);
        Ok(document)
    }

    /// Marks the text as one with secrets, a groupdesk.yaml: a problem about an unknown key does not show its value.
    #[must_use]
    pub fn with_secrets(mut self) -> Self {
        self.keeps_secrets = true;
        self.take_off_quotes(quotes::is_setting);
        self
    }

    /// Takes Chinese quotes off the values that are settings and no texts for people. [`Document::read`] of the whole reports
    /// them, in the place of the warnings about them.
    fn take_off_quotes(&mut self, is_setting: fn(&[String]) -> bool) {
        let found = quotes::take_off(&mut self.value, is_setting);
        for (path, inner) in found.into_iter().take(quotes::REPORTED_MAX) {
            let place = self.position(&path);
            self.warnings
                .retain(|warning| (warning.line, warning.column) != place);
            let problem = quotes::problem(self, &path, &inner);
            self.in_quotes.push(problem);
        }
    }

    /// Returns warnings: YAML that is valid, but probably means something else than its writer.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// `true` if there is a value at `path`.
    pub fn has(&self, path: &[String]) -> bool {
        self.value_at(path).is_some()
    }

    /// Returns the text at `path`, if there is one.
    pub fn text_at(&self, path: &[String]) -> Option<&str> {
        self.value_at(path).and_then(Value::as_str)
    }

    /// Reads the part at `path` as `T`. Adds a problem for everything that does not fit; the rest may still be returned,
    /// so that later checks find their problems too. An absent part is read as an empty mapping.
    pub fn read<T: DeserializeOwned>(&self, path: &[String], problems: &mut Vec<Problem>) -> Option<T> {
        let before = problems.len();
        if path.is_empty() {
            problems.extend(self.in_quotes.iter().cloned());
        }
        let read = read_values::read(self, path, problems);
        self.hide_secrets(problems.get_mut(before..).unwrap_or_default());
        read
    }

    /// Removes from problems about this text all they repeat of its secrets.
    pub fn hide_secrets(&self, problems: &mut [Problem]) {
        let lines: Vec<&str> = self.lines.iter().map(String::as_str).collect();
        mask_secrets::hide_in(problems, &lines);
    }

    /// Replaces every text value that holds `${`, or begins like a reference of a shell, by the result of `expand`; returns
    /// a problem for each failure.
    pub fn expand(&mut self, expand: impl Fn(&str) -> Result<String, String>) -> Vec<Problem> {
        let mut found = Vec::new();
        expand_in(&mut self.value, &mut Vec::new(), &expand, &mut found);
        found
            .into_iter()
            .map(|(path, message)| {
                let (english, chinese) = groupdesk_contract::divided(&message);
                let key = path.iter().rev().find(|key| key.parse::<usize>().is_err());
                let message = key.map_or_else(|| english.to_owned(), |key| format!("`{key}`: {english}"));
                let mut problem = self.problem(&path, message, None);
                problem.chinese = chinese.map(|chinese| match key {
                    Some(key) => format!("{key}：{chinese}"),
                    None => chinese.to_owned(),
                });
                problem
            })
            .collect()
    }

    /// Renames a key at the top, so that the value under a wrong name is read and its mistakes are found too.
    pub fn rename(&mut self, from: &str, to: &str) {
        let Value::Mapping(mapping) = &mut self.value else {
            return;
        };
        let positions::Children::Mapping(places) = &mut self.places.children else {
            return;
        };
        if mapping.contains_key(to) {
            return;
        }
        if let Some(value) = mapping.remove(from) {
            mapping.insert(Value::String(to.to_owned()), value);
        }
        if let Some((key, _)) = places.iter_mut().find(|(key, _)| key == from) {
            to.clone_into(key);
        }
    }

    /// Returns `true` if the value at `path` is a mapping.
    pub fn has_keys(&self, path: &[String]) -> bool {
        self.value_at(path).is_some_and(Value::is_mapping)
    }

    /// Returns the length of the list at `path`; 0 if there is none.
    pub fn len(&self, path: &[String]) -> usize {
        self.value_at(path)
            .and_then(Value::as_sequence)
            .map_or(0, Vec::len)
    }

    /// Returns the keys of the mapping at `path`.
    pub fn keys(&self, path: &[String]) -> Vec<String> {
        let mapping = self.value_at(path).and_then(Value::as_mapping);
        let keys = mapping.into_iter().flat_map(serde_yaml::Mapping::keys);
        keys.filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// `true` if this text says what `before` does, and `more` items at the end of the list under `key`. White space at the end
    /// of a text does not count: a line that is no longer the last of the file ends otherwise.
    pub fn only_adds(&self, before: &Self, key: &str, more: usize) -> bool {
        let (Value::Mapping(now), Value::Mapping(then)) = (&self.value, &before.value) else {
            return false;
        };
        let list = |mapping: &serde_yaml::Mapping| match mapping.get(key) {
            Some(Value::Sequence(list)) => list.clone(),
            _ => Vec::new(),
        };
        let (long, short) = (list(now), list(then));
        let others = |mapping: &serde_yaml::Mapping| mapping.keys().filter(|name| *name != key).count();
        let unchanged = |(name, value): (&Value, &Value)| {
            name == key || now.get(name).is_some_and(|other| says_the_same(value, other))
        };
        long.len() == short.len() + more
            && short.iter().zip(&long).all(|(a, b)| says_the_same(a, b))
            && others(now) == others(then)
            && then.iter().all(unchanged)
    }

    /// `true` if this text says what `before` does, and these texts more somewhere in the list at `path`.
    pub fn only_adds_within(&self, before: &Self, path: &[String], added: &[String]) -> bool {
        let mut value = self.value.clone();
        let Some(Value::Sequence(list)) = value_within(&mut value, path) else {
            return false;
        };
        for text in added {
            let is_text = |item: &Value| item.as_str().is_some_and(|item| item == text);
            match list.iter().position(is_text) {
                Some(at) => drop(list.remove(at)),
                None => return false,
            }
        }
        says_the_same(&value, &before.value)
    }

    /// `true` if this text says what `before` does, but for the value under `key`.
    pub fn differs_only_under(&self, before: &Self, key: &str) -> bool {
        let others = |value: &Value| {
            let mut value = value.clone();
            if let Value::Mapping(mapping) = &mut value {
                let _ = mapping.remove(key);
            }
            value
        };
        says_the_same(&others(&self.value), &others(&before.value))
    }

    /// Returns line and column (from 1) of the value at `path`, or of its nearest parent that is there.
    pub fn position(&self, path: &[String]) -> (usize, usize) {
        self.places.find(path).value
    }

    /// Returns line and column (from 1) of the key at the end of `path`; of the value if it has none.
    pub fn key_position(&self, path: &[String]) -> (usize, usize) {
        let node = self.places.find(path);
        node.key.unwrap_or(node.value)
    }

    /// Makes an error about the value at `path`.
    pub fn problem(&self, path: &[String], message: String, help: Option<String>) -> Problem {
        let (line, column) = self.position(path);
        Problem {
            severity: Severity::Error,
            file: self.file.clone(),
            line,
            column,
            path: path.join("."),
            message: mask_addresses::masked(&message).into_owned(),
            help: help.map(|help| mask_addresses::masked(&help).into_owned()),
            chinese: None,
            excerpt: Excerpt::Line,
        }
    }

    /// Removes from a problem all it repeats, between quotation marks, of the values at `path` and below.
    pub fn hide_values(&self, path: &[String], problem: &mut Problem) {
        let mut values = Vec::new();
        if let Some(value) = self.value_at(path) {
            scalars(value, &mut values);
        }
        mask_secrets::hide_quoted(problem, &values);
    }

    /// Returns the keys at `path` and below that have no value.
    pub fn nothing_behind(&self, path: &[String]) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        if let Some(value) = self.value_at(path) {
            nothing_in(value, &mut path.to_vec(), &mut found);
        }
        found
    }

    fn value_at(&self, path: &[String]) -> Option<&Value> {
        path.iter().try_fold(&self.value, |value, step| match value {
            Value::Mapping(mapping) => mapping.get(step.as_str()).or_else(|| {
                mapping
                    .iter()
                    .find(|(key, _)| positions::key_text(key) == *step)
                    .map(|(_, value)| value)
            }),
            Value::Sequence(list) => list.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }
}

/// Returns the value at `path` within another one.
fn value_within<'a>(value: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, step| match value {
        Value::Mapping(mapping) => mapping.get_mut(step.as_str()),
        Value::Sequence(list) => list.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// `true` if two values are the same but for white space at the end of texts.
fn says_the_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.trim_end() == b.trim_end(),
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| says_the_same(a, b))
        }
        (Value::Mapping(a), Value::Mapping(b)) => {
            let same = |(name, value)| b.get(name).is_some_and(|other| says_the_same(value, other));
            a.len() == b.len() && a.iter().all(same)
        }
        _ => a == b,
    }
}

/// The texts and numbers in a value.
fn scalars(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Sequence(list) => list.iter().for_each(|value| scalars(value, found)),
        Value::Mapping(mapping) => mapping.values().for_each(|value| scalars(value, found)),
        Value::Tagged(tagged) => scalars(&tagged.value, found),
        Value::Null | Value::Bool(_) => {}
    }
}

fn nothing_in(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match value {
        Value::Null => found.push(path.clone()),
        Value::Tagged(tagged) => nothing_in(&tagged.value, path, found),
        Value::Mapping(mapping) => {
            for (key, value) in mapping {
                path.push(positions::key_text(key));
                nothing_in(value, path, found);
                path.pop();
            }
        }
        Value::Sequence(list) => {
            for (at, value) in list.iter().enumerate() {
                path.push(at.to_string());
                nothing_in(value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Returns `true` if the name of a key says that its value is a secret.
pub fn is_secret_key(key: &str) -> bool {
    secret::is_secret_name(key)
}

fn syntax_error_of(error: &serde_yaml::Error) -> SyntaxError {
    let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
    let text = error.to_string();
    // The position is told apart from the sentence.
    let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
    SyntaxError {
        line,
        column,
        message,
    }
}

/// Returns `true` for `$NAME` and `%NAME%`, as shells write what is `${NAME}` here.
fn is_bare_reference(text: &str) -> bool {
    text.starts_with('$') || (text.len() > 2 && text.starts_with('%') && text.ends_with('%'))
}

fn expand_in(
    value: &mut Value,
    path: &mut Vec<String>,
    expand: &impl Fn(&str) -> Result<String, String>,
    found: &mut Vec<(Vec<String>, String)>,
) {
    match value {
        Value::String(text)
            if text.contains("${") || text.contains(['＄', '｛', '｝']) || is_bare_reference(text) =>
        {
            match expand(text) {
                Ok(expanded) => *text = expanded,
                Err(message) => found.push((path.clone(), message)),
            }
        }
        Value::Sequence(list) => {
            for (at, value) in list.iter_mut().enumerate() {
                path.push(at.to_string());
                expand_in(value, path, expand, found);
                path.pop();
            }
        }
        Value::Mapping(mapping) => {
            for (key, value) in mapping.iter_mut() {
                path.push(positions::key_text(key));
                expand_in(value, path, expand, found);
                path.pop();
            }
        }
        _ => {}
    }
}
