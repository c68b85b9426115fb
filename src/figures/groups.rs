//! Parts of a history: by day, channel, tag, entry or person.

use super::{History, Selection};
use groupdesk_contract::Place;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Kinds of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Days of the service's time zone.
    Day,
    /// Channels.
    Channel,
    /// Tags of channels.
    Tag,
    /// Entries that were answered, or were the best candidate.
    Entry,
    /// Staff who have the tickets.
    Person,
}

/// Name of the part that belongs to none.
const NONE: &str = "-";

/// Splits a history; `tags` tells a channel's tags. A channel with two tags is part of both.
pub fn groups<'a>(
    history: &History<'a>,
    by: By,
    tags: impl Fn(&Place) -> Vec<String>,
) -> BTreeMap<String, Selection<'a>> {
    let day = |at: Timestamp| {
        let zone = history.service.time_zone();
        vec![zone.to_datetime(at).date().to_string()]
    };
    let of_place = |place: &Place| match by {
        By::Channel => vec![place.to_string()],
        _ => {
            let tags = tags(place);
            if tags.is_empty() {
                vec![NONE.to_owned()]
            } else {
                tags
            }
        }
    };
    let mut parts: BTreeMap<String, Selection<'a>> = BTreeMap::new();
    let all = history.all();
    for one in all.decisions {
        let row = &one.decision;
        let keys = match by {
            By::Day => day(row.at),
            By::Channel | By::Tag => of_place(&row.place),
            By::Entry => {
                let best = row.best.first().map(|(entry, _)| entry.clone());
                vec![row.entry.clone().or(best).unwrap_or_else(|| NONE.to_owned())]
            }
            By::Person => continue,
        };
        for key in keys {
            parts.entry(key).or_default().decisions.push(one);
        }
    }
    for count in all.counts {
        let keys = match by {
            By::Day => day(count.at),
            By::Channel | By::Tag => of_place(&count.place),
            By::Entry | By::Person => continue,
        };
        for key in keys {
            parts.entry(key).or_default().counts.push(count);
        }
    }
    for of in all.tickets {
        let ticket = &of.ticket;
        let keys = match by {
            By::Day if !history.holds(ticket.opened) => continue,
            By::Day => day(ticket.opened),
            By::Channel | By::Tag => of_place(&ticket.place),
            By::Person => {
                let owner = ticket.owner.as_ref().map(|owner| owner.name.clone());
                vec![owner.unwrap_or_else(|| NONE.to_owned())]
            }
            By::Entry => continue,
        };
        for key in keys {
            parts.entry(key).or_default().tickets.push(of);
        }
    }
    parts
}
