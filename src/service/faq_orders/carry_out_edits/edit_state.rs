//! State of the edits of one file: what rooms were shown, and what waits for a second word.

use super::super::edit_order::EditOrder;
use crate::faq::Draft;
use groupdesk_contract::{MemberId, MessageId, Place};
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Drafts, waiting edits and orders.
#[derive(Default)]
pub(super) struct State {
    /// Drafts that rooms were shown.
    pub(super) drafted: HashMap<(Place, u64), ShownDraft>,
    /// Edit that was shown to a room and waits for the second word of who ordered it, with the time.
    pub(super) waiting: HashMap<(Place, MemberId), (EditOrder, Timestamp)>,
    /// Orders that were begun, the newest last.
    pub(super) begun: VecDeque<Begun>,
    /// Times of the latest orders, of those who were not told yet that nothing waits for their second word.
    pub(super) ordered: HashMap<(Place, MemberId), Timestamp>,
}

/// Draft of a ticket that a room was shown.
pub(super) struct ShownDraft {
    pub(super) draft: Draft,
    /// Message under which it was shown.
    pub(super) under: MessageId,
    /// File over which it was shown, where that was read.
    pub(super) file: Option<Arc<[u8]>>,
}

/// Order that was begun.
pub(super) struct Begun {
    pub(super) room: Place,
    pub(super) sender: MemberId,
    pub(super) words: String,
    pub(super) at: Timestamp,
}
