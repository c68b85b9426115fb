//! From values to types, with all that does not fit.
//!
//! serde stops at the first error. So the part that does not fit is noted, taken out, and the rest is read again, until
//! it fits or nothing can be taken out any more.

use super::positions::{Children, Node, Position};
use super::{Document, Problem, Severity};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use serde_yaml::Value;

/// How many errors of one part are found; who has more begins with these.
const MOST: usize = 40;

pub(super) fn read<T: DeserializeOwned>(
    document: &Document,
    path: &[String],
    problems: &mut Vec<Problem>,
) -> Option<T> {
    let mut value = match document.value_at(path) {
        None | Some(Value::Null) => Value::Mapping(serde_yaml::Mapping::new()),
        Some(value) => value.clone(),
    };
    let mut places = document.places.find(path).clone();
    let mut taken: Option<Vec<String>> = None;
    for _ in 0..MOST {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let mut below: Vec<String> = error.path().iter().filter_map(step).collect();
        let fault = Fault::of(&error.inner().to_string());
        let at = match &fault.unknown {
            Some(key) => {
                if below.last() != Some(key) {
                    below.push(key.clone());
                }
                let node = places.find(&below);
                node.key.unwrap_or(node.value)
            }
            None => places.find(&below).value,
        };
        // What is missing because it was taken out has been complained of.
        let ours = fault.missing.as_ref().is_some_and(|key| {
            taken
                .as_ref()
                .and_then(|taken| taken.split_last())
                .is_some_and(|(last, above)| last == key && above == below)
        });
        if !ours {
            problems.push(fault.problem(document, path, &below, at));
        }
        if !take_out(&mut value, &mut places, &below) {
            return None;
        }
        taken = Some(below);
    }
    None
}

fn step(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// Takes a value out, with its place; false where there is nothing to take out.
fn take_out(value: &mut Value, places: &mut Node, path: &[String]) -> bool {
    let Some((last, above)) = path.split_last() else {
        return false;
    };
    let mut value = value;
    let mut node = places;
    for step in above {
        let (next, child) = match (value, &mut node.children) {
            (Value::Mapping(mapping), Children::Mapping(children)) => {
                let Some(next) = mapping.get_mut(step.as_str()) else {
                    return false;
                };
                let Some((_, child)) = children.iter_mut().find(|(key, _)| key == step) else {
                    return false;
                };
                (next, child)
            }
            (Value::Sequence(list), Children::Sequence(children)) => {
                let Ok(at) = step.parse::<usize>() else {
                    return false;
                };
                let (Some(next), Some(child)) = (list.get_mut(at), children.get_mut(at)) else {
                    return false;
                };
                (next, child)
            }
            _ => return false,
        };
        value = next;
        node = child;
    }
    match (value, &mut node.children) {
        (Value::Mapping(mapping), Children::Mapping(children)) => {
            children.retain(|(key, _)| key != last);
            mapping.remove(last.as_str()).is_some()
        }
        (Value::Sequence(list), Children::Sequence(children)) => match last.parse::<usize>() {
            Ok(at) if at < list.len() && at < children.len() => {
                list.remove(at);
                children.remove(at);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

/// An error of serde, in our words.
struct Fault {
    message: String,
    help: Option<String>,
    unknown: Option<String>,
    missing: Option<String>,
}

impl Fault {
    fn of(text: &str) -> Self {
        let quoted = |text: &str| {
            text.split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect::<Vec<String>>()
        };
        // The position that serde_yaml adds is of a value without a text: it says nothing.
        let text = text.split(" at line ").next().unwrap_or(text);
        if let Some(rest) = text.strip_prefix("unknown field ") {
            let mut names = quoted(rest);
            let key = if names.is_empty() {
                String::new()
            } else {
                names.remove(0)
            };
            let near = nearest(&key, &names);
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "no key is expected here".to_owned(),
                None => format!("the keys here are: {}", names.join(", ")),
            };
            return Self {
                message: format!("unknown key `{key}`"),
                help: Some(help),
                unknown: Some(key),
                missing: None,
            };
        }
        if let Some(rest) = text.strip_prefix("unknown variant ") {
            let mut names = quoted(rest);
            let given = if names.is_empty() {
                String::new()
            } else {
                names.remove(0)
            };
            return Self {
                message: format!("`{given}` is not known here"),
                help: Some(format!("expected one of: {}", names.join(", "))),
                unknown: None,
                missing: None,
            };
        }
        if let Some(rest) = text.strip_prefix("missing field ") {
            let name = quoted(rest).into_iter().next().unwrap_or_default();
            return Self {
                message: format!("the key `{name}` is missing"),
                help: Some(format!("add `{name}:`")),
                unknown: None,
                missing: Some(name),
            };
        }
        if let Some((found, expected)) = text
            .strip_prefix("invalid type: ")
            .and_then(|rest| rest.rsplit_once(", expected "))
        {
            return Self {
                message: format!("expected {expected}, found {found}"),
                help: None,
                unknown: None,
                missing: None,
            };
        }
        Self {
            message: text.to_owned(),
            help: None,
            unknown: None,
            missing: None,
        }
    }

    fn problem(
        self,
        document: &Document,
        path: &[String],
        below: &[String],
        (line, column): Position,
    ) -> Problem {
        Problem {
            severity: Severity::Error,
            file: document.file.clone(),
            line,
            column,
            path: path
                .iter()
                .chain(below)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("."),
            message: self.message,
            help: self.help,
        }
    }
}

/// The name that was probably meant.
fn nearest<'a>(given: &str, names: &'a [String]) -> Option<&'a String> {
    names
        .iter()
        .map(|name| (distance(given, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many letters must be changed, added or removed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().take(40).enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
