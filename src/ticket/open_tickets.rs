//! Open tickets, and the allowed changes between their states.

mod clock_shift;
mod edited_replies;
mod recently_closed;
mod room_introductions;
mod watchers;

use recently_closed::Ended;
use room_introductions::Introduced;

use super::events;
use super::shareable_question::{asks_the_same, bare, is_personal, stands_alone};
use super::ticket_limits::RecentTickets;
use super::{
    Agent, HistoryLine, LineKind, MemberMessage, Presence, StaffReply, Status, Ticket, TicketLimits,
    TicketOpening,
};
use groupdesk_contract::{ChannelKind, MemberId, MessageId, Place};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Tickets of the same channel that are compared with a new question.
const COMPARED: usize = 50;

/// Last replies of staff that a ticket keeps for those who join later.
const REPLIES_KEPT: usize = 3;

/// Length of each of them, in characters.
pub(crate) const REPLY_KEPT: usize = 1500;

/// All tickets that are not closed. Every change is recorded, to be committed with the batch that it belongs to.
#[derive(Debug, Clone, Default)]
pub struct OpenTickets {
    tickets: BTreeMap<u64, Ticket>,
    /// Tickets by the member who asked.
    asked: HashMap<(Place, MemberId), u64>,
    /// Tickets by the members who joined them.
    watched: HashMap<(Place, MemberId), BTreeSet<u64>>,
    next: u64,
    changed: BTreeSet<u64>,
    closed: Vec<Ticket>,
    lines: Vec<HistoryLine>,
    presence: BTreeMap<String, Presence>,
    said: BTreeSet<String>,
    /// Rooms whose staff were told how tickets are answered.
    introduced: Introduced,
    /// New tickets that were told one by one.
    rush: RecentTickets,
    ended: Ended,
}

/// A question, to be compared with those of tickets.
#[derive(Debug, Clone, Copy)]
pub struct NewQuestion<'a> {
    /// Channel in which it is asked.
    pub place: &'a Place,
    /// Kind of that channel: direct, or a group in which others listen.
    pub kind: ChannelKind,
    /// Rooms that a ticket of it would go to.
    pub rooms: &'a [Place],
    /// Text of the question.
    pub said: &'a str,
    /// Messages before it, as in [`Ticket::said_before`].
    pub before: &'a str,
}

/// A reply of staff to a member.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Replied {
    /// Text, pictures as links.
    pub text: String,
    /// Channel and id of the staff message.
    pub said: Option<(Place, MessageId)>,
    /// `true` if the ticket's owner is off duty: the speaker becomes its owner.
    pub take_over: bool,
    /// `true` if it is for those in other groups who asked the same, too.
    pub to_all: bool,
    /// `true` if it was a plain text under a quote.
    pub under_quote: bool,
}

/// Changes since the last commit.
#[derive(Debug, Default)]
pub struct Change {
    /// Changed tickets, as they are now.
    pub tickets: Vec<Ticket>,
    /// New rows of their histories, in order.
    pub lines: Vec<HistoryLine>,
    /// Rooms that were told how tickets are answered.
    pub introduced: Vec<Place>,
    /// Duty that staff set for themselves, by their names in the roster.
    pub presence: Vec<(String, Presence)>,
}

/// Reason for which a change was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketRefusal {
    /// There is no such ticket, or it is closed.
    Unknown,
    /// Somebody else has it.
    Held {
        /// Name of the owner.
        by: String,
    },
    /// It is resolved: reopen it first.
    Over,
}

impl OpenTickets {
    /// Makes the book at the program's start. `next` is the number that the next ticket gets, `presence` the duty that
    /// staff last set for themselves.
    pub fn new(tickets: Vec<Ticket>, next: u64, presence: BTreeMap<String, Presence>) -> Self {
        let mut open_tickets = Self {
            next: next.max(1),
            presence,
            ..Self::default()
        };
        for ticket in tickets {
            open_tickets.insert(ticket);
        }
        for ticket in open_tickets
            .tickets
            .values()
            .filter(|ticket| ticket.crowd.is_none())
        {
            open_tickets.rush.add(ticket);
        }
        open_tickets
    }

    /// Returns the number that the next ticket gets.
    pub fn next_number(&self) -> u64 {
        self.next.max(1)
    }

    /// Returns a ticket that is not closed.
    pub fn get(&self, number: u64) -> Option<&Ticket> {
        self.tickets.get(&number)
    }

    /// All tickets that are not closed, oldest first.
    pub fn all(&self) -> impl Iterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// Returns a member's ticket, active or resolved a short time ago: the one that they asked for, else the last that
    /// they joined.
    pub fn of_member(&self, place: &Place, member: &MemberId) -> Option<&Ticket> {
        self.asked_by(place, member)
            .or_else(|| self.watched_by(place, member))
    }

    /// Returns the ticket that a member asked for.
    pub fn asked_by(&self, place: &Place, member: &MemberId) -> Option<&Ticket> {
        let number = self.asked.get(&(place.clone(), member.clone()))?;
        self.tickets.get(number)
    }

    /// Returns the last of the tickets that a member joined.
    pub fn watched_by(&self, place: &Place, member: &MemberId) -> Option<&Ticket> {
        let numbers = self.watched.get(&(place.clone(), member.clone()))?;
        self.tickets.get(numbers.last()?)
    }

    /// Finds a ticket with the same question: it is active or answered, was opened inside `window`, and has the same text
    /// after the same earlier messages. It is in the same channel; or, between groups, in another one whose tickets go to
    /// the same rooms, as long as it has no answer that is for its own group only. A question in a direct chat, a text
    /// that is no question by itself, and a personal matter are shared with nobody.
    pub fn same_question(
        &self,
        asked: &NewQuestion<'_>,
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

    /// Counts the older tickets for the same staff that nobody has claimed.
    pub fn ahead_of(&self, ticket: &Ticket) -> usize {
        self.tickets
            .range(..ticket.number)
            .filter(|(_, other)| other.status == Status::Open && other.shares_staff_with(ticket))
            .count()
    }

    /// Moves the tickets whose rooms are all gone to the rooms that their channels have now: nobody could see them any
    /// more. They stand in the next digest there. `is_room` knows the rooms that there are, `rooms_of` those of a
    /// channel.
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
            self.event(number, now, "groupdesk", events::ROOMS_GONE);
        }
    }

    /// `true` if a new ticket is told by itself; `false` if it is told with others because there are too many.
    pub fn has_room_for(&self, opening: &TicketOpening<'_>, limits: &TicketLimits, now: Timestamp) -> bool {
        self.rush.has_room_for(opening, limits, now)
    }

    /// Adds a new ticket.
    pub fn open(&mut self, ticket: Ticket) {
        self.next = self.next_number().max(ticket.number.saturating_add(1));
        let text = ticket.transcript.clone();
        let who = format!("{} ({})", ticket.member_name, ticket.member);
        let said = Some((ticket.place.clone(), ticket.message.clone()));
        let number = ticket.number;
        let at = ticket.opened;
        // A member has one ticket: what was resolved before is over now that they come with another matter.
        let before = self.asked_by(&ticket.place, &ticket.member);
        if let Some(before) = before.filter(|before| before.status == Status::Resolved) {
            // It is in the book: it was just found there.
            let _ = self.close(before.number, &who, at);
        }
        self.event(number, at, &who, &format!("{}{}", events::OPENED, ticket.reason));
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

    /// Adds a message of the member who asked: it reopens a resolved ticket, and one that waited for the member is the
    /// staff's turn.
    pub fn member_said(&mut self, number: u64, said: MemberMessage, now: Timestamp) {
        let Some(ticket) = self.tickets.get_mut(&number) else {
            return;
        };
        ticket.member_spoke = now;
        ticket.message = said.message.clone();
        ticket.keep_pictures(&said.place, &said.message, said.pictures);
        if let Some(subject) = &said.subject {
            ticket.subject.clone_from(subject);
        }
        ticket.urgent |= said.urgent;
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
            self.event(number, now, &said.who, events::REOPENED_BY_MESSAGE);
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

    /// Makes a staff member the owner of a ticket.
    ///
    /// # Errors
    /// [`TicketRefusal::Held`] when somebody else has it, [`TicketRefusal::Over`] when it is resolved, [`TicketRefusal::Unknown`] when
    /// there is none.
    pub fn claim(&mut self, number: u64, agent: &Agent, now: Timestamp) -> Result<&Ticket, TicketRefusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(TicketRefusal::Unknown)?;
        match (&ticket.owner, ticket.status) {
            (_, Status::Resolved | Status::Closed) => return Err(TicketRefusal::Over),
            (Some(owner), _) if !owner.is(agent) => {
                return Err(TicketRefusal::Held {
                    by: owner.name.clone(),
                });
            }
            (Some(_), _) => {}
            (None, _) => {
                ticket.give(Some(agent.clone()), now);
                ticket.enter(Status::Claimed, now);
                ticket.staff_acted = Some(now);
                self.changed.insert(number);
                self.event(number, now, &agent.name, events::CLAIMED);
            }
        }
        self.get(number).ok_or(TicketRefusal::Unknown)
    }

    /// Gives a ticket to a staff member, whoever has it.
    ///
    /// # Errors
    /// [`TicketRefusal::Over`] when it is resolved, [`TicketRefusal::Unknown`] when there is none.
    pub fn hand_on(
        &mut self,
        number: u64,
        by: &Agent,
        to: Option<Agent>,
        now: Timestamp,
    ) -> Result<(), TicketRefusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(TicketRefusal::Unknown)?;
        if !ticket.status.is_active() {
            return Err(TicketRefusal::Over);
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
        self.event(number, now, &by.name, &format!("{}{name}", events::HANDED_ON));
        Ok(())
    }

    /// Adds a reply of staff to the member. A ticket without an owner becomes the speaker's, and with `take_over` one
    /// that has another owner. A resolved ticket is reopened.
    ///
    /// # Errors
    /// [`TicketRefusal::Unknown`] when it is closed or there is none.
    pub fn replied(
        &mut self,
        number: u64,
        agent: &Agent,
        reply: Replied,
        now: Timestamp,
    ) -> Result<&Ticket, TicketRefusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(TicketRefusal::Unknown)?;
        let claimed = match &ticket.owner {
            None => true,
            Some(owner) => reply.take_over && !owner.is(agent),
        };
        if claimed {
            ticket.give(Some(agent.clone()), now);
        }
        ticket.learn_name(agent);
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
        if let Some(draft) = &mut ticket.draft {
            draft.outdated = true;
        }
        if let Some(window) = &mut ticket.window {
            window.left = window.left.saturating_sub(1);
        }
        ticket.ended = None;
        ticket.staff_acted = Some(now);
        ticket.first_reply.get_or_insert(now);
        self.changed.insert(number);
        if claimed {
            self.event(number, now, &agent.name, events::CLAIMED);
        }
        self.line(
            number,
            now,
            LineKind::Staff,
            agent.name.clone(),
            reply.text,
            reply.said,
        );
        self.get(number).ok_or(TicketRefusal::Unknown)
    }

    /// Adds an internal note.
    ///
    /// # Errors
    /// [`TicketRefusal::Unknown`] when there is no such ticket.
    pub fn note(
        &mut self,
        number: u64,
        agent: &Agent,
        text: String,
        now: Timestamp,
    ) -> Result<(), TicketRefusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(TicketRefusal::Unknown)?;
        ticket.staff_acted = Some(now);
        self.changed.insert(number);
        self.line(number, now, LineKind::Note, agent.name.clone(), text, None);
        Ok(())
    }

    /// Resolves a ticket: the member's next message reopens it for a while.
    ///
    /// # Errors
    /// [`TicketRefusal::Over`] when it is resolved already, [`TicketRefusal::Unknown`] when there is none.
    pub fn resolve(&mut self, number: u64, by: &str, now: Timestamp) -> Result<&Ticket, TicketRefusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(TicketRefusal::Unknown)?;
        if !ticket.status.is_active() {
            return Err(TicketRefusal::Over);
        }
        ticket.enter(Status::Resolved, now);
        ticket.ended = Some(now);
        ticket.in_digest = false;
        self.changed.insert(number);
        self.event(number, now, by, events::RESOLVED);
        self.get(number).ok_or(TicketRefusal::Unknown)
    }

    /// Reopens a resolved ticket.
    ///
    /// # Errors
    /// [`TicketRefusal::Over`] when it is not resolved, [`TicketRefusal::Unknown`] when there is none.
    pub fn reopen(&mut self, number: u64, agent: &Agent, now: Timestamp) -> Result<(), TicketRefusal> {
        let ticket = self.tickets.get_mut(&number).ok_or(TicketRefusal::Unknown)?;
        if ticket.status != Status::Resolved {
            return Err(TicketRefusal::Over);
        }
        ticket.ended = None;
        ticket.give(Some(agent.clone()), now);
        ticket.enter(Status::Claimed, now);
        ticket.staff_acted = Some(now);
        self.changed.insert(number);
        self.event(number, now, &agent.name, events::REOPENED);
        Ok(())
    }

    /// Closes a ticket, which leaves the book.
    ///
    /// # Errors
    /// [`TicketRefusal::Unknown`] when there is no such ticket.
    pub fn close(&mut self, number: u64, by: &str, now: Timestamp) -> Result<(), TicketRefusal> {
        let mut ticket = self.tickets.remove(&number).ok_or(TicketRefusal::Unknown)?;
        ticket.enter(Status::Closed, now);
        ticket.ended.get_or_insert(now);
        self.asked.retain(|_, of| *of != number);
        for watcher in &ticket.watchers {
            self.forget_watcher(watcher.place(&ticket), &watcher.member, number);
        }
        self.changed.remove(&number);
        self.event(number, now, by, events::CLOSED);
        self.ended.add(&ticket);
        self.closed.push(ticket);
        Ok(())
    }

    /// Records the duty that somebody of the roster set for themselves.
    pub fn set_presence(&mut self, name: &str, presence: Presence) {
        self.presence.insert(name.to_owned(), presence);
        self.said.insert(name.to_owned());
    }

    /// Duty that staff last set for themselves, by their names in the roster.
    pub fn presence(&self) -> &BTreeMap<String, Presence> {
        &self.presence
    }

    /// Changes a field of a ticket that is no change of its state.
    pub fn mark(&mut self, number: u64, change: impl FnOnce(&mut Ticket)) {
        if let Some(ticket) = self.tickets.get_mut(&number) {
            change(ticket);
            self.changed.insert(number);
        }
    }

    /// Numbers of the tickets that changed since the last commit.
    pub fn changed(&self) -> impl Iterator<Item = u64> {
        let closed = self.closed.iter().map(|ticket| ticket.number);
        self.changed.iter().copied().chain(closed)
    }

    /// Takes out the changes that are to be committed.
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
        self.lines.push(HistoryLine {
            ticket,
            at,
            kind,
            who,
            text,
            said,
        });
    }
}
