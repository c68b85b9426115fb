//! Tickets that another member's question can join: its text is the same and stands for itself, and so do the messages
//! before it. A member who says "me too" of a ticket joins it, whatever its text.

use super::case::joined;
use super::conversation::ChannelState;
use super::turn::Turn;
use super::{Case, Desk, reading};
use crate::dialogue_act::Act;
use crate::hours::Language;
use crate::ticket::{Asked, Ticket, is_personal, stands_alone};
use groupdesk_contract::ChannelKind;

/// Returns a member's unanswered messages before a question, as far as they could show its topic. A question with a
/// picture gets a text that equals no other.
pub(super) fn said_before(case: &Case<'_>, state: &ChannelState) -> String {
    if case.parts().any(|part| part.picture) {
        return format!("{} {}", case.setting.place, case.last.message);
    }
    let first = case.parts().map(|part| part.at).min().unwrap_or(case.now);
    let theirs = state.recent.iter().filter(|recent| {
        recent.member == *case.member
            && recent.at < first
            && recent.answered.is_none()
            && reading::courtesy(&recent.text).is_none()
            && stands_alone(&recent.text)
    });
    joined(theirs.map(|recent| recent.text.as_str()))
}

/// Finds the ticket with the same question, if there is one.
pub(super) fn same_question<'a>(case: &Case<'a>, said: &str, before: &str) -> Option<&'a Ticket> {
    let setting = case.setting;
    let asked = Asked {
        place: setting.place,
        kind: case.kind,
        rooms: setting.tell,
        said,
        before,
    };
    setting
        .tickets
        .same_question(&asked, case.now, setting.lifecycle.join_within)
}

/// Finds the ticket of which a member says "me too": the one whose message they quote, or, said right after it, the
/// latest one of the group.
fn meant<'a>(case: &Case<'a>, quoted: Option<u64>) -> Option<&'a Ticket> {
    let setting = case.setting;
    let here = |ticket: &&Ticket| {
        ticket.place == *setting.place && ticket.kind == ChannelKind::Group && ticket.member != *case.member
    };
    match quoted {
        Some(number) => setting.tickets.get(number).filter(here),
        None if case.called() => {
            let lately = |ticket: &&Ticket| {
                let spoke = ticket
                    .member_spoke
                    .max(ticket.staff_acted.unwrap_or(ticket.opened));
                // Of those who said "me too" as well, the question is another's.
                let asks = reading::beside_the_same(&ticket.transcript).is_none();
                asks && ticket.status.is_active()
                    && case.now.duration_since(spoke) <= setting.lifecycle.follow
            };
            setting
                .tickets
                .all()
                .filter(here)
                .filter(lately)
                .max_by_key(|ticket| ticket.number)
        }
        None => None,
    }
}

impl Desk<'_> {
    /// Handles "me too" about another member's ticket: they join it. Where it is a matter of its asker's own, or shows no
    /// topic, they get a ticket of their own that names it.
    pub(super) fn has_the_same(
        &self,
        case: &Case<'_>,
        state: &mut ChannelState,
        language: Language,
        quoted: Option<u64>,
    ) -> Option<Turn> {
        if case.kind != ChannelKind::Group {
            return None;
        }
        let said = case.said();
        let more = reading::beside_the_same(&said)?;
        // Behind it may stand a question of its own.
        if stands_alone(more) && self.knowledge.matcher.reading(more).act() == Act::Ask {
            return None;
        }
        let ticket = meant(case, quoted)?;
        let apart = is_personal(&ticket.transcript) || !stands_alone(&ticket.transcript);
        Some(if apart {
            self.hand_off_beside(case, state, language, ticket)
        } else {
            self.watch(case, language, ticket)
        })
    }
}
