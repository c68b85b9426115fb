//! Computes the figures of a part of a history, and lists what they count.

use super::conversations::conversations;
use super::definitions::Figure;
use super::labels::{LabelCounts, judged_as};
use super::tickets::{is_event, resolution, waits};
use super::{History, Selection, TicketHistory, is_answered, is_asked};
use crate::store::{KeptDecision, Outcome};
use crate::ticket::events;
use jiff::SignedDuration;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Rules of messages that are no member's.
const NOT_SEEN: [&str; 6] = [
    "own_message",
    "other_account",
    "other_bot",
    "staff_room",
    "staff_acted",
    "staff_speaking",
];

/// Entries that are listed at most.
const LISTED_ENTRIES: usize = 10;

/// Value of a figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Measured {
    /// A number of things.
    Count {
        /// The number.
        count: u64,
    },
    /// A share.
    Share {
        /// Number of those that have it.
        part: u64,
        /// Number of all.
        whole: u64,
        /// Number within the part for which the member vouched, where that is told apart.
        #[serde(skip_serializing_if = "Option::is_none")]
        confirmed: Option<u64>,
        /// Exact interval of the share, where it is one of a sample.
        #[serde(skip_serializing_if = "Option::is_none")]
        interval: Option<(f64, f64)>,
        /// Labels that are still needed, all right, for a lower end of 0.95 and of 0.98, where it is one of labels.
        #[serde(skip_serializing_if = "Option::is_none")]
        still_needed: Option<[u64; 2]>,
    },
    /// A number in a thousand.
    PerThousand {
        /// Number of those that count.
        part: u64,
        /// Number of all.
        whole: u64,
    },
    /// Times.
    Times(Times),
    /// Tickets by age.
    Ages {
        /// Number of all.
        count: u64,
        /// Age of the oldest in seconds.
        oldest_s: Option<i64>,
        /// Numbers by age: under an hour, under a day, under three days, older.
        bands: [u64; 4],
    },
    /// Entries.
    Entries {
        /// Number of entries in the file.
        whole: u64,
        /// Entries that never answered.
        never: Vec<String>,
        /// Entries that answered most, with how often.
        most: Vec<(String, u64)>,
        /// Entries that did not help most often, with how often.
        doubted: Vec<(String, u64)>,
    },
}

/// Times by their middle and their long end: an average tells nothing of either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Times {
    /// Median in seconds.
    pub median_s: Option<i64>,
    /// Time that nine in ten do not exceed, in seconds.
    pub p90_s: Option<i64>,
    /// Number of times.
    pub count: u64,
    /// Number of those that still wait.
    pub waiting: u64,
}

/// Thing that a figure counts.
#[derive(Debug, Clone)]
pub enum Item<'a> {
    /// A decision, with how it counts.
    Decision(&'a KeptDecision, &'static str),
    /// A ticket, with how it counts, and its time.
    Ticket(&'a TicketHistory, &'static str, Option<SignedDuration>),
    /// An entry, with how it counts, and how often.
    Entry(String, &'static str, u64),
}

impl Item<'_> {
    /// Returns how it counts.
    pub fn role(&self) -> &'static str {
        match self {
            Self::Decision(_, role) | Self::Ticket(_, role, _) | Self::Entry(_, role, _) => role,
        }
    }
}

impl Figure {
    /// Computes the figure of a part of a history.
    pub fn measure(self, history: &History<'_>, of: &Selection<'_>) -> Measured {
        let items = self.items(history, of);
        let count = |role: &str| items.iter().filter(|item| item.role() == role).count() as u64;
        let whole = items.len() as u64;
        match self {
            Self::Asked => Measured::Count { count: whole },
            Self::ResolutionRate => {
                let confirmed = count("confirmed");
                Measured::Share {
                    part: confirmed + count("assumed"),
                    whole,
                    confirmed: Some(confirmed),
                    interval: None,
                    still_needed: None,
                }
            }
            Self::Precision => {
                let labels = LabelCounts::of(of.decisions.iter().copied());
                Measured::Share {
                    part: labels.right,
                    whole: labels.whole(),
                    confirmed: None,
                    interval: Some(labels.interval()),
                    still_needed: Some(labels.still_needed()),
                }
            }
            Self::FalseAnswers => {
                let counted = of.counts.iter().filter(|count| !count.shadow);
                let counted = counted.filter(|count| !NOT_SEEN.contains(&count.rule.as_str()));
                let said = of.decisions.iter().filter(|one| !one.decision.shadow);
                let counted: u64 = counted.map(|count| u64::from(count.messages)).sum();
                Measured::PerThousand {
                    part: whole,
                    whole: counted + said.count() as u64,
                }
            }
            Self::FirstResponse | Self::ResolutionTime => times(&items),
            Self::Backlog => ages(&items),
            Self::Coverage => entries(history, &items),
            _ => Measured::Share {
                part: count("yes"),
                whole,
                confirmed: None,
                interval: None,
                still_needed: None,
            },
        }
    }

    /// Lists what the figure counts.
    pub fn items<'a>(self, history: &History<'_>, of: &Selection<'a>) -> Vec<Item<'a>> {
        let asked = || of.decisions.iter().copied().filter(|one| is_asked(one));
        let answered = || of.decisions.iter().copied().filter(|one| is_answered(one));
        let yes = |yes: bool| if yes { "yes" } else { "no" };
        let opened = || {
            let tickets = of.tickets.iter().copied();
            tickets.filter(|of| history.holds(of.ticket.opened))
        };
        let share = |is: &dyn Fn(&TicketHistory) -> bool| {
            let items = opened().map(|of| Item::Ticket(of, yes(is(of)), None));
            items.collect()
        };
        let has_event = |of: &TicketHistory, begins: &str| {
            let mut lines = of.lines.iter();
            lines.any(|line| is_event(line.kind, &line.text, begins))
        };
        match self {
            Self::Asked => asked().map(|one| Item::Decision(one, "asked")).collect(),
            Self::AnswerRate => asked()
                .map(|one| Item::Decision(one, yes(is_answered(one))))
                .collect(),
            Self::HandedOver => asked()
                .map(|one| Item::Decision(one, yes(history.is_handed_over(one))))
                .collect(),
            Self::Unanswered => asked()
                .map(|one| Item::Decision(one, yes(history.is_unanswered(one))))
                .collect(),
            Self::ResolutionRate => asked()
                .map(|one| Item::Decision(one, resolved(history, one)))
                .collect(),
            Self::Containment => conversations(history, &of.decisions)
                .into_iter()
                .map(|(first, ticket)| Item::Decision(first, yes(!ticket)))
                .collect(),
            Self::Deflection => {
                let alone = answered().filter(|one| !history.is_handed_over(one));
                let alone = alone.map(|one| Item::Decision(one, "yes"));
                alone
                    .chain(opened().map(|of| Item::Ticket(of, "no", None)))
                    .collect()
            }
            Self::Precision => {
                let judged = of.decisions.iter();
                judged
                    .filter_map(|one| Some(Item::Decision(one, judged_as(one)?)))
                    .collect()
            }
            Self::FalseAnswers => {
                let wrong = of.decisions.iter().filter(|one| !one.decision.shadow);
                wrong
                    .filter_map(|one| {
                        let role = judged_as(one).filter(|role| *role != "right")?;
                        Some(Item::Decision(one, role))
                    })
                    .collect()
            }
            Self::FirstResponse => first_responses(history, of),
            Self::ResolutionTime => {
                let ended = of
                    .tickets
                    .iter()
                    .filter(|of| of.ticket.ended.is_some_and(|at| history.holds(at)));
                ended
                    .map(|of| Item::Ticket(of, "took", Some(resolution(history, of))))
                    .collect()
            }
            Self::FirstResponseMet => opened()
                .filter_map(|of| {
                    let target = of.ticket.targets.first_response?;
                    let first = waits(history, of).into_iter().next()?;
                    let took = first
                        .took
                        .unwrap_or_else(|| history.service.business_time(first.since, history.until));
                    let due = took > target;
                    (first.took.is_some() || (first.goes_on && due))
                        .then(|| Item::Ticket(of, yes(!due), Some(took)))
                })
                .collect(),
            Self::ResolutionMet => opened()
                .filter_map(|of| {
                    let target = of.ticket.targets.resolution?;
                    let took = resolution(history, of);
                    let due = took > target;
                    (of.ticket.ended.is_some() || due).then(|| Item::Ticket(of, yes(!due), Some(took)))
                })
                .collect(),
            Self::Backlog => {
                let active = of.tickets.iter().filter(|of| of.ticket.status.is_active());
                active
                    .map(|of| {
                        let age = history.until.duration_since(of.ticket.opened);
                        Item::Ticket(of, "open", Some(age))
                    })
                    .collect()
            }
            Self::Reopened => share(&|of| has_event(of, events::REOPENED)),
            Self::HandedOn => share(&|of| has_event(of, events::HANDED_ON)),
            Self::Escalated => share(&|of| of.ticket.tier > 0),
            Self::Joined => share(&|of| !of.ticket.watchers.is_empty() || has_event(of, events::JOINED)),
            Self::Coverage => coverage(history, of),
        }
    }
}

/// Returns how a question counts for the resolution rate.
fn resolved(history: &History<'_>, one: &KeptDecision) -> &'static str {
    if !history.is_resolved(one) {
        return "no";
    }
    match one.outcome {
        Some((Outcome::Helped, ..)) => "confirmed",
        _ => "assumed",
    }
}

fn first_responses<'a>(history: &History<'_>, of: &Selection<'a>) -> Vec<Item<'a>> {
    let mut items = Vec::new();
    for of in &of.tickets {
        for wait in waits(history, of) {
            if !history.holds(wait.since) {
                continue;
            }
            match wait.took {
                Some(took) => items.push(Item::Ticket(of, "took", Some(took))),
                None if wait.goes_on => {
                    let waited = history.service.business_time(wait.since, history.until);
                    items.push(Item::Ticket(of, "waiting", Some(waited)));
                }
                None => {}
            }
        }
    }
    items
}

fn coverage<'a>(history: &History<'_>, of: &Selection<'a>) -> Vec<Item<'a>> {
    let mut answered: BTreeMap<&str, u64> = BTreeMap::new();
    let mut doubted: BTreeMap<&str, u64> = BTreeMap::new();
    for one in of.decisions.iter().filter(|one| is_answered(one)) {
        let Some(entry) = one.decision.entry.as_deref() else {
            continue;
        };
        *answered.entry(entry).or_default() += 1;
        if matches!(one.outcome, Some((Outcome::DidNotHelp | Outcome::Withdrawn, ..))) {
            *doubted.entry(entry).or_default() += 1;
        }
    }
    let known: BTreeSet<&str> = history.entries.iter().map(String::as_str).collect();
    let never = known.into_iter().filter(|entry| !answered.contains_key(entry));
    let mut items: Vec<Item<'a>> = never
        .map(|entry| Item::Entry(entry.to_owned(), "never", 0))
        .collect();
    for (counts, role) in [(answered, "answered"), (doubted, "doubted")] {
        let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        items.extend(
            counts
                .into_iter()
                .map(|(entry, count)| Item::Entry(entry.to_owned(), role, count)),
        );
    }
    items
}

fn entries(history: &History<'_>, items: &[Item<'_>]) -> Measured {
    let of = |role: &str| {
        let items = items.iter().filter(|item| item.role() == role);
        let entries = items.filter_map(|item| match item {
            Item::Entry(entry, _, count) => Some((entry.clone(), *count)),
            _ => None,
        });
        entries.collect::<Vec<_>>()
    };
    Measured::Entries {
        whole: history.entries.len() as u64,
        never: of("never").into_iter().map(|(entry, _)| entry).collect(),
        most: of("answered").into_iter().take(LISTED_ENTRIES).collect(),
        doubted: of("doubted").into_iter().take(LISTED_ENTRIES).collect(),
    }
}

fn times(items: &[Item<'_>]) -> Measured {
    let took = items.iter().filter_map(|item| match item {
        Item::Ticket(_, "took", Some(took)) => Some(took.as_secs()),
        _ => None,
    });
    let mut took: Vec<i64> = took.collect();
    took.sort_unstable();
    // The smallest time that is not exceeded by this share of all.
    let at = |tenths: usize| {
        took.get((took.len() * tenths).div_ceil(10).checked_sub(1)?)
            .copied()
    };
    Measured::Times(Times {
        median_s: at(5),
        p90_s: at(9),
        count: took.len() as u64,
        waiting: items.iter().filter(|item| item.role() == "waiting").count() as u64,
    })
}

fn ages(items: &[Item<'_>]) -> Measured {
    let ages = items.iter().filter_map(|item| match item {
        Item::Ticket(_, _, age) => *age,
        _ => None,
    });
    let mut bands = [0; 4];
    for age in ages.clone() {
        let band = [1, 24, 72]
            .iter()
            .take_while(|hours| age >= SignedDuration::from_hours(**hours));
        if let Some(band) = bands.get_mut(band.count()) {
            *band += 1;
        }
    }
    Measured::Ages {
        count: items.len() as u64,
        oldest_s: ages.max().map(|age| age.as_secs()),
        bands,
    }
}
