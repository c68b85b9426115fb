//! The roster of groupdesk.yaml: people, their ids, their shifts.

use super::file_schema::{File, PersonFile};
use crate::hours::{HolidayBook, Schedule, ScheduleSpec, SpecError};
use crate::ticket::{Person, Roster};
use crate::yaml::{Document, Problem};
use groupdesk_contract::{AccountId, MemberId};
use std::collections::BTreeMap;

/// Reads the roster as it stands in the file. Errors go to `problems`, probable mistakes to `warnings`.
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
            if id.0.is_empty() {
                problems.push(super::addresses::nobody(document, file, &path, &id.1));
                continue;
            }
            let address = format!("{}/{}", id.0, id.1);
            if !super::load::has_account(document, file, &id.0) {
                let known: Vec<&str> = file.accounts.keys().map(String::as_str).collect();
                let message = format!("unknown account `{}` in `{address}`", id.0);
                let help = format!("the accounts are: {}", known.join(", "));
                let mut problem = document.problem(&path, message, Some(help));
                problem.in_chinese(format!(
                    "「{address}」里的账号「{}」不存在；现有账号：{}",
                    id.0,
                    known.join("、")
                ));
                problems.push(problem);
            }
            if let Some(other) = taken.insert((&id.0, &id.1), name) {
                let message = format!("`{address}` is {other} already");
                let help = "give every id to one person".to_owned();
                let mut problem = document.problem(&path, message, Some(help));
                problem.in_chinese(format!(
                    "「{address}」已经是「{other}」了；一个号码只能属于一个人"
                ));
                problems.push(problem);
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
        let mut problem = document.problem(
            &path(name, &["ids"]),
            format!("{name} has no id: nobody could tell who it is"),
            Some("set `ids: [account/id]`".to_owned()),
        );
        problem.in_chinese(format!(
            "「{name}」没有写号码；请加上 ids: [账号/号码]，例如 [qq/10001]"
        ));
        problems.push(problem);
    }
    if file.tier == Some(0) {
        let mut problem = document.problem(
            &path(name, &["tier"]),
            "there is no tier 0".to_owned(),
            Some("1 is called first, then 2".to_owned()),
        );
        problem.in_chinese("tier 不能是 0；1 是最先通知的，然后是 2");
        problems.push(problem);
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

/// Turns an error in somebody's shifts into a problem at its place in the file.
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
