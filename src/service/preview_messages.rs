//! Messages over which two versions of the FAQ are compared: those of members that the store knows, and the questions of the files.

use super::routing::Routing;
use super::unanswered_group::as_question;
use crate::desk::{Listen, Policy, telling};
use crate::faq::{Faq, RenderContext};
use crate::language::Language;
use crate::preview::{Origin, PreviewMessage};
use crate::store::{KeptDecision, Result, Store, TicketFilter};
use crate::ticket::Ticket;
use groupdesk_contract::{ChannelKind, Place};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Messages of members over which a preview goes unless told otherwise.
pub const LOGGED: u32 = 10_000;

/// Tickets that are read at once: few enough not to hold up what else reads.
const PAGE_TICKETS: u32 = 500;

/// Returns the latest messages of members, at most `limit` of them, each with the settings of its channel: the questions whose decisions
/// are kept, and those with which older tickets began.
///
/// # Errors
/// Fails with a [`StoreError`](crate::store::StoreError) when the store can't be read.
pub async fn of_members(store: &dyn Store, routing: &Routing, limit: u32) -> Result<Vec<PreviewMessage>> {
    let logged = of_decided(routing, store.logged_questions(limit).await?);
    let mut asked: Vec<PreviewMessage> = logged.into_iter().map(|(asked, _)| asked).collect();
    let mut policies = Policies::new(routing);
    let logged: HashSet<(Place, String)> = asked
        .iter()
        .map(|asked| (asked.place.clone(), asked.text.clone()))
        .collect();
    let mut filter = TicketFilter {
        limit: Some(PAGE_TICKETS.min(limit)),
        ..TicketFilter::default()
    };
    while (asked.len() as u64) < u64::from(limit) {
        let page = store.tickets(&filter).await?;
        let Some(last) = page.last() else { break };
        filter.below = Some(last.number);
        for ticket in &page {
            let Some(text) =
                question(ticket).filter(|text| !logged.contains(&(ticket.place.clone(), text.clone())))
            else {
                continue;
            };
            asked.push(PreviewMessage {
                text,
                // Whoever asks for staff has called the bot.
                called: true,
                kind: ticket.kind,
                policy: policies.of(&ticket.place),
                place: ticket.place.clone(),
                origin: Origin::Member,
            });
        }
    }
    asked.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(asked)
}

/// Returns the messages of kept decisions, each with the settings of its channel, and with the entry that answered it.
pub(super) fn of_decided(
    routing: &Routing,
    decided: Vec<KeptDecision>,
) -> Vec<(PreviewMessage, Option<String>)> {
    let mut policies = Policies::new(routing);
    let mut asked = Vec::new();
    for logged in decided {
        let Some(text) = logged.decision.text else {
            continue;
        };
        let message = PreviewMessage {
            text,
            called: logged.decision.called,
            // What called nobody was said in a group; who calls is heard alike everywhere.
            kind: ChannelKind::Group,
            policy: policies.of(&logged.decision.place),
            place: logged.decision.place,
            origin: Origin::Member,
        };
        asked.push((message, logged.decision.entry));
    }
    asked
}

/// Returns the questions of the entries that differ between two files, each once, as said in a group by somebody who did not call the
/// bot. The channel is one that the entry is for. The questions of the others find their entry word for word.
pub fn of_files(old: &Faq, new: &Faq, now: Timestamp) -> Vec<PreviewMessage> {
    let mut asked: Vec<PreviewMessage> = Vec::new();
    let mut known = HashSet::new();
    for (own, other) in [(old, new), (new, old)] {
        for (at, entry) in own.entries().iter().enumerate() {
            if other
                .index_of(&entry.id)
                .is_some_and(|twin| says_the_same((own, at), (other, twin), now))
            {
                continue;
            }
            let channel = entry.audience.channels.first();
            let channel = channel.and_then(|channel| channel.split_once('/'));
            let (account, channel) = channel.unwrap_or(("faq", "group"));
            let place = Place::new(account, channel);
            let policy = Arc::new(Policy {
                tags: entry.audience.tags.clone(),
                ..Policy::default()
            });
            for question in &entry.questions {
                if !known.insert((question.as_str(), place.clone(), &entry.audience.tags)) {
                    continue;
                }
                asked.push(PreviewMessage {
                    text: question.clone(),
                    called: false,
                    kind: ChannelKind::Group,
                    place: place.clone(),
                    policy: Arc::clone(&policy),
                    origin: Origin::File,
                });
            }
        }
    }
    asked
}

/// `true` if two entries are asked in the same words and answer the same.
fn says_the_same((own, at): (&Faq, usize), (other, twin): (&Faq, usize), now: Timestamp) -> bool {
    let (Some(entry), Some(its)) = (own.entries().get(at), other.entries().get(twin)) else {
        return false;
    };
    let answers = |faq: &Faq, at: usize| {
        [Language::CHINESE, Language::ENGLISH]
            .map(|language| faq.render(at, &RenderContext { now, language }))
    };
    entry.questions == its.questions
        && entry.patterns == its.patterns
        && entry.handoff == its.handoff
        && entry.unasked == its.unasked
        && (&entry.audience.tags, &entry.audience.channels) == (&its.audience.tags, &its.audience.channels)
        && answers(own, at) == answers(other, twin)
}

/// Settings of channels, each looked up once.
struct Policies<'a> {
    routing: &'a Routing,
    known: HashMap<Place, Arc<Policy>>,
}

impl<'a> Policies<'a> {
    fn new(routing: &'a Routing) -> Self {
        Self {
            routing,
            known: HashMap::new(),
        }
    }

    fn of(&mut self, place: &Place) -> Arc<Policy> {
        if let Some(policy) = self.known.get(place) {
            return Arc::clone(policy);
        }
        let mut policy = self.routing.channel(place).policy.clone();
        // What is said matters, as it will be when the channel is no longer in shadow mode.
        if policy.listen == Listen::Shadow {
            policy.listen = Listen::All;
        }
        let policy = Arc::new(policy);
        self.known.insert(place.clone(), Arc::clone(&policy));
        policy
    }
}

/// Returns the question that a ticket began with: its first part that is none of the built-in meanings of the desk.
pub(super) fn question(ticket: &Ticket) -> Option<String> {
    // What they said later answers staff.
    first_question(ticket.transcript.lines().chain(ticket.asked_before()))
}

/// Returns the first line that is none of the built-in meanings of the desk, such as a call for a human.
pub(super) fn first_question<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<String> {
    lines.find_map(telling).and_then(|line| as_question(&line))
}
