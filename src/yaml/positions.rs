//! Where everything stands in a YAML text.

use super::{Limits, Problem};
use saphyr_parser::{Event, Parser, Span};
use serde_yaml::Value;
use std::collections::HashMap;

/// Line and column, from 1.
pub(super) type Position = (usize, usize);

/// The place of a value and of all that is in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) value: Position,
    pub(super) key: Option<Position>,
    pub(super) children: Children,
}

/// What is in a value, by key or by index.
#[derive(Debug, Clone, Default)]
pub(super) enum Children {
    #[default]
    None,
    Mapping(Vec<(String, Node)>),
    Sequence(Vec<Node>),
}

impl Node {
    /// The node at the end of a path, or the last one on the way that is there.
    pub(super) fn find(&self, path: &[String]) -> &Node {
        let mut node = self;
        for step in path {
            let next = match &node.children {
                Children::Mapping(children) => children
                    .iter()
                    .find(|(key, _)| key == step)
                    .map(|(_, child)| child),
                Children::Sequence(children) => step.parse::<usize>().ok().and_then(|at| children.get(at)),
                Children::None => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }
}

/// A mapping's key as a step of a path.
pub(super) fn key_text(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Null => "null".to_owned(),
        Value::Sequence(_) | Value::Mapping(_) | Value::Tagged(_) => "?".to_owned(),
    }
}

/// A container that is being read.
struct Open {
    node: Node,
    /// The key whose value comes next.
    key: Option<(String, Position)>,
    /// The keys so far, and the line of each: a mapping may have very many.
    keys: HashMap<String, usize>,
    mapping: bool,
}

/// Notes where everything stands.
///
/// # Errors
/// What is no YAML, is nested too deeply, uses too many aliases, or has a key twice.
pub(super) fn index(file: &str, text: &str, limits: &Limits) -> Result<Node, Vec<Problem>> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut problems = Vec::new();
    let mut aliases = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = error.marker();
                problems.push(at_position(
                    file,
                    (at.line(), at.col() + 1),
                    error.info().to_owned(),
                    None,
                ));
                return Err(problems);
            }
        };
        let place = position(&span);
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => {
                let mapping = matches!(event, Event::MappingStart(..));
                let children = if mapping {
                    Children::Mapping(Vec::new())
                } else {
                    Children::Sequence(Vec::new())
                };
                open.push(Open {
                    node: Node {
                        value: place,
                        key: None,
                        children,
                    },
                    key: None,
                    keys: HashMap::new(),
                    mapping,
                });
                if open.len() > limits.depth {
                    let message = format!("nested more than {} levels deep", limits.depth);
                    problems.push(at_position(file, place, message, None));
                    return Err(problems);
                }
            }
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(closed) = open.pop() {
                    close(file, &mut open, &mut root, closed.node, &mut problems);
                }
            }
            Event::Alias(_) => {
                aliases += 1;
                if aliases > limits.aliases {
                    let message = format!("more than {} aliases (`*name`)", limits.aliases);
                    problems.push(at_position(file, place, message, Some("write the text out")));
                    return Err(problems);
                }
                scalar(file, &mut open, &mut root, "*", place, &mut problems);
            }
            Event::Scalar(text, ..) => scalar(file, &mut open, &mut root, &text, place, &mut problems),
            Event::DocumentStart(_) if root.is_some() => {
                let message = "a second document (`---`) begins here".to_owned();
                problems.push(at_position(file, place, message, Some("put everything into one")));
                return Err(problems);
            }
            _ => {}
        }
    }
    if problems.is_empty() {
        Ok(root.unwrap_or_default())
    } else {
        Err(problems)
    }
}

fn scalar(
    file: &str,
    open: &mut [Open],
    root: &mut Option<Node>,
    text: &str,
    place: Position,
    problems: &mut Vec<Problem>,
) {
    if let Some(parent) = open.last_mut()
        && parent.mapping
        && parent.key.is_none()
    {
        parent.key = Some((text.to_owned(), place));
        return;
    }
    close(
        file,
        open,
        root,
        Node {
            value: place,
            ..Node::default()
        },
        problems,
    );
}

/// Puts a finished value where it belongs.
fn close(
    file: &str,
    open: &mut [Open],
    root: &mut Option<Node>,
    mut node: Node,
    problems: &mut Vec<Problem>,
) {
    let Some(parent) = open.last_mut() else {
        *root = Some(node);
        return;
    };
    match &mut parent.node.children {
        Children::Sequence(children) => children.push(node),
        Children::Mapping(children) => {
            let Some((key, place)) = parent.key.take() else {
                // A list or mapping as a key: nothing of ours has one, and serde_yaml will say what it makes of it.
                parent.key = Some(("?".to_owned(), node.value));
                return;
            };
            // A merge key may stand more than once.
            if let Some(line) = parent.keys.get(&key).filter(|_| key != "<<") {
                let message =
                    format!("the key `{key}` stands here a second time; the first is in line {line}");
                problems.push(at_position(file, place, message, Some("remove one of them")));
            }
            parent.keys.entry(key.clone()).or_insert(place.0);
            node.key = Some(place);
            children.push((key, node));
        }
        Children::None => {}
    }
}

fn position(span: &Span) -> Position {
    (span.start.line(), span.start.col() + 1)
}

fn at_position(file: &str, (line, column): Position, message: String, help: Option<&str>) -> Problem {
    Problem {
        line,
        column,
        help: help.map(str::to_owned),
        ..Problem::of_file(file, message)
    }
}
