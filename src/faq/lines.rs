//! Additions to a FAQ file that leave its other lines, comments and order as they are.

use super::{Faq, Written, load};

/// The FAQ that a file holds, to be added to.
///
/// # Errors
/// Words for an admin: it has errors.
pub(super) fn standing(file: &str, text: &str) -> Result<Faq, String> {
    load(file, text)
        .map(|loaded| loaded.faq)
        .map_err(|problems| format!("{file} has {} error(s): mend them first", problems.len()))
}

/// The file's text with `yaml`, which is `what`, before a line (from 0), if what it says then `fits`.
///
/// # Errors
/// Words for an admin: the file would have errors, or say something else.
pub(super) fn with(
    file: &str,
    text: &str,
    (line, yaml): (usize, &str),
    what: &str,
    fits: impl FnOnce(&Faq) -> bool,
) -> Result<String, String> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.splice(line..line, yaml.lines());
    let mut after = lines.join("\n");
    after.push('\n');
    match load(file, &after) {
        Ok(loaded) if fits(&loaded.faq) => Ok(after),
        Ok(_) => Err(format!("{what} does not fit into {file}: add it by hand")),
        Err(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            Err(format!("{what} would be an error: {first}"))
        }
    }
}

/// The file's text with entries behind its last one; everything else stays as it is. What then is wrong with it, [`load`] tells.
/// None where its entries are not written one below the other, each with a dash.
pub fn append_entries<'a>(text: &str, entries: impl IntoIterator<Item = &'a Written>) -> Option<String> {
    let (line, indent) = end_of_list(text, "entries")?;
    let lines: Vec<&str> = text.lines().collect();
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
    Some(after)
}

/// The line (from 0) behind the last item of the list under a key of the file, and how far its dashes stand from the left. None
/// where there is no such key, or its items are not written one below the other.
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

/// The line (from 0) before a key of the file and the comment that stands directly above it.
pub(super) fn before(text: &str, key: &str) -> Option<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut at = place_of(&lines, key)?;
    while at > 0 && lines.get(at - 1).is_some_and(|line| line.starts_with('#')) {
        at -= 1;
    }
    Some(at)
}

/// The line of a key under which a list begins.
pub(super) fn place_of(lines: &[&str], key: &str) -> Option<usize> {
    lines.iter().position(|line| {
        line.strip_prefix(key)
            .and_then(|rest| rest.strip_prefix(':'))
            .is_some_and(|rest| rest.trim().is_empty() || rest.starts_with(" #"))
    })
}

/// A YAML string in double quotes: JSON's are.
pub(super) fn quoted(text: &str) -> String {
    // A string is always JSON.
    serde_json::to_string(text).unwrap_or_default()
}
