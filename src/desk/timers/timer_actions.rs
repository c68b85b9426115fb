//! The things that are done with tickets whose timers are due: notices to staff, alone or together with those of other tickets, and
//! the end of a ticket.

use super::TicketTimer;
use super::merged_warnings::{MergedWarnings, SlaTarget};
use crate::desk::effects::Outgoing;
use crate::desk::policy::TicketPolicy;
use crate::desk::staff_notice::{Called, Notice, plain};
use crate::desk::{Desk, relay};
use crate::texts::ComposedTexts;
use crate::ticket::{Crowd, OpenTickets, Ticket};
use groupdesk_contract::{NoteKind, Place};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// Tickets that a digest lists at most.
const DIGEST_MAX_LINES: usize = 30;

/// Notices of one moment. Those that a room gets of several tickets are put together at the end.
#[derive(Default)]
struct TimerNotices {
    /// Messages about one ticket each.
    outgoing: Vec<Outgoing>,
    warnings: MergedWarnings,
    /// Lines of the digest, by room.
    digests: BTreeMap<Place, Vec<String>>,
    /// Numbers of new tickets of a rush, by room.
    crowds: BTreeMap<Place, Vec<u64>>,
    /// Numbers of tickets of a rush that nobody claims, by room.
    unclaimed: BTreeMap<Place, Vec<u64>>,
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
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        let mut numbers = VecDeque::from(numbers);
        let mut notices = TimerNotices::default();
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
            if matches!(due, TicketTimer::Escalate | TicketTimer::Warn(_)) {
                numbers.push_front(number);
            }
            self.run_timer(open_tickets, policy, (number, due), now, &mut notices);
        }
        notices.put_together(open_tickets, self.in_language(self.knowledge.faq.language()))
    }

    /// Does what one timer of a ticket is for.
    fn run_timer(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        (number, due): (u64, TicketTimer),
        now: Timestamp,
        notices: &mut TimerNotices,
    ) {
        let outgoing = match due {
            TicketTimer::Gathered => self.gathered(open_tickets, policy, number, now),
            TicketTimer::Crowd => {
                notices.add_to_crowd(open_tickets, number);
                Vec::new()
            }
            TicketTimer::TellAgain => self.tell_again(open_tickets, policy, number, now),
            TicketTimer::Digest => {
                self.add_to_digest(open_tickets, number, now, notices);
                Vec::new()
            }
            TicketTimer::Escalate => {
                self.escalate(open_tickets, policy, number, now, notices);
                Vec::new()
            }
            TicketTimer::Warn(warning) => {
                self.warn_of_target(
                    open_tickets,
                    policy,
                    (number, warning),
                    now,
                    &mut notices.warnings,
                );
                Vec::new()
            }
            TicketTimer::Held => Vec::from_iter(self.keep_held(open_tickets, policy, number, now)),
            TicketTimer::Window => self.warn_of_window(open_tickets, policy, number, now),
            TicketTimer::Resolve => self.resolved_in_silence(open_tickets, policy, number, now),
            TicketTimer::Close => {
                // It was found among the open tickets a moment ago.
                let _ = open_tickets.close(number, "groupdesk", now);
                Vec::new()
            }
        };
        notices.outgoing.extend(outgoing);
    }

    /// Tells the rooms again that refused a ticket's notice.
    fn tell_again(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        number: u64,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let mut rooms = Vec::new();
        open_tickets.mark(number, |ticket| rooms = ticket.take_tell_again(now));
        let Some(ticket) = open_tickets.get(number) else {
            return Vec::new();
        };
        let text = self.in_language(self.knowledge.faq.language()).tell_again(ticket);
        self.notice_again(open_tickets, policy, ticket, text, &rooms, now)
    }

    /// Adds a ticket to the digests of its rooms.
    fn add_to_digest(
        &self,
        open_tickets: &mut OpenTickets,
        number: u64,
        now: Timestamp,
        notices: &mut TimerNotices,
    ) {
        if let Some(ticket) = open_tickets.get(number) {
            let texts = self.in_language(self.knowledge.faq.language());
            let mut line = texts.ticket_line(ticket, now);
            if let Some(link) = &ticket.link {
                line.push_str("\n    ");
                line.push_str(link);
            }
            for room in &ticket.rooms {
                notices
                    .digests
                    .entry(room.clone())
                    .or_default()
                    .push(line.clone());
            }
        }
        open_tickets.mark(number, |ticket| ticket.in_digest = false);
    }

    /// Tells the next tier that nobody claims a ticket; of one in a rush together with the others.
    fn escalate(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        number: u64,
        now: Timestamp,
        notices: &mut TimerNotices,
    ) {
        let Some(ticket) = open_tickets.get(number) else {
            return;
        };
        if ticket.crowd.is_some() {
            for room in next_tier_rooms(policy, ticket) {
                notices.unclaimed.entry(room.clone()).or_default().push(number);
            }
        } else {
            let service = self.knowledge.faq.service();
            let waited = service.business_time(ticket.waits_since(), now);
            let texts = self.in_language(self.knowledge.faq.language());
            let text = texts.escalated(waited.as_mins(), &texts.ticket_line(ticket, now));
            let told = self.tell_next_tier(open_tickets, policy, ticket, text, now);
            notices.warnings.add(number, SlaTarget::FirstResponse, told);
        }
        open_tickets.mark(number, |ticket| {
            ticket.tier += 1;
            ticket.add_rooms(&policy.escalate_to);
        });
    }

    /// Warns staff that the platform soon takes no reply to a ticket's member any more.
    fn warn_of_window(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        number: u64,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let mut outgoing = Vec::new();
        if let Some(ticket) = open_tickets.get(number)
            && let Some(window) = &ticket.window
        {
            let texts = self.in_language(language);
            let until = self.when(now, window.until, language);
            let line = texts.ticket_line(ticket, now);
            let text = texts.window_closes(&until, window.left, &line);
            let called = self.responsible(open_tickets, policy, ticket, now);
            outgoing = Notice::new(ticket, NoteKind::Event, text)
                .calling(texts.on_duty(), called)
                .for_rooms(&ticket.rooms);
        }
        open_tickets.mark(number, |ticket| {
            if let Some(window) = &mut ticket.window {
                window.warned = true;
            }
        });
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
        outgoing.extend(Notice::new(&before, NoteKind::Ended, notice).for_rooms(&before.rooms));
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
        notice.for_rooms(&ticket.rooms)
    }

    /// Makes the message to the next tier, after the people that were told so far.
    pub(super) fn tell_next_tier(
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
            .for_rooms(rooms)
    }

    /// Staff who are responsible for a ticket now: its owner, or those on duty.
    pub(super) fn responsible<'p>(
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
}

impl TimerNotices {
    /// Adds a new ticket of a rush to what its rooms are told together.
    fn add_to_crowd(&mut self, open_tickets: &mut OpenTickets, number: u64) {
        if let Some(ticket) = open_tickets.get(number) {
            for room in &ticket.rooms {
                self.crowds.entry(room.clone()).or_default().push(number);
            }
        }
        open_tickets.mark(number, |ticket| ticket.crowd = Some(Crowd::Told));
    }

    /// Returns the messages, to each room one of all tickets of a rush and one digest.
    fn put_together(self, open_tickets: &OpenTickets, texts: ComposedTexts<'_>) -> Vec<Outgoing> {
        let mut outgoing = self.outgoing;
        outgoing.extend(self.warnings.into_messages(texts));
        let all_of = |numbers: &[u64]| -> Vec<&Ticket> {
            numbers
                .iter()
                .filter_map(|number| open_tickets.get(*number))
                .collect()
        };
        for (room, numbers) in self.crowds {
            outgoing.push(plain(&room, texts.crowd(&all_of(&numbers))));
        }
        for (room, numbers) in self.unclaimed {
            outgoing.push(plain(&room, texts.crowd_escalated(&all_of(&numbers))));
        }
        for (room, mut lines) in self.digests {
            let count = lines.len();
            let more = count.saturating_sub(DIGEST_MAX_LINES);
            if more > 0 {
                lines.truncate(DIGEST_MAX_LINES);
                lines.push(texts.digest_more(more));
            }
            // A digest speaks of many tickets: quoting it is a reply to none of them.
            outgoing.push(plain(&room, texts.tell_digest(count, &lines)));
        }
        outgoing
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
