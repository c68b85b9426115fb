//! Members who joined another member's ticket with the same question. They get its answers, and staff see their messages
//! as theirs; nothing that they say changes the ticket for the one who asked. Where the answer does not help them, they
//! get a ticket of their own.

use super::channel_state::ChannelState;
use super::decision::{Decided, Decision};
use super::effects::{Effects, Outgoing, TicketChange};
use super::handoff::pictures;
use super::handoff_reason::HandoffReason;
use super::member_with_ticket::{Relation, told_again};
use super::message_context::who;
use super::reading::{self, Response};
use super::reason::Reason;
use super::staff_notice::{Notice, about};
use super::{Desk, MessageContext};
use crate::language::Language;
use crate::matcher::Ranking;
use crate::texts::ComposedTexts;
use crate::ticket::{NoticeTiming, StaffReply, Status, Ticket, Watcher, asks_the_same, events};
use groupdesk_contract::{NoteKind, clean_line, clean_name};

/// Tells a member who joined that their message was passed on, where that is news.
fn passed(context: &MessageContext<'_>, texts: ComposedTexts<'_>, ticket: &Ticket) -> Option<String> {
    let told = ticket
        .watcher(context.channel_context.place, context.member)
        .and_then(|watcher| watcher.told_added);
    told_again(told, ticket, context.now).then(|| texts.watcher_joined(ticket.number))
}

impl Desk<'_> {
    /// Adds a member to a ticket with the same question. A member who joins after the answer gets it.
    pub(super) fn watch(&self, context: &MessageContext<'_>, language: Language, ticket: &Ticket) -> Effects {
        let number = ticket.number;
        let channel_context = context.channel_context;
        let watcher = Watcher {
            member: context.member.clone(),
            name: context.member_name.to_owned(),
            elsewhere: (ticket.place != *channel_context.place)
                .then(|| (channel_context.place.clone(), context.last.message.clone())),
            message: (ticket.place == *channel_context.place).then(|| context.last.message.clone()),
            spoke: Some(context.now),
            told_added: None,
        };
        let mut effects = self.passed_on(
            context,
            ticket,
            Some(self.where_it_stands(context, language, ticket)),
        );
        effects.steps.insert(0, TicketChange::Watch { number, watcher });
        // Staff are brought in for this member too.
        effects.decided.decision = Decision::HandOff {
            ticket: number,
            entry: None,
        };
        effects
    }

    /// Handles a message from a member who joined a ticket. Returns `None` if the FAQ should answer it.
    pub(super) fn with_watched(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        ticket: &Ticket,
        relation: &Relation,
    ) -> Option<Effects> {
        let concerns = relation.is_addressed() || self.watcher_goes_on(context, ticket, relation);
        let waits = matches!(ticket.status, Status::Open | Status::Claimed);
        let said = context.said();
        if concerns && (reading::withdraws(&said) || reading::declines_human(&said)) {
            return Some(self.leave(context, language, ticket, true));
        }
        let leaves = !matches!(context.response(), Some(Response::Thanks | Response::Agreed))
            && (reading::settled(&said) || reading::asks_to_leave_ticket(&said));
        if leaves && relation.ends() && ticket.status.is_active() {
            return Some(self.leave(context, language, ticket, false));
        }
        match context.response() {
            Some(Response::Solved) if relation.ends() && ticket.status.is_active() => {
                Some(self.leave(context, language, ticket, false))
            }
            Some(Response::Thanks | Response::Agreed | Response::Solved)
                if relation.quotes_ticket || (concerns && !relation.called) =>
            {
                Some(Effects::quiet(Reason::Thanked))
            }
            Some(Response::Persists) if !relation.elsewhere && ticket.is_settled() => {
                Some(self.apart(context, state, language))
            }
            None | Some(Response::Persists) if relation.quotes_ticket && waits => Some(self.passed_on(
                context,
                ticket,
                passed(context, self.in_language(language), ticket),
            )),
            None if waits && concerns && !relation.elsewhere && context.is_picture_alone() => {
                Some(self.passed_on(
                    context,
                    ticket,
                    passed(context, self.in_language(language), ticket),
                ))
            }
            None if relation.quotes_ticket => Some(self.apart(context, state, language)),
            _ => None,
        }
    }

    /// Passes on a message that the FAQ has no reply to, where it may be about the ticket.
    pub(super) fn watcher_after_silence(
        &self,
        context: &MessageContext<'_>,
        ticket: &Ticket,
        relation: &Relation,
    ) -> Option<Effects> {
        let waits = matches!(ticket.status, Status::Open | Status::Claimed);
        let new = matches!(context.response(), None | Some(Response::Persists));
        (waits && new && self.watcher_goes_on(context, ticket, relation))
            .then(|| self.passed_on(context, ticket, None))
    }

    /// Keeps a member who joined a ticket and wants a human in the same ticket while its answer is to come, unless they
    /// ask something else.
    pub(super) fn still_watching(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        ticket: &Ticket,
        why: HandoffReason,
        ranking: Option<&Ranking>,
    ) -> Option<Effects> {
        if ticket.is_settled() {
            return None;
        }
        let same = asks_the_same(ticket, &context.said());
        let no_question = ranking.is_some_and(|ranking| !ranking.question);
        match why {
            HandoffReason::Unknown | HandoffReason::NoneMeant if same => {
                let mut effects = self.passed_on(
                    context,
                    ticket,
                    Some(self.where_it_stands(context, language, ticket)),
                );
                // Staff know it already.
                effects.outgoing.truncate(1);
                Some(effects)
            }
            HandoffReason::Asked => Some(self.passed_on(
                context,
                ticket,
                passed(context, self.in_language(language), ticket),
            )),
            HandoffReason::Unknown if no_question => Some(self.passed_on(
                context,
                ticket,
                passed(context, self.in_language(language), ticket),
            )),
            _ => None,
        }
    }

    /// `true` if a message continues the ticket that its sender joined: within the follow-up time, and not to somebody
    /// else.
    fn watcher_goes_on(&self, context: &MessageContext<'_>, ticket: &Ticket, relation: &Relation) -> bool {
        let watcher = ticket.watcher(context.channel_context.place, context.member);
        let Some(spoke) = watcher.and_then(|watcher| watcher.spoke) else {
            return false;
        };
        let last = ticket.staff_acted.map_or(spoke, |acted| acted.max(spoke));
        !relation.elsewhere && context.now.duration_since(last) <= context.channel_context.lifecycle.follow
    }

    /// Tells a member who asks the same the answer where there is one, else that it comes.
    fn where_it_stands(&self, context: &MessageContext<'_>, language: Language, ticket: &Ticket) -> String {
        let number = ticket.number;
        let here = context.channel_context.place == &ticket.place;
        let replies: Vec<&StaffReply> = ticket.replies_for(context.channel_context.place).collect();
        if ticket.is_answered_in(context.channel_context.place) {
            return self.in_language(language).tell_answered(number, &replies, here);
        }
        let mut text = if replies.is_empty() {
            self.in_language(language).ticket_watched(number, here)
        } else {
            self.in_language(language).tell_answered_so_far(number, &replies)
        };
        if !self.knowledge.faq.service_open(context.now) {
            let opens = self.knowledge.faq.next_opening(context.now, language);
            text.push_str(&self.in_language(language).nobody_there(opens.as_deref()));
        }
        text
    }

    /// Passes a message to staff from a member who is not the one who asked.
    fn passed_on(&self, context: &MessageContext<'_>, ticket: &Ticket, reply: Option<String>) -> Effects {
        let number = ticket.number;
        let said = context.transcript();
        let notice = self
            .in_language(self.knowledge.faq.language())
            .tell_watcher_wrote(
                number,
                &who(context),
                (context.channel_context.place != &ticket.place).then_some(context.channel_context.place),
                (&clean_name(&ticket.member_name), &clean_line(&ticket.subject)),
                &self.shown(&said, context),
            );
        let kind = NoteKind::Said {
            by: context.member_name.to_owned(),
            said,
        };
        let mut step = self.add_without_reopening(context, ticket);
        if let (TicketChange::AddWithoutReopening { said, .. }, true) = (&mut step, reply.is_some()) {
            said.told_added = true;
        }
        let mut outgoing: Vec<Outgoing> = reply
            .map(|text| Outgoing {
                about: about(number),
                ..self.reply(context, text)
            })
            .into_iter()
            .collect();
        let mut told = Notice::new(ticket, kind, notice).with_pictures(pictures(context, &[]));
        if ticket.status == Status::Claimed {
            let (words, people) = self.who_should_look(context, ticket);
            told = told.calling(words, people);
        }
        // A hundred who join at once are told together.
        let gather = context.channel_context.lifecycle.gather;
        if !ticket.status.is_active() || ticket.gathering.next(context.now, gather) == NoticeTiming::AtOnce {
            outgoing.extend(told.for_rooms(&ticket.rooms));
        }
        Effects {
            outgoing,
            steps: vec![step],
            ..Effects::of(Decided {
                decision: Decision::AddToTicket {
                    ticket: number,
                    entry: None,
                },
                reason: Reason::SharesTicket { number },
            })
        }
    }

    /// Takes a member out who needs nobody any more, because it is solved or although it is not; the one who asked may.
    fn leave(
        &self,
        context: &MessageContext<'_>,
        language: Language,
        ticket: &Ticket,
        declined: bool,
    ) -> Effects {
        let number = ticket.number;
        let mut outgoing = vec![self.reply(context, self.in_language(language).watcher_left(number))];
        let text = self.in_language(self.knowledge.faq.language()).notice_left(
            number,
            &who(context),
            &clean_name(&ticket.member_name),
            declined,
        );
        outgoing.extend(Notice::new(ticket, NoteKind::Event, text).for_rooms(&ticket.rooms));
        Effects {
            outgoing,
            steps: vec![TicketChange::Leave {
                number,
                place: context.channel_context.place.clone(),
                member: context.member.clone(),
                why: events::NEEDS_NO_ANSWER,
            }],
            ..Effects::of(Decided {
                decision: Decision::EndTicket { ticket: number },
                reason: Reason::LeftTicket { number },
            })
        }
    }

    /// Opens a ticket for a member who joined one whose answer did not solve it for them.
    fn apart(&self, context: &MessageContext<'_>, state: &mut ChannelState, language: Language) -> Effects {
        let reason = Reason::DidNotHelp;
        self.hand_off(
            context,
            state,
            language,
            HandoffReason::NotSolvedThere,
            None,
            reason,
        )
    }
}
