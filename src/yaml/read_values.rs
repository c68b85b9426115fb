//! Reads values into types, and reports everything that does not fit.
//!
//! serde stops at the first error. So the value that does not fit is reported and removed, and the rest is read again,
//! until it fits or nothing can be removed any more.

use super::positions::{Children, Node};
use super::value_fault::ValueFault;
use super::{Document, Problem, wide_colon};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use serde_yaml::Value;

/// The most errors of one part that are found; a part with more shows these first.
const ERRORS_MAX: usize = 40;

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
    let mut taken: Vec<Vec<String>> = Vec::new();
    let mut meant: Vec<(Vec<String>, String)> = Vec::new();
    for _ in 0..ERRORS_MAX {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let mut below: Vec<String> = error.path().iter().filter_map(step).collect();
        let message = error.inner().to_string();
        // serde says nothing of the words that are known here until it is given one.
        if message.contains("Value::Tagged enum") && as_text(&mut value, &below) {
            continue;
        }
        let fault = ValueFault::of(&message);
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
        // A key that is missing because it was removed here has been reported.
        let ours = fault.missing.as_ref().is_some_and(|key| {
            let mut parts = taken.iter().filter_map(|taken| taken.split_last());
            parts.any(|(last, above)| last == key && above == below)
        });
        // A key that is missing because its name is misspelt has been reported as well.
        let misspelt = fault
            .missing
            .as_ref()
            .is_some_and(|key| meant.iter().any(|(above, name)| name == key && *above == below));
        // An error about the whole after a part of it was removed follows from that.
        let follows = fault.unknown.is_none()
            && fault.missing.is_none()
            && !below.is_empty()
            && taken
                .last()
                .and_then(|taken| taken.split_last())
                .is_some_and(|(_, above)| above == below);
        if let (Some(name), Some((_, above))) = (&fault.meant, below.split_last()) {
            meant.push((above.to_vec(), name.clone()));
        }
        if !ours && !misspelt && !follows {
            let whole: Vec<String> = path.iter().chain(&below).cloned().collect();
            let wide = wide_colon::problem(document, &whole, places.find(&below).key.unwrap_or(at).0);
            let problem = wide.unwrap_or_else(|| fault.problem(document, path, &below, at));
            // The same correction of the same line stands once.
            let is_told = problem
                .help
                .as_deref()
                .is_some_and(|help| help.contains("write:"))
                && problems
                    .iter()
                    .any(|told| told.line == problem.line && told.help == problem.help);
            if !is_told {
                problems.push(problem);
            }
        }
        if !take_out(&mut value, &mut places, &below) {
            return None;
        }
        if let Some((last, list)) = below.split_last()
            && last.parse::<usize>().is_ok()
        {
            // The items behind it move up: what was taken out of them has another path now.
            taken.retain(|known| !known.starts_with(list));
        }
        taken.push(below);
    }
    None
}

/// Makes a number or `true` at a path a text; returns `false` if there is none.
fn as_text(value: &mut Value, path: &[String]) -> bool {
    let found = path.iter().try_fold(value, |value, step| match value {
        Value::Mapping(mapping) => mapping.get_mut(step.as_str()),
        Value::Sequence(list) => list.get_mut(step.parse::<usize>().ok()?),
        _ => None,
    });
    let Some(found) = found else { return false };
    let text = match found {
        Value::Bool(word) => word.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return false,
    };
    *found = Value::String(text);
    true
}

fn step(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// Removes a value and its place; returns `false` if there is nothing to remove.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Limits;
    use serde::Deserialize;
    use std::collections::BTreeMap;
    use std::num::NonZeroU16;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what can't be read matters here")]
    struct Target {
        port: NonZeroU16,
        level: u8,
        #[serde(default)]
        name: Option<String>,
    }

    fn messages(text: &str) -> Vec<(usize, String)> {
        let document = Document::parse("x.yaml", text, &Limits::default()).unwrap();
        let mut problems = Vec::new();
        document.read::<BTreeMap<String, Vec<Target>>>(&[], &mut problems);
        problems
            .into_iter()
            .map(|problem| (problem.line, problem.message))
            .collect()
    }

    #[test]
    fn a_value_that_is_wrong_is_not_missing_too_however_many_others_are_wrong() {
        let found = messages("a:\n  - port: x\n    level: y\n    name: [z]\n");
        let mut lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
        lines.sort_unstable();
        assert_eq!(lines, [2, 3, 4], "{found:?}");
        assert!(
            found.iter().all(|(_, message)| !message.contains("missing")),
            "{found:?}"
        );
        // What is not there is told all the same.
        let found = messages("a:\n  - level: y\n    name: [z]\n  - { port: 1, level: y }\n");
        assert_eq!(
            found
                .iter()
                .filter(|(_, message)| message.contains("`port` is missing"))
                .count(),
            1,
            "{found:?}"
        );
    }
}
