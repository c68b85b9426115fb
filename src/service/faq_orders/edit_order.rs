//! Order of an edit of faq.yaml: who gave it in which words, what it writes, and what its room was shown of that.

use super::edit::Edit;
use super::group_edit::OfGroup;
use crate::texts::ComposedTexts;
use groupdesk_contract::{Message, MessageId, Place};
use jiff::Timestamp;
use std::sync::Arc;

/// Order of an edit.
#[derive(Debug, Clone)]
pub struct EditOrder {
    /// Room in which it was given.
    pub(super) room: Place,
    /// Message that gave it; the answer quotes it.
    pub(super) message: Message,
    /// Ticket that it is about.
    pub(super) ticket: Option<u64>,
    /// Edit to make.
    pub(super) edit: Edit,
    /// Group of questions that it is made from.
    pub(super) group: Option<OfGroup>,
    /// Words with which it was given.
    pub(super) words: String,
    /// `true` if the room was not shown what it writes.
    pub(super) is_unseen: bool,
    /// Message under which the room was shown the draft that it writes.
    pub(super) draft: Option<MessageId>,
    /// File over which the room was shown what the edit does; `None` where it was not.
    pub(super) seen: Option<Arc<[u8]>>,
    /// Message under which the room was shown it, with the time.
    pub(super) shown: Option<(MessageId, Timestamp)>,
}

impl EditOrder {
    pub(super) fn new(room: &Place, message: &Message, ticket: Option<u64>, edit: Edit) -> Self {
        Self {
            room: room.clone(),
            message: message.clone(),
            ticket,
            edit,
            group: None,
            words: message.text().trim().to_owned(),
            is_unseen: false,
            draft: None,
            seen: None,
            shown: None,
        }
    }

    /// Makes it the order of a group of questions.
    pub(super) fn of_group(self, group: OfGroup) -> Self {
        Self {
            group: Some(group),
            ..self
        }
    }

    /// Makes it the order of a draft that was shown under a message, or was not.
    pub(super) fn of_draft(self, under: Option<MessageId>) -> Self {
        Self {
            is_unseen: under.is_none(),
            draft: under,
            ..self
        }
    }

    /// `true` if nothing is written before the room has seen all of it, whatever the edit changes.
    pub(super) fn is_shown_first(&self) -> bool {
        self.group.is_some() || self.is_unseen
    }

    /// Shows what it writes, in full; of a group, `answered` of its messages are answered then.
    pub(super) fn in_full(&self, answered: usize, texts: ComposedTexts<'_>) -> String {
        match (&self.group, self.ticket) {
            (Some(group), _) => group.shown(&self.edit, answered, texts),
            (None, Some(number)) => format!("#{number} → {}", self.edit.in_full(texts).trim_end()),
            (None, None) => self.edit.in_full(texts).trim_end().to_owned(),
        }
    }

    /// Words with which the room gives it again.
    pub(super) fn again(&self) -> String {
        match (&self.edit, self.ticket) {
            (Edit::Entry(_), Some(number)) => format!("/faq accept {number}"),
            // An answer that was written with it is known.
            _ if self.group.is_some() => self.words.lines().next().unwrap_or_default().to_owned(),
            _ => self.words.clone(),
        }
    }
}
