//! Hand-over to a human: opens a ticket, tells the member, and notifies staff.

mod add_to_open_ticket;
mod new_ticket;
mod staff_to_call;

use super::decision::{Decided, Decision};
use super::effects::{DraftRequest, Effects, TicketChange};
use super::handoff_reason::HandoffReason;
use super::member_state::Recent;
use super::member_with_ticket::added;
use super::policy::HandoffTo;
use super::reading;
use super::reason::Reason;
use super::staff_notice::about;
use super::ticket_subject::{cut, is_of, tells_nothing};
use super::{ChannelState, Desk, MessageContext, composed_texts, shared_tickets};
use crate::language::Language;
use crate::matcher::Ranking;
use crate::ticket::{Status, Ticket, Window, events};
use groupdesk_contract::Segment;
use jiff::Timestamp;

/// Longest text of a member that a notice repeats, in characters; the ticket keeps all of it.
const NOTICE_CHARS: usize = 1000;

type Others<'t> = (Option<&'t Ticket>, Option<&'t Ticket>);

impl Desk<'_> {
    /// Opens a ticket, or joins the one that the member, or another member with the same question, has.
    pub(super) fn hand_off(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        why: HandoffReason,
        ranking: Option<&Ranking>,
        reason: Reason,
    ) -> Effects {
        note_refuted(context, state, &reason);
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
            .filter(|_| why != HandoffReason::Urgent)
            .and_then(|ticket| self.still_watching(context, language, ticket, why, ranking))
        {
            return effects;
        }
        if channel_context.policy.handoff == HandoffTo::Pointer {
            return self.point(context, state, language);
        }
        let said = context.said();
        // "Human, please" says nothing of what it is about; and two emergencies in the same words are two people.
        let tells = matches!(why, HandoffReason::Unknown | HandoffReason::NoneMeant);
        let before = shared_tickets::said_before(context, state);
        let same = shared_tickets::same_words(context, &said, &before);
        let same = same.filter(|same| tells && watched.is_none_or(|watched| watched.number != same.number));
        if let Some(ticket) = same.filter(|_| reading::is_common_question(&said)) {
            return self.watch(context, language, ticket);
        }
        // A human who is asked for after an answer to many is asked for because of it.
        let shared = watched.filter(|ticket| {
            ticket.is_settled() && !matches!(why, HandoffReason::Unknown | HandoffReason::Entry)
        });
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
        let reason = Reason::CalledButUnknown { confidence: 0.0 };
        let failing = state.failing_for(context.member);
        self.open(
            context,
            language,
            HandoffReason::Unknown,
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
        why: HandoffReason,
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
            context.held_pictures(earlier),
        );
        let mut text = self.opened(context, language, number, (why, failing));
        if why == HandoffReason::Asked && tells_nothing(&ticket) {
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
        let notice = self.opening_notice(context, &ticket, ranking, earlier);
        let mut outgoing = vec![reply];
        outgoing.extend(notice.for_rooms(&ticket.rooms));
        Effects {
            outgoing,
            wanted: DraftRequest::at_opening(channel_context.lifecycle, &ticket),
            steps: vec![TicketChange::Open(Box::new(ticket))],
            ..Effects::of(decided)
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
            lines.insert(0, composed_texts::quoted(&cut(said, NOTICE_CHARS)));
        } else if lines.is_empty() {
            let has_file = context.parts().any(|part| part.picture);
            lines.push(self.in_language(language).no_text(has_file));
        }
        lines.join("\n")
    }
}

/// Drops the reply that the member was about to get: a human sees to it.
/// Records the entry whose answer brings a member to a human: while they wait for one, it is not repeated to them.
fn note_refuted(context: &MessageContext<'_>, state: &mut ChannelState, reason: &Reason) {
    let member = state.member(context.member, context.now);
    let answered = || member.answered.as_ref().map(|answered| answered.entry.clone());
    let refuted = match reason {
        Reason::DoubtedAnswer { entry } => Some(entry.clone()),
        Reason::DidNotHelp => answered(),
        _ => None,
    };
    if refuted.is_some() {
        member.refuted = refuted;
    }
}

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

pub(super) fn pictures(context: &MessageContext<'_>, before: &[Recent]) -> Vec<Segment> {
    let links = context.attached(before).cloned();
    links.map(|url| Segment::Image { url: Some(url) }).collect()
}
