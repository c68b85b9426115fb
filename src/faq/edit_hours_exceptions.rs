//! Exceptions of single days in the hours of a FAQ file, whose other lines, comments and order stay as they are.

use super::file_lines::{in_line_ends_of, indent_of, insert, place_of, quoted, replace, standing};
use super::load;
use crate::hours::{HoursSpec, HoursTable, ScheduleDetail, ScheduleSpec};
use crate::yaml::{Document, Limits, comments_of};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Hours of a file by name, with what uses them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HoursUse {
    /// Name of the service hours.
    pub service: String,
    /// Contact points by the hours that they have.
    pub contacts: BTreeMap<String, Vec<String>>,
}

/// Part of a file that this needs.
#[derive(Debug, Default, Deserialize)]
struct Part {
    #[serde(default)]
    service: Option<String>,
    #[serde(default)]
    hours: BTreeMap<String, ScheduleSpec>,
    #[serde(default)]
    contact_points: BTreeMap<String, Contact>,
}

#[derive(Debug, Default, Deserialize)]
struct Contact {
    #[serde(default)]
    hours: Option<String>,
}

fn part(file: &str, text: &str) -> Option<(Part, Document)> {
    let document = Document::parse(file, text, &Limits::default()).ok()?;
    let part = document.read(&[], &mut Vec::new())?;
    Some((part, document))
}

/// Returns what uses the hours of a file.
pub fn hours_used(file: &str, text: &str) -> HoursUse {
    let Some((part, document)) = part(file, text) else {
        return HoursUse::default();
    };
    let mut contacts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, contact) in part.contact_points {
        if let Some(hours) = contact.hours {
            contacts.entry(hours).or_default().push(id);
        }
    }
    let first = document.keys(&["hours".to_owned()]).into_iter().next();
    HoursUse {
        service: part.service.or(first).unwrap_or_default(),
        contacts,
    }
}

/// Returns the file's text with other hours under `name` from `first` to `last`, both with it: `closed`, `all day`, `09:00-12:00`, or
/// several of these with commas between them. `None` takes an exception away.
///
/// # Errors
/// A message for an admin: the file has errors or no such hours, the hours can't be read, or they are written in a way that can't be
/// added to.
pub fn with_exception(
    file: &str,
    text: &str,
    name: &str,
    (first, last): (Date, Date),
    hours: Option<&str>,
) -> Result<String, String> {
    standing(file, text)?;
    let none = || format!("{file} 里没有服务时间 `{name}` / {file} has no hours `{name}`");
    let (before, said) = part(file, text).ok_or_else(none)?;
    let spec = before.hours.get(name).ok_or_else(none)?;
    let detail = match spec {
        ScheduleSpec::Detailed(detail) => detail.clone(),
        ScheduleSpec::Notation(_) => always(),
    };
    let wanted = detail.exceptions.with_exception(first, last, hours.map(spec_of));
    let by_hand = || {
        let rows: Vec<String> = wanted.0.iter().map(row).collect();
        format!(
            "请手动改 {file} 里 hours.{name} 的 exceptions / write the exceptions of hours.{name} in {file} by hand: {{ {} }}",
            rows.join(", ")
        )
    };
    let after = edited(text, name, spec, &wanted).ok_or_else(by_hand)?;
    let after = in_line_ends_of(text, &after);
    if let Err(problems) = load(file, &after) {
        let first = problems.first().map(crate::yaml::Problem::in_both_languages);
        return Err(first.unwrap_or_else(by_hand));
    }
    let expected = ScheduleSpec::Detailed(ScheduleDetail {
        exceptions: wanted.clone(),
        ..detail
    });
    let (found, says) = part(file, &after).ok_or_else(by_hand)?;
    let same = before.hours.iter().all(|(other, spec)| {
        let wanted = if other == name { &expected } else { spec };
        found.hours.get(other) == Some(wanted)
    });
    let is_all = found.hours.len() == before.hours.len() && says.differs_only_under(&said, "hours");
    if same && is_all && comments_of(&after) == comments_of(text) {
        Ok(after)
    } else {
        Err(by_hand())
    }
}

/// Returns what `7x24` says, as a table that can have exceptions.
fn always() -> ScheduleDetail {
    ScheduleDetail {
        notation: Some("7x24".to_owned()),
        weekly: HoursTable(vec![("daily".to_owned(), HoursSpec::One("all day".to_owned()))]),
        ..ScheduleDetail::default()
    }
}

fn spec_of(hours: &str) -> HoursSpec {
    let mut parts: Vec<String> = hours.split(',').map(|part| part.trim().to_owned()).collect();
    parts.retain(|part| !part.is_empty());
    match parts.as_slice() {
        [_, _, ..] => HoursSpec::Many(parts),
        _ => HoursSpec::One(parts.pop().unwrap_or_default()),
    }
}

/// Writes an exception.
fn row((key, hours): &(String, HoursSpec)) -> String {
    let hours = match hours {
        HoursSpec::One(text) if text.chars().all(|c| c.is_ascii_lowercase() || c == ' ') => text.clone(),
        HoursSpec::One(text) => quoted(text),
        HoursSpec::Many(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            format!("[{}]", texts.join(", "))
        }
    };
    format!("{}: {hours}", quoted(key))
}

fn in_brackets(table: &HoursTable) -> String {
    let rows: Vec<String> = table.0.iter().map(row).collect();
    format!("{{ {} }}", rows.join(", "))
}

/// Returns the text with these exceptions; `None` where the hours are written in a way that is not known here.
fn edited(text: &str, name: &str, spec: &ScheduleSpec, wanted: &HoursTable) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let top = place_of(&lines, "hours")?;
    let (at, indent) = key_below(&lines, top, 0, name)?;
    let line = lines.get(at)?;
    let value_at = line.find(':')? + 1;
    let value = line.get(value_at..)?;
    let plain = value.split(" #").next().unwrap_or(value).trim();
    if plain.is_empty() {
        return in_lines(text, &lines, (at, indent), wanted);
    }
    let changed = match spec {
        ScheduleSpec::Notation(notation) if plain.trim_matches(['"', '\'']) == notation => {
            let table = format!(
                "{{ notation: 7x24, weekly: {{ daily: all day }}, exceptions: {} }}",
                in_brackets(wanted)
            );
            value.replacen(plain, &table, 1)
        }
        ScheduleSpec::Detailed(detail) if plain.starts_with('{') && plain.ends_with('}') => {
            value.replacen(plain, &in_line(plain, !detail.exceptions.is_empty(), wanted)?, 1)
        }
        _ => return None,
    };
    let head = line.get(..value_at)?;
    Some(replace(text, at..at + 1, &format!("{head}{changed}")))
}

/// Returns a mapping in braces with these exceptions.
fn in_line(mapping: &str, has_some: bool, wanted: &HoursTable) -> Option<String> {
    let exceptions = format!("exceptions: {}", in_brackets(wanted));
    if !has_some {
        let inside = mapping.strip_suffix('}')?.trim_end();
        return Some(if wanted.is_empty() {
            mapping.to_owned()
        } else {
            format!("{inside}, {exceptions} }}")
        });
    }
    let start = mapping.find("exceptions:")?;
    let open = start + mapping.get(start..)?.find('{')?;
    let close = open + mapping.get(open..)?.find('}')?;
    let (head, tail) = (mapping.get(..start)?, mapping.get(close + 1..)?);
    if !wanted.is_empty() {
        return Some(format!("{head}{exceptions}{tail}"));
    }
    let head = head.trim_end();
    Some(match head.strip_suffix(',') {
        Some(head) => format!("{head}{tail}"),
        None => format!(
            "{head} {}",
            tail.trim_start().strip_prefix(',').unwrap_or(tail).trim_start()
        ),
    })
}

/// Returns the text of hours whose keys stand one below the other with these exceptions.
fn in_lines(text: &str, lines: &[&str], (at, indent): (usize, usize), wanted: &HoursTable) -> Option<String> {
    let end = end_of(lines, at, indent);
    let depth = (at + 1..end).find_map(|line| depth_of(lines.get(line)?))?;
    let pad = " ".repeat(depth);
    let mut written = vec![format!("{pad}exceptions:")];
    written.extend(wanted.0.iter().map(|one| format!("{pad}  {}", row(one))));
    match key_below(lines, at, indent, "exceptions") {
        None if wanted.is_empty() => Some(text.to_owned()),
        None => Some(insert(text, end, &written.join("\n"))),
        Some((first, own)) => {
            let end = end_of(lines, first, own);
            // A comment among them says something about a day: nothing of it is taken away.
            let is_comment = |line: &&str| line.contains('#');
            if lines.iter().take(end).skip(first).any(is_comment) {
                return None;
            }
            if wanted.is_empty() {
                written.clear();
            }
            Some(replace(text, first..end, &written.join("\n")))
        }
    }
}

/// Returns the indentation of a line that says something.
fn depth_of(line: &str) -> Option<usize> {
    let trimmed = line.trim_start();
    (!trimmed.is_empty() && !trimmed.starts_with('#')).then(|| indent_of(line))
}

/// Returns the line behind the last one that is below a key at this line with this indentation.
fn end_of(lines: &[&str], at: usize, indent: usize) -> usize {
    let mut end = at + 1;
    for (place, line) in lines.iter().enumerate().skip(at + 1) {
        match depth_of(line) {
            None => {}
            Some(depth) if depth <= indent => break,
            Some(_) => end = place + 1,
        }
    }
    end
}

/// Finds a key below another one: its line, and its indentation.
fn key_below(lines: &[&str], at: usize, indent: usize, key: &str) -> Option<(usize, usize)> {
    let end = end_of(lines, at, indent);
    let depth = (at + 1..end).find_map(|line| depth_of(lines.get(line)?))?;
    (at + 1..end).find_map(|place| {
        let line = lines.get(place)?;
        let rest = line.trim_start();
        let names = [key.to_owned(), format!("\"{key}\""), format!("'{key}'")];
        let is_it = names.iter().any(|name| {
            rest.strip_prefix(name.as_str())
                .is_some_and(|rest| rest.starts_with(':'))
        });
        (depth_of(line) == Some(depth) && is_it).then_some((place, depth))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const ENTRIES: &str = "entries:\n  - id: a\n    questions: [怎么开发票呢]\n    answer: 好\n";

    fn edit(hours: &str, name: &str, becomes: Option<&str>) -> Result<String, String> {
        let text = format!("hours:\n{hours}# behind\n{ENTRIES}");
        let after = with_exception(
            "faq.yaml",
            &text,
            name,
            (date(2026, 12, 31), date(2026, 12, 31)),
            becomes,
        )?;
        assert!(after.ends_with(&format!("# behind\n{ENTRIES}")), "{after}");
        let start = "hours:\n".len();
        Ok(after[start..after.len() - "# behind\n".len() - ENTRIES.len()].to_owned())
    }

    #[test]
    fn an_exception_is_written_where_the_hours_stand_and_nothing_else_changes() {
        let office = "  office: { weekly: { mon-fri: \"08:00-17:30\" }, holidays: cn } # ours\n";
        let always = "  always: 7x24\n";
        for (before, name, becomes, after) in [
            (
                format!("{office}{always}"),
                "office",
                Some("closed"),
                format!("  office: {{ weekly: {{ mon-fri: \"08:00-17:30\" }}, holidays: cn, exceptions: {{ \"2026-12-31\": closed }} }} # ours\n{always}"),
            ),
            (
                format!("{office}{always}"),
                "always",
                Some("09:00-12:00, 13:00-17:00"),
                format!("{office}  always: {{ notation: 7x24, weekly: {{ daily: all day }}, exceptions: {{ \"2026-12-31\": [\"09:00-12:00\", \"13:00-17:00\"] }} }}\n"),
            ),
            (
                "  office:\n    # weekdays\n    weekly:\n      mon-fri: \"08:00-17:30\"\n\n".to_owned(),
                "office",
                Some("all day"),
                "  office:\n    # weekdays\n    weekly:\n      mon-fri: \"08:00-17:30\"\n    exceptions:\n      \"2026-12-31\": all day\n\n".to_owned(),
            ),
            (
                "  office:\n    weekly: { mon-fri: \"08:00-17:30\" }\n    exceptions:\n      2026-12-30..2026-12-31: closed\n    holidays: cn\n".to_owned(),
                "office",
                None,
                "  office:\n    weekly: { mon-fri: \"08:00-17:30\" }\n    exceptions:\n      \"2026-12-30\": closed\n    holidays: cn\n".to_owned(),
            ),
            (
                "  office: { weekly: { mon-fri: \"08:00-17:30\" }, exceptions: { \"2026-12-31\": closed } }\n".to_owned(),
                "office",
                None,
                "  office: { weekly: { mon-fri: \"08:00-17:30\" } }\n".to_owned(),
            ),
        ] {
            assert_eq!(edit(&before, name, becomes).as_deref(), Ok(after.as_str()), "{before}");
        }
    }

    #[test]
    fn what_can_not_be_written_is_said_and_nothing_is_changed() {
        let office = "  office: { weekly: { mon-fri: \"08:00-17:30\" } }\n";
        for (hours, name, becomes) in [
            (office, "nobody", "closed"),
            (office, "office", "25:00-26:00"),
            (office, "office", "昨天"),
            (
                "  office:\n    weekly: { mon: \"08:00-17:30\" }\n    exceptions:\n      2026-12-25: closed # party\n",
                "office",
                "closed",
            ),
            (
                "  office: {\n    weekly: { mon: \"08:00-17:30\" } }\n",
                "office",
                "closed",
            ),
        ] {
            assert!(
                edit(hours, name, Some(becomes)).is_err(),
                "{hours} {name} {becomes}"
            );
        }
    }

    #[test]
    fn hours_are_known_with_what_uses_them() {
        let text = format!(
            "service: office\nhours:\n  office: 7x24\n  always: 7x24\ncontact_points:\n  mail: {{ name: 邮箱, hours: always, value: a@b.c }}\n{ENTRIES}"
        );
        let used = hours_used("faq.yaml", &text);
        assert_eq!(used.service, "office");
        assert_eq!(used.contacts.get("always"), Some(&vec!["mail".to_owned()]));
    }
}
