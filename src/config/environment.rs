//! Values from the environment and from files, so that no secret stands in groupdesk.yaml: `${NAME}` and
//! `${file:/path}`.

use crate::yaml::{READ_TIME, in_both, read_text, within};
use std::collections::HashMap;
use std::path::Path;

/// Largest file with a secret, in bytes.
const FILE_BYTES_MAX: u64 = 64 << 10;

/// Source of the values for `${NAME}`.
#[derive(Debug, Clone)]
pub struct Environment(Source);

#[derive(Debug, Clone)]
enum Source {
    Process,
    /// Missing values are made up: for checking a file on a machine that has none of the secrets.
    Lenient,
    Given(HashMap<String, String>),
}

/// Returns the name in `$NAME`, `$(NAME)`, `$env:NAME` or `%NAME%`, as shells write `${NAME}`.
fn bare_reference(text: &str) -> Option<&str> {
    let name = match text.strip_prefix('$') {
        Some(rest) => {
            let rest = rest.strip_prefix("env:").unwrap_or(rest);
            rest.strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'))
                .unwrap_or(rest)
        }
        None => text.strip_prefix('%')?.strip_suffix('%')?,
    };
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    (name.len() > 2 && name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(is_name))
        .then_some(name)
}

/// Returns a reference in full-width signs, such as `$｛NAME｝`, in half-width ones, without what stands around it.
fn wide_reference(text: &str) -> Option<String> {
    let (before, rest) = text.split_once(['$', '＄'])?;
    let rest = rest.trim_start();
    let inside = rest.strip_prefix(['{', '｛'])?;
    let (name, _) = inside.split_once(['}', '｝'])?;
    let is_wide = text.contains(['＄', '｛', '｝']) || name.contains('：');
    let name = name.trim().replace('：', ":");
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_reference = name.starts_with("file:") || (!name.is_empty() && name.chars().all(is_name));
    (is_wide && is_reference && !before.ends_with('$')).then(|| format!("${{{name}}}"))
}

/// Returns the name in `${ NAME }`, or what stands for a file, without the spaces around it.
fn tight(name: &str) -> String {
    let name = name.trim();
    match name.split_once(':') {
        Some((kind, path)) if kind.trim() == "file" => format!("file:{}", path.trim()),
        _ => name.to_owned(),
    }
}

impl Environment {
    /// Returns the process's own environment.
    pub fn of_process() -> Self {
        Self(Source::Process)
    }

    /// Returns the process's own environment, in which nothing is missing.
    pub fn lenient() -> Self {
        Self(Source::Lenient)
    }

    /// Returns an environment of these values and no others.
    pub fn given(values: HashMap<String, String>) -> Self {
        Self(Source::Given(values))
    }

    fn variable(&self, name: &str) -> Result<String, String> {
        let found = match &self.0 {
            Source::Process => std::env::var(name).ok(),
            Source::Lenient => Some(std::env::var(name).unwrap_or_else(|_| "missing".to_owned())),
            Source::Given(values) => values.get(name).cloned(),
        };
        let value = found.ok_or_else(|| {
            in_both(
                &format!(
                    "the environment variable {name} is not set: before the start run `export {name}='...'`, or write the value into \
                     a file and ${{file:/path/of/the/file}} here"
                ),
                &format!(
                    "环境变量 {name} 没有设置；请在启动前执行 export {name}='它的值'，或把值写进一个文件，这里改成 \
                     ${{file:/文件的路径}}"
                ),
            )
        })?;
        // Empty, it would open what a secret is to close.
        if value.trim().is_empty() {
            return Err(in_both(
                &format!(
                    "the environment variable {name} is set, but empty: give it its value, or remove the key"
                ),
                &format!("环境变量 {name} 是空的；请填上它的值，或删掉这个键"),
            ));
        }
        Ok(value)
    }

    fn file(&self, folder: &Path, path: &str) -> Result<String, String> {
        // Beside groupdesk.yaml, as `faq` and `store.path` are; what was there before in the folder of the start still is.
        let beside = folder.join(path);
        let looked = beside.clone();
        // Where nothing answers in time, the read says so.
        let found = if within(READ_TIME, move || looked.exists()).unwrap_or(true) {
            &beside
        } else {
            Path::new(path)
        };
        match (read_text(found, FILE_BYTES_MAX), &self.0) {
            (Ok(text), _) if text.trim().is_empty() => Err(in_both(
                &format!("the file {path} is empty: write the secret into it, or remove the key"),
                &format!("文件 {path} 是空的；请写入密钥，或删掉这个键"),
            )),
            // The newline that editors and `echo` put at the end is no part of a secret.
            (Ok(text), _) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
            (Err(_), Source::Lenient) => Ok("missing".to_owned()),
            (Err(problem), _) => Err(in_both(
                &format!(
                    "can't read {path}: {}; write the secret into it, or correct its path",
                    problem.message
                ),
                &format!("读不到文件 {path}；请把密钥写进这个文件，或改正路径"),
            )),
        }
    }

    /// Replaces references by their values, those to files relative to `folder`. `$${` stands for `${` itself.
    ///
    /// # Errors
    /// Fails with the reference that is missing or not closed, without any value.
    pub fn expand(&self, folder: &Path, text: &str) -> Result<String, String> {
        if let Some(name) = bare_reference(text) {
            return Err(in_both(
                &format!(
                    "a value from the environment stands in braces, or this text itself is the value; write: \"${{{name}}}\""
                ),
                &format!("引用环境变量要加花括号，否则这串文字本身就成了值；写成：\"${{{name}}}\""),
            ));
        }
        if let Some(typed) = wide_reference(text) {
            return Err(in_both(
                &format!("the signs of the reference are full-width ones; type half-width ones: \"{typed}\""),
                &format!("这里用了全角符号，整串文字本身就成了值；请改成半角：\"{typed}\""),
            ));
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, after) = rest.split_at(at);
            if let Some(before) = before.strip_suffix('$') {
                out.push_str(before);
                out.push_str("${");
                rest = after.strip_prefix("${").unwrap_or(after);
                continue;
            }
            out.push_str(before);
            let inside = after.strip_prefix("${").unwrap_or(after);
            let Some((name, tail)) = inside.split_once('}') else {
                return Err(in_both(
                    &format!(
                        "`${{` is not closed; write ${{NAME}}, or $${{ for the characters themselves: {before}${{"
                    ),
                    "${ 没有配对的 }；请写成 ${名称}，要表示 ${ 本身请写 $${",
                ));
            };
            let tight = tight(name);
            if tight != name {
                return Err(in_both(
                    &format!("no spaces stand within the braces; write: \"${{{tight}}}\""),
                    &format!("花括号里面不能有空格；请写成：\"${{{tight}}}\""),
                ));
            }
            out.push_str(&match name.strip_prefix("file:") {
                Some(path) => self.file(folder, path)?,
                None => self.variable(name)?,
            });
            rest = tail;
        }
        out.push_str(rest);
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        Environment::given(HashMap::from([("TOKEN".to_owned(), "s3cret".to_owned())]))
    }

    fn here() -> &'static Path {
        Path::new("")
    }

    #[test]
    fn names_are_replaced_and_a_doubled_dollar_is_not() {
        assert_eq!(
            environment().expand(here(), "a ${TOKEN}-${TOKEN}").unwrap(),
            "a s3cret-s3cret"
        );
        assert_eq!(
            environment().expand(here(), "$${TOKEN} $5 $").unwrap(),
            "${TOKEN} $5 $"
        );
    }

    #[test]
    fn what_is_missing_is_named_and_no_value_is_told() {
        let error = environment().expand(here(), "${TOKEN} ${OTHER}").unwrap_err();
        assert!(error.contains("OTHER") && !error.contains("s3cret"), "{error}");
        assert!(environment().expand(here(), "${TOKEN").is_err());
        for bare in ["$TOKEN", "$(TOKEN)", "$env:TOKEN", "%TOKEN%"] {
            let error = environment().expand(here(), bare).unwrap_err();
            assert_eq!(error.matches("\"${TOKEN}\"").count(), 2, "{error}");
        }
        for wide in [
            "$｛TOKEN｝",
            "＄{TOKEN}",
            "$｛TOKEN}",
            "${TOKEN｝",
            "＄｛ TOKEN｝",
            "$｛file：TOKEN｝",
        ] {
            let error = environment().expand(here(), wide).unwrap_err();
            assert!(
                error.contains("TOKEN}\"") && error.contains("全角") && error.contains("full-width"),
                "{error}"
            );
        }
        for (spaced, typed) in [
            ("${ TOKEN }", "\"${TOKEN}\""),
            ("${TOKEN }", "\"${TOKEN}\""),
            ("${file: /x}", "\"${file:/x}\""),
        ] {
            let error = environment().expand(here(), spaced).unwrap_err();
            assert_eq!(error.matches(typed).count(), 2, "{error}");
            assert!(!error.contains("export"), "{error}");
        }
        for other in [
            "$5",
            "$",
            "%",
            "$abc",
            "100%",
            "$$${TOKEN}",
            "｛TOKEN｝",
            "5$ ｛a b｝",
        ] {
            assert!(environment().expand(here(), other).is_ok(), "{other}");
        }
        assert!(
            environment()
                .expand(here(), "${file:/no/such/file}")
                .unwrap_err()
                .contains("/no/such/file")
        );
    }

    #[test]
    fn what_is_set_to_nothing_is_an_error_that_names_it() {
        let empty = HashMap::from([
            ("TOKEN".to_owned(), String::new()),
            ("BLANK".to_owned(), " \n".to_owned()),
        ]);
        let empty = Environment::given(empty);
        for name in ["TOKEN", "BLANK"] {
            let error = empty.expand(here(), &format!("Bearer ${{{name}}}")).unwrap_err();
            assert!(error.contains(name) && error.contains("empty"), "{error}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "\n").unwrap();
        let error = empty
            .expand(here(), &format!("${{file:{}}}", file.path().display()))
            .unwrap_err();
        assert!(error.contains("is empty"), "{error}");
        assert!(
            empty.expand(here(), "${file:/dev/zero}").is_err(),
            "endless, and read all the same"
        );
    }

    #[test]
    fn a_file_with_a_secret_is_looked_for_beside_the_configuration_first() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token.txt"), "s3cret\n").unwrap();
        let expand = |folder: &Path| environment().expand(folder, "${file:token.txt}");
        assert_eq!(expand(folder.path()).unwrap(), "s3cret");
        assert!(expand(here()).unwrap_err().contains("token.txt"));
    }

    #[test]
    fn a_file_is_read_without_its_last_newline() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\n").unwrap();
        let text = format!("${{file:{}}}", file.path().display());
        assert_eq!(environment().expand(here(), &text).unwrap(), "s3cret");
    }
}
