//! Mistakes with the dashes that begin the items of a list: missing ones, ones too many, and other signs for them.

use super::guessed_keys;
use super::line::{Line, is_space};
use super::mistake::{Mistake, mistake};

/// The first key of an item without the dash that the items above have.
pub(super) fn missing(lines: &[&str], at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let Some(key) = line.key.filter(|_| line.dashes.is_empty()) else {
        return;
    };
    let above = (0..at).rev().find_map(|above| {
        let item = Line::of(lines[above]);
        (!item.is_empty() && item.depth() <= line.depth()).then_some((above, item))
    });
    let Some((above, item)) = above else { return };
    if item.depth() == line.depth() && item.key == Some(key) && !item.dashes.is_empty() {
        let rest = line.whole();
        found.push(mistake(
            (at, line.depth() + 1),
            format!(
                "a `-` is missing before `{key}`: every item begins with one, like line {}",
                above + 1
            ),
            format!(
                "「{key}」前面少了短横 - ；每一项都以 - 加空格开头，像第 {} 行那样",
                above + 1
            ),
            format!("{}{}{rest}", line.indent, item.dashes),
        ));
    }
}

/// A dash before one of the names under a key whose names have none.
pub(super) fn unwanted(lines: &[&str], at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let Some(key) = line.key.filter(|_| !line.dashes.is_empty()) else {
        return;
    };
    let head = (0..at).rev().find_map(|above| {
        let above = Line::of(lines.get(above)?);
        (!above.is_empty() && above.depth() < line.depth()).then_some(above.key)?
    });
    if !head.is_some_and(guessed_keys::holds_names) {
        return;
    }
    found.push(mistake(
        (at, line.depth() + 1),
        format!("no dash stands before `{key}`: remove it"),
        format!("「{key}」前面不用短横 - ；请去掉"),
        format!("{}{}", line.indent, line.whole()),
    ));
}

/// A list's dash without a space, or another sign for it.
pub(super) fn misshaped(at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let whole = line.whole();
    let raw_dashes = line.dashes.trim_end();
    if !raw_dashes.is_empty() && whole.starts_with(is_space) {
        found.push(mistake(
            (at, line.key_depth() + 1),
            "a tab or another sign that is no space stands behind the dash: type one space",
            "短横后面有 Tab 或别的空白符号；请改成一个半角空格",
            format!(
                "{}{}{}",
                line.indent,
                line.dashes,
                whole.trim_start_matches(is_space)
            ),
        ));
        return;
    }
    let Some(sign) = whole.chars().next() else { return };
    let rest = whole.get(sign.len_utf8()..).unwrap_or_default();
    let column = line.key_depth() + 1;
    let new = format!(
        "{}{}- {}",
        line.indent,
        line.dashes,
        rest.trim_start_matches(is_space)
    );
    match sign {
        '-' if rest.starts_with(|c| c != ' ' && is_space(c)) => found.push(mistake(
            (at, column + 1),
            "a tab or another sign that is no space stands behind the dash: type one space",
            "短横后面是 Tab 或别的空白符号；请改成一个半角空格",
            new,
        )),
        '-' if rest.starts_with('-') => {
            let text = rest.trim_start_matches('-').trim_start_matches(is_space);
            // `--help` is an option of a command.
            let is_option = rest
                .trim_start_matches('-')
                .starts_with(|c: char| c.is_ascii_alphanumeric());
            if !text.is_empty() && !is_option {
                found.push(mistake(
                    (at, column),
                    "an item begins with one dash and a space: remove the others",
                    "每一项只以一个短横 - 加一个空格开头；请删掉多余的短横",
                    format!("{}{}- {text}", line.indent, line.dashes),
                ));
            }
        }
        '-' if !rest.is_empty() && !rest.starts_with(['-', ' ']) => found.push(mistake(
            (at, column),
            "a space is missing behind the dash",
            "短横 - 后面少了一个空格",
            new,
        )),
        '－' | '—' | '–' | '−' | '‐' | '•' | '·' | '●' | '・' if !rest.is_empty() => {
            let new = format!(
                "{}{}- {}",
                line.indent,
                line.dashes,
                rest.trim_start_matches(|c| c == sign || is_space(c))
            );
            found.push(mistake(
                (at, column),
                format!("`{sign}` is not the dash that begins an item: type `-` and a space"),
                format!("「{sign}」不是列表用的短横；请用英文输入法输入 - 和一个空格"),
                new,
            ));
        }
        _ => {}
    }
}
