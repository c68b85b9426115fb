//! The heading that HCL (Lotus) Notes writes above a quoted mail: who wrote it and when, then each field's name on a line of its
//! own or before a tab, and its value behind or below, with no colon.

use super::Context;
use super::labels::{self, Field};
use super::line::{Line, before, between, digits, has_address, names_us};

/// The most lines of one value: a mail to many has a long list.
const VALUE_LINES: usize = 8;

/// The most empty lines between two parts.
const BLANK_LINES: usize = 3;

/// The longest name of a sender without an address, in characters.
const NAME_CHARS: usize = 40;

/// Finds the heading that begins at `at`; returns the line behind it, and true if it is surely of a quoted mail.
pub(super) fn heading(lines: &[Line<'_>], at: usize, context: &Context<'_>) -> Option<(usize, bool)> {
    let first = signed(lines, at);
    let signed = first.is_some();
    let mut next = first.unwrap_or(at);
    let mut kinds: Vec<Field> = Vec::new();
    let mut end = at;
    while let Some((field, rest)) = lines.get(next).and_then(|line| named(line.bare)) {
        if kinds.contains(&field) {
            break;
        }
        kinds.push(field);
        end = next + 1;
        if rest.is_empty() || field == Field::To {
            end = value(lines, end, rest.is_empty(), field);
        }
        next = skip(lines, end);
    }
    let has = |field: Field| kinds.contains(&field);
    let inside = between(lines, at, end);
    let ours = inside.iter().any(|line| names_us(line.bare, context));
    let fields = has(Field::To) && has(Field::Subject);
    let known = signed || ours || (has(Field::From) && has(Field::Date));
    let sure = ours || inside.iter().any(|line| has_address(line.bare));
    (fields && known).then_some((end, sure))
}

/// Finds the end of the lines that name the sender and the time, in this order.
fn signed(lines: &[Line<'_>], at: usize) -> Option<usize> {
    let sender = lines.get(at).filter(|line| !line.is_blank())?;
    let below = skip(lines, at + 1);
    let date = lines.get(below)?;
    let is_date = digits(date.bare) >= 6 && date.bare.chars().count() <= NAME_CHARS;
    // Notes writes names as `Anna Amt/Sales/Company`; any other name stands apart from what somebody wrote above.
    let above = before(lines, at).last();
    let apart = above.is_none_or(Line::is_blank) || sender.bare.contains('/');
    let is_name = apart && below == at + 1 && sender.bare.chars().count() <= NAME_CHARS;
    (is_date && named(sender.bare).is_none() && (has_address(sender.bare) || is_name))
        .then(|| skip(lines, below + 1))
}

/// Splits a line into the field that it names and the value behind a tab.
fn named(line: &str) -> Option<(Field, &str)> {
    let (label, value) = line.split_once('\t').unwrap_or((line, ""));
    let label = label.trim_end_matches([':', '：', ' ']);
    Some((labels::field(label)?, value.trim()))
}

/// Finds the end of a value that begins at `at`; `below` if nothing of it stands beside its name.
fn value(lines: &[Line<'_>], at: usize, below: bool, field: Field) -> usize {
    let most = if field == Field::Subject { 1 } else { VALUE_LINES };
    let mut end = at;
    if below {
        let first = skip(lines, at);
        match lines.get(first) {
            Some(line) if named(line.bare).is_none() => end = first + 1,
            _ => return at,
        }
    }
    while let Some(line) = lines.get(end).filter(|_| end - at < most) {
        let above = before(lines, end).last();
        let is_open = above.is_some_and(|line| line.bare.ends_with([',', ';', '，', '；']));
        if line.is_blank() || named(line.bare).is_some() || !(has_address(line.bare) || is_open) {
            break;
        }
        end += 1;
    }
    end
}

/// Returns the next line with content, if it is near.
fn skip(lines: &[Line<'_>], at: usize) -> usize {
    let rest = lines.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take(BLANK_LINES)
        .take_while(|line| line.is_blank())
        .count()
}
