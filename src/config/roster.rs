//! The roster of groupdesk.yaml: people, their ids, their shifts.

use super::file::{File, PersonFile};
use crate::hours::{HolidayBook, Schedule, ScheduleSpec, SpecError};
use crate::ticket::{Person, Roster};
use crate::yaml::{Document, Problem};
use groupdesk_contract::{AccountId, MemberId};
use std::collections::BTreeMap;

/// The roster as it stands in the file. What is wrong goes to `problems`, what is probably not meant to `warnings`.
pub(super) fn roster(
    document: &Document,
    file: &File,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) -> Roster {
    let mut taken: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut people = Vec::new();
    for (name, person) in &file.roster {
        for (at, id) in person.ids.iter().enumerate() {
            let path = path(name, &["ids", &at.to_string()]);
            if !file.accounts.contains_key(&id.0) {
                let known: Vec<&str> = file.accounts.keys().map(String::as_str).collect();
                problems.push(document.problem(
                    &path,
                    format!("unknown account `{}` in `{}/{}`", id.0, id.0, id.1),
                    Some(format!("the accounts are: {}", known.join(", "))),
                ));
            }
            if let Some(other) = taken.insert((&id.0, &id.1), name) {
                problems.push(document.problem(
                    &path,
                    format!("`{}/{}` is {other} already", id.0, id.1),
                    Some("give every id to one person".to_owned()),
                ));
            }
        }
        people.push(self::person(document, name, person, problems));
        let doubts = person.shifts.iter().flat_map(ScheduleSpec::warnings);
        warnings.extend(doubts.map(|doubt| in_shifts(document, name, doubt).into_warning()));
    }
    Roster { people }
}

fn person(document: &Document, name: &str, file: &PersonFile, problems: &mut Vec<Problem>) -> Person {
    if file.ids.is_empty() {
        problems.push(document.problem(
            &path(name, &["ids"]),
            format!("{name} has no id: nobody could tell who it is"),
            Some("set `ids: [account/id]`".to_owned()),
        ));
    }
    if file.tier == Some(0) {
        problems.push(document.problem(
            &path(name, &["tier"]),
            "there is no tier 0".to_owned(),
            Some("1 is called first, then 2".to_owned()),
        ));
    }
    let shifts = file.shifts.as_ref().and_then(|spec| {
        Schedule::build(spec, &HolidayBook::shipped())
            .map_err(|errors| {
                problems.extend(errors.into_iter().map(|error| in_shifts(document, name, error)));
            })
            .ok()
    });
    let id = |(account, id): (&str, &str)| (AccountId::new(account), MemberId::new(id));
    Person {
        name: name.to_owned(),
        ids: file.ids.iter().map(|known| id((&known.0, &known.1))).collect(),
        shifts,
        tier: file.tier.unwrap_or(1),
    }
}

/// What is said of somebody's shifts, at its place in the file.
fn in_shifts(document: &Document, name: &str, said: SpecError) -> Problem {
    let mut path = path(name, &["shifts"]);
    path.extend(said.path);
    let mut problem = document.problem(&path, said.message, said.help);
    problem.chinese = said.chinese;
    problem
}

fn path(name: &str, keys: &[&str]) -> Vec<String> {
    let above = ["roster", name];
    above.iter().chain(keys).map(|key| (*key).to_owned()).collect()
}
