//! Delivery reports: tells staff whether a message of a ticket was delivered, refused, delayed or lost. A staff reply
//! that did not arrive is kept for the member. The notice of a ticket is never given up: other rooms are told, then every
//! room, then the member.

use super::Desk;
use super::channel_state::ChannelState;
use super::effects::Outgoing;
use super::policy::TicketPolicy;
use super::relay::keep_undelivered;
use super::staff_notice::{Notice, about, plain};
use crate::ticket::{Caller, OpenTickets, Reach, RelaySource, Ticket, TicketReference, UnreachedRoom};
use groupdesk_contract::{MemberId, MessageId, NoteKind, Place, Reply, TicketNote};
use jiff::Timestamp;

/// Outcome of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// The platform accepted it.
    Sent,
    /// It will not arrive.
    Refused {
        /// Reason, for an admin.
        reason: String,
    },
    /// The platform's answer got lost: it may have arrived or not.
    Unknown {
        /// Reason, for an admin.
        reason: String,
    },
    /// It has not arrived for a while, and is still retried.
    Late {
        /// Reason, for an admin.
        reason: String,
    },
}

/// Report on one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Channel that it went to.
    pub place: Place,
    /// Ticket that it belongs to, and its author where staff wrote it.
    pub about: Option<TicketReference>,
    /// Member whom it is about, where it belongs to no ticket.
    pub caller: Option<Caller>,
    /// `true` if it is the notice of the ticket itself: as long as no room has one, nobody knows of the ticket.
    pub opened: bool,
    /// Message that it answers.
    pub answers: Option<MessageId>,
    /// Outcome of the delivery.
    pub outcome: DeliveryStatus,
    /// Text of the message; empty where it was sent.
    pub text: String,
    /// Names of the pictures and files that it should have carried and did not.
    pub left_out: Vec<String>,
}

impl DeliveryReport {
    /// Makes the report on a reply. Keeps its text only where it was not sent.
    pub fn of(place: Place, about: Option<TicketReference>, reply: &Reply, outcome: DeliveryStatus) -> Self {
        let text = if outcome == DeliveryStatus::Sent {
            String::new()
        } else {
            reply.text()
        };
        Self {
            place,
            opened: about.is_some() && opens_ticket(reply),
            about,
            caller: None,
            answers: reply.quote.clone().filter(|_| reply.act.is_say()),
            outcome,
            text,
            left_out: Vec::new(),
        }
    }

    /// `true` if the desk has to act on the report.
    pub fn matters(&self) -> bool {
        let sent = self.outcome == DeliveryStatus::Sent;
        match &self.about {
            Some(about) => !sent || self.opened || about.report.is_some(),
            None => !sent && self.answers.is_some(),
        }
    }
}

/// `true` if a reply is the notice of a new ticket to a room.
pub(crate) fn opens_ticket(reply: &Reply) -> bool {
    let note = reply.note.as_ref();
    reply.act.is_say() && note.is_some_and(|note| matches!(note.kind, NoteKind::Opened { .. }))
}

impl Desk<'_> {
    /// Acts on the delivery report of a ticket's message. A staff reply that did not arrive is kept for the member's next
    /// message, and staff are told; a message of the desk itself that did not arrive is reported to the rooms that can
    /// still be told.
    pub fn delivered(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        report: &DeliveryReport,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let Some(about) = &report.about else {
            return Vec::new();
        };
        match &about.report {
            Some(source) => vec![self.reported(open_tickets, report, about.ticket, source)],
            None if report.opened => self.announced(open_tickets, policy, report, about.ticket, now),
            None => self.said_in_vain(open_tickets, policy, report, about.ticket),
        }
    }

    /// Tells other rooms of a call that a room was not told of: those of escalations, and every room of the installation. `tell` are the
    /// rooms of the caller's channel, which have a notice of their own.
    pub fn call_not_told(
        &self,
        policy: &TicketPolicy,
        tell: &[Place],
        report: &DeliveryReport,
    ) -> Vec<Outgoing> {
        let (Some(caller), DeliveryStatus::Late { reason }) = (&report.caller, &report.outcome) else {
            return Vec::new();
        };
        if !caller.is_call() {
            return Vec::new();
        }
        let text = self
            .in_language(self.knowledge.faq.language())
            .tell_of_call_instead(&report.place, reason, &report.text);
        let mut told: Vec<Outgoing> = Vec::new();
        for room in policy.escalate_to.iter().chain(&policy.staff_rooms) {
            let has_it = *room == report.place || tell.contains(room);
            if !has_it && told.iter().all(|told| told.place != *room) {
                told.push(Outgoing {
                    caller: Some(Caller {
                        instead: true,
                        ..caller.clone()
                    }),
                    ..plain(room, text.clone())
                });
            }
        }
        told
    }

    /// Forgets that an answer stands in a channel, where it was not delivered: nobody is pointed to it.
    pub fn forget_undelivered_answer(
        &self,
        mut state: ChannelState,
        report: &DeliveryReport,
    ) -> ChannelState {
        if let (DeliveryStatus::Refused { .. } | DeliveryStatus::Unknown { .. }, Some(message)) =
            (&report.outcome, &report.answers)
        {
            state.forget_answer(message);
        }
        state
    }

    /// Forgets that a message was answered: it was recalled or edited before its answer was sent.
    pub fn forget_answer_to(&self, mut state: ChannelState, message: &MessageId) -> ChannelState {
        state.forget_answer(message);
        state.not_dealt_with(message);
        state
    }

    /// Tells staff whether their reply was delivered.
    fn reported(
        &self,
        open_tickets: &mut OpenTickets,
        report: &DeliveryReport,
        number: u64,
        source: &RelaySource,
    ) -> Outgoing {
        let language = self.knowledge.faq.language();
        if matches!(report.outcome, DeliveryStatus::Refused { .. })
            && open_tickets
                .get(number)
                .is_some_and(|ticket| ticket.place == report.place)
        {
            open_tickets.mark(number, |ticket| keep_undelivered(ticket, &report.text));
        }
        let text = match &report.outcome {
            DeliveryStatus::Sent if !report.left_out.is_empty() => self
                .in_language(language)
                .delivered_without(number, &report.left_out),
            DeliveryStatus::Sent => self.in_language(language).delivery_sent(number),
            DeliveryStatus::Refused { reason } => self.in_language(language).delivery_refused(number, reason),
            DeliveryStatus::Unknown { reason } => self.in_language(language).delivery_unknown(number, reason),
            DeliveryStatus::Late { reason } => self.in_language(language).delivery_late(number, reason),
        };
        let kind = if report.outcome == DeliveryStatus::Sent && report.left_out.is_empty() {
            NoteKind::Receipt
        } else {
            NoteKind::Event
        };
        under(source, number, open_tickets.get(number), kind, text)
    }

    /// Tells the rooms that can be reached about a message that another room, or the member, did not get.
    fn said_in_vain(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        report: &DeliveryReport,
        number: u64,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let Some(ticket) = open_tickets.get(number) else {
            return Vec::new();
        };
        let text = match &report.outcome {
            DeliveryStatus::Sent => return Vec::new(),
            // What has no words takes words back.
            DeliveryStatus::Refused { .. } | DeliveryStatus::Unknown { .. } if report.text.is_empty() => {
                self.in_language(language).cannot_unsend(number)
            }
            DeliveryStatus::Refused { reason } | DeliveryStatus::Unknown { reason } => self
                .in_language(language)
                .report_not_told(number, &report.place, reason),
            DeliveryStatus::Late { reason } => {
                // That the room can't be reached was said when the ticket's notice was late.
                if !ticket.is_told(&report.place) {
                    return Vec::new();
                }
                self.in_language(language)
                    .report_told_late(number, &report.place, reason)
            }
        };
        let known = ticket.told_rooms().chain(&policy.escalate_to);
        let mut others: Vec<Place> = known.filter(|room| **room != report.place).cloned().collect();
        if others.is_empty() {
            let any = policy.staff_rooms.iter().filter(|room| **room != report.place);
            others = any.cloned().collect();
        }
        self.tell_of_trouble(open_tickets, number, &others, text)
    }

    /// Tells rooms of trouble with a ticket. Nobody is told where this fails as well: the log and the alerts remain.
    fn tell_of_trouble(
        &self,
        open_tickets: &mut OpenTickets,
        number: u64,
        rooms: &[Place],
        text: String,
    ) -> Vec<Outgoing> {
        // Who hears of it can see to it.
        open_tickets.mark(number, |ticket| ticket.add_rooms(rooms));
        let Some(ticket) = open_tickets.get(number) else {
            return Vec::new();
        };
        let told = Notice::new(ticket, NoteKind::Event, text).for_rooms(rooms);
        told.into_iter()
            .map(|outgoing| Outgoing {
                about: None,
                ..outgoing
            })
            .collect()
    }

    /// Handles the delivery of a ticket's notice to a room. Where it failed, the ticket's other rooms are told, else
    /// every room of the installation, else the member.
    fn announced(
        &self,
        open_tickets: &mut OpenTickets,
        policy: &TicketPolicy,
        report: &DeliveryReport,
        number: u64,
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let room = &report.place;
        let Some(ticket) = open_tickets.get(number) else {
            return Vec::new();
        };
        let (state, reason) = match &report.outcome {
            DeliveryStatus::Sent => {
                if ticket.unreached.iter().all(|unreached| unreached.room != *room) {
                    return Vec::new();
                }
                let waited_for = ticket.told_unreached;
                let in_service = self.knowledge.faq.service_open(ticket.member_spoke);
                open_tickets.mark(number, |ticket| {
                    ticket.unreached.retain(|unreached| unreached.room != *room);
                    ticket.told_unreached = false;
                    if in_service && ticket.unreached.is_empty() && ticket.crowd.is_none() {
                        // It was to stand there for want of this notice.
                        ticket.in_digest = false;
                    }
                });
                let told = open_tickets
                    .get(number)
                    .filter(|ticket| waited_for && ticket.status.is_active());
                let text = |ticket: &Ticket| self.in_language(ticket.language).somebody_told(number);
                return told
                    .map(|ticket| to_member(ticket, text(ticket)))
                    .into_iter()
                    .collect();
            }
            DeliveryStatus::Late { reason } => (Reach::Late, reason),
            DeliveryStatus::Refused { reason } | DeliveryStatus::Unknown { reason } => {
                (Reach::Refused, reason)
            }
        };
        let mut news = false;
        open_tickets.mark(number, |ticket| {
            news = ticket.not_reached(room, state, now);
            // Whatever becomes of the notices: at the next opening it is among what waits.
            ticket.in_digest |= ticket.status.is_active();
        });
        let Some(ticket) = open_tickets
            .get(number)
            .filter(|ticket| ticket.owner.is_none() && ticket.status.is_active())
        else {
            // Somebody has it, or nobody needs it any more.
            return Vec::new();
        };
        let told: Vec<Place> = ticket.told_rooms().cloned().collect();
        if !told.is_empty() {
            if !news {
                return Vec::new();
            }
            let text = match state {
                Reach::Late => self.in_language(language).report_told_late(number, room, reason),
                Reach::UnderWay | Reach::Refused => {
                    self.in_language(language).report_not_told(number, room, reason)
                }
            };
            let others = told
                .iter()
                .chain(&policy.escalate_to)
                .filter(|other| *other != room);
            let others: Vec<Place> = others.cloned().collect();
            return self.tell_of_trouble(open_tickets, number, &others, text);
        }
        let all = policy.escalate_to.iter().chain(&policy.staff_rooms);
        let mut instead: Vec<Place> = all.filter(|other| !ticket.is_of(other)).cloned().collect();
        instead.dedup();
        if !instead.is_empty() {
            let text = self.in_language(language).told_instead(ticket, room, reason);
            let told = self.notice_again(open_tickets, policy, ticket, text, &instead, now);
            open_tickets.mark(number, |ticket| {
                ticket.add_rooms(&instead);
                ticket
                    .unreached
                    .extend(instead.into_iter().map(UnreachedRoom::new));
            });
            return told;
        }
        // While the member can't be reached either, they are told nothing that is over when it arrives.
        let same_fate = |unreached: &UnreachedRoom| {
            unreached.state == Reach::Late && unreached.room.account == ticket.place.account
        };
        if ticket.told_unreached || ticket.unreached.iter().all(same_fate) {
            return Vec::new();
        }
        let open_now = self.knowledge.faq.open_now(now, ticket.language);
        let told = to_member(
            ticket,
            self.in_language(ticket.language).nobody_told(number, &open_now),
        );
        open_tickets.mark(number, |ticket| ticket.told_unreached = true);
        vec![told]
    }

    /// Makes the notice of a ticket that was opened before.
    pub(super) fn notice_again(
        &self,
        open_tickets: &OpenTickets,
        policy: &TicketPolicy,
        ticket: &Ticket,
        text: String,
        rooms: &[Place],
        now: Timestamp,
    ) -> Vec<Outgoing> {
        let language = self.knowledge.faq.language();
        let said = [ticket.earlier.as_str(), ticket.transcript.as_str()];
        let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
        let opened = NoteKind::Opened {
            said: said.join("\n"),
        };
        let people = self.on_duty(open_tickets, &policy.roster, 0, now);
        Notice::new(ticket, opened, text)
            .calling(self.in_language(language).on_duty(), people)
            .with_buttons(self.in_language(language).ticket_buttons(ticket.number))
            .for_rooms(rooms)
    }
}

/// Sends a text to a ticket's member, under their latest message.
pub(super) fn to_member(ticket: &Ticket, text: String) -> Outgoing {
    Outgoing {
        place: ticket.place.clone(),
        reply: Reply::of_text(ticket.place.channel.clone(), ticket.kind, text)
            .with_quote(Some(ticket.message.clone())),
        caller: None,
        about: about(ticket.number),
    }
}

/// Puts a text under the message that staff wrote.
fn under(
    source: &RelaySource,
    number: u64,
    ticket: Option<&Ticket>,
    kind: NoteKind,
    text: String,
) -> Outgoing {
    let told = plain(&source.room, text);
    let note = TicketNote {
        ticket: number,
        subject: ticket.map(|ticket| ticket.subject.clone()).unwrap_or_default(),
        member: ticket.map_or_else(|| MemberId::new(""), |ticket| ticket.member.clone()),
        member_name: ticket
            .map(|ticket| ticket.member_name.clone())
            .unwrap_or_default(),
        asked_in: ticket.map_or_else(|| source.room.clone(), |ticket| ticket.place.clone()),
        kind,
    };
    Outgoing {
        reply: told.reply.with(|reply| {
            reply.quote = Some(source.message.clone());
            reply.note = Some(Box::new(note));
        }),
        // Quoting it speaks of the ticket, but nobody is told what became of it.
        caller: None,
        about: about(number),
        place: told.place,
    }
}
