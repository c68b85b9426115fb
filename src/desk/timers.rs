//! Timers of tickets: escalation of one that nobody claims, a target or a reply window that is about to pass, the digest
//! at opening, the end of a resolved one.

mod alarms;

use super::effects::Outgoing;
use super::notice::{Called, Notice, plain};
use super::policy::TicketPolicy;
use super::{Desk, relay};
use crate::ticket::{Crowd, OpenTickets, Status, Ticket, Warning};
use alarms::{Alarms, Goal};
use groupdesk_contract::{NoteKind, Place};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// Divisor of a target: staff are warned when 1/`SOON` of it is left.
const SOON: i32 = 5;

/// Tickets that a digest lists at most.
const DIGEST_MAX_LINES: usize = 30;

/// Interval at which the tickets of a rush are told together, in seconds.
const TOGETHER_SECONDS: i64 = 60;

/// Longest time before a reply window closes at which staff are warned.
const WINDOW_SOON: SignedDuration = SignedDuration::from_mins(10);

/// Timer that is due with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    /// Staff get the messages that its member sent faster than staff can read.
    Gathered,
    /// Staff are told of it with the others of a rush.
    Crowd,
    /// A room that refused its notice is told once more.
    TellAgain,
    /// Staff find it in the digest.
    Digest,
    /// The next tier is told that nobody claims it.
    Escalate,
    /// Staff are warned that a target is near or missed.
    Warn(Warning),
    /// Nobody said for whom words are that staff wrote.
    Held,
    /// The platform soon takes no reply any more.
    Window,
    /// The ticket is resolved, because its member did not answer.
    Resolve,
    /// The ticket is closed: it can't be reopened any more.
    Close,
}

/// Times at which something is due with tickets.
#[derive(Debug, Default)]
pub struct TicketTimers {
    at: HashMap<u64, Timestamp>,
    queue: BTreeSet<(Timestamp, u64)>,
}

impl TicketTimers {
    /// Makes the timers of all open tickets.
    pub fn new(desk: &Desk<'_>, open_tickets: &OpenTickets, policy: &TicketPolicy) -> Self {
        let mut dues = Self::default();
        for ticket in open_tickets.all() {
            dues.set(ticket.number, desk.due(ticket, policy).map(|(at, _)| at));
        }
        dues
    }

    /// Recomputes the timers of the tickets that changed since the last commit.
    pub fn update(&mut self, desk: &Desk<'_>, open_tickets: &OpenTickets, policy: &TicketPolicy) {
        for number in open_tickets.changed() {
            let due = open_tickets
                .get(number)
                .and_then(|ticket| desk.due(ticket, policy));
            self.set(number, due.map(|(at, _)| at));
        }
    }

    /// Returns the time of the next timer.
    pub fn next(&self) -> Option<Timestamp> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Takes out the tickets with which something is due at `now`, the longest due first.
    pub fn take_due(&mut self, now: Timestamp) -> Vec<u64> {
        let mut due = Vec::new();
        while let Some(&(at, number)) = self.queue.first()
            && at <= now
        {
            self.set(number, None);
            due.push(number);
        }
        due
    }

    /// Ignores a ticket until it changes.
    pub fn leave_out(&mut self, number: u64) {
        self.set(number, None);
    }

    fn set(&mut self, number: u64, at: Option<Timestamp>) {
        if let Some(before) = self.at.remove(&number) {
            self.queue.remove(&(before, number));
        }
        if let Some(at) = at {
            self.at.insert(number, at);
            self.queue.insert((at, number));
        }
    }
}

impl Desk<'_> {
    /// Does what is due at `now` with some tickets; each of them that had something due has changed afterwards.
    pub fn tickets_due(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        numbers: &[u64],
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        let mut outgoing = Vec::new();
        let mut digests: BTreeMap<Place, Vec<String>> = BTreeMap::new();
        let mut crowds: BTreeMap<Place, Vec<u64>> = BTreeMap::new();
        let mut unclaimed: BTreeMap<Place, Vec<u64>> = BTreeMap::new();
        let mut alarms = Alarms::default();
        let mut numbers = VecDeque::from(numbers);
        while let Some(number) = numbers.pop_front() {
            let Some(ticket) = open_tickets.get(number) else {
                continue;
            };
            let Some((_, due)) = self.due(ticket, policy).filter(|(at, _)| *at <= now) else {
                // The calendar has changed: it is due at another time.
                open_tickets.mark(number, |_| {});
                continue;
            };
            // After a stop, or over a night, more than one stage of a ticket may have come: the later one is told.
            if matches!(due, Due::Escalate | Due::Warn(_)) {
                numbers.push_front(number);
            }
            match due {
                Due::Gathered => outgoing.extend(self.gathered(open_tickets, policy, number, now)),
                Due::Crowd => {
                    for room in &ticket.rooms {
                        crowds.entry(room.clone()).or_default().push(number);
                    }
                    open_tickets.mark(number, |ticket| ticket.crowd = Some(Crowd::Told));
                }
                Due::TellAgain => {
                    let mut rooms = Vec::new();
                    open_tickets.mark(number, |ticket| rooms = ticket.take_tell_again(now));
                    if let Some(ticket) = open_tickets.get(number) {
                        let text = self.in_language(language).tell_again(ticket);
                        outgoing.extend(self.notice_again(open_tickets, policy, ticket, text, &rooms, now));
                    }
                }
                Due::Digest => {
                    let mut line = self.in_language(language).ticket_line(ticket, now);
                    if let Some(link) = &ticket.link {
                        line.push_str("\n    ");
                        line.push_str(link);
                    }
                    for room in &ticket.rooms {
                        digests.entry(room.clone()).or_default().push(line.clone());
                    }
                    open_tickets.mark(number, |ticket| ticket.in_digest = false);
                }
                Due::Escalate if ticket.crowd.is_some() => {
                    for room in next_tier_rooms(policy, ticket) {
                        unclaimed.entry(room.clone()).or_default().push(number);
                    }
                    open_tickets.mark(number, |ticket| {
                        ticket.tier += 1;
                        ticket.add_rooms(&policy.escalate_to);
                    });
                }
                Due::Escalate => {
                    let waited = self
                        .knowledge
                        .faq
                        .service()
                        .business_time(ticket.waits_since(), now);
                    let line = self.in_language(language).ticket_line(ticket, now);
                    let text = self.in_language(language).escalated(waited.as_mins(), &line);
                    let told = self.tell_next_tier(open_tickets, policy, ticket, text, now);
                    alarms.add(number, Goal::FirstResponse, told);
                    open_tickets.mark(number, |ticket| {
                        ticket.tier += 1;
                        ticket.add_rooms(&policy.escalate_to);
                    });
                }
                // It is too late for a warning: the other one says it all.
                Due::Warn(warning)
                    if warning != missed(warning)
                        && self.target(ticket, missed(warning)).is_some_and(|at| at <= now) =>
                {
                    open_tickets.mark(number, |ticket| ticket.warned.push(warning));
                }
                Due::Warn(warning) => {
                    let told = self.warned(open_tickets, policy, ticket, warning, now);
                    alarms.add(number, goal(warning), told);
                    open_tickets.mark(number, |ticket| {
                        ticket.warned.push(warning);
                        if warning == missed(warning) {
                            ticket.add_rooms(&policy.escalate_to);
                        }
                    });
                }
                Due::Held => outgoing.extend(self.keep_held(open_tickets, policy, number, now)),
                Due::Window => {
                    if let Some(window) = &ticket.window {
                        let until = self.when(now, window.until, language);
                        let line = self.in_language(language).ticket_line(ticket, now);
                        let text = self
                            .in_language(language)
                            .window_closes(&until, window.left, &line);
                        let called = self.responsible(open_tickets, policy, ticket, now);
                        let told = Notice::new(ticket, NoteKind::Event, text)
                            .calling(self.in_language(language).on_duty(), called);
                        outgoing.extend(told.to(&ticket.rooms));
                    }
                    open_tickets.mark(number, |ticket| {
                        if let Some(window) = &mut ticket.window {
                            window.warned = true;
                        }
                    });
                }
                Due::Resolve => outgoing.extend(self.resolved_in_silence(open_tickets, policy, number, now)),
                Due::Close => {
                    // It was found in the book a moment ago.
                    let _ = open_tickets.close(number, "groupdesk", now);
                }
            }
        }
        outgoing.extend(alarms.told(self.in_language(language)));
        for (rooms, are_new) in [(crowds, true), (unclaimed, false)] {
            for (room, numbers) in rooms {
                let tickets: Vec<&Ticket> = numbers
                    .iter()
                    .filter_map(|number| open_tickets.get(*number))
                    .collect();
                let texts = self.in_language(language);
                let text = if are_new {
                    texts.crowd(&tickets)
                } else {
                    texts.crowd_escalated(&tickets)
                };
                outgoing.push(plain(&room, text));
            }
        }
        for (room, mut lines) in digests {
            let more = lines.len().saturating_sub(DIGEST_MAX_LINES);
            let count = lines.len();
            if more > 0 {
                lines.truncate(DIGEST_MAX_LINES);
                lines.push(self.in_language(language).digest_more(more));
            }
            // A digest speaks of many tickets: quoting it is a reply to none of them.
            outgoing.push(plain(
                &room,
                self.in_language(language).tell_digest(count, &lines),
            ));
        }
        outgoing
    }

    /// Resolves a ticket whose member did not answer, and tells both sides.
    fn resolved_in_silence(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        number: u64,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let Some(before) = open_tickets.get(number).cloned() else {
            return Vec::new();
        };
        if open_tickets.resolve(number, "groupdesk", now).is_err() {
            return Vec::new();
        }
        let text = self
            .in_language(before.language)
            .ticket_resolved(number, None, policy.reopen_within);
        // Who has no answer to be silent about waits on.
        let waiting = self.part_unanswered(open_tickets, number, now);
        let answered = open_tickets.get(number).unwrap_or(&before).clone();
        let told = relay::tell_all(open_tickets, &answered, &text, now);
        let line = self.in_language(language).ticket_line(&before, now);
        let waited = self.in_language(language).span(policy.auto_resolve_after);
        let mut notice = self
            .in_language(language)
            .notice_resolved_in_silence(&waited, &line);
        if !told.reached_asker {
            notice.push('\n');
            notice.push_str(&self.in_language(language).member_not_told(number));
        }
        let mut outgoing = told.outgoing;
        outgoing.extend(Notice::new(&before, NoteKind::Ended, notice).to(&before.rooms));
        outgoing.extend(waiting);
        outgoing
    }

    /// Tells staff what a ticket's member wrote faster than they can read.
    fn gathered(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        number: u64,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let (mut lines, mut more) = (Vec::new(), 0);
        open_tickets.mark(number, |ticket| (lines, more) = ticket.gathering.flush(now));
        let Some(ticket) = open_tickets.get(number).filter(|_| !lines.is_empty()) else {
            return Vec::new();
        };
        let text = self.in_language(language).tell_gathered(number, &lines, more);
        let said = NoteKind::Said {
            by: ticket.member_name.clone(),
            said: lines.join("\n"),
        };
        let mut notice = Notice::new(ticket, said, text);
        if ticket.owner.is_some() {
            let called = self.responsible(open_tickets, policy, ticket, now);
            notice = notice.calling(self.in_language(language).for_owner(), called);
        }
        notice.to(&ticket.rooms)
    }

    /// Makes the message to the next tier, after the people that were told so far.
    fn tell_next_tier(
        &self,
        open_tickets: &OpenTickets,
        policy: &TicketPolicy,
        ticket: &Ticket,
        text: String,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let rooms = next_tier_rooms(policy, ticket);
        let people = self.on_duty(open_tickets, &policy.roster, ticket.tier.saturating_add(1), now);
        let people = if people.is_empty() {
            self.on_duty(open_tickets, &policy.roster, 0, now)
        } else {
            people
        };
        Notice::new(ticket, NoteKind::Event, text)
            .calling(self.in_language(language).on_duty(), people)
            .to(rooms)
    }

    /// Warns of a target: the ticket's owner when it is near, the next tier too when it is missed.
    fn warned(
        &self,
        open_tickets: &OpenTickets,
        policy: &TicketPolicy,
        ticket: &Ticket,
        warning: Warning,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let line = self.in_language(language).ticket_line(ticket, now);
        let at = self.target(ticket, warning).unwrap_or(now);
        let text = self
            .in_language(language)
            .target(warning, &self.when(now, at, language), &line);
        match warning {
            Warning::FirstResponseSoon | Warning::ResolutionSoon => {
                let called = self.responsible(open_tickets, policy, ticket, now);
                Notice::new(ticket, NoteKind::Event, text)
                    .calling(self.in_language(language).on_duty(), called)
                    .to(&ticket.rooms)
            }
            Warning::FirstResponseMissed | Warning::ResolutionMissed => {
                let mut told = self.tell_next_tier(open_tickets, policy, ticket, text.clone(), now);
                let others: Vec<Place> = ticket
                    .rooms
                    .iter()
                    .filter(|room| told.iter().all(|outgoing| outgoing.place != **room))
                    .cloned()
                    .collect();
                told.extend(Notice::new(ticket, NoteKind::Event, text).to(&others));
                told
            }
        }
    }

    /// Staff who are responsible for a ticket now: its owner, or those on duty.
    fn responsible<'p>(
        &self,
        open_tickets: &OpenTickets,
        policy: &'p TicketPolicy,
        ticket: &'p Ticket,
        now: Timestamp,
    ) -> Vec<Called<'p>> {
        let owner =
            ticket
                .owner
                .as_ref()
                .and_then(|owner| match policy.roster.person(&owner.account, &owner.id) {
                    Some(person) => self
                        .is_there(open_tickets, person, now)
                        .then_some(Called::Person(person)),
                    None => {
                        let room = ticket.rooms.iter().find(|room| room.account == owner.account)?;
                        Some(Called::Id(room, owner.id.clone()))
                    }
                });
        match owner {
            Some(owner) => vec![owner],
            None => self.on_duty(open_tickets, &policy.roster, 0, now),
        }
    }

    /// Returns the time at which a target of a ticket is near or missed; `None` where it has no such target.
    pub(super) fn target(&self, ticket: &Ticket, warning: Warning) -> Option<Timestamp> {
        let service = self.knowledge.faq.service();
        let (whole, soon) = match warning {
            Warning::FirstResponseSoon => (ticket.targets.first_response?, true),
            Warning::FirstResponseMissed => (ticket.targets.first_response?, false),
            Warning::ResolutionSoon => (ticket.targets.resolution?, true),
            Warning::ResolutionMissed => (ticket.targets.resolution?, false),
        };
        let time = if soon { whole - whole / SOON } else { whole };
        let time = match warning {
            Warning::FirstResponseSoon | Warning::FirstResponseMissed => time,
            // The time in which the member was waited for is not the staff's.
            Warning::ResolutionSoon | Warning::ResolutionMissed => ticket
                .pauses
                .iter()
                .filter_map(|pause| Some(service.business_time(pause.from, pause.to?)))
                .fold(time, SignedDuration::saturating_add),
        };
        service.add_business_time(ticket.opened, time)
    }

    /// Renders a ticket's targets and their times in lines for staff; empty where it has none.
    pub(super) fn timing(&self, ticket: &Ticket, now: Timestamp) -> String {
        let language = self.knowledge.faq.language();
        let service = self.knowledge.faq.service();
        let mut text = String::new();
        if let Some(replied) = ticket.first_reply {
            let minutes = service.business_time(ticket.opened, replied).as_mins();
            text.push_str(&self.in_language(language).first_reply_took(minutes));
        } else if let Some(at) = self.target(ticket, Warning::FirstResponseMissed) {
            text.push_str(
                &self
                    .in_language(language)
                    .answer_by(&self.when(now, at, language)),
            );
        }
        if ticket.status.is_active()
            && let Some(at) = self.target(ticket, Warning::ResolutionMissed)
        {
            text.push_str(
                &self
                    .in_language(language)
                    .resolve_by(&self.when(now, at, language)),
            );
        }
        if let Some(window) = &ticket.window {
            text.push_str(&self.window_line(window, now));
        }
        text
    }

    /// Returns the next timer of a ticket.
    fn due(&self, ticket: &Ticket, policy: &TicketPolicy) -> Option<(Timestamp, Due)> {
        let held = Self::held_until(ticket).map(|at| (at, Due::Held));
        let due = held.into_iter().chain(self.due_of_status(ticket, policy));
        due.min_by_key(|(at, _)| *at)
    }

    /// Returns the next timer that follows from how a ticket stands.
    fn due_of_status(&self, ticket: &Ticket, policy: &TicketPolicy) -> Option<(Timestamp, Due)> {
        let service = self.knowledge.faq.service();
        if let Some(at) = ticket.gathering.due(policy.gather) {
            return Some((at, Due::Gathered));
        }
        if ticket.status == Status::Resolved {
            let ended = ticket.ended.unwrap_or(ticket.opened);
            let at = ended
                .saturating_add(policy.reopen_within)
                .unwrap_or(Timestamp::MAX);
            return Some((at, Due::Close));
        }
        if ticket.status == Status::Waiting && policy.auto_resolve_after.is_positive() {
            let at = service.add_business_time(ticket.asked_back_at(), policy.auto_resolve_after)?;
            return Some((at, Due::Resolve));
        }
        let staffs_turn = matches!(ticket.status, Status::Open | Status::Claimed);
        if !staffs_turn {
            return None;
        }
        let digest = ticket.in_digest.then(|| {
            let spoke = ticket.member_spoke;
            // Who could not be told, or only of a number among many, finds it at the next opening.
            if service.is_open(spoke) && ticket.told_rooms().eq(&ticket.rooms) && ticket.crowd.is_none() {
                Some(spoke)
            } else {
                service.next_opening(spoke)
            }
        });
        let digest = digest.flatten().map(|at| (at, Due::Digest));
        let tiers = policy.roster.further_tiers().max(1);
        let escalate =
            (ticket.status == Status::Open && ticket.tier < tiers && policy.escalate_after.is_positive())
                .then(|| {
                    let steps = i32::try_from(ticket.tier.saturating_add(1)).unwrap_or(i32::MAX);
                    let after = policy.escalate_after.checked_mul(steps)?;
                    service.add_business_time(ticket.waits_since(), after)
                });
        let escalate = escalate
            .flatten()
            .map(|at| (if ticket.crowd.is_some() { whole(at) } else { at }, Due::Escalate));
        let crowd = (ticket.crowd == Some(Crowd::Untold)).then(|| (whole(ticket.opened), Due::Crowd));
        let again = ticket.tell_again_at().map(|at| (at, Due::TellAgain));
        let window = ticket.window.filter(|window| !window.warned && window.left > 0);
        let window = window.and_then(|window| {
            let whole = window.until.duration_since(ticket.member_spoke);
            let before = (whole / 3).min(WINDOW_SOON);
            Some((window.until.checked_sub(before).ok()?, Due::Window))
        });
        let first = [Warning::FirstResponseMissed, Warning::FirstResponseSoon];
        let first = first.into_iter().filter(|_| ticket.first_reply.is_none());
        // In a rush the targets are missed, which nobody needs to hear of each ticket.
        let alone = ticket.crowd.is_none();
        let warnings = first
            .chain([Warning::ResolutionMissed, Warning::ResolutionSoon])
            .filter(|_| alone)
            .filter(|warning| !ticket.warned.contains(warning) && !ticket.warned.contains(&missed(*warning)))
            .filter_map(|warning| Some((self.target(ticket, warning)?, Due::Warn(warning))));
        digest
            .into_iter()
            .chain(crowd)
            .chain(again)
            .chain(escalate)
            .chain(window)
            .chain(warnings)
            .min_by_key(|(at, _)| *at)
    }
}

/// Rooms that are told when nobody claims a ticket.
fn next_tier_rooms<'a>(policy: &'a TicketPolicy, ticket: &'a Ticket) -> &'a [Place] {
    if policy.escalate_to.is_empty() {
        &ticket.rooms
    } else {
        &policy.escalate_to
    }
}

/// Rounds a time up to the end of its minute, so that the timers of many tickets fire together.
fn whole(at: Timestamp) -> Timestamp {
    let second = at.as_second();
    let end = second - second.rem_euclid(TOGETHER_SECONDS) + TOGETHER_SECONDS;
    Timestamp::from_second(end).unwrap_or(at)
}

/// Returns the goal of a warning's target.
fn goal(warning: Warning) -> Goal {
    match warning {
        Warning::FirstResponseSoon | Warning::FirstResponseMissed => Goal::FirstResponse,
        Warning::ResolutionSoon | Warning::ResolutionMissed => Goal::Resolution,
    }
}

/// Returns the "missed" warning of the same target: once staff had that, its other warning is no news.
fn missed(warning: Warning) -> Warning {
    match warning {
        Warning::FirstResponseSoon | Warning::FirstResponseMissed => Warning::FirstResponseMissed,
        Warning::ResolutionSoon | Warning::ResolutionMissed => Warning::ResolutionMissed,
    }
}
