//! Warnings that come together: of a ticket's first answer and of its resolution the latest stage each, and to a room one message for
//! all tickets.

use crate::desk::effects::Outgoing;
use crate::texts::ComposedTexts;
use groupdesk_contract::{Place, Segment};
use std::collections::BTreeMap;

/// Tickets of one kind of warning that a message lists.
const LINES_MAX: usize = 20;

/// Goals whose stages follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SlaTarget {
    /// Somebody takes the ticket and answers.
    FirstResponse,
    /// It is resolved.
    Resolution,
}

/// Warnings of one moment.
#[derive(Default)]
pub(super) struct MergedWarnings {
    /// Messages to the rooms, by ticket and goal, in order of their numbers.
    of: BTreeMap<(u64, SlaTarget), Vec<Outgoing>>,
}

impl MergedWarnings {
    /// Adds the messages of a stage, in the place of those of the stage before. A room that had that one alone is told of this.
    pub(super) fn add(&mut self, number: u64, goal: SlaTarget, told: Vec<Outgoing>) {
        let before = self.of.remove(&(number, goal)).unwrap_or_default();
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
        self.of.insert((number, goal), told);
    }

    /// Returns the messages: those of several tickets to one room as one, which is about none of them.
    pub(super) fn into_messages(self, texts: ComposedTexts<'_>) -> Vec<Outgoing> {
        let mut by_room: BTreeMap<Place, Vec<(u64, Outgoing)>> = BTreeMap::new();
        for ((number, _), told) in self.of {
            for outgoing in told {
                let room = by_room.entry(outgoing.place.clone()).or_default();
                room.push((number, outgoing));
            }
        }
        let mut messages = Vec::new();
        for told in by_room.into_values() {
            let first = told.first().map(|(number, _)| *number);
            let of_one = told.iter().all(|(number, _)| Some(*number) == first);
            let told: Vec<Outgoing> = told.into_iter().map(|(_, outgoing)| outgoing).collect();
            if of_one {
                messages.extend(told);
            } else {
                messages.extend(together(told, texts));
            }
        }
        messages
    }
}

/// Makes one message of all to a room.
fn together(told: Vec<Outgoing>, texts: ComposedTexts<'_>) -> Option<Outgoing> {
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
            lines.push(texts.digest_more(more));
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
