//! Signs that do not belong where they stand: JSON's comma and a bracket too many behind a value, a space in an address.

use super::flow;
use super::flow::end_of_quotes;
use super::line::Line;
use super::mistake::{Mistake, mistake};

/// Finds `qq/group: 123456:`, an address with a space in it.
pub(super) fn in_address(at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let Some(key) = line.key.filter(|key| key.contains('/')) else {
        return;
    };
    let id = line.value.strip_suffix([':', '：']).unwrap_or_default();
    if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)) {
        return;
    }
    found.push(mistake(
        (at, line.colon_column()),
        "a space stands in the address: remove it",
        "会话地址中间不能有空格；请去掉",
        format!("{}{}{key}:{id}:", line.indent, line.dashes),
    ));
}

/// Finds signs behind closed quotes or brackets that YAML has no use for.
pub(super) fn behind(at: usize, line: &Line<'_>, found: &mut Vec<Mistake>) {
    let value = line.value;
    let end = match value.chars().next() {
        Some('"' | '\'') => end_of_quotes(value),
        Some('[' | '{') => flow::closing(value).map(|end| end + 1),
        _ => None,
    };
    let Some((inside, rest)) = end.and_then(|end| value.split_at_checked(end)) else {
        return;
    };
    let signs = rest.split(" #").next().unwrap_or(rest).trim();
    let Some(sign) = signs.chars().next() else { return };
    if !signs.chars().all(|c| ",，;；]}）)】］｝ ".contains(c)) {
        return;
    }
    let column = line.value_place() + inside.chars().count();
    let (english, chinese) = match sign {
        ',' | '，' | ';' | '；' => (
            format!("`{sign}` does not belong behind the value: remove it"),
            format!("值的后面不用写「{sign}」；请删掉它"),
        ),
        _ => (
            format!("there is one `{sign}` too many: remove it"),
            format!("多了一个「{sign}」；请删掉它"),
        ),
    };
    found.push(mistake((at, column), english, chinese, line.with_value(inside)));
}
