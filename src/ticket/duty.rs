//! Who of the staff is there: shifts by the calendar, and what people say of themselves ("on", "off").

use crate::hours::Schedule;
use groupdesk_contract::{AccountId, MemberId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The staff who take tickets.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// In the order of the operator's file.
    pub people: Vec<Person>,
}

/// One of the staff.
#[derive(Debug, Clone)]
pub struct Person {
    /// What colleagues and members read.
    pub name: String,
    /// Who they are on each account, the first being the one that they are known by.
    pub ids: Vec<(AccountId, MemberId)>,
    /// When they are there; in service hours where nothing is said.
    pub shifts: Option<Schedule>,
    /// Who is called first: 1, then 2, ...
    pub tier: u32,
}

/// What somebody said of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// They are there.
    pub here: bool,
    /// Their shifts count again from then on; `None`: until they say otherwise.
    pub until: Option<Timestamp>,
}

impl Person {
    /// Their id on an account.
    pub fn id_on(&self, account: &AccountId) -> Option<&MemberId> {
        self.ids.iter().find(|(on, _)| on == account).map(|(_, id)| id)
    }

    /// What "on" or "off", said now, means: "off" lasts until their next shift begins, "on" until a shift ends, so that
    /// nobody who forgets to say the opposite is called, or missing, the next day.
    pub fn says(&self, here: bool, now: Timestamp) -> Presence {
        let shifts = self.shifts.as_ref();
        Presence {
            here,
            until: shifts.and_then(|shifts| {
                if here {
                    shifts.next_closing(now)
                } else {
                    shifts.next_opening(now)
                }
            }),
        }
    }

    /// Whether they are there; `service` are the hours of those who have no shifts of their own.
    pub fn is_there(&self, said: Option<&Presence>, service: &Schedule, now: Timestamp) -> bool {
        match said {
            Some(said) if said.until.is_none_or(|until| now < until) => said.here,
            _ => self.shifts.as_ref().unwrap_or(service).is_open(now),
        }
    }
}

impl Roster {
    /// Who somebody is, whatever account they speak from.
    pub fn person(&self, account: &AccountId, id: &MemberId) -> Option<&Person> {
        self.people
            .iter()
            .find(|person| person.ids.iter().any(|(on, known)| on == account && known == id))
    }

    /// How many tiers there are beyond the first.
    pub fn further_tiers(&self) -> u32 {
        let tiers: BTreeSet<u32> = self.people.iter().map(|person| person.tier).collect();
        u32::try_from(tiers.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Who is there of the `step`-th tier, counted from 0; where nobody of it is there, of the next that has somebody.
    pub fn on_duty(
        &self,
        step: u32,
        said: &BTreeMap<String, Presence>,
        service: &Schedule,
        now: Timestamp,
    ) -> Vec<&Person> {
        let tiers: BTreeSet<u32> = self.people.iter().map(|person| person.tier).collect();
        tiers
            .into_iter()
            .skip(usize::try_from(step).unwrap_or(usize::MAX))
            .map(|tier| {
                self.people
                    .iter()
                    .filter(|person| {
                        person.tier == tier && person.is_there(said.get(&person.name), service, now)
                    })
                    .collect::<Vec<_>>()
            })
            .find(|there| !there.is_empty())
            .unwrap_or_default()
    }
}
