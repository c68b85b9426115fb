//! Figures as the dashboard shows them, over what is of a user's rooms.

use super::{Dashboard, failed, tickets};
use crate::figures::{By, Figure, History, Item as Counted, Measured, Selection, as_csv, groups};
use crate::service::figures_history::{Bounds, Rows};
use crate::service::live_knowledge::LiveKnowledge;
use crate::service::routing::Routing;
use crate::store::Store;
use groupdesk_contract::{Clock, Place};
use groupdesk_dashboard::{
    Amount, FigureRow, Figures, FiguresSpan, Item, ListOf, Listed, Part, Result, Split, Times, User,
};
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Decisions that figures are computed from at most, and the age over a span up to which closed tickets are read: both bound the
/// memory and the time of a page.
const DECISIONS: usize = 100_000;
/// Age over a span up to which closed tickets are read: it bounds the memory and the time of a page.
const TICKETS_BEFORE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Age over a day's beginning up to which closed tickets are read for its figures.
const TICKETS_BEFORE_TODAY: SignedDuration = SignedDuration::from_hours(24);

/// Rows that a page of figures is made of.
pub(super) struct Read {
    pub(super) rows: Rows,
    pub(super) entries: Vec<String>,
    pub(super) until: Timestamp,
    pub(super) is_cut: bool,
}

/// Parts of the program from which figures are read.
pub(super) struct Reading {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    routing: Arc<Routing>,
    pub(super) knowledge: Arc<LiveKnowledge>,
}

impl Reading {
    /// Returns the day that it is, in the time zone of the service hours.
    pub(super) fn day(&self) -> Date {
        let knowledge = self.knowledge.get();
        knowledge
            .faq
            .service()
            .time_zone()
            .to_datetime(self.clock.now())
            .date()
    }

    /// Returns the time at which a span begins.
    fn since(&self, span: FiguresSpan, until: Timestamp) -> Timestamp {
        match span {
            FiguresSpan::Days(days) => {
                let span = SignedDuration::from_hours(24 * i64::from(days));
                until.saturating_sub(span).unwrap_or(Timestamp::MIN)
            }
            FiguresSpan::Today => {
                let knowledge = self.knowledge.get();
                let zone = knowledge.faq.service().time_zone().clone();
                let begins = self.day().to_datetime(Time::midnight());
                let begins = zone.to_ambiguous_zoned_datetime(begins).compatible();
                begins.map_or(until, |begins| begins.timestamp())
            }
        }
    }

    /// Reads a span, as far as it is of the user's rooms.
    pub(super) async fn rows(&self, user: &User, span: FiguresSpan, texts: bool) -> Result<Read> {
        let until = self.clock.now();
        let since = self.since(span, until);
        let bounds = Bounds {
            texts,
            decisions: DECISIONS,
            tickets_before: match span {
                FiguresSpan::Today => TICKETS_BEFORE_TODAY,
                FiguresSpan::Days(_) => TICKETS_BEFORE,
            },
        };
        let mut rows = Rows::read(&*self.store, (since, until), &bounds)
            .await
            .map_err(failed)?;
        if user.limits().is_some() {
            let sees = |place: &Place| sees_channel(&self.routing, user, place);
            rows.decisions.retain(|one| sees(&one.decision.place));
            rows.counts.retain(|one| sees(&one.place));
            rows.tickets.retain(|one| tickets::is_seen(&one.ticket, user));
        }
        let knowledge = self.knowledge.get();
        Ok(Read {
            is_cut: rows.since > since,
            entries: knowledge
                .faq
                .entries()
                .iter()
                .map(|entry| entry.id.clone())
                .collect(),
            rows,
            until,
        })
    }
}

/// `true` if a user sees what is said in a channel: that its tickets come to one of their rooms.
fn sees_channel(routing: &Routing, user: &User, place: &Place) -> bool {
    let channel = routing.channel(place);
    let rooms: Vec<String> = channel.tell.iter().map(ToString::to_string).collect();
    user.sees(rooms.iter().map(String::as_str))
}

impl Dashboard {
    /// Returns the parts of the program from which figures are read.
    pub(super) fn reading(&self) -> Reading {
        Reading {
            store: Arc::clone(&self.parts.store),
            clock: Arc::clone(&self.parts.clock),
            routing: Arc::clone(&self.parts.routing),
            knowledge: Arc::clone(&self.parts.knowledge),
        }
    }

    /// `true` if a user sees what is said in a channel.
    pub(super) fn sees_channel(&self, user: &User, place: &Place) -> bool {
        sees_channel(&self.parts.routing, user, place)
    }

    fn tags_of(&self, place: &Place) -> Vec<String> {
        self.parts.routing.channel(place).policy.tags.clone()
    }

    /// Hands the history of a span, and its parts, to `work`.
    async fn over<T>(
        &self,
        user: &User,
        (span, texts): (FiguresSpan, bool),
        split: Option<Split>,
        work: impl FnOnce(&History<'_>, &BTreeMap<String, Selection<'_>>) -> T,
    ) -> Result<(T, Read)> {
        // One at a time: each may hold many rows.
        let _one = self.counting.lock().await;
        let read = self.reading().rows(user, span, texts).await?;
        let knowledge = self.parts.knowledge.get();
        let history = read
            .rows
            .history(&read.entries, knowledge.faq.service(), read.until);
        let parts = match split {
            None => BTreeMap::from([(String::new(), history.all())]),
            Some(split) => groups(&history, by(split), |place| self.tags_of(place)),
        };
        let done = work(&history, &parts);
        drop(parts);
        drop(history);
        Ok((done, read))
    }

    pub(super) async fn figures(
        &self,
        user: &User,
        span: FiguresSpan,
        split: Option<Split>,
    ) -> Result<Figures> {
        let made = self.over(user, (span, false), split, |history, parts| {
            let all = history.all();
            let part = |(name, selection): (&String, &Selection<'_>)| Part {
                name: name.clone(),
                amounts: measured(history, selection),
            };
            let figures: Vec<FigureRow> = Figure::ALL
                .into_iter()
                .map(|figure| row(figure, &figure.measure(history, &all)))
                .collect();
            let parts: Vec<Part> = match split {
                None => Vec::new(),
                Some(_) => parts.iter().map(part).collect(),
            };
            let by_day = groups(history, By::Day, |_| Vec::new());
            (figures, parts, by_day_of(history, &by_day))
        });
        let ((figures, mut parts, days), read) = made.await?;
        // Days stand in their order; of everything else what asks most stands first.
        if split != Some(Split::Day) {
            parts.sort_by_key(|part| std::cmp::Reverse(asked(part)));
        }
        Ok(Figures {
            since: read.rows.since,
            until: read.until,
            is_cut: read.is_cut,
            figures,
            parts,
            days,
        })
    }

    pub(super) async fn figures_csv(
        &self,
        user: &User,
        span: FiguresSpan,
        split: Option<Split>,
    ) -> Result<String> {
        let made = self.over(user, (span, false), split, |history, parts| {
            let measured: Vec<(&str, Vec<(Figure, Measured)>)> = parts
                .iter()
                .map(|(part, selection)| {
                    let of = |figure: Figure| (figure, figure.measure(history, selection));
                    (part.as_str(), Figure::ALL.map(of).to_vec())
                })
                .collect();
            as_csv(&measured)
        });
        Ok(made.await?.0)
    }

    pub(super) async fn listed(&self, user: &User, of: &ListOf) -> Result<Option<Listed>> {
        let Some(figure) = Figure::of_name(&of.figure) else {
            return Ok(None);
        };
        let split = of.part.as_ref().map(|(split, _)| *split);
        let made = self.over(user, (of.span, true), split, |history, parts| {
            let name = of.part.as_ref().map_or("", |(_, name)| name.as_str());
            let nothing = Selection::default();
            let selection = parts.get(name).unwrap_or(&nothing);
            let mut items = figure.items(history, selection);
            items.sort_by_key(|item| std::cmp::Reverse(time_of(item)));
            let mut roles: Vec<(&'static str, usize)> = Vec::new();
            for item in &items {
                match roles.iter_mut().find(|(role, _)| *role == item.role()) {
                    Some((_, count)) => *count += 1,
                    None => roles.push((item.role(), 1)),
                }
            }
            if let Some(role) = &of.role {
                items.retain(|item| item.role() == role);
            }
            Listed {
                figure: row(figure, &figure.measure(history, selection)),
                roles,
                whole: items.len(),
                items: items.iter().take(of.limit).map(item).collect(),
            }
        });
        Ok(Some(made.await?.0))
    }
}

fn by(split: Split) -> By {
    match split {
        Split::Day => By::Day,
        Split::Channel => By::Channel,
        Split::Tag => By::Tag,
        Split::Entry => By::Entry,
        Split::Person => By::Person,
    }
}

fn measured(history: &History<'_>, selection: &Selection<'_>) -> Vec<Amount> {
    Figure::ALL
        .into_iter()
        .map(|figure| amount(&figure.measure(history, selection)))
        .collect()
}

/// Measures every day of the span, those without anything too.
fn by_day_of(history: &History<'_>, by_day: &BTreeMap<String, Selection<'_>>) -> Vec<Part> {
    let zone = history.service.time_zone();
    let last = zone.to_datetime(history.until).date();
    let mut day = zone.to_datetime(history.since).date();
    let nothing = Selection::default();
    let mut days = Vec::new();
    while day <= last {
        let name = day.to_string();
        let selection = by_day.get(&name).unwrap_or(&nothing);
        days.push(Part {
            amounts: measured(history, selection),
            name,
        });
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    days
}

fn asked(part: &Part) -> u64 {
    match part.amounts.first() {
        Some(Amount::Count(count)) => *count,
        _ => 0,
    }
}

pub(super) fn row(figure: Figure, value: &Measured) -> FigureRow {
    let (chinese, definition_in_chinese) = figure.in_chinese();
    FigureRow {
        name: figure.name(),
        chinese,
        definition_in_chinese,
        definition: figure.definition(),
        amount: amount(value),
    }
}

fn amount(value: &Measured) -> Amount {
    match value {
        Measured::Count { count } => Amount::Count(*count),
        Measured::Share {
            part,
            whole,
            confirmed,
            interval,
            still_needed,
        } => Amount::Share {
            part: *part,
            whole: *whole,
            confirmed: *confirmed,
            interval: *interval,
            still_needed: *still_needed,
        },
        Measured::PerThousand { part, whole } => Amount::PerThousand(*part, *whole),
        Measured::Times(times) => Amount::Times(Times {
            median: times.median_s,
            p90: times.p90_s,
            count: times.count,
            waiting: times.waiting,
        }),
        Measured::Ages {
            count,
            oldest_s,
            bands,
        } => Amount::Ages {
            count: *count,
            oldest: *oldest_s,
            bands: *bands,
        },
        Measured::Entries {
            whole,
            never,
            most,
            doubted,
        } => Amount::Entries {
            whole: *whole,
            never: never.len() as u64,
            most: most.clone(),
            doubted: doubted.clone(),
        },
    }
}

fn time_of(item: &Counted<'_>) -> Option<Timestamp> {
    match item {
        Counted::Decision(one, _) => Some(one.decision.at),
        Counted::Ticket(of, ..) => Some(of.ticket.opened),
        Counted::Entry(..) => None,
    }
}

fn item(item: &Counted<'_>) -> Item {
    let nothing = Item {
        role: item.role(),
        at: time_of(item),
        channel: String::new(),
        text: String::new(),
        ticket: None,
        decision: None,
        entry: None,
        seconds: None,
        times: None,
    };
    match item {
        Counted::Decision(one, _) => Item {
            channel: one.decision.place.to_string(),
            text: one.decision.text.clone().unwrap_or_default(),
            decision: Some(one.id),
            entry: one.decision.entry.clone(),
            ..nothing
        },
        Counted::Ticket(of, _, took) => Item {
            channel: of.ticket.named_place(),
            text: of.ticket.subject.clone(),
            ticket: Some(of.ticket.number),
            seconds: took.map(|took| took.as_secs()),
            ..nothing
        },
        Counted::Entry(entry, _, times) => Item {
            text: entry.clone(),
            times: Some(*times),
            ..nothing
        },
    }
}
