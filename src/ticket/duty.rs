//! Staff on duty: shifts by the calendar, and what people set for themselves ("on", "off").

use crate::hours::Schedule;
use groupdesk_contract::{AccountId, MemberId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The staff who take tickets.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    /// Staff, in the order of the operator's file.
    pub people: Vec<Person>,
}

/// One of the staff.
#[derive(Debug, Clone)]
pub struct Person {
    /// Name that colleagues and members read.
    pub name: String,
    /// Ids on each account; the first is the one that they are known by.
    pub ids: Vec<(AccountId, MemberId)>,
    /// Shifts; the service hours where there are none.
    pub shifts: Option<Schedule>,
    /// Order in which tiers are called: 1, then 2, ...
    pub tier: u32,
}

/// Duty that somebody set for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// `true` for "on", `false` for "off".
    pub here: bool,
    /// Time from which their shifts count again; `None`: until they change it.
    pub until: Option<Timestamp>,
}

impl Person {
    /// Returns the person's id on an account.
    pub fn id_on(&self, account: &AccountId) -> Option<&MemberId> {
        self.ids.iter().find(|(on, _)| on == account).map(|(_, id)| id)
    }

    /// Returns the duty that "on" or "off" sets at `now`: "off" lasts until their next shift begins, "on" until a shift
    /// ends, so that nobody who forgets to say the opposite is called, or missing, the next day.
    pub fn presence_until_shift_change(&self, here: bool, now: Timestamp) -> Presence {
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

    /// `true` if they are on duty; `service` are the hours of those who have no shifts of their own.
    pub fn is_there(&self, said: Option<&Presence>, service: &Schedule, now: Timestamp) -> bool {
        match said {
            Some(said) if said.until.is_none_or(|until| now < until) => said.here,
            _ => self.shifts.as_ref().unwrap_or(service).is_open(now),
        }
    }
}

impl Roster {
    /// Finds the person with an id on an account.
    pub fn person(&self, account: &AccountId, id: &MemberId) -> Option<&Person> {
        self.people
            .iter()
            .find(|person| person.ids.iter().any(|(on, known)| on == account && known == id))
    }

    /// Counts the tiers beyond the first.
    pub fn further_tiers(&self) -> u32 {
        let tiers: BTreeSet<u32> = self.people.iter().map(|person| person.tier).collect();
        u32::try_from(tiers.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// Staff on duty in the `step`-th tier, counted from 0; where nobody is, in the next tier with somebody on duty.
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
