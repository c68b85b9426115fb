//! Messages that join a ticket which is open already.

use super::pictures;
use crate::desk::decision::{Decided, Decision};
use crate::desk::effects::{DraftRequest, Effects, Outgoing, TicketChange};
use crate::desk::message_context::who;
use crate::desk::reading::readable;
use crate::desk::reason::Reason;
use crate::desk::staff_notice::{Notice, about};
use crate::desk::ticket_subject::subject_at_last;
use crate::desk::{Desk, MessageContext};
use crate::ticket::{MemberMessage, NoticeTiming, Status, Ticket};
use groupdesk_contract::NoteKind;

impl Desk<'_> {
    /// Adds the case to the ticket that the member asked for. Staff are told, and the member gets `reply`, if any; where
    /// nobody is on duty, they learn that once.
    pub(in crate::desk) fn join(
        &self,
        context: &MessageContext<'_>,
        ticket: &Ticket,
        reply: Option<String>,
    ) -> Effects {
        let number = ticket.number;
        let to_staff = self.in_language(self.knowledge.faq.language());
        let service = self.knowledge.faq.service();
        let closed = !service.is_open(context.now);
        let tells_closed = closed
            && ticket
                .told_closed
                .is_none_or(|told| service.business_time(told, context.now).is_positive());
        let timing = notice_timing(context, ticket);
        let reply = self.reply_of_joining(context, ticket, reply, (timing, tells_closed));
        let text = context.transcript();
        let replies = u32::from(reply.is_some()) + u32::from(!ticket.undelivered.is_empty());
        let said = MemberMessage {
            pictures: context.held_pictures(&[]),
            window: self.window(context, replies),
            closed,
            told_closed: tells_closed,
            told_holder: timing == NoticeTiming::AtOnce && reply.is_some() && ticket.status.is_held(),
            told_added: reply.is_some(),
            subject: subject_at_last(ticket, readable(&text)),
            urgent: is_urgent_now(context, ticket),
            ..self.member_message(context)
        };
        let mut notice = to_staff.notice_more(number, &who(context), &self.shown(&text, context));
        if let Some(window) = &said.window {
            notice.push_str(&self.window_line(window, context.now));
        }
        let more = NoteKind::Said {
            by: context.member_name.to_owned(),
            said: said.text.clone(),
        };
        let mut steps = vec![TicketChange::Say {
            number,
            said: Box::new(said),
        }];
        let to_member = |text: String| Outgoing {
            about: about(number),
            ..self.reply(context, text)
        };
        let mut outgoing: Vec<Outgoing> = reply.map(to_member).into_iter().collect();
        if !ticket.undelivered.is_empty() && ticket.place == *context.channel_context.place {
            let texts = self.in_language(ticket.language);
            outgoing.push(to_member(texts.tell_said_meanwhile(&ticket.undelivered)));
            notice.push_str(&to_staff.redelivered());
            steps.push(TicketChange::Redelivered { number });
        }
        if timing == NoticeTiming::AtOnce {
            let (words, people) = self.who_should_look(context, ticket);
            let told = Notice::new(ticket, more, notice)
                .calling(words, people)
                .with_pictures(pictures(context, &[]));
            outgoing.extend(told.for_rooms(&ticket.rooms));
        }
        Effects {
            outgoing,
            steps,
            wanted: DraftRequest::at_more(context.channel_context.lifecycle, ticket),
            ..Effects::of(Decided {
                decision: Decision::AddToTicket {
                    ticket: number,
                    entry: None,
                },
                reason: Reason::HasTicket { number },
            })
        }
    }

    /// Returns the reply to a member whose message joins their ticket: `reply` where staff hear of it at once, and the hours where
    /// the member is to learn them.
    fn reply_of_joining(
        &self,
        context: &MessageContext<'_>,
        ticket: &Ticket,
        reply: Option<String>,
        (timing, tells_closed): (NoticeTiming, bool),
    ) -> Option<String> {
        let texts = self.in_language(ticket.language);
        let reply = match timing {
            NoticeTiming::AtOnce => reply,
            NoticeTiming::Later => None,
            NoticeTiming::LaterAndMemberToo => Some(texts.gathered_for_staff(ticket.number)),
        };
        if !tells_closed {
            return reply;
        }
        let opens = self.knowledge.faq.next_opening(context.now, ticket.language);
        let taken = reply.unwrap_or_else(|| texts.ticket_joined(ticket.number));
        Some(taken + &texts.nobody_there(opens.as_deref()))
    }

    /// Records a message about a ticket that leaves its state as it is.
    pub(in crate::desk) fn add_without_reopening(
        &self,
        context: &MessageContext<'_>,
        ticket: &Ticket,
    ) -> TicketChange {
        TicketChange::AddWithoutReopening {
            number: ticket.number,
            said: Box::new(self.member_message(context)),
        }
    }

    /// Makes the record of a message that changes nothing about its ticket.
    fn member_message(&self, context: &MessageContext<'_>) -> MemberMessage {
        MemberMessage {
            member: context.member.clone(),
            who: who(context),
            text: context.with_links(&context.transcript(), &[]),
            pictures: Vec::new(),
            place: context.channel_context.place.clone(),
            message: context.last.message.clone(),
            window: None,
            closed: !self.knowledge.faq.service_open(context.now),
            told_closed: false,
            told_holder: false,
            told_added: false,
            gather: context.channel_context.lifecycle.gather,
            subject: None,
            urgent: false,
        }
    }
}

/// Returns the time at which staff hear of a message: urgent ones and those that reopen a ticket are not gathered.
fn notice_timing(context: &MessageContext<'_>, ticket: &Ticket) -> NoticeTiming {
    if ticket.status == Status::Resolved || is_urgent_now(context, ticket) {
        return NoticeTiming::AtOnce;
    }
    let gather = context.channel_context.lifecycle.gather;
    ticket.gathering.next(context.now, gather)
}

/// Returns `true` if a message makes a ticket urgent that was not.
pub(super) fn is_urgent_now(context: &MessageContext<'_>, ticket: &Ticket) -> bool {
    !ticket.urgent && context.channel_context.policy.is_urgent(&context.said())
}
