//! The tickets that somebody still expects something of, and the steps that are allowed between their states.

use super::{Agent, Line, LineKind, Status, Ticket, Watcher};
use groupdesk_contract::{MemberId, MessageId, Place};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many of the same channel's tickets are compared with a new question.
const COMPARED: usize = 50;

/// All tickets that are not closed. Every change is noted, to be committed with the batch that it belongs to.
#[derive(Debug, Clone, Default)]
pub struct Book {
    tickets: BTreeMap<u64, Ticket>,
    by_member: HashMap<(Place, MemberId), u64>,
    next: u64,
    changed: BTreeSet<u64>,
    closed: Vec<Ticket>,
    lines: Vec<Line>,
}

/// What changed since the last commit.
#[derive(Debug, Default)]
pub struct Change {
    /// The tickets as they are now.
    pub tickets: Vec<Ticket>,
    /// What was said and done, in order.
    pub lines: Vec<Line>,
}

/// Why a step was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such ticket, or it is closed.
    Unknown,
    /// Somebody else has it.
    Held {
        /// Their name.
        by: String,
    },
    /// It is resolved: reopen it first.
    Over,
}

impl Book {
    /// The book at the program's start. `next` is the number that the next ticket gets.
    pub fn new(tickets: Vec<Ticket>, next: u64) -> Self {
        let mut book = Self {
            next: next.max(1),
            ..Self::default()
        };
        for ticket in tickets {
            book.insert(ticket);
        }
        book
    }

    /// The number that the next ticket gets.
    pub fn next_number(&self) -> u64 {
        self.next.max(1)
    }

    /// A ticket that is not closed.
    pub fn get(&self, number: u64) -> Option<&Ticket> {
        self.tickets.get(&number)
    }

    /// All tickets that are not closed, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// The ticket that a member's messages join: their own or one they watch, active or resolved a short time ago.
    pub fn of_member(&self, place: &Place, member: &MemberId) -> Option<&Ticket> {
        let number = self.by_member.get(&(place.clone(), member.clone()))?;
        self.tickets.get(number)
    }

    /// An active ticket of the channel, opened inside `window`, that asks the same in the same words.
    pub fn same_question(
        &self,
        place: &Place,
        said: &str,
        now: Timestamp,
        window: SignedDuration,
    ) -> Option<&Ticket> {
        let words = bare(said);
        if words.is_empty() {
            return None;
        }
        self.tickets
            .values()
            .rev()
            .filter(|ticket| ticket.place == *place)
            .take(COMPARED)
            .find(|ticket| {
                ticket.status.is_active()
                    && now.duration_since(ticket.opened) <= window
                    && bare(&ticket.transcript) == words
            })
    }

    /// How many active tickets nobody has claimed were opened before this one.
    pub fn ahead_of(&self, ticket: &Ticket) -> usize {
        self.tickets
            .range(..ticket.number)
            .filter(|(_, other)| other.status == Status::Open)
            .count()
    }

    /// A new ticket.
    pub fn open(&mut self, ticket: Ticket) {
        self.next = self.next_number().max(ticket.number.saturating_add(1));
        let text = ticket.transcript.clone();
        let who = format!("{} ({})", ticket.member_name, ticket.member);
        let said = Some((ticket.place.clone(), ticket.message.clone()));
        let number = ticket.number;
        let at = ticket.opened;
        self.event(number, at, &who, &format!("opened: {}", ticket.reason));
        self.line(number, at, LineKind::Member, who, text, said);
        self.insert(ticket);
        self.changed.insert(number);
    }

    /// Another member asks the same.
    pub fn watch(&mut self, number: u64, watcher: Watcher, now: Timestamp) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        if ticket.member == watcher.member || ticket.watchers.iter().any(|w| w.member == watcher.member) {
            return;
        }
        self.by_member
            .insert((ticket.place.clone(), watcher.member.clone()), number);
        let who = format!("{} ({})", watcher.name, watcher.member);
        ticket.watchers.push(watcher);
        self.changed.insert(number);
        self.event(number, now, &who, "asks the same");
    }

    /// A member says more: a resolved ticket is open again, one that waited for the member is the staff's turn.
    pub fn member_said(
        &mut self,
        number: u64,
        who: String,
        text: String,
        message: MessageId,
        now: Timestamp,
    ) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        ticket.member_spoke = now;
        ticket.message = message.clone();
        let said = Some((ticket.place.clone(), message));
        let reopened = ticket.status == Status::Resolved;
        match ticket.status {
            Status::Waiting => ticket.status = Status::Claimed,
            Status::Resolved => {
                ticket.ended = None;
                ticket.status = if ticket.owner.is_some() {
                    Status::Claimed
                } else {
                    Status::Open
                };
            }
            Status::Open | Status::Claimed | Status::Closed => {}
        }
        self.changed.insert(number);
        if reopened {
            self.event(number, now, &who, "reopened by a further message");
        }
        self.line(number, now, LineKind::Member, who, text, said);
    }

    /// A staff member takes a ticket.
    ///
    /// # Errors
    /// When somebody else has it, when it is resolved, when there is none.
    pub fn claim(&mut self, number: u64, agent: &Agent, now: Timestamp) -> Result<&Ticket, Refusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(Refusal::Unknown)?;
        match (&ticket.owner, ticket.status) {
            (_, Status::Resolved | Status::Closed) => return Err(Refusal::Over),
            (Some(owner), _) if !owner.is(agent) => {
                return Err(Refusal::Held {
                    by: owner.name.clone(),
                });
            }
            (Some(_), _) => {}
            (None, _) => {
                ticket.owner = Some(agent.clone());
                ticket.status = Status::Claimed;
                ticket.staff_acted = Some(now);
                self.changed.insert(number);
                self.event(number, now, &agent.name, "claimed");
            }
        }
        self.get(number).ok_or(Refusal::Unknown)
    }

    /// Gives a ticket to a staff member, whoever has it.
    ///
    /// # Errors
    /// When it is resolved, or there is none.
    pub fn hand_on(
        &mut self,
        number: u64,
        by: &Agent,
        to: Option<Agent>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(Refusal::Unknown)?;
        if !ticket.status.is_active() {
            return Err(Refusal::Over);
        }
        let name = to
            .as_ref()
            .map_or_else(|| "nobody".to_owned(), |agent| agent.name.clone());
        ticket.status = if to.is_some() {
            Status::Claimed
        } else {
            Status::Open
        };
        ticket.owner = to;
        ticket.staff_acted = Some(now);
        self.changed.insert(number);
        self.event(number, now, &by.name, &format!("handed on to {name}"));
        Ok(())
    }

    /// Staff answered the member. A ticket nobody has becomes theirs.
    ///
    /// # Errors
    /// When it is closed or there is none; a resolved one is open again.
    pub fn replied(
        &mut self,
        number: u64,
        agent: &Agent,
        text: String,
        said: Option<(Place, MessageId)>,
        now: Timestamp,
    ) -> Result<&Ticket, Refusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(Refusal::Unknown)?;
        let claimed = ticket.owner.is_none();
        if claimed {
            ticket.owner = Some(agent.clone());
        }
        ticket.status = Status::Waiting;
        ticket.ended = None;
        ticket.staff_acted = Some(now);
        ticket.first_reply.get_or_insert(now);
        self.changed.insert(number);
        if claimed {
            self.event(number, now, &agent.name, "claimed");
        }
        self.line(number, now, LineKind::Staff, agent.name.clone(), text, said);
        self.get(number).ok_or(Refusal::Unknown)
    }

    /// A word among staff.
    ///
    /// # Errors
    /// When there is no such ticket.
    pub fn note(&mut self, number: u64, agent: &Agent, text: String, now: Timestamp) -> Result<(), Refusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(Refusal::Unknown)?;
        ticket.staff_acted = Some(now);
        self.changed.insert(number);
        self.line(number, now, LineKind::Note, agent.name.clone(), text, None);
        Ok(())
    }

    /// It is answered; the member's next message reopens it for a while.
    ///
    /// # Errors
    /// When it is resolved already, or there is none.
    pub fn resolve(&mut self, number: u64, by: &str, now: Timestamp) -> Result<&Ticket, Refusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(Refusal::Unknown)?;
        if !ticket.status.is_active() {
            return Err(Refusal::Over);
        }
        ticket.status = Status::Resolved;
        ticket.ended = Some(now);
        ticket.in_digest = false;
        self.changed.insert(number);
        self.event(number, now, by, "resolved");
        self.get(number).ok_or(Refusal::Unknown)
    }

    /// Resolved, or open again.
    ///
    /// # Errors
    /// When it is not resolved, or there is none.
    pub fn reopen(&mut self, number: u64, agent: &Agent, now: Timestamp) -> Result<(), Refusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(Refusal::Unknown)?;
        if ticket.status != Status::Resolved {
            return Err(Refusal::Over);
        }
        ticket.ended = None;
        ticket.owner = Some(agent.clone());
        ticket.status = Status::Claimed;
        ticket.staff_acted = Some(now);
        self.changed.insert(number);
        self.event(number, now, &agent.name, "reopened");
        Ok(())
    }

    /// It is over, and leaves the book.
    ///
    /// # Errors
    /// When there is no such ticket.
    pub fn close(&mut self, number: u64, by: &str, now: Timestamp) -> Result<(), Refusal> {
        let mut ticket = self.tickets.remove(&number).ok_or(Refusal::Unknown)?;
        ticket.status = Status::Closed;
        ticket.ended.get_or_insert(now);
        self.by_member.retain(|_, of| *of != number);
        self.changed.remove(&number);
        self.event(number, now, by, "closed");
        self.closed.push(ticket);
        Ok(())
    }

    /// Changes something that is no step between states.
    pub fn mark(&mut self, number: u64, change: impl FnOnce(&mut Ticket)) {
        if let Some(ticket) = self.tickets.get_mut(&number) {
            change(ticket);
            self.changed.insert(number);
        }
    }

    /// Whether there is something to commit.
    pub fn has_changed(&self) -> bool {
        !self.changed.is_empty() || !self.closed.is_empty()
    }

    /// What is to be committed.
    pub fn take_change(&mut self) -> Change {
        let mut tickets = std::mem::take(&mut self.closed);
        for number in std::mem::take(&mut self.changed) {
            tickets.extend(self.tickets.get(&number).cloned());
        }
        Change {
            tickets,
            lines: std::mem::take(&mut self.lines),
        }
    }

    fn insert(&mut self, ticket: Ticket) {
        let key = |member: &MemberId| (ticket.place.clone(), member.clone());
        self.by_member.insert(key(&ticket.member), ticket.number);
        for watcher in &ticket.watchers {
            self.by_member.insert(key(&watcher.member), ticket.number);
        }
        self.next = self.next_number().max(ticket.number.saturating_add(1));
        self.tickets.insert(ticket.number, ticket);
    }

    fn event(&mut self, ticket: u64, at: Timestamp, who: &str, text: &str) {
        self.line(ticket, at, LineKind::Event, who.to_owned(), text.to_owned(), None);
    }

    fn line(
        &mut self,
        ticket: u64,
        at: Timestamp,
        kind: LineKind,
        who: String,
        text: String,
        said: Option<(Place, MessageId)>,
    ) {
        self.lines.push(Line {
            ticket,
            at,
            kind,
            who,
            text,
            said,
        });
    }
}

/// A text without case, spaces and punctuation.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
