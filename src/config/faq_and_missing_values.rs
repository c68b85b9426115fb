//! Parts of a groupdesk.yaml for commands that serve nobody: the FAQ that it names, and the values that the environment
//! lacks.

use super::Environment;
use super::load::parse;
use crate::yaml::{Document, Problem};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The FAQ that a configuration names.
#[derive(Debug)]
pub struct NamedFaq {
    /// Its file.
    pub path: PathBuf,
    document: Document,
}

impl NamedFaq {
    /// Makes an error about it, at the place where the configuration names it.
    pub fn problem(&self, message: String, help: Option<String>) -> Problem {
        self.document.problem(&["faq".to_owned()], message, help)
    }
}

/// The part that is read for it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    faq: Option<String>,
}

/// Reads the FAQ that a configuration names. `None` where it names none, or can't be read so far.
pub fn named_faq(path: &Path, text: &str, environment: &Environment) -> Option<NamedFaq> {
    let mut document = parse(path, text).ok()?;
    // What is wrong with the file is told by who loads it.
    let folder = path.parent().unwrap_or(Path::new(""));
    document.expand(|value| environment.expand(folder, value));
    let faq = document.read::<Part>(&[], &mut Vec::new())?.faq?;
    Some(NamedFaq {
        path: folder.join(faq),
        document,
    })
}

/// Reports every value that a lenient environment makes up and `environment` does not have: with that one, the
/// configuration is refused.
pub fn missing(path: &Path, text: &str, environment: &Environment) -> Vec<Problem> {
    let Ok(mut document) = parse(path, text) else {
        return Vec::new();
    };
    let lenient = Environment::lenient();
    let folder = path.parent().unwrap_or(Path::new(""));
    document.expand(|value| match environment.expand(folder, value) {
        Err(error) if lenient.expand(folder, value).is_ok() => Err(error),
        _ => Ok(String::new()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn the_faq_is_found_in_a_file_that_is_wrong_elsewhere() {
        let text = "faq: ours.yaml\naccounts: { qq: { platform: 1 } }\n";
        let none = Environment::given(HashMap::new());
        let named = named_faq(Path::new("conf/groupdesk.yaml"), text, &none).unwrap();
        assert_eq!(named.path, Path::new("conf/ours.yaml"));
        assert_eq!(named.problem(String::new(), None).line, 1);
        assert!(named_faq(Path::new("g.yaml"), "accounts: {}\n", &none).is_none());
    }

    #[test]
    fn what_an_environment_lacks_is_named_in_its_line_and_what_it_has_is_not() {
        let text = "accounts:\n  qq:\n    connection:\n      access_token: \"${PARTS_NOT_SET}\"\n      url: \"${PARTS_SET}\"\n";
        let environment = HashMap::from([("PARTS_SET".to_owned(), "x".to_owned())]);
        let found = missing(Path::new("g.yaml"), text, &Environment::given(environment));
        assert_eq!((found.len(), found[0].line), (1, 4));
        let told = found[0].to_string();
        for part in ["access_token", "export PARTS_NOT_SET=", "${file:", "没有设置"] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
}
