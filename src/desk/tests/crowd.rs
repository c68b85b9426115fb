//! A thousand tickets of three hundred members with eight staff who act at random, over the National Day weeks of 2026:
//! what must hold whatever they do, and whenever the program is killed in between.

use super::world::knowledge;
use crate::desk::{
    ChannelContext, ChannelState, Desk, Effects, Outgoing, Policy, TicketPolicy, TicketTimers,
};
use crate::hours::{HolidayBook, HoursSpec, HoursTable, Schedule, ScheduleDetail, ScheduleSpec};
use crate::ticket::{OpenTickets, Person, Roster, Status, Targets, Ticket};
use groupdesk_contract::{
    Channel, ChannelKind, ChannelRole, MemberId, Message, MessageId, Place, ReplyWindow, Segment, Sender,
    Standing,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const GROUPS: usize = 10;
const MEMBERS: usize = 30;
const STAFF: usize = 8;
const TICKETS: u64 = 1000;

struct Crowd {
    now: Timestamp,
    open_tickets: OpenTickets,
    states: BTreeMap<Place, ChannelState>,
    lifecycle: TicketPolicy,
    policies: [Policy; 2],
    rooms: Vec<Place>,
    messages: u64,
    /// Tickets of which staff and member were told.
    told: BTreeSet<u64>,
    random: fastrand::Rng,
}

fn shifts(hours: &str) -> Schedule {
    let detail = ScheduleDetail {
        weekly: HoursTable(vec![("mon-fri".to_owned(), HoursSpec::One(hours.to_owned()))]),
        holidays: Some("cn".to_owned()),
        ..ScheduleDetail::default()
    };
    Schedule::build(&ScheduleSpec::Detailed(detail), &HolidayBook::shipped()).unwrap()
}

impl Crowd {
    fn new(seed: u64) -> Self {
        let people = (0..STAFF).map(|at| Person {
            name: format!("staff{at}"),
            ids: vec![("tg".into(), MemberId::new(format!("s{at}")))],
            shifts: match at % 4 {
                0 => Some(shifts("08:00-12:00")),
                1 => Some(shifts("12:00-17:30")),
                _ => None,
            },
            tier: if at < 6 { 1 } else { 2 },
        });
        let paid = Policy {
            targets: Targets {
                first_response: Some(SignedDuration::from_mins(30)),
                resolution: Some(SignedDuration::from_hours(8)),
            },
            ..Policy::default()
        };
        Self {
            now: "2026-09-29T07:00:00+08:00".parse().unwrap(),
            open_tickets: OpenTickets::default(),
            states: BTreeMap::new(),
            lifecycle: TicketPolicy {
                roster: Roster {
                    people: people.collect(),
                },
                ..TicketPolicy::default()
            },
            policies: [Policy::default(), paid],
            rooms: vec![Place::new("tg", "staff"), Place::new("mail", "support")],
            messages: 0,
            told: BTreeSet::new(),
            random: fastrand::Rng::with_seed(seed),
        }
    }

    fn message(
        &mut self,
        channel: &str,
        kind: ChannelKind,
        who: String,
        text: &str,
        called: bool,
    ) -> Message {
        self.messages += 1;
        Message {
            id: MessageId::new(self.messages.to_string()),
            channel: Channel {
                id: channel.into(),
                kind,
                name: None,
            },
            sender: Sender {
                id: MemberId::new(who.clone()),
                name: who,
                role: ChannelRole::Member,
                is_bot: false,
                is_self: false,
                standing: Standing::Member,
            },
            segments: vec![Segment::Text(text.to_owned())],
            mentions_bot: called,
            at: self.now,
            ticket: None,
            link: None,
        }
    }

    fn member_acts(&mut self) {
        let group = self.random.usize(..GROUPS);
        let who = format!("m{group}-{}", self.random.usize(..MEMBERS));
        let place = Place::new("qq", format!("group:{group}").as_str());
        let texts = [
            "转人工",
            "升级以后数据库报错 1045 怎么办",
            "还是不行",
            "解决了",
            "你们几点上班",
            "我的工单",
            "今晚吃什么",
        ];
        let text = texts[self.random.usize(..texts.len())];
        let called = self.random.u8(..4) > 0;
        let message = self.message(
            place.channel.as_str(),
            ChannelKind::Group,
            who.clone(),
            text,
            called,
        );
        let before = self.open_tickets.asked_by(&place, &MemberId::new(who)).cloned();
        let quoted = before
            .as_ref()
            .map(|ticket| ticket.number)
            .filter(|_| self.random.bool());
        let state = self.states.remove(&place).unwrap_or_default();
        let (effects, state) = {
            let channel_context = self.channel_context(&place, group);
            Desk::new(knowledge()).message(&channel_context, self.now, state, &message, false, quoted)
        };
        self.states.insert(place.clone(), state);
        // Who is waited for may ask the bot something else.
        let answers = |ticket: &Ticket| {
            ticket.status == Status::Waiting && effects.decided.decision.kind().stored() == "answer"
        };
        if let Some(before) = before.filter(|ticket| ticket.status.is_held() && !answers(ticket)) {
            let to_member: Vec<String> = effects
                .outgoing
                .iter()
                .filter(|outgoing| outgoing.place == place)
                .map(|outgoing| outgoing.reply.text())
                .collect();
            for said in to_member {
                let allowed = ["非服务时间", "标记为解决", "没能送达"];
                assert!(
                    said.contains(&format!("#{}", before.number))
                        || allowed.iter().any(|word| said.contains(word)),
                    "the bot speaks over {before:?}: {said}"
                );
            }
        }
        self.take(effects);
        let due = self.states.get(&place).and_then(ChannelState::wake_at);
        if let Some(due) = due {
            self.now = self.now.max(due);
            let mut state = self.states.remove(&place).unwrap_or_default();
            for member in state.due(self.now, &self.policies[group % 2]) {
                let effects = {
                    let channel_context = self.channel_context(&place, group);
                    Desk::new(knowledge()).wake(&channel_context, self.now, &mut state, &member)
                };
                self.take(effects);
            }
            self.states.insert(place, state);
        }
    }

    fn channel_context<'a>(&'a self, place: &'a Place, group: usize) -> ChannelContext<'a> {
        ChannelContext {
            place,
            policy: &self.policies[group % 2],
            tell: &self.rooms,
            next_ticket: self.open_tickets.next_number(),
            tickets: &self.open_tickets,
            lifecycle: &self.lifecycle,
            window: (group.is_multiple_of(5)).then_some(ReplyWindow {
                within: Duration::from_secs(3600),
                replies: 3,
            }),
            buttons: group.is_multiple_of(3),
            unsend: false,
        }
    }

    /// Checks that a new ticket is told to its member and to every room at once.
    fn take(&mut self, effects: Effects) {
        if let Some(ticket) = effects.ticket().cloned() {
            self.told_of(&ticket, &effects.outgoing);
        }
        for step in effects.steps {
            step.apply(&mut self.open_tickets, self.now);
        }
    }

    fn told_of(&mut self, ticket: &Ticket, outgoing: &[Outgoing]) {
        let number = format!("#{}", ticket.number);
        let hears = |place: &Place| {
            let mut said = outgoing.iter().filter(|outgoing| outgoing.place == *place);
            said.any(|outgoing| outgoing.reply.text().contains(&number))
        };
        assert!(
            hears(&ticket.place) && ticket.rooms.iter().all(hears),
            "{ticket:?} {outgoing:?}"
        );
        assert!(self.rooms.iter().all(|room| ticket.is_of(room)), "{ticket:?}");
        self.told.insert(ticket.number);
    }

    /// Checks that members who wait on after a resolved ticket get one of their own, which is told like any other.
    fn parted(&mut self, next: u64, outgoing: &[Outgoing]) {
        let new: Vec<Ticket> = self
            .open_tickets
            .all()
            .filter(|ticket| ticket.number >= next)
            .cloned()
            .collect();
        for ticket in new {
            self.told_of(&ticket, outgoing);
        }
    }

    fn staff_acts(&mut self) {
        let numbers: Vec<u64> = self.open_tickets.all().map(|ticket| ticket.number).collect();
        let Some(number) = self.random.choice(numbers) else {
            return;
        };
        let who = format!("s{}", self.random.usize(..STAFF));
        let orders = [
            "claim",
            "请重启一下",
            "看文档",
            "resolve",
            "close",
            "release",
            "reopen",
            "note 老客户",
            "off",
            "on",
            "发日志",
            "resolve",
        ];
        let order = orders[self.random.usize(..orders.len())];
        let text = match order {
            "on" | "off" => format!("/t {order}"),
            order => format!("/t {number} {order}"),
        };
        let message = self.message("staff", ChannelKind::Group, who.clone(), &text, false);
        let before = self.open_tickets.get(number).cloned();
        let next = self.open_tickets.next_number();
        let room = self.rooms[0].clone();
        let effects = Desk::new(knowledge()).staff_room(
            &room,
            &mut self.open_tickets,
            &self.lifecycle,
            self.now,
            &message,
            None,
        );
        self.parted(next, &effects.outgoing);
        let after = self.open_tickets.get(number).cloned();
        if let Some(before) = before {
            let reply = order.chars().next().is_some_and(|first| !first.is_ascii());
            if reply {
                self.reached(&before, after.as_ref(), &effects.outgoing);
            }
            if order == "claim"
                && let (Some(owner), Some(after)) = (&before.owner, &after)
                && before.status.is_active()
            {
                assert_eq!(after.owner.as_ref(), Some(owner), "two cannot claim it");
            }
        }
    }

    /// Checks that a reply goes once to the ticket's channel, or is kept for the member's next message, and to no other
    /// channel in which somebody watches.
    fn reached(&self, before: &Ticket, after: Option<&Ticket>, outgoing: &[Outgoing]) {
        let mut places: Vec<&Place> = outgoing
            .iter()
            .filter(|outgoing| {
                outgoing
                    .about
                    .as_ref()
                    .is_some_and(|about| about.report.is_some())
            })
            .map(|outgoing| &outgoing.place)
            .collect();
        let sent = places.len();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), sent, "said twice in a channel: {outgoing:?}");
        let kept = after.is_some_and(|after| after.undelivered.len() > before.undelivered.len());
        let full = before.undelivered.len() >= 20;
        assert!(
            places.contains(&&before.place) || kept || full,
            "{before:?} {outgoing:?}"
        );
        for watcher in &before.watchers {
            let place = watcher
                .elsewhere
                .as_ref()
                .map_or(&before.place, |(place, _)| place);
            let mentioned = outgoing.iter().any(|outgoing| {
                outgoing.place == *place
                    && outgoing
                        .reply
                        .segments
                        .contains(&Segment::Mention(watcher.member.clone()))
            });
            if *place != before.place {
                assert!(!places.contains(&place), "nobody said it to all: {outgoing:?}");
                continue;
            }
            assert!(mentioned || kept || full, "{watcher:?} {outgoing:?}");
        }
    }

    /// Fires the timers of a time span, and checks that each leaves nothing due.
    fn time_passes(&mut self, minutes: i64) {
        let until = self.now.checked_add(SignedDuration::from_mins(minutes)).unwrap();
        let desk = Desk::new(knowledge());
        loop {
            let mut ticket_timers = TicketTimers::new(&desk, &self.open_tickets, &self.lifecycle);
            let Some(next) = ticket_timers.next().filter(|next| *next <= until) else {
                break;
            };
            self.now = self.now.max(next);
            let due = ticket_timers.take_due(self.now);
            let new = self.open_tickets.next_number();
            let outgoing = desk.tickets_due(&mut self.open_tickets, &self.lifecycle, &due, self.now);
            self.parted(new, &outgoing);
            ticket_timers.update(&desk, &self.open_tickets, &self.lifecycle);
            let again = TicketTimers::new(&desk, &self.open_tickets, &self.lifecycle);
            assert_eq!(
                ticket_timers.next(),
                again.next(),
                "what is kept of ticket_timers is what a new look finds"
            );
        }
        self.now = until;
    }

    /// Kills the program and starts it again: only what was committed is left.
    fn killed(&mut self) {
        self.open_tickets.take_change();
        let tickets: Vec<Ticket> = self
            .open_tickets
            .all()
            .map(|ticket| serde_json::from_str(&serde_json::to_string(ticket).unwrap()).unwrap())
            .collect();
        self.open_tickets = OpenTickets::new(
            tickets,
            self.open_tickets.next_number(),
            self.open_tickets.presence().clone(),
        );
        for state in self.states.values_mut() {
            *state = ChannelState::from_json(&state.to_json()).unwrap();
        }
    }

    fn check(&self) {
        for ticket in self.open_tickets.all() {
            assert!(
                self.told.contains(&ticket.number),
                "nobody was told of {ticket:?}"
            );
            assert_eq!(
                ticket.status.is_held(),
                ticket.owner.is_some() && ticket.status.is_active(),
                "{ticket:?}"
            );
            assert_eq!(
                ticket.ended.is_some(),
                ticket.status == Status::Resolved,
                "{ticket:?}"
            );
            let paused = ticket.pauses.last().is_some_and(|pause| pause.to.is_none());
            assert_eq!(
                paused,
                matches!(ticket.status, Status::Waiting | Status::Resolved),
                "{ticket:?}"
            );
            let found = self.open_tickets.of_member(&ticket.place, &ticket.member);
            assert_eq!(
                found.map(|found| found.number),
                Some(ticket.number),
                "a member has one ticket"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn whatever_a_crowd_does_nobody_is_forgotten(seed in any::<u64>()) {
        let mut crowd = Crowd::new(seed);
        let mut steps = 0u32;
        while crowd.open_tickets.next_number() <= TICKETS {
            steps += 1;
            prop_assert!(steps < 100_000, "only {} tickets", crowd.open_tickets.next_number());
            match crowd.random.u8(..10) {
                0..5 => crowd.member_acts(),
                5..9 => crowd.staff_acts(),
                _ => {
                    let minutes = crowd.random.i64(1..40);
                    crowd.time_passes(minutes);
                }
            }
            if crowd.random.u8(..50) == 0 {
                crowd.killed();
            }
            if steps.is_multiple_of(16) {
                crowd.check();
            }
        }
        crowd.check();
        // No state that can't be left: by staff's word, and by time alone once it is resolved.
        // Who joined one and has no answer waits on in another.
        let active = |open_tickets: &OpenTickets| open_tickets.all().find(|ticket| ticket.status.is_active()).map(|ticket| ticket.number);
        while let Some(number) = active(&crowd.open_tickets) {
            let message = crowd.message("staff", ChannelKind::Group, "s0".to_owned(), &format!("/t {number} resolve"), false);
            let room = crowd.rooms[0].clone();
            Desk::new(knowledge()).staff_room(&room, &mut crowd.open_tickets, &crowd.lifecycle, crowd.now, &message, None);
        }
        crowd.time_passes(25 * 60);
        prop_assert_eq!(crowd.open_tickets.all().count(), 0);
    }
}
