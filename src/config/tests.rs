//! What is found in a bad groupdesk.yaml, where, and what its operator is told to type; and what is never shown of it.

use super::*;
use std::collections::HashMap;
use std::path::Path;

fn load_with(text: &str, variables: &[(&str, &str)]) -> Result<Config, Vec<Problem>> {
    let variables: HashMap<String, String> = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    load(Path::new("groupdesk.yaml"), text, &Environment::given(variables))
}

/// What is told of a file: its errors, else its warnings.
fn told(text: &str) -> Vec<Problem> {
    match load_with(text, &[("TOKEN", "s3cret")]) {
        Ok(config) => config.warnings(),
        Err(problems) => problems,
    }
}

#[test]
fn mistakes_are_told_in_their_line_with_what_to_type_in_both_languages() {
    let cases = [
        (
            "full-width colon",
            "accounts:\n  qq:\n    platform：onebot\n    staff: [1]\n",
            3,
            "write: platform: onebot",
            "半角冒号",
        ),
        (
            "full-width comma",
            "accounts:\n  qq:\n    platform: onebot\n    staff: [10001，10002]\n    staff_rooms: [qq/group:1]\n",
            4,
            "10001, 10002",
            "英文逗号",
        ),
        (
            "no space",
            "web:\n  listen:127.0.0.1:8080\naccounts:\n  qq: { platform: onebot }\n",
            2,
            "write `listen: 127.0.0.1:8080`",
            "少了一个空格",
        ),
        (
            "key typo",
            "accounts:\n  qq:\n    platform: onebot\n    staf_rooms: [qq/group:1]\n",
            4,
            "did you mean `staff_rooms`",
            "staff_rooms",
        ),
        ("tab", "accounts:\n  qq:\n\tplatform: onebot\n", 3, "tab", "Tab"),
        (
            "yes for all",
            "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\ndefaults:\n  listen: yes\n",
            4,
            "all, mentions, off",
            "all, mentions, off",
        ),
        (
            "number for a time",
            "accounts:\n  qq: { platform: onebot, staff_rooms: [qq/group:1] }\ndefaults:\n  burst: 3\n",
            4,
            "3s, 10m",
            "3s（秒）",
        ),
        (
            "one room without brackets",
            "accounts:\n  qq:\n    platform: onebot\n    staff_rooms: qq/group:1\n",
            4,
            "[qq/group:1]",
            "[qq/group:1]",
        ),
        (
            "unclosed brace",
            "accounts:\n  qq: { platform: onebot\nstore:\n  path: x.db\n",
            2,
            "not closed",
            "没有配对",
        ),
        (
            "typographic quotes",
            "accounts:\n  qq:\n    platform: onebot\n    staff_rooms: [qq/group:1]\nstore:\n  path: “x.db”\n",
            6,
            "\"x.db\"",
            "英文引号",
        ),
    ];
    let mut wrong = Vec::new();
    for (name, text, line, english, chinese) in cases {
        let problems = told(text);
        let fits = problems.first().is_some_and(|problem| {
            problem.line == line
                && problem.to_string().contains(english)
                && problem
                    .chinese
                    .as_ref()
                    .is_some_and(|text| text.contains(chinese))
        });
        if !fits || problems.len() != 1 {
            let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
            wrong.push(format!(
                "{name}: expected line {line}, {english}, {chinese}\n{}",
                shown.join("\n")
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
