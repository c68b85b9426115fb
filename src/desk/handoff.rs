//! Hand-over to a human: opens a ticket, tells the member, and notifies staff.

mod duty;

use super::decision::{Decided, Decision};
use super::effects::DraftRequest;
use super::effects::{Effects, Outgoing, TicketChange};
use super::member::added;
use super::message_context::who;
use super::notice::{Notice, about};
use super::policy::HandoffTo;
use super::reading::{self, readable};
use super::reason::Reason;
use super::remembered::Recent;
use super::subject::{cut, is_of, subject, subject_at_last, tells_nothing};
use super::why::Why;
use super::{ChannelState, Desk, MessageContext, composed_texts, sharing};
use crate::language::Language;
use crate::matcher::{Ranking, Target};
use crate::ticket::{
    Crowd, Gathering, NoticeTiming, Opening, Said, Status, Ticket, Unreached, Warning, Window, events,
};
use groupdesk_contract::{NoteKind, Place, Segment, clean_name};
use jiff::Timestamp;

/// Longest text of a member that a notice repeats, in characters; the ticket keeps all of it.
const NOTICE: usize = 1000;

type Others<'t> = (Option<&'t Ticket>, Option<&'t Ticket>);

impl Desk<'_> {
    /// Opens a ticket, or joins the one that the member, or another member with the same question, has.
    pub(super) fn hand_off(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        why: Why,
        ranking: Option<&Ranking>,
        reason: Reason,
    ) -> Effects {
        begin_anew(context, state);
        let channel_context = context.channel_context;
        let theirs = channel_context
            .tickets
            .asked_by(channel_context.place, context.member);
        let goes_on = |ticket: &&Ticket| {
            ticket.status != Status::Resolved
                || is_of(ticket, context.member, (&context.said(), why), &state.recent)
        };
        if let Some(ticket) = theirs.filter(goes_on) {
            let text = match ticket.status {
                Status::Resolved => Some(self.in_language(language).ticket_reopened(ticket.number)),
                _ => self
                    .holder(context, language, ticket)
                    .or_else(|| added(context, self.in_language(language), ticket)),
            };
            return self.join(context, ticket, text);
        }
        let watched = channel_context
            .tickets
            .watched_by(channel_context.place, context.member);
        if let Some(effects) = watched
            .filter(|_| why != Why::Urgent)
            .and_then(|ticket| self.still_watching(context, language, ticket, why, ranking))
        {
            return effects;
        }
        if channel_context.policy.handoff == HandoffTo::Pointer {
            return self.point(context, state, language);
        }
        let said = context.said();
        // "Human, please" says nothing of what it is about; and two emergencies in the same words are two people.
        let tells = matches!(why, Why::Unknown | Why::NoneMeant);
        let before = sharing::said_before(context, state);
        let same = sharing::same_words(context, &said, &before);
        let same = same.filter(|same| tells && watched.is_none_or(|watched| watched.number != same.number));
        if let Some(ticket) = same.filter(|_| reading::is_common_question(&said)) {
            return self.watch(context, language, ticket);
        }
        // A human who is asked for after an answer to many is asked for because of it.
        let shared =
            watched.filter(|ticket| ticket.is_settled() && !matches!(why, Why::Unknown | Why::Entry));
        let first = context.parts().map(|part| part.at).min().unwrap_or(context.now);
        let mut earlier = state.take_recent(context.member, first);
        // A call without words repeats what it is about.
        earlier.retain(|recent| recent.text != said);
        let mut effects = self.open(
            context,
            language,
            why,
            ranking,
            reason,
            (&earlier, (shared, same), &state.failing_for(context.member)),
        );
        if let Some(ticket) = effects.opened_mut() {
            ticket.said_before = before;
        }
        if let Some(shared) = shared {
            effects.steps.push(TicketChange::Leave {
                number: shared.number,
                place: channel_context.place.clone(),
                member: context.member.clone(),
                why: events::HAS_OWN_TICKET,
            });
        }
        effects
    }

    /// Opens a ticket for somebody who has the same matter as the one who asked for another ticket.
    pub(super) fn hand_off_beside(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        other: &Ticket,
    ) -> Effects {
        begin_anew(context, state);
        if context.channel_context.policy.handoff == HandoffTo::Pointer {
            return self.point(context, state, language);
        }
        let reason = Reason::AskedForHuman { confidence: 1.0 };
        let failing = state.failing_for(context.member);
        self.open(
            context,
            language,
            Why::Asked,
            None,
            reason,
            (&[], (Some(other), None), &failing),
        )
    }

    /// Points the member to the contact points that can be reached now: in this channel there are no staff.
    fn point(&self, context: &MessageContext<'_>, state: &ChannelState, language: Language) -> Effects {
        let failing = state.failing_for(context.member);
        let open_now = self.knowledge.faq.open_but(&failing, context.now, language);
        Effects::pointing(
            Reason::PointedToContacts,
            self.reply(context, self.in_language(language).pointer(&open_now)),
        )
    }

    /// Opens a ticket. The last argument is the member's earlier messages, the ticket that they shared till now, another one with the
    /// same words, and the contact points that fail for them.
    fn open(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        why: Why,
        ranking: Option<&Ranking>,
        reason: Reason,
        (earlier, others, failing): (&[Recent], Others<'_>, &[String]),
    ) -> Effects {
        let channel_context = context.channel_context;
        let mut ticket = self.new_ticket(context, language, why, (earlier, others));
        let number = ticket.number;
        ticket.keep_pictures(
            channel_context.place,
            &context.last.message,
            context.held_pictures(),
        );
        let mut text = self.opened(context, language, number, (why, failing));
        if why == Why::Asked && tells_nothing(&ticket) {
            text.push_str(&self.in_language(language).what_about());
        }
        if ticket.crowd.is_some() {
            text.push_str(&self.in_language(language).many_wait());
        }
        let mut reply = self.reply(context, text);
        reply.about = about(number);
        let decided = Decided {
            decision: Decision::HandOff {
                ticket: number,
                entry: None,
            },
            reason,
        };
        if ticket.crowd.is_some() {
            return Effects {
                outgoing: vec![reply],
                steps: vec![TicketChange::Open(Box::new(ticket))],
                ..Effects::of(decided)
            };
        }
        let notice = self.opening_notice(context, &ticket, ranking);
        let mut outgoing = vec![reply];
        outgoing.extend(notice.to(&ticket.rooms));
        Effects {
            outgoing,
            wanted: DraftRequest::at_opening(channel_context.lifecycle, &ticket),
            steps: vec![TicketChange::Open(Box::new(ticket))],
            ..Effects::of(decided)
        }
    }

    /// Makes the ticket of a hand-over, of which nobody has been told yet.
    fn new_ticket(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        why: Why,
        (earlier, (shared, same)): (&[Recent], Others<'_>),
    ) -> Ticket {
        let channel_context = context.channel_context;
        let to_staff = self.in_language(self.knowledge.faq.language());
        let said = context.transcript();
        let number = channel_context.next_ticket;
        let closed = context.parts().find_map(|part| part.of_closed);
        let closed = closed.map(|number| {
            (
                number,
                channel_context
                    .tickets
                    .closed_subject(channel_context.place, number),
            )
        });
        let open = self.knowledge.faq.service_open(context.now);
        let opening = Opening {
            place: channel_context.place,
            member: context.member,
            rooms: channel_context.tell,
            urgent: why == Why::Urgent,
            asks_for_human: matches!(why, Why::Asked | Why::Complaint),
        };
        let limits = &channel_context.lifecycle.limits;
        let alone = channel_context
            .tickets
            .has_room_for(&opening, limits, context.now);
        Ticket {
            number,
            place: channel_context.place.clone(),
            place_name: context.channel_name.map(clean_name),
            kind: context.kind,
            language,
            member: context.member.clone(),
            member_name: context.member_name.to_owned(),
            message: context.last.message.clone(),
            link: context.last.link.clone(),
            subject: match (shared, closed) {
                (Some(shared), _) => shared.subject.clone(),
                // "Still not working" is no subject.
                (None, Some((_, Some(before)))) if reading::persists_alone(&said) => before.to_owned(),
                (None, _) => subject(readable(&said), why, earlier),
            },
            earlier: joined(
                &joined(
                    &closed.map_or_else(String::new, |(number, subject)| {
                        to_staff.goes_on_with(number, subject)
                    }),
                    &match (shared, same) {
                        (Some(shared), _) => to_staff.tell_shared_before(shared),
                        (None, Some(same)) => to_staff.same_words_as(same.number),
                        (None, None) => String::new(),
                    },
                ),
                &joined(
                    &to_staff.earlier(earlier),
                    &to_staff.quoted_by(context.parts().filter_map(|part| part.quoted.as_deref())),
                ),
            ),
            said_before: String::new(),
            transcript: context.with_links(&said),
            reason: to_staff.why(why),
            opened: context.now,
            rooms: channel_context.tell.to_vec(),
            added_rooms: Vec::new(),
            status: Status::Open,
            owner: None,
            watchers: Vec::new(),
            member_spoke: context.now,
            staff_acted: None,
            first_reply: None,
            ended: None,
            in_digest: !open || !alone,
            tier: 0,
            targets: channel_context.policy.targets,
            warned: Vec::new(),
            pauses: Vec::new(),
            // The word to the member is the first of the replies.
            window: self.window(context, 1),
            told_closed: (!open).then_some(context.now),
            undelivered: Vec::new(),
            unclaimed_since: None,
            held_since: None,
            told_added: None,
            told_holder: None,
            replies: Vec::new(),
            urgent: opening.urgent,
            asks_for_human: opening.asks_for_human,
            unreached: if alone {
                channel_context.tell.iter().cloned().map(Unreached::new).collect()
            } else {
                Vec::new()
            },
            told_unreached: false,
            gathering: Gathering::default(),
            draft: None,
            held: None,
            notice_is_answered: false,
            crowd: (!alone && !channel_context.tell.is_empty()).then_some(Crowd::Untold),
            pictures: Vec::new(),
        }
    }

    /// Makes the notice by which the staff rooms are told of a new ticket.
    fn opening_notice<'t>(
        &self,
        context: &'t MessageContext<'_>,
        ticket: &'t Ticket,
        ranking: Option<&Ranking>,
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
            .with_pictures(pictures(context))
            .with_buttons(to_staff.ticket_buttons(number))
    }

    /// Adds the case to the ticket that the member asked for. Staff are told, and the member gets `reply`, if any; where
    /// nobody is on duty, they learn that once.
    pub(super) fn join(
        &self,
        context: &MessageContext<'_>,
        ticket: &Ticket,
        reply: Option<String>,
    ) -> Effects {
        let number = ticket.number;
        let text = context.transcript();
        let to_staff = self.in_language(self.knowledge.faq.language());
        let service = self.knowledge.faq.service();
        let closed = !service.is_open(context.now);
        let tell_closed = closed
            && ticket
                .told_closed
                .is_none_or(|told| service.business_time(told, context.now).is_positive());
        let gather = context.channel_context.lifecycle.gather;
        let told = match ticket.status {
            Status::Resolved => NoticeTiming::AtOnce,
            _ if is_urgent_now(context, ticket) => NoticeTiming::AtOnce,
            _ => ticket.gathering.next(context.now, gather),
        };
        let reply = match told {
            NoticeTiming::AtOnce => reply,
            NoticeTiming::Later => None,
            NoticeTiming::LaterAndMemberToo => {
                Some(self.in_language(ticket.language).gathered_for_staff(number))
            }
        };
        let reply = match (reply, tell_closed) {
            (reply, false) => reply,
            (reply, true) => {
                let opens = self.knowledge.faq.next_opening(context.now, ticket.language);
                let taken = reply.unwrap_or_else(|| self.in_language(ticket.language).ticket_joined(number));
                Some(taken + &self.in_language(ticket.language).nobody_there(opens.as_deref()))
            }
        };
        let mut notice = to_staff.notice_more(number, &who(context), &self.shown(&text, context));
        let replies = u32::from(reply.is_some()) + u32::from(!ticket.undelivered.is_empty());
        let said = Said {
            member: context.member.clone(),
            who: who(context),
            text: context.with_links(&text),
            pictures: context.held_pictures(),
            place: context.channel_context.place.clone(),
            message: context.last.message.clone(),
            window: self.window(context, replies),
            closed,
            told_closed: tell_closed,
            told_holder: told == NoticeTiming::AtOnce && reply.is_some() && ticket.status.is_held(),
            told_added: reply.is_some(),
            gather,
            subject: subject_at_last(ticket, readable(&text)),
            urgent: is_urgent_now(context, ticket),
        };
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
        let mut outgoing: Vec<Outgoing> = reply
            .map(|text| Outgoing {
                about: about(number),
                ..self.reply(context, text)
            })
            .into_iter()
            .collect();
        if !ticket.undelivered.is_empty() && ticket.place == *context.channel_context.place {
            let again = self
                .in_language(ticket.language)
                .tell_said_meanwhile(&ticket.undelivered);
            outgoing.push(Outgoing {
                about: about(number),
                ..self.reply(context, again)
            });
            notice.push_str(&to_staff.redelivered());
            steps.push(TicketChange::Redelivered { number });
        }
        if told == NoticeTiming::AtOnce {
            let (words, people) = self.who_should_look(context, ticket);
            let told = Notice::new(ticket, more, notice)
                .calling(words, people)
                .with_pictures(pictures(context));
            outgoing.extend(told.to(&ticket.rooms));
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

    /// Records a message about a ticket that leaves its state as it is.
    pub(super) fn overheard(&self, context: &MessageContext<'_>, ticket: &Ticket) -> TicketChange {
        let said = Said {
            member: context.member.clone(),
            who: who(context),
            text: context.with_links(&context.transcript()),
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
        };
        TicketChange::Overhear {
            number: ticket.number,
            said: Box::new(said),
        }
    }

    /// Returns the rest of the reply window for the context's last message, when `said` replies to it are on their way.
    fn window(&self, context: &MessageContext<'_>, said: u32) -> Option<Window> {
        let window = context.channel_context.window?;
        let within = jiff::SignedDuration::try_from(window.within).ok()?;
        Some(Window {
            until: context.last.at.saturating_add(within).unwrap_or(Timestamp::MAX),
            left: window.replies.saturating_sub(said),
            warned: false,
        })
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

    pub(super) fn window_line(&self, window: &Window, now: Timestamp) -> String {
        let language = self.knowledge.faq.language();
        self.in_language(language)
            .window(&self.when(now, window.until, language), window.left)
    }

    /// Renders a time as text, in the time zone of the service hours.
    pub(super) fn when(&self, now: Timestamp, at: Timestamp, language: Language) -> String {
        crate::hours::moment(
            now,
            at,
            self.knowledge.faq.service().time_zone(),
            self.in_language(language),
        )
    }

    /// Renders a member's message for a notice, with the pictures and files that are left out.
    pub(super) fn shown(&self, said: &str, context: &MessageContext<'_>) -> String {
        let language = self.knowledge.faq.language();
        let left_out = context.parts().flat_map(|part| &part.left_out);
        let mut lines: Vec<String> = left_out
            .map(|(chinese, english)| self.in_language(language).file_not_passed_on(chinese, english))
            .collect();
        if !said.is_empty() {
            lines.insert(0, composed_texts::quoted(&cut(said, NOTICE)));
        } else if lines.is_empty() {
            let has_file = context.parts().any(|part| part.picture);
            lines.push(self.in_language(language).no_text(has_file));
        }
        lines.join("\n")
    }

    /// Tells the member of the ticket: its number, whether and when somebody is on duty, and the contact points that are
    /// open now.
    fn opened(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        number: u64,
        (why, failing): (Why, &[String]),
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

/// Returns `true` if a message makes a ticket urgent that was not.
fn is_urgent_now(context: &MessageContext<'_>, ticket: &Ticket) -> bool {
    !ticket.urgent && context.channel_context.policy.is_urgent(&context.said())
}

/// Drops the reply that the member was about to get: a human sees to it.
fn begin_anew(context: &MessageContext<'_>, state: &mut ChannelState) {
    let member = state.member(context.member, context.now);
    member.burst = Vec::new();
    member.pending = None;
    member.choices = None;
    member.expected = None;
    member.invited = None;
    member.answered = None;
    member.unhelped = 0;
}

/// Joins two texts, one above the other.
fn joined(above: &str, below: &str) -> String {
    let lines: Vec<&str> = [above, below]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    lines.join("\n")
}

pub(super) fn pictures(context: &MessageContext<'_>) -> Vec<Segment> {
    let links = context.for_staff().flat_map(|part| part.attached.iter().cloned());
    links.map(|url| Segment::Image { url: Some(url) }).collect()
}
