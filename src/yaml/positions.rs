//! Finds the position of everything in a YAML text.

use super::{Limits, Problem, silent_mistakes, swallowed_value};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_yaml::Value;
use std::collections::HashMap;

/// The place where a parser could not go on, from 1, with its message.
#[derive(Debug, Clone)]
pub(super) struct SyntaxError {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) message: String,
}

/// Line and column, from 1.
pub(super) type Position = (usize, usize);

/// The place of a value and of all that is in it.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) value: Position,
    pub(super) key: Option<Position>,
    pub(super) children: Children,
}

/// The values inside a value, by key or by index.
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
    /// Written in brackets.
    brackets: bool,
    /// The last key has no quotes.
    plain_key: bool,
    /// `true` after its first key came again: another item begins there, and keys that come again below belong to that.
    restarted: bool,
}

/// The places and warnings of a text.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) root: Node,
    /// Warnings about values that their writer probably meant otherwise.
    pub(super) warnings: Vec<Problem>,
}

/// The reasons for which a text has no index.
#[derive(Debug)]
pub(super) enum Failure {
    /// The text is no YAML.
    Syntax(SyntaxError),
    /// The text is YAML, but can't be used.
    Found(Vec<Problem>),
}

/// The most warnings that are kept.
const WARNINGS_MAX: usize = 200;

/// Records the place of every value and key.
///
/// # Errors
/// The text is no YAML, is nested too deeply, uses too many aliases, or has a key twice.
pub(super) fn index(file: &str, text: &str, limits: &Limits) -> Result<Index, Failure> {
    let lines: Vec<&str> = text.lines().collect();
    let mut warnings = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let mut problems = Vec::new();
    let mut aliases = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => return Err(Failure::Syntax(syntax(&error))),
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
                let sign = lines
                    .get(place.0.saturating_sub(1))
                    .and_then(|line| line.chars().nth(place.1.saturating_sub(1)));
                open.push(Open {
                    brackets: matches!(sign, Some('[' | '{')),
                    node: Node {
                        value: place,
                        key: None,
                        children,
                    },
                    key: None,
                    keys: HashMap::new(),
                    mapping,
                    plain_key: false,
                    restarted: false,
                });
                if open.len() > limits.depth {
                    let message = format!("nested more than {} levels deep", limits.depth);
                    problems.push(at_position(file, place, message, None));
                    return Err(Failure::Found(problems));
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
                    return Err(Failure::Found(problems));
                }
                scalar(file, &mut open, &mut root, "*", place, &mut problems);
            }
            Event::Scalar(text, style, anchor, _) => {
                let parent = open.last();
                let is_key = parent.is_some_and(|parent| parent.mapping && parent.key.is_none());
                if !is_key && warnings.len() < WARNINGS_MAX {
                    warnings.extend(silent_mistakes::look(
                        file,
                        &silent_mistakes::Read {
                            lines: &lines,
                            place,
                            style,
                            value: &text,
                            in_brackets: parent.is_some_and(|parent| parent.brackets && !parent.mapping),
                            first: parent.is_some_and(|parent| parent.node.children.is_empty()),
                            anchored: anchor > 0,
                        },
                    ));
                }
                if style == ScalarStyle::Plain && problems.is_empty() {
                    problems.extend(silent_mistakes::no_space(file, &lines, place, &text, is_key));
                }
                if style == ScalarStyle::Plain && !is_key {
                    problems.extend(silent_mistakes::too_large(file, &lines, place, &text));
                }
                match open.last_mut() {
                    Some(parent) if is_key => parent.plain_key = style == ScalarStyle::Plain,
                    Some(parent) if text.is_empty() => swallow(file, &lines, parent, &mut problems),
                    _ => {}
                }
                scalar(file, &mut open, &mut root, &text, place, &mut problems);
            }
            Event::DocumentStart(_) if root.is_some() => {
                let message = "a second document (`---`) begins here".to_owned();
                let mut problem = at_position(
                    file,
                    place,
                    message,
                    Some("remove the line `---`: put everything into one"),
                );
                problem.in_chinese("这里开始了第二个文档（---）；请删掉 --- 这一行，把内容写在一起");
                problems.push(problem);
                return Err(Failure::Found(problems));
            }
            _ => {}
        }
    }
    if problems.is_empty() {
        Ok(Index {
            root: root.unwrap_or_default(),
            warnings,
        })
    } else {
        Err(Failure::Found(problems))
    }
}

/// The first error of syntax in a text.
pub(super) fn syntax_error(text: &str) -> Option<SyntaxError> {
    Parser::new_from_str(text).find_map(|event| event.err().map(|error| syntax(&error)))
}

fn syntax(error: &saphyr_parser::ScanError) -> SyntaxError {
    let at = error.marker();
    SyntaxError {
        line: at.line(),
        column: at.col() + 1,
        message: error.info().to_owned(),
    }
}

impl Children {
    fn is_empty(&self) -> bool {
        match self {
            Self::None => true,
            Self::Mapping(children) => children.is_empty(),
            Self::Sequence(children) => children.is_empty(),
        }
    }
}

/// Tells of a key between braces that has no value because it swallowed it; once a line, since the whole line is mended.
fn swallow(file: &str, lines: &[&str], parent: &Open, problems: &mut Vec<Problem>) {
    let key = parent
        .key
        .as_ref()
        .filter(|_| parent.brackets && parent.plain_key);
    if let Some((key, place)) = key
        && problems.last().is_none_or(|problem| problem.line != place.0)
    {
        problems.extend(swallowed_value::look(file, lines, *place, key));
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

/// Adds a finished value to its parent.
fn close(
    file: &str,
    open: &mut [Open],
    root: &mut Option<Node>,
    mut node: Node,
    problems: &mut Vec<Problem>,
) {
    let is_item = open.len().checked_sub(2).and_then(|above| open.get(above));
    let is_item = is_item.is_some_and(|above| !above.mapping && !above.brackets);
    let Some(parent) = open.last_mut() else {
        *root = Some(node);
        return;
    };
    match &mut parent.node.children {
        Children::Sequence(children) => children.push(node),
        Children::Mapping(children) => {
            let Some((key, place)) = parent.key.take() else {
                // A list or mapping as a key: no file of ours has one, and serde_yaml reports it later.
                parent.key = Some(("?".to_owned(), node.value));
                return;
            };
            // A merge key may stand more than once.
            if let Some(line) = parent.keys.get(&key).filter(|_| key != "<<") {
                let is_first = children.first().is_some_and(|(first, _)| *first == key);
                if is_item && !parent.brackets && is_first && children.len() > 1 {
                    parent.restarted = true;
                    problems.push(no_dash(file, place, &key, *line));
                } else if !parent.restarted {
                    let message =
                        format!("the key `{key}` stands here a second time; the first is in line {line}");
                    let mut problem = at_position(file, place, message, Some("remove one of them"));
                    problem.in_chinese(format!(
                        "「{key}」在这里写了第二次，第一次在第 {line} 行；请删掉其中一个"
                    ));
                    problems.push(problem);
                }
            }
            parent.keys.entry(key.clone()).or_insert(place.0);
            node.key = Some(place);
            children.push((key, node));
        }
        Children::None => {}
    }
}

/// An error about an item's first key that comes again in it: the dash of the next item is missing.
fn no_dash(file: &str, place: Position, key: &str, first: usize) -> Problem {
    let message = format!(
        "a `-` is missing before `{key}`: without it this belongs to the item that begins in line {first}, which has one already"
    );
    let help = format!(
        "begin the line with the `- ` of line {first}: `- {key}: ...`, so that both dashes stand in the same column"
    );
    let mut problem = at_position(file, place, message, Some(&help));
    problem.in_chinese(format!(
        "「{key}」前面少了短横 - ，会被并入第 {first} 行开始的那一项；请写成：- {key}: ... ，短横与第 {first} 行的对齐"
    ));
    problem
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
