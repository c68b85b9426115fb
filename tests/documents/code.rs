//! Two blocks of code, one for readers of English and one for readers of Chinese: comments and what is said in Chinese may
//! differ, all that a program reads may not.

use serde_yaml::Value;

/// The first difference that a program would see.
pub(crate) fn difference(language: &str, english: &str, chinese: &str) -> Option<String> {
    if language == "yaml" {
        let read = |text: &str| {
            serde_yaml::from_str::<Value>(text).map_err(|error| format!("no YAML: {error}\n{text}"))
        };
        return match (read(english), read(chinese)) {
            (Ok(one), Ok(other)) => in_yaml("", &one, &other),
            (Err(error), _) | (_, Err(error)) => Some(error),
        };
    }
    let (one, other) = (commands(english), commands(chinese));
    let longest = one.len().max(other.len());
    (0..longest).find_map(|at| {
        let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
        let (one, other) = (line(&one), line(&other));
        (one != other).then(|| format!("`{one}` and `{other}`"))
    })
}

/// Keys are the same, in the same order; so are values, but for those that are said in Chinese.
fn in_yaml(path: &str, english: &Value, chinese: &Value) -> Option<String> {
    match (english, chinese) {
        (Value::Mapping(one), Value::Mapping(other)) => {
            let keys = |mapping: &serde_yaml::Mapping| mapping.keys().map(shown).collect::<Vec<_>>();
            let (ones, others) = (keys(one), keys(other));
            let longest = ones.len().max(others.len());
            let differs = (0..longest).find(|at| ones.get(*at) != others.get(*at));
            if let Some(at) = differs {
                let key = |keys: &[String]| {
                    keys.get(at)
                        .map_or_else(|| "no key".to_owned(), |key| format!("`{key}`"))
                };
                return Some(format!("{} and {} under `{path}`", key(&ones), key(&others)));
            }
            let values = one.iter().zip(other.values());
            values
                .into_iter()
                .find_map(|((key, one), other)| in_yaml(&format!("{path}.{}", shown(key)), one, other))
        }
        (Value::Sequence(one), Value::Sequence(other)) => {
            // Questions in one language need not be as many as in the other.
            if other.iter().any(in_chinese) && one.iter().chain(other).all(Value::is_string) {
                return None;
            }
            if one.len() != other.len() {
                return Some(format!("{} and {} items under `{path}`", one.len(), other.len()));
            }
            let items = one.iter().zip(other).enumerate();
            items
                .into_iter()
                .find_map(|(at, (one, other))| in_yaml(&format!("{path}[{at}]"), one, other))
        }
        (one, other) if one == other => None,
        (Value::String(_), other) if in_chinese(other) => None,
        (one, other) => Some(format!("`{}` and `{}` under `{path}`", shown(one), shown(other))),
    }
}

fn shown(value: &Value) -> String {
    let text = serde_yaml::to_string(value).unwrap_or_default();
    text.trim_end().to_owned()
}

fn in_chinese(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_ascii())
}

/// The lines that are not empty, without comments and without what stands in quotes: the words of an example.
fn commands(text: &str) -> Vec<String> {
    let command = |line: &str| {
        let mut kept = String::new();
        let mut quote = None;
        for letter in line.chars() {
            match quote {
                Some(open) if letter == open => {
                    quote = None;
                    kept.push(letter);
                }
                Some(_) => {}
                None if letter == '#' && (kept.is_empty() || kept.ends_with(' ')) => break,
                None => {
                    quote = matches!(letter, '"' | '\'').then_some(letter);
                    kept.push(letter);
                }
            }
        }
        kept.trim_end().to_owned()
    };
    text.lines()
        .map(command)
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn a_command_is_compared_without_its_comment_and_its_words() {
    let english = "# ask\ngroupdesk ask \"when # are you open\"   # one question\n";
    assert_eq!(
        difference("sh", english, "groupdesk ask \"几点上班\" # 一句\n"),
        None
    );
    let told = difference("sh", english, "groupdesk ask --group \"几点上班\"\n").unwrap();
    assert!(told.contains("--group"), "{told}");
    let told = difference("sh", english, "groupdesk ask \"\"\ngroupdesk run\n").unwrap();
    assert!(told.contains("groupdesk run"), "{told}");
}
