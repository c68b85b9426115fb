//! Keys without a value. To YAML they are as good as not written, which is not what their writer sees: a secret that is
//! empty closes nothing.

use crate::yaml::{Document, Excerpt, Problem, is_secret_key};

/// Reports every secret that is there and empty.
pub(super) fn empty_secrets(document: &Document) -> Vec<Problem> {
    let found = document.nothing_behind(&[]).into_iter();
    let secrets = found.filter(|path| {
        let under_connection = path.iter().any(|key| key == "connection");
        let is_known = under_connection
            || path
                .first()
                .is_some_and(|key| key == "semantic" || key == "model");
        is_known && (key_of(path).is_some_and(is_secret_key) || holder(path).is_some())
    });
    secrets
        .map(|path| {
            if let Some(above) = holder(&path) {
                return in_braces_alone(document, above);
            }
            // What stands behind the name may be the secret itself: `password=…` is a key to YAML, without a value.
            let written = key_of(&path).unwrap_or_default();
            let key = name_in(written).to_owned();
            let another_sign = key != written;
            let mut problem = document.problem(
                &path,
                if another_sign {
                    format!("`{key}` has no value: its sign is not `: `, a colon and a space")
                } else {
                    format!("`{key}` is empty: nothing stands behind it, so it would protect nothing")
                },
                Some(format!(
                    "write {key}: \"${{NAME}}\" and set that variable, or remove the line where no secret is wanted"
                )),
            );
            if another_sign {
                problem.path = problem.path.replace(written, &key);
            }
            (problem.line, problem.column) = document.key_position(&path);
            let why = if another_sign {
                "后面要写英文冒号和空格"
            } else {
                "后面是空的，等于没有密钥"
            };
            problem.in_chinese(format!(
                "「{key}」{why}；请写成 {key}: \"${{变量名}}\" 并设置这个变量，不需要密钥就删掉这一行"
            ));
            problem
        })
        .collect()
}

/// Returns the path of the secret whose value is a table, `access_token: {NAME}`, if `path` is a key of one.
fn holder(path: &[String]) -> Option<&[String]> {
    let (_, above) = path.split_last()?;
    above
        .last()
        .is_some_and(|key| is_secret_key(key))
        .then_some(above)
}

/// Makes the error about a variable's name in braces, without the sign before them.
fn in_braces_alone(document: &Document, path: &[String]) -> Problem {
    let key = key_of(path).unwrap_or_default();
    let mut problem = document.problem(
        path,
        format!("`{key}` holds keys: braces alone refer to no variable"),
        Some(format!(
            "write {key}: \"${{NAME}}\" with the variable's name, a dollar sign before the braces, and quotes"
        )),
    );
    problem.in_chinese(format!(
        "引用环境变量要在花括号前加 $，再加英文引号；请写成 {key}: \"${{变量名}}\""
    ));
    problem.excerpt = Excerpt::Nothing;
    problem
}

/// Warns of every other key under a `connection` that has no value.
pub(super) fn not_written(document: &Document) -> Vec<Problem> {
    let found = document.nothing_behind(&["accounts".to_owned()]).into_iter();
    let keys = found.filter(|path| {
        let within = path.iter().position(|key| key == "connection");
        within.is_some_and(|at| at == 2 && path.len() > 3) && !key_of(path).is_some_and(is_secret_key)
    });
    keys.map(|path| {
        let mut problem = document.problem(
            &path,
            "nothing stands behind this key: it counts as not written".to_owned(),
            Some("write its value, or remove the line".to_owned()),
        );
        (problem.line, problem.column) = document.key_position(&path);
        problem.in_chinese("这个键后面是空的，等于没有写；请补上内容，或删掉这一行");
        // A key without a value may be the secret itself.
        problem.path = path
            .split_last()
            .map(|(_, above)| above.join("."))
            .unwrap_or_default();
        problem.excerpt = Excerpt::Nothing;
        problem.into_warning()
    })
    .collect()
}

/// Returns the name at the beginning of a key.
fn name_in(key: &str) -> &str {
    let key = key.trim_start_matches(['"', '\'']);
    let end = key.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
    end.map_or(key, |end| key.get(..end).unwrap_or_default())
}

/// Returns the last key of a path that is no position in a list.
fn key_of(path: &[String]) -> Option<&str> {
    let key = path.iter().rev().find(|key| key.parse::<usize>().is_err());
    key.map(String::as_str)
}
