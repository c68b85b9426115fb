//! Alarms that come together: of a ticket the latest stage, and to a room one message for all tickets.

use crate::desk::turn::Outgoing;
use crate::desk::words;
use crate::hours::Language;
use groupdesk_contract::{Place, Segment};
use std::collections::BTreeMap;

/// Tickets of one kind of alarm that a message lists.
const LINES_MAX: usize = 20;

/// Alarms of one moment.
#[derive(Default)]
pub(super) struct Alarms {
    /// Messages to the rooms, by ticket, in order of their numbers.
    of: BTreeMap<u64, Vec<Outgoing>>,
}

impl Alarms {
    /// Adds the messages of a stage, in the place of those of the stage before. A room that had that one alone is told of this.
    pub(super) fn add(&mut self, number: u64, told: Vec<Outgoing>) {
        let before = self.of.remove(&number).unwrap_or_default();
        let mut told = told;
        let missing = before
            .into_iter()
            .filter(|before| told.iter().all(|after| after.place != before.place));
        let missing: Vec<Outgoing> = missing.collect();
        if let Some(first) = told.first().cloned() {
            told.extend(missing.into_iter().map(|before| {
                let mut moved = first.clone();
                moved.reply.channel = before.reply.channel;
                moved.place = before.place;
                // Ids are those of another account there.
                if moved.place.account != first.place.account {
                    moved.reply.segments.truncate(1);
                }
                moved
            }));
        }
        self.of.insert(number, told);
    }

    /// Returns the messages: those of several tickets to one room as one, which is about none of them.
    pub(super) fn told(self, language: Language) -> Vec<Outgoing> {
        let mut by_room: BTreeMap<Place, Vec<Outgoing>> = BTreeMap::new();
        for outgoing in self.of.into_values().flatten() {
            by_room.entry(outgoing.place.clone()).or_default().push(outgoing);
        }
        let messages = by_room.into_values();
        messages.filter_map(|told| together(told, language)).collect()
    }
}

/// Makes one message of all to a room.
fn together(mut told: Vec<Outgoing>, language: Language) -> Option<Outgoing> {
    if told.len() < 2 {
        return told.pop();
    }
    let mut headings: Vec<(String, Vec<String>)> = Vec::new();
    let mut called: Vec<Segment> = Vec::new();
    for outgoing in &told {
        let mut segments = outgoing.reply.segments.iter();
        let text = segments.next().map(text_of).unwrap_or_default();
        let (heading, line) = text.split_once('\n').unwrap_or((text, ""));
        match headings.iter_mut().find(|(known, _)| known == heading) {
            Some((_, lines)) => lines.push(line.to_owned()),
            None => headings.push((heading.to_owned(), vec![line.to_owned()])),
        }
        // Each person once, behind the words before the first of them.
        for segment in segments {
            let is_words = matches!(segment, Segment::Text(text) if text.starts_with('\n'));
            if !called.contains(segment) && (called.is_empty() || !is_words) {
                called.push(segment.clone());
            }
        }
    }
    let blocks = headings.into_iter().map(|(heading, mut lines)| {
        let more = lines.len().saturating_sub(LINES_MAX);
        if more > 0 {
            lines.truncate(LINES_MAX);
            lines.push(words::digest_more(language, more));
        }
        format!("{heading}\n{}", lines.join("\n"))
    });
    let text = blocks.collect::<Vec<String>>().join("\n");
    let mut one = told.into_iter().next()?;
    one.reply.segments = vec![Segment::Text(text)];
    one.reply.segments.extend(called);
    // What is said under it would be said to the member of one of them.
    one.about = None;
    one.reply.note = None;
    one.reply.buttons.clear();
    Some(one)
}

fn text_of(segment: &Segment) -> &str {
    match segment {
        Segment::Text(text) => text,
        _ => "",
    }
}
