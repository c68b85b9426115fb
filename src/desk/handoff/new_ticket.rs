//! The ticket of a hand-over, and the words to staff and to the member with which it is opened.

use super::{Others, joined, pictures};
use crate::desk::handoff_reason::HandoffReason;
use crate::desk::member_state::Recent;
use crate::desk::message_context::who;
use crate::desk::reading::{self, readable};
use crate::desk::staff_notice::Notice;
use crate::desk::ticket_subject::subject;
use crate::desk::{Desk, MessageContext, composed_texts};
use crate::language::Language;
use crate::matcher::{Ranking, Target};
use crate::ticket::{Crowd, Ticket, TicketOpening, UnreachedRoom, Warning};
use groupdesk_contract::{NoteKind, Place, clean_name};
use jiff::Timestamp;

/// Number of a closed ticket that the member goes on with, and its subject.
type Closed<'t> = Option<(u64, Option<&'t str>)>;

impl Desk<'_> {
    /// Makes the ticket of a hand-over, of which nobody has been told yet.
    pub(super) fn new_ticket(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        why: HandoffReason,
        (earlier, others): (&[Recent], Others<'_>),
    ) -> Ticket {
        let channel_context = context.channel_context;
        let closed = closed_before(context);
        let open = self.knowledge.faq.service_open(context.now);
        let opening = TicketOpening {
            place: channel_context.place,
            member: context.member,
            rooms: channel_context.tell,
            urgent: why == HandoffReason::Urgent,
            asks_for_human: matches!(why, HandoffReason::Asked | HandoffReason::Complaint),
        };
        let limits = &channel_context.lifecycle.limits;
        let alone = channel_context
            .tickets
            .has_room_for(&opening, limits, context.now);
        let new = Ticket::new(
            channel_context.next_ticket,
            (channel_context.place.clone(), context.kind),
            (context.member.clone(), context.last.message.clone()),
            language,
            context.now,
        );
        Ticket {
            place_name: context.channel_name.map(clean_name),
            member_name: context.member_name.to_owned(),
            link: context.last.link.clone(),
            subject: subject_of(context, why, earlier, (others.0, closed)),
            earlier: self.told_before(context, earlier, (others, closed)),
            transcript: context.with_links(&context.transcript(), earlier),
            reason: self.in_language(self.knowledge.faq.language()).why(why),
            rooms: channel_context.tell.to_vec(),
            in_digest: !open || !alone,
            targets: channel_context.policy.targets,
            // The word to the member is the first of the replies.
            window: self.window(context, 1),
            told_closed: (!open).then_some(context.now),
            urgent: opening.urgent,
            asks_for_human: opening.asks_for_human,
            unreached: if alone {
                channel_context
                    .tell
                    .iter()
                    .cloned()
                    .map(UnreachedRoom::new)
                    .collect()
            } else {
                Vec::new()
            },
            crowd: (!alone && !channel_context.tell.is_empty()).then_some(Crowd::Untold),
            ..new
        }
    }

    /// Tells staff what came before a new ticket: another ticket of the same matter, earlier messages, and what was quoted.
    fn told_before(
        &self,
        context: &MessageContext<'_>,
        earlier: &[Recent],
        ((shared, same), closed): (Others<'_>, Closed<'_>),
    ) -> String {
        let to_staff = self.in_language(self.knowledge.faq.language());
        let goes_on = closed.map_or_else(String::new, |(number, subject)| {
            to_staff.goes_on_with(number, subject)
        });
        let other = match (shared, same) {
            (Some(shared), _) => to_staff.tell_shared_before(shared),
            (None, Some(same)) => to_staff.same_words_as(same.number),
            (None, None) => String::new(),
        };
        let quoted = to_staff.quoted_by(context.parts().filter_map(|part| part.quoted.as_deref()));
        joined(
            &joined(&goes_on, &other),
            &joined(&to_staff.earlier(earlier), &quoted),
        )
    }

    /// Makes the notice by which the staff rooms are told of a new ticket.
    pub(super) fn opening_notice<'t>(
        &self,
        context: &'t MessageContext<'_>,
        ticket: &'t Ticket,
        ranking: Option<&Ranking>,
        earlier: &[Recent],
    ) -> Notice<'t> {
        let channel_context = context.channel_context;
        let to_staff = self.in_language(self.knowledge.faq.language());
        let (number, said) = (ticket.number, context.transcript());
        let mut place = ticket.named_place();
        if let Some(link) = &ticket.link {
            place.push(' ');
            place.push_str(link);
        }
        let guess = ranking
            .and_then(|ranking| ranking.candidates.first())
            .and_then(|best| match best.target {
                Target::Entry(index) => {
                    let entry = self.knowledge.faq.entries().get(index)?;
                    Some((entry.title(to_staff.language()), best.confidence))
                }
                Target::Human => None,
            });
        let mut notice = to_staff.notice(&composed_texts::NewTicket {
            number,
            who: &who(context),
            place: &place,
            said: &self.shown(&joined(&ticket.earlier, &said), context),
            why: &ticket.reason,
            guess: guess
                .as_ref()
                .map(|(title, confidence)| (title.as_str(), *confidence)),
        });
        if let Some(limits) = self.limits(ticket, context.now) {
            notice.push_str(&limits);
        }
        let people = self.on_duty(
            channel_context.tickets,
            &channel_context.lifecycle.roster,
            0,
            context.now,
        );
        let opened = NoteKind::Opened {
            said: joined(&ticket.earlier, &ticket.transcript),
        };
        let is_new = |room: &&Place| !channel_context.tickets.is_introduced(room);
        let new_rooms = ticket.rooms.iter().filter(is_new).cloned().collect();
        Notice::new(ticket, opened, notice)
            .calling(to_staff.on_duty(), people)
            .adding(to_staff.how_to_answer(number), new_rooms)
            .with_pictures(pictures(context, earlier))
            .with_buttons(to_staff.ticket_buttons(number))
    }

    /// Renders the limits of a new ticket for staff: the time by which to answer, and the end of the reply window.
    fn limits(&self, ticket: &Ticket, now: Timestamp) -> Option<String> {
        let language = self.knowledge.faq.language();
        let answer = self.target(ticket, Warning::FirstResponseMissed).map(|at| {
            self.in_language(language)
                .answer_by(&self.when(now, at, language))
        });
        let window = ticket.window.map(|window| self.window_line(&window, now));
        (answer.is_some() || window.is_some())
            .then(|| answer.unwrap_or_default() + &window.unwrap_or_default())
    }

    /// Tells the member of the ticket: its number, whether and when somebody is on duty, and the contact points that are
    /// open now.
    pub(super) fn opened(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        number: u64,
        (why, failing): (HandoffReason, &[String]),
    ) -> String {
        let faq = &self.knowledge.faq;
        let open = faq.service_open(context.now);
        let opens = faq.next_opening(context.now, language);
        let open_now = faq.open_but(failing, context.now, language);
        self.in_language(language)
            .ticket_opened(&composed_texts::TicketOpened {
                number,
                why,
                open,
                told: !context.channel_context.tell.is_empty(),
                opens: opens.as_deref(),
                open_now: &open_now,
            })
    }
}

/// Returns the closed ticket that the member goes on with.
fn closed_before<'t>(context: &MessageContext<'t>) -> Closed<'t> {
    let channel_context = context.channel_context;
    let number = context.parts().find_map(|part| part.of_closed)?;
    let subject = channel_context
        .tickets
        .closed_subject(channel_context.place, number);
    Some((number, subject))
}

/// Returns the subject of a new ticket: that of the ticket that the member shared or goes on with, where their words are none.
fn subject_of(
    context: &MessageContext<'_>,
    why: HandoffReason,
    earlier: &[Recent],
    (shared, closed): (Option<&Ticket>, Closed<'_>),
) -> String {
    let said = context.transcript();
    match (shared, closed) {
        (Some(shared), _) => shared.subject.clone(),
        // "Still not working" is no subject.
        (None, Some((_, Some(before)))) if reading::persists_alone(&said) => before.to_owned(),
        (None, _) => subject(readable(&said), why, earlier),
    }
}
