//! The tickets that somebody still expects something of, and the steps that are allowed between their states.

mod amended;
mod introduced;
mod shift;
mod watchers;

use introduced::Introduced;

use super::question::{asks_the_same, bare, is_personal, stands_alone};
use super::rush::Rush;
use super::{Agent, Line, LineKind, Opening, Presence, StaffReply, Status, Ticket, TicketLimits, Window};
use groupdesk_contract::{ChannelKind, MemberId, MessageId, Place};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many of the same channel's tickets are compared with a new question.
const COMPARED: usize = 50;

/// How many of the last replies of staff a ticket keeps for those who join later.
const REPLIES_KEPT: usize = 3;

/// How much of each, in characters.
pub(crate) const REPLY_KEPT: usize = 1500;

/// All tickets that are not closed. Every change is noted, to be committed with the batch that it belongs to.
#[derive(Debug, Clone, Default)]
pub struct Book {
    tickets: BTreeMap<u64, Ticket>,
    /// The tickets of those who asked.
    asked: HashMap<(Place, MemberId), u64>,
    /// The tickets that others joined.
    watched: HashMap<(Place, MemberId), BTreeSet<u64>>,
    next: u64,
    changed: BTreeSet<u64>,
    closed: Vec<Ticket>,
    lines: Vec<Line>,
    presence: BTreeMap<String, Presence>,
    said: BTreeSet<String>,
    /// The rooms whose staff were told how tickets are answered.
    introduced: Introduced,
    /// The new tickets that were told one by one.
    rush: Rush,
}

/// A question, to be compared with those of tickets.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Where it is asked.
    pub place: &'a Place,
    /// Whether others listen there.
    pub kind: ChannelKind,
    /// The rooms that a ticket of it would go to.
    pub rooms: &'a [Place],
    /// The words.
    pub said: &'a str,
    /// What was said before them, as [`Ticket::said_before`] has it.
    pub before: &'a str,
}

/// Something that a member says in a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The member.
    pub member: MemberId,
    /// The member's name and id.
    pub who: String,
    /// What was said, pictures as links.
    pub text: String,
    /// Where.
    pub place: Place,
    /// The platform's id for it.
    pub message: MessageId,
    /// What the platform still takes in answer to it.
    pub window: Option<Window>,
    /// Nobody is there: staff find it in the digest at the next opening.
    pub closed: bool,
    /// The member is told so.
    pub told_closed: bool,
    /// The member is told who has the ticket.
    pub told_holder: bool,
    /// The member is told that it was taken.
    pub told_added: bool,
    /// How long what a member writes fast is gathered.
    pub gather: SignedDuration,
}

/// Something that staff say to a member.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Replied {
    /// The words, pictures as links.
    pub text: String,
    /// Where staff said it, and the platform's id for it.
    pub said: Option<(Place, MessageId)>,
    /// Whoever has the ticket is not there: it is the speaker's from now on.
    pub take_over: bool,
    /// It is for those in other groups who asked the same, too.
    pub to_all: bool,
    /// It was said without an order, under a quote.
    pub under_quote: bool,
}

/// What changed since the last commit.
#[derive(Debug, Default)]
pub struct Change {
    /// The tickets as they are now.
    pub tickets: Vec<Ticket>,
    /// What was said and done, in order.
    pub lines: Vec<Line>,
    /// The rooms that were told how tickets are answered.
    pub introduced: Vec<Place>,
    /// What staff said of themselves, by their names in the roster.
    pub presence: Vec<(String, Presence)>,
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
    /// The book at the program's start. `next` is the number that the next ticket gets, `presence` what staff last said of
    /// themselves.
    pub fn new(tickets: Vec<Ticket>, next: u64, presence: BTreeMap<String, Presence>) -> Self {
        let mut book = Self {
            next: next.max(1),
            presence,
            ..Self::default()
        };
        for ticket in tickets {
            book.insert(ticket);
        }
        for ticket in book.tickets.values().filter(|ticket| ticket.crowd.is_none()) {
            book.rush.add(ticket);
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

    /// A member's ticket, active or resolved a short time ago: the one that they asked for, else the last that they joined.
    pub fn of_member(&self, place: &Place, member: &MemberId) -> Option<&Ticket> {
        self.asked_by(place, member)
            .or_else(|| self.watched_by(place, member))
    }

    /// The ticket that a member asked for.
    pub fn asked_by(&self, place: &Place, member: &MemberId) -> Option<&Ticket> {
        let number = self.asked.get(&(place.clone(), member.clone()))?;
        self.tickets.get(number)
    }

    /// The last of the tickets that a member joined.
    pub fn watched_by(&self, place: &Place, member: &MemberId) -> Option<&Ticket> {
        let numbers = self.watched.get(&(place.clone(), member.clone()))?;
        self.tickets.get(numbers.last()?)
    }

    /// A ticket that is active, or answered, was opened inside `window`, and asks the same in the same words after the same
    /// words: in the same channel, or, between groups, in another one whose tickets go to the same rooms, as long as it has
    /// no answer that is for its own group only. What is said to the bot alone, what is no question by itself, and what is a
    /// matter of the speaker's own is shared with nobody.
    pub fn same_question(
        &self,
        asked: &Asked<'_>,
        now: Timestamp,
        window: SignedDuration,
    ) -> Option<&Ticket> {
        if !stands_alone(asked.said) || is_personal(asked.said) {
            return None;
        }
        let before = bare(asked.before);
        let group = ChannelKind::Group;
        let mut same = self
            .tickets
            .values()
            .rev()
            .filter(|ticket| {
                ticket.place == *asked.place
                    || (asked.kind == group && ticket.kind == group && ticket.began_in(asked.rooms))
            })
            .take(COMPARED)
            .filter(|ticket| {
                let waits = matches!(ticket.status, Status::Open | Status::Claimed);
                let here = ticket.place == *asked.place && ticket.status.is_active();
                (waits || here || ticket.is_answered_in(asked.place))
                    && now.duration_since(ticket.opened) <= window
                    && asks_the_same(ticket, asked.said)
                    && bare(&ticket.said_before) == before
            });
        let latest = same.next()?;
        // One with an answer helps at once.
        let answered = std::iter::once(latest)
            .chain(same)
            .find(|ticket| ticket.is_answered_in(asked.place));
        Some(answered.unwrap_or(latest))
    }

    /// How many tickets for the same staff that nobody has claimed were opened before this one.
    pub fn ahead_of(&self, ticket: &Ticket) -> usize {
        self.tickets
            .range(..ticket.number)
            .filter(|(_, other)| other.status == Status::Open && other.shares_staff_with(ticket))
            .count()
    }

    /// A ticket that the staff of a room were told of.
    pub fn get_in(&self, room: &Place, number: u64) -> Option<&Ticket> {
        self.get(number).filter(|ticket| ticket.is_of(room))
    }

    /// The tickets that the staff of a room were told of, oldest first.
    pub fn all_in(&self, room: &Place) -> impl Iterator<Item = &Ticket> {
        self.all().filter(move |ticket| ticket.is_of(room))
    }

    /// Gives the tickets whose rooms are all gone to the rooms that their channels have now: nobody could see them any more.
    /// They stand in the next digest there. `is_room` knows the rooms that there are, `rooms_of` those of a channel.
    pub fn rehome<'r>(
        &mut self,
        is_room: impl Fn(&Place) -> bool,
        rooms_of: impl Fn(&Place) -> &'r [Place],
        now: Timestamp,
    ) {
        let homeless: Vec<u64> = self
            .all()
            .filter(|ticket| !ticket.rooms.iter().any(&is_room) && !rooms_of(&ticket.place).is_empty())
            .map(|ticket| ticket.number)
            .collect();
        for number in homeless {
            self.mark(number, |ticket| {
                ticket.rooms = rooms_of(&ticket.place).to_vec();
                ticket.added_rooms = Vec::new();
                ticket.unreached = Vec::new();
                ticket.in_digest = ticket.status.is_active();
            });
            self.event(
                number,
                now,
                "groupdesk",
                "its staff rooms are gone: given to the channel's",
            );
        }
    }

    /// Whether a new ticket is told by itself, or with others because there are too many.
    pub fn has_room_for(&self, opening: &Opening<'_>, limits: &TicketLimits, now: Timestamp) -> bool {
        self.rush.has_room_for(opening, limits, now)
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
        if !ticket.earlier.is_empty() {
            let earlier = ticket.earlier.clone();
            self.line(number, at, LineKind::Member, who.clone(), earlier, None);
        }
        self.line(number, at, LineKind::Member, who, text, said);
        if ticket.crowd.is_none() {
            self.rush.add(&ticket);
            self.introduce(&ticket.rooms);
        }
        self.insert(ticket);
        self.changed.insert(number);
    }

    /// The one who asked says more: a resolved ticket is open again, one that waited for the member is the staff's turn.
    pub fn member_said(&mut self, number: u64, said: Said, now: Timestamp) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        ticket.member_spoke = now;
        ticket.message = said.message.clone();
        ticket.window = said.window;
        ticket.in_digest |= said.closed;
        let line = format!("{}：{}", said.who, said.text);
        if ticket.status != Status::Resolved {
            ticket.gathering.take(&line, now, said.gather);
        }
        if said.told_closed {
            ticket.told_closed = Some(now);
        }
        if said.told_added {
            ticket.told_added = Some(now);
        }
        if said.told_holder {
            ticket.told_holder = Some(now);
        }
        let reopened = ticket.status == Status::Resolved;
        if matches!(ticket.status, Status::Waiting | Status::Resolved) {
            ticket.ended = None;
            let status = if ticket.owner.is_some() {
                Status::Claimed
            } else {
                Status::Open
            };
            ticket.enter(status, now);
        }
        self.changed.insert(number);
        if reopened {
            self.event(number, now, &said.who, "reopened by a further message");
        }
        self.line(
            number,
            now,
            LineKind::Member,
            said.who,
            said.text,
            Some((said.place, said.message)),
        );
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
                ticket.give(Some(agent.clone()), now);
                ticket.enter(Status::Claimed, now);
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
        let status = if to.is_some() {
            Status::Claimed
        } else {
            Status::Open
        };
        ticket.enter(status, now);
        ticket.give(to, now);
        ticket.staff_acted = Some(now);
        self.changed.insert(number);
        self.event(number, now, &by.name, &format!("handed on to {name}"));
        Ok(())
    }

    /// Staff answered the member. A ticket nobody has becomes theirs, and with `take_over` one that somebody else has.
    ///
    /// # Errors
    /// When it is closed or there is none; a resolved one is open again.
    pub fn replied(
        &mut self,
        number: u64,
        agent: &Agent,
        reply: Replied,
        now: Timestamp,
    ) -> Result<&Ticket, Refusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(Refusal::Unknown)?;
        let claimed = match &ticket.owner {
            None => true,
            Some(owner) => reply.take_over && !owner.is(agent),
        };
        if claimed {
            ticket.give(Some(agent.clone()), now);
        }
        ticket.enter(Status::Waiting, now);
        if ticket.replies.len() >= REPLIES_KEPT {
            ticket.replies.remove(0);
        }
        ticket.replies.push(StaffReply {
            message: reply.said.as_ref().map(|(_, message)| message.clone()),
            by: agent.name.clone(),
            text: reply.text.chars().take(REPLY_KEPT).collect(),
            to_all: reply.to_all,
            under_quote: reply.under_quote,
        });
        if let Some(window) = &mut ticket.window {
            window.left = window.left.saturating_sub(1);
        }
        ticket.ended = None;
        ticket.staff_acted = Some(now);
        ticket.first_reply.get_or_insert(now);
        self.changed.insert(number);
        if claimed {
            self.event(number, now, &agent.name, "claimed");
        }
        self.line(
            number,
            now,
            LineKind::Staff,
            agent.name.clone(),
            reply.text,
            reply.said,
        );
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
        ticket.enter(Status::Resolved, now);
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
        ticket.give(Some(agent.clone()), now);
        ticket.enter(Status::Claimed, now);
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
        ticket.enter(Status::Closed, now);
        ticket.ended.get_or_insert(now);
        self.asked.retain(|_, of| *of != number);
        for watcher in &ticket.watchers {
            self.forget_watcher(watcher.place(&ticket), &watcher.member, number);
        }
        self.changed.remove(&number);
        self.event(number, now, by, "closed");
        self.closed.push(ticket);
        Ok(())
    }

    /// What somebody of the roster says of themselves.
    pub fn says(&mut self, name: &str, presence: Presence) {
        self.presence.insert(name.to_owned(), presence);
        self.said.insert(name.to_owned());
    }

    /// What staff last said of themselves, by their names in the roster.
    pub fn presence(&self) -> &BTreeMap<String, Presence> {
        &self.presence
    }

    /// Changes something that is no step between states.
    pub fn mark(&mut self, number: u64, change: impl FnOnce(&mut Ticket)) {
        if let Some(ticket) = self.tickets.get_mut(&number) {
            change(ticket);
            self.changed.insert(number);
        }
    }

    /// The tickets that changed since the last commit.
    pub fn changed(&self) -> impl Iterator<Item = u64> {
        let closed = self.closed.iter().map(|ticket| ticket.number);
        self.changed.iter().copied().chain(closed)
    }

    /// What is to be committed.
    pub fn take_change(&mut self) -> Change {
        let mut tickets = std::mem::take(&mut self.closed);
        for number in std::mem::take(&mut self.changed) {
            tickets.extend(self.tickets.get(&number).cloned());
        }
        let said = std::mem::take(&mut self.said);
        Change {
            tickets,
            lines: std::mem::take(&mut self.lines),
            introduced: self.introduced.take_new(),
            presence: said
                .into_iter()
                .filter_map(|name| Some((name.clone(), *self.presence.get(&name)?)))
                .collect(),
        }
    }

    fn insert(&mut self, ticket: Ticket) {
        self.asked
            .insert((ticket.place.clone(), ticket.member.clone()), ticket.number);
        for watcher in &ticket.watchers {
            let who = (watcher.place(&ticket).clone(), watcher.member.clone());
            self.watched.entry(who).or_default().insert(ticket.number);
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
