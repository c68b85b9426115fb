//! Tests of the mistakes that are found in bad YAML, and their places.

use super::*;
use proptest::prelude::*;
use serde::Deserialize;
use std::time::Instant;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only what can be read matters here")]
struct Shop {
    #[serde(default)]
    name: String,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only what can be read matters here")]
struct Item {
    title: String,
    #[serde(default)]
    price: u32,
}

fn problems(text: &str) -> Vec<(usize, usize, String)> {
    let mut problems = Vec::new();
    match Document::parse("a.yaml", text, &Limits::default()) {
        Err(found) => problems = found,
        Ok(document) => {
            document.read::<Shop>(&[], &mut problems);
        }
    }
    problems.sort_by_key(|problem| (problem.line, problem.column));
    problems
        .into_iter()
        .map(|problem| (problem.line, problem.column, problem.message))
        .collect()
}

#[test]
fn every_mistake_is_found_at_once_and_where_it_stands() {
    let text = "nmae: x\nitems:\n  - title: a\n    price: many\n  - price: 3\n  - tilte: b\n    title: c\n  - title: [1]\n";
    let found = problems(text);
    let places: Vec<(usize, usize)> = found.iter().map(|(line, column, _)| (*line, *column)).collect();
    assert_eq!(places, [(1, 1), (4, 12), (5, 5), (6, 5), (8, 12)], "{found:?}");
}

#[test]
fn an_unknown_key_is_met_with_the_one_that_was_meant() {
    let mut problems = Vec::new();
    let document = Document::parse("a.yaml", "itmes: []", &Limits::default()).unwrap();
    document.read::<Shop>(&[], &mut problems);
    assert_eq!(
        problems[0].to_string(),
        "a.yaml:1:1: error: unknown key `itmes`\n  help: did you mean `items`?\n  中文: 没有「itmes」这个键；是不是要写 items？"
    );
}

#[test]
fn broken_syntax_and_repeated_keys_have_a_place() {
    assert_eq!(problems("name: a\nname: b\n")[0].0, 2);
    let found = problems("items:\n  - title: \"open\n");
    assert!(found[0].0 >= 2, "{found:?}");
    assert_eq!(problems("name: a\u{1}b")[0].1, 8);
}

#[test]
fn bombs_are_refused_quickly() {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for at in 1..10 {
        let before = format!("*a{}", at - 1);
        laughs.push_str(&format!("a{at}: &a{at} [{}]\n", vec![before; 9].join(", ")));
    }
    let started = Instant::now();
    assert!(!problems(&laughs).is_empty());
    assert!(!problems(&"[".repeat(100_000)).is_empty());
    let small = Limits {
        bytes: 10,
        ..Limits::default()
    };
    assert!(Document::parse("a.yaml", "name: something", &small).is_err());
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn a_key_of_very_many_is_found_again_with_its_first_place() {
    let mut text: String = (0..50_000).map(|at| format!("k{at}: 1\n")).collect();
    text.push_str("k49999: 2\nk7: 2\n");
    let found = problems(&text);
    let places: Vec<(usize, usize)> = found.iter().map(|(line, column, _)| (*line, *column)).collect();
    assert_eq!(places, [(50_001, 1), (50_002, 1)]);
    assert!(found[1].2.ends_with("the first is in line 8"), "{found:?}");
}

#[test]
fn a_problem_far_into_a_line_is_told_without_showing_the_line() {
    let line = format!("{}x: 1", " ".repeat(5_000));
    let at = |column| Problem {
        line: 1,
        column,
        ..Problem::of_file("a.yaml", "no".to_owned())
    };
    assert_eq!(at(5_001).with_source(&[&line]), "a.yaml:1:5001: error: no");
    assert!(at(30).with_source(&[&line]).ends_with('^'));
}

/// Pieces of YAML and of what admins get wrong in it, so that generated texts reach past the parser.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "name",
        "items",
        "title",
        "price",
        "entries",
        "id",
        ": ",
        ":",
        "- ",
        "-",
        "\n",
        "\n  ",
        "\n    ",
        "\n\t",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        "\"",
        "|",
        ">",
        "&a ",
        "*a",
        "<<",
        "!!str ",
        "!x ",
        "? ",
        "#",
        "---",
        "...",
        "%",
        "@",
        "`",
        "\\",
        "退款",
        "é\u{301}",
        "\u{feff}",
        "\u{85}",
        "\u{2028}",
        "~",
        "null",
        "1",
        "1e999",
        "0x1F",
        ".nan",
        "true",
        "${X}",
        "{{ a }}",
        "\r",
        "\r\n",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// Nothing panics, a complaint stands in the file, and it can be shown.
    #[test]
    fn every_complaint_has_a_place_in_the_text(text in prop_oneof![pieces(), "(?s).{0,60}"]) {
        let lines: Vec<&str> = text.lines().collect();
        let mut found = Vec::new();
        match Document::parse("a.yaml", &text, &Limits::default()) {
            Err(problems) => {
                prop_assert!(!problems.is_empty());
                found = problems;
            }
            Ok(document) => {
                if document.read::<Shop>(&[], &mut found).is_none() {
                    prop_assert!(!found.is_empty());
                }
            }
        }
        for problem in &found {
            // A parser that wants more than there is points behind the end.
            prop_assert!(problem.line <= text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).count() + 1, "{problem}");
            problem.with_source(&lines);
        }
    }
}
