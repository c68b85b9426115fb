//! Tickets that another member's question can join: its text is the same, is a question that others have too, and so do the messages
//! before it. A member who says "me too" of such a ticket joins it. Of trouble of one's own only staff are told that another has it.

use super::channel_state::ChannelState;
use super::effects::Effects;
use super::message_context::joined;
use super::reason::Reason;
use super::{Desk, MessageContext, reading};
use crate::dialogue_act::Act;
use crate::faq::bare;
use crate::language::Language;
use crate::ticket::{NewQuestion, Ticket, is_personal, stands_alone};
use groupdesk_contract::ChannelKind;

/// Returns a member's unanswered messages before a question, as far as they could show its topic. A question with a
/// picture gets a text that equals no other.
pub(super) fn said_before(context: &MessageContext<'_>, state: &ChannelState) -> String {
    if context.parts().any(|part| part.picture) {
        return format!("{} {}", context.channel_context.place, context.last.message);
    }
    let first = context.parts().map(|part| part.at).min().unwrap_or(context.now);
    let theirs = state.recent.iter().filter(|recent| {
        recent.member == *context.member
            && recent.at < first
            && recent.answered.is_none()
            && reading::courtesy(&recent.text).is_none()
            && stands_alone(&recent.text)
    });
    joined(theirs.map(|recent| recent.text.as_str()))
}

/// Finds the ticket with the same text, if there is one. Only who asks what [`reading::is_common_question`] may join it.
pub(super) fn same_words<'a>(context: &MessageContext<'a>, said: &str, before: &str) -> Option<&'a Ticket> {
    let channel_context = context.channel_context;
    let asked = NewQuestion {
        place: channel_context.place,
        kind: context.kind,
        rooms: channel_context.tell,
        said,
        before,
    };
    channel_context
        .tickets
        .same_question(&asked, context.now, channel_context.lifecycle.join_within)
}

/// `true` if other members can share a ticket with this text.
fn is_shareable(text: &str) -> bool {
    stands_alone(text) && !is_personal(text) && reading::is_common_question(text)
}

/// `true` if another member has a ticket in the case's group.
fn is_here(context: &MessageContext<'_>, ticket: &Ticket) -> bool {
    ticket.place == *context.channel_context.place
        && ticket.kind == ChannelKind::Group
        && ticket.member != *context.member
}

/// `true` if something was said in a ticket a short time ago, and its member asked it.
fn is_fresh(context: &MessageContext<'_>, ticket: &Ticket) -> bool {
    let spoke = ticket
        .member_spoke
        .max(ticket.staff_acted.unwrap_or(ticket.opened));
    // Of those who said "me too" as well, the question is another's.
    let asks = reading::beside_the_same(&ticket.transcript).is_none();
    asks && ticket.status.is_active()
        && context.now.duration_since(spoke) <= context.channel_context.lifecycle.follow
}

/// Finds the ticket of which a member says "me too": the one whose message they quote, or, said right after it, the
/// latest one of the group.
fn meant<'a>(context: &MessageContext<'a>, quoted: Option<u64>) -> Option<&'a Ticket> {
    let tickets = context.channel_context.tickets;
    match quoted {
        Some(number) => tickets.get(number).filter(|ticket| is_here(context, ticket)),
        None if context.called() => tickets
            .all()
            .filter(|ticket| is_here(context, ticket) && is_fresh(context, ticket))
            .max_by_key(|ticket| ticket.number),
        None => None,
    }
}

/// Finds the ticket whose member is named: "跟小明一样的问题".
fn named<'a>(context: &MessageContext<'a>, said: &str) -> Option<&'a Ticket> {
    let named = |ticket: &&Ticket| {
        let name = ticket.member_name.trim();
        !name.is_empty() && said.contains(name) && is_here(context, ticket) && is_fresh(context, ticket)
    };
    let mut tickets = context.channel_context.tickets.all().filter(|_| context.called());
    tickets.find(named)
}

impl Desk<'_> {
    /// Handles "me too" about another member's ticket: they join it. Where it is a matter of its asker's own, or shows no
    /// topic, they get a ticket of their own that names it.
    pub(super) fn has_the_same(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
        quoted: Option<u64>,
    ) -> Option<Effects> {
        if context.kind != ChannelKind::Group {
            return None;
        }
        let mut said = context.said();
        let named = named(context, &said);
        if let Some(ticket) = named {
            said = said.replace(ticket.member_name.trim(), "");
        }
        let own = reading::same_as(&said);
        let is_theirs = |what: &String| {
            meant(context, quoted).is_some_and(|ticket| bare(&ticket.transcript).contains(&bare(what)))
        };
        let more = match own.filter(is_theirs) {
            Some(_) => "",
            None => reading::beside_the_same(&said)?,
        };
        // Behind it may stand a question of its own.
        if stands_alone(more) && self.knowledge.matcher.reading(more).act() == Act::Ask {
            return None;
        }
        let Some(ticket) = named.or_else(|| meant(context, quoted)) else {
            return self.points_to_others_answer(context, state, language);
        };
        Some(if is_shareable(&ticket.transcript) {
            self.watch(context, language, ticket)
        } else {
            self.hand_off_beside(context, state, language, ticket)
        })
    }

    /// Points who says "me too" to the bot to the answer that another member has just got. `None` where there is none.
    fn points_to_others_answer(
        &self,
        context: &MessageContext<'_>,
        state: &mut ChannelState,
        language: Language,
    ) -> Option<Effects> {
        if !context.called() || state.answered_lately(context.member, context.now).is_some() {
            return None;
        }
        let given = state.answers.last()?;
        let at = given.at;
        if context.now.duration_since(at) > context.channel_context.lifecycle.follow {
            return None;
        }
        let index = self.knowledge.faq.index_of(&given.entry)?;
        let reason = Reason::AnsweredBefore { at };
        Some(self.give(context, state, language, index, reason, None))
    }
}
