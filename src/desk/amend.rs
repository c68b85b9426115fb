//! Messages that were changed or taken back: what waits is put right, staff hear of a member's change, and what staff said
//! is put right where it was relayed to, if the platform can.

use super::conversation::ChannelState;
use super::notice::{Notice, about};
use super::reason::Reason;
use super::turn::{Outgoing, Turn};
use super::{Desk, words};
use crate::ticket::Ticket;
use groupdesk_contract::{Act, Capabilities, Edit, MessageId, NoteKind, Place, Recall, Reply, Segment};

/// A message of a ticket that was changed or taken back.
#[derive(Debug, Clone, Copy)]
pub struct Amended<'a> {
    /// Where it was said.
    pub place: &'a Place,
    /// The ticket that it belongs to, where it does.
    pub ticket: Option<&'a Ticket>,
    /// Where it was relayed to.
    pub copies: &'a [Copy<'a>],
}

/// A message of ours that carries what staff wrote to a member.
#[derive(Debug, Clone)]
pub struct Copy<'a> {
    /// Where it stands.
    pub place: Place,
    /// Its id there.
    pub message: MessageId,
    /// What it says.
    pub reply: Reply,
    /// What the platform there can do.
    pub capabilities: Option<&'a Capabilities>,
}

impl Desk<'_> {
    /// Forgets what a recalled message was waiting for, and passes the recall on.
    pub fn recall(
        &self,
        mut state: ChannelState,
        recall: &Recall,
        amended: &Amended<'_>,
    ) -> (Turn, ChannelState) {
        for member in state.members.values_mut() {
            member.burst.retain(|part| part.message != recall.message);
            if member.burst.is_empty() {
                member.pending = None;
            }
        }
        let mut turn = Turn::quiet(Reason::Recalled);
        let language = self.knowledge.faq.language();
        if let Some(ticket) = amended.ticket {
            turn.outgoing = if is_members(ticket, amended.place) {
                let text = words::member_recalled(language, ticket.number, &ticket.member_name);
                Notice::new(ticket, NoteKind::Event, text).to(&ticket.rooms)
            } else {
                let able = |copy: &&Copy<'_>| copy.capabilities.is_some_and(|can| can.unsend);
                let mut outgoing: Vec<Outgoing> = amended
                    .copies
                    .iter()
                    .filter(able)
                    .map(|copy| copy.again(ticket.number, Act::Unsend(copy.message.clone()), Vec::new()))
                    .collect();
                let text = if outgoing.len() == amended.copies.len() && !outgoing.is_empty() {
                    words::unsent(language, ticket.number)
                } else {
                    words::cannot_unsend(language, ticket.number)
                };
                let room = std::slice::from_ref(amended.place);
                outgoing.extend(Notice::new(ticket, NoteKind::Receipt, text).to(room));
                outgoing
            };
        }
        (turn, state)
    }

    /// Puts a changed message in the place of the one that waits, and passes the change on.
    pub fn edit(&self, mut state: ChannelState, edit: &Edit, amended: &Amended<'_>) -> (Turn, ChannelState) {
        for member in state.members.values_mut() {
            for part in &mut member.burst {
                if part.message == edit.message {
                    part.text.clone_from(&edit.text);
                }
            }
        }
        let mut turn = Turn::quiet(Reason::Edited);
        let language = self.knowledge.faq.language();
        let Some(ticket) = amended.ticket else {
            return (turn, state);
        };
        turn.outgoing = if is_members(ticket, amended.place) {
            let text = words::member_edited(language, ticket.number, &ticket.member_name, &edit.text);
            let said = NoteKind::Said {
                by: ticket.member_name.clone(),
                said: edit.text.clone(),
            };
            Notice::new(ticket, said, text).to(&ticket.rooms)
        } else {
            let agent = ticket.owner.as_ref().map_or("", |owner| owner.name.as_str());
            let text = words::relayed(ticket.language, ticket.number, agent, edit.text.trim());
            let mut outgoing: Vec<Outgoing> = Vec::new();
            for copy in amended
                .copies
                .iter()
                .filter(|copy| copy.capabilities.is_some_and(|can| can.edit))
            {
                let mentions = copy.reply.segments.iter();
                let mentions = mentions.filter(|segment| matches!(segment, Segment::Mention(_)));
                let mut segments: Vec<Segment> = mentions.cloned().collect();
                let space = if segments.is_empty() { "" } else { " " };
                segments.push(Segment::Text(format!("{space}{text}")));
                outgoing.push(copy.again(ticket.number, Act::Edit(copy.message.clone()), segments));
            }
            if amended.copies.is_empty() {
                return (turn, state);
            }
            let text = if outgoing.len() == amended.copies.len() {
                words::edited(language, ticket.number)
            } else {
                words::cannot_edit(language, ticket.number)
            };
            let room = std::slice::from_ref(amended.place);
            outgoing.extend(Notice::new(ticket, NoteKind::Receipt, text).to(room));
            outgoing
        };
        (turn, state)
    }
}

/// Whether a place is where a ticket's members speak, and not a room of staff.
fn is_members(ticket: &Ticket, place: &Place) -> bool {
    let watched = |at: &Option<(Place, MessageId)>| at.as_ref().is_some_and(|(at, _)| at == place);
    ticket.place == *place || ticket.watchers.iter().any(|watcher| watched(&watcher.elsewhere))
}

impl Copy<'_> {
    /// The message once more, changed or taken back.
    fn again(&self, ticket: u64, act: Act, segments: Vec<Segment>) -> Outgoing {
        Outgoing {
            place: self.place.clone(),
            reply: Reply {
                segments,
                act,
                buttons: Vec::new(),
                note: None,
                ..self.reply.clone()
            },
            about: about(ticket),
        }
    }
}
