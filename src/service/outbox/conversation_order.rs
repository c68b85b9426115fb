//! Conversations that a reply belongs to: of two replies that share one, none overtakes the other.

use super::Queued;
use super::in_flight::key_of;
use groupdesk_contract::{Act, ChannelKind, Segment};
use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

/// Digests of what a reply has in common with others of its conversations. Two that are equal by chance keep an order
/// that nobody needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ConversationOrder(Vec<u64>);

#[derive(Hash)]
enum Strand<'a> {
    /// Ticket.
    Ticket(u64),
    /// Member whom it answers or calls.
    Member(&'a str),
    /// Message that it answers, carries, changes or takes back.
    Message(&'a str),
    /// Reply that it is, changes or takes back.
    Reply(i64),
    /// Text: a look-up takes one for the other.
    Words(&'a str),
    /// The one person of a direct chat.
    Direct,
    /// Nobody whom we know.
    Unknown,
}

impl ConversationOrder {
    /// Returns the conversations of a reply.
    pub(super) fn of(queued: &Queued) -> Self {
        let reply = &queued.reply;
        let text = reply.text();
        let mut conversation_order = vec![Strand::Reply(queued.key.0)];
        if !text.is_empty() {
            conversation_order.push(Strand::Words(&text));
        }
        let report = queued.about.as_ref().and_then(|about| about.report.as_ref());
        let answered = reply.quote.iter().chain(report.map(|report| &report.message));
        conversation_order.extend(answered.map(|message| Strand::Message(message.as_str())));
        match &reply.act {
            Act::Say => {}
            Act::Edit(id) | Act::Unsend(id) => conversation_order.push(match key_of(id) {
                Some(key) => Strand::Reply(key.0),
                None => Strand::Message(id.as_str()),
            }),
        }
        let known = conversation_order.len();
        let ticket = queued.about.as_ref().map(|about| about.ticket);
        let noted = reply.note.as_ref().map(|note| note.ticket);
        conversation_order.extend(ticket.into_iter().chain(noted).map(Strand::Ticket));
        let mentioned = reply.segments.iter().filter_map(|segment| match segment {
            Segment::Mention(member) => Some(member),
            _ => None,
        });
        let members = queued.to.iter().chain(mentioned);
        conversation_order.extend(members.map(|member| Strand::Member(member.as_str())));
        if reply.kind == ChannelKind::Direct && reply.note.is_none() {
            conversation_order.push(Strand::Direct);
        }
        if conversation_order.len() == known {
            conversation_order.push(Strand::Unknown);
        }
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        Self(
            conversation_order
                .iter()
                .map(|strand| hasher.hash_one(strand))
                .collect(),
        )
    }

    /// `true` if it shares a conversation with another reply.
    pub(super) fn meet(&self, other: &Self) -> bool {
        self.0.iter().any(|strand| other.0.contains(strand))
    }

    /// `true` if one of its conversations is among those that are taken.
    pub(super) fn are_among(&self, taken: &HashSet<u64>) -> bool {
        self.0.iter().any(|strand| taken.contains(strand))
    }

    /// Adds its conversations to those that are taken.
    pub(super) fn take(&self, taken: &mut HashSet<u64>) {
        taken.extend(&self.0);
    }
}
