//! One batch: what is known already is left out, the rest is decided in order, and all of it is committed at once.

use super::Inbox;
use super::cache::States;
use super::commit::Commits;
use super::meaning::{is_staff, setting};
use super::roster;
use super::wakes::Wakes;
use crate::desk::{
    Amended, ChannelState, Copy, Decided, Decision, Desk, Dues, Fate, Knowledge, Outgoing, Turn, Vectors,
};
use crate::service::directory::Directory;
use crate::service::outbox::Delivered;
use crate::store::{Batch, ChannelRow, InboxKey, InboxRow, NewReply, Quoted, Relayed, Result, SaidInTicket};
use crate::ticket::{Book, Ticket};
use groupdesk_contract::{Event, Incoming, Message, MessageId, Place, Segment};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// What one batch has to do.
#[derive(Default)]
pub(super) struct Work {
    /// Messages, and what was changed or taken back, in the order in which they came.
    pub(super) events: Vec<Incoming>,
    /// Channels in which something is due.
    pub(super) due: Vec<Place>,
    /// Things to say that no event asked for.
    pub(super) notices: Vec<Outgoing>,
    /// What became of things that staff said to members.
    pub(super) delivered: Vec<Delivered>,
    /// Something is due with tickets.
    pub(super) tickets: bool,
}

impl Work {
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
            && self.due.is_empty()
            && self.notices.is_empty()
            && self.delivered.is_empty()
            && !self.tickets
    }
}

/// The inbox's own memory between batches.
pub(super) struct Worker {
    pub(super) inbox: Inbox,
    pub(super) states: States,
    pub(super) wakes: Wakes,
    pub(super) book: Book,
    /// When something is due with tickets.
    pub(super) dues: Dues,
    /// The knowledge, and so the hours, by which that was found.
    pub(super) due_by: Arc<Knowledge>,
    pub(super) commits: Commits,
}

/// What was read from the store for a batch, by the message that it is about.
struct LookedUp {
    quotes: HashMap<InboxKey, Quoted>,
    amended: HashMap<InboxKey, (Quoted, Vec<Relayed>)>,
    /// By the key under which it is heeded once.
    undelivered: HashMap<InboxKey, SaidInTicket>,
    /// What is to be said to orders about drafts.
    drafts: HashMap<InboxKey, String>,
}

/// A message that was changed or taken back, with what hangs on it.
struct Hanging<'a> {
    ticket: Option<&'a Ticket>,
    copies: Vec<Copy<'a>>,
}

impl LookedUp {
    /// What hangs on a message that was changed or taken back.
    fn amended<'a>(
        &self,
        place: &Place,
        message: &MessageId,
        book: &'a Book,
        directory: &'a Directory,
    ) -> Hanging<'a> {
        let key = InboxKey {
            place: place.clone(),
            message: message.clone(),
        };
        let found = self.amended.get(&key);
        // What we changed or took back ourselves concerns nobody.
        let said = found.map(|(said, _)| said).filter(|said| !said.by_us);
        let copies = found.into_iter().flat_map(|(_, copies)| copies);
        Hanging {
            ticket: said.and_then(|said| book.get(said.ticket?)),
            copies: copies
                .map(|copy| Copy {
                    place: copy.place.clone(),
                    message: copy.message.clone(),
                    reply: copy.reply.clone(),
                    capabilities: directory.capabilities(&copy.place.account),
                })
                .collect(),
        }
    }
}

impl Hanging<'_> {
    fn of<'a>(&'a self, place: &'a Place) -> Amended<'a> {
        Amended {
            place,
            ticket: self.ticket,
            copies: &self.copies,
        }
    }
}

/// What a batch came to, before it is committed.
#[derive(Default)]
struct Outcome {
    batch: Batch,
    states: BTreeMap<Place, ChannelState>,
}

impl Worker {
    /// Decides a batch and starts its commit; replies go out and events are acknowledged when it is done. On an error
    /// nothing has changed.
    pub(super) async fn process(&mut self, work: &mut Work) -> Result<()> {
        let now = self.inbox.clock.now();
        let messages: Vec<(&Incoming, &Message)> = work
            .events
            .iter()
            .filter_map(|incoming| match &incoming.event {
                Event::Message(message) => Some((incoming, message)),
                _ => None,
            })
            .collect();
        let keys: Vec<InboxKey> = work.events.iter().filter_map(once).collect();
        let known = if keys.is_empty() {
            Vec::new()
        } else {
            self.inbox.store.known(&keys).await?
        };
        let mut new: HashSet<InboxKey> = keys
            .into_iter()
            .zip(known)
            .filter_map(|(key, known)| (!known && !self.commits.has(&key)).then_some(key))
            .collect();

        let quotes = self.quotes(&messages).await?;
        let looked_up = LookedUp {
            quotes,
            amended: self.amended(work).await?,
            undelivered: self.undelivered(work).await?,
            drafts: self.drafts(&messages, &new).await?,
        };
        let mut outcome = Outcome::default();
        self.load_states(work, &mut outcome).await?;
        let knowledge = self.inbox.knowledge.get();
        let meanings = self
            .meanings(work, now, &new, &looked_up.quotes, &outcome.states, &knowledge)
            .await;
        let desk = (&knowledge, &meanings);
        self.decide(desk, work, now, &mut new, looked_up, &mut outcome);

        for (place, state) in &outcome.states {
            outcome.batch.channels.push(ChannelRow {
                place: place.clone(),
                state: state.to_json(),
                wake_at: state.wake_at(),
            });
        }
        let change = self.book.take_change();
        outcome.batch.tickets = change.tickets;
        outcome.batch.ticket_lines = change.lines;
        outcome.batch.memos = change
            .presence
            .into_iter()
            .map(|(name, presence)| roster::memo(name, presence))
            .collect();
        let batch = std::mem::take(&mut outcome.batch);
        let acknowledge = work.events.drain(..).filter_map(|event| event.committed);
        self.commits
            .start(&self.inbox, batch, acknowledge.collect())
            .await;
        self.keep(outcome);
        Ok(())
    }

    /// Makes the decided states the current ones.
    fn keep(&mut self, outcome: Outcome) {
        for (place, state) in outcome.states {
            self.wakes.set(&place, state.wake_at());
            self.states.put(place, state);
        }
    }

    /// Brings the memories of all channels of the batch together. On an error none was taken.
    async fn load_states(&mut self, work: &Work, outcome: &mut Outcome) -> Result<()> {
        let mut held: BTreeSet<Place> = BTreeSet::new();
        let mut missing: BTreeSet<Place> = BTreeSet::new();
        let channels = work
            .events
            .iter()
            .filter_map(place)
            .chain(work.due.iter().cloned());
        for place in channels {
            if self.states.has(&place) {
                held.insert(place);
            } else {
                missing.insert(place);
            }
        }
        if !missing.is_empty() {
            // A memory that is no longer held may be part of the commit under way.
            self.commits.finish().await;
            self.read_states(missing, outcome).await?;
        }
        for place in held {
            if let Some(state) = self.states.take(&place) {
                outcome.states.insert(place, state);
            }
        }
        Ok(())
    }

    async fn read_states(&self, missing: BTreeSet<Place>, outcome: &mut Outcome) -> Result<()> {
        let missing: Vec<Place> = missing.into_iter().collect();
        let read = self.inbox.store.channel_states(&missing).await?;
        for (place, json) in missing.into_iter().zip(read) {
            let state = json.map_or_else(ChannelState::default, |json| {
                ChannelState::from_json(&json).unwrap_or_else(|error| {
                    tracing::warn!(%place, %error, "a channel's memory can't be read; beginning anew");
                    ChannelState::default()
                })
            });
            outcome.states.insert(place, state);
        }
        Ok(())
    }

    /// What is known of the messages that are changed or taken back.
    async fn amended(&self, work: &Work) -> Result<HashMap<InboxKey, (Quoted, Vec<Relayed>)>> {
        let mut amended = HashMap::new();
        for incoming in &work.events {
            let (channel, message) = match &incoming.event {
                Event::Recall(recall) => (&recall.channel, &recall.message),
                Event::Edit(edit) => (&edit.channel, &edit.message),
                Event::Message(_)
                | Event::Undelivered(_)
                | Event::Connected
                | Event::Disconnected { .. }
                | Event::Alert(_) => {
                    continue;
                }
            };
            let place = Place::new(incoming.account.clone(), channel.clone());
            let store = &self.inbox.store;
            let known = store.quoted(&place, message).await?;
            let copies = if self.inbox.directory.is_staff_room(&place) {
                store.relayed(&place, message).await?
            } else {
                Vec::new()
            };
            let message = message.clone();
            amended.insert(InboxKey { place, message }, (known, copies));
        }
        Ok(amended)
    }

    /// What is known of our messages that did not arrive after all.
    async fn undelivered(&self, work: &Work) -> Result<HashMap<InboxKey, SaidInTicket>> {
        let mut undelivered = HashMap::new();
        for incoming in &work.events {
            if let Event::Undelivered(event) = &incoming.event
                && let Some(key) = once(incoming)
                && let Some(said) = self
                    .inbox
                    .store
                    .said_in_ticket(&key.place, &event.message)
                    .await?
            {
                undelivered.insert(key, said);
            }
        }
        Ok(undelivered)
    }

    /// What is known of the messages that are quoted, by the message that quotes.
    async fn quotes(&self, messages: &[(&Incoming, &Message)]) -> Result<HashMap<InboxKey, Quoted>> {
        let mut quotes = HashMap::new();
        for (incoming, message) in messages {
            if let Some(quote) = message.quote() {
                let place = Place {
                    account: incoming.account.clone(),
                    channel: message.channel.id.clone(),
                };
                let quoted = self.inbox.store.quoted(&place, &quote.message).await?;
                quotes.insert(key(incoming, message), quoted);
            }
        }
        Ok(quotes)
    }

    /// What is to be said to orders about drafts of FAQ entries, by the message. What they write to the file is written
    /// before the commit: an order that comes again finds the entry there.
    async fn drafts(
        &self,
        messages: &[(&Incoming, &Message)],
        new: &HashSet<InboxKey>,
    ) -> Result<HashMap<InboxKey, String>> {
        let mut drafts = HashMap::new();
        let directory = &self.inbox.directory;
        for (incoming, message) in messages {
            let key = key(incoming, message);
            if !directory.is_staff_room(&key.place) || !new.contains(&key) || message.sender.is_self {
                continue;
            }
            let store = &*self.inbox.store;
            let answer = self
                .inbox
                .drafts
                .answer(store, directory, &key.place, message)
                .await?;
            drafts.extend(answer.map(|answer| (key, answer)));
        }
        Ok(drafts)
    }

    fn decide(
        &mut self,
        (knowledge, meanings): (&Arc<Knowledge>, &Vectors),
        work: &mut Work,
        now: Timestamp,
        new: &mut HashSet<InboxKey>,
        mut looked_up: LookedUp,
        outcome: &mut Outcome,
    ) {
        let desk = Desk::new(knowledge).hearing(meanings);
        let directory = Arc::clone(&self.inbox.directory);
        for delivered in std::mem::take(&mut work.delivered) {
            let told = desk.delivered(&mut self.book, directory.tickets(), &delivered.fate);
            outcome
                .batch
                .outbox
                .extend(told.into_iter().map(|told| row(told, now)));
            outcome.batch.settled.extend(delivered.settled);
        }
        if work.tickets {
            let due = self.dues.take_due(now);
            for told in desk.tickets_due(&mut self.book, directory.tickets(), &due, now) {
                outcome.batch.outbox.push(row(told, now));
            }
        }
        for place in &work.due {
            let Some(state) = outcome.states.remove(place) else {
                continue;
            };
            let setting = setting(place, &self.book, &directory);
            let (turns, state) = desk.wake(&setting, now, state);
            outcome.states.insert(place.clone(), state);
            for turn in turns {
                outcome.add(&mut self.book, turn, now, place);
            }
        }
        for incoming in &work.events {
            let Some(place) = place(incoming) else { continue };
            let Some(state) = outcome.states.remove(&place) else {
                continue;
            };
            let (turn, state) = match &incoming.event {
                Event::Message(message) => {
                    let key = key(incoming, message);
                    if !new.remove(&key) {
                        tracing::debug!(%place, message = %message.id, "a repeated event: ignored");
                        outcome.states.insert(place, state);
                        continue;
                    }
                    let quoted = looked_up.quotes.get(&key).copied().unwrap_or_default();
                    let resolved = quoted.by_us.then(|| with_quote_of_bot(message));
                    outcome.batch.inbox.push(InboxRow {
                        key: key.clone(),
                        at: message.at,
                        received: now,
                    });
                    let message = resolved.as_ref().unwrap_or(message);
                    tracing::debug!(%place, sender = %message.sender.id, text = message.text(), "message");
                    if let Some(text) = looked_up.drafts.remove(&key) {
                        (Turn::said_to_staff(&place, message, text), state)
                    } else if directory.is_staff_room(&place) {
                        let turn = desk.staff_room(
                            &place,
                            &mut self.book,
                            directory.tickets(),
                            now,
                            message,
                            quoted.ticket,
                        );
                        (turn, state)
                    } else {
                        let setting = setting(&place, &self.book, &directory);
                        let staff = is_staff(&directory, &incoming.account, message);
                        desk.message(&setting, now, state, message, staff, quoted.ticket)
                    }
                }
                Event::Recall(recall) => {
                    let amended = looked_up.amended(&place, &recall.message, &self.book, &directory);
                    desk.recall(state, recall, &amended.of(&place))
                }
                Event::Edit(edit) => {
                    let amended = looked_up.amended(&place, &edit.message, &self.book, &directory);
                    desk.edit(state, edit, &amended.of(&place))
                }
                Event::Undelivered(event) => {
                    outcome.states.insert(place.clone(), state);
                    let Some(key) = once(incoming).filter(|key| new.remove(key)) else {
                        continue;
                    };
                    tracing::warn!(%place, message = %event.message, reason = event.reason, "a message did not arrive after all");
                    let said = looked_up.undelivered.remove(&key);
                    outcome.batch.inbox.push(InboxRow {
                        key,
                        at: event.at,
                        received: now,
                    });
                    // What is about no ticket concerns nobody but the log.
                    let Some(said) = said else { continue };
                    let fate = Fate {
                        place,
                        about: said.about,
                        outcome: crate::desk::Outcome::Refused {
                            reason: event.reason.clone(),
                        },
                        text: said.reply.text(),
                    };
                    let told = desk.delivered(&mut self.book, directory.tickets(), &fate);
                    let told = told.into_iter().map(|told| row(told, now));
                    outcome.batch.outbox.extend(told);
                    continue;
                }
                Event::Connected | Event::Disconnected { .. } | Event::Alert(_) => continue,
            };
            outcome.states.insert(place.clone(), state);
            outcome.add(&mut self.book, turn, now, &place);
        }
        for outgoing in &work.notices {
            outcome.batch.outbox.push(row(outgoing.clone(), now));
        }
        if Arc::ptr_eq(&self.due_by, knowledge) {
            self.dues.update(&desk, &self.book, directory.tickets());
        } else {
            self.dues = Dues::new(&desk, &self.book, directory.tickets());
            self.due_by = Arc::clone(knowledge);
        }
    }
}

impl Outcome {
    fn add(&mut self, book: &mut Book, turn: Turn, now: Timestamp, place: &Place) {
        log(&turn.decided, place);
        for step in turn.steps {
            step.apply(book, now);
        }
        self.batch
            .outbox
            .extend(turn.outgoing.into_iter().map(|outgoing| row(outgoing, now)));
    }
}

fn log(decided: &Decided, place: &Place) {
    let decision = decided.decision.name();
    match &decided.decision {
        Decision::StayQuiet => tracing::debug!(%place, decision, reason = %decided.reason, "decided"),
        Decision::Answer { entry } => {
            tracing::info!(%place, decision, entry, reason = %decided.reason, "decided")
        }
        Decision::Clarify { .. } => tracing::info!(%place, decision, reason = %decided.reason, "decided"),
        Decision::HandOff { ticket, .. } => {
            tracing::info!(%place, decision, ticket, reason = %decided.reason, "decided");
        }
    }
}

fn row(outgoing: Outgoing, now: Timestamp) -> NewReply {
    NewReply {
        answers: outgoing.reply.quote.clone(),
        place: outgoing.place,
        reply: outgoing.reply,
        not_before: now,
        decided: now,
        expires: None,
        about: outgoing.about,
    }
}

/// The key under which an event is heeded once, where it matters that it is not heeded twice.
fn once(incoming: &Incoming) -> Option<InboxKey> {
    match &incoming.event {
        Event::Message(message) => Some(key(incoming, message)),
        Event::Undelivered(event) => Some(InboxKey {
            place: Place::new(incoming.account.clone(), event.channel.clone()),
            message: MessageId::new(format!("undelivered:{}", event.message)),
        }),
        Event::Recall(_)
        | Event::Edit(_)
        | Event::Connected
        | Event::Disconnected { .. }
        | Event::Alert(_) => None,
    }
}

pub(super) fn key(incoming: &Incoming, message: &Message) -> InboxKey {
    InboxKey {
        place: Place {
            account: incoming.account.clone(),
            channel: message.channel.id.clone(),
        },
        message: message.id.clone(),
    }
}

pub(super) fn place(incoming: &Incoming) -> Option<Place> {
    let channel = match &incoming.event {
        Event::Message(message) => &message.channel.id,
        Event::Recall(recall) => &recall.channel,
        Event::Edit(edit) => &edit.channel,
        Event::Undelivered(event) => &event.channel,
        Event::Connected | Event::Disconnected { .. } | Event::Alert(_) => return None,
    };
    Some(Place {
        account: incoming.account.clone(),
        channel: channel.clone(),
    })
}

/// The message with its quote known to be of the bot.
pub(super) fn with_quote_of_bot(message: &Message) -> Message {
    let mut message = message.clone();
    for segment in &mut message.segments {
        if let Segment::Quote(quote) = segment {
            quote.of_bot = Some(true);
        }
    }
    message
}
