//! Adds to a FAQ file and leaves its other lines, comments and order as they are.

use super::{Faq, Written, load};

/// Loads the FAQ of a file that is to be added to.
///
/// # Errors
/// A message for an admin: the file has errors.
pub(super) fn standing(file: &str, text: &str) -> Result<Faq, String> {
    load(file, text)
        .map(|loaded| loaded.faq)
        .map_err(|problems| format!("{file} has {} error(s): mend them first", problems.len()))
}

/// Returns the file's text with `yaml` inserted before a line (from 0), if the result `fits`. `what` names the addition
/// in errors.
///
/// # Errors
/// A message for an admin: the file would have errors, or would not fit.
pub(super) fn with(
    file: &str,
    text: &str,
    (line, yaml): (usize, &str),
    what: &str,
    fits: impl FnOnce(&Faq) -> bool,
) -> Result<String, String> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.splice(line..line, yaml.lines());
    let end = line_end(text);
    let mut after = lines.join(end);
    after.push_str(end);
    match load(file, &after) {
        Ok(loaded) if fits(&loaded.faq) => Ok(after),
        Ok(_) => Err(format!("{what} does not fit into {file}: add it by hand")),
        Err(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            Err(format!("{what} would be an error: {first}"))
        }
    }
}

/// Returns the sign at the end of a text's lines: an editor of Windows must find its file as it left it.
fn line_end(text: &str) -> &'static str {
    let windows = text.matches("\r\n").count();
    if windows * 2 > text.matches('\n').count() {
        "\r\n"
    } else {
        "\n"
    }
}

/// Returns the file's text with entries behind its last one; everything else stays as it is. What then is wrong with it, [`load`] tells.
/// `None` where its entries are not written one below the other, each with a dash.
pub fn append_entries<'a>(text: &str, entries: impl IntoIterator<Item = &'a Written>) -> Option<String> {
    let (line, indent) = end_of_list(text, "entries")?;
    let lines: Vec<&str> = text.lines().collect();
    let end = line_end(text);
    let mut after = lines.get(..line)?.join("\n");
    after.push('\n');
    for entry in entries {
        after.push('\n');
        after.push_str(&entry.yaml(indent));
    }
    for line in lines.get(line..)? {
        after.push_str(line);
        after.push('\n');
    }
    Some(if end == "\n" {
        after
    } else {
        after.replace('\n', end)
    })
}

/// Finds the end of the list under a key of the file: the line (from 0) behind its last item, and the indentation of its
/// dashes. `None` if there is no such key, or its items are not written one below the other.
pub(super) fn end_of_list(text: &str, key: &str) -> Option<(usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let start = place_of(&lines, key)?;
    let mut indent = None;
    let mut end = start + 1;
    for (at, line) in lines.iter().enumerate().skip(start + 1) {
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let depth = line.len() - trimmed.len();
        match indent {
            None if trimmed.starts_with("- ") => indent = Some(depth),
            None => return None,
            Some(dash) if depth < dash || (depth == dash && !trimmed.starts_with("- ")) => break,
            Some(_) => {}
        }
        end = at + 1;
    }
    indent.map(|indent| (end, indent))
}

/// Finds the line (from 0) before a key of the file and the comment directly above it.
pub(super) fn before(text: &str, key: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = place_of(&lines, key)?;
    while at > 0 && lines.get(at - 1).is_some_and(|line| line.starts_with('#')) {
        at -= 1;
    }
    Some(at)
}

/// Finds the line of a key that has a list below it.
pub(super) fn place_of(lines: &[&str], key: &str) -> Option<usize> {
    lines.iter().position(|line| {
        line.strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(':'))
            .is_some_and(|rest| rest.trim().is_empty() || rest.starts_with(" #"))
    })
}

/// Formats a YAML string in double quotes, which is the same as a JSON string.
pub(super) fn quoted(text: &str) -> String {
    // A string is always JSON.
    serde_json::to_string(text).unwrap_or_default()
}
